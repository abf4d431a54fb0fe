#include <string.h>

#include "base/text.h"
#include "vault/inside.h"
#include "vault/secret.h"

enum { KEY_ID = 5, FINGERPRINT = 2 * KEY_ID, GROUP = 4 };

/* A key with which every shared secret would be the same is none. */
gboolean vault_is_public(const char *line) {
    static const guint8 one[VAULT_KEY] = {1};
    guint8 key[VAULT_KEY], shared[VAULT_KEY];
    return public_read(line, key) && crypto_scalarmult(shared, one, key) == 0;
}

char *vault_public(const char *line) {
    guint8 key[VAULT_KEY];
    return vault_is_public(line) && public_read(line, key)
               ? typed_write("wbpub1", key, VAULT_KEY, FALSE)
               : NULL;
}

/* The first bytes of a key's hash, in base32; NULL where it is none. */
static char *name_of_key(const char *public_line, gsize bytes) {
    guint8 key[VAULT_KEY], hash[VAULT_HASH];
    if (!public_read(public_line, key))
        return NULL;
    const HashPart parts[] = {TEXT_PART("worrybox key id 1"), {key, VAULT_KEY}};
    hash_parts(hash, NULL, parts, G_N_ELEMENTS(parts));
    return text_base32(hash, bytes);
}

char *vault_key_id(const char *public_line) {
    char *id = name_of_key(public_line, KEY_ID);
    return id ? id : g_strdup("none");
}

char *vault_fingerprint(const char *public_line) {
    g_autofree char *letters = name_of_key(public_line, FINGERPRINT);
    if (letters == NULL)
        return g_strdup("none");
    GString *groups = g_string_new(NULL);
    for (const char *at = letters; *at != '\0'; at += GROUP)
        g_string_append_printf(groups, "%s%.*s", at == letters ? "" : " ", GROUP, at);
    return g_string_free(groups, FALSE);
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

/* The whole identity secret, which lies in scratch->secret. */
static gboolean seal_to_each(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                             const Keyholder *holders, gsize count, GPtrArray *seals) {
    for (gsize i = 0; i < count; i++) {
        static const guint8 nobody[VAULT_KEY] = {0};
        const SealSays says = {identity, SCHEME_WHOLE, nobody, scratch->secret};
        guint8 holder[VAULT_KEY];
        if (!public_read(holders[i].key, holder))
            return FALSE;
        GBytes *seal = seal_write(scratch, place, &says, holder);
        if (seal == NULL)
            return FALSE;
        g_ptr_array_add(seals, seal);
    }
    return TRUE;
}

/* Fills `seals`; scratch->secret has the identity secret. */
typedef gboolean (*SealAll)(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                            const Keyholder *holders, gsize count, GPtrArray *seals);

static CaseKeys *make_keys(const Vault *vault, guint64 id, const Keyholder *holders, gsize count,
                           SealAll seal_all) {
    Scratch *scratch = vault->scratch;
    const Place place = place_of(vault, id, 0);
    g_autoptr(CaseKeys) keys = g_new0(CaseKeys, 1);
    guint8 *key, identity[VAULT_KEY];
    keys->key = secret_bytes(VAULT_KEY, &key);
    randombytes_buf(key, VAULT_KEY);
    crypto_box_keypair(identity, scratch->secret);
    keys->identity_public = g_bytes_new(identity, VAULT_KEY);
    keys->seals = g_ptr_array_new_with_free_func(unref_bytes);
    gboolean good = seal_all(scratch, &place, identity, holders, count, keys->seals);
    sodium_memzero(scratch->secret, VAULT_KEY);
    return good ? g_steal_pointer(&keys) : NULL;
}

CaseKeys *vault_case_keys(const Vault *vault, guint64 id, const Keyholder *holders, gsize count) {
    return make_keys(vault, id, holders, count, seal_to_each);
}

CaseKeys *vault_case_keys_for_two(const Vault *vault, guint64 id, const Keyholder *holders,
                                  gsize count, gboolean emergency) {
    if (count < 2) /* better one than nobody */
        return vault_case_keys(vault, id, holders, count);
    return make_keys(vault, id, holders, count, emergency ? set_write_danger : set_write_two);
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
