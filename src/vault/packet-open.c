#include <string.h>

#include "base/fault.h"
#include "vault/inside.h"
#include "vault/packet.h"
#include "vault/secret.h"

#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL

/* ---- the envelope ------------------------------------------------------------------- */

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

/* Finds the entry of this key and opens the body key into scratch->key; afterwards `from` stands at
 * the stream. */
static int find_reader(Scratch *scratch, Take *from, const HolderKey *key) {
    take_head(from, 'K', NULL);
    guint8 count = take_u8(from);
    const guint8 *mine = NULL;
    for (guint8 i = 0; i < count && !from->bad; i++) {
        const guint8 *reader = take(from, FORMAT_READER);
        if (reader != NULL && memcmp(reader, key->public, VAULT_KEY) == 0)
            mine = reader;
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

/* ---- the body --------------------------------------------------------------------- */

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

/* What later versions may add for readers that know it is skipped. */
static void take_extras(Take *from, Packet *packet) {
    guint32 count = take_u32(from);
    for (guint32 i = 0; i < count && !from->bad; i++) {
        g_autofree char *name = take_text(from);
        take(from, take_u32(from));
        packet->brief |= g_strcmp0(name, FORMAT_BRIEF) == 0;
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
    guint8 escrows = take_u8(from);
    packet->escrow = take_field(from, bytes);
    take_messages(from, bytes, packet);
    take_extras(from, packet);
    if (site != NULL)
        memcpy(body->place.site, site, VAULT_SITE);
    return !from->bad && from->at == from->end && seals == 1 && escrows == 1 &&
           packet->handle != NULL && packet->seal != NULL && packet->escrow != NULL;
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
        (body->packet->brief ? message->original != NULL
                             : record->has_original != (message->original != NULL)))
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
