/* Fifty patterns and texts that were made to stall a matcher. None is read as "no match": each is
 * found, as it should be, or undecided; what stops them is counted in steps, not in time. And the
 * order of files changes nothing, whatever the rules. */
#include <glib.h>
#include <string.h>

#include "rules-help.h"

/* `text` is `unit` many times, then `end`; the pattern does match it, if only one could wait. */
typedef struct evil {
    const char *pattern, *unit, *end;
} Evil;

static const Evil EVIL[] = {
    {"(a+)+b", "a", "ab"},
    {"(a|aa)+b", "a", "ab"},
    {"(a|a)*b", "a", "ab"},
    {"(a*)*b", "a", "ab"},
    {"(a+a+)+b", "a", "ab"},
    {"(a?a?)+b", "a", "ab"},
    {"(.*a){12}b", "a", "ab"},
    {"(.*)*b", "a", "ab"},
    {"(.+)+b", "a", "ab"},
    {"(\\w+)+\\d", "a", "a1"},
    {"(\\w+\\s?)+\\d", "word ", "1"},
    {"(\\w+ )+\\d", "word ", "1"},
    {"(\\w*)*\\d", "a", "1"},
    {"(\\s+)+x", " ", " x"},
    {"(\\s*\\s*)+x", " ", "x"},
    {"(x+x+)+y", "x", "xxy"},
    {"(x+)*y", "x", "y"},
    {"(x*)+y", "x", "y"},
    {"((x)+)+y", "x", "xy"},
    {"((x+)+)+y", "x", "xy"},
    {"(?:x+)+y", "x", "xy"},
    {"(?:x|xx|xxx)+y", "x", "xy"},
    {"(?:x|x?)+y", "x", "xy"},
    {"([a-z]+)*\\.", "a", "."},
    {"([a-z]+)+[.]", "kill", "."},
    {"([a-zA-Z]+)*!", "Kill", "!"},
    {"^(a+)+b", "a", "b"},
    {"^(([a-z])+.)+[0-9]([a-z])+", "aaaa ", "a a1b"},
    {"(a+){5}b", "a", "aaaaab"},
    {"(a{1,9}){1,9}b", "a", "ab"},
    {"(a{0,5})*b", "a", "b"},
    {"(ab|a|b)+c", "ab", "c"},
    {"(ab|ba|a|b)*c", "ab", "c"},
    {"([ab]*[ab]*)*c", "ab", "c"},
    {"(.*,){9}x", "a,", ",,,,,,,,,x"},
    {"(.*?,){9}x", "a,", ",,,,,,,,,x"},
    {"(.*? )*x", "a b ", " x"},
    {"(?=(a+))a*b", "a", "ab"},
    {"(?=(a+)+b)a", "a", "ab"},
    {"(?:(a+)+)(?=b)", "a", "ab"},
    {"(a+)+(?<=a)b", "a", "ab"},
    {"(\\d+)+x", "1", "1x"},
    {"(\\d+,?)+x", "12,", "1x"},
    {"(no+)+ never", "no", "no never"},
    {"(help ?)+ me", "help ", "help  me"},
    {"(kill|ki|ll)+ me", "kill", "kill me"},
    {"(\\bi\\b ?)+ am", "i ", "i  am"},
    {"((é|e)+)+x", "é", "éx"},
    {"(\\p{L}+)+\\d", "ж", "ж1"},
    {"((a|b|c|d)+)+e", "abcd", "de"},
};

static void test_evil(void) {
    enum { LENGTH = 4000, LIMIT = 2000 };
    guint undecided = 0, found = 0;
    G_STATIC_ASSERT(G_N_ELEMENTS(EVIL) == 50);
    for (guint i = 0; i < G_N_ELEMENTS(EVIL); i++) {
        g_autofree char *file = g_strdup_printf("rule a\n pattern %s\n", EVIL[i].pattern);
        const char *const files[] = {file, NULL};
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Rules) rules = rules_of_files(files, LIMIT, problems);
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < LENGTH)
            g_string_append(text, EVIL[i].unit);
        g_string_append(text, EVIL[i].end);
        g_test_message("%s", EVIL[i].pattern);
        g_assert_cmpuint(problems->errors, ==, 0);
        g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, text->str);
        g_assert_true(verdict->undecided || verdict->categories->len == 1);
        g_assert_cmpint(verdict->desk, ==, verdict->undecided ? DESK_LEAD : DESK_LISTENER);
        undecided += verdict->undecided;
        found += verdict->categories->len;
    }
    g_test_message("%u undecided, %u found", undecided, found);
    g_assert_cmpuint(undecided, >, 5); /* the control: some do run into the limit */
    g_assert_cmpuint(found, >, 5);
}

static const char *const PIECES[] = {
    "rule one\n severity urgent\n desk head\n phrase [fruit]\n unless pie\n not-for wren\n",
    "rule two\n severity urgent\n flag yes\n phrase aple tart\n reply crisis\n",
    "rule three\n severity high\n near 4 [fruit] / market\n threshold 3\n weight 2\n phrase "
    "stall\n",
    "rule four\n severity low\n pattern \\bpea(?:r|ch)\\b\n denied would never\n",
    "words fruit\n word apple\n word pear\n",
    "spelling s\n ordinary ample\n means mkt = market\n",
};

static const char *const TEXTS[] = {
    "an apple",
    "an aplpe tart and a pear",
    "apple pie at the market stall",
    "i would never eat a pear",
    "ample pears at the mkt stall",
    "nothing",
};

/* All that a verdict says, but for where its rules stand. */
static char *spell(const Verdict *verdict) {
    g_autofree char *rules = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new(), not_for = g_ptr_array_new();
    for (guint i = 0; i < verdict->rules->len; i++) {
        const Spoken *spoken = g_ptr_array_index(verdict->rules, i);
        g_ptr_array_add(names, spoken->rule);
    }
    g_ptr_array_add(names, NULL);
    char **sorted = (char **)names->pdata;
    for (guint i = 0; sorted[i] != NULL; i++)
        for (guint j = i + 1; sorted[j] != NULL; j++)
            if (strcmp(sorted[i], sorted[j]) > 0) {
                char *swap = sorted[i];
                sorted[i] = sorted[j];
                sorted[j] = swap;
            }
    rules = g_strjoinv(" ", sorted);
    return g_strdup_printf("%s %d %d %d %s %u", rules, verdict->severity, verdict->desk,
                           verdict->flag, verdict->reply, verdict->not_for->len);
}

static void test_order(void) {
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    g_autoptr(GPtrArray) wanted = g_ptr_array_new_with_free_func(g_free);
    guint spoken = 0;
    for (guint round = 0; round < 60; round++) {
        const char *files[G_N_ELEMENTS(PIECES) + 1] = {NULL};
        for (guint i = 0; i < G_N_ELEMENTS(PIECES); i++) {
            guint at = (guint)g_rand_int_range(rand, 0, (gint32)i + 1);
            files[i] = files[at];
            files[at] = PIECES[i];
        }
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Rules) rules = rules_of_files(files, 1000, problems);
        g_assert_cmpuint(problems->errors, ==, 0);
        for (guint i = 0; i < G_N_ELEMENTS(TEXTS); i++) {
            g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, TEXTS[i]);
            char *said = spell(verdict);
            spoken += verdict->rules->len;
            if (round > 0)
                g_assert_cmpstr(said, ==, g_ptr_array_index(wanted, i));
            g_ptr_array_add(wanted, said);
        }
    }
    g_assert_cmpuint(spoken, >, 200); /* the control */
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/evil", test_evil);
    g_test_add_func("/rules/order", test_order);
    return g_test_run();
}
