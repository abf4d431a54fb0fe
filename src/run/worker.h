/* worker.h: reading, stripping and classifying, in a process of its own.
 *
 * The worker holds no key, no database and no connection; it has limits on memory and time, and it
 * may not open sockets, start programs or write files. What kills it costs the mail at work its
 * reading, never the run: the mail goes, sealed, to a person, and the next mail gets a new worker.
 *
 * It is sent several mails ahead, so that neither waits for the other: a number (the caller's) says
 * which mail is meant. What is sent is worked off in order, and each mail sent and each context
 * asked with is answered once.
 */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "desk/named.h"
#include "mail/mail.h"
#include "rules/rules.h"
#include "run/proposal.h"
#include "value/context.h"
#include "value/verdict.h"

typedef struct worker Worker;

/* So many mails may be in hand; no two of them with the same number modulo this. */
enum { WORKER_WINDOW = 128 };

/* What it works with; all borrowed until worker_stop(). */
typedef struct worker_setup {
    const Reader *reader;
    const Rules *rules;
    const Named *named;         /* NULL: nobody is named */
    const ProposalSite *change; /* for worker_read_change(); NULL: it is not asked */
} WorkerSetup;

/* Must be called before any key is in memory: the worker is a copy of this process. FAULT_RUN where
 * no process can be made. */
Worker *worker_start(const WorkerSetup *setup, GError **error);
void worker_stop(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_stop)

/* Sends a mail to be parsed. FAULT_RUN where there is no worker; what else goes wrong is heard. */
gboolean worker_send(Worker *worker, guint number, GBytes *raw, GError **error);

/* Has a mail stripped and judged, once SAID_FACTS was heard of it. After the `last` time the worker
 * lets go of it. What goes wrong is heard. */
void worker_ask(Worker *worker, guint number, const Context *context, gboolean last);

/* SAID_DIED: of this mail, or from outside; all others that were sent are lost with it and have to
 * be sent anew. */
enum said_what { SAID_NOTHING, SAID_FACTS, SAID_RESULT, SAID_UNREADABLE, SAID_DIED };

typedef struct said {
    enum said_what what;
    guint number;
    Facts *facts;   /* owned, as all here: SAID_FACTS */
    Letter *letter; /* SAID_RESULT */
    Identity *identity;
    Verdict *verdict; /* NULL for machine mail */
    char *why;        /* SAID_UNREADABLE, SAID_DIED: in words */
} Said;
void said_clear(Said *said);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Said, said_clear)

/* What it says next, into *said, which is empty. Without `wait`, or where nothing was asked,
 * perhaps SAID_NOTHING. */
void worker_hear(Worker *worker, gboolean wait, Said *said);

/* What it was sent is wanted no more. */
void worker_forget(Worker *worker);

/* For one mail alone, each in one call. Parses; the worker keeps the mail in hand until the next.
 * FAULT_MAIL with the reason in words where it is unreadable, the worker died of it, or took too
 * long; FAULT_RUN where there is no worker. */
Facts *worker_read(Worker *worker, GBytes *raw, GError **error);

/* Strips and judges the mail in hand. *verdict is NULL for machine mail. Errors as above. */
gboolean worker_strip(Worker *worker, const Context *context, Letter **letter, Identity **identity,
                      Verdict **verdict, GError **error);

/* A change to the rules: reads it out of a mail and checks it; or checks again one that was read.
 * In a worker of its own, with more time; what the other has in hand stays there. NULL: errors as
 * worker_read(). Caller frees. */
Proposal *worker_read_change(Worker *worker, GBytes *raw, GError **error);
Proposal *worker_check_change(Worker *worker, const Proposal *proposal, GError **error);

#endif
