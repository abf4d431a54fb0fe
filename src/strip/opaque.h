/* opaque.h: things in a text that are no text: PGP armour and uuencoded files. Private to this
 * folder. */
#ifndef STRIP_OPAQUE_H
#define STRIP_OPAQUE_H

#include "value/letter.h"

/* `text` without them; each is withheld by its kind and size. Of signed text (RFC 9580, 7) the
 * words stay. Caller frees. */
char *opaque_cut(const char *text, Letter *letter);

#endif
