/* Packets that take two to open (version 2), as asked for and as confirmed: whatever is changed in
 * them, cut off, or put in from elsewhere, opens nothing. */
#include "vault-help.h"

/* A case for two, with one message in it. */
typedef struct asked {
    CaseKeys *keys;
    GBytes *record, *original;
} Asked;

static Asked asked_new(const World *world, const Vault *vault, guint64 id) {
    const Keyholder holders[] = {{"okafor", world->lead_line}, {"reed", world->deputy_line}};
    Asked asked = {.keys =
                       vault_case_keys_for_two(vault, id, holders, G_N_ELEMENTS(holders), FALSE)};
    g_autoptr(Identity) identity = anna();
    g_autoptr(GBytes) raw = g_bytes_new("a short mail", 12);
    vault_seal(vault, asked.keys->key, asked.keys->identity_public, id, 1, "amber-heron", identity,
               raw, &asked.record, &asked.original);
    return asked;
}

static void asked_free(Asked *asked) {
    case_keys_free(asked->keys);
    g_bytes_unref(asked->record);
    g_bytes_unref(asked->original);
}

/* The packet of `one`, with the seal of `lead`, and that of the second out of `second`. */
static char *pack(const World *world, const Vault *vault, guint64 id, const Asked *one,
                  const Asked *lead, const Asked *second) {
    g_autoptr(Packet) packet = packet_new();
    const Keyholder holder = {"okafor", world->lead_line};
    packet->id = id;
    packet->handle = g_strdup("amber-heron");
    packet->holder = g_strdup("okafor");
    packet->key = g_strdup(world->lead_line);
    packet->key_id = vault_key_id(packet->key);
    packet->ground = g_strdup("abuse");
    packet->reason = g_strdup(REASON);
    packet->at = 1772438400;
    packet->seal = g_bytes_ref(g_ptr_array_index(lead->keys->seals, 0));
    packet->escrow = vault_escrow(vault, id, one->keys->key, &holder);
    packet_add_second(packet, "reed", world->deputy_line,
                      g_ptr_array_index(second->keys->seals, 1));
    packet_add(packet, 1, packet->at, one->record, one->original);
    return packet_write(vault, packet);
}

/* Do they open it, the lead with or without the deputy? */
static gboolean opens(const World *world, const char *text, gsize length, gboolean both) {
    HolderKey *const keys[] = {world->lead, world->deputy};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) opened = packet_open_with(text, length, keys, both ? 2 : 1, NULL, &error);
    g_assert_true(opened != NULL || g_error_matches(error, FAULT, FAULT_INPUT) ||
                  g_error_matches(error, FAULT, FAULT_REFUSED));
    return opened != NULL;
}

static char *confirmed(const World *world, const char *text, gsize length) {
    g_auto(PacketAbout) about = {0};
    g_autoptr(GError) error = NULL;
    char *packet = packet_confirm(text, length, world->deputy, TRUE, &about, &error);
    g_assert_true(packet != NULL || error != NULL);
    return packet;
}

/* Each bit toggled, each length cut to. A consent to what was changed is none, either. */
static void nothing_opens(const World *world, const char *text, gboolean both) {
    gsize length = strlen(text);
    for (gsize bit = 0; bit < length * 8; bit++) {
        g_autofree char *bad = g_memdup2(text, length + 1);
        bad[bit / 8] = (char)(bad[bit / 8] ^ (1 << bit % 8));
        if (opens(world, bad, length, both))
            g_error("bit %zu of %zu", bit, length * 8);
        if (!both || bit % 8 != 0)
            continue;
        g_autofree char *consent = confirmed(world, bad, length);
        g_assert_null(consent);
    }
    for (gsize n = 0; n < length - 1; n += 7)
        g_assert_false(opens(world, text, n, both));
}

static void every_bit(void) {
    World world = world_new();
    Asked one = asked_new(&world, world.vault, 42);
    g_autofree char *text = pack(&world, world.vault, 42, &one, &one, &one);
    g_assert_true(g_str_has_prefix(text, "worrybox packet 2\n"));
    g_autofree char *consent = confirmed(&world, text, strlen(text));
    g_assert_true(opens(&world, text, strlen(text), TRUE));
    g_assert_false(opens(&world, text, strlen(text), FALSE));
    g_assert_true(opens(&world, consent, strlen(consent), FALSE));
    nothing_opens(&world, text, TRUE);
    nothing_opens(&world, consent, FALSE);
    asked_free(&one);
    world_free(&world);
}

/* Halves, records and host parts of another case and of another site. */
static void swapped(void) {
    World world = world_new();
    g_autoptr(Vault) elsewhere = vault_open(world.path, OTHER_SITE, NULL);
    Asked one = asked_new(&world, world.vault, 42), other = asked_new(&world, world.vault, 43),
          twin = asked_new(&world, world.vault, 42), far = asked_new(&world, elsewhere, 42);
    Asked mixed = {one.keys, twin.record, twin.original};
    const struct {
        const Vault *vault;
        guint64 id;
        const Asked *one, *lead, *second;
    } swaps[] = {
        {world.vault, 42, &one, &one, &other},   {world.vault, 42, &one, &one, &twin},
        {world.vault, 42, &one, &one, &far},     {world.vault, 42, &one, &twin, &one},
        {world.vault, 42, &one, &other, &other}, {world.vault, 42, &one, &twin, &twin},
        {world.vault, 42, &mixed, &one, &one},   {world.vault, 43, &one, &one, &one},
        {elsewhere, 42, &one, &one, &one},       {world.vault, 42, &far, &far, &far},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(swaps); i++) {
        g_autofree char *text =
            pack(&world, swaps[i].vault, swaps[i].id, swaps[i].one, swaps[i].lead, swaps[i].second);
        g_assert_nonnull(text);
        g_assert_false(opens(&world, text, strlen(text), TRUE));
        g_autofree char *consent = confirmed(&world, text, strlen(text));
        g_assert_false(consent != NULL && opens(&world, consent, strlen(consent), FALSE));
    }
    asked_free(&one);
    asked_free(&other);
    asked_free(&twin);
    asked_free(&far);
    world_free(&world);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vault_start(NULL));
    g_test_add_func("/two/every-bit", every_bit);
    g_test_add_func("/two/swapped", swapped);
    return g_test_run();
}
