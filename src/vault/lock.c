#include "base/fault.h"
#include "vault/inside.h"
#include "vault/secret.h"

/* Where a text belongs: what follows the head in the associated data. */
static GByteArray *belongs(const Vault *vault, enum purpose purpose, guint64 id, guint64 row) {
    GByteArray *ad = g_byte_array_sized_new(64);
    put(ad, vault->site, VAULT_SITE);
    put_u64(ad, id);
    put_u8(ad, (guint8)purpose);
    put_u64(ad, row);
    return ad;
}

/* The key of this purpose, into the scratch room; NULL where `case_key` is none. Host and case hold
 * it together: a case key alone, as a keyholder gets it in escrow, opens no text and no way back.
 */
static guint8 *purpose_key(const Vault *vault, GBytes *case_key, enum purpose purpose, guint64 id) {
    Scratch *scratch = vault->scratch;
    const Place place = place_of(vault, id, 0);
    gsize length;
    const guint8 *key = g_bytes_get_data(case_key, &length);
    if (length != VAULT_KEY)
        return NULL;
    outer_part(vault->outer, &place, scratch->part);
    outer_keys(scratch->part, key, &scratch->keys);
    subkey(scratch->key, scratch->keys.whole, 3 + (guint64)purpose, "wb-outr1");
    sodium_memzero(scratch->part, sizeof scratch->part);
    sodium_memzero(&scratch->keys, sizeof scratch->keys);
    return scratch->key;
}

GBytes *vault_lock(const Vault *vault, GBytes *case_key, enum purpose purpose, guint64 id,
                   guint64 row, const char *text, gsize length) {
    guint8 *key = purpose_key(vault, case_key, purpose, id);
    if (key == NULL)
        return NULL;
    g_autoptr(GByteArray) ad = belongs(vault, purpose, id, row);
    GBytes *blob = aead_write(key, 'L', FORMAT_FIRST, ad, (const guint8 *)text, length);
    sodium_memzero(key, VAULT_KEY);
    return blob;
}

GBytes *vault_unlock(const Vault *vault, GBytes *case_key, enum purpose purpose, guint64 id,
                     guint64 row, GBytes *blob, GError **error) {
    guint8 *key = purpose_key(vault, case_key, purpose, id);
    g_autoptr(GByteArray) ad = belongs(vault, purpose, id, row);
    GBytes *text = key ? aead_read(key, 'L', ad, blob) : NULL;
    sodium_memzero(vault->scratch->key, VAULT_KEY);
    if (text == NULL)
        fault_set(error, FAULT_RUN,
                  "a text of a case does not open: its key is another, or it is "
                  "damaged");
    return text;
}
