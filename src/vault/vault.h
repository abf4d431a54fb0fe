/* vault.h: the host's keys and what they do. The one door to libsodium; the wire formats are in
 * vault/format.h.
 *
 * One purpose, one key:
 *   host key (host.key)    -> outer lock, pepper, token hash, mail digest   (crypto_kdf)
 *   case key (keys.db)     -> with the host key: letter text, outbox, reply route, outer lock
 *   identity pair (a case) -> identity records; the secret half only sealed to keyholders
 *   audit key (keys.db)    -> MACs of the chain, evolved at each row
 *
 * Blobs are GBytes; they start with a magic and a version. Everything here fails closed: a blob
 * that does not open gives NULL and an error that says which, never part of a plaintext. */
#ifndef VAULT_VAULT_H
#define VAULT_VAULT_H

#include <glib.h>

#include "value/identity.h"

enum { VAULT_KEY = 32, VAULT_HASH = 32, VAULT_SITE = 16 };

/* ---- the host key ------------------------------------------------------------------------ */

typedef struct vault Vault; /* holds the host key in locked memory */

/* Must come before anything else here; FAULT_SETUP where libsodium will not start. Also forbids
 * core dumps of this process. */
gboolean vault_start(GError **error);

/* Writes a new host key to `path`, mode 0400, O_EXCL; FAULT_SETUP where it exists or cannot be
 * written. */
gboolean vault_create(const char *path, GError **error);

/* The same from a recovery sheet. FAULT_INPUT: it is none, or typed wrong. */
gboolean vault_restore(const char *path, const char *sheet, GError **error);

/* Reads it. FAULT_SETUP: absent, a mode that lets group or others in (in the folder of systemd's
 * credentials the group may read), wrong magic or checksum. `site` (VAULT_SITE bytes) goes into
 * every associated data. One Vault is used by one thread at a time. */
Vault *vault_open(const char *path, const guint8 site[VAULT_SITE], GError **error);
void vault_close(Vault *vault); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vault, vault_close)

/* The same keys for another thread: a vault has room for one operation at a time. Never NULL;
 * vault_close() it. */
Vault *vault_twin(const Vault *vault);

/* "wbhost1" and the key in groups of four, for paper. Wipe with vault_wipe_text(). */
char *vault_sheet(const Vault *vault);
void vault_wipe_text(char *text); /* wipes and frees; NULL is fine */

/* The generation of the host key, kept in each keyed row. 1 until keys can be rotated. */
guint vault_generation(const Vault *vault);

/* A number, never 0, that tells this host key, at this site, from another: kept in the database, so
 * that a wrong key is noticed before it is used. It helps nobody to find the key. */
gint64 vault_mark(const Vault *vault);

void vault_random(void *to, gsize length);

/* Keyed hashes, VAULT_HASH bytes each. Caller frees.
 * Of an address that came from address_new() (returning writer; normalised here), of a token (in
 * capitals or not), of a mail (known mail: From, Date, Message-ID, Subject and body where it has
 * both Message-ID and Date, so that other Received lines, folding or line ends do not matter; else
 * every byte, but LF for CRLF). */
GBytes *vault_hash_writer(const Vault *vault, const char *address);
/* Of a line a listener wrote under an answer: what recurs is known without being kept. */
GBytes *vault_hash_line(const Vault *vault, const char *listener, const char *line);
GBytes *vault_hash_token(const Vault *vault, const char *token);
GBytes *vault_hash_mail(const Vault *vault, GBytes *raw);

/* 128 random bits in base32: 26 characters. Caller frees. */
char *vault_token(void);

/* ---- the keys of a case ------------------------------------------------------------------ */

typedef struct keyholder {
    const char *name; /* borrowed; short name in people.conf */
    const char *key;  /* borrowed; "wbpub1…" */
} Keyholder;

/* Is this a well-formed public line? */
gboolean vault_is_public(const char *line);

/* The same key as it is always written: a typed line may have blanks and capitals. NULL where it is
 * none. Caller frees. */
char *vault_public(const char *line);

/* A keyholder's public key named in eight characters of its hash, for the record; "none". Caller
 * frees. */
char *vault_key_id(const char *public_line);

/* For people to compare, by telephone: sixteen characters of that hash in groups of four, of which
 * the first eight are the id. "none" where it is no key. Caller frees. */
char *vault_fingerprint(const char *public_line);

typedef struct case_keys {
    GBytes *key; /* the case key, for keys.db */
    GBytes *identity_public;
    GPtrArray *seals; /* of GBytes, one for each keyholder in order: the identity secret, sealed */
} CaseKeys;

/* Makes the keys of case `id`; the plain identity secret is wiped before it returns. NULL where a
 * holder's key is none (vault_is_public). With no holders nobody can ever unseal. `key` is wiped
 * when its last reference goes; whoever reads a case key from keys.db should do the same. */
CaseKeys *vault_case_keys(const Vault *vault, guint64 id, const Keyholder *holders, gsize count);
/* The same where any two of them have to open together; with `emergency` one can alone, from a copy
 * that the host hands out only for danger. A single one always opens alone. */
CaseKeys *vault_case_keys_for_two(const Vault *vault, guint64 id, const Keyholder *holders,
                                  gsize count, gboolean emergency);
void case_keys_free(CaseKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaseKeys, case_keys_free)

/* Escrow on flagging: the case key sealed to one keyholder, for the main database. NULL where the
 * holder's key or the case key is none. */
GBytes *vault_escrow(const Vault *vault, guint64 id, GBytes *case_key, const Keyholder *holder);

/* Text at rest under host key and case key: XChaCha20-Poly1305; the purpose and `row` are
 * associated data. A keyholder, who has the case key of a flagged case in escrow, cannot read it
 * without the host. NULL where `case_key` is none. */
enum purpose { PURPOSE_LETTER, PURPOSE_OUTBOX, PURPOSE_ROUTE, PURPOSE_FLAG };
GBytes *vault_lock(const Vault *vault, GBytes *case_key, enum purpose purpose, guint64 id,
                   guint64 row, const char *text, gsize length);
/* NULL and FAULT_RUN where it does not open. The bytes have a NUL behind them that is not counted.
 */
GBytes *vault_unlock(const Vault *vault, GBytes *case_key, enum purpose purpose, guint64 id,
                     guint64 row, GBytes *blob, GError **error);

/* ---- sealing who wrote ------------------------------------------------------------------- */

/* Seals one message: *record holds the identity (JSON, padded to 512), *original the raw mail
 * (secretstream under a key inside the record), both under the outer lock. `handle` goes into the
 * record. `raw` may be NULL (then *original is NULL). Both are NULL where `case_key` or
 * `identity_public` is no key: then nothing may be kept. Memory: *original and two chunks. */
void vault_seal(const Vault *vault, GBytes *case_key, GBytes *identity_public, guint64 id,
                guint64 message, const char *handle, const Identity *identity, GBytes *raw,
                GBytes **record, GBytes **original);

#endif
