/* Handles and their words. */
#include "desk/handle.h"

#include <string.h>

#include "desk/handle-words.h"

static void check_list(const char *const *list, guint count, GHashTable *seen) {
    g_assert_cmpuint(count, >=, 500);
    for (guint i = 0; i < count; i++) {
        gsize length = strlen(list[i]);
        g_test_message("%s", list[i]);
        g_assert_cmpuint(length, >=, 3);
        g_assert_cmpuint(length, <=, 9);
        g_assert_cmpuint(strspn(list[i], "abcdefghijklmnopqrstuvwxyz"), ==, length);
        g_assert_true(g_hash_table_add(seen, (gpointer)list[i])); /* no repeats, no word in both */
    }
    g_assert_null(list[count]);
}

static void test_words(void) {
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    check_list(HANDLE_FIRST, HANDLE_FIRSTS, seen);
    check_list(HANDLE_SECOND, HANDLE_SECONDS, seen);
}

/* Words that could hurt, frighten or tease, inside of others too. */
static void test_kind_words(void) {
    static const char *const never[] = {"dead", "kill",  "fat",   "ugly",  "gay",  "sex",  "tit",
                                        "cock", "piss",  "fuck",  "shit",  "crap", "hell", "damn",
                                        "evil", "death", "knife", "blood", "drug", "sad"};
    const char *const *lists[] = {HANDLE_FIRST, HANDLE_SECOND};
    for (guint l = 0; l < 2; l++)
        for (guint i = 0; lists[l][i] != NULL; i++)
            for (guint k = 0; k < G_N_ELEMENTS(never); k++) {
                gboolean part = strstr(lists[l][i], never[k]) != NULL;
                static const char *const fine[] = {"shell", "seashell", NULL};
                if (part && !g_strv_contains(fine, lists[l][i]))
                    g_error("%s", lists[l][i]);
            }
}

static void bytes_of(guint64 number, guint8 random[8]) {
    for (int i = 7; i >= 0; i--, number >>= 8)
        random[i] = (guint8)number;
}

static void test_make(void) {
    guint8 random[8] = {0};
    g_autofree char *first = handle_make(random, NULL);
    g_autofree char *again = handle_make(random, NULL);
    g_autofree char *want = g_strdup_printf("%s-%s", HANDLE_FIRST[0], HANDLE_SECOND[0]);
    g_assert_cmpstr(first, ==, want);
    g_assert_cmpstr(first, ==, again);
    bytes_of((guint64)HANDLE_FIRSTS * HANDLE_SECONDS - 1, random);
    g_autofree char *last = handle_make(random, NULL);
    g_autofree char *want_last = g_strdup_printf("%s-%s", HANDLE_FIRST[HANDLE_FIRSTS - 1],
                                                 HANDLE_SECOND[HANDLE_SECONDS - 1]);
    g_assert_cmpstr(last, ==, want_last);
    memset(random, 0xff, 8);
    g_autofree char *high = handle_make(random, NULL);
    g_assert_true(handle_valid(high));
}

/* Never a sign-off, however it is written; with no sign-offs it does come up. */
static void test_sign_offs(void) {
    g_autoptr(GPtrArray) signs = g_ptr_array_new();
    g_ptr_array_add(signs, (gpointer) "HERON");
    g_ptr_array_add(signs, (gpointer) "Calm Otter");
    g_ptr_array_add(signs, (gpointer)HANDLE_SECOND[HANDLE_SECONDS - 1]);
    guint8 random[8];
    guint herons = 0;
    for (guint64 n = 0; n < (guint64)HANDLE_FIRSTS * HANDLE_SECONDS; n += 7) {
        bytes_of(n, random);
        g_autofree char *made = handle_make(random, signs);
        g_autofree char *longer = handle_make_longer(random, signs);
        g_autofree char *without = handle_make(random, NULL);
        herons += g_str_has_suffix(without, "-heron");
        g_assert_true(handle_valid(made) && handle_valid(longer));
        g_assert_false(g_str_has_suffix(made, "-heron") || g_str_has_suffix(made, "-otter"));
        g_assert_false(g_str_has_prefix(made, "calm-") || g_str_has_prefix(longer, "calm-"));
        g_assert_false(g_str_has_suffix(longer, "-heron") || strstr(longer, "-calm-") != NULL);
    }
    g_assert_cmpuint(herons, >, 0);
}

/* Every handle comes up about as often as any other. */
static void test_spread(void) {
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    guint repeats = 0;
    for (guint i = 0; i < 2000; i++) {
        guint8 random[8];
        bytes_of((guint64)g_rand_int(rand) << 32 | g_rand_int(rand), random);
        repeats += !g_hash_table_add(seen, handle_make(random, NULL));
    }
    g_assert_cmpuint(repeats, <, 30); /* about 6 are to be expected */
}

static void test_longer(void) {
    guint8 random[8];
    for (guint64 n = 0; n < 2000; n++) {
        bytes_of(n * 0x9e3779b97f4a7c15u, random);
        g_autofree char *made = handle_make_longer(random, NULL);
        g_auto(GStrv) words = g_strsplit(made, "-", -1);
        g_assert_cmpuint(g_strv_length(words), ==, 3);
        g_assert_cmpstr(words[0], !=, words[1]);
    }
}

static void test_valid(void) {
    static const struct {
        const char *text;
        gboolean valid;
    } rows[] = {{"amber-heron", TRUE},
                {"calm-mossy-heron", TRUE},
                {"a-b", FALSE},
                {"amber", FALSE},
                {"amber-", FALSE},
                {"-heron", FALSE},
                {"amber--heron", FALSE},
                {"Amber-heron", FALSE},
                {"amber heron", FALSE},
                {"a-b-c-d", FALSE},
                {"one-two-six-ten", FALSE},
                {"amber-heron\n", FALSE},
                {"amber-her0n", FALSE},
                {"", FALSE},
                {NULL, FALSE},
                {"amber-heronsheron", FALSE},
                {"../etc-passwd", FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(handle_valid(rows[i].text), ==, rows[i].valid);
}

static void test_read(void) {
    static const struct {
        const char *text, *want;
    } rows[] = {{"amber-heron", "amber-heron"},
                {" Amber Heron ", "amber-heron"},
                {"AMBER_HERON", "amber-heron"},
                {"amber - heron", "amber-heron"},
                {"amber", NULL},
                {NULL, NULL},
                {"amber.heron", NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *read = handle_read(rows[i].text);
        g_assert_cmpstr(read, ==, rows[i].want);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/handle/words", test_words);
    g_test_add_func("/handle/kind-words", test_kind_words);
    g_test_add_func("/handle/make", test_make);
    g_test_add_func("/handle/sign-offs", test_sign_offs);
    g_test_add_func("/handle/spread", test_spread);
    g_test_add_func("/handle/longer", test_longer);
    g_test_add_func("/handle/valid", test_valid);
    g_test_add_func("/handle/read", test_read);
    return g_test_run();
}
