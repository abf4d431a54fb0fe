/* link.h: the mailto: links people tap instead of typing a word (RFC 6068). */
#ifndef REPLY_LINK_H
#define REPLY_LINK_H

#include <glib.h>

/* A link that opens a new mail to `box` with `word` as its subject and text. `token` goes into the
 * address (`plus`) or behind the subject in square brackets; NULL: none. Caller frees. */
char *link_mailto(const char *box, const char *token, gboolean plus, const char *word);

#endif
