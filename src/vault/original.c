#include <string.h>

#include "vault/inside.h"
#include "vault/secret.h"

#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL
enum {
    FIRST = FORMAT_STREAM + FORMAT_CHUNK_TAG, /* outer chunk 0 */
    TAGS = 2 * FORMAT_CHUNK_TAG               /* what both streams add to a chunk */
};

static void first_ad(GByteArray *ad, const guint8 *head, const Place *place) {
    put(ad, head, FORMAT_HEAD);
    put_place(ad, place);
}

/* head and both stream headers; answers how many bytes that took. */
static gsize begin_write(Scratch *scratch, const guint8 *outer_key, guint32 generation,
                         const guint8 *inner_key, const Place *place, guint8 *blob) {
    g_autoptr(GByteArray) head = g_byte_array_new();
    g_autoptr(GByteArray) ad = g_byte_array_new();
    guint8 header[FORMAT_STREAM];
    put_head(head, 'O', generation);
    first_ad(ad, head->data, place);
    memcpy(blob, head->data, FORMAT_HEAD);
    blob += FORMAT_HEAD;
    crypto_secretstream_xchacha20poly1305_init_push(&scratch->outer, blob, outer_key);
    crypto_secretstream_xchacha20poly1305_init_push(&scratch->inner, header, inner_key);
    crypto_secretstream_xchacha20poly1305_push(&scratch->outer, blob + FORMAT_STREAM, NULL, header,
                                               sizeof header, ad->data, ad->len, 0);
    return FORMAT_HEAD + FORMAT_STREAM + FIRST;
}

GBytes *original_write(Scratch *scratch, const guint8 outer_key[VAULT_KEY], guint32 generation,
                       const guint8 inner_key[VAULT_KEY], const Place *place, GBytes *raw) {
    gsize left, whole;
    const guint8 *from = g_bytes_get_data(raw, &left);
    gsize chunks = MAX((left + FORMAT_CHUNK - 1) / FORMAT_CHUNK, 1);
    whole = FORMAT_HEAD + FORMAT_STREAM + FIRST + left + chunks * TAGS;
    guint8 *blob = g_malloc(whole), *to = blob;
    g_autofree guint8 *chunk = g_malloc(MIN(left, FORMAT_CHUNK) + FORMAT_CHUNK_TAG);
    to += begin_write(scratch, outer_key, generation, inner_key, place, blob);
    for (gsize i = 1; i <= chunks; i++) {
        gsize n = MIN(left, FORMAT_CHUNK);
        guint8 tag = i == chunks ? FINAL : 0;
        crypto_secretstream_xchacha20poly1305_push(&scratch->inner, chunk, NULL, from, n, NULL, 0,
                                                   tag);
        crypto_secretstream_xchacha20poly1305_push(&scratch->outer, to, NULL, chunk,
                                                   n + FORMAT_CHUNK_TAG, NULL, 0, tag);
        from += n;
        left -= n;
        to += n + TAGS;
    }
    sodium_memzero(&scratch->outer, sizeof scratch->outer);
    sodium_memzero(&scratch->inner, sizeof scratch->inner);
    g_assert(to == blob + whole);
    return g_bytes_new_take(blob, whole);
}

static gboolean pull(crypto_secretstream_xchacha20poly1305_state *state, guint8 *to,
                     const guint8 *from, gsize length, const GByteArray *ad, guint8 want) {
    guint8 tag;
    return crypto_secretstream_xchacha20poly1305_pull(
               state, to, NULL, &tag, from, length, ad ? ad->data : NULL, ad ? ad->len : 0) == 0 &&
           tag == want;
}

static gboolean begin_read(Scratch *scratch, const guint8 *outer_key, const guint8 *inner_key,
                           const Place *place, Take *from) {
    g_autoptr(GByteArray) ad = g_byte_array_new();
    guint8 inner[FORMAT_STREAM];
    first_ad(ad, from->at, place);
    take_head(from, 'O', NULL);
    const guint8 *header = take(from, FORMAT_STREAM), *first = take(from, FIRST);
    return first != NULL &&
           crypto_secretstream_xchacha20poly1305_init_pull(&scratch->outer, header, outer_key) ==
               0 &&
           pull(&scratch->outer, inner, first, FIRST, ad, 0) &&
           crypto_secretstream_xchacha20poly1305_init_pull(&scratch->inner, inner, inner_key) == 0;
}

/* All chunks into `to`, which is as long as they are. */
static gboolean read_chunks(Scratch *scratch, Take *from, guint8 *to) {
    g_autofree guint8 *chunk = g_malloc(FORMAT_CHUNK + FORMAT_CHUNK_TAG);
    gboolean good = TRUE, last = FALSE;
    while (good && !last) {
        gsize left = (gsize)(from->end - from->at), n = MIN(left, FORMAT_CHUNK + TAGS);
        last = n == left;
        good = n >= TAGS && pull(&scratch->outer, chunk, from->at, n, NULL, last ? FINAL : 0) &&
               pull(&scratch->inner, to, chunk, n - FORMAT_CHUNK_TAG, NULL, last ? FINAL : 0);
        from->at += n;
        to += good ? n - TAGS : 0;
    }
    return good;
}

GBytes *original_read(Scratch *scratch, const guint8 outer_key[VAULT_KEY],
                      const guint8 inner_key[VAULT_KEY], const Place *place, GBytes *blob) {
    gsize whole;
    const guint8 *bytes = g_bytes_get_data(blob, &whole);
    Take from = {bytes, bytes + whole, FALSE};
    if (whole < FORMAT_HEAD + FORMAT_STREAM + FIRST + TAGS)
        return NULL;
    gsize left = whole - FORMAT_HEAD - FORMAT_STREAM - FIRST;
    gsize chunks = (left + FORMAT_CHUNK + TAGS - 1) / (FORMAT_CHUNK + TAGS);
    if (left < chunks * TAGS)
        return NULL;
    guint8 *plain;
    g_autoptr(GBytes) raw = secret_bytes(left - chunks * TAGS, &plain);
    gboolean good = begin_read(scratch, outer_key, inner_key, place, &from) &&
                    read_chunks(scratch, &from, plain);
    sodium_memzero(&scratch->outer, sizeof scratch->outer);
    sodium_memzero(&scratch->inner, sizeof scratch->inner);
    return good ? g_steal_pointer(&raw) : NULL;
}
