/* The count of a listener's open cases is kept by triggers: whatever happens to cases, it is what
 * counting them would say. */
#include <glib/gstdio.h>
#include <string.h>

#include "store/cases.h"
#include "vault/vault.h"

static const char *const LISTENERS[] = {"heron", "wren", NULL};

static Store *new_store(const char *folder) {
    guint8 site[STORE_SITE] = "turns";
    GError *error = NULL;
    g_assert_true(store_create(folder, site, &error));
    Store *store = store_open(folder, FALSE, &error);
    g_assert_no_error(error);
    return store;
}

static void remove_store(Store *store, char *folder) {
    store_close(store);
    for (const char *const *name =
             (const char *const[]){"worrybox.db", "keys.db", "worrybox.db-journal",
                                   "keys.db-journal", NULL};
         *name != NULL; name++) {
        g_autofree char *path = g_build_filename(folder, *name, NULL);
        g_unlink(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_free(folder);
}

static guint counted(Store *store, const char *listener) {
    g_autoptr(GPtrArray) rows = store_cases(store, TRUE, NULL);
    guint count = 0;
    for (guint i = 0; i < rows->len; i++) {
        const Case *row = g_ptr_array_index(rows, i);
        count += row->state == CASE_OPEN && row->desk == DESK_LISTENER &&
                 g_strcmp0(row->listener, listener) == 0;
    }
    return count;
}

static void check(Store *store) {
    g_autoptr(GHashTable) turns = store_turns(store, NULL);
    g_assert_nonnull(turns);
    for (guint i = 0; LISTENERS[i] != NULL; i++) {
        const Turn *turn = g_hash_table_lookup(turns, LISTENERS[i]);
        g_assert_cmpuint(turn ? turn->open : 0, ==, counted(store, LISTENERS[i]));
    }
}

static void add(Store *store, guint64 id) {
    g_autoptr(Case) row = case_new();
    g_autoptr(GBytes) key = g_bytes_new("key", 3);
    row->id = id;
    row->handle = g_strdup_printf("handle-%u", (guint)id);
    row->identity = g_bytes_new("public", 6);
    g_assert_true(store_add_case(store, row, key, NULL));
}

/* One thing that happens to a case. */
static void happen(Store *store, GRand *rand, guint64 id) {
    g_autoptr(Case) row = store_case(store, id, NULL);
    if (row == NULL) {
        add(store, id);
        return;
    }
    if (row->state == CASE_CLOSED && g_rand_boolean(rand)) {
        g_assert_true(store_erase_key(store, id, NULL) && store_delete_case(store, id, NULL));
        return;
    }
    g_clear_pointer(&row->listener, g_free);
    row->listener = g_strdup(LISTENERS[g_rand_int_range(rand, 0, 3)]);
    row->state = (enum case_state)g_rand_int_range(rand, CASE_OPEN, CASE_CLOSED + 1);
    row->desk = (enum desk)g_rand_int_range(rand, DESK_LISTENER, DESK_HEAD + 1);
    g_assert_true(store_save_case(store, row, NULL));
}

static void test_counts(void) {
    char *folder = g_dir_make_tmp("worrybox-turns-XXXXXX", NULL);
    Store *store = new_store(folder);
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    guint most = 0;
    g_assert_true(store_begin(store, NULL));
    for (guint i = 0; i < 2000; i++) {
        happen(store, rand, 1 + (guint64)g_rand_int_range(rand, 0, 40));
        most = MAX(most, counted(store, "heron"));
        check(store);
    }
    g_assert_true(store_set_turn(store, "heron", 1234, NULL));
    g_assert_true(store_set_turn(store, "robin", 99, NULL));
    check(store);
    g_assert_true(store_commit(store, NULL));
    g_assert_cmpuint(most, >, 1);
    g_autoptr(GHashTable) turns = store_turns(store, NULL);
    g_assert_cmpint(((Turn *)g_hash_table_lookup(turns, "heron"))->last, ==, 1234);
    g_assert_cmpuint(((Turn *)g_hash_table_lookup(turns, "robin"))->open, ==, 0);
    remove_store(store, folder);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/turns/counts", test_counts);
    return vault_start(NULL) ? g_test_run() : 1;
}
