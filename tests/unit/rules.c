/* Rules, from files to verdicts: what is wrong with a file, what speaks, who gets the letter. */
#include "rules/rules.h"

#include <glib/gstdio.h>
#include <string.h>

/* Files of a temp folder: pairs of name and text, up to NULL. */
typedef struct shelf {
    char *folder;
    Rules *rules;
    Problems *problems;
} Shelf;

static Shelf shelf_of(const char *const *files, guint match_limit) {
    Shelf shelf = {g_dir_make_tmp("wb-rules-XXXXXX", NULL), NULL, problems_new()};
    for (; *files != NULL; files += 2) {
        g_autofree char *path = g_build_filename(shelf.folder, files[0], NULL);
        g_assert_true(g_file_set_contents(path, files[1], -1, NULL));
    }
    shelf.rules = rules_load(shelf.folder, "rules", match_limit, shelf.problems);
    return shelf;
}

static void shelf_clear(Shelf *shelf) {
    GDir *dir = g_dir_open(shelf->folder, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(shelf->folder, name, NULL);
        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(shelf->folder);
    g_free(shelf->folder);
    rules_free(shelf->rules);
    problems_free(shelf->problems);
}

static Shelf shelf_one(const char *text) {
    const char *const files[] = {"10-a.rules", text, NULL};
    return shelf_of(files, 100000);
}

static gboolean speaks(const Rules *rules, const char *text) {
    g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, text);
    g_assert_false(verdict->undecided);
    return verdict->categories->len > 0;
}

static void test_phrase(void) {
    static const struct {
        const char *text;
        gboolean hit;
    } rows[] = {
        {"I want to kill myself", TRUE},
        {"KILL MYSELF!!", TRUE},
        {"k1ll myse1f", TRUE},
        {"k111 myse1f", TRUE},
        {"k!ll my$elf", TRUE},
        {"k|ll myself", TRUE},
        {"kiiiill myyyyself", TRUE},
        {"killlll myself", TRUE},
        {"k i l l m y s e l f", TRUE},
        {"k i l l  m y s e l f", TRUE},
        {"k.i.l.l m.y.s.e.l.f", TRUE},
        {"k-i-l-l myself", TRUE},
        {"k. i. l. l. myself", TRUE},
        {"k\xE2\x80\x8Bill my\xC2\xADself", TRUE},
        {"кill mуsеlf", TRUE},
        {"𝓴𝓲𝓵𝓵 ｍｙｓｅｌｆ", TRUE},
        {"kíll mÿself", TRUE},
        {"kill's myself", FALSE},
        {"'kill' \"myself\"", TRUE},
        {"kill my self", TRUE},
        {"killmyself #killmyself", TRUE},
        {"kill_myself", TRUE},
        {"kill... myself", TRUE},
        {"kill\nmyself", TRUE},
        {"kil myself", TRUE},
        {"kiII myseIf", TRUE},
        {"skill myself", FALSE},
        {"kill myselfie", FALSE},
        {"kills myself", FALSE},
        {"kill him myself", FALSE},
        {"ski ll my self", FALSE},
        {"kill mys elfin", FALSE},
        {"kull myself", FALSE},
        {"", FALSE},
        {"1 2 3 4 999", FALSE},
    };
    Shelf shelf = shelf_one("rule a\n phrase kill myself\n");
    g_assert_cmpuint(shelf.problems->list->len, ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpint(speaks(shelf.rules, rows[i].text), ==, rows[i].hit);
    }
    shelf_clear(&shelf);
}

static void test_short_phrases(void) {
    static const struct {
        const char *phrase, *text;
        gboolean hit;
    } rows[] = {
        {"sh", "been clean from sh", TRUE},
        {"sh", "5h of work", FALSE},
        {"sh", "s h", FALSE},
        {"kms", "10 kms", TRUE},
        {"kms", "k.m.s", TRUE},
        {"kms", "k m s", TRUE},
        {"die", "d1e", TRUE},
        {"die", "d i e", TRUE},
        {"die", "d ie", FALSE},
        {"kill", "s k i l l s", FALSE},
        {"kill", "i k i l l", TRUE},
        {"off", "of", FALSE},
        {"off myself", "of myself", FALSE},
        {"raped", "rapped", FALSE},
        {"all of it", "a11 of it", TRUE},
        {"i want to die", "1 want to die", TRUE},
        {"need", "ned", FALSE},
        {"need", "neeeeed", TRUE},
        {"to get her", "together", TRUE}, /* known: joined words */
        {"999", "999", TRUE},
        {"999", "9999", TRUE}, /* stretched */
        {"999", "99", FALSE},
        {"4 me", "4 me", TRUE},
        {"4 me", "a me", FALSE},
        {"🔪", "he has a 🔪!", TRUE},
        {"想死", "我想死了", TRUE},
        {"привет мир", "ПРИВЕТ, МИР", TRUE},
        {"don't go", "dont go", TRUE},
        {"dont go", "don’t  go", TRUE},
        {"f@t", "f@t", TRUE},
        {"fat", "f@t", TRUE},
        {"fat", "me@fat.uk", TRUE},
        {"café", "cafe", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("rule a\n phrase %s\n", rows[i].phrase);
        Shelf shelf = shelf_one(text);
        g_test_message("%s: %s", rows[i].phrase, rows[i].text);
        g_assert_cmpint(speaks(shelf.rules, rows[i].text), ==, rows[i].hit);
        shelf_clear(&shelf);
    }
}

static void test_unless(void) {
    static const struct {
        const char *text;
        gboolean hit;
    } rows[] = {
        {"i hurt my knee", TRUE},
        {"i hurt my knee at football", FALSE},
        {"at f00tball i hurt my knee", FALSE},
        {"i hurt my knee. i like football", TRUE},
        {"i like football! i hurt my knee", TRUE},
        {"i hurt my knee\n\nfootball", TRUE},
        {"i hurt my knee at football. i hurt my knee at home", TRUE},
        {"i hurt my knee at football and he hurt my arm too", FALSE},
        {"i hurt my knee in game 12", FALSE},
        {"i hurt my knee in game twelve", TRUE},
        {"aching from practice", FALSE},
        {"i am aching", TRUE},
    };
    Shelf shelf = shelf_one("rule a\n phrase hurt my\n pattern \\bach(ing|es)\\b\n"
                            " unless football\n unless practice\n unless-pattern game \\d+\n");
    g_assert_cmpuint(shelf.problems->list->len, ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpint(speaks(shelf.rules, rows[i].text), ==, rows[i].hit);
    }
    g_autofree char *why =
        rules_explain(shelf.rules, ON_LETTER, NULL, NULL, "I hurt my knee at Football.");
    g_assert_nonnull(strstr(why, "\"hurt my\""));
    g_assert_nonnull(strstr(why, "\"Football\""));
    g_assert_nonnull(strstr(why, "rules/10-a.rules:4: unless football"));
    shelf_clear(&shelf);
}

/* A sentence without end does not let one `unless` silence a whole letter. */
static void test_unless_reach(void) {
    Shelf shelf = shelf_one("rule a\n phrase hurt my\n unless football\n");
    g_autoptr(GString) text = g_string_new("football");
    for (guint i = 0; i < 40; i++)
        g_string_append(text, " and then");
    g_string_append(text, " i hurt my knee");
    g_assert_true(speaks(shelf.rules, text->str));
    shelf_clear(&shelf);
}

static const char ORDER[] = "rule cup\n severity low\n phrase cup\n"
                            "rule care\n severity normal\n desk listener\n phrase care\n"
                            "rule office\n severity normal\n desk supervisor\n phrase office\n"
                            "rule staff\n severity urgent\n desk head\n flag yes\n phrase staff\n"
                            " not-for okafor\n"
                            "rule harm\n severity urgent\n flag yes\n reply crisis\n phrase harm\n"
                            " not-for wren\n not-for okafor\n"
                            "rule flagged\n severity low\n flag yes\n reply soft\n phrase flagged\n"
                            "rule high\n severity high\n phrase high\n";

/* Helplines of every rule that speaks, each once, those of the most severe rule first. */
static void test_helplines(void) {
    Shelf shelf = shelf_one("rule eat\n phrase eat\n helpline Food: 1\n helpline All: 2\n"
                            "rule harm\n severity urgent\n phrase harm\n helpline All: 2\n"
                            "rule cup\n phrase cup\n");
    g_autoptr(Verdict) both = rules_judge(shelf.rules, ON_LETTER, NULL, "eat harm cup");
    g_autoptr(Verdict) none = rules_judge(shelf.rules, ON_LETTER, NULL, "cup");
    g_ptr_array_add(both->helplines, NULL);
    g_autofree char *text = g_strjoinv(", ", (char **)both->helplines->pdata);
    g_assert_cmpstr(text, ==, "All: 2, Food: 1");
    g_assert_cmpuint(none->helplines->len, ==, 0);
    shelf_clear(&shelf);
}

static void test_desks(void) {
    static const struct {
        const char *text, *categories;
        enum severity severity;
        enum desk desk;
        gboolean flag;
        const char *reply, *not_for;
    } rows[] = {
        {"nothing", "", SEVERITY_NONE, DESK_LISTENER, FALSE, NULL, ""},
        {"cup", "cup", SEVERITY_LOW, DESK_LISTENER, FALSE, NULL, ""},
        {"office cup care", "care office cup", SEVERITY_NORMAL, DESK_SUPERVISOR, FALSE, NULL, ""},
        {"staff care", "staff care", SEVERITY_URGENT, DESK_HEAD, TRUE, NULL, "okafor"},
        {"staff harm", "staff harm", SEVERITY_URGENT, DESK_LEAD, TRUE, "crisis", "okafor wren"},
        {"harm cup", "harm cup", SEVERITY_URGENT, DESK_LEAD, TRUE, "crisis", "wren okafor"},
        {"flagged", "flagged", SEVERITY_LOW, DESK_LEAD, TRUE, "soft", ""},
        {"flagged care", "care flagged", SEVERITY_NORMAL, DESK_LISTENER, TRUE, NULL, ""},
        {"high", "high", SEVERITY_HIGH, DESK_LISTENER, FALSE, NULL, ""},
    };
    Shelf shelf = shelf_one(ORDER);
    g_assert_cmpuint(rules_count(shelf.rules), ==, 7);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = rules_judge(shelf.rules, ON_LETTER, NULL, rows[i].text);
        g_test_message("%s", rows[i].text);
        g_ptr_array_add(verdict->categories, NULL);
        g_ptr_array_add(verdict->not_for, NULL);
        g_autofree char *categories = g_strjoinv(" ", (char **)verdict->categories->pdata);
        g_autofree char *not_for = g_strjoinv(" ", (char **)verdict->not_for->pdata);
        g_assert_cmpstr(categories, ==, rows[i].categories);
        g_assert_cmpstr(not_for, ==, rows[i].not_for);
        g_assert_cmpint(verdict->severity, ==, rows[i].severity);
        g_assert_cmpint(verdict->desk, ==, rows[i].desk);
        g_assert_cmpint(verdict->flag, ==, rows[i].flag);
        g_assert_cmpstr(verdict->reply, ==, rows[i].reply);
    }
    shelf_clear(&shelf);
}

static void test_file_order(void) {
    static const char one[] = "rule a\n severity urgent\n desk head\n phrase cup\n";
    static const char two[] = "rule b\n severity urgent\n desk lead\n reply crisis\n phrase cup\n";
    const char *const forth[] = {"1.rules", one, "2.rules", two, NULL};
    const char *const back[] = {"1.rules", two, "2.rules", one, NULL};
    Shelf x = shelf_of(forth, 1000), y = shelf_of(back, 1000);
    g_autoptr(Verdict) a = rules_judge(x.rules, ON_LETTER, NULL, "a cup"),
                       b = rules_judge(y.rules, ON_LETTER, NULL, "a cup");
    g_assert_cmpint(a->desk, ==, DESK_LEAD);
    g_assert_cmpint(b->desk, ==, DESK_LEAD);
    g_assert_cmpstr(a->reply, ==, b->reply);
    g_assert_cmpint(a->severity, ==, b->severity);
    shelf_clear(&x);
    shelf_clear(&y);
}

static void test_spoken(void) {
    Shelf shelf = shelf_one("# comment\nrule self-harm\n title Hurting\n phrase end it\n"
                            " phrase kill myself\n pattern \\bdon'?t want to\\s+live\n");
    g_autoptr(Verdict) verdict =
        rules_judge(shelf.rules, ON_LETTER, "Help", "so. I’d k1ll  MYSELF now");
    g_assert_cmpuint(verdict->rules->len, ==, 1);
    const Spoken *spoken = g_ptr_array_index(verdict->rules, 0);
    g_assert_cmpstr(spoken->rule, ==, "self-harm");
    g_assert_cmpstr(spoken->title, ==, "Hurting");
    g_assert_cmpstr(spoken->file, ==, "rules/10-a.rules");
    g_assert_cmpuint(spoken->line, ==, 5);
    g_assert_cmpstr(spoken->by, ==, "phrase kill myself");
    g_assert_cmpstr(spoken->quote, ==, "k1ll MYSELF");
    g_autoptr(Verdict) other = rules_judge(shelf.rules, ON_LETTER, "I Don’t want to \n LIVE", "");
    spoken = g_ptr_array_index(other->rules, 0);
    g_assert_cmpstr(spoken->by, ==, "pattern \\bdon'?t want to\\s+live");
    g_assert_cmpstr(spoken->quote, ==, "Don’t want to LIVE");
    g_autofree char *why = rules_explain(shelf.rules, ON_LETTER, NULL, NULL, "kill myself");
    g_assert_true(g_str_has_suffix(why, "\n"));
    g_assert_nonnull(strstr(why, "Hurting"));
    shelf_clear(&shelf);
}

static void test_problems(void) {
    static const struct {
        const char *text, *problem;
    } rows[] = {
        {"rule a\n", "rules/10-a.rules:1: rule a has no phrase and no pattern, so it can never "
                     "speak"},
        {"rule a\n unless x\n",
         "rules/10-a.rules:1: rule a has no phrase and no pattern, so it can "
         "never speak"},
        {"rule a\n phrase x\n phrase\n", "rules/10-a.rules:3: \"phrase\" has no value"},
        {"rule a\n    phrase  ...\n",
         "rules/10-a.rules:2:13: this phrase has no letter and no digit, so it can never match"},
        {"rule a\n pattern kill (me\n", "rules/10-a.rules:2:18: missing closing parenthesis"},
        {"rule a\n pattern x*\n",
         "rules/10-a.rules:2:10: this pattern matches an empty letter, so it would match every "
         "letter"},
        {"rule a\n phrase x\n severity bad\n",
         "rules/10-a.rules:3: \"severity\" is one of: low, normal, high, urgent"},
        {"rule a\n phrase x\n desk pupil\n",
         "rules/10-a.rules:3: \"desk\" is one of: listener, supervisor, lead, head"},
        {"rule a\n phrase x\n flag maybe\n", "rules/10-a.rules:3: \"flag\" is one of: no, yes"},
        {"rule a\n phrase x\n reply ../x\n",
         "rules/10-a.rules:3:8: \"reply\" takes the name of a template: small letters and hyphens"},
        {"rule a\n phrase x\n frase y\n",
         "rules/10-a.rules:3: unknown key \"frase\", did you mean \"phrase\"?"},
        {"rule a\n on answer\n phrase x\n flag yes\n",
         "rules/10-a.rules:4: \"flag\" has no meaning for answers: this rule has \"on answer\""},
        {"rule a\n on both\n phrase x\n", "rules/10-a.rules:2: \"on\" is one of: letter, answer"},
        {"rules a\n phrase x\n",
         "rules/10-a.rules:1: unknown block \"rules\", did you mean \"rule\"?"},
        {"rule\n phrase x\n", "rules/10-a.rules:1: \"rule\" needs a name"},
        {"rule a\n phrase x\nrule a\n phrase y\n",
         "rules/10-a.rules:3: rule a stands here twice (line 1)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Shelf shelf = shelf_one(rows[i].text);
        g_autofree char *text = problems_text(shelf.problems);
        g_assert_cmpstr(text, ==, rows[i].problem);
        g_assert_cmpuint(shelf.problems->errors, ==, 1);
        shelf_clear(&shelf);
    }
}

static void test_problems_of_folders(void) {
    const char *const twice[] = {"1.rules",  "rule a\n phrase x\n",
                                 "2.rules",  "rule a\n phrase y\n",
                                 "readme",   "rule",
                                 ".x.rules", "rule",
                                 NULL};
    Shelf shelf = shelf_of(twice, 1000);
    g_autofree char *text = problems_text(shelf.problems);
    g_assert_cmpstr(text, ==, "rules/2.rules:1: there is a rule a already (rules/1.rules:1)");
    g_assert_cmpuint(rules_count(shelf.rules), ==, 1);
    shelf_clear(&shelf);
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_load("/nonexistent", "rules", 1000, problems);
    g_assert_cmpuint(problems->errors, ==, 1);
    g_assert_false(speaks(rules, "anything"));
}

/* A bad rule is left out; its neighbours stay. */
static void test_unsound(void) {
    Shelf shelf = shelf_one("rule a\n phrase kept\nrule b\n pattern (\n phrase lost\n");
    g_assert_cmpuint(rules_count(shelf.rules), ==, 1);
    g_assert_true(speaks(shelf.rules, "kept"));
    g_assert_false(speaks(shelf.rules, "lost"));
    shelf_clear(&shelf);
}

static void test_own_tests(void) {
    Shelf shelf = shelf_one("rule a\n phrase cup\n hit a cup\n hit a mug\n miss a glass\n"
                            " miss my cup\n");
    g_assert_cmpuint(rules_tests(shelf.rules), ==, 4);
    g_assert_cmpuint(shelf.problems->errors, ==, 0);
    rules_test(shelf.rules, shelf.problems);
    g_autofree char *text = problems_text(shelf.problems);
    g_assert_cmpstr(text, ==,
                    "rules/10-a.rules:4: rule a should speak here, and does not\n"
                    "rules/10-a.rules:6: rule a should not speak here, and does");
    shelf_clear(&shelf);
}

/* Whatever stops PCRE2 sends the letter to the lead, however it is spelled. */
static void test_undecided(void) {
    static const char *const evil[] = {
        "(a+)+$",
        "(a|aa)+$",
        "(.*a){20}b",
        "(\\w+\\s?)+x!",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(a*)*c",
        "(?=(a+))\\1*b\\1c",
        "([^b]*a[^b]*)*c",
    };
    g_autoptr(GString) text = g_string_new("hello ");
    for (guint i = 0; i < 3000; i++)
        g_string_append(text, "a");
    g_string_append(text, "!");
    guint undecided = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(evil); i++) {
        g_autofree char *rule = g_strdup_printf("rule a\n severity low\n phrase hello\n"
                                                "rule b\n pattern %s\n",
                                                evil[i]);
        const char *const files[] = {"x.rules", rule, NULL};
        Shelf shelf = shelf_of(files, 1000);
        g_assert_cmpuint(rules_count(shelf.rules) + shelf.problems->errors, ==, 2);
        gint64 began = g_get_monotonic_time();
        g_autoptr(Verdict) verdict = rules_judge(shelf.rules, ON_LETTER, NULL, text->str);
        g_assert_cmpint(g_get_monotonic_time() - began, <, G_USEC_PER_SEC);
        g_test_message("%s: %s", evil[i], verdict->undecided ? "undecided" : "decided");
        undecided += verdict->undecided;
        if (verdict->undecided) {
            g_assert_cmpint(verdict->desk, ==, DESK_LEAD);
            g_assert_false(verdict->flag);
            g_assert_cmpint(verdict->severity, ==, SEVERITY_LOW);
        }
        g_autofree char *why = rules_explain(shelf.rules, ON_LETTER, NULL, NULL, text->str);
        g_assert_cmpint(strstr(why, "Undecided") != NULL, ==, verdict->undecided);
        shelf_clear(&shelf);
    }
    g_assert_cmpuint(undecided, >=, 4); /* the control: some are evil enough */
}

static void test_undecided_head(void) {
    const char *const files[] = {"x.rules",
                                 "rule a\n severity high\n desk head\n phrase hello\n"
                                 "rule b\n pattern (a+)+$\n",
                                 NULL};
    Shelf shelf = shelf_of(files, 100);
    g_autoptr(GString) text = g_string_new("hello ");
    for (guint i = 0; i < 3000; i++)
        g_string_append(text, "a");
    g_string_append(text, "!");
    g_autoptr(Verdict) verdict = rules_judge(shelf.rules, ON_LETTER, NULL, text->str);
    g_assert_true(verdict->undecided);
    g_assert_cmpint(verdict->desk, ==, DESK_HEAD);
    shelf_clear(&shelf);
}

/* Long letters are read to their end, and where they cannot be, somebody is told. */
static void test_long(void) {
    static const gsize places[] = {0,         1000,     60 << 10, (64 << 10) - 3, (64 << 10) + 1,
                                   200 << 10, 900 << 10};
    Shelf shelf = shelf_one("rule a\n phrase kill myself\nrule b\n pattern end it\\s+all\n");
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < places[i])
            g_string_append(text, i % 2 ? "ham and eggs " : "éèê");
        g_string_append(text, " kill myself and end it all ");
        while (text->len < 1000 << 10)
            g_string_append(text, "ham. ");
        g_autoptr(Verdict) verdict = rules_judge(shelf.rules, ON_LETTER, NULL, text->str);
        g_assert_cmpuint(verdict->categories->len, ==, 2);
        g_assert_false(verdict->undecided);
    }
    g_autofree char *endless = g_strnfill((gsize)3 << 20, 'a');
    g_autoptr(Verdict) verdict = rules_judge(shelf.rules, ON_LETTER, NULL, endless);
    g_assert_true(verdict->undecided);
    g_assert_cmpint(verdict->desk, ==, DESK_LEAD);
    shelf_clear(&shelf);
}

static void fill_hostile(GString *text, guint kind, gsize size) {
    static const char *const units[] = {"k",  "i",  "kill myself ", "k i l l ", "il",
                                        "1l", ". ", "l ",           "\xCC\x81", "!",
                                        "🔪",  "想", "\xFF",         "@$!|"};
    g_string_assign(text, "");
    while (text->len < size)
        g_string_append(text, units[kind % G_N_ELEMENTS(units)]);
}

static void test_hostile(void) {
    Shelf shelf =
        shelf_one("rule a\n phrase kill myself\n phrase lil ill\n phrase i\n phrase lilili\n"
                  " phrase k\n unless killing\n pattern \\bk+i+l+\\b\n"
                  " unless-pattern myself\n");
    for (guint kind = 0; kind < 14; kind++) {
        g_autoptr(GString) text = g_string_new(NULL);
        fill_hostile(text, kind, 256 << 10);
        gint64 began = g_get_monotonic_time();
        g_autoptr(Verdict) verdict = rules_judge(shelf.rules, ON_LETTER, NULL, text->str);
        g_test_message("%u: %" G_GINT64_FORMAT " us", kind, g_get_monotonic_time() - began);
        g_assert_cmpint(g_get_monotonic_time() - began, <, 10 * G_USEC_PER_SEC);
    }
    shelf_clear(&shelf);
}

/* A rule with `on answer` speaks of answers and of nothing else, each with its own hits. */
static void test_on_answer(void) {
    Shelf shelf = shelf_one("rule a\n phrase cup\n hit a cup\n miss a mug\n"
                            "rule b\n on answer\n severity high\n phrase mug\n hit a mug\n"
                            " miss a cup\n"
                            "rule c\n on letter\n phrase jug\n");
    g_assert_cmpuint(rules_count(shelf.rules), ==, 3);
    rules_test(shelf.rules, shelf.problems);
    g_assert_cmpuint(shelf.problems->list->len, ==, 0);
    g_autoptr(Verdict) letter = rules_judge(shelf.rules, ON_LETTER, NULL, "a cup, a mug, a jug");
    g_autoptr(Verdict) answer = rules_judge(shelf.rules, ON_ANSWER, NULL, "a cup, a mug, a jug");
    g_assert_cmpuint(letter->categories->len, ==, 2);
    g_assert_cmpuint(answer->categories->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(answer->categories, 0), ==, "b");
    g_assert_cmpint(answer->severity, ==, SEVERITY_HIGH);
    const Spoken *spoken = g_ptr_array_index(answer->rules, 0);
    g_assert_cmpuint(spoken->line, ==, 8);
    g_autofree char *of_letter = rules_explain(shelf.rules, ON_LETTER, NULL, NULL, "a mug");
    g_autofree char *of_answer = rules_explain(shelf.rules, ON_ANSWER, NULL, NULL, "a mug");
    g_assert_nonnull(strstr(of_letter, "No rule speaks."));
    g_assert_nonnull(strstr(of_answer, "b speaks: \"mug\""));
    g_assert_nonnull(strstr(of_answer, "is held"));
    shelf_clear(&shelf);
}

/* An answer's rule that runs into its limit leaves no letter undecided. */
static void test_on_answer_undecided(void) {
    const char *const files[] = {"x.rules",
                                 "rule a\n on answer\n pattern (a+)+$\n"
                                 "rule b\n phrase hello\n",
                                 NULL};
    Shelf shelf = shelf_of(files, 100);
    g_autoptr(GString) text = g_string_new("hello ");
    for (guint i = 0; i < 3000; i++)
        g_string_append(text, "a");
    g_string_append(text, "!");
    g_autoptr(Verdict) letter = rules_judge(shelf.rules, ON_LETTER, NULL, text->str);
    g_autoptr(Verdict) answer = rules_judge(shelf.rules, ON_ANSWER, NULL, text->str);
    g_assert_false(letter->undecided);
    g_assert_true(answer->undecided);
    shelf_clear(&shelf);
}

static void test_shipped(void) {
    if (!g_file_test("rules/10-danger.rules", G_FILE_TEST_EXISTS)) {
        g_test_skip("not run from the top of the tree");
        return;
    }
    static const char *const wanted[] = {"self-harm",
                                         "physical-abuse",
                                         "emotional-abuse",
                                         "neglect",
                                         "domestic-abuse",
                                         "abuse-named",
                                         "past-harm",
                                         "child-on-child",
                                         "relationship-abuse",
                                         "exploitation",
                                         "radicalisation",
                                         "forced-marriage",
                                         "fgm",
                                         "eating",
                                         "alcohol-drugs",
                                         "racist-bullying",
                                         "homophobic-bullying",
                                         "online-bullying",
                                         "loneliness",
                                         "identity",
                                         "young-carer",
                                         "thanks",
                                         "sexual-harm",
                                         "violence",
                                         "running-away",
                                         "bullying",
                                         "i-have-bullied",
                                         "bereavement",
                                         "family",
                                         "school",
                                         "staff-concern",
                                         "about-service",
                                         "abuse-of-service",
                                         "own-name",
                                         "own-contact",
                                         "meeting",
                                         "secrecy",
                                         "listener-distress",
                                         "asks-who",
                                         "asks-a-little",
                                         "harmful-advice"};
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_load("rules", "rules", 100000, problems);
    rules_test(rules, problems);
    g_autofree char *text = problems_text(problems);
    g_assert_cmpstr(text, ==, "");
    g_assert_cmpuint(rules_count(rules), >=, G_N_ELEMENTS(wanted));
    g_assert_cmpuint(rules_tests(rules), >=, 16 * G_N_ELEMENTS(wanted));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/phrase", test_phrase);
    g_test_add_func("/rules/short-phrases", test_short_phrases);
    g_test_add_func("/rules/unless", test_unless);
    g_test_add_func("/rules/unless-reach", test_unless_reach);
    g_test_add_func("/rules/helplines", test_helplines);
    g_test_add_func("/rules/desks", test_desks);
    g_test_add_func("/rules/file-order", test_file_order);
    g_test_add_func("/rules/spoken", test_spoken);
    g_test_add_func("/rules/problems", test_problems);
    g_test_add_func("/rules/problems-of-folders", test_problems_of_folders);
    g_test_add_func("/rules/unsound", test_unsound);
    g_test_add_func("/rules/own-tests", test_own_tests);
    g_test_add_func("/rules/undecided", test_undecided);
    g_test_add_func("/rules/undecided-head", test_undecided_head);
    g_test_add_func("/rules/on-answer", test_on_answer);
    g_test_add_func("/rules/on-answer-undecided", test_on_answer_undecided);
    g_test_add_func("/rules/long", test_long);
    g_test_add_func("/rules/hostile", test_hostile);
    g_test_add_func("/rules/shipped", test_shipped);
    return g_test_run();
}
