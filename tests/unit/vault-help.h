/* vault-help.h: a host, two keyholders and a case, for the tests of the vault. */
#ifndef TESTS_VAULT_HELP_H
#define TESTS_VAULT_HELP_H

#include <glib/gstdio.h>
#include <string.h>

#include "base/fault.h"
#include "vault/inside.h"
#include "vault/packet.h"

#define REASON "She wrote that she will not be here tomorrow"

static const guint8 SITE[VAULT_SITE] = "hillside-hillsid";
static const guint8 OTHER_SITE[VAULT_SITE] = "woodside-woodsid";

typedef struct world {
    char *folder, *path;
    Vault *vault;
    HolderKey *lead, *deputy, *stranger;
    char *lead_line, *deputy_line;
} World;

static inline World world_new(void) {
    World world = {.folder = g_dir_make_tmp("vault-XXXXXX", NULL)};
    world.path = g_build_filename(world.folder, "host.key", NULL);
    g_assert_true(vault_create(world.path, NULL));
    world.vault = vault_open(world.path, SITE, NULL);
    g_assert_nonnull(world.vault);
    world.lead = holder_new();
    world.deputy = holder_new();
    world.stranger = holder_new();
    world.lead_line = holder_public(world.lead);
    world.deputy_line = holder_public(world.deputy);
    return world;
}

static inline void world_free(World *world) {
    vault_close(world->vault);
    holder_free(world->lead);
    holder_free(world->deputy);
    holder_free(world->stranger);
    g_free(world->lead_line);
    g_free(world->deputy_line);
    g_unlink(world->path);
    g_assert_cmpint(g_rmdir(world->folder), ==, 0);
    g_free(world->path);
    g_free(world->folder);
}

static inline CaseKeys *case_for_both(const World *world, const Vault *vault, guint64 id) {
    const Keyholder holders[] = {{"okafor", world->lead_line}, {"reed", world->deputy_line}};
    return vault_case_keys(vault, id, holders, G_N_ELEMENTS(holders));
}

static inline Identity *anna(void) {
    Identity *identity = identity_new();
    identity->name = g_strdup("Anna \"Änne\" Example");
    identity->from = g_strdup("anna.example@h.example");
    identity->from_text = g_strdup("Anna \"Änne\" Example <anna.example@h.example>");
    identity->subject = g_strdup("i dont want to be here (anna, 9B)");
    identity->message_id = g_strdup("q1w2@h.example");
    identity->date = 1772438400;
    identity->auth = AUTH_PASS;
    g_ptr_array_add(identity->names, g_strdup("anna"));
    g_ptr_array_add(identity->names, g_strdup("example"));
    return identity;
}

static inline void assert_same_identity(const Identity *a, const Identity *b) {
    g_assert_cmpstr(a->name, ==, b->name);
    g_assert_cmpstr(a->from, ==, b->from);
    g_assert_cmpstr(a->from_text, ==, b->from_text);
    g_assert_cmpstr(a->subject, ==, b->subject);
    g_assert_cmpstr(a->message_id, ==, b->message_id);
    g_assert_cmpint(a->date, ==, b->date);
    g_assert_cmpint(a->auth, ==, b->auth);
    g_assert_cmpuint(a->names->len, ==, b->names->len);
    for (guint i = 0; i < a->names->len; i++)
        g_assert_cmpstr(g_ptr_array_index(a->names, i), ==, g_ptr_array_index(b->names, i));
}

/* The blob with one bit turned over. */
static inline GBytes *toggled(GBytes *blob, gsize bit) {
    gsize length;
    guint8 *copy = g_memdup2(g_bytes_get_data(blob, &length), g_bytes_get_size(blob));
    copy[bit / 8] ^= (guint8)(1u << bit % 8);
    return g_bytes_new_take(copy, g_bytes_get_size(blob));
}

#endif
