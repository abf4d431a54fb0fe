#include "mail/inside.h"

#include <string.h>

#include "value/address.h"

/* Authentication-Results (RFC 8601, 2.2), unfolded:
 *     id [version] (";" method ["/" version] "=" result [reason "=" value]
 *                       *(ptype "." property "=" value))*
 * Comments may stand wherever blanks may, and values may be quoted. What is not of this shape says
 * nothing; the items beside it still count. */
typedef struct scanner {
    const char *p;
} Scanner;

/* What one item, "method=result …", says. */
typedef struct item {
    char *method, *result; /* owned, small letters; NULL: not of that shape */
    char *domains[2];      /* owned; the values of the properties that name a domain, see NAMED */
} Item;

/* The properties by which a method says whom it speaks of; the first has more weight. */
static const struct {
    const char *method, *properties[2];
} NAMED[] = {{"spf", {"smtp.mailfrom", "smtp.mail"}},
             {"dkim", {"header.d", "header.i"}},
             {"dmarc", {"header.from", NULL}}};

typedef struct seen {
    gboolean dmarc_pass, dmarc_fail, pass, fail; /* the latter two: of SPF and DKIM */
} Seen;

static void item_clear(Item *item) {
    g_free(item->method);
    g_free(item->result);
    g_free(item->domains[0]);
    g_free(item->domains[1]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Item, item_clear)

/* ---- words ----------------------------------------------------------------------------------- */

/* Blanks and comments, which may hold comments. */
static void skip_blanks(Scanner *in) {
    for (int depth = 0; *in->p != '\0'; in->p++) {
        if (*in->p == '\\' && depth > 0 && in->p[1] != '\0')
            in->p++;
        else if (*in->p == '(')
            depth++;
        else if (*in->p == ')' && depth > 0)
            depth--;
        else if (depth == 0 && !g_ascii_isspace(*in->p))
            return;
    }
}

static gboolean take(Scanner *in, char c) {
    skip_blanks(in);
    if (*in->p != c)
        return FALSE;
    in->p++;
    return TRUE;
}

/* Does a word end here? */
static gboolean at_end(const Scanner *in) {
    return *in->p == '\0' || *in->p == ';' || *in->p == '(' || g_ascii_isspace(*in->p);
}

/* Letters, digits, hyphens; in small letters; NULL where there are none. Caller frees. */
static char *keyword(Scanner *in) {
    skip_blanks(in);
    const char *start = in->p;
    while (g_ascii_isalnum(*in->p) || *in->p == '-' || *in->p == '_')
        in->p++;
    return in->p > start ? g_ascii_strdown(start, in->p - start) : NULL;
}

/* Appends a quoted string without its quotes. */
static void quoted(Scanner *in, GString *out) {
    for (in->p++; *in->p != '\0' && *in->p != '"'; in->p++) {
        if (*in->p == '\\' && in->p[1] != '\0')
            in->p++;
        g_string_append_c(out, *in->p);
    }
    in->p += *in->p == '"';
}

/* A token, a quoted string, or an address whose local part may be quoted. More bytes than the RFC
 * allows are taken, for servers write signatures and IPv6 addresses bare. Caller frees. */
static char *value(Scanner *in) {
    GString *text = g_string_new(NULL);
    skip_blanks(in);
    while (!at_end(in)) {
        if (*in->p == '"')
            quoted(in, text);
        else
            g_string_append_c(text, *in->p++);
    }
    return g_string_free(text, FALSE);
}

/* Is there no version here, or version 1, the only one there is? */
static gboolean version_known(Scanner *in) {
    skip_blanks(in);
    const char *start = in->p;
    while (g_ascii_isdigit(*in->p))
        in->p++;
    return in->p == start || (in->p == start + 1 && *start == '1');
}

static void skip_word(Scanner *in) {
    g_autofree char *ignored = value(in);
    (void)ignored;
}

/* To the ";" that ends the item, which does not stand in quotes or a comment. */
static void skip_item(Scanner *in) {
    for (skip_blanks(in); *in->p != '\0' && *in->p != ';'; skip_blanks(in))
        skip_word(in);
}

/* ---- one item -------------------------------------------------------------------------------- */

static void note_domain(Item *item, const char *property, const char *text) {
    for (guint i = 0; i < G_N_ELEMENTS(NAMED); i++)
        for (guint j = 0; j < 2; j++)
            if (strcmp(NAMED[i].method, item->method) == 0 && item->domains[j] == NULL &&
                g_strcmp0(NAMED[i].properties[j], property) == 0) {
                const char *at = strrchr(text, '@');
                item->domains[j] = g_strdup(at ? at + 1 : text);
            }
}

/* "ptype.property=value", or "reason=value" and the like, which say nothing. FALSE: neither. */
static gboolean read_property(Scanner *in, Item *item) {
    g_autofree char *type = keyword(in);
    g_autofree char *name = type != NULL && take(in, '.') ? keyword(in) : NULL;
    if (type == NULL || !take(in, '='))
        return FALSE;
    g_autofree char *text = value(in);
    g_autofree char *property = name != NULL ? g_strconcat(type, ".", name, NULL) : NULL;
    if (property != NULL)
        note_domain(item, property, text);
    return TRUE;
}

static void read_item(Scanner *in, Item *item) {
    item->method = keyword(in);
    gboolean known = item->method != NULL && (!take(in, '/') || version_known(in));
    g_autofree char *result = known && take(in, '=') ? keyword(in) : NULL;
    if (result != NULL && at_end(in)) {
        item->result = g_steal_pointer(&result);
        for (skip_blanks(in); *in->p != '\0' && *in->p != ';'; skip_blanks(in)) {
            Scanner ahead = *in;
            if (read_property(&ahead, item))
                *in = ahead;
            else
                skip_word(in);
        }
    }
    skip_item(in);
}

/* ---- what it comes to ------------------------------------------------------------------------ */

/* Relaxed alignment (RFC 7489, 3.1.1), without a list of public suffixes: the same domain, or one
 * below the other. */
static gboolean aligned(const char *a, const char *b) {
    if (!g_utf8_validate(a, -1, NULL) || !g_utf8_validate(b, -1, NULL))
        return FALSE;
    g_autofree char *x = g_hostname_to_ascii(a), *y = g_hostname_to_ascii(b);
    if (x == NULL || y == NULL)
        return FALSE;
    gsize n = strlen(x), m = strlen(y);
    const char *longer = n >= m ? x : y, *shorter = n >= m ? y : x;
    gsize more = MAX(n, m), less = MIN(n, m);
    if (less == 0 || strchr(shorter, '.') == NULL)
        return FALSE;
    return g_ascii_strcasecmp(longer + more - less, shorter) == 0 &&
           (more == less || longer[more - less - 1] == '.');
}

/* `from` is the domain of the From address; NULL: there is no such one address, and then nothing
 * can speak for it. */
static void judge(Seen *seen, const Item *item, const char *from) {
    const char *domain = item->domains[0] != NULL ? item->domains[0] : item->domains[1];
    gboolean pass = g_strcmp0(item->result, "pass") == 0;
    gboolean fail = g_strcmp0(item->result, "fail") == 0;
    gboolean ours = from != NULL && domain != NULL && aligned(domain, from);
    if (g_strcmp0(item->method, "dmarc") == 0) {
        seen->dmarc_pass |= pass && from != NULL && (ours || domain == NULL);
        seen->dmarc_fail |= fail;
    } else if (g_strcmp0(item->method, "spf") == 0 || g_strcmp0(item->method, "dkim") == 0) {
        seen->pass |= pass && ours;
        /* A list's signature that broke says nothing about the writer. */
        seen->fail |= fail && (ours || domain == NULL);
    }
}

static enum auth verdict(Scanner *in, const char *from) {
    Seen seen = {0};
    do {
        g_auto(Item) item = {0};
        read_item(in, &item);
        judge(&seen, &item, from);
    } while (take(in, ';'));
    if (seen.dmarc_fail)
        return AUTH_FAIL;
    if (seen.dmarc_pass || seen.pass)
        return AUTH_PASS;
    return seen.fail ? AUTH_FAIL : AUTH_NONE;
}

/* ---- which header ---------------------------------------------------------------------------- */

/* Exchange Online begins with that at once, and names nobody; so only
 * the topmost header of all can be its own. */
static gboolean begins_plain(Scanner *in) {
    Scanner ahead = *in;
    g_autofree char *method = keyword(&ahead);
    return method != NULL && take(&ahead, '=');
}

static gboolean is_of(Scanner *in, const char *authserv_id) {
    g_autofree char *id = value(in);
    return g_ascii_strcasecmp(id, authserv_id) == 0;
}

/* Exchange takes away what others write into this header. Mail from one of its own mailboxes to
 * another is not signed and comes from no server of the domain's, so nothing in it can fail. */
static gboolean is_internal(GMimeObject *object) {
    g_autofree char *as = header_raw(object, "X-MS-Exchange-Organization-AuthAs");
    return as != NULL && g_ascii_strcasecmp(as, "Internal") == 0;
}

/* Only the topmost header of our own server counts: what stands below may have come with the mail.
 */
enum auth auth_read(GMimeObject *object, const char *authserv_id, const char *from) {
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    int count = authserv_id != NULL ? g_mime_header_list_get_count(list) : 0;
    const char *domain = from != NULL ? address_domain(from) : NULL;
    gboolean microsoft = count > 0 && g_ascii_strcasecmp(authserv_id, "microsoft") == 0;
    for (int i = 0; i < count; i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *text = g_mime_header_get_raw_value(header);
        Scanner in = {text != NULL ? text : ""};
        if (g_ascii_strcasecmp(g_mime_header_get_name(header), "Authentication-Results") != 0)
            continue;
        if (microsoft) {
            enum auth auth = begins_plain(&in) ? verdict(&in, domain) : AUTH_NONE;
            return auth == AUTH_FAIL && is_internal(object) ? AUTH_NONE : auth;
        }
        if (is_of(&in, authserv_id))
            return version_known(&in) && take(&in, ';') ? verdict(&in, domain) : AUTH_NONE;
    }
    return AUTH_NONE;
}
