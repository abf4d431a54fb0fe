#include <string.h>

#include "vault/inside.h"

static void free_entry(gpointer data) {
    SetSeal *entry = data;
    g_bytes_unref(entry->seal);
    g_free(entry);
}

GPtrArray *set_read(GBytes *blob) {
    gsize length;
    const guint8 *bytes = g_bytes_get_data(blob, &length);
    Take from = {bytes, bytes + length, FALSE};
    g_autoptr(GPtrArray) set = g_ptr_array_new_with_free_func(free_entry);
    if (!take_head(&from, 'T', NULL))
        return NULL;
    guint8 count = take_u8(&from);
    for (guint8 i = 0; i < count && !from.bad; i++) {
        guint8 scheme = take_u8(&from);
        const guint8 *partner = take(&from, VAULT_KEY);
        GBytes *seal = take_field(&from, blob);
        if (seal == NULL)
            return NULL;
        SetSeal *entry = g_new0(SetSeal, 1);
        entry->scheme = scheme;
        entry->seal = seal;
        memcpy(entry->partner, partner, VAULT_KEY);
        g_ptr_array_add(set, entry);
    }
    return from.bad || from.at != from.end ? NULL : g_steal_pointer(&set);
}

/* Adds one seal to the set that is being written for `holder`. */
static gboolean set_add(GByteArray *set, Scratch *scratch, const Place *place, SealSays says,
                        const guint8 holder[VAULT_KEY]) {
    g_autoptr(GBytes) seal = seal_write(scratch, place, &says, holder);
    gsize length = 0;
    const guint8 *bytes = seal ? g_bytes_get_data(seal, &length) : NULL;
    put_u8(set, says.scheme);
    put(set, says.partner, VAULT_KEY);
    put_u32(set, (guint32)length);
    put(set, bytes, length);
    return seal != NULL;
}

/* One half for each of two: scratch->original is drawn at random, scratch->key is what makes the
 * secret of it. */
static gboolean add_pair(GByteArray **sets, Scratch *scratch, const Place *place,
                         const guint8 identity[VAULT_KEY], guint8 (*keys)[VAULT_KEY], gsize i,
                         gsize j) {
    randombytes_buf(scratch->original, VAULT_KEY);
    for (gsize n = 0; n < VAULT_KEY; n++)
        scratch->key[n] = scratch->original[n] ^ scratch->secret[n];
    SealSays one = {identity, SCHEME_SHARE, keys[j], scratch->original};
    SealSays other = {identity, SCHEME_SHARE, keys[i], scratch->key};
    return set_add(sets[i], scratch, place, one, keys[i]) &&
           set_add(sets[j], scratch, place, other, keys[j]);
}

static gboolean add_all(GByteArray **sets, Scratch *scratch, const Place *place,
                        const guint8 identity[VAULT_KEY], guint8 (*keys)[VAULT_KEY], gsize count,
                        gboolean emergency) {
    static const guint8 nobody[VAULT_KEY] = {0};
    const SealSays whole = {identity, SCHEME_EMERGENCY, nobody, scratch->secret};
    for (gsize i = 0; i < count; i++) {
        put_head(sets[i], 'T', FORMAT_FIRST);
        put_u8(sets[i], (guint8)(count - 1 + (emergency ? 1 : 0)));
    }
    for (gsize i = 0; i < count; i++) {
        for (gsize j = i + 1; j < count; j++)
            if (!add_pair(sets, scratch, place, identity, keys, i, j))
                return FALSE;
        if (emergency && !set_add(sets[i], scratch, place, whole, keys[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean write_sets(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                           const Keyholder *holders, gsize count, gboolean emergency,
                           GPtrArray *seals) {
    g_autofree guint8(*keys)[VAULT_KEY] = g_malloc(count * VAULT_KEY);
    g_autofree GByteArray **sets = g_new0(GByteArray *, count);
    gboolean good = count <= FORMAT_READERS;
    for (gsize i = 0; i < count && good; i++)
        good = public_read(holders[i].key, keys[i]);
    for (gsize i = 0; i < count; i++)
        sets[i] = g_byte_array_new();
    good = good && add_all(sets, scratch, place, identity, keys, count, emergency);
    for (gsize i = 0; i < count; i++) {
        GBytes *set = g_byte_array_free_to_bytes(sets[i]);
        g_ptr_array_add(seals, set);
    }
    sodium_memzero(scratch->original, VAULT_KEY);
    sodium_memzero(scratch->key, VAULT_KEY);
    return good;
}

gboolean set_write_two(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                       const Keyholder *holders, gsize count, GPtrArray *seals) {
    return write_sets(scratch, place, identity, holders, count, FALSE, seals);
}

gboolean set_write_danger(Scratch *scratch, const Place *place, const guint8 identity[VAULT_KEY],
                          const Keyholder *holders, gsize count, GPtrArray *seals) {
    return write_sets(scratch, place, identity, holders, count, TRUE, seals);
}
