/* word.h: the word a line begins with, as command.c wants to know it. Pure. */
#ifndef DESK_WORD_H
#define DESK_WORD_H

#include <glib.h>

/* How it stands there. A phone writes the first word of a line large by itself, so "Flag" says no
 * more than "flag". */
enum form { FORM_PLAIN, FORM_CAPITALS, FORM_SLASH };

typedef struct word {
    char *text; /* owned; in small letters; "" where the line does not begin with a letter */
    enum form form;
    const char *after; /* borrowed, into the line: what follows the word and its punctuation */
    gboolean alone;    /* nothing follows that says anything ("pass!", "pass :-)") */
    gboolean
        separated; /* punctuation stood between the word and what follows ("pass, I know him") */
    gboolean question; /* … and a question mark was part of it */
    gboolean part;     /* only the beginning of something: "help's", "close-up", "/r/books" */
} Word;

/* Bullets, quotation marks and stars before the word are skipped, so are marks of no width; / \ and
 * their full-width and fraction forms are a slash. Caller frees. */
Word *word_read(const char *line);
void word_free(Word *word);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Word, word_free)

/* Is `small` (small letters) the first word of `text`, whatever case? */
gboolean word_starts(const char *text, const char *small);

/* Nothing but white space and marks of no width? */
gboolean word_blank(const char *line);

/* Is there a slash in it, in any form? */
gboolean word_has_slash(const char *line);

/* Is there a letter or a digit in it? */
gboolean word_says_something(const char *text);

/* The first place in `line` where `small` stands as a word of its own in the form `form` (PLAIN:
 * any form), with a blank before it or its slash; NULL: nowhere. Borrowed. */
const char *word_find(const char *line, const char *small, enum form form);

#endif
