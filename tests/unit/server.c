/* Where passwords come from, and which hosts are this machine. */
#include "site/server.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/child.h"
#include "base/fault.h"

static void test_loopback(void) {
    static const struct {
        const char *host;
        gboolean wanted;
    } table[] = {{"localhost", TRUE},
                 {"LocalHost", TRUE},
                 {"127.0.0.1", TRUE},
                 {"127.8.9.1", TRUE},
                 {"::1", TRUE},
                 {"128.0.0.1", FALSE},
                 {"127.0.0.1.x", FALSE},
                 {"localhost.h.example", FALSE},
                 {"::2", FALSE},
                 {"0.0.0.0", FALSE},
                 {"", FALSE},
                 {NULL, FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        g_assert_cmpint(server_is_loopback(table[i].host), ==, table[i].wanted);
}

static void check(const Server *server, const char *wanted, int code, const char *hidden) {
    g_autoptr(GError) error = NULL;
    char *secret = server_secret(server, &error);
    g_assert_cmpstr(secret, ==, wanted);
    if (wanted == NULL) {
        g_assert_error(error, FAULT, code);
        g_assert_true(hidden == NULL || strstr(error->message, hidden) == NULL);
    }
    server_forget(secret);
}

static void test_command(void) {
    static const struct {
        const char *command, *wanted;
        int code;
    } table[] = {{"printf 'pa ss\\nmore\\n'", "pa ss", 0},
                 {"printf \"x\"", "x", 0},
                 {"printf 'x\\r\\n'", "x", 0},
                 {"echo $HOME", "$HOME", 0},               /* no shell */
                 {"sh -c 'read x; echo got$x'", "got", 0}, /* nothing to read */
                 {"printf ''", NULL, FAULT_SETUP},
                 {"printf '\\nhush'", NULL, FAULT_SETUP},
                 {"printf 'hush\\001'", NULL, FAULT_SETUP},
                 {"sh -c 'echo hush; exit 3'", NULL, FAULT_SETUP},
                 {"sh -c 'echo hush; kill -9 $$'", NULL, FAULT_SETUP},
                 {"head -c 70000 /dev/zero", NULL, FAULT_SETUP},
                 {"/no/such/program", NULL, FAULT_SETUP},
                 {"echo 'hush", NULL, FAULT_SETUP}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        const Server server = {.password_command = (char *)table[i].command};
        check(&server, table[i].wanted, table[i].code, "hush");
    }
}

static void test_file(void) {
    static const struct {
        const char *text;
        int mode;
        const char *wanted;
    } table[] = {{"one\ntwo\n", 0600, "one"}, {"one", 0400, "one"},        {"one\r\n", 0600, "one"},
                 {"hush\n", 0640, NULL},      {"hush\n", 0604, NULL},      {"", 0600, NULL},
                 {"\nhush", 0600, NULL},      {"hush\thush\n", 0600, NULL}};
    g_autofree char *folder = g_dir_make_tmp("worrybox-server-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "secret", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        const Server server = {.password_file = path};
        g_assert_true(g_file_set_contents(path, table[i].text, -1, NULL));
        g_assert_cmpint(g_chmod(path, table[i].mode), ==, 0);
        check(&server, table[i].wanted, FAULT_SETUP, "hush");
        g_unlink(path);
    }
    const Server gone = {.password_file = path}, none = {0}, is_folder = {.password_file = folder};
    check(&gone, NULL, FAULT_SETUP, NULL);
    check(&is_folder, NULL, FAULT_SETUP, NULL);
    check(&none, "", 0, NULL);
    g_rmdir(folder);
}

static void test_child(void) {
    static const struct {
        const char *script;
        int code;
    } table[] = {{"exec sleep 20", FAULT_RUN},
                 {"exec >/dev/null; exec sleep 20", FAULT_RUN},
                 {"while :; do echo x; done", FAULT_SETUP}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GError) error = NULL;
        char *argv[] = {(char *)"sh", (char *)"-c", (char *)table[i].script, NULL};
        Child child = {.argv = argv, .most = 1000, .seconds = 1};
        gint64 start = g_get_monotonic_time();
        g_assert_false(child_run(&child, &error));
        g_assert_error(error, FAULT, table[i].code);
        g_assert_null(child.output);
        g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/server/loopback", test_loopback);
    g_test_add_func("/server/secret/command", test_command);
    g_test_add_func("/server/secret/file", test_file);
    g_test_add_func("/server/child", test_child);
    return g_test_run();
}
