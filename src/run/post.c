#include "run/post.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/thread.h"
#include "run/act.h"
#include "run/intake.h"
#include "run/out.h"
#include "store/traffic.h"

enum { BATCH = 400, GIVE_UP = 3 * CLOCK_DAY, MOMENT = 100 * 1000 };

/* What became of one mail. FATE_NOBODY: its party has no address any more. */
enum fate { FATE_UNTRIED, FATE_SENT, FATE_LATER, FATE_REFUSED, FATE_GATED, FATE_NOBODY };

/* One mail that is to go, with all that the store knows of it. */
typedef struct item {
    const OutRow *out; /* of the parcel's rows */
    Case *row;         /* owned; NULL: of no case */
    GBytes *key;       /* owned; of the case or of the site; NULL where it is gone */
    enum fate fate;
    char *address; /* owned; once it is prepared */
    GBytes *mail;  /* owned; from then until it is sent */
} Item;

struct parcel {
    GPtrArray *rows; /* owned */
    GArray *items;   /* of Item */
    GError *broken;  /* owned; something no mail is to blame for */
    Office office;   /* what the sender may use: with a vault of its own, and no store */
    Post *post;      /* borrowed */
    const volatile int *stop;
    GThread *sender;   /* owned; NULL: is not being sent */
    GAsyncQueue *done; /* owned; gets the parcel when the sender has finished */
    gboolean over;     /* has been sent, as far as it could be */
};

/* ---- from the outbox to bytes that may go ---------------------------------------------------- */

static void item_clear(gpointer data) {
    Item *item = data;
    case_free(item->row);
    g_clear_pointer(&item->key, g_bytes_unref);
    g_free(item->address);
    g_clear_pointer(&item->mail, g_bytes_unref);
}

void parcel_free(Parcel *parcel) {
    if (parcel == NULL)
        return;
    if (parcel->sender != NULL)
        g_thread_join(parcel->sender);
    vault_close(parcel->office.vault);
    g_async_queue_unref(parcel->done);
    g_array_unref(parcel->items);
    g_ptr_array_unref(parcel->rows);
    g_clear_error(&parcel->broken);
    g_free(parcel);
}

/* Needs nothing of the store any more. */
static enum fate prepare(const Office *office, Item *item) {
    g_autoptr(GError) why = NULL;
    const OutRow *out = item->out;
    /* What cannot be read for a moment must cost no mail: it is tried again. */
    g_autoptr(Draft) draft =
        out_unlock_with(office, item->key, out->case_id, out->id, out->draft, NULL);
    if (draft == NULL || (out->case_id != 0 && item->row == NULL))
        return FATE_LATER;
    g_autoptr(RouteBack) back =
        item->row ? route_unlock_with(office, item->row, item->key, &why) : NULL;
    if (why != NULL)
        return FATE_LATER;
    item->address = out_address(office, draft->to, back);
    if (item->address == NULL)
        return FATE_NOBODY;
    item->mail = out_write(office, item->row, draft, back, item->address, &why);
    return item->mail ? FATE_UNTRIED : FATE_GATED;
}

Parcel *post_take(Office *office, GError **error) {
    GPtrArray *rows = store_take_out(office->store, office->now, BATCH, error);
    if (rows == NULL)
        return NULL;
    Parcel *parcel = g_new0(Parcel, 1);
    parcel->done = g_async_queue_new();
    parcel->rows = rows;
    parcel->items = g_array_new(FALSE, FALSE, sizeof(Item));
    g_array_set_clear_func(parcel->items, item_clear);
    for (guint i = 0; i < rows->len; i++) {
        Item item = {.out = g_ptr_array_index(rows, i)};
        if (item.out->case_id != 0)
            item.row = store_case(office->store, item.out->case_id, NULL);
        item.key = out_key(office, item.out->case_id, NULL);
        g_array_append_val(parcel->items, item);
    }
    return parcel;
}

/* ---- sending --------------------------------------------------------------------------------- */

static enum fate send_item(Post *post, const Item *item, GError **error) {
    g_autoptr(GError) why = NULL;
    switch (post_send(post, item->address, item->mail, &why)) {
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

static void send_items(Parcel *parcel) {
    GError **broken = &parcel->broken;
    for (guint i = 0; i < parcel->items->len; i++) {
        Item *item = &g_array_index(parcel->items, Item, i);
        if (*broken != NULL || (parcel->stop != NULL && *parcel->stop))
            continue;
        item->fate = prepare(&parcel->office, item);
        if (item->fate == FATE_UNTRIED)
            item->fate = send_item(parcel->post, item, broken);
        g_clear_pointer(&item->mail, g_bytes_unref);
    }
    if (parcel->items->len == 0 || post_flush(parcel->post, *broken ? NULL : broken))
        return;
    for (guint i = 0; i < parcel->items->len; i++) {
        Item *item = &g_array_index(parcel->items, Item, i);
        item->fate = item->fate == FATE_SENT ? FATE_UNTRIED : item->fate;
    }
}

static void prepare_sender(const Office *office, Post *post, Parcel *parcel,
                           const volatile int *stop) {
    parcel->office = *office;
    parcel->office.store = NULL;
    parcel->office.vault = vault_twin(office->vault);
    parcel->post = post;
    parcel->stop = stop;
}

static gpointer sender(gpointer data) {
    Parcel *parcel = data;
    send_items(parcel);
    g_async_queue_push(parcel->done, parcel);
    return NULL;
}

void post_begin(const Office *office, Post *post, Parcel *parcel, const volatile int *stop) {
    parcel->over = parcel->items->len == 0;
    if (parcel->over)
        return;
    prepare_sender(office, post, parcel, stop);
    parcel->sender = thread_start("post", sender, parcel);
}

gboolean post_done(Parcel *parcel) {
    if (!parcel->over && parcel->sender != NULL &&
        g_async_queue_timeout_pop(parcel->done, MOMENT) != NULL) {
        g_thread_join(g_steal_pointer(&parcel->sender));
        parcel->over = TRUE;
    }
    return parcel->over;
}

/* Until all of it is sent, as far as it can be. */
static void wait_for(const Office *office, Post *post, Parcel *parcel, const volatile int *stop) {
    if (parcel->over)
        return;
    if (parcel->sender != NULL) {
        g_thread_join(g_steal_pointer(&parcel->sender));
    } else {
        if (parcel->office.vault == NULL)
            prepare_sender(office, post, parcel, stop);
        send_items(parcel);
    }
    parcel->over = TRUE;
}

/* ---- afterwards ------------------------------------------------------------------------------ */

/* A quarter of an hour, then twice as long each time, at most four hours. */
static gint64 try_again(const Office *office, const OutRow *out) {
    return office->now + MIN(15 * CLOCK_MINUTE << MIN(out->tries, 5), 4 * CLOCK_HOUR);
}

/* What the server will not take has come back, as if by mail. An alert that could not go has
 * reached nobody: the next deadline is now. */
static gboolean came_back(Office *office, guint64 id, const Draft *draft, enum fate fate,
                          GError **error) {
    g_autoptr(GError) failed = NULL;
    g_autoptr(Case) row = store_case(office->store, id, &failed);
    gboolean open = row != NULL && row->state != CASE_CLOSED;
    if (open && draft->to->side == SIDE_STAFF && draft->urgent && row->due >= 0)
        row->due = office->now;
    if (open && (fate == FATE_GATED || machine_bounced(office, row, draft->to, &failed)))
        store_save_case(office->store, row, &failed);
    if (failed == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

/* A mail that never will be sent is a person's business, unless it was itself only a notice. */
static gboolean tell(Office *office, const OutRow *out, enum fate fate, GError **error) {
    /* As the case is now: it may have changed while the mail was on its way. */
    g_autoptr(Case) row = out->case_id != 0 ? store_case(office->store, out->case_id, NULL) : NULL;
    g_autoptr(Draft) draft = out_unlock(office, out->case_id, out->id, out->draft, NULL);
    if (row == NULL || draft == NULL || g_strcmp0(draft->name, "notice") == 0)
        return TRUE;
    if (!came_back(office, row->id, draft, fate, error))
        return FALSE;
    if (fate == FATE_REFUSED && row->state != CASE_CLOSED)
        return TRUE; /* whoever hears of what comes back has been told */
    const Person *person = draft->to->name ? people_find(office->people, draft->to->name) : NULL;
    Notice notice = {.kind = fate == FATE_GATED ? NOTICE_UNSENT : NOTICE_REFUSED,
                     .who = !person        ? "the writer"
                            : person->sign ? person->sign
                                           : person->name};
    enum desk desk = draft->urgent || draft->to->side == SIDE_PUPIL ? DESK_LEAD : DESK_SUPERVISOR;
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
    return store_out_failed(office->store, out->id, error) && tell(office, out, fate, error);
}

gboolean post_settle(Office *office, Parcel *parcel, Count *count, GError **error) {
    gint64 start = g_get_monotonic_time();
    gboolean well = TRUE;
    g_return_val_if_fail(parcel->over, FALSE);
    for (guint i = 0; well && i < parcel->items->len; i++) {
        const Item *item = &g_array_index(parcel->items, Item, i);
        well = settle(office, item->out, item->row, item->fate, count, error);
    }
    count->micros[STAGE_POST] += g_get_monotonic_time() - start;
    return well;
}

const GError *post_broken(const Parcel *parcel) {
    return parcel->over ? parcel->broken : NULL;
}

/* ---- all that is due ------------------------------------------------------------------------- */

static Parcel *take_alone(Office *office, GError **error) {
    if (!store_begin(office->store, error))
        return NULL;
    g_autoptr(Parcel) parcel = post_take(office, error);
    if (parcel == NULL || parcel->items->len == 0) {
        store_rollback(office->store);
        return g_steal_pointer(&parcel);
    }
    return store_commit(office->store, error) ? g_steal_pointer(&parcel) : NULL;
}

static gboolean settle_alone(Office *office, Post *post, Parcel *parcel, Count *count,
                             const volatile int *stop, GError **error) {
    if (parcel->items->len == 0)
        return TRUE;
    gint64 start = g_get_monotonic_time();
    wait_for(office, post, parcel, stop); /* before the database is locked */
    count->micros[STAGE_POST] += g_get_monotonic_time() - start;
    if (!store_begin(office->store, error))
        return FALSE;
    if (!post_settle(office, parcel, count, error)) {
        store_rollback(office->store);
        return FALSE;
    }
    if (!store_commit(office->store, error))
        return FALSE;
    if (parcel->broken != NULL)
        g_propagate_error(error, g_error_copy(parcel->broken));
    return parcel->broken == NULL;
}

gboolean post_due(Office *office, Post *post, Parcel *first, Count *count, const volatile int *stop,
                  GError **error) {
    g_autoptr(Parcel) parcel = first ? first : take_alone(office, error);
    guint failed = count->failed;
    gboolean well = parcel != NULL && settle_alone(office, post, parcel, count, stop, error);
    /* Where one failed, whoever is told of it is told now. */
    while (well && (parcel->items->len == BATCH || count->failed > failed) &&
           (stop == NULL || !*stop)) {
        failed = count->failed;
        parcel_free(parcel);
        parcel = take_alone(office, error);
        well = parcel != NULL && settle_alone(office, post, parcel, count, stop, error);
    }
    return well && store_erase_routes(office->store, error);
}
