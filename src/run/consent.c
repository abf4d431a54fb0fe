#include "run/consent.h"

#include <string.h>

#include "base/clock.h"
#include "desk/word.h"
#include "run/disclosure.h"
#include "run/drill.h"
#include "run/lead.h"
#include "run/out.h"
#include "run/record.h"
#include "store/openings.h"
#include "store/traffic.h"

enum { HOLDS_FOR = 7 * CLOCK_DAY }; /* a question that old is not meant any more */

gboolean consent_needed(const Office *office, const Request *request, const Case *row,
                        gboolean *needed, GError **error) {
    int made = store_count_openings(office->store, office->now - CLOCK_DAY, error);
    *needed = strcmp(request->ground, "danger") != 0 && !drill_is(row) &&
              made >= (int)office->site->openings_a_day;
    return made >= 0;
}

/* ---- asking -------------------------------------------------------------------------------- */

/* What was asked, as it stands on the record. */
typedef struct asked {
    char *by, *ground, *reason; /* owned */
    char *tried, *told;         /* owned; NULL */
    gint64 at;
} Asked;

static void asked_free(Asked *asked) {
    g_free(asked->by);
    g_free(asked->ground);
    g_free(asked->reason);
    g_free(asked->tried);
    g_free(asked->told);
    g_free(asked);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asked, asked_free)

/* One mail to one witness; `asked` may be NULL for WITNESS_OVER. */
static gboolean tell(Office *office, const Case *row, const Person *witness, enum witness_mail kind,
                     const Asked *asked, GError **error) {
    const Person *who = asked ? people_find(office->people, asked->by) : NULL;
    WitnessQuestion question = {.kind = kind,
                                .who = who     ? who->name
                                       : asked ? asked->by
                                               : NULL,
                                .ground = asked ? asked->ground : NULL,
                                .most = office->site->openings_a_day};
    Out out;
    out_begin(&out, office, row, party_new(SIDE_RECORD, witness->id));
    return out_end(&out, office, row, compose_witness(&out.composer, &out.errand, &question),
                   error);
}

static gboolean ask_witness(Office *office, const Case *row, const Person *witness,
                            const Asked *asked, GError **error) {
    g_autoptr(Party) party = party_new(SIDE_RECORD, witness->id);
    return store_revoke(office->store, row->id, party, error) &&
           tell(office, row, witness, WITNESS_ASK, asked, error);
}

static char *asked_words(const Office *office, const char *then) {
    guint most = office->site->openings_a_day;
    g_autofree char *made =
        most == 0 ? g_strdup("on this ground")
                  : g_strdup_printf("%u %s opened within a day already, and for more than that",
                                    most, most == 1 ? "was" : "were");
    return g_strdup_printf(
        "%s your school wants the word of the witness. %s. If somebody may be in "
        "danger, ask again on that ground: it waits for nobody",
        made, then);
}

gboolean consent_ask(Office *office, const Request *request, const Case *row, char **why,
                     GError **error) {
    const Asked asked = {.by = (char *)request->by, .ground = (char *)request->ground};
    g_autofree char *reason = g_strdup_printf("%s: %s", request->ground, request->reason);
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    guint witnesses = 0;
    if (!record_act(office, request->by, "witness-asked", row->handle, reason, error) ||
        !disclosure_say(office, row, request->by,
                        &(Disclosed){.tried = request->tried, .told = request->told}, error))
        return FALSE;
    for (guint i = 0; key != NULL && i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->role != ROLE_WITNESS)
            continue;
        witnesses++;
        if (!ask_witness(office, row, person, &asked, error))
            return FALSE;
    }
    *why = asked_words(
        office, key == NULL ? "The key of this conversation is lost, so the witness cannot be "
                              "asked by mail: ask again in a day"
                : witnesses == 0
                    ? "There is nobody of that kind in people.conf: ask again in a day"
                    : "They have been asked by mail; as soon as they agree, the packet "
                      "comes to you by mail");
    return TRUE;
}

/* ---- the answer ---------------------------------------------------------------------------- */

/* "abuse: why" */
static Asked *asked_new(const AuditRow *row) {
    const char *colon = row->reason ? strstr(row->reason, ": ") : NULL;
    if (colon == NULL)
        return NULL;
    Asked *asked = g_new0(Asked, 1);
    asked->by = g_strdup(row->actor);
    asked->ground = g_strndup(row->reason, (gsize)(colon - row->reason));
    asked->reason = g_strdup(colon + 2);
    asked->at = row->at;
    return asked;
}

/* What they said with it stands behind it. */
static void add_said(Asked *asked, const AuditRow *row) {
    if (strcmp(row->actor, asked->by) != 0)
        return;
    if (asked->tried == NULL && strcmp(row->act, "tried") == 0)
        asked->tried = g_strdup(row->reason);
    if (asked->told == NULL && strcmp(row->act, "pupil-told") == 0)
        asked->told = g_strdup(row->reason);
}

/* The last question about this case, if it has not been answered; NULL without *error: there is
 * none. */
static Asked *open_question(const Office *office, const Case *row, GError **error) {
    g_autoptr(GPtrArray) acts = store_audit(office->store, row->handle, error);
    g_autoptr(Asked) asked = NULL;
    for (guint i = 0; acts != NULL && i < acts->len; i++) {
        const AuditRow *act = g_ptr_array_index(acts, i);
        gboolean ends = strcmp(act->act, "opened") == 0 || g_str_has_prefix(act->act, "witness-");
        if (ends)
            g_clear_pointer(&asked, asked_free);
        if (strcmp(act->act, "witness-asked") == 0)
            asked = asked_new(act);
        else if (asked != NULL)
            add_said(asked, act);
    }
    if (asked != NULL && office->now - asked->at > HOLDS_FOR)
        g_clear_pointer(&asked, asked_free);
    return g_steal_pointer(&asked);
}

static gboolean decline(Office *office, Case *row, const Person *person, const Asked *asked,
                        GError **error) {
    const Unsealed no = {.refusal = (char *)"the witness does not agree. Ask them why"};
    return record_act(office, person->id, "witness-declined", row->handle, NULL, error) &&
           lead_tell_unsealed(office, row, asked->by, asked->ground, &no, error) &&
           tell(office, row, person, WITNESS_DECLINED, asked, error);
}

/* Whatever has changed since it was asked stands in its way, as it would then. */
static gboolean agree(Office *office, Case *row, const Person *person, const Asked *asked,
                      GError **error) {
    g_auto(Unsealed) unsealed = {0};
    const Request request = {.handle = row->handle,
                             .by = asked->by,
                             .ground = asked->ground,
                             .reason = asked->reason,
                             .tried = asked->tried,
                             .told = asked->told,
                             .by_mail = TRUE,
                             .witnessed = TRUE};
    return record_act(office, person->id, "witness-agreed", row->handle, NULL, error) &&
           unseal_here(office, &request, row, &unsealed, error) &&
           lead_tell_unsealed(office, row, asked->by, asked->ground, &unsealed, error) &&
           (unsealed.packet != NULL || tell(office, row, person, WITNESS_OVER, asked, error));
}

gboolean consent_answer(Office *office, Case *row, const Person *person, const char *subject,
                        const char *text, GError **error) {
    g_autoptr(GError) failed = NULL;
    gboolean says = text != NULL && !word_blank(text);
    g_autofree char *line = g_strstrip(g_strdup(says ? text : subject ? subject : ""));
    g_autoptr(Asked) asked = open_question(office, row, &failed);
    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    if (asked == NULL)
        return tell(office, row, person, WITNESS_OVER, NULL, error);
    if (word_starts(line, "yes"))
        return agree(office, row, person, asked, error);
    return word_starts(line, "no") ? decline(office, row, person, asked, error)
                                   : tell(office, row, person, WITNESS_UNCLEAR, asked, error);
}
