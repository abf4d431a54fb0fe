/* glyph.h: what one character comes to once its disguise is off (a door to ICU).
 *
 * Compatibility forms, case, accents, invisible characters and look-alikes: NFKC and case folding,
 * UTS #39 skeletons, and the letter that a character's own Unicode name tells of ("LATIN SMALL
 * LETTER O WITH STROKE"). Nothing here is typed in by hand but the apostrophes. */
#ifndef RULES_GLYPH_H
#define RULES_GLYPH_H

#include <glib.h>

enum glyph_kind {
    GLYPH_NOTHING, /* invisible, an accent, an apostrophe: as if it were not there */
    GLYPH_LETTER,
    GLYPH_DIGIT,
    GLYPH_ALONE,  /* a word by itself: an ideograph, an emoji */
    GLYPH_SYMBOL, /* @ $ ! |: a letter in disguise where it stands inside a word, else a mark */
    GLYPH_MARK,   /* punctuation */
    GLYPH_STOP,   /* punctuation that ends a sentence */
    GLYPH_BLANK,
    GLYPH_LINE, /* a blank that ends a line */
};

/* One character of what the glyph comes to. */
typedef struct stroke {
    gunichar c;
    guint8 kind;  /* enum glyph_kind */
    guint8 alone; /* the a-z it looks like in any word, else 0 */
    guint8 mixed; /* the a-z it looks like in a word that has Latin letters too, else 0 */
} Stroke;

enum { GLYPH_LONGEST = 8 };

typedef struct glyph {
    gunichar source;
    guint count; /* of strokes; a longer expansion is cut */
    Stroke strokes[GLYPH_LONGEST];
} Glyph;

/* Works out glyphs and remembers some thousand of them. */
typedef struct glyphs Glyphs;

Glyphs *glyphs_new(void);
void glyphs_free(Glyphs *glyphs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Glyphs, glyphs_free)

/* Of an ASCII character, which is never more than one stroke. */
enum glyph_kind glyph_ascii(guchar c);

/* Of any other. Borrowed until the next call. */
const Glyph *glyph_of(Glyphs *glyphs, gunichar c);

/* An apostrophe, in any of its shapes? */
gboolean glyph_apostrophe(gunichar c);

/* Invisible: zero width, bidi control, soft hyphen and the like? */
gboolean glyph_invisible(gunichar c);

#endif
