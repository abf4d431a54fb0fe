#include "store/holders.h"

#include "store/db.h"

static void free_holder(gpointer data) {
    HolderRow *row = data;
    g_free(row->key);
    g_free(row->holder);
    g_free(row);
}

GPtrArray *store_holders(Store *store, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT key, holder, added, ifnull(retired, -1) FROM holders"
                              " ORDER BY added, holder, key",
                              "");
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_holder);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, s, &failed)) {
        HolderRow *row = g_new0(HolderRow, 1);
        row->key = db_text(s, 0);
        row->holder = db_text(s, 1);
        row->added = sqlite3_column_int64(s, 2);
        row->retired = sqlite3_column_int64(s, 3);
        g_ptr_array_add(rows, row);
    }
    return db_end(s, g_steal_pointer(&failed), error) ? g_steal_pointer(&rows) : NULL;
}

gboolean store_add_holder(Store *store, const char *key, const char *holder, gint64 at,
                          GError **error) {
    return db_run(store, NULL, error, "INSERT INTO holders VALUES(?, ?, ?, NULL)", "tti", key,
                  holder, at);
}

gboolean store_retire_holder(Store *store, const char *key, gint64 at, GError **error) {
    return db_run(store, NULL, error, "UPDATE holders SET retired=?2 WHERE key=?1", "ti", key, at);
}

gboolean store_sealed_to(Store *store, const char *key, SealedTo *sealed, GError **error) {
    sqlite3_stmt *s = db_bind(
        store, error,
        "SELECT count(*), ifnull(sum(c.flagged), 0), ifnull(sum(NOT EXISTS(SELECT 1 FROM seals o"
        "  WHERE o.case_id=s.case_id AND o.key<>s.key AND o.key NOT IN"
        "  (SELECT key FROM holders WHERE retired IS NOT NULL))), 0)"
        " FROM seals s JOIN cases c ON c.id=s.case_id WHERE s.key=? AND c.state<>4",
        "t", key);
    gboolean found = db_row(store, s, error);
    if (found)
        *sealed = (SealedTo){(guint)sqlite3_column_int(s, 0), (guint)sqlite3_column_int(s, 1),
                             (guint)sqlite3_column_int(s, 2)};
    db_done(s);
    return found;
}

GArray *store_cases_sealed_to(Store *store, const char *key, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT id FROM seals JOIN cases ON id=case_id"
                              " WHERE key=? AND state<>4 ORDER BY opened, id",
                              "t", key);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
    g_autoptr(GError) failed = NULL;
    while (db_row(store, s, &failed)) {
        guint64 id = (guint64)sqlite3_column_int64(s, 0);
        g_array_append_val(ids, id);
    }
    return db_end(s, g_steal_pointer(&failed), error) ? g_steal_pointer(&ids) : NULL;
}

gboolean store_move_seal(Store *store, guint64 id, const char *holder, const char *to,
                         const char *key, GBytes *seal, GBytes *escrow, GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE seals SET holder=?3, origin=ifnull(origin, key), key=?4, seal=?5,"
                  " escrow=?6 WHERE case_id=?1 AND holder=?2",
                  "itttbb", (gint64)id, holder, to, key, seal, escrow);
}
