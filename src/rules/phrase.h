/* phrase.h: plain words, and whether they stand in folded text.
 *
 * A phrase meets text letter by letter. The text may stretch a letter (three or more for one or
 * two), write digits and symbols for letters, join the words, or take them apart with blanks and
 * dots; it must begin and end where words begin and end. */
#ifndef RULES_PHRASE_H
#define RULES_PHRASE_H

#include "rules/fold.h"

/* A letter so many times over, wherever the blanks are. */
typedef struct phrase_run {
    gunichar c;
    guint times;
    gboolean gap;   /* a word begins with its first letter */
    gboolean inner; /* a word begins with a later one */
    gboolean slip;  /* a doubled consonant that is easily written once ("cuting myself") */
} PhraseRun;

typedef struct phrase {
    PhraseRun *runs; /* owned */
    guint count;
    guint letters, words;
    guint8 *key; /* owned; see phrase_key */
    guint key_length;
} Phrase;

enum { PHRASE_LONGEST = 200 };

/* Of text that was folded without symbols. NULL where that is nothing, or more than PHRASE_LONGEST
 * letters. Caller frees. */
Phrase *phrase_new(const Folded *folded);
void phrase_free(Phrase *phrase);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Phrase, phrase_free)

enum standing { STANDS_NO, STANDS_YES, STANDS_UNSURE /* too many ways to read it */ };

/* Does the phrase stand in `folded` from letter `start` (which begins a word) on? Then *end is the
 * letter behind it. */
enum standing phrase_stands(const Phrase *phrase, const Folded *folded, guint start, guint *end);

/* The letter that a digit or symbol most likely stands for; i for l, which is drawn like it; any
 * other as it is. */
gunichar phrase_likely(gunichar c);

/* The key of folded letters: a symbol below KEY_SYMBOLS for each letter, those that may stand for
 * one another under one symbol, without blanks and repeats. If a phrase stands in a text, its key
 * is part of the key of the text. */
enum { KEY_SYMBOLS = 64 };
typedef struct key {
    guint8 *symbols; /* owned */
    guint *starts;   /* owned; the first letter of each symbol; one more at the end */
    guint count;
} Key;

Key key_of(const Folded *folded);
void key_clear(Key *key);

#endif
