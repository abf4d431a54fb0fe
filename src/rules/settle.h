/* settle.h: what the findings of one rule in one piece of text come to together. */
#ifndef RULES_SETTLE_H
#define RULES_SETTLE_H

#include "rules/engine.h"

/* A part that says something about what others find, and finds nothing by itself. */
gboolean settle_is_context(const Part *part);

/* Joins the sides of `near` that stand near each other; a side that stands alone stays, as `half`.
 * `list` is in the order of part, then text; what is added to it is to be freed like the rest. */
void settle_near(GPtrArray *list);

/* Says of each which `unless` stops it, what denies it, and whether it is said of somebody else.
 * TRUE once the rule is sure to speak in full, whatever else it may find. */
gboolean settle(const Rule *rule, const GPtrArray *list);

#endif
