#include "base/thread.h"

#include <signal.h>

GThread *thread_start(const char *name, GThreadFunc work, gpointer data) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    GThread *thread = g_thread_try_new(name, work, data, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread;
}
