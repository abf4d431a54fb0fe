#include "run/deadlines.h"

#include <string.h>

#include "base/clock.h"
#include "run/act.h"
#include "run/held.h"
#include "run/out.h"
#include "run/record.h"
#include "store/traffic.h"

/* Mail comes back within days, if at all; a clock is trusted over a week's silence. */
enum { BATCH = 200, SEEN_DAYS = 60, JUMP = 7 * CLOCK_DAY, WEEK = 7 * CLOCK_DAY };

typedef gboolean (*Deadline)(Office *office, Case *row, Count *count, GError **error);

/* Each case in a commit of its own, read again inside it: a command may have changed it meanwhile.
 */
static gboolean each(Office *office, GPtrArray *rows, Deadline meet, Count *count, GError **error) {
    if (rows == NULL)
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const Case *seen = g_ptr_array_index(rows, i);
        if (!store_begin(office->store, error))
            return FALSE;
        g_autoptr(Case) row = store_case(office->store, seen->id, error);
        if (row == NULL || row->state != seen->state || row->due != seen->due) {
            store_rollback(office->store);
            continue;
        }
        if (!meet(office, row, count, error) || !store_save_case(office->store, row, error)) {
            store_rollback(office->store);
            return FALSE;
        }
        if (!store_commit(office->store, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- alerts -------------------------------------------------------------------------------- */

/* The verdict as far as the store remembers it. */
static Verdict *remembered(const Case *row) {
    Verdict *verdict = verdict_new();
    verdict->severity = row->severity;
    verdict->flag = row->flagged;
    verdict->desk = row->desk;
    verdict->undecided = case_has_word(row->categories, "undecided");
    for (guint i = 0; i < row->categories->len; i++) {
        const char *name = g_ptr_array_index(row->categories, i);
        if (strcmp(name, "undecided") != 0)
            g_ptr_array_add(verdict->rules, spoken_new(name, NULL, "", 0, "", NULL));
    }
    return verdict;
}

static char *names(const GPtrArray *people) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < people->len; i++)
        g_string_append_printf(text, "%s%s",
                               i == 0                ? ""
                               : i + 1 < people->len ? ", "
                                                     : " and ",
                               ((const Person *)g_ptr_array_index(people, i))->name);
    return g_string_free(text, FALSE);
}

static gboolean escalate(Office *office, Case *row, Count *count, GError **error) {
    g_autoptr(GPtrArray) silent = office_alerted(office, row, row->level);
    g_autoptr(GPtrArray) next = office_alerted(office, row, row->level + 1);
    g_autofree char *who = names(silent);
    g_autoptr(Verdict) verdict = remembered(row);
    Alert alert = {.verdict = verdict,
                   .silent = who,
                   .since = row->due - (gint64)office->site->alert_minutes * CLOCK_MINUTE};
    gboolean unreadable = case_has_word(row->categories, "unreadable");
    count->alerts++;
    if (next->len > 0)
        row->level++;
    else /* everybody has been told: again from the top, every day until somebody answers */
        row->level = 0;
    if (!act_story_alert(office, row, &alert, unreadable ? "It could not be read." : NULL, error))
        return FALSE;
    if (next->len == 0)
        row->due = office->now + CLOCK_DAY;
    return TRUE;
}

/* ---- letters that wait --------------------------------------------------------------------- */

static gboolean find_listener(Office *office, Case *row, Count *count, GError **error) {
    gint64 when;
    gboolean waiting;
    if (!act_assign(office, row, "worrybox", &when, &waiting, error))
        return FALSE;
    count->given += !waiting;
    if (!waiting || row->told & CHASED_WAITING || office->now - row->opened < CLOCK_DAY)
        return TRUE;
    row->told |= CHASED_WAITING;
    return act_notice(office, row, DESK_SUPERVISOR,
                      &(Notice){.kind = NOTICE_WAITING, .since = row->opened}, error);
}

/* Half the time has gone: a friendly word to the listener, once. */
static gboolean remind_listener(Office *office, Case *row, Count *count, GError **error) {
    (void)count;
    if (row->desk != DESK_LISTENER || row->listener == NULL || row->told & CHASED_REMINDED ||
        people_find(office->people, row->listener) == NULL || held_any(office, row))
        return TRUE; /* or they have answered, and we have it */
    Out out;
    row->told |= CHASED_REMINDED;
    out_begin(&out, office, row, party_new(SIDE_LISTENER, row->listener));
    Draft *draft = compose_reminder(&out.composer, &out.errand, row->asked);
    return out_end(&out, office, row, draft, error);
}

/* An adult who has not answered is reminded, with all the others an alert would reach. */
static gboolean remind_adults(Office *office, Case *row, GError **error) {
    g_autoptr(GPtrArray) silent = office_readers(office, row);
    g_autofree char *who = names(silent);
    g_autoptr(Verdict) verdict = remembered(row);
    Alert alert = {.verdict = verdict, .silent = who, .since = row->asked};
    row->level = 0;
    row->asked = office->now;
    return act_story_alert(office, row, &alert, NULL, error);
}

/* A listener who has not answered is asked no longer; a supervisor who has not is followed by the
 * lead; a lead or head is reminded. */
static gboolean find_another(Office *office, Case *row, Count *count, GError **error) {
    const Person *person = row->listener ? people_find(office->people, row->listener) : NULL;
    Notice notice = {
        .kind = NOTICE_WAITING, .who = person ? person->sign : row->listener, .since = row->asked};
    count->given++;
    switch (row->desk) {
    case DESK_LISTENER:
        return act_notice(office, row, DESK_SUPERVISOR, &notice, error) &&
               act_pass(office, row, "worrybox", FALSE, error);
    case DESK_SUPERVISOR:
        return act_move(office, row, DESK_LEAD, "worrybox", error) &&
               act_story_to_desk(office, row, error);
    default:
        return remind_adults(office, row, error);
    }
}

/* A listener who is no longer in people.conf: their cases go on at once. */
static gboolean leave(Office *office, Case *row, Count *count, GError **error) {
    count->given++;
    return act_pass(office, row, "worrybox", FALSE, error);
}

static gboolean pass_on_leavers(Office *office, Count *count, GError **error) {
    g_autoptr(GPtrArray) names_now = store_listeners(office->store, error);
    for (guint i = 0; names_now != NULL && i < names_now->len; i++) {
        const char *id = g_ptr_array_index(names_now, i);
        const Person *person = people_find(office->people, id);
        if (person != NULL && person->role == ROLE_LISTENER)
            continue;
        g_autoptr(GPtrArray) rows = store_cases_of(office->store, id, error);
        if (!each(office, rows, leave, count, error))
            return FALSE;
    }
    return names_now != NULL;
}

/* ---- the witness --------------------------------------------------------------------------- */

static gboolean send_anchor(Office *office, GError **error) {
    OnRecord record = {.at = office->now};
    g_autofree char *head = NULL;
    if (!record_head(office, &record.count, &head, error))
        return FALSE;
    record.head = head;
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->role != ROLE_WITNESS)
            continue;
        Out out;
        out_begin(&out, office, NULL, person_party(person));
        if (!out_end(&out, office, NULL, compose_anchor(&out.composer, &out.errand, &record),
                     error))
            return FALSE;
    }
    return store_set_number(office->store, "anchored", office->now, error);
}

static gboolean anchor(Office *office, GError **error) {
    gint64 last = store_number(office->store, "anchored");
    if (last == 0 && store_number(office->store, "last-seen") == 0)
        return store_set_number(office->store, "anchored", office->now, error);
    if (office->now - last < WEEK)
        return TRUE;
    if (!store_begin(office->store, error))
        return FALSE;
    if (send_anchor(office, error))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
}

gboolean deadlines_meet(Office *office, Count *count, guint *stranded, GError **error) {
    gint64 patience = office->now - (gint64)office->site->answer_hours * CLOCK_HOUR;
    g_autoptr(GPtrArray) due = store_alerts_due(office->store, office->now, error);
    for (guint i = 0; due != NULL && i < due->len; i++) {
        const Case *row = g_ptr_array_index(due, i);
        g_autoptr(GPtrArray) next = office_alerted(office, row, row->level + 1);
        *stranded += next->len == 0;
    }
    if (!each(office, due, escalate, count, error))
        return FALSE;
    if (!held_meet(office, error) || !pass_on_leavers(office, count, error))
        return FALSE;
    g_autoptr(GPtrArray) silent = store_unanswered(office->store, patience, error);
    if (!each(office, silent, find_another, count, error))
        return FALSE;
    g_autoptr(GPtrArray) half =
        store_unanswered(office->store, office->now - (office->now - patience) / 2, error);
    if (!each(office, half, remind_listener, count, error))
        return FALSE;
    g_autoptr(GPtrArray) waiting = store_waiting(office->store, BATCH, error);
    return each(office, waiting, find_listener, count, error) && anchor(office, error);
}

/* ---- purging ------------------------------------------------------------------------------- */

/* With a clock that is doubted only what a pupil asked to have erased. */
static gboolean purge_outlived(Office *office, Count *count, gboolean trusted, GError **error) {
    const Site *site = office->site;
    gint64 unflagged = office->now - (gint64)site->unflagged_days * CLOCK_DAY;
    gint64 flagged = office->now - (gint64)site->flagged_days * CLOCK_DAY;
    g_autoptr(GPtrArray) rows =
        store_outlived(office->store, trusted ? unflagged : -1,
                       trusted && site->flagged_days >= 0 ? flagged : -1, BATCH, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const Case *row = g_ptr_array_index(rows, i);
        if (!act_purge(office, row, "worrybox", row->erase ? "asked by the pupil" : "retention",
                       error))
            return FALSE;
        count->purged++;
    }
    return rows != NULL;
}

/* A clock that has jumped is doubted until it has gone steadily for a week: nothing is erased early
 * by a clock that is wrong, and a site that slept through the summer waits a week longer. */
static gboolean clock_is_trusted(Office *office, gboolean *trusted, GError **error) {
    gint64 seen = store_number(office->store, "last-seen");
    gint64 doubt = store_number(office->store, "clock-doubted");
    gint64 ago = office->now - seen;
    if (seen != 0 && (ago < -CLOCK_HOUR || ago > JUMP))
        doubt = office->now;
    *trusted = doubt == 0 || office->now - doubt > JUMP;
    return store_set_number(office->store, "clock-doubted", *trusted ? 0 : doubt, error) &&
           store_set_number(office->store, "last-seen", office->now, error);
}

gboolean deadlines_purge(Office *office, Count *count, gboolean *jumped, GError **error) {
    gboolean trusted = FALSE;
    if (!store_finish_purges(office->store, error) || !clock_is_trusted(office, &trusted, error))
        return FALSE;
    *jumped = !trusted;
    if (!purge_outlived(office, count, trusted, error))
        return FALSE;
    gint64 old = office->now - (gint64)SEEN_DAYS * CLOCK_DAY;
    return !trusted || (store_forget_seen(office->store, old, error) &&
                        store_forget_days(office->store, office->now / CLOCK_DAY, error));
}
