/* child.h: run a program, without a shell, bounded in time and output. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <glib.h>

typedef struct child {
    char **argv;   /* borrowed; argv[0] is looked up in PATH where it has no slash */
    char **env;    /* borrowed; NULL: ours */
    GBytes *input; /* borrowed; what it reads on standard input, from memory; NULL: nothing */
    gsize most;    /* bytes of its standard output that are wanted; 0: it goes to /dev/null */
    guint seconds; /* then it is killed */
    char
        *output; /* set by child_run(): NUL-terminated, owned by the caller; NULL where most is 0 */
    gsize length; /* of output */
    int status;   /* set: its exit code; 128 and the signal where one ended it */
} Child;

/* Runs it to its end. Its standard error goes to /dev/null: it may hold what we must not log. TRUE
 * whatever it exits with. FAULT_SETUP: it cannot be started, or writes more than `most`; FAULT_RUN:
 * time is over. Then `output` is NULL, and what had been read is wiped. */
gboolean child_run(Child *child, GError **error);

#endif
