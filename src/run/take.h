/* take.h: mails, from their bytes to what is kept of them. */
#ifndef RUN_TAKE_H
#define RUN_TAKE_H

#include "run/office.h"
#include "run/tally.h"
#include "run/worker.h"

typedef struct arrived {
    char *name;  /* owned; what the mailbox calls it */
    GBytes *raw; /* owned */
} Arrived;
void arrived_free(gpointer mail);

/* The mails that the worker has in hand, from one call of take_mails() to the next. */
typedef struct window Window;
Window *window_new(void);
void window_free(Window *window);

/* They are wanted no more, or their turn has not come: the next call begins anew. */
void window_forget(Window *window, Worker *worker);

typedef struct intaking {
    Office *office; /* borrowed, as all here */
    Worker *worker;
    Window *window;
    const char *validity;   /* of the mailbox */
    const GPtrArray *mails; /* of Arrived, each with bytes of its own */
    const GPtrArray *ahead; /* the same: what the next call will bring, already read while these are
                             * kept; NULL: not known */
    const volatile int *stop;
    void (*tell)(const char *line); /* is given a line for each, for --dry-run; NULL */
    Count *count;
} Intaking;

/* Reads, resolves, strips, decides and keeps one after the other, in the caller's transaction;
 * while one is kept the worker has the next ones in hand. A mail known already is only counted.
 * What cannot be read goes, sealed, to the lead. *stop ends it between two mails. *taken: so many
 * have been dealt with. FALSE only for what reaches the whole run. */
gboolean take_mails(const Intaking *in, guint *taken, GError **error);

#endif
