/* literal.h: what text must hold before a pattern can match it. */
#ifndef RULES_LITERAL_H
#define RULES_LITERAL_H

#include <glib.h>

/* Of a pattern that compiles: sets (GPtrArray, owned) of small letters, digits and blanks (char *,
 * owned). Of each set one at least stands in any text that the pattern matches, whatever case. No
 * set where nothing can be said for certain. Caller unrefs. */
GPtrArray *literal_required(const char *pattern);

#endif
