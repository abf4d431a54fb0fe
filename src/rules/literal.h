/* literal.h: what text must hold before a pattern can match it. */
#ifndef RULES_LITERAL_H
#define RULES_LITERAL_H

#include <glib.h>

/* Of a pattern that compiles: small letters, digits and blanks (char *, owned), one of which at
 * least stands in any text that it matches, whatever case; NULL where that cannot be said for
 * certain. Caller unrefs. */
GPtrArray *literal_required(const char *pattern);

#endif
