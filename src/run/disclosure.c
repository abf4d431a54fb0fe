#include "run/disclosure.h"

#include "base/clock.h"
#include "base/fault.h"
#include "desk/account.h"
#include "run/out.h"
#include "run/record.h"
#include "store/openings.h"

enum { ASKED_FOR = 7 * CLOCK_DAY };

static gboolean say_one(Office *office, const Case *row, const char *actor, const char *act,
                        const char *text, GError **error) {
    g_autofree char *line = account_line(text);
    return line == NULL || record_act(office, actor, act, row->handle, line, error);
}

gboolean disclosure_say(Office *office, const Case *row, const char *actor, const Disclosed *said,
                        GError **error) {
    return say_one(office, row, actor, "tried", said->tried, error) &&
           say_one(office, row, actor, "pupil-told", said->told, error) &&
           say_one(office, row, actor, "outcome", said->outcome, error) &&
           say_one(office, row, actor, "passed-to-others", said->passed, error) &&
           store_opening_said(office->store, row->id, said->tried != NULL, said->told != NULL,
                              error);
}

/* ---- reminders ----------------------------------------------------------------------------- */

/* Whom the concern is about by now is not: the page would come back to them. */
static gboolean ask(Office *office, const Case *row, const Opening *opening, GError **error) {
    const Person *person = people_find(office->people, opening->holder);
    if (person == NULL || case_has_word(row->not_for, person->id))
        return TRUE;
    Out out;
    out_begin(&out, office, row, party_new(SIDE_RECORD, person->id));
    Draft *draft =
        compose_follow_up(&out.composer, &out.errand, opening->at, !opening->tried, !opening->told);
    return out_end(&out, office, row, draft, error);
}

/* Without the case's key nothing can be sent about it; `case outcome` still takes it. */
static gboolean ask_here(Office *office, const Opening *opening, GError **error) {
    gboolean last = office->now - opening->at >= ASKED_FOR;
    g_autoptr(GBytes) key = store_case_key(office->store, opening->case_id);
    g_autoptr(GError) failed = NULL;
    g_autoptr(Case) row = store_case(office->store, opening->case_id, &failed);
    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    return (row == NULL || key == NULL || ask(office, row, opening, error)) &&
           store_opening_asked(office->store, opening->id, last ? -1 : office->now + CLOCK_DAY,
                               error);
}

gboolean disclosure_remind(Office *office, GError **error) {
    g_autoptr(GPtrArray) due = store_openings_due(office->store, office->now, error);
    for (guint i = 0; due != NULL && i < due->len; i++) {
        if (!store_begin(office->store, error))
            return FALSE;
        if (!ask_here(office, g_ptr_array_index(due, i), error)) {
            store_rollback(office->store);
            return FALSE;
        }
        if (!store_commit(office->store, error))
            return FALSE;
    }
    return due != NULL;
}
