#include <string.h>

#include "vault/inside.h"

/* head | site | case | keyholder's public key: what each box says of itself */
enum { INTRO = FORMAT_HEAD + VAULT_SITE + 8 + VAULT_KEY };

static void intro(GByteArray *to, char kind, guint32 generation, const Place *place,
                  const guint8 holder[VAULT_KEY]) {
    put_head(to, kind, generation);
    put(to, place->site, VAULT_SITE);
    put_u64(to, place->id);
    put(to, holder, VAULT_KEY);
}

GBytes *boxed_write(Scratch *scratch, char kind, guint32 generation, const Place *place,
                    const guint8 to[VAULT_KEY], const guint8 *payload, gsize length) {
    g_assert(INTRO + length <= sizeof scratch->boxed);
    g_autoptr(GByteArray) says = g_byte_array_sized_new(INTRO);
    intro(says, kind, generation, place, to);
    memcpy(scratch->boxed, says->data, INTRO);
    memcpy(scratch->boxed + INTRO, payload, length);
    gsize whole = FORMAT_HEAD + FORMAT_BOX + INTRO + length;
    g_autofree guint8 *blob = g_malloc(whole);
    memcpy(blob, says->data, FORMAT_HEAD);
    int bad = crypto_box_seal(blob + FORMAT_HEAD, scratch->boxed, INTRO + length, to);
    sodium_memzero(scratch->boxed, sizeof scratch->boxed);
    return bad ? NULL : g_bytes_new_take(g_steal_pointer(&blob), whole);
}

gboolean boxed_read(Scratch *scratch, char kind, const Place *place, const HolderKey *key,
                    GBytes *blob, guint8 *payload, gsize length) {
    gsize whole;
    const guint8 *bytes = g_bytes_get_data(blob, &whole);
    Take from = {bytes, bytes + whole, FALSE};
    guint32 generation;
    if (whole != FORMAT_HEAD + FORMAT_BOX + INTRO + length || !take_head(&from, kind, &generation))
        return FALSE;
    g_autoptr(GByteArray) says = g_byte_array_sized_new(INTRO);
    intro(says, kind, generation, place, key->public);
    gboolean good = crypto_box_seal_open(scratch->boxed, from.at, whole - FORMAT_HEAD, key->public,
                                         key->secret) == 0 &&
                    memcmp(scratch->boxed, says->data, INTRO) == 0;
    if (good)
        memcpy(payload, scratch->boxed + INTRO, length);
    sodium_memzero(scratch->boxed, sizeof scratch->boxed);
    return good;
}
