/* Every mail the program sends, filled, beside its golden file tests/reply/NAME.want.
 * BLESS=1 shows each difference and then takes the new text as golden. */
#include "reply/samples.h"

#include <unistd.h>

#include "base/text.h"
#include "reply/link.h"

static char *as_text(const Draft *draft) {
    g_autofree char *to = party_text(draft->to);
    return g_strdup_printf("To: %s\nSubject: %s\nAnswerable: %s\nUrgent: %s\n\n%s", to,
                           draft->subject, draft->answerable ? "yes" : "no",
                           draft->urgent ? "yes" : "no", draft->body);
}

static void show_difference(const char *path, const char *text) {
    g_autofree char *copy = NULL;
    int file = g_file_open_tmp("worrybox-XXXXXX", &copy, NULL);
    g_assert_cmpint(file, >=, 0);
    close(file);
    g_assert_true(g_file_set_contents(copy, text, -1, NULL));
    const char *argv[] = {"diff", "-uN", path, copy, NULL};
    g_autofree char *out = NULL;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL,
                 NULL);
    g_printerr("%s", out ? out : "");
    unlink(copy);
}

static void compare(const char *name, const char *text) {
    g_autofree char *folder = samples_folder("tests/reply");
    g_autofree char *file = g_strconcat(name, ".want", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *want = NULL;
    g_file_get_contents(path, &want, NULL, NULL);
    if (g_strcmp0(want, text) == 0)
        return;
    show_difference(path, text);
    if (g_getenv("BLESS") != NULL)
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    else
        g_test_fail();
}

static void test_goldens(void) {
    g_autoptr(Samples) all = samples_new(TRUE);
    g_autoptr(Samples) plain = samples_new(FALSE);
    for (guint i = 0; i < all->list->len; i++) {
        const Sample *sample = &g_array_index(all->list, Sample, i);
        g_autofree char *text = as_text(sample->draft);
        compare(sample->name, text);
    }
    g_autofree char *subject = as_text(samples_find(plain, "to-listener-again"));
    compare("to-listener-subject-tag", subject);
}

/* A golden file nobody makes any more is a left-over. */
static void test_no_left_overs(void) {
    g_autoptr(Samples) all = samples_new(TRUE);
    g_autofree char *folder = samples_folder("tests/reply");
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *file; (file = g_dir_read_name(dir)) != NULL;) {
        if (!g_str_has_suffix(file, ".want") || strcmp(file, "to-listener-subject-tag.want") == 0)
            continue;
        g_autofree char *name = g_strndup(file, strlen(file) - strlen(".want"));
        samples_find(all, name);
    }
}

/* Each template is used, and every sample is one of them. */
static void test_all_templates(void) {
    g_autoptr(Samples) all = samples_new(TRUE);
    for (guint t = 0; templates_name(t) != NULL; t++) {
        gboolean used = FALSE;
        for (guint i = 0; i < all->list->len; i++)
            used |= strcmp(g_array_index(all->list, Sample, i).draft->name, templates_name(t)) == 0;
        g_test_message("%s", templates_name(t));
        g_assert_true(used);
    }
}

/* What is shown on a lock screen: subject and first line. */
static void test_neutral(void) {
    static const char *const telling[] = {"worry", "suicide", "harm",  "danger", "abuse",
                                          "help",  "crisis",  "child", "safe",   "listener"};
    g_autoptr(Samples) all = samples_new(TRUE);
    for (guint i = 0; i < all->list->len; i++) {
        const Sample *sample = &g_array_index(all->list, Sample, i);
        g_autofree char *first = g_strndup(sample->draft->body, strcspn(sample->draft->body, "\n"));
        g_autofree char *shown = g_strconcat(sample->draft->subject, " ", first, NULL);
        g_autofree char *low = g_ascii_strdown(shown, -1);
        g_test_message("%s: %s", sample->name, shown);
        for (guint k = 0; k < G_N_ELEMENTS(telling); k++)
            g_assert_null(strstr(low, telling[k]));
        g_assert_cmpuint(strlen(first), >, 20);
        g_assert_nonnull(strchr(".!?", first[strlen(first) - 1]));
        g_assert_null(strstr(sample->draft->body, "{{"));
        g_assert_null(strstr(sample->draft->body, "}}"));
        g_assert_true(g_str_has_suffix(sample->draft->body, "\n"));
    }
}

/* An answer has the marker, on a line of its own; what takes no answer has none. */
static void test_marker(void) {
    g_autoptr(Samples) all = samples_new(TRUE);
    for (guint i = 0; i < all->list->len; i++) {
        const Sample *sample = &g_array_index(all->list, Sample, i);
        g_test_message("%s", sample->name);
        gboolean there = strstr(sample->draft->body, "\n" DRAFT_MARKER "\n") != NULL;
        g_assert_cmpint(there, ==, sample->draft->answerable);
    }
}

/* Draft.own is the draft without what people wrote. */
static void test_own(void) {
    g_autoptr(Samples) all = samples_new(TRUE);
    const Draft *draft = samples_find(all, "to-listener");
    g_assert_nonnull(strstr(draft->body, "i will get over it"));
    g_assert_null(strstr(draft->own, "i will get over it"));
    g_assert_null(strstr(draft->own, "a question"));
    g_assert_true(g_str_has_prefix(draft->own, "A message for you - calm-heron\n\n"));
    g_assert_nonnull(strstr(draft->own, "340 kB"));
    g_assert_null(strstr(samples_find(all, "to-pupil")->own, "glad"));
    g_assert_null(strstr(samples_find(all, "note")->own, "this one"));
    g_assert_null(strstr(samples_find(all, "alert-flagged")->own, "twice"));
    g_assert_null(strstr(samples_find(all, "returned-closed")->own, "Sorry"));
    const Draft *anchor = samples_find(all, "anchor");
    g_autofree char *whole = g_strconcat(anchor->subject, "\n\n", anchor->body, NULL);
    g_assert_cmpstr(anchor->own, ==, whole); /* nobody wrote anything in it */
}

/* The words the rules spoke on are unmasked: they stand in no mail. */
static void test_no_quotes(void) {
    g_autoptr(Samples) all = samples_new(TRUE);
    for (guint i = 0; i < all->list->len; i++)
        g_assert_null(strstr(g_array_index(all->list, Sample, i).draft->body, "Want To Die"));
    g_assert_nonnull(strstr(samples_find(all, "alert")->body,
                            "Hurting themselves, not wanting to live; at-home"));
}

static void test_when(void) {
    static const struct {
        const char *moment, *now, *zone, *want;
    } rows[] = {
        {"2026-03-02T12:00:00Z", "2026-03-02T09:00:00Z", "Europe/London", "today"},
        {"2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", "Europe/London", "today"},
        {"2026-03-02T23:59:59Z", "2026-03-02T09:00:00Z", "Europe/London", "today"},
        {"2026-03-03T00:00:00Z", "2026-03-02T23:59:00Z", "Europe/London",
         "tomorrow (Tuesday 3 March)"},
        {"2026-03-04T08:00:00Z", "2026-03-02T09:00:00Z", "Europe/London", "on Wednesday 4 March"},
        /* half past midnight in London is still the day before in UTC */
        {"2026-06-30T23:30:00Z", "2026-06-30T12:00:00Z", "Europe/London",
         "tomorrow (Wednesday 1 July)"},
        {"2026-06-30T23:30:00Z", "2026-06-30T12:00:00Z", "UTC", "today"},
        /* the clocks go forward on 29 March */
        {"2026-03-29T22:30:00Z", "2026-03-28T12:00:00Z", "Europe/London",
         "tomorrow (Sunday 29 March)"},
        {"2026-03-29T23:30:00Z", "2026-03-28T12:00:00Z", "Europe/London", "on Monday 30 March"},
        {NULL, "2026-03-02T09:00:00Z", "UTC", "as soon as somebody is there again"}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(rows[i].zone);
        gint64 moment = rows[i].moment ? clock_parse(rows[i].moment) : -1;
        g_autofree char *when = compose_when(moment, clock_parse(rows[i].now), zone);
        g_assert_cmpstr(when, ==, rows[i].want);
    }
}

static void test_links(void) {
    static const struct {
        const char *box, *token;
        gboolean plus;
        const char *word, *want;
    } rows[] = {
        {BOX, TOKEN, TRUE, "PASS",
         "mailto:listen+" TOKEN "@hillside.example?subject=PASS&body=PASS"},
        {BOX, TOKEN, FALSE, "PASS", "mailto:" BOX "?subject=PASS%20%5B" TOKEN "%5D&body=PASS"},
        {BOX, NULL, TRUE, "HELP", "mailto:" BOX "?subject=HELP&body=HELP"},
        {BOX, NULL, FALSE, "SOMEONE ELSE",
         "mailto:" BOX "?subject=SOMEONE%20ELSE&body=SOMEONE%20ELSE"},
        {BOX, NULL, TRUE, "FLAG ", "mailto:" BOX "?subject=FLAG&body=FLAG%20"},
        {"a&b?c/d%e@x.example", NULL, TRUE, "PASS",
         "mailto:a%26b%3Fc%2Fd%25e@x.example?subject=PASS&body=PASS"}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *link = link_mailto(rows[i].box, rows[i].token, rows[i].plus, rows[i].word);
        g_assert_cmpstr(link, ==, rows[i].want);
    }
}

static void test_is_reply(void) {
    g_assert_true(compose_is_reply("crisis"));
    g_assert_true(compose_is_reply("acknowledgement"));
    g_assert_false(compose_is_reply("alert"));
    g_assert_false(compose_is_reply(""));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compose/goldens", test_goldens);
    g_test_add_func("/compose/no-left-overs", test_no_left_overs);
    g_test_add_func("/compose/all-templates", test_all_templates);
    g_test_add_func("/compose/neutral", test_neutral);
    g_test_add_func("/compose/marker", test_marker);
    g_test_add_func("/compose/own", test_own);
    g_test_add_func("/compose/no-quotes", test_no_quotes);
    g_test_add_func("/compose/when", test_when);
    g_test_add_func("/compose/links", test_links);
    g_test_add_func("/compose/is-reply", test_is_reply);
    return g_test_run();
}
