#include <string.h>

#include "base/fault.h"
#include "vault/inside.h"
#include "vault/packet.h"
#include "vault/secret.h"

#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL

static const char *const LINES[] = {NULL, FORMAT_PACKET, FORMAT_PACKET_TWO, FORMAT_PACKET_SEALS};

/* ---- writing ------------------------------------------------------------------------------- */

struct envelope {
    GString *text;
    gint state, save; /* of the base64 encoder */
    Scratch *scratch; /* borrowed; ->outer is the stream */
    guint8 *chunk;    /* locked memory */
    gsize fill;
    guint8 *sealed; /* the chunk, sealed */
    GByteArray *ad; /* of the next chunk; NULL after the first */
};

static void put_base64(Envelope *out, const guint8 *bytes, gsize length) {
    gsize room = (length / 3 + 1) * 4 + 4, at = out->text->len;
    g_string_set_size(out->text, at + room + room / 72 + 1);
    at += g_base64_encode_step(bytes, length, TRUE, out->text->str + at, &out->state, &out->save);
    g_string_truncate(out->text, at);
}

static void put_chunk(Envelope *out, guint8 tag) {
    crypto_secretstream_xchacha20poly1305_push(&out->scratch->outer, out->sealed, NULL, out->chunk,
                                               out->fill, out->ad ? out->ad->data : NULL,
                                               out->ad ? out->ad->len : 0, tag);
    put_base64(out, out->sealed, out->fill + FORMAT_CHUNK_TAG);
    out->fill = 0;
    g_clear_pointer(&out->ad, g_byte_array_unref);
}

void envelope_put(Envelope *out, gconstpointer data, gsize length) {
    const guint8 *from = data;
    while (length > 0) {
        if (out->fill == FORMAT_CHUNK)
            put_chunk(out, 0);
        gsize n = MIN(length, FORMAT_CHUNK - out->fill);
        memcpy(out->chunk + out->fill, from, n);
        out->fill += n;
        from += n;
        length -= n;
    }
}

/* What stands before the stream; the body key is made here. NULL where a reader is no key. */
static GByteArray *preface(Scratch *scratch, guint8 version, const GPtrArray *readers) {
    g_autoptr(GByteArray) says = g_byte_array_new();
    guint8 box[VAULT_KEY + FORMAT_BOX];
    put_head_of(says, 'K', version, FORMAT_FIRST);
    put_u8(says, (guint8)readers->len);
    randombytes_buf(scratch->key, VAULT_KEY);
    for (guint i = 0; i < readers->len; i++) {
        const guint8 *to = g_ptr_array_index(readers, i);
        put(says, to, VAULT_KEY);
        if (crypto_box_seal(box, scratch->key, VAULT_KEY, to) != 0)
            return NULL;
        put(says, box, sizeof box);
    }
    return g_steal_pointer(&says);
}

Envelope *envelope_begin(Scratch *scratch, guint8 version, const GPtrArray *readers, gsize room) {
    guint8 header[FORMAT_STREAM];
    if (readers->len == 0 || readers->len > FORMAT_READERS)
        return NULL;
    GByteArray *says = preface(scratch, version, readers);
    if (says == NULL)
        return NULL;
    Envelope *out = g_new0(Envelope, 1);
    room += 8192 + room / FORMAT_CHUNK * FORMAT_CHUNK_TAG;
    out->text = g_string_sized_new(room / 3 * 4 + room / 54 + 256);
    out->scratch = scratch;
    out->ad = says;
    out->chunk = secret_new(FORMAT_CHUNK);
    out->sealed = g_malloc(FORMAT_CHUNK + FORMAT_CHUNK_TAG);
    crypto_secretstream_xchacha20poly1305_init_push(&scratch->outer, header, scratch->key);
    g_string_append_printf(out->text, "%s\n", LINES[version]);
    put_base64(out, says->data, says->len);
    put_base64(out, header, sizeof header);
    return out;
}

char *envelope_end(Envelope *out) {
    char end[8];
    put_chunk(out, FINAL);
    gsize n = g_base64_encode_close(TRUE, end, &out->state, &out->save);
    g_string_append_len(out->text, end, (gssize)n);
    char *text = g_string_free(out->text, FALSE);
    sodium_memzero(out->scratch, sizeof *out->scratch);
    secret_free(out->chunk);
    g_free(out->sealed);
    g_free(out);
    return text;
}

/* ---- reading ------------------------------------------------------------------------------- */

/* The bytes behind the first line; NULL where this is no packet at all (`damaged` FALSE), or its
 * base64 is. */
static GBytes *unwrap(const char *text, gsize length, guint8 *version, gboolean *damaged) {
    const char *end = text + length;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end && g_ascii_isspace(*text))
        text++;
    const gsize word = strlen(FORMAT_PACKET);
    *damaged = FALSE;
    for (guint8 i = 1; i < G_N_ELEMENTS(LINES); i++)
        if ((gsize)(end - text) > word && memcmp(text, LINES[i], word) == 0 &&
            (text[word] == '\n' || text[word] == '\r')) {
            *damaged = TRUE;
            *version = i;
        }
    if (!*damaged)
        return NULL;
    text += word;
    for (const char *c = text; c < end; c++)
        if ((guint8)*c >= 0x80) /* sodium_base642bin takes the byte 0xaf for '/' */
            return NULL;
    gsize room = (gsize)(end - text) / 4 * 3 + 3, n;
    g_autofree guint8 *bytes = g_malloc(room);
    if (sodium_base642bin(bytes, room, text, (gsize)(end - text), "\r\n\t ", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&bytes), n);
}

enum { FOR_ME, FOR_OTHERS, DAMAGED };

/* Which of the keys this entry is for; NULL: none. */
static const HolderKey *key_of(const guint8 *reader, HolderKey *const *keys, gsize count) {
    for (gsize i = 0; reader != NULL && i < count; i++)
        if (memcmp(reader, keys[i]->public, VAULT_KEY) == 0)
            return keys[i];
    return NULL;
}

/* Finds an entry of one of these keys and opens the body key into scratch->key; afterwards `from`
 * stands at the stream. */
static int find_reader(Scratch *scratch, Take *from, guint8 version, HolderKey *const *keys,
                       gsize key_count) {
    take_head_of(from, 'K', version, NULL);
    guint8 count = take_u8(from);
    const guint8 *mine = NULL;
    const HolderKey *key = NULL;
    for (guint8 i = 0; i < count && !from->bad; i++) {
        const guint8 *reader = take(from, FORMAT_READER);
        const HolderKey *its = key_of(reader, keys, key_count);
        if (its != NULL) {
            mine = reader;
            key = its;
        }
    }
    if (from->bad || count == 0 || count > FORMAT_READERS)
        return DAMAGED;
    if (mine == NULL)
        return FOR_OTHERS;
    return crypto_box_seal_open(scratch->key, mine + VAULT_KEY, FORMAT_READER - VAULT_KEY,
                                key->public, key->secret) == 0
               ? FOR_ME
               : DAMAGED;
}

static gboolean pull_chunks(Scratch *scratch, Take *from, const guint8 *ad, gsize ad_length,
                            guint8 *to) {
    for (;;) {
        gsize left = (gsize)(from->end - from->at);
        gsize n = MIN(left, (gsize)FORMAT_CHUNK + FORMAT_CHUNK_TAG);
        guint8 tag;
        if (n < FORMAT_CHUNK_TAG ||
            crypto_secretstream_xchacha20poly1305_pull(&scratch->outer, to, NULL, &tag, from->at, n,
                                                       ad, ad_length) != 0 ||
            tag != (n == left ? FINAL : 0))
            return FALSE;
        if (n == left)
            return TRUE;
        from->at += n;
        to += n - FORMAT_CHUNK_TAG;
        ad = NULL;
        ad_length = 0;
    }
}

/* The body, wiped when freed; scratch->key has its key. */
static GBytes *open_body(Scratch *scratch, Take *from, const guint8 *start) {
    gsize ad = (gsize)(from->at - start);
    const guint8 *header = take(from, FORMAT_STREAM);
    gsize left = (gsize)(from->end - from->at), whole = FORMAT_CHUNK + FORMAT_CHUNK_TAG;
    gsize chunks = (left + whole - 1) / whole;
    if (header == NULL || left < chunks * FORMAT_CHUNK_TAG || chunks == 0 ||
        crypto_secretstream_xchacha20poly1305_init_pull(&scratch->outer, header, scratch->key) != 0)
        return NULL;
    guint8 *plain;
    g_autoptr(GBytes) body = secret_bytes(left - chunks * FORMAT_CHUNK_TAG, &plain);
    return pull_chunks(scratch, from, start, ad, plain) ? g_steal_pointer(&body) : NULL;
}

GBytes *envelope_open(Scratch *scratch, const char *text, gsize length, HolderKey *const *keys,
                      gsize count, guint8 *version, GError **error) {
    gboolean damaged;
    g_autoptr(GBytes) bytes = unwrap(text, length, version, &damaged);
    if (bytes == NULL) {
        fault_set(error, FAULT_INPUT,
                  damaged ? "this packet is damaged" : "this is no packet of worrybox");
        return NULL;
    }
    gsize whole;
    const guint8 *start = g_bytes_get_data(bytes, &whole);
    Take from = {start, start + whole, FALSE};
    int whose = find_reader(scratch, &from, *version, keys, count);
    GBytes *body = whose == FOR_ME ? open_body(scratch, &from, start) : NULL;
    if (whose == FOR_OTHERS)
        fault_set(error, FAULT_REFUSED, "this packet was made for another keyholder's key");
    else if (body == NULL)
        fault_set(error, FAULT_INPUT, "this packet is damaged");
    return body;
}
