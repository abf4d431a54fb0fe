/* The egress gate: everything the program writes passes, every leak of LEAKS.md that could sit in
 * an outgoing mail is refused. Each refusal has its control: the same mail without the leak passes.
 */
#include "post/gate.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "mail/write.h"
#include "reply/samples.h"
#include "strip/strip.h"
#include "value/names.h"

#define TO "12js@hillside.example"

typedef struct bench {
    Samples *samples;
    GPtrArray *names, *addresses;
    Gate gate;
} Bench;

/* The other side is Anna-Lena Márquez <anna.marquez@hillside.example>. */
static void bench_make(Bench *bench, gconstpointer data) {
    (void)data;
    bench->samples = samples_new(TRUE);
    bench->names = g_ptr_array_new_with_free_func(g_free);
    bench->addresses = g_ptr_array_new();
    names_of(bench->names, "Anna-Lena Márquez", "anna.marquez@hillside.example");
    g_ptr_array_add(bench->addresses, (gpointer) "anna.marquez@hillside.example");
    g_ptr_array_add(bench->addresses, (gpointer) "lena@bücher.example");
    bench->gate = (Gate){.to = TO,
                         .box = BOX,
                         .box_name = "Hillside",
                         .hidden = bench->names,
                         .hidden_addresses = bench->addresses};
}

static void bench_clear(Bench *bench, gconstpointer data) {
    (void)data;
    samples_free(bench->samples);
    g_ptr_array_unref(bench->names);
    g_ptr_array_unref(bench->addresses);
}

static Envelope envelope(void) {
    return (Envelope){.box = BOX,
                      .box_name = "Hillside",
                      .to = TO,
                      .plus = TRUE,
                      .date = clock_parse("2026-03-02T08:00:00Z")};
}

static void expect(const Bench *bench, const char *what, GBytes *mail, const char *want) {
    g_autoptr(GError) error = NULL;
    gboolean passed = gate_check(&bench->gate, mail, &error);
    g_autofree char *wrong = error ? g_strdup(error->message + strlen("not sent: it has ")) : NULL;
    g_autofree char *line = text_one_line(what);
    g_test_message("%s: %s", line, wrong ? wrong : "passes");
    g_assert_cmpstr(wrong, ==, want);
    g_assert_cmpint(passed, ==, want == NULL);
    if (error != NULL)
        g_assert_true(g_error_matches(error, FAULT, FAULT_MAIL));
}

/* An answer with this subject and text, as the program would write it. */
static void expect_text(Bench *bench, const char *subject, const char *text, const char *want) {
    g_autoptr(Draft) draft = draft_new(party_new(SIDE_PUPIL, NULL), "calm-heron", "to-pupil");
    draft->subject = g_strdup(subject);
    draft->body = g_strdup(text);
    draft->token = g_strdup(TOKEN);
    draft->answerable = TRUE;
    Envelope to = envelope();
    g_autoptr(GBytes) mail = mail_write(draft, &to);
    expect(bench, text, mail, want);
}

/* ---- what we write passes -------------------------------------------------------------------- */

static void pass_all(Bench *bench, gboolean plus) {
    g_autoptr(Samples) all = samples_new(plus);
    for (guint i = 0; i < all->list->len; i++) {
        const Sample *sample = &g_array_index(all->list, Sample, i);
        g_ptr_array_add(sample->draft->refs, g_strdup("CAF+x=y_1@mail.other.example"));
        Envelope to = envelope();
        to.plus = plus;
        g_autoptr(GBytes) mail = mail_write(sample->draft, &to);
        bench->gate.own = sample->draft->own;
        expect(bench, sample->name, mail, NULL);
    }
}

static void test_ours(Bench *bench, gconstpointer data) {
    (void)data;
    pass_all(bench, TRUE);
    pass_all(bench, FALSE);
}

/* Names that are ordinary words stop no mail where they are words, and do not slip through where
 * they are names. */
static void test_ordinary_names(Bench *bench, gconstpointer data) {
    (void)data;
    g_ptr_array_set_size(bench->names, 0);
    names_of(bench->names, "Will May Heron", "will.safe@hillside.example");
    names_of(bench->names, "Hillside Listen", NULL);
    pass_all(bench, TRUE);
    pass_all(bench, FALSE);
    Errand errand = samples_errand(bench->samples->listener);
    const struct {
        const char *text, *want;
    } rows[] = {{"please write soon", NULL},
                {"please write soon, Will", "a name that is hidden from the recipient"},
                {"WILL", "a name that is hidden from the recipient"},
                {"i will, you may", NULL},
                {"Will you? May I? In May it was.", NULL},
                {"I'm Will", "a name that is hidden from the recipient"},
                {"Will said so", "a name that is hidden from the recipient"},
                {"hi will", "a name that is hidden from the recipient"},
                {"i asked Will", "a name that is hidden from the recipient"},
                {"my name is may", "a name that is hidden from the recipient"},
                {"thanks\n\nwill", "a name that is hidden from the recipient"},
                {"Will Safeman", "a name that is hidden from the recipient"},
                {"it is may", NULL},
                {"willing and maybe", NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Passage passage = {.text = rows[i].text, .written = errand.now};
        g_autoptr(Draft) draft =
            compose_to_listener(&bench->samples->composer, &errand, &passage, "Heron", FALSE);
        Envelope to = envelope();
        g_autoptr(GBytes) mail = mail_write(draft, &to);
        bench->gate.own = draft->own;
        expect(bench, rows[i].text, mail, rows[i].want);
    }
}

/* ---- text --------------------------------------------------------------------------------------
 */

#define ADDRESS "a mail address that is neither the recipient's nor the box's"
#define HIDDEN  "an address that is hidden from the recipient"
#define NAME    "a name that is hidden from the recipient"

static void test_text(Bench *bench, gconstpointer data) {
    (void)data;
    static const struct {
        const char *text, *want;
    } rows[] = {{"hello there", NULL},
                {"see you @ 5, me @home, x@y, a@b.c, :-@.x, me@[name].", NULL},
                {"write to " BOX ".", NULL},
                {"or LISTEN@Hillside.Example", NULL},
                {"or <mailto:listen+" TOKEN "@hillside.example?subject=A%20B>", NULL},
                {"you are " TO, NULL},
                /* addresses */
                {"i am other@hillside.example", ADDRESS},
                {"OTHER@HILLSIDE.EXAMPLE", ADDRESS},
                {"other@[10.0.0.1]", ADDRESS},
                {"other@10.0.0.1", ADDRESS},
                {"other@[IPv6:::1]", ADDRESS},
                {"listen+abc@hillside.example", ADDRESS},
                {"xlisten@hillside.example", ADDRESS},
                {"listen@hillside.example.org", ADDRESS},
                {"listen@hillside.example@evil.example", ADDRESS},
                {"x=listen@hillside.example", ADDRESS},
                {"mailto:other%40hillside.example", ADDRESS},
                {"mailto:other%2540hillside.example", ADDRESS},
                {"other&#64;hillside.example and other&commat;hillside.example", ADDRESS},
                {"other＠hillside．example", ADDRESS},                   /* wide letters */
                {"ot\xe2\x80\x8bher@hill\xc2\xadside.example", ADDRESS}, /* nobody sees the break */
                {"me@bücher.example", ADDRESS},
                {"me@xn--bcher-kva.example", ADDRESS},
                {"ünï@hillside.example", ADDRESS},
                /* one that is hidden, however it is written */
                {"anna.marquez@hillside.example", ADDRESS},
                {"anna.marquez at hillside dot example", HIDDEN},
                {"ANNA.MARQUEZ (at) Hillside [dot] Example", HIDDEN},
                {"anna.marquez @ hillside.example", HIDDEN},
                {"anna . marquez\n@\nhillside . example", HIDDEN},
                {"lena at bücher.example", HIDDEN},
                {"lena (at) xn--bcher-kva.example", HIDDEN},
                /* names */
                {"hi anna", NAME},
                {"ANNA!", NAME},
                {"it is Anna-Lena.", NAME},
                {"(lena)", NAME},
                {"an\xe2\x80\x8bna", NAME},
                {"ａｎｎａ", NAME},
                {"ánna", NAME},
                {"Marquez", NAME},
                {"MÁRQUEZ", NAME},
                {"Ma\xcc\x81rquez", NAME},
                {"x%20anna%20y", NAME},
                {"anna_marquez", NAME},
                {"#anna", NAME},
                {"annabel and joanna and annas", NULL},
                {"Marquezas", NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *body = g_strdup_printf("First line.\n\n%s\n", rows[i].text);
        expect_text(bench, "Your message", body, rows[i].want);
        expect_text(bench, rows[i].text, "Nothing here.\n", rows[i].want);
    }
    expect_text(bench, "from Anna 9B", "Hello.\n", NAME);
}

/* ---- bytes: what mail_write would never write
 * ---------------------------------------------------- */

static GBytes *base_mail(Bench *bench, const char *name) {
    const Draft *draft = samples_find(bench->samples, name);
    Envelope to = envelope();
    bench->gate.own = draft->own;
    return mail_write(draft, &to);
}

static GBytes *edited(GBytes *mail, const char *find, const char *put) {
    g_autofree char *text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
    const char *at = strstr(text, find);
    g_assert_nonnull(at);
    GString *out = g_string_new_len(text, at - text);
    g_string_append(out, put);
    g_string_append(out, at + strlen(find));
    return g_string_free_to_bytes(out);
}

static void test_more_headers(Bench *bench, gconstpointer data) {
    (void)data;
    static const char *const headers[] = {
        "Sender: listen@hillside.example",
        "Cc: other@hillside.example",
        "Bcc: " TO,
        "Delivered-To: " TO,
        "X-Original-To: " TO,
        "Return-Path: <" BOX ">",
        "Received: from laptop (10.0.0.7) by mx.hillside.example",
        "Received-SPF: pass",
        "Authentication-Results: mx; spf=pass smtp.mailfrom=anna@x.example",
        "ARC-Seal: i=1",
        "DKIM-Signature: v=1; d=hillside.example",
        "X-Originating-IP: [10.0.0.7]",
        "X-MailFrom: x",
        "X-Envelope-From: x",
        "Organization: Hillside 9B",
        "User-Agent: Mutt",
        "X-Mailer: iPhone Mail",
        "Resent-From: " BOX,
        "Resent-Message-ID: <a@b>",
        "Thread-Index: AdX",
        "Thread-Topic: x",
        "Autocrypt: addr=x",
        "OpenPGP: id=1",
        "Face: x",
        "List-Id: x",
        "Content-Language: en-GB",
        "Content-Description: anna.txt",
        "Content-ID: <a@laptop>",
        "Content-Location: file:///home/anna",
        "Content-Disposition: inline; filename=anna.txt",
        "Disposition-Notification-To: " BOX,
        "Return-Receipt-To: " BOX,
        "X-Confirm-Reading-To: " BOX,
        "X-Pmrqc: 1",
        "Read-Receipt-To: " BOX,
        "Comments: x",
        "Keywords: x",
        "Precedence: bulk",
        "Importance: high",
        "Unheard-Of: x"};
    g_autoptr(GBytes) good = base_mail(bench, "to-pupil");
    expect(bench, "control", good, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *put = g_strdup_printf("%s\nDate: ", headers[i]);
        g_autoptr(GBytes) bad = edited(good, "Date: ", put);
        expect(bench, headers[i], bad, "a header that is not allowed");
    }
}

static void test_headers(Bench *bench, gconstpointer data) {
    (void)data;
    static const struct {
        const char *find, *put, *want;
    } rows[] = {
        {"Date: Mon", "date: Mon", NULL}, /* names in any case */
        {"\"Hillside\"", "=?utf-8?B?SGlsbHNpZGU=?=", NULL},
        {"\"Hillside\"", "\"Anna\"", "a sender's name that is not the site's"},
        {"\"Hillside\"", "=?utf-8?B?QW5uYQ==?=", "a sender's name that is not the site's"},
        {"<listen@", "<other@", "a sender that is not the box"},
        {"From: \"Hillside\" <listen@hillside.example>",
         "From: listen@hillside.example, anna@x.example", "more or less than one address"},
        {"From: \"Hillside\" <", "From: group: \"Hillside\" <", "more or less than one address"},
        {"To: " TO, "To: other@hillside.example", "another recipient"},
        {"To: " TO, "To: " TO ", other@hillside.example", "more or less than one address"},
        {"To: " TO, "To: Anna <" TO ">", "a recipient's name"},
        {"To: " TO, "To: =?utf-8?Q?Anna?= <" TO ">", "a recipient's name"},
        {"To: " TO "\n", "", "a header is missing"},
        {"To: " TO, "To: " TO "\nTo: " TO, "a header twice"},
        {"Reply-To: listen+", "Reply-To: anna+", "a reply address that is not the box's"},
        {"Reply-To: listen+" TOKEN, "Reply-To: listen+abc",
         "a reply address that is not the box's"},
        {"Reply-To: listen+", "Reply-To: Anna listen+", "more or less than one address"},
        {"Reply-To: listen+" TOKEN "@hillside.example", "Reply-To: Anna <listen@hillside.example>",
         "a name in Reply-To"},
        {"Subject: An answer for you - calm-heron", "Subject: =?utf-8?B?QW5uYSA5Qg==?=", NAME},
        {"Subject: An answer for you - calm-heron", "Subject: =?iso-8859-1?Q?=61nna?=", NAME},
        {"Subject: An answer for you - calm-heron", "Subject: =?utf-8?Q?an?= =?utf-8?Q?na?=", NAME},
        {"Subject: An answer for you - calm-heron",
         "Subject: =?utf-8?Q?x=0D=0ABcc:_a=40b.example?=", ADDRESS},
        {"Subject: An", "Subject: \xc3\xa4n", "a subject that is not text"},
        {"+0000", "+0100", "a date of another form"},
        {"+0000", "+0000 (GMT)", "a date of another form"},
        {"Message-ID: <", "Message-ID: <laptop-anna.", "a Message-ID of another form"},
        {"Message-ID: <" TOKEN "@hillside", "Message-ID: <" TOKEN "@laptop",
         "a Message-ID of another form"},
        {"Auto-Submitted: auto-replied", "Auto-Submitted: no", "Auto-Submitted with another value"},
        {"Auto-Submitted: auto-replied\n", "", "a header is missing"},
        {"MIME-Version: 1.0", "MIME-Version: 1.0 (Anna's phone)",
         "MIME-Version with another value"},
        {"charset=utf-8", "charset=iso-8859-1", "a type of content that is not allowed"},
        {"charset=utf-8", "charset=utf-8; format=flowed", "a type of content that is not allowed"},
        {"charset=utf-8", "charset=utf-8; name=\"anna.txt\"",
         "a type of content that is not allowed"},
        {"text/plain;", "text/html;", "a type of content that is not allowed"},
        {"Encoding: quoted-printable", "Encoding: base64", "an encoding that is not allowed"},
        {"Encoding: quoted-printable", "Encoding: 8bit", "an encoding that is not allowed"},
        {"Date: ", "In-Reply-To: <a1@mail.other.example>\nDate: ", NULL},
        {"Date: ", "References: <a1@mail.other.example>\n <b2@x.example>\nDate: ", NULL},
        {"Date: ", "In-Reply-To: <anna.1@mail.other.example>\nDate: ", NAME},
        {"Date: ", "References: <1@hillside.example> <2@anna-laptop.example>\nDate: ", NAME},
        {"Date: ", "References: <anna.marquez@hillside.example>\nDate: ", HIDDEN},
        {"Date: ", "References: <a@b> (Anna)\nDate: ", "a list of Message-IDs of another form"},
        {"Date: ", "In-Reply-To: your mail\nDate: ", "a list of Message-IDs of another form"}};
    g_autoptr(GBytes) good = base_mail(bench, "to-pupil");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) bad = edited(good, rows[i].find, rows[i].put);
        expect(bench, rows[i].put, bad, rows[i].want);
    }
}

static void test_bytes(Bench *bench, gconstpointer data) {
    (void)data;
    static const struct {
        const char *find, *put, *want;
    } rows[] = {
        {"Date: ", "Date: Mon\rBcc: a@b.example\nDate: ", "a bare CR"},
        {"MIME-Version: ", "Bcc : a@b.example\nMIME-Version: ", "a header line of another form"},
        {"MIME-Version: ", "no colon\nMIME-Version: ", "a header line of another form"},
        {"MIME-Version: ", "From anna Mon Mar 2\nMIME-Version: ", "a header line of another form"},
        {"MIME-Version: ", "MIME-Version:", "a header line of another form"},
        {"MIME-Version: ", " \nMIME-Version: ", "a header line of another form"},
        {"From: ", " From: ", "a header line of another form"},
        {"From: ", "\nFrom: ", "no header"},
        {"There is an answer", "There is \xc3\xa4n answer", "a body that is not ASCII"},
        {"There is an answer", "There is =FFn answer", "a text that is not UTF-8"},
        {"There is an answer", "There is =00 answer", "a text that is not UTF-8"},
        {"There is an answer", "There is =1B[8m answer", "a control character"},
        {"There is an answer", "There is =41nna answer", NAME},
        {"There is an answer", "There is an=\nna answer", NAME},
        {"There is an answer", "There is other=40hillside.example", ADDRESS}};
    g_autoptr(GBytes) good = base_mail(bench, "to-pupil");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) bad = edited(good, rows[i].find, rows[i].put);
        expect(bench, rows[i].put, bad, rows[i].want);
    }
    g_autofree char *line = g_strnfill(998, 'x');
    g_autofree char *longer = g_strconcat(line, "x", NULL);
    g_autoptr(GBytes) fits = edited(good, "There is an answer", line);
    g_autoptr(GBytes) too_long = edited(good, "There is an answer for you below. ", longer);
    (void)fits;
    expect(bench, "999 bytes", too_long, "a line that is too long");
    g_autoptr(GBytes) nul = g_bytes_new("From: a\n\nx\0y", 12);
    expect(bench, "NUL", nul, "a NUL byte");
    g_autoptr(GBytes) empty = g_bytes_new("", 0);
    expect(bench, "nothing", empty, "a header without an end");
    g_autofree char *many = g_strnfill(20000, '\n');
    for (gsize i = 0; i < 19998; i += 3)
        memcpy(many + i, "\n x", 3);
    g_autofree char *flood = g_strdup_printf("Subject: a%s\nSubject: ", many);
    g_autoptr(GBytes) block = edited(good, "Subject: ", flood);
    expect(bench, "a header of 20 kB", block, "a header without an end");
}

static GBytes *with_crlf(GBytes *mail) {
    g_autofree char *text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char *joined = g_strjoinv("\r\n", lines);
    return g_bytes_new_take(joined, strlen(joined));
}

/* With CRLF it is the same mail, and its leaks are the same. */
static void test_crlf(Bench *bench, gconstpointer data) {
    (void)data;
    static const char *const names[] = {"to-pupil", "packet", "confirm-noted"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) mail = base_mail(bench, names[i]);
        g_autoptr(GBytes) wire = with_crlf(mail);
        expect(bench, names[i], wire, NULL);
        g_autoptr(GBytes) bad = edited(wire, "Date: ", "Cc: a@b.example\r\nDate: ");
        expect(bench, names[i], bad, "a header that is not allowed");
    }
}

static void test_parts(Bench *bench, gconstpointer data) {
    (void)data;
#define PART   "--=_" TOKEN
#define PACKET "filename=\"calm-heron.packet\""
    static const struct {
        const char *find, *put, *want;
    } rows[] = {
        {"\n\n" PART, "\n\nAnna wrote this for old clients\n" PART, "parts that are not allowed"},
        {PART "--\n", PART "--\nSent from Anna's iPhone\n", "parts that are not allowed"},
        {PART "--", PART "\nContent-Type: text/plain; charset=utf-8\n\nAnna\n" PART "--",
         "parts that are not allowed"},
        {"multipart/mixed", "multipart/alternative", "a type of content that is not allowed"},
        {"multipart/mixed; ", "multipart/mixed; type=\"x\"; ",
         "a type of content that is not allowed"},
        {PACKET, "filename=\"anna.packet\"", NAME},
        {PACKET, "filename=\"calm-heron.pdf\"", "an attachment that is no packet"},
        {PACKET, "filename*=utf-8''anna.packet", "an attachment that is no packet"},
        {PACKET, PACKET "; x=\"a.packet\"", "an attachment with another kind of name"},
        {"Content-Disposition: attachment; " PACKET "\n", "", "a second text"},
        {"Content-Disposition: ", "Content-ID: <a@b>\nContent-Disposition: ",
         "a header that is not allowed"},
        {"worrybox packet 1\n", "hello\n", "an attachment that is no packet"},
        {"AAECAwQFBgc=", "anna@hillside.example", "an attachment that is no packet"},
        {"AAECAwQFBgc=", "AAECAwQFBgc=\nAnna Marquez", "an attachment that is no packet"},
        {"AAECAwQFBgc=", "anna/+anna/+", NULL}, /* base64 holds words by chance */
        {"The file you need is attached.", "The file of Anna is attached.", NAME}};
    g_autoptr(GBytes) good = base_mail(bench, "packet");
    expect(bench, "control", good, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) bad = edited(good, rows[i].find, rows[i].put);
        expect(bench, rows[i].put, bad, rows[i].want);
    }
    g_autofree char *text = g_strndup(g_bytes_get_data(good, NULL), g_bytes_get_size(good));
    char *second =
        strstr(strstr(text, "Content-Type: text/plain") + 10, "Content-Type: text/plain");
    memcpy(second, "Content-Type: text/html ", 24);
    g_autoptr(GBytes) html = g_bytes_new(text, strlen(text));
    expect(bench, "text/html", html, "a type of content that is not allowed");
    memcpy(second, "Content-Type: image/jpeg", 24);
    g_autoptr(GBytes) image = g_bytes_new(text, strlen(text));
    expect(bench, "image/jpeg", image, "a type of content that is not allowed");
}

/* A whole mail of a listener, forwarded as it came: refused, whatever is hidden. */
static void test_forwarded(Bench *bench, gconstpointer data) {
    (void)data;
    static const char forwarded[] =
        "From: Anna <anna.marquez@hillside.example>\nTo: " TO "\nSubject: Re: x\n"
        "Date: Mon, 02 Mar 2026 09:00:00 +0100\nMessage-ID: <1@laptop>\n"
        "User-Agent: x\n\nhello\n";
    g_autoptr(GBytes) raw = g_bytes_new_static(forwarded, strlen(forwarded));
    bench->gate.hidden = NULL;
    bench->gate.hidden_addresses = NULL;
    expect(bench, "forwarded", raw, "a sender that is not the box");
}

/* An error says which rule, and never a word of the mail. */
static void test_no_quoting(Bench *bench, gconstpointer data) {
    (void)data;
    g_autoptr(GBytes) good = base_mail(bench, "to-pupil");
    g_autoptr(GBytes) bad = edited(good, "Date: ", "Zebra-Secret: zebra\nDate: ");
    g_autoptr(GError) error = NULL;
    g_assert_false(gate_check(&bench->gate, bad, &error));
    g_autofree char *low = g_ascii_strdown(error->message, -1);
    g_assert_null(strstr(low, "zebra"));
    g_assert_false(gate_check(&bench->gate, bad, NULL));
}

/* Cut anywhere, or with any byte changed, it is refused or passes, but never crashes. */
static void test_any_bytes(Bench *bench, gconstpointer data) {
    (void)data;
    g_autoptr(GBytes) good = base_mail(bench, "packet");
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);
    gsize length;
    const char *bytes = g_bytes_get_data(good, &length);
    for (guint i = 0; i < 3000; i++) {
        gsize cut = i % 2 ? length : (gsize)g_rand_int_range(rand, 0, (gint32)length);
        g_autofree char *copy = g_memdup2(bytes, length);
        if (i % 2)
            copy[g_rand_int_range(rand, 0, (gint32)length)] = (char)g_rand_int_range(rand, 0, 256);
        g_autoptr(GBytes) mail = g_bytes_new(copy, cut);
        gate_check(&bench->gate, mail, NULL);
    }
}

static char *random_text(GRand *rand) {
    static const char *const words[] = {
        "will",  "Will", "WILL", "may",    "May",  "hope",  "Hope",  "grace", "Grace", "you",
        "I",     "i'm",  "I'm",  "is",     "said", "the",   "my",    "in",    "hi",    "love",
        "from",  "and",  "be",   "friend", "name", "Frank", "frank", "art",   "Art",   "liam",
        "Billy", "mark", "Mark", "called", "to",   "with",  "safe",  "year",  "9",     "Zyx",
        "jo",    "Jo",   "x",    "thanks", "not",  "it"};
    static const char *const gaps[] = {" ",
                                       " ",
                                       " ",
                                       " ",
                                       " ",
                                       ", ",
                                       ". ",
                                       "\n",
                                       "\n\n",
                                       "! ",
                                       "? ",
                                       "'s ",
                                       "-",
                                       " - ",
                                       "... ",
                                       ": ",
                                       "\xe2\x80\x99s ",
                                       "/"};
    GString *text = g_string_new(NULL);
    for (guint i = (guint)g_rand_int_range(rand, 1, 25); i > 0; i--) {
        g_string_append(text, words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
        if (i > 1)
            g_string_append(text, gaps[g_rand_int_range(rand, 0, G_N_ELEMENTS(gaps))]);
    }
    return g_string_free(text, FALSE);
}

/* What strip has let through, the gate lets through: else a letter would wait for a person. And it
 * would be of no use if it let everything through. */
static void test_agrees(Bench *bench, gconstpointer data) {
    (void)data;
    enum { TEXTS = 4000 };
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    Errand errand = samples_errand(bench->samples->listener);
    guint refused = 0, stopped = 0;
    for (guint i = 0; i < TEXTS; i++) {
        g_autofree char *text = random_text(rand);
        g_autoptr(Context) context = context_new(ROUTE_PUPIL);
        names_of(context->own, i % 2 ? "William May" : "Jo Grace Hope", "frank.mark@h.example");
        g_autoptr(Letter) letter = strip_text(text, context);
        bench->gate.hidden = context->own;
        for (guint masked = 0; masked < 2; masked++) {
            Passage passage = {.text = masked ? letter->text : text, .written = errand.now};
            g_autoptr(Draft) draft =
                compose_to_listener(&bench->samples->composer, &errand, &passage, "Heron", FALSE);
            Envelope to = envelope();
            g_autoptr(GBytes) mail = mail_write(draft, &to);
            bench->gate.own = draft->own;
            gboolean passed = gate_check(&bench->gate, mail, NULL);
            stopped += !masked && !passed;
            refused += masked && !passed;
            if (masked && !passed && refused < 5)
                g_test_message("refused: %s\n  of: %s", letter->text, text);
        }
    }
    g_test_message("%u texts: %u refused unmasked, %u masked", TEXTS, stopped, refused);
    g_assert_cmpuint(stopped, >, TEXTS / 2);
    g_assert_cmpuint(refused, ==, 0);
}

static void test_fast(Bench *bench, gconstpointer data) {
    (void)data;
    enum { TIMES = 1000 };
    static const char *const names[] = {"to-listener", "to-pupil", "acknowledgement", "alert"};
    for (guint k = 0; k < G_N_ELEMENTS(names); k++) {
        g_autoptr(GBytes) mail = base_mail(bench, names[k]);
        gint64 start = g_get_monotonic_time();
        for (guint i = 0; i < TIMES; i++)
            g_assert_true(gate_check(&bench->gate, mail, NULL));
        double each = (double)(g_get_monotonic_time() - start) / TIMES;
        g_test_message("gate_check of %s (%zu bytes): %.1f us", names[k], g_bytes_get_size(mail),
                       each);
        g_assert_cmpfloat(each, <, 5000);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
#define GATE_TEST(name, function)                                                                  \
    g_test_add("/gate/" name, Bench, NULL, bench_make, function, bench_clear)
    GATE_TEST("ours", test_ours);
    GATE_TEST("ordinary-names", test_ordinary_names);
    GATE_TEST("text", test_text);
    GATE_TEST("more-headers", test_more_headers);
    GATE_TEST("headers", test_headers);
    GATE_TEST("bytes", test_bytes);
    GATE_TEST("crlf", test_crlf);
    GATE_TEST("parts", test_parts);
    GATE_TEST("forwarded", test_forwarded);
    GATE_TEST("no-quoting", test_no_quoting);
    GATE_TEST("any-bytes", test_any_bytes);
    GATE_TEST("agrees", test_agrees);
    GATE_TEST("fast", test_fast);
    return g_test_run();
}
