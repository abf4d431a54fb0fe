/* opaque.h: things in a text that are no text: PGP armour and uuencoded files. Private to this
 * folder. */
#ifndef STRIP_OPAQUE_H
#define STRIP_OPAQUE_H

#include "value/letter.h"

/* `text` without them; each is withheld by its kind and size. Of signed text (RFC 9580, 7) the
 * words stay. Caller frees. */
char *opaque_cut(const char *text, Letter *letter);

/* Is something of what was withheld a mail that nobody here can read: encrypted (RFC 3156, RFC
 * 8551), or in a form of one program's own (TNEF)? `*whole` is set where the words beside it are
 * the mail program's, whatever they are (Microsoft's "protected message"). */
gboolean opaque_locked(const Letter *letter, gboolean *whole);

#endif
