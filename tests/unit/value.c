/* src/value: addresses, names and finding them, parties, what is withheld. */
#include <string.h>

#include "value/address.h"
#include "value/context.h"
#include "value/draft.h"
#include "value/ending.h"
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
        {"Tuva Berg", NULL, "tuva berg|tuva|berg"},
        {NULL, "tuva.berg@h.example", "tuva.berg|tuva|berg"},
        {"Tuva Berg", "tuva.berg@h.example", "tuva berg|tuva|berg|tuva.berg"},
        {"Berg, Tuva", NULL, "berg, tuva|berg|tuva"},
        {"Tuva-Britt O'Neill", NULL, "tuva-britt o'neill|tuva|britt|neill"},
        {"Bo Li", NULL, "bo li|bo|li"},
        {"Tuva K", NULL, "tuva k|tuva"},
        {"Lars de la Berg", NULL, "lars de la berg|lars|berg"},
        /* what friends make of them */
        {"Kuba", NULL, "kuba|jakub|kubus|jakob"},
        {"Zofia Berg", NULL, "zofia berg|zofia|berg|zosia|zoska|sophie|sofia"},
        {NULL, "grzesiek.b@h.example", "grzesiek.b|grzesiek|grzegorz|grzes|greg"},
        {"JÜRGEN", NULL, "jurgen"},
        {"Straße", NULL, "strasse"},
        {"Анна Иванова", NULL, "анна иванова|анна|иванова"},
        {NULL, "12js3@h.example", "12js3"},
        {NULL, "123456@h.example", ""},
        {NULL, "info@h.example", ""},
        {NULL, "pupil.year-9@h.example", "pupil.year-9"},
        {NULL, "a_berg@h.example", "a_berg|berg"},
        {NULL, "tuva+work@h.example", "tuva+work|tuva|work"},
        {"Tuva Tuva", NULL, "tuva tuva|tuva"},
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
        {"Bo Li", NULL, "bo li, bo, li, Bo, BO", "[bo li], bo, li, [Bo], [BO]"},
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

/* Names that are words: * stands before each that is used as a name. */
static void names_used(void) {
    static const struct {
        const char *name, *text;
    } table[] = {
        /* words */
        {"Will", "i will and you will, will you? Will you help me? Will it stop? it Will not"},
        {"Will", "I WILL DO IT. WILL YOU? free will, against my will. so will everyone"},
        {"Will", "hey will you answer. Hi, will anyone read this. my friend will not talk to me"},
        {"May", "may i ask. May I ask? maybe. it may be. May be fine. in May, last May, 5 May"},
        {"May", "May 2025 and by May or since May. the May exams. May half term. MAY I ASK"},
        {"Hope", "i hope you are well. Hope you are well. Hi hope you are ok. there is no hope"},
        {"Hope", "Hope to hear from you. Hope all is well. dear heron, hope this is ok"},
        {"Mark", "the mark I got. my Mark was low. Mark my words. good marks, a mark, his mark"},
        {"Grace", "say grace, with grace. the Grace of God"},
        {"Rose", "a rose. the rose. it rose. Rose petals"},
        {"Summer", "in summer, last Summer, the Summer holidays, Summer term"},
        {"Art", "in art, my Art teacher, Art homework, doing Art"},
        {"Christian", "i'm christian and im a christian. Christian people. the christian kids"},
        {"Frank", "to be frank i am frank with you"},
        {"Young", "when i was young, i'm young. Young people. too young"},
        {"Faith", "i lost my faith. faith in people. our faith school"},
        {"Angel", "you are an angel. My Angel"},
        {"Jack", "a jack of all trades"},
        {"Jo Li", "jo. JO SAID"},
        {"Phone Street", "love [phone] [street]\n\n[phone]"}, /* our own marks */
        /* names */
        {"Will", "I'm *Will. im *will. i am *will, Im *Will and. my name is *will. it's *Will"},
        {"Will", "*Will said no. *Will's mum. i asked *Will. a boy called *will. named *Will"},
        {"Will", "hi *will. hello *Will, hey *will, i mean it"},
        {"Will", "words\n\nlove\n*will"},
        {"Will", "words\n\nlove *will x"},
        {"Will", "words\n\n- *Will"},
        {"Will", "words\n\nthanks, *will"},
        {"Will", "*will said so. I'M *WILL. then *Will laughed. *Will and me. with *Will"},
        {"Will Kowalski", "*will kowalski is mine. *Will Kowalski, a *kowalski. *will-*Kowalski"},
        {"May", "*May is my sister. I'm *May. i told *May. my name is *may. love *May"},
        {"Hope", "*Hope said it. i am *Hope. *Hope's mum"},
        {"Mark", "*Mark hit me. i hate *Mark. hey *mark, stop"},
        {"Grace", "*Grace is mean. i told *Grace. my friend *grace hates me. *grace said no"},
        {"Rose", "words\n\n*rose"},
        {"Summer", "i'm *Summer. they laughed at me and *Summer did nothing"},
        {"Christian", "I'm *Christian. *Christian hates me. my name is *christian"},
        {"Frank", "my name is *frank. *Frank was there"},
        {"Young", "Mrs *Young shouted"},
        {"Jo Li", "*Jo said. i'm *Jo"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        names_of(names, table[i].name, NULL);
        g_auto(GStrv) pieces = g_strsplit(table[i].text, "*", -1);
        g_autofree char *text = g_strjoinv("", pieces);
        GString *found = g_string_new(NULL);
        gsize from = 0, to = 0, done = 0;
        while (names_find(names, text, &from, &to)) {
            g_string_append_printf(found, "%.*s*", (int)(from - done), text + done);
            done = from;
            from = to;
        }
        g_string_append(found, text + done);
        if (strcmp(found->str, table[i].text) != 0) {
            g_test_message("\n  want %s\n  got  %s", table[i].text, found->str);
            g_test_fail();
        }
        g_string_free(found, TRUE);
    }
}

/* A roll: its names count with a capital, or where they can be nothing else. */
static void names_of_a_roll(void) {
    g_autoptr(Names) names = names_new();
    names_add_roll(names, "Anna Kowalska", 1);
    names_add_roll(names, "Stalker, Will James", 1);
    names_add_roll(names, "Bo Tran", 1);
    static const struct {
        const char *text, *want;
    } table[] = {{"anna said", "* said"},
                 {"Anna Kowalska and kowalska", "* and kowalska"},
                 {"anna kowalska", "*"},
                 {"will stalker is bad. Stalker", "* is bad. *"},
                 {"he is a stalker and i will tell", NULL},
                 {"Will said", "* said"},
                 {"Will you", NULL},
                 {"STALKER ALERT AT HOME", NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        GString *got = g_string_new(NULL);
        NamePlace place = {0};
        for (gsize done = 0;; done = place.to) {
            gboolean more = names_next(names, table[i].text, &place);
            gsize end = more ? place.from : strlen(table[i].text);
            g_string_append_len(got, table[i].text + done, (gssize)(end - done));
            if (!more)
                break;
            g_string_append_c(got, '*');
        }
        g_assert_cmpstr(got->str, ==, table[i].want ? table[i].want : table[i].text);
        g_string_free(got, TRUE);
    }
}

/* Three thousand names cost what three do. */
static void names_fast(void) {
    enum { TIMES = 200 };
    GString *text = g_string_new(NULL);
    while (text->len < 2000)
        g_string_append(text, "i went to school and nobody talked to me, then Tuva said Hello. ");
    double each[2];
    for (guint big = 0; big < 2; big++) {
        g_autoptr(Names) names = names_new();
        for (guint i = 0; i < (big ? 3000 : 3); i++) {
            g_autofree char *line =
                g_strdup_printf("Tu%c%c%cx Be%c%c%cy", 'a' + i % 26, 'a' + i / 26 % 26,
                                'a' + i / 676, 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);
            names_add_roll(names, line, 0);
        }
        gint64 start = g_get_monotonic_time();
        for (guint i = 0; i < TIMES; i++)
            for (NamePlace place = {0}; names_next(names, text->str, &place);)
                continue;
        each[big] = (double)(g_get_monotonic_time() - start) / TIMES;
    }
    g_test_message("2 kB, 3 names %.1f us, 3000 names %.1f us", each[0], each[1]);
    g_assert_cmpfloat(each[1], <, 2000);
    g_string_free(text, TRUE);
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

/* What may be a signature at the end of an answer: the lines from the last on, "*" before those
 * that look it by themselves. */
static void ending(void) {
    static const struct {
        const char *text, *want;
    } table[] = {{"be well.\n\nDebating Captain\nroom four", "room four|*debating captain|"},
                 {"be well.\n\n[me]\nYear 12, Form [number]", "*year 12, form [number]|*[me]|"},
                 {"be well.\n\nTake Care\nHead Of House", "*head of house|"},
                 {"Debating Captain", ""}, /* all there is */
                 {"be well.\n\nChildline 0800 1111", ""},
                 {"be well.\n\ntalk to your form tutor", ""},
                 {"be well.\nYou Are Not Alone.", ""},
                 {"be well.\n\nroom 0113 4960000", ""},
                 {"a\nB\nC\nD\nE\nF\nG\nH", "*h|*g|*f|*e|*d|*c|"},
                 {"", ""},
                 {"\n\n", ""}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GArray) lines = ending_lines(table[i].text);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint j = 0; j < lines->len; j++) {
            const EndingLine *line = &g_array_index(lines, EndingLine, j);
            g_string_append_printf(got, "%s%s|", line->looks ? "*" : "", line->line);
            g_assert_cmpint(table[i].text[line->at - 1], ==, '\n');
        }
        g_assert_cmpstr(got->str, ==, table[i].want);
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
    g_test_add_func("/value/names/use", names_used);
    g_test_add_func("/value/names/roll", names_of_a_roll);
    g_test_add_func("/value/names/fast", names_fast);
    g_test_add_func("/value/party", parties);
    g_test_add_func("/value/ending", ending);
    g_test_add_func("/value/letter/withheld", withheld);
    g_test_add_func("/value/letter/redacted", redacted);
    g_test_add_func("/value/words", words_and_frees);
    return g_test_run();
}
