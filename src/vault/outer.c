#include <string.h>

#include "vault/inside.h"
#include "vault/secret.h"

void outer_part(const guint8 outer[VAULT_KEY], const Place *place, guint8 part[VAULT_KEY]) {
    guint64 id = GUINT64_TO_LE(place->id);
    const HashPart parts[] = {
        TEXT_PART("worrybox host part 1"), {place->site, VAULT_SITE}, {&id, sizeof id}};
    hash_parts(part, outer, parts, G_N_ELEMENTS(parts));
}

void outer_keys(const guint8 part[VAULT_KEY], const guint8 case_key[VAULT_KEY], OuterKeys *keys) {
    const HashPart parts[] = {TEXT_PART("worrybox outer key 1"), {case_key, VAULT_KEY}};
    hash_parts(keys->whole, part, parts, G_N_ELEMENTS(parts));
    subkey(keys->record, keys->whole, 1, "wb-outr1");
    subkey(keys->original, keys->whole, 2, "wb-outr1");
}

/* head | ad, as one piece */
static GByteArray *whole_ad(const guint8 *head, const GByteArray *ad) {
    GByteArray *whole = g_byte_array_sized_new(FORMAT_HEAD + ad->len);
    put(whole, head, FORMAT_HEAD);
    put(whole, ad->data, ad->len);
    return whole;
}

GBytes *aead_write(const guint8 key[VAULT_KEY], char kind, guint32 generation, const GByteArray *ad,
                   const guint8 *plain, gsize length) {
    gsize whole = FORMAT_HEAD + FORMAT_NONCE + length + FORMAT_TAG;
    g_autoptr(GByteArray) head = g_byte_array_sized_new(FORMAT_HEAD);
    put_head(head, kind, generation);
    g_autoptr(GByteArray) says = whole_ad(head->data, ad);
    guint8 *blob = g_malloc(whole), *nonce = blob + FORMAT_HEAD;
    memcpy(blob, head->data, FORMAT_HEAD);
    randombytes_buf(nonce, FORMAT_NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + FORMAT_NONCE, NULL, plain, length,
                                               says->data, says->len, NULL, nonce, key);
    return g_bytes_new_take(blob, whole);
}

GBytes *aead_read(const guint8 key[VAULT_KEY], char kind, const GByteArray *ad, GBytes *blob) {
    gsize whole;
    const guint8 *bytes = g_bytes_get_data(blob, &whole);
    Take from = {bytes, bytes + whole, FALSE};
    if (!take_head(&from, kind, NULL))
        return NULL;
    const guint8 *nonce = take(&from, FORMAT_NONCE);
    gsize sealed = (gsize)(from.end - from.at);
    if (nonce == NULL || sealed < FORMAT_TAG)
        return NULL;
    g_autoptr(GByteArray) says = whole_ad(bytes, ad);
    guint8 *plain;
    g_autoptr(GBytes) text = secret_text(sealed - FORMAT_TAG, &plain);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, from.at, sealed, says->data,
                                                   says->len, nonce, key) != 0)
        return NULL;
    return g_steal_pointer(&text);
}
