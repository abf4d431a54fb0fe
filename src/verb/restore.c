#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "run/office.h"
#include "run/record.h"
#include "vault/chain.h"
#include "verb/verb.h"

/* Types the sheet into place, where there is one to type. */
static gboolean put_host_key(const Site *site, const char *sheet_file, GError **error) {
    g_autofree char *path = office_host_key(site);
    g_autofree char *text = NULL;
    gsize length;
    if (sheet_file == NULL)
        return g_file_test(path, G_FILE_TEST_EXISTS) ||
               fault_set(error, FAULT_SETUP,
                         "%s is not there: type the witness's recovery sheet of the host key into "
                         "a file, and give it with --host-key",
                         path);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return fault_set(error, FAULT_REFUSED, "%s exists: leave out --host-key, or move it away",
                         path);
    if (!verb_read(sheet_file, &text, &length, error))
        return FALSE;
    gboolean done = vault_restore(path, text, error);
    explicit_bzero(text, length);
    return done;
}

/* worrybox.db, unless a restore that was interrupted has put it there. */
static gboolean put_database(const Site *site, const char *backup, GError **error) {
    g_autofree char *path = g_build_filename(site->state, "worrybox.db", NULL);
    if (g_mkdir_with_parents(site->state, 0700) != 0)
        return fault_errno(error, FAULT_SETUP, errno, "%s cannot be made", site->state);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_autoptr(Store) store = store_open(site->state, STORE_KEYS_NONE, error);
        if (store == NULL)
            return FALSE;
        if (store_number(store, STORE_RESTORING) != 0)
            return TRUE;
    }
    return store_restore(site->state, backup, error);
}

/* The witness's seed went with keys.db; from here on another one speaks. NULL sets *error. */
static char *begin_record(Office *office, GError **error) {
    g_autoptr(GBytes) left = store_secret(office->store, "audit");
    char *sheet = left == NULL ? record_start(office->store, error) : NULL;
    if (left != NULL)
        fault_set(error, FAULT_SETUP, "keys.db is not one that restore has made");
    if (sheet == NULL)
        return NULL;
    if (record_act(office, "operator", CHAIN_NEW_KEY, NULL, "restored from a backup", error) &&
        store_set_number(office->store, STORE_RESTORING, 0, error))
        return sheet;
    vault_wipe_text(sheet);
    return NULL;
}

/* The sheet is printed before the seed counts: one that is not printed would be lost. */
static gboolean start_again(Office *office, GError **error) {
    if (!store_begin(office->store, error))
        return FALSE;
    char *sheet = begin_record(office, error);
    if (sheet != NULL)
        printf("A new audit seed, for the witness, who keeps the old one too. It is shown only "
               "once.\n\n    %s\n\n",
               sheet);
    gboolean said = sheet != NULL && fflush(stdout) == 0;
    vault_wipe_text(sheet);
    if (said)
        return store_commit(office->store, error);
    store_rollback(office->store);
    return sheet != NULL ? fault_set(error, FAULT_RUN, "standard output cannot be written") : FALSE;
}

static void list_lost(const GPtrArray *lost) {
    puts(lost->len > 0
             ? "These conversations were open. Nobody can answer in them or read them now; where "
               "the\n"
               "pupil writes again it is a new letter. Flagged ones can be unsealed as ever:\n"
             : "No conversation was open.");
    for (guint i = 0; i < lost->len; i++) {
        const Case *row = g_ptr_array_index(lost, i);
        printf("    %s%s\n", row->handle, row->flagged ? " (flagged)" : "");
    }
    if (lost->len > 0)
        puts("\nThe lead is told with the next run. Close each when it has been dealt with.");
}

static gboolean restore(Office *office, const char *backup, const char *sheet_file,
                        GError **error) {
    if (!put_database(office->site, backup, error) ||
        !put_host_key(office->site, sheet_file, error) ||
        !office_open(office, STORE_KEYS_MADE, error))
        return FALSE;
    g_autoptr(GPtrArray) lost =
        start_again(office, error) ? store_lost(office->store, error) : NULL;
    if (lost != NULL)
        list_lost(lost);
    return lost != NULL;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *sheet = NULL, *now = NULL;
    const GOptionEntry entries[] = {{"host-key", 0, 0, G_OPTION_ARG_FILENAME, &sheet,
                                     "The recovery sheet of the host key, typed into a file",
                                     "FILE"},
                                    {"now", 0, 0, G_OPTION_ARG_STRING, &now,
                                     "Only on a site with `demo yes`: the moment", "TIME"},
                                    G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    gint64 moment;
    (void)status;
    if (!verb_options(call, &verb_restore, entries, &words, error) ||
        !verb_moment(now, &moment, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] == NULL || words[1] != NULL)
        return fault_set(error, FAULT_USAGE, "restore BACKUP --host-key FILE");
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Office) office = office_load(verb_site(call), moment, problems);
    return problems_settle(problems, error) && restore(office, words[0], sheet, error);
}

const Verb verb_restore = {"restore", "BACKUP [--host-key FILE]",
                           "begin again from a backup, with the witness's sheet", go};
