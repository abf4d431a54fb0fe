#include "run/drill.h"

#include <stdio.h>

#include "base/fault.h"
#include "verb/by.h"
#include "verb/verb.h"

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *by = NULL, *now = NULL, *handle = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who starts it, for the record", "NAME"},
        {"now", 0, 0, G_OPTION_ARG_STRING, &now, "Only on a site with `demo yes`: the moment",
         "TIME"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    gint64 moment;
    const char *actor;
    (void)status;
    if (!verb_options(call, &verb_drill, entries, &words, error) ||
        !verb_moment(now, &moment, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] != NULL)
        return fault_set(error, FAULT_USAGE, "drill [--by NAME]");
    actor = by ? by : BY_OPERATOR;
    g_autoptr(Office) office = office_ready(verb_site(call), moment, STORE_KEYS_NEEDED, error);
    if (office == NULL || !by_known(office->people, actor, error) ||
        !drill_start(office, actor, &handle, error))
        return FALSE;
    printf("%s is a made-up case: its alert goes to the lead with the next run, and says that it "
           "is a practice.\nIf it is broken off: worrybox case close %s\n",
           handle, handle);
    return TRUE;
}

const Verb verb_drill = {"drill", "[--by NAME]",
                         "practise with a made-up case, from the alert to the opening", go};
