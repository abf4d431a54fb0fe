#include "run/ahead.h"

#include "base/thread.h"
#include "run/keep.h"

/* So many are ready or being made; as many are thrown away in the end. */
enum { READY = 32 };

struct ahead {
    const Office *office;
    GArray *holders;     /* of Keyholder, owned */
    Vault *vault;        /* owned: a vault is for one thread */
    GAsyncQueue *orders; /* of Made, empty; one without a number is the last */
    GAsyncQueue *made;   /* of Made */
    GThread *maker;
};

typedef struct made {
    guint64 id;
    CaseKeys *keys; /* owned; NULL: not made */
} Made;

static void made_free(gpointer data) {
    Made *made = data;
    case_keys_free(made->keys);
    g_free(made);
}

static void order(Ahead *ahead, guint64 id) {
    Made *made = g_new0(Made, 1);
    made->id = id;
    g_async_queue_push(ahead->orders, made);
}

static gpointer make_them(gpointer data) {
    Ahead *ahead = data;
    Made *made;
    while ((made = g_async_queue_pop(ahead->orders))->id != 0) {
        made->keys = keep_keys(ahead->office, ahead->vault, made->id, ahead->holders);
        g_async_queue_push(ahead->made, made);
    }
    made_free(made);
    return NULL;
}

static void ahead_free(Ahead *ahead) {
    g_async_queue_unref(ahead->orders);
    g_async_queue_unref(ahead->made);
    vault_close(ahead->vault);
    g_array_unref(ahead->holders);
    g_free(ahead);
}

Ahead *ahead_start(const Office *office) {
    Ahead *ahead = g_new0(Ahead, 1);
    ahead->office = office;
    ahead->holders = keep_holders(office, NULL);
    ahead->vault = vault_twin(office->vault);
    ahead->orders = g_async_queue_new_full(made_free);
    ahead->made = g_async_queue_new_full(made_free);
    ahead->maker = thread_start("keys", make_them, ahead);
    for (guint i = 0; ahead->maker != NULL && i < READY; i++)
        order(ahead, office_number(office));
    if (ahead->maker == NULL)
        g_clear_pointer(&ahead, ahead_free);
    return ahead;
}

CaseKeys *ahead_take(Ahead *ahead, guint64 *id) {
    order(ahead, office_number(ahead->office));
    Made *made = g_async_queue_pop(ahead->made);
    CaseKeys *keys = g_steal_pointer(&made->keys);
    *id = made->id;
    made_free(made);
    return keys;
}

void ahead_stop(Ahead *ahead) {
    if (ahead == NULL)
        return;
    order(ahead, 0);
    g_thread_join(ahead->maker);
    ahead_free(ahead);
}
