/* post.h: party to address, egress gate, and out; then marked sent. */
#ifndef RUN_POST_H
#define RUN_POST_H

#include "post/post.h"
#include "run/office.h"
#include "run/tally.h"

/* Sends everything that is ready and due, urgent first, in batches: marked as being sent,
 * committed, sent, marked sent, committed. What the server refuses for good, or the gate, is told
 * to a person; what it cannot take now is tried again later. FAULT_RUN where the post is broken:
 * what was not sent stays ready. *stop (may be NULL) ends it between two mails. */
gboolean post_due(Office *office, Post *post, Count *count, const volatile int *stop,
                  GError **error);

#endif
