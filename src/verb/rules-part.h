/* rules-part.h: the words of `worrybox rules`, each in a file of its own. */
#ifndef VERB_RULES_PART_H
#define VERB_RULES_PART_H

#include "rules/rules.h"
#include "verb/verb.h"

typedef struct rules_call {
    const Call *call;
    const char *folder; /* of the rules */
    const Rules *rules;
    Problems *problems; /* of reading them */
    gboolean json;
} RulesCall;

/* Prints every problem, where it can with the line and a caret under the place; FAULT_SETUP if
 * there is an error among them. With `fine`, that is printed last if there is none. */
gboolean rules_tell(const RulesCall *call, const char *fine, GError **error);

/* Letters with labels, from a file, and what the rules say of them. */
gboolean rules_confusion(const RulesCall *call, const char *path, GError **error);

/* How many cases of each category the site has had. */
gboolean rules_stats(const RulesCall *call, GError **error);

#endif
