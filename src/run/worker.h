/* worker.h: reading, stripping and classifying, in a process of its own.
 *
 * The worker holds no key, no database and no connection; it has limits on memory and time, and it
 * may not open sockets, start programs or write files. What kills it costs the mail in hand its
 * reading, never the run: the mail goes, sealed, to a person, and the next mail gets a new worker.
 */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "mail/mail.h"
#include "rules/rules.h"
#include "value/context.h"
#include "value/verdict.h"

typedef struct worker Worker;

/* Must be called before any key is in memory: the worker is a copy of this process. `reader` and
 * `rules` are borrowed until worker_stop(). FAULT_RUN where no process can be made. */
Worker *worker_start(const Reader *reader, const Rules *rules, GError **error);
void worker_stop(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_stop)

/* Parses; the worker keeps the mail until the next call. FAULT_MAIL with the reason in words where
 * it is unreadable, the worker died of it, or took too long; FAULT_RUN where there is no worker. */
Facts *worker_read(Worker *worker, GBytes *raw, GError **error);

/* Strips and judges the mail in hand. *verdict is NULL for machine mail. Errors as above. */
gboolean worker_strip(Worker *worker, const Context *context, Letter **letter, Identity **identity,
                      Verdict **verdict, GError **error);

#endif
