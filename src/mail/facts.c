#include "mail/inside.h"

#include <string.h>

#include "base/text.h"
#include "value/address.h"

enum { LONGEST_ID = 255, RETURNED_MOST = 256 * 1024 };

void facts_free(Facts *facts) {
    if (facts == NULL)
        return;
    g_free(facts->from);
    g_free(facts->name);
    g_free(facts->message_id);
    g_free(facts->why);
    g_ptr_array_unref(facts->tokens);
    g_free(facts);
}

static InternetAddressMailbox *only_mailbox(InternetAddressList *list) {
    InternetAddressMailbox *found = NULL;
    for (int i = 0; list != NULL && i < internet_address_list_length(list); i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (!INTERNET_ADDRESS_IS_MAILBOX(address) || found != NULL)
            return NULL;
        found = INTERNET_ADDRESS_MAILBOX(address);
    }
    return found;
}

/* "Anna [9B] <a@h.example>" is no address by RFC 5322, but there is no doubt who is meant. Looked
 * for before anything is decoded: an encoded word holds no address. */
static void read_plain_from(Facts *facts, const char *text) {
    const char *open = strchr(text, '<'), *close = strchr(text, '>'), *at = strchr(text, '@');
    if (open == NULL || close == NULL || at == NULL || at < open || at > close ||
        strchr(open + 1, '<') != NULL || strchr(at + 1, '@') != NULL || close[1] != '\0')
        return;
    g_autofree char *address = g_strndup(open + 1, (gsize)(close - open) - 1);
    g_autofree char *raw_name = g_strndup(text, (gsize)(open - text));
    g_autofree char *name = g_mime_utils_header_decode_text(NULL, raw_name);
    facts->from = address_new(address);
    facts->name = facts->from != NULL && open > text ? text_one_line(name) : NULL;
}

static void read_from(Facts *facts, const Mail *mail) {
    if (mail->from_text == NULL || header_count(GMIME_OBJECT(mail->message), "From") != 1)
        return;
    InternetAddressMailbox *mailbox = only_mailbox(g_mime_message_get_from(mail->message));
    if (mailbox == NULL) {
        g_autofree char *text = header_raw(GMIME_OBJECT(mail->message), "From");
        read_plain_from(facts, text);
        return;
    }
    facts->from = address_new(internet_address_mailbox_get_addr(mailbox));
    const char *name = internet_address_get_name(INTERNET_ADDRESS(mailbox));
    g_autofree char *line = name ? text_one_line(name) : NULL;
    facts->name = line != NULL && *line != '\0' ? g_steal_pointer(&line) : NULL;
}

static void read_message_id(Facts *facts, GMimeObject *object) {
    g_autofree char *raw = header_raw(object, "Message-ID");
    if (raw == NULL)
        return;
    const char *open = strchr(raw, '<');
    const char *start = open ? open + 1 : raw;
    gsize length = strcspn(start, "> \t");
    gboolean plain = length > 0 && length <= LONGEST_ID;
    for (gsize i = 0; i < length; i++)
        plain &= (guint8)start[i] > 0x20 && (guint8)start[i] < 0x7f && start[i] != '<';
    if (plain)
        facts->message_id = g_strndup(start, length);
}

static void read_date(Facts *facts, const Mail *mail) {
    facts->date = -1;
    GDateTime *date = g_mime_message_get_date(mail->message);
    if (date != NULL)
        facts->date = MAX(g_date_time_to_unix(date), -1);
}

static void each_header(GMimeObject *object, const char *name, GPtrArray *tokens, const char *box,
                        void (*look)(GPtrArray *, const char *, const char *)) {
    guint count = header_count(object, name);
    for (guint i = 0; i < count; i++) {
        g_autofree char *value = header_nth(object, name, i);
        look(tokens, value, box);
    }
}

static void tokens_of(GPtrArray *tokens, GMimeObject *object, const char *subject,
                      const char *box) {
    static const char *const recipients[] = {"To", "Cc", "Delivered-To", "X-Original-To",
                                             "Envelope-To"};
    static const char *const ids[] = {"In-Reply-To", "References"};
    for (guint i = 0; i < G_N_ELEMENTS(recipients); i++)
        each_header(object, recipients[i], tokens, box, token_in_recipients);
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
        each_header(object, ids[i], tokens, box, token_in_ids);
    if (subject != NULL)
        token_in_subject(tokens, subject);
}

static void tokens_in_text(GPtrArray *tokens, const char *text, const char *box) {
    token_in_recipients(tokens, text, box);
    token_in_ids(tokens, text, box);
}

/* A bounce brings our own mail back: its Reply-To and Message-ID hold the token; old ones have it
 * as text, of which some holds only the header. */
static void tokens_returned(Facts *facts, const Mail *mail, const char *box) {
    for (guint i = 0; i < mail->parts->len; i++) {
        const Part *part = g_ptr_array_index(mail->parts, i);
        GMimeMessage *inner = GMIME_IS_MESSAGE_PART(part->inside)
                                  ? g_mime_message_part_get_message(part->inside)
                                  : NULL;
        if (inner != NULL) {
            GMimeObject *object = GMIME_OBJECT(inner);
            g_autofree char *subject = header_decoded(object, "Subject");
            each_header(object, "Reply-To", facts->tokens, box, token_in_recipients);
            each_header(object, "Message-ID", facts->tokens, box, token_in_ids);
            tokens_of(facts->tokens, object, subject, box);
        } else if (g_str_has_prefix(part->type, "text/") ||
                   g_str_has_prefix(part->type, "message/")) {
            g_autofree char *text = mail_part_text(part, RETURNED_MOST, NULL);
            tokens_in_text(facts->tokens, text, box);
            token_in_subject(facts->tokens, text);
        }
    }
}

static guint count_strangers(InternetAddressList *list, const Facts *facts, const char *box) {
    guint strangers = 0;
    for (int i = 0; list != NULL && i < internet_address_list_length(list); i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address)) {
            strangers += count_strangers(
                internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), facts, box);
            continue;
        }
        g_autofree char *known =
            address_new(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
        strangers += !address_same(known, box) && !address_same(known, facts->from);
    }
    return strangers;
}

static gboolean looks_forwarded(const Mail *mail) {
    static const char *const marks[] = {"fwd:", "fw:", "wg:",     "tr:",   "rv:",    "enc:", "pd:",
                                        "vs:",  "i:",  "doorst:", "转发:", "转发：", "轉寄:"};
    for (guint i = 0; mail->subject != NULL && i < G_N_ELEMENTS(marks); i++)
        if (g_ascii_strncasecmp(mail->subject, marks[i], strlen(marks[i])) == 0)
            return TRUE;
    for (guint i = 0; i < mail->parts->len; i++)
        if (GMIME_IS_MESSAGE_PART(((Part *)g_ptr_array_index(mail->parts, i))->inside))
            return TRUE;
    return FALSE;
}

Facts *facts_read(const Mail *mail, const Reader *reader) {
    GMimeObject *object = GMIME_OBJECT(mail->message);
    g_autofree char *box = reader->address ? address_new(reader->address) : NULL;
    Facts *facts = g_new0(Facts, 1);
    facts->tokens = g_ptr_array_new_with_free_func(g_free);
    read_from(facts, mail);
    read_message_id(facts, object);
    read_date(facts, mail);
    tokens_of(facts->tokens, object, mail->subject, box);
    facts->strangers = count_strangers(g_mime_message_get_to(mail->message), facts, box) +
                       count_strangers(g_mime_message_get_cc(mail->message), facts, box);
    facts->forwarded = looks_forwarded(mail);
    facts->replies = header_has(object, "In-Reply-To") || header_has(object, "References");
    facts->auth = auth_read(object, reader->authserv_id, facts->from);
    machine_look(facts, mail, reader);
    if (facts->machine == ROUTE_BOUNCE || facts->machine == ROUTE_AUTO_REPLY)
        tokens_returned(facts, mail, box);
    return facts;
}
