#include <string.h>

#include "vault/inside.h"
#include "vault/packet.h"

/* ---- the value ----------------------------------------------------------------------------- */

static void message_free(gpointer data) {
    PacketMessage *message = data;
    g_clear_pointer(&message->record, g_bytes_unref);
    g_clear_pointer(&message->original, g_bytes_unref);
    g_free(message);
}

static void second_free(gpointer data) {
    PacketSecond *second = data;
    g_free(second->name);
    g_free(second->key);
    g_bytes_unref(second->seal);
    g_free(second);
}

Packet *packet_new(void) {
    Packet *packet = g_new0(Packet, 1);
    packet->seconds = g_ptr_array_new_with_free_func(second_free);
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
    g_free(packet->origin);
    g_free(packet->ground);
    g_free(packet->reason);
    g_clear_pointer(&packet->seal, g_bytes_unref);
    g_clear_pointer(&packet->escrow, g_bytes_unref);
    g_ptr_array_unref(packet->seconds);
    g_ptr_array_unref(packet->messages);
    g_free(packet);
}

void packet_add_second(Packet *packet, const char *name, const char *key, GBytes *seal) {
    PacketSecond *second = g_new0(PacketSecond, 1);
    second->name = g_strdup(name);
    second->key = g_strdup(key);
    second->seal = g_bytes_ref(seal);
    g_ptr_array_add(packet->seconds, second);
}

void packet_add(Packet *packet, guint64 id, gint64 at, GBytes *record, GBytes *original) {
    PacketMessage *message = g_new0(PacketMessage, 1);
    message->id = id;
    message->at = at;
    message->record = g_bytes_ref(record);
    message->original = original ? g_bytes_ref(original) : NULL;
    g_ptr_array_add(packet->messages, message);
}

/* ---- what goes into it --------------------------------------------------------------------- */

/* Seals, and who reads them. */
typedef struct bundle {
    GPtrArray *seals;   /* of GBytes, owned */
    GPtrArray *readers; /* of keys, owned */
    GPtrArray *seconds; /* of PacketSecond, borrowed: those who may confirm */
} Bundle;

static void unref_bytes(gpointer bytes) {
    g_bytes_unref(bytes);
}

static void bundle_clear(Bundle *bundle) {
    g_ptr_array_unref(bundle->seals);
    g_ptr_array_unref(bundle->readers);
    g_ptr_array_unref(bundle->seconds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bundle, bundle_clear)

/* The seals of this scheme (and for this partner, NULL: whoever) in a set. */
static guint add_from_set(Bundle *bundle, const GPtrArray *set, enum scheme scheme,
                          const guint8 *partner) {
    guint before = bundle->seals->len;
    for (guint i = 0; i < set->len; i++) {
        const SetSeal *entry = g_ptr_array_index(set, i);
        if (entry->scheme == scheme &&
            (partner == NULL || memcmp(entry->partner, partner, VAULT_KEY) == 0))
            g_ptr_array_add(bundle->seals, g_bytes_ref(entry->seal));
    }
    return bundle->seals->len - before;
}

static gboolean has_whole(const GPtrArray *set) {
    for (guint i = 0; i < set->len; i++)
        if (((const SetSeal *)g_ptr_array_index(set, i))->scheme == SCHEME_EMERGENCY)
            return TRUE;
    return FALSE;
}

gboolean packet_seal_needs_two(GBytes *seal, gboolean danger) {
    g_autoptr(GPtrArray) set = set_read(seal);
    return set != NULL && !(danger && has_whole(set));
}

gboolean packet_needs_two(const Packet *packet) {
    return packet_seal_needs_two(packet->seal, packet->danger);
}

/* The halves that others have with the one who asks, whose key was `asker` when they were made. */
static void add_seconds(Bundle *bundle, const Packet *packet, const guint8 asker[VAULT_KEY]) {
    for (guint i = 0; i < packet->seconds->len; i++) {
        PacketSecond *second = g_ptr_array_index(packet->seconds, i);
        g_autoptr(GPtrArray) set = set_read(second->seal);
        guint8 key[VAULT_KEY];
        if (set == NULL || !public_read(second->key, key) ||
            add_from_set(bundle, set, SCHEME_SHARE, asker) == 0)
            continue;
        g_ptr_array_add(bundle->readers, g_memdup2(key, VAULT_KEY));
        g_ptr_array_add(bundle->seconds, second);
    }
}

/* FALSE where the key is none, or nothing could be opened with it. */
static gboolean fill(Bundle *bundle, const Packet *packet) {
    guint8 asker[VAULT_KEY], origin[VAULT_KEY];
    bundle->seals = g_ptr_array_new_with_free_func(unref_bytes);
    bundle->readers = g_ptr_array_new_with_free_func(g_free);
    bundle->seconds = g_ptr_array_new();
    if (!public_read(packet->key, asker) || packet->seal == NULL || packet->escrow == NULL)
        return FALSE;
    g_autoptr(GPtrArray) set = set_read(packet->seal);
    g_ptr_array_add(bundle->readers, g_memdup2(asker, VAULT_KEY));
    if (set == NULL)
        g_ptr_array_add(bundle->seals, g_bytes_ref(packet->seal));
    else if (!packet_needs_two(packet))
        add_from_set(bundle, set, SCHEME_EMERGENCY, NULL);
    else if (add_from_set(bundle, set, SCHEME_SHARE, NULL) > 0)
        add_seconds(bundle, packet, public_read(packet->origin, origin) ? origin : asker);
    if (set != NULL && packet->danger) /* for who still has the key before theirs */
        add_from_set(bundle, set, SCHEME_FORMER, NULL);
    return bundle->seals->len > 0;
}

/* ---- writing ------------------------------------------------------------------------------- */

static void out_array(Envelope *out, GByteArray *array) {
    envelope_put(out, array->data, array->len);
    g_byte_array_set_size(array, 0);
}

static void out_field(Envelope *out, GByteArray *small, GBytes *field) {
    gsize length = 0;
    const guint8 *bytes = field ? g_bytes_get_data(field, &length) : NULL;
    put_u32(small, field ? (guint32)length : G_MAXUINT32);
    out_array(out, small);
    envelope_put(out, bytes, length);
}

static void out_intro(Envelope *out, GByteArray *small, const Vault *vault, const Packet *packet) {
    const Place place = place_of(vault, packet->id, 0);
    put(small, place.site, VAULT_SITE);
    put_u64(small, packet->id);
    put_u64(small, (guint64)packet->at);
    out_array(out, small);
    outer_part(vault->outer, &place, vault->scratch->part);
    envelope_put(out, vault->scratch->part, VAULT_KEY);
    put_text(small, packet->handle);
    put_text(small, packet->holder);
    put_text(small, packet->key_id);
    put_text(small, packet->ground);
    put_text(small, packet->reason);
}

static void out_extras(Envelope *out, GByteArray *small, const Packet *packet,
                       const Bundle *bundle) {
    put_u32(small, bundle->seconds->len + (packet->brief ? 1 : 0) + (packet->origin ? 1 : 0));
    if (packet->origin != NULL) {
        g_autofree char *before = vault_key_id(packet->origin);
        g_autofree char *name = g_strconcat(FORMAT_NOW, before, NULL);
        put_text(small, name);
        put_text(small, packet->key);
    }
    if (packet->brief) {
        put_text(small, FORMAT_BRIEF);
        put_text(small, "");
    }
    for (guint i = 0; i < bundle->seconds->len; i++) {
        const PacketSecond *second = g_ptr_array_index(bundle->seconds, i);
        g_autofree char *id = vault_key_id(second->key);
        g_autofree char *name = g_strconcat(FORMAT_HOLDER, id, NULL);
        put_text(small, name);
        put_text(small, second->name);
    }
    out_array(out, small);
}

static void out_body(Envelope *out, const Vault *vault, const Packet *packet,
                     const Bundle *bundle) {
    g_autoptr(GByteArray) small = g_byte_array_new();
    out_intro(out, small, vault, packet);
    put_u8(small, (guint8)bundle->seals->len);
    for (guint i = 0; i < bundle->seals->len; i++)
        out_field(out, small, g_ptr_array_index(bundle->seals, i));
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
    out_extras(out, small, packet, bundle);
}

/* Room for all of it, so that the text never has to be moved. */
static gsize room_for(const Packet *packet, const Bundle *bundle) {
    gsize length = 512 * (bundle->seals->len + bundle->readers->len);
    for (guint i = 0; i < packet->messages->len; i++) {
        const PacketMessage *message = g_ptr_array_index(packet->messages, i);
        length += 64 + g_bytes_get_size(message->record);
        length += message->original ? g_bytes_get_size(message->original) : 0;
    }
    return length;
}

char *packet_write(const Vault *vault, const Packet *packet) {
    g_auto(Bundle) bundle = {0};
    if (!fill(&bundle, packet))
        return NULL;
    Envelope *out = envelope_begin(vault->scratch, packet_needs_two(packet) ? 2 : 1, bundle.readers,
                                   room_for(packet, &bundle));
    if (out == NULL)
        return NULL;
    out_body(out, vault, packet, &bundle);
    return envelope_end(out);
}
