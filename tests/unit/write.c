/* Outgoing mails: byte for byte, and read again with GMime. */
#include "mail/write.h"

#include <string.h>

#include "mail/encode.h"
#include "mail/outline.h"
#include "reply/samples.h"

static Draft *draft_of(enum side side, const char *subject, const char *body) {
    Draft *draft =
        draft_new(party_new(side, side == SIDE_PUPIL ? NULL : "heron"), "calm-heron", "to-pupil");
    draft->subject = g_strdup(subject);
    draft->body = g_strdup(body);
    draft->token = g_strdup(TOKEN);
    draft->answerable = TRUE;
    return draft;
}

static Envelope envelope(gboolean plus) {
    return (Envelope){.box = BOX,
                      .box_name = "Hillside",
                      .to = "12js@hillside.example",
                      .plus = plus,
                      .date = clock_parse("2026-03-02T08:00:00Z")};
}

static void check_bytes(const Draft *draft, const Envelope *to, const char *want) {
    g_autoptr(GBytes) mail = mail_write(draft, to);
    g_autofree char *text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
    g_assert_cmpstr(text, ==, want);
}

static void test_plain(void) {
    g_autoptr(Draft) draft = draft_of(SIDE_PUPIL, "Your message - calm-heron", "Hello.\n");
    Envelope to = envelope(TRUE);
    check_bytes(draft, &to,
                "From: \"Hillside\" <listen@hillside.example>\n"
                "To: 12js@hillside.example\n"
                "Reply-To: listen+" TOKEN "@hillside.example\n"
                "Subject: Your message - calm-heron\n"
                "Date: Mon, 02 Mar 2026 08:00:00 +0000\n"
                "Message-ID: <" TOKEN "@hillside.example>\n"
                "Auto-Submitted: auto-replied\n"
                "MIME-Version: 1.0\n"
                "Content-Type: text/plain; charset=utf-8\n"
                "Content-Transfer-Encoding: 7bit\n"
                "\n"
                "Hello.\n");
}

static void test_subject_tag(void) {
    g_autoptr(Draft) draft = draft_of(SIDE_LISTENER, "Your message – calm-heron", "Zoë\n");
    g_ptr_array_add(draft->refs, g_strdup("a1@mail.example"));
    g_ptr_array_add(draft->refs, g_strdup("b2@mail.example"));
    Envelope to = envelope(FALSE);
    to.box_name = "Bäckerei \"Schule\"";
    check_bytes(draft, &to,
                "From: =?utf-8?Q?B=C3=A4ckerei_=22Schule=22?=\n <listen@hillside.example>\n"
                "To: 12js@hillside.example\n"
                "Reply-To: listen@hillside.example\n"
                "Subject: =?utf-8?Q?Your_message_=E2=80=93_calm=2Dheron_=5Babcdefghijklmno?=\n"
                " =?utf-8?Q?pqrstuvwxyz=5D?=\n"
                "Date: Mon, 02 Mar 2026 08:00:00 +0000\n"
                "Message-ID: <" TOKEN "@hillside.example>\n"
                "In-Reply-To: <b2@mail.example>\n"
                "References: <a1@mail.example>\n <b2@mail.example>\n"
                " <" TOKEN "@hillside.example>\n"
                "Auto-Submitted: auto-generated\n"
                "MIME-Version: 1.0\n"
                "Content-Type: text/plain; charset=utf-8\n"
                "Content-Transfer-Encoding: quoted-printable\n"
                "\n"
                "Zo=C3=AB\n");
}

static void test_attached(void) {
    g_autoptr(Draft) draft = draft_of(SIDE_STAFF, "A file", "Here it is.");
    draft->answerable = FALSE;
    draft->attached = g_strdup("worrybox packet 1\nAAECAwQF\n");
    draft->attached_name = g_strdup("calm-heron.packet\"; x=\"");
    Envelope to = envelope(FALSE);
    check_bytes(draft, &to,
                "From: \"Hillside\" <listen@hillside.example>\n"
                "To: 12js@hillside.example\n"
                "Reply-To: listen@hillside.example\n"
                "Subject: A file\n"
                "Date: Mon, 02 Mar 2026 08:00:00 +0000\n"
                "Message-ID: <" TOKEN "@hillside.example>\n"
                "Auto-Submitted: auto-generated\n"
                "MIME-Version: 1.0\n"
                "Content-Type: multipart/mixed; boundary=\"=_" TOKEN "\"\n"
                "\n"
                "--=_" TOKEN "\n"
                "Content-Type: text/plain; charset=utf-8\n"
                "Content-Transfer-Encoding: 7bit\n"
                "\n"
                "Here it is.\n"
                "\n"
                "--=_" TOKEN "\n"
                "Content-Type: text/plain; charset=utf-8\n"
                "Content-Transfer-Encoding: 7bit\n"
                "Content-Disposition: attachment; filename=\"calm-heron.packetx\"\n"
                "\n"
                "worrybox packet 1\nAAECAwQF\n"
                "\n"
                "--=_" TOKEN "--\n");
}

static const OutlineHeader *header(const Outline *outline, const char *name) {
    for (guint i = 0; i < outline->headers->len; i++) {
        const OutlineHeader *one = g_ptr_array_index(outline->headers, i);
        if (strcmp(one->name, name) == 0)
            return one;
    }
    return NULL;
}

/* Whatever is handed in, there are only our headers, each once, and one recipient. */
static void test_injection(void) {
    static const char *const evil[] = {"x\r\nBcc: a@b.example",
                                       "x\nBcc: a@b.example\n\nbody",
                                       "x\rBcc: a@b.example",
                                       "=?utf-8?Q?x=0D=0ABcc:_a?=",
                                       "x\xc2\x85"
                                       "Bcc: a",
                                       "x\xe2\x80\xa8"
                                       "Bcc: a",
                                       "\" <a@b.example>, \"",
                                       "x\\",
                                       "x\x01\x7f"};
    for (guint i = 0; i < G_N_ELEMENTS(evil); i++) {
        g_autoptr(Draft) draft = draft_of(SIDE_PUPIL, evil[i], "Hello.\n");
        g_free(draft->token);
        draft->token = g_strdup(evil[i]);
        g_ptr_array_add(draft->refs, g_strdup(evil[i]));
        Envelope to = envelope(i % 2 == 0);
        to.box_name = evil[i];
        if (!g_utf8_validate(evil[i], -1, NULL))
            continue;
        g_autoptr(GBytes) mail = mail_write(draft, &to);
        g_autoptr(Outline) outline = outline_read(mail, NULL);
        g_assert_nonnull(outline);
        g_test_message("%u", i);
        g_assert_cmpuint(outline->headers->len, <=, 11);
        g_assert_null(header(outline, "bcc"));
        g_assert_cmpuint(header(outline, "from")->mailboxes, ==, 1);
        g_assert_cmpstr(header(outline, "from")->address, ==, BOX);
        g_assert_cmpstr(header(outline, "to")->address, ==, "12js@hillside.example");
        g_assert_null(header(outline, "in-reply-to"));
    }
}

/* Every text comes out of a receiver's parser as it went in. */
static void test_round_trip(void) {
    static const char *const bodies[] = {"",
                                         "a\n",
                                         "From here on\n.\n..\n.hidden\n",
                                         "trailing blank \nand tab\t\n",
                                         "1+1=2 =3D =\n",
                                         "Zoë – “quoted” 😀\n",
                                         "\n\n\nempty lines\n\n\n",
                                         "tab\tinside\n",
                                         "--=_abc\n--\n-- \n"};
    for (guint i = 0; i < G_N_ELEMENTS(bodies) + 4; i++) {
        g_autofree char *longer = g_strnfill(60 + 300 * (i % 4), i % 2 ? 'x' : ' ');
        g_autofree char *many = g_strconcat(longer, "é", longer, "=\n", longer, ".\n", NULL);
        const char *body = i < G_N_ELEMENTS(bodies) ? bodies[i] : many;
        g_autoptr(Draft) draft = draft_of(SIDE_PUPIL, body, body);
        Envelope to = envelope(TRUE);
        g_autoptr(GBytes) mail = mail_write(draft, &to);
        g_autoptr(Outline) outline = outline_read(mail, NULL);
        g_assert_cmpuint(outline->parts->len, ==, 1);
        OutlinePart *part = g_ptr_array_index(outline->parts, 0);
        g_assert_cmpmem(g_bytes_get_data(part->content, NULL), g_bytes_get_size(part->content),
                        body, strlen(body));
        const char *text = g_bytes_get_data(mail, NULL);
        for (gsize at = 0, column = 0; at < g_bytes_get_size(mail); at++) {
            column = text[at] == '\n' ? 0 : column + 1;
            g_assert_cmpuint(column, <=, 78);
        }
    }
}

static void test_headers_round_trip(void) {
    static const char *const texts[] = {
        "Your message - calm-heron",
        "Zoë und Jürgen – “quoted” 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "a very long subject of plain words that goes on and on until it has to be folded "
        "somewhere "
        "because the line is too long",
        "averylongwordaverylongwordaverylongwordaverylongwordaverylongwordaverylongwordaverylong",
        "looks like =?utf-8?Q?an_encoded?= word",
        "a \"quoted\" \\ back_slash, <angle> (paren) =?",
        "?",
        "="};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Draft) draft = draft_of(SIDE_PUPIL, texts[i], "x\n");
        Envelope to = envelope(TRUE);
        to.box_name = texts[i];
        g_autoptr(GBytes) mail = mail_write(draft, &to);
        g_autoptr(Outline) outline = outline_read(mail, NULL);
        g_assert_cmpstr(header(outline, "subject")->value, ==, texts[i]);
        g_assert_cmpstr(header(outline, "from")->display, ==, texts[i]);
        g_assert_cmpuint(header(outline, "from")->mailboxes, ==, 1);
    }
}

/* Nothing of this machine: not its name, not its user, not its time zone. */
static void test_nothing_of_here(void) {
    g_autoptr(Samples) all = samples_new(TRUE);
    for (guint i = 0; i < all->list->len; i++) {
        const Draft *draft = g_array_index(all->list, Sample, i).draft;
        Envelope to = envelope(TRUE);
        g_autoptr(GBytes) mail = mail_write(draft, &to), again = mail_write(draft, &to);
        g_autofree char *text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
        g_assert_true(g_bytes_equal(mail, again));
        g_assert_null(strstr(text, g_get_host_name()));
        g_assert_null(strstr(text, "X-Mailer"));
        g_assert_null(strstr(text, "User-Agent"));
    }
}

static void test_addresses(void) {
    g_autoptr(Draft) draft = draft_of(SIDE_PUPIL, "x", "x\n");
    Envelope to = envelope(TRUE);
    to.to = "zoë@schüle.example";
    g_autoptr(GBytes) mail = mail_write(draft, &to);
    g_autofree char *text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
    g_assert_nonnull(strstr(text, "\nTo: zoë@xn--schle-mva.example\n"));
}

static void test_many_refs(void) {
    g_autoptr(Draft) draft = draft_of(SIDE_PUPIL, "x", "x\n");
    for (guint i = 0; i < 40; i++)
        g_ptr_array_add(draft->refs, g_strdup_printf("id%u@mail.example", i));
    g_ptr_array_add(draft->refs, g_strdup("no id"));
    g_ptr_array_add(draft->refs, g_strdup("<a@b>"));
    Envelope to = envelope(TRUE);
    g_autoptr(GBytes) mail = mail_write(draft, &to);
    g_autoptr(Outline) outline = outline_read(mail, NULL);
    g_auto(GStrv) ids = g_strsplit(header(outline, "references")->raw, " ", -1);
    g_assert_cmpuint(g_strv_length(ids), ==, 12);
    g_assert_cmpstr(ids[0], ==, "<id0@mail.example>");
    g_assert_cmpstr(ids[11], ==, "<id39@mail.example>");
    g_assert_cmpstr(header(outline, "in-reply-to")->raw, ==, "<id39@mail.example>");
}

static void test_date(void) {
    static const struct {
        const char *iso, *want;
    } rows[] = {{"1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000"},
                {"2028-02-29T23:59:59Z", "Tue, 29 Feb 2028 23:59:59 +0000"},
                {"2026-12-31T12:30:05Z", "Thu, 31 Dec 2026 12:30:05 +0000"}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *date = encode_date(clock_parse(rows[i].iso));
        g_assert_cmpstr(date, ==, rows[i].want);
    }
}

static void test_fast(void) {
    enum { TIMES = 2000 };
    g_autoptr(Samples) all = samples_new(TRUE);
    const Draft *draft = samples_find(all, "to-listener");
    Envelope to = envelope(TRUE);
    gint64 start = g_get_monotonic_time();
    for (guint i = 0; i < TIMES; i++)
        g_bytes_unref(mail_write(draft, &to));
    double each = (double)(g_get_monotonic_time() - start) / TIMES;
    g_test_message("mail_write: %.1f us each", each);
    g_assert_cmpfloat(each, <, 2000);
    start = g_get_monotonic_time();
    Errand errand = samples_errand(all->listener);
    Passage passage = {.text = draft->body, .written = errand.now};
    for (guint i = 0; i < TIMES; i++)
        draft_free(compose_to_listener(&all->composer, &errand, &passage, "Heron", FALSE));
    g_test_message("compose_to_listener: %.1f us each",
                   (double)(g_get_monotonic_time() - start) / TIMES);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/write/plain", test_plain);
    g_test_add_func("/write/subject-tag", test_subject_tag);
    g_test_add_func("/write/attached", test_attached);
    g_test_add_func("/write/injection", test_injection);
    g_test_add_func("/write/round-trip", test_round_trip);
    g_test_add_func("/write/headers-round-trip", test_headers_round_trip);
    g_test_add_func("/write/nothing-of-here", test_nothing_of_here);
    g_test_add_func("/write/addresses", test_addresses);
    g_test_add_func("/write/many-refs", test_many_refs);
    g_test_add_func("/write/date", test_date);
    g_test_add_func("/write/fast", test_fast);
    return g_test_run();
}
