#include "vault/secret.h"

#include <sodium.h>
#include <string.h>

gpointer secret_new(gsize length) {
    gpointer secret = sodium_malloc(length);
    if (secret == NULL)
        g_error("no locked memory left");
    memset(secret, 0, length);
    return secret;
}

void secret_free(gpointer secret) {
    sodium_free(secret);
}

/* What has to be known to wipe lies in front of the bytes. */
typedef struct wiped {
    gsize length;
    guint8 bytes[];
} Wiped;

static void wipe(gpointer data) {
    Wiped *wiped = data;
    sodium_memzero(wiped->bytes, wiped->length);
    g_free(wiped);
}

static GBytes *wiped_bytes(gsize length, gsize more, guint8 **data) {
    Wiped *wiped = g_malloc0(sizeof *wiped + length + more);
    wiped->length = length;
    *data = wiped->bytes;
    return g_bytes_new_with_free_func(wiped->bytes, length, wipe, wiped);
}

GBytes *secret_bytes(gsize length, guint8 **data) {
    return wiped_bytes(length, 0, data);
}

GBytes *secret_text(gsize length, guint8 **data) {
    return wiped_bytes(length, 1, data);
}

void hash_parts(guint8 hash[VAULT_HASH], const guint8 *key, const HashPart *parts, gsize count) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, key ? VAULT_KEY : 0, VAULT_HASH);
    for (gsize i = 0; i < count; i++)
        crypto_generichash_update(&state, parts[i].bytes, parts[i].length);
    crypto_generichash_final(&state, hash, VAULT_HASH);
    sodium_memzero(&state, sizeof state);
}

void subkey(guint8 to[VAULT_KEY], const guint8 *key, guint64 number, const char context[8]) {
    crypto_kdf_derive_from_key(to, VAULT_KEY, number, context, key);
}
