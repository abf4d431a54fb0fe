#include "run/held.h"

#include "base/clock.h"
#include "run/record.h"
#include "store/traffic.h"

static gint64 deadline(const Office *office) {
    gint64 half = (gint64)office->site->answer_hours * CLOCK_HOUR / 2;
    return office->now + MIN(half, CLOCK_DAY);
}

gboolean held_any(const Office *office, const Case *row) {
    g_autoptr(GPtrArray) rows = store_held(office->store, row->id, 0, NULL);
    return rows != NULL && rows->len > 0;
}

/* ---- to staff ------------------------------------------------------------------------------ */

static gboolean tell_one(Office *office, const Case *row, const Person *person, HeldAnswer what,
                         GError **error) {
    g_autoptr(RouteBack) back = row ? route_unlock(office, row, NULL) : NULL;
    Out out;
    out_begin(&out, office, row, person_party(person));
    Draft *draft = compose_held_answer(&out.composer, &out.errand, &what);
    if (row != NULL && !out_would_pass(office, row, draft, back)) {
        draft_free(draft);
        what.hidden = TRUE;
        draft = compose_held_answer(&out.composer, &out.errand, &what);
    }
    return out_end(&out, office, row, draft, error);
}

static gboolean tell_all(Office *office, const Case *row, const GPtrArray *people,
                         const HeldAnswer *what, GError **error) {
    for (guint i = 0; i < people->len; i++)
        if (!tell_one(office, row, g_ptr_array_index(people, i), *what, error))
            return FALSE;
    return TRUE;
}

static HeldAnswer what_is_held(const Office *office, const Draft *draft) {
    const Person *author = people_find(office->people, draft->author);
    return (HeldAnswer){.sign = author && author->sign ? author->sign : draft->author,
                        .answer = draft->answer,
                        .about = draft->about,
                        .held = TRUE};
}

gboolean held_alarm(Office *office, Case *row, const Person *listener, const char *text,
                    const char *about, GError **error) {
    const GPtrArray *not_for = row ? row->not_for : NULL;
    g_autoptr(GPtrArray) people = office_desk(office, DESK_LEAD, not_for);
    g_autoptr(GPtrArray) supervisors = office_desk(office, DESK_SUPERVISOR, not_for);
    HeldAnswer what = {.sign = listener->sign ? listener->sign : listener->id,
                       .answer = text,
                       .about = about,
                       .held = row != NULL && held_any(office, row),
                       .own = TRUE};
    for (guint i = 0; i < supervisors->len; i++)
        if (!g_ptr_array_find(people, g_ptr_array_index(supervisors, i), NULL))
            g_ptr_array_add(people, g_ptr_array_index(supervisors, i));
    if (row != NULL && row->state != CASE_CLOSED && row->due < 0) {
        row->level = 0;
        row->due = office->now + (gint64)office->site->alert_minutes * CLOCK_MINUTE;
    }
    return tell_all(office, row, people, &what, error) &&
           record_act(office, "worrybox", "alerted", row ? row->handle : NULL, "of a listener",
                      error);
}

/* ---- to the listener ----------------------------------------------------------------------- */

static Party *author_of(const Draft *draft) {
    return party_new(SIDE_LISTENER, draft->author);
}

static gboolean tell_author(Office *office, const Case *row, const Draft *draft, gboolean own,
                            GError **error) {
    Out out;
    out_begin(&out, office, row, author_of(draft));
    Draft *mail = compose_answer_held(&out.composer, &out.errand, draft->answer, draft->about, own);
    return out_end(&out, office, row, mail, error);
}

static gboolean return_one(Office *office, const Case *row, const OutRow *held, const char *reason,
                           const char *why, gboolean again, GError **error) {
    g_autoptr(Draft) draft = out_unlock(office, held->case_id, held->id, held->draft, error);
    if (draft == NULL)
        return FALSE;
    Out out;
    out_begin(&out, office, row, author_of(draft));
    Draft *mail = compose_returned(&out.composer, &out.errand, reason, why, draft->answer, again);
    return out_end(&out, office, row, mail, error) &&
           store_drop_held(office->store, held->id, error) &&
           record_act(office, "worrybox", "returned", row->handle, NULL, error);
}

gboolean held_give_back(Office *office, const Case *row, const char *reason, const char *why,
                        gboolean again, GError **error) {
    g_autoptr(GPtrArray) rows = store_held(office->store, row->id, 0, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        if (!return_one(office, row, g_ptr_array_index(rows, i), reason, why, again, error))
            return FALSE;
    return rows != NULL;
}

/* ---- held and released --------------------------------------------------------------------- */

gboolean held_add(Office *office, Case *row, Out *out, Draft *draft, gboolean own, GError **error) {
    HeldAnswer what = what_is_held(office, draft);
    g_autoptr(GPtrArray) people = office_desk(office, DESK_SUPERVISOR, row->not_for);
    gboolean told = held_give_back(office, row, "You wrote another answer, which took its place.",
                                   NULL, TRUE, error) &&
                    (own || tell_all(office, row, people, &what, error)) &&
                    tell_author(office, row, draft, own, error) &&
                    record_act(office, "worrybox", "held", row->handle, NULL, error);
    return out_hold(out, office, row, draft, deadline(office), told ? error : NULL) && told;
}

static gboolean release_one(Office *office, const Case *row, const OutRow *held, GError **error) {
    g_autoptr(Draft) draft = out_unlock(office, held->case_id, held->id, held->draft, error);
    if (draft == NULL)
        return FALSE;
    Out out;
    out_begin(&out, office, row, author_of(draft));
    Draft *mail = compose_confirm(&out.composer, &out.errand, DONE_RELEASED, NULL);
    return out_end(&out, office, row, mail, error) &&
           store_unhold_message(office->store, row->id, held->at, error) &&
           out_release(office, held->id, error);
}

gboolean held_release(Office *office, Case *row, GError **error) {
    g_autoptr(GPtrArray) rows = store_held(office->store, row->id, 0, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        if (!release_one(office, row, g_ptr_array_index(rows, i), error))
            return FALSE;
    row->asked = -1;
    row->told &= ~(guint)CHASED_REMINDED;
    return rows != NULL;
}

/* ---- in time ------------------------------------------------------------------------------- */

static gboolean pass_up(Office *office, const OutRow *held, GError **error) {
    g_autoptr(GBytes) key = store_case_key(office->store, held->case_id);
    if (key == NULL) /* lost with keys.db; the lead hears of the case */
        return store_held_told(office->store, held->id, error);
    g_autoptr(Case) row = store_case(office->store, held->case_id, error);
    g_autoptr(Draft) draft =
        row ? out_unlock(office, held->case_id, held->id, held->draft, error) : NULL;
    if (draft == NULL)
        return FALSE;
    HeldAnswer what = what_is_held(office, draft);
    what.late = TRUE;
    g_autoptr(GPtrArray) people = office_desk(office, DESK_LEAD, row->not_for);
    return tell_all(office, row, people, &what, error) &&
           store_held_told(office->store, held->id, error);
}

gboolean held_meet(Office *office, GError **error) {
    if (!store_begin(office->store, error))
        return FALSE;
    g_autoptr(GPtrArray) rows = store_held(office->store, 0, office->now, error);
    gboolean done = rows != NULL;
    for (guint i = 0; done && i < rows->len; i++)
        done = pass_up(office, g_ptr_array_index(rows, i), error);
    if (done)
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
}
