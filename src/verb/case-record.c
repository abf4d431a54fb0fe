#include "verb/case-record.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "run/lead.h"
#include "run/record.h"

typedef gboolean (*Deed)(Office *office, Case *row, const RecordWants *wants, char **print,
                         const char **why, GError **error);

static gboolean outcome(Office *office, Case *row, const RecordWants *wants, char **print,
                        const char **why, GError **error) {
    const Disclosed *said = &wants->said;
    (void)why;
    if (!said->tried && !said->told && !said->outcome && !said->passed)
        return fault_set(error, FAULT_USAGE,
                         "case outcome HANDLE with --text, --tried, --told or --passed-to");
    *print =
        g_strdup_printf("It is on the record. The page: worrybox case record %s\n", row->handle);
    return disclosure_say(office, row, wants->by, said, error);
}

/* Who prints it has read it. */
static gboolean record(Office *office, Case *row, const RecordWants *wants, char **print,
                       const char **why, GError **error) {
    (void)why;
    *print = disclosure_page(office, row, error);
    return *print != NULL &&
           record_act(office, wants->by, "page-printed", row->handle, NULL, error);
}

static gboolean lift(Office *office, Case *row, const RecordWants *wants, char **print,
                     const char **why, GError **error) {
    *print = g_strdup_printf("The flag on %s is lifted; both stand on the record.\n", row->handle);
    return lead_lift_flag(office, row, wants->by, wants->reason, why, error);
}

static gboolean others(Office *office, Case *row, const RecordWants *wants, char **print,
                       const char **why, GError **error) {
    if (!lead_find_others(office, row, wants->by, print, why, error))
        return FALSE;
    if (*print != NULL && **print == '\0') {
        g_free(*print);
        *print = g_strdup("none\n");
    }
    return TRUE;
}

static const struct {
    const char *name;
    Deed deed;
} ALL[] = {{"outcome", outcome}, {"record", record}, {"lift", lift}, {"others", others}};

static Deed deed_of(const char *what) {
    for (guint i = 0; i < G_N_ELEMENTS(ALL); i++)
        if (strcmp(ALL[i].name, what) == 0)
            return ALL[i].deed;
    return NULL;
}

gboolean case_record_is(const char *what) {
    return deed_of(what) != NULL;
}

gboolean case_record_do(Office *office, const char *what, const char *handle,
                        const RecordWants *wants, GError **error) {
    g_autofree char *print = NULL;
    const char *why = NULL;
    g_autoptr(GError) failed = NULL;
    if (!store_begin(office->store, error))
        return FALSE;
    g_autoptr(Case) row = store_case_by_handle(office->store, handle, &failed);
    gboolean done = row != NULL && deed_of(what)(office, row, wants, &print, &why, &failed) &&
                    store_save_case(office->store, row, &failed);
    if (!done) {
        store_rollback(office->store);
        if (failed == NULL)
            return fault_set(error, FAULT_REFUSED, "there is no case %s", handle);
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    if (!store_commit(office->store, error)) /* a refusal is on the record, too */
        return FALSE;
    if (why != NULL)
        return fault_set(error, FAULT_REFUSED, "%s: %s", handle, why);
    fputs(print, stdout);
    return TRUE;
}
