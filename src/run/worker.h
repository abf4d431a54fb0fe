/* worker.h: reading, stripping and classifying, in a process of its own.
 *
 * The worker holds no key, no database and no connection; it has limits on memory and time, and it
 * may not open sockets, start programs or write files. What kills it costs the mail in hand its
 * reading, never the run: the mail goes, sealed, to a person, and the next mail gets a new worker.
 */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "desk/named.h"
#include "mail/mail.h"
#include "rules/rules.h"
#include "value/context.h"
#include "value/verdict.h"

typedef struct worker Worker;

/* Must be called before any key is in memory: the worker is a copy of this process. `reader`,
 * `rules` and `named` (NULL: nobody is) are borrowed until worker_stop(). FAULT_RUN where no
 * process can be made. */
Worker *worker_start(const Reader *reader, const Rules *rules, const Named *named, GError **error);
void worker_stop(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_stop)

/* Parses; the worker keeps the mail, in hand, until the next. FAULT_MAIL with the reason in words
 * where it is unreadable, the worker died of it, or took too long; FAULT_RUN where there is no
 * worker. */
Facts *worker_read(Worker *worker, GBytes *raw, GError **error);

/* Strips and judges the mail in hand. *verdict is NULL for machine mail. Errors as above. */
gboolean worker_strip(Worker *worker, const Context *context, Letter **letter, Identity **identity,
                      Verdict **verdict, GError **error);

/* The same in two halves, so that the worker works while the run does: between them the next mail
 * may be sent with worker_begin(), for which worker_read() has then only to wait. `raw` is the very
 * same GBytes for both. What goes wrong here shows in the second half. */
void worker_ask(Worker *worker, const Context *context);
void worker_begin(Worker *worker, GBytes *raw);
gboolean worker_answer(Worker *worker, Letter **letter, Identity **identity, Verdict **verdict,
                       GError **error);

#endif
