#include "run/act.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "desk/assign.h"
#include "run/about.h"
#include "run/drill.h"
#include "run/held.h"
#include "run/holders.h"
#include "run/out.h"
#include "run/record.h"
#include "run/story.h"
#include "store/traffic.h"

/* ---- flags --------------------------------------------------------------------------------- */

static gboolean any_in_use(const Office *office, const GPtrArray *seals) {
    for (guint i = 0; i < seals->len; i++)
        if (!holders_retired(office, ((const SealRow *)g_ptr_array_index(seals, i))->key))
            return TRUE;
    return FALSE;
}

/* The case key, sealed to each keyholder's key that holds a seal of this case: a disk that dies
 * must not lose a flagged child. To retired keys only where there is no other: the case was theirs
 * to open before, and somebody must be able to. */
static gboolean escrow(Office *office, const Case *row, GError **error) {
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    if (key == NULL)
        return fault_set(error, FAULT_RUN, "the key of %s is not there", row->handle);
    g_autoptr(GPtrArray) seals = store_seals(office->store, row->id, error);
    if (seals == NULL)
        return FALSE;
    gboolean in_use = any_in_use(office, seals);
    for (guint i = 0; i < seals->len; i++) {
        const SealRow *seal = g_ptr_array_index(seals, i);
        Keyholder holder = {seal->holder, seal->key};
        if (seal->escrow != NULL || (in_use && holders_retired(office, seal->key)))
            continue;
        g_autoptr(GBytes) escrowed = vault_escrow(office->vault, row->id, key, &holder);
        if (escrowed == NULL)
            return fault_set(error, FAULT_RUN, "the key of %s in the store is damaged",
                             seal->holder);
        if (!store_set_escrow(office->store, row->id, seal->holder, escrowed, error))
            return FALSE;
    }
    return TRUE;
}

gboolean act_flag(Office *office, Case *row, const char *actor, const char *why, GError **error) {
    guint64 id = office_number(office);
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    g_autoptr(GBytes) locked = NULL;
    if (key == NULL)
        return fault_set(error, FAULT_RUN, "the key of %s is not there", row->handle);
    if (why != NULL)
        locked = vault_lock(office->vault, key, PURPOSE_FLAG, row->id, id, why, strlen(why));
    if (!about_adults(office, row, error))
        return FALSE;
    row->flagged = TRUE;
    row->erase = FALSE; /* what is flagged is kept, whatever was asked before */
    if (!held_give_back(office, row, "An adult looks after this conversation now.", NULL, FALSE,
                        error))
        return FALSE;
    return store_add_flag(office->store, id, row->id, office->now, actor, locked, error) &&
           escrow(office, row, error) &&
           record_act(office, actor, "flagged", row->handle, NULL, error);
}

/* ---- who has it ---------------------------------------------------------------------------- */

gint64 act_when(const Office *office, const Case *row) {
    g_autoptr(GPtrArray) people = office_readers(office, row);
    gint64 first = -1;
    for (guint i = 0; i < people->len; i++) {
        gint64 next =
            person_next_duty(g_ptr_array_index(people, i), office->now, office->site->zone);
        if (next >= 0 && (first < 0 || next < first))
            first = next;
    }
    return first;
}

const char *act_role(const Office *office, const Case *row) {
    if (row->desk == DESK_LISTENER)
        return NULL;
    g_autoptr(GPtrArray) people = office_readers(office, row);
    if (people->len == 0)
        return compose_role(ROLE_LEAD);
    return compose_role(((const Person *)g_ptr_array_index(people, 0))->role);
}

/* The listener of a case loses their tokens and is told, once. */
static gboolean release(Office *office, Case *row, gboolean asked, GError **error) {
    if (row->listener == NULL)
        return TRUE;
    g_autoptr(Party) party = party_new(SIDE_LISTENER, row->listener);
    if (!held_give_back(office, row, "This conversation is with somebody else now.", NULL, FALSE,
                        error))
        return FALSE;
    Out out;
    out_begin(&out, office, row, party_new(SIDE_LISTENER, row->listener));
    Draft *draft = compose_passed(&out.composer, &out.errand, asked);
    if (!out_end(&out, office, row, draft, error) ||
        !store_revoke(office->store, row->id, party, error))
        return FALSE;
    g_clear_pointer(&row->listener, g_free);
    return TRUE;
}

gboolean act_is_out(const Case *row, const Person *person) {
    gboolean passed_by = person->role == ROLE_SUPERVISOR && row->desk > DESK_SUPERVISOR;
    return passed_by || case_has_word(row->not_for, person->id);
}

/* What they say to an older mail, one from the record too, would end an alert they know nothing of,
 * or bring them the page of what was done about them. */
gboolean act_revoke_others(Office *office, const Case *row, GError **error) {
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (!act_is_out(row, person))
            continue;
        g_autoptr(Party) party = person_party(person);
        g_autoptr(Party) record = party_new(SIDE_RECORD, person->id);
        if (!store_revoke(office->store, row->id, party, error) ||
            !store_revoke(office->store, row->id, record, error))
            return FALSE;
    }
    return TRUE;
}

gboolean act_move(Office *office, Case *row, enum desk desk, const char *actor, GError **error) {
    static const char *const acts[] = {"to-listener", "to-supervisor", "to-lead", "to-head"};
    if (!about_adults(office, row, error) || !release(office, row, FALSE, error))
        return FALSE;
    row->desk = desk;
    if (!act_revoke_others(office, row, error))
        return FALSE;
    row->state = CASE_OPEN;
    row->asked = office->now;
    g_clear_pointer(&row->adult, g_free);
    return record_act(office, actor, acts[desk], row->handle, NULL, error);
}

/* ---- alerts and letters to a desk ---------------------------------------------------------- */

static Draft *alert_draft(const Out *out, const Alert *alert, const char *unreadable) {
    return unreadable ? compose_unreadable(&out->composer, &out->errand, alert, unreadable)
                      : compose_alert(&out->composer, &out->errand, alert);
}

/* An alert must arrive: where the letter itself cannot pass the gate, it goes without. */
static gboolean alert_one(Office *office, const Case *row, const Person *person, Alert alert,
                          const char *unreadable, GError **error) {
    g_autoptr(RouteBack) back = route_unlock(office, row, NULL);
    Out out;
    Passage shown = compose_for(person->role, alert.passage);
    alert.passage = &shown;
    alert.keyholder = person->key != NULL;
    out_begin(&out, office, row, person_party(person));
    Draft *draft = alert_draft(&out, &alert, unreadable);
    if (!out_would_pass(office, row, draft, back)) {
        draft_free(draft);
        alert.hidden = TRUE;
        alert.why = NULL;
        alert.passage = &(Passage){.written = alert.passage->written};
        draft = alert_draft(&out, &alert, unreadable);
    }
    return out_end(&out, office, row, draft, error);
}

gboolean act_alert(Office *office, Case *row, const Alert *alert, const char *unreadable,
                   GError **error) {
    g_autoptr(GPtrArray) people = office_alerted(office, row, row->level);
    const Person *adult = row->adult ? people_find(office->people, row->adult) : NULL;
    Passage passage = *alert->passage;
    Alert filled = *alert;
    filled.passage = &passage;
    if (adult != NULL && !case_has_word(row->not_for, adult->id) &&
        !g_ptr_array_find(people, adult, NULL))
        g_ptr_array_add(people, (gpointer)adult);
    g_autofree char *spared = about_spared(office, row, people);
    passage.spared = spared;
    filled.within = row->inside;
    filled.flag = row->flagged;
    for (guint i = 0; i < people->len; i++)
        if (!alert_one(office, row, g_ptr_array_index(people, i), filled, unreadable, error))
            return FALSE;
    row->due = office->now + (gint64)office->site->alert_minutes * CLOCK_MINUTE;
    return record_act(office, "worrybox", "alerted", row->handle, NULL, error);
}

gboolean act_to_desk(Office *office, Case *row, const Passage *passage, const char *about,
                     GError **error) {
    g_autoptr(GPtrArray) people = office_readers(office, row);
    g_autoptr(RouteBack) back = route_unlock(office, row, NULL);
    g_autofree char *spared = about_spared(office, row, people);
    for (guint i = 0; i < people->len; i++) {
        const Person *person = g_ptr_array_index(people, i);
        Out out;
        Passage shown = compose_for(person->role, passage);
        shown.spared = spared;
        out_begin(&out, office, row, person_party(person));
        Draft *draft =
            compose_to_staff(&out.composer, &out.errand, &shown, compose_role(person->role), about);
        if (!out_would_pass(office, row, draft, back)) {
            draft_free(draft);
            draft = compose_alert(&out.composer, &out.errand,
                                  &(Alert){.passage = &(Passage){.written = passage->written},
                                           .hidden = TRUE,
                                           .flag = row->flagged,
                                           .within = row->inside,
                                           .keyholder = person->key != NULL});
        }
        if (!out_end(&out, office, row, draft, error))
            return FALSE;
    }
    return TRUE;
}

gboolean act_story_alert(Office *office, Case *row, const Alert *alert, const char *unreadable,
                         GError **error) {
    g_auto(Story) story = {0};
    Alert filled = *alert;
    filled.passage = &story.passage;
    return story_tell(office, row, FALSE, &story, error) &&
           act_alert(office, row, &filled, unreadable, error);
}

gboolean act_newest_alert(Office *office, Case *row, const Alert *alert, GError **error) {
    g_auto(Story) story = {0};
    Passage passage = *alert->passage;
    Alert filled = *alert;
    filled.passage = &passage;
    if (!story_tell(office, row, TRUE, &story, error))
        return FALSE;
    passage.before = story.text;
    passage.whole_before = story.whole;
    return act_alert(office, row, &filled, NULL, error);
}

gboolean act_story_asked(Office *office, Case *row, GError **error) {
    g_auto(Story) story = {0};
    g_autoptr(GPtrArray) people = office_readers(office, row);
    Alert alert = {
        .passage = &story.passage, .asked = TRUE, .within = row->inside, .flag = row->flagged};
    if (!story_tell(office, row, FALSE, &story, error))
        return FALSE;
    g_autofree char *spared = about_spared(office, row, people);
    story.passage.spared = spared;
    for (guint i = 0; i < people->len; i++)
        if (!alert_one(office, row, g_ptr_array_index(people, i), alert, NULL, error))
            return FALSE;
    return TRUE;
}

gboolean act_story_to_desk(Office *office, Case *row, GError **error) {
    g_auto(Story) story = {0};
    return story_tell(office, row, FALSE, &story, error) &&
           act_to_desk(office, row, &story.passage, NULL, error);
}

/* ---- listeners ----------------------------------------------------------------------------- */

gboolean act_give(Office *office, Case *row, const Person *listener, const char *actor,
                  GError **error) {
    g_auto(Story) story = {0};
    Out out;
    if (!story_tell(office, row, FALSE, &story, error))
        return FALSE;
    if (g_strcmp0(row->listener, listener->id) != 0 && !release(office, row, FALSE, error))
        return FALSE;
    g_free(row->listener);
    row->listener = g_strdup(listener->id);
    row->told &= ~(guint)CHASED_REMINDED;
    row->desk = DESK_LISTENER;
    row->state = CASE_OPEN;
    row->asked = office->now; /* whoever takes over has all of the time to answer */
    g_autoptr(GPtrArray) passed = store_passed(office->store, row->id, error);
    if (passed == NULL)
        return FALSE;
    out_begin(&out, office, row, person_party(listener));
    Draft *draft = compose_to_listener(&out.composer, &out.errand, &story.passage, listener->sign,
                                       passed->len > 0);
    g_autofree char *reason = g_strdup_printf("to %s", listener->id);
    return out_end(&out, office, row, draft, error) &&
           store_set_turn(office->store, listener->id, office->now, error) &&
           record_act(office, actor, "assigned", row->handle, reason, error);
}

/* The short name of the listener who wrote this case as a pupil; NULL: a pupil did. */
static const char *listener_who_wrote(const Office *office, const Case *row) {
    g_autoptr(RouteBack) back = route_unlock(office, row, NULL);
    g_autoptr(Party) pupil = party_new(SIDE_PUPIL, NULL);
    g_autofree char *address = out_address(office, pupil, back);
    const Person *person = out_person(office, address);
    return person ? person->id : NULL;
}

gboolean act_may_have(const Office *office, const Case *row, const Person *listener) {
    return g_strcmp0(listener_who_wrote(office, row), listener->id) != 0 &&
           !case_has_word(row->not_for, listener->id);
}

/* NULL sets *error. */
static GArray *loads(const Office *office, GError **error) {
    g_autoptr(GHashTable) turns = store_turns(office->store, error);
    if (turns == NULL)
        return NULL;
    GArray *list = g_array_new(FALSE, FALSE, sizeof(Load));
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->role != ROLE_LISTENER)
            continue;
        const Turn *turn = g_hash_table_lookup(turns, person->id);
        Load load = {person, turn ? turn->open : 0, turn ? turn->last : 0};
        g_array_append_val(list, load);
    }
    return list;
}

gboolean act_assign(Office *office, Case *row, const char *actor, gint64 *when, gboolean *waiting,
                    GError **error) {
    g_autoptr(GArray) list = loads(office, error);
    g_autoptr(GPtrArray) excluded = list ? store_passed(office->store, row->id, error) : NULL;
    if (excluded == NULL)
        return FALSE;
    for (guint i = 0; i < row->not_for->len; i++)
        case_add_word(excluded, g_ptr_array_index(row->not_for, i));
    Question question = {.now = office->now,
                         .zone = office->site->zone,
                         .categories = row->categories,
                         .not_for = excluded,
                         .writer = listener_who_wrote(office, row)};
    const Person *chosen = assign_choose(list, &question);
    *waiting = chosen == NULL;
    *when = chosen ? office->now : assign_next(list, &question);
    if (chosen != NULL)
        return act_give(office, row, chosen, actor, error);
    if (!release(office, row, FALSE, error))
        return FALSE;
    row->desk = DESK_LISTENER;
    if (row->state != CASE_WAITING || row->asked < 0)
        row->asked = office->now; /* it waits from now on */
    row->state = CASE_WAITING;
    return TRUE;
}

gboolean act_story(Office *office, Case *row, GError **error) {
    const Person *listener = row->listener ? people_find(office->people, row->listener) : NULL;
    row->told &= ~(guint)CHASED_MISSED;
    if (row->desk == DESK_LISTENER)
        return listener == NULL || act_give(office, row, listener, "worrybox", error);
    if (row->state == CASE_HELD)
        row->state = CASE_OPEN;
    return act_story_to_desk(office, row, error);
}

static gboolean passed_on(Office *office, const Case *row, const char *role, gint64 when,
                          GError **error) {
    Out out;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft = compose_passed_on(&out.composer, &out.errand, role, when);
    return out_end(&out, office, row, draft, error);
}

gboolean act_pass(Office *office, Case *row, const char *actor, gboolean asked, GError **error) {
    gint64 when;
    gboolean waiting;
    if (row->listener != NULL && !store_add_passed(office->store, row->id, row->listener, error))
        return FALSE;
    if (!release(office, row, asked, error) ||
        !record_act(office, actor, "passed", row->handle, NULL, error) ||
        !act_assign(office, row, actor, &when, &waiting, error))
        return FALSE;
    if (row->asked < 0)
        row->asked = office->now;
    return passed_on(office, row, NULL, when, error);
}

/* ---- the end ------------------------------------------------------------------------------- */

static gboolean tell_closed(Office *office, Case *row, enum closing closing, GError **error) {
    Out out;
    gboolean read = row->listener != NULL || row->desk != DESK_LISTENER;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft = compose_closed(&out.composer, &out.errand, closing, read);
    if (!out_end(&out, office, row, draft, error))
        return FALSE;
    if (row->listener == NULL)
        return TRUE;
    out_begin(&out, office, row, party_new(SIDE_LISTENER, row->listener));
    draft = compose_closed_to_listener(&out.composer, &out.errand, closing);
    return out_end(&out, office, row, draft, error);
}

gboolean act_close(Office *office, Case *row, const char *actor, gboolean by_pupil, gboolean erase,
                   GError **error) {
    if (drill_is(row) && !drill_end(office, row, actor, error))
        return FALSE;
    erase = erase || drill_is(row);
    gboolean kept = erase && (row->flagged || row->hold);
    enum closing closing = kept       ? row->flagged ? CLOSING_KEPT : CLOSING_HELD
                           : erase    ? CLOSING_DELETED
                           : by_pupil ? CLOSING_STOPPED
                                      : CLOSING_ENDED;
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    if (key == NULL) { /* lost with keys.db: no mail of it can be read or written any more */
        if (!store_drop_out(office->store, row->id, error))
            return FALSE;
    } else if (!keep_forget_unmasked(office, row, error) ||
               !held_give_back(office, row, "This conversation has come to its end.", NULL, FALSE,
                               error) ||
               !tell_closed(office, row, closing, error)) {
        return FALSE;
    }
    row->state = CASE_CLOSED;
    row->closed = office->now;
    row->asked = row->due = -1;
    row->erase = erase && !kept;
    return store_revoke_all(office->store, row->id, error) &&
           record_act(office, actor, erase && !kept ? "deleted" : "closed", row->handle, NULL,
                      error);
}

gboolean act_purge(Office *office, const Case *row, const char *actor, const char *reason,
                   GError **error) {
    if (row->state != CASE_CLOSED)
        return fault_set(error, FAULT_REFUSED, "%s is not closed", row->handle);
    if (row->hold)
        return fault_set(error, FAULT_REFUSED, "%s is under legal hold", row->handle);
    if (!store_begin(office->store, error))
        return FALSE;
    /* Looked at again: a command may have flagged it since. */
    g_autoptr(GError) failed = NULL;
    g_autoptr(Case) now = store_case(office->store, row->id, &failed);
    if (now == NULL || now->state != CASE_CLOSED || now->hold || now->flagged != row->flagged) {
        store_rollback(office->store);
        if (failed == NULL)
            return fault_set(error, FAULT_REFUSED, "%s has just been changed", row->handle);
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    /* The key goes first and alone: from this commit on nothing of it can be read, whatever happens
     * to the rest. */
    if (!store_erase_key(office->store, row->id, error) ||
        !record_act(office, actor, "purged", row->handle, reason, error)) {
        store_rollback(office->store);
        return FALSE;
    }
    return store_commit(office->store, error) && store_delete_case(office->store, row->id, error);
}

/* ---- notices ------------------------------------------------------------------------------- */

static gboolean notify_all(Office *office, const Case *row, const GPtrArray *people,
                           const Notice *notice, GError **error) {
    for (guint i = 0; i < people->len; i++) {
        Out out;
        out_begin(&out, office, row, person_party(g_ptr_array_index(people, i)));
        Draft *draft = compose_notice(&out.composer, &out.errand, notice);
        if (!out_end(&out, office, row, draft, error))
            return FALSE;
    }
    return TRUE;
}

gboolean act_notice(Office *office, const Case *row, enum desk desk, const Notice *notice,
                    GError **error) {
    g_autoptr(GPtrArray) people = office_desk(office, desk, row ? row->not_for : NULL);
    return notify_all(office, row, people, notice, error);
}

/* office_desk() falls back on the lead where nobody is left. */
static gboolean is_only(const GPtrArray *people, const char *id) {
    const Person *first = g_ptr_array_index(people, 0);
    return people->len == 1 && strcmp(first->id, id) == 0;
}

gboolean act_notice_others(Office *office, const Case *row, const char *id, const Notice *notice,
                           GError **error) {
    g_autoptr(GPtrArray) without = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; row != NULL && i < row->not_for->len; i++)
        case_add_word(without, g_ptr_array_index(row->not_for, i));
    case_add_word(without, id);
    g_autoptr(GPtrArray) leads = office_desk(office, DESK_LEAD, without);
    g_autoptr(GPtrArray) others = office_desk(office, DESK_SUPERVISOR, without);
    return notify_all(office, row, is_only(leads, id) ? others : leads, notice, error);
}

gboolean act_note(Office *office, const Case *row, const char *sign, const char *note,
                  GError **error) {
    g_autoptr(GPtrArray) people = office_desk(office, DESK_SUPERVISOR, row->not_for);
    for (guint i = 0; i < people->len; i++) {
        Out out;
        out_begin(&out, office, row, person_party(g_ptr_array_index(people, i)));
        Draft *draft = compose_note(&out.composer, &out.errand, sign, note);
        if (!out_end(&out, office, row, draft, error))
            return FALSE;
    }
    return TRUE;
}

gboolean act_adult_joined(Office *office, Case *row, const char *role, GError **error) {
    Out out;
    if (row->told & TOLD_ADULT)
        return TRUE;
    row->told |= TOLD_ADULT;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft = compose_adult_joined(&out.composer, &out.errand, role);
    return out_end(&out, office, row, draft, error);
}
