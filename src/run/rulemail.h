/* rulemail.h: changes to the rules by mail: the supervisor sends them, a keyholder says YES. */
#ifndef RUN_RULEMAIL_H
#define RUN_RULEMAIL_H

#include "run/intake.h"
#include "run/worker.h"

/* Is this a mail of the supervisor that begins with RULES, or the answer to the question about such
 * a change, by who was asked? Only from their own address, and where nobody says it is forged. */
gboolean rulemail_is(const Office *office, const Intake *in);

/* Deals with it, in the caller's transaction: the report goes back, and the question to who
 * decides; or the answer is taken. `in` has been kept, sealed, when it says TRUE. */
gboolean rulemail_take(Office *office, Worker *worker, Intake *in, GError **error);

/* What was agreed to is put in its place, and takes effect from the next run; what nobody has
 * answered lapses. In transactions of its own. */
gboolean rulemail_settle(Office *office, GError **error);

#endif
