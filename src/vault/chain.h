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

/* What the record is held against; all of it may be NULL or 0. */
typedef struct chain_proof {
    const GPtrArray *seeds; /* of GBytes, the oldest first: where keys.db was lost, a row
                               CHAIN_NEW_KEY says that the next one speaks from there on */
    GBytes *kept;           /* the key in keys.db; looked at where there are seeds */
    guint64 count;          /* what the witness was mailed: so many rows … */
    GBytes *hash;           /* … the last of which has this hash */
} ChainProof;

#define CHAIN_NEW_KEY "new-chain-key"

/* Checks rows in order (of ChainRow): sequence, `before`, `hash`; with seeds also every MAC, and
 * that no row was cut off behind the last. What is wrong is added to `problems`, file "audit",
 * line: the sequence number. */
void chain_verify(const GPtrArray *rows, const guint8 site[VAULT_SITE], const ChainProof *proof,
                  Problems *problems);

#endif
