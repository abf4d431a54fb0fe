/* Runs a fuzzer over its corpus, as an ordinary test: each file of the folders in FUZZ_CORPORA
 * (parted by colons), whole and cut short at fifteen places. */
#include <string.h>

#include "fuzz/fuzz.h"

enum { CUTS = 16 };

static void try_file(const char *path) {
    g_autofree char *data = NULL;
    gsize length = 0;
    g_assert_true(g_file_get_contents(path, &data, &length, NULL));
    for (gsize i = 1; i <= CUTS; i++) {
        gsize part = length * i / CUTS;
        /* A copy of just this size: then a sanitizer sees what is read behind it. */
        g_autofree guint8 *copy = g_malloc(MAX(part, 1));
        memcpy(copy, data, part);
        LLVMFuzzerTestOneInput(copy, part);
    }
}

static void test_one(gconstpointer path) {
    try_file(path);
}

static guint add_folder(const char *folder) {
    const char *root = g_getenv("WB_SOURCE");
    g_autofree char *in = g_build_filename(root ? root : ".", folder, NULL);
    g_autoptr(GDir) dir = g_dir_open(in, 0, NULL);
    g_assert_nonnull(dir);
    guint count = 0;
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (g_str_has_suffix(name, ".want"))
            continue;
        g_autofree char *test = g_strconcat("/", folder, "/", name, NULL);
        g_test_add_data_func_full(test, g_build_filename(in, name, NULL), test_one, g_free);
        count++;
    }
    return count;
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_auto(GStrv) folders = g_strsplit(FUZZ_CORPORA, ":", -1);
    guint count = 0;
    for (guint i = 0; folders[i] != NULL; i++)
        count += add_folder(folders[i]);
    g_assert_cmpuint(count, >=, 8);
    return g_test_run();
}
