#include "store/db.h"

#include <string.h>

#include "base/fault.h"

/* To try again mends a full disk, but no damaged file. */
gboolean db_fault(Store *store, GError **error, const char *what) {
    int code = sqlite3_errcode(store->db);
    gboolean damaged = code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
    return fault_set(error, damaged ? FAULT_SETUP : FAULT_RUN, "the database: %s (%s)",
                     sqlite3_errstr(code), what);
}

static gboolean bind_one(sqlite3_stmt *statement, int index, char type, va_list *args) {
    if (type == 'i')
        return sqlite3_bind_int64(statement, index, va_arg(*args, gint64)) == SQLITE_OK;
    if (type == 't') {
        const char *text = va_arg(*args, const char *);
        return sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
    }
    g_assert(type == 'b');
    GBytes *bytes = va_arg(*args, GBytes *);
    gsize length = 0;
    const void *data = bytes ? g_bytes_get_data(bytes, &length) : NULL;
    if (bytes == NULL)
        return sqlite3_bind_null(statement, index) == SQLITE_OK;
    /* Static: a blob of 20 MiB is not copied. Every caller steps before it lets go of the bytes. */
    return sqlite3_bind_blob64(statement, index, data ? data : "", length, SQLITE_STATIC) ==
           SQLITE_OK;
}

static sqlite3_stmt *prepared(Store *store, const char *sql, GError **error) {
    sqlite3_stmt *statement = g_hash_table_lookup(store->statements, sql);
    if (statement != NULL) {
        sqlite3_reset(statement);
        return statement;
    }
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK) {
        db_fault(store, error, "prepare");
        return NULL;
    }
    g_hash_table_insert(store->statements, (gpointer)sql, statement);
    return statement;
}

static sqlite3_stmt *bind_all(Store *store, GError **error, const char *sql, const char *types,
                              va_list *args) {
    sqlite3_stmt *statement = prepared(store, sql, error);
    for (int i = 0; statement != NULL && types[i] != '\0'; i++)
        if (!bind_one(statement, i + 1, types[i], args)) {
            db_fault(store, error, "bind");
            return NULL;
        }
    return statement;
}

sqlite3_stmt *db_bind(Store *store, GError **error, const char *sql, const char *types, ...) {
    va_list args;
    va_start(args, types);
    sqlite3_stmt *statement = bind_all(store, error, sql, types, &args);
    va_end(args);
    return statement;
}

gboolean db_row(Store *store, sqlite3_stmt *statement, GError **error) {
    if (statement == NULL)
        return FALSE;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return TRUE;
    if (code != SQLITE_DONE)
        db_fault(store, error, "read");
    sqlite3_reset(statement);
    return FALSE;
}

void db_done(sqlite3_stmt *statement) {
    if (statement == NULL)
        return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

gboolean db_end(sqlite3_stmt *statement, GError *failed, GError **error) {
    gboolean good = statement != NULL && failed == NULL;
    db_done(statement);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return good;
}

gboolean db_run(Store *store, int *changed, GError **error, const char *sql, const char *types,
                ...) {
    va_list args;
    va_start(args, types);
    sqlite3_stmt *statement = bind_all(store, error, sql, types, &args);
    va_end(args);
    if (statement == NULL)
        return FALSE;
    int code = sqlite3_step(statement);
    gboolean done = code == SQLITE_DONE || code == SQLITE_ROW || db_fault(store, error, "write");
    if (changed != NULL)
        *changed = sqlite3_changes(store->db);
    db_done(statement);
    return done;
}

char *db_text(sqlite3_stmt *statement, int column) {
    return g_strdup((const char *)sqlite3_column_text(statement, column));
}

GBytes *db_bytes(sqlite3_stmt *statement, int column) {
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    const void *data = sqlite3_column_blob(statement, column);
    return g_bytes_new(data, (gsize)sqlite3_column_bytes(statement, column));
}

typedef struct wiped {
    gpointer data;
    gsize length;
} Wiped;

static void wipe(gpointer data) {
    Wiped *wiped = data;
    explicit_bzero(wiped->data, wiped->length);
    g_free(wiped->data);
    g_free(wiped);
}

GBytes *db_secret(sqlite3_stmt *statement, int column) {
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    const void *data = sqlite3_column_blob(statement, column);
    Wiped *wiped = g_new0(Wiped, 1);
    wiped->length = (gsize)sqlite3_column_bytes(statement, column);
    wiped->data = g_memdup2(data, wiped->length);
    return g_bytes_new_with_free_func(wiped->data, wiped->length, wipe, wiped);
}
