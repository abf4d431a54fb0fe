#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/db.h"

enum { BUSY_MS = 60000 };

gboolean db_make_file(const char *path, enum fault reach, GError **error) {
    int fd = g_open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return fault_errno(error, reach, errno, "%s cannot be made", path);
    close(fd);
    return TRUE;
}

static gboolean exec(Store *store, const char *sql, GError **error) {
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return TRUE;
    return db_fault(store, error, "set up");
}

static gboolean pragma_is(Store *store, const char *sql, const char *want, GError **error) {
    sqlite3_stmt *statement = NULL;
    gboolean same = FALSE;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        same = g_ascii_strcasecmp((const char *)sqlite3_column_text(statement, 0), want) == 0;
    sqlite3_finalize(statement);
    return same || fault_set(error, FAULT_SETUP, "the database does not take \"%s\"", sql);
}

/* An unqualified pragma would leave the attached file as it was. */
static gboolean harden(Store *store, GError **error) {
    return exec(store,
                "PRAGMA main.synchronous=EXTRA; PRAGMA keys.synchronous=EXTRA;"
                "PRAGMA main.mmap_size=0; PRAGMA keys.mmap_size=0;"
                "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;"
                "PRAGMA main.cache_size=-4096; PRAGMA keys.cache_size=-1024;"
                "PRAGMA cell_size_check=ON",
                error) &&
           pragma_is(store, "PRAGMA main.journal_mode=TRUNCATE", "truncate", error) &&
           pragma_is(store, "PRAGMA main.secure_delete=ON", "1", error) &&
           pragma_is(store, "PRAGMA keys.secure_delete=ON", "1", error) &&
           pragma_is(store, "PRAGMA main.synchronous", "3", error) &&
           (store->keys_in_memory ||
            pragma_is(store, "PRAGMA keys.journal_mode=TRUNCATE", "truncate", error)) &&
           pragma_is(store, "PRAGMA keys.synchronous", "3", error);
}

static gboolean open_files(Store *store, const char *folder, GError **error) {
    g_autofree char *path = g_build_filename(folder, "worrybox.db", NULL);
    g_autofree char *keys = g_build_filename(folder, "keys.db", NULL);
    /* One thread uses a store: it needs no locks of its own. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK)
        return fault_set(error, FAULT_SETUP, "%s cannot be opened", path);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!db_run(store, NULL, error, "ATTACH ? AS keys", "t",
                store->keys_in_memory ? ":memory:" : keys))
        return FALSE;
    return harden(store, error);
}

static void finalize(gpointer statement) {
    sqlite3_finalize(statement);
}

static Store *store_new(void) {
    Store *store = g_new0(Store, 1);
    store->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, finalize);
    return store;
}

/* In the caller's transaction: all of it or nothing. */
static gboolean make_keys(Store *store, const guint8 site[STORE_SITE], GError **error) {
    g_autoptr(GBytes) id = g_bytes_new(site, STORE_SITE);
    g_autofree char *head =
        g_strdup_printf("PRAGMA keys.application_id=%d; PRAGMA keys.user_version=%d;",
                        SCHEMA_KEYS_ID, SCHEMA_VERSION);
    return exec(store, SCHEMA_KEYS, error) && exec(store, head, error) &&
           store_set_secret(store, "site", id, error);
}

gboolean store_create(const char *folder, const guint8 site[STORE_SITE], GError **error) {
    g_autofree char *path = g_build_filename(folder, "worrybox.db", NULL);
    g_autofree char *keys = g_build_filename(folder, "keys.db", NULL);
    if (!db_make_file(path, FAULT_SETUP, error) || !db_make_file(keys, FAULT_SETUP, error))
        return FALSE;
    g_autoptr(Store) store = store_new();
    g_autoptr(GBytes) id = g_bytes_new(site, STORE_SITE);
    g_autofree char *head =
        g_strdup_printf("PRAGMA main.application_id=%d; PRAGMA main.user_version=%d;",
                        SCHEMA_MAIN_ID, SCHEMA_VERSION);
    return open_files(store, folder, error) && store_begin(store, error) &&
           exec(store, SCHEMA_MAIN, error) && exec(store, head, error) &&
           make_keys(store, site, error) &&
           db_run(store, NULL, error, "INSERT INTO site VALUES('id', ?)", "b", id) &&
           store_commit(store, error);
}

static gint64 pragma_number(Store *store, const char *sql) {
    sqlite3_stmt *statement = NULL;
    gint64 number = -1;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* Brings both files from their version to ours, each step in a transaction of its own. */
static gboolean bring_forward(Store *store, GError **error) {
    gint64 version = pragma_number(store, "PRAGMA main.user_version");
    if (pragma_number(store, "PRAGMA main.application_id") != SCHEMA_MAIN_ID || version < 1)
        return fault_set(error, FAULT_SETUP, "worrybox.db is not a database of worrybox");
    if (version > SCHEMA_VERSION)
        return fault_set(error, FAULT_SETUP,
                         "worrybox.db was made by a newer worrybox (version %d, this one knows %d)",
                         (int)version, SCHEMA_VERSION);
    for (; version < SCHEMA_VERSION; version++) {
        g_autofree char *head =
            g_strdup_printf("PRAGMA main.user_version=%d; PRAGMA keys.user_version=%d;",
                            (int)version + 1, (int)version + 1);
        if (!store_begin(store, error) || !exec(store, SCHEMA_FORWARD[version], error) ||
            !exec(store, head, error) || !store_commit(store, error))
            return FALSE;
    }
    return TRUE;
}

static GBytes *main_site(Store *store, GError **error) {
    sqlite3_stmt *statement = db_bind(store, error, "SELECT value FROM site WHERE name='id'", "");
    g_autoptr(GBytes) id = db_row(store, statement, error) ? db_bytes(statement, 0) : NULL;
    db_done(statement);
    if (id != NULL && g_bytes_get_size(id) == STORE_SITE)
        return g_steal_pointer(&id);
    g_clear_error(error);
    fault_set(error, FAULT_SETUP, "worrybox.db has no site id");
    return NULL;
}

static gboolean start_keys(Store *store, GError **error) {
    if (!store_begin(store, error))
        return FALSE;
    if (make_keys(store, store->site, error))
        return store_commit(store, error);
    store_rollback(store);
    return FALSE;
}

/* Both files must be of one site; a new keys.db is made to be, and one that is empty, for somebody
 * was killed in making it. */
static gboolean settle(Store *store, enum store_keys when_absent, GError **error) {
    if (!bring_forward(store, error))
        return FALSE;
    g_autoptr(GBytes) id = main_site(store, error);
    if (id == NULL)
        return FALSE;
    memcpy(store->site, g_bytes_get_data(id, NULL), STORE_SITE);
    gboolean empty = pragma_number(store, "SELECT count(*) FROM keys.sqlite_master") == 0;
    if (empty && (store->keys_in_memory || when_absent == STORE_KEYS_MADE) &&
        !start_keys(store, error))
        return FALSE;
    if (empty && when_absent == STORE_KEYS_NONE)
        return TRUE;
    g_autoptr(GBytes) keys_id = store_secret(store, "site");
    return (keys_id != NULL && g_bytes_equal(id, keys_id)) ||
           fault_set(error, FAULT_SETUP, "keys.db belongs to another site than worrybox.db");
}

static gboolean may_open(const char *path, const char *keys, enum store_keys when_absent,
                         GError **error) {
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return fault_set(error, FAULT_SETUP, "%s is not there: \"worrybox init\" makes a site",
                         path);
    if (when_absent != STORE_KEYS_NEEDED || g_file_test(keys, G_FILE_TEST_EXISTS))
        return TRUE;
    return fault_set(error, FAULT_SETUP,
                     "%s is not there: open cases cannot be answered without it. If it is lost, "
                     "\"worrybox restore\" begins again",
                     keys);
}

Store *store_open(const char *folder, enum store_keys when_absent, GError **error) {
    g_autofree char *path = g_build_filename(folder, "worrybox.db", NULL);
    g_autofree char *keys = g_build_filename(folder, "keys.db", NULL);
    g_autoptr(Store) store = store_new();
    if (!may_open(path, keys, when_absent, error))
        return NULL;
    gboolean absent = !g_file_test(keys, G_FILE_TEST_EXISTS);
    store->keys_in_memory = absent && when_absent == STORE_KEYS_NONE;
    if (absent && when_absent == STORE_KEYS_MADE && !db_make_file(keys, FAULT_SETUP, error))
        return NULL;
    if (!open_files(store, folder, error) || !settle(store, when_absent, error))
        return NULL;
    return g_steal_pointer(&store);
}

void store_close(Store *store) {
    if (store == NULL)
        return;
    g_hash_table_unref(store->statements);
    sqlite3_close(store->db);
    g_free(store);
}

const guint8 *store_site(const Store *store) {
    return store->site;
}

gboolean store_begin(Store *store, GError **error) {
    return db_run(store, NULL, error, "BEGIN IMMEDIATE", "");
}

gboolean store_commit(Store *store, GError **error) {
    if (db_run(store, NULL, error, "COMMIT", ""))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

void store_rollback(Store *store) {
    if (!sqlite3_get_autocommit(store->db))
        db_run(store, NULL, NULL, "ROLLBACK", "");
}

gint64 store_number(Store *store, const char *name) {
    sqlite3_stmt *statement =
        db_bind(store, NULL, "SELECT value FROM site WHERE name=?", "t", name);
    gint64 number = db_row(store, statement, NULL) ? sqlite3_column_int64(statement, 0) : 0;
    db_done(statement);
    return number;
}

gboolean store_set_number(Store *store, const char *name, gint64 number, GError **error) {
    return db_run(
        store, NULL, error,
        "INSERT INTO site VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value=excluded.value", "ti",
        name, number);
}

GBytes *store_fact(Store *store, const char *name) {
    sqlite3_stmt *statement =
        db_bind(store, NULL, "SELECT value FROM site WHERE name=?", "t", name);
    GBytes *fact = db_row(store, statement, NULL) ? db_bytes(statement, 0) : NULL;
    db_done(statement);
    return fact;
}

gboolean store_set_fact(Store *store, const char *name, GBytes *fact, GError **error) {
    if (fact == NULL)
        return db_run(store, NULL, error, "DELETE FROM site WHERE name=?", "t", name);
    return db_run(
        store, NULL, error,
        "INSERT INTO site VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value=excluded.value", "tb",
        name, fact);
}

GBytes *store_secret(Store *store, const char *name) {
    sqlite3_stmt *statement =
        db_bind(store, NULL, "SELECT value FROM keys.secrets WHERE name=?", "t", name);
    GBytes *secret = db_row(store, statement, NULL) ? db_secret(statement, 0) : NULL;
    db_done(statement);
    return secret;
}

gboolean store_add_secret(Store *store, const char *name, GBytes *secret, GError **error) {
    return db_run(store, NULL, error, "INSERT INTO keys.secrets VALUES(?, ?)", "tb", name, secret);
}

gboolean store_set_secret(Store *store, const char *name, GBytes *secret, GError **error) {
    return db_run(store, NULL, error,
                  "INSERT INTO keys.secrets VALUES(?, ?) "
                  "ON CONFLICT(name) DO UPDATE SET value=excluded.value",
                  "tb", name, secret);
}
