#include "mail/inside.h"

#include <string.h>

#include "value/address.h"

/* Mail that no person wrote, by positive evidence: each look below returns the evidence in words,
 * or NULL. People's own mail must never be taken for it; so what could be either is a person's. */
typedef struct look {
    const Mail *mail;
    const Facts *facts;
    const Reader *reader;
    GMimeObject *object; /* the message, for its headers */
    char *subject;       /* owned; small letters; "" where there is none */
    char *sender;        /* owned; the local part of From, small letters; "" */
    gboolean null_path;  /* Return-Path: <> */
} Look;

static gboolean begins_with_one(const char *text, const char *const *words) {
    for (; *words != NULL; words++)
        if (g_str_has_prefix(text, *words))
            return TRUE;
    return FALSE;
}

static gboolean has_one(const char *text, const char *const *words) {
    for (; *words != NULL; words++)
        if (strstr(text, *words) != NULL)
            return TRUE;
    return FALSE;
}

/* Does `text` begin with one of `words`, and does that word end there? */
static gboolean opens_with(const char *text, const char *const *words) {
    for (; *words != NULL; words++) {
        const char *after = g_str_has_prefix(text, *words) ? text + strlen(*words) : NULL;
        if (after == NULL)
            continue;
        while (*after == ' ')
            after++;
        if (*after == '\0' || strchr(":-([\"|!", *after) != NULL || g_str_has_prefix(after, "：") ||
            g_str_has_prefix(after, "–") || g_str_has_prefix(after, "«"))
            return TRUE;
    }
    return FALSE;
}

static GMimeObject *part_below(GMimeObject *object, const char *type) {
    g_autofree char *name =
        g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
    if (g_ascii_strcasecmp(name, type) == 0)
        return object;
    if (!GMIME_IS_MULTIPART(object))
        return NULL;
    for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++) {
        GMimeObject *found =
            part_below(g_mime_multipart_get_part(GMIME_MULTIPART(object), i), type);
        if (found != NULL)
            return found;
    }
    return NULL;
}

GMimeObject *machine_part(const Mail *mail, const char *type) {
    GMimeObject *root = g_mime_message_get_mime_part(mail->message);
    return root ? part_below(root, type) : NULL;
}

static char *part_text(const Mail *mail, const char *type) {
    GMimeObject *object = machine_part(mail, type);
    if (object == NULL || !GMIME_IS_PART(object))
        return NULL;
    Part part = {.inside = object};
    g_autofree char *text = mail_part_text(&part, 64 * 1024, NULL);
    return g_ascii_strdown(text, -1);
}

static gboolean report_type(const Look *look, const char *type) {
    const char *given = g_mime_object_get_content_type_parameter(
        g_mime_message_get_mime_part(look->mail->message), "report-type");
    return given != NULL && g_ascii_strcasecmp(given, type) == 0;
}

/* Our own mail come back: our address as its author, or a Message-ID such as only we give. */
static char *look_loop(const Look *look) {
    g_autofree char *box = look->reader->address ? address_new(look->reader->address) : NULL;
    if (box == NULL)
        return NULL;
    if (address_same(look->facts->from, box))
        return g_strdup("it comes from our own address");
    const char *id = look->facts->message_id, *at = id ? strrchr(id, '@') : NULL;
    if (at != NULL && token_is(id, (gsize)(at - id)) &&
        g_ascii_strcasecmp(at + 1, address_domain(box)) == 0)
        return g_strdup("its Message-ID is one of ours");
    return NULL;
}

static const char *const DAEMONS[] = {
    "mailer-daemon", "mailerdaemon",      "mail-daemon", "mdaemon",
    "mail.daemon",   "microsoftexchange", NULL};
static const char *const BOUNCED[] = {"undeliver",
                                      "delivery status notification",
                                      "mail delivery failed",
                                      "failure notice",
                                      "returned mail",
                                      "returned to sender",
                                      "delivery failure",
                                      "delivery failed",
                                      "delivery notification",
                                      "delivery has failed",
                                      "mail delivery",
                                      "message delivery",
                                      "could not be delivered",
                                      "could not send",
                                      "mail system error",
                                      "not deliverable",
                                      "message you sent blocked",
                                      "message blocked",
                                      "mailbox full",
                                      "mailbox is full",
                                      "quota exceeded",
                                      "over quota",
                                      "unzustellbar",
                                      "nicht zugestellt",
                                      "nicht zustellbar",
                                      "échec de la remise",
                                      "échec de remise",
                                      "non remis",
                                      "no se puede entregar",
                                      "no se ha podido entregar",
                                      "não entregue",
                                      "não foi possível entregar",
                                      "mancato recapito",
                                      "non recapitabile",
                                      "niedostarczon",
                                      "nie można dostarczyć",
                                      "onbestelbaar",
                                      "kan niet worden",
                                      "nelivrat",
                                      "iletilemedi",
                                      "olevererbart",
                                      "无法投递",
                                      "退信",
                                      "無法傳遞",
                                      NULL};
static const char *const DELAYED[] = {"delayed",
                                      "delivery delay",
                                      "warning: message",
                                      "warning: could not send",
                                      "still being retried",
                                      "verzögert",
                                      "retard",
                                      "opóźnien",
                                      NULL};

/* Has a report (RFC 3464) anything but success and delay to say? */
static gboolean reports_failure(const char *report) {
    return strstr(report, "action: failed") != NULL || strstr(report, "action:failed") != NULL ||
           strstr(report, "action:") == NULL;
}

static gboolean from_daemon(const Look *look) {
    if (begins_with_one(look->sender, DAEMONS))
        return TRUE;
    g_autofree char *from =
        look->mail->from_text ? g_ascii_strdown(look->mail->from_text, -1) : g_strdup("");
    return g_str_has_prefix(from, "mailer-daemon") || strstr(from, "<mailer-daemon") != NULL;
}

static char *look_delay(const Look *look) {
    g_autofree char *report = part_text(look->mail, "message/delivery-status");
    if (report != NULL)
        return reports_failure(report) ? NULL
                                       : g_strdup("a delivery report that says of no failure");
    if (from_daemon(look) && has_one(look->subject, DELAYED))
        return g_strdup("a warning from a mail server that a mail is late");
    return NULL;
}

static char *look_bounce(const Look *look) {
    if (machine_part(look->mail, "message/delivery-status") != NULL)
        return g_strdup("a delivery report (RFC 3464)");
    if (report_type(look, "delivery-status"))
        return g_strdup("Content-Type: report-type=delivery-status");
    if (header_has(look->object, "X-Failed-Recipients"))
        return g_strdup("X-Failed-Recipients");
    if (from_daemon(look))
        return g_strdup("it comes from a mail server (mailer-daemon)");
    if (strcmp(look->sender, "postmaster") == 0 &&
        (look->null_path || has_one(look->subject, BOUNCED)))
        return g_strdup("a postmaster returns a mail");
    if (look->null_path && has_one(look->subject, BOUNCED))
        return g_strdup("Return-Path is empty and the subject says that a mail was returned");
    return NULL;
}

static char *look_receipt(const Look *look) {
    if (machine_part(look->mail, "message/disposition-notification") != NULL ||
        report_type(look, "disposition-notification"))
        return g_strdup("a read receipt (RFC 8098)");
    return NULL;
}

static char *look_feedback(const Look *look) {
    if (machine_part(look->mail, "message/feedback-report") != NULL ||
        report_type(look, "feedback-report"))
        return g_strdup("a feedback report (RFC 5965)");
    if (header_has(look->object, "X-HmXmrOriginalRecipient") ||
        (machine_part(look->mail, "message/rfc822") != NULL &&
         g_str_has_prefix(look->subject, "complaint about message from ")))
        return g_strdup("a feedback report of a mail provider");
    return NULL;
}

static char *look_calendar(const Look *look) {
    GMimeObject *calendar = machine_part(look->mail, "text/calendar");
    const char *method =
        calendar ? g_mime_object_get_content_type_parameter(calendar, "method") : NULL;
    if (method != NULL &&
        (g_ascii_strcasecmp(method, "reply") == 0 || g_ascii_strcasecmp(method, "counter") == 0))
        return g_strdup("an answer to a calendar invitation (RFC 5546)");
    return NULL;
}

/* Name and value, but only a value that everybody uses: in others people and addresses stand. */
static char *quoted(const char *name, const char *value) {
    static const char *const words[] = {"auto-replied", "auto-generated", "auto-notified",
                                        "yes",          "true",           "vacation"};
    gsize length = strcspn(value, " ;,\t(");
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (length == strlen(words[i]) && g_ascii_strncasecmp(value, words[i], length) == 0)
            return g_strdup_printf("%s: %s", name, words[i]);
    return g_strdup(name);
}

/* Headers that only automatic answers bear; "no" says the contrary. */
static char *look_auto_headers(const Look *look) {
    static const char *const names[] = {
        "Auto-Submitted",       "X-Autoreply",          "X-Auto-Reply",
        "X-Autorespond",        "X-Autoresponder",      "X-AutoReply-From",
        "X-Mail-Autoreply",     "X-Autogenerated",      "X-Vacation",
        "X-TMDA-Confirm",       "X-Boxbe-Notification", "X-ChoiceMail-Registration-Request",
        "X-FC-MachineGenerated"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *value = header_raw(look->object, names[i]);
        if (value != NULL && g_ascii_strncasecmp(value, "no", 2) != 0)
            return quoted(names[i], value);
        if (value != NULL && g_ascii_strncasecmp(value, "no", 2) == 0 &&
            g_ascii_isalnum(value[2])) /* "notification" is not "no" */
            return quoted(names[i], value);
    }
    g_autofree char *class = header_raw(look->object, "X-POST-MessageClass");
    if (class != NULL && strstr(class, "utoresponder") != NULL)
        return g_strdup("X-POST-MessageClass: Autoresponder");
    return NULL;
}

/* What vacation programs and Outlook put first in a subject; never after "Re:". */
static const char *const AUTO_SUBJECTS[] = {"automatic reply",
                                            "auto-reply",
                                            "autoreply",
                                            "auto reply",
                                            "automated reply",
                                            "auto response",
                                            "auto-response",
                                            "autoresponse",
                                            "automatic response",
                                            "automated response",
                                            "out of office",
                                            "out of the office",
                                            "out-of-office",
                                            "ooo",
                                            "vacation reply",
                                            "away from my mail",
                                            "away from the office",
                                            "vacation:",
                                            "ateb awtomatig",
                                            "allan o'r swyddfa",
                                            "automatische antwort",
                                            "abwesenheitsnotiz",
                                            "abwesenheitsassistent",
                                            "abwesend",
                                            "réponse automatique",
                                            "absence du bureau",
                                            "absent du bureau",
                                            "respuesta automática",
                                            "fuera de la oficina",
                                            "fuera de oficina",
                                            "resposta automática",
                                            "fora do escritório",
                                            "ausência temporária",
                                            "risposta automatica",
                                            "fuori sede",
                                            "fuori ufficio",
                                            "automatisch antwoord",
                                            "afwezig",
                                            "afwezigheidsbericht",
                                            "niet aanwezig",
                                            "automatyczna odpowiedź",
                                            "odpowiedź automatyczna",
                                            "autoodpowiedź",
                                            "poza biurem",
                                            "nieobecność w pracy",
                                            "răspuns automat",
                                            "otomatik yanıt",
                                            "otomatik cevap",
                                            "ofis dışında",
                                            "رد تلقائي",
                                            "رد آلي",
                                            "خارج المكتب",
                                            "خودکار جواب",
                                            "پاسخ خودکار",
                                            "स्वचालित उत्तर",
                                            "ਸਵੈਚਲਿਤ ਜਵਾਬ",
                                            "স্বয়ংক্রিয় উত্তর",
                                            "স্বয়ংক্রিয় উত্তর",
                                            "自动回复",
                                            "自動回覆",
                                            "自動回復",
                                            "自動返信",
                                            "不在通知",
                                            "자동 회신",
                                            "автоматический ответ",
                                            "автоответ",
                                            "автоматична відповідь",
                                            "autosvar",
                                            "automatiskt svar",
                                            "automatisk svar",
                                            "automaattinen vastaus",
                                            "poissa",
                                            "automatická odpověď",
                                            "automatická odpoveď",
                                            "automatikus válasz",
                                            "αυτόματη απάντηση",
                                            "samodejni odgovor",
                                            "automatski odgovor",
                                            NULL};
/* Words that may be anybody's subject, unless the mail also says that it wants no answer. */
static const char *const AWAY[] = {"away",
                                   "vacation",
                                   "on holiday",
                                   "annual leave",
                                   "on leave",
                                   "maternity leave",
                                   "i am out",
                                   "i'm out",
                                   "im urlaub",
                                   "urlaub",
                                   "vacances",
                                   "congés",
                                   "vacaciones",
                                   "férias",
                                   "ferie",
                                   "urlop",
                                   "concediu",
                                   "izinde",
                                   "休假",
                                   "vakantie",
                                   "thank you for contacting",
                                   "thank you for your email",
                                   "we have received your",
                                   "please confirm",
                                   "confirm your message",
                                   "verify your e",
                                   "your message to",
                                   NULL};

static char *look_auto_subject(const Look *look) {
    if (opens_with(look->subject, AUTO_SUBJECTS))
        return g_strdup("its subject begins as those of automatic answers do");
    if (look->null_path && (has_one(look->subject, AWAY) || has_one(look->subject, AUTO_SUBJECTS)))
        return g_strdup("Return-Path is empty and the subject says that somebody is away");
    return NULL;
}

/* Is this list our own box's, that is, a group through which pupils write to us? */
static gboolean own_list(const Look *look, const char *id) {
    g_autofree char *box = look->reader->address ? address_new(look->reader->address) : NULL;
    if (box == NULL)
        return FALSE;
    g_autofree char *dotted = g_strdelimit(g_strdup(box), "@", '.');
    const char *open = strrchr(id, '<');
    const char *start = open ? open + 1 : id;
    gsize length = strlen(dotted);
    return g_ascii_strncasecmp(start, dotted, length) == 0 && strchr("> ", start[length]) != NULL;
}

static char *look_list(const Look *look) {
    g_autofree char *id = header_raw(look->object, "List-Id");
    if (id != NULL && own_list(look, id))
        return NULL;
    static const char *const names[] = {"List-Id", "List-Unsubscribe", "List-Post", "Mailing-List",
                                        "X-Mailing-List"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (header_has(look->object, names[i]))
            return g_strdup(names[i]);
    return NULL;
}

static gboolean precedence_is(const Look *look, const char *const *words) {
    g_autofree char *value = header_raw(look->object, "Precedence");
    g_autofree char *low = value ? g_ascii_strdown(value, -1) : NULL;
    return low != NULL && g_strv_contains(words, low);
}

static char *look_auto_precedence(const Look *look) {
    static const char *const words[] = {"auto_reply", "auto-reply", "autoreply", "junk", NULL};
    return precedence_is(look, words) ? g_strdup("Precedence of an automatic answer") : NULL;
}

static char *look_bulk(const Look *look) {
    static const char *const words[] = {"list", "bulk", NULL};
    g_autofree char *id = header_raw(look->object, "List-Id");
    if (id != NULL && own_list(look, id))
        return NULL;
    return precedence_is(look, words) ? g_strdup("Precedence of mass mail") : NULL;
}

/* Whether its words are judged. Reports are not: what stands in them is their form's, or ours. */
static const struct {
    enum route route;
    gboolean judged;
    char *(*look)(const Look *look);
} LOOKS[] = {
    {ROUTE_LOOP, FALSE, look_loop},
    {ROUTE_AUTO_REPLY, FALSE, look_delay},
    {ROUTE_BOUNCE, FALSE, look_bounce},
    {ROUTE_AUTO_REPLY, FALSE, look_receipt},
    {ROUTE_AUTO_REPLY, FALSE, look_feedback},
    {ROUTE_AUTO_REPLY, FALSE, look_calendar},
    {ROUTE_AUTO_REPLY, TRUE, look_auto_headers},
    {ROUTE_AUTO_REPLY, TRUE, look_auto_precedence},
    {ROUTE_AUTO_REPLY, TRUE, look_auto_subject},
    {ROUTE_LIST, TRUE, look_list},
    {ROUTE_LIST, TRUE, look_bulk},
};

void machine_look(Facts *facts, const Mail *mail, const Reader *reader) {
    GMimeObject *object = GMIME_OBJECT(mail->message);
    g_autofree char *path = header_raw(object, "Return-Path");
    g_autofree char *local = facts->from ? address_local(facts->from) : g_strdup("");
    g_autofree char *sender = g_ascii_strdown(local, -1);
    g_autofree char *subject = g_utf8_strdown(mail->subject ? mail->subject : "", -1);
    Look look = {.mail = mail,
                 .facts = facts,
                 .reader = reader,
                 .object = object,
                 .subject = subject,
                 .sender = sender,
                 .null_path = path != NULL && g_str_has_prefix(path, "<>")};
    facts->machine = ROUTE_PUPIL;
    if (g_mime_message_get_mime_part(mail->message) == NULL)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(LOOKS) && facts->machine == ROUTE_PUPIL; i++) {
        facts->why = LOOKS[i].look(&look);
        if (facts->why != NULL) {
            facts->machine = LOOKS[i].route;
            facts->judged = LOOKS[i].judged;
        }
    }
}
