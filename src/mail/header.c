#include "mail/inside.h"

#include <string.h>

#include "base/text.h"

/* Continuation lines joined, no line break left; what is no UTF-8 is read as windows-1252. */
static char *unfolded(const char *raw) {
    char *text = charset_text(raw, strlen(raw), NULL);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    return g_strstrip(text);
}

static GMimeHeader *nth(GMimeObject *object, const char *name, guint n) {
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    int count = g_mime_header_list_get_count(list);
    for (int i = 0; i < count; i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        if (g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0 && n-- == 0)
            return header;
    }
    return NULL;
}

gboolean header_has(GMimeObject *object, const char *name) {
    return g_mime_header_list_contains(g_mime_object_get_header_list(object), name);
}

guint header_count(GMimeObject *object, const char *name) {
    guint n = 0;
    if (header_has(object, name))
        while (nth(object, name, n) != NULL)
            n++;
    return n;
}

char *header_nth(GMimeObject *object, const char *name, guint n) {
    GMimeHeader *header = header_has(object, name) ? nth(object, name, n) : NULL;
    const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;
    return raw ? unfolded(raw) : NULL;
}

char *header_raw(GMimeObject *object, const char *name) {
    return header_nth(object, name, 0);
}

char *header_decoded(GMimeObject *object, const char *name) {
    GMimeHeader *header = header_has(object, name) ? nth(object, name, 0) : NULL;
    const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;
    if (raw == NULL)
        return NULL;
    g_autofree char *line = unfolded(raw);
    g_autofree char *decoded = g_mime_utils_header_decode_text(NULL, line);
    return text_one_line(decoded ? decoded : line);
}
