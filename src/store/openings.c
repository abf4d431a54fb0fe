#include "store/openings.h"

#include "store/db.h"

void opening_free(Opening *opening) {
    if (opening == NULL)
        return;
    g_free(opening->holder);
    g_free(opening->ground);
    g_free(opening);
}

static void free_opening(gpointer data) {
    opening_free(data);
}

gboolean store_add_opening(Store *store, const Opening *opening, GError **error) {
    return db_run(store, NULL, error,
                  "INSERT INTO openings VALUES(?, ?, ?, ?, ?, ?, ?, nullif(?, -1))", "iiittiii",
                  (gint64)opening->id, (gint64)opening->case_id, opening->at, opening->holder,
                  opening->ground, (gint64)opening->tried, (gint64)opening->told, opening->due);
}

/* One set further off than a day was set by a clock that was ahead. */
GPtrArray *store_openings_due(Store *store, gint64 now, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT id, case_id, at, holder, ground, tried, told, due"
                              " FROM openings WHERE due<=?1 OR due>?1+86400 ORDER BY due",
                              "i", now);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_opening);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, s, &failed)) {
        Opening *row = g_new0(Opening, 1);
        row->id = (guint64)sqlite3_column_int64(s, 0);
        row->case_id = (guint64)sqlite3_column_int64(s, 1);
        row->at = sqlite3_column_int64(s, 2);
        row->holder = db_text(s, 3);
        row->ground = db_text(s, 4);
        row->tried = sqlite3_column_int(s, 5) != 0;
        row->told = sqlite3_column_int(s, 6) != 0;
        row->due = sqlite3_column_int64(s, 7);
        g_ptr_array_add(rows, row);
    }
    return db_end(s, g_steal_pointer(&failed), error) ? g_steal_pointer(&rows) : NULL;
}

gboolean store_opening_asked(Store *store, guint64 id, gint64 due, GError **error) {
    return db_run(store, NULL, error, "UPDATE openings SET due=nullif(?2, -1) WHERE id=?1", "ii",
                  (gint64)id, due);
}

gboolean store_opening_said(Store *store, guint64 case_id, gboolean tried, gboolean told,
                            GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE openings SET tried=(tried OR ?2), told=(told OR ?3),"
                  " due=iif((tried OR ?2) AND (told OR ?3), NULL, due) WHERE case_id=?1",
                  "iii", (gint64)case_id, (gint64)tried, (gint64)told);
}

gboolean store_opening_missing(Store *store, guint64 case_id) {
    sqlite3_stmt *s =
        db_bind(store, NULL, "SELECT 1 FROM openings WHERE case_id=? AND NOT (tried AND told)", "i",
                (gint64)case_id);
    gboolean missing = db_row(store, s, NULL);
    db_done(s);
    return missing;
}

int store_count_openings(Store *store, gint64 since, GError **error) {
    sqlite3_stmt *s = db_bind(
        store, error, "SELECT count(*) FROM openings WHERE at>=? AND ground<>'danger'", "i", since);
    int count = db_row(store, s, error) ? sqlite3_column_int(s, 0) : -1;
    db_done(s);
    return count;
}
