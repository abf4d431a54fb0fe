#include "mail/inside.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"

static void start_gmime(void) {
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        g_mime_init();
        g_once_init_leave(&once, 1);
    }
}

static void part_free(gpointer data) {
    Part *part = data;
    g_free(part->type);
    g_free(part);
}

void mail_free(Mail *mail) {
    if (mail == NULL)
        return;
    g_ptr_array_unref(mail->parts);
    g_clear_object(&mail->message);
    facts_free(mail->facts);
    g_free(mail->subject);
    g_free(mail->from_text);
    g_bytes_unref(mail->raw);
    g_free(mail);
}

static gboolean begins(const char *bytes, gsize length, const char *word) {
    return length >= strlen(word) && memcmp(bytes, word, strlen(word)) == 0;
}

/* Where the header ends: the first empty line. */
static const char *body_of(const char *bytes, gsize length) {
    const char *body = memmem(bytes, length, "\n\n", 2);
    gsize before = body ? (gsize)(body - bytes) : length;
    const char *crlf = memmem(bytes, before, "\n\r\n", 3);
    body = crlf ? crlf : body;
    return body ? body : bytes + length;
}

/* Past the "From " line of an mbox, and past blank lines above a header (as left by a careless
 * export); a single empty line is an empty header. */
static const char *header_start(const char *bytes, gsize length) {
    static const char *const fields[] = {"Return-", "Received:", "Delivered-", "From:",
                                         "Date:",   "Message-",  "X-",         "MIME-",
                                         "To:",     "Subject:"};
    const char *start = bytes, *end = bytes + length;
    if (begins(bytes, length, "From ") || begins(bytes, length, ">From ")) {
        const char *stop = memchr(bytes, '\n', length);
        return stop ? stop + 1 : end;
    }
    while (start < end && g_ascii_isspace(*start))
        start++;
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        if (begins(start, (gsize)(end - start), fields[i]))
            return start;
    return bytes;
}

/* The bytes as GMime shall see them: from the header on, with an empty header before a text that
 * has none, and without NULs in the header, at which GMime would cut values. */
static GBytes *made_plain(GBytes *raw) {
    gsize length = 0;
    const char *bytes = g_bytes_get_data(raw, &length), *end = bytes + length;
    const char *start = header_start(bytes, length);
    gsize left = (gsize)(end - start);
    const char *stop = memchr(start, '\n', left);
    gsize line = stop ? (gsize)(stop - start) : left;
    gboolean headless = line > 0 && start[0] != '\r' && memchr(start, ':', line) == NULL;
    const char *body = body_of(start, left);
    if (!headless && memchr(start, '\0', (gsize)(body - start)) == NULL)
        return g_bytes_new_from_bytes(raw, (gsize)(start - bytes), left);
    GByteArray *copy = g_byte_array_sized_new((guint)left + 1);
    if (headless)
        g_byte_array_append(copy, (const guint8 *)"\n", 1);
    for (const char *p = start; p < body; p++)
        if (*p != '\0')
            g_byte_array_append(copy, (const guint8 *)p, 1);
    g_byte_array_append(copy, (const guint8 *)body, (guint)(end - body));
    return g_byte_array_free_to_bytes(copy);
}

static gboolean parse(Mail *mail, GError **error) {
    gsize length = 0;
    mail->view.data = (guint8 *)g_bytes_get_data(mail->raw, &length);
    mail->view.len = (guint)length;
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_byte_array(&mail->view);
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    mail->message = g_mime_parser_construct_message(parser, NULL);
    if (mail->message == NULL)
        return fault_set(error, FAULT_MAIL, "its structure cannot be understood");
    return TRUE;
}

/* Walking the tree: what the leaves of one mail have in common. */
typedef struct walk {
    const Limits *limits;
    GPtrArray *parts;
    guint seen;    /* parts of every kind */
    guint choices; /* alternatives met so far */
} Walk;

static gboolean is_attached(GMimeObject *object) {
    const char *disposition = g_mime_object_get_disposition(object);
    return disposition != NULL && g_ascii_strcasecmp(disposition, "attachment") == 0;
}

/* The first text of a mail is its text, named or not; later ones with a file name are files. */
static enum part_use use_of(const Walk *walk, GMimeObject *object) {
    GMimeContentType *type = g_mime_object_get_content_type(object);
    gboolean html = g_mime_content_type_is_type(type, "text", "html") ||
                    g_mime_content_type_is_type(type, "application", "xhtml+xml");
    gboolean plain = g_mime_content_type_is_type(type, "text", "plain");
    if ((!html && !plain) || !GMIME_IS_PART(object) || is_attached(object))
        return PART_FILE;
    gboolean first = TRUE;
    for (guint i = 0; i < walk->parts->len; i++)
        first &= ((Part *)g_ptr_array_index(walk->parts, i))->use == PART_FILE;
    const char *name = g_mime_part_get_filename(GMIME_PART(object));
    if (name != NULL && !first)
        return PART_FILE;
    return html ? PART_HTML : PART_PLAIN;
}

char *mail_part_name(const Part *part) {
    const char *name =
        GMIME_IS_PART(part->inside) ? g_mime_part_get_filename(GMIME_PART(part->inside)) : NULL;
    return name != NULL ? text_one_line(name) : NULL;
}

/* What a file name says of a part that only calls itself some bytes (RFC 8551, 3.2.1). */
static const char *type_by_name(GMimeObject *object) {
    const char *name = GMIME_IS_PART(object) ? g_mime_part_get_filename(GMIME_PART(object)) : NULL;
    g_autofree char *small = g_ascii_strdown(name ? name : "", -1);
    if (g_str_has_suffix(small, ".p7m"))
        return "application/pkcs7-mime";
    if (strcmp(small, "winmail.dat") == 0)
        return "application/ms-tnef";
    return g_str_has_suffix(small, ".rpmsg") ? "application/x-microsoft-rpmsg-message" : NULL;
}

static void add_part(Walk *walk, GMimeObject *object, guint choice) {
    GMimeContentType *type = g_mime_object_get_content_type(object);
    g_autofree char *name = g_mime_content_type_get_mime_type(type);
    gboolean bytes = g_mime_content_type_is_type(type, "application", "octet-stream");
    const char *better = bytes ? type_by_name(object) : NULL;
    g_autofree char *plain = text_one_line(better ? better : name);
    Part *part = g_new0(Part, 1);
    part->type = g_ascii_strdown(plain, -1);
    part->use = use_of(walk, object);
    part->choice = choice;
    const char *format = g_mime_content_type_get_parameter(type, "format");
    const char *delsp = g_mime_content_type_get_parameter(type, "delsp");
    part->flowed = format != NULL && g_ascii_strcasecmp(format, "flowed") == 0;
    part->delsp = delsp != NULL && g_ascii_strcasecmp(delsp, "yes") == 0;
    part->inside = object;
    g_ptr_array_add(walk->parts, part);
}

static gboolean walk_tree(Walk *walk, GMimeObject *object, guint depth, guint choice,
                          GError **error) {
    if (++walk->seen > walk->limits->parts)
        return fault_set(error, FAULT_MAIL, "it has more than %u parts", walk->limits->parts);
    if (depth > walk->limits->depth)
        return fault_set(error, FAULT_MAIL, "its parts are nested more than %u deep",
                         walk->limits->depth);
    if (!GMIME_IS_MULTIPART(object)) {
        add_part(walk, object, choice);
        return TRUE;
    }
    GMimeContentType *type = g_mime_object_get_content_type(object);
    if (g_mime_content_type_is_type(type, "multipart", "alternative") && choice == 0)
        choice = ++walk->choices;
    GMimeMultipart *multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
        if (!walk_tree(walk, g_mime_multipart_get_part(multipart, i), depth + 1, choice, error))
            return FALSE;
    return TRUE;
}

/* Does a part that calls itself something else look like text that a person typed? */
static gboolean looks_like_text(const Part *part) {
    if (!GMIME_IS_PART(part->inside))
        return FALSE;
    g_autofree char *text = mail_part_text(part, 4096, NULL);
    gsize odd = 0, all = strlen(text);
    for (const char *p = text; *p != '\0'; p++)
        odd += (guint8)*p < 0x20 && strchr("\n\t\r\f", *p) == NULL;
    return all > 0 && odd == 0 && strstr(text, "\xef\xbf\xbd") == NULL;
}

/* A mail in which no part says that it is text still gets its words read, where it has any. */
static void find_some_text(Mail *mail) {
    Part *candidate = NULL;
    for (guint i = 0; i < mail->parts->len; i++) {
        Part *part = g_ptr_array_index(mail->parts, i);
        if (part->use != PART_FILE)
            return;
        static const char *const files[] = {"text/calendar", "text/vcard",          "text/x-vcard",
                                            "text/csv",      "text/rfc822-headers", NULL};
        gboolean text =
            g_str_has_prefix(part->type, "text/") && !g_strv_contains(files, part->type);
        gboolean alone =
            mail->parts->len == 1 && strcmp(part->type, "application/octet-stream") == 0;
        if (candidate == NULL && (text || (alone && !is_attached(part->inside))))
            candidate = part;
    }
    if (candidate != NULL && looks_like_text(candidate))
        candidate->use = strcmp(candidate->type, "text/html") == 0 ? PART_HTML : PART_PLAIN;
}

static gboolean list_parts(Mail *mail, const Limits *limits, GError **error) {
    Walk walk = {.limits = limits, .parts = mail->parts};
    GMimeObject *root = g_mime_message_get_mime_part(mail->message);
    if (root != NULL && !walk_tree(&walk, root, 1, 0, error))
        return FALSE;
    find_some_text(mail);
    return TRUE;
}

Mail *mail_read(GBytes *raw, const Reader *reader, GError **error) {
    if (!caps_size(g_bytes_get_size(raw), reader->limits, error))
        return NULL;
    g_autoptr(Mail) mail = g_new0(Mail, 1);
    mail->raw = made_plain(raw);
    mail->parts = g_ptr_array_new_with_free_func(part_free);
    if (!caps_check(mail->raw, reader->limits, error))
        return NULL;
    start_gmime();
    if (!parse(mail, error) || !list_parts(mail, reader->limits, error))
        return NULL;
    mail->subject = header_decoded(GMIME_OBJECT(mail->message), "Subject");
    mail->from_text = header_decoded(GMIME_OBJECT(mail->message), "From");
    mail->facts = facts_read(mail, reader);
    return g_steal_pointer(&mail);
}

const Facts *mail_facts(const Mail *mail) {
    return mail->facts;
}

const char *mail_subject(const Mail *mail) {
    return mail->subject;
}

const char *mail_from_text(const Mail *mail) {
    return mail->from_text;
}

const GPtrArray *mail_parts(const Mail *mail) {
    return mail->parts;
}

/* Reads a part piece by piece, decoded; gives at most `most` bytes to `into` (NULL: none) and
 * returns the size of all, or the first size beyond `most`. */
static gsize decode(const Part *part, gsize most, GByteArray *into) {
    GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part->inside));
    if (content == NULL)
        return 0;
    GMimeStream *source = g_mime_data_wrapper_get_stream(content);
    g_autoptr(GMimeStream) filtered = g_mime_stream_filter_new(source);
    g_autoptr(GMimeFilter) decoder =
        g_mime_filter_basic_new(g_mime_data_wrapper_get_encoding(content), FALSE);
    g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered), decoder);
    g_mime_stream_reset(source);
    char buffer[16384];
    gsize all = 0;
    for (ssize_t n; (n = g_mime_stream_read(filtered, buffer, sizeof buffer)) > 0;) {
        all += (gsize)n;
        if (into == NULL)
            continue;
        g_byte_array_append(into, (const guint8 *)buffer, (guint)MIN((gsize)n, most - into->len));
        if (into->len == most)
            break;
    }
    return all;
}

char *mail_part_text(const Part *part, gsize most, gboolean *cut) {
    if (cut != NULL)
        *cut = FALSE;
    if (!GMIME_IS_PART(part->inside))
        return g_strdup("");
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    decode(part, most + 1, bytes);
    if (bytes->len > most) {
        g_byte_array_set_size(bytes, (guint)most);
        if (cut != NULL)
            *cut = TRUE;
    }
    const char *charset = g_mime_object_get_content_type_parameter(part->inside, "charset");
    return charset_text((const char *)bytes->data, bytes->len, charset);
}

gsize mail_part_bytes(const Part *part) {
    if (GMIME_IS_PART(part->inside))
        return decode(part, 0, NULL);
    GMimeMessage *message =
        GMIME_IS_MESSAGE_PART(part->inside) ? g_mime_message_part_get_message(part->inside) : NULL;
    if (message == NULL)
        return 0;
    g_autoptr(GMimeStream) null = g_mime_stream_null_new();
    ssize_t size = g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, null);
    return size > 0 ? (gsize)size : 0;
}
