/* lines.h: a text as lines, and what each of them is. Private to this folder. */
#ifndef STRIP_LINES_H
#define STRIP_LINES_H

#include <glib.h>

/* Marks at the beginning of a line that say what a mail client said of it (html.h). No text that
 * was cleaned holds them. */
#define MARK_QUOTE '\001'
#define MARK_SIGN  '\002'

enum line_kind {
    LINE_OWN,     /* what the author wrote, as far as is known */
    LINE_QUOTED,  /* begins with > or stands in a quoting element */
    LINE_KNOWN,   /* unmarked, but it is what we sent */
    LINE_HEAD,    /* attribution or header block of what is quoted */
    LINE_HISTORY, /* what follows one */
    LINE_STRAY,   /* in the quote of a mail of ours, and none of it: its author typed it there, most
                     likely */
    LINE_SIGN     /* signature, "Sent from my …", disclaimer */
};

typedef struct line {
    const char *text; /* borrowed; after the mark; not ended by NUL */
    gsize length;     /* bytes, without trailing blanks */
    enum line_kind kind;
    gboolean marked; /* `kind` is what the mail client said */
} Line;

typedef struct lines {
    Line *line;
    guint count;
} Lines;

/* Borrows `text`. lines_free() frees the array. */
Lines lines_of(const char *text);
void lines_free(Lines *lines);

/* Small letters, runs of blanks as one blank, quote marks and stars at the ends away, dashes of any
 * kind as "-", curly apostrophes as ', figures of any script as 0 to 9. Caller frees. */
char *line_folded(const Line *line);
/* " word word word ": letters and digits only, so that wrapping and quoting make no difference; " "
 * where there is none. Caller frees. How many words it is made of. */
char *words_of(const char *text, gsize length);
guint words_count(const char *words);
gboolean line_blank(const Line *line);

/* Is this line a rule of -, _, =, * or the like, at least `least` long? */
gboolean line_is_rule(const Line *line, guint least);

/* Does it begin and end with one ("----- Mail original -----")? Rules count, too. */
gboolean line_is_title(const Line *line);

#endif
