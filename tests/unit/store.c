/* The store as its callers see it: what goes in comes out, what fails changes nothing, and both
 * files move together. */
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "store/cases.h"
#include "store/traffic.h"

static const guint8 SITE[STORE_SITE] = "a site of tests";
static const char *const NAMES[] = {"worrybox.db", "keys.db", "worrybox.db-journal",
                                    "keys.db-journal", NULL};

static char *new_folder(void) {
    char *folder = g_dir_make_tmp("store-XXXXXX", NULL);
    g_assert_true(store_create(folder, SITE, NULL));
    return folder;
}

static Store *open_store(const char *folder) {
    GError *error = NULL;
    Store *store = store_open(folder, FALSE, &error);
    g_assert_no_error(error);
    return store;
}

static void remove_folder(char *folder) {
    for (guint i = 0; NAMES[i] != NULL; i++) {
        g_autofree char *path = g_build_filename(folder, NAMES[i], NULL);
        g_unlink(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_free(folder);
}

static GBytes *bytes(const char *text) {
    return g_bytes_new(text, strlen(text));
}

static void assert_bytes(GBytes *got, const char *want) {
    g_assert_nonnull(got);
    g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), want, strlen(want));
}

static Case *make_case(Store *store, guint64 id, const char *handle) {
    Case *row = case_new();
    g_autoptr(GBytes) key = bytes("the key of a case, 32 bytes long");
    row->id = id;
    row->handle = g_strdup(handle);
    row->identity = bytes("public half");
    g_assert_true(store_add_case(store, row, key, NULL));
    return row;
}

/* Another connection: what is in the files, whatever this store says. */
static gint64 ask(const char *folder, const char *file, const char *sql) {
    g_autofree char *path = g_build_filename(folder, file, NULL);
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    g_assert_cmpint(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
    gint64 number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

/* ---- files --------------------------------------------------------------------------------- */

static void test_create(void) {
    char *folder = new_folder();
    GError *error = NULL;
    for (guint i = 0; i < 2; i++) {
        g_autofree char *path = g_build_filename(folder, NAMES[i], NULL);
        struct stat about;
        g_assert_cmpint(stat(path, &about), ==, 0);
        g_assert_cmpint(about.st_mode & 0777, ==, 0600);
    }
    g_assert_cmpint(ask(folder, "worrybox.db", "PRAGMA user_version"), ==, 3);
    g_assert_cmpint(ask(folder, "keys.db", "PRAGMA user_version"), ==, 3);
    g_assert_cmpint(ask(folder, "worrybox.db", "PRAGMA application_id"), !=, 0);
    g_assert_cmpint(ask(folder, "worrybox.db", "PRAGMA application_id"), !=,
                    ask(folder, "keys.db", "PRAGMA application_id"));
    g_assert_false(store_create(folder, SITE, &error));
    g_assert_error(error, FAULT, FAULT_SETUP);
    g_clear_error(&error);
    g_autoptr(Store) store = open_store(folder);
    g_assert_cmpmem(store_site(store), STORE_SITE, SITE, STORE_SITE);
    remove_folder(folder);
}

/* keys.db lost: only where the caller can do without; a new one is then of the same site. */
static void test_without_keys(void) {
    char *folder = new_folder();
    GError *error = NULL;
    g_autofree char *keys = g_build_filename(folder, "keys.db", NULL);
    g_unlink(keys);
    g_assert_null(store_open(folder, FALSE, &error));
    g_assert_error(error, FAULT, FAULT_SETUP);
    g_clear_error(&error);
    g_assert_false(g_file_test(keys, G_FILE_TEST_EXISTS));
    store_close(store_open(folder, TRUE, &error));
    g_assert_no_error(error);
    store_close(open_store(folder));
    remove_folder(folder);
}

/* Both files or neither. */
static void test_together(void) {
    char *folder = new_folder();
    Store *store = open_store(folder);
    g_assert_true(store_begin(store, NULL));
    case_free(make_case(store, 7, "calm-heron"));
    store_rollback(store);
    store_rollback(store); /* of nothing: no harm */
    g_assert_cmpint(ask(folder, "worrybox.db", "SELECT count(*) FROM cases"), ==, 0);
    g_assert_cmpint(ask(folder, "keys.db", "SELECT count(*) FROM case_keys"), ==, 0);
    g_assert_true(store_begin(store, NULL));
    case_free(make_case(store, 7, "calm-heron"));
    g_assert_true(store_commit(store, NULL));
    g_assert_cmpint(ask(folder, "worrybox.db", "SELECT count(*) FROM cases"), ==, 1);
    g_assert_cmpint(ask(folder, "keys.db", "SELECT count(*) FROM case_keys"), ==, 1);
    store_close(store);
    remove_folder(folder);
}

/* ---- cases --------------------------------------------------------------------------------- */

static void fill(Case *row) {
    row->state = CASE_OPEN;
    row->desk = DESK_LEAD;
    row->listener = g_strdup("heron");
    row->severity = SEVERITY_HIGH;
    row->flagged = row->inside = row->hold = TRUE;
    case_add_word(row->categories, "bullying");
    case_add_word(row->categories, "family");
    case_add_word(row->categories, "bullying");
    case_add_word(row->not_for, "wren");
    row->letters = 3;
    row->touched = 2000;
    row->asked = 1900;
    row->due = 2100;
    row->level = 1;
    row->told = TOLD_ADULT;
    row->promised = g_strdup("v1");
    row->writer = bytes("writer");
    row->route = bytes("route");
}

static void test_case(void) {
    char *folder = new_folder();
    Store *store = open_store(folder);
    g_autoptr(Case) row = make_case(store, G_MAXINT64, "calm-heron");
    fill(row);
    g_assert_true(store_save_case(store, row, NULL));
    g_autoptr(Case) found = store_case_by_handle(store, "calm-heron", NULL);
    g_assert_cmpuint(found->id, ==, G_MAXINT64);
    g_assert_cmpint(found->desk, ==, DESK_LEAD);
    g_assert_cmpstr(found->listener, ==, "heron");
    g_assert_cmpint(found->severity, ==, SEVERITY_HIGH);
    g_assert_true(found->flagged && found->inside && found->hold && !found->erase);
    g_assert_cmpuint(found->categories->len, ==, 2);
    g_assert_true(case_has_word(found->categories, "family"));
    g_assert_true(case_has_word(found->not_for, "wren"));
    g_assert_cmpint(found->asked, ==, 1900);
    g_assert_cmpint(found->due, ==, 2100);
    g_assert_cmpint(found->closed, ==, -1);
    assert_bytes(found->writer, "writer");
    assert_bytes(found->route, "route");
    g_autoptr(GBytes) key = store_case_key(store, row->id);
    assert_bytes(key, "the key of a case, 32 bytes long");
    g_assert_null(store_case(store, 1, NULL));
    g_autoptr(Case) twice = case_new();
    GError *error = NULL;
    twice->id = 2;
    twice->handle = g_strdup("calm-heron");
    twice->identity = bytes("x");
    g_assert_false(store_add_case(store, twice, key, &error));
    g_assert_error(error, FAULT, FAULT_REFUSED);
    g_clear_error(&error);
    store_close(store);
    remove_folder(folder);
}

/* A purge: the key goes first; a crash between the two steps is finished later. */
static void test_purge(void) {
    char *folder = new_folder();
    Store *store = open_store(folder);
    g_autoptr(Case) gone = make_case(store, 1, "calm-heron");
    g_autoptr(Case) stays = make_case(store, 2, "soft-plum");
    g_autoptr(GBytes) hash = bytes("token");
    g_autoptr(Party) party = party_new(SIDE_PUPIL, NULL);
    Message message = {.id = 9, .at = 1, .author = (char *)"pupil", .letter = hash};
    g_assert_true(store_add_message(store, 1, &message, NULL));
    g_assert_true(store_add_token(store, hash, 1, party, 1, NULL));
    g_assert_true(store_add_passed(store, 1, "heron", NULL));
    g_assert_true(store_add_seal(store, 1, "okafor", "wbpub1", hash, NULL));
    g_assert_true(store_delete_case(store, 1, NULL)); /* its key is there: nothing happens */
    g_assert_cmpint(ask(folder, "worrybox.db", "SELECT count(*) FROM cases"), ==, 2);
    g_assert_true(store_erase_key(store, 1, NULL));
    g_assert_null(store_case_key(store, 1));
    g_assert_null(store_case_by_handle(store, "calm-heron", NULL));
    g_assert_cmpint(ask(folder, "worrybox.db", "SELECT count(*) FROM messages"), ==, 1);
    g_assert_true(store_finish_purges(store, NULL));
    static const char *const tables[] = {"messages", "tokens", "passed", "seals"};
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s", tables[i]);
        g_assert_cmpint(ask(folder, "worrybox.db", sql), ==, 0);
    }
    g_autoptr(Case) left = store_case_by_handle(store, "soft-plum", NULL);
    g_assert_nonnull(left);
    store_close(store);
    remove_folder(folder);
}

static guint outlived(Store *store, gint64 unflagged, gint64 flagged) {
    g_autoptr(GPtrArray) rows = store_outlived(store, unflagged, flagged, 100, NULL);
    return rows->len;
}

static void test_outlived(void) {
    char *folder = new_folder();
    Store *store = open_store(folder);
    static const struct {
        gint64 closed;
        gboolean flagged, hold, erase, open;
    } rows[] = {{1000, FALSE, FALSE, FALSE, FALSE}, {2000, FALSE, FALSE, FALSE, FALSE},
                {1000, TRUE, FALSE, FALSE, FALSE},  {1000, FALSE, TRUE, FALSE, FALSE},
                {3000, FALSE, FALSE, TRUE, FALSE},  {1000, FALSE, FALSE, FALSE, TRUE}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *handle = g_strdup_printf("case-%u", i);
        g_autoptr(Case) row = make_case(store, i + 1, handle);
        row->state = rows[i].open ? CASE_OPEN : CASE_CLOSED;
        row->closed = rows[i].open ? -1 : rows[i].closed;
        row->flagged = rows[i].flagged;
        row->hold = rows[i].hold;
        row->erase = rows[i].erase;
        g_assert_true(store_save_case(store, row, NULL));
    }
    g_assert_cmpuint(outlived(store, 500, -1), ==, 1);    /* what is to be erased at once */
    g_assert_cmpuint(outlived(store, 1500, -1), ==, 2);   /* and one that is old */
    g_assert_cmpuint(outlived(store, 2500, -1), ==, 3);   /* both old ones, no flagged one */
    g_assert_cmpuint(outlived(store, 2500, 1500), ==, 4); /* flagged: after its own time */
    store_close(store);
    remove_folder(folder);
}

/* ---- tokens, the outbox, what has been seen ------------------------------------------------ */

static gboolean speaks(Store *store, const char *token, guint64 want, enum side side) {
    guint64 id = 0;
    g_autoptr(Party) party = NULL;
    g_autoptr(GBytes) hash = bytes(token);
    return store_token(store, hash, &id, &party, NULL) && id == want && party->side == side;
}

/* Of a case that has been closed since. */
static gboolean spoke(Store *store, const char *token, guint64 want, enum side side) {
    guint64 id = 0;
    g_autoptr(Party) party = NULL;
    g_autoptr(GBytes) hash = bytes(token);
    return store_closed_token(store, hash, &id, &party, NULL) && id == want && party->side == side;
}

static void test_tokens(void) {
    char *folder = new_folder();
    Store *store = open_store(folder);
    case_free(make_case(store, 1, "calm-heron"));
    case_free(make_case(store, 2, "soft-plum"));
    static const struct {
        const char *token;
        guint64 id;
        enum side side;
        const char *name;
    } rows[] = {{"a", 1, SIDE_PUPIL, NULL},
                {"b", 1, SIDE_LISTENER, "heron"},
                {"c", 1, SIDE_LISTENER, "wren"},
                {"d", 2, SIDE_LISTENER, "heron"}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Party) party = party_new(rows[i].side, rows[i].name);
        g_autoptr(GBytes) hash = bytes(rows[i].token);
        g_assert_true(store_add_token(store, hash, rows[i].id, party, 5, NULL));
        g_assert_true(speaks(store, rows[i].token, rows[i].id, rows[i].side));
    }
    g_assert_false(speaks(store, "e", 1, SIDE_PUPIL));
    g_autoptr(Party) heron = party_new(SIDE_LISTENER, "heron");
    g_assert_true(store_revoke(store, 1, heron, NULL));
    g_assert_false(speaks(store, "b", 1, SIDE_LISTENER));
    g_assert_true(speaks(store, "c", 1, SIDE_LISTENER));
    g_assert_true(speaks(store, "d", 2, SIDE_LISTENER));
    g_assert_true(store_revoke_all(store, 1, NULL));
    g_assert_false(speaks(store, "a", 1, SIDE_PUPIL));
    g_assert_true(spoke(store, "a", 1, SIDE_PUPIL));
    g_assert_true(spoke(store, "c", 1, SIDE_LISTENER));
    g_assert_false(spoke(store, "b", 1, SIDE_LISTENER));
    g_assert_false(spoke(store, "d", 2, SIDE_LISTENER));
    g_assert_true(store_revoke_all(store, 1, NULL));
    g_assert_true(spoke(store, "a", 1, SIDE_PUPIL));
    g_assert_true(speaks(store, "d", 2, SIDE_LISTENER));
    store_close(store);
    remove_folder(folder);
}

static void put_out(Store *store, guint64 id, gboolean urgent, gint64 not_before) {
    g_autoptr(GBytes) draft = bytes("draft");
    OutRow row = {.id = id, .urgent = urgent, .not_before = not_before, .at = 1, .draft = draft};
    g_assert_true(store_add_out(store, &row, NULL));
}

static void assert_taken(Store *store, gint64 now, guint most, const char *want) {
    g_autoptr(GPtrArray) rows = store_take_out(store, now, most, NULL);
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(got, "%s%u", i > 0 ? " " : "",
                               (guint)((OutRow *)g_ptr_array_index(rows, i))->id);
    g_assert_cmpstr(got->str, ==, want);
}

static void test_outbox(void) {
    char *folder = new_folder();
    Store *store = open_store(folder);
    put_out(store, 5, FALSE, 10);
    put_out(store, 3, FALSE, 10);
    put_out(store, 9, TRUE, 0);
    put_out(store, 4, FALSE, 100);
    g_assert_cmpuint(store_out_waiting(store), ==, 4);
    assert_taken(store, 50, 2, "9 3"); /* urgent first; then by random number, not by time */
    assert_taken(store, 50, 9, "5");   /* what is being sent is not taken again */
    assert_taken(store, 50, 9, "");
    g_assert_true(store_out_sent(store, 9, NULL));
    g_assert_true(store_out_later(store, 3, 80, NULL));
    g_assert_cmpint(store_out_recover(store, NULL), ==, 1); /* 5, after a crash */
    assert_taken(store, 70, 9, "5");
    g_assert_true(store_out_failed(store, 5, NULL));
    g_assert_cmpuint(store_out_failures(store), ==, 1);
    g_assert_cmpint(store_out_recover(store, NULL), ==, 0);
    assert_taken(store, 90, 9, "3");
    g_assert_cmpint(store_out_recover(store, NULL), ==, 1);
    g_autoptr(GPtrArray) rows = store_take_out(store, 90, 9, NULL);
    g_assert_cmpuint(((OutRow *)g_ptr_array_index(rows, 0))->tries, ==, 1);
    store_close(store);
    remove_folder(folder);
}

static void test_seen(void) {
    char *folder = new_folder();
    Store *store = open_store(folder);
    g_autoptr(GBytes) one = bytes("digest one"), two = bytes("digest two");
    g_assert_false(store_seen(store, one));
    g_assert_true(store_add_seen(store, one, "imap 1", "17", 100, NULL));
    g_assert_true(store_add_seen(store, one, "imap 1", "18", 100, NULL)); /* again: no error */
    g_assert_true(store_seen(store, one) && !store_seen(store, two));
    g_assert_true(store_seen_name(store, "imap 1", "17"));
    g_assert_false(store_seen_name(store, "imap 2", "17"));
    g_assert_true(store_forget_seen(store, 100, NULL));
    g_assert_true(store_seen(store, one));
    g_assert_true(store_forget_seen(store, 101, NULL));
    g_assert_false(store_seen(store, one));
    g_assert_cmpuint(store_count_letter(store, one, 20000, NULL), ==, 1);
    g_assert_cmpuint(store_count_letter(store, one, 20000, NULL), ==, 2);
    g_assert_cmpuint(store_count_letter(store, one, 20001, NULL), ==, 1);
    g_assert_true(store_forget_days(store, 20001, NULL));
    g_assert_cmpuint(store_count_letter(store, one, 20000, NULL), ==, 1);
    g_assert_cmpuint(store_count_letter(store, one, 20001, NULL), ==, 2);
    store_close(store);
    remove_folder(folder);
}

/* ---- when it cannot be written ------------------------------------------------------------- */

/* A full disk: the commit fails, everything of it is undone, and the store goes on afterwards. */
static void test_full(void) {
    char *folder = new_folder();
    g_autofree char *path = g_build_filename(folder, "worrybox.db", NULL);
    Store *store = open_store(folder);
    GError *error = NULL;
    struct stat about;
    g_assert_cmpint(stat(path, &about), ==, 0);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, small = {(rlim_t)about.st_size + 4096, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    g_assert_true(store_begin(store, NULL));
    g_autoptr(Case) row = make_case(store, 1, "calm-heron");
    g_autofree char *large = g_strnfill(1 << 20, 'x');
    g_autoptr(GBytes) original = bytes(large);
    Message message = {.id = 9, .author = (char *)"pupil", .letter = original};
    setrlimit(RLIMIT_FSIZE, &small);
    gboolean done = store_add_message(store, 1, &message, &error) && store_commit(store, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    g_assert_false(done);
    g_assert_error(error, FAULT, FAULT_RUN);
    g_clear_error(&error);
    store_rollback(store);
    g_assert_cmpint(ask(folder, "worrybox.db", "SELECT count(*) FROM cases"), ==, 0);
    g_assert_cmpint(ask(folder, "keys.db", "SELECT count(*) FROM case_keys"), ==, 0);
    case_free(make_case(store, 2, "soft-plum"));
    g_assert_cmpint(ask(folder, "worrybox.db", "SELECT count(*) FROM cases"), ==, 1);
    store_close(store);
    remove_folder(folder);
}

/* ---- what cannot be read to its end -----------------------------------------------------------
 */

static void change(const char *folder, const char *sql) {
    g_autofree char *path = g_build_filename(folder, "worrybox.db", NULL);
    sqlite3 *db = NULL;
    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(db);
}

/* Writes zeros over the page that was made last. */
static void damage_last_page(const char *folder) {
    gint64 size = ask(folder, "worrybox.db", "PRAGMA page_size");
    gint64 count = ask(folder, "worrybox.db", "PRAGMA page_count");
    g_autofree char *path = g_build_filename(folder, "worrybox.db", NULL);
    g_autofree char *zeros = g_malloc0((gsize)size);
    FILE *file = g_fopen(path, "r+b");
    g_assert_nonnull(file);
    g_assert_cmpint(fseek(file, (long)(size * (count - 1)), SEEK_SET), ==, 0);
    g_assert_cmpuint(fwrite(zeros, 1, (gsize)size, file), ==, (gsize)size);
    g_assert_cmpint(fclose(file), ==, 0);
}

/* A short list would give a case to a listener who gave it back, or leave those of a leaver lying:
 * so it is none. */
static void test_short_list(void) {
    static const char *const fill[] = {
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i+1 FROM n WHERE i<3000)"
        " INSERT INTO cases(id, handle, state, desk, listener, severity, flagged, categories,"
        " not_for, letters, opened, touched, level, told, inside, hold, erase, generation, "
        "identity)"
        " SELECT i, 'h'||i, 0, 0, 'l'||i, 0, 0, '', '', 0, 0, 0, 0, 0, 0, 0, 0, 1, x'00' FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i+1 FROM n WHERE i<12000)"
        " INSERT INTO passed SELECT 1, 'listener'||i FROM n"};
    for (guint list = 0; list < G_N_ELEMENTS(fill); list++) {
        char *folder = new_folder();
        Store *store = open_store(folder);
        case_free(make_case(store, 1, "calm-heron"));
        store_close(store);
        change(folder, fill[list]);
        for (guint damaged = 0; damaged < 2; damaged++) {
            g_autoptr(GError) error = NULL;
            store = open_store(folder);
            g_autoptr(GPtrArray) words =
                list == 0 ? store_listeners(store, &error) : store_passed(store, 1, &error);
            g_assert_true((words == NULL) == damaged);
            g_assert_true((error != NULL) == damaged);
            g_assert_true(damaged || words->len > 1900);
            store_close(store);
            if (!damaged)
                damage_last_page(folder);
        }
        remove_folder(folder);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/create", test_create);
    g_test_add_func("/store/without-keys", test_without_keys);
    g_test_add_func("/store/together", test_together);
    g_test_add_func("/store/case", test_case);
    g_test_add_func("/store/purge", test_purge);
    g_test_add_func("/store/outlived", test_outlived);
    g_test_add_func("/store/tokens", test_tokens);
    g_test_add_func("/store/outbox", test_outbox);
    g_test_add_func("/store/seen", test_seen);
    g_test_add_func("/store/full", test_full);
    g_test_add_func("/store/short-list", test_short_list);
    return g_test_run();
}
