/* look.h: looks for people in a text that is to go out: mail addresses and hidden names, also where
 * they are written so that a plain search would miss them. */
#ifndef POST_LOOK_H
#define POST_LOOK_H

#include "post/gate.h"

/* `address` in small letters, its domain in ASCII (RFC 5890): what addresses are compared by. ""
 * where it is none. Caller frees. */
char *look_address(const char *address);

/* Is this (as from look_address) the box's own address, or a tagged form of it? */
gboolean look_is_box(const Gate *gate, const char *address);

/* What is wrong with `text` (UTF-8), in words; NULL: nothing. `own` as Gate.own, for this text;
 * with `ids` the text is a list of Message-IDs, in which what looks like an address is none.
 * Static. */
const char *look_at(const Gate *gate, const char *text, const char *own, gboolean ids);

#endif
