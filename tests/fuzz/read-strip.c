/* Any bytes as a mail, through reading and stripping. A mark stands in every header: it must not
 * stand in what is left. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "strip/strip.h"

static const char BOX[] = "box@hillside.example";

/* What the harness puts above the mail; MARK is the word. */
static const char HEADERS[] =
    "Return-Path: <b.MARK@canary.example>\r\n"
    "Received: from MARK.canary.example (MARK [192.0.2.7]) by mx.hillside.example (MARK);\r\n"
    "\tMon, 2 Mar 2026 10:00:00 +0000 (MARK)\r\n"
    "Authentication-Results: mx.hillside.example; spf=pass smtp.mailfrom=MARK@canary.example\r\n"
    "From: \"Zoe MARK\" <MARK@canary.example> (MARK)\r\n"
    "Sender: MARK <MARK@canary.example>\r\n"
    "Reply-To: MARK <MARK@canary.example>\r\n"
    "To: =?utf-8?q?MARK?= <box@hillside.example>, MARK@canary.example\r\n"
    "Message-ID: <MARK@MARK.canary.example>\r\n"
    "In-Reply-To: <MARK@canary.example>\r\n"
    "References: <MARK@canary.example>\r\n"
    "X-Mailer: MARK\r\n"
    "X-Originating-IP: [MARK]\r\n"
    "Thread-Topic: MARK\r\n"
    "List-MARK: MARK\r\n"
    "Organization: MARK\r\n"
    "Content-ID: <MARK@canary.example>\r\n"
    "Content-Description: MARK\r\n"
    "Disposition-Notification-To: MARK@canary.example\r\n"
    "Autocrypt: addr=MARK@canary.example\r\n";

static gboolean is_name(guint8 c) {
    return c > 0x20 && c < 0x7f && c != ':';
}

/* Is this line a header whose value the mark may join without changing what the mail is? */
static gboolean may_carry(const guint8 *line, gsize length) {
    gsize n = 0;
    while (n < length && is_name(line[n]))
        n++;
    return n > 0 && n < length && line[n] == ':' &&
           g_ascii_strncasecmp((const char *)line, "content-", 8) != 0 &&
           g_ascii_strncasecmp((const char *)line, "mime-", 5) != 0 &&
           g_ascii_strncasecmp((const char *)line, "subject", 7) != 0;
}

/* The mail with the mark in each header: in those above, and behind those it has, as far as they
 * are surely headers. */
static GBytes *marked(const guint8 *data, gsize size, const Mark *mark) {
    GString *out = g_string_new(HEADERS);
    g_string_replace(out, "MARK", mark->word, 0);
    const guint8 *p = data, *end = data + size;
    while (p < end) {
        const guint8 *stop = memchr(p, '\n', (gsize)(end - p));
        if (stop == NULL || !may_carry(p, (gsize)(stop - p)))
            break;
        gsize length = (gsize)(stop - p) - (stop > p && stop[-1] == '\r');
        g_string_append_len(out, (const char *)p, (gssize)length);
        g_string_append_printf(out, " %s\r\n", mark->word);
        p = stop + 1;
    }
    g_string_append_len(out, (const char *)p, end - p);
    return g_string_free_to_bytes(out);
}

static void check_text(const char *text, const Mark *mark, gboolean one_line) {
    if (text == NULL)
        return;
    g_autofree char *low = g_ascii_strdown(text, -1);
    HOLDS(strstr(low, mark->word) == NULL);
    HOLDS(g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p != '\0'; p++)
        HOLDS((guint8)*p >= 0x20 || (!one_line && (*p == '\n' || *p == '\t')));
}

static void check(const Letter *letter, const Mark *mark) {
    check_text(letter->text, mark, FALSE);
    check_text(letter->subject, mark, TRUE);
    check_text(letter->why, mark, TRUE);
    for (guint i = 0; i < letter->withheld->len; i++)
        check_text(((const Withheld *)g_ptr_array_index(letter->withheld, i))->type, mark, TRUE);
}

static Context *context_for(enum route side) {
    Context *context = context_new(side);
    g_ptr_array_add(context->names, g_strdup("Starling"));
    g_ptr_array_add(context->terms, g_strdup("9B"));
    if (side == ROUTE_LISTENER) {
        context->sign = g_strdup("Heron");
        context->last_sent = g_strdup("Write your answer above this line.\n\nthe others at my "
                                      "table never talk to me and i eat alone\n");
    }
    return context;
}

static void strip_as(enum route side, const Mail *mail, const Limits *limits, const Mark *mark) {
    Context *context = context_for(side);
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    strip(mail, context, limits, &letter, &identity);
    check(letter, mark);
    context_free(context);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    Mark mark = mark_of(data, size);
    g_autoptr(GBytes) raw = marked(data, size, &mark);
    Limits limits = LIMITS_DEFAULT;
    Reader reader = {.limits = &limits, .address = BOX, .authserv_id = "mx.hillside.example"};
    g_autoptr(GError) error = NULL;
    g_autoptr(Facts) scanned = mail_scan(raw);
    g_autoptr(Mail) mail = mail_read(raw, &reader, &error);
    if (mail != NULL) {
        strip_as(ROUTE_PUPIL, mail, &limits, &mark);
        strip_as(ROUTE_LISTENER, mail, &limits, &mark);
        return 0;
    }
    check_text(error->message, &mark, TRUE);
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    strip_unreadable(scanned, error->message, &letter, &identity);
    HOLDS(letter->text == NULL && letter->subject == NULL);
    return 0;
}
