#include "mail/inside.h"

#include <string.h>

#include "value/address.h"

/* Authentication-Results (RFC 8601): "id [version]; method=result [reason=…] type.property=value
 * …; …", with comments in round brackets and quoted strings anywhere. */
typedef struct scanner {
    const char *p;
} Scanner;

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

/* A quoted string or a run of other bytes up to a blank, a comment or one of `stops`. */
static char *next_word(Scanner *in, const char *stops) {
    skip_blanks(in);
    GString *word = g_string_new(NULL);
    if (*in->p == '"') {
        for (in->p++; *in->p != '\0' && *in->p != '"'; in->p++) {
            if (*in->p == '\\' && in->p[1] != '\0')
                in->p++;
            g_string_append_c(word, *in->p);
        }
        in->p += *in->p == '"';
        return g_string_free(word, FALSE);
    }
    while (*in->p != '\0' && *in->p != '(' && !g_ascii_isspace(*in->p) &&
           strchr(stops, *in->p) == NULL)
        g_string_append_c(word, *in->p++);
    g_string_ascii_down(word);
    return g_string_free(word, FALSE);
}

static gboolean take(Scanner *in, char c) {
    skip_blanks(in);
    if (*in->p != c)
        return FALSE;
    in->p++;
    return TRUE;
}

/* The domain of a property such as smtp.mailfrom: an address, @domain, or a bare domain. */
static const char *domain_of(const char *value) {
    const char *at = strrchr(value, '@');
    return at ? at + 1 : value;
}

/* Relaxed alignment (RFC 7489, 3.1): the same domain, or one below the other. */
static gboolean aligned(const char *a, const char *b) {
    gsize n = strlen(a), m = strlen(b);
    const char *longer = n >= m ? a : b, *shorter = n >= m ? b : a;
    gsize more = MAX(n, m), less = MIN(n, m);
    if (less == 0 || strchr(shorter, '.') == NULL)
        return FALSE;
    return g_ascii_strcasecmp(longer + more - less, shorter) == 0 &&
           (more == less || longer[more - less - 1] == '.');
}

typedef struct seen {
    gboolean dmarc_pass, dmarc_fail, aligned_pass, spf_fail;
} Seen;

/* What one "method=result props" says, `from` being the domain of the From address. */
static void judge(Seen *seen, const char *method, const char *result, const char *domain,
                  const char *from) {
    gboolean pass = strcmp(result, "pass") == 0, fail = strcmp(result, "fail") == 0;
    if (strcmp(method, "dmarc") == 0) {
        seen->dmarc_pass |= pass && from != NULL && (domain == NULL || aligned(domain, from));
        seen->dmarc_fail |= fail;
    }
    if (domain == NULL || from == NULL || !aligned(domain, from))
        return;
    if (strcmp(method, "spf") == 0 || strcmp(method, "dkim") == 0)
        seen->aligned_pass |= pass;
    seen->spf_fail |= fail && strcmp(method, "spf") == 0;
}

static gboolean names_domain(const char *property, const char *method) {
    static const char *const known[][2] = {{"spf", "smtp.mailfrom"},
                                           {"spf", "smtp.mail"},
                                           {"dkim", "header.d"},
                                           {"dkim", "header.i"},
                                           {"dmarc", "header.from"}};
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(known[i][0], method) == 0 && strcmp(known[i][1], property) == 0)
            return TRUE;
    return FALSE;
}

static void read_result(Scanner *in, Seen *seen, const char *from) {
    g_autofree char *method = next_word(in, "=;");
    g_autofree char *domain = NULL, *result = NULL;
    method[strcspn(method, "/")] = '\0'; /* its version */
    if (take(in, '='))
        result = next_word(in, ";");
    for (skip_blanks(in); *in->p != '\0' && *in->p != ';'; skip_blanks(in)) {
        g_autofree char *property = next_word(in, "=;");
        g_autofree char *value = take(in, '=') ? next_word(in, ";") : NULL;
        if (value != NULL && domain == NULL && names_domain(property, method))
            domain = g_strdup(domain_of(value));
        if (*property == '\0' && value == NULL && *in->p != '\0' && *in->p != ';')
            in->p++; /* a stray byte */
    }
    if (result != NULL)
        judge(seen, method, result, domain, from);
}

static enum auth verdict(const char *results, const char *from) {
    Scanner in = {results};
    Seen seen = {0};
    while (take(&in, ';'))
        read_result(&in, &seen, from);
    if (seen.dmarc_fail)
        return AUTH_FAIL;
    if (seen.dmarc_pass || seen.aligned_pass)
        return AUTH_PASS;
    return seen.spf_fail ? AUTH_FAIL : AUTH_NONE;
}

/* Only the topmost header of our own server counts: what stands below may have come with the mail.
 */
enum auth auth_read(GMimeObject *object, const char *authserv_id, const char *from) {
    if (authserv_id == NULL)
        return AUTH_NONE;
    guint count = header_count(object, "Authentication-Results");
    for (guint i = 0; i < count; i++) {
        g_autofree char *value = header_nth(object, "Authentication-Results", i);
        Scanner in = {value};
        g_autofree char *id = next_word(&in, ";");
        if (g_ascii_strcasecmp(id, authserv_id) != 0)
            continue;
        g_free(next_word(&in, ";")); /* its version */
        return verdict(in.p, from ? address_domain(from) : NULL);
    }
    return AUTH_NONE;
}
