#include "mail/outline.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"

static void header_free(gpointer data) {
    OutlineHeader *header = data;
    g_free(header->name);
    g_free(header->raw);
    g_free(header->value);
    g_free(header->address);
    g_free(header->display);
    g_free(header);
}

static void part_free(gpointer data) {
    OutlinePart *part = data;
    g_free(part->type);
    g_free(part->encoding);
    g_ptr_array_unref(part->headers);
    g_bytes_unref(part->content);
    g_free(part);
}

void outline_free(Outline *outline) {
    if (outline == NULL)
        return;
    g_ptr_array_unref(outline->headers);
    g_ptr_array_unref(outline->parts);
    g_free(outline);
}

/* ---- headers ------------------------------------------------------------------------------- */

static gboolean holds_addresses(const char *name) {
    static const char *const names[] = {"from", "to", "cc", "bcc", "sender", "reply-to", NULL};
    return g_strv_contains(names, name) || g_str_has_prefix(name, "resent-");
}

static void read_mailboxes(OutlineHeader *header) {
    InternetAddressList *list = internet_address_list_parse(NULL, header->raw);
    int count = list ? internet_address_list_length(list) : 0;
    for (int i = 0; i < count; i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        header->mailboxes += INTERNET_ADDRESS_IS_GROUP(one) ? 100 : 1;
        if (i > 0 || !INTERNET_ADDRESS_IS_MAILBOX(one))
            continue;
        const char *display = internet_address_get_name(one);
        header->address =
            g_strdup(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)));
        header->display = display ? text_one_line(display) : NULL;
    }
    g_clear_object(&list);
}

static OutlineHeader *read_header(GMimeHeader *from) {
    OutlineHeader *header = g_new0(OutlineHeader, 1);
    const char *raw = g_mime_header_get_raw_value(from);
    g_autofree char *unfolded = g_mime_utils_header_unfold(raw ? raw : "");
    g_autofree char *decoded = g_mime_utils_header_decode_text(NULL, unfolded);
    header->name = g_ascii_strdown(g_mime_header_get_name(from), -1);
    header->raw = g_strstrip(g_strdup(unfolded));
    header->value = text_one_line(decoded);
    header->is_address = holds_addresses(header->name);
    if (header->is_address)
        read_mailboxes(header);
    return header;
}

static void read_headers(GPtrArray *headers, GMimeObject *object) {
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    for (int i = 0; i < g_mime_header_list_get_count(list); i++)
        g_ptr_array_add(headers, read_header(g_mime_header_list_get_header_at(list, i)));
}

/* ---- parts --------------------------------------------------------------------------------- */

static GBytes *content_of(GMimePart *part) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *to = g_mime_stream_mem_new_with_byte_array(bytes);
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(to), FALSE);
    if (content != NULL)
        g_mime_data_wrapper_write_to_stream(content, to);
    g_object_unref(to);
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static void read_leaf(Outline *outline, GMimeObject *object, gboolean whole) {
    if (!GMIME_IS_PART(object)) {
        outline->strange = TRUE;
        return;
    }
    OutlinePart *part = g_new0(OutlinePart, 1);
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *encoding = g_mime_object_get_header(object, "Content-Transfer-Encoding");
    part->type = type ? g_mime_content_type_get_mime_type(type) : g_strdup("");
    part->encoding = encoding ? g_ascii_strdown(encoding, -1) : NULL;
    part->headers = g_ptr_array_new_with_free_func(header_free);
    if (!whole)
        read_headers(part->headers, object);
    part->content = content_of(GMIME_PART(object));
    g_ptr_array_add(outline->parts, part);
}

static gboolean blank(const char *text) {
    return text == NULL || text[strspn(text, "\r\n")] == '\0';
}

static void read_multipart(Outline *outline, GMimeMultipart *multipart) {
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
    outline->multipart = TRUE;
    outline->strange = !g_mime_content_type_is_type(type, "multipart", "mixed") ||
                       !blank(g_mime_multipart_get_prologue(multipart)) ||
                       !blank(g_mime_multipart_get_epilogue(multipart));
    for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
        read_leaf(outline, g_mime_multipart_get_part(multipart, i), FALSE);
}

/* ---- the mail ------------------------------------------------------------------------------ */

static GMimeMessage *parse(GBytes *mail) {
    static gsize started;
    if (g_once_init_enter(&started)) {
        g_mime_init();
        g_once_init_leave(&started, 1);
    }
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

Outline *outline_read(GBytes *mail, GError **error) {
    g_autoptr(GObject) owner = (GObject *)parse(mail);
    GMimeMessage *message = (GMimeMessage *)owner;
    GMimeObject *body = message ? g_mime_message_get_mime_part(message) : NULL;
    if (body == NULL) {
        fault_set(error, FAULT_MAIL, "it cannot be read as a mail");
        return NULL;
    }
    Outline *outline = g_new0(Outline, 1);
    outline->headers = g_ptr_array_new_with_free_func(header_free);
    outline->parts = g_ptr_array_new_with_free_func(part_free);
    read_headers(outline->headers, GMIME_OBJECT(message));
    read_headers(outline->headers, body);
    if (GMIME_IS_MULTIPART(body))
        read_multipart(outline, GMIME_MULTIPART(body));
    else
        read_leaf(outline, body, TRUE);
    return outline;
}
