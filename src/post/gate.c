#include "post/gate.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "mail/outline.h"
#include "post/look.h"

enum { LONGEST_LINE = 998, LONGEST_HEADER = 16 << 10 };

/* Each check says what is wrong, in words, or NULL. */
typedef const char *Wrong;

/* ---- bytes --------------------------------------------------------------------------------- */

static Wrong bad_lines(const char *bytes, gsize length) {
    gsize column = 0;
    for (gsize i = 0; i < length; i++) {
        if (bytes[i] == '\0')
            return "a NUL byte";
        if (bytes[i] == '\r' && (i + 1 == length || bytes[i + 1] != '\n'))
            return "a bare CR";
        column = bytes[i] == '\n' ? 0 : column + (bytes[i] != '\r');
        if (column > LONGEST_LINE)
            return "a line that is too long";
    }
    return NULL;
}

/* "Name: …", or a continuation with something on it. */
static gboolean good_header_line(const char *line, gsize length, gboolean first) {
    gsize name = 0;
    if (*line == ' ' || *line == '\t') {
        while (name < length && strchr(" \t\r", line[name]) != NULL)
            name++;
        return !first && name < length;
    }
    while (name < length && (g_ascii_isalnum(line[name]) || line[name] == '-'))
        name++;
    return name > 0 && name + 1 < length && line[name] == ':' && line[name + 1] == ' ';
}

/* A body is 7bit or quoted-printable, so what is not ASCII in it would be read in different ways.
 */
static Wrong bad_body_bytes(const char *bytes, gsize length) {
    for (gsize i = 0; i < length; i++)
        if ((guint8)bytes[i] > 0x7e)
            return "a body that is not ASCII";
    return NULL;
}

/* The header block, line by line; *count: how many headers it has. Our own eyes, besides GMime's: a
 * header that only one kind of reader sees is not allowed. */
static Wrong bad_header_block(const char *bytes, gsize length, guint *count) {
    for (gsize at = 0; at < length && at < LONGEST_HEADER;) {
        const char *line = bytes + at;
        const char *feed = memchr(line, '\n', length - at);
        gsize size = feed ? (gsize)(feed - line) : length - at;
        gsize bare = size > 0 && line[size - 1] == '\r' ? size - 1 : size;
        if (bare == 0)
            return *count > 0 ? bad_body_bytes(line, length - at) : "no header";
        if (!good_header_line(line, bare, *count == 0))
            return "a header line of another form";
        *count += *line != ' ' && *line != '\t';
        at += size + 1;
    }
    return "a header without an end";
}

/* ---- headers ------------------------------------------------------------------------------- */

typedef const char *(*HeaderCheck)(const Gate *gate, const OutlineHeader *header);

static Wrong one_mailbox(const OutlineHeader *header) {
    return header->mailboxes == 1 && header->address != NULL ? NULL
                                                             : "more or less than one address";
}

static Wrong check_from(const Gate *gate, const OutlineHeader *header) {
    g_autofree char *address = look_address(header->address);
    g_autofree char *box = look_address(gate->box);
    if (one_mailbox(header) != NULL)
        return one_mailbox(header);
    if (strcmp(address, box) != 0)
        return "a sender that is not the box";
    const char *display = header->display ? header->display : "";
    if (gate->box_name == NULL)
        return look_at(gate, display, NULL, FALSE);
    g_autofree char *name = text_one_line(gate->box_name);
    return strcmp(display, name) == 0 ? NULL : "a sender's name that is not the site's";
}

static Wrong check_to(const Gate *gate, const OutlineHeader *header) {
    g_autofree char *address = look_address(header->address);
    g_autofree char *to = look_address(gate->to);
    if (one_mailbox(header) != NULL)
        return one_mailbox(header);
    if (strcmp(address, to) != 0)
        return "another recipient";
    return header->display == NULL || *header->display == '\0' ? NULL : "a recipient's name";
}

static Wrong check_reply_to(const Gate *gate, const OutlineHeader *header) {
    g_autofree char *address = look_address(header->address);
    if (one_mailbox(header) != NULL)
        return one_mailbox(header);
    if (header->display != NULL && *header->display != '\0')
        return "a name in Reply-To";
    return look_is_box(gate, address) ? NULL : "a reply address that is not the box's";
}

/* The subject is looked at with the text: Gate.own is about both. */
static Wrong check_subject(const Gate *gate, const OutlineHeader *header) {
    (void)gate;
    return g_str_is_ascii(header->raw) && g_utf8_validate(header->value, -1, NULL)
               ? NULL
               : "a subject that is not text";
}

static Wrong check_date(const Gate *gate, const OutlineHeader *header) {
    (void)gate;
    static const char form[] = "Aaa, 00 Aaa 0000 00:00:00 +0000";
    gboolean good = strlen(header->raw) == strlen(form) && g_str_has_suffix(header->raw, "+0000");
    for (gsize i = 0; good && form[i] != '\0'; i++) {
        char c = header->raw[i];
        good = form[i] == '0'             ? g_ascii_isdigit(c)
               : g_ascii_isalpha(form[i]) ? g_ascii_isalpha(c)
                                          : c == form[i];
    }
    return good ? NULL : "a date of another form";
}

/* Our own: letters and digits before the @, the domain of the box behind it. */
static gboolean is_own_id(const Gate *gate, const char *id) {
    g_autofree char *box = look_address(gate->box);
    g_autofree char *end = g_strconcat(strchr(box, '@'), ">", NULL);
    const char *at = strchr(id, '@');
    if (*id != '<' || at == NULL || at == id + 1 || strcmp(at, end) != 0)
        return FALSE;
    for (const char *p = id + 1; p < at; p++)
        if (!g_ascii_isalnum(*p))
            return FALSE;
    return TRUE;
}

static Wrong check_id(const Gate *gate, const OutlineHeader *header) {
    return is_own_id(gate, header->raw) ? NULL : "a Message-ID of another form";
}

/* <id>, plain; ids of the recipient's own mails stand here too, those of the other side never. */
static Wrong check_one_id(const Gate *gate, const char *id) {
    gsize length = strlen(id);
    if (length < 3 || !g_str_is_ascii(id) || id[0] != '<' || id[length - 1] != '>' ||
        strcspn(id + 1, "<>\"(),;:\\") != length - 2)
        return "a list of Message-IDs of another form";
    return is_own_id(gate, id) ? NULL : look_at(gate, id, NULL, TRUE);
}

static Wrong check_ids(const Gate *gate, const OutlineHeader *header) {
    g_auto(GStrv) ids = g_strsplit_set(header->raw, " \t", -1);
    for (guint i = 0; ids[i] != NULL; i++) {
        Wrong wrong = *ids[i] != '\0' ? check_one_id(gate, ids[i]) : NULL;
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

static Wrong check_auto(const Gate *gate, const OutlineHeader *header) {
    (void)gate;
    static const char *const values[] = {"auto-replied", "auto-generated", NULL};
    return g_strv_contains(values, header->raw) ? NULL : "Auto-Submitted with another value";
}

static Wrong check_version(const Gate *gate, const OutlineHeader *header) {
    (void)gate;
    return strcmp(header->raw, "1.0") == 0 ? NULL : "MIME-Version with another value";
}

static Wrong check_type(const Gate *gate, const OutlineHeader *header) {
    (void)gate;
    static const char mixed[] = "multipart/mixed; boundary=\"=_";
    static const char *const values[] = {"text/plain; charset=utf-8",
                                         "text/plain; charset=us-ascii", "application/octet-stream",
                                         NULL};
    if (g_strv_contains(values, header->raw))
        return NULL;
    if (!g_str_has_prefix(header->raw, mixed))
        return "a type of content that is not allowed";
    const char *p = header->raw + strlen(mixed);
    while (g_ascii_isalnum(*p))
        p++;
    return strcmp(p, "\"") == 0 ? NULL : "a boundary of another form";
}

static Wrong check_encoding(const Gate *gate, const OutlineHeader *header) {
    (void)gate;
    static const char *const values[] = {"7bit", "quoted-printable", NULL};
    return g_strv_contains(values, header->raw) ? NULL : "an encoding that is not allowed";
}

/* attachment; filename="amber-heron.packet" */
static Wrong check_disposition(const Gate *gate, const OutlineHeader *header) {
    static const char start[] = "attachment; filename=\"";
    static const char end[] = ".packet\"";
    if (!g_str_has_prefix(header->raw, start) || !g_str_has_suffix(header->raw, end))
        return "an attachment that is no packet";
    for (const char *p = header->raw + strlen(start); strcmp(p, end) != 0; p++)
        if (!g_ascii_isalnum(*p) && *p != '-')
            return "an attachment with another kind of name";
    return look_at(gate, header->raw, gate->own, FALSE);
}

typedef struct allowed {
    const char *name;
    HeaderCheck check;
    gboolean needed;
} Allowed;

static const Allowed OF_MAIL[] = {{"from", check_from, TRUE},
                                  {"to", check_to, TRUE},
                                  {"reply-to", check_reply_to, FALSE},
                                  {"subject", check_subject, TRUE},
                                  {"date", check_date, TRUE},
                                  {"message-id", check_id, TRUE},
                                  {"in-reply-to", check_ids, FALSE},
                                  {"references", check_ids, FALSE},
                                  {"auto-submitted", check_auto, TRUE},
                                  {"mime-version", check_version, TRUE},
                                  {"content-type", check_type, TRUE},
                                  {"content-transfer-encoding", check_encoding, FALSE},
                                  {NULL, NULL, FALSE}};
static const Allowed OF_PART[] = {{"content-type", check_type, TRUE},
                                  {"content-transfer-encoding", check_encoding, FALSE},
                                  {"content-disposition", check_disposition, FALSE},
                                  {NULL, NULL, FALSE}};

static const OutlineHeader *header_of(const GPtrArray *headers, const char *name, guint *count) {
    const OutlineHeader *found = NULL;
    *count = 0;
    for (guint i = 0; i < headers->len; i++) {
        const OutlineHeader *header = g_ptr_array_index(headers, i);
        if (strcmp(header->name, name) == 0) {
            found = found ? found : header;
            ++*count;
        }
    }
    return found;
}

static Wrong bad_headers(const Gate *gate, const GPtrArray *headers, const Allowed *list) {
    guint known = 0, times = 0;
    for (const Allowed *allowed = list; allowed->name != NULL; allowed++) {
        const OutlineHeader *header = header_of(headers, allowed->name, &times);
        if (times > 1)
            return "a header twice";
        if (header == NULL && allowed->needed)
            return "a header is missing";
        Wrong wrong = header ? allowed->check(gate, header) : NULL;
        if (wrong != NULL)
            return wrong;
        known += times;
    }
    return known == headers->len ? NULL : "a header that is not allowed";
}

/* ---- parts --------------------------------------------------------------------------------- */

static Wrong bad_text(const OutlinePart *part, const char **text) {
    gsize length;
    const char *bytes = g_bytes_get_data(part->content, &length);
    *text = NULL;
    if (strcmp(part->type, "text/plain") != 0)
        return "a text that is not text/plain";
    if (!g_utf8_validate(bytes ? bytes : "", (gssize)length, NULL))
        return "a text that is not UTF-8";
    for (gsize i = 0; i < length; i++)
        if ((guint8)bytes[i] < 0x20 && strchr("\n\r\t", bytes[i]) == NULL)
            return "a control character";
    *text = bytes;
    return NULL;
}

/* "worrybox packet 1" (or 2) and base64, nothing else: who reads it needs a key. Names are not
 * looked for: short ones stand in base64 by chance. */
static Wrong bad_packet(const Gate *gate, const OutlinePart *part) {
    static const char magic[] = "worrybox packet ";
    gsize length, at = strlen(magic) + 1;
    const char *bytes = g_bytes_get_data(part->content, &length);
    guint times = 0;
    Wrong wrong = bad_headers(gate, part->headers, OF_PART);
    if (wrong != NULL)
        return wrong;
    if (header_of(part->headers, "content-disposition", &times) == NULL)
        return "a second text";
    if (length <= at || memcmp(bytes, magic, at - 1) != 0 ||
        memchr("12", bytes[at - 1], 2) == NULL || memchr("\r\n", bytes[at], 2) == NULL)
        return "an attachment that is no packet";
    for (; at < length; at++)
        if (!g_ascii_isalnum(bytes[at]) && memchr("+/=\r\n", bytes[at], 5) == NULL)
            return "an attachment that is no packet";
    return NULL;
}

/* Subject and text together, as Gate.own has them. */
static Wrong bad_words(const Gate *gate, const Outline *outline, const OutlinePart *part) {
    guint times;
    const char *text = NULL;
    Wrong wrong = bad_text(part, &text);
    if (wrong != NULL)
        return wrong;
    const char *subject = header_of(outline->headers, "subject", &times)->value;
    const char *own = gate->own ? strstr(gate->own, "\n\n") : NULL;
    g_autofree char *whole =
        gate->unmasked && own != NULL
            ? g_strconcat(subject, own, NULL)
            : g_strdup_printf("%s\n\n%.*s", subject, (int)g_bytes_get_size(part->content),
                              text ? text : "");
    return look_at(gate, whole, gate->own, FALSE);
}

static Wrong bad_parts(const Gate *gate, const Outline *outline) {
    if (outline->strange || outline->parts->len != (outline->multipart ? 2 : 1))
        return "parts that are not allowed";
    const OutlinePart *text = g_ptr_array_index(outline->parts, 0);
    guint times = 0;
    Wrong wrong = NULL;
    if (outline->multipart) {
        wrong = bad_headers(gate, text->headers, OF_PART);
        if (wrong == NULL && header_of(text->headers, "content-disposition", &times) != NULL)
            wrong = "a text with a name";
        if (wrong == NULL)
            wrong = bad_packet(gate, g_ptr_array_index(outline->parts, 1));
    }
    return wrong ? wrong : bad_words(gate, outline, text);
}

/* ---- all of it ----------------------------------------------------------------------------- */

static Wrong bad_mail(const Gate *gate, GBytes *mail) {
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    guint count = 0;
    Wrong wrong = bad_lines(bytes, length);
    if (wrong == NULL)
        wrong = bad_header_block(bytes, length, &count);
    if (wrong != NULL)
        return wrong;
    g_autoptr(Outline) outline = outline_read(mail, NULL);
    if (outline == NULL)
        return "it cannot be read as a mail";
    if (outline->headers->len != count)
        return "a header that not every reader sees";
    wrong = bad_headers(gate, outline->headers, OF_MAIL);
    return wrong ? wrong : bad_parts(gate, outline);
}

gboolean gate_check(const Gate *gate, GBytes *mail, GError **error) {
    Wrong wrong = bad_mail(gate, mail);
    return wrong == NULL || fault_set(error, FAULT_MAIL, "not sent: it has %s", wrong);
}
