/* own-copy.h: is a mail one of ours, of which a provider has kept a copy? Private to src/box. */
#ifndef BOX_OWN_COPY_H
#define BOX_OWN_COPY_H

#include <glib.h>

/* `header` has the fields Message-ID and From, and may have more. Ours: the Message-ID is
 * <TOKEN@domain of `address`>, the way mail/write.c makes it, and the one mailbox in From is
 * `address`, with a plus tag or without. `address` came from address_new(). */
gboolean own_copy(GBytes *header, const char *address);

#endif
