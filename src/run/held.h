/* held.h: answers of listeners that wait for a supervisor's word. Each function works in the
 * caller's transaction, but for held_meet(). */
#ifndef RUN_HELD_H
#define RUN_HELD_H

#include "run/office.h"
#include "run/out.h"

/* Ends `out` by holding `draft` (taken; with author, answer and about), and tells the listener.
 * What they had held before goes back to them. With `own` (of their own distress) nobody else is
 * told: held_alarm() does that; else the supervisor is. */
gboolean held_add(Office *office, Case *row, Out *out, Draft *draft, gboolean own, GError **error);

/* A listener writes of their own distress: to the lead and the supervisor, whatever becomes of the
 * mail, and on to the next as any alert. `row` NULL: in no case. */
gboolean held_alarm(Office *office, Case *row, const Person *listener, const char *text,
                    const char *about, GError **error);

/* Is anything held in this case? */
gboolean held_any(const Office *office, const Case *row);

/* Gives what is held back to who wrote it, for `reason` (a sentence of ours) and `why` (a person's
 * words; NULL). `again`: the case is still theirs. Nothing held: nothing done. */
gboolean held_give_back(Office *office, const Case *row, const char *reason, const char *why,
                        gboolean again, GError **error);

/* Sends what is held, as it is, and tells who wrote it. */
gboolean held_release(Office *office, Case *row, GError **error);

/* What nobody has looked at in time goes to the lead, once. Begins and ends its own transactions.
 */
gboolean held_meet(Office *office, GError **error);

#endif
