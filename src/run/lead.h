/* lead.h: what adults ask of a case by mail besides dealing with it: opening who wrote, saying what
 * came of that, lifting a flag, other cases of the same writer. Each function works in the caller's
 * transaction and answers by mail, to the record's side of `person`: nothing that is said there
 * goes on to the pupil. A refusal goes back with its reason, and stands on the record. */
#ifndef RUN_LEAD_H
#define RUN_LEAD_H

#include "run/unseal.h"

/* UNSEAL: "danger: why", as account_read() has it; without a ground it is danger. For danger the
 * keyholder's word flags a case that is not flagged yet. Who holds no key raises an alert to those
 * who do. `row` is changed, not saved. */
gboolean lead_unseal(Office *office, Case *row, const Person *person, const char *argument,
                     GError **error);

/* Sends the packet to `by` (a short name), or why there is none; nobody who is not there any more,
 * or whom the concern is about. */
gboolean lead_tell_unsealed(Office *office, const Case *row, const char *by, const char *ground,
                            const Unsealed *unsealed, GError **error);

/* OUTCOME: on the record, and the page for the file comes back. In a drill it may be its end: `row`
 * is changed, not saved. */
gboolean lead_outcome(Office *office, Case *row, const Person *person, const char *text,
                      GError **error);

/* LIFT why: lead, deputy or head. `row` is changed, not saved. */
gboolean lead_lift(Office *office, Case *row, const Person *person, const char *why,
                   GError **error);

/* FLAG in a case that is closed: lead, deputy or head. Nobody is called, and it stays closed. */
gboolean lead_flag_closed(Office *office, Case *row, const Person *person, const char *why,
                          GError **error);

/* OTHERS: lead, deputy or head, of a flagged case. */
gboolean lead_others(Office *office, const Case *row, const Person *person, GError **error);

/* The same two for a command: *why is not NULL where it is refused, which then stands on the
 * record. */
gboolean lead_lift_flag(Office *office, Case *row, const char *actor, const char *reason,
                        const char **why, GError **error);
/* A line for each other case of the writer that `actor` may know of. Caller frees. */
gboolean lead_find_others(Office *office, const Case *row, const char *actor, char **list,
                          const char **why, GError **error);

#endif
