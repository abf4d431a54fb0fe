/* key-rewrap.h: what is sealed to one keyholder's key goes to another: worrybox key rewrap, reseal,
 * take. */
#ifndef VERB_KEY_REWRAP_H
#define VERB_KEY_REWRAP_H

#include "run/office.h"

/* All borrowed; NULL where not given. */
typedef struct rewrapping {
    const char *to, *out, *key, *passphrase_file;
} Rewrapping;

/* On the host: writes the packet for the old key's holder. */
gboolean key_rewrap(Office *office, const char *which, const char *by, const Rewrapping *wants,
                    GError **error);

/* On the keyholder's machine: says what is asked, and with `out` seals again. */
gboolean key_reseal(const char *packet, const Rewrapping *wants, GError **error);

/* On the host: takes the answer in. */
gboolean key_take(Office *office, const char *answer, const char *by, GError **error);

#endif
