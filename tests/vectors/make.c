/* make.c: makes the golden vectors of one version of the formats, once. Its output is committed and
 * never made again: what was written by version 1 has to open for ever. A new version gets a folder
 * of its own beside it.
 *
 *     make -B build/libworrybox.a && cc -std=gnu11 -D_GNU_SOURCE -Isrc -Itests/unit \
 *         $(pkg-config --cflags glib-2.0 libsodium) -o build/vectors tests/vectors/make.c \
 *         build/libworrybox.a $(pkg-config --libs glib-2.0 libsodium jansson)
 *     build/vectors tests/vectors/v2          (the folder must not exist) */
#include <stdio.h>
#include <sys/stat.h>

#include "base/json.h"
#include "vault-help.h"
#include "vault/chain.h"
#include "vault/secret.h"

#define PASSPHRASE "correct horse bättery"
#define MAIL                                                                                       \
    "From: Anna \"Änne\" Example <anna.example@h.example>\r\nSubject: help\r\n"                   \
    "Date: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <q1w2@h.example>\r\n\r\nhelp me\r\n"

enum { ID = 42, LONG = 66000 };

static const char *folder;
static FILE *blobs;

static void write_file(const char *name, const char *text, gssize length) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, length, NULL));
}

static char *hex(gconstpointer bytes, gsize length) {
    char *text = g_malloc(length * 2 + 1);
    return sodium_bin2hex(text, length * 2 + 1, bytes, length);
}

static void put_hex(Js *json, const char *key, GBytes *bytes) {
    g_autofree char *text = NULL;
    if (bytes != NULL)
        text = hex(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    js_put_text(json, key, text);
}

static Js *blob(const char *kind) {
    Js *json = js_object();
    js_put_text(json, "kind", kind);
    return json;
}

static void emit(Js *json) {
    g_autofree char *line = js_line(json);
    fprintf(blobs, "%s\n", line);
    js_free(json);
}

/* ---- what belongs to no case ---------------------------------------------------------------- */

static void emit_hashes(const Vault *vault) {
    static const char *const addresses[] = {"anna.example@h.example", "Anna.Example+x@h.example"};
    static const char *const mails[] = {MAIL, "From: a@b.example\n\nhelp\n", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autoptr(GBytes) hash = vault_hash_writer(vault, addresses[i]);
        Js *json = blob("writer");
        js_put_text(json, "address", addresses[i]);
        put_hex(json, "hash", hash);
        emit(json);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
        g_autoptr(GBytes) raw = g_bytes_new(mails[i], strlen(mails[i]));
        g_autoptr(GBytes) hash = vault_hash_mail(vault, raw);
        Js *json = blob("mail");
        js_put_text(json, "raw", mails[i]);
        put_hex(json, "hash", hash);
        emit(json);
    }
    g_autofree char *token = vault_token();
    g_autoptr(GBytes) hash = vault_hash_token(vault, token);
    Js *json = blob("token");
    js_put_text(json, "token", token);
    put_hex(json, "hash", hash);
    emit(json);
}

static void emit_row(const ChainRow *row) {
    Js *json = blob("row");
    js_put_number(json, "sequence", (gint64)row->sequence);
    js_put_number(json, "at", row->at);
    js_put_text(json, "actor", row->actor);
    js_put_text(json, "act", row->act);
    js_put_text(json, "handle", row->handle);
    js_put_text(json, "reason", row->reason);
    put_hex(json, "before", row->before);
    put_hex(json, "hash", row->hash);
    put_hex(json, "mac", row->mac);
    emit(json);
}

static void emit_chain(void) {
    static const char *const acts[][4] = {
        {"worrybox", "made", NULL, NULL},
        {"rule self-harm", "flagged", "amber-heron", NULL},
        {"okafor", "unsealed", "amber-heron", REASON},
        {"okafor", "refused", "amber-heron", "Änne"},
        {"worrybox", "closed", "amber-heron", ""},
    };
    g_autoptr(GBytes) seed = chain_seed();
    char *sheet = chain_seed_sheet(seed);
    GBytes *key = chain_first_key(seed, SITE), *before = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        ChainRow *row = g_new0(ChainRow, 1);
        row->sequence = i + 1;
        row->at = 1772438400 + (gint64)i * 60;
        row->actor = g_strdup(acts[i][0]);
        row->act = g_strdup(acts[i][1]);
        row->handle = g_strdup(acts[i][2]);
        row->reason = g_strdup(acts[i][3]);
        GBytes *next = chain_step(row, before, key);
        g_bytes_unref(key);
        key = next;
        emit_row(row);
        g_clear_pointer(&before, g_bytes_unref);
        before = g_bytes_ref(row->hash);
        chain_row_free(row);
    }
    Js *json = blob("chain");
    js_put_text(json, "seed", sheet);
    js_put_number(json, "count", G_N_ELEMENTS(acts));
    put_hex(json, "head", before);
    put_hex(json, "next", key);
    emit(json);
    write_file("seed.sheet", sheet, -1);
    g_bytes_unref(before);
    g_bytes_unref(key);
    vault_wipe_text(sheet);
}

/* ---- a case ---------------------------------------------------------------------------------- */

static void emit_locks(const Vault *vault, GBytes *key) {
    static const char *const texts[] = {"help me", "an answer, Änne", "anna.example@h.example", ""};
    for (int purpose = PURPOSE_LETTER; purpose <= PURPOSE_FLAG; purpose++) {
        const char *text = texts[purpose];
        g_autoptr(GBytes) locked = vault_lock(vault, key, (enum purpose)purpose, ID,
                                              (guint64)purpose + 5, text, strlen(text));
        Js *json = blob("lock");
        js_put_number(json, "purpose", purpose);
        js_put_number(json, "id", ID);
        js_put_number(json, "row", purpose + 5);
        js_put_text(json, "text", text);
        put_hex(json, "blob", locked);
        emit(json);
    }
}

static void emit_case(const Vault *vault, const CaseKeys *keys, GBytes *escrow) {
    const Place place = place_of(vault, ID, 0);
    guint8 part[VAULT_KEY];
    outer_part(vault->outer, &place, part);
    g_autoptr(GBytes) host = g_bytes_new(part, VAULT_KEY), site = g_bytes_new(SITE, VAULT_SITE);
    Js *json = blob("case");
    put_hex(json, "site", site);
    js_put_number(json, "id", ID);
    js_put_text(json, "handle", "amber-heron");
    put_hex(json, "case_key", keys->key);
    put_hex(json, "identity_public", keys->identity_public);
    put_hex(json, "host_part", host);
    put_hex(json, "seal", g_ptr_array_index(keys->seals, 0));
    put_hex(json, "seal_deputy", g_ptr_array_index(keys->seals, 1));
    put_hex(json, "escrow", escrow);
    emit(json);
}

typedef struct message {
    guint64 id;
    GBytes *record, *original, *raw;
} Message;

static Message message_of(const Vault *vault, const CaseKeys *keys, guint64 id, guint64 number,
                          const Identity *identity, GBytes *raw) {
    Message message = {.id = number, .raw = raw};
    vault_seal(vault, keys->key, keys->identity_public, id, number, "amber-heron", identity, raw,
               &message.record, &message.original);
    return message;
}

static void emit_message(const Message *message) {
    Js *json = blob("message");
    js_put_number(json, "message", (gint64)message->id);
    put_hex(json, "record", message->record);
    put_hex(json, "original", message->original);
    js_put_text(json, "raw", message->raw ? g_bytes_get_data(message->raw, NULL) : NULL);
    emit(json);
}

static char *pack(const World *world, const Vault *vault, const CaseKeys *keys, GBytes *escrow,
                  const Message *messages, gsize count) {
    g_autoptr(Packet) packet = packet_new();
    packet->id = ID;
    packet->handle = g_strdup("amber-heron");
    packet->holder = g_strdup("okafor");
    packet->key = g_strdup(world->lead_line);
    packet->key_id = vault_key_id(packet->key);
    packet->ground = g_strdup("danger");
    packet->reason = g_strdup(REASON);
    packet->at = 1772442000;
    packet->seal = g_bytes_ref(g_ptr_array_index(keys->seals, 0));
    packet->escrow = g_bytes_ref(escrow);
    for (gsize i = 0; i < count; i++)
        packet_add(packet, messages[i].id, 1772438400 + (gint64)i, messages[i].record,
                   messages[i].original);
    return packet_write(vault, packet);
}

static void write_packet(const char *name, char *text) {
    g_assert_nonnull(text);
    write_file(name, text, -1);
    g_free(text);
}

/* Packets that must not open, each wrong in one thing. */
static void write_refused(const World *world, const Vault *vault, const CaseKeys *keys,
                          GBytes *escrow, const Message *good) {
    const Keyholder lead = {"okafor", world->lead_line};
    g_autoptr(Vault) far = vault_open(world->path, OTHER_SITE, NULL);
    g_autoptr(CaseKeys) others = case_for_both(world, vault, ID + 1);
    g_autoptr(GBytes) other_escrow = vault_escrow(vault, ID, others->key, &lead);
    g_autoptr(Identity) identity = anna();
    const Message swapped[] = {{good[0].id, good[1].record, good[1].original, NULL}};
    const Message mixed[] = {{good[0].id, good[0].record, good[1].original, NULL}};
    const Message other = message_of(vault, others, ID + 1, good[0].id, identity, good[0].raw);
    write_packet("refused/record-of-another-message", pack(world, vault, keys, escrow, swapped, 1));
    write_packet("refused/original-of-another-message", pack(world, vault, keys, escrow, mixed, 1));
    write_packet("refused/record-of-another-case", pack(world, vault, keys, escrow, &other, 1));
    write_packet("refused/seal-of-another-case", pack(world, vault, others, escrow, good, 1));
    write_packet("refused/another-case-key", pack(world, vault, keys, other_escrow, good, 1));
    write_packet("refused/another-site", pack(world, far, keys, escrow, good, 1));
    World theirs = *world;
    theirs.lead_line = world->deputy_line;
    write_packet("refused/another-keyholder", pack(&theirs, vault, keys, escrow, good, 1));
    char *text = pack(world, vault, keys, escrow, good, 1);
    g_autofree char *cut = g_strndup(text, strlen(text) / 2 / 73 * 73 + 18);
    write_file("refused/cut", cut, -1);
    text[strlen(text) / 2] ^= 1;
    write_packet("refused/one-bit", text);
    g_bytes_unref(other.record);
    g_bytes_unref(other.original);
}

static GBytes *long_mail(void) {
    guint8 *bytes = g_malloc(LONG);
    for (gsize i = 0; i < LONG; i++)
        bytes[i] = (guint8)(i * 7 + i / 251);
    return g_bytes_new_take(bytes, LONG);
}

static void write_case(const World *world, const Vault *vault) {
    const Keyholder lead = {"okafor", world->lead_line};
    g_autoptr(CaseKeys) keys = case_for_both(world, vault, ID);
    g_autoptr(GBytes) escrow = vault_escrow(vault, ID, keys->key, &lead);
    g_autoptr(Identity) identity = anna(), nobody = identity_new();
    g_autoptr(GBytes) mail = g_bytes_new(MAIL, sizeof MAIL), large = long_mail();
    g_autoptr(GBytes) raw = g_bytes_new_from_bytes(mail, 0, sizeof MAIL - 1);
    Message messages[] = {message_of(vault, keys, ID, 7, identity, raw),
                          message_of(vault, keys, ID, 8, nobody, NULL),
                          message_of(vault, keys, ID, 4611686018427387904, identity, large)};
    emit_case(vault, keys, escrow);
    emit_locks(vault, keys->key);
    emit_message(&messages[0]);
    emit_message(&messages[1]);
    write_packet("packet", pack(world, vault, keys, escrow, messages, 3));
    const Message pair[] = {messages[0], message_of(vault, keys, ID, 9, identity, raw)};
    write_refused(world, vault, keys, escrow, pair);
}

static void write_keys(const World *world) {
    g_autofree char *host = NULL, *key = holder_write(world->lead, "okafor", PASSPHRASE);
    char *host_sheet = vault_sheet(world->vault), *sheet = holder_sheet(world->lead);
    g_autofree char *id = vault_key_id(world->lead_line);
    g_assert_true(g_file_get_contents(world->path, &host, NULL, NULL));
    write_file("host.key", host, -1);
    write_file("host.sheet", host_sheet, -1);
    write_file("lead.key", key, -1);
    write_file("lead.sheet", sheet, -1);
    write_file("lead.public", world->lead_line, -1);
    write_file("lead.id", id, -1);
    write_file("passphrase", PASSPHRASE "\n", -1);
    vault_wipe_text(host_sheet);
    vault_wipe_text(sheet);
    g_autofree char *deputy = holder_write(world->deputy, "reed", PASSPHRASE);
    write_file("deputy.key", deputy, -1);
}

int main(int argc, char **argv) {
    g_assert_true(argc == 2 && vault_start(NULL));
    folder = argv[1];
    g_autofree char *refused = g_build_filename(folder, "refused", NULL);
    g_autofree char *path = g_build_filename(folder, "blobs.jsonl", NULL);
    g_assert_cmpint(g_mkdir(folder, 0755), ==, 0);
    g_assert_cmpint(g_mkdir(refused, 0755), ==, 0);
    blobs = fopen(path, "w");
    World world = world_new();
    write_keys(&world);
    write_case(&world, world.vault);
    emit_hashes(world.vault);
    emit_chain();
    fclose(blobs);
    world_free(&world);
    return 0;
}
