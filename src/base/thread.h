/* thread.h: a second pair of hands. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <glib.h>

/* Runs `work` with `data` in a thread that takes no signals, for those are to end the waiting of
 * the one that starts it. Joined with g_thread_join(). NULL where none can be had: then do it
 * oneself. */
GThread *thread_start(const char *name, GThreadFunc work, gpointer data);

#endif
