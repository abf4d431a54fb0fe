/* confine.h: what a worker may not do. */
#ifndef RUN_CONFINE_H
#define RUN_CONFINE_H

#include <glib.h>

/* For the calling process and for good: at most `memory` bytes of data, no core dump, no new
 * privileges; no socket of its own, no other program, no file opened for writing, made, renamed or
 * removed, no signal to others, no tracing (seccomp; left out, silently, by a kernel without it).
 * FALSE where a limit could not be set: then the worker must not go on. */
gboolean confine_worker(gsize memory);

#endif
