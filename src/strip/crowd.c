#include "strip/crowd.h"

#include <string.h>

#include "value/names.h"

enum { MOST = 200 };

struct crowd {
    GPtrArray *people;   /* borrowed */
    GHashTable *by_name; /* a whole name, owned, to its number + 1 */
    GHashTable *by_word; /* a word of one, owned, likewise: of the first who has it */
};

/* A name without what stands between its words. */
static char *key_of(const char *name, gsize length) {
    g_autofree char *folded = names_fold(name, (gssize)length);
    g_auto(GStrv) words = g_strsplit_set(folded, " \t\n-.,'", -1);
    GString *key = g_string_new(NULL);
    for (guint i = 0; words[i] != NULL; i++)
        if (*words[i] != '\0')
            g_string_append_printf(key, "%s%s", key->len > 0 ? " " : "", words[i]);
    return g_string_free(key, FALSE);
}

static void know(Crowd *crowd, const char *key, guint number) {
    gpointer value = GUINT_TO_POINTER(number + 1);
    g_hash_table_insert(crowd->by_name, g_strdup(key), value);
    g_auto(GStrv) words = g_strsplit(key, " ", -1);
    for (guint i = 0; words[i] != NULL; i++)
        if (!g_hash_table_contains(crowd->by_word, words[i]))
            g_hash_table_insert(crowd->by_word, g_strdup(words[i]), value);
}

Crowd *crowd_new(GPtrArray *people) {
    Crowd *crowd = g_new0(Crowd, 1);
    crowd->people = people;
    crowd->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    crowd->by_word = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < people->len; i++)
        know(crowd, g_ptr_array_index(people, i), i);
    return crowd;
}

void crowd_free(Crowd *crowd) {
    if (crowd == NULL)
        return;
    g_hash_table_unref(crowd->by_name);
    g_hash_table_unref(crowd->by_word);
    g_free(crowd);
}

/* The number + 1 of somebody known by one word, who turns out to be `key`; 0: nobody. */
static guint grown(Crowd *crowd, const char *key) {
    g_auto(GStrv) words = g_strsplit(key, " ", -1);
    guint found = 0;
    for (guint i = 0; found == 0 && words[1] != NULL && words[i] != NULL; i++)
        found = GPOINTER_TO_UINT(g_hash_table_lookup(crowd->by_name, words[i]));
    if (found > 0 && strchr(g_ptr_array_index(crowd->people, found - 1), ' ') != NULL)
        return 0; /* that Anna has another surname */
    if (found > 0) {
        g_free(crowd->people->pdata[found - 1]);
        crowd->people->pdata[found - 1] = g_strdup(key);
        know(crowd, key, found - 1);
    }
    return found;
}

static guint number_of(Crowd *crowd, const char *key) {
    guint found = GPOINTER_TO_UINT(g_hash_table_lookup(crowd->by_name, key));
    if (found == 0 && strchr(key, ' ') == NULL)
        found = GPOINTER_TO_UINT(g_hash_table_lookup(crowd->by_word, key));
    if (found == 0)
        found = grown(crowd, key);
    if (found == 0 && crowd->people->len < MOST) {
        know(crowd, key, crowd->people->len);
        g_ptr_array_add(crowd->people, g_strdup(key));
        found = crowd->people->len;
    }
    return found;
}

char *crowd_mark(Crowd *crowd, const char *name, gsize length) {
    g_autofree char *key = key_of(name, length);
    guint number = number_of(crowd, key);
    if (number == 0)
        return g_strdup("[person]");
    number--;
    if (number < 26)
        return g_strdup_printf("[person %c]", 'A' + (int)number);
    return g_strdup_printf("[person %c%c]", 'A' + (int)(number / 26 - 1), 'A' + (int)(number % 26));
}
