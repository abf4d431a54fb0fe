/* Stripping: what is masked and what is not, what is trimmed, and that no header gets into a
 * letter. Whole mails are in strip_golden.c. */
#include "strip/strip.h"

#include <string.h>

static const Limits LIMITS = LIMITS_DEFAULT;

/* ---- masks ---------------------------------------------------------------------------------- */

static char *masked(const char *text) {
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(Letter) letter = strip_text(text, context);
    return g_strdup(letter->text);
}

static void test_masks(void) {
    static const struct {
        const char *text, *want;
    } table[] = {
        /* telephones */
        {"ring 07700 900123 now", "ring [phone] now"},
        {"ring 07700900123.", "ring [phone]."},
        {"0 7 7 0 0 9 0 0 1 2 3", "[phone]"},
        {"+44 7700 900123", "[phone]"},
        {"+44 (0)20 7946 0958", "[phone]"},
        {"0044 20 7946 0958", "[phone]"},
        {"(020) 7946 0958", "[phone]"},
        {"020-7946-0958", "[phone]"},
        {"7700 900123 is mine", "[phone] is mine"},
        {"+48 601 234 567", "[phone]"},
        {"(555) 346-9947", "[phone]"},
        {"my number is 794 6095", "my number is [phone]"},
        {"+1 555 0123 999", "[phone]"},
        {"077OO 9OO123", "[phone]"},
        {"\xd9\xa0\xd9\xa7\xd9\xa7\xd9\xa0\xd9\xa0 "
         "\xd9\xa9\xd9\xa0\xd9\xa0\xd9\xa1\xd9\xa2\xd9\xa3",
         "[phone]"},
        {"\xef\xbc\x90\xef\xbc\x97\xef\xbc\x97\xef\xbc\x90\xef\xbc\x90\xef\xbc\x99\xef\xbc\x90"
         "\xef\xbc\x90\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93 ok",
         "[phone] ok"},
        {"its oh seven seven double oh nine double oh one two three", "its [phone]"},
        {"one two three four five six seven eight nine ten", NULL},
        {"at 10 oclock, 20 of us, a 100 or so", NULL},
        {"call 999 or 112 or 111", "call 999 or 112 or 111"},
        {"Childline 0800 1111, Samaritans 116 123, text 85258", NULL},
        {"NSPCC 0808 800 5000 and Papyrus 0800 068 4141", NULL},
        {"it was 12/03/2026 at 10:30", NULL},
        {"2026-03-12 10:30:25 and 12.03.2026 10:30", NULL},
        {"01.02.2026 14:30", NULL},
        {"it cost £1200.50 or 3,000,000", NULL},
        {"1 2 3 4 5 6 7 8 9 10", NULL},
        {"homework 2025 2026 pages 100 200", NULL},
        {"0.123456789 of it", NULL},
        /* addresses */
        {"mail me at anna.k+x@webmail.example.", "mail me at [address]."},
        {"<anna@h.example>", "<[address]>"},
        {"anna (at) h (dot) example", "[address]"},
        {"anna at webmail dot com", "[address]"},
        {"anna at gmail.com", "[address]"},
        {"anna @ outlook.com ok", "[address] ok"},
        {"anna(a)webmail(dot)example", "[address]"},
        {"i was @ home.it was bad", NULL},
        {"look at google.com today", NULL},
        {"shout at me dot dot dot", NULL},
        {"meet me at 7 dot", NULL},
        {"\"anna b\"@h.example x", "[address] x"},
        {"anna@[192.0.2.1]", "[address]"},
        {"@ me", NULL},
        {"a@b", NULL},
        /* links */
        {"see https://www.childline.org.uk/get-support/ ok", NULL},
        {"https://drive.google.com/file/d/1AbC", "[link]"},
        {"(https://h.example/x?user=anna)", "([link])"},
        {"instagram.com/annak", "[link]"},
        {"www.tiktok.com/@annak!", "[link]!"},
        {"https://h.example/s/a8f3k2j9d0s8f7", "[link]"},
        {"https://anna:pw@h.example/", "[link]"},
        {"https://x.example/users/anna", "[link]"},
        {"x.example/~anna and anna.carrd.co", "[link] and [link]"},
        {"https://youtu.be/dQw4 https://forms.office.com/r/ab", "[link] [link]"},
        {"https://www.nhs.uk/mental-health/ www.kooth.com", NULL},
        /* handles */
        {"add annak on snap", "add [handle] on snap"},
        {"add me on snap, dm them on insta, post it on tiktok", NULL},
        {"im xx_ak_xx on discord", "im [handle] on discord"},
        {"my roblox username is CoolGirl", "my roblox username is [handle]"},
        {"my login is 19smithj", "my login is [handle]"},
        {"my gamertag is annak", "my gamertag is [handle]"},
        {"u/annak on reddit, and/or u/me", "[handle] on reddit, and/or u/me"},
        {"the tag is broken, my insta is private", NULL},
        {"i'm @annak_09 on there", "i'm [handle] on there"},
        {"my snap is annak_09", "my snap is [handle]"},
        {"insta: annak", "insta: [handle]"},
        {"discord annak#1234", "discord [handle]"},
        {"my snap is broken", NULL},
        {"they put it on insta and laughed", NULL},
        {"in a snap it broke", NULL},
        /* places */
        {"SW1A 1AA", "[postcode]"},
        {"i live in ls27dp ok", "i live in [postcode] ok"},
        {"M1 1AE, B33 8TH, CR2 6XH, DN55 1PT, W1A 1HQ, EC1A 1BB",
         "[postcode], [postcode], [postcode], [postcode], [postcode], [postcode]"},
        {"GCSE 1AA or Q1 1AA", NULL},
        {"12 Acacia Avenue", "[street]"},
        {"flat at 4b St Marys Road, ok", "flat at [street], ok"},
        {"12 heol fawr", "[street]"},
        {"i live on Acacia Avenue", "i live on [street]"},
        {"we lived in oak road then", "we lived in [street] then"},
        {"i live on a busy road, in a terrace", NULL},
        {"sw1a-1aa", "[postcode]"},
        {"5 people down the road", NULL},
        {"10 minutes drive", NULL},
        {"2 of the boys walk", NULL},
        /* numbers */
        {"943 476 5919", "[number]"},
        {"943 476 5918", "[phone]"}, /* no NHS number, but somebody's */
        {"QQ123456C AB123456C", "QQ123456C [number]"},
        {"upn A12345678901B", "upn [number]"},
        {"cand no 4123, uln 1234567890, my id is 123456",
         "cand no [number], uln [number], my id is [number]"},
        {"my candidate number is 4123", "my candidate number is [number]"},
        /* births */
        {"i was born on 12/3/2011", "i was born on [date]"},
        {"my birthday is 3rd of May", "my birthday is [date]"},
        {"dob: 2011-05-03", "dob: [date]"},
        {"my bday is 3rd may", "my bday is [date]"},
        {"i turn 15 on the 3 may", "i turn 15 on the [date]"},
        {"12 June is my birthday", "[date] is my birthday"},
        {"born in May 2011", "born in [date]"},
        {"born May 3rd, 2011", "born [date]"},
        {"ich bin am 3. Mai 2011 geboren", "ich bin am [date] geboren"},
        {"je suis née le 3 mai 2011", "je suis née le [date]"},
        {"urodziłam się 3 maja 2011", "urodziłam się [date]"},
        {"nací el 3 de mayo de 2011", "nací el [date]"},
        {"fy mhen-blwydd: ganwyd 3 Mai 2011", "fy mhen-blwydd: ganwyd [date]"},
        {"i was born in Poland. my birthday was bad", NULL},
        {"my birthday came.\nit began on 12/01/2026", NULL},
        {"it happened on 3rd May 2025", NULL},
        /* who one is */
        {"my name is anna and i", "my name is [me] and i"},
        {"My name\xe2\x80\x99s Anna Maria Kowalska.", "My name\xe2\x80\x99s [me]."},
        {"I'm Anna. anna is me", "I'm [me]. [me] is me"},
        {"im Zyx from 9", "im [me] from 9"},
        {"im zosia. i am mohammad, zosia again", "im [me]. i am [me], [me] again"},
        {"i am called jo", "i am called [me]"},
        {"everyone calls me Bear", "everyone calls me [me]"},
        {"I'm Sad. I'm Muslim. I'm Welsh. I'm OK. I'm ALONE. I'm Struggling", NULL},
        {"i am so tired of it", NULL},
        {"my name is not important", NULL},
        {"it is Monday", NULL},
        {"words\n\nlove,\nzosia", "words\n\nlove,\n[me]"},
        {"words\n\nThanks, Anna x", "words\n\nThanks, [me] x"},
        {"words\n\nAnna", "words\n\n[me]"},
        {"words\n\n- Anna K", "words\n\n- [me]"},
        {"words\nfrom Anna", "words\nfrom [me]"},
        {"words\n\nzosia", "words\n\n[me]"},
        {"words\n\nlove from ana maria", "words\n\nlove from [me]"},
        {"words\n\nThanks, Mei-ling", "words\n\nThanks, [me]"},
        {"words\n\nMaría del Carmen", "words\n\n[me]"},
        {"words\n\nlove from June", "words\n\nlove from [me]"},
        {"words\n\nthanks \xe2\x9d\xa4\xef\xb8\x8f", NULL},
        {"words\n\nthanks \xf0\x9f\x8e\x89\nAnna", "words\n\nthanks \xf0\x9f\x8e\x89\n[me]"},
        {"words\n\nthanks loads", NULL},
        {"words\n\nmerci d'avance", NULL},
        {"words\n\ndziękuję bardzo", NULL},
        {"words\n\nGoodbye", NULL},
        {"I'm Deaf. My Brother Hits Me. My Friends Hate Me", NULL},
        {"words\n\nplease", NULL},
        {"words\n\nthanks for reading", NULL},
        {"words\n\nbye for now", NULL},
        {"my name is Ma'soumeh", "my name is [me]"},
        {"words\n\nPlease help", NULL},
        {"words\n\nThanks", NULL},
        {"words\n\nThank you for reading", NULL},
        {"I'm Mohammed and I'm Harmed", "I'm [me] and I'm Harmed"},
        {"my name is June", "my name is [me]"},
        {"fy enw i yw Carys", "fy enw i yw [me]"},
        {"nazywam się Zofia", "nazywam się [me]"},
        {"je m'appelle Zoé", "je m'appelle [me]"},
        {"我叫小红", "我叫[me]"},
        /* forms and sets */
        {"i'm in 9B, 10C2 or 9x/Ma3, in 9b. Year 9 set 2",
         "i'm in [number], [number] or [number], in "
         "[number]. Year [number]"},
        {"my form is 10C, 11D and 9JKL", "my form is [number], [number] and [number]"},
        {"year 8 blue, form 11-2", "year [number], form [number]"},
        {"room 9B, row 8A, year 8 is blue, 9KMH", NULL},
        {"at 9AM, a 10K run, 8GB, 7th, year 9, 12 of us, 9 a day, 10 B", NULL},
        /* addresses that are written so that a plain search would miss them */
        {"x%40y.example", "[address]"},
        {"x%2540y.example now", "[address] now"},
        {"x\xef\xbc\xa0y\xef\xbc\x8e"
         "example",
         "[address]"},
        {"x&#64;y.example, x&commat;y.example, x&#x40;y&#46;example",
         "[address], [address], [address]"},
        {"50%40 and &#64; and 5 \xef\xbc\xa0 6", NULL},
        {"", NULL},
        {"   \n\n ", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *got = masked(table[i].text);
        const char *want = table[i].want ? table[i].want : table[i].text;
        if (strcmp(got, want) != 0) {
            g_test_message("%s\n  want %s\n  got  %s", table[i].text, want, got);
            g_test_fail();
        }
    }
}

/* A cap on an address never cuts a letter in two. */
static void test_long(void) {
    for (guint n = 200; n < 300; n++) {
        g_autoptr(GString) text = g_string_new("anna@h.example");
        for (guint i = 0; i < n; i++)
            g_string_append(text, i % 2 ? "\xc3\x88" : "\xe0\xa6\xa6");
        g_string_append(text, " x");
        if (n % 2)
            g_string_insert(text, 6, "\xc3\x88");
        g_autofree char *got = masked(text->str);
        g_assert_true(g_utf8_validate(got, -1, NULL));
    }
}

static void test_names(void) {
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_ptr_array_add(context->names, g_strdup("Heron"));
    g_ptr_array_add(context->names, g_strdup("Ms Okafor"));
    g_ptr_array_add(context->terms, g_strdup("9B"));
    g_autoptr(Letter) letter =
        strip_text("Dear heron, ms okafor of 9b says HERON'S fine. herons are birds", context);
    g_assert_cmpstr(
        letter->text, ==,
        "Dear [person A], [person A] of [removed] says [person A]'S fine. herons are birds");
    g_assert_cmpstr(letter->whole, ==,
                    "Dear heron, ms okafor of 9b says HERON'S fine. herons are birds");
    g_assert_cmpuint(letter->redactions->len, ==, 2);
}

/* ---- other people --------------------------------------------------------------------------- */

static void test_people(void) {
    static const struct {
        const char *text, *want;
    } table[] = {
        {"my friend Anna hates me, Anna does", "my friend [person A] hates me, [person A] does"},
        {"my friend anna hates me", "my friend [person A] hates me"},
        {"my friend Zyx and zyx", "my friend [person A] and [person A]"},
        {"my best friend Anna Kowalska said. Anna and Kowalska",
         "my best friend [person A] said. [person A] and [person A]"},
        {"my friends Anna, Beth and Mia", "my friends [person A], [person B] and [person C]"},
        {"a girl called zosia and her friend is mean",
         "a girl called [person A] and her friend is mean"},
        {"a boy named Jack. jack said no", "a boy named [person A]. [person A] said no"},
        {"Mrs Berg and mr okafor", "Mrs [person A] and mr [person B]"},
        {"Anna is my best friend", "[person A] is my best friend"},
        {"his name is tom", "his name is [person A]"},
        {"my brother (Sam) shouts", "my brother ([person A]) shouts"},
        {"my friend Will said he will. Will laughed",
         "my friend [person A] said he will. [person A] laughed"},
        {"i miss my friend and i miss school", NULL},
        {"my friend will not talk to me. my friends are gone", NULL},
        {"my sister is mean. She is my sister. my teacher said", NULL},
        {"she called me names and somebody called today", NULL},
        {"my friend I trusted. my friend said no", NULL},
        {"Miss can you help. Sir is nice", NULL},
        {"the guy I’m dating, a girl I've seen. someone I’d like. my ex After that", NULL},
        {"it may be MS it may not, MS Berg", "it may be MS it may not, MS [person A]"},
        {"my friend and I, my friend or me", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *got = masked(table[i].text);
        const char *want = table[i].want ? table[i].want : table[i].text;
        if (strcmp(got, want) != 0) {
            g_test_message("%s\n  want %s\n  got  %s", table[i].text, want, got);
            g_test_fail();
        }
    }
}

static Identity *stripped(const Context *context, const char *from, const char *text, char **got) {
    g_autofree char *mail = g_strdup_printf(
        "From: %s\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n%s\n", from, text);
    g_autoptr(GBytes) raw = g_bytes_new(mail, strlen(mail));
    Reader reader = {.limits = &LIMITS, .address = "listen@h.example"};
    g_autoptr(Mail) read = mail_read(raw, &reader, NULL);
    g_autoptr(Letter) letter = NULL;
    Identity *identity = NULL;
    strip(read, context, &LIMITS, &letter, &identity);
    *got = g_strdup(letter->text);
    return identity;
}

/* The letters stay with a case: what one mail gives out, the next gets in. */
static void test_case(void) {
    g_autoptr(Names) roll = names_new();
    names_add_roll(roll, "Mia Szabo", 0);
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    context->roll = roll;
    g_autofree char *first = NULL, *second = NULL, *third = NULL;
    g_autoptr(Identity) one = stripped(context, "Billy Hart <12bh@h.example>",
                                       "my friend Anna and Mia are mean. I'm Zazu. will i be ok?\n"
                                       "liam",
                                       &first);
    g_assert_cmpstr(first, ==,
                    "my friend [person A] and [person B] are mean. I'm [me]. will i be ok?\n[me]");
    g_assert_cmpuint(one->people->len, ==, 2);
    g_autoptr(Context) next = context_new(ROUTE_PUPIL);
    g_ptr_array_add(next->own, g_strdup("zazu"));
    g_ptr_array_add(next->names, g_strdup("sawicki"));
    g_ptr_array_add(next->people, g_strdup("anna"));
    g_ptr_array_add(next->people, g_strdup("mia"));
    g_autoptr(Identity) two = stripped(
        next, "12bh@h.example", "zazu again. mia and anna. are you sawicki? mr Tom", &second);
    g_assert_cmpstr(second, ==,
                    "[me] again. [person B] and [person A]. are you [person C]? mr [person D]");
    g_assert_cmpstr(g_ptr_array_index(two->people, 2), ==, "=listener");
    /* the answer of the listener: they are Jack Sawicki, "Heron" */
    g_autoptr(Context) answer = context_new(ROUTE_LISTENER);
    answer->sign = g_strdup("Heron");
    names_of(answer->own, "Jack Sawicki", "12js@h.example");
    g_ptr_array_add(answer->names, g_strdup("zazu"));
    for (guint i = 0; i < two->people->len; i++)
        g_ptr_array_add(answer->people, g_strdup(g_ptr_array_index(two->people, i)));
    g_autoptr(Identity) three =
        stripped(answer, "Heron <12js@h.example>",
                 "hi zazu, I'm Heron. how is Anna? jacky is me\n\nTake care, heron x", &third);
    g_assert_cmpstr(third, ==,
                    "hi [person E], I'm Heron. how is [person A]? [me] is me\n\nTake care,");
}

static void test_closings(void) {
    static const struct {
        const char *text, *want;
    } table[] = {
        {"be well\n\nHeron", "be well"},
        {"be well\n\n- HERON x", "be well"},
        {"be well\n\nLove,\nHeron xx", "be well\n\nLove,"},
        {"be well\n\nBest wishes, Heron", "be well\n\nBest wishes,"},
        {"be well\n\nBest wishes\nJack", "be well\n\nBest wishes"},
        {"be well\n\nJack Sawicki", "be well"},
        {"i saw a heron", NULL},
        {"Heron here, hello", NULL},
        {"be well\n\nHerons fly", NULL},
        {"be well\n\nbe you", NULL},
        {"be well\n\nRing Childline Tonight", NULL},
        {"be well\n\nSamaritans", NULL},
        {"be well\n\nText Shout", NULL},
        {"be well\n\nStay Strong", NULL},
        {"be well\n\nTrust Yourself", NULL},
        {"be well\n\nZyx Strong", "be well"},
        {"be well\n\nHeron\n12 Jack Sawicki\nHillside", "be well\n\nHeron\n12 [me]\nHillside"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Context) context = context_new(ROUTE_LISTENER);
        context->sign = g_strdup("Heron");
        names_of(context->own, "Jack Sawicki", NULL);
        g_autoptr(Letter) letter = strip_text(table[i].text, context);
        const char *want = table[i].want ? table[i].want : table[i].text;
        if (strcmp(letter->text, want) != 0) {
            g_test_message("%s\n  want %s\n  got  %s", table[i].text, want, letter->text);
            g_test_fail();
        }
    }
}

/* ---- trims ---------------------------------------------------------------------------------- */

typedef struct trim_row {
    enum route side;
    const char *text, *last_sent, *want;
    gboolean unsure;
} TrimRow;

static void test_trims(void) {
    static const TrimRow table[] = {
        /* what a pupil writes stays, whatever it looks like */
        {ROUTE_PUPIL, "> one arrow\nmine", NULL, "> one arrow\nmine", FALSE},
        {ROUTE_PUPIL, ">:( mine", NULL, ">:( mine", FALSE},
        {ROUTE_PUPIL, "On 5 May at 10:30 she wrote:\nyou are dead", NULL,
         "On 5 May at 10:30 she wrote:\nyou are dead", FALSE},
        {ROUTE_PUPIL, "help\n\nThanks\nplease\ni cant go on", NULL,
         "help\n\nThanks\nplease\ni cant go on", FALSE},
        {ROUTE_PUPIL, "Sent from my heart, i mean it", NULL, "Sent from my heart, i mean it",
         FALSE},
        {ROUTE_PUPIL, "help\n\nSent from my iPhone\n\nand another thing", NULL,
         "help\n\nand another thing", FALSE},
        {ROUTE_PUPIL, "one\n--\ntwo\n--\nthree", NULL, "one\n--\ntwo\n--\nthree", FALSE},
        {ROUTE_PUPIL, "one\n----\ntwo", NULL, "one\n----\ntwo", FALSE},
        {ROUTE_PUPIL, "On Mon, 2 Mar 2026 at 12:31, X <x@h.example> wrote:\n> words\n", NULL,
         "On Mon, 2 Mar 2026 at 12:31, X <[address]> wrote:\n> words", TRUE},
        /* our line, in whatever was made of it */
        {ROUTE_LISTENER, "mine\n---- write your answer above this line ----\nours", NULL, "mine",
         FALSE},
        {ROUTE_LISTENER,
         "mine\n>> \xe2\x80\x94 Write your answer above this line \xe2\x80\x94\n> x", NULL, "mine",
         FALSE},
        {ROUTE_LISTENER, "mine\n\n*---- write your answer above this\nline ----*\nours", NULL,
         "mine", FALSE},
        {ROUTE_LISTENER, "> ---- write your answer above this line ----\n> ours\n\nmine", NULL,
         "mine", FALSE},
        {ROUTE_LISTENER,
         "---- write your answer above this line ----\nours and what they said\n\nmine", NULL, "",
         TRUE},
        {ROUTE_LISTENER,
         "---- write your answer above this line ----\nours and what they said\n\nmine",
         "ours and what they said", "mine", FALSE},
        /* history */
        {ROUTE_LISTENER, "mine\n\nOn Mon 2 Mar 2026, X <x@h.example> wrote:\nnot marked\nat all",
         NULL, "mine", FALSE},
        {ROUTE_LISTENER,
         "On Monday I felt\nbetter.\n\nOn 2 Mar 2026, at 12:31, X\n<x@h.example>\nwrote:\n> y",
         NULL, "On Monday I felt\nbetter.", FALSE},
        {ROUTE_LISTENER,
         "mine\n____________\nFrom: X <x@h.example>\nSent: y\nTo: z\nSubject: w\n\nold", NULL,
         "mine", FALSE},
        {ROUTE_LISTENER, "mine\n\n*From:* X\n*Date:* y\n*Subject:* w\n\nold", NULL, "mine", FALSE},
        {ROUTE_LISTENER, "From: now on it gets better\nTo: be honest", NULL,
         "From: now on it gets better\nTo: be honest", FALSE},
        {ROUTE_LISTENER, "", NULL, "", FALSE},
        {ROUTE_LISTENER, "> only\n> theirs", NULL, "", TRUE},
        {ROUTE_LISTENER, "mine\n\nSent from Outlook for iOS<https://aka.ms/x>", NULL, "mine",
         FALSE},
        {ROUTE_LISTENER, "mine\n\nWysłano z iPhone'a", NULL, "mine", FALSE},
        {ROUTE_LISTENER, "mine\n\nBest wishes,\nJo Li\nYear 12 | Hillside", NULL, "mine", FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Context) context = context_new(table[i].side);
        context->last_sent = g_strdup(table[i].last_sent);
        g_autoptr(Letter) letter = strip_text(table[i].text, context);
        if (strcmp(letter->text, table[i].want) != 0 || letter->unsure != table[i].unsure) {
            g_test_message("%s\n  want %s (%d)\n  got  %s (%d)", table[i].text, table[i].want,
                           table[i].unsure, letter->text, letter->unsure);
            g_test_fail();
        }
    }
}

/* What a pupil may have typed into, or below, the quote of a mail of ours, and what of that is
 * heard. OURS is such a mail, with all that clients put above it. */
#define BLOCK                                                                                      \
    "From: Hillside <box+abcdefghijklmnopqrstuvwxyz@h.example>\nSent: Monday, 2 March 2026 "       \
    "09:31\nTo: Anna\nSubject: Your message - amber-heron\n\n"
#define CRISIS                                                                                     \
    "Your message has arrived.\n\n---- write your answer above this line ----\n\nThank you for "   \
    "telling us. You may think of suicide, and you need not be alone with it.\n\n* Samaritans: "   \
    "116 123 (if you want to die)\n\nAn adult will read it: the safeguarding lead. They are due "  \
    "to read it tomorrow (Tuesday 3 March).\n"
#define MARKED                                                                                     \
    "On 02/03/2026 09:31, Hillside wrote:\n> Your message has arrived.\n>\n> ---- write your "     \
    "answer above this line ----\n>\n> Samaritans: 116 123 (if you want to die)\n\n"
#define SIGN   "--\nAnna Kowalska\nYear 12, Hillside School\n"
#define ANSWER "You wrote that you want to die. Do you feel so now?\nI am here.\n\nHeron\n"

static Wording *a_wording(void) {
    static const char *const lines[] = {
        "Your message has arrived.",
        "---- write your answer above this line ----",
        "{{?crisis}}Thank you for telling us. You may think of suicide, and you need not be alone "
        "with it.",
        "Samaritans: 116 123 (if you want to die)",
        "An adult will read it: {{role}}. They are due to read it {{when}}.",
        "{{tap-adult}}",
        "{{answer}}"};
    Wording *wording = wording_new();
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        g_ptr_array_add(wording->lines, g_strdup(lines[i]));
    g_ptr_array_add(wording->values, g_strdup("the safeguarding lead"));
    g_ptr_array_add(wording->values, g_strdup("Heron"));
    return wording;
}

static void test_strays(void) {
    static const struct {
        const char *text, *want;
    } table[] = {
        {"hi\n\n" BLOCK CRISIS, "hi"},
        {"hi\n\n" BLOCK ANSWER, "hi"},
        {"hi\n\n" BLOCK CRISIS "\ni want to die\n", "hi\n\ni want to die"},
        {"hi\n\n" BLOCK "i want to die\n\n" CRISIS, "hi\n\ni want to die"},
        {"hi\n\n" BLOCK CRISIS ANSWER "i want to die", "hi\n\ni want to die"},
        {"hi\n\nFrom: Hillside\nSent: Monday\ni want to die\nTo: Anna\nSubject: x\n\n" CRISIS,
         "hi\n\ni want to die"},
        {"Sent from my iPhone\n\n" BLOCK CRISIS "please help", "please help"},
        {BLOCK CRISIS "please help", "please help"},
        {CRISIS "please help", "Your message has arrived.\n\nplease help"}, /* without a head */
        {CRISIS, "Your message has arrived."},
        {BLOCK CRISIS, ""},
        {"ok\n\nOn Mon, 2 Mar 2026 at 09:31, Hillside <box@h.example> wrote:\n> Your message "
         "has\n> "
         "arrived.\n> please help me\n> Thank you for telling us. You may think of suicide, and\n> "
         "you need not be alone with it.\n",
         "ok\n\nplease help me"},
        {"ok\n\n> On Mon, 2 Mar 2026 at 09:31, Hillside <box@h.example> wrote:\n>\n> Your message "
         "has arrived.\n> "
         "mailto:box+abcdefghijklmnopqrstuvwxyz@h.example?subject=ADULT&body=ADULT\n",
         "ok"},
        {"ok\n\n" BLOCK
         "mailto:box+abcdefghijklmnopqrstuvwxyz@h.example?subject=STOP&bo\ndy=STOP\n",
         "ok"}, /* a link that was broken */
        /* in a line of ours: all of that line is heard */
        {"ok\n\n" BLOCK
         "An adult will read it: the safeguarding lead. They are due to read it i want "
         "to die",
         "ok\n\nAn adult will read it: the safeguarding lead. They are due to read it i want to "
         "die"},
        {"ok\n\n" BLOCK "Your message has arrived. i want to die",
         "ok\n\nYour message has arrived. i want to die"},
        {"ok\n\n" BLOCK "They are due to read it i want to die now please help me.",
         "ok\n\nThey are due to read it i want to die now please help me."},
        /* a signature above is nothing said */
        {SIGN "captain of the debating society\n\n" BLOCK CRISIS "i want to die", "i want to die"},
        /* one below the quote is none of the letter; what only looks like it is heard */
        {"thanks, that was kind of you and it helps\n\n" MARKED SIGN,
         "thanks, that was kind of you and it helps"},
        {"DELETE\n\n" MARKED SIGN, "DELETE"},
        {MARKED SIGN, "--\nAnna Kowalska\nYear 12, Hillside School"},
        {"hi\n\n" MARKED "--\nthey took my bag\n--\ni am so scared",
         "hi\n\nthey took my bag\n\ni am so scared"},
        {"hi\n\n" MARKED
         "--\nthey took my bag and nobody helped me, i am so scared to go back there",
         "hi\n\nthey took my bag and nobody helped me, i am so scared to go back there"},
        {"hi\n\n" MARKED "--\none\ntwo\nthree\nfour\nfive\nsix",
         "hi\n\none\ntwo\nthree\nfour\nfive\nsix"},
        /* said once more, it is theirs */
        {"you want to die", "you want to die"},
        {"I am here.", "I am here."},
        {"you wrote that\nyou want to die", "you wrote that\nyou want to die"},
        /* an answer below what it answers, where nothing is marked */
        {"ok\n\n" BLOCK
         "You wrote that you want to die. Do you feel so now?\nI am here.\nyes\n\nHeron\n",
         "ok\n\n> You wrote that you want to die. Do you feel so now?\n> I am here.\n\nyes"},
    };
    g_autoptr(Wording) wording = a_wording();
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Context) context = context_new(ROUTE_PUPIL);
        context->answers = TRUE;
        context->wording = wording;
        context->last_sent =
            g_strdup("You wrote that you want to die. Do you feel so now?\nI am here.\n");
        g_autoptr(Letter) letter = strip_text(table[i].text, context);
        if (strcmp(letter->text, table[i].want) != 0 || letter->unsure) {
            g_test_message("%s\n  want %s\n  got  %s", table[i].text, table[i].want, letter->text);
            g_test_fail();
        }
    }
}

/* Beside a letter that says enough it is seen by rules and lead alone. */
static void test_stray_beside(void) {
    g_autoptr(Wording) wording = a_wording();
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    context->answers = TRUE;
    context->wording = wording;
    g_autoptr(Letter) letter =
        strip_text("i am fine today, it was a good week\n\n" BLOCK CRISIS "i want to die", context);
    g_assert_cmpstr(letter->text, ==, "i am fine today, it was a good week");
    g_assert_cmpstr(letter->whole, ==, "i am fine today, it was a good week\n\ni want to die");
    g_assert_true(letter->unsure);
}

/* What looks like a signature is not passed on, but rules and lead see it. */
static void test_whole(void) {
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(Letter) letter = strip_text("i am ok\n--\ni want to die", context);
    g_assert_cmpstr(letter->text, ==, "i am ok");
    g_assert_cmpstr(letter->whole, ==, "i am ok\n--\ni want to die");
    context->side = ROUTE_LISTENER;
    g_autoptr(Letter) answer = strip_text("i am ok\n--\nJack Sawicki", context);
    g_assert_cmpstr(answer->whole, ==, "i am ok");
}

/* ---- no header in a letter ------------------------------------------------------------------- */

/* Where a mail can say who wrote it; %s is the mark. */
static const char *const PLACES[] = {
    "From: %s Smith <%s@h.example>",
    "Sender: %s@h.example",
    "Reply-To: \"%s\" <%s@h.example>",
    "Return-Path: <%s@h.example>",
    "Received: from %s.h.example ([192.0.2.1]) by mx; Mon, 2 Mar 2026 12:00:00 +0000",
    "Received-SPF: pass client-ip=192.0.2.1 envelope-from=%s@h.example",
    "Authentication-Results: mx.h.example; spf=pass smtp.mailfrom=%s@h.example",
    "ARC-Authentication-Results: i=1; %s",
    "DKIM-Signature: v=1; d=%s.h.example",
    "X-Originating-Email: [%s@h.example]",
    "X-Originating-IP: %s",
    "X-Envelope-From: %s@h.example",
    "Organization: %s",
    "User-Agent: %s",
    "X-Mailer: %s",
    "MIME-Version: 1.0 (%s)",
    "Message-ID: <%s@h.example>",
    "Resent-From: %s@h.example",
    "In-Reply-To: <%s@h.example>",
    "References: <%s@h.example>",
    "Thread-Topic: %s",
    "Thread-Index: %s",
    "Date: Mon, 2 Mar 2026 12:00:00 +0000 (%s)",
    "Autocrypt: addr=%s@h.example; keydata=AAAA",
    "Face: %s",
    "Content-Language: %s",
    "Content-Description: %s",
    "Content-ID: <%s@h.example>",
    "Content-Location: https://h.example/%s",
    "Disposition-Notification-To: %s@h.example",
    "To: listen@h.example, %s <%s@h.example>",
    "Cc: %s@h.example",
    "Delivered-To: %s@h.example",
    "X-Face: =?utf-8?q?%s?=",
    "Comments: %s",
    "Keywords: %s",
    "X-%s: yes",
};

static const char *const BODIES[] = {
    "Content-Type: text/plain; charset=utf-8; name=\"%s.txt\"\n\nhello there\n",
    "Content-Type: text/html\n\n<html><head><title>%s</title><meta name=\"author\" content=\"%s\">"
    "</head><body id=\"%s\" class=\"%s\"><!-- %s --><p title=\"%s\" data-x=\"%s\">hello there</p>"
    "<img alt=\"%s\" src=\"cid:%s\"><a href=\"https://h.example/%s\">here</a>"
    "<span style=\"display:none\">%s</span><script>%s</script><style>.%s{}</style></body></html>\n",
    "Content-Type: multipart/mixed; boundary=\"%s\"\n\npreamble %s\n--%s\n"
    "Content-Type: text/plain\n\nhello there\n--%s\nContent-Type: text/plain; name=%s\n"
    "Content-Disposition: attachment; filename*=utf-8''%s.txt\nContent-Description: "
    "%s\n\n%s\n--%s\n"
    "Content-Type: message/rfc822\n\nFrom: %s@h.example\nSubject: %s\n\n%s\n--%s\n"
    "Content-Type: text/calendar\n\nORGANIZER:%s\n--%s--\nepilogue %s\n",
    "Content-Type: multipart/alternative; boundary=bb\n\n--bb\nContent-Type: text/plain\n\n"
    "hello there\n--bb\nContent-Type: text/html\n\n<p>hello there %s</p>\n--bb--\n",
};

static char *filled(const char *pattern, const char *mark) {
    g_auto(GStrv) parts = g_strsplit(pattern, "%s", -1);
    return g_strjoinv(mark, parts);
}

static gboolean holds(const char *text, const char *mark) {
    g_autofree char *low = text ? g_ascii_strdown(text, -1) : g_strdup("");
    return strstr(low, mark) != NULL;
}

static void leak_case(const char *header, const char *body, guint number, guint *seen) {
    g_autofree char *mark = g_strdup_printf("qzcanary%uzq", number);
    g_autofree char *head = filled(header, mark), *rest = filled(body, mark);
    gboolean from = g_str_has_prefix(header, "From:");
    g_autofree char *text = g_strdup_printf(
        "%s%s\nSubject: a question\n%s", from ? "" : "From: Anna <anna@h.example>\n", head, rest);
    g_autoptr(GBytes) raw = g_bytes_new(text, strlen(text));
    g_autoptr(GError) error = NULL;
    Reader reader = {.limits = &LIMITS, .address = "listen@h.example"};
    g_autoptr(Mail) mail = mail_read(raw, &reader, &error);
    g_assert_no_error(error);
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    strip(mail, context, &LIMITS, &letter, &identity);
    const char *const fields[] = {letter->text, letter->subject, letter->whole,
                                  letter->whole_subject, letter->why};
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        if (holds(fields[i], mark)) {
            g_test_message("%s leaks into field %u: %s", header, i, fields[i]);
            g_test_fail();
        }
    for (guint i = 0; i < letter->withheld->len; i++)
        g_assert_false(holds(((Withheld *)g_ptr_array_index(letter->withheld, i))->type, mark));
    g_assert_nonnull(strstr(letter->text, "hello there"));
    *seen += holds(text, mark) &&
             (!from || (holds(identity->from, mark) && holds(identity->from_text, mark)));
}

static void test_leaks(void) {
    guint number = 0, seen = 0;
    for (guint i = 0; i < G_N_ELEMENTS(PLACES); i++)
        for (guint k = 0; k < G_N_ELEMENTS(BODIES); k++)
            leak_case(PLACES[i], BODIES[k], number++, &seen);
    g_assert_cmpuint(seen, ==, number); /* the control: every mark was there to be found */
    g_test_message("%u mails", number);
}

/* A mark that is text and no header does get through: the search above can find one. */
static void test_control(void) {
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(Letter) letter = strip_text("hello qzcanaryzq there", context);
    g_assert_true(holds(letter->text, "qzcanaryzq"));
}

/* A letter of nothing but rules, any of which a disclaimer could follow: minutes, if each were
 * read together with all that follow it. */
static void test_rules_only(void) {
    static const char *const units[] = {"--\n", "____\n", "--\nwords\n"};
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    for (guint u = 0; u < G_N_ELEMENTS(units); u++) {
        g_autoptr(GString) text = g_string_new("i need help\n");
        while (text->len < 1 << 20)
            g_string_append(text, units[u]);
        g_string_append(text, "and the last words\n");
        g_test_timer_start();
        g_autoptr(Letter) letter = strip_text(text->str, context);
        g_assert_cmpfloat(g_test_timer_elapsed(), <, 20);
        g_assert_true(holds(letter->text, "and the last words"));
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/strip/masks", test_masks);
    g_test_add_func("/strip/long", test_long);
    g_test_add_func("/strip/rules-only", test_rules_only);
    g_test_add_func("/strip/names", test_names);
    g_test_add_func("/strip/people", test_people);
    g_test_add_func("/strip/case", test_case);
    g_test_add_func("/strip/closings", test_closings);
    g_test_add_func("/strip/trims", test_trims);
    g_test_add_func("/strip/strays", test_strays);
    g_test_add_func("/strip/stray-beside", test_stray_beside);
    g_test_add_func("/strip/whole", test_whole);
    g_test_add_func("/strip/leaks", test_leaks);
    g_test_add_func("/strip/control", test_control);
    return g_test_run();
}
