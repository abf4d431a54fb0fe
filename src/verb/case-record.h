/* case-record.h: what `case` does about openings: outcome, record, lift, others. */
#ifndef VERB_CASE_RECORD_H
#define VERB_CASE_RECORD_H

#include "run/disclosure.h"

typedef struct record_wants {
    const char *by, *reason;
    Disclosed said;
} RecordWants;

/* Is `what` one of these? */
gboolean case_record_is(const char *what);

/* Does it, in a transaction of its own. */
gboolean case_record_do(Office *office, const char *what, const char *handle,
                        const RecordWants *wants, GError **error);

#endif
