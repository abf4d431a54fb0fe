#include <stdio.h>

#include "base/clock.h"
#include "base/fault.h"
#include "site/site.h"
#include "store/store.h"
#include "verb/verb.h"

/* In a folder the file is named for the moment. */
static char *file_name(const char *out) {
    if (!g_file_test(out, G_FILE_TEST_IS_DIR))
        return g_strdup(out);
    g_autofree char *at = clock_iso(clock_system());
    g_autofree char *name = g_strdup_printf("worrybox-%s.db", at);
    return g_build_filename(out, name, NULL);
}

/* A mistake in the rules, or a host key that is away, must not stop the backup. */
static gboolean backup(const char *folder, const char *out, GError **error) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Site) site = site_read(folder, problems);
    if (!problems_settle(problems, error))
        return FALSE;
    g_autoptr(Store) store = store_open(site->state, STORE_KEYS_NONE, error);
    g_autofree char *path = file_name(out);
    if (store == NULL || !store_backup(store, path, error))
        return FALSE;
    printf("%s\n", path);
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_backup, NULL, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] == NULL || words[1] != NULL)
        return fault_set(error, FAULT_USAGE, "backup FILE, or backup FOLDER");
    return backup(verb_site(call), words[0], error);
}

const Verb verb_backup = {"backup", "FILE|FOLDER", "copy what a dead disk must not take", go};
