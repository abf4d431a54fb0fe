/* intake.h: one mail that came in, as far as it is known, and what is done with it. Each function
 * works in the caller's transaction and has kept the mail, sealed, when it says TRUE. */
#ifndef RUN_INTAKE_H
#define RUN_INTAKE_H

#include "mail/facts.h"
#include "run/office.h"
#include "run/resolve.h"

typedef struct intake {
    GBytes *raw; /* borrowed, as all here */
    const Facts *facts;
    Resolution *who; /* its row may be changed */
    const Letter *letter;
    const Identity *identity;
    const Verdict *verdict; /* NULL for machine mail */
} Intake;

/* letter.c: a pupil's letter: a new case, or the next one in an open case. */
gboolean letter_take(Office *office, Intake *in, GError **error);

/* letter.c: a verdict after which nobody may wait? */
gboolean letter_is_danger(const Verdict *verdict);

/* letter.c: a mail that cannot be read, for `why`: a case of its own, flagged, to the lead. */
gboolean letter_take_unreadable(Office *office, Intake *in, const char *why, GError **error);

/* answer.c: a mail of a listener or an adult. */
gboolean answer_take(Office *office, Intake *in, GError **error);

/* answer.c: one that belongs to no open case of theirs (who->refusal): back to its author, and kept
 * apart. `as_letter` is the same mail, read as a pupil's (NULL: it could not be): where that is
 * danger, it is a letter like any other instead. */
gboolean answer_refuse(Office *office, Intake *in, Intake *as_letter, GError **error);

/* machine.c: bounces, automatic replies, lists, loops. Never answered, never relayed. But what the
 * rules find to be danger, and what somebody within the school sent through a list, is brought
 * before a person as a letter, also unanswered. */
gboolean machine_take(Office *office, Intake *in, GError **error);

/* machine.c: our mail to `party` about this case came back; `row` is to be saved by the caller. */
gboolean machine_bounced(Office *office, Case *row, const Party *party, GError **error);

/* machine.c: of no case: kept, sealed, as a case that is closed at once, on the record, and that
 * nobody is told of; whoever misses a mail can find it there until it is purged. `kind` becomes its
 * category. */
gboolean machine_keep_apart(Office *office, const Intake *in, const char *kind, const char *author,
                            GError **error);

#endif
