/* post.h: party to address, egress gate, and out; then marked sent. */
#ifndef RUN_POST_H
#define RUN_POST_H

#include "post/post.h"
#include "run/office.h"
#include "run/tally.h"

/* Mails that are marked as being sent, and what is needed to send them. Freeing one waits for its
 * sending. */
typedef struct parcel Parcel;
void parcel_free(Parcel *parcel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parcel, parcel_free)

/* Marks what is ready and due, urgent first, up to some hundreds, as being sent, in the caller's
 * transaction, which is to be committed before the first is sent. NULL sets *error. */
Parcel *post_take(Office *office, GError **error);

/* Sends it, while the run goes on with the next letters: a thread that has all it needs, and never
 * the store. Until post_settle() nobody else may use `post`. *stop (may be NULL) ends it between
 * two mails. */
void post_begin(const Office *office, Post *post, Parcel *parcel, const volatile int *stop);

/* Is it through? Waits for it no longer than a tenth of a second. */
gboolean post_done(Parcel *parcel);

/* Writes into the store what became of one that is through, in the caller's transaction; where that
 * is rolled back it may be called again. What the server refuses for good, or the gate, is told to
 * a person; what it cannot take now is tried again later. */
gboolean post_settle(Office *office, Parcel *parcel, Count *count, GError **error);
/* FAULT_RUN where the post itself was broken, and what was not sent is ready again; NULL: it was
 * not. Borrowed. */
const GError *post_broken(const Parcel *parcel);

/* Settles `first` (taken; begun or not; NULL: nothing is marked yet), then sends everything else
 * that is ready and due, in batches: marked as being sent, committed, sent, marked sent, committed.
 * FAULT_RUN where the post is broken. */
gboolean post_due(Office *office, Post *post, Parcel *first, Count *count, const volatile int *stop,
                  GError **error);

#endif
