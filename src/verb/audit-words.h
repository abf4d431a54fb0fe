/* audit-words.h: an act on the record as a sentence that a governor can follow. */
#ifndef VERB_AUDIT_WORDS_H
#define VERB_AUDIT_WORDS_H

#include "site/people.h"

/* "Ms Okafor (lead) unsealed who wrote: danger: says they have taken tablets". `reason` may be
 * NULL. Whoever is not in people.conf any more, and an act of a later version, stand as they were
 * written. Caller frees. */
char *audit_sentence(const People *people, const char *actor, const char *act, const char *reason);

#endif
