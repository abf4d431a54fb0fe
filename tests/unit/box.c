/* The Maildir mailbox, and names of IMAP folders. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "base/fault.h"
#include "box/box.h"
#include "box/imap-name.h"

typedef struct fix {
    char *path;
    Server server;
    Box *box;
} Fix;

static void run(const char *const *argv) {
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static void set_up(Fix *fix, gconstpointer data) {
    (void)data;
    g_autoptr(GError) error = NULL;
    fix->path = g_dir_make_tmp("worrybox-box-XXXXXX", NULL);
    fix->server =
        (Server){.kind = SERVER_MAILDIR, .path = g_build_filename(fix->path, "a", "b", NULL)};
    fix->box = box_open(&fix->server, &error);
    g_assert_no_error(error);
}

static void tear_down(Fix *fix, gconstpointer data) {
    (void)data;
    const char *const argv[] = {"rm", "-rf", fix->path, NULL};
    box_close(fix->box);
    run(argv);
    g_free(fix->server.path);
    g_free(fix->path);
}

static char *within(const Fix *fix, const char *name) {
    return g_build_filename(fix->server.path, name, NULL);
}

/* A mail as old as `age`: the smaller, the older. */
static void put(const Fix *fix, const char *name, const char *text, int age) {
    g_autofree char *path = within(fix, name);
    const struct utimbuf times = {1700000000 + age, 1700000000 + age};
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(utime(path, &times), ==, 0);
}

static gboolean there(const Fix *fix, const char *name) {
    g_autofree char *path = within(fix, name);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static char *listed(Fix *fix) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = box_list(fix->box, &error);
    g_assert_no_error(error);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++) {
        const BoxEntry *entry = g_ptr_array_index(list, i);
        g_string_append_printf(text, "%s=%" G_GSIZE_FORMAT " ", entry->id, entry->size);
    }
    return g_string_free(text, FALSE);
}

static gboolean note(gpointer data, const char *id, GBytes *raw, GError **error) {
    gsize size;
    const char *bytes = g_bytes_get_data(raw, &size);
    (void)error;
    g_string_append_printf(data, "%s:%.*s ", id, (int)size, bytes);
    return TRUE;
}

static gboolean stop(gpointer data, const char *id, GBytes *raw, GError **error) {
    note(data, id, raw, error);
    return fault_set(error, FAULT_REFUSED, "stop");
}

static GPtrArray *ids(const char *first, ...) {
    GPtrArray *list = g_ptr_array_new();
    va_list more;
    va_start(more, first);
    for (const char *id = first; id != NULL; id = va_arg(more, const char *))
        g_ptr_array_add(list, (gpointer)id);
    va_end(more);
    return list;
}

static char *fetched(Fix *fix, GPtrArray *list) {
    g_autoptr(GError) error = NULL;
    GString *text = g_string_new(NULL);
    g_assert_true(box_fetch(fix->box, list, note, text, &error));
    g_assert_no_error(error);
    g_ptr_array_unref(list);
    return g_string_free(text, FALSE);
}

static void test_list(Fix *fix, gconstpointer data) {
    (void)data;
    g_autofree char *empty = listed(fix);
    g_assert_cmpstr(empty, ==, "");
    g_assert_cmpstr(box_validity(fix->box), ==, "maildir");
    put(fix, "cur/two:2,S", "22", 2);
    put(fix, "new/one", "1", 1);
    put(fix, "new/three", "333", 3);
    put(fix, "cur/also-three:2,", "", 3);
    put(fix, "new/.hidden", "x", 1);
    put(fix, "tmp/unfinished", "x", 1);
    g_autofree char *link = within(fix, "new/link"), *folder = within(fix, "new/folder");
    g_autofree char *pipe = within(fix, "new/pipe");
    g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    g_autofree char *all = listed(fix);
    g_assert_cmpstr(all, ==, "one=1 two=2 also-three=0 three=3 ");
    g_autofree char *none = fetched(fix, ids("link", "folder", "pipe", NULL));
    g_assert_cmpstr(none, ==, "");
}

static void test_fetch(Fix *fix, gconstpointer data) {
    (void)data;
    put(fix, "new/one", "1\n", 1);
    put(fix, "cur/two:2,S", "2", 2);
    put(fix, "new/three", "3", 3);
    g_autofree char *all = fetched(fix, ids("three", "gone", "two", "one", NULL));
    g_assert_cmpstr(all, ==, "three:3 two:2 one:1\n ");
    /* Another program moves them between the list and the fetch. */
    g_autofree char *from = within(fix, "new/one"), *to = within(fix, "cur/one:2,RS");
    g_assert_cmpint(rename(from, to), ==, 0);
    g_autofree char *moved = fetched(fix, ids("one", NULL));
    g_assert_cmpstr(moved, ==, "one:1\n ");
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(GPtrArray) both = ids("one", "two", NULL);
    g_assert_false(box_fetch(fix->box, both, stop, seen, &error));
    g_assert_error(error, FAULT, FAULT_REFUSED);
    g_assert_cmpstr(seen->str, ==, "one:1\n ");
}

static void test_expunge(Fix *fix, gconstpointer data) {
    (void)data;
    g_autoptr(GError) error = NULL;
    put(fix, "new/one", "1", 1);
    put(fix, "cur/two:2,S", "2", 2);
    put(fix, "new/three", "3", 3);
    g_autoptr(GPtrArray) list = ids("one", "gone", "two", NULL);
    g_assert_true(box_expunge(fix->box, list, &error));
    g_assert_no_error(error);
    g_autofree char *left = listed(fix);
    g_assert_cmpstr(left, ==, "three=1 ");
}

static void test_hold(Fix *fix, gconstpointer data) {
    (void)data;
    g_autoptr(GError) error = NULL;
    put(fix, "new/one", "1", 1);
    put(fix, "cur/two:2,S", "2", 2);
    g_assert_true(box_hold(fix->box, "one", &error));
    g_assert_true(box_hold(fix->box, "two", &error));
    g_assert_true(box_hold(fix->box, "gone", &error));
    g_assert_no_error(error);
    g_assert_true(there(fix, ".Held/new/one") && there(fix, ".Held/new/two"));
    g_assert_true(there(fix, ".Held/maildirfolder"));
    g_assert_false(there(fix, "new/one") || there(fix, "cur/two:2,S"));
    put(fix, "new/one", "another", 1); /* never over the one that lies there */
    g_assert_false(box_hold(fix->box, "one", &error));
    g_assert_error(error, FAULT, FAULT_RUN);
    g_assert_true(there(fix, "new/one"));
}

static void test_ids(Fix *fix, gconstpointer data) {
    static const char *const bad[] = {"", ".", "..", "../a", "/etc/passwd", ".Held", "a/b"};
    (void)data;
    g_autofree char *beside = within(fix, "a");
    g_assert_true(g_file_set_contents(beside, "x", -1, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) list = ids(bad[i], NULL);
        g_assert_false(box_expunge(fix->box, list, &error));
        g_assert_error(error, FAULT, FAULT_RUN);
    }
    g_assert_true(there(fix, "a"));
}

static void test_unreadable(Fix *fix, gconstpointer data) {
    (void)data;
    g_autofree char *new = within(fix, "new");
    g_assert_cmpint(g_rmdir(new), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_null(box_list(fix->box, &error));
    g_assert_error(error, FAULT, FAULT_RUN);
    g_autofree char *file = g_build_filename(fix->path, "file", NULL);
    g_assert_true(g_file_set_contents(file, "x", -1, NULL));
    g_autoptr(GError) none = NULL;
    Server server = {.kind = SERVER_MAILDIR, .path = file};
    g_assert_null(box_open(&server, &none));
    g_assert_error(none, FAULT, FAULT_SETUP);
}

static void test_names(void) {
    static const struct {
        const char *name, *wanted;
    } table[] = {{"INBOX", "INBOX"},
                 {"Worry box", "Worry box"},
                 {"A & B", "A &- B"},
                 {"Entwürfe", "Entw&APw-rfe"},
                 {"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
                 {"\xF0\x9F\x98\x80", "&2D3eAA-"}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *got = imap_name(table[i].name);
        g_assert_cmpstr(got, ==, table[i].wanted);
    }
    g_assert_true(imap_is_plain("büro@h.example"));
    g_assert_false(imap_is_plain("a\r\nb") || imap_is_plain("\t") || imap_is_plain("\x7f") ||
                   imap_is_plain(NULL));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add("/box/maildir/list", Fix, NULL, set_up, test_list, tear_down);
    g_test_add("/box/maildir/fetch", Fix, NULL, set_up, test_fetch, tear_down);
    g_test_add("/box/maildir/expunge", Fix, NULL, set_up, test_expunge, tear_down);
    g_test_add("/box/maildir/hold", Fix, NULL, set_up, test_hold, tear_down);
    g_test_add("/box/maildir/ids", Fix, NULL, set_up, test_ids, tear_down);
    g_test_add("/box/maildir/unreadable", Fix, NULL, set_up, test_unreadable, tear_down);
    g_test_add_func("/box/imap/names", test_names);
    return g_test_run();
}
