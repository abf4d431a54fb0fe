/* The golden vectors: what version 1 wrote has to open for ever, and what it refused stays refused.
 * tests/vectors/make.c made them; tests/vectors/open.py reads them too. */
#include "base/json.h"
#include "vault-help.h"
#include "vault/chain.h"
#include "vault/secret.h"

#define V1         "tests/vectors/v1/"
#define PASSPHRASE "correct horse bättery"

typedef struct golden {
    char *folder, *path;
    Vault *vault;
    HolderKey *lead;
    GPtrArray *blobs; /* of Js */
    Js *about;        /* the case; borrowed */
    GBytes *site, *case_key;
} Golden;

static char *content(const char *name) {
    g_autofree char *path = g_strconcat(V1, name, NULL);
    char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static GBytes *from_hex(const Js *json, const char *key) {
    const char *text = js_text(json, key);
    gsize length;
    if (text == NULL)
        return NULL;
    guint8 *bytes = g_malloc(strlen(text) / 2 + 1);
    g_assert_cmpint(
        sodium_hex2bin(bytes, strlen(text) / 2, text, strlen(text), NULL, &length, NULL), ==, 0);
    return g_bytes_new_take(bytes, length);
}

static void js_unref(gpointer json) {
    js_free(json);
}

static Golden golden_new(void) {
    Golden golden = {.folder = g_dir_make_tmp("vault-XXXXXX", NULL),
                     .blobs = g_ptr_array_new_with_free_func(js_unref)};
    g_autofree char *lines = content("blobs.jsonl"), *host = content("host.key"),
                    *sheet = content("lead.sheet");
    g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
    for (char **line = each; **line != '\0'; line++)
        g_ptr_array_add(golden.blobs, js_read(*line, strlen(*line)));
    golden.about = g_ptr_array_index(golden.blobs, 0);
    golden.site = from_hex(golden.about, "site");
    golden.case_key = from_hex(golden.about, "case_key");
    golden.path = g_build_filename(golden.folder, "host.key", NULL);
    g_assert_true(
        g_file_set_contents_full(golden.path, host, -1, G_FILE_SET_CONTENTS_NONE, 0400, NULL));
    golden.vault = vault_open(golden.path, g_bytes_get_data(golden.site, NULL), NULL);
    golden.lead = holder_read(sheet, strlen(sheet), NULL, NULL);
    g_assert_true(golden.vault != NULL && golden.lead != NULL);
    return golden;
}

static void golden_free(Golden *golden) {
    g_unlink(golden->path);
    g_rmdir(golden->folder);
    g_free(golden->path);
    g_free(golden->folder);
    vault_close(golden->vault);
    holder_free(golden->lead);
    g_ptr_array_unref(golden->blobs);
    g_bytes_unref(golden->site);
    g_bytes_unref(golden->case_key);
}

/* Calls `look` for each vector of a kind; there must be one. */
static void each(const char *kind, void (*look)(const Golden *, const Js *)) {
    Golden golden = golden_new();
    guint seen = 0;
    for (guint i = 0; i < golden.blobs->len; i++) {
        const Js *json = g_ptr_array_index(golden.blobs, i);
        if (strcmp(js_text(json, "kind"), kind) != 0)
            continue;
        look(&golden, json);
        seen++;
    }
    g_assert_cmpuint(seen, >, 0);
    golden_free(&golden);
}

static void same_as(const Js *json, const char *key, GBytes *bytes) {
    g_autoptr(GBytes) want = from_hex(json, key);
    g_assert_true(g_bytes_equal(want, bytes));
    g_bytes_unref(bytes);
}

/* ---- keys and sheets ------------------------------------------------------------------------ */

static void keys_and_sheets(void) {
    Golden golden = golden_new();
    g_autofree char *host = content("host.sheet"), *lead = content("lead.sheet"),
                    *public = content("lead.public"), *id = content("lead.id"),
                    *file = content("lead.key"), *seed = content("seed.sheet");
    char *host_now = vault_sheet(golden.vault), *lead_now = holder_sheet(golden.lead);
    g_autofree char *public_now = holder_public(golden.lead), *id_now = vault_key_id(public);
    g_assert_cmpstr(host_now, ==, host);
    g_assert_cmpstr(lead_now, ==, lead);
    g_assert_cmpstr(public_now, ==, public);
    g_assert_cmpstr(id_now, ==, id);
    g_assert_true(vault_is_public(public));
    g_autoptr(HolderKey) key = holder_read(file, strlen(file), PASSPHRASE, NULL);
    g_assert_nonnull(key);
    g_assert_cmpmem(key->secret, VAULT_KEY, golden.lead->secret, VAULT_KEY);
    g_autoptr(GError) error = NULL;
    g_assert_null(holder_read(file, strlen(file), "wrong", &error));
    g_assert_error(error, FAULT, FAULT_REFUSED);
    g_autoptr(GBytes) seed_bytes = chain_seed_read(seed);
    g_assert_nonnull(seed_bytes);
    vault_wipe_text(host_now);
    vault_wipe_text(lead_now);
    golden_free(&golden);
}

static void writer(const Golden *golden, const Js *json) {
    same_as(json, "hash", vault_hash_writer(golden->vault, js_text(json, "address")));
}

static void token(const Golden *golden, const Js *json) {
    same_as(json, "hash", vault_hash_token(golden->vault, js_text(json, "token")));
}

static void mail(const Golden *golden, const Js *json) {
    const char *text = js_text(json, "raw");
    g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
    same_as(json, "hash", vault_hash_mail(golden->vault, raw));
}

static void writers(void) {
    each("writer", writer);
}

static void tokens(void) {
    each("token", token);
}

static void mails(void) {
    each("mail", mail);
}

/* ---- blobs ----------------------------------------------------------------------------------- */

/* The blob with another version, and with another key generation. */
static GBytes *other_version(GBytes *blob) {
    return toggled(blob, 3 * 8 + 1);
}

static GBytes *other_generation(GBytes *blob) {
    return toggled(blob, 4 * 8 + 1);
}

static gboolean unlocks(const Golden *golden, const Js *json, GBytes *blob) {
    g_autoptr(GBytes) text = vault_unlock(
        golden->vault, golden->case_key, (enum purpose)js_number(json, "purpose", 0),
        (guint64)js_number(json, "id", 0), (guint64)js_number(json, "row", 0), blob, NULL);
    return text != NULL && strcmp(g_bytes_get_data(text, NULL), js_text(json, "text")) == 0;
}

static void lock(const Golden *golden, const Js *json) {
    g_autoptr(GBytes) blob = from_hex(json, "blob");
    g_autoptr(GBytes) version = other_version(blob), generation = other_generation(blob);
    g_assert_true(unlocks(golden, json, blob));
    g_assert_false(unlocks(golden, json, version));
    g_assert_false(unlocks(golden, json, generation));
}

static void locks(void) {
    each("lock", lock);
}

static Place place_in(const Golden *golden, const Js *message) {
    return place_of(golden->vault, (guint64)js_number(golden->about, "id", 0),
                    message ? (guint64)js_number(message, "message", 0) : 0);
}

static gboolean opens_seal(const Golden *golden, GBytes *seal, guint8 public[VAULT_KEY]) {
    const Place place = place_in(golden, NULL);
    Scratch *scratch = golden->vault->scratch;
    return seal_read(scratch, &place, golden->lead, seal, public, scratch->secret);
}

static gboolean opens_escrow(const Golden *golden, GBytes *escrow, guint8 key[VAULT_KEY]) {
    const Place place = place_in(golden, NULL);
    return boxed_read(golden->vault->scratch, 'E', &place, golden->lead, escrow, key, VAULT_KEY);
}

static void the_case(const Golden *golden, const Js *json) {
    g_autoptr(GBytes) seal = from_hex(json, "seal"), theirs = from_hex(json, "seal_deputy"),
                      escrow = from_hex(json, "escrow"), host = from_hex(json, "host_part"),
                      identity = from_hex(json, "identity_public");
    g_autoptr(GBytes) seal_2 = other_version(seal), escrow_2 = other_version(escrow);
    g_autoptr(GBytes) seal_g = other_generation(seal), escrow_g = other_generation(escrow);
    const Place place = place_in(golden, NULL);
    guint8 key[VAULT_KEY];
    g_assert_true(opens_seal(golden, seal, key));
    g_assert_cmpmem(key, VAULT_KEY, g_bytes_get_data(identity, NULL), VAULT_KEY);
    g_assert_false(opens_seal(golden, theirs, key));
    g_assert_false(opens_seal(golden, seal_2, key));
    g_assert_false(opens_seal(golden, seal_g, key));
    g_assert_true(opens_escrow(golden, escrow, key));
    g_assert_cmpmem(key, VAULT_KEY, g_bytes_get_data(golden->case_key, NULL), VAULT_KEY);
    g_assert_false(opens_escrow(golden, escrow_2, key));
    g_assert_false(opens_escrow(golden, escrow_g, key));
    outer_part(golden->vault->outer, &place, key);
    g_assert_cmpmem(key, VAULT_KEY, g_bytes_get_data(host, NULL), VAULT_KEY);
}

static void cases(void) {
    each("case", the_case);
}

static gboolean opens_message(const Golden *golden, const Js *json, GBytes *record,
                              GBytes *original) {
    Scratch *scratch = golden->vault->scratch;
    const Place place = place_in(golden, json);
    g_autoptr(GBytes) seal = from_hex(golden->about, "seal");
    guint8 public[VAULT_KEY];
    g_assert_true(opens_seal(golden, seal, public));
    outer_part(golden->vault->outer, &place, scratch->part);
    outer_keys(scratch->part, g_bytes_get_data(golden->case_key, NULL), &scratch->keys);
    g_autoptr(Record) opened =
        record_read(scratch->keys.record, public, scratch->secret, &place, record);
    if (opened == NULL || original == NULL)
        return opened != NULL && !opened->has_original;
    g_autoptr(GBytes) raw =
        original_read(scratch, scratch->keys.original, opened->original, &place, original);
    const char *want = js_text(json, "raw");
    return raw != NULL && g_bytes_get_size(raw) == strlen(want) &&
           memcmp(g_bytes_get_data(raw, NULL), want, strlen(want)) == 0;
}

static void message(const Golden *golden, const Js *json) {
    g_autoptr(GBytes) record = from_hex(json, "record"), original = from_hex(json, "original");
    g_autoptr(GBytes) version = other_version(record), generation = other_generation(record);
    g_assert_true(opens_message(golden, json, record, original));
    g_assert_false(opens_message(golden, json, version, original));
    g_assert_false(opens_message(golden, json, generation, original));
    if (original == NULL)
        return;
    g_autoptr(GBytes) version_o = other_version(original), gen_o = other_generation(original);
    g_assert_false(opens_message(golden, json, record, version_o));
    g_assert_false(opens_message(golden, json, record, gen_o));
}

static void messages(void) {
    each("message", message);
}

/* ---- packets ----------------------------------------------------------------------------------
 */

static void same_text(const Js *json, const char *key, const char *value) {
    g_assert_cmpstr(js_text(json, key), ==, value);
}

static void same_opened(const char *line, const Opened *opened) {
    g_autoptr(Js) json = js_read(line, strlen(line));
    const Identity *identity = opened->identity;
    g_autofree char *digest = NULL;
    if (opened->original != NULL)
        digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, opened->original);
    same_text(json, "message", opened->message);
    same_text(json, "handle", opened->handle);
    same_text(json, "name", identity->name);
    same_text(json, "from", identity->from);
    same_text(json, "from_text", identity->from_text);
    same_text(json, "subject", identity->subject);
    same_text(json, "message_id", identity->message_id);
    same_text(json, "auth", AUTH_WORDS[identity->auth]);
    same_text(json, "original", digest);
    g_assert_cmpint(js_number(json, "at", 0), ==, opened->at);
    g_assert_cmpint(js_number(json, "date", 0), ==, identity->date);
    g_assert_cmpuint(js_count(js_get(json, "names")), ==, identity->names->len);
}

static void packet(void) {
    Golden golden = golden_new();
    g_autofree char *text = content("packet"), *expected = content("opened.jsonl");
    g_auto(GStrv) lines = g_strsplit(expected, "\n", -1);
    g_autoptr(GPtrArray) opened = packet_open(text, strlen(text), golden.lead, NULL);
    g_assert_nonnull(opened);
    g_assert_cmpuint(g_strv_length(lines), ==, opened->len + 1);
    for (guint i = 0; i < opened->len; i++)
        same_opened(lines[i], g_ptr_array_index(opened, i));
    golden_free(&golden);
}

static void refused(void) {
    Golden golden = golden_new();
    g_autoptr(GDir) folder = g_dir_open(V1 "refused", 0, NULL);
    guint seen = 0;
    for (const char *name; (name = g_dir_read_name(folder)) != NULL; seen++) {
        g_autofree char *path = g_strconcat("refused/", name, NULL), *text = content(path);
        g_autoptr(GError) error = NULL;
        g_assert_null(packet_open(text, strlen(text), golden.lead, &error));
        g_assert_nonnull(error);
    }
    g_assert_cmpuint(seen, ==, 9);
    golden_free(&golden);
}

/* ---- the record -------------------------------------------------------------------------------
 */

static void row_free(gpointer row) {
    chain_row_free(row);
}

static ChainRow *row_of(const Js *json) {
    ChainRow *row = g_new0(ChainRow, 1);
    row->sequence = (guint64)js_number(json, "sequence", 0);
    row->at = js_number(json, "at", 0);
    row->actor = g_strdup(js_text(json, "actor"));
    row->act = g_strdup(js_text(json, "act"));
    row->handle = g_strdup(js_text(json, "handle"));
    row->reason = g_strdup(js_text(json, "reason"));
    row->before = from_hex(json, "before");
    row->hash = from_hex(json, "hash");
    row->mac = from_hex(json, "mac");
    return row;
}

static void chain(void) {
    Golden golden = golden_new();
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
    g_autoptr(Problems) problems = problems_new();
    const Js *end = g_ptr_array_index(golden.blobs, golden.blobs->len - 1);
    for (guint i = 0; i < golden.blobs->len; i++)
        if (strcmp(js_text(g_ptr_array_index(golden.blobs, i), "kind"), "row") == 0)
            g_ptr_array_add(rows, row_of(g_ptr_array_index(golden.blobs, i)));
    g_autoptr(GBytes) seed = chain_seed_read(js_text(end, "seed")), head = from_hex(end, "head"),
                      next = from_hex(end, "next");
    const guint8 *site = g_bytes_get_data(golden.site, NULL);
    guint64 count = (guint64)js_number(end, "count", 0);
    g_autoptr(GPtrArray) seeds = g_ptr_array_new();
    g_ptr_array_add(seeds, seed);
    chain_verify(rows, site,
                 &(ChainProof){.seeds = seeds, .kept = next, .count = count, .hash = head},
                 problems);
    g_assert_cmpuint(problems->errors, ==, 0);
    g_assert_cmpuint(rows->len, ==, count);
    golden_free(&golden);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vault_start(NULL));
    g_test_add_func("/vectors/keys-and-sheets", keys_and_sheets);
    g_test_add_func("/vectors/writers", writers);
    g_test_add_func("/vectors/tokens", tokens);
    g_test_add_func("/vectors/mails", mails);
    g_test_add_func("/vectors/locks", locks);
    g_test_add_func("/vectors/case", cases);
    g_test_add_func("/vectors/messages", messages);
    g_test_add_func("/vectors/packet", packet);
    g_test_add_func("/vectors/refused", refused);
    g_test_add_func("/vectors/chain", chain);
    return g_test_run();
}
