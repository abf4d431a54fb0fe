#include "box/imap-name.h"

#include <string.h>

gboolean imap_is_plain(const char *text) {
    if (text == NULL)
        return FALSE;
    for (; *text != '\0'; text++)
        if ((guchar)*text < 0x20 || *text == 0x7f)
            return FALSE;
    return TRUE;
}

static gboolean is_direct(char c) {
    return c >= 0x20 && c <= 0x7e;
}

/* "&" base64 of UTF-16, with "," for "/" and no padding, "-". */
static void shifted(GString *out, const char *text, gsize length) {
    gsize size = 0;
    g_autofree char *wide = g_convert(text, (gssize)length, "UTF-16BE", "UTF-8", NULL, &size, NULL);
    g_autofree char *base = g_base64_encode((const guchar *)wide, size);
    base[strcspn(base, "=")] = '\0';
    g_strdelimit(base, "/", ',');
    g_string_append_printf(out, "&%s-", base);
}

char *imap_name(const char *name) {
    GString *out = g_string_new(NULL);
    while (*name != '\0') {
        gsize length = 0;
        while (name[length] != '\0' && !is_direct(name[length]))
            length++;
        if (length > 0) {
            shifted(out, name, length);
            name += length;
        } else if (*name == '&') {
            g_string_append(out, "&-");
            name++;
        } else {
            g_string_append_c(out, *name++);
        }
    }
    return g_string_free(out, FALSE);
}
