/* deadlines.h: what has to happen because time has passed, mail or no mail. */
#ifndef RUN_DEADLINES_H
#define RUN_DEADLINES_H

#include "run/office.h"
#include "run/tally.h"

/* Alerts nobody has taken go on; waiting letters find a listener; letters nobody answers find
 * another; the witness gets the weekly head of the record. Each in a transaction of its own.
 * *stranded counts alerts that have been through everybody. */
gboolean deadlines_meet(Office *office, Count *count, guint *stranded, GError **error);

/* Closed cases that are no longer kept are erased, old marks of known mail forgotten. A clock that
 * has jumped is doubted for a week, in which nothing is erased; *jumped says so. */
gboolean deadlines_purge(Office *office, Count *count, gboolean *jumped, GError **error);

#endif
