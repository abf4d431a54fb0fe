#include "value/address.h"

#include <string.h>

enum { LONGEST = 254, LONGEST_LOCAL = 64 };

/* Two dots in a row are let through: some providers have given such addresses out. */
static gboolean plain(const char *text, gsize length) {
    for (const char *p = text; p < text + length; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c < 0x80 ? c <= 0x20 || c == 0x7f || strchr("<>()[],;:\\\"@", (int)c) != NULL
                     : !g_unichar_isgraph(c) || g_unichar_isspace(c) ||
                           g_unichar_type(c) == G_UNICODE_FORMAT)
            return FALSE;
    }
    return length > 0 && text[0] != '.' && text[length - 1] != '.';
}

static gboolean good_domain(const char *domain) {
    if (!plain(domain, strlen(domain)) || strstr(domain, "..") != NULL || domain[0] == '-')
        return FALSE;
    for (; *domain != '\0'; domain++)
        if ((guint8)*domain < 0x80 && !g_ascii_isalnum(*domain) && strchr(".-_", *domain) == NULL)
            return FALSE;
    return TRUE;
}

char *address_new(const char *text) {
    if (text == NULL || strlen(text) > LONGEST * 2 || !g_utf8_validate(text, -1, NULL))
        return NULL;
    g_autofree char *address = g_strstrip(g_strdup(text));
    char *at = strrchr(address, '@');
    if (at == NULL || strlen(address) > LONGEST || at - address > LONGEST_LOCAL)
        return NULL;
    if (!plain(address, (gsize)(at - address)) || !good_domain(at + 1))
        return NULL;
    g_autofree char *domain = g_utf8_strdown(at + 1, -1);
    return g_strdup_printf("%.*s@%s", (int)(at - address), address, domain);
}

char *address_normal(const char *address) {
    g_autofree char *low = g_utf8_strdown(address, -1);
    g_autofree char *normal = g_utf8_normalize(low, -1, G_NORMALIZE_NFKC);
    const char *whole = normal ? normal : low;
    const char *at = strrchr(whole, '@');
    gsize local = strcspn(whole, "+");
    if (local == 0 || whole + local > at)
        local = (gsize)(at - whole);
    return g_strdup_printf("%.*s%s", (int)local, whole, at);
}

gboolean address_same(const char *a, const char *b) {
    if (a == NULL || b == NULL)
        return FALSE;
    g_autofree char *x = address_normal(a), *y = address_normal(b);
    return strcmp(x, y) == 0;
}

char *address_local(const char *address) {
    return g_strndup(address, (gsize)(strrchr(address, '@') - address));
}

const char *address_domain(const char *address) {
    return strrchr(address, '@') + 1;
}

gboolean address_within(const char *address, const GPtrArray *domains) {
    const char *domain = address_domain(address);
    for (guint i = 0; domains != NULL && i < domains->len; i++) {
        const char *ours = g_ptr_array_index(domains, i);
        gsize n = strlen(domain), m = strlen(ours);
        if (n >= m && strcmp(domain + n - m, ours) == 0 && (n == m || domain[n - m - 1] == '.'))
            return TRUE;
    }
    return FALSE;
}

char *address_tagged(const char *address, const char *token) {
    g_autofree char *local = address_local(address);
    return g_strdup_printf("%s+%s@%s", local, token, address_domain(address));
}
