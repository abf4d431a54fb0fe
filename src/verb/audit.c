#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "run/office.h"
#include "run/reconcile.h"
#include "store/traffic.h"
#include "vault/chain.h"
#include "verb/audit-words.h"
#include "verb/verb.h"

static char *hexadecimal(GBytes *bytes) {
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < length; i++)
        g_string_append_printf(text, "%02x", data[i]);
    return g_string_free(text, FALSE);
}

static GBytes *from_hexadecimal(const char *text) {
    gsize length = strlen(text) / 2;
    g_autofree guint8 *bytes = g_malloc0(length + 1);
    if (strlen(text) != VAULT_HASH * 2)
        return NULL;
    for (gsize i = 0; i < length; i++) {
        int high = g_ascii_xdigit_value(text[i * 2]), low = g_ascii_xdigit_value(text[i * 2 + 1]);
        if (high < 0 || low < 0)
            return NULL;
        bytes[i] = (guint8)(high << 4 | low);
    }
    return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

/* ---- show ---------------------------------------------------------------------------------- */

static void show_json(const AuditRow *row) {
    g_autoptr(Js) json = js_object();
    g_autofree char *at = clock_iso(row->at);
    g_autofree char *hash = hexadecimal(row->hash);
    js_put_number(json, "sequence", (gint64)row->sequence);
    js_put_text(json, "at", at);
    js_put_text(json, "actor", row->actor);
    js_put_text(json, "act", row->act);
    js_put_text(json, "case", row->handle);
    js_put_text(json, "reason", row->reason);
    js_put_text(json, "hash", hash);
    g_autofree char *line = js_line(json);
    puts(line);
}

static void show_line(const Office *office, const AuditRow *row) {
    g_autofree char *date = clock_date(row->at, office->site->zone);
    g_autofree char *says = audit_sentence(office->people, row->actor, row->act, row->reason);
    int minute;
    clock_weekday(row->at, office->site->zone, &minute);
    printf("%5u  %s %02d:%02d  %-20s  %s\n", (guint)row->sequence, date, minute / 60, minute % 60,
           row->handle ? row->handle : "-", says);
}

static gboolean show(const Office *office, const char *handle, gboolean json, GError **error) {
    g_autoptr(GPtrArray) rows = store_audit(office->store, handle, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        if (json)
            show_json(g_ptr_array_index(rows, i));
        else
            show_line(office, g_ptr_array_index(rows, i));
    }
    return rows != NULL;
}

/* ---- verify -------------------------------------------------------------------------------- */

/* Takes the line ends that quoted-printable put in out again: the hash is longer than a line of it.
 */
static char *unwrapped(const char *text) {
    g_auto(GStrv) unix_ends = g_strsplit(text, "=\n", -1);
    g_autofree char *joined = g_strjoinv("", unix_ends);
    g_auto(GStrv) mail_ends = g_strsplit(joined, "=\r\n", -1);
    return g_strjoinv("", mail_ends);
}

/* The count and the hash of an anchor mail, wherever they stand in the text: a number on its own,
 * then 64 hexadecimal digits. */
static gboolean read_anchor(const char *path, guint64 *count, GBytes **hash, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    if (!verb_read(path, &text, &length, error))
        return FALSE;
    g_autofree char *whole = unwrapped(text);
    g_auto(GStrv) words = g_strsplit_set(whole, " \t\r\n.,:;", -1);
    *count = 0;
    *hash = NULL;
    for (guint i = 0; words[i] != NULL && *hash == NULL; i++) {
        guint64 number;
        *hash = from_hexadecimal(words[i]);
        if (*hash == NULL &&
            g_ascii_string_to_unsigned(words[i], 10, 1, G_MAXUINT32, &number, NULL))
            *count = number;
    }
    if (*hash != NULL && *count > 0)
        return TRUE;
    g_clear_pointer(hash, g_bytes_unref);
    return fault_set(error, FAULT_INPUT,
                     "%s: no anchor: it holds the number of entries and the hash, as mailed", path);
}

static gboolean read_seed(const char *path, GBytes **seed, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    if (!verb_read(path, &text, &length, error))
        return FALSE;
    *seed = chain_seed_read(text);
    explicit_bzero(text, length);
    return *seed != NULL || fault_set(error, FAULT_INPUT, "%s: no audit seed", path);
}

static GPtrArray *chain_rows(const GPtrArray *rows) {
    GPtrArray *chain = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < rows->len; i++) {
        const AuditRow *row = g_ptr_array_index(rows, i);
        ChainRow *link = g_new0(ChainRow, 1);
        *link = (ChainRow){.sequence = row->sequence,
                           .at = row->at,
                           .actor = row->actor,
                           .act = row->act,
                           .handle = row->handle,
                           .reason = row->reason,
                           .before = row->before,
                           .hash = row->hash,
                           .mac = row->mac};
        g_ptr_array_add(chain, link); /* borrows what the row owns */
    }
    return chain;
}

/* What was given to hold the record against. */
typedef struct proof {
    ChainProof chain;
    GPtrArray *seeds; /* owned, as all here */
} Proof;

static void proof_clear(Proof *proof) {
    g_clear_pointer(&proof->chain.kept, g_bytes_unref);
    g_clear_pointer(&proof->chain.hash, g_bytes_unref);
    g_clear_pointer(&proof->seeds, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Proof, proof_clear)

static gboolean read_proof(const Office *office, const char *anchor, char **seeds, Proof *proof,
                           GError **error) {
    if (anchor != NULL && !read_anchor(anchor, &proof->chain.count, &proof->chain.hash, error))
        return FALSE;
    if (seeds == NULL)
        return TRUE;
    proof->seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (guint i = 0; seeds[i] != NULL; i++) {
        GBytes *seed = NULL;
        if (!read_seed(seeds[i], &seed, error))
            return FALSE;
        g_ptr_array_add(proof->seeds, seed);
    }
    proof->chain.seeds = proof->seeds;
    proof->chain.kept = store_secret(office->store, "audit");
    return TRUE;
}

/* All of it as it was at one moment: a run may be going on. */
static gboolean verify(const Office *office, const char *anchor, char **seeds, GError **error) {
    g_auto(Proof) proof = {0};
    if (!store_begin(office->store, error) || !read_proof(office, anchor, seeds, &proof, error))
        return FALSE;
    g_autoptr(GPtrArray) rows = store_audit(office->store, NULL, error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(GPtrArray) chain = chain_rows(rows);
    g_autoptr(Problems) problems = problems_new();
    chain_verify(chain, store_site(office->store), &proof.chain, problems);
    if (!reconcile(office->store, rows, problems, error))
        return FALSE;
    g_autofree char *text = problems_text(problems);
    if (problems->errors > 0)
        return fault_set(error, FAULT_INPUT, "the record does not hold:\n%s", text);
    printf("%u entries hold%s%s.\n", rows->len,
           proof.seeds ? ", each sealed under the witness's seed" : "",
           proof.chain.hash ? ", and what the witness was mailed is among them" : "");
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *anchor = NULL;
    g_auto(GStrv) seeds = NULL;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"anchor", 0, 0, G_OPTION_ARG_FILENAME, &anchor, "A mail the witness got", "FILE"},
        {"seed", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &seeds,
         "The witness's audit seed; where there are two, both, the oldest first", "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "show: one object an entry", NULL},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_audit, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    gboolean shows = g_strcmp0(words[0], "show") == 0;
    if (!shows && g_strcmp0(words[0], "verify") != 0)
        return fault_set(error, FAULT_USAGE, "audit show [HANDLE], or audit verify");
    g_autoptr(Office) office = office_ready(verb_site(call), -1, STORE_KEYS_NONE, error);
    if (office == NULL)
        return FALSE;
    return shows ? show(office, words[1], json, error) : verify(office, anchor, seeds, error);
}

const Verb verb_audit = {"audit", "show|verify [--anchor F] [--seed F]",
                         "read the record, or prove that nobody rewrote it", go};
