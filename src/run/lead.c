#include "run/lead.h"

#include <string.h>

#include "base/clock.h"
#include "desk/account.h"
#include "run/act.h"
#include "run/disclosure.h"
#include "run/drill.h"
#include "run/out.h"
#include "run/record.h"
#include "store/openings.h"

/* ---- what goes back ------------------------------------------------------------------------ */

static void begin(Out *out, const Office *office, const Case *row, const Person *person) {
    out_begin(out, office, row, party_new(SIDE_RECORD, person->id));
}

/* Whose case it is not any more is offered no words: none of them would be heard. */
static gboolean refused(Office *office, const Case *row, const Person *person, const char *asked,
                        const char *why, GError **error) {
    Out out;
    gboolean gone = act_is_out(row, person);
    begin(&out, office, row, person);
    return out_end(&out, office, row,
                   compose_refused(&out.composer, &out.errand, asked, why, !gone), error);
}

static gboolean done(Office *office, const Case *row, const Person *person, enum done what,
                     const char *list, GError **error) {
    Out out;
    begin(&out, office, row, person);
    return out_end(&out, office, row, compose_confirm(&out.composer, &out.errand, what, list),
                   error);
}

/* ---- who may -------------------------------------------------------------------------------- */

/* NULL: they may. */
static const char *not_theirs(const Office *office, const Case *row, const char *actor) {
    const Person *person = people_find(office->people, actor);
    if (person == NULL || person->role > ROLE_HEAD)
        return "that is for the lead, a deputy or the head";
    return case_has_word(row->not_for, actor)
               ? "that is for somebody else to do: the concern is about them"
               : NULL;
}

static gboolean refuse(Office *office, const Case *row, const char *actor, const char *what,
                       const char *why, GError **error) {
    g_autofree char *reason = g_strdup_printf("%s: %s", what, why);
    return record_act(office, actor, "refused", row->handle, reason, error);
}

/* ---- UNSEAL -------------------------------------------------------------------------------- */

/* For danger nobody has to send two words: who may open it may flag it. */
static gboolean flag_first(Office *office, Case *row, const Person *person, const char *why,
                           GError **error) {
    if (row->flagged || row->state == CASE_CLOSED)
        return TRUE;
    if (!act_flag(office, row, person->id, why, error))
        return FALSE;
    return row->desk >= DESK_LEAD || (act_move(office, row, DESK_LEAD, person->id, error) &&
                                      act_adult_joined(office, row, act_role(office, row), error));
}

/* They cannot open it, and somebody may be in danger: those who can are asked at once. */
static gboolean ask_keyholders(Office *office, Case *row, const Person *person, const char *why,
                               GError **error) {
    if (!flag_first(office, row, person, why, error))
        return FALSE;
    row->level = 0;
    return act_story_alert(office, row, &(Alert){.flagged = compose_role(person->role), .why = why},
                           NULL, error);
}

static gboolean send_packet(Office *office, const Case *row, const Person *person,
                            const char *ground, const Unsealed *unsealed, GError **error) {
    Out out;
    begin(&out, office, row, person);
    Draft *draft =
        compose_packet(&out.composer, &out.errand, person->name, ground, unsealed->packet,
                       unsealed->two, store_opening_missing(office->store, row->id));
    return out_end(&out, office, row, draft, error);
}

gboolean lead_tell_unsealed(Office *office, const Case *row, const char *by, const char *ground,
                            const Unsealed *unsealed, GError **error) {
    const Person *person = people_find(office->people, by);
    if (person == NULL || case_has_word(row->not_for, by))
        return TRUE;
    return unsealed->packet != NULL
               ? send_packet(office, row, person, ground, unsealed, error)
               : refused(office, row, person, "open who wrote", unsealed->refusal, error);
}

gboolean lead_unseal(Office *office, Case *row, const Person *person, const char *argument,
                     GError **error) {
    g_autoptr(Account) account = account_read(argument, TRUE);
    Request request = {.handle = row->handle,
                       .by = person->id,
                       .ground = account->ground ? account->ground : "danger",
                       .reason = account->text,
                       .tried = account->tried,
                       .told = account->told,
                       .by_mail = TRUE};
    g_auto(Unsealed) unsealed = {0};
    gboolean danger = strcmp(request.ground, "danger") == 0 && request.reason != NULL;
    if (danger && person->key != NULL && !flag_first(office, row, person, request.reason, error))
        return FALSE;
    if (!unseal_here(office, &request, row, &unsealed, error))
        return FALSE;
    if (unsealed.packet != NULL)
        return send_packet(office, row, person, request.ground, &unsealed, error);
    gboolean asked = danger && person->key == NULL && row->state != CASE_CLOSED;
    if (asked && !ask_keyholders(office, row, person, request.reason, error))
        return FALSE;
    g_autofree char *why = g_strdup_printf(
        "%s%s", unsealed.refusal,
        asked ? ". Whoever can open it was asked at once, with what you wrote" : "");
    return refused(office, row, person, "open who wrote", why, error);
}

/* ---- OUTCOME ------------------------------------------------------------------------------- */

/* The page is for those who could open what it tells of. FALSE sets *error. */
static gboolean holds_seal(const Office *office, const Case *row, const Person *person,
                           gboolean *holds, GError **error) {
    g_autoptr(GPtrArray) seals = store_seals(office->store, row->id, error);
    *holds = FALSE;
    for (guint i = 0; seals != NULL && i < seals->len; i++)
        *holds |= strcmp(((const SealRow *)g_ptr_array_index(seals, i))->holder, person->id) == 0;
    *holds = *holds && person->key != NULL;
    return seals != NULL;
}

/* Where a name in the reasons keeps the page from passing the gate, it is made at the machine. */
static gboolean send_page(Office *office, const Case *row, const Person *person, GError **error) {
    g_autoptr(RouteBack) back = route_unlock(office, row, NULL);
    gboolean owed = store_opening_missing(office->store, row->id), holds;
    Out out;
    if (!holds_seal(office, row, person, &holds, error))
        return FALSE;
    g_autofree char *page = holds ? disclosure_page(office, row, error) : NULL;
    if (holds && page == NULL)
        return FALSE;
    begin(&out, office, row, person);
    Draft *draft = compose_record_page(&out.composer, &out.errand, page, holds, owed);
    if (!out_would_pass(office, row, draft, back)) {
        draft_free(draft);
        draft = compose_record_page(&out.composer, &out.errand, NULL, holds, owed);
    }
    return out_end(&out, office, row, draft, error);
}

gboolean lead_outcome(Office *office, Case *row, const Person *person, const char *text,
                      GError **error) {
    g_autoptr(Account) account = account_read(text, FALSE);
    Disclosed said = {.tried = account->tried, .told = account->told, .outcome = account->text};
    const char *objection = not_theirs(office, row, person->id);
    if (objection != NULL)
        return refuse(office, row, person->id, "outcome", objection, error) &&
               refused(office, row, person, "put something onto the record", objection, error);
    if (said.tried == NULL && said.told == NULL && said.outcome == NULL)
        return refused(office, row, person, "put something onto the record",
                       "we found no words of yours in it", error);
    gboolean passed = FALSE;
    return disclosure_say(office, row, person->id, &said, error) &&
           (!drill_is(row) || drill_answer(office, row, person->id, text, &passed, error)) &&
           send_page(office, row, person, error) &&
           (!passed || done(office, row, person, DONE_DRILL, NULL, error));
}

/* ---- LIFT, FLAG and OTHERS ------------------------------------------------------------------ */

static const char *may_not(const Office *office, const Case *row, const char *actor) {
    const char *why = not_theirs(office, row, actor);
    return why || row->flagged ? why : "it is not flagged";
}

gboolean lead_lift_flag(Office *office, Case *row, const char *actor, const char *reason,
                        const char **why, GError **error) {
    g_autofree char *line = account_line(reason);
    *why = may_not(office, row, actor);
    if (*why == NULL && line == NULL)
        *why = "a reason is needed";
    if (*why != NULL)
        return refuse(office, row, actor, "lift", *why, error);
    row->flagged = FALSE;
    return store_lift_flags(office->store, row->id, office->now, error) &&
           record_act(office, actor, "flag-lifted", row->handle, line, error);
}

gboolean lead_lift(Office *office, Case *row, const Person *person, const char *why,
                   GError **error) {
    const char *objection = NULL;
    if (!lead_lift_flag(office, row, person->id, why, &objection, error))
        return FALSE;
    return objection ? refused(office, row, person, "lift the flag", objection, error)
                     : done(office, row, person, DONE_LIFTED, NULL, error);
}

gboolean lead_flag_closed(Office *office, Case *row, const Person *person, const char *why,
                          GError **error) {
    const char *objection = not_theirs(office, row, person->id);
    if (objection != NULL)
        return refuse(office, row, person->id, "flag", objection, error) &&
               refused(office, row, person, "flag it", objection, error);
    return act_flag(office, row, person->id, why, error) &&
           done(office, row, person, DONE_FLAGGED, NULL, error);
}

/* "grey-otter, open, flagged, since Monday 2 March" */
static void list_one(const Office *office, const Case *row, GString *list) {
    g_autofree char *day = clock_day(row->opened, office->site->zone);
    g_string_append_printf(list, "%s, %s%s, since %s\n", row->handle, STATE_WORDS[row->state],
                           row->flagged ? ", flagged" : "", day);
}

gboolean lead_find_others(Office *office, const Case *row, const char *actor, char **list,
                          const char **why, GError **error) {
    *list = NULL;
    *why = may_not(office, row, actor);
    if (*why != NULL)
        return refuse(office, row, actor, "others", *why, error);
    g_autoptr(GPtrArray) rows =
        row->writer ? store_cases_by(office->store, row->writer, error) : g_ptr_array_new();
    if (rows == NULL)
        return FALSE;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const Case *other = g_ptr_array_index(rows, i);
        if (other->id != row->id && !case_has_word(other->not_for, actor))
            list_one(office, other, text);
    }
    *list = g_string_free(text, FALSE);
    return record_act(office, actor, "others-asked", row->handle, NULL, error);
}

gboolean lead_others(Office *office, const Case *row, const Person *person, GError **error) {
    const char *why = NULL;
    g_autofree char *list = NULL;
    if (!lead_find_others(office, row, person->id, &list, &why, error))
        return FALSE;
    if (why != NULL)
        return refused(office, row, person, "look for other conversations", why, error);
    return done(office, row, person, DONE_OTHERS, *list != '\0' ? list : "none\n", error);
}
