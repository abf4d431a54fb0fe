/* Reading a mail: caps, tokens, the school server's verdict, and the small scan. What whole mails
 * make is in strip_golden.c. */
#include "mail/mail.h"

#include <string.h>
#include <sys/resource.h>

#include "base/fault.h"

static const Limits LIMITS = LIMITS_DEFAULT;

static GBytes *bytes_of(const char *text) {
    return g_bytes_new(text, strlen(text));
}

static Mail *read_text(const char *text, const char *box, const char *authserv_id, GError **error) {
    g_autoptr(GBytes) raw = bytes_of(text);
    Reader reader = {.limits = &LIMITS, .address = box, .authserv_id = authserv_id};
    return mail_read(raw, &reader, error);
}

/* ---- caps ---------------------------------------------------------------------------------- */

static char *repeated(const char *head, const char *unit, gsize times, const char *tail) {
    GString *out = g_string_new(head);
    for (gsize i = 0; i < times; i++)
        g_string_append(out, unit);
    g_string_append(out, tail);
    return g_string_free(out, FALSE);
}

static char *nested(guint depth) {
    GString *out =
        g_string_new("From: a@h.example\nContent-Type: multipart/mixed; boundary=b0\n\n");
    for (guint i = 0; i < depth; i++)
        g_string_append_printf(out, "--b%u\nContent-Type: multipart/mixed; boundary=b%u\n\n", i,
                               i + 1);
    return g_string_free(out, FALSE);
}

static void expect_read(const char *name, char *mail, const char *want) {
    g_autoptr(GError) error = NULL;
    gint64 before = g_get_monotonic_time();
    g_autoptr(Mail) read = read_text(mail, NULL, NULL, &error);
    double took = (double)(g_get_monotonic_time() - before) / 1e6;
    g_test_message("%s: %.3f s, %s", name, took, error ? error->message : "read");
    g_assert_cmpfloat(took, <, 2);
    if (want == NULL) {
        g_assert_no_error(error);
        g_assert_nonnull(read);
    } else {
        g_assert_null(read);
        g_assert_error(error, FAULT, FAULT_MAIL);
        g_assert_cmpstr(error->message, ==, want);
    }
    g_free(mail);
}

static void test_caps(void) {
    static const char from[] = "From: a@h.example\n";
    expect_read("0 bytes", g_strdup(""), "the mail is empty");
    expect_read("one byte", g_strdup("x"), NULL);
    expect_read("30 MB", repeated(from, "0123456789abcdef0123456789abcde\n", 1000000, ""),
                "the mail is larger than 20971520 bytes");
    expect_read("20 MB",
                repeated("From: a@h.example\n\n", "0123456789abcdef0123456789abcde\n", 655000, ""),
                NULL);
    expect_read("10,000 nested parts", nested(10000), "it has more than 200 parts");
    expect_read("30 nested parts", nested(30), "its parts are nested more than 20 deep");
    expect_read("15 nested parts", nested(15), NULL);
    expect_read("300 parts",
                repeated("From: a@h.example\nContent-Type: multipart/mixed; boundary=b\n\n",
                         "--b\n\nx\n", 300, "--b--\n"),
                "it has more than 200 parts");
    expect_read("190 parts",
                repeated("From: a@h.example\nContent-Type: multipart/mixed; boundary=b\n\n",
                         "--b\n\nx\n", 190, "--b--\n"),
                NULL);
    expect_read("500,000 parts, boundary of RFC 2231",
                repeated("From: a@h.example\nContent-Type: multipart/mixed; boundary*0=b\n\n",
                         "--b\n\nx\n", 500000, ""),
                "it has more than 200 parts");
    expect_read("10,000 forwarded mails in each other",
                repeated("", "Content-Type: message/rfc822\n\n", 10000, "x"),
                "it has more than 200 parts");
    expect_read("100,000 headers", repeated(from, "X-A: b\n", 100000, "\nx"),
                "it has more than 4000 headers");
    expect_read("a header block of 300 kB",
                repeated(from,
                         "X-A: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789\n"
                         "\tfedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210\n",
                         2400, "\nx"),
                "the header is longer than 262144 bytes in all");
    expect_read("a header of 20 kB, folded",
                repeated("From: a@h.example\nX-A: b\n", " c\n", 7000, "\nx"),
                "a header is longer than 16384 bytes");
    expect_read(
        "a header of 20 kB in a part",
        repeated("From: a@h.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n",
                 " c\n", 7000, "\nx"),
        "a header is longer than 16384 bytes");
    expect_read("a 100 kB group", repeated("From: a@h.example\nTo: ", "g:", 50000, "\n\nx"),
                "a header is longer than 16384 bytes");
    expect_read("a 10 kB group", repeated("From: a@h.example\nTo: ", "g:", 5000, "\n\nx"),
                "an address list has groups inside groups");
    expect_read("brackets", repeated("From: a@h.example\nTo: ", "(", 16000, "\n\nx"), NULL);
    expect_read("angles", repeated("From: a@h.example\nTo: ", "<", 16000, "\n\nx"), NULL);
    expect_read("many rules in a text", repeated("From: a@h.example\n\n", "--\n----\n", 2000, ""),
                NULL);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    g_test_message("peak %ld MB", used.ru_maxrss / 1024);
}

/* ---- tokens -------------------------------------------------------------------------------- */

#define A "abcdefghijklmnopqrstuvwxyz"
#define B "bcdefghijklmnopqrstuvwxyz2"

static char *tokens_of(const char *header, const char *box) {
    g_autofree char *text = g_strdup_printf("From: a@h.example\n%s\n\nx\n", header);
    g_autoptr(Mail) mail = read_text(text, box, NULL, NULL);
    const GPtrArray *tokens = mail_facts(mail)->tokens;
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < tokens->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "",
                               (const char *)g_ptr_array_index(tokens, i));
    return g_string_free(out, FALSE);
}

static void test_tokens(void) {
    static const struct {
        const char *header, *box, *tokens;
    } table[] = {
        {"To: box+" A "@h.example", "box@h.example", A},
        {"To: BOX+ABCDEFGHIJKLMNOPQRSTUVWXYZ@H.EXAMPLE", "box@h.example", A},
        {"To: \"x, y\" <box+" A "@h.example>, b@c.example", "box@h.example", A},
        {"Cc: box+" A "@h.example", "box@h.example", A},
        {"Delivered-To: box+" A "@h.example", "box@h.example", A},
        {"X-Original-To: box+" A "@h.example", "box@h.example", A},
        {"Envelope-To: box+" A "@h.example", "box@h.example", A},
        {"Bcc: box+" A "@h.example", "box@h.example", ""},
        {"To: box+" A "@h.example", NULL, A},
        {"To: tox+" A "@h.example", "box@h.example", ""},
        {"To: xbox+" A "@h.example", "box@h.example", ""},
        {"To: box+" A "@h.example.evil.example", "box@h.example", ""},
        {"To: box+" A "a@h.example", "box@h.example", ""},
        {"To: box+a" A "@h.example", "box@h.example", ""},
        {"To: box+abcdefghijklmnopqrstuvwxy1@h.example", "box@h.example", ""},
        {"To: box+" A "@h.example, box+" A "@h.example, box+" B "@h.example", "box@h.example",
         A " " B},
        {"In-Reply-To: <" A "@h.example>", "box@h.example", A},
        {"In-Reply-To: <" A "@H.example>", "box@h.example", A},
        {"References: <x@y> <" A ".7@h.example>\n\t<" B "@h.example>", "box@h.example", A " " B},
        {"References: <" A "@evil.example>", "box@h.example", ""},
        {"References: <x" A "@h.example>", "box@h.example", ""},
        {"Subject: Re: hello [" A "]", "box@h.example", A},
        {"Subject: =?utf-8?q?hello_=5B" A "=5D?=", "box@h.example", A},
        {"Subject: hello " A, "box@h.example", ""},
        {"Subject: [x] [" A "] [" B "]", NULL, A " " B},
        {"References: <" B "@h.example>\nTo: box+" A "@h.example", "box@h.example", A " " B},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *tokens = tokens_of(table[i].header, table[i].box);
        g_test_message("%s", table[i].header);
        g_assert_cmpstr(tokens, ==, table[i].tokens);
    }
}

/* ---- who vouches ---------------------------------------------------------------------------- */

static void test_auth(void) {
    static const struct {
        const char *header;
        enum auth auth;
    } table[] = {
        {"mx.h.example; dmarc=pass header.from=h.example", AUTH_PASS},
        {"mx.h.example; dmarc=fail header.from=h.example", AUTH_FAIL},
        {"MX.h.example 1; DMARC=Pass header.from=h.example", AUTH_PASS},
        {"mx.h.example (comment (nested)); dmarc (c) = (d) pass (e; dmarc=fail) "
         "header.from=h.example",
         AUTH_PASS},
        {"mx.h.example;\n\tspf=pass smtp.mailfrom=anna@h.example;\n\tdkim=none", AUTH_PASS},
        {"mx.h.example; spf=pass smtp.mailfrom=evil.example", AUTH_NONE},
        {"mx.h.example; dkim=pass header.d=mail.h.example header.s=x", AUTH_PASS},
        {"mx.h.example; dkim=pass header.i=@h.example", AUTH_PASS},
        {"mx.h.example; dkim=pass header.d=example", AUTH_NONE},
        {"mx.h.example; dkim=pass header.d=evilh.example", AUTH_NONE},
        {"mx.h.example; spf=fail smtp.mailfrom=h.example; dkim=fail header.d=h.example", AUTH_FAIL},
        {"mx.h.example; spf=fail smtp.mailfrom=h.example; dkim=pass header.d=h.example", AUTH_PASS},
        {"mx.h.example; dkim=pass reason=\"dmarc=fail; x\" header.d=h.example", AUTH_PASS},
        {"mx.h.example; dmarc=pass header.from=evil.example", AUTH_NONE},
        {"mx.h.example; dmarc/1=pass header.from=h.example", AUTH_PASS},
        {"\"mx.h.example\"; dmarc=pass header.from=h.example", AUTH_PASS},
        {"mx.h.example; none", AUTH_NONE},
        {"mx.h.example", AUTH_NONE},
        {"mx.h.example; dmarc", AUTH_NONE},
        {"mx.h.example; =;=;;;dmarc==pass", AUTH_NONE},
        {"mx.h.example; dmarc=temperror header.from=h.example; spf=softfail "
         "smtp.mailfrom=h.example",
         AUTH_NONE},
        {"evil.example; dmarc=pass header.from=h.example", AUTH_NONE},
        {"x; mx.h.example; dmarc=pass header.from=h.example", AUTH_NONE},
        {"", AUTH_NONE},
        /* the topmost of ours counts, whatever stands above and below it */
        {"evil.example; dmarc=pass\nAuthentication-Results: mx.h.example; dmarc=fail\n"
         "Authentication-Results: mx.h.example; dmarc=pass",
         AUTH_FAIL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *text = g_strdup_printf(
            "Authentication-Results: %s\nFrom: Anna <anna@h.example>\n\nx\n", table[i].header);
        g_autoptr(Mail) mail = read_text(text, NULL, "mx.h.example", NULL);
        g_test_message("%s", table[i].header);
        g_assert_cmpint(mail_facts(mail)->auth, ==, table[i].auth);
        g_autoptr(Mail) trusting_nobody = read_text(text, NULL, NULL, NULL);
        g_assert_cmpint(mail_facts(trusting_nobody)->auth, ==, AUTH_NONE);
    }
}

/* ---- From ----------------------------------------------------------------------------------- */

static void test_from(void) {
    static const struct {
        const char *header, *from, *name;
    } table[] = {
        {"From: a@h.example", "a@h.example", NULL},
        {"From: Anna B <A.B@H.example>", "A.B@h.example", "Anna B"},
        {"From: \"B, Anna\" <a@h.example>", "a@h.example", "B, Anna"},
        {"From: a@h.example (Anna)", "a@h.example", NULL},
        {"From: =?utf-8?q?J=C3=BCrgen?= <j@h.example>", "j@h.example", "Jürgen"},
        {"From: =?utf-8?q?a=0D=0AX=3A_y?= <j@h.example>", "j@h.example", "a X: y"},
        {"From: J\xfcrgen <j@h.example>", "j@h.example", "Jürgen"},
        {"From: Anna [9B] <a@h.example>", "a@h.example", "Anna [9B]"},
        {"From: Year 9: Anna <a@h.example>", "a@h.example", "Year 9: Anna"},
        {"From: Anna [9B] <a@h.example>, [x] <b@h.example>", NULL, NULL},
        {"From:", NULL, NULL},
        {"From: nobody", NULL, NULL},
        {"From: a@h.example, b@h.example", NULL, NULL},
        {"From: group: a@h.example;", NULL, NULL},
        {"From: a@h.example\nFrom: a@h.example", NULL, NULL},
        {"To: a@h.example", NULL, NULL},
        {"from : a@h.example", "a@h.example", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *text = g_strdup_printf("%s\nSubject: x\n\nx\n", table[i].header);
        g_autoptr(Mail) mail = read_text(text, NULL, NULL, NULL);
        const Facts *facts = mail_facts(mail);
        g_test_message("%s", table[i].header);
        g_assert_cmpstr(facts->from, ==, table[i].from);
        if (table[i].name != NULL)
            g_assert_cmpstr(facts->name, ==, table[i].name);
    }
}

/* ---- charsets -------------------------------------------------------------------------------- */

static void test_charsets(void) {
    static const struct {
        const char *type, *body, *want;
    } table[] = {
        {"text/plain; charset=utf-8", "caf\xc3\xa9", "café"},
        {"text/plain; charset=utf-8", "caf\xe9 \xc3\xa9\xc3\xa9", "caf\xef\xbf\xbd éé"},
        {"text/plain; charset=utf-8", "caf\xe9", "café"},
        {"text/plain; charset=iso-8859-1", "\x93x\x94 \xe9", "“x” é"},
        {"text/plain; charset=iso-8859-2", "\xb1\xb6", "ąś"},
        {"text/plain; charset=koi8-r", "\xd0\xd2", "пр"},
        {"text/plain; charset=gb2312", "\xc4\xe3", "你"},
        {"text/plain; charset=x-unknown", "caf\xe9", "café"},
        {"text/plain; charset=\"utf-8\xff\"", "x\xf6\xbc\x90\x8f", NULL},
        {"text/plain; charset=utf-16", "no utf-16 at all", NULL},
        {"text/plain", "a\r\nb\rc", "a\nb\nc"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *text = g_strdup_printf("From: a@h.example\nContent-Type: %s\n\n%s",
                                                table[i].type, table[i].body);
        g_autoptr(Mail) mail = read_text(text, NULL, NULL, NULL);
        g_autofree char *got = mail_part_text(g_ptr_array_index(mail_parts(mail), 0), 1000, NULL);
        g_assert_true(g_utf8_validate(got, -1, NULL));
        if (table[i].want != NULL)
            g_assert_cmpstr(got, ==, table[i].want);
    }
}

/* ---- the small scan -------------------------------------------------------------------------- */

static void test_scan(void) {
    static const struct {
        const char *text, *from, *id;
        gint64 date;
    } table[] = {
        {"", NULL, NULL, -1},
        {"x", NULL, NULL, -1},
        {"From: Anna <a@H.example>\nMessage-ID: <1@h.example>\nDate: Thu, 1 Jan 1970 00:01:00 "
         "+0000\n\n",
         "a@h.example", "1@h.example", 60},
        {"from:\r\n a@h.example\r\nDATE: 1 Jan 1970 01:00:00 +0100\r\n\r\n", "a@h.example", NULL,
         0},
        {"From: a@h.example\nFrom: b@h.example\n\n", NULL, NULL, -1},
        {"From: a@h.example, b@h.example\n\n", NULL, NULL, -1},
        {"X: y\n\nFrom: a@h.example\n", NULL, NULL, -1},
        {"From: a@h.example (Anna)\nDate: nonsense\n\n", "a@h.example", NULL, -1},
        {"Message-ID: <\xc3\xbc@h.example>\n\n", NULL, NULL, -1},
        {"Date: Mon, 31 Feb 2026 10:00:00 +0000\n\n", NULL, NULL, -1},
        {"From", NULL, NULL, -1},
        {"From:", NULL, NULL, -1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GBytes) raw = bytes_of(table[i].text);
        g_autoptr(Facts) facts = mail_scan(raw);
        g_test_message("%s", table[i].text);
        g_assert_cmpint(facts->machine, ==, ROUTE_UNREADABLE);
        g_assert_cmpstr(facts->from, ==, table[i].from);
        g_assert_cmpstr(facts->message_id, ==, table[i].id);
        g_assert_cmpint(facts->date, ==, table[i].date);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/caps", test_caps);
    g_test_add_func("/mail/tokens", test_tokens);
    g_test_add_func("/mail/auth", test_auth);
    g_test_add_func("/mail/from", test_from);
    g_test_add_func("/mail/charsets", test_charsets);
    g_test_add_func("/mail/scan", test_scan);
    return g_test_run();
}
