#include "run/post.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "run/act.h"
#include "run/out.h"
#include "store/traffic.h"

enum { BATCH = 200, GIVE_UP = 3 * CLOCK_DAY };

/* What became of one mail. FATE_NOBODY: its party has no address any more. */
enum fate { FATE_SENT, FATE_LATER, FATE_REFUSED, FATE_GATED, FATE_NOBODY, FATE_UNTRIED };

static enum fate send_one(Office *office, Post *post, const OutRow *out, const Case *row,
                          GError **error) {
    g_autoptr(GError) why = NULL;
    g_autoptr(Draft) draft = out_unlock(office, out->case_id, out->id, out->draft, error);
    if (draft == NULL)
        return FATE_GATED;
    g_autoptr(RouteBack) back = row ? route_unlock(office, row, NULL) : NULL;
    g_autofree char *address = out_address(office, draft->to, back);
    if (address == NULL)
        return FATE_NOBODY;
    g_autoptr(GBytes) mail = out_write(office, row, draft, back, address, &why);
    if (mail == NULL)
        return FATE_GATED;
    switch (post_send(post, address, mail, &why)) {
    case POST_SENT:
        return FATE_SENT;
    case POST_REFUSED:
        return FATE_REFUSED;
    case POST_LATER:
        return FATE_LATER;
    case POST_BROKEN:
        break;
    }
    g_propagate_error(error, g_steal_pointer(&why));
    return FATE_UNTRIED;
}

/* A quarter of an hour, then twice as long each time, at most four hours. */
static gint64 try_again(const Office *office, const OutRow *out) {
    return office->now + MIN(15 * CLOCK_MINUTE << MIN(out->tries, 5), 4 * CLOCK_HOUR);
}

/* An alert that was refused has reached nobody: the next deadline is now. */
static gboolean hurry(Office *office, guint64 id, GError **error) {
    g_autoptr(GError) failed = NULL;
    g_autoptr(Case) row = store_case(office->store, id, &failed);
    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    if (row == NULL || row->due < 0)
        return TRUE;
    row->due = office->now;
    return store_save_case(office->store, row, error);
}

/* A mail that never will be sent is a person's business, unless it was itself only a notice. */
static gboolean tell(Office *office, const OutRow *out, const Case *row, enum fate fate,
                     GError **error) {
    g_autoptr(Draft) draft = out_unlock(office, out->case_id, out->id, out->draft, NULL);
    if (row == NULL || draft == NULL || g_strcmp0(draft->name, "notice") == 0)
        return TRUE;
    const Person *person = draft->to->name ? people_find(office->people, draft->to->name) : NULL;
    Notice notice = {.kind = fate == FATE_GATED ? NOTICE_UNSENT : NOTICE_REFUSED,
                     .who = !person        ? "the writer"
                            : person->sign ? person->sign
                                           : person->name};
    enum desk desk = draft->urgent || draft->to->side == SIDE_PUPIL ? DESK_LEAD : DESK_SUPERVISOR;
    if (draft->to->side == SIDE_STAFF && draft->urgent && !hurry(office, row->id, error))
        return FALSE;
    return act_notice(office, row, desk, &notice, error);
}

static gboolean settle(Office *office, const OutRow *out, const Case *row, enum fate fate,
                       Count *count, GError **error) {
    if (fate == FATE_LATER && office->now - out->at > GIVE_UP)
        fate = FATE_REFUSED;
    switch (fate) {
    case FATE_SENT:
        count->sent++;
        return store_out_sent(office->store, out->id, error);
    case FATE_NOBODY:
        return store_out_sent(office->store, out->id, error);
    case FATE_LATER:
        count->later++;
        return store_out_later(office->store, out->id, try_again(office, out), error);
    case FATE_UNTRIED:
        return store_out_later(office->store, out->id, out->not_before, error);
    case FATE_REFUSED:
    case FATE_GATED:
        break;
    }
    count->failed++;
    log_event(fate == FATE_GATED ? "gate-refused" : "post-refused", row ? row->handle : NULL, 1);
    return store_out_failed(office->store, out->id, error) && tell(office, out, row, fate, error);
}

static gboolean settle_all(Office *office, const GPtrArray *rows, const GPtrArray *cases,
                           const enum fate *fates, Count *count, GError **error) {
    if (!store_begin(office->store, error))
        return FALSE;
    for (guint i = 0; i < rows->len; i++)
        if (!settle(office, g_ptr_array_index(rows, i), g_ptr_array_index(cases, i), fates[i],
                    count, error)) {
            store_rollback(office->store);
            return FALSE;
        }
    return store_commit(office->store, error);
}

static void free_case(gpointer row) {
    case_free(row);
}

/* One batch; *more says whether there may be another. */
static gboolean post_batch(Office *office, Post *post, Count *count, const volatile int *stop,
                           gboolean *more, GError **error) {
    g_autoptr(GError) broken = NULL;
    if (!store_begin(office->store, error))
        return FALSE;
    g_autoptr(GPtrArray) rows = store_take_out(office->store, office->now, BATCH, error);
    if (rows == NULL) {
        store_rollback(office->store);
        return FALSE;
    }
    *more = rows->len == BATCH;
    if (rows->len == 0) {
        store_rollback(office->store);
        return TRUE;
    }
    if (!store_commit(office->store, error))
        return FALSE;
    g_autofree enum fate *fates = g_new0(enum fate, rows->len);
    g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func(free_case);
    for (guint i = 0; i < rows->len; i++) {
        const OutRow *out = g_ptr_array_index(rows, i);
        g_ptr_array_add(cases, out->case_id ? store_case(office->store, out->case_id, NULL) : NULL);
        gboolean over = broken != NULL || (stop != NULL && *stop);
        fates[i] =
            over ? FATE_UNTRIED : send_one(office, post, out, g_ptr_array_index(cases, i), &broken);
    }
    if (!post_flush(post, broken ? NULL : &broken))
        for (guint i = 0; i < rows->len; i++)
            fates[i] = fates[i] == FATE_SENT ? FATE_UNTRIED : fates[i];
    guint failed = count->failed;
    if (!settle_all(office, rows, cases, fates, count, error))
        return FALSE;
    *more = *more || count->failed > failed; /* whoever is told of it is told now */
    if (broken == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&broken));
    return FALSE;
}

gboolean post_due(Office *office, Post *post, Count *count, const volatile int *stop,
                  GError **error) {
    gboolean more = TRUE;
    gint64 start = g_get_monotonic_time();
    gboolean well = TRUE;
    while (well && more && (stop == NULL || !*stop))
        well = post_batch(office, post, count, stop, &more, error);
    count->micros[STAGE_POST] += g_get_monotonic_time() - start;
    return well && store_erase_routes(office->store, error);
}
