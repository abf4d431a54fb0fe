/* A sendmail program: the one every mail server brings. No shell, nothing of our environment. */
#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/child.h"
#include "post/kind.h"

enum { SECONDS = 60 };

typedef struct sendmail {
    char *path, *from;
} Sendmail;

static gpointer sendmail_open(const Server *server, const char *from, GError **error) {
    if (access(server->path, X_OK) != 0) {
        fault_errno(error, FAULT_SETUP, errno, "%s: cannot be run", server->path);
        return NULL;
    }
    Sendmail *post = g_new(Sendmail, 1);
    post->path = g_strdup(server->path);
    post->from = g_strdup(from);
    return post;
}

static void sendmail_close(gpointer state) {
    Sendmail *post = state;
    g_free(post->path);
    g_free(post->from);
    g_free(post);
}

/* -i: a line with a dot alone is a line of the mail; --: what follows is no option. */
static enum post_result sendmail_send(gpointer state, const char *to, GBytes *mail,
                                      GError **error) {
    Sendmail *post = state;
    char *argv[] = {post->path,   (char *)"-i", (char *)"-f", post->from,
                    (char *)"--", (char *)to,   NULL};
    char *env[] = {(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"LC_ALL=C", NULL};
    Child child = {.argv = argv, .env = env, .input = mail, .seconds = SECONDS};
    if (!child_run(&child, error))
        return POST_BROKEN;
    if (child.status == EX_OK)
        return POST_SENT;
    if (child.status == EX_TEMPFAIL)
        return post_fail(POST_LATER, error, FAULT_RUN, "%s: not now (exit code 75)", post->path);
    if (child.status == 126 || child.status == 127 || child.status == EX_CONFIG ||
        child.status == EX_SOFTWARE || child.status == EX_OSERR || child.status == EX_OSFILE ||
        child.status > 128)
        return post_fail(POST_BROKEN, error, FAULT_SETUP, "%s: does not work (exit code %d)",
                         post->path, child.status);
    return post_fail(POST_REFUSED, error, FAULT_MAIL, "%s: refuses this mail (exit code %d)",
                     post->path, child.status);
}

static char *sendmail_abilities(gpointer state, GError **error) {
    Sendmail *post = state;
    (void)error;
    return g_strdup_printf("sendmail: %s is there. Whether it delivers, only a mail can show: its "
                           "queue is its own.\n",
                           post->path);
}

const PostKind POST_SENDMAIL = {
    .open = sendmail_open,
    .close = sendmail_close,
    .send = sendmail_send,
    .abilities = sendmail_abilities,
};
