/* Who wrote: sealed, packed, opened; and what opens nothing. */
#include "vault-help.h"

/* One sealed message of a case, and what a thief may hold of it. */
typedef struct sealed {
    CaseKeys *keys;
    GBytes *record, *original, *raw;
    guint64 id, message;
} Sealed;

static Sealed seal_one(const World *world, const Vault *vault, guint64 id, guint64 message,
                       gsize size) {
    Sealed sealed = {.keys = case_for_both(world, vault, id), .id = id, .message = message};
    g_autoptr(Identity) identity = anna();
    guint8 *raw = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        raw[i] = (guint8)(i * 7 + i / 251);
    sealed.raw = g_bytes_new_take(raw, size);
    vault_seal(vault, sealed.keys->key, sealed.keys->identity_public, id, message, "amber-heron",
               identity, sealed.raw, &sealed.record, &sealed.original);
    g_assert_nonnull(sealed.record);
    g_assert_nonnull(sealed.original);
    return sealed;
}

static void sealed_free(Sealed *sealed) {
    case_keys_free(sealed->keys);
    g_bytes_unref(sealed->record);
    g_bytes_unref(sealed->original);
    g_bytes_unref(sealed->raw);
}

/* A packet of these messages, keys and seals being those of the first. */
static char *pack(const World *world, const Vault *vault, const Sealed *const *list, gsize count) {
    g_autoptr(Packet) packet = packet_new();
    const Keyholder lead = {"okafor", world->lead_line};
    packet->id = list[0]->id;
    packet->handle = g_strdup("amber-heron");
    packet->holder = g_strdup("okafor");
    packet->key = g_strdup(world->lead_line);
    packet->key_id = vault_key_id(packet->key);
    packet->ground = g_strdup("danger");
    packet->reason = g_strdup(REASON);
    packet->at = 1772438400;
    packet->seal = g_bytes_ref(g_ptr_array_index(list[0]->keys->seals, 0));
    packet->escrow = vault_escrow(vault, packet->id, list[0]->keys->key, &lead);
    for (gsize i = 0; i < count; i++)
        packet_add(packet, list[i]->message, 1772438400 + (gint64)i, list[i]->record,
                   list[i]->original);
    return packet_write(vault, packet);
}

static void round_trip(void) {
    World world = world_new();
    const gsize sizes[] = {
        0, 1, 5000, 65535, 65536, 65537, 2 * 65536 - 1, 2 * 65536, 2 * 65536 + 1, 1000000};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Sealed one = seal_one(&world, world.vault, 42, 0xfedcba9876543210u, sizes[i]);
        const Sealed *list[] = {&one};
        g_autofree char *text = pack(&world, world.vault, list, 1);
        g_autoptr(GPtrArray) opened = packet_open(text, strlen(text), world.lead, NULL);
        g_assert_nonnull(opened);
        g_assert_cmpuint(opened->len, ==, 1);
        const Opened *first = g_ptr_array_index(opened, 0);
        g_autoptr(Identity) identity = anna();
        assert_same_identity(first->identity, identity);
        g_assert_cmpstr(first->handle, ==, "amber-heron");
        g_assert_cmpstr(first->message, ==, "fedcba9876543210");
        g_assert_cmpint(first->at, ==, 1772438400);
        g_assert_true(g_bytes_equal(first->original, one.raw));
        sealed_free(&one);
    }
    world_free(&world);
}

static void bare_identity(void) {
    World world = world_new();
    g_autoptr(CaseKeys) keys = case_for_both(&world, world.vault, 1);
    Sealed one = {.keys = keys, .id = 1, .message = 1};
    g_autoptr(Identity) nobody = identity_new();
    vault_seal(world.vault, keys->key, keys->identity_public, 1, 1, "amber-heron", nobody, NULL,
               &one.record, &one.original);
    g_assert_null(one.original);
    const Sealed *list[] = {&one};
    g_autofree char *text = pack(&world, world.vault, list, 1);
    g_autoptr(GPtrArray) opened = packet_open(text, strlen(text), world.lead, NULL);
    g_assert_nonnull(opened);
    const Opened *first = g_ptr_array_index(opened, 0);
    assert_same_identity(first->identity, nobody);
    g_assert_null(first->original);
    g_bytes_unref(one.record);
    world_free(&world);
}

/* Without keys nothing is kept; a record's length says little of the name in it. */
static void no_key_no_seal(void) {
    World world = world_new();
    g_autoptr(CaseKeys) keys = case_for_both(&world, world.vault, 1);
    g_autoptr(Identity) identity = anna();
    const guint8 zeros[VAULT_KEY] = {0};
    g_autoptr(GBytes) none = g_bytes_new(zeros, VAULT_KEY), part = g_bytes_new(zeros, 5);
    GBytes *record, *original;
    vault_seal(world.vault, keys->key, none, 1, 1, "a-b", identity, part, &record, &original);
    g_assert_true(record == NULL && original == NULL);
    vault_seal(world.vault, part, keys->identity_public, 1, 1, "a-b", identity, part, &record,
               &original);
    g_assert_true(record == NULL && original == NULL);
    vault_seal(world.vault, keys->key, keys->identity_public, 1, 1, "a-b", identity, NULL, &record,
               &original);
    g_assert_cmpuint(g_bytes_get_size(record), ==, 8 + 24 + 16 + 48 + 512);
    g_bytes_unref(record);
    world_free(&world);
}

/* ---- what is found ------------------------------------------------------------------------- */

/* Everything that opens a record at the vault's own level, each part to be exchanged. */
typedef struct key_ring {
    Scratch *scratch;
    guint8 outer[VAULT_KEY], part[VAULT_KEY], case_key[VAULT_KEY], pub[VAULT_KEY];
} KeyRing;

static KeyRing ring_of(const World *world, const Vault *vault, const Sealed *sealed,
                       const HolderKey *holder, guint seal) {
    KeyRing ring = {.scratch = world->vault->scratch};
    const Place place = place_of(vault, sealed->id, 0);
    memcpy(ring.outer, vault->outer, VAULT_KEY);
    outer_part(ring.outer, &place, ring.part);
    memcpy(ring.case_key, g_bytes_get_data(sealed->keys->key, NULL), VAULT_KEY);
    seal_read(ring.scratch, &place, holder, g_ptr_array_index(sealed->keys->seals, seal), ring.pub,
              ring.scratch->secret);
    return ring;
}

/* Does this open the record, and the original with it? */
static gboolean ring_opens(const KeyRing *ring, const Place *place, GBytes *record,
                           GBytes *original) {
    Scratch *scratch = ring->scratch;
    outer_keys(ring->part, ring->case_key, &scratch->keys);
    g_autoptr(Record) opened =
        record_read(scratch->keys.record, ring->pub, scratch->secret, place, record);
    if (opened == NULL)
        return FALSE;
    g_autoptr(GBytes) raw =
        original_read(scratch, scratch->keys.original, opened->original, place, original);
    return raw != NULL;
}

static void every_bit_of_record_and_original(void) {
    World world = world_new();
    Sealed one = seal_one(&world, world.vault, 42, 3, 100);
    KeyRing ring = ring_of(&world, world.vault, &one, world.lead, 0);
    const Place place = place_of(world.vault, 42, 3);
    g_assert_true(ring_opens(&ring, &place, one.record, one.original));
    for (gsize bit = 0; bit < g_bytes_get_size(one.record) * 8; bit++) {
        g_autoptr(GBytes) bad = toggled(one.record, bit);
        g_assert_false(ring_opens(&ring, &place, bad, one.original));
    }
    for (gsize bit = 0; bit < g_bytes_get_size(one.original) * 8; bit++) {
        g_autoptr(GBytes) bad = toggled(one.original, bit);
        g_assert_false(ring_opens(&ring, &place, one.record, bad));
    }
    for (gsize n = 0; n < g_bytes_get_size(one.record); n++) {
        g_autoptr(GBytes) part = g_bytes_new_from_bytes(one.record, 0, n);
        g_assert_false(ring_opens(&ring, &place, part, one.original));
    }
    for (gsize n = 0; n < g_bytes_get_size(one.original); n++) {
        g_autoptr(GBytes) part = g_bytes_new_from_bytes(one.original, 0, n);
        g_assert_false(ring_opens(&ring, &place, one.record, part));
    }
    sealed_free(&one);
    world_free(&world);
}

/* An original cut at a chunk, with chunks exchanged, or taken out, is found. */
static void chunks(void) {
    World world = world_new();
    Sealed one = seal_one(&world, world.vault, 42, 3, 3 * 65536);
    KeyRing ring = ring_of(&world, world.vault, &one, world.lead, 0);
    const Place place = place_of(world.vault, 42, 3);
    g_assert_true(ring_opens(&ring, &place, one.record, one.original));
    const gsize first = 8 + 24 + 41, chunk = 65536 + 34;
    for (gsize n = 0; n < 3; n++) {
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(one.original, 0, first + n * chunk);
        g_assert_false(ring_opens(&ring, &place, one.record, cut));
    }
    gsize length;
    g_autofree guint8 *mixed =
        g_memdup2(g_bytes_get_data(one.original, &length), g_bytes_get_size(one.original));
    memcpy(mixed + first, (const guint8 *)g_bytes_get_data(one.original, NULL) + first + chunk,
           chunk);
    g_autoptr(GBytes) bad = g_bytes_new(mixed, length);
    g_assert_false(ring_opens(&ring, &place, one.record, bad));
    sealed_free(&one);
    world_free(&world);
}

static gboolean seal_opens(const World *world, const Place *place, const HolderKey *key,
                           GBytes *seal) {
    guint8 public[VAULT_KEY], secret[VAULT_KEY];
    return seal_read(world->vault->scratch, place, key, seal, public, secret);
}

static gboolean escrow_opens(const World *world, const Place *place, const HolderKey *key,
                             GBytes *escrow) {
    guint8 case_key[VAULT_KEY];
    return boxed_read(world->vault->scratch, 'E', place, key, escrow, case_key, VAULT_KEY);
}

static void seals_and_escrow(void) {
    World world = world_new();
    g_autoptr(CaseKeys) keys = case_for_both(&world, world.vault, 42);
    const Keyholder lead = {"okafor", world.lead_line};
    g_autoptr(GBytes) escrow = vault_escrow(world.vault, 42, keys->key, &lead);
    GBytes *seal = g_ptr_array_index(keys->seals, 0);
    Place here = place_of(world.vault, 42, 0), other = here, far = here;
    other.id = 43;
    memcpy(far.site, OTHER_SITE, VAULT_SITE);
    g_assert_true(seal_opens(&world, &here, world.lead, seal));
    g_assert_true(escrow_opens(&world, &here, world.lead, escrow));
    g_assert_true(seal_opens(&world, &here, world.deputy, g_ptr_array_index(keys->seals, 1)));
    g_assert_false(seal_opens(&world, &here, world.deputy, seal));
    g_assert_false(escrow_opens(&world, &here, world.deputy, escrow));
    g_assert_false(seal_opens(&world, &other, world.lead, seal));
    g_assert_false(escrow_opens(&world, &other, world.lead, escrow));
    g_assert_false(seal_opens(&world, &far, world.lead, seal));
    g_assert_false(escrow_opens(&world, &far, world.lead, escrow));
    g_assert_false(seal_opens(&world, &here, world.lead, escrow));
    g_assert_false(escrow_opens(&world, &here, world.lead, seal));
    for (gsize bit = 0; bit < g_bytes_get_size(seal) * 8; bit++) {
        g_autoptr(GBytes) bad = toggled(seal, bit);
        g_assert_false(seal_opens(&world, &here, world.lead, bad));
    }
    for (gsize bit = 0; bit < g_bytes_get_size(escrow) * 8; bit++) {
        g_autoptr(GBytes) bad = toggled(escrow, bit);
        g_assert_false(escrow_opens(&world, &here, world.lead, bad));
    }
    world_free(&world);
}

/* ---- swapped ------------------------------------------------------------------------------- */

static void refused(const World *world, const char *text) {
    g_autoptr(GError) error = NULL;
    g_assert_null(packet_open(text, strlen(text), world->lead, &error));
    g_assert_error(error, FAULT, FAULT_INPUT);
}

static void swapped_blobs(void) {
    World world = world_new();
    g_autoptr(Vault) elsewhere = vault_open(world.path, OTHER_SITE, NULL);
    Sealed one = seal_one(&world, world.vault, 42, 1, 10), two = one, far, other;
    g_autoptr(Identity) identity = anna();
    two.message = 2;
    vault_seal(world.vault, one.keys->key, one.keys->identity_public, 42, 2, "amber-heron",
               identity, one.raw, &two.record, &two.original);
    other = seal_one(&world, world.vault, 43, 1, 10);
    far = seal_one(&world, elsewhere, 42, 1, 10);
    const Sealed *both[] = {&one, &two};
    g_autofree char *good = pack(&world, world.vault, both, 2);
    g_autoptr(GPtrArray) opened = packet_open(good, strlen(good), world.lead, NULL);
    g_assert_nonnull(opened);
    const struct {
        GBytes *record, *original;
    } swaps[] = {
        {two.record, one.original}, {one.record, two.original},     {two.record, two.original},
        {one.record, NULL},         {other.record, other.original}, {one.record, other.original},
        {far.record, far.original}, {one.record, far.original},     {one.original, one.record},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(swaps); i++) {
        Sealed bad = one;
        bad.record = swaps[i].record;
        bad.original = swaps[i].original;
        const Sealed *list[] = {&bad, &two};
        g_autofree char *text = pack(&world, world.vault, list, 2);
        refused(&world, text);
    }
    /* another case's keys, another site's host part */
    Sealed strange = one;
    strange.keys = other.keys;
    const Sealed *list[] = {&strange};
    g_autofree char *keys = pack(&world, world.vault, list, 1);
    refused(&world, keys);
    list[0] = &one;
    g_autofree char *site = pack(&world, elsewhere, list, 1);
    refused(&world, site);
    g_bytes_unref(two.record);
    g_bytes_unref(two.original);
    sealed_free(&one);
    sealed_free(&other);
    sealed_free(&far);
    world_free(&world);
}

/* ---- the packet as text -------------------------------------------------------------------- */

static void every_bit_of_a_packet(void) {
    World world = world_new();
    Sealed one = seal_one(&world, world.vault, 42, 1, 10);
    const Sealed *list[] = {&one};
    g_autofree char *text = pack(&world, world.vault, list, 1);
    gsize length = strlen(text);
    for (gsize bit = 0; bit < length * 8; bit++) {
        g_autofree char *bad = g_memdup2(text, length + 1);
        bad[bit / 8] = (char)(bad[bit / 8] ^ (1 << bit % 8));
        g_autoptr(GError) error = NULL;
        if (packet_open(bad, length, world.lead, &error) != NULL)
            g_error("bit %zu of %zu: %.20s", bit, length * 8, bad + MAX(bit / 8, 10) - 10);
        g_assert_true(g_error_matches(error, FAULT, FAULT_INPUT) ||
                      g_error_matches(error, FAULT, FAULT_REFUSED));
    }
    for (gsize n = 0; n < length - 1; n += 7) {
        g_autofree char *cut = g_strndup(text, n);
        refused(&world, cut);
    }
    sealed_free(&one);
    world_free(&world);
}

static void opens_as(const World *world, char *text) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) opened = packet_open(text, strlen(text), world->lead, &error);
    g_assert_no_error(error);
    g_assert_nonnull(opened);
    g_free(text);
}

static void what_mail_does_to_a_packet(void) {
    World world = world_new();
    Sealed one = seal_one(&world, world.vault, 42, 1, 200000);
    const Sealed *list[] = {&one};
    g_autofree char *text = pack(&world, world.vault, list, 1);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpstr(lines[0], ==, "worrybox packet 1");
    for (char **line = lines; *line != NULL; line++)
        g_assert_cmpuint(strlen(*line), <=, 76);
    opens_as(&world, g_strjoinv("\r\n", lines));
    opens_as(&world, g_strjoinv("\n  ", lines));
    opens_as(&world, g_strconcat("\xef\xbb\xbf\n\n", text, "\n\n", NULL));
    const char *const none[] = {"",         "worrybox packet 1",       "worrybox packet 1\n",
                                "wbkey1\n", "worrybox packet 2\nd2I=", "worrybox packet 1\n===="};
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
        refused(&world, none[i]);
    sealed_free(&one);
    world_free(&world);
}

static void incomplete_packets(void) {
    World world = world_new();
    g_autoptr(Packet) packet = packet_new();
    g_assert_null(packet_write(world.vault, packet));
    packet->key = g_strdup("wbpub1none");
    packet->seal = g_bytes_new("a", 1);
    packet->escrow = g_bytes_new("a", 1);
    g_assert_null(packet_write(world.vault, packet));
    world_free(&world);
}

/* ---- theft ---------------------------------------------------------------------------------- */

/* Whoever holds all but one of the four things opens nothing; with all four, it opens. */
static void theft(void) {
    World world = world_new(), thief = world_new();
    Sealed one = seal_one(&world, world.vault, 42, 1, 3000);
    Sealed other = seal_one(&world, world.vault, 43, 1, 3000);
    const Place place = place_of(world.vault, 42, 1);
    KeyRing whole = ring_of(&world, world.vault, &one, world.lead, 0), ring;
    g_assert_true(ring_opens(&whole, &place, one.record, one.original)); /* positive control */
    ring = whole; /* database + keys.db + keyholder, no host key */
    outer_part(thief.vault->outer, &place, ring.part);
    g_assert_false(ring_opens(&ring, &place, one.record, one.original));
    ring = whole; /* the host part of another case */
    const Place there = place_of(world.vault, 43, 1);
    outer_part(whole.outer, &there, ring.part);
    g_assert_false(ring_opens(&ring, &place, one.record, one.original));
    ring = whole; /* database + host key + keyholder, case purged */
    memset(ring.case_key, 0, VAULT_KEY);
    g_assert_false(ring_opens(&ring, &place, one.record, one.original));
    memcpy(ring.case_key, g_bytes_get_data(other.keys->key, NULL), VAULT_KEY);
    g_assert_false(ring_opens(&ring, &place, one.record, one.original));
    /* the whole host, no keyholder: the seals do not open, and no secret of a thief's fits */
    guint8 public[VAULT_KEY];
    for (guint i = 0; i < one.keys->seals->len; i++)
        g_assert_false(seal_read(world.vault->scratch, &place, world.stranger,
                                 g_ptr_array_index(one.keys->seals, i), public,
                                 world.vault->scratch->secret));
    memcpy(world.vault->scratch->secret, world.stranger->secret, VAULT_KEY);
    g_assert_false(ring_opens(&whole, &place, one.record, one.original));
    /* the keyholder's own secret half is not the case's either */
    memcpy(world.vault->scratch->secret, world.lead->secret, VAULT_KEY);
    g_assert_false(ring_opens(&whole, &place, one.record, one.original));
    sealed_free(&one);
    sealed_free(&other);
    world_free(&world);
    world_free(&thief);
}

/* A stolen packet opens for nobody else, and shows nothing. */
static void stolen_packet(void) {
    World world = world_new();
    Sealed one = seal_one(&world, world.vault, 42, 1, 3000);
    const Sealed *list[] = {&one};
    g_autofree char *text = pack(&world, world.vault, list, 1);
    const HolderKey *others[] = {world.deputy, world.stranger};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(packet_open(text, strlen(text), others[i], &error));
        g_assert_error(error, FAULT, FAULT_REFUSED);
        g_assert_null(strstr(error->message, "amber"));
    }
    gsize length;
    g_autofree guchar *bytes = g_base64_decode(text + strlen("worrybox packet 1\n"), &length);
    const char *const words[] = {"amber-heron", "okafor", "danger", REASON, "anna"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        g_assert_null(memmem(bytes, length, words[i], strlen(words[i])));
    g_assert_nonnull(memmem(bytes, length, world.lead->public, VAULT_KEY)); /* the search works */
    sealed_free(&one);
    world_free(&world);
}

/* The host with its sheet and the escrow, keys.db gone: a flagged case opens. */
static void dead_disk(void) {
    World world = world_new();
    Sealed one = seal_one(&world, world.vault, 42, 1, 3000);
    const Sealed *list[] = {&one};
    char *sheet = vault_sheet(world.vault);
    g_autofree char *path = g_build_filename(world.folder, "new.key", NULL);
    g_assert_true(vault_restore(path, sheet, NULL));
    vault_wipe_text(sheet);
    g_autoptr(Vault) again = vault_open(path, SITE, NULL);
    opens_as(&world, pack(&world, again, list, 1));
    g_unlink(path);
    sealed_free(&one);
    world_free(&world);
}

/* ---- numbers -------------------------------------------------------------------------------- */

#define TIMED(what, times, ...)                                                                    \
    do {                                                                                           \
        gint64 start_ = g_get_monotonic_time();                                                    \
        for (int i_ = 0; i_ < (times); i_++) {                                                     \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
        g_test_message("%-28s %8.2f us", what,                                                     \
                       (double)(g_get_monotonic_time() - start_) / (times));                       \
    } while (0)

static void seal_and_drop(const World *world, const Sealed *one, const Identity *identity,
                          GBytes *raw) {
    GBytes *record, *original;
    vault_seal(world->vault, one->keys->key, one->keys->identity_public, 1, 1, "amber-heron",
               identity, raw, &record, &original);
    g_bytes_unref(record);
    g_bytes_unref(original);
}

static void speed(void) {
    if (!g_test_perf()) {
        g_test_skip("only with -m perf");
        return;
    }
    World world = world_new();
    g_autoptr(Identity) identity = anna();
    Sealed one = seal_one(&world, world.vault, 1, 1, 20000), big = one;
    guint8 *zeros = g_malloc0(20 << 20);
    big.raw = g_bytes_new_take(zeros, 20 << 20);
    g_autofree char *text = g_strnfill(2000, 'x');
    const Keyholder holders[] = {
        {"a", world.lead_line}, {"b", world.deputy_line}, {"c", world.lead_line}};
    TIMED("case keys, 3 holders", 500, case_keys_free(vault_case_keys(world.vault, 1, holders, 3)));
    TIMED("seal, 20 kB", 1000, seal_and_drop(&world, &one, identity, one.raw));
    TIMED("seal, 20 MiB", 5, seal_and_drop(&world, &big, identity, big.raw));
    TIMED("lock, 2 kB", 10000,
          g_bytes_unref(vault_lock(world.vault, one.keys->key, PURPOSE_LETTER, 1, 1, text, 2000)));
    TIMED("token", 10000, g_free(vault_token()));
    TIMED("hash of a token", 10000, g_bytes_unref(vault_hash_token(world.vault, "abc")));
    TIMED("hash of a writer", 10000, g_bytes_unref(vault_hash_writer(world.vault, "a@b.example")));
    TIMED("hash of a mail, 20 kB", 10000, g_bytes_unref(vault_hash_mail(world.vault, one.raw)));
    TIMED("hash of a mail, 20 MiB", 5, g_bytes_unref(vault_hash_mail(world.vault, big.raw)));
    const Sealed *list[] = {&one};
    g_autofree char *packet = pack(&world, world.vault, list, 1);
    TIMED("packet, 20 kB", 200, g_free(pack(&world, world.vault, list, 1)));
    TIMED("open, 20 kB", 200,
          g_ptr_array_unref(packet_open(packet, strlen(packet), world.lead, NULL)));
    g_bytes_unref(big.raw);
    sealed_free(&one);
    world_free(&world);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vault_start(NULL));
    g_test_add_func("/seal/round-trip", round_trip);
    g_test_add_func("/seal/bare-identity", bare_identity);
    g_test_add_func("/seal/no-key-no-seal", no_key_no_seal);
    g_test_add_func("/seal/every-bit-of-record-and-original", every_bit_of_record_and_original);
    g_test_add_func("/seal/chunks", chunks);
    g_test_add_func("/seal/seals-and-escrow", seals_and_escrow);
    g_test_add_func("/seal/swapped", swapped_blobs);
    g_test_add_func("/packet/every-bit", every_bit_of_a_packet);
    g_test_add_func("/packet/what-mail-does", what_mail_does_to_a_packet);
    g_test_add_func("/packet/incomplete", incomplete_packets);
    g_test_add_func("/theft/all-but-one", theft);
    g_test_add_func("/theft/packet", stolen_packet);
    g_test_add_func("/theft/dead-disk", dead_disk);
    g_test_add_func("/seal/speed", speed);
    return g_test_run();
}
