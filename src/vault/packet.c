#include <string.h>

#include "base/fault.h"
#include "vault/inside.h"
#include "vault/packet.h"
#include "vault/secret.h"

#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL
enum {
    STREAM_HEADER = 24,
    READER = VAULT_KEY + VAULT_KEY + FORMAT_BOX, /* public key | box(body key) */
    MOST_READERS = 16
};

/* ---- the value ----------------------------------------------------------------------------- */

static void message_free(gpointer data) {
    PacketMessage *message = data;
    g_clear_pointer(&message->record, g_bytes_unref);
    g_clear_pointer(&message->original, g_bytes_unref);
    g_free(message);
}

Packet *packet_new(void) {
    Packet *packet = g_new0(Packet, 1);
    packet->messages = g_ptr_array_new_with_free_func(message_free);
    return packet;
}

void packet_free(Packet *packet) {
    if (packet == NULL)
        return;
    g_free(packet->handle);
    g_free(packet->holder);
    g_free(packet->key);
    g_free(packet->key_id);
    g_free(packet->ground);
    g_free(packet->reason);
    g_clear_pointer(&packet->seal, g_bytes_unref);
    g_clear_pointer(&packet->escrow, g_bytes_unref);
    g_ptr_array_unref(packet->messages);
    g_free(packet);
}

void packet_add(Packet *packet, guint64 id, gint64 at, GBytes *record, GBytes *original) {
    PacketMessage *message = g_new0(PacketMessage, 1);
    message->id = id;
    message->at = at;
    message->record = g_bytes_ref(record);
    message->original = original ? g_bytes_ref(original) : NULL;
    g_ptr_array_add(packet->messages, message);
}

/* ---- writing ------------------------------------------------------------------------------- */

/* The body goes through one chunk of plaintext into base64, so that originals of 20 MiB cost no
 * more than their own text. */
typedef struct out {
    GString *text;
    gint state, save; /* of the base64 encoder */
    crypto_secretstream_xchacha20poly1305_state *stream;
    guint8 *chunk; /* locked memory */
    gsize fill;
    guint8 *sealed; /* the chunk, sealed */
    GByteArray *ad; /* of the next chunk; NULL after the first */
} Out;

static void out_base64(Out *out, const guint8 *bytes, gsize length) {
    gsize room = (length / 3 + 1) * 4 + 4, at = out->text->len;
    g_string_set_size(out->text, at + room + room / 72 + 1);
    at += g_base64_encode_step(bytes, length, TRUE, out->text->str + at, &out->state, &out->save);
    g_string_truncate(out->text, at);
}

static void out_chunk(Out *out, guint8 tag) {
    crypto_secretstream_xchacha20poly1305_push(out->stream, out->sealed, NULL, out->chunk,
                                               out->fill, out->ad ? out->ad->data : NULL,
                                               out->ad ? out->ad->len : 0, tag);
    out_base64(out, out->sealed, out->fill + FORMAT_CHUNK_TAG);
    out->fill = 0;
    out->ad = NULL;
}

static void out_put(Out *out, gconstpointer data, gsize length) {
    const guint8 *from = data;
    while (length > 0) {
        if (out->fill == FORMAT_CHUNK)
            out_chunk(out, 0);
        gsize n = MIN(length, FORMAT_CHUNK - out->fill);
        memcpy(out->chunk + out->fill, from, n);
        out->fill += n;
        from += n;
        length -= n;
    }
}

static void out_array(Out *out, GByteArray *array) {
    out_put(out, array->data, array->len);
    g_byte_array_set_size(array, 0);
}

static void out_field(Out *out, GByteArray *small, GBytes *field) {
    gsize length = 0;
    const guint8 *bytes = field ? g_bytes_get_data(field, &length) : NULL;
    put_u32(small, field ? (guint32)length : G_MAXUINT32);
    out_array(out, small);
    out_put(out, bytes, length);
}

static void out_body(Out *out, const Vault *vault, const Packet *packet) {
    const Place place = place_of(vault, packet->id, 0);
    g_autoptr(GByteArray) small = g_byte_array_new();
    put(small, place.site, VAULT_SITE);
    put_u64(small, packet->id);
    put_u64(small, (guint64)packet->at);
    out_array(out, small);
    outer_part(vault->outer, &place, vault->scratch->part);
    out_put(out, vault->scratch->part, VAULT_KEY);
    put_text(small, packet->handle);
    put_text(small, packet->holder);
    put_text(small, packet->key_id);
    put_text(small, packet->ground);
    put_text(small, packet->reason);
    put_u8(small, 1);
    out_field(out, small, packet->seal);
    out_field(out, small, packet->escrow);
    put_u32(small, packet->messages->len);
    for (guint i = 0; i < packet->messages->len; i++) {
        const PacketMessage *message = g_ptr_array_index(packet->messages, i);
        put_u64(small, message->id);
        put_u64(small, (guint64)message->at);
        out_field(out, small, message->record);
        out_field(out, small, message->original);
    }
    out_array(out, small);
}

/* What stands before the stream; the body key is made here. NULL where `to` is no key. */
static GByteArray *preface(Scratch *scratch, const guint8 to[VAULT_KEY]) {
    GByteArray *says = g_byte_array_new();
    guint8 box[VAULT_KEY + FORMAT_BOX];
    put_head(says, 'K', FORMAT_FIRST);
    put_u8(says, 1);
    put(says, to, VAULT_KEY);
    randombytes_buf(scratch->key, VAULT_KEY);
    if (crypto_box_seal(box, scratch->key, VAULT_KEY, to) != 0) {
        g_byte_array_unref(says);
        return NULL;
    }
    put(says, box, sizeof box);
    return says;
}

/* Room for all of it, so that the text never has to be moved. */
static GString *text_with_room(const Packet *packet) {
    gsize length = 8192;
    for (guint i = 0; i < packet->messages->len; i++) {
        const PacketMessage *message = g_ptr_array_index(packet->messages, i);
        length += 64 + g_bytes_get_size(message->record);
        length += message->original ? g_bytes_get_size(message->original) : 0;
    }
    length += length / FORMAT_CHUNK * FORMAT_CHUNK_TAG;
    return g_string_sized_new(length / 3 * 4 + length / 54 + 256);
}

static void out_all(Out *out, const Vault *vault, const Packet *packet) {
    guint8 header[STREAM_HEADER];
    crypto_secretstream_xchacha20poly1305_init_push(out->stream, header, vault->scratch->key);
    g_string_append(out->text, FORMAT_PACKET "\n");
    out_base64(out, out->ad->data, out->ad->len);
    out_base64(out, header, sizeof header);
    out_body(out, vault, packet);
    out_chunk(out, FINAL);
    char end[8];
    gsize n = g_base64_encode_close(TRUE, end, &out->state, &out->save);
    g_string_append_len(out->text, end, (gssize)n);
}

char *packet_write(const Vault *vault, const Packet *packet) {
    guint8 to[VAULT_KEY];
    if (!public_read(packet->key, to) || packet->seal == NULL || packet->escrow == NULL)
        return NULL;
    Scratch *scratch = vault->scratch;
    g_autoptr(GByteArray) says = preface(scratch, to);
    if (says == NULL)
        return NULL;
    g_autofree guint8 *sealed = g_malloc(FORMAT_CHUNK + FORMAT_CHUNK_TAG);
    Out out = {.text = text_with_room(packet),
               .stream = &scratch->outer,
               .ad = says,
               .chunk = secret_new(FORMAT_CHUNK),
               .sealed = sealed};
    out_all(&out, vault, packet);
    secret_free(out.chunk);
    sodium_memzero(scratch, sizeof *scratch);
    return g_string_free(out.text, FALSE);
}

/* ---- reading: the envelope ------------------------------------------------------------------- */

static void opened_free(gpointer data) {
    Opened *opened = data;
    g_free(opened->handle);
    g_free(opened->message);
    if (opened->identity != NULL)
        identity_free(opened->identity);
    g_clear_pointer(&opened->original, g_bytes_unref);
    g_free(opened);
}

/* The bytes behind the first line; NULL where this is no packet at all (`damaged` FALSE), or its
 * base64 is. */
static GBytes *unwrap(const char *text, gsize length, gboolean *damaged) {
    const char *end = text + length;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end && g_ascii_isspace(*text))
        text++;
    const gsize word = strlen(FORMAT_PACKET);
    *damaged = (gsize)(end - text) > word && memcmp(text, FORMAT_PACKET, word) == 0 &&
               (text[word] == '\n' || text[word] == '\r');
    if (!*damaged)
        return NULL;
    text += word;
    gsize room = (gsize)(end - text) / 4 * 3 + 3, n;
    g_autofree guint8 *bytes = g_malloc(room);
    if (sodium_base642bin(bytes, room, text, (gsize)(end - text), "\r\n\t ", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&bytes), n);
}

enum { FOR_ME, FOR_OTHERS, DAMAGED };

/* Finds the entry of this key and opens the body key into scratch->key; afterwards `from` stands at
 * the stream. */
static int find_reader(Scratch *scratch, Take *from, const HolderKey *key) {
    take_head(from, 'K', NULL);
    guint8 count = take_u8(from);
    const guint8 *mine = NULL;
    for (guint8 i = 0; i < count && !from->bad; i++) {
        const guint8 *reader = take(from, READER);
        if (reader != NULL && memcmp(reader, key->public, VAULT_KEY) == 0)
            mine = reader;
    }
    if (from->bad || count == 0 || count > MOST_READERS)
        return DAMAGED;
    if (mine == NULL)
        return FOR_OTHERS;
    return crypto_box_seal_open(scratch->key, mine + VAULT_KEY, READER - VAULT_KEY, key->public,
                                key->secret) == 0
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
    const guint8 *header = take(from, STREAM_HEADER);
    gsize left = (gsize)(from->end - from->at), whole = FORMAT_CHUNK + FORMAT_CHUNK_TAG;
    gsize chunks = (left + whole - 1) / whole;
    if (header == NULL || left < chunks * FORMAT_CHUNK_TAG || chunks == 0 ||
        crypto_secretstream_xchacha20poly1305_init_pull(&scratch->outer, header, scratch->key) != 0)
        return NULL;
    guint8 *plain;
    g_autoptr(GBytes) body = secret_bytes(left - chunks * FORMAT_CHUNK_TAG, &plain);
    return pull_chunks(scratch, from, start, ad, plain) ? g_steal_pointer(&body) : NULL;
}

static GBytes *open_envelope(Scratch *scratch, const char *text, gsize length, const HolderKey *key,
                             GError **error) {
    gboolean damaged;
    g_autoptr(GBytes) bytes = unwrap(text, length, &damaged);
    if (bytes == NULL) {
        fault_set(error, FAULT_INPUT,
                  damaged ? "this packet is damaged" : "this is no packet of worrybox");
        return NULL;
    }
    gsize whole;
    const guint8 *start = g_bytes_get_data(bytes, &whole);
    Take from = {start, start + whole, FALSE};
    int whose = find_reader(scratch, &from, key);
    GBytes *body = whose == FOR_ME ? open_body(scratch, &from, start) : NULL;
    if (whose == FOR_OTHERS)
        fault_set(error, FAULT_REFUSED, "this packet was made for another keyholder's key");
    else if (body == NULL)
        fault_set(error, FAULT_INPUT, "this packet is damaged");
    return body;
}

/* ---- reading: the body --------------------------------------------------------------------- */

/* A body taken apart: a Packet, and the host part, borrowed from the bytes. */
typedef struct body {
    Packet *packet;
    Place place;
    const guint8 *part;
} Body;

static void take_messages(Take *from, GBytes *bytes, Packet *packet) {
    guint32 count = take_u32(from);
    for (guint32 i = 0; i < count && !from->bad; i++) {
        guint64 id = take_u64(from);
        gint64 at = (gint64)take_u64(from);
        g_autoptr(GBytes) record = take_field(from, bytes);
        g_autoptr(GBytes) original = take_field(from, bytes);
        from->bad |= record == NULL;
        if (!from->bad)
            packet_add(packet, id, at, record, original);
    }
}

static gboolean take_body(Take *from, GBytes *bytes, Body *body) {
    Packet *packet = body->packet;
    const guint8 *site = take(from, VAULT_SITE);
    packet->id = body->place.id = take_u64(from);
    packet->at = (gint64)take_u64(from);
    body->part = take(from, VAULT_KEY);
    packet->handle = take_text(from);
    packet->holder = take_text(from);
    packet->key_id = take_text(from);
    packet->ground = take_text(from);
    packet->reason = take_text(from);
    guint8 seals = take_u8(from);
    packet->seal = take_field(from, bytes);
    packet->escrow = take_field(from, bytes);
    take_messages(from, bytes, packet);
    if (site != NULL)
        memcpy(body->place.site, site, VAULT_SITE);
    return !from->bad && from->at == from->end && seals == 1 && packet->handle != NULL &&
           packet->seal != NULL && packet->escrow != NULL;
}

/* The keys of the case: outer keys and identity pair, into the scratch room. */
static gboolean open_keys(Scratch *scratch, const Body *body, const HolderKey *key,
                          guint8 identity_public[VAULT_KEY]) {
    const Packet *packet = body->packet;
    if (!boxed_read(scratch, 'E', &body->place, key, packet->escrow, scratch->key, VAULT_KEY) ||
        !seal_read(scratch, &body->place, key, packet->seal, identity_public, scratch->secret))
        return FALSE;
    outer_keys(body->part, scratch->key, &scratch->keys);
    return TRUE;
}

static Opened *open_message(Scratch *scratch, const Body *body, const PacketMessage *message,
                            const guint8 identity_public[VAULT_KEY]) {
    Place place = body->place;
    place.message = message->id;
    g_autoptr(Record) record = record_read(scratch->keys.record, identity_public, scratch->secret,
                                           &place, message->record);
    if (record == NULL || strcmp(record->handle, body->packet->handle) != 0 ||
        record->has_original != (message->original != NULL))
        return NULL;
    GBytes *original = NULL;
    if (message->original != NULL) {
        original = original_read(scratch, scratch->keys.original, record->original, &place,
                                 message->original);
        if (original == NULL)
            return NULL;
    }
    Opened *opened = g_new0(Opened, 1);
    opened->handle = g_strdup(record->handle);
    opened->message = g_strdup_printf("%016" G_GINT64_MODIFIER "x", message->id);
    opened->at = message->at;
    opened->identity = g_steal_pointer(&record->identity);
    opened->original = original;
    return opened;
}

static GPtrArray *open_messages(Scratch *scratch, const Body *body, const HolderKey *key) {
    guint8 identity_public[VAULT_KEY];
    if (!open_keys(scratch, body, key, identity_public))
        return NULL;
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(opened_free);
    for (guint i = 0; i < body->packet->messages->len; i++) {
        const PacketMessage *message = g_ptr_array_index(body->packet->messages, i);
        Opened *opened = open_message(scratch, body, message, identity_public);
        if (opened == NULL)
            return NULL;
        g_ptr_array_add(list, opened);
    }
    return g_steal_pointer(&list);
}

static GPtrArray *open_body_of(Scratch *scratch, GBytes *bytes, const HolderKey *key,
                               GError **error) {
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    Take from = {data, data + length, FALSE};
    g_autoptr(Packet) packet = packet_new();
    Body body = {.packet = packet};
    GPtrArray *list = NULL;
    if (take_body(&from, bytes, &body))
        list = open_messages(scratch, &body, key);
    if (list == NULL)
        fault_set(error, FAULT_INPUT,
                  "something in this packet does not belong to its case, or is "
                  "damaged; nothing was opened");
    return list;
}

GPtrArray *packet_open(const char *text, gsize length, const HolderKey *key, GError **error) {
    Scratch *scratch = secret_new(sizeof *scratch);
    g_autoptr(GBytes) body = open_envelope(scratch, text, length, key, error);
    GPtrArray *list = body ? open_body_of(scratch, body, key, error) : NULL;
    secret_free(scratch);
    return list;
}
