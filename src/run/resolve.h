/* resolve.h: who writes, and in which case. Rests on positive evidence: token, From, and the word
 * of the school's own mail server. What fits nothing goes to a person, not to a pupil. */
#ifndef RUN_RESOLVE_H
#define RUN_RESOLVE_H

#include "mail/facts.h"
#include "run/office.h"
#include "value/context.h"

typedef struct resolution {
    Case *row;       /* owned; the open case it belongs to; for the record, and for a bounce, also
                        one that has closed; NULL: none */
    Party *token_of; /* owned; whom the token in it speaks for; NULL where `row` is */
    const Person *person; /* borrowed; who writes, by address; NULL: nobody in people.conf */
    gboolean accepted;    /* a pupil who may be answered: acknowledged, and so on */
    gboolean theirs;      /* it comes from whom its token was given to */
    gboolean inside;      /* the address is within the school's own mail */
    char *doubt;      /* owned; what does not fit, in words for the supervisor; NULL: all fits */
    char *refusal;    /* owned; why an answer cannot be taken, in words for its author; NULL */
    Context *context; /* owned; for strip */
} Resolution;

void resolution_free(Resolution *resolution);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolution, resolution_free)

/* NULL sets *error (a database that fails). */
Resolution *resolve(const Office *office, const Facts *facts, GError **error);

#endif
