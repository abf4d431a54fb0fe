/* A change to the rules: names of files, what it comes to in words, and putting it in its place. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "run/place.h"
#include "run/proposal.h"

static void test_names(void) {
    static const struct {
        const char *name;
        gboolean fits;
    } rows[] = {{"30-own.rules", TRUE},
                {"a.rules", TRUE},
                {"A_b-c.2.rules", TRUE},
                {".rules", FALSE},
                {".a.rules", FALSE},
                {"a", FALSE},
                {"a.rules.before", FALSE},
                {"a.rule", FALSE},
                {"../a.rules", FALSE},
                {"a/b.rules", FALSE},
                {"/etc/a.rules", FALSE},
                {"a b.rules", FALSE},
                {"-a.rules", FALSE},
                {"a\nb.rules", FALSE},
                {"\xc3\xa9.rules", FALSE},
                {"", FALSE},
                {"a234567890123456789012345678901234567890123456789012345678.rules", TRUE},
                {"a2345678901234567890123456789012345678901234567890123456789.rules", FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(proposal_name_fits(rows[i].name), ==, rows[i].fits);
    }
}

/* ---- what it comes to ---------------------------------------------------------------------- */

static const char OLD[] = "rule bus\n title Bus\n severity urgent\n flag yes\n phrase on the bus\n"
                          " phrase [late]\n unless [toys]\n not-for okafor\n hit on the bus\n"
                          "rule tea\n phrase tea\n"
                          "rule mug\n threshold 2\n weight 2\n phrase mug\n unless [pots]\n"
                          "words late\n word late\n word delayed\n"
                          "words toys\n word toy\n"
                          "words pots\n word pot\n"
                          "spelling usual\n ordinary bus\n";

static char *folder_of(const char *text) {
    g_autofree char *path = g_dir_make_tmp("rules-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(path, "10-a.rules", NULL);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    return g_steal_pointer(&path);
}

static void remove_folder(const char *path) {
    const char *argv[] = {"rm", "-rf", path, NULL};
    Child child = {.argv = (char **)argv, .seconds = 10};
    g_assert_true(child_run(&child, NULL));
}

typedef struct row {
    const char *from, *to; /* what of OLD is replaced */
    const char *change, *danger;
} Row;

static const Row ROWS[] = {
    {"rule tea", "# why\nrule tea", "", ""},
    {" phrase tea\n", " phrase cup\n",
     "Changed: the rule tea, normal, not flagged, to the listener\n  - phrase tea\n  + phrase "
     "cup\n",
     ""},
    {"rule tea\n phrase tea\n", "",
     "Taken away: the rule tea, normal, not flagged, to the listener\n  - phrase tea\n", ""},
    {"rule tea", "rule cup\n phrase cup\nrule tea",
     "New: the rule cup, normal, not flagged, to the listener\n  + phrase cup\n", ""},
    {" severity urgent\n flag yes\n", " severity high\n",
     "Changed: the rule \"Bus\" (bus), urgent, flagged, to the lead\n  - severity urgent\n"
     "  - flag yes\n  + severity high\n",
     "It makes the rule \"Bus\" (bus) high, which was urgent.\n"
     "It takes the flag from the rule \"Bus\" (bus): nobody could find out any more who wrote.\n"
     "It sends what the rule \"Bus\" (bus) finds to the listener, not to the lead.\n"},
    {" phrase on the bus\n", " phrase on a bus\n unless toy\n",
     "Changed: the rule \"Bus\" (bus), urgent, flagged, to the lead\n  - phrase on the bus\n"
     "  + phrase on a bus\n  + unless toy\n",
     "In the rule \"Bus\" (bus), phrases and patterns that go, or are put otherwise: 1.\n"
     "In the rule \"Bus\" (bus), new lines that keep it from speaking (unless, denied, reported, "
     "when): 1.\n"},
    {" phrase on the bus\n", " threshold 3\n weight 2\n phrase on the bus\n",
     "Changed: the rule \"Bus\" (bus), urgent, flagged, to the lead\n  - phrase on the bus\n"
     "  - phrase [late]\n  + threshold 3\n  + phrase on the bus (weight 2)\n"
     "  + phrase [late] (weight 2)\n",
     "It takes more to make the rule \"Bus\" (bus) speak.\n"
     "In the rule \"Bus\" (bus), phrases and patterns that go, or are put otherwise: 2.\n"},
    {" not-for okafor\n hit on the bus\n", " spelling exact\n",
     "Changed: the rule \"Bus\" (bus), urgent, flagged, to the lead\n  - not-for okafor\n"
     "  - examples: 1\n  + spelling exact\n",
     "In the rule \"Bus\" (bus), lines that go of who must not have it, or of what the pupil is "
     "sent: 1.\n"
     "In the rule \"Bus\" (bus), examples it must find that go: 1.\n"
     "In the rule \"Bus\" (bus), changes of how words may be spelt, or of what it reads (spelling, "
     "on): 1.\n"},
    {" word delayed\n", "", "Changed: the list late\n  - word delayed\n",
     "In the list late, words that rules look for and that go: 1.\n"},
    {" word toy\n", " word toy\n word my\n", "Changed: the list toys\n  + word my\n",
     "In the list toys, new words that keep a rule of danger from speaking: 1.\n"},
    {" word pot\n", " word pot\n word my\n", "Changed: the list pots\n  + word my\n", ""},
    {"rule tea", "rule cup\n phrase cup\n not-for okafor\nrule tea",
     "New: the rule cup, normal, not flagged, to the listener\n  + phrase cup\n"
     "  + not-for okafor\n",
     "In the rule cup, new lines of who does not get a message, whatever else it says (not-for): "
     "1.\n"},
    /* Made to look as it did. */
    {" weight 2\n phrase mug\n", " weight 1\n phrase mug (weight 2)\n",
     "Changed: the rule mug, normal, not flagged, to the listener\n  - phrase mug (weight 2)\n"
     "  + phrase mug (weight 2) (weight 1)\n",
     ""},
    {" ordinary bus\n", " ordinary bush\n",
     "Changed: spelling usual\n  - ordinary bus\n  + ordinary bush\n",
     "In spelling usual, changes of which slips are forgiven: 2.\n"},
};

static void test_compare(void) {
    g_autofree char *folder = folder_of(OLD);
    for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
        g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(rule_file_free);
        g_auto(GStrv) pieces = g_strsplit(OLD, ROWS[i].from, 2);
        g_autofree char *text = g_strjoinv(ROWS[i].to, pieces);
        g_autofree char *change = NULL, *danger = NULL;
        g_assert_nonnull(pieces[1]);
        g_ptr_array_add(files, rule_file_new("10-a.rules", text));
        rules_compare(folder, files, &change, &danger);
        g_assert_cmpstr(change, ==, ROWS[i].change);
        g_assert_cmpstr(danger, ==, ROWS[i].danger);
    }
    remove_folder(folder);
}

static void test_pack(void) {
    g_autoptr(Proposal) p = proposal_new();
    g_ptr_array_add(p->files, rule_file_new("a.rules", "rule a\n phrase \xc3\xa9\n"));
    p->rules = 3;
    p->same = TRUE;
    g_autoptr(GBytes) packed = proposal_pack(p);
    g_autoptr(Proposal) back = proposal_unpack(packed);
    g_autofree char *names = proposal_names(back), *hashes = proposal_hashes(back);
    g_assert_cmpstr(names, ==, "a.rules");
    g_assert_true(g_str_has_prefix(hashes, "a.rules "));
    g_assert_cmpuint(strlen(hashes), ==, strlen("a.rules ") + 64);
    g_assert_cmpuint(back->rules, ==, 3);
    g_assert_true(back->same);
    static const char evil[] = "{\"files\":[{\"name\":\"../a.rules\",\"text\":\"x\"}]}";
    g_autoptr(GBytes) bad = g_bytes_new_static(evil, strlen(evil));
    g_autoptr(GBytes) none = g_bytes_new_static("{", 1);
    g_assert_null(proposal_unpack(bad));
    g_assert_null(proposal_unpack(none));
}

/* ---- in its place -------------------------------------------------------------------------- */

static char *text_of(const char *folder, const char *name) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static void assert_text(const char *folder, const char *name, const char *want) {
    g_autofree char *text = text_of(folder, name);
    g_assert_cmpstr(text, ==, want);
}

static void put_text(const char *folder, const char *name, const char *text) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void test_place(void) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_of("old");
    g_autofree char *old = g_build_filename(folder, "10-a.rules", NULL);
    g_autofree char *staged = g_build_filename(folder, ".new", NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(rule_file_free);
    struct stat found;
    g_ptr_array_add(files, rule_file_new("10-a.rules", "new"));
    g_ptr_array_add(files, rule_file_new("20-b.rules", "more"));
    g_assert_cmpint(chmod(old, 0640), ==, 0);
    /* What an earlier try has left that never was ready counts for nothing. */
    g_assert_cmpint(mkdir(staged, 0700), ==, 0);
    put_text(staged, "10-a.rules", "half");
    g_assert_true(place_finish(folder, &error));
    assert_text(folder, "10-a.rules", "old");
    g_assert_true(place_files(folder, files, &error));
    g_assert_no_error(error);
    assert_text(folder, "10-a.rules", "new");
    assert_text(folder, "20-b.rules", "more");
    assert_text(folder, "10-a.rules.before", "old");
    assert_text(folder, "20-b.rules.before", NULL);
    g_assert_false(g_file_test(staged, G_FILE_TEST_EXISTS));
    g_assert_cmpint(stat(old, &found), ==, 0);
    g_assert_cmpint(found.st_mode & 0777, ==, 0640);
    /* And what was ready counts, however little of it had been moved. */
    g_assert_cmpint(mkdir(staged, 0700), ==, 0);
    put_text(staged, "20-b.rules", "newest");
    put_text(staged, "ready", "");
    g_assert_true(place_finish(folder, &error));
    assert_text(folder, "20-b.rules", "newest");
    g_assert_false(g_file_test(staged, G_FILE_TEST_EXISTS));
    g_assert_true(place_may(folder));
    g_assert_false(place_may("/nonexistent"));
    g_assert_false(place_files("/nonexistent", files, &error));
    g_assert_nonnull(error);
    remove_folder(folder);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules-change/names", test_names);
    g_test_add_func("/rules-change/compare", test_compare);
    g_test_add_func("/rules-change/pack", test_pack);
    g_test_add_func("/rules-change/place", test_place);
    return g_test_run();
}
