#include <string.h>

#include "vault/inside.h"
#include "vault/packet.h"
#include "vault/secret.h"

#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL
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
    put_u8(small, 1);
    out_field(out, small, packet->escrow);
    put_u32(small, packet->messages->len);
    for (guint i = 0; i < packet->messages->len; i++) {
        const PacketMessage *message = g_ptr_array_index(packet->messages, i);
        put_u64(small, message->id);
        put_u64(small, (guint64)message->at);
        out_field(out, small, message->record);
        out_field(out, small, message->original);
    }
    put_u32(small, packet->brief ? 1 : 0);
    if (packet->brief) {
        put_text(small, FORMAT_BRIEF);
        put_text(small, "");
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
    guint8 header[FORMAT_STREAM];
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
