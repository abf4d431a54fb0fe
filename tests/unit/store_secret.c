/* A secret made for the first time takes the place of none: what could not be read for a moment is
 * still there. */
#include <glib/gstdio.h>

#include "base/fault.h"
#include "store/store.h"

static void test_add(void) {
    g_autofree char *folder = g_dir_make_tmp("secret-XXXXXX", NULL);
    guint8 site[STORE_SITE] = "secret";
    g_autoptr(GError) error = NULL;
    g_assert_true(store_create(folder, site, &error));
    Store *store = store_open(folder, FALSE, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) first = g_bytes_new_static("first", 5);
    g_autoptr(GBytes) second = g_bytes_new_static("second", 6);
    g_assert_true(store_add_secret(store, "audit", first, &error));
    g_assert_false(store_add_secret(store, "audit", second, &error));
    g_assert_error(error, FAULT, FAULT_RUN);
    g_autoptr(GBytes) kept = store_secret(store, "audit");
    g_assert_true(g_bytes_equal(kept, first));
    g_clear_error(&error);
    g_assert_true(store_set_secret(store, "audit", second, &error)); /* control */
    g_autoptr(GBytes) changed = store_secret(store, "audit");
    g_assert_true(g_bytes_equal(changed, second));
    store_close(store);
    static const char *const names[] = {"worrybox.db", "keys.db", "worrybox.db-journal",
                                        "keys.db-journal"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_unlink(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/secret/add", test_add);
    return g_test_run();
}
