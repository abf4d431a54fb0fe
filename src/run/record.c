#include "run/record.h"

#include "base/fault.h"
#include "store/traffic.h"
#include "vault/chain.h"

char *record_start(Store *store, GError **error) {
    g_autoptr(GBytes) seed = chain_seed();
    g_autoptr(GBytes) key = chain_first_key(seed, store_site(store));
    return store_add_secret(store, "audit", key, error) ? chain_seed_sheet(seed) : NULL;
}

/* A site restored without keys.db starts a new key; the witness's seed no longer speaks for what
 * follows, and the row says so. */
static GBytes *present_key(Office *office, GError **error) {
    GBytes *key = store_secret(office->store, "audit");
    if (key != NULL)
        return key;
    char *sheet = record_start(office->store, error);
    if (sheet == NULL)
        return NULL;
    vault_wipe_text(sheet);
    if (!record_act(office, "worrybox", CHAIN_NEW_KEY, NULL, "keys.db was lost", error))
        return NULL;
    return store_secret(office->store, "audit");
}

gboolean record_act(Office *office, const char *actor, const char *act, const char *handle,
                    const char *reason, GError **error) {
    g_autoptr(GBytes) key = present_key(office, error);
    g_autoptr(GBytes) before = NULL;
    ChainRow row = {.at = office->now,
                    .actor = (char *)actor,
                    .act = (char *)act,
                    .handle = (char *)handle,
                    .reason = (char *)reason};
    if (key == NULL || !store_audit_head(office->store, &row.sequence, &before, error))
        return FALSE;
    row.sequence++;
    g_autoptr(GBytes) next = chain_step(&row, before, key);
    AuditRow kept = {.sequence = row.sequence,
                     .at = row.at,
                     .actor = row.actor,
                     .act = row.act,
                     .handle = row.handle,
                     .reason = row.reason,
                     .before = row.before,
                     .hash = row.hash,
                     .mac = row.mac};
    gboolean done = store_add_audit(office->store, &kept, error) &&
                    store_set_secret(office->store, "audit", next, error);
    g_clear_pointer(&row.before, g_bytes_unref);
    g_clear_pointer(&row.hash, g_bytes_unref);
    g_clear_pointer(&row.mac, g_bytes_unref);
    return done;
}

gboolean record_alone(Office *office, const char *actor, const char *act, const char *handle,
                      const char *reason, GError **error) {
    if (!store_begin(office->store, error))
        return FALSE;
    if (record_act(office, actor, act, handle, reason, error))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
}

gboolean record_head(Office *office, guint64 *count, char **hash, GError **error) {
    g_autoptr(GBytes) last = NULL;
    if (!store_audit_head(office->store, count, &last, error))
        return FALSE;
    GString *text = g_string_new(NULL);
    const guint8 *bytes = last ? g_bytes_get_data(last, NULL) : NULL;
    for (guint i = 0; i < VAULT_HASH; i++)
        g_string_append_printf(text, "%02x", bytes ? bytes[i] : 0);
    *hash = g_string_free(text, FALSE);
    return TRUE;
}
