#include "store/cases.h"
#include "store/db.h"

gboolean store_add_message(Store *store, guint64 case_id, const Message *message, GError **error) {
    return db_run(store, NULL, error,
                  "INSERT INTO messages SELECT ?1, ?2, ifnull(max(turn), 0) + 1, ?3, ?4, ?5, ?6, ?7"
                  " FROM messages WHERE case_id=?2",
                  "iiitbbb", (gint64)message->id, (gint64)case_id, message->at, message->author,
                  message->letter, message->record, message->original);
}

gboolean store_set_letter(Store *store, guint64 id, GBytes *letter, GError **error) {
    return db_run(store, NULL, error, "UPDATE messages SET letter=?2 WHERE id=?1", "ib", (gint64)id,
                  letter);
}

void message_free(Message *message) {
    if (message == NULL)
        return;
    g_free(message->author);
    g_clear_pointer(&message->letter, g_bytes_unref);
    g_clear_pointer(&message->record, g_bytes_unref);
    g_clear_pointer(&message->original, g_bytes_unref);
    g_free(message);
}

static void free_message(gpointer message) {
    message_free(message);
}

/* Columns: id, at, author, letter, record, original. */
static Message *read_message(sqlite3_stmt *statement) {
    Message *message = g_new0(Message, 1);
    message->id = (guint64)sqlite3_column_int64(statement, 0);
    message->at = sqlite3_column_int64(statement, 1);
    message->author = db_text(statement, 2);
    message->letter = db_bytes(statement, 3);
    message->record = db_bytes(statement, 4);
    message->original = db_bytes(statement, 5);
    return message;
}

GPtrArray *store_messages(Store *store, guint64 case_id, gboolean sealed, GError **error) {
    sqlite3_stmt *statement =
        db_bind(store, error,
                "SELECT id, at, author, iif(?2, NULL, letter), iif(?2, record, NULL),"
                " iif(?2, original, NULL) FROM messages"
                " WHERE case_id=?1 AND (NOT ?2 OR record IS NOT NULL) ORDER BY turn",
                "ii", (gint64)case_id, (gint64)sealed);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_message);
    g_autoptr(GError) failed = NULL;
    while (db_row(store, statement, &failed))
        g_ptr_array_add(rows, read_message(statement));
    return db_end(statement, g_steal_pointer(&failed), error) ? g_steal_pointer(&rows) : NULL;
}

gboolean store_unhold_message(Store *store, guint64 case_id, gint64 at, GError **error) {
    return db_run(store, NULL, error,
                  "UPDATE messages SET author=substr(author, 6) WHERE case_id=? AND at=? AND"
                  " author LIKE 'held %'",
                  "ii", (gint64)case_id, at);
}

Message *store_last_by(Store *store, guint64 case_id, gboolean pupil, GError **error) {
    sqlite3_stmt *statement =
        db_bind(store, error,
                "SELECT id, at, author, letter, NULL, NULL FROM messages"
                " WHERE case_id=?1 AND iif(?2, author='pupil', author LIKE 'listener %'"
                " OR author LIKE 'staff %') ORDER BY turn DESC LIMIT 1",
                "ii", (gint64)case_id, (gint64)pupil);
    Message *message = db_row(store, statement, error) ? read_message(statement) : NULL;
    db_done(statement);
    return message;
}

GArray *store_letters_of(Store *store, GBytes *writer, gint64 since, GError **error) {
    sqlite3_stmt *statement = db_bind(store, error,
                                      "SELECT m.at FROM cases c JOIN messages m ON m.case_id=c.id"
                                      " WHERE c.writer=? AND m.author='pupil' AND m.at>=?",
                                      "bi", writer, since);
    g_autoptr(GArray) moments = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) failed = NULL;
    while (db_row(store, statement, &failed)) {
        gint64 at = sqlite3_column_int64(statement, 0);
        g_array_append_val(moments, at);
    }
    return db_end(statement, g_steal_pointer(&failed), error) ? g_steal_pointer(&moments) : NULL;
}
