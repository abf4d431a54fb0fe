#include "store/traffic.h"

#include <string.h>

#include "store/db.h"

#define CLOSED "closed "

gboolean store_add_token(Store *store, GBytes *hash, guint64 case_id, const Party *party, gint64 at,
                         GError **error) {
    g_autofree char *text = party_text(party);
    return db_run(store, NULL, error, "INSERT INTO tokens VALUES(?, ?, ?, ?)", "biti", hash,
                  (gint64)case_id, text, at);
}

static gboolean find_token(Store *store, GBytes *hash, const char *before, guint64 *case_id,
                           Party **party, GError **error) {
    sqlite3_stmt *statement =
        db_bind(store, error, "SELECT case_id, party FROM tokens WHERE hash=?", "b", hash);
    gboolean found = db_row(store, statement, error);
    if (found) {
        const char *text = (const char *)sqlite3_column_text(statement, 1);
        *case_id = (guint64)sqlite3_column_int64(statement, 0);
        *party = g_str_has_prefix(text, before) ? party_read(text + strlen(before)) : NULL;
        found = *party != NULL;
    }
    db_done(statement);
    return found;
}

gboolean store_token(Store *store, GBytes *hash, guint64 *case_id, Party **party, GError **error) {
    return find_token(store, hash, "", case_id, party, error);
}

gboolean store_closed_token(Store *store, GBytes *hash, guint64 *case_id, Party **party,
                            GError **error) {
    return find_token(store, hash, CLOSED, case_id, party, error);
}

gboolean store_revoke(Store *store, guint64 case_id, const Party *party, GError **error) {
    g_autofree char *text = party_text(party);
    return db_run(store, NULL, error, "DELETE FROM tokens WHERE case_id=? AND party=?", "it",
                  (gint64)case_id, text);
}

/* A party that begins so is none that party_read() takes: store_token() finds it no more. */
gboolean store_revoke_all(Store *store, guint64 case_id, GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE tokens SET party='" CLOSED "'||party"
                  " WHERE case_id=? AND party NOT LIKE '" CLOSED "%' AND party NOT LIKE 'record %'",
                  "i", (gint64)case_id);
}

void out_row_free(OutRow *row) {
    if (row == NULL)
        return;
    g_clear_pointer(&row->draft, g_bytes_unref);
    g_free(row);
}

static void free_out(gpointer row) {
    out_row_free(row);
}

static gboolean add_out(Store *store, const OutRow *row, enum out_state state, GError **error) {
    return db_run(store, NULL, error,
                  "INSERT INTO outbox VALUES(?, nullif(?, 0), ?, ?, ?, ?, 0, ?)", "iiiiiib",
                  (gint64)row->id, (gint64)row->case_id, (gint64)state, (gint64)row->urgent,
                  row->not_before, row->at, row->draft);
}

gboolean store_add_out(Store *store, const OutRow *row, GError **error) {
    return add_out(store, row, OUT_READY, error);
}

gboolean store_hold_out(Store *store, const OutRow *row, GError **error) {
    return add_out(store, row, OUT_HELD, error);
}

/* Ends `s`, which selects id, case_id, urgent, not_before, at, tries and draft. */
static GPtrArray *read_rows(Store *store, sqlite3_stmt *s, GError **error) {
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_out);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, s, &failed)) {
        OutRow *row = g_new0(OutRow, 1);
        row->id = (guint64)sqlite3_column_int64(s, 0);
        row->case_id = (guint64)sqlite3_column_int64(s, 1);
        row->urgent = sqlite3_column_int(s, 2) != 0;
        row->not_before = sqlite3_column_int64(s, 3);
        row->at = sqlite3_column_int64(s, 4);
        row->tries = (guint)sqlite3_column_int(s, 5);
        row->draft = db_bytes(s, 6);
        g_ptr_array_add(rows, row);
    }
    return db_end(s, g_steal_pointer(&failed), error) ? g_steal_pointer(&rows) : NULL;
}

static GPtrArray *due_rows(Store *store, gint64 now, guint most, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT id, ifnull(case_id, 0), urgent, not_before, at, tries, draft"
                              /* Nothing waits longer than a day, but for a clock that was ahead. */
                              " FROM outbox WHERE state=1 AND"
                              " (not_before<=?1 OR not_before>?1+86400)"
                              " ORDER BY urgent DESC, id LIMIT ?2",
                              "ii", now, (gint64)most);
    return read_rows(store, s, error);
}

GPtrArray *store_held(Store *store, guint64 case_id, gint64 now, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT id, ifnull(case_id, 0), urgent, not_before, at, tries, draft"
                              " FROM outbox WHERE state=0 AND iif(?1, case_id=?1,"
                              " not_before<=?2 AND tries=0) ORDER BY at",
                              "ii", (gint64)case_id, now);
    return read_rows(store, s, error);
}

gboolean store_held_told(Store *store, guint64 id, GError **error) {
    return db_run(store, NULL, error, "UPDATE outbox SET tries=1 WHERE id=? AND state=0", "i",
                  (gint64)id);
}

gboolean store_release_out(Store *store, guint64 id, gint64 not_before, GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE outbox SET state=1, tries=0, not_before=?2 WHERE id=?1 AND state=0", "ii",
                  (gint64)id, not_before);
}

gboolean store_drop_held(Store *store, guint64 id, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM outbox WHERE id=? AND state=0", "i", (gint64)id);
}

GPtrArray *store_take_out(Store *store, gint64 now, guint most, GError **error) {
    g_autoptr(GPtrArray) rows = due_rows(store, now, most, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const OutRow *row = g_ptr_array_index(rows, i);
        if (!db_run(store, NULL, error, "UPDATE outbox SET state=2 WHERE id=?", "i",
                    (gint64)row->id))
            return NULL;
    }
    return g_steal_pointer(&rows);
}

gboolean store_out_sent(Store *store, guint64 id, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM outbox WHERE id=?", "i", (gint64)id);
}

gboolean store_out_later(Store *store, guint64 id, gint64 again, GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE outbox SET state=1, not_before=?2, tries=tries+1 WHERE id=?1", "ii",
                  (gint64)id, again);
}

gboolean store_out_failed(Store *store, guint64 id, GError **error) {
    return db_run(store, NULL, error, "UPDATE outbox SET state=3 WHERE id=?", "i", (gint64)id);
}

int store_out_recover(Store *store, GError **error) {
    int changed = 0;
    gboolean done = db_run(store, &changed, error, "UPDATE outbox SET state=1 WHERE state=2", "");
    return done ? changed : -1;
}

gboolean store_drop_out(Store *store, guint64 case_id, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM outbox WHERE case_id=?", "i", (gint64)case_id);
}

static guint count(Store *store, const char *sql) {
    sqlite3_stmt *statement = db_bind(store, NULL, sql, "");
    guint n = db_row(store, statement, NULL) ? (guint)sqlite3_column_int(statement, 0) : 0;
    db_done(statement);
    return n;
}

guint store_out_waiting(Store *store) {
    return count(store, "SELECT count(*) FROM outbox WHERE state IN (1, 2)");
}

guint store_out_failures(Store *store) {
    return count(store, "SELECT count(*) FROM outbox WHERE state=3");
}

gboolean store_seen(Store *store, GBytes *digest) {
    sqlite3_stmt *statement =
        db_bind(store, NULL, "SELECT 1 FROM seen WHERE digest=?", "b", digest);
    gboolean found = db_row(store, statement, NULL);
    db_done(statement);
    return found;
}

gboolean store_seen_name(Store *store, const char *validity, const char *name) {
    sqlite3_stmt *statement = db_bind(store, NULL, "SELECT 1 FROM seen WHERE validity=? AND name=?",
                                      "tt", validity, name);
    gboolean found = db_row(store, statement, NULL);
    db_done(statement);
    return found;
}

gboolean store_add_seen(Store *store, GBytes *digest, const char *validity, const char *name,
                        gint64 at, GError **error) {
    return db_run(store, NULL, error, "INSERT OR IGNORE INTO seen VALUES(?, ?, ?, ?)", "btti",
                  digest, validity, name, at);
}

gboolean store_forget_seen(Store *store, gint64 before, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM seen WHERE at<?", "i", before);
}

void audit_row_free(AuditRow *row) {
    if (row == NULL)
        return;
    g_free(row->actor);
    g_free(row->act);
    g_free(row->handle);
    g_free(row->reason);
    g_clear_pointer(&row->before, g_bytes_unref);
    g_clear_pointer(&row->hash, g_bytes_unref);
    g_clear_pointer(&row->mac, g_bytes_unref);
    g_free(row);
}

static void free_audit(gpointer row) {
    audit_row_free(row);
}

gboolean store_audit_head(Store *store, guint64 *sequence, GBytes **hash, GError **error) {
    g_autoptr(GError) failed = NULL;
    sqlite3_stmt *statement = db_bind(
        store, &failed, "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1", "");
    *sequence = 0;
    *hash = NULL;
    if (db_row(store, statement, &failed)) {
        *sequence = (guint64)sqlite3_column_int64(statement, 0);
        *hash = db_bytes(statement, 1);
    }
    db_done(statement);
    if (failed == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

gboolean store_add_audit(Store *store, const AuditRow *row, GError **error) {
    return db_run(store, NULL, error, "INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  "iittttbbb", (gint64)row->sequence, row->at, row->actor, row->act, row->handle,
                  row->reason, row->before, row->hash, row->mac);
}

GPtrArray *store_audit(Store *store, const char *handle, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT sequence, at, actor, act, handle, reason, before, hash, mac"
                              " FROM audit WHERE ?1 IS NULL OR handle=?1 ORDER BY sequence",
                              "t", handle);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_audit);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, s, &failed)) {
        AuditRow *row = g_new0(AuditRow, 1);
        row->sequence = (guint64)sqlite3_column_int64(s, 0);
        row->at = sqlite3_column_int64(s, 1);
        row->actor = db_text(s, 2);
        row->act = db_text(s, 3);
        row->handle = db_text(s, 4);
        row->reason = db_text(s, 5);
        row->before = db_bytes(s, 6);
        row->hash = db_bytes(s, 7);
        row->mac = db_bytes(s, 8);
        g_ptr_array_add(rows, row);
    }
    return db_end(s, g_steal_pointer(&failed), error) ? g_steal_pointer(&rows) : NULL;
}
