/* Submission by SMTP (RFC 5321, 6409), over our own wire and in our own words, not libetpan's: its
 * command buffer of 513 bytes cuts access tokens, its EHLO names this machine, and its answers no
 * longer tell 450 from 550. */
#include <stdlib.h>
#include <string.h>

#include "post/kind.h"
#include "value/address.h"
#include "wire/tls.h"

enum {
    LINE = 2048,       /* bytes of an answer's line; RFC 5321 says 512 */
    ANSWER = 64 << 10, /* bytes all answers to one mail may have */
    MAIL_SECONDS = 10, /* a mail that went earns the session so much more time */
};

enum ability {
    CAN_STARTTLS = 1,
    CAN_PIPELINE = 2,
    CAN_8BIT = 4,
    CAN_UTF8 = 8,
    CAN_SIZE = 16,
    CAN_PLAIN = 32,
    CAN_LOGIN = 64,
    CAN_XOAUTH2 = 128
};

typedef struct smtp {
    const Server *server; /* borrowed */
    char *from;
    Wire *wire;       /* NULL: not connected */
    guint can;        /* of enum ability, from the last EHLO */
    guint64 largest;  /* bytes the server takes; 0: does not say */
    gboolean used;    /* a mail has gone over this connection */
    gsize start, end; /* what of `buffer` has come and was not looked at yet */
    char buffer[LINE];
} Smtp;

static gpointer smtp_open(const Server *server, const char *from, GError **error) {
    if (server->tls == TLS_NO && !server_is_loopback(server->host)) {
        fault_set(error, FAULT_SETUP, "%s: without TLS only this machine is spoken to",
                  server->host);
        return NULL;
    }
    for (const char *at = server->user; at != NULL && *at != '\0'; at++)
        if ((guchar)*at < 0x20 || *at == 0x7f) {
            fault_set(error, FAULT_SETUP, "the user of the post has a control character");
            return NULL;
        }
    Smtp *smtp = g_new0(Smtp, 1);
    smtp->server = server;
    smtp->from = g_strdup(from);
    return smtp;
}

static void hang_up(Smtp *smtp) {
    g_clear_pointer(&smtp->wire, wire_close);
    smtp->start = smtp->end = 0;
    smtp->used = FALSE;
}

static void smtp_close(gpointer state) {
    Smtp *smtp = state;
    if (smtp->wire != NULL && wire_why(smtp->wire) == NULL)
        (void)wire_write(smtp->wire, "QUIT\r\n", 6);
    hang_up(smtp);
    g_free(smtp->from);
    g_free(smtp);
}

/* ---- the dialogue ---------------------------------------------------------------------------- */

/* One line of an answer into `line`, without its end; FALSE: the wire is broken. */
static gboolean read_line(Smtp *smtp, char line[LINE]) {
    gsize length = 0;
    while (TRUE) {
        if (smtp->start == smtp->end) {
            gssize got = wire_read(smtp->wire, smtp->buffer, sizeof smtp->buffer);
            if (got < 0)
                return FALSE;
            smtp->start = 0;
            smtp->end = (gsize)got;
        }
        char c = smtp->buffer[smtp->start++];
        if (c == '\n')
            break;
        if (length == LINE - 1) {
            wire_break(smtp->wire, "the server answered what is not SMTP");
            return FALSE;
        }
        line[length++] = c;
    }
    while (length > 0 && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    return TRUE;
}

static void learn(Smtp *smtp, const char *line);

/* The code of a whole answer, 200 to 599; 0: the wire is broken. With `learning`, its lines after
 * the first are what the server can do. */
static int read_answer(Smtp *smtp, gboolean learning) {
    char line[LINE];
    gboolean first = TRUE;
    do {
        if (!read_line(smtp, line))
            return 0;
        if (strspn(line, "0123456789") != 3 || (line[3] != ' ' && line[3] != '-' && line[3] != 0)) {
            wire_break(smtp->wire, "the server answered what is not SMTP");
            return 0;
        }
        if (learning && !first)
            learn(smtp, line + (line[3] != 0 ? 4 : 3));
        first = FALSE;
    } while (line[3] == '-');
    return atoi(line);
}

static gboolean say(Smtp *smtp, const char *line) {
    return wire_write(smtp->wire, line, strlen(line));
}

/* The answer to one command. */
static int ask(Smtp *smtp, const char *line) {
    return say(smtp, line) ? read_answer(smtp, FALSE) : 0;
}

static gboolean is_word(const char *line, const char *word) {
    gsize length = strlen(word);
    return g_ascii_strncasecmp(line, word, length) == 0 &&
           (line[length] == '\0' || line[length] == ' ' || line[length] == '=');
}

static void learn(Smtp *smtp, const char *line) {
    static const struct {
        const char *word;
        guint ability;
    } words[] = {{"STARTTLS", CAN_STARTTLS},
                 {"PIPELINING", CAN_PIPELINE},
                 {"8BITMIME", CAN_8BIT},
                 {"SMTPUTF8", CAN_UTF8},
                 {"SIZE", CAN_SIZE}},
      ways[] = {{"PLAIN", CAN_PLAIN}, {"LOGIN", CAN_LOGIN}, {"XOAUTH2", CAN_XOAUTH2}};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (is_word(line, words[i].word))
            smtp->can |= words[i].ability;
    if (is_word(line, "SIZE") && line[4] == ' ')
        smtp->largest = g_ascii_strtoull(line + 5, NULL, 10);
    if (!is_word(line, "AUTH") || line[4] == '\0')
        return;
    g_auto(GStrv) given = g_strsplit(line + 5, " ", -1);
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++)
        for (char **one = given; *one != NULL; one++)
            if (g_ascii_strcasecmp(*one, ways[i].word) == 0)
                smtp->can |= ways[i].ability;
}

/* ---- connecting ------------------------------------------------------------------------------ */

/* A wrong answer while connecting: 5xx has to be set right by somebody, the rest passes. */
static gboolean wrong(Smtp *smtp, int code, const char *doing, GError **error) {
    const char *host = smtp->server->host, *why = wire_why(smtp->wire);
    if (why != NULL)
        return fault_set(error, FAULT_RUN, "%s: %s: %s", host, doing, why);
    return fault_set(error, code >= 500 ? FAULT_SETUP : FAULT_RUN,
                     "%s: %s: the server said no (%d)", host, doing, code);
}

/* EHLO with the domain of our own address: the name of this machine is nobody's business. */
static gboolean greet(Smtp *smtp, GError **error) {
    g_autofree char *domain = g_hostname_to_ascii(address_domain(smtp->from));
    g_autofree char *line = g_strdup_printf("EHLO %s\r\n", domain != NULL ? domain : "localhost");
    smtp->can = 0;
    smtp->largest = 0;
    int code = say(smtp, line) ? read_answer(smtp, TRUE) : 0;
    return code == 250 || wrong(smtp, code, "EHLO", error);
}

static gboolean start_tls(Smtp *smtp, GError **error) {
    if ((smtp->can & CAN_STARTTLS) == 0)
        return fault_set(error, FAULT_SETUP,
                         "%s: the server offers no STARTTLS; nothing was sent to it",
                         smtp->server->host);
    int code = ask(smtp, "STARTTLS\r\n");
    if (code != 220)
        return wrong(smtp, code, "STARTTLS", error);
    if (smtp->start != smtp->end)
        return fault_set(error, FAULT_SETUP,
                         "%s: something was slipped in before TLS; nothing was sent",
                         smtp->server->host);
    return wire_secure(smtp->wire, smtp->server->ca_file, error) && greet(smtp, error);
}

/* `length` bytes in base64 on a line of their own; every copy is wiped. */
static int answer_secret(Smtp *smtp, const char *bytes, gsize length) {
    char *base = g_base64_encode((const guchar *)bytes, length);
    gboolean ok = say(smtp, base) && say(smtp, "\r\n");
    server_forget(base);
    return ok ? read_answer(smtp, FALSE) : 0;
}

/* The secret always goes on a second line: Microsoft's servers want it so, and there no limit of
 * 512 bytes cuts an access token. */
static int auth_plain(Smtp *smtp, const char *user, const char *secret) {
    int code = ask(smtp, "AUTH PLAIN\r\n");
    if (code != 334)
        return code;
    gsize half = strlen(user), length = half + strlen(secret) + 2;
    char *both = g_malloc0(length + 1); /* RFC 4616: NUL user NUL password */
    memcpy(both + 1, user, half);
    memcpy(both + half + 2, secret, strlen(secret));
    code = answer_secret(smtp, both, length);
    explicit_bzero(both, length);
    g_free(both);
    return code;
}

static int auth_login(Smtp *smtp, const char *user, const char *secret) {
    int code = ask(smtp, "AUTH LOGIN\r\n");
    if (code == 334)
        code = answer_secret(smtp, user, strlen(user));
    return code == 334 ? answer_secret(smtp, secret, strlen(secret)) : code;
}

static int auth_xoauth2(Smtp *smtp, const char *user, const char *secret) {
    int code = ask(smtp, "AUTH XOAUTH2\r\n");
    if (code != 334)
        return code;
    char *both = g_strdup_printf("user=%s\001auth=Bearer %s\001\001", user, secret);
    code = answer_secret(smtp, both, strlen(both));
    server_forget(both);
    /* A refusal comes as one more question, to be answered with an empty line. */
    return code == 334 ? ask(smtp, "\r\n") : code;
}

static gboolean authenticate(Smtp *smtp, const char *secret, GError **error) {
    const Server *server = smtp->server;
    int code;
    if (server->auth == AUTH_XOAUTH2 && (smtp->can & CAN_XOAUTH2) != 0)
        code = auth_xoauth2(smtp, server->user, secret);
    else if (server->auth == AUTH_LOGIN && (smtp->can & CAN_PLAIN) != 0)
        code = auth_plain(smtp, server->user, secret);
    else if (server->auth == AUTH_LOGIN && (smtp->can & CAN_LOGIN) != 0)
        code = auth_login(smtp, server->user, secret);
    else
        return fault_set(error, FAULT_SETUP, "%s: the server offers no way of logging in we know",
                         server->host);
    if (code == 235)
        return TRUE;
    if (code >= 500)
        return fault_set(error, FAULT_SETUP,
                         "%s: user or password is wrong: the server refused both", server->host);
    return wrong(smtp, code, "logging in", error);
}

static gboolean log_in(Smtp *smtp, GError **error) {
    if (smtp->server->user == NULL)
        return TRUE;
    if (!wire_private(smtp->wire))
        return fault_set(error, FAULT_SETUP,
                         "%s: the connection is neither TLS nor within this machine; no password "
                         "is sent over it",
                         smtp->server->host);
    char *secret = server_secret(smtp->server, error);
    gboolean ok = secret != NULL && authenticate(smtp, secret, error);
    server_forget(secret);
    return ok;
}

static gboolean converse(Smtp *smtp, GError **error) {
    const Server *server = smtp->server;
    if (server->tls == TLS_YES && !wire_secure(smtp->wire, server->ca_file, error))
        return FALSE;
    int code = read_answer(smtp, FALSE);
    if (code != 220)
        return wrong(smtp, code, "its greeting", error);
    return greet(smtp, error) && (server->tls != TLS_STARTTLS || start_tls(smtp, error)) &&
           log_in(smtp, error);
}

static gboolean connected(Smtp *smtp, GError **error) {
    const Server *server = smtp->server;
    if (smtp->wire != NULL)
        return TRUE;
    smtp->wire = wire_open(server->host, server->port, server->deadline, ANSWER, error);
    if (smtp->wire != NULL && converse(smtp, error))
        return TRUE;
    hang_up(smtp);
    return FALSE;
}

/* ---- one mail -------------------------------------------------------------------------------- */

static gboolean is_ascii(const char *bytes, gsize length) {
    for (gsize i = 0; i < length; i++)
        if ((guchar)bytes[i] >= 0x80)
            return FALSE;
    return TRUE;
}

static char *envelope(const Smtp *smtp, const char *to, GBytes *mail) {
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "MAIL FROM:<%s>", smtp->from);
    if ((smtp->can & CAN_SIZE) != 0)
        g_string_append_printf(text, " SIZE=%" G_GSIZE_FORMAT, length);
    if ((smtp->can & CAN_8BIT) != 0 && !is_ascii(bytes, length))
        g_string_append(text, " BODY=8BITMIME");
    if ((smtp->can & CAN_UTF8) != 0 && !is_ascii(to, strlen(to)))
        g_string_append(text, " SMTPUTF8");
    g_string_append_printf(text, "\r\nRCPT TO:<%s>\r\nDATA\r\n", to);
    return g_string_free(text, FALSE);
}

typedef struct codes {
    int mail, rcpt, data; /* 0: no answer came */
} Codes;

/* MAIL, RCPT and DATA: in one go where the server can (RFC 2920), else one after the other, and no
 * further than it says yes. FALSE: the wire is broken. */
static gboolean ask_leave(Smtp *smtp, const char *text, Codes *codes) {
    int *each[] = {&codes->mail, &codes->rcpt, &codes->data};
    gboolean at_once = (smtp->can & CAN_PIPELINE) != 0;
    if (at_once && !say(smtp, text))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(each); i++) {
        const char *end = strchr(text, '\n') + 1;
        if (!at_once && !wire_write(smtp->wire, text, (gsize)(end - text)))
            return FALSE;
        *each[i] = read_answer(smtp, FALSE);
        if (*each[i] == 0)
            return FALSE;
        if (!at_once && *each[i] / 100 != 2)
            break;
        text = end;
    }
    return TRUE;
}

/* Lines end with CR LF, a dot at the beginning is doubled, a dot alone ends it (RFC 5321 4.5.2). */
static gboolean send_content(Smtp *smtp, GBytes *mail) {
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length), *end = bytes + length;
    GString *out = g_string_sized_new(length + length / 32 + 8);
    while (bytes < end) {
        const char *stop = memchr(bytes, '\n', (gsize)(end - bytes));
        gsize size = (gsize)((stop != NULL ? stop : end) - bytes);
        if (*bytes == '.')
            g_string_append_c(out, '.');
        g_string_append_len(out, bytes,
                            (gssize)(size > 0 && bytes[size - 1] == '\r' ? size - 1 : size));
        g_string_append(out, "\r\n");
        bytes += size + (stop != NULL);
    }
    g_string_append(out, ".\r\n");
    gboolean ok = wire_write(smtp->wire, out->str, out->len);
    g_string_free(out, TRUE);
    return ok;
}

static enum post_result broken(Smtp *smtp, GError **error) {
    post_fail(POST_BROKEN, error, FAULT_RUN, "%s: %s", smtp->server->host, wire_why(smtp->wire));
    hang_up(smtp);
    return POST_BROKEN;
}

/* A no that concerns this mail; RSET, so that the next one starts clean. */
static enum post_result refused(Smtp *smtp, int code, const char *what, GError **error) {
    const char *host = smtp->server->host;
    gboolean for_good = code >= 500;
    if (code == 421) {
        hang_up(smtp);
        return post_fail(POST_BROKEN, error, FAULT_RUN, "%s: the server is closing (421)", host);
    }
    post_fail(POST_LATER, error, for_good ? FAULT_MAIL : FAULT_RUN,
              "%s: the server does not take %s%s (%d)", host, what, for_good ? "" : " now", code);
    if (ask(smtp, "RSET\r\n") != 250)
        hang_up(smtp);
    return for_good ? POST_REFUSED : POST_LATER;
}

/* What the three answers come to, where no mail is to follow. */
static enum post_result no_leave(Smtp *smtp, const Codes *codes, GError **error) {
    if (codes->data == 354) { /* in one go with a no before it: an empty mail to nobody */
        if (ask(smtp, ".\r\n") == 0)
            return broken(smtp, error);
    }
    if (codes->mail / 100 != 2 && codes->mail >= 500 && codes->mail != 552) {
        hang_up(smtp);
        return post_fail(POST_BROKEN, error, FAULT_SETUP,
                         "%s: the server does not let us send as the address of the site (%d)",
                         smtp->server->host, codes->mail);
    }
    if (codes->mail / 100 != 2)
        return refused(smtp, codes->mail, "this mail", error);
    if (codes->rcpt / 100 != 2)
        return refused(smtp, codes->rcpt, "this recipient", error);
    return refused(smtp, codes->data, "this mail", error);
}

static enum post_result transfer(Smtp *smtp, GBytes *mail, GError **error) {
    int code = send_content(smtp, mail) ? read_answer(smtp, FALSE) : 0;
    if (code == 0)
        return broken(smtp, error);
    smtp->used = TRUE;
    wire_extend(smtp->wire, MAIL_SECONDS);
    return code / 100 == 2 ? POST_SENT : refused(smtp, code, "this mail", error);
}

static enum post_result attempt(Smtp *smtp, const char *to, GBytes *mail, gboolean *again,
                                GError **error) {
    g_autofree char *text = envelope(smtp, to, mail);
    Codes codes = {0};
    wire_allow(smtp->wire, ANSWER);
    gboolean whole = ask_leave(smtp, text, &codes);
    /* A server that grew tired of waiting for the next mail; nothing of this one has gone. */
    *again = smtp->used && codes.data != 354 && (!whole || codes.mail == 421);
    if (!whole)
        return broken(smtp, error);
    if (codes.mail / 100 == 2 && codes.rcpt / 100 == 2 && codes.data == 354)
        return transfer(smtp, mail, error);
    return no_leave(smtp, &codes, error);
}

static enum post_result smtp_send(gpointer state, const char *to, GBytes *mail, GError **error) {
    Smtp *smtp = state;
    gboolean again = FALSE;
    g_autoptr(GError) why = NULL;
    if (!connected(smtp, error))
        return POST_BROKEN;
    if (!is_ascii(to, strlen(to)) && (smtp->can & CAN_UTF8) == 0)
        return post_fail(POST_REFUSED, error, FAULT_MAIL,
                         "%s: the server takes no address with letters beyond ASCII",
                         smtp->server->host);
    if (smtp->largest > 0 && g_bytes_get_size(mail) > smtp->largest)
        return post_fail(POST_REFUSED, error, FAULT_MAIL, "%s: the server takes no mail so large",
                         smtp->server->host);
    enum post_result result = attempt(smtp, to, mail, &again, &why);
    if (again) {
        g_clear_error(&why);
        hang_up(smtp);
        if (!connected(smtp, error))
            return POST_BROKEN;
        result = attempt(smtp, to, mail, &again, &why);
    }
    if (why != NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return result;
}

/* Would mail to local+tag@domain arrive? A no to RCPT is certain, a yes is not; nothing is sent. */
static const char *plus_addresses(Smtp *smtp) {
    g_autofree char *tagged = address_tagged(smtp->from, "test");
    g_autofree char *from = g_strdup_printf("MAIL FROM:<%s>\r\n", smtp->from);
    g_autofree char *to = g_strdup_printf("RCPT TO:<%s>\r\n", tagged);
    int sender = ask(smtp, from);
    int code = sender / 100 == 2 ? ask(smtp, to) : sender;
    if (code == 0 || ask(smtp, "RSET\r\n") == 0)
        return "Plus addresses: the server did not say.\n";
    if (sender / 100 != 2)
        return "Sender: refused. The server does not let us send as the address of the site.\n";
    if (code / 100 == 2)
        return "Plus addresses: not refused here. Send one mail to such an address to be sure.\n";
    return "Plus addresses: refused. Set reply-tag subject in site.conf.\n";
}

static char *smtp_abilities(gpointer state, GError **error) {
    Smtp *smtp = state;
    if (!connected(smtp, error))
        return NULL;
    GString *text = g_string_new(NULL);
    g_string_append(text, wire_is_tls(smtp->wire) ? "TLS: yes, and the certificate is the host's.\n"
                                                  : "TLS: no; the server is on this machine.\n");
    g_string_append(text, smtp->server->user != NULL ? "Login: accepted.\n" : "Login: none set.\n");
    if (smtp->largest > 0)
        g_string_append_printf(text, "Largest mail: %" G_GUINT64_FORMAT " kB.\n",
                               smtp->largest / 1000);
    g_string_append(text, (smtp->can & CAN_PIPELINE) != 0
                              ? "PIPELINING: yes. A mail takes two round trips.\n"
                              : "PIPELINING: no. A mail takes four round trips.\n");
    g_string_append(text, plus_addresses(smtp));
    g_string_append(text,
                    "Whether the provider keeps a copy of what is sent, it does not say: look "
                    "in its settings, and switch it off.\n");
    return g_string_free(text, FALSE);
}

const PostKind POST_SMTP = {
    .open = smtp_open,
    .close = smtp_close,
    .send = smtp_send,
    .abilities = smtp_abilities,
};
