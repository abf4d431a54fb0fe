/* How many letters a second the rules judge: rules-speed FOLDER, or rules-speed --table.
 *
 * With a folder: the rules in it, on letters of this program's making. With --table: rules of its
 * making, 10 to 10,000, on texts of 1, 10 and 100 kB, beside the same expressions tried one by one
 * by PCRE2, with its JIT, in the same run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rules/pattern.h"
#include "rules/plain.h"
#include "rules/rules.h"
#include "unit/rules-help.h"

enum { LIMIT = 100000, LETTERS = 50 };

static const char *const STEMS[] = {"ban", "bor", "cal", "cen", "dam", "den", "fan", "fel", "gar",
                                    "gol", "hal", "hin", "jor", "kal", "lam", "len", "mar", "mel",
                                    "nor", "pal", "pin", "qua", "ram", "rin", "sal", "sel", "tan",
                                    "tir", "val", "ver", "win", "zel", "ake", "ist", "urn", "ope"};
static const char *const PLAIN_WORDS[] = {
    "the",  "i",    "my",    "and",   "to",    "in",      "school", "friends", "they",  "is",
    "was",  "said", "don't", "feel",  "like",  "because", "today",  "lunch",   "maths", "teacher",
    "home", "mum",  "when",  "every", "about", "nobody",  "sits",   "with",    "me",    "again"};

static void append_word(GString *out, GRand *rand) {
    for (gint n = g_rand_int_range(rand, 2, 4); n > 0; n--)
        g_string_append(out, STEMS[g_rand_int_range(rand, 0, G_N_ELEMENTS(STEMS))]);
}

static char *random_phrase(GRand *rand) {
    GString *out = g_string_new(NULL);
    for (gint n = g_rand_int_range(rand, 2, 4); n > 0; n--) {
        append_word(out, rand);
        g_string_append(out, n > 1 ? " " : "");
    }
    return g_string_free(out, FALSE);
}

/* Words of every day, and now and then one of those that the rules are made of. */
static char *random_letter(GRand *rand, gsize size) {
    GString *out = g_string_new(NULL);
    while (out->len < size) {
        if (g_rand_int_range(rand, 0, 40) == 0)
            append_word(out, rand);
        else
            g_string_append(out, PLAIN_WORDS[g_rand_int_range(rand, 0, G_N_ELEMENTS(PLAIN_WORDS))]);
        g_string_append(out, g_rand_int_range(rand, 0, 12) == 0 ? ". " : " ");
    }
    return g_string_free(out, FALSE);
}

static GPtrArray *random_letters(gsize size) {
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    GPtrArray *letters = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < LETTERS; i++)
        g_ptr_array_add(letters, random_letter(rand, size));
    return letters;
}

/* Microseconds of the processor: other programs on the machine do not count. */
static gint64 spent(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Judges letters for half a second or so; letters a second. */
static double by_rules(const Rules *rules, const GPtrArray *letters) {
    gint64 began = spent(), now = began;
    guint done = 0;
    for (; now - began < G_USEC_PER_SEC / 2 || done < 3; done++) {
        Verdict *verdict =
            rules_judge(rules, ON_LETTER, NULL, g_ptr_array_index(letters, done % letters->len));
        verdict_free(verdict);
        now = spent();
    }
    return done * (double)G_USEC_PER_SEC / (double)(now - began);
}

static double one_by_one(const GPtrArray *patterns, const GPtrArray *letters) {
    Matcher *matcher = matcher_new(LIMIT);
    gint64 began = spent(), now = began;
    guint done = 0;
    for (; now - began < G_USEC_PER_SEC / 2 || done < 3; done++) {
        const char *letter = g_ptr_array_index(letters, done % letters->len);
        g_autoptr(Plain) plain = plain_new(letter, strlen(letter));
        for (guint i = 0; i < patterns->len; i++) {
            gsize from = 0, to;
            matcher_begin(matcher);
            pattern_find(g_ptr_array_index(patterns, i), matcher, plain->text, plain->length, &from,
                         &to);
        }
        now = spent();
    }
    matcher_free(matcher);
    return done * (double)G_USEC_PER_SEC / (double)(now - began);
}

/* Nine phrases and a pattern, over and over; `patterns` are the same for PCRE2 alone. */
static Rules *random_rules(guint count, GPtrArray *patterns) {
    g_autoptr(GRand) rand = g_rand_new_with_seed(count);
    g_autoptr(GString) file = g_string_new(NULL);
    for (guint i = 0; i < count; i++) {
        g_autofree char *phrase = random_phrase(rand), *message = NULL;
        g_autofree char *pattern = g_strdup_printf("\\b%s\\b", phrase);
        gsize offset;
        g_string_append_printf(file, "rule r%u\n severity high\n %s %s\n", i,
                               i % 10 == 9 ? "pattern" : "phrase", i % 10 == 9 ? pattern : phrase);
        g_ptr_array_add(patterns, pattern_new(pattern, &message, &offset));
    }
    g_autoptr(Problems) problems = problems_new();
    return rules_of_files((const char *const[]){file->str, NULL}, LIMIT, problems);
}

static void table(void) {
    puts("| rules | letter | worrybox, letters a second | PCRE2 one by one | times |");
    puts("|---:|---:|---:|---:|---:|");
    for (guint count = 10; count <= 10000; count *= 10) {
        g_autoptr(GPtrArray) patterns =
            g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
        g_autoptr(Rules) rules = random_rules(count, patterns);
        for (gsize size = 1000; size <= 100000; size *= 10) {
            g_autoptr(GPtrArray) letters = random_letters(size);
            double ours = by_rules(rules, letters), theirs = one_by_one(patterns, letters);
            printf("| %u | %zu kB | %.0f | %.*f | %.1f |\n", count, size / 1000, ours,
                   theirs < 10 ? 1 : 0, theirs, ours / theirs);
            fflush(stdout);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fputs("rules-speed FOLDER, or rules-speed --table\n", stderr);
        return 64;
    }
    if (strcmp(argv[1], "--table") == 0) {
        table();
        return 0;
    }
    g_autoptr(Problems) problems = problems_new();
    gint64 began = spent();
    g_autoptr(Rules) rules = rules_load(argv[1], "rules", LIMIT, problems);
    printf("%u rules read in %.1f ms\n", rules_count(rules), (double)(spent() - began) / 1000);
    for (gsize size = 300; size <= 30000; size *= 10) {
        g_autoptr(GPtrArray) letters = random_letters(size);
        printf("letters of %zu bytes: %.0f a second\n", size, by_rules(rules, letters));
    }
    return 0;
}
