#include "run/holders.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "run/record.h"

/* ---- which are known ----------------------------------------------------------------------- */

static const HolderRow *row_of(const Office *office, const char *key) {
    for (guint i = 0; i < office->holders->len; i++) {
        const HolderRow *row = g_ptr_array_index(office->holders, i);
        if (strcmp(row->key, key) == 0)
            return row;
    }
    return NULL;
}

gboolean holders_retired(const Office *office, const char *key) {
    const HolderRow *row = row_of(office, key);
    return row != NULL && row->retired >= 0;
}

static const Person *person_with(const Office *office, const char *key) {
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (g_strcmp0(person->key, key) == 0)
            return person;
    }
    return NULL;
}

/* Has anybody in people.conf a key that is not retired, and not `but` (may be NULL)? */
static gboolean any_in_use(const Office *office, const char *but) {
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->key != NULL && g_strcmp0(person->key, but) != 0 &&
            !holders_retired(office, person->key))
            return TRUE;
    }
    return FALSE;
}

/* ---- on the record ------------------------------------------------------------------------- */

static gboolean put_on_record(Office *office, const char *by, const char *act, const char *holder,
                              const char *key, const char *why, GError **error) {
    g_autofree char *print = vault_fingerprint(key);
    g_autofree char *reason =
        g_strdup_printf("%s, %s%s%s", holder, print, why ? ": " : "", why ? why : "");
    return record_act(office, by, act, NULL, reason, error);
}

/* In the caller's transaction. */
static gboolean add(Office *office, const char *by, const char *holder, const char *key,
                    GError **error) {
    return store_add_holder(office->store, key, holder, office->now, error) &&
           put_on_record(office, by, "key-added", holder, key, NULL, error);
}

/* Ends the transaction, and reads again what is known. */
static gboolean settle(Office *office, gboolean done, GError **error) {
    if (!done) {
        store_rollback(office->store);
        return FALSE;
    }
    g_autoptr(GPtrArray) holders = store_holders(office->store, error);
    if (holders == NULL || !store_commit(office->store, error)) {
        store_rollback(office->store);
        return FALSE;
    }
    g_ptr_array_unref(office->holders);
    office->holders = g_steal_pointer(&holders);
    return TRUE;
}

static gboolean add_all(Office *office, const GPtrArray *fresh, GError **error) {
    for (guint i = 0; i < fresh->len; i++) {
        const Person *person = g_ptr_array_index(fresh, i);
        if (!add(office, "worrybox", person->id, person->key, error))
            return FALSE;
    }
    return TRUE;
}

static const char ALL_RETIRED[] = "every key in people.conf is retired: nobody could open what is "
                                  "sealed now; make a new one with \"worrybox keygen\"";

GPtrArray *holders_fresh(const Office *office) {
    GPtrArray *fresh = g_ptr_array_new();
    for (guint i = 0; i < office->people->list->len; i++) {
        Person *person = g_ptr_array_index(office->people->list, i);
        if (person->key != NULL && row_of(office, person->key) == NULL)
            g_ptr_array_add(fresh, person);
    }
    return fresh;
}

gboolean holders_note(Office *office, GError **error) {
    if (!any_in_use(office, NULL))
        return fault_set(error, FAULT_SETUP, "%s", ALL_RETIRED);
    g_autoptr(GPtrArray) fresh = holders_fresh(office);
    return fresh->len == 0 || (store_begin(office->store, error) &&
                               settle(office, add_all(office, fresh, error), error));
}

void holders_check(const Office *office, Problems *problems) {
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        const HolderRow *row = person->key ? row_of(office, person->key) : NULL;
        if (row == NULL || row->retired < 0)
            continue;
        g_autofree char *day = clock_date(row->retired, office->site->zone);
        problems_warn(problems, "people.conf", person->line,
                      "the key of %s was retired on %s: nothing is sealed to it; put their new key "
                      "in its place, or take the line out",
                      person->id, day);
    }
    if (!any_in_use(office, NULL))
        problems_add(problems, "people.conf", 0, "%s", ALL_RETIRED);
}

/* ---- adding -------------------------------------------------------------------------------- */

static gboolean may_add(const Office *office, const Person *person, const char *key,
                        GError **error) {
    const HolderRow *row = row_of(office, key);
    const Person *has = person_with(office, key);
    if (row != NULL && row->retired >= 0)
        return fault_set(error, FAULT_REFUSED, "this key was retired: make a new one");
    if ((row != NULL && strcmp(row->holder, person->id) != 0) || (has != NULL && has != person))
        return fault_set(error, FAULT_REFUSED, "this is the key of %s",
                         row != NULL ? row->holder : has->id);
    return row == NULL ||
           fault_set(error, FAULT_REFUSED, "this key of %s is known already", person->id);
}

gboolean holders_add(Office *office, const char *by, const char *holder, const char *key,
                     char **known, GError **error) {
    const Person *person = people_find(office->people, holder);
    if (person == NULL || person->role > ROLE_HEAD)
        return fault_set(error, FAULT_REFUSED,
                         "there is no lead, deputy or head %s in people.conf: put them there first",
                         holder);
    if (key == NULL && person->key == NULL)
        return fault_set(error, FAULT_REFUSED,
                         "%s has no \"key\" in people.conf: give it here, as keygen printed it",
                         holder);
    g_autofree char *line = vault_public(key ? key : person->key);
    if (line == NULL)
        return fault_set(error, FAULT_INPUT,
                         "this is no public line: it starts with wbpub1, and keygen prints it");
    if (!may_add(office, person, line, error) || !store_begin(office->store, error) ||
        !settle(office, add(office, by, holder, line, error), error))
        return FALSE;
    *known = g_steal_pointer(&line);
    return TRUE;
}

/* ---- retiring ------------------------------------------------------------------------------ */

/* Small letters and digits only, so that a fingerprint may be typed as it was read out. */
static char *squeezed(const char *text) {
    GString *out = g_string_new(NULL);
    for (; *text != '\0'; text++)
        if (g_ascii_isalnum(*text))
            g_string_append_c(out, g_ascii_tolower(*text));
    return g_string_free(out, FALSE);
}

static gboolean is_called(const HolderRow *row, const char *which) {
    g_autofree char *print = vault_fingerprint(row->key);
    g_autofree char *letters = squeezed(print);
    g_autofree char *id = vault_key_id(row->key);
    g_autofree char *want = squeezed(which);
    g_autofree char *line = vault_public(which);
    return strcmp(want, letters) == 0 || strcmp(want, id) == 0 || g_strcmp0(line, row->key) == 0;
}

const HolderRow *holders_find(const Office *office, const char *which, GError **error) {
    const HolderRow *found = NULL;
    guint count = 0;
    for (guint i = 0; i < office->holders->len; i++) {
        const HolderRow *row = g_ptr_array_index(office->holders, i);
        if (is_called(row, which))
            return row;
        if (strcmp(row->holder, which) == 0 && row->retired < 0) {
            found = row;
            count++;
        }
    }
    if (count == 1)
        return found;
    fault_set(error, FAULT_REFUSED,
              count == 0 ? "there is no key %s that is in use (worrybox key list)"
                         : "%s has several keys: give the fingerprint of one (worrybox key list)",
              which);
    return NULL;
}

gboolean holders_retire(Office *office, const char *by, const HolderRow *row, const char *reason,
                        GError **error) {
    if (row->retired >= 0)
        return fault_set(error, FAULT_REFUSED, "this key of %s is retired already", row->holder);
    if (!any_in_use(office, row->key))
        return fault_set(error, FAULT_REFUSED,
                         "this is the last key: without it nobody could open anything. Let "
                         "somebody make a new one first, and put it into people.conf");
    if (person_with(office, row->key) != NULL)
        return fault_set(error, FAULT_REFUSED,
                         "this is the key of %s in people.conf: put their new key in its place "
                         "there, or take the line out, then retire it",
                         row->holder);
    return store_begin(office->store, error) &&
           settle(
               office,
               store_retire_holder(office->store, row->key, office->now, error) &&
                   put_on_record(office, by, "key-retired", row->holder, row->key, reason, error),
               error);
}
