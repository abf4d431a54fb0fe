/* Misspellings, words that stand for others, and lists of words that rules share. */
#include <glib.h>
#include <string.h>

#include "rules-help.h"

typedef struct row {
    const char *text, *by; /* the line that speaks; NULL: none does */
} Row;

static void check(const char *file, const Row *rows, gsize count) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_of(file, problems);
    g_autofree char *told = problems_text(problems);
    g_assert_cmpstr(told, ==, "");
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, rows[i].text);
        g_test_message("%s", rows[i].text);
        g_assert_false(verdict->undecided);
        const Spoken *first = verdict->rules->len > 0 ? g_ptr_array_index(verdict->rules, 0) : NULL;
        g_assert_cmpstr(first != NULL ? first->by : NULL, ==, rows[i].by);
    }
}

static void test_slips(void) {
    static const Row rows[] = {
        {"i want to kill myself", "phrase kill myself"},
        {"i want to kill myslef", "phrase kill myself"},
        {"i want to kll myself", "phrase kill myself"},
        {"i want to kull mysef", "phrase kill myself"},
        {"i want to killl my5elff", "phrase kill myself"},
        {"I WANT TO KILL MYSEFL!!", "phrase kill myself"},
        {"i want to pill myself", NULL}, /* the first letter has to be right */
        {"i want to kiss myself", NULL}, /* ordinary */
        {"i want to skill myself", NULL},
        {"suacide", "phrase suicide"},
        {"sucide.", "phrase suicide"},
        {"suicidde", "phrase suicide"},
        {"suuuuicdde", NULL}, /* two slips are too many for so short a word */
        {"overdosse", "phrase overdose"},
        {"paracetemal", "phrase paracetamol"},
        {"parecetemal", NULL},
        {"i am cating", NULL}, /* one word alone needs more letters */
        {"the knofe", NULL},
        {"take my sxarf", NULL}, /* a rule that is not grave reads as it is written */
        {"not the overdosse", NULL},
        {"nt the overdose", "phrase overdose"}, /* nor does an `unless` forgive anything */
    };
    check("rule a\n flag yes\n phrase kill myself\n phrase suicide\n phrase overdose\n"
          " phrase paracetamol\n phrase eating\n phrase knife\n unless not the\n"
          "rule b\n phrase my scarf\n"
          "spelling s\n ordinary kiss, hug\n",
          rows, G_N_ELEMENTS(rows));
}

static void test_switch(void) {
    static const Row rows[] = {{"no frends", "phrase no friends"}, {"overdosse", NULL}};
    check("rule a\n spelling loose\n phrase no friends\n"
          "rule b\n severity urgent\n spelling exact\n phrase overdose\n",
          rows, G_N_ELEMENTS(rows));
}

static void test_meanings(void) {
    static const Row rows[] = {
        {"i wanna die", "phrase want to die"},
        {"i want 2 die", "phrase want to die"},
        {"i wanna dye", NULL},
        {"2 die", NULL},
        {"wanna diie", NULL},
        {"he beet me up", "phrase beat me up"},
        {"u r dead", "phrase you are dead"},
    };
    check("rule a\n flag yes\n phrase want to die\n phrase you are dead\n phrase beat me up\n"
          "spelling s\n means wanna = want to\n means 2 = to\n means u = you\n means r=are\n",
          rows, G_N_ELEMENTS(rows));
}

/* Words far apart are not read as one phrase because both were mended. */
static void test_far_apart(void) {
    g_autoptr(GString) text = g_string_new("klil ");
    for (guint i = 0; i < 20; i++)
        g_string_append(text, "and then ");
    g_string_append(text, "mysefl");
    const Row rows[] = {{text->str, NULL}, {"klil mysefl", "phrase kill myself"}};
    check("rule a\n flag yes\n phrase kill myself\n", rows, G_N_ELEMENTS(rows));
}

static void test_quotes(void) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_of("rule a\n flag yes\n phrase want to kill myself\n"
                                      "spelling s\n means wanna = want to\n",
                                      problems);
    g_autoptr(Verdict) verdict =
        rules_judge(rules, ON_LETTER, NULL, "so I WANNA, kil\xE2\x80\x8Bl \n Myslef. bye");
    g_assert_cmpuint(verdict->rules->len, ==, 1);
    g_assert_cmpstr(((const Spoken *)g_ptr_array_index(verdict->rules, 0))->quote, ==,
                    "WANNA, kil\xE2\x80\x8Bl Myslef");
}

static void test_lists(void) {
    static const Row rows[] = {
        {"he has a knife", "phrase has a [weapons]"},
        {"he has a big stick", "phrase has a [weapons]"},
        {"he has a toy knife", NULL},
        {"knife fight", "phrase [weapons] [ events ]"},
        {"big stick war", "phrase [weapons] [ events ]"},
        {"knife war at the theatre", NULL},
        {"in the play he has a knife", NULL},
        {"weapons", NULL},
    };
    check("rule a\n phrase has a [weapons]\n phrase [weapons] [ events ]\n"
          " unless [art]\n"
          "words weapons\n word knife\n word big stick\n"
          "words events\n word fight\n word war\n"
          "words art\n word play\n word theatre\n",
          rows, G_N_ELEMENTS(rows));
}

static void test_problems(void) {
    static const struct {
        const char *text, *problem;
    } rows[] = {
        {"rule a\n phrase a [toys]\n", "rules/a.rules:2:11: there is no list \"toys\""},
        {"rule a\n phrase a [toy]\nwords toys\n word x\n",
         "rules/a.rules:2:11: there is no list \"toy\", did you mean \"toys\"?"},
        {"rule a\n phrase a [toys\nwords toys\n word x\n",
         "rules/a.rules:2:11: this bracket is never closed: [NAME] is a list of words"},
        {"rule a\n phrase [toys]\nwords toys\n", "rules/a.rules:3: list toys has no word\n"
                                                 "rules/a.rules:2:9: list \"toys\" has no word"},
        {"rule a\n phrase x\nwords toys\n", "rules/a.rules:3: list toys has no word"},
        {"rule a\n phrase x\nwords toys\n word a\n word [b]\n",
         "rules/a.rules:5:7: a list holds words, not other lists"},
        {"rule a\n phrase x\nspelling s\n means want to\n",
         "rules/a.rules:4:8: \"means\" takes one word, \"=\", and what it stands for: wanna = want "
         "to"},
        {"rule a\n phrase x\nspelling s\n means a b = c\n",
         "rules/a.rules:4:8: \"means\" takes one word, \"=\", and what it stands for: wanna = want "
         "to"},
        {"rule a\n phrase x\n spelling bad\n",
         "rules/a.rules:3: \"spelling\" is one of: exact, loose"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Rules) rules = rules_of(rows[i].text, problems);
        g_autofree char *told = problems_text(problems);
        g_assert_cmpstr(told, ==, rows[i].problem);
    }
}

static void test_too_many(void) {
    g_autoptr(GString) text = g_string_new("rule a\n phrase [n] [n]\nwords n\n");
    for (guint i = 0; i < 50; i++)
        g_string_append_printf(text, " word x%u\n", i);
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_of(text->str, problems);
    g_autofree char *told = problems_text(problems);
    g_assert_cmpstr(told, ==,
                    "rules/a.rules:2:13: with these lists this is more than 2000 phrases");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/spelling/slips", test_slips);
    g_test_add_func("/rules/spelling/switch", test_switch);
    g_test_add_func("/rules/spelling/meanings", test_meanings);
    g_test_add_func("/rules/spelling/far-apart", test_far_apart);
    g_test_add_func("/rules/spelling/quotes", test_quotes);
    g_test_add_func("/rules/lists", test_lists);
    g_test_add_func("/rules/lists/problems", test_problems);
    g_test_add_func("/rules/lists/too-many", test_too_many);
    return g_test_run();
}
