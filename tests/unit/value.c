/* src/value: addresses, names and finding them, parties, what is withheld. */
#include <string.h>

#include "value/address.h"
#include "value/context.h"
#include "value/draft.h"
#include "value/identity.h"
#include "value/letter.h"
#include "value/names.h"
#include "value/party.h"
#include "value/verdict.h"

/* ---- addresses ----------------------------------------------------------------------------- */

static void address_made(void) {
    static const struct {
        const char *text, *address; /* NULL: none */
    } table[] = {
        {"12js@h.example", "12js@h.example"},
        {"  12js@H.Example \n", "12js@h.example"},
        {"Anna.B@h.example", "Anna.B@h.example"},
        {"a+tag@h.example", "a+tag@h.example"},
        {"o'brien@h.example", "o'brien@h.example"},
        {"jürgen@bücher.example", "jürgen@bücher.example"},
        {"a@localhost", "a@localhost"},
        {"a@b-c.d_e.example", "a@b-c.d_e.example"},
        {NULL, NULL},
        {"", NULL},
        {"anna", NULL},
        {"@h.example", NULL},
        {"anna@", NULL},
        {"a@b@h.example", NULL},
        {"anna b@h.example", NULL},
        {"<anna@h.example>", NULL},
        {"anna@h.example>", NULL},
        {"Anna <anna@h.example>", NULL},
        {"anna@h.example, b@h.example", NULL},
        {"anna@h.example\r\nRCPT TO:<b@c>", NULL},
        {"anna\r\n@h.example", NULL},
        {"an\tna@h.example", NULL},
        {"an\x7fna@h.example", NULL},
        {"an\x01na@h.example", NULL},
        {"\"anna b\"@h.example", NULL},
        {"anna(x)@h.example", NULL},
        {"anna@[127.0.0.1]", NULL},
        {"anna\\@h.example", NULL},
        {"anna:b@h.example", NULL},
        {"anna;b@h.example", NULL},
        {".anna@h.example", NULL},
        {"anna.@h.example", NULL},
        {"anna..b@h.example", "anna..b@h.example"},
        {"anna@.h.example", NULL},
        {"anna@h.example.", NULL},
        {"anna@h..example", NULL},
        {"anna@-h.example", NULL},
        {"anna@h.exam!ple", NULL},
        {"anna\xFF@h.example", NULL},
        {"anna\xC2\xA0@h.example", NULL},     /* no-break space */
        {"anna\xE2\x80\xAE@h.example", NULL}, /* right-to-left override */
        {"anna@h\xE2\x80\xA8.example", NULL}, /* line separator */
        {"anna\xE2\x80\x8B@h.example", NULL}, /* no width */
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *address = address_new(table[i].text);
        g_assert_cmpstr(address, ==, table[i].address);
    }
}

static void address_length(void) {
    g_autofree char *local = g_strnfill(64, 'a'), *domain = g_strnfill(189, 'b');
    g_autofree char *longest = g_strconcat(local, "@", domain, NULL);
    g_autofree char *longer = g_strconcat(longest, "b", NULL);
    g_autofree char *local65 = g_strconcat(local, "a@h.example", NULL);
    g_autofree char *fits = address_new(longest), *too = address_new(longer);
    g_autofree char *wide = address_new(local65);
    g_assert_nonnull(fits);
    g_assert_null(too);
    g_assert_null(wide);
}

static void address_compared(void) {
    static const struct {
        const char *a, *b;
        gboolean same;
    } table[] = {{"anna@h.example", "anna@h.example", TRUE},
                 {"Anna@h.example", "anna@H.example", TRUE},
                 {"anna+x@h.example", "anna@h.example", TRUE},
                 {"anna+x@h.example", "anna+y@h.example", TRUE},
                 {"ANNÄ@h.example", "annä@h.example", TRUE},
                 {"anna@h.example", "anna@i.example", FALSE},
                 {"anna@h.example", "anne@h.example", FALSE},
                 {"+x@h.example", "+y@h.example", FALSE},
                 {"a.b@h.example", "ab@h.example", FALSE},
                 {NULL, "anna@h.example", FALSE},
                 {NULL, NULL, FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *a = address_new(table[i].a), *b = address_new(table[i].b);
        g_assert_true((a == NULL) == (table[i].a == NULL));
        g_assert_true(address_same(a, b) == table[i].same);
        g_assert_true(address_same(b, a) == table[i].same);
    }
}

static void address_parts(void) {
    g_autoptr(GPtrArray) domains = g_ptr_array_new();
    g_ptr_array_add(domains, (gpointer) "h.example");
    g_autofree char *local = address_local("a.b@h.example");
    g_autofree char *tagged = address_tagged("box@h.example", "abcdefgh");
    g_assert_cmpstr(local, ==, "a.b");
    g_assert_cmpstr(address_domain("a.b@h.example"), ==, "h.example");
    g_assert_cmpstr(tagged, ==, "box+abcdefgh@h.example");
    g_assert_true(address_within("a@h.example", domains));
    g_assert_true(address_within("a@pupils.h.example", domains));
    g_assert_false(address_within("a@xh.example", domains));
    g_assert_false(address_within("a@example", domains));
    g_assert_false(address_within("a@h.example.net", domains));
    g_assert_false(address_within("a@h.example", NULL));
}

/* ---- names --------------------------------------------------------------------------------- */

static char *joined(GPtrArray *names) {
    g_ptr_array_add(names, NULL);
    return g_strjoinv("|", (char **)names->pdata);
}

static void names_made(void) {
    static const struct {
        const char *name, *address, *names;
    } table[] = {
        {NULL, NULL, ""},
        {"", "", ""},
        {"Anna Berg", NULL, "anna berg|anna|berg"},
        {NULL, "anna.berg@h.example", "anna.berg|anna|berg"},
        {"Anna Berg", "anna.berg@h.example", "anna berg|anna|berg|anna.berg"},
        {"Berg, Anna", NULL, "berg, anna|berg|anna"},
        {"Anna-Lena O'Neill", NULL, "anna-lena o'neill|anna|lena|neill"},
        {"Jo Li", NULL, "jo li"},
        {"JÜRGEN", NULL, "jurgen"},
        {"Straße", NULL, "strasse"},
        {"Анна Иванова", NULL, "анна иванова|анна|иванова"},
        {NULL, "12js3@h.example", "12js3"},
        {NULL, "123456@h.example", ""},
        {NULL, "info@h.example", ""},
        {NULL, "pupil.year-9@h.example", "pupil.year-9"},
        {NULL, "a_berg@h.example", "a_berg|berg"},
        {NULL, "anna+work@h.example", "anna+work|anna|work"},
        {"Anna Anna", NULL, "anna anna|anna"},
        {"a\xFF"
         "b",
         NULL, ""},
        {NULL, "not an address", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        names_of(names, table[i].name, table[i].address);
        g_autofree char *list = joined(names);
        g_assert_cmpstr(list, ==, table[i].names);
    }
}

/* `text` with every name found in it as "[…]". */
static char *marked(const GPtrArray *names, const char *text) {
    GString *out = g_string_new(NULL);
    gsize from = 0, to = 0, done = 0;
    while (names_find(names, text, &from, &to)) {
        g_assert_cmpuint(from, <, to);
        g_string_append_printf(out, "%.*s[%.*s]", (int)(from - done), text + done, (int)(to - from),
                               text + from);
        done = from = to;
    }
    g_string_append(out, text + done);
    return g_string_free(out, FALSE);
}

static void names_found(void) {
    static const struct {
        const char *name, *address, *text, *marked;
    } table[] = {
        {"Anna Berg", NULL, "", ""},
        {"Anna Berg", NULL, "I am Anna.", "I am [Anna]."},
        {"Anna Berg", NULL, "I am ANNA BERG!", "I am [ANNA BERG]!"},
        {"Anna Berg", NULL, "anna,berg", "[anna],[berg]"},
        {"Anna Berg", NULL, "Annabel and Bergen, Joanna", "Annabel and Bergen, Joanna"},
        {"Anna Berg", NULL, "Anna's", "[Anna]'s"},
        {"Anna Berg", NULL, "anna", "[anna]"},
        {"Anna Berg", NULL, "(anna)", "([anna])"},
        {"Anna Berg", NULL, "xanna annax 1anna anna1", "xanna annax 1anna anna1"},
        {"Straße", NULL, "STRASSE strasse straße", "[STRASSE] [strasse] [straße]"},
        {"Jürgen", NULL, "JÜRGEN jürgen jurgen", "[JÜRGEN] [jürgen] [jurgen]"},
        {"Ju\xCC\x88rgen", NULL, "Jürgen", "[Jürgen]"},         /* written apart, found together */
        {"Jürgen", NULL, "Ju\xCC\x88rgen", "[Ju\xCC\x88rgen]"}, /* … and the other way */
        {"Jose", NULL, "josé Jos\xC3\x89, joséphine", "[josé] [Jos\xC3\x89], joséphine"},
        {"Anna", NULL, "A\xE2\x80\x8Bn\xC2\xADna ＡＮＮＡ",
         "[A\xE2\x80\x8Bn\xC2\xADna] [ＡＮＮＡ]"},
        {"Anna", NULL,
         "Anna\xE2\x80\x8B"
         "bel Anna\xCC\x81",
         "Anna\xE2\x80\x8B"
         "bel [Anna\xCC\x81]"},
        {"Анна", NULL, "АННА анна", "[АННА] [анна]"},
        {NULL, "12js@h.example", "12JS or 12js3", "[12JS] or 12js3"},
        {NULL, "a.berg@h.example", "A.Berg, berg", "[A.Berg], [berg]"},
        {"Jo Li", NULL, "jo li, jo, li", "[jo li], jo, li"},
        {"Anna Berg", NULL, "anna  berg", "[anna]  [berg]"},
        {"Anna Berg", NULL, "anna\nberg", "[anna]\n[berg]"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        names_of(names, table[i].name, table[i].address);
        g_autofree char *found = marked(names, table[i].text);
        g_assert_cmpstr(found, ==, table[i].marked);
    }
    g_autoptr(GPtrArray) raw = g_ptr_array_new();
    g_ptr_array_add(raw, (gpointer) "JÜRGEN Berg");
    g_autofree char *whole = marked(raw, "so Jürgen Berg says");
    g_assert_cmpstr(whole, ==, "so [Jürgen Berg] says");
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autofree char *text = marked(none, "anna");
    g_assert_cmpstr(text, ==, "anna");
}

/* ---- parties, letters ---------------------------------------------------------------------- */

static void parties(void) {
    static const struct {
        const char *text;
        int side; /* -1: none */
        const char *name;
    } table[] = {{"pupil", SIDE_PUPIL, NULL},
                 {"listener heron", SIDE_LISTENER, "heron"},
                 {"staff okafor", SIDE_STAFF, "okafor"},
                 {"", -1, NULL},
                 {"pupil heron", -1, NULL},
                 {"listener", -1, NULL},
                 {"listener ", -1, NULL},
                 {"staff", -1, NULL},
                 {"Staff okafor", -1, NULL},
                 {NULL, -1, NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Party) party = party_read(table[i].text);
        g_assert_true((party == NULL) == (table[i].side < 0));
        if (party == NULL)
            continue;
        g_autofree char *text = party_text(party);
        g_assert_cmpint((int)party->side, ==, table[i].side);
        g_assert_cmpstr(party->name, ==, table[i].name);
        g_assert_cmpstr(text, ==, table[i].text);
    }
}

static void withheld(void) {
    g_autoptr(Letter) letter = letter_new(ROUTE_PUPIL, "a person");
    g_assert_null(letter_withheld_text(letter));
    letter_withhold(letter, "IMAGE/JPEG", 340000);
    g_autofree char *one = letter_withheld_text(letter);
    letter_withhold(letter, "application/pdf", 12000);
    g_autofree char *two = letter_withheld_text(letter);
    letter_withhold(letter, "audio/ogg", 5);
    g_autofree char *three = letter_withheld_text(letter);
    g_assert_cmpstr(one, ==, "a picture (340 kB)");
    g_assert_cmpstr(two, ==, "a picture (340 kB) and a file (12 kB)");
    g_assert_cmpstr(three, ==,
                    "a picture (340 kB), a file (12 kB) and a sound recording (5 bytes)");
}

static void redacted(void) {
    g_autoptr(Letter) letter = letter_new(ROUTE_PUPIL, NULL);
    letter_redacted(letter, "name", 0);
    g_assert_cmpuint(letter->redactions->len, ==, 0);
    letter_redacted(letter, "name", 1);
    letter_redacted(letter, "phone", 1);
    letter_redacted(letter, "name", 2);
    g_assert_cmpuint(letter->redactions->len, ==, 2);
    g_assert_cmpuint(((Redaction *)g_ptr_array_index(letter->redactions, 0))->count, ==, 3);
}

/* Words and enums go together; nothing minds being freed when it is not there. */
static void words_and_frees(void) {
    g_assert_cmpstr(ROUTE_WORDS[ROUTE_UNREADABLE], ==, "unreadable");
    g_assert_null(ROUTE_WORDS[ROUTE_UNREADABLE + 1]);
    g_assert_cmpstr(SEVERITY_WORDS[SEVERITY_URGENT], ==, "urgent");
    g_assert_null(SEVERITY_WORDS[SEVERITY_URGENT + 1]);
    g_assert_cmpstr(DESK_WORDS[DESK_HEAD], ==, "head");
    g_assert_null(DESK_WORDS[DESK_HEAD + 1]);
    g_assert_cmpstr(AUTH_WORDS[AUTH_FAIL], ==, "fail");
    g_assert_null(AUTH_WORDS[AUTH_FAIL + 1]);
    letter_free(NULL);
    identity_free(NULL);
    verdict_free(NULL);
    context_free(NULL);
    draft_free(NULL);
    party_free(NULL);
    g_autoptr(Draft) draft = draft_new(party_new(SIDE_STAFF, "okafor"), "amber-heron", "alert");
    g_autoptr(Verdict) verdict = verdict_new();
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(Identity) identity = identity_new();
    g_ptr_array_add(verdict->rules, spoken_new("r", NULL, "f", 1, "phrase x", NULL));
    g_assert_cmpint((int)verdict->desk, ==, DESK_LISTENER);
    g_assert_cmpint(identity->date, ==, -1);
    g_assert_cmpstr(draft->handle, ==, "amber-heron");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/value/address/new", address_made);
    g_test_add_func("/value/address/length", address_length);
    g_test_add_func("/value/address/same", address_compared);
    g_test_add_func("/value/address/parts", address_parts);
    g_test_add_func("/value/names/of", names_made);
    g_test_add_func("/value/names/find", names_found);
    g_test_add_func("/value/party", parties);
    g_test_add_func("/value/letter/withheld", withheld);
    g_test_add_func("/value/letter/redacted", redacted);
    g_test_add_func("/value/words", words_and_frees);
    return g_test_run();
}
