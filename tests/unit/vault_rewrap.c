/* Re-wrapping, as the host sees it: what it hands out, and which answers it takes in; and the
 * golden vectors of it, which tests/vectors/make-rewrap made. */
#include "base/json.h"
#include "vault-help.h"
#include "vault/rewrap.h"

#define VECTORS "tests/vectors/rewrap/"

static char *content(const char *name, gsize *length) {
    g_autofree char *path = g_strconcat(VECTORS, name, NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, length, NULL));
    return text;
}

static void unref_bytes(gpointer bytes) {
    g_bytes_unref(bytes);
}

/* A copy of the bytes in hexadecimal. */
static GBytes *from_hex(const char *text) {
    gsize length = strlen(text) / 2;
    guint8 *bytes = g_malloc(length);
    g_assert_cmpint(sodium_hex2bin(bytes, length, text, 2 * length, NULL, NULL, NULL), ==, 0);
    return g_bytes_new_take(bytes, length);
}

/* ---- the golden vectors --------------------------------------------------------------------- */

typedef struct golden {
    World world;      /* with the vault of the vectors in the place of its own */
    GPtrArray *lines; /* of Js: the cases */
    HolderKey *new;
} Golden;

static void js_unref(gpointer json) {
    js_free(json);
}

static HolderKey *sheet(const char *name) {
    gsize length;
    g_autofree char *text = content(name, &length);
    HolderKey *key = holder_read(text, length, NULL, NULL);
    g_assert_nonnull(key);
    return key;
}

static Golden golden_new(void) {
    Golden golden = {.world = world_new(), .lines = g_ptr_array_new_with_free_func(js_unref)};
    g_autofree char *text = content("cases.jsonl", NULL), *host = content("host.key", NULL);
    g_auto(GStrv) each = g_strsplit(text, "\n", -1);
    for (char **line = each; **line != '\0'; line++)
        g_ptr_array_add(golden.lines, js_read(*line, strlen(*line)));
    g_autoptr(GBytes) site = from_hex(js_text(g_ptr_array_index(golden.lines, 0), "site"));
    vault_close(golden.world.vault);
    g_unlink(golden.world.path);
    g_assert_true(g_file_set_contents_full(golden.world.path, host, -1, G_FILE_SET_CONTENTS_NONE,
                                           0400, NULL));
    golden.world.vault = vault_open(golden.world.path, g_bytes_get_data(site, NULL), NULL);
    g_assert_nonnull(golden.world.vault);
    golden.new = sheet("new.sheet");
    return golden;
}

static void golden_free(Golden *golden) {
    g_ptr_array_unref(golden->lines);
    holder_free(golden->new);
    world_free(&golden->world);
}

/* Does the blob hold this payload for the new key? */
static void holds(const Golden *golden, char kind, guint64 id, GBytes *blob, const char *hex) {
    g_autoptr(GBytes) want = from_hex(hex);
    const Place place = place_of(golden->world.vault, id, 0);
    guint8 payload[SEAL_PAYLOAD];
    gsize length = g_bytes_get_size(want);
    g_assert_true(
        boxed_read(golden->world.vault->scratch, kind, &place, golden->new, blob, payload, length));
    g_assert_cmpmem(payload, length, g_bytes_get_data(want, NULL), length);
}

static void same_case(const Golden *golden, const RewrapCase *one, const Js *want) {
    const Js *seals = js_get(want, "seals");
    const char *escrow = js_text(want, "escrow");
    g_assert_cmpuint(one->id, ==, (guint64)js_number(want, "case", 0));
    g_assert_cmpuint(one->seals->len, ==, js_count(seals));
    for (guint i = 0; i < one->seals->len; i++)
        holds(golden, 'S', one->id, g_ptr_array_index(one->seals, i), js_text_at(seals, i));
    g_assert_true((one->escrow == NULL) == (escrow == NULL));
    if (escrow != NULL)
        holds(golden, 'E', one->id, one->escrow, escrow);
}

static void vectors(void) {
    Golden golden = golden_new();
    gsize length;
    g_autofree char *text = content("answer", &length);
    g_autoptr(GError) error = NULL;
    g_autoptr(Rewrap) rewrap = rewrap_take(golden.world.vault, text, length, &error);
    g_assert_no_error(error);
    g_autofree char *new = holder_public(golden.new);
    g_assert_cmpstr(rewrap->to, ==, new);
    g_assert_cmpuint(rewrap->cases->len, ==, golden.lines->len);
    for (guint i = 0; i < rewrap->cases->len; i++)
        same_case(&golden, g_ptr_array_index(rewrap->cases, i), g_ptr_array_index(golden.lines, i));
    golden_free(&golden);
}

static void vectors_refused(void) {
    Golden golden = golden_new();
    g_autoptr(HolderKey) old = sheet("old.sheet");
    g_autoptr(GDir) folder = g_dir_open(VECTORS "refused", 0, NULL);
    guint seen = 0;
    for (const char *name; (name = g_dir_read_name(folder)) != NULL; seen++) {
        g_autofree char *path = g_strconcat("refused/", name, NULL);
        gsize length;
        g_autofree char *text = content(path, &length);
        g_autoptr(GError) error = NULL;
        g_auto(RewrapAbout) about = {0};
        if (g_str_has_prefix(name, "answer"))
            g_assert_null(rewrap_take(golden.world.vault, text, length, &error));
        else
            g_assert_null(rewrap_answer(text, length, old, TRUE, &about, &error));
        g_assert_error(error, FAULT, FAULT_INPUT);
    }
    g_assert_cmpuint(seen, ==, 9);
    golden_free(&golden);
}

/* ---- made here ------------------------------------------------------------------------------ */

/* What a keyholder answers to a packet of this one seal, opened again by the host. */
static Rewrap *round_trip(const World *world, const char *to, GPtrArray *parts, GBytes *escrow,
                          GError **error) {
    g_autoptr(Rewrap) rewrap = rewrap_new();
    g_auto(RewrapAbout) about = {0};
    rewrap->from = g_strdup(world->lead_line);
    rewrap->to = g_strdup(to);
    rewrap->from_name = g_strdup("okafor");
    rewrap->to_name = g_strdup("patel");
    rewrap_add(rewrap, 7, parts, escrow);
    g_autofree char *packet = rewrap_write(world->vault, rewrap);
    g_assert_nonnull(packet);
    g_autofree char *answer =
        rewrap_answer(packet, strlen(packet), world->lead, TRUE, &about, error);
    return answer ? rewrap_take(world->vault, answer, strlen(answer), error) : NULL;
}

/* A set as two-to-open with emergency makes it: each part goes its own way. */
static void set(void) {
    World world = world_new();
    g_autofree char *to = holder_public(world.stranger);
    const Keyholder holders[] = {{"okafor", world.lead_line}, {"reed", world.deputy_line}};
    g_autoptr(CaseKeys) keys = vault_case_keys_for_two(world.vault, 7, holders, 2, TRUE);
    GBytes *mine = g_ptr_array_index(keys->seals, 0);
    g_autoptr(GPtrArray) before = set_read(mine);
    g_assert_cmpuint(before->len, ==, 2);
    g_autoptr(Rewrap) back = round_trip(&world, to, rewrap_parts(mine), NULL, NULL);
    g_assert_nonnull(back);
    const RewrapCase *one = g_ptr_array_index(back->cases, 0);
    g_assert_cmpuint(one->seals->len, ==, 1);
    g_autoptr(GBytes) joined = rewrap_join(mine, world.lead_line, one->seals);
    g_autoptr(GPtrArray) after = set_read(joined);
    g_assert_cmpuint(after->len, ==, 2);
    for (guint i = 0; i < after->len; i++) {
        const SetSeal *was = g_ptr_array_index(before, i), *is = g_ptr_array_index(after, i);
        if (was->scheme == SCHEME_EMERGENCY) {
            g_assert_cmpuint(is->scheme, ==, SCHEME_FORMER);
            g_assert_cmpmem(is->partner, VAULT_KEY, world.lead->public, VAULT_KEY);
            g_assert_true(g_bytes_equal(is->seal, was->seal));
        } else {
            g_assert_cmpuint(is->scheme, ==, SCHEME_SHARE);
            g_assert_cmpmem(is->partner, VAULT_KEY, was->partner, VAULT_KEY);
            g_assert_false(g_bytes_equal(is->seal, was->seal));
        }
    }
    g_assert_null(rewrap_join(mine, "wbpub1", one->seals));
    g_ptr_array_set_size(one->seals, 0);
    g_assert_null(rewrap_join(mine, world.lead_line, one->seals));
    world_free(&world);
}

/* Whatever a host asks for: a keyholder's program seals no whole copy for danger again, nothing of
 * another case, nothing that does not open. */
static void not_sealed_again(void) {
    World world = world_new();
    g_autofree char *to = holder_public(world.stranger);
    const Keyholder holders[] = {{"okafor", world.lead_line}, {"reed", world.deputy_line}};
    g_autoptr(CaseKeys) two = vault_case_keys_for_two(world.vault, 7, holders, 2, TRUE);
    g_autoptr(CaseKeys) other = vault_case_keys(world.vault, 8, holders, 2);
    g_autoptr(CaseKeys) good = vault_case_keys(world.vault, 7, holders, 2);
    g_autoptr(GBytes) escrow = vault_escrow(world.vault, 8, other->key, &holders[0]);
    g_autoptr(GPtrArray) entries = set_read(g_ptr_array_index(two->seals, 0));
    GBytes *whole = NULL;
    for (guint i = 0; i < entries->len; i++)
        if (((SetSeal *)g_ptr_array_index(entries, i))->scheme == SCHEME_EMERGENCY)
            whole = ((SetSeal *)g_ptr_array_index(entries, i))->seal;
    const struct {
        GBytes *seal, *escrow;
        gboolean good;
    } table[] = {{g_ptr_array_index(good->seals, 0), NULL, TRUE}, /* control */
                 {whole, NULL, FALSE},
                 {g_ptr_array_index(other->seals, 0), NULL, FALSE},
                 {g_ptr_array_index(good->seals, 1), NULL, FALSE},
                 {g_ptr_array_index(good->seals, 0), escrow, FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        GPtrArray *parts = g_ptr_array_new_with_free_func(unref_bytes);
        g_autoptr(GError) error = NULL;
        g_ptr_array_add(parts, g_bytes_ref(table[i].seal));
        g_autoptr(Rewrap) back = round_trip(&world, to, parts, table[i].escrow, &error);
        g_assert_true((back != NULL) == table[i].good);
        g_assert_true(table[i].good || g_error_matches(error, FAULT, FAULT_INPUT));
    }
    world_free(&world);
}

/* Every bit of an answer counts. */
static void each_bit(void) {
    World world = world_new();
    g_autofree char *to = holder_public(world.stranger);
    g_autoptr(CaseKeys) keys = case_for_both(&world, world.vault, 7);
    g_autoptr(Rewrap) rewrap = rewrap_new();
    g_auto(RewrapAbout) about = {0};
    rewrap->from = g_strdup(world.lead_line);
    rewrap->to = g_strdup(to);
    rewrap->from_name = g_strdup("okafor");
    rewrap->to_name = g_strdup("patel");
    rewrap_add(rewrap, 7, rewrap_parts(g_ptr_array_index(keys->seals, 0)), NULL);
    g_autofree char *packet = rewrap_write(world.vault, rewrap);
    g_autofree char *answer = rewrap_answer(packet, strlen(packet), world.lead, TRUE, &about, NULL);
    const char *letters = strchr(answer, '\n') + 1;
    gsize length;
    g_autofree guint8 *bytes = g_base64_decode(letters, &length);
    for (gsize bit = 0; bit <= length * 8; bit++) {
        if (bit < length * 8)
            bytes[bit / 8] ^= (guint8)(1u << bit % 8);
        g_autofree char *base64 = g_base64_encode(bytes, length);
        g_autofree char *text = g_strconcat(FORMAT_REWRAPPED "\n", base64, NULL);
        g_autoptr(Rewrap) back = rewrap_take(world.vault, text, strlen(text), NULL);
        g_assert_true((back != NULL) == (bit == length * 8)); /* the last is the control */
        if (bit < length * 8)
            bytes[bit / 8] ^= (guint8)(1u << bit % 8);
    }
    world_free(&world);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vault_start(NULL));
    g_test_add_func("/rewrap/vectors", vectors);
    g_test_add_func("/rewrap/vectors-refused", vectors_refused);
    g_test_add_func("/rewrap/set", set);
    g_test_add_func("/rewrap/not-sealed-again", not_sealed_again);
    g_test_add_func("/rewrap/each-bit", each_bit);
    return g_test_run();
}
