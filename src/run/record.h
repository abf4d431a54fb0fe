/* record.h: writes acts onto the record that cannot be quietly rewritten. */
#ifndef RUN_RECORD_H
#define RUN_RECORD_H

#include "run/office.h"

/* Adds one row, in the caller's transaction, and replaces the key of the chain. `actor` is a short
 * name, "pupil", "rule NAME" or "worrybox"; `handle` and `reason` may be NULL. FAULT_RUN where the
 * database does not take it: then the act must not happen either. */
gboolean record_act(Office *office, const char *actor, const char *act, const char *handle,
                    const char *reason, GError **error);

/* The same as a transaction of its own: for refusals. */
gboolean record_alone(Office *office, const char *actor, const char *act, const char *handle,
                      const char *reason, GError **error);

/* Puts the first key of a new chain into keys.db; answers the seed's sheet for the witness (wipe
 * with vault_wipe_text). NULL sets *error. */
char *record_start(Store *store, GError **error);

/* How many rows there are, and the last hash in hexadecimal. Caller frees. */
gboolean record_head(Office *office, guint64 *count, char **hash, GError **error);

#endif
