/* reconcile.h: the record and the store held against each other. */
#ifndef RUN_RECONCILE_H
#define RUN_RECONCILE_H

#include "base/problems.h"
#include "store/store.h"

/* What the rows of the record (of AuditRow, all of them, in order) say of each case must be what
 * the store holds: that it is there, open or closed, flagged, under hold, how often it was flagged
 * and unsealed, which flags stand; and no row may tell of a case that cannot have been. A key stays
 * neither where nothing is flagged nor where the case is gone. Differences are added to
 * `problems`, file "audit" (a row that does not fit, with its sequence), "store" or "keys.db".
 * FALSE sets *error. */
gboolean reconcile(Store *store, const GPtrArray *rows, Problems *problems, GError **error);

#endif
