/* secret.h: memory that is locked while in use and wiped behind us, and keyed hashing over it.
 * Inside src/vault only. */
#ifndef VAULT_SECRET_H
#define VAULT_SECRET_H

#include <glib.h>

#include "vault/vault.h"

/* Locked, guarded memory (sodium_malloc), zeroed; aborts where there is none. */
gpointer secret_new(gsize length);
void secret_free(gpointer secret); /* wipes; NULL is fine */

/* Ordinary memory as GBytes that are wiped when the last reference goes. *data is to be filled at
 * once. Not locked: a run may hold thousands of case keys, and each locked block costs four pages.
 */
GBytes *secret_bytes(gsize length, guint8 **data);
/* The same, one byte longer than it says: a NUL. */
GBytes *secret_text(gsize length, guint8 **data);

/* One piece of what is hashed. */
typedef struct hash_part {
    gconstpointer bytes;
    gsize length;
} HashPart;
#define TEXT_PART(text)                                                                            \
    { (text), strlen(text) }

/* H(key; parts…), see format.h; `key` NULL: none, else VAULT_KEY bytes. */
void hash_parts(guint8 hash[VAULT_HASH], const guint8 *key, const HashPart *parts, gsize count);

/* K(key, number, context). */
void subkey(guint8 to[VAULT_KEY], const guint8 *key, guint64 number, const char context[8]);

#endif
