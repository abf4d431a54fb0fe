/* drill.h: a practice with a made-up case, from the alert to the opening. It is in every respect a
 * case like others, on the record too, but says in each place that it is one. */
#ifndef RUN_DRILL_H
#define RUN_DRILL_H

#include "run/office.h"

/* Makes the case, flagged by `actor`, and sends the alert, in a transaction of its own. `handle` is
 * set; caller frees. */
gboolean drill_start(Office *office, const char *actor, char **handle, GError **error);

gboolean drill_is(const Case *row);

/* Is the word in it that stands sealed behind the made-up name? Then who wrote was opened, and
 * read: the drill is passed, on the record, and the case is closed. In the caller's transaction;
 * `row` is changed, not saved. *passed may be FALSE all the same. */
gboolean drill_answer(Office *office, Case *row, const char *actor, const char *text,
                      gboolean *passed, GError **error);

/* Its flag is lifted and it is to be erased: what act_close() does first. */
gboolean drill_end(Office *office, Case *row, const char *actor, GError **error);

#endif
