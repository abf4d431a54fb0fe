/* post.h: party to address, egress gate, and out; then marked sent. */
#ifndef RUN_POST_H
#define RUN_POST_H

#include "post/post.h"
#include "run/office.h"
#include "run/tally.h"

/* Mails that are marked as being sent, and what is needed to send them. */
typedef struct parcel Parcel;
void parcel_free(Parcel *parcel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parcel, parcel_free)

/* Marks what is ready and due, urgent first, up to some hundreds, as being sent, in the
 * caller's transaction, which is to be committed before the first is sent. NULL sets *error.
 */
Parcel *post_take(Office *office, GError **error);

/* Sends `first` (taken; NULL: nothing is marked yet), then everything else that is ready and
 * due, in batches: marked as being sent, committed, sent, marked sent, committed. What the server
 * refuses for good, or the gate, is told to a person; what it cannot take now is tried again later.
 * FAULT_RUN where the post is broken: what was not sent stays ready. *stop (may be NULL) ends it
 * between two mails. */
gboolean post_due(Office *office, Post *post, Parcel *first, Count *count, const volatile int *stop,
                  GError **error);

#endif
