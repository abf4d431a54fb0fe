#include "mail/write.h"

#include <string.h>

#include "base/text.h"
#include "mail/encode.h"
#include "value/address.h"

/* Written by hand, not by GMime: what is here is all there is, and nothing of this host can slip
 * in. The egress gate reads it again with GMime. */

enum { MOST_REFS = 12 };

/* Only what may stand in a Message-ID, a boundary or a file name, whatever was handed in. */
static char *only(const char *text, const char *besides) {
    GString *out = g_string_new(NULL);
    for (const char *p = text ? text : ""; *p != '\0'; p++)
        if (g_ascii_isalnum(*p) || strchr(besides, *p) != NULL)
            g_string_append_c(out, *p);
    return g_string_free(out, FALSE);
}

/* An id that can be put between <> as it stands. */
static gboolean good_id(const char *id) {
    gsize length = strlen(id);
    for (const char *p = id; *p != '\0'; p++)
        if (*p < 0x21 || *p > 0x7e || strchr("<>()\"\\", *p) != NULL)
            return FALSE;
    return length > 0 && length <= 250 && strchr(id, '@') != NULL;
}

/* The domain in ASCII, as it stands in Message-IDs. */
static char *ascii_domain(const char *address) {
    const char *domain = address_domain(address);
    char *ascii = g_hostname_is_non_ascii(domain) ? g_hostname_to_ascii(domain) : NULL;
    return ascii ? ascii : g_strdup(domain);
}

/* local@domain with the domain in ASCII: a part before the @ that is not stays as it is (RFC 6532).
 */
static void put_address(GString *out, const char *name, const char *address) {
    g_autofree char *local = address_local(address);
    g_autofree char *domain = ascii_domain(address);
    g_string_append_printf(out, "%s: %s@%s\n", name, local, domain);
}

static void put_from(GString *out, const Envelope *envelope) {
    g_autofree char *name = text_one_line(envelope->box_name ? envelope->box_name : "");
    g_autofree char *local = address_local(envelope->box);
    g_autofree char *domain = ascii_domain(envelope->box);
    g_string_append(out, "From: ");
    gsize start = out->len;
    if (*name != '\0')
        encode_phrase(out, name);
    gboolean fold = out->len - start + strlen(envelope->box) > 60;
    g_string_append_printf(out, "%s<%s@%s>\n",
                           *name == '\0' ? ""
                           : fold        ? "\n "
                                         : " ",
                           local, domain);
}

static void put_subject(GString *out, const Draft *draft, const char *token, gboolean tag) {
    g_autofree char *subject = text_one_line(draft->subject ? draft->subject : "");
    g_autofree char *cut = text_cut(subject, 200);
    g_autofree char *tagged = tag ? g_strdup_printf("%s [%s]", cut, token) : g_strdup(cut);
    g_string_append(out, "Subject: ");
    encode_header(out, tagged, strlen("Subject: "));
    g_string_append_c(out, '\n');
}

/* In-Reply-To and References. Without plus addresses our own id stands among the references too:
 * some servers give the mail another Message-ID, but leave these alone. */
static void put_refs(GString *out, const GPtrArray *refs, const char *own) {
    g_autoptr(GPtrArray) good = g_ptr_array_new();
    for (guint i = 0; i < refs->len; i++)
        if (good_id(g_ptr_array_index(refs, i)))
            g_ptr_array_add(good, g_ptr_array_index(refs, i));
    if (good->len > MOST_REFS) /* RFC 5322: keep the first and the last */
        g_ptr_array_remove_range(good, 1, good->len - MOST_REFS);
    if (good->len > 0)
        g_string_append_printf(out, "In-Reply-To: <%s>\n",
                               (char *)g_ptr_array_index(good, good->len - 1));
    if (own != NULL)
        g_ptr_array_add(good, (gpointer)own);
    for (guint i = 0; i < good->len; i++)
        g_string_append_printf(out, "%s<%s>\n", i == 0 ? "References: " : " ",
                               (char *)g_ptr_array_index(good, i));
}

static void put_header(GString *out, const Draft *draft, const Envelope *envelope,
                       const char *token) {
    gboolean tag = draft->answerable && !envelope->plus;
    g_autofree char *domain = ascii_domain(envelope->box);
    g_autofree char *id = g_strdup_printf("%s@%s", token, domain);
    g_autofree char *date = encode_date(envelope->date);
    g_autofree char *reply = draft->answerable && envelope->plus
                                 ? address_tagged(envelope->box, token)
                                 : g_strdup(envelope->box);
    put_from(out, envelope);
    put_address(out, "To", envelope->to);
    put_address(out, "Reply-To", reply);
    put_subject(out, draft, token, tag);
    g_string_append_printf(out, "Date: %s\nMessage-ID: <%s>\n", date, id);
    put_refs(out, draft->refs, tag ? id : NULL);
    g_string_append_printf(out, "Auto-Submitted: %s\nMIME-Version: 1.0\n",
                           draft->to->side == SIDE_PUPIL ? "auto-replied" : "auto-generated");
}

/* The header of a part, the empty line, and the part; `more` is a further header line or "". */
static void put_part(GString *out, const char *text, const char *more) {
    gboolean plain = encode_is_plain(text);
    g_string_append_printf(out,
                           "Content-Type: text/plain; charset=utf-8\n"
                           "Content-Transfer-Encoding: %s\n%s\n",
                           plain ? "7bit" : "quoted-printable", more);
    if (!plain) {
        encode_quoted(out, text);
        return;
    }
    g_string_append(out, text);
    if (*text != '\0' && !g_str_has_suffix(text, "\n"))
        g_string_append_c(out, '\n');
}

static void put_attached(GString *out, const Draft *draft, const char *body, const char *token) {
    g_autofree char *name = only(draft->attached_name, ".-_");
    g_autofree char *packet = text_clean(draft->attached, -1);
    g_autofree char *disposition =
        g_strdup_printf("Content-Disposition: attachment; filename=\"%s\"\n", name);
    g_string_append_printf(out, "Content-Type: multipart/mixed; boundary=\"=_%s\"\n\n--=_%s\n",
                           token, token);
    put_part(out, body, "");
    g_string_append_printf(out, "\n--=_%s\n", token);
    put_part(out, packet, disposition);
    g_string_append_printf(out, "\n--=_%s--\n", token);
}

GBytes *mail_write(const Draft *draft, const Envelope *envelope) {
    g_autofree char *token = only(draft->token, "");
    g_autofree char *body = text_clean(draft->body ? draft->body : "", -1);
    GString *out = g_string_sized_new(8192);
    put_header(out, draft, envelope, token);
    if (draft->attached != NULL)
        put_attached(out, draft, body, token);
    else
        put_part(out, body, "");
    return g_string_free_to_bytes(out);
}
