/* db.h: SQLite for the files of this folder only. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "base/fault.h"
#include "store/store.h"

struct store {
    sqlite3 *db;
    GHashTable *statements; /* text of a statement (by its address) -> sqlite3_stmt, owned */
    guint8 site[STORE_SITE];
    gboolean keys_in_memory; /* keys.db is lost, and whoever looks does not need it */
};

/* A statement with its values bound, one letter of `types` for each: i gint64, t text (NULL is
 * NULL), b GBytes (NULL is NULL). `sql` must be a literal: prepared once and kept. NULL sets
 * *error. It is reset by the next use of the same literal, or db_done(). */
sqlite3_stmt *db_bind(Store *store, GError **error, const char *sql, const char *types, ...);

/* Steps: TRUE while there is a row. FALSE with *error untouched at the end; else with *error set.
 */
gboolean db_row(Store *store, sqlite3_stmt *statement, GError **error);
void db_done(sqlite3_stmt *statement); /* NULL is fine */
/* The same behind the last row. TRUE where all were read: there is a statement, and `failed`, what
 * db_row() has set (NULL: nothing; taken), is nothing; else that goes to *error. */
gboolean db_end(sqlite3_stmt *statement, GError *failed, GError **error);

/* A statement that answers nothing; *changed (may be NULL) is how many rows it touched. */
gboolean db_run(Store *store, int *changed, GError **error, const char *sql, const char *types,
                ...);

/* Columns of the present row. Caller frees; NULL for NULL. */
char *db_text(sqlite3_stmt *statement, int column);
GBytes *db_bytes(sqlite3_stmt *statement, int column);
GBytes *db_secret(sqlite3_stmt *statement, int column); /* wiped when it is freed */

/* Sets *error from the database's own code; returns FALSE. SQLite's words name no data. */
gboolean db_fault(Store *store, GError **error, const char *what);

/* Files are made by us, with a mode of our own, before SQLite sees them. `reach`: of the error. */
gboolean db_make_file(const char *path, enum fault reach, GError **error);

/* The schema and how old files are brought forward (schema.c). */
enum { SCHEMA_VERSION = 3, SCHEMA_MAIN_ID = 0x77626d31, SCHEMA_KEYS_ID = 0x77626b31 };
extern const char *const SCHEMA_MAIN, *const SCHEMA_KEYS;
/* Index v holds what brings version v to v+1; the last is NULL. */
extern const char *const SCHEMA_FORWARD[];

#endif
