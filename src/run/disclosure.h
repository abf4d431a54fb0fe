/* disclosure.h: what is said of an opening afterwards, and the page about it for the
 * child-protection file. */
#ifndef RUN_DISCLOSURE_H
#define RUN_DISCLOSURE_H

#include "run/office.h"

/* What somebody says; each may be NULL. All of it stands on the record as it is said. */
typedef struct disclosed {
    const char *tried;   /* what else was tried before who wrote was opened */
    const char *told;    /* whether, when and by whom the pupil was told of it */
    const char *outcome; /* what was done, and what came of it */
    const char *passed;  /* to whom the mail as it came was handed: an act of its own */
} Disclosed;

/* Puts it onto the record, in the caller's transaction. */
gboolean disclosure_say(Office *office, const Case *row, const char *actor, const Disclosed *said,
                        GError **error);

/* Keyholders who have not said all of it within a day are asked, each day for a week. Each in a
 * transaction of its own; a closed case counts too. */
gboolean disclosure_remind(Office *office, GError **error);

/* The page: plain text to print. It has no name of a pupil in it but those that people wrote into
 * their reasons. NULL sets *error. Caller frees. */
char *disclosure_page(Office *office, const Case *row, GError **error);

#endif
