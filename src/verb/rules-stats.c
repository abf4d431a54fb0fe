#include <stdio.h>

#include "base/json.h"
#include "run/office.h"
#include "verb/rules-part.h"

/* Fewer cases than this could point at somebody. */
enum { FEWEST = 5 };

/* How many cases each category has had. */
static GHashTable *counts_of(const GPtrArray *cases) {
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < cases->len; i++) {
        const Case *row = g_ptr_array_index(cases, i);
        for (guint j = 0; j < row->categories->len; j++) {
            const char *name = g_ptr_array_index(row->categories, j);
            guint before = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));
            g_hash_table_insert(counts, g_strdup(name), GUINT_TO_POINTER(before + 1));
        }
    }
    return counts;
}

static void print(const char *name, guint count, gboolean json) {
    gboolean few = count < FEWEST;
    if (!json && few)
        printf("%-24s fewer than %d\n", name, FEWEST);
    else if (!json)
        printf("%-24s %u\n", name, count);
    if (!json)
        return;
    g_autoptr(Js) line = js_object();
    js_put_text(line, "category", name);
    if (few)
        js_put(line, "cases", NULL);
    else
        js_put_number(line, "cases", count);
    g_autofree char *text = js_line(line);
    puts(text);
}

/* Every rule is there, spoken or not: that one is missing must not say that there was none. */
gboolean rules_stats(const RulesCall *call, GError **error) {
    g_autoptr(Office) office = office_ready(verb_site(call->call), -1, STORE_KEYS_NONE, error);
    if (office == NULL)
        return FALSE;
    g_autoptr(GPtrArray) cases = store_cases(office->store, TRUE, error);
    if (cases == NULL)
        return FALSE;
    g_autoptr(GHashTable) counts = counts_of(cases);
    for (guint i = 0; rules_names(office->rules, i).name != NULL; i++) {
        const char *name = rules_names(office->rules, i).name;
        print(name, GPOINTER_TO_UINT(g_hash_table_lookup(counts, name)), call->json);
    }
    print("undecided", GPOINTER_TO_UINT(g_hash_table_lookup(counts, "undecided")), call->json);
    return TRUE;
}
