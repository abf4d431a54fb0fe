#include "desk/handle.h"

#include <string.h>

#include "desk/handle-words.h"

enum { SHORTEST = 3, LONGEST = 9 };

/* Is `word` one of the words of a sign-off? "Grey Heron" has two. */
static gboolean taken(const char *word, const GPtrArray *sign_offs) {
    for (guint i = 0; sign_offs != NULL && i < sign_offs->len; i++) {
        g_autofree char *folded = g_utf8_casefold(g_ptr_array_index(sign_offs, i), -1);
        g_auto(GStrv) words = g_strsplit_set(folded, " \t-_.'", -1);
        if (g_strv_contains((const char *const *)words, word))
            return TRUE;
    }
    return FALSE;
}

/* The word `*left` chooses, or the next that may be used; takes what it used out of *left. */
static const char *choose(const char *const *list, guint count, guint64 *left, const char *not_this,
                          const GPtrArray *sign_offs) {
    guint first = (guint)(*left % count);
    *left /= count;
    for (guint i = 0; i < count; i++) {
        const char *word = list[(first + i) % count];
        if (g_strcmp0(word, not_this) != 0 && !taken(word, sign_offs))
            return word;
    }
    return list[first]; /* only where every word is somebody's sign-off */
}

static guint64 number(const guint8 random[8]) {
    guint64 all = 0;
    for (int i = 0; i < 8; i++)
        all = all << 8 | random[i];
    return all;
}

char *handle_make(const guint8 random[8], const GPtrArray *sign_offs) {
    guint64 left = number(random);
    const char *first = choose(HANDLE_FIRST, HANDLE_FIRSTS, &left, NULL, sign_offs);
    const char *second = choose(HANDLE_SECOND, HANDLE_SECONDS, &left, NULL, sign_offs);
    return g_strdup_printf("%s-%s", first, second);
}

char *handle_make_longer(const guint8 random[8], const GPtrArray *sign_offs) {
    guint64 left = number(random);
    const char *first = choose(HANDLE_FIRST, HANDLE_FIRSTS, &left, NULL, sign_offs);
    const char *second = choose(HANDLE_FIRST, HANDLE_FIRSTS, &left, first, sign_offs);
    const char *third = choose(HANDLE_SECOND, HANDLE_SECONDS, &left, NULL, sign_offs);
    return g_strdup_printf("%s-%s-%s", first, second, third);
}

gboolean handle_valid(const char *text) {
    gsize words = 0, letters = 0;
    for (const char *p = text ? text : "";; p++) {
        if (g_ascii_islower(*p)) {
            letters++;
            continue;
        }
        if (letters < SHORTEST || letters > LONGEST || (*p != '-' && *p != '\0'))
            return FALSE;
        words++;
        letters = 0;
        if (*p == '\0')
            return words == 2 || words == 3;
    }
}

char *handle_read(const char *text) {
    if (text == NULL)
        return NULL;
    g_autofree char *low = g_strstrip(g_ascii_strdown(text, -1));
    g_auto(GStrv) words = g_strsplit_set(low, " \t_-", -1);
    GString *handle = g_string_new(NULL);
    for (guint i = 0; words[i] != NULL; i++)
        if (*words[i] != '\0')
            g_string_append_printf(handle, "%s%s", handle->len > 0 ? "-" : "", words[i]);
    char *made = g_string_free(handle, FALSE);
    if (handle_valid(made))
        return made;
    g_free(made);
    return NULL;
}
