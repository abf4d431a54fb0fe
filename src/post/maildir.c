/* A Maildir to deliver into. Mails wait in tmp, and are seen in new all at once after a flush: what
 * a killed run had written without one, nobody ever sees. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "post/kind.h"
#include "wire/maildir.h"

/* Up to so many files fsync() each is cheaper than syncfs() for all that is dirty on the disk. */
enum { SINGLY = 4 };

typedef struct maildir {
    char *path;
    int folder;         /* descriptor of it */
    GPtrArray *waiting; /* names in tmp, owned */
    guint count;
} Maildir;

/* A name is TIME.MusecPpidQcount.worrybox: of no host, since a host's name says where the box is.
 */
static char *new_name(Maildir *post) {
    gint64 now = g_get_real_time();
    return g_strdup_printf("%" G_GINT64_FORMAT ".M%06dP%dQ%u.worrybox", now / G_USEC_PER_SEC,
                           (int)(now % G_USEC_PER_SEC), (int)getpid(), ++post->count);
}

static gboolean is_dead(const char *name) {
    const char *at = strchr(name, 'P');
    gint64 pid = at != NULL ? g_ascii_strtoll(at + 1, NULL, 10) : 0;
    return g_str_has_suffix(name, ".worrybox") && pid > 0 && pid <= G_MAXINT &&
           kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* Letters of a run that was killed do not lie about in tmp. */
static void sweep(Maildir *post) {
    g_autofree char *path = g_build_filename(post->path, "tmp", NULL);
    GDir *dir = g_dir_open(path, 0, NULL);
    int tmp = openat(post->folder, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (is_dead(name))
            (void)unlinkat(tmp, name, 0);
    if (dir != NULL)
        g_dir_close(dir);
    if (tmp >= 0)
        close(tmp);
}

static gpointer maildir_open(const Server *server, const char *from, GError **error) {
    (void)from;
    int folder = maildir_make(server->path, error);
    if (folder < 0)
        return NULL;
    Maildir *post = g_new0(Maildir, 1);
    post->path = g_strdup(server->path);
    post->folder = folder;
    post->waiting = g_ptr_array_new_with_free_func(g_free);
    sweep(post);
    return post;
}

static void maildir_close(gpointer state) {
    Maildir *post = state;
    for (guint i = 0; i < post->waiting->len; i++) {
        g_autofree char *path = g_strconcat("tmp/", g_ptr_array_index(post->waiting, i), NULL);
        (void)unlinkat(post->folder, path, 0);
    }
    g_ptr_array_unref(post->waiting);
    close(post->folder);
    g_free(post->path);
    g_free(post);
}

/* 0, or why not, as errno. */
static int write_all(int fd, GBytes *mail) {
    gsize length, done = 0;
    const char *bytes = g_bytes_get_data(mail, &length);
    while (done < length) {
        ssize_t put = write(fd, bytes + done, length - done);
        if (put >= 0)
            done += (gsize)put;
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

static enum post_result maildir_send(gpointer state, const char *to, GBytes *mail, GError **error) {
    (void)to; /* it stands in the mail; one Maildir is for all */
    Maildir *post = state;
    g_autofree char *name = new_name(post);
    g_autofree char *path = g_strconcat("tmp/", name, NULL);
    int fd = openat(post->folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int code = fd < 0 ? errno : write_all(fd, mail);
    if (fd >= 0 && close(fd) != 0 && code == 0)
        code = errno;
    if (code == 0) {
        g_ptr_array_add(post->waiting, g_steal_pointer(&name));
        return POST_SENT;
    }
    (void)unlinkat(post->folder, path, 0);
    fault_errno(error, FAULT_RUN, code, "%s: a mail cannot be written", post->path);
    return POST_BROKEN;
}

static int sync_one(Maildir *post, const char *name) {
    g_autofree char *path = g_strconcat("tmp/", name, NULL);
    int fd = openat(post->folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int code = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    return code;
}

/* The content of all that waits is on the disk after this. */
static int sync_content(Maildir *post) {
    int code = 0;
    if (post->waiting->len > SINGLY)
        return syncfs(post->folder) == 0 ? 0 : errno;
    for (guint i = 0; code == 0 && i < post->waiting->len; i++)
        code = sync_one(post, g_ptr_array_index(post->waiting, i));
    return code;
}

static int show_one(Maildir *post, const char *name) {
    g_autofree char *from = g_strconcat("tmp/", name, NULL);
    g_autofree char *to = g_strconcat("new/", name, NULL);
    return renameat(post->folder, from, post->folder, to) == 0 ? 0 : errno;
}

static gboolean maildir_flush(gpointer state, GError **error) {
    Maildir *post = state;
    if (post->waiting->len == 0)
        return TRUE;
    int code = sync_content(post);
    for (guint i = 0; code == 0 && i < post->waiting->len; i++)
        code = show_one(post, g_ptr_array_index(post->waiting, i));
    if (code != 0)
        return fault_errno(error, FAULT_RUN, code, "%s: mails cannot be delivered", post->path);
    g_ptr_array_set_size(post->waiting, 0);
    return maildir_sync(post->folder, "new", error);
}

static char *maildir_abilities(gpointer state, GError **error) {
    Maildir *post = state;
    if (faccessat(post->folder, "tmp", W_OK | X_OK, AT_EACCESS) != 0 ||
        faccessat(post->folder, "new", W_OK | X_OK, AT_EACCESS) != 0) {
        fault_errno(error, FAULT_SETUP, errno, "%s: mails could not be written there", post->path);
        return NULL;
    }
    return g_strdup("Maildir: yes. Mails to everybody are put there; something else has to take "
                    "them on.\n");
}

const PostKind POST_MAILDIR = {
    .open = maildir_open,
    .close = maildir_close,
    .send = maildir_send,
    .flush = maildir_flush,
    .abilities = maildir_abilities,
};
