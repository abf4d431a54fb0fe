/* chain.h: the record that cannot be quietly rewritten. Pure: rows in, hashes and MACs out. */
#ifndef VAULT_CHAIN_H
#define VAULT_CHAIN_H

#include <glib.h>

#include "base/problems.h"
#include "vault/vault.h"

typedef struct chain_row {
    guint64 sequence; /* from 1 */
    gint64 at;
    char *actor; /* owned; short name, "pupil", "rule self-harm", "worrybox" */
    char *act; /* owned; "opened" "assigned" "flagged" "unsealed" "refused" "closed" "purged" … */
    char *handle;   /* owned; NULL for an act on no case */
    char *reason;   /* owned; NULL */
    GBytes *before; /* owned; hash of the row before; 32 zeros for the first */
    GBytes *hash;   /* owned; of this row: magic, version, every field with its length, `before` */
    GBytes *mac;    /* owned; of `hash`, under the key of this step */
} ChainRow;

void chain_row_free(ChainRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChainRow, chain_row_free)

/* A new seed; its sheet for the witness ("wbseed1…", groups of four; wipe); reading one back (NULL
 * where it is none). */
GBytes *chain_seed(void);
char *chain_seed_sheet(GBytes *seed);
GBytes *chain_seed_read(const char *text);

/* The key of step 1, from the seed. */
GBytes *chain_first_key(GBytes *seed, const guint8 site[VAULT_SITE]);

/* Fills `before`, `hash` and `mac` of `row` from the row before (NULL: first) and the key of this
 * step; answers the key of the next step, from which this one cannot be computed. */
GBytes *chain_step(ChainRow *row, GBytes *hash_before, GBytes *key);

/* Checks rows in order (of ChainRow): sequence, `before`, `hash`; with `seed` also every MAC.
 * `anchor_count` and `anchor_hash` (0 and NULL: none): what the witness was mailed. What is wrong
 * is added to `problems`, file "audit", line: the sequence number. */
void chain_verify(const GPtrArray *rows, const guint8 site[VAULT_SITE], GBytes *seed,
                  guint64 anchor_count, GBytes *anchor_hash, Problems *problems);

/* Is `key` (the one kept in keys.db) the one that comes after `count` rows? FALSE where rows were
 * cut off at the end: the key cannot be turned back. `count` is trusted to be small. */
gboolean chain_key_fits(GBytes *seed, const guint8 site[VAULT_SITE], guint64 count, GBytes *key);

#endif
