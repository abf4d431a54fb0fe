#include "run/deadlines.h"

#include <string.h>

#include "base/clock.h"
#include "run/act.h"
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
    g_autoptr(Kept) last = kept_last(office, row, TRUE);
    g_autoptr(Verdict) verdict = remembered(row);
    Passage passage = {.subject = last ? last->subject : NULL,
                       .text = last ? last->text : NULL,
                       .withheld = last ? last->withheld : NULL,
                       .written = last ? last->at : row->touched,
                       .again = row->letters > 1};
    Alert alert = {.passage = &passage,
                   .verdict = verdict,
                   .silent = who,
                   .since = row->due - (gint64)office->site->alert_minutes * CLOCK_MINUTE};
    gboolean unreadable = case_has_word(row->categories, "unreadable");
    count->alerts++;
    if (next->len > 0)
        row->level++;
    else /* everybody has been told: again from the top, every day until somebody answers */
        row->level = 0;
    if (!act_alert(office, row, &alert, unreadable ? "It could not be read." : NULL, error))
        return FALSE;
    if (next->len == 0)
        row->due = office->now + CLOCK_DAY;
    return TRUE;
}

/* ---- letters that wait --------------------------------------------------------------------- */

enum { TOLD_WAITING = 8 }; /* beside enum told: the supervisor knows that it waits */

static gboolean find_listener(Office *office, Case *row, Count *count, GError **error) {
    gint64 when;
    gboolean waiting;
    if (!act_assign(office, row, "worrybox", &when, &waiting, error))
        return FALSE;
    count->given += !waiting;
    if (!waiting || row->told & TOLD_WAITING || office->now - row->opened < CLOCK_DAY)
        return TRUE;
    row->told |= TOLD_WAITING;
    return act_notice(office, row, DESK_SUPERVISOR,
                      &(Notice){.kind = NOTICE_WAITING, .since = row->opened}, error);
}

/* A listener who has not answered is asked no longer; a supervisor who has not is followed by the
 * lead. */
static gboolean find_another(Office *office, Case *row, Count *count, GError **error) {
    const Person *person = row->listener ? people_find(office->people, row->listener) : NULL;
    Notice notice = {
        .kind = NOTICE_WAITING, .who = person ? person->sign : row->listener, .since = row->asked};
    count->given++;
    if (row->desk == DESK_LISTENER)
        return act_notice(office, row, DESK_SUPERVISOR, &notice, error) &&
               act_pass(office, row, "worrybox", FALSE, error);
    return act_move(office, row, DESK_LEAD, "worrybox", error) &&
           act_last_to_desk(office, row, error);
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
    g_autoptr(GPtrArray) silent = store_unanswered(office->store, patience, error);
    if (!each(office, silent, find_another, count, error))
        return FALSE;
    g_autoptr(GPtrArray) waiting = store_waiting(office->store, BATCH, error);
    return each(office, waiting, find_listener, count, error) && anchor(office, error);
}

/* ---- purging ------------------------------------------------------------------------------- */

static gboolean purge_outlived(Office *office, Count *count, GError **error) {
    const Site *site = office->site;
    gint64 unflagged = office->now - (gint64)site->unflagged_days * CLOCK_DAY;
    gint64 flagged =
        site->flagged_days < 0 ? -1 : office->now - (gint64)site->flagged_days * CLOCK_DAY;
    g_autoptr(GPtrArray) rows = store_outlived(office->store, unflagged, flagged, BATCH, error);
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
    if (!trusted)
        return TRUE;
    return purge_outlived(office, count, error) &&
           store_forget_seen(office->store, office->now - (gint64)SEEN_DAYS * CLOCK_DAY, error) &&
           store_forget_days(office->store, office->now / CLOCK_DAY - 7, error);
}
