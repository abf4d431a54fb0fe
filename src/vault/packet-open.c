#include <string.h>

#include "base/fault.h"
#include "vault/inside.h"
#include "vault/packet.h"
#include "vault/secret.h"

static void opened_free(gpointer data) {
    Opened *opened = data;
    g_free(opened->handle);
    g_free(opened->message);
    if (opened->identity != NULL)
        identity_free(opened->identity);
    g_clear_pointer(&opened->original, g_bytes_unref);
    g_free(opened);
}

static void unref_bytes(gpointer bytes) {
    g_bytes_unref(bytes);
}

/* ---- the body --------------------------------------------------------------------- */

/* A body taken apart: a Packet, and the host part, borrowed from the bytes. */
typedef struct body {
    Packet *packet;
    Place place;
    const guint8 *part;
    GPtrArray *seals;          /* of GBytes, owned */
    gsize seals_at, seals_end; /* where their number stands, and what follows them */
    char *before;              /* owned; id of the key that `now` has taken the place of; NULL */
    char *now;                 /* owned; public line; NULL */
} Body;

static void body_clear(Body *body) {
    packet_free(body->packet);
    g_ptr_array_unref(body->seals);
    g_free(body->before);
    g_free(body->now);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Body, body_clear)

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

/* What later versions may add for readers that know it is skipped. Who may confirm is known by name
 * and by the id of the key, which stands for the key here. */
static void take_extra(Body *body, const char *name, GBytes *field) {
    gsize length;
    const char *text = g_bytes_get_data(field, &length);
    g_autofree char *value = g_strndup(text, length);
    if (g_str_has_prefix(name, FORMAT_HOLDER))
        packet_add_second(body->packet, value, name + strlen(FORMAT_HOLDER), field);
    if (g_str_has_prefix(name, FORMAT_NOW) && body->now == NULL) {
        body->before = g_strdup(name + strlen(FORMAT_NOW));
        body->now = g_steal_pointer(&value);
    }
}

static void take_extras(Take *from, GBytes *bytes, Body *body) {
    guint32 count = take_u32(from);
    for (guint32 i = 0; i < count && !from->bad; i++) {
        g_autofree char *name = take_text(from);
        g_autoptr(GBytes) field = take_field(from, bytes);
        body->packet->brief |= g_strcmp0(name, FORMAT_BRIEF) == 0;
        if (field != NULL && name != NULL)
            take_extra(body, name, field);
    }
}

static void take_seals(Take *from, GBytes *bytes, Body *body) {
    const guint8 *start = g_bytes_get_data(bytes, NULL);
    body->seals_at = (gsize)(from->at - start);
    guint8 count = take_u8(from);
    for (guint8 i = 0; i < count && !from->bad; i++) {
        GBytes *seal = take_field(from, bytes);
        if (seal == NULL)
            from->bad = TRUE;
        else
            g_ptr_array_add(body->seals, seal);
    }
    body->seals_end = (gsize)(from->at - start);
}

static gboolean take_body(GBytes *bytes, guint8 version, Body *body) {
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    Take all = {data, data + length, FALSE}, *from = &all;
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
    take_seals(from, bytes, body);
    guint8 escrows = take_u8(from);
    packet->escrow = take_field(from, bytes);
    take_messages(from, bytes, packet);
    take_extras(from, bytes, body);
    if (site != NULL)
        memcpy(body->place.site, site, VAULT_SITE);
    return !from->bad && from->at == from->end && escrows == 1 && packet->handle != NULL &&
           packet->key_id != NULL && packet->escrow != NULL &&
           (version == 1 ? body->seals->len == 1 : body->seals->len > 0);
}

/* The keys of the case: outer keys and identity pair, into the scratch room. Who asked has the
 * escrow; their halves are tried first, so that `second` is the other's key. */
static enum halves open_keys(Scratch *scratch, const Body *body, HolderKey *const *keys,
                             gsize count, guint8 identity_public[VAULT_KEY],
                             guint8 second[VAULT_KEY]) {
    g_autofree HolderKey **ordered = g_memdup2(keys, count * sizeof *keys);
    gboolean escrow = FALSE;
    for (gsize i = 0; i < count && !escrow; i++) {
        escrow = boxed_read(scratch, 'E', &body->place, keys[i], body->packet->escrow, scratch->key,
                            VAULT_KEY);
        if (escrow) {
            ordered[i] = ordered[0];
            ordered[0] = keys[i];
        }
    }
    enum halves halves = seals_read(scratch, &body->place, ordered, count, body->seals,
                                    identity_public, scratch->secret, second);
    if (escrow)
        outer_keys(body->part, scratch->key, &scratch->keys);
    return escrow || halves != HALVES_WHOLE ? halves : HALVES_ONE;
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

static GPtrArray *open_messages(Scratch *scratch, const Body *body,
                                const guint8 identity_public[VAULT_KEY]) {
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

void packet_about_clear(PacketAbout *about) {
    g_free(about->handle);
    g_free(about->holder);
    g_free(about->ground);
    g_free(about->reason);
    g_free(about->second);
}

/* The short name that goes with this key, or the key's id. */
static char *name_of(const Packet *packet, const guint8 key[VAULT_KEY]) {
    static const guint8 nobody[VAULT_KEY] = {0};
    if (memcmp(key, nobody, VAULT_KEY) == 0)
        return NULL;
    g_autofree char *line = typed_write("wbpub1", key, VAULT_KEY, FALSE);
    g_autofree char *id = vault_key_id(line);
    for (guint i = 0; i < packet->seconds->len; i++) {
        const PacketSecond *second = g_ptr_array_index(packet->seconds, i);
        if (strcmp(second->key, id) == 0)
            return g_strdup(second->name);
    }
    return g_strdup(strcmp(packet->key_id, id) == 0 ? packet->holder : id);
}

static void tell_about(PacketAbout *about, const Packet *packet, const guint8 second[VAULT_KEY]) {
    about->handle = g_strdup(packet->handle);
    about->holder = g_strdup(packet->holder);
    about->ground = g_strdup(packet->ground);
    about->reason = g_strdup(packet->reason);
    about->at = packet->at;
    about->second = name_of(packet, second);
}

/* ---- opening ------------------------------------------------------------------------------- */

static const char NOT_OF_ITS_CASE[] = "something in this packet does not belong to its case, or is "
                                      "damaged; nothing was opened";
static const char NEEDS_TWO[] =
    "it takes a second keyholder to open this packet: they confirm it (worrybox approve), or you "
    "open it together (--key twice)";

static GPtrArray *open_body_of(Scratch *scratch, GBytes *bytes, guint8 version,
                               HolderKey *const *keys, gsize count, PacketAbout *about,
                               GError **error) {
    guint8 identity_public[VAULT_KEY], second[VAULT_KEY];
    g_auto(Body)
        body = {.packet = packet_new(), .seals = g_ptr_array_new_with_free_func(unref_bytes)};
    GPtrArray *list = NULL;
    enum halves halves = HALVES_NONE;
    if (take_body(bytes, version, &body))
        halves = open_keys(scratch, &body, keys, count, identity_public, second);
    if (halves == HALVES_WHOLE)
        list = open_messages(scratch, &body, identity_public);
    if (list != NULL && about != NULL)
        tell_about(about, body.packet, second);
    if (list == NULL)
        fault_set(error, halves == HALVES_ONE ? FAULT_REFUSED : FAULT_INPUT, "%s",
                  halves == HALVES_ONE ? NEEDS_TWO : NOT_OF_ITS_CASE);
    return list;
}

static GBytes *open_envelope(Scratch *scratch, const char *text, gsize length,
                             HolderKey *const *keys, gsize count, guint8 *version, GError **error) {
    g_autoptr(GBytes) body = envelope_open(scratch, text, length, keys, count, version, error);
    if (body == NULL || *version != FORMAT_REWRAP)
        return g_steal_pointer(&body);
    fault_set(error, FAULT_REFUSED,
              "this packet is for re-wrapping, and names nobody: worrybox key reseal");
    return NULL;
}

GPtrArray *packet_open_with(const char *text, gsize length, HolderKey *const *keys, gsize count,
                            PacketAbout *about, GError **error) {
    Scratch *scratch = secret_new(sizeof *scratch);
    guint8 version;
    g_autoptr(GBytes) body = open_envelope(scratch, text, length, keys, count, &version, error);
    GPtrArray *list = body ? open_body_of(scratch, body, version, keys, count, about, error) : NULL;
    secret_free(scratch);
    return list;
}

GPtrArray *packet_open(const char *text, gsize length, const HolderKey *key, GError **error) {
    HolderKey *keys[] = {(HolderKey *)key};
    return packet_open_with(text, length, keys, 1, NULL, error);
}

/* ---- confirming ---------------------------------------------------------------------------- */

/* The same body with one seal more, for the one who asks alone. */
static char *write_confirmed(Scratch *scratch, GBytes *bytes, const Body *body, GBytes *seal,
                             const guint8 asker[VAULT_KEY]) {
    gsize length, sealed;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    const guint8 *more = g_bytes_get_data(seal, &sealed);
    g_autoptr(GPtrArray) readers = g_ptr_array_new();
    g_ptr_array_add(readers, (gpointer)asker);
    Envelope *out = envelope_begin(scratch, 2, readers, length + sealed);
    if (out == NULL)
        return NULL;
    g_autoptr(GByteArray) small = g_byte_array_new();
    put_u32(small, (guint32)sealed);
    const guint8 count = (guint8)(body->seals->len + 1);
    envelope_put(out, data, body->seals_at);
    envelope_put(out, &count, 1);
    envelope_put(out, data + body->seals_at + 1, body->seals_end - body->seals_at - 1);
    envelope_put(out, small->data, small->len);
    envelope_put(out, more, sealed);
    envelope_put(out, data + body->seals_end, length - body->seals_end);
    return envelope_end(out);
}

/* Who asks: where their key took the place of another, the packet says so, and must mean the key it
 * was made for. */
static Asker asker_in(const Body *body) {
    Asker asker = {.id = body->packet->key_id};
    g_autofree char *id = vault_key_id(body->now);
    if (public_read(body->now, asker.now) && strcmp(id, asker.id) == 0)
        asker.before = body->before;
    return asker;
}

static char *confirm_body(Scratch *scratch, GBytes *bytes, guint8 version, const HolderKey *key,
                          gboolean confirm, PacketAbout *about, GError **error) {
    guint8 to[VAULT_KEY];
    char *text = NULL;
    g_auto(Body)
        body = {.packet = packet_new(), .seals = g_ptr_array_new_with_free_func(unref_bytes)};
    if (!take_body(bytes, version, &body)) {
        fault_set(error, FAULT_INPUT, "%s", NOT_OF_ITS_CASE);
        return NULL;
    }
    const Asker asker = asker_in(&body);
    g_autoptr(GBytes) seal = seals_confirm(scratch, &body.place, key, body.seals, &asker, to);
    if (seal == NULL)
        fault_set(error, FAULT_REFUSED,
                  "there is nothing to confirm in this packet with this key: it needs no second "
                  "keyholder, or the one who asks has to open it");
    else
        text = confirm ? write_confirmed(scratch, bytes, &body, seal, to) : g_strdup("");
    if (text != NULL)
        tell_about(about, body.packet, key->public);
    return text;
}

char *packet_confirm(const char *text, gsize length, const HolderKey *key, gboolean confirm,
                     PacketAbout *about, GError **error) {
    Scratch *scratch = secret_new(sizeof *scratch);
    HolderKey *keys[] = {(HolderKey *)key};
    guint8 version;
    g_autoptr(GBytes) body = open_envelope(scratch, text, length, keys, 1, &version, error);
    char *confirmed =
        body ? confirm_body(scratch, body, version, key, confirm, about, error) : NULL;
    secret_free(scratch);
    return confirmed;
}
