/* Templates: what is wrong with their files, and how they are filled. */
#include "reply/templates.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct place {
    char *folder;
} Place;

/* A copy of the shipped templates, in which one may be spoiled. */
static void place_make(Place *place, gconstpointer data) {
    (void)data;
    const char *root = g_getenv("WB_SOURCE");
    place->folder = g_dir_make_tmp("worrybox-XXXXXX", NULL);
    for (guint i = 0; templates_name(i) != NULL; i++) {
        g_autofree char *file = g_strconcat(templates_name(i), ".txt", NULL);
        g_autofree char *from = g_build_filename(root ? root : ".", "templates/en", file, NULL);
        g_autofree char *to = g_build_filename(place->folder, file, NULL);
        g_autofree char *text = NULL;
        g_assert_true(g_file_get_contents(from, &text, NULL, NULL));
        g_assert_true(g_file_set_contents(to, text, -1, NULL));
    }
}

static void place_clear(Place *place, gconstpointer data) {
    (void)data;
    g_autoptr(GDir) dir = g_dir_open(place->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(place->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
}

/* `text` NULL: the file is taken away. Returns what is then wrong. */
static char *spoil(const Place *place, const char *name, const char *text, gssize length) {
    g_autofree char *file = g_strconcat(name, ".txt", NULL);
    g_autofree char *path = g_build_filename(place->folder, file, NULL);
    g_autoptr(Problems) problems = problems_new();
    if (text == NULL)
        g_unlink(path);
    else
        g_assert_true(g_file_set_contents(path, text, length, NULL));
    g_autoptr(Templates) templates = templates_load(place->folder, "templates/en", problems);
    g_assert_nonnull(templates);
    g_autofree char *all = problems_text(problems);
    return g_strconcat(all, *all != '\0' ? "\n" : "", NULL);
}

static void test_shipped(Place *place, gconstpointer data) {
    (void)data;
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Templates) templates = templates_load(place->folder, "templates/en", problems);
    g_autofree char *text = problems_text(problems);
    g_assert_cmpstr(text, ==, "");
}

static void test_problems(Place *place, gconstpointer data) {
    (void)data;
#define START "templates/en/anchor.txt"
    static const struct {
        const char *text, *want;
    } rows[] = {
        {NULL, START ": is missing\n"},
        {"Subject: x\n\n{{head}} {{count}}\n", ""},
        {"\xef\xbb\xbfSubject: x\r\n\r\n{{head}} {{count}}\r\n", ""}, /* as Windows writes it */
        {"\n{{head}} {{count}}\n", START ":1: no `Subject: …` before the text\n"},
        {"Subject:\n\n{{head}} {{count}}\n", START ":1: no `Subject: …` before the text\n"},
        {"Subject: a\nSubject: b\n\n{{head}} {{count}}\n", START ":2: a second Subject\n"},
        {"Subject: a\nFrom: b\n\n{{head}} {{count}}\n",
         START ":2: only `Subject: …` and then an empty line may stand before the text\n"},
        {"Subject: a\n\n{{head}} {{coutn}}\n",
         START ":3:10: unknown field {{coutn}}; did you mean {{count}}?\n" START
               ": the field {{count}} is missing\n"},
        {"Subject: {{letter}}\n\n{{head}} {{count}}\n", START ":1:10: unknown field {{letter}}\n"},
        {"Subject: a\n\n{{head}} {{count}} {{ {{site}}\n",
         START ":3:20: unknown field {{ {{site}}\n"},
        {"Subject: a\n\n{{head}} {{count}} {{site\n", START ":3:20: {{ without }}\n"},
        {"Subject: a\n\n{{head}} {{count}} {{?site}}\n",
         START ":3:20: {{?…}} may only stand at the start of a line of the text\n"},
        {"Subject: {{?site}}a\n\n{{head}} {{count}}\n",
         START ":1:10: {{?…}} may only stand at the start of a line of the text\n"},
        {"Subject: a\n\n{{head}} {{count}}\nwrite to lead@school.example\n",
         START ":4: a mail address may not stand in a template\n"},
        {"Subject: a\n\n\n", START ": has no text\n" START ": the field {{head}} is missing\n" START
                                   ": the field {{count}} is missing\n"},
        {"Subject: a\n\n{{head}} {{count}} \xff\n", START ": is not UTF-8 text\n"}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = spoil(place, "anchor", rows[i].text, -1);
        g_assert_cmpstr(text, ==, rows[i].want);
    }
    g_autofree char *huge = g_strnfill(70000, 'a');
    g_autofree char *text = spoil(place, "anchor", huge, -1);
    g_assert_cmpstr(text, ==, START ": is longer than 64 KiB\n");
    g_autofree char *nul = spoil(place, "anchor", "Subject: a\n\n{{head}} \0 {{count}}", 32);
    g_assert_cmpstr(nul, ==, START ": is not UTF-8 text\n");
}

/* All of them at once: no file stops the others from being read. */
static void test_all_problems(Place *place, gconstpointer data) {
    (void)data;
    g_autofree char *one = spoil(place, "anchor", NULL, 0);
    g_autofree char *two = spoil(place, "crisis", "Subject: a\n\nhello\n", -1);
    g_assert_nonnull(strstr(two, "anchor.txt: is missing\n"));
    g_assert_nonnull(strstr(two, "crisis.txt: the field {{helplines}} is missing\n"));
    g_assert_nonnull(strstr(two, "crisis.txt: the field {{role}} is missing\n"));
}

static void fill(const Place *place, const char *file, const Field *fields, const char *subject,
                 const char *body) {
    g_autofree char *problem = spoil(place, "anchor", file, -1);
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Templates) templates = templates_load(place->folder, "t", problems);
    g_autofree char *got_subject = NULL, *got_body = NULL;
    templates_fill(templates, "anchor", fields, &got_subject, &got_body);
    g_assert_cmpstr(got_subject, ==, subject);
    g_assert_cmpstr(got_body, ==, body);
}

static void test_fill(Place *place, gconstpointer data) {
    (void)data;
    const Field all[] = {{"site", "Hill"}, {"head", "ab"}, {"count", "3"}, {"time", "now"}, {0}};
    const Field some[] = {{"head", "ab"}, {"count", ""}, {"time", NULL}, {0}};
    const Field nested[] = {{"head", "{{count}} {{?x}}"}, {"count", "3"}, {0}};
    const Field lines[] = {{"head", "a\n\n\n\nb\n"}, {"count", "3"}, {"site", "a\r\nBcc: x"}, {0}};
    fill(place, "Subject: {{site}} {{count}}\n\nA {{head}}-{{time}}.\n", all, "Hill 3",
         "A ab-now.\n");
    /* a line of empty fields alone goes, one with a word on it stays */
    fill(place, "Subject: x\n\nA\n{{count}}\n{{count}}{{time}}\nn: {{count}}\n{{head}}\n", some,
         "x", "A\nn: \nab\n");
    fill(place, "Subject: x\n\nA\n\n{{count}}\n\n\n{{time}}\n\nB\n\n\n\n", some, "x", "A\n\nB\n");
    /* conditions, one and several */
    fill(place,
         "Subject: x\n\n{{?head}}yes\n{{!head}}no\n{{?count}}yes\n{{!count}}no\n"
         "{{?head}}{{!count}}both\n{{?head}}{{?count}}not\n{{?head}}{{head}}{{count}}\n",
         some, "x", "yes\nno\nboth\nab\n");
    fill(place, "Subject: x\n\n{{head}}\n", nested, "x", "{{count}} {{?x}}\n");
    /* nothing in a value starts a header or a fourth empty line */
    fill(place, "Subject: {{site}}\n\n{{head}}\n\nB\n", lines, "a Bcc: x", "a\n\nb\n\nB\n");
}

static void test_version(Place *place, gconstpointer data) {
    (void)data;
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Templates) before = templates_load(place->folder, "t", problems);
    g_autofree char *a = templates_version(before, "acknowledgement");
    g_autofree char *b = templates_version(before, "anchor");
    g_autofree char *problem = spoil(place, "anchor", "Subject: x\n\n{{head}} {{count}}\n", -1);
    g_autoptr(Templates) after = templates_load(place->folder, "t", problems);
    g_autofree char *a2 = templates_version(after, "acknowledgement");
    g_autofree char *b2 = templates_version(after, "anchor");
    g_assert_true(g_regex_match_simple("^acknowledgement [0-9a-f]{8}$", a, 0, 0));
    g_assert_cmpstr(a, ==, a2);
    g_assert_cmpstr(b, !=, b2);
}

static void test_lists(void) {
    g_assert_true(templates_has("to-listener", "letter"));
    g_assert_false(templates_has("to-listener", "lette"));
    g_assert_false(templates_has("to-listener", "letter*"));
    g_assert_false(templates_has("to-listener", ""));
    g_assert_false(templates_has("nothing", "letter"));
    g_assert_null(templates_fields("nothing"));
    g_assert_nonnull(templates_fields("crisis"));
}

static void test_wrong_field(void) {
    if (g_test_subprocess()) {
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Templates) templates = templates_load("/nowhere", "t", problems);
        g_autofree char *subject = NULL, *body = NULL;
        templates_fill(templates, "anchor", (Field[]){{"letter", "x"}, {0}}, &subject, &body);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
#define WITH_PLACE(name, function) g_test_add(name, Place, NULL, place_make, function, place_clear)
    WITH_PLACE("/templates/shipped", test_shipped);
    WITH_PLACE("/templates/problems", test_problems);
    WITH_PLACE("/templates/all-problems", test_all_problems);
    WITH_PLACE("/templates/fill", test_fill);
    WITH_PLACE("/templates/version", test_version);
    g_test_add_func("/templates/lists", test_lists);
    g_test_add_func("/templates/wrong-field", test_wrong_field);
    return g_test_run();
}
