#include "mail/inside.h"

#include <errno.h>
#include <string.h>

enum { PIECE = 4096 };

/* Everything iconv can make of `bytes`; FALSE where it does not know the charset, or where so much
 * is wrong that the charset cannot be true. */
static gboolean convert(const char *bytes, gsize length, const char *charset, GString *out) {
    GIConv converter = g_iconv_open("UTF-8", charset);
    if (converter == (GIConv)-1)
        return FALSE;
    char *in = (char *)bytes, buffer[PIECE];
    gsize left = length, wrong = 0;
    while (left > 0 && wrong <= length / 8 + 8) {
        char *to = buffer;
        gsize room = sizeof buffer;
        gsize result = g_iconv(converter, &in, &left, &to, &room);
        int code = errno;
        g_string_append_len(out, buffer, to - buffer);
        if (result != (gsize)-1 || code == E2BIG)
            continue;
        g_string_append(out, "\xef\xbf\xbd");
        wrong++;
        in++;
        left--;
    }
    g_iconv_close(converter);
    return left == 0;
}

static gboolean is_unicode_name(const char *charset) {
    return g_ascii_strcasecmp(charset, "utf-8") == 0 || g_ascii_strcasecmp(charset, "utf8") == 0 ||
           g_ascii_strcasecmp(charset, "us-ascii") == 0 ||
           g_ascii_strcasecmp(charset, "ascii") == 0;
}

/* What mails call their charset and what they mean by it. */
static const char *meant(const char *charset) {
    static const char *const names[][2] = {
        {"iso-8859-1", "windows-1252"}, {"latin1", "windows-1252"},
        {"gb2312", "gb18030"},          {"gbk", "gb18030"},
        {"ks_c_5601-1987", "cp949"},    {"euc-kr", "cp949"},
        {"iso-8859-9", "windows-1254"}, {"shift_jis", "cp932"}};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(charset, names[i][0]) == 0)
            return names[i][1];
    return g_mime_charset_iconv_name(charset);
}

/* NULs out, CRLF and single CR to LF, in place. */
static char *tidy(GString *text) {
    char *to = text->str;
    for (gsize i = 0; i < text->len; i++) {
        char c = text->str[i];
        if (c == '\r' && i + 1 < text->len && text->str[i + 1] == '\n')
            continue;
        if (c != '\0')
            *to++ = c == '\r' ? '\n' : c;
    }
    *to = '\0';
    return g_string_free(text, FALSE);
}

/* Is this UTF-8, if with some bytes wrong, rather than one of the one-byte charsets? */
static gboolean mostly_utf8(const char *text) {
    gsize right = 0, wrong = 0;
    for (const char *p = text; *p != '\0';) {
        gunichar c = (guint8)*p < 0x80 ? 'a' : g_utf8_get_char_validated(p, -1);
        gboolean bad = c == (gunichar)-1 || c == (gunichar)-2;
        right += !bad && c >= 0x80;
        wrong += bad;
        p = bad ? p + 1 : g_utf8_next_char(p);
    }
    return right > wrong;
}

char *charset_text(const char *bytes, gsize length, const char *charset) {
    GString *out = g_string_sized_new(length + 1);
    if (charset != NULL && !is_unicode_name(charset) &&
        convert(bytes, length, meant(charset), out)) {
        g_autofree char *text = tidy(out);
        if (g_utf8_validate(text, -1, NULL))
            return g_steal_pointer(&text);
        return g_utf8_make_valid(text, -1); /* iconv lets pass what lies beyond Unicode */
    }
    g_string_truncate(out, 0);
    g_string_append_len(out, bytes, (gssize)length);
    g_autofree char *plain = tidy(out);
    if (g_utf8_validate(plain, -1, NULL))
        return g_steal_pointer(&plain);
    if (mostly_utf8(plain))
        return g_utf8_make_valid(plain, -1);
    out = g_string_sized_new(length * 2);
    if (convert(plain, strlen(plain), "windows-1252", out))
        return g_string_free(out, FALSE);
    g_string_free(out, TRUE);
    return g_utf8_make_valid(plain, -1);
}
