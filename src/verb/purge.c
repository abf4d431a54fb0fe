#include <stdio.h>

#include "base/fault.h"
#include "run/act.h"
#include "run/deadlines.h"
#include "verb/verb.h"

static gboolean purge_one(Office *office, const char *handle, GError **error) {
    g_autoptr(Case) row = store_case_by_handle(office->store, handle, error);
    if (row == NULL)
        return fault_set(error, FAULT_REFUSED, "there is no case %s", handle);
    if (row->flagged)
        return fault_set(error, FAULT_REFUSED,
                         "%s is flagged: it is kept for as long as \"flagged-days\" says", handle);
    if (!act_purge(office, row, "operator", "by command", error))
        return FALSE;
    printf("%s is erased.\n", handle);
    return TRUE;
}

static gboolean purge_due(Office *office, GError **error) {
    Count count = {0};
    gboolean jumped = FALSE;
    if (!deadlines_purge(office, &count, &jumped, error))
        return FALSE;
    if (jumped)
        return fault_set(error, FAULT_REFUSED,
                         "the clock has jumped: nothing is erased for a week");
    printf("%u cases erased.\n", count.purged);
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *now = NULL;
    const GOptionEntry entries[] = {{"now", 0, 0, G_OPTION_ARG_STRING, &now,
                                     "Only on a site with `demo yes`: the moment", "TIME"},
                                    G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    gint64 moment;
    (void)status;
    if (!verb_options(call, &verb_purge, entries, &words, error) ||
        !verb_moment(now, &moment, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    g_autoptr(Office) office = office_ready(verb_site(call), moment, STORE_KEYS_NEEDED, error);
    if (office == NULL)
        return FALSE;
    return words[0] ? purge_one(office, words[0], error) : purge_due(office, error);
}

const Verb verb_purge = {"purge", "[HANDLE]", "erase closed cases that are no longer kept, or one",
                         go};
