/* The record of acts: whatever is done to its rows is found. */
#include "vault/chain.h"

#include <string.h>

#include "vault/vault.h"

static const guint8 SITE[VAULT_SITE] = "hillside-hillsid";
static const guint8 OTHER_SITE[VAULT_SITE] = "woodside-woodsid";
enum { ROWS = 50 };

typedef struct record {
    GBytes *seed, *key; /* key: the one that is kept, of the next step */
    GPtrArray *rows;
} Record;

static void row_free(gpointer row) {
    chain_row_free(row);
}

static void write_act(Record *record, guint64 sequence, const char *act, const char *reason) {
    ChainRow *row = g_new0(ChainRow, 1), *last = NULL;
    if (record->rows->len > 0)
        last = g_ptr_array_index(record->rows, record->rows->len - 1);
    row->sequence = sequence;
    row->at = 1772438400 + (gint64)sequence * 60;
    row->actor = g_strdup(sequence % 3 ? "okafor" : "rule self-harm");
    row->act = g_strdup(act);
    row->handle = sequence % 7 ? g_strdup("amber-heron") : NULL;
    row->reason = g_strdup(reason);
    GBytes *next = chain_step(row, last ? last->hash : NULL, record->key);
    g_bytes_unref(record->key);
    record->key = next;
    g_ptr_array_add(record->rows, row);
}

static void write_row(Record *record, guint64 sequence, const char *reason) {
    write_act(record, sequence, sequence % 3 ? "unsealed" : "flagged", reason);
}

static Record record_new(guint rows) {
    Record record = {.seed = chain_seed(), .rows = g_ptr_array_new_with_free_func(row_free)};
    record.key = chain_first_key(record.seed, SITE);
    for (guint i = 1; i <= rows; i++)
        write_row(&record, i, i % 5 ? "because" : NULL);
    return record;
}

static void record_free(Record *record) {
    g_bytes_unref(record->seed);
    g_bytes_unref(record->key);
    g_ptr_array_unref(record->rows);
}

static ChainRow *row_at(const Record *record, guint index) {
    return g_ptr_array_index(record->rows, index);
}

/* How much is wrong; the line of the first goes to *line (may be NULL). */
static guint wrong(const Record *record, gboolean seed, guint64 count, GBytes *hash, guint *line) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(GPtrArray) seeds = g_ptr_array_new();
    g_ptr_array_add(seeds, record->seed);
    ChainProof proof = {.seeds = seed ? seeds : NULL, .count = count, .hash = hash};
    chain_verify(record->rows, SITE, &proof, problems);
    if (line != NULL)
        *line = problems->list->len > 0 ? ((Problem *)problems->list->pdata[0])->line : 0;
    return problems->errors;
}

/* Does the key that is kept fit to what is left of the record? */
static gboolean fits(const Record *record, guint rows) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(GPtrArray) seeds = g_ptr_array_new(), left = g_ptr_array_new();
    g_ptr_array_add(seeds, record->seed);
    for (guint i = 0; i < rows; i++)
        g_ptr_array_add(left, row_at(record, i));
    chain_verify(left, SITE, &(ChainProof){.seeds = seeds, .kept = record->key}, problems);
    return problems->errors == 0;
}

static void good(void) {
    Record record = record_new(ROWS), none = record_new(0);
    GBytes *last = row_at(&record, ROWS - 1)->hash, *middle = row_at(&record, 24)->hash;
    g_assert_cmpuint(wrong(&record, FALSE, 0, NULL, NULL), ==, 0);
    g_assert_cmpuint(wrong(&record, TRUE, ROWS, last, NULL), ==, 0);
    g_assert_cmpuint(wrong(&record, TRUE, 25, middle, NULL), ==, 0);
    g_assert_cmpuint(wrong(&record, TRUE, 26, middle, NULL), ==, 1);
    g_assert_cmpuint(wrong(&none, TRUE, 0, NULL, NULL), ==, 0);
    g_assert_cmpuint(wrong(&none, TRUE, 1, last, NULL), ==, 1);
    g_assert_true(fits(&record, ROWS));
    g_assert_true(fits(&none, 0));
    g_assert_false(fits(&record, ROWS - 1));
    record_free(&record);
    record_free(&none);
}

static void seed_sheet(void) {
    Record record = record_new(3), other = record_new(0);
    char *sheet = chain_seed_sheet(record.seed);
    g_assert_true(g_str_has_prefix(sheet, "wbseed1 "));
    g_autofree char *typed = g_ascii_strup(sheet, -1);
    g_autoptr(GBytes) seed = chain_seed_read(typed);
    g_assert_true(g_bytes_equal(seed, record.seed));
    for (gsize i = 8; i < strlen(sheet); i++) {
        g_autofree char *bad = g_strdup(sheet);
        if (bad[i] == ' ')
            continue;
        bad[i] = bad[i] == 'q' ? 'r' : 'q';
        g_assert_null(chain_seed_read(bad));
    }
    vault_wipe_text(sheet);
    /* another site's seed: one line, not one for each row */
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(GPtrArray) seeds = g_ptr_array_new();
    g_ptr_array_add(seeds, other.seed);
    chain_verify(record.rows, SITE, &(ChainProof){.seeds = seeds}, problems);
    g_assert_cmpuint(problems->errors, ==, 1);
    g_ptr_array_index(seeds, 0) = record.seed;
    chain_verify(record.rows, OTHER_SITE, &(ChainProof){.seeds = seeds}, problems);
    g_assert_cmpuint(problems->errors, ==, 2);
    record_free(&record);
    record_free(&other);
}

/* How much is wrong with a record in which another seed speaks from row 21 on, which has `act`. */
static guint wrong_with_two(const char *act, guint first, guint second, guint *line) {
    Record record = record_new(20);
    g_autoptr(GPtrArray) seeds = g_ptr_array_new();
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(GBytes) other = chain_seed();
    GBytes *all[] = {NULL, record.seed, other};
    g_bytes_unref(record.key);
    record.key = chain_first_key(other, SITE);
    write_act(&record, 21, act, "keys.db was lost");
    for (guint i = 22; i <= ROWS; i++)
        write_act(&record, i, "assigned", "because");
    g_ptr_array_add(seeds, all[first]);
    if (second > 0)
        g_ptr_array_add(seeds, all[second]);
    chain_verify(record.rows, SITE, &(ChainProof){.seeds = seeds, .kept = record.key}, problems);
    *line = problems->errors ? ((Problem *)problems->list->pdata[0])->line : 0;
    record_free(&record);
    return problems->errors;
}

static void another_seed(void) {
    guint line;
    g_assert_cmpuint(wrong_with_two(CHAIN_NEW_KEY, 1, 2, &line), ==, 0);
    g_assert_cmpuint(wrong_with_two(CHAIN_NEW_KEY, 1, 0, &line), ==, 1);
    g_assert_cmpuint(line, ==, 21);
    g_assert_cmpuint(wrong_with_two(CHAIN_NEW_KEY, 2, 1, &line), >, 0);
    g_assert_cmpuint(line, ==, 1);
    g_assert_cmpuint(wrong_with_two(CHAIN_NEW_KEY, 1, 1, &line), >, 0);
    g_assert_cmpuint(line, ==, 21);
    g_assert_cmpuint(wrong_with_two("assigned", 1, 2, &line), >, 0); /* no row says so */
    g_assert_cmpuint(line, ==, 21);
}

/* ---- every bit ------------------------------------------------------------------------------ */

static void toggle(guint8 *bytes, gsize bit) {
    bytes[bit / 8] ^= (guint8)(1u << bit % 8);
}

/* Toggles each bit in turn, expects a problem no later than at the next row; toggles it back. */
static void each_bit(Record *record, guint index, gpointer bytes, gsize length, gboolean seed) {
    for (gsize bit = 0; bit < length * 8; bit++) {
        guint line;
        toggle(bytes, bit);
        g_assert_cmpuint(wrong(record, seed, 0, NULL, &line), >, 0);
        if (bytes != &row_at(record, index)->sequence) /* then the number itself is another */
            g_assert_cmpuint(line, <=, index + 2);
        toggle(bytes, bit);
    }
}

static void each_bit_of_text(Record *record, guint index, char *text) {
    if (text != NULL)
        each_bit(record, index, text, strlen(text), FALSE);
}

static void each_bit_of_hash(Record *record, guint index, GBytes **hash, gboolean seed) {
    GBytes *whole = *hash;
    guint8 copy[VAULT_HASH];
    memcpy(copy, g_bytes_get_data(whole, NULL), VAULT_HASH);
    *hash = g_bytes_new_static(copy, VAULT_HASH);
    each_bit(record, index, copy, VAULT_HASH, seed);
    g_bytes_unref(*hash);
    *hash = whole;
}

static void every_bit(void) {
    Record record = record_new(ROWS);
    for (guint i = 0; i < record.rows->len; i++) {
        ChainRow *row = row_at(&record, i);
        each_bit(&record, i, &row->sequence, sizeof row->sequence, FALSE);
        each_bit(&record, i, &row->at, sizeof row->at, FALSE);
        each_bit_of_text(&record, i, row->actor);
        each_bit_of_text(&record, i, row->act);
        each_bit_of_text(&record, i, row->handle);
        each_bit_of_text(&record, i, row->reason);
        each_bit_of_hash(&record, i, &row->before, FALSE);
        each_bit_of_hash(&record, i, &row->hash, FALSE);
        each_bit_of_hash(&record, i, &row->mac, TRUE);
    }
    g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), ==, 0);
    record_free(&record);
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void deleted(void) {
    for (guint i = 0; i < ROWS - 1; i++) {
        Record record = record_new(ROWS);
        guint line;
        g_ptr_array_remove_index(record.rows, i);
        g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, &line), >, 0);
        g_assert_cmpuint(line, ==, i + 2);
        record_free(&record);
    }
}

static void truncated(void) {
    Record record = record_new(ROWS);
    GBytes *anchor = g_bytes_ref(row_at(&record, ROWS - 1)->hash);
    for (guint left = ROWS - 1; left > 0; left--) {
        g_ptr_array_set_size(record.rows, (int)left);
        g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), ==, 0); /* not by the rows alone */
        g_assert_cmpuint(wrong(&record, FALSE, ROWS, anchor, NULL), ==, 1);
        g_assert_false(fits(&record, left));
    }
    g_bytes_unref(anchor);
    record_free(&record);
}

static void swapped_and_inserted(void) {
    Record record = record_new(ROWS), other = record_new(ROWS);
    guint line;
    for (guint i = 0; i + 1 < ROWS; i++) {
        gpointer *rows = record.rows->pdata, row = rows[i];
        rows[i] = rows[i + 1];
        rows[i + 1] = row;
        g_assert_cmpuint(wrong(&record, FALSE, 0, NULL, &line), >, 0);
        rows[i + 1] = rows[i];
        rows[i] = row;
    }
    g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), ==, 0);
    for (guint i = 0; i < ROWS; i++) { /* a row of another site in its place */
        gpointer row = record.rows->pdata[i];
        record.rows->pdata[i] = other.rows->pdata[i];
        g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), >, 0);
        record.rows->pdata[i] = row;
    }
    for (guint i = 0; i <= ROWS; i++) { /* one put in between, or behind */
        g_ptr_array_insert(record.rows, (int)i, row_at(&other, i % ROWS));
        g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), >, 0);
        g_ptr_array_steal_index(record.rows, i);
    }
    record_free(&record);
    record_free(&other);
}

/* Root rewrites the record from row `from` on, with the key that is kept today: all hashes fit. */
static void sealed_again(void) {
    for (guint from = 0; from < ROWS; from += 7) {
        Record record = record_new(ROWS);
        guint line;
        GBytes *anchor = g_bytes_ref(row_at(&record, ROWS - 1)->hash);
        g_ptr_array_set_size(record.rows, (int)from);
        for (guint i = from; i < ROWS; i++)
            write_row(&record, i + 1, "nothing happened");
        g_assert_cmpuint(wrong(&record, FALSE, 0, NULL, NULL), ==, 0); /* hashes alone: unseen */
        g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, &line), ==, 1);
        g_assert_cmpuint(line, ==, from + 1);
        g_assert_cmpuint(wrong(&record, FALSE, ROWS, anchor, NULL), ==, 1);
        g_bytes_unref(anchor);
        record_free(&record);
    }
}

/* Hashes rows `from` to before `to` anew, as anybody can who has the database; the MACs stay. */
static void hash_again(Record *record, guint from, guint to) {
    g_autoptr(GBytes) any = chain_seed();
    for (guint i = from; i < to; i++) {
        ChainRow *row = row_at(record, i);
        GBytes *mac = g_bytes_ref(row->mac);
        g_clear_pointer(&row->before, g_bytes_unref);
        g_clear_pointer(&row->hash, g_bytes_unref);
        g_clear_pointer(&row->mac, g_bytes_unref);
        g_bytes_unref(chain_step(row, i > 0 ? row_at(record, i - 1)->hash : NULL, any));
        g_bytes_unref(row->mac);
        row->mac = mac;
    }
}

/* One row rewritten, its own hash too: the next row tells. A row taken out, and all that follow
 * hashed anew: the numbers tell. Neither needs the seed. */
static void hashed_again(void) {
    for (guint i = 0; i < ROWS - 1; i += 6) {
        Record record = record_new(ROWS);
        guint line;
        g_free(row_at(&record, i)->reason);
        row_at(&record, i)->reason = g_strdup("nothing to see");
        hash_again(&record, i, i + 1);
        g_assert_cmpuint(wrong(&record, FALSE, 0, NULL, &line), ==, 1);
        g_assert_cmpuint(line, ==, i + 2);
        record_free(&record);
        record = record_new(ROWS);
        g_ptr_array_remove_index(record.rows, i);
        hash_again(&record, i, ROWS - 1);
        g_assert_cmpuint(wrong(&record, FALSE, 0, NULL, &line), ==, 1);
        g_assert_cmpuint(line, ==, i + 2);
        record_free(&record);
    }
}

/* keys.db was lost before anything had been done: the first row says so, and there is one seed. */
static void new_from_the_first(void) {
    Record record = record_new(0);
    write_act(&record, 1, CHAIN_NEW_KEY, "keys.db was lost");
    for (guint i = 2; i <= 5; i++)
        write_row(&record, i, "because");
    g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), ==, 0);
    g_assert_true(fits(&record, 5));
    record_free(&record);
}

/* Rows that a broken store might give. */
static void strange_rows(void) {
    Record record = record_new(3);
    g_clear_pointer(&row_at(&record, 1)->mac, g_bytes_unref);
    g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), >, 0);
    row_at(&record, 2)->sequence = G_MAXUINT64;
    g_assert_cmpuint(wrong(&record, TRUE, 0, NULL, NULL), >, 0);
    record_free(&record);
}

static void fields_do_not_run_together(void) {
    g_autoptr(GBytes) seed = chain_seed(), key = chain_first_key(seed, SITE);
    g_autoptr(ChainRow) a = g_new0(ChainRow, 1), b = g_new0(ChainRow, 1);
    a->actor = g_strdup("ab");
    a->act = g_strdup("c");
    b->actor = g_strdup("a");
    b->act = g_strdup("bc");
    a->handle = g_strdup("");
    g_autoptr(GBytes) next = chain_step(a, NULL, key), same = chain_step(b, NULL, key);
    g_assert_true(g_bytes_equal(next, same));
    g_assert_false(g_bytes_equal(next, key));
    g_assert_false(g_bytes_equal(a->hash, b->hash));
    g_free(b->actor);
    g_free(b->act);
    b->actor = g_strdup("ab");
    b->act = g_strdup("c"); /* only the handle differs now: "" and none */
    g_autoptr(GBytes) again = chain_step(b, NULL, key);
    g_assert_false(g_bytes_equal(a->hash, b->hash));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vault_start(NULL));
    g_test_add_func("/chain/good", good);
    g_test_add_func("/chain/seed-sheet", seed_sheet);
    g_test_add_func("/chain/another-seed", another_seed);
    g_test_add_func("/chain/every-bit", every_bit);
    g_test_add_func("/chain/deleted", deleted);
    g_test_add_func("/chain/truncated", truncated);
    g_test_add_func("/chain/swapped-and-inserted", swapped_and_inserted);
    g_test_add_func("/chain/sealed-again", sealed_again);
    g_test_add_func("/chain/hashed-again", hashed_again);
    g_test_add_func("/chain/new-from-the-first", new_from_the_first);
    g_test_add_func("/chain/strange-rows", strange_rows);
    g_test_add_func("/chain/fields", fields_do_not_run_together);
    return g_test_run();
}
