#include <string.h>

#include "base/text.h"
#include "vault/inside.h"
#include "vault/secret.h"

enum { KEY_ID = 5 };

/* A key with which every shared secret would be the same is none. */
gboolean vault_is_public(const char *line) {
    static const guint8 one[VAULT_KEY] = {1};
    guint8 key[VAULT_KEY], shared[VAULT_KEY];
    return public_read(line, key) && crypto_scalarmult(shared, one, key) == 0;
}

char *vault_key_id(const char *public_line) {
    guint8 key[VAULT_KEY], hash[VAULT_HASH];
    if (!public_read(public_line, key))
        return g_strdup("none");
    const HashPart parts[] = {TEXT_PART("worrybox key id 1"), {key, VAULT_KEY}};
    hash_parts(hash, NULL, parts, G_N_ELEMENTS(parts));
    return text_base32(hash, KEY_ID);
}

static void unref_bytes(gpointer bytes) {
    g_bytes_unref(bytes);
}

void case_keys_free(CaseKeys *keys) {
    if (keys == NULL)
        return;
    g_bytes_unref(keys->key);
    g_bytes_unref(keys->identity_public);
    g_ptr_array_unref(keys->seals);
    g_free(keys);
}

/* The whole identity secret, which lies in scratch->secret, for one keyholder. */
static GBytes *seal_whole(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                          const guint8 holder[VAULT_KEY]) {
    guint8 *payload = scratch->payload;
    memset(payload, 0, SEAL_PAYLOAD);
    memcpy(payload, identity, VAULT_KEY);
    payload[VAULT_KEY] = SCHEME_WHOLE;
    memcpy(payload + SEAL_PAYLOAD - VAULT_KEY, scratch->secret, VAULT_KEY);
    GBytes *seal = boxed_write(scratch, 'S', FORMAT_FIRST, place, holder, payload, SEAL_PAYLOAD);
    sodium_memzero(payload, SEAL_PAYLOAD);
    return seal;
}

static gboolean seal_to_each(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                             const Keyholder *holders, gsize count, GPtrArray *seals) {
    for (gsize i = 0; i < count; i++) {
        guint8 holder[VAULT_KEY];
        if (!public_read(holders[i].key, holder))
            return FALSE;
        GBytes *seal = seal_whole(scratch, place, identity, holder);
        if (seal == NULL)
            return FALSE;
        g_ptr_array_add(seals, seal);
    }
    return TRUE;
}

CaseKeys *vault_case_keys(const Vault *vault, guint64 id, const Keyholder *holders, gsize count) {
    Scratch *scratch = vault->scratch;
    const Place place = place_of(vault, id, 0);
    g_autoptr(CaseKeys) keys = g_new0(CaseKeys, 1);
    guint8 *key, identity[VAULT_KEY];
    keys->key = secret_bytes(VAULT_KEY, &key);
    randombytes_buf(key, VAULT_KEY);
    crypto_box_keypair(identity, scratch->secret);
    keys->identity_public = g_bytes_new(identity, VAULT_KEY);
    keys->seals = g_ptr_array_new_with_free_func(unref_bytes);
    gboolean good = seal_to_each(scratch, &place, identity, holders, count, keys->seals);
    sodium_memzero(scratch->secret, VAULT_KEY);
    return good ? g_steal_pointer(&keys) : NULL;
}

GBytes *vault_escrow(const Vault *vault, guint64 id, GBytes *case_key, const Keyholder *holder) {
    const Place place = place_of(vault, id, 0);
    guint8 to[VAULT_KEY];
    gsize length;
    const guint8 *key = g_bytes_get_data(case_key, &length);
    if (length != VAULT_KEY || !public_read(holder->key, to))
        return NULL;
    return boxed_write(vault->scratch, 'E', FORMAT_FIRST, &place, to, key, VAULT_KEY);
}
