/* serve.h: the worker's own side: a confined process that reads, strips and judges what comes down
 * its line, in the order in which it comes. */
#ifndef RUN_SERVE_H
#define RUN_SERVE_H

#include "run/worker.h"

/* Confines this process, says that it is ("r"), and serves until the other side is gone. */
G_NORETURN void serve(const WorkerSetup *setup, int line);

#endif
