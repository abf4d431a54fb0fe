/* 2,000 harmless letters made from tests/rules/harmless.txt: at most one of 100 is taken for
 * something an adult must read first. Of long letters full of worries, at most one of 50. */
#include <glib.h>
#include <string.h>

#include "rules/rules.h"

static const char SENTENCES[] = "tests/rules/harmless.txt";
static const char WORRIES[] = "tests/rules/worries.txt";
enum { LETTERS = 2000, WORST = LETTERS / 100 };
enum { LONG_LETTERS = 500, LONG = 12, WORST_LONG = LONG_LETTERS * 2 / 100 };

/* Sentences with {slots}, and the words for them. */
typedef struct grammar {
    GPtrArray *sentences; /* owned; of char * */
    GHashTable *words;    /* owned; name to a char ** */
} Grammar;

static void read_line(Grammar *grammar, const char *line) {
    const char *equals = strstr(line, " = ");
    if (*line == '#' || *line == '\0')
        return;
    if (equals == NULL)
        g_ptr_array_add(grammar->sentences, g_strdup(line));
    else
        g_hash_table_insert(grammar->words, g_strndup(line, (gsize)(equals - line)),
                            g_strsplit(equals + 3, " | ", -1));
}

static gboolean grammar_read(Grammar *grammar) {
    g_autofree char *text = NULL;
    if (!g_file_get_contents(SENTENCES, &text, NULL, NULL))
        return FALSE;
    grammar->sentences = g_ptr_array_new_with_free_func(g_free);
    grammar->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (void *)g_strfreev);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        read_line(grammar, *line);
    return TRUE;
}

static void grammar_clear(Grammar *grammar) {
    g_ptr_array_unref(grammar->sentences);
    g_hash_table_unref(grammar->words);
}

/* The sentence with words in its slots. */
static char *filled(const Grammar *grammar, const char *sentence, GRand *rand) {
    GString *out = g_string_new(NULL);
    for (const char *at = sentence; *at != '\0';) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end == NULL) {
            g_string_append_c(out, *at++);
            continue;
        }
        g_autofree char *name = g_strndup(at + 1, (gsize)(end - at - 1));
        char **words = g_hash_table_lookup(grammar->words, name);
        g_assert_nonnull(words);
        g_string_append(out, words[g_rand_int_range(rand, 0, (gint32)g_strv_length(words))]);
        at = end + 1;
    }
    return g_strchug(g_string_free(out, FALSE));
}

/* LETTERS different ones: every sentence once, and more of those with slots. Caller unrefs. */
static GPtrArray *letters_of(const Grammar *grammar, GRand *rand) {
    GPtrArray *letters = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; letters->len < LETTERS; i++) {
        g_assert_cmpuint(i, <, 100 * LETTERS);
        const char *sentence = g_ptr_array_index(grammar->sentences, i % grammar->sentences->len);
        char *letter = filled(grammar, sentence, rand);
        if (g_hash_table_contains(seen, letter)) {
            g_free(letter);
            continue;
        }
        g_hash_table_add(seen, letter);
        g_ptr_array_add(letters, letter);
    }
    return letters;
}

static gboolean alarms(const Rules *rules, const char *text) {
    g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, text);
    if (verdict->severity < SEVERITY_HIGH && !verdict->flag && !verdict->undecided)
        return FALSE;
    const Spoken *first = verdict->rules->len ? g_ptr_array_index(verdict->rules, 0) : NULL;
    g_test_message("%s, by %.60s: %s", first ? first->rule : "undecided", first ? first->by : "",
                   text);
    return TRUE;
}

static void test_harmless(void) {
    Grammar grammar;
    if (!grammar_read(&grammar)) {
        g_test_skip("not run from the top of the tree");
        return;
    }
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_load("rules", "rules", 100000, problems);
    g_autoptr(GRand) rand = g_rand_new_with_seed(2000);
    g_autoptr(GPtrArray) letters = letters_of(&grammar, rand);
    guint alarmed = 0;
    for (guint i = 0; i < letters->len; i++)
        alarmed += alarms(rules, g_ptr_array_index(letters, i));
    g_test_message("%u of %u letters raise a false alarm", alarmed, letters->len);
    g_assert_cmpuint(alarmed, <=, WORST);
    grammar_clear(&grammar);
}

/* The same letters with one sentence of danger in them are found, all of them: the count above is
 * not low because nothing speaks. */
static void test_with_danger(void) {
    static const char *const dangers[] = {"my dad hits me",        "i want to die",
                                          "he touches me",         "i have nowhere to sleep",
                                          "they want me to marry", "he put a knife to my neck"};
    Grammar grammar;
    if (!grammar_read(&grammar)) {
        g_test_skip("not run from the top of the tree");
        return;
    }
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_load("rules", "rules", 100000, problems);
    g_autoptr(GRand) rand = g_rand_new_with_seed(2001);
    g_autoptr(GPtrArray) letters = letters_of(&grammar, rand);
    for (guint i = 0; i < letters->len; i += 10) {
        g_autofree char *text = g_strdup_printf("%s. %s. %s", (char *)g_ptr_array_index(letters, i),
                                                dangers[i / 10 % G_N_ELEMENTS(dangers)],
                                                (char *)g_ptr_array_index(letters, i + 1));
        g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, text);
        g_test_message("%s", text);
        g_assert_true(verdict->flag && verdict->severity == SEVERITY_URGENT);
    }
    grammar_clear(&grammar);
}

/* A letter of so many different sentences of `pool`. */
static char *long_letter(const GPtrArray *pool, GRand *rand) {
    GString *out = g_string_new(NULL);
    guint at = (guint)g_rand_int_range(rand, 0, (gint32)pool->len);
    for (guint i = 0; i < LONG; i++) {
        g_string_append_printf(out, "%s\n", (char *)g_ptr_array_index(pool, at));
        at = (at + (guint)g_rand_int_range(rand, 1, (gint32)pool->len / LONG)) % pool->len;
    }
    return g_string_free(out, FALSE);
}

/* Letters are not one sentence: what is no danger by itself is none, either, a dozen times. */
static void test_long(void) {
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) pool = g_ptr_array_new();
    g_autoptr(Problems) problems = problems_new();
    if (!g_file_get_contents(WORRIES, &text, NULL, NULL)) {
        g_test_skip("not run from the top of the tree");
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (**line != '#' && **line != '\0')
            g_ptr_array_add(pool, *line);
    g_autoptr(Rules) rules = rules_load("rules", "rules", 100000, problems);
    g_autoptr(GRand) rand = g_rand_new_with_seed(2002);
    guint alarmed = 0;
    for (guint i = 0; i < LONG_LETTERS; i++) {
        g_autofree char *letter = long_letter(pool, rand);
        alarmed += alarms(rules, letter);
    }
    g_test_message("%u of %u long letters raise a false alarm", alarmed, LONG_LETTERS);
    g_assert_cmpuint(alarmed, <=, WORST_LONG);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/harmless", test_harmless);
    g_test_add_func("/rules/harmless-with-danger", test_with_danger);
    g_test_add_func("/rules/harmless-long", test_long);
    return g_test_run();
}
