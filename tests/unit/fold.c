/* Folding: what each disguise comes to, where each letter came from, and that twice is as once. */
#include <glib.h>
#include <string.h>

#include "rules/fold.h"
#include "rules/plain.h"

typedef struct pair {
    const char *in, *out;
} Pair;

static char *folded(const char *text, gsize length, gboolean symbols) {
    g_autoptr(Glyphs) glyphs = glyphs_new();
    g_autoptr(Folded) f = fold(glyphs, text, length, symbols);
    return folded_text(f);
}

static void check_all(const Pair *pairs, gsize count, gboolean symbols) {
    for (gsize i = 0; i < count; i++) {
        g_autofree char *out = folded(pairs[i].in, strlen(pairs[i].in), symbols);
        g_assert_cmpstr(out, ==, pairs[i].out);
    }
}

static void test_disguises(void) {
    static const Pair pairs[] = {
        {"", ""},
        {"Kill Myself", "kill myself"},
        {"  a\t\n b!? ", "a b"},
        {"don't DON’T donʼt don`t don´t don＇t", "dont dont dont dont dont dont"},
        {"k\xE2\x80\x8Bill my\xC2\xADself", "kill myself"}, /* zero width, soft hyphen */
        {"\xE2\x80\xAEkill\xE2\x80\xAC my\xEF\xBB\xBFself", "kill myself"}, /* bidi, BOM */
        {"ｋｉｌｌ ⓚⓘⓛⓛ 𝓴𝓲𝓵𝓵 ᵏⁱˡˡ 🅺🅸🅻🅻", "kill kill kill kill kill"},
        {"ᴋɪʟʟ", "kill"},               /* by the characters' names */
        {"кill mуsеlf", "kill myself"}, /* Cyrillic among Latin */
        {"ѕех", "sex"},                 /* nothing but look-alikes */
        {"КΙll", "kill"},
        {"k̷i̷l̷l̷ kíll çut", "kill kill cut"}, /* accents over and through */
        {"øl łódź", "ol lodz"},
        {"straße", "strasse"},
        {"ﬁre", "fire"},
        {"kiiiiiill", "kiiill"},
        {"k.i.l.l k-i-l-l", "k i l l k i l l"},
        {"k1ll 999 ٣", "k1ll 999 3"},
        {"привет мир", "привет мир"},
        {"ПРИВЕТ", "привет"},
        {"想死", "想 死"},
        {"i 🔪 her🔪", "i 🔪 her 🔪"},
        {"👍🏽 ❤️", "👍 ❤"},
        {"k!ll a$$ @home", "k ll a home"},
    };
    static const Pair symbols[] = {
        {"k!ll a$$ @home", "k!ll a$$ @home"},
        {"stop! go !", "stop! go"},
        {"£5 $ 5 a@b", "5 5 a@b"},
    };
    /* Whole words of another alphabet stay, but for those that could be Latin ones. */
    g_assert_cmpuint(G_N_ELEMENTS(pairs), >, 7);
    check_all(pairs, G_N_ELEMENTS(pairs), FALSE);
    check_all(symbols, G_N_ELEMENTS(symbols), TRUE);
}

static void test_offsets(void) {
    static const char text[] = "Ah\xE2\x80\x8B, К\xC3\xADll";
    g_autoptr(Glyphs) glyphs = glyphs_new();
    g_autoptr(Folded) f = fold(glyphs, text, strlen(text), FALSE);
    g_assert_cmpuint(f->count, ==, 6);
    g_assert_cmpuint(f->words, ==, 2);
    g_assert_cmpuint(f->letters[2].from, ==, 7); /* К */
    g_assert_cmpuint(f->letters[2].to, ==, 9);
    g_assert_cmpuint(f->letters[2].gap, ==, GAP_WIDE);
    g_assert_cmpuint(f->letters[2].word, ==, 1);
    g_assert_cmpuint(f->letters[3].from, ==, 9); /* í */
    g_assert_cmpuint(f->letters[5].to, ==, strlen(text));
    g_assert_cmpuint(folded_at(f, 0), ==, 0);
    g_assert_cmpuint(folded_at(f, 10), ==, 3);
    g_assert_cmpuint(folded_at(f, 1000), ==, 5);
}

static guint sentences(const char *text) {
    g_autoptr(Glyphs) glyphs = glyphs_new();
    g_autoptr(Folded) f = fold(glyphs, text, strlen(text), FALSE);
    return f->count == 0 ? 0 : f->letters[f->count - 1].sentence + 1;
}

static void test_sentences(void) {
    static const struct {
        const char *text;
        guint count;
    } rows[] = {
        {"one two", 1},
        {"one. two", 2},
        {"one! two? three", 3},
        {"one… two", 2},
        {"one.two 3.5", 1},
        {"\"one.\" two", 2},
        {"one\n\ntwo", 2},
        {"one short line\ntwo", 2},
        {"one line as long as mail programs make them before they break it\ntwo", 1},
        {"一。二！三", 3},
        {"one । two", 2},
        {"one, two; three - four", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpuint(sentences(rows[i].text), ==, rows[i].count);
}

static void test_plain(void) {
    static const Pair pairs[] = {
        {"Don’t GO", "don't go"},
        {"ｋｉ\xE2\x80\x8Bll!  ok", "kill!  ok"},
        {"cafe\xCC\x81", "café"},
        {"Ünï\nÀ", "ünï\nà"},
        {"k1ll k.i", "k1ll k.i"},
        {"a\xFFz", "a\xEF\xBF\xBDz"},
        {"´", "'"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autoptr(Plain) plain = plain_new(pairs[i].in, strlen(pairs[i].in));
        g_assert_cmpstr(plain->text, ==, pairs[i].out);
        g_assert_true(g_utf8_validate(plain->text, (gssize)plain->length, NULL));
        g_assert_cmpuint(plain->from[plain->length], ==, strlen(pairs[i].in));
    }
}

/* A character of any script, or a byte that is none. */
static void append_random(GString *out, GRand *rand) {
    static const char *const pieces[] = {
        "k",        "i",    "l",    "I", "1", "!", "@", "$", " ", "  ", ".",
        "\n",       "'",    "’",    "е", "К", "в", "ß", "ﬁ", "🔪", "想", "\xE2\x80\x8B",
        "\xCC\x81", "\xFF", "aaaa", "ø", "Ν"};
    if (g_rand_int_range(rand, 0, 4) > 0) {
        g_string_append(out, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
        return;
    }
    gunichar c = (gunichar)g_rand_int_range(rand, 1, g_rand_boolean(rand) ? 0x3000 : 0x1FFFF);
    g_string_append_unichar(out, c >= 0xD800 && c < 0xE000 ? 'x' : c);
}

static void test_idempotent(void) {
    g_autoptr(GRand) rand = g_rand_new_with_seed(20240611);
    g_autoptr(Glyphs) glyphs = glyphs_new();
    for (guint n = 0; n < 20000; n++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint i = (guint)g_rand_int_range(rand, 0, 14); i > 0; i--)
            append_random(text, rand);
        for (gboolean symbols = FALSE; symbols <= TRUE; symbols++) {
            g_autoptr(Folded) once = fold(glyphs, text->str, text->len, symbols);
            g_autofree char *first = folded_text(once);
            g_autoptr(Folded) twice = fold(glyphs, first, strlen(first), symbols);
            g_autofree char *second = folded_text(twice);
            if (strcmp(first, second) != 0)
                g_test_message("from \"%s\"", text->str);
            g_assert_cmpstr(first, ==, second);
        }
    }
}

/* Every single character there is, alone and between Latin letters. */
static void test_every_character(void) {
    g_autoptr(Glyphs) glyphs = glyphs_new();
    for (gunichar c = 1; c < 0x20000; c++) {
        char text[16] = "a";
        if (c >= 0xD800 && c < 0xE000)
            continue;
        gsize length = 1 + (gsize)g_unichar_to_utf8(c, text + 1);
        text[length++] = 'b';
        for (gsize from = 0; from < 2; from++) {
            g_autoptr(Folded) once = fold(glyphs, text + from, length - 2 * from, FALSE);
            g_autofree char *first = folded_text(once);
            g_autoptr(Folded) twice = fold(glyphs, first, strlen(first), FALSE);
            g_autofree char *second = folded_text(twice);
            g_assert_cmpstr(first, ==, second);
        }
    }
}

/* Neither order nor length of a hostile text may stall it. */
static void test_hostile(void) {
    g_autoptr(Glyphs) glyphs = glyphs_new();
    g_autoptr(GString) marks = g_string_new("a");
    for (guint i = 0; i < 100000; i++)
        g_string_append_unichar(marks, i % 2 ? 0x301 : 0x316);
    gint64 began = g_get_monotonic_time();
    g_autoptr(Folded) folded_marks = fold(glyphs, marks->str, marks->len, FALSE);
    g_assert_cmpuint(folded_marks->count, ==, 1);
    g_autoptr(Plain) plain = plain_new(marks->str, marks->len);
    g_assert_cmpuint(plain->length, >, 100000);
    g_assert_cmpint(g_get_monotonic_time() - began, <, 5 * G_USEC_PER_SEC);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fold/disguises", test_disguises);
    g_test_add_func("/fold/offsets", test_offsets);
    g_test_add_func("/fold/sentences", test_sentences);
    g_test_add_func("/fold/plain", test_plain);
    g_test_add_func("/fold/idempotent", test_idempotent);
    g_test_add_func("/fold/every-character", test_every_character);
    g_test_add_func("/fold/hostile", test_hostile);
    return g_test_run();
}
