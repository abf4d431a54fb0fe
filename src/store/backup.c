#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "store/db.h"

enum { BUSY_MS = 60000 };

/* ---- copying ------------------------------------------------------------------------------- */

static gboolean copy_pages(sqlite3 *from, sqlite3 *to) {
    sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
    int code = copy ? sqlite3_backup_step(copy, -1) : SQLITE_ERROR;
    for (int waited = 0; (code == SQLITE_BUSY || code == SQLITE_LOCKED) && waited < BUSY_MS;
         waited += sqlite3_sleep(100))
        code = sqlite3_backup_step(copy, -1);
    return sqlite3_backup_finish(copy) == SQLITE_OK && code == SQLITE_DONE;
}

static gboolean is_sound(sqlite3 *db) {
    sqlite3_stmt *statement = NULL;
    gboolean sound =
        sqlite3_prepare_v2(db, "PRAGMA quick_check", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        g_str_equal(sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    return sound;
}

/* What is done to the new file before anybody sees it; on disk when this returns. */
static gboolean copy_to(sqlite3 *from, const char *path, const char *then) {
    sqlite3 *to = NULL;
    gboolean good = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                    sqlite3_exec(to,
                                 "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=EXTRA;"
                                 "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON",
                                 NULL, NULL, NULL) == SQLITE_OK &&
                    copy_pages(from, to) && is_sound(to) &&
                    (then == NULL || sqlite3_exec(to, then, NULL, NULL, NULL) == SQLITE_OK);
    return sqlite3_close(to) == SQLITE_OK && good;
}

/* ---- backup -------------------------------------------------------------------------------- */

gboolean store_backup(Store *store, const char *path, GError **error) {
    if (!db_make_file(path, FAULT_INPUT, error))
        return FALSE;
    if (copy_to(store->db, path, NULL))
        return TRUE;
    unlink(path);
    return fault_set(error, FAULT_RUN, "%s could not be written: is the disk full?", path);
}

/* ---- restore ------------------------------------------------------------------------------- */

/* Mails lie under keys that are in no backup. */
static const char CLEAN[] = "BEGIN; DELETE FROM outbox; DELETE FROM tokens;"
                            "INSERT INTO site VALUES('" STORE_RESTORING "', 1)"
                            " ON CONFLICT(name) DO UPDATE SET value=1; COMMIT";

static gboolean is_ours(sqlite3 *db) {
    sqlite3_stmt *statement = NULL;
    gboolean ours =
        sqlite3_prepare_v2(db, "PRAGMA application_id", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0) == SCHEMA_MAIN_ID;
    sqlite3_finalize(statement);
    return ours;
}

static gboolean nothing_there(const char *folder, GError **error) {
    static const char *const names[] = {"worrybox.db", "keys.db"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return fault_set(error, FAULT_SETUP,
                             "%s exists: restore overwrites nothing; move it away first", path);
    }
    return TRUE;
}

static gboolean restore_from(sqlite3 *from, const char *folder, const char *backup,
                             GError **error) {
    g_autofree char *unfinished = g_build_filename(folder, "worrybox.db.restoring", NULL);
    g_autofree char *path = g_build_filename(folder, "worrybox.db", NULL);
    if (!is_ours(from))
        return fault_set(error, FAULT_INPUT, "%s is not a backup of worrybox", backup);
    unlink(unfinished); /* of a restore that was killed */
    if (!db_make_file(unfinished, FAULT_SETUP, error))
        return FALSE;
    if (!copy_to(from, unfinished, CLEAN)) {
        unlink(unfinished);
        return fault_set(error, FAULT_INPUT, "%s is damaged, or the disk is full", backup);
    }
    return rename(unfinished, path) == 0 ||
           fault_errno(error, FAULT_SETUP, errno, "%s cannot be made", path);
}

gboolean store_restore(const char *folder, const char *backup, GError **error) {
    sqlite3 *from = NULL;
    if (!nothing_there(folder, error))
        return FALSE;
    gboolean done = FALSE;
    if (sqlite3_open_v2(backup, &from, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        done = restore_from(from, folder, backup, error);
    else
        fault_set(error, FAULT_INPUT, "%s cannot be read", backup);
    sqlite3_close(from);
    return done;
}
