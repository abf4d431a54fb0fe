/* out.h: from a draft to the outbox: token, lock, delay. The address is joined later, in post.c. */
#ifndef RUN_OUT_H
#define RUN_OUT_H

#include "reply/compose.h"
#include "run/office.h"
#include "run/route.h"

/* A mail being made: what compose.h wants, and what has to be kept until it is in the outbox. */
typedef struct out {
    Party *to;   /* owned */
    char *token; /* owned */
    Composer composer;
    Errand errand;
} Out;

/* Starts a mail to `to` (taken), about `row` (NULL: about no case). */
void out_begin(Out *out, const Office *office, const Case *row, Party *to);

/* Puts `draft` (taken) into the outbox and ends `out`. An answerable draft's token now speaks for
 * this party in this case. Letters and answers that are not urgent wait a random time up to the
 * site's delay. */
gboolean out_end(Out *out, Office *office, const Case *row, Draft *draft, GError **error);

/* The same, but it is held: not sent before out_release(), and looked for again at `until`. */
gboolean out_hold(Out *out, Office *office, const Case *row, Draft *draft, gint64 until,
                  GError **error);
/* What was held goes out like any other mail. */
gboolean out_release(Office *office, guint64 id, GError **error);

/* Would this draft pass the egress gate on its way to its party? `back` is the case's reply route
 * (may be NULL). Ends nothing. */
gboolean out_would_pass(const Office *office, const Case *row, const Draft *draft,
                        const RouteBack *back);

/* A draft as it lies in the outbox, and back. NULL sets *error. */
GBytes *out_lock(const Office *office, guint64 case_id, guint64 row, const Draft *draft,
                 GError **error);
Draft *out_unlock(const Office *office, guint64 case_id, guint64 row, GBytes *blob, GError **error);

/* The same with the key it lies under (NULL: it is gone), which out_key() has. Caller unrefs. */
GBytes *out_key(const Office *office, guint64 case_id, GError **error);
Draft *out_unlock_with(const Office *office, GBytes *key, guint64 case_id, guint64 row,
                       GBytes *blob, GError **error);

/* The bytes of a mail to its one address, having passed the gate; NULL and FAULT_MAIL where it does
 * not. `row` and `back` may be NULL. */
GBytes *out_write(const Office *office, const Case *row, const Draft *draft, const RouteBack *back,
                  const char *address, GError **error);

/* The address a party has now: from people.conf, or from the reply route. NULL: none. Caller frees.
 */
char *out_address(const Office *office, const Party *party, const RouteBack *back);

/* Adds what names this person to `names` (names.h), of their name and address, but no sign-off. */
void out_names(const Office *office, const Person *person, GPtrArray *names);

/* Who in people.conf has this address; NULL: nobody. Borrowed. */
const Person *out_person(const Office *office, const char *address);

#endif
