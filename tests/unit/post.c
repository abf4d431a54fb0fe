/* Post into a Maildir and to a sendmail program. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "post/post.h"

typedef struct fix {
    char *path;
    Server server;
} Fix;

static void set_up(Fix *fix, gconstpointer data) {
    fix->path = g_dir_make_tmp("worrybox-post-XXXXXX", NULL);
    fix->server = (Server){.kind = (enum server_kind)GPOINTER_TO_INT(data),
                           .path = g_build_filename(fix->path, "out", NULL)};
}

static void tear_down(Fix *fix, gconstpointer data) {
    (void)data;
    const char *const argv[] = {"rm", "-rf", fix->path, NULL};
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
    g_free(fix->server.path);
    g_free(fix->path);
}

static guint files(const Fix *fix, const char *name) {
    g_autofree char *path = g_build_filename(fix->server.path, name, NULL);
    GDir *dir = g_dir_open(path, 0, NULL);
    guint count = 0;
    while (g_dir_read_name(dir) != NULL)
        count++;
    g_dir_close(dir);
    return count;
}

static Post *opened(Fix *fix) {
    g_autoptr(GError) error = NULL;
    Post *post = post_open(&fix->server, "box@h.example", &error);
    g_assert_no_error(error);
    return post;
}

static enum post_result sent(Post *post, const char *to, const char *text) {
    g_autoptr(GBytes) mail = g_bytes_new_static(text, strlen(text));
    g_autoptr(GError) error = NULL;
    enum post_result result = post_send(post, to, mail, &error);
    g_assert_true((result == POST_SENT) == (error == NULL));
    return result;
}

static void test_maildir(Fix *fix, gconstpointer data) {
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Post) post = opened(fix);
    const guint rounds[] = {1, 3, 40};
    guint all = 0;
    g_assert_true(post_flush(post, &error));
    for (guint i = 0; i < G_N_ELEMENTS(rounds); i++) {
        for (guint n = 0; n < rounds[i]; n++)
            g_assert_cmpint(sent(post, "p@h.example", "Subject: x\n\ny\n"), ==, POST_SENT);
        g_assert_cmpuint(files(fix, "new"), ==, all); /* nothing is seen before the flush */
        g_assert_cmpuint(files(fix, "tmp"), ==, rounds[i]);
        g_assert_true(post_flush(post, &error));
        all += rounds[i];
        g_assert_cmpuint(files(fix, "new"), ==, all);
        g_assert_cmpuint(files(fix, "tmp"), ==, 0);
    }
}

static void test_names(Fix *fix, gconstpointer data) {
    (void)data;
    g_autoptr(Post) post = opened(fix);
    g_assert_cmpint(sent(post, "p@h.example", "Subject: x\n\ny\n"), ==, POST_SENT);
    g_assert_true(post_flush(post, NULL));
    g_autofree char *path = g_build_filename(fix->server.path, "new", NULL);
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name = g_dir_read_name(dir);
    g_assert_true(g_regex_match_simple("^[0-9]+\\.M[0-9]{6}P[0-9]+Q1\\.worrybox$", name, 0, 0));
    g_autofree char *file = g_build_filename(path, name, NULL);
    g_autofree char *text = NULL;
    struct stat about;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "Subject: x\n\ny\n");
    g_assert_cmpint(stat(file, &about), ==, 0);
    g_assert_cmpint(about.st_mode & 0777, ==, 0600);
    g_dir_close(dir);
}

/* A run that is killed, or closed without a flush, has delivered nothing. */
static void test_killed(Fix *fix, gconstpointer data) {
    (void)data;
    pid_t pid = fork();
    if (pid == 0) {
        Post *post = opened(fix);
        for (int i = 0; i < 5; i++)
            (void)sent(post, "p@h.example", "Subject: x\n\ny\n");
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    g_assert_cmpuint(files(fix, "new"), ==, 0);
    g_assert_cmpuint(files(fix, "tmp"), ==, 5);
    Post *post = opened(fix); /* the next run sweeps its remains away */
    g_assert_cmpuint(files(fix, "tmp"), ==, 0);
    g_assert_cmpint(sent(post, "p@h.example", "Subject: x\n\ny\n"), ==, POST_SENT);
    post_close(post);
    g_assert_cmpuint(files(fix, "new"), ==, 0);
    g_assert_cmpuint(files(fix, "tmp"), ==, 0);
}

static void test_no_room(Fix *fix, gconstpointer data) {
    (void)data;
    g_autoptr(Post) post = opened(fix);
    g_autofree char *tmp = g_build_filename(fix->server.path, "tmp", NULL);
    g_assert_cmpint(g_rmdir(tmp), ==, 0);
    g_assert_cmpint(sent(post, "p@h.example", "x"), ==, POST_BROKEN);
}

static void test_recipients(Fix *fix, gconstpointer data) {
    static const char *const bad[] = {"",        "p",           "-p@h.example", "p@h.example q@h",
                                      "a@b\r\n", "a@b>\nRCPT<", "<a@b>",        "a@b,c@d"};
    (void)data;
    g_autoptr(Post) post = opened(fix);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpint(sent(post, bad[i], "x"), ==, POST_REFUSED);
    g_autoptr(GError) error = NULL;
    g_assert_null(post_open(&fix->server, "-oQ/tmp", &error));
    g_assert_error(error, FAULT, FAULT_SETUP);
}

static void program(const Fix *fix, const char *text) {
    g_autofree char *whole = g_strconcat("#!/bin/sh\n", text, "\n", NULL);
    g_unlink(fix->server.path);
    g_assert_true(g_file_set_contents_full(fix->server.path, whole, -1,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0700, NULL));
}

static void test_sendmail(Fix *fix, gconstpointer data) {
    (void)data;
    g_autofree char *keep =
        g_strdup_printf("{ for a; do echo \"[$a]\"; done; cat; env; } >%s/got", fix->path);
    program(fix, keep);
    g_assert_true(g_setenv("WORRYBOX_TEST", "secret", TRUE));
    g_autoptr(Post) post = opened(fix);
    g_assert_cmpint(sent(post, "p@h.example", "Subject: x\n\n.\n; rm -rf $HOME\n"), ==, POST_SENT);
    g_autofree char *path = g_build_filename(fix->path, "got", NULL);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_true(g_str_has_prefix(text, "[-i]\n[-f]\n[box@h.example]\n[--]\n[p@h.example]\n"
                                         "Subject: x\n\n.\n; rm -rf $HOME\n"));
    g_assert_null(strstr(text, "WORRYBOX_TEST"));
}

static void test_sendmail_codes(Fix *fix, gconstpointer data) {
    static const struct {
        const char *text;
        enum post_result wanted;
    } table[] = {{"exit 0", POST_SENT},
                 {"exit 75", POST_LATER},
                 {"exit 67", POST_REFUSED},
                 {"exit 64", POST_REFUSED},
                 {"exit 78", POST_BROKEN},
                 {"kill -9 $$", POST_BROKEN},
                 {"exec </dev/null; exit 0", POST_SENT}};
    (void)data;
    program(fix, "exit 0");
    g_autoptr(Post) post = opened(fix);
    g_autofree char *large = g_strnfill(3 << 20, 'x');
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        program(fix, table[i].text);
        g_assert_cmpint(sent(post, "p@h.example", large), ==, table[i].wanted);
    }
    g_assert_cmpint(g_unlink(fix->server.path), ==, 0);
    g_assert_cmpint(sent(post, "p@h.example", "x"), ==, POST_BROKEN);
    g_autoptr(GError) error = NULL;
    g_assert_null(post_open(&fix->server, "box@h.example", &error));
    g_assert_error(error, FAULT, FAULT_SETUP);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    gconstpointer maildir = GINT_TO_POINTER(SERVER_MAILDIR);
    gconstpointer sendmail = GINT_TO_POINTER(SERVER_SENDMAIL);
    g_test_add("/post/maildir/flush", Fix, maildir, set_up, test_maildir, tear_down);
    g_test_add("/post/maildir/names", Fix, maildir, set_up, test_names, tear_down);
    g_test_add("/post/maildir/killed", Fix, maildir, set_up, test_killed, tear_down);
    g_test_add("/post/maildir/no-room", Fix, maildir, set_up, test_no_room, tear_down);
    g_test_add("/post/recipients", Fix, maildir, set_up, test_recipients, tear_down);
    g_test_add("/post/sendmail/argv", Fix, sendmail, set_up, test_sendmail, tear_down);
    g_test_add("/post/sendmail/codes", Fix, sendmail, set_up, test_sendmail_codes, tear_down);
    return g_test_run();
}
