#include "strip/closing.h"

#include <string.h>

#include "strip/mask.h"
#include "value/names.h"

/* Dashes, kisses, stops and the like around a name; the length of the one at `p`, 0: none. */
static gsize trifle(const char *p) {
    static const char *const signs[] = {" ",
                                        "-",
                                        "~",
                                        "*",
                                        "_",
                                        ",",
                                        ".",
                                        "!",
                                        "\xe2\x80\x94",
                                        "\xe2\x80\x93",
                                        "\xe2\x9d\xa4",
                                        "\xef\xb8\x8f",
                                        ":)",
                                        "\xc2\xa0"};
    for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
        if (g_str_has_prefix(p, signs[i]))
            return strlen(signs[i]);
    return 0;
}

static gboolean only_trifles(const char *p) {
    while (*p != '\0') {
        gsize n = strspn(p, "xXoO");
        n = n > 0 && !mask_word(p[n]) ? n : trifle(p);
        if (n == 0)
            return FALSE;
        p += n;
    }
    return TRUE;
}

static char *after_trifles(char *p) {
    while (*p != '\0' && trifle(p) > 0)
        p += trifle(p);
    return p;
}

/* Does `line` begin with the name, with nothing behind it? */
static gboolean is_name(const char *line, const char *name) {
    gsize length = 0;
    while (line[length] != '\0') {
        length += (gsize)(g_utf8_next_char(line + length) - (line + length));
        g_autofree char *folded = names_fold(line, (gssize)length);
        if (strcmp(folded, name) == 0)
            return !mask_word(line[length]) && only_trifles(line + length);
        if (strlen(folded) > strlen(name))
            break;
    }
    return FALSE;
}

/* Where the name and what goes with it begins on this line; NULL: it is not there. */
static char *name_in(char *line, const char *name) {
    char *start = after_trifles(line);
    if (is_name(start, name))
        return line;
    gsize closing = mask_closing(start, start + strlen(start));
    char *after = closing > 0 ? after_trifles(start + closing) : NULL;
    if (after == NULL || !is_name(after, name))
        return NULL;
    char *end = start + closing;
    return *end == ',' ? end + 1 : end;
}

void closing_cut(char *text, const char *name) {
    g_autofree char *folded = names_fold(name, -1);
    g_strchomp(text);
    char *feed = strrchr(text, '\n');
    char *cut = name_in(feed ? feed + 1 : text, folded);
    if (cut != NULL) {
        *cut = '\0';
        g_strchomp(text);
    }
}
