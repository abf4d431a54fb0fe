/* Who vouches for a sender: Authentication-Results as servers write them, as the RFC allows them,
 * and as forgers would have them. */
#include <string.h>

#include "mail/mail.h"

#define AR       "Authentication-Results: "
#define MX       AR "mx.h.example"
#define INTERNAL "X-MS-Exchange-Organization-AuthAs: Internal\n"

static const Limits LIMITS = LIMITS_DEFAULT;

typedef struct row {
    const char *headers; /* what stands above From */
    enum auth auth;
} Row;

static enum auth ask(const char *headers, const char *from, const char *authserv_id) {
    Reader reader = {.limits = &LIMITS, .authserv_id = authserv_id};
    g_autofree char *text = g_strdup_printf("%s\nFrom: %s\nSubject: x\n\nx\n", headers, from);
    g_autoptr(GBytes) raw = g_bytes_new_static(text, strlen(text));
    g_autoptr(GError) error = NULL;
    g_autoptr(Mail) mail = mail_read(raw, &reader, &error);
    g_assert_no_error(error);
    return mail_facts(mail)->auth;
}

static void check(const Row *rows, gsize count, const char *from, const char *authserv_id) {
    for (gsize i = 0; i < count; i++) {
        enum auth got = ask(rows[i].headers, from, authserv_id);
        if (got != rows[i].auth)
            g_test_fail_printf("%s, wanted %s: %s", AUTH_WORDS[got], AUTH_WORDS[rows[i].auth],
                               rows[i].headers);
        /* control: nobody is believed unless the site says whom */
        g_assert_cmpint(ask(rows[i].headers, from, NULL), ==, AUTH_NONE);
    }
}

/* ---- what the results come to ---------------------------------------------------------------- */

static const Row RESULTS[] = {
    {MX "; dmarc=pass header.from=h.example", AUTH_PASS},
    {MX "; dmarc=pass", AUTH_PASS},
    {MX "; dmarc=fail header.from=h.example", AUTH_FAIL},
    {MX "; dmarc=fail", AUTH_FAIL},
    {MX "; dmarc=pass header.from=evil.example", AUTH_NONE},
    {MX "; dmarc=pass junk header.from=evil.example", AUTH_NONE},
    {MX "; dmarc=none header.from=h.example", AUTH_NONE},
    {MX "; dmarc=temperror header.from=h.example", AUTH_NONE},
    {MX "; dmarc=permerror header.from=h.example", AUTH_NONE},
    {MX "; dmarc=bestguesspass header.from=h.example", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=anna@h.example", AUTH_PASS},
    {MX "; spf=pass smtp.mailfrom=h.example", AUTH_PASS},
    {MX "; spf=pass smtp.mailfrom=bounces@lists.h.example", AUTH_PASS},
    {MX "; spf=pass smtp.mail=anna@h.example", AUTH_PASS},
    {MX "; spf=pass smtp.helo=h.example", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=", AUTH_NONE},
    {MX "; spf=pass", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=evil.example", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=h.example.evil.example", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=evilh.example", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=example", AUTH_NONE},
    {MX "; spf=softfail smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=neutral smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=none smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=temperror smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=permerror smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=policy smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=hardfail smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=fail smtp.mailfrom=h.example", AUTH_FAIL},
    {MX "; spf=fail", AUTH_FAIL},
    {MX "; spf=fail smtp.mailfrom=list.example", AUTH_NONE},
    {MX "; dkim=pass header.d=h.example", AUTH_PASS},
    {MX "; dkim=pass header.d=mail.h.example header.s=x", AUTH_PASS},
    {MX "; dkim=pass header.i=@h.example header.s=20230601 header.b=ab/+=c", AUTH_PASS},
    {MX "; dkim=pass header.i=anna@mail.h.example", AUTH_PASS},
    {MX "; dkim=pass header.d=evil.example header.i=@h.example", AUTH_NONE},
    {MX "; dkim=pass header.i=@h.example header.d=evil.example", AUTH_NONE},
    {MX "; dkim=pass header.d=evil.example header.d=h.example", AUTH_NONE},
    {MX "; dkim=pass header.from=h.example", AUTH_NONE},
    {MX "; dkim=pass", AUTH_NONE},
    {MX "; dkim=fail header.d=h.example", AUTH_FAIL},
    {MX "; dkim=fail (bad signature)", AUTH_FAIL},
    {MX "; dkim=fail header.d=list.example", AUTH_NONE},
    {MX "; dkim=neutral header.d=h.example", AUTH_NONE},
    {MX "; dkim=fail header.d=h.example; dkim=pass header.d=h.example", AUTH_PASS},
    {MX "; dkim=pass header.d=list.example; dkim=pass header.d=h.example", AUTH_PASS},
    {MX "; spf=fail smtp.mailfrom=h.example; dkim=pass header.d=h.example", AUTH_PASS},
    {MX "; spf=pass smtp.mailfrom=h.example; dkim=fail header.d=h.example", AUTH_PASS},
    {MX "; spf=fail smtp.mailfrom=h.example; dkim=pass header.d=evil.example", AUTH_FAIL},
    {MX "; spf=pass smtp.mailfrom=h.example; dkim=pass header.d=h.example; dmarc=fail", AUTH_FAIL},
    {MX "; dmarc=fail; spf=pass smtp.mailfrom=h.example", AUTH_FAIL},
    {MX "; dmarc=pass header.from=h.example; dmarc=fail header.from=h.example", AUTH_FAIL},
    {MX "; spf=fail smtp.mailfrom=h.example; dmarc=pass header.from=h.example", AUTH_PASS},
    {MX "; dmarc=none; spf=fail smtp.mailfrom=h.example", AUTH_FAIL},
    {MX "; dmarc=temperror; dkim=pass header.d=h.example", AUTH_PASS},
    {MX "; arc=pass; auth=pass smtp.auth=anna@h.example; iprev=pass; compauth=pass", AUTH_NONE},
    {MX "; none", AUTH_NONE},
    {MX, AUTH_NONE},
};

static void test_results(void) {
    check(RESULTS, G_N_ELEMENTS(RESULTS), "Anna <anna@h.example>", "mx.h.example");
}

/* ---- how they are written -------------------------------------------------------------------- */

static const Row SYNTAX[] = {
    {"authentication-RESULTS: MX.h.Example; DMARC=Pass Header.From=H.Example", AUTH_PASS},
    {MX " 1; dmarc=pass", AUTH_PASS},
    {MX " 1 ; dmarc=pass", AUTH_PASS},
    {MX " (v) 1 (v); dmarc=pass", AUTH_PASS},
    {MX " 2; dmarc=pass", AUTH_NONE},
    {MX " 11; dmarc=pass", AUTH_NONE},
    {MX " 1x; dmarc=pass", AUTH_NONE},
    {MX " dmarc=pass", AUTH_NONE},
    {MX "; dmarc/1=pass", AUTH_PASS},
    {MX "; dmarc / 1 = pass", AUTH_PASS},
    {MX "; dmarc/2=pass", AUTH_NONE},
    {MX "; dmarc/2=pass; spf=pass smtp.mailfrom=h.example", AUTH_PASS},
    {"Authentication-Results:\n mx.h.example\n\t;\n dmarc\n =\n pass\n header\n .\n from\n =\n"
     " h.example",
     AUTH_PASS},
    {"Authentication-Results:mx.h.example;dmarc=pass(p=none)header.from=h.example", AUTH_PASS},
    {AR "(c) mx.h.example (c (n)) ; (c) dmarc (c) = (c) pass (c) header (c) . (c) from (c) = (c) "
        "h.example (c)",
     AUTH_PASS},
    {MX "; spf=none (spf=pass smtp.mailfrom=h.example; dmarc=pass)", AUTH_NONE},
    {MX "; spf=none (\\); dmarc=pass (x)", AUTH_NONE},
    {MX "; spf=none (; dmarc=pass", AUTH_NONE},
    {MX "; spf=none ); dmarc=pass", AUTH_PASS},
    {AR "\"mx.h.example\"; dmarc=pass", AUTH_PASS},
    {AR "\"mx\\.h.example\" 1; dmarc=pass", AUTH_PASS},
    {AR "\"mx.h.example; dmarc=pass\"; spf=none", AUTH_NONE},
    {MX "; dkim=none reason=\"; dmarc=pass header.from=h.example\"", AUTH_NONE},
    {MX "; dkim=none reason=\"\\\"; dmarc=pass\"", AUTH_NONE},
    {MX "; dkim=none reason=\"; dmarc=pass", AUTH_NONE},
    {MX "; dkim=pass reason=\"2048-bit key; good\" header.d=h.example", AUTH_PASS},
    {MX "; dkim=pass reason = good header.d = \"h.example\"", AUTH_PASS},
    {MX "; dkim=pass reason=\"header.d=h.example\"", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=\"anna b\"@h.example", AUTH_PASS},
    {MX "; spf=pass smtp.mailfrom=\"anna@h.example\"", AUTH_PASS},
    {MX "; spf=pass smtp.mailfrom=\"anna@h.example\"@evil.example", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=\"x; dmarc=pass\"@evil.example", AUTH_NONE},
    {MX "; spf=pass smtp.mailfrom=evil.example smtp.mailfrom=h.example", AUTH_NONE},
    {MX "; spf=pass policy.ip6=2001:db8::1 smtp.mailfrom=h.example", AUTH_PASS},
    {MX "; dmarc=pass action=none header.from=h.example;", AUTH_PASS},
    {MX "; dmarc=\"pass\"", AUTH_NONE},
    {MX "; dmarc==pass", AUTH_NONE},
    {MX "; dmarc=pass=x", AUTH_NONE},
    {MX "; dmarc=pass.x", AUTH_NONE},
    {MX "; dmarc=passed", AUTH_NONE},
    {MX "; dmarc=", AUTH_NONE},
    {MX "; dmarc", AUTH_NONE},
    {MX "; dmarc pass", AUTH_NONE},
    {MX "; xdmarc=pass", AUTH_NONE},
    {MX "; x-dmarc=pass; y.dmarc=pass", AUTH_NONE},
    {MX "; =;=;;;.=/;dmarc=pass", AUTH_PASS},
    {MX "; \xff\xfe=\x80; spf=pass smtp.mailfrom=\xff@h.example", AUTH_PASS},
    {MX "; spf=pass smtp.mailfrom=a@\xffh.example", AUTH_NONE},
    {MX "\n;\n\n", AUTH_NONE},
    {AR, AUTH_NONE},
    {AR ";", AUTH_NONE},
    {AR "; dmarc=pass", AUTH_NONE},
    /* as they are met with */
    {MX ";\n       dkim=pass header.i=@h.example header.s=s1 header.b=AbC+/12=;\n       spf=pass "
        "(mx.h.example: domain of anna@h.example designates 192.0.2.1 as permitted sender) "
        "smtp.mailfrom=anna@h.example;\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) "
        "header.from=h.example",
     AUTH_PASS},
    {MX ";\n\tdkim=pass (2048-bit key; unprotected) header.d=h.example header.i=@h.example "
        "header.a=rsa-sha256 header.s=k1 header.b=XyZ=;\n\tdkim-atps=neutral",
     AUTH_PASS},
    {MX "; dmarc=fail (p=none dis=none) header.from=h.example\n", AUTH_FAIL},
};

static void test_syntax(void) {
    check(SYNTAX, G_N_ELEMENTS(SYNTAX), "Anna <anna@h.example>", "mx.h.example");
}

/* ---- whose word it is ------------------------------------------------------------------------ */

static const Row WHOSE[] = {
    /* forged, below our own */
    {MX "; dmarc=fail\n" MX "; dmarc=pass", AUTH_FAIL},
    {MX "; none\n" MX "; dmarc=pass", AUTH_NONE},
    {MX "\n" MX "; dmarc=pass", AUTH_NONE},
    {MX " 9; dmarc=pass\n" MX "; dmarc=pass", AUTH_NONE},
    {MX "; dmarc=pass\n" MX "; dmarc=fail", AUTH_PASS},
    {MX "; dmarc=pass\n" MX "; dmarc=pass", AUTH_PASS},
    {MX "; spf=none\nReceived: from evil by mx.h.example\n" MX "; dmarc=pass", AUTH_NONE},
    {MX "; spf=none\n" AR "evil.example; dmarc=pass\n" MX "; dmarc=pass", AUTH_NONE},
    /* foreign */
    {AR "evil.example; dmarc=pass", AUTH_NONE},
    {AR "evil.example; dmarc=pass\n" MX "; dmarc=fail", AUTH_FAIL},
    {AR "evil.example; dmarc=fail\n" MX "; dmarc=pass", AUTH_PASS},
    {AR "x; mx.h.example; dmarc=pass", AUTH_NONE},
    {AR "(mx.h.example) evil.example; dmarc=pass", AUTH_NONE},
    {AR "mx.h.example.evil.example; dmarc=pass", AUTH_NONE},
    {AR "xmx.h.example; dmarc=pass", AUTH_NONE},
    {AR "h.example; dmarc=pass", AUTH_NONE},
    {AR "mx.h.example.; dmarc=pass", AUTH_NONE},
    {AR "mx. h.example; dmarc=pass", AUTH_NONE},
    {AR "mx.h.example=; dmarc=pass", AUTH_NONE},
    {AR "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=h.example; dmarc=pass", AUTH_NONE},
    /* other headers */
    {"ARC-" MX "; dmarc=pass", AUTH_NONE},
    {"ARC-Authentication-Results: i=1; mx.h.example; dmarc=pass", AUTH_NONE},
    {"X-" MX "; dmarc=pass", AUTH_NONE},
    {"Authentication-Results-Original: mx.h.example; dmarc=pass", AUTH_NONE},
    {"Received-SPF: pass (mx.h.example: domain of anna@h.example) client-ip=192.0.2.1", AUTH_NONE},
    {"X-MS-Exchange-Organization-AuthAs: Internal", AUTH_NONE},
    {INTERNAL MX "; dmarc=fail", AUTH_FAIL},
    {"Subject: x\n y\n" MX "; dmarc=pass", AUTH_PASS},
};

static void test_whose(void) {
    check(WHOSE, G_N_ELEMENTS(WHOSE), "Anna <anna@h.example>", "mx.h.example");
}

/* ---- Exchange Online ------------------------------------------------------------------------- */

static const Row MICROSOFT[] = {
    {AR "spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=h.example; dkim=pass (signature was "
        "verified)\n header.d=h.example;dmarc=pass action=none\n header.from=h.example;"
        "compauth=pass reason=100",
     AUTH_PASS},
    {AR "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=h.example; dkim=none (message not signed) "
        "header.d=none;dmarc=bestguesspass action=none header.from=h.example;compauth=pass "
        "reason=109",
     AUTH_PASS},
    {AR "spf=fail (sender IP is 192.0.2.9) smtp.mailfrom=h.example; dkim=none (message not signed) "
        "header.d=none;dmarc=fail action=oreject header.from=h.example;compauth=fail reason=000",
     AUTH_FAIL},
    {AR "spf=pass (sender IP is 192.0.2.9) smtp.mailfrom=evil.example; dkim=pass header.d="
        "evil.example;dmarc=none action=none header.from=h.example;compauth=fail reason=001",
     AUTH_NONE},
    {AR "spf=fail (sender IP is 192.0.2.9) smtp.mailfrom=h.example; dkim=none (message not signed) "
        "header.d=none;dmarc=none action=none header.from=h.example",
     AUTH_FAIL},
    {AR
     "dkim=none (message not signed)\n header.d=none;dmarc=none action=none header.from=h.example;",
     AUTH_NONE},
    /* within one tenant */
    {AR "dkim=none (message not signed) header.d=none;dmarc=none action=none "
        "header.from=h.example;\n" INTERNAL,
     AUTH_NONE},
    {INTERNAL AR
     "spf=fail (sender IP is 192.0.2.9) smtp.mailfrom=h.example; dkim=none header.d=none",
     AUTH_NONE},
    {INTERNAL AR "spf=fail smtp.mailfrom=h.example; dmarc=fail action=none header.from=h.example",
     AUTH_NONE},
    {INTERNAL AR "spf=pass smtp.mailfrom=h.example; dmarc=pass header.from=h.example", AUTH_PASS},
    {INTERNAL, AUTH_NONE},
    {"X-MS-Exchange-Organization-AuthAs: Anonymous\n" AR "spf=fail smtp.mailfrom=h.example",
     AUTH_FAIL},
    {"X-MS-Exchange-Organization-AuthAs: Anonymous\n" INTERNAL AR "dmarc=fail", AUTH_FAIL},
    /* forged and foreign */
    {AR "spf=none smtp.mailfrom=h.example\n" AR "spf=pass smtp.mailfrom=h.example; dmarc=pass",
     AUTH_NONE},
    {AR "dmarc=fail action=none\nReceived: from evil\n" AR "dmarc=pass action=none", AUTH_FAIL},
    {AR "mx.evil.example; dmarc=pass\n" AR "dmarc=pass action=none", AUTH_NONE},
    {AR "mx.evil.example; dmarc=pass header.from=h.example", AUTH_NONE},
    {AR "microsoft; dmarc=pass header.from=h.example", AUTH_NONE},
    {AR "mx.microsoft.com 1; dmarc=pass header.from=h.example", AUTH_NONE},
    {AR "\"dmarc\"=pass; dmarc=pass", AUTH_NONE},
    {AR "; dmarc=pass", AUTH_NONE},
    {AR "\n" AR "dmarc=pass", AUTH_NONE},
    {"ARC-Authentication-Results: i=1; mx.microsoft.com 1; spf=pass smtp.mailfrom=h.example; "
     "dmarc=pass action=none header.from=h.example; dkim=pass header.d=h.example; arc=none",
     AUTH_NONE},
    {"Authentication-Results-Original: spf=pass smtp.mailfrom=h.example; dmarc=pass", AUTH_NONE},
};

static void test_microsoft(void) {
    check(MICROSOFT, G_N_ELEMENTS(MICROSOFT), "Anna <anna@h.example>", "microsoft");
    g_assert_cmpint(ask(MICROSOFT[0].headers, "anna@h.example", "Microsoft"), ==, AUTH_PASS);
    g_assert_cmpint(ask(MICROSOFT[0].headers, "anna@h.example", "mx.h.example"), ==, AUTH_NONE);
}

/* ---- whom they speak of ---------------------------------------------------------------------- */

static void test_sender(void) {
    static const struct {
        const char *from, *headers, *authserv_id;
        enum auth auth;
    } table[] = {
        {"anna@H.EXAMPLE", MX "; dkim=pass header.d=h.example", "mx.h.example", AUTH_PASS},
        {"anna@mail.h.example", MX "; dkim=pass header.d=h.example", "mx.h.example", AUTH_PASS},
        {"anna@evil.example", MX "; dkim=pass header.d=h.example", "mx.h.example", AUTH_NONE},
        {"\"anna@h.example\" <x@evil.example>", MX "; spf=pass smtp.mailfrom=h.example",
         "mx.h.example", AUTH_NONE},
        {"anna@h.example, ben@h.example", MX "; dmarc=pass", "mx.h.example", AUTH_NONE},
        {"anna@h.example\nFrom: ben@h.example", MX "; dmarc=pass header.from=h.example",
         "mx.h.example", AUTH_NONE},
        {"nobody", MX "; dmarc=pass", "mx.h.example", AUTH_NONE},
        {"nobody", MX "; dmarc=fail", "mx.h.example", AUTH_FAIL},
        {"anna@schüle.example", MX "; dkim=pass header.d=xn--schle-mva.example", "mx.h.example",
         AUTH_PASS},
        {"anna@xn--schle-mva.example", MX "; dkim=pass header.d=schüle.example", "mx.h.example",
         AUTH_PASS},
        {"anna@h.example", AR "mx.schüle.example; dmarc=pass", "mx.schüle.example", AUTH_PASS},
        {"anna@h.example", AR "mx.h.example; dmarc=pass", "MX.H.Example", AUTH_PASS},
        {"anna@h.example", AR "mx.h.example; dmarc=pass", "", AUTH_NONE},
        {"anna@h.example", AR "; dmarc=fail", "mx.h.example", AUTH_NONE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_test_message("%s: %s", table[i].from, table[i].headers);
        g_assert_cmpint(ask(table[i].headers, table[i].from, table[i].authserv_id), ==,
                        table[i].auth);
    }
}

/* As many as a mail may have take no time. */
static void test_many(void) {
    g_autoptr(GString) many = g_string_new(NULL);
    for (guint i = 0; i < 3900; i++)
        g_string_append(many, "Authentication-Results: e.x; dmarc=pass (((((((((\n");
    g_string_append(many, MX "; dmarc=pass");
    gint64 start = g_get_monotonic_time();
    g_assert_cmpint(ask(many->str, "anna@h.example", "mx.h.example"), ==, AUTH_PASS);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 2 * G_USEC_PER_SEC);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/auth/results", test_results);
    g_test_add_func("/auth/syntax", test_syntax);
    g_test_add_func("/auth/whose", test_whose);
    g_test_add_func("/auth/microsoft", test_microsoft);
    g_test_add_func("/auth/sender", test_sender);
    g_test_add_func("/auth/many", test_many);
    return g_test_run();
}
