#include "run/deadlines.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "run/act.h"
#include "run/disclosure.h"
#include "run/held.h"
#include "run/out.h"
#include "run/record.h"
#include "store/traffic.h"

/* Mail comes back within days, if at all; a clock is trusted over a week's silence. */
enum { BATCH = 200, SEEN_DAYS = 60, JUMP = 7 * CLOCK_DAY, WEEK = 7 * CLOCK_DAY };

typedef gboolean (*Deadline)(Office *office, Case *row, Count *count, GError **error);

/* Keeps the first of several failures; *failure may be NULL, and is afterwards. */
static void note_failure(GError **failure, GError **first) {
    if (*first == NULL)
        *first = g_steal_pointer(failure);
    g_clear_error(failure);
}

/* The key of a case went with keys.db: nobody can be written to about it. The lead is told of all
 * such once (tell_lost). */
static gboolean is_lost(const Office *office, const Case *row) {
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    return key == NULL;
}

/* One case in a commit of its own, read again inside it: a command may have changed it meanwhile.
 */
static gboolean one(Office *office, const Case *seen, Deadline meet, Count *count, GError **error) {
    g_autoptr(GError) failed = NULL;
    if (!store_begin(office->store, error))
        return FALSE;
    g_autoptr(Case) row = store_case(office->store, seen->id, &failed);
    gboolean same =
        row != NULL && row->state == seen->state && row->due == seen->due && !is_lost(office, row);
    if (same && meet(office, row, count, &failed) && store_save_case(office->store, row, &failed))
        return store_commit(office->store, error);
    store_rollback(office->store);
    if (failed == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

/* A case that fails keeps back no other. */
static void each(Office *office, const GPtrArray *rows, Deadline meet, Count *count,
                 GError **first) {
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        GError *failure = NULL;
        if (!one(office, g_ptr_array_index(rows, i), meet, count, &failure))
            note_failure(&failure, first);
    }
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

/* How long it may wait: where no listener is to be expected (when: -1), as long as one would have
 * had to answer; else over a long weekend, for that is what the writer was told. */
static gint64 patience_of(const Office *office, gint64 when) {
    return (when < 0 ? 1 : 3) * (gint64)office->site->answer_hours * CLOCK_HOUR;
}

/* Nobody has come for it in all that time. */
static gboolean give_to_adult(Office *office, Case *row, GError **error) {
    Out out;
    if (!act_move(office, row, DESK_SUPERVISOR, "worrybox", error) ||
        !act_story_to_desk(office, row, error))
        return FALSE;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft =
        compose_passed_on(&out.composer, &out.errand, act_role(office, row), act_when(office, row));
    return out_end(&out, office, row, draft, error);
}

static gboolean find_listener(Office *office, Case *row, Count *count, GError **error) {
    gint64 when;
    gboolean waiting;
    if (!act_assign(office, row, "worrybox", &when, &waiting, error))
        return FALSE;
    count->given += !waiting;
    if (!waiting)
        return TRUE;
    if (office->now - row->asked > patience_of(office, when))
        return give_to_adult(office, row, error);
    if (row->told & CHASED_WAITING || office->now - row->opened < CLOCK_DAY)
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

static void pass_on_leavers(Office *office, Count *count, GError **first) {
    GError *failure = NULL;
    g_autoptr(GPtrArray) names_now = store_listeners(office->store, &failure);
    for (guint i = 0; names_now != NULL && i < names_now->len; i++) {
        const char *id = g_ptr_array_index(names_now, i);
        const Person *person = people_find(office->people, id);
        if (person != NULL && person->role == ROLE_LISTENER)
            continue;
        g_autoptr(GPtrArray) rows = store_cases_of(office->store, id, &failure);
        note_failure(&failure, first);
        each(office, rows, leave, count, first);
    }
    note_failure(&failure, first);
}

/* ---- letters over the number a day --------------------------------------------------------- */

/* What was held, or missed, is shown the day after, as many cases a day as letters of one writer: a
 * robot fills nobody's mailbox, and nobody's letter is kept from everybody for ever. */
static gboolean show_held(Office *office, Case *row, Count *count, GError **error) {
    gboolean danger = row->flagged || row->severity == SEVERITY_URGENT ||
                      case_has_word(row->categories, "undecided");
    g_autoptr(GBytes) counter = g_bytes_new_static("held", 4);
    gint64 today = office->now / CLOCK_DAY;
    (void)count;
    guint shown = store_count_letter(office->store, counter, today, error);
    if (shown == 0)
        return FALSE;
    if (shown > office->site->limits.letters_a_day)
        return TRUE;
    if (row->state != CASE_HELD || !danger)
        return act_story(office, row, error);
    g_autoptr(Verdict) verdict = remembered(row);
    Alert alert = {.verdict = verdict};
    gboolean unreadable = case_has_word(row->categories, "unreadable");
    row->told &= ~(guint)CHASED_MISSED;
    row->level = 0;
    return act_move(office, row, row->desk, "worrybox", error) &&
           act_story_alert(office, row, &alert, unreadable ? "It could not be read." : NULL, error);
}

/* ---- cases that were lost ------------------------------------------------------------------ */

/* The site was restored without keys.db. Whoever was in the middle of a conversation has to be
 * helped by people now. */
static gboolean tell_lost(Office *office, GError **error) {
    g_autoptr(GPtrArray) rows = store_lost(office->store, error);
    g_autoptr(GString) handles = g_string_new(NULL);
    if (rows == NULL)
        return FALSE;
    if (store_number(office->store, "lost") == rows->len)
        return TRUE;
    for (guint i = 0; i < rows->len; i++) {
        const Case *row = g_ptr_array_index(rows, i);
        g_string_append_printf(handles, "%s%s%s", i > 0 ? ", " : "", row->handle,
                               row->flagged ? " (flagged)" : "");
    }
    Notice notice = {.kind = NOTICE_LOST, .who = handles->str};
    if (!store_begin(office->store, error))
        return FALSE;
    if ((rows->len == 0 || act_notice(office, NULL, DESK_LEAD, &notice, error)) &&
        store_set_number(office->store, "lost", rows->len, error))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
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
    if (last <= office->now && office->now - last < WEEK) /* or a clock was ahead that day */
        return TRUE;
    if (!store_begin(office->store, error))
        return FALSE;
    if (send_anchor(office, error))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
}

static guint count_stranded(const Office *office, const GPtrArray *due) {
    guint stranded = 0;
    for (guint i = 0; due != NULL && i < due->len; i++) {
        const Case *row = g_ptr_array_index(due, i);
        g_autoptr(GPtrArray) next = office_alerted(office, row, row->level + 1);
        stranded += next->len == 0 && !is_lost(office, row);
    }
    return stranded;
}

/* Letters that are not answered: first to another, then a word to who has had half of the time. */
static void chase(Office *office, Count *count, GError **first) {
    gint64 patience = (gint64)office->site->answer_hours * CLOCK_HOUR;
    GError *failure = NULL;
    g_autoptr(GPtrArray) silent = store_unanswered(office->store, office->now - patience, &failure);
    note_failure(&failure, first);
    each(office, silent, find_another, count, first);
    g_autoptr(GPtrArray) slow =
        store_unanswered(office->store, office->now - patience / 2, &failure);
    note_failure(&failure, first);
    each(office, slow, remind_listener, count, first);
}

static void place_waiting(Office *office, Count *count, GError **first) {
    GError *failure = NULL;
    g_autoptr(GPtrArray) waiting = store_waiting(office->store, BATCH, &failure);
    note_failure(&failure, first);
    each(office, waiting, find_listener, count, first);
    g_autoptr(GPtrArray) held = store_kept_back(office->store, office->now - CLOCK_DAY,
                                                office->site->limits.letters_a_day, &failure);
    note_failure(&failure, first);
    each(office, held, show_held, count, first);
}

/* What fails keeps back nothing that comes after it; the first failure is the one that is told. */
gboolean deadlines_meet(Office *office, Count *count, guint *stranded, GError **error) {
    GError *first = NULL, *failure = NULL;
    g_autoptr(GPtrArray) due = store_alerts_due(office->store, office->now, &failure);
    note_failure(&failure, &first);
    *stranded += count_stranded(office, due);
    each(office, due, escalate, count, &first);
    if (!held_meet(office, &failure))
        note_failure(&failure, &first);
    pass_on_leavers(office, count, &first);
    chase(office, count, &first);
    place_waiting(office, count, &first);
    if (!tell_lost(office, &failure))
        note_failure(&failure, &first);
    if (!disclosure_remind(office, &failure))
        note_failure(&failure, &first);
    if (!anchor(office, &failure))
        note_failure(&failure, &first);
    if (first == NULL)
        return TRUE;
    g_propagate_error(error, first);
    return FALSE;
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
        g_autoptr(GError) failed = NULL;
        if (act_purge(office, row, "worrybox", row->erase ? "asked by the pupil" : "retention",
                      &failed)) {
            count->purged++;
        } else if (!g_error_matches(failed, FAULT, FAULT_REFUSED)) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return FALSE;
        } /* else a command has just changed it: the next run looks again */
    }
    return rows != NULL;
}

/* Days until something is erased are counted, not read off a clock: a gap between two runs counts
 * at most a day (and an hour, for a run that comes late), and a clock that goes back nothing. The
 * rest is taken out of the count by moving the moments of closing. So no clock, however wrong and
 * for however long, erases anything early; a site that slept keeps what it has for that much
 * longer.
 */
static gboolean count_days(Office *office, gint64 ago, GError **error) {
    gint64 counted = CLAMP(ago, 0, CLOCK_DAY + CLOCK_HOUR);
    return counted == ago || store_shift_closed(office->store, ago - counted, error);
}

/* Marks of known mail are by the clock: one that has jumped is doubted until it has gone steadily
 * for a week. */
static gboolean look_at_clock(Office *office, gboolean *trusted, GError **error) {
    gint64 seen = store_number(office->store, "last-seen");
    gint64 doubt = store_number(office->store, "clock-doubted");
    gint64 ago = seen != 0 ? office->now - seen : 0;
    if (ago < -CLOCK_HOUR || ago > JUMP)
        doubt = office->now;
    *trusted = doubt == 0 || office->now - doubt > JUMP;
    return count_days(office, ago, error) &&
           store_set_number(office->store, "clock-doubted", *trusted ? 0 : doubt, error) &&
           store_set_number(office->store, "last-seen", office->now, error);
}

/* All of it or nothing: else a run that is killed would count a gap twice. */
static gboolean clock_is_trusted(Office *office, gboolean *trusted, GError **error) {
    if (!store_begin(office->store, error))
        return FALSE;
    if (look_at_clock(office, trusted, error))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
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
