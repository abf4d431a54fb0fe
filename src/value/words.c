#include "value/words.h"

void words_add(GHashTable *words, const char *text) {
    g_autofree char *low = g_utf8_casefold(text, -1);
    const char *start = NULL;
    for (const char *p = low;; p = g_utf8_next_char(p)) {
        gboolean inside = *p != '\0' && g_unichar_isalnum(g_utf8_get_char(p));
        if (inside && start == NULL)
            start = p;
        if (!inside && start != NULL) {
            g_hash_table_add(words, g_strndup(start, (gsize)(p - start)));
            start = NULL;
        }
        if (*p == '\0')
            return;
    }
}

void words_remove(const GHashTable *words, GPtrArray *names) {
    for (guint i = names->len; i-- > 0;)
        if (g_hash_table_contains((GHashTable *)words, g_ptr_array_index(names, i)))
            g_ptr_array_remove_index(names, i);
}
