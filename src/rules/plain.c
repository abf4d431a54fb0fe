#include "rules/plain.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "rules/glyph.h"

/* What composes is looked at together, but never more characters than this: a letter under a
 * thousand accents must not cost their square. One character expands to at most 18. */
enum { TOGETHER = 32, EXPANDED = TOGETHER * 20 };

typedef struct smoother {
    const UNormalizer2 *nfkc;
    const char *text;
    gsize length;
    Plain *out;
    gsize room;
} Smoother;

static void append(Smoother *s, const char *bytes, gsize count, guint32 from) {
    Plain *out = s->out;
    if (out->length + count >= s->room) {
        s->room *= 2;
        out->text = g_realloc(out->text, s->room);
        out->from = g_renew(guint32, out->from, s->room);
    }
    for (gsize i = 0; i < count; i++) {
        out->text[out->length] = bytes[i];
        out->from[out->length++] = from;
    }
}

static void append_char(Smoother *s, UChar32 c, guint32 from) {
    char bytes[6];
    if (glyph_apostrophe((gunichar)c))
        c = '\'';
    else if (c >= 128 && glyph_invisible((gunichar)c))
        return;
    append(s, bytes, (gsize)g_unichar_to_utf8((gunichar)u_tolower(c), bytes), from);
}

/* The character at byte `at`, U+FFFD where there is none; *next is where the next begins. */
static UChar32 char_at(const Smoother *s, gsize at, gsize *next) {
    gunichar c = g_utf8_get_char_validated(s->text + at, (gssize)(s->length - at));
    gboolean good = c != (gunichar)-1 && c != (gunichar)-2 && c != 0;
    *next = at + (good ? (gsize)g_unichar_to_utf8(c, NULL) : 1);
    return good ? (UChar32)c : 0xFFFD;
}

/* The characters from byte `at` on that compose, made into NFKC; answers where the next begins. */
static gsize append_together(Smoother *s, gsize at) {
    UChar in[TOGETHER * 2], out[EXPANDED];
    UErrorCode status = U_ZERO_ERROR;
    guint32 from = (guint32)at;
    int32_t length = 0;
    for (guint n = 0; n < TOGETHER && at < s->length; n++) {
        gsize next;
        UChar32 c = char_at(s, at, &next);
        if (n > 0 && unorm2_hasBoundaryBefore(s->nfkc, c))
            break;
        if (glyph_apostrophe((gunichar)c)) /* else an acute accent alone becomes a blank */
            c = '\'';
        U16_APPEND_UNSAFE(in, length, c);
        at = next;
    }
    length = unorm2_normalize(s->nfkc, in, length, out, EXPANDED, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < length;) {
        UChar32 c;
        U16_NEXT(out, i, length, c);
        append_char(s, c, from);
    }
    return at;
}

Plain *plain_new(const char *text, gsize length) {
    UErrorCode status = U_ZERO_ERROR;
    Smoother s = {.text = text, .length = length, .room = length + 16};
    s.nfkc = unorm2_getNFKCInstance(&status);
    s.out = g_new0(Plain, 1);
    s.out->text = g_malloc(s.room);
    s.out->from = g_new(guint32, s.room);
    for (gsize at = 0; at < length;) {
        guchar byte = (guchar)text[at];
        if (byte > 0 && byte < 128 && (at + 1 == length || (guchar)text[at + 1] < 128)) {
            char low = byte == '`' ? '\'' : g_ascii_tolower((char)byte);
            append(&s, &low, 1, (guint32)at);
            at++;
        } else {
            at = append_together(&s, at);
        }
    }
    append(&s, "", 1, (guint32)length);
    s.out->length--;
    return s.out;
}

void plain_free(Plain *plain) {
    if (plain == NULL)
        return;
    g_free(plain->text);
    g_free(plain->from);
    g_free(plain);
}
