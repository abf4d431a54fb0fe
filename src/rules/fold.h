/* fold.h: text with its disguises off, letter by letter, each leading back to where it was written.
 *
 * Folded are compatibility forms, case, accents, apostrophes, invisible characters, look-alikes of
 * other alphabets, and letters stretched beyond three. Digits and symbols that stand for letters
 * stay as they are (whether "5" is an s or a five only the phrase can say; see phrase.h), and so do
 * gaps inside words: a letter knows what stood before it. */
#ifndef RULES_FOLD_H
#define RULES_FOLD_H

#include "rules/glyph.h"

/* What stands before a letter. Anything but NONE begins a word. */
enum gap {
    GAP_NONE,
    GAP_TIGHT, /* marks only, or nothing between two words of a script without blanks */
    GAP_BLANK, /* one blank */
    GAP_WIDE,  /* more; and the beginning of the text */
};

/* Is the letter of a word that was put in the place of the one in the text? See spelling.h. */
enum mended { MENDED_NOT, MENDED_SLIP, MENDED_MEANING };

typedef struct fold_letter {
    gunichar c;
    guint32 from, to;    /* bytes of the text */
    guint32 word;        /* counted from 0 */
    guint32 sentence;    /* counted from 0 */
    guint8 gap;          /* enum gap */
    guint8 kind;         /* LETTER, DIGIT, ALONE or SYMBOL of enum glyph_kind */
    gboolean bar : 8;    /* a capital I after a small letter, which may be meant for an l */
    guint8 alone, mixed; /* of Stroke; 0 once the word is settled */
    guint8 mended;       /* enum mended */
} FoldLetter;

typedef struct folded {
    FoldLetter *letters; /* owned */
    guint count;
    guint words;
    gboolean symbols; /* @ $ ! | stand inside words: with `symbols` it would be folded otherwise */
} Folded;

/* Folds `length` bytes; bytes that are not UTF-8 count as punctuation. With `symbols`, symbols
 * inside words are letters; without, they are punctuation. At most 16 MiB. Caller frees. */
Folded *fold(Glyphs *glyphs, const char *text, gsize length, gboolean symbols);
void folded_free(Folded *folded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folded, folded_free)

/* The letters as text, one blank between words. Folding it again changes nothing. Caller frees. */
char *folded_text(const Folded *folded);

/* The last letter that begins at or before byte `at`; 0 where none does. */
guint folded_at(const Folded *folded, gsize at);

#endif
