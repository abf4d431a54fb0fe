#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"

/* A file in memory as its standard input: no pipe that could fill, no SIGPIPE, nothing on a disk.
 */
static int input_file(GBytes *input, GError **error) {
    gsize length = 0, done = 0;
    const char *bytes = input != NULL ? g_bytes_get_data(input, &length) : NULL;
    int fd = input != NULL ? memfd_create("input", MFD_CLOEXEC)
                           : open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && done < length) {
        ssize_t put = write(fd, bytes + done, length - done);
        if (put > 0)
            done += (gsize)put;
        else if (errno != EINTR)
            break;
    }
    if (fd >= 0 && done == length && (input == NULL || lseek(fd, 0, SEEK_SET) == 0))
        return fd;
    fault_errno(error, FAULT_RUN, errno, "cannot hand a program its input");
    if (fd >= 0)
        close(fd);
    return -1;
}

/* In the new process: it can be stopped as any other, though the thread that starts it may take no
 * signals (thread.h), and GLib leaves that as it is. */
static void take_signals(gpointer unused) {
    sigset_t none;
    (void)unused;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static GPid start(const Child *child, int input, int output, GError **error) {
    GPid pid = 0;
    g_autoptr(GError) why = NULL;
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
                        G_SPAWN_STDERR_TO_DEV_NULL |
                        (output < 0 ? G_SPAWN_STDOUT_TO_DEV_NULL : G_SPAWN_DEFAULT);
    if (g_spawn_async_with_fds("/", child->argv, child->env, flags, take_signals, NULL, &pid, input,
                               output, -1, &why))
        return pid;
    fault_set(error, FAULT_SETUP, "%s: cannot be started", child->argv[0]);
    return 0;
}

/* Reads until the other end is closed. FALSE with *error where there is too much, or time is over.
 */
static gboolean collect(Child *child, int fd, gint64 end, GError **error) {
    while (TRUE) {
        gint64 left = (end - g_get_monotonic_time()) / 1000;
        struct pollfd one = {.fd = fd, .events = POLLIN};
        if (left <= 0)
            return fault_set(error, FAULT_RUN, "%s: not done within %u s", child->argv[0],
                             child->seconds);
        if (poll(&one, 1, (int)left) <= 0)
            continue;
        ssize_t got = read(fd, child->output + child->length, child->most + 1 - child->length);
        if (got == 0)
            return TRUE;
        if (got > 0)
            child->length += (gsize)got;
        if (child->length > child->most)
            return fault_set(error, FAULT_SETUP, "%s: writes more than %" G_GSIZE_FORMAT " bytes",
                             child->argv[0], child->most);
    }
}

/* Waits in small steps that grow: a pidfd would be neater, but is not everywhere allowed. */
static gboolean reap(Child *child, GPid pid, gint64 end, GError **error) {
    int status = 0;
    gulong nap = 200;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (g_get_monotonic_time() >= end)
            return fault_set(error, FAULT_RUN, "%s: not done within %u s", child->argv[0],
                             child->seconds);
        g_usleep(nap);
        nap = MIN(nap * 2, 20000);
    }
    child->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return TRUE;
}

static void drop_output(Child *child) {
    if (child->output != NULL)
        explicit_bzero(child->output, child->most + 2);
    g_clear_pointer(&child->output, g_free);
}

static gboolean run(Child *child, int input, int pipes[2], GError **error) {
    gint64 end = g_get_monotonic_time() + (gint64)child->seconds * G_USEC_PER_SEC;
    GPid pid = start(child, input, pipes[1], error);
    if (pipes[1] >= 0)
        close(pipes[1]);
    if (pid == 0)
        return FALSE;
    gboolean ok =
        (pipes[0] < 0 || collect(child, pipes[0], end, error)) && reap(child, pid, end, error);
    if (!ok) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return ok;
}

gboolean child_run(Child *child, GError **error) {
    int pipes[2] = {-1, -1};
    child->output = child->most > 0 ? g_malloc0(child->most + 2) : NULL;
    child->length = 0;
    int input = input_file(child->input, error);
    gboolean ok = input >= 0;
    if (ok && child->most > 0 && pipe2(pipes, O_CLOEXEC) != 0)
        ok = fault_errno(error, FAULT_RUN, errno, "%s: no pipe", child->argv[0]);
    ok = ok && run(child, input, pipes, error);
    if (pipes[0] >= 0)
        close(pipes[0]);
    if (input >= 0)
        close(input);
    if (!ok)
        drop_output(child);
    return ok;
}
