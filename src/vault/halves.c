#include <string.h>

#include "vault/inside.h"
#include "vault/secret.h"

enum { MOST_HALVES = 2 * FORMAT_READERS };

/* One half that was found, and whose it is. */
typedef struct half {
    guint8 owner[VAULT_KEY], identity[VAULT_KEY], secret[VAULT_KEY];
} Half;

typedef struct found {
    guint count;
    Half halves[MOST_HALVES];
} Found;

GBytes *seal_write(Scratch *scratch, const Place *place, const SealSays *says,
                   const guint8 holder[VAULT_KEY]) {
    guint8 *payload = scratch->payload;
    memcpy(payload, says->identity, VAULT_KEY);
    payload[VAULT_KEY] = (guint8)says->scheme;
    memcpy(payload + VAULT_KEY + 1, says->partner, VAULT_KEY);
    memcpy(payload + SEAL_SECRET, says->secret, VAULT_KEY);
    GBytes *seal = boxed_write(scratch, 'S', FORMAT_FIRST, place, holder, payload, SEAL_PAYLOAD);
    sodium_memzero(payload, SEAL_PAYLOAD);
    return seal;
}

static gboolean is_pair(const guint8 identity[VAULT_KEY], const guint8 secret[VAULT_KEY]) {
    guint8 check[VAULT_KEY];
    return crypto_scalarmult_base(check, secret) == 0 && memcmp(check, identity, VAULT_KEY) == 0;
}

/* What lies open in scratch->payload, of `key`. Whole: TRUE. */
static gboolean note(Scratch *scratch, const HolderKey *key, Found *found) {
    const guint8 *payload = scratch->payload, *partner = payload + VAULT_KEY + 1;
    enum scheme scheme = (enum scheme)payload[VAULT_KEY];
    if (scheme == SCHEME_WHOLE || scheme == SCHEME_EMERGENCY)
        return is_pair(payload, payload + SEAL_SECRET);
    if ((scheme != SCHEME_SHARE && scheme != SCHEME_CONFIRMED) || found->count == MOST_HALVES)
        return FALSE;
    Half *half = &found->halves[found->count++];
    gboolean own = scheme == SCHEME_SHARE;
    memcpy(half->identity, payload, VAULT_KEY);
    memcpy(half->secret, payload + SEAL_SECRET, VAULT_KEY);
    memcpy(half->owner, own ? key->public : partner, VAULT_KEY);
    return FALSE;
}

/* Do these two make the secret? Into identity_secret. Whoever's they were when they were made, one
 * of them may have been re-wrapped since: what they make decides. */
static gboolean join(const Half *one, const Half *other, guint8 identity_secret[VAULT_KEY]) {
    if (memcmp(one->identity, other->identity, VAULT_KEY) != 0)
        return FALSE;
    for (gsize i = 0; i < VAULT_KEY; i++)
        identity_secret[i] = one->secret[i] ^ other->secret[i];
    return is_pair(one->identity, identity_secret);
}

static enum halves join_any(const Found *found, guint8 identity_public[VAULT_KEY],
                            guint8 identity_secret[VAULT_KEY], guint8 second[VAULT_KEY]) {
    for (guint i = 0; i < found->count; i++)
        for (guint j = i + 1; j < found->count; j++)
            if (join(&found->halves[i], &found->halves[j], identity_secret)) {
                memcpy(identity_public, found->halves[i].identity, VAULT_KEY);
                memcpy(second, found->halves[j].owner, VAULT_KEY);
                return HALVES_WHOLE;
            }
    sodium_memzero(identity_secret, VAULT_KEY);
    return found->count > 0 ? HALVES_ONE : HALVES_NONE;
}

static gboolean find_whole(Scratch *scratch, const Place *place, HolderKey *const *keys,
                           gsize count, const GPtrArray *seals, Found *found) {
    for (gsize k = 0; k < count; k++)
        for (guint i = 0; i < seals->len; i++)
            if (boxed_read(scratch, 'S', place, keys[k], g_ptr_array_index(seals, i),
                           scratch->payload, SEAL_PAYLOAD) &&
                note(scratch, keys[k], found))
                return TRUE;
    return FALSE;
}

enum halves seals_read(Scratch *scratch, const Place *place, HolderKey *const *keys, gsize count,
                       const GPtrArray *seals, guint8 identity_public[VAULT_KEY],
                       guint8 identity_secret[VAULT_KEY], guint8 second[VAULT_KEY]) {
    Found *found = secret_new(sizeof *found);
    enum halves result = HALVES_WHOLE;
    memset(second, 0, VAULT_KEY);
    if (find_whole(scratch, place, keys, count, seals, found)) {
        memcpy(identity_public, scratch->payload, VAULT_KEY);
        memcpy(identity_secret, scratch->payload + SEAL_SECRET, VAULT_KEY);
    } else {
        result = join_any(found, identity_public, identity_secret, second);
    }
    sodium_memzero(scratch->payload, SEAL_PAYLOAD);
    secret_free(found);
    return result;
}

gboolean seal_read(Scratch *scratch, const Place *place, const HolderKey *key, GBytes *seal,
                   guint8 identity_public[VAULT_KEY], guint8 identity_secret[VAULT_KEY]) {
    g_autoptr(GPtrArray) seals = g_ptr_array_new();
    HolderKey *keys[] = {(HolderKey *)key};
    guint8 second[VAULT_KEY];
    g_ptr_array_add(seals, seal);
    return seals_read(scratch, place, keys, 1, seals, identity_public, identity_secret, second) ==
           HALVES_WHOLE;
}

static gboolean is_id_of(const guint8 key[VAULT_KEY], const char *id) {
    g_autofree char *line = typed_write("wbpub1", key, VAULT_KEY, FALSE);
    g_autofree char *other = vault_key_id(line);
    return strcmp(other, id) == 0;
}

/* The key of who asks, where this half is with them: the one it was made with, or the one that they
 * have now in its place. */
static const guint8 *asker_of(const guint8 *partner, const Asker *asker) {
    if (is_id_of(partner, asker->id))
        return partner;
    return asker->before != NULL && is_id_of(partner, asker->before) ? asker->now : NULL;
}

GBytes *seals_confirm(Scratch *scratch, const Place *place, const HolderKey *key,
                      const GPtrArray *seals, const Asker *asker, guint8 to[VAULT_KEY]) {
    GBytes *confirmed = NULL;
    for (guint i = 0; i < seals->len && confirmed == NULL; i++) {
        guint8 *payload = scratch->payload;
        if (!boxed_read(scratch, 'S', place, key, g_ptr_array_index(seals, i), payload,
                        SEAL_PAYLOAD) ||
            payload[VAULT_KEY] != SCHEME_SHARE || asker_of(payload + VAULT_KEY + 1, asker) == NULL)
            continue;
        guint8 identity[VAULT_KEY];
        memcpy(identity, payload, VAULT_KEY);
        memcpy(to, asker_of(payload + VAULT_KEY + 1, asker), VAULT_KEY);
        memcpy(scratch->secret, payload + SEAL_SECRET, VAULT_KEY);
        SealSays says = {identity, SCHEME_CONFIRMED, key->public, scratch->secret};
        confirmed = seal_write(scratch, place, &says, to);
        sodium_memzero(scratch->secret, VAULT_KEY);
    }
    sodium_memzero(scratch->payload, SEAL_PAYLOAD);
    return confirmed;
}
