/* run.h: one batch: fetch, read, resolve, strip, decide, keep, expunge, post, deadlines. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "run/office.h"
#include "run/tally.h"

typedef struct run_options {
    gboolean dry;      /* look, say, change nothing anywhere */
    gboolean progress; /* on standard error, when there is much */
    gint64 now;        /* -1: the system's clock */
} RunOptions;

/* Runs the site in `folder` once. *count is what was done, also when it failed. TRUE: all done.
 * FAULT_SETUP: the site's files, keys or servers are not right. FAULT_RUN: disk, server or network,
 * another run, or a signal to stop; the next run finishes the work. A failing run has started the
 * site's alarm-command. Lines for --dry-run go to standard output. */
gboolean run_once(const char *folder, const RunOptions *options, Count *count, Tally *tally,
                  GError **error);

#endif
