/* assign.h: which listener gets a case. Pure: the store's figures come in as a value. */
#ifndef DESK_ASSIGN_H
#define DESK_ASSIGN_H

#include <glib.h>

#include "site/people.h"

/* What the store knows of one listener now. */
typedef struct load {
    const Person *person; /* borrowed */
    guint open;           /* cases in their hands */
    gint64 last;          /* when they were last given one; 0: never */
} Load;

typedef struct question {
    gint64 now;
    GTimeZone *zone;             /* borrowed */
    const GPtrArray *categories; /* borrowed; of char *: what the case is about */
    const GPtrArray *not_for;    /* borrowed; of char *: short names that must not have it; NULL */
    const char *writer; /* borrowed; short name of the listener who wrote it; NULL: a pupil */
} Question;

/* The listener whose turn it is: on duty, trained, below their limit, not excluded, not about what
 * they asked not to get; longest without a case first, then the fewest open, then people.conf's
 * order, which is that of `loads` (of Load; who is no listener is passed over). NULL: nobody now.
 */
const Person *assign_choose(const GArray *loads, const Question *question);

/* When a suitable listener comes on duty next, so that the pupil can be told truthfully: now, for
 * one who has room; not before tomorrow for one who is on duty and full. -1: none within 14 days.
 */
gint64 assign_next(const GArray *loads, const Question *question);

#endif
