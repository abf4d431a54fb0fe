#include "rules/glyph.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

/* A power of two: a slot is found by the low bits of the character. */
enum { SLOTS = 1024, ROOM = 64 };

struct glyphs {
    const UNormalizer2 *compose;   /* ICU's; NFKC, case folded, default-ignorable dropped */
    const UNormalizer2 *decompose; /* ICU's; NFKD */
    USpoofChecker *spoof;          /* owned; opened by the first look-alike; NULL till then */
    Glyph slots[SLOTS];
};

enum glyph_kind glyph_ascii(guchar c) {
    switch (c) {
    case 'a' ... 'z':
    case 'A' ... 'Z':
        return GLYPH_LETTER;
    case '0' ... '9':
        return GLYPH_DIGIT;
    case ' ':
    case '\t':
    case '\v' ... '\r':
        return GLYPH_BLANK;
    case '\n':
        return GLYPH_LINE;
    case '.':
    case '?':
        return GLYPH_STOP;
    case '!':
    case '@':
    case '$':
    case '|':
        return GLYPH_SYMBOL;
    case '\'':
    case '`':
        return GLYPH_NOTHING;
    default:
        return c > ' ' && c < 127 ? GLYPH_MARK : GLYPH_NOTHING;
    }
}

gboolean glyph_apostrophe(gunichar c) {
    return c == '\'' || c == '`' || c == 0xB4 || c == 0x2B9 || c == 0x2BC || c == 0x2C8 ||
           c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x2032 || c == 0x2035 || c == 0xA78C ||
           c == 0xFF07;
}

gboolean glyph_invisible(gunichar c) {
    return u_hasBinaryProperty((UChar32)c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
           u_charType((UChar32)c) == U_FORMAT_CHAR;
}

Glyphs *glyphs_new(void) {
    UErrorCode status = U_ZERO_ERROR;
    Glyphs *glyphs = g_new0(Glyphs, 1);
    glyphs->compose = unorm2_getNFKCCasefoldInstance(&status);
    glyphs->decompose = unorm2_getNFKDInstance(&status);
    if (U_FAILURE(status)) /* the tables are compiled into the library: this cannot be */
        g_error("ICU has no normalisation data");
    return glyphs;
}

void glyphs_free(Glyphs *glyphs) {
    if (glyphs == NULL)
        return;
    if (glyphs->spoof != NULL)
        uspoof_close(glyphs->spoof);
    g_free(glyphs);
}

/* The single letter at the end of `name` or before " WITH", if `name` is that of a Latin letter. */
static guint8 letter_named(const char *name) {
    static const char *const before[] = {"LETTER ", "SMALL CAPITAL ", "SYMBOL LETTER "};
    if (strstr(name, "LATIN") == NULL && !g_str_has_prefix(name, "REGIONAL INDICATOR"))
        return 0;
    for (guint i = 0; i < G_N_ELEMENTS(before); i++) {
        const char *at = strstr(name, before[i]);
        if (at == NULL)
            continue;
        at += strlen(before[i]);
        if (g_ascii_isupper(at[0]) && (at[1] == '\0' || g_str_has_prefix(at + 1, " WITH")))
            return (guint8)g_ascii_tolower(at[0]);
    }
    return 0;
}

static guint8 latin(UChar32 c) {
    char name[ROOM * 2];
    UErrorCode status = U_ZERO_ERROR;
    if (c < 128)
        return g_ascii_isalpha(c) ? (guint8)g_ascii_tolower((char)c) : 0;
    u_charName(c, U_UNICODE_CHAR_NAME, name, sizeof name, &status);
    return U_FAILURE(status) ? 0 : letter_named(name);
}

/* The a-z that `c` is drawn like, or 0. */
static guint8 look_alike(Glyphs *glyphs, UChar32 c) {
    UChar in[2], out[ROOM];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;
    UChar32 first;
    if (glyphs->spoof == NULL)
        glyphs->spoof = uspoof_open(&status);
    U16_APPEND_UNSAFE(in, length, c);
    length = uspoof_getSkeleton(glyphs->spoof, 0, in, length, out, ROOM, &status);
    if (U_FAILURE(status) || length == 0)
        return 0;
    if (length == 2 && out[0] == 'r' && out[1] == 'n') /* how a skeleton writes m */
        return 'm';
    int32_t at = 0;
    U16_NEXT(out, at, length, first);
    if (first == 'l' && u_isupper(c)) /* how a skeleton writes I */
        first = 'i';
    return at == length ? latin(first) : 0;
}

/* Scripts written without blanks between words: each character stands for itself. */
static gboolean stands_alone(UChar32 c) {
    int32_t breaks = u_getIntPropertyValue(c, UCHAR_LINE_BREAK);
    return breaks == U_LB_IDEOGRAPHIC || breaks == U_LB_COMPLEX_CONTEXT ||
           breaks == U_LB_CONDITIONAL_JAPANESE_STARTER || breaks == U_LB_NONSTARTER;
}

/* Accents laid over or around a letter say nothing here; vowel signs and viramas do. */
static gboolean is_accent(UChar32 c) {
    guint8 class = u_getCombiningClass(c);
    return class == 1 || class >= 200 || u_charType(c) == U_ENCLOSING_MARK;
}

static enum glyph_kind kind_of(UChar32 c) {
    if (c < 128)
        return glyph_ascii((guchar)c);
    int8_t type = u_charType(c);
    if (glyph_apostrophe((gunichar)c) || is_accent(c) || glyph_invisible((gunichar)c) ||
        u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) || type == U_UNASSIGNED)
        return GLYPH_NOTHING;
    if (type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR || c == 0x85)
        return GLYPH_LINE;
    if (u_isUWhiteSpace(c))
        return GLYPH_BLANK;
    if (u_charDigitValue(c) >= 0)
        return GLYPH_DIGIT;
    if (type == U_OTHER_SYMBOL || (u_isalpha(c) && stands_alone(c)))
        return GLYPH_ALONE;
    if (u_isalpha(c) || type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK)
        return GLYPH_LETTER;
    return u_hasBinaryProperty(c, UCHAR_S_TERM) ? GLYPH_STOP : GLYPH_MARK;
}

static Stroke stroke_of(Glyphs *glyphs, UChar32 source, UChar32 c) {
    Stroke stroke = {.c = (gunichar)c, .kind = (guint8)kind_of(c)};
    if (c < 128)
        return stroke;
    if (stroke.kind == GLYPH_DIGIT) {
        stroke.c = '0' + (gunichar)u_charDigitValue(c);
    } else if (stroke.kind == GLYPH_LETTER || stroke.kind == GLYPH_ALONE) {
        guint8 letter = latin(c);
        if (letter == 0 && u_hasBinaryProperty(c, UCHAR_ALPHABETIC) &&
            stroke.kind == GLYPH_LETTER) {
            guint8 low = look_alike(glyphs, c), high = look_alike(glyphs, u_toupper(c));
            stroke.alone = low;
            stroke.mixed = (source != c && high) || !low ? high : low;
        }
        if (letter != 0)
            stroke = (Stroke){.c = letter, .kind = GLYPH_LETTER};
    }
    return stroke;
}

/* The characters that `c` comes to under NFKC, case folding and then decomposition. */
static int32_t unfold(const Glyphs *glyphs, UChar32 c, UChar *out) {
    UChar in[2], middle[ROOM];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;
    U16_APPEND_UNSAFE(in, length, c);
    length = unorm2_normalize(glyphs->compose, in, length, middle, ROOM, &status);
    length = unorm2_normalize(glyphs->decompose, middle, length, out, ROOM, &status);
    return U_FAILURE(status) ? 0 : length;
}

static void work_out(Glyphs *glyphs, gunichar c, Glyph *glyph) {
    UChar out[ROOM];
    *glyph = (Glyph){.source = c};
    if (glyph_apostrophe(c))
        return;
    int32_t length = unfold(glyphs, (UChar32)c, out);
    for (int32_t at = 0; at < length && glyph->count < GLYPH_LONGEST;) {
        UChar32 next;
        U16_NEXT(out, at, length, next);
        Stroke stroke = stroke_of(glyphs, (UChar32)c, next);
        if (stroke.kind != GLYPH_NOTHING)
            glyph->strokes[glyph->count++] = stroke;
    }
}

const Glyph *glyph_of(Glyphs *glyphs, gunichar c) {
    Glyph *slot = &glyphs->slots[c % SLOTS];
    if (slot->source != c)
        work_out(glyphs, c, slot);
    return slot;
}
