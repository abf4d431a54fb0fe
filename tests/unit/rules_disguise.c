/* Every phrase of every rule that is urgent or flags: seven disguises by name, 200 more by a seeded
 * generator, at least 99 of 100 caught; and misspelt. */
#include <glib.h>
#include <string.h>

#include "base/conf.h"
#include "rules/rules.h"

typedef void (*Disguise)(GString *out, const char *phrase, GRand *rand);

static gboolean one_in(GRand *rand, gint n) {
    return g_rand_int_range(rand, 0, n) == 0;
}

/* `phrase` with some of its letters written by `letter`. */
static void each(GString *out, const char *phrase, GRand *rand, gint one,
                 const char *(*letter)(char c, GRand *rand)) {
    for (const char *p = phrase; *p != '\0'; p++) {
        const char *as = one_in(rand, one) ? letter(*p, rand) : NULL;
        if (as != NULL)
            g_string_append(out, as);
        else
            g_string_append_c(out, *p);
    }
}

static const char *leet(char c, GRand *rand) {
    static const char *const digits[][2] = {
        ['a'] = {"4", "@"}, ['e'] = {"3", "3"}, ['i'] = {"1", "!"}, ['l'] = {"1", "|"},
        ['o'] = {"0", "0"}, ['s'] = {"5", "$"}, ['t'] = {"7", "7"}};
    return (guchar)c < G_N_ELEMENTS(digits) ? digits[(guchar)c][g_rand_boolean(rand)] : NULL;
}

static const char *cyrillic(char c, GRand *rand) {
    static const char *const like[128] = {
        ['a'] = "а", ['c'] = "с", ['e'] = "е", ['i'] = "і", ['o'] = "о", ['p'] = "р",
        ['s'] = "ѕ", ['x'] = "х", ['y'] = "у", ['k'] = "к", ['h'] = "һ", ['j'] = "ј"};
    (void)rand;
    return (guchar)c < 128 ? like[(guchar)c] : NULL;
}

static const char *greek(char c, GRand *rand) {
    static const char *const like[128] = {
        ['a'] = "α", ['i'] = "ι", ['o'] = "ο", ['v'] = "ν", ['k'] = "κ", ['u'] = "υ", ['p'] = "ρ"};
    (void)rand;
    return (guchar)c < 128 ? like[(guchar)c] : NULL;
}

static const char *accent(char c, GRand *rand) {
    static const char *const like[128] = {['a'] = "á", ['e'] = "ë", ['i'] = "ï", ['o'] = "ø",
                                          ['u'] = "ü", ['n'] = "ñ", ['c'] = "ç", ['l'] = "ł"};
    (void)rand;
    return (guchar)c < 128 ? like[(guchar)c] : NULL;
}

static const char *capital(char c, GRand *rand) {
    static char as[2];
    (void)rand;
    as[0] = g_ascii_toupper(c);
    return as;
}

static void by_leet(GString *out, const char *phrase, GRand *rand) {
    each(out, phrase, rand, 2, leet);
}

static void by_leet_all(GString *out, const char *phrase, GRand *rand) {
    each(out, phrase, rand, 1, leet);
}

static void by_cyrillic(GString *out, const char *phrase, GRand *rand) {
    each(out, phrase, rand, 2, cyrillic);
}

static void by_greek(GString *out, const char *phrase, GRand *rand) {
    each(out, phrase, rand, 2, greek);
}

static void by_accents(GString *out, const char *phrase, GRand *rand) {
    each(out, phrase, rand, 1, accent);
}

static void by_capitals(GString *out, const char *phrase, GRand *rand) {
    each(out, phrase, rand, g_rand_int_range(rand, 1, 3), capital);
}

/* A letter of another block that NFKC knows: `first` is its a. */
static void shifted(GString *out, const char *phrase, gunichar first) {
    for (const char *p = phrase; *p != '\0'; p++) {
        if (g_ascii_islower(*p))
            g_string_append_unichar(out, first + (gunichar)(*p - 'a'));
        else
            g_string_append_c(out, *p);
    }
}

static void by_other_letters(GString *out, const char *phrase, GRand *rand) {
    /* full width, circled, bold, sans-serif italic, monospace; negative squared, regional */
    static const gunichar firsts[] = {0xFF41, 0x24D0, 0x1D41A, 0x1D622, 0x1D68A, 0x1F170, 0x1F1E6};
    shifted(out, phrase, firsts[g_rand_int_range(rand, 0, G_N_ELEMENTS(firsts))]);
}

/* Something behind every letter, or behind some. */
static void behind(GString *out, const char *phrase, GRand *rand, gint one, const char *what) {
    for (const char *p = phrase; *p != '\0'; p++) {
        g_string_append_c(out, *p);
        if (*p != ' ' && p[1] != '\0' && p[1] != ' ' && one_in(rand, one))
            g_string_append(out, what);
    }
}

static void by_invisible(GString *out, const char *phrase, GRand *rand) {
    static const char *const what[] = {"\xE2\x80\x8B", "\xC2\xAD",     "\xE2\x81\xA0",
                                       "\xEF\xBB\xBF", "\xE2\x80\x8D", "\xE2\x80\xAE"};
    behind(out, phrase, rand, 2, what[g_rand_int_range(rand, 0, G_N_ELEMENTS(what))]);
}

static void by_strokes(GString *out, const char *phrase, GRand *rand) {
    behind(out, phrase, rand, 1, one_in(rand, 2) ? "\xCC\xB6" : "\xCC\x81\xCC\x96");
}

static void by_apostrophes(GString *out, const char *phrase, GRand *rand) {
    static const char *const what[] = {"'", "’", "`", "´", "ʼ"};
    behind(out, phrase, rand, 3, what[g_rand_int_range(rand, 0, G_N_ELEMENTS(what))]);
}

static void by_marks(GString *out, const char *phrase, GRand *rand) {
    static const char *const what[] = {".", "-", "_", "*", "/", "~"};
    behind(out, phrase, rand, 1, what[g_rand_int_range(rand, 0, G_N_ELEMENTS(what))]);
}

static void by_blanks(GString *out, const char *phrase, GRand *rand) {
    behind(out, phrase, rand, 1, " ");
}

static void by_wide_blanks(GString *out, const char *phrase, GRand *rand) {
    g_autoptr(GString) spaced = g_string_new(NULL);
    behind(spaced, phrase, rand, 1, " ");
    for (const char *p = phrase; *p != '\0'; p++) {
        if (*p == ' ')
            g_string_append(out, "  ");
        else
            g_string_append_printf(out, "%c%s", *p, p[1] != '\0' && p[1] != ' ' ? " " : "");
    }
}

static void by_stretching(GString *out, const char *phrase, GRand *rand) {
    for (const char *p = phrase; *p != '\0'; p++)
        for (gint n = *p != ' ' && one_in(rand, 3) ? g_rand_int_range(rand, 3, 9) : 1; n > 0; n--)
            g_string_append_c(out, *p);
}

static void by_gaps(GString *out, const char *phrase, GRand *rand) {
    static const char *const gaps[] = {"   ", "\n", "...", ", ", "-", "_", " \xC2\xA0", "\t", "/"};
    for (const char *p = phrase; *p != '\0'; p++) {
        if (*p == ' ')
            g_string_append(out, gaps[g_rand_int_range(rand, 0, G_N_ELEMENTS(gaps))]);
        else
            g_string_append_c(out, *p);
    }
}

static const Disguise WAYS[] = {by_leet,        by_leet_all,    by_cyrillic,  by_greek,
                                by_accents,     by_capitals,    by_invisible, by_other_letters,
                                by_strokes,     by_apostrophes, by_marks,     by_blanks,
                                by_wide_blanks, by_stretching,  by_gaps};

/* One way; or two, one over the other, where the second leaves what the first did. */
static char *disguised(const char *phrase, GRand *rand, guint n) {
    g_autoptr(GString) first = g_string_new(NULL);
    WAYS[n % G_N_ELEMENTS(WAYS)](first, phrase, rand);
    if (n < G_N_ELEMENTS(WAYS) || n % 2 == 0)
        return g_strdup_printf("hello, %s, bye", first->str);
    static const Disguise over[] = {by_capitals, by_gaps};
    g_autoptr(GString) second = g_string_new(NULL);
    over[n / 2 % G_N_ELEMENTS(over)](second, first->str, rand);
    return g_strdup_printf("hello\n\n%s :(", second->str);
}

typedef struct tally {
    guint tried, caught, told;
} Tally;

static gboolean plain_ascii(const char *phrase) {
    for (; *phrase != '\0'; phrase++)
        if (!g_ascii_islower(*phrase) && *phrase != ' ')
            return FALSE;
    return TRUE;
}

/* Does `rule` speak on `text`? */
static void note(const Rules *rules, const char *rule, const char *phrase, const char *text,
                 Tally *tally) {
    g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, text);
    gboolean caught = FALSE;
    for (guint i = 0; i < verdict->categories->len; i++)
        caught = caught || strcmp(g_ptr_array_index(verdict->categories, i), rule) == 0;
    tally->tried++;
    tally->caught += caught;
    if (!caught && tally->told++ < 20)
        g_test_message("missed: %s: %s", phrase, text);
}

typedef void (*Trial)(const Rules *rules, const char *rule, const char *phrase, GRand *rand,
                      Tally *tally);

/* The seven that everybody knows, one by one. */
static void seven(const Rules *rules, const char *rule, const char *phrase, GRand *rand,
                  Tally *tally) {
    static const Disguise ways[] = {by_leet_all, by_wide_blanks, by_marks,        by_stretching,
                                    by_cyrillic, by_invisible,   by_other_letters};
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        ways[i](text, phrase, rand);
        note(rules, rule, phrase, text->str, tally);
    }
}

static void two_hundred(const Rules *rules, const char *rule, const char *phrase, GRand *rand,
                        Tally *tally) {
    for (guint n = 0; n < 200; n++) {
        g_autofree char *text = disguised(phrase, rand, n);
        note(rules, rule, phrase, text, tally);
    }
}

/* Urgent or flagged, of letters: what must not be missed. */
static gboolean grave(const ConfBlock *block) {
    return strcmp(block->kind, "rule") == 0 &&
           strcmp(conf_value(block, "on", "letter"), "letter") == 0 &&
           (strcmp(conf_value(block, "severity", ""), "urgent") == 0 ||
            strcmp(conf_value(block, "flag", "no"), "yes") == 0);
}

/* A rule in another language forgives no slip, and says so. */
static gboolean forgives(const ConfBlock *block) {
    return strcmp(conf_value(block, "spelling", "loose"), "loose") == 0;
}

static void slip(const Rules *rules, const char *rule, const char *phrase, GRand *rand,
                 Tally *tally);

static void each_of_file(const Rules *rules, const char *path, Trial trial, Tally *tally) {
    static const ConfKind *const any = NULL;
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Conf) conf = conf_read(path, "", any, problems);
    g_autoptr(GRand) rand = g_rand_new_with_seed(99);
    for (guint i = 0; i < conf->blocks->len; i++) {
        const ConfBlock *block = g_ptr_array_index(conf->blocks, i);
        if (!grave(block) || (trial == slip && !forgives(block)))
            continue;
        for (guint j = 0; j < block->lines->len; j++) {
            const ConfLine *line = g_ptr_array_index(block->lines, j);
            if (strcmp(line->key, "phrase") == 0 && plain_ascii(line->value))
                trial(rules, block->name, line->value, rand, tally);
        }
    }
}

static Tally each_phrase(Trial trial) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_load("rules", "rules", 100000, problems);
    g_autoptr(GDir) folder = g_dir_open("rules", 0, NULL);
    Tally tally = {0};
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename("rules", name, NULL);
        each_of_file(rules, path, trial, &tally);
    }
    g_test_message("%u of %u caught (%.2f %%)", tally.caught, tally.tried,
                   100.0 * tally.caught / MAX(tally.tried, 1));
    return tally;
}

static void test_seven(void) {
    Tally tally = each_phrase(seven);
    g_assert_cmpuint(tally.tried, >, 7 * 1000);
    g_assert_cmpuint(tally.caught * 100ull, >=, tally.tried * 99ull);
}

static void test_two_hundred(void) {
    Tally tally = each_phrase(two_hundred);
    g_assert_cmpuint(tally.tried, >, 200 * 1000);
    g_assert_cmpuint(tally.caught * 100ull, >=, tally.tried * 99ull);
}

/* Nothing is caught because everything is: the same disguises over other words. */
static void test_harmless_words(void) {
    static const char *const phrases[] = {"play football on monday", "the bus was late",
                                          "bring a ruler to maths", "feed my hamster"};
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = rules_load("rules", "rules", 100000, problems);
    g_autoptr(GRand) rand = g_rand_new_with_seed(99);
    guint alarms = 0;
    for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
        for (guint n = 0; n < 200; n++) {
            g_autofree char *text = disguised(phrases[i], rand, n);
            g_autoptr(Verdict) verdict = rules_judge(rules, ON_LETTER, NULL, text);
            alarms += verdict->flag || verdict->severity >= SEVERITY_HIGH;
        }
    g_assert_cmpuint(alarms, <=, 8);
}

/* The longest word of the phrase with one slip in it, not in its first letter. */
static char *slipped(const char *phrase, GRand *rand) {
    const char *word = phrase;
    gsize length = 0;
    for (const char *p = phrase; *p != '\0'; p += strspn(p, " ")) {
        gsize n = strcspn(p, " ");
        if (n > length) {
            word = p;
            length = n;
        }
        p += n;
    }
    g_autoptr(GString) text = g_string_new(phrase);
    gssize at = word - phrase + g_rand_int_range(rand, 1, MAX((gint32)length, 2));
    switch (length < 4 ? 4 : g_rand_int_range(rand, 0, 4)) {
    case 0:
        g_string_erase(text, at, 1);
        break;
    case 1:
        g_string_insert_c(text, at, (char)g_rand_int_range(rand, 'a', 'z' + 1));
        break;
    case 2:
        text->str[at] = (char)('a' + (text->str[at] - 'a' + 1) % 26);
        break;
    case 3:
        if (at + 1 < word - phrase + (gssize)length) {
            char c = text->str[at];
            text->str[at] = text->str[at + 1];
            text->str[at + 1] = c;
        }
        break;
    default:
        break;
    }
    return g_strdup_printf("hello, %s, bye", text->str);
}

static void slip(const Rules *rules, const char *rule, const char *phrase, GRand *rand,
                 Tally *tally) {
    enum { TIMES = 5, LETTERS = 6 };
    for (guint n = 0; strlen(phrase) >= LETTERS && n < TIMES; n++) {
        g_autofree char *text = slipped(phrase, rand);
        note(rules, rule, phrase, text, tally);
    }
}

/* A slip may make another word of it ("hard myself"), and then it is not forgiven. */
static void test_slips(void) {
    Tally tally = each_phrase(slip);
    g_assert_cmpuint(tally.caught * 100ull, >=, tally.tried * 90ull);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    if (!g_file_test("rules/10-danger.rules", G_FILE_TEST_EXISTS))
        return 0; /* not run from the top of the tree */
    g_test_add_func("/rules/disguise-seven", test_seven);
    g_test_add_func("/rules/disguise-200", test_two_hundred);
    g_test_add_func("/rules/disguise-harmless", test_harmless_words);
    g_test_add_func("/rules/slips", test_slips);
    return g_test_run();
}
