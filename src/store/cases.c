#include "store/cases.h"

#include <string.h>

#include "base/fault.h"
#include "store/db.h"

const char *const STATE_WORDS[] = {"open", "waiting", "held", "closed", NULL};

Case *case_new(void) {
    Case *row = g_new0(Case, 1);
    row->categories = g_ptr_array_new_with_free_func(g_free);
    row->not_for = g_ptr_array_new_with_free_func(g_free);
    row->closed = row->asked = row->due = -1;
    row->generation = 1;
    return row;
}

void case_free(Case *row) {
    if (row == NULL)
        return;
    g_free(row->handle);
    g_free(row->listener);
    g_free(row->adult);
    g_free(row->promised);
    g_ptr_array_unref(row->categories);
    g_ptr_array_unref(row->not_for);
    g_clear_pointer(&row->writer, g_bytes_unref);
    g_clear_pointer(&row->identity, g_bytes_unref);
    g_clear_pointer(&row->route, g_bytes_unref);
    g_free(row);
}

static void free_case(gpointer row) {
    case_free(row);
}

gboolean case_has_word(const GPtrArray *words, const char *word) {
    for (guint i = 0; words != NULL && i < words->len; i++)
        if (strcmp(g_ptr_array_index(words, i), word) == 0)
            return TRUE;
    return FALSE;
}

void case_add_word(GPtrArray *words, const char *word) {
    if (!case_has_word(words, word))
        g_ptr_array_add(words, g_strdup(word));
}

static char *join(const GPtrArray *words) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < words->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "",
                               (const char *)g_ptr_array_index(words, i));
    return g_string_free(out, FALSE);
}

static void split(GPtrArray *words, const char *text) {
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        if (*parts[i] != '\0')
            case_add_word(words, parts[i]);
}

gboolean store_add_case(Store *store, const Case *row, GBytes *key, GError **error) {
    g_autoptr(Case) known = store_case_by_handle(store, row->handle, NULL);
    if (known != NULL)
        return fault_set(error, FAULT_REFUSED, "the handle is taken");
    return db_run(store, NULL, error,
                  "INSERT INTO cases(id, handle, state, desk, severity, flagged, categories,"
                  " not_for, letters, opened, touched, level, told, inside, hold, erase,"
                  " generation, identity)"
                  " VALUES(?, ?, 0, 0, 0, 0, '', '', 0, ?, 0, 0, 0, 0, 0, 0, ?, ?)",
                  "itiib", (gint64)row->id, row->handle, row->opened, (gint64)row->generation,
                  row->identity) &&
           db_run(store, NULL, error, "INSERT INTO keys.case_keys VALUES(?, ?)", "ib",
                  (gint64)row->id, key) &&
           store_save_case(store, row, error);
}

gboolean store_save_case(Store *store, const Case *row, GError **error) {
    g_autofree char *categories = join(row->categories);
    g_autofree char *not_for = join(row->not_for);
    return db_run(store, NULL, error,
                  "UPDATE cases SET state=?2, desk=?3, listener=?4, severity=?5, flagged=?6,"
                  " categories=?7, not_for=?8, letters=?9, touched=?10, closed=nullif(?11, -1),"
                  " asked=nullif(?12, -1), due=nullif(?13, -1), level=?14, told=?15, inside=?16,"
                  " hold=?17, erase=?18, promised=?19, writer=?20, route=?21, adult=?22"
                  " WHERE id=?1",
                  "iiitiittiiiiiiiiiitbbt", (gint64)row->id, (gint64)row->state, (gint64)row->desk,
                  row->listener, (gint64)row->severity, (gint64)row->flagged, categories, not_for,
                  (gint64)row->letters, row->touched, row->closed, row->asked, row->due,
                  (gint64)row->level, (gint64)row->told, (gint64)row->inside, (gint64)row->hold,
                  (gint64)row->erase, row->promised, row->writer, row->route, row->adult);
}

#define CASE_COLUMNS                                                                               \
    "SELECT id, handle, state, desk, listener, severity, flagged, categories, not_for, letters,"   \
    " opened, touched, ifnull(closed, -1), ifnull(asked, -1), ifnull(due, -1), level, told,"       \
    " inside, hold, promised, writer, generation, identity, route, erase, adult FROM cases "

static Case *read_case(sqlite3_stmt *s) {
    Case *row = case_new();
    row->id = (guint64)sqlite3_column_int64(s, 0);
    row->handle = db_text(s, 1);
    row->state = (enum case_state)sqlite3_column_int(s, 2);
    row->desk = (enum desk)sqlite3_column_int(s, 3);
    row->listener = db_text(s, 4);
    row->severity = (enum severity)sqlite3_column_int(s, 5);
    row->flagged = sqlite3_column_int(s, 6) != 0;
    split(row->categories, (const char *)sqlite3_column_text(s, 7));
    split(row->not_for, (const char *)sqlite3_column_text(s, 8));
    row->letters = (guint)sqlite3_column_int(s, 9);
    row->opened = sqlite3_column_int64(s, 10);
    row->touched = sqlite3_column_int64(s, 11);
    row->closed = sqlite3_column_int64(s, 12);
    row->asked = sqlite3_column_int64(s, 13);
    row->due = sqlite3_column_int64(s, 14);
    row->level = (guint)sqlite3_column_int(s, 15);
    row->told = (guint)sqlite3_column_int(s, 16);
    row->inside = sqlite3_column_int(s, 17) != 0;
    row->hold = sqlite3_column_int(s, 18) != 0;
    row->promised = db_text(s, 19);
    row->writer = db_bytes(s, 20);
    row->generation = (guint)sqlite3_column_int(s, 21);
    row->identity = db_bytes(s, 22);
    row->route = db_bytes(s, 23);
    row->erase = sqlite3_column_int(s, 24) != 0;
    row->adult = db_text(s, 25);
    return row;
}

static Case *one_case(Store *store, sqlite3_stmt *statement, GError **error) {
    Case *row = db_row(store, statement, error) ? read_case(statement) : NULL;
    db_done(statement);
    return row;
}

static GPtrArray *all_cases(Store *store, sqlite3_stmt *statement, GError **error) {
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_case);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, statement, &failed))
        g_ptr_array_add(rows, read_case(statement));
    return db_end(statement, g_steal_pointer(&failed), error) ? g_steal_pointer(&rows) : NULL;
}

Case *store_case(Store *store, guint64 id, GError **error) {
    return one_case(store, db_bind(store, error, CASE_COLUMNS "WHERE id=?", "i", (gint64)id),
                    error);
}

Case *store_case_by_handle(Store *store, const char *handle, GError **error) {
    return one_case(store,
                    db_bind(store, error, CASE_COLUMNS "WHERE handle=? AND state<4", "t", handle),
                    error);
}

GPtrArray *store_cases(Store *store, gboolean closed_too, GError **error) {
    return all_cases(store,
                     db_bind(store, error,
                             CASE_COLUMNS
                             "WHERE state<3 OR (?1 AND state=3) ORDER BY opened, handle",
                             "i", (gint64)closed_too),
                     error);
}

GPtrArray *store_waiting(Store *store, guint most, GError **error) {
    return all_cases(store,
                     db_bind(store, error,
                             CASE_COLUMNS "WHERE state=1 ORDER BY severity DESC, opened LIMIT ?",
                             "i", (gint64)most),
                     error);
}

GPtrArray *store_kept_back(Store *store, gint64 before, guint most, GError **error) {
    return all_cases(store,
                     db_bind(store, error,
                             CASE_COLUMNS
                             "WHERE (state=2 OR (state=0 AND told & ?1)) AND touched<=?2"
                             " ORDER BY severity DESC, touched LIMIT ?3",
                             "iii", (gint64)CHASED_MISSED, before, (gint64)most),
                     error);
}

GPtrArray *store_lost(Store *store, GError **error) {
    return all_cases(store,
                     db_bind(store, error,
                             CASE_COLUMNS "WHERE state<3 AND NOT EXISTS"
                                          " (SELECT 1 FROM keys.case_keys AS k WHERE k.id=cases.id)"
                                          " ORDER BY opened, handle",
                             ""),
                     error);
}

/* No alert is set further off than a day: one that is was set by a clock that was ahead. */
GPtrArray *store_alerts_due(Store *store, gint64 now, GError **error) {
    return all_cases(
        store,
        db_bind(store, error,
                CASE_COLUMNS "WHERE (due<=?1 OR due>?1+86400) AND state<3 ORDER BY due", "i", now),
        error);
}

GPtrArray *store_unanswered(Store *store, gint64 asked, GError **error) {
    return all_cases(store,
                     db_bind(store, error,
                             CASE_COLUMNS
                             "WHERE state=0 AND asked<=? AND due IS NULL ORDER BY asked",
                             "i", asked),
                     error);
}

GPtrArray *store_outlived(Store *store, gint64 unflagged, gint64 flagged, guint most,
                          GError **error) {
    return all_cases(
        store,
        db_bind(
            store, error,
            CASE_COLUMNS
            "WHERE state=3 AND hold=0 AND ((erase AND NOT flagged) OR closed<=iif(flagged, ?2, ?1))"
            " AND NOT EXISTS (SELECT 1 FROM outbox WHERE case_id=cases.id AND"
            " outbox.state<>3) ORDER BY closed LIMIT ?3",
            "iii", unflagged, flagged, (gint64)most),
        error);
}

GPtrArray *store_cases_by(Store *store, GBytes *writer, GError **error) {
    return all_cases(store,
                     db_bind(store, error,
                             CASE_COLUMNS "WHERE writer=? AND state<4 ORDER BY opened, handle", "b",
                             writer),
                     error);
}

/* Ends `statement`, which selects words. */
static GPtrArray *read_words(sqlite3_stmt *statement, Store *store, GError **error) {
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, statement, &failed))
        g_ptr_array_add(words, db_text(statement, 0));
    return db_end(statement, g_steal_pointer(&failed), error) ? g_steal_pointer(&words) : NULL;
}

GPtrArray *store_listeners(Store *store, GError **error) {
    return read_words(
        db_bind(store, error, "SELECT DISTINCT listener FROM cases WHERE state=0 AND desk=0", ""),
        store, error);
}

GPtrArray *store_cases_of(Store *store, const char *listener, GError **error) {
    return all_cases(store,
                     db_bind(store, error,
                             CASE_COLUMNS "WHERE state=0 AND desk=0 AND listener IS ?", "t",
                             listener),
                     error);
}

GBytes *store_case_key(Store *store, guint64 id) {
    sqlite3_stmt *statement =
        db_bind(store, NULL, "SELECT key FROM keys.case_keys WHERE id=?", "i", (gint64)id);
    GBytes *key = db_row(store, statement, NULL) ? db_secret(statement, 0) : NULL;
    db_done(statement);
    return key;
}

gboolean store_erase_key(Store *store, guint64 id, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM keys.case_keys WHERE id=?", "i", (gint64)id) &&
           db_run(store, NULL, error, "UPDATE cases SET state=4 WHERE id=?", "i", (gint64)id);
}

gboolean store_delete_case(Store *store, guint64 id, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM cases WHERE id=? AND state=4", "i", (gint64)id);
}

gboolean store_finish_purges(Store *store, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM cases WHERE state=4", "");
}

gboolean store_shift_closed(Store *store, gint64 by, GError **error) {
    return db_run(store, NULL, error, "UPDATE cases SET closed=closed+? WHERE closed IS NOT NULL",
                  "i", by);
}

gboolean store_erase_routes(Store *store, GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE cases SET route=NULL WHERE state=3 AND route IS NOT NULL AND NOT EXISTS"
                  " (SELECT 1 FROM outbox WHERE case_id=cases.id AND outbox.state<>3)",
                  "");
}

gboolean store_add_seal(Store *store, guint64 id, const char *holder, const char *key, GBytes *seal,
                        GError **error) {
    return db_run(store, NULL, error, "INSERT INTO seals VALUES(?, ?, ?, ?, NULL, NULL)", "ittb",
                  (gint64)id, holder, key, seal);
}

gboolean store_set_escrow(Store *store, guint64 id, const char *holder, GBytes *escrow,
                          GError **error) {
    return db_run(store, NULL, error, "UPDATE seals SET escrow=?3 WHERE case_id=?1 AND holder=?2",
                  "itb", (gint64)id, holder, escrow);
}

static void free_seal(gpointer data) {
    SealRow *row = data;
    g_free(row->holder);
    g_free(row->key);
    g_free(row->origin);
    g_bytes_unref(row->seal);
    g_clear_pointer(&row->escrow, g_bytes_unref);
    g_free(row);
}

GPtrArray *store_seals(Store *store, guint64 id, GError **error) {
    sqlite3_stmt *statement = db_bind(
        store, error,
        "SELECT holder, key, seal, escrow, origin FROM seals WHERE case_id=? ORDER BY holder", "i",
        (gint64)id);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_seal);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, statement, &failed)) {
        SealRow *row = g_new0(SealRow, 1);
        row->holder = db_text(statement, 0);
        row->key = db_text(statement, 1);
        row->seal = db_bytes(statement, 2);
        row->escrow = db_bytes(statement, 3);
        row->origin = db_text(statement, 4);
        g_ptr_array_add(rows, row);
    }
    return db_end(statement, g_steal_pointer(&failed), error) ? g_steal_pointer(&rows) : NULL;
}

gboolean store_add_flag(Store *store, guint64 flag, guint64 id, gint64 at, const char *actor,
                        GBytes *why, GError **error) {
    return db_run(store, NULL, error, "INSERT INTO flags VALUES(?, ?, ?, ?, ?, NULL)", "iiitb",
                  (gint64)flag, (gint64)id, at, actor, why);
}

gboolean store_lift_flags(Store *store, guint64 id, gint64 at, GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE flags SET lifted=?2 WHERE case_id=?1 AND lifted IS NULL", "ii",
                  (gint64)id, at) &&
           db_run(store, NULL, error, "UPDATE seals SET escrow=NULL WHERE case_id=?", "i",
                  (gint64)id);
}

GHashTable *store_counts(Store *store, GError **error) {
    sqlite3_stmt *s =
        db_bind(store, error,
                "SELECT id, (SELECT count(*) FROM flags WHERE case_id=cases.id),"
                " (SELECT count(*) FROM flags WHERE case_id=cases.id AND lifted IS NULL),"
                " (SELECT count(*) FROM openings WHERE case_id=cases.id),"
                " (SELECT count(*) FROM seals WHERE case_id=cases.id),"
                " (SELECT count(escrow) FROM seals WHERE case_id=cases.id) FROM cases",
                "");
    g_autoptr(GHashTable) all = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, s, &failed)) {
        CaseCounts *row = g_new(CaseCounts, 1);
        *row = (CaseCounts){sqlite3_column_int64(s, 0),      (guint)sqlite3_column_int(s, 1),
                            (guint)sqlite3_column_int(s, 2), (guint)sqlite3_column_int(s, 3),
                            (guint)sqlite3_column_int(s, 4), (guint)sqlite3_column_int(s, 5)};
        g_hash_table_insert(all, &row->id, row);
    }
    return db_end(s, g_steal_pointer(&failed), error) ? g_steal_pointer(&all) : NULL;
}

int store_stray_keys(Store *store, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT count(*) FROM keys.case_keys WHERE id NOT IN"
                              " (SELECT id FROM cases WHERE state<4)",
                              "");
    int count = db_row(store, s, error) ? sqlite3_column_int(s, 0) : -1;
    db_done(s);
    return count;
}

gboolean store_add_passed(Store *store, guint64 id, const char *listener, GError **error) {
    return db_run(store, NULL, error, "INSERT OR IGNORE INTO passed VALUES(?, ?)", "it", (gint64)id,
                  listener);
}

GPtrArray *store_passed(Store *store, guint64 id, GError **error) {
    return read_words(
        db_bind(store, error, "SELECT listener FROM passed WHERE case_id=?", "i", (gint64)id),
        store, error);
}

GHashTable *store_turns(Store *store, GError **error) {
    sqlite3_stmt *s = db_bind(store, error, "SELECT listener, at, cases FROM turns", "");
    g_autoptr(GHashTable) turns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, s, &failed)) {
        Turn *turn = g_new(Turn, 1);
        turn->last = sqlite3_column_int64(s, 1);
        turn->open = (guint)sqlite3_column_int(s, 2);
        g_hash_table_insert(turns, db_text(s, 0), turn);
    }
    return db_end(s, g_steal_pointer(&failed), error) ? g_steal_pointer(&turns) : NULL;
}

gboolean store_set_turn(Store *store, const char *listener, gint64 at, GError **error) {
    return db_run(store, NULL, error,
                  "INSERT INTO turns(listener, at) VALUES(?, ?) ON CONFLICT(listener) DO UPDATE"
                  " SET at=excluded.at",
                  "ti", listener, at);
}

guint store_count_letter(Store *store, GBytes *writer, gint64 day, GError **error) {
    sqlite3_stmt *statement =
        db_bind(store, error,
                "INSERT INTO days VALUES(?, ?, 1) ON CONFLICT(writer, day) DO UPDATE"
                " SET letters=letters+1 RETURNING letters",
                "bi", writer, day);
    guint count = db_row(store, statement, error) ? (guint)sqlite3_column_int(statement, 0) : 0;
    db_done(statement);
    return count;
}

guint store_count_ending(Store *store, const char *listener, GBytes *line, guint64 case_id,
                         gint64 at, GError **error) {
    sqlite3_stmt *statement =
        db_bind(store, error,
                "INSERT INTO endings VALUES(?1, ?2, ?3, ?4, 1) ON CONFLICT(listener, line) DO"
                " UPDATE SET seen=seen+(case_id<>?3), case_id=?3, at=?4 RETURNING seen",
                "tbii", listener, line, (gint64)case_id, at);
    guint count = db_row(store, statement, error) ? (guint)sqlite3_column_int(statement, 0) : 0;
    db_done(statement);
    gboolean kept = count > 0 && db_run(store, NULL, error,
                                        "DELETE FROM endings WHERE listener=?1 AND line NOT IN"
                                        " (SELECT line FROM endings WHERE listener=?1"
                                        "  ORDER BY at DESC LIMIT 100)",
                                        "t", listener);
    return kept ? count : 0;
}

gboolean store_forget_days(Store *store, gint64 before, GError **error) {
    return db_run(store, NULL, error, "DELETE FROM days WHERE day<?", "i", before);
}

gboolean store_tally(Store *store, Tally *tally, GError **error) {
    sqlite3_stmt *s = db_bind(store, error,
                              "SELECT ifnull(sum(state=0),0), ifnull(sum(state=1),0),"
                              " ifnull(sum(state=2),0), ifnull(sum(state=3),0),"
                              " ifnull(sum(flagged AND state<>3),0),"
                              " ifnull(sum(due IS NOT NULL AND state<>3),0) FROM cases",
                              "");
    gboolean found = db_row(store, s, error);
    if (found)
        *tally = (Tally){(guint)sqlite3_column_int(s, 0), (guint)sqlite3_column_int(s, 1),
                         (guint)sqlite3_column_int(s, 2), (guint)sqlite3_column_int(s, 3),
                         (guint)sqlite3_column_int(s, 4), (guint)sqlite3_column_int(s, 5)};
    db_done(s);
    return found;
}
