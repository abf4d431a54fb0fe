#include "base/thread.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BACKGROUND = 10 };

typedef struct start {
    GThreadFunc work;
    gpointer data;
} Start;

static gpointer begin(gpointer data) {
    Start start = *(Start *)data;
    g_free(data);
    /* Of this thread only: so Linux has it. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), BACKGROUND);
    return start.work(start.data);
}

GThread *thread_start(const char *name, GThreadFunc work, gpointer data) {
    sigset_t all, before;
    Start *start = g_new(Start, 1);
    *start = (Start){work, data};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    GThread *thread = g_thread_try_new(name, begin, start, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (thread == NULL)
        g_free(start);
    return thread;
}
