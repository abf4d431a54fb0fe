/* inside.h: what the files of the vault share among themselves. Nobody else includes it, but its
 * tests. Formats: vault/format.h. */
#ifndef VAULT_INSIDE_H
#define VAULT_INSIDE_H

#include <sodium.h>

#include "vault/format.h"
#include "vault/holder.h"
#include "vault/vault.h"

/* identity public key | scheme | partner's public key | secret: what kind S carries */
enum {
    SEAL_PAYLOAD = VAULT_KEY + 1 + VAULT_KEY + VAULT_KEY,
    SEAL_SECRET = SEAL_PAYLOAD - VAULT_KEY
};

/* The outer key of a case, and what is made from it. */
typedef struct outer_keys {
    guint8 whole[VAULT_KEY], record[VAULT_KEY], original[VAULT_KEY];
} OuterKeys;

/* Locked room for the secrets of one operation: made once, because a locked block costs more than
 * the operation itself. Wiped after each. */
typedef struct scratch {
    guint8 key[VAULT_KEY];      /* of the operation at hand */
    guint8 original[VAULT_KEY]; /* of an original's inner stream */
    guint8 secret[VAULT_KEY];   /* the secret half of an identity pair */
    guint8 part[VAULT_KEY];     /* the host part */
    OuterKeys keys;
    guint8 payload[128]; /* what is to be boxed */
    guint8 boxed[256];   /* the same with what a box says of itself */
    crypto_secretstream_xchacha20poly1305_state outer, inner;
} Scratch;

struct vault {
    guint32 generation;
    guint8 site[VAULT_SITE];
    guint8 host[VAULT_KEY];
    guint8 outer[VAULT_KEY], pepper[VAULT_KEY], tokens[VAULT_KEY], mails[VAULT_KEY];
    Scratch *scratch; /* locked memory of its own */
};

struct holder_key {
    guint8 secret[VAULT_KEY];
    guint8 public[VAULT_KEY];
};

/* ---- boxed.c: one payload for one keyholder (kinds S and E) ------------------------------- */

/* NULL where `to` is no key. */
GBytes *boxed_write(Scratch *scratch, char kind, guint32 generation, const Place *place,
                    const guint8 to[VAULT_KEY], const guint8 *payload, gsize length);
/* Fills `payload`; FALSE where the box is not of this kind and case, not for this keyholder, or
 * damaged. */
gboolean boxed_read(Scratch *scratch, char kind, const Place *place, const HolderKey *key,
                    GBytes *blob, guint8 *payload, gsize length);

/* What a seal (kind S) says; all borrowed. */
typedef struct seal_says {
    const guint8 *identity; /* public half */
    enum scheme scheme;
    const guint8 *partner; /* public key of the other half's keyholder; zeros where it is whole */
    const guint8 *secret;  /* whole, or a half */
} SealSays;

GBytes *seal_write(Scratch *scratch, const Place *place, const SealSays *says,
                   const guint8 holder[VAULT_KEY]);

/* The identity pair of a case, checked against its public half: from one of `seals` that has it
 * whole for one of `keys`, or from two halves. `second`: the key of the other half's keyholder,
 * else zeros. */
enum halves { HALVES_NONE, HALVES_ONE, HALVES_WHOLE };
enum halves seals_read(Scratch *scratch, const Place *place, HolderKey *const *keys, gsize count,
                       const GPtrArray *seals, guint8 identity_public[VAULT_KEY],
                       guint8 identity_secret[VAULT_KEY], guint8 second[VAULT_KEY]);
/* The same of one keyholder and one seal that has it whole. */
gboolean seal_read(Scratch *scratch, const Place *place, const HolderKey *key, GBytes *seal,
                   guint8 identity_public[VAULT_KEY], guint8 identity_secret[VAULT_KEY]);
/* Who asks, and the key that halves with them were made with where it was another. */
typedef struct asker {
    const char *id;     /* borrowed; of their key */
    const char *before; /* borrowed; id of the key before; NULL */
    guint8 now[VAULT_KEY];
} Asker;
/* The half of `key` with whoever asked: fills `to` with their key and answers it, sealed again to
 * them; NULL where there is none. */
GBytes *seals_confirm(Scratch *scratch, const Place *place, const HolderKey *key,
                      const GPtrArray *seals, const Asker *asker, guint8 to[VAULT_KEY]);

/* ---- envelope.c: what lies around the body of a packet ------------------------------------- */

typedef struct envelope Envelope;

/* For these readers (public keys, borrowed), at most FORMAT_READERS; `room`: about how many bytes.
 * NULL where one is no key. The stream's state lies in `scratch`, which is wiped at the end. The
 * body goes through one chunk of plaintext into base64, so that originals of 20 MiB cost no more
 * than their own text. */
Envelope *envelope_begin(Scratch *scratch, guint8 version, const GPtrArray *readers, gsize room);
void envelope_put(Envelope *out, gconstpointer data, gsize length);
char *envelope_end(Envelope *out); /* the text; frees `out` */

/* The body, wiped when freed, with one of these keys. FAULT_INPUT, FAULT_REFUSED as packet_open().
 */
GBytes *envelope_open(Scratch *scratch, const char *text, gsize length, HolderKey *const *keys,
                      gsize count, guint8 *version, GError **error);

/* ---- pairs.c: seals where two have to open (kind T) ---------------------------------------- */

typedef struct set_seal {
    guint8 scheme;
    guint8 partner[VAULT_KEY];
    GBytes *seal; /* owned */
} SetSeal;

/* What one keyholder's blob holds, of SetSeal; NULL where it is no set. Caller unrefs. */
GPtrArray *set_read(GBytes *blob);
/* Adds a set for each holder to `seals`; scratch->secret has the identity secret. */
gboolean set_write_two(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                       const Keyholder *holders, gsize count, GPtrArray *seals);
/* With a whole copy in each, for danger. */
gboolean set_write_danger(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                          const Keyholder *holders, gsize count, GPtrArray *seals);

/* ---- outer.c: the lock that host key and case key hold together ---------------------------- */

void outer_part(const guint8 outer[VAULT_KEY], const Place *place, guint8 part[VAULT_KEY]);
/* `keys` lies in locked memory. */
void outer_keys(const guint8 part[VAULT_KEY], const guint8 case_key[VAULT_KEY], OuterKeys *keys);

/* aead with the head in front: head | nonce | sealed; `ad` follows the head in the associated data.
 */
GBytes *aead_write(const guint8 key[VAULT_KEY], char kind, guint32 generation, const GByteArray *ad,
                   const guint8 *plain, gsize length);
/* NULL where it does not open. Wiped when freed; a NUL is behind it. */
GBytes *aead_read(const guint8 key[VAULT_KEY], char kind, const GByteArray *ad, GBytes *blob);

/* ---- record.c, original.c ------------------------------------------------------------------ */

/* One message opened. `original` is the key of its original, where `has_original`. */
typedef struct record {
    char *handle;
    Identity *identity;
    gboolean has_original;
    guint8 original[VAULT_KEY];
} Record;

/* NULL where `identity_public` is no key. `original_key` NULL: the message has no original. */
GBytes *record_write(const guint8 record_key[VAULT_KEY], guint32 generation,
                     const guint8 identity_public[VAULT_KEY], const Place *place,
                     const char *handle, const Identity *identity, const guint8 *original_key);
/* In locked memory; NULL where it does not open, or belongs elsewhere. */
Record *record_read(const guint8 record_key[VAULT_KEY], const guint8 identity_public[VAULT_KEY],
                    const guint8 identity_secret[VAULT_KEY], const Place *place, GBytes *blob);
void record_free(Record *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Record, record_free)

GBytes *original_write(Scratch *scratch, const guint8 outer_key[VAULT_KEY], guint32 generation,
                       const guint8 inner_key[VAULT_KEY], const Place *place, GBytes *raw);
GBytes *original_read(Scratch *scratch, const guint8 outer_key[VAULT_KEY],
                      const guint8 inner_key[VAULT_KEY], const Place *place, GBytes *blob);

Place place_of(const Vault *vault, guint64 id, guint64 message);

#endif
