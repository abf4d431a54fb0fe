#include "base/text.h"

#include <string.h>

static const char ALPHABET[] = "abcdefghijklmnopqrstuvwxyz234567";

char *text_base32(gconstpointer bytes, gsize length) {
    const guint8 *in = bytes;
    char *out = g_malloc(length * 8 / 5 + 2), *p = out;
    guint32 bits = 0, have = 0;
    for (gsize i = 0; i < length; i++) {
        bits = bits << 8 | in[i];
        for (have += 8; have >= 5; have -= 5)
            *p++ = ALPHABET[bits >> (have - 5) & 31];
    }
    if (have > 0)
        *p++ = ALPHABET[bits << (5 - have) & 31];
    *p = '\0';
    return out;
}

guint8 *text_base32_decode(const char *text, gsize length) {
    g_autofree guint8 *out = g_malloc0(length + 1);
    guint32 bits = 0, have = 0;
    gsize n = 0;
    for (; *text != '\0'; text++) {
        if (g_ascii_isspace(*text) || *text == '-')
            continue;
        const char *at = strchr(ALPHABET, g_ascii_tolower(*text));
        if (at == NULL)
            return NULL;
        bits = bits << 5 | (guint32)(at - ALPHABET);
        have += 5;
        if (have >= 8) {
            if (n == length)
                return NULL;
            have -= 8;
            out[n++] = (guint8)(bits >> have);
        }
        bits &= (1u << have) - 1;
    }
    return n == length && have < 5 && bits == 0 ? g_steal_pointer(&out) : NULL;
}

/* How much of it is plain: ASCII with no control character but tabs and line feeds. */
static gsize plain_run(const char *text) {
    gsize length = 0;
    while ((text[length] >= 0x20 && text[length] < 0x7f) || text[length] == '\n' ||
           text[length] == '\t')
        length++;
    return length;
}

char *text_clean(const char *text, gssize length) {
    g_autofree char *valid = g_utf8_make_valid(text, length);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gsize plain = plain_run(p);
        g_string_append_len(out, p, (gssize)plain);
        p += plain;
        if (*p == '\0')
            break;
        gunichar c = g_utf8_get_char(p);
        if (c == '\r') {
            if (p[1] != '\n')
                g_string_append_c(out, '\n');
        } else if (c == '\n' || c == '\t' || !g_unichar_iscntrl(c)) {
            g_string_append_len(out, p, g_utf8_next_char(p) - p);
        }
    }
    return g_string_free(out, FALSE);
}

char *text_one_line(const char *text) {
    g_autofree char *clean = text_clean(text, -1);
    GString *out = g_string_sized_new(strlen(clean));
    gboolean gap = FALSE;
    for (const char *p = clean; *p != '\0';) {
        const char *next = g_utf8_next_char(p);
        gboolean space =
            (guint8)*p < 0x80 ? g_ascii_isspace(*p) : g_unichar_isspace(g_utf8_get_char(p));
        if (!space && gap)
            g_string_append_c(out, ' ');
        if (!space)
            g_string_append_len(out, p, next - p);
        gap = space && out->len > 0;
        p = next;
    }
    return g_string_free(out, FALSE);
}

char *text_cut(const char *text, gsize most) {
    if ((gsize)g_utf8_strlen(text, -1) <= most)
        return g_strdup(text);
    if (most == 0)
        return g_strdup("");
    const char *end = g_utf8_offset_to_pointer(text, (glong)most - 1);
    return g_strdup_printf("%.*s…", (int)(end - text), text);
}

char *text_size(gsize bytes) {
    if (bytes == 1)
        return g_strdup("1 byte");
    if (bytes < 1000)
        return g_strdup_printf("%" G_GSIZE_FORMAT " bytes", bytes);
    if (bytes < 999500) /* else it would be 1000 kB */
        return g_strdup_printf("%" G_GSIZE_FORMAT " kB", (bytes + 500) / 1000);
    return g_strdup_printf("%.1f MB", (double)bytes / 1e6);
}
