/* refer.h: names in one file of a site that stand for something in another. */
#ifndef RUN_REFER_H
#define RUN_REFER_H

#include "base/problems.h"
#include "rules/rules.h"
#include "site/people.h"

/* Adds to `problems` what does not exist: the template in a rule's `reply`, the people in its
 * `not-for`, the rules in a listener's `not-about`. A slip there would change nothing that anybody
 * sees, until the wrong person reads a letter. */
void refer_check(const People *people, const Rules *rules, Problems *problems);

#endif
