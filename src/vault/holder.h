/* holder.h: a keyholder's own key pair (X25519), on the keyholder's machine. */
#ifndef VAULT_HOLDER_H
#define VAULT_HOLDER_H

#include <glib.h>

typedef struct holder_key HolderKey; /* secret half, in locked memory */

void holder_free(HolderKey *key); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HolderKey, holder_free)

/* Makes a pair. */
HolderKey *holder_new(void);

/* "wbpub1…", and the recovery sheet "wbsec1…" in groups of four (wipe with vault_wipe_text). Caller
 * frees. */
char *holder_public(const HolderKey *key);
char *holder_sheet(const HolderKey *key);

/* The key file as text: "wbkey1", the name, the public line, Argon2id's parameters, salt, and the
 * secret half under XChaCha20-Poly1305 with all the lines above as associated data. Caller frees.
 */
char *holder_write(const HolderKey *key, const char *name, const char *passphrase);

/* Reads a key file, or a recovery sheet (then `passphrase` may be NULL). FAULT_INPUT: no key file,
 * damaged, parameters out of bounds; FAULT_REFUSED: wrong passphrase. */
HolderKey *holder_read(const char *text, gsize length, const char *passphrase, GError **error);

/* Is this text a recovery sheet, which needs no passphrase? */
gboolean holder_is_sheet(const char *text, gsize length);

#endif
