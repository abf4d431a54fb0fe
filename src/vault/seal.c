#include "vault/inside.h"

void vault_seal(const Vault *vault, GBytes *case_key, GBytes *identity_public, guint64 id,
                guint64 message, const char *handle, const Identity *identity, GBytes *raw,
                GBytes **record, GBytes **original) {
    Scratch *scratch = vault->scratch;
    const Place place = place_of(vault, id, message);
    gsize key_length, public_length;
    const guint8 *key = g_bytes_get_data(case_key, &key_length);
    const guint8 *public = g_bytes_get_data(identity_public, &public_length);
    *record = *original = NULL;
    if (key_length != VAULT_KEY || public_length != VAULT_KEY)
        return;
    outer_part(vault->outer, &place, scratch->part);
    outer_keys(scratch->part, key, &scratch->keys);
    randombytes_buf(scratch->original, VAULT_KEY);
    *record = record_write(scratch->keys.record, vault->generation, public, &place, handle,
                           identity, raw ? scratch->original : NULL);
    if (*record != NULL && raw != NULL)
        *original = original_write(scratch, scratch->keys.original, vault->generation,
                                   scratch->original, &place, raw);
    sodium_memzero(scratch, sizeof *scratch);
}
