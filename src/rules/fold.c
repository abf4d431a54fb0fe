#include "rules/fold.h"

#include <string.h>

/* A line shorter than this was ended by its writer, not by a mail program. */
enum { WRAPPED = 50, STRETCHED = 3 };

typedef struct folder {
    Glyphs *glyphs;
    const char *text;
    gsize length;
    gboolean symbols;
    Folded *out;
    guint room;
    guint word_start; /* index of the first letter of the open word */
    gboolean settle;  /* the open word has to be looked at again */
    gboolean small;   /* the letter before was a small one */
    gsize line_start;
    guint blanks, marks, lines; /* of the open gap */
    gboolean stop;              /* a sentence may end in the open gap */
    gboolean ended;             /* it does */
    guint32 sentence;
} Folder;

/* Look-alikes become letters where the word has Latin letters too, or nothing but look-alikes. */
static void unmask(FoldLetter *letters, guint from, guint to) {
    gboolean mixed = FALSE, all = TRUE;
    for (guint i = from; i < to; i++) {
        mixed = mixed || (letters[i].c < 128 && g_ascii_isalpha((char)letters[i].c));
        all = all && (letters[i].c < 128 || letters[i].alone != 0);
    }
    for (guint i = from; i < to; i++) {
        FoldLetter *letter = &letters[i];
        if (mixed && letter->mixed != 0)
            letter->c = letter->mixed;
        else if (all && letter->alone != 0)
            letter->c = letter->alone;
        letter->alone = letter->mixed = 0;
    }
}

/* The open word ends: unmasks it and shortens stretched letters to three. */
static void settle_word(Folder *f) {
    FoldLetter *letters = f->out->letters;
    guint to = f->out->count, kept = f->word_start, run = 0;
    if (!f->settle)
        return;
    unmask(letters, f->word_start, to);
    for (guint i = f->word_start; i < to; i++) {
        run = i > f->word_start && letters[i].c == letters[kept - 1].c ? run + 1 : 1;
        if (run <= STRETCHED)
            letters[kept++] = letters[i];
        else
            letters[kept - 1].to = letters[i].to;
    }
    f->out->count = kept;
    f->settle = FALSE;
}

static enum gap gap_of(const Folder *f) {
    if (f->out->count == 0 || f->lines > 0 || f->blanks > 1 || (f->blanks == 1 && f->marks > 0))
        return GAP_WIDE;
    return f->blanks == 1 ? GAP_BLANK : GAP_TIGHT;
}

/* Does this letter begin a word? Then settles the one before and counts. */
static enum gap begin(Folder *f, enum glyph_kind kind) {
    const FoldLetter *last = f->out->count ? &f->out->letters[f->out->count - 1] : NULL;
    gboolean open = last != NULL && f->blanks + f->marks + f->lines == 0 &&
                    last->kind != GLYPH_ALONE && kind != GLYPH_ALONE;
    if (open)
        return GAP_NONE;
    enum gap gap = gap_of(f);
    settle_word(f);
    f->word_start = f->out->count;
    f->sentence += f->ended && f->out->count > 0;
    f->out->words++;
    f->blanks = f->marks = f->lines = 0;
    f->stop = f->ended = FALSE;
    return gap;
}

static void push_letter(Folder *f, Stroke stroke, gsize from, gsize to) {
    Folded *out = f->out;
    enum gap gap = begin(f, stroke.kind);
    if (out->count == f->room) {
        f->room *= 2;
        out->letters = g_renew(FoldLetter, out->letters, f->room);
    }
    gboolean capital = stroke.c < 128 && g_ascii_isupper((char)stroke.c);
    gunichar c = capital ? stroke.c + ('a' - 'A') : stroke.c;
    out->letters[out->count++] =
        (FoldLetter){.c = c,
                     .from = (guint32)from,
                     .to = (guint32)to,
                     .word = out->words - 1,
                     .sentence = f->sentence,
                     .gap = gap,
                     .kind = stroke.kind,
                     .bar = c == 'i' && capital && f->small && gap == GAP_NONE,
                     .alone = stroke.alone,
                     .mixed = stroke.mixed};
    f->small = out->letters[out->count - 1].bar || (c == stroke.c && c >= 'a' && c <= 'z');
    guint length = out->count - f->word_start;
    f->settle = f->settle || stroke.mixed != 0 || stroke.alone != 0 ||
                (length > STRETCHED && out->letters[out->count - STRETCHED].c == c);
}

static void push_line(Folder *f, gsize from) {
    f->lines++;
    if (f->lines > 1 || f->stop || from - f->line_start < WRAPPED)
        f->ended = TRUE;
    f->line_start = from + 1;
}

/* May what begins at byte `at` be part of a word? */
static gboolean goes_on(const Folder *f, gsize at) {
    return at < f->length && (g_ascii_isalnum(f->text[at]) || strchr("@$|!", f->text[at]) != NULL);
}

/* Is the symbol that ends before byte `next` a letter in disguise? An exclamation mark may be one
 * at the end of a word, too; phrases know that it need not be. */
static gboolean in_disguise(Folder *f, gunichar c, gsize next) {
    gboolean inside = f->out->count > 0 && f->blanks + f->marks + f->lines == 0 &&
                      f->out->letters[f->out->count - 1].kind != GLYPH_ALONE;
    gboolean on = goes_on(f, next);
    f->out->symbols = f->out->symbols || on || (inside && c != '!');
    return inside || on;
}

static void push_mark(Folder *f, Stroke stroke, gboolean ascii) {
    f->marks++;
    if (stroke.kind == GLYPH_STOP || stroke.c == '!') {
        f->stop = TRUE;
        f->ended = f->ended || !ascii; /* 。and its like need no blank */
    }
}

/* `next` is the byte of what follows the stroke; the end of the text where that is one more stroke.
 */
static void push(Folder *f, Stroke stroke, gsize from, gsize to, gsize next) {
    if (stroke.kind == GLYPH_SYMBOL && in_disguise(f, stroke.c, next) && f->symbols) {
        push_letter(f, stroke, from, to);
        return;
    }
    switch ((enum glyph_kind)stroke.kind) {
    case GLYPH_NOTHING:
        break;
    case GLYPH_LETTER:
    case GLYPH_DIGIT:
    case GLYPH_ALONE:
        push_letter(f, stroke, from, to);
        break;
    case GLYPH_BLANK:
        f->blanks++;
        f->ended = f->ended || f->stop;
        break;
    case GLYPH_LINE:
        push_line(f, from);
        break;
    default:
        push_mark(f, stroke, to - from == 1);
    }
}

/* One character at byte `at`; answers where the next begins. */
static gsize fold_one(Folder *f, gsize at) {
    guchar byte = (guchar)f->text[at];
    if (byte < 128) {
        push(f, (Stroke){.c = byte, .kind = glyph_ascii(byte)}, at, at + 1, at + 1);
        return at + 1;
    }
    gunichar c = g_utf8_get_char_validated(f->text + at, (gssize)(f->length - at));
    if (c == (gunichar)-1 || c == (gunichar)-2) {
        f->marks++;
        return at + 1;
    }
    gsize to = at + (gsize)g_unichar_to_utf8(c, NULL);
    const Glyph *glyph = glyph_of(f->glyphs, c);
    for (guint i = 0; i < glyph->count; i++)
        push(f, glyph->strokes[i], at, to, i + 1 < glyph->count ? f->length : to);
    return to;
}

Folded *fold(Glyphs *glyphs, const char *text, gsize length, gboolean symbols) {
    Folder f = {.glyphs = glyphs, .text = text, .length = length, .symbols = symbols};
    f.out = g_new0(Folded, 1);
    f.room = (guint)length + 1;
    f.out->letters = g_new(FoldLetter, f.room);
    for (gsize at = 0; at < length;)
        at = fold_one(&f, at);
    settle_word(&f);
    return f.out;
}

void folded_free(Folded *folded) {
    if (folded == NULL)
        return;
    g_free(folded->letters);
    g_free(folded);
}

char *folded_text(const Folded *folded) {
    GString *out = g_string_sized_new(folded->count + folded->words + 1);
    for (guint i = 0; i < folded->count; i++) {
        if (i > 0 && folded->letters[i].gap != GAP_NONE)
            g_string_append_c(out, ' ');
        g_string_append_unichar(out, folded->letters[i].c);
    }
    return g_string_free(out, FALSE);
}

guint folded_at(const Folded *folded, gsize at) {
    guint low = 0, high = folded->count;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (folded->letters[middle].from <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}
