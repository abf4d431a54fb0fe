#include <sodium.h>
#include <string.h>

#include "vault/chain.h"
#include "vault/format.h"
#include "vault/secret.h"

/* A gap in the numbers is followed this far before the seed is given up as of no more use. */
enum { FARTHEST = 1 << 20 };

static const char CONTEXT[] = "wb-chain";
static const guint8 ZEROS[VAULT_HASH];

void chain_row_free(ChainRow *row) {
    if (row == NULL)
        return;
    g_free(row->actor);
    g_free(row->act);
    g_free(row->handle);
    g_free(row->reason);
    g_clear_pointer(&row->before, g_bytes_unref);
    g_clear_pointer(&row->hash, g_bytes_unref);
    g_clear_pointer(&row->mac, g_bytes_unref);
    g_free(row);
}

/* ---- the seed ------------------------------------------------------------------------------ */

GBytes *chain_seed(void) {
    guint8 *seed;
    GBytes *bytes = secret_bytes(VAULT_KEY, &seed);
    vault_random(seed, VAULT_KEY);
    return bytes;
}

char *chain_seed_sheet(GBytes *seed) {
    return typed_write("wbseed1", g_bytes_get_data(seed, NULL), VAULT_KEY, TRUE);
}

GBytes *chain_seed_read(const char *text) {
    guint8 *seed;
    g_autoptr(GBytes) bytes = secret_bytes(VAULT_KEY, &seed);
    return typed_read(text, strlen(text), "wbseed1", seed, VAULT_KEY) ? g_steal_pointer(&bytes)
                                                                      : NULL;
}

GBytes *chain_first_key(GBytes *seed, const guint8 site[VAULT_SITE]) {
    const HashPart parts[] = {TEXT_PART("worrybox chain 1"), {site, VAULT_SITE}};
    guint8 *key;
    GBytes *bytes = secret_bytes(VAULT_KEY, &key);
    hash_parts(key, g_bytes_get_data(seed, NULL), parts, G_N_ELEMENTS(parts));
    return bytes;
}

/* ---- one step ------------------------------------------------------------------------------ */

static void row_hash(const ChainRow *row, const guint8 before[VAULT_HASH],
                     guint8 hash[VAULT_HASH]) {
    g_autoptr(GByteArray) says = g_byte_array_new();
    put(says, "wbc", 3);
    put_u8(says, FORMAT_VERSION);
    put_u64(says, row->sequence);
    put_u64(says, (guint64)row->at);
    put_text(says, row->actor);
    put_text(says, row->act);
    put_text(says, row->handle);
    put_text(says, row->reason);
    put(says, before, VAULT_HASH);
    const HashPart part = {says->data, says->len};
    hash_parts(hash, NULL, &part, 1);
}

static void row_mac(const guint8 *hash, const guint8 *key, guint8 mac[VAULT_HASH]) {
    guint8 sub[VAULT_KEY];
    const HashPart part = {hash, VAULT_HASH};
    subkey(sub, key, 1, CONTEXT);
    hash_parts(mac, sub, &part, 1);
    sodium_memzero(sub, sizeof sub);
}

static GBytes *next_key(GBytes *key) {
    guint8 *next;
    GBytes *bytes = secret_bytes(VAULT_KEY, &next);
    subkey(next, g_bytes_get_data(key, NULL), 2, CONTEXT);
    return bytes;
}

static void set_bytes(GBytes **to, const guint8 *bytes) {
    g_clear_pointer(to, g_bytes_unref);
    *to = g_bytes_new(bytes, VAULT_HASH);
}

GBytes *chain_step(ChainRow *row, GBytes *hash_before, GBytes *key) {
    const guint8 *before = hash_before ? g_bytes_get_data(hash_before, NULL) : ZEROS;
    guint8 hash[VAULT_HASH], mac[VAULT_HASH];
    row_hash(row, before, hash);
    row_mac(hash, g_bytes_get_data(key, NULL), mac);
    set_bytes(&row->before, before);
    set_bytes(&row->hash, hash);
    set_bytes(&row->mac, mac);
    return next_key(key);
}

/* ---- looking again ------------------------------------------------------------------------- */

typedef struct walk {
    Problems *problems;
    const guint8 *site;
    const GPtrArray *seeds; /* NULL: none */
    guint next;             /* of them */
    GBytes *key;            /* of step `step`; NULL: no seed, or given up */
    guint64 step;
    guint64 number;       /* the highest so far; 0: none */
    const guint8 *before; /* its hash */
    guint64 from, to;     /* rows in a run whose MACs are wrong; 0: none */
} Walk;

static gboolean is_hash(GBytes *bytes) {
    return bytes != NULL && g_bytes_get_size(bytes) == VAULT_HASH;
}

static void wrong(Walk *walk, guint64 number, const char *text) {
    problems_add(walk->problems, "audit", (guint)MIN(number, G_MAXUINT), "%s", text);
}

/* Wrong MACs come in runs: one line for each run. */
static void end_run(Walk *walk) {
    if (walk->from == 0)
        return;
    problems_add(walk->problems, "audit", (guint)MIN(walk->from, G_MAXUINT),
                 "rows %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                 " were not sealed when they were written, or this is not the seed of this record",
                 walk->from, walk->to);
    walk->from = walk->to = 0;
}

/* The next seed speaks from row `number` on. */
static void take_seed(Walk *walk, guint64 number) {
    g_clear_pointer(&walk->key, g_bytes_unref);
    walk->step = number;
    if (walk->seeds == NULL)
        return;
    if (walk->next < walk->seeds->len)
        walk->key = chain_first_key(g_ptr_array_index(walk->seeds, walk->next++), walk->site);
    else
        problems_add(walk->problems, "audit", (guint)MIN(number, G_MAXUINT),
                     "from row %" G_GUINT64_FORMAT " on the record is sealed under a newer seed: "
                     "give that one too, or nothing is proved from there on",
                     number);
}

/* Evolves the key to this row's step. */
static void catch_up(Walk *walk, guint64 number) {
    if (walk->key != NULL && number > walk->step && number - walk->step > FARTHEST)
        g_clear_pointer(&walk->key, g_bytes_unref);
    while (walk->key != NULL && walk->step < number) {
        GBytes *next = next_key(walk->key);
        g_bytes_unref(walk->key);
        walk->key = next;
        walk->step++;
    }
}

static void look_at_mac(Walk *walk, const ChainRow *row) {
    guint8 mac[VAULT_HASH];
    if (g_strcmp0(row->act, CHAIN_NEW_KEY) == 0 && walk->number > 1)
        take_seed(walk, row->sequence);
    gboolean had = walk->key != NULL;
    catch_up(walk, row->sequence);
    if (!had)
        return;
    gboolean good = walk->key != NULL && walk->step == row->sequence;
    if (good) {
        row_mac(g_bytes_get_data(row->hash, NULL), g_bytes_get_data(walk->key, NULL), mac);
        good = memcmp(mac, g_bytes_get_data(row->mac, NULL), VAULT_HASH) == 0;
    }
    if (good) {
        end_run(walk);
        return;
    }
    if (walk->from == 0)
        walk->from = row->sequence;
    walk->to = row->sequence;
}

static void look_at_number(Walk *walk, guint64 number) {
    if (number == walk->number + 1)
        return;
    if (number <= walk->number)
        problems_add(walk->problems, "audit", (guint)MIN(number, G_MAXUINT),
                     "row %" G_GUINT64_FORMAT " stands after row %" G_GUINT64_FORMAT
                     ": inserted or out of order",
                     number, walk->number);
    else
        problems_add(walk->problems, "audit", (guint)MIN(number, G_MAXUINT),
                     "rows %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " are missing",
                     walk->number + 1, number - 1);
}

static void look_at_row(Walk *walk, const ChainRow *row) {
    guint8 hash[VAULT_HASH];
    look_at_number(walk, row->sequence);
    walk->number = MAX(walk->number, row->sequence);
    if (!is_hash(row->before) || !is_hash(row->hash) || !is_hash(row->mac)) {
        wrong(walk, row->sequence, "a hash of this row is missing or of the wrong length");
        return;
    }
    const guint8 *before = g_bytes_get_data(row->before, NULL);
    row_hash(row, before, hash);
    if (memcmp(hash, g_bytes_get_data(row->hash, NULL), VAULT_HASH) != 0)
        wrong(walk, row->sequence, "this row was changed after it was written");
    if (memcmp(before, walk->before, VAULT_HASH) != 0)
        wrong(walk, row->sequence,
              "this row does not follow the row before it: one of them was "
              "changed, put in, or taken out");
    look_at_mac(walk, row);
    walk->before = g_bytes_get_data(row->hash, NULL);
}

static void look_at_anchor(const GPtrArray *rows, guint64 count, GBytes *hash, Walk *walk) {
    const ChainRow *found = NULL;
    for (guint i = 0; i < rows->len && found == NULL; i++) {
        const ChainRow *row = g_ptr_array_index(rows, i);
        found = row->sequence == count ? row : NULL;
    }
    if (found == NULL)
        problems_add(walk->problems, "audit", (guint)MIN(count, G_MAXUINT),
                     "the witness was mailed %" G_GUINT64_FORMAT
                     " rows; the record ends at row %" G_GUINT64_FORMAT,
                     count, walk->number);
    else if (hash != NULL && (found->hash == NULL || !g_bytes_equal(found->hash, hash)))
        wrong(walk, count, "this row is not the one whose hash the witness was mailed");
}

/* The key goes on with each row and cannot be turned back: where rows were cut off at the end, the
 * one that is kept is further on. */
static void look_at_kept(Walk *walk, GBytes *kept) {
    if (walk->number < G_MAXUINT64)
        catch_up(walk, walk->number + 1);
    if (walk->key != NULL && !g_bytes_equal(walk->key, kept))
        wrong(walk, walk->number,
              "rows behind this one were cut off, for the key has gone on "
              "further; or the key in keys.db was put there");
}

void chain_verify(const GPtrArray *rows, const guint8 site[VAULT_SITE], const ChainProof *proof,
                  Problems *problems) {
    Walk walk = {.problems = problems, .site = site, .seeds = proof->seeds, .before = ZEROS};
    take_seed(&walk, 1);
    for (guint i = 0; i < rows->len; i++)
        look_at_row(&walk, g_ptr_array_index(rows, i));
    end_run(&walk);
    if (proof->kept != NULL)
        look_at_kept(&walk, proof->kept);
    g_clear_pointer(&walk.key, g_bytes_unref);
    if (proof->count > 0)
        look_at_anchor(rows, proof->count, proof->hash, &walk);
}
