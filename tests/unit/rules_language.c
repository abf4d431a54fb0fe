/* What a rule may say beyond words: near, weight, denied, reported, when. */
#include <glib.h>
#include <string.h>

#include "rules-help.h"

/* Loud: in full. Soft: of a denial only. */
enum voice { SILENT, SOFT, LOUD };
typedef struct row {
    const char *text;
    enum voice voice;
} Row;

static enum voice voice_of(const Verdict *verdict) {
    const Spoken *first = verdict->rules->len > 0 ? g_ptr_array_index(verdict->rules, 0) : NULL;
    return first == NULL ? SILENT : first->denied ? SOFT : LOUD;
}

static void check(const char *file, const Row *rows, gsize count) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_of(file, problems);
    g_autofree char *told = problems_text(problems);
    g_assert_cmpstr(told, ==, "");
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, rows[i].text);
        g_test_message("%.80s", rows[i].text);
        g_assert_cmpint(voice_of(verdict), ==, rows[i].voice);
    }
}

static void test_near(void) {
    static const Row rows[] = {
        {"he has a knife at school", LOUD},
        {"at school he has a knife", LOUD},
        {"a knife. in school", LOUD}, /* words count, not sentences */
        {"kn1fe, school", LOUD},
        {"a kinfe at schol", LOUD},
        {"a knife and one and two and school", SILENT},
        {"school", SILENT},
        {"knife knife knife", SILENT},
        {"a big stick at school", LOUD},
        {"in the play a knife at school", SILENT},
    };
    check("rule a\n flag yes\n near 5 [weapons] / school\n unless play\n"
          "words weapons\n word knife\n word big stick\n",
          rows, G_N_ELEMENTS(rows));
    static const Row same[] = {{"he hits and hits", LOUD}, {"he hits", SILENT}};
    check("rule a\n near 3 hits / and hits\n", same, G_N_ELEMENTS(same));
    g_autoptr(GString) many = g_string_new(NULL);
    for (guint i = 0; i < 100000; i++)
        g_string_append(many, i % 1000 < 500 ? "aha " : "bob ");
    const Row hostile[] = {{many->str, LOUD}};
    check("rule a\n near 3 aha / bob\n", hostile, 1);
}

static void test_weight(void) {
    static const Row rows[] = {
        {"hungry", SILENT},
        {"hungry hungry hungry", SILENT}, /* a line counts once */
        {"hungry and cold", SILENT},
        {"hungry and cold and tired", LOUD},
        {"no food and tired", LOUD},
        {"no food", SILENT},
        {"no food, but im not cold", SILENT},
        {"no food. tired", LOUD},
        {"hungry hippos. no food", LOUD},
    };
    check("rule a\n threshold 3\n phrase hungry\n phrase cold\n pattern \\btired\\b\n weight 2\n"
          " phrase no food\n unless not cold\n",
          rows, G_N_ELEMENTS(rows));
}

/* Findings of one letter count together, however far apart. */
static void test_weight_of_long(void) {
    g_autoptr(GString) text = g_string_new("hungry ");
    while (text->len < 200 << 10)
        g_string_append(text, "and then ");
    g_string_append(text, "cold");
    const Row rows[] = {{text->str, LOUD}};
    check("rule a\n threshold 2\n phrase hungry\n phrase cold\n", rows, 1);
}

static const char DENIAL[] = "rule a\n severity urgent\n flag yes\n reply crisis\n"
                             " phrase kill myself\n phrase want to die\n phrase die\n"
                             " unless of embarrassment\n"
                             " denied [denials]\n"
                             " reported [others]\n"
                             "words denials\n word would never\n word not going to\n"
                             " word dont\n"
                             "words others\n word a boy in my class\n word my friend\n";

static void test_denied(void) {
    static const Row rows[] = {
        {"I would never kill myself", SOFT},
        {"i would never ever kill myself", SOFT},
        {"i'm not going to kill myself", SOFT},
        {"i would never want to die", SOFT},
        {"i would never kill myself. i want to die", LOUD},
        {"never. kill myself", LOUD},
        {"i would never tell my mum that i want to die", LOUD},
        {"i could die of embarrassment", SILENT},
        {"i could die of embarrassment. i could die", LOUD},
        {"kill myself, i would never", LOUD},
    };
    check(DENIAL, rows, G_N_ELEMENTS(rows));
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_of(DENIAL, problems);
    g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, "I would never kill myself");
    g_assert_cmpint(verdict->severity, ==, SEVERITY_NORMAL);
    g_assert_cmpint(verdict->desk, ==, DESK_SUPERVISOR);
    g_assert_false(verdict->flag);
    g_assert_null(verdict->reply);
    g_autofree char *why = rules_explain(rules, ON_LETTER, NULL, NULL, "I would never kill myself");
    g_assert_nonnull(strstr(why, "softly"));
    g_assert_nonnull(strstr(why, "denied by \"would never\""));
}

static void test_reported(void) {
    static const struct {
        const char *text;
        gboolean reported;
    } rows[] = {
        {"a boy in my class says he will kill myself", TRUE},
        {"my friend wants to die. i want to die", FALSE},
        {"i want to die and so does my friend", FALSE},
        {"my friend told me. i want to die", FALSE},
    };
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_of(DENIAL, problems);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, rows[i].text);
        g_assert_cmpuint(verdict->rules->len, ==, 1);
        const Spoken *spoken = g_ptr_array_index(verdict->rules, 0);
        g_assert_cmpint(spoken->reported, ==, rows[i].reported);
        g_assert_cmpint(verdict->severity, ==, SEVERITY_URGENT); /* all the same */
        g_assert_true(verdict->flag);
    }
}

static void test_soft_example(void) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules =
        rules_of("rule a\n flag yes\n phrase want to die\n denied would never\n"
                 " soft i would never want to die\n soft i want to die\n soft hello\n"
                 " hit i would never want to die\n miss i would never want to die\n",
                 problems);
    rules_test(rules, problems);
    g_autofree char *told = problems_text(problems);
    g_assert_cmpstr(told, ==,
                    "rules/a.rules:6: rule a should speak here of a denial only, and does\n"
                    "rules/a.rules:7: rule a should speak here of a denial only, and does not\n"
                    "rules/a.rules:8: rule a should speak here, and speaks of a denial only\n"
                    "rules/a.rules:9: rule a should not speak here, and speaks of a denial only");
}

static Occasion at(int minute, guint today, guint month) {
    Occasion occasion = occasion_unknown();
    occasion.minute = minute;
    occasion.counted = TRUE;
    for (guint i = 1; i < OCCASION_DAYS; i++)
        occasion.letters[i] = i < 7 ? today : month;
    occasion.outside = KNOWN_NO;
    occasion.attachment = KNOWN_NO;
    return occasion;
}

static void test_when(void) {
    Occasion night = at(23 * 60 + 5, 1, 1), day = at(12 * 60, 3, 4), outside = day, picture = day;
    outside.outside = picture.attachment = KNOWN_YES;
    const struct {
        const char *when;
        const Occasion *occasion;
        gboolean speaks;
    } rows[] = {
        {"hours 22:00-06:00", &night, TRUE},
        {"hours 22:00-06:00", &day, FALSE},
        {"hours 22:00-06:00", NULL, TRUE}, /* what is not known holds */
        {"not hours 22:00-06:00", &night, FALSE},
        {"not hours 22:00-06:00", NULL, TRUE},
        {"hours 09:00-12:00", &day, FALSE},
        {"hours 12:00-12:01", &day, TRUE},
        {"first letter", &night, TRUE},
        {"first letter", &day, FALSE},
        {"not first letter", &day, TRUE},
        {"letter 3 in 1 day", &day, TRUE},
        {"letter 4 in 6 days", &day, FALSE},
        {"letter 4 in 7 days", &day, TRUE},
        {"letter 4 in 7 days", NULL, TRUE},
        {"from outside", &outside, TRUE},
        {"from outside", &day, FALSE},
        {"with attachment", &picture, TRUE},
        {"with attachment", &day, FALSE},
        {"language en", &day, TRUE},
        {"language pl", &day, FALSE},
        {"not language pl", &day, TRUE},
        {"longer than 5 words", &day, TRUE},
        {"longer than 500 words", NULL, FALSE},
        {"shorter than 500 words", &day, TRUE},
        {"shorter than 2 words", &day, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *file = g_strdup_printf("rule a\n phrase sad\n when %s\n", rows[i].when);
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Rules) rules = rules_of(file, problems);
        g_test_message("%s", rows[i].when);
        g_assert_cmpuint(problems->errors, ==, 0);
        g_autoptr(Verdict) verdict = rules_judge_at(rules, ON_LETTER, rows[i].occasion, NULL,
                                                    "i feel sad and nobody wants to talk to me");
        g_assert_cmpint(verdict->rules->len > 0, ==, rows[i].speaks);
        g_autofree char *why = rules_explain(rules, ON_LETTER, rows[i].occasion, NULL,
                                             "i feel sad and nobody wants to talk to me");
        g_assert_nonnull(strstr(why, rows[i].when));
        g_assert_cmpint(strstr(why, "nearly") == NULL, ==, rows[i].speaks);
    }
}

/* A rule that looks for nothing speaks only where it is known that it should. */
static void test_when_alone(void) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules =
        rules_of("rule often\n desk supervisor\n when letter 3 in 7 days\n"
                 "rule night\n when hours 22:00-06:00\n when shorter than 3 words\n phrase x\n",
                 problems);
    g_assert_cmpuint(problems->errors, ==, 0);
    g_assert_true(rules_count_letters(rules));
    Occasion day = at(0, 3, 3), once = at(0, 1, 1);
    g_autoptr(Verdict) often = rules_judge_at(rules, ON_LETTER, &day, NULL, "hello");
    g_autoptr(Verdict) seldom = rules_judge_at(rules, ON_LETTER, &once, NULL, "hello");
    g_autoptr(Verdict) unknown = rules_judge(rules, ON_LETTER, NULL, "hello");
    g_assert_cmpuint(often->rules->len, ==, 1);
    const Spoken *spoken = g_ptr_array_index(often->rules, 0);
    g_assert_cmpstr(spoken->by, ==, "when letter 3 in 7 days");
    g_assert_cmpint(often->desk, ==, DESK_SUPERVISOR);
    g_assert_cmpuint(seldom->rules->len, ==, 0);
    g_assert_cmpuint(unknown->rules->len, ==, 0);
}

static void test_problems(void) {
    static const char *const bad[] = {
        "when sunday",
        "when hours 25:00-26:00",
        "when hours 9-5",
        "when letter 0 in 3",
        "when letter 3 in 99 days",
        "when language",
        "when language POLISH",
        "when longer than words",
        "near 5 a",
        "near a / b",
        "near 0 a / b",
        "near 5 a / b / c",
        "near 5 a / ...",
        "weight 0",
        "weight x",
        "threshold 0",
        "threshold 5",
        "denied ...",
        "reported [x]",
        "when hours 10:00-10:00",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *file = g_strdup_printf("rule a\n phrase x\n %s\n", bad[i]);
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Rules) rules = rules_of(file, problems);
        g_test_message("%s", bad[i]);
        g_assert_cmpuint(problems->errors, ==, 1);
        g_assert_cmpuint(((Problem *)g_ptr_array_index(problems->list, 0))->line, ==, 3);
        g_assert_cmpuint(rules_count(rules), ==, 0);
    }
}

static void test_json(void) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_of("rule a\n threshold 2\n phrase cup\n phrase mug\n"
                                      "rule b\n phrase tea\n unless green\n",
                                      problems);
    g_autoptr(Js) json = rules_explain_json(rules, ON_LETTER, NULL, NULL, "a cup of green tea");
    g_autofree char *line = js_line(json);
    g_assert_cmpstr(
        line, ==,
        "{\"severity\":\"none\",\"desk\":\"listener\",\"flag\":false,\"undecided\":false,\"rules\":"
        "["
        "{\"rule\":\"a\",\"file\":\"rules/a.rules\",\"speaks\":false,\"softly\":false,\"weight\":1,"
        "\"threshold\":2,\"fails\":null,\"unknown\":[],\"found\":[{\"line\":3,\"by\":\"phrase "
        "cup\",\"quote\":"
        "\"cup\",\"half\":false,\"unless\":null,\"denied\":null,\"reported\":null,\"against\":null}"
        "]},{\"rule\":\"b\",\"file\":\"rules/"
        "a.rules\",\"speaks\":false,\"softly\":false,\"weight\":"
        "0,\"threshold\":1,\"fails\":null,\"unknown\":[],\"found\":[{\"line\":6,\"by\":\"phrase "
        "tea\",\"quote\":"
        "\"tea\",\"half\":false,\"unless\":{\"line\":7,\"by\":\"unless green\"},\"denied\":null,"
        "\"reported\":null,\"against\":\"green\"}]}]}");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/near", test_near);
    g_test_add_func("/rules/weight", test_weight);
    g_test_add_func("/rules/weight/long", test_weight_of_long);
    g_test_add_func("/rules/denied", test_denied);
    g_test_add_func("/rules/reported", test_reported);
    g_test_add_func("/rules/soft", test_soft_example);
    g_test_add_func("/rules/when", test_when);
    g_test_add_func("/rules/when/alone", test_when_alone);
    g_test_add_func("/rules/language/problems", test_problems);
    g_test_add_func("/rules/explain/json", test_json);
    return g_test_run();
}
