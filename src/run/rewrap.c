#include "run/rewrap.h"

#include <string.h>

#include "base/fault.h"
#include "run/holders.h"
#include "run/record.h"
#include "vault/rewrap.h"

void rewrapped_clear(Rewrapped *rewrapped) {
    g_free(rewrapped->from);
    g_free(rewrapped->to);
}

/* ---- which cases --------------------------------------------------------------------------- */

/* The seal of the old key; `other`: the new keyholder has one of their own. A half must not come to
 * who has another half: that one would open alone. */
static const SealRow *seal_of(const GPtrArray *seals, const char *key, const char *holder,
                              const char *new_key, gboolean *other) {
    const SealRow *found = NULL;
    *other = FALSE;
    for (guint i = 0; i < seals->len; i++) {
        const SealRow *seal = g_ptr_array_index(seals, i);
        if (strcmp(seal->key, key) == 0)
            found = seal;
        else if (strcmp(seal->holder, holder) == 0 || strcmp(seal->key, new_key) == 0)
            *other = TRUE;
    }
    return found;
}

/* What the host looks at of one case. */
typedef struct looked {
    Case *row;         /* owned; NULL: erased */
    GPtrArray *seals;  /* owned */
    const SealRow *of; /* borrowed from them; NULL: not to be re-wrapped */
} Looked;

static void looked_clear(Looked *looked) {
    g_clear_pointer(&looked->row, case_free);
    g_clear_pointer(&looked->seals, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Looked, looked_clear)

/* FALSE sets *error. Where it is not to be re-wrapped, `done` counts why. */
static gboolean look(const Office *office, guint64 id, const char *key, const Person *to,
                     Looked *looked, Rewrapped *done, GError **error) {
    g_autoptr(GError) failed = NULL;
    gboolean other = FALSE;
    looked->row = store_case(office->store, id, &failed);
    if (failed == NULL)
        looked->seals = store_seals(office->store, id, &failed);
    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    looked->of = seal_of(looked->seals, key, to->id, to->key, &other);
    if (looked->row == NULL || looked->of == NULL)
        done->gone++;
    else if (other)
        done->theirs++;
    else if (case_has_word(looked->row->not_for, to->id))
        done->not_for++;
    else
        return TRUE;
    looked->of = NULL;
    return TRUE;
}

static gboolean put_on_record(Office *office, const char *by, const char *act, const Rewrap *rewrap,
                              const Rewrapped *done, GError **error) {
    g_autofree char *from = vault_fingerprint(rewrap->from);
    g_autofree char *to = vault_fingerprint(rewrap->to);
    g_autofree char *reason = g_strdup_printf("%u cases from %s, %s, to %s, %s", done->cases,
                                              done->from, from, done->to, to);
    return record_act(office, by, act, NULL, reason, error);
}

/* ---- asking -------------------------------------------------------------------------------- */

static gboolean add_case(const Office *office, guint64 id, const Person *to, Rewrap *rewrap,
                         Rewrapped *done, GError **error) {
    g_auto(Looked) looked = {0};
    if (!look(office, id, rewrap->from, to, &looked, done, error))
        return FALSE;
    if (looked.of == NULL)
        return TRUE;
    GPtrArray *parts = rewrap_parts(looked.of->seal);
    if (parts->len == 0) {
        g_ptr_array_unref(parts);
        return fault_set(error, FAULT_RUN, "a seal of %s is damaged", looked.row->handle);
    }
    rewrap_add(rewrap, id, parts, looked.of->escrow);
    done->cases++;
    return TRUE;
}

/* In the caller's transaction. */
static char *ask(Office *office, const char *by, const Person *to, Rewrap *rewrap, Rewrapped *done,
                 GError **error) {
    g_autoptr(GArray) ids = store_cases_sealed_to(office->store, rewrap->from, error);
    for (guint i = 0; ids != NULL && i < ids->len; i++)
        if (!add_case(office, g_array_index(ids, guint64, i), to, rewrap, done, error))
            return NULL;
    if (ids == NULL || !put_on_record(office, by, "rewrap-asked", rewrap, done, error))
        return NULL;
    char *packet = rewrap_write(office->vault, rewrap);
    if (done->cases == 0)
        fault_set(error, FAULT_REFUSED, "there is nothing to re-wrap from %s to %s", done->from,
                  done->to);
    else if (packet == NULL)
        fault_set(error, FAULT_RUN, "a key in the store is damaged");
    return done->cases > 0 ? packet : (g_free(packet), NULL);
}

/* The person whose key in people.conf is in use; NULL sets *error. */
static const Person *new_holder(const Office *office, const char *name, const char *key,
                                GError **error) {
    const Person *person = name ? people_find(office->people, name) : NULL;
    for (guint i = 0; key != NULL && i < office->people->list->len; i++) {
        const Person *one = g_ptr_array_index(office->people->list, i);
        if (g_strcmp0(one->key, key) == 0)
            person = one;
    }
    if (person != NULL && person->key != NULL && !holders_retired(office, person->key))
        return person;
    fault_set(error, FAULT_REFUSED,
              name ? "%s has no key in people.conf that is in use"
                   : "the new key%s is not in people.conf, or it is retired",
              name ? name : "");
    return NULL;
}

char *rewrap_ask(Office *office, const char *by, const char *which, const char *to, Rewrapped *done,
                 GError **error) {
    if (!holders_note(office, error))
        return NULL;
    const HolderRow *from = holders_find(office, which, error);
    const Person *person = from ? new_holder(office, to, NULL, error) : NULL;
    if (person == NULL)
        return NULL;
    if (strcmp(person->key, from->key) == 0) {
        fault_set(error, FAULT_REFUSED, "that is the key that %s has in people.conf", person->id);
        return NULL;
    }
    g_autoptr(Rewrap) rewrap = rewrap_new();
    rewrap->from = g_strdup(from->key);
    rewrap->to = g_strdup(person->key);
    done->from = g_strdup(from->holder);
    done->to = g_strdup(person->id);
    rewrap->from_name = g_strdup(done->from);
    rewrap->to_name = g_strdup(done->to);
    rewrap->at = office->now;
    if (!store_begin(office->store, error))
        return NULL;
    g_autofree char *packet = ask(office, by, person, rewrap, done, error);
    if (packet == NULL) {
        store_rollback(office->store);
        return NULL;
    }
    return store_commit(office->store, error) ? g_steal_pointer(&packet) : NULL;
}

/* ---- taking in ----------------------------------------------------------------------------- */

/* The case key for the new key: what came back; made here where it was flagged meanwhile; none
 * where the flag was lifted. FALSE where there should be one and none can be made. */
static gboolean escrow_for(const Office *office, const Looked *looked, const Person *to,
                           GBytes *came, GBytes **escrow) {
    *escrow = NULL;
    if (!looked->row->flagged)
        return TRUE;
    if (came != NULL) {
        *escrow = g_bytes_ref(came);
        return TRUE;
    }
    g_autoptr(GBytes) key = store_case_key(office->store, looked->row->id);
    const Keyholder holder = {to->id, to->key};
    if (key != NULL)
        *escrow = vault_escrow(office->vault, looked->row->id, key, &holder);
    return *escrow != NULL;
}

static gboolean take_case(Office *office, const RewrapCase *one, const char *from, const Person *to,
                          Rewrapped *done, GError **error) {
    g_auto(Looked) looked = {0};
    g_autoptr(GBytes) escrow = NULL;
    if (!look(office, one->id, from, to, &looked, done, error))
        return FALSE;
    if (looked.of == NULL)
        return TRUE;
    g_autoptr(GBytes) seal = rewrap_join(looked.of->seal, from, one->seals);
    if (seal == NULL || !escrow_for(office, &looked, to, one->escrow, &escrow)) {
        done->gone++;
        return TRUE;
    }
    done->cases++;
    return store_move_seal(office->store, one->id, looked.of->holder, to->id, to->key, seal, escrow,
                           error);
}

static gboolean take_all(Office *office, const char *by, const Rewrap *rewrap, const Person *to,
                         Rewrapped *done, GError **error) {
    for (guint i = 0; i < rewrap->cases->len; i++)
        if (!take_case(office, g_ptr_array_index(rewrap->cases, i), rewrap->from, to, done, error))
            return FALSE;
    return done->cases > 0 ? put_on_record(office, by, "rewrapped", rewrap, done, error)
                           : fault_set(error, FAULT_REFUSED,
                                       "nothing in this answer is left to be taken in: it was "
                                       "taken in before, or its cases are erased");
}

gboolean rewrap_take_in(Office *office, const char *by, const char *text, gsize length,
                        Rewrapped *done, GError **error) {
    g_autoptr(Rewrap) rewrap = rewrap_take(office->vault, text, length, error);
    const Person *to = rewrap ? new_holder(office, NULL, rewrap->to, error) : NULL;
    const HolderRow *from = to ? holders_find(office, rewrap->from, error) : NULL;
    if (from == NULL)
        return FALSE;
    done->from = g_strdup(from->holder);
    done->to = g_strdup(to->id);
    if (!store_begin(office->store, error))
        return FALSE;
    if (take_all(office, by, rewrap, to, done, error))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
}
