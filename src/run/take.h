/* take.h: one mail, from its bytes to what is kept of it. */
#ifndef RUN_TAKE_H
#define RUN_TAKE_H

#include "run/office.h"
#include "run/tally.h"
#include "run/worker.h"

/* Reads, resolves, strips, decides and keeps, in the caller's transaction. `name` is what the
 * mailbox calls it. A mail known already is only counted. What cannot be read goes, sealed, to the
 * lead. FALSE only for what reaches the whole run. *told (may be NULL) gets a line for --dry-run;
 * caller frees. */
gboolean take_mail(Office *office, Worker *worker, const char *validity, const char *name,
                   GBytes *raw, Count *count, char **told, GError **error);

#endif
