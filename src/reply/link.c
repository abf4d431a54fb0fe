#include "reply/link.h"

#include "value/address.h"

/* What may stand in the address of a mailto: link as it is, besides the unreserved characters. */
static const char IN_ADDRESS[] = "@+!$'*";

char *link_mailto(const char *box, const char *token, gboolean plus, const char *word) {
    gboolean tagged = token != NULL && plus;
    g_autofree char *address = tagged ? address_tagged(box, token) : g_strdup(box);
    g_autofree char *bare = g_strchomp(g_strdup(word));
    g_autofree char *subject =
        token != NULL && !plus ? g_strdup_printf("%s [%s]", bare, token) : g_strdup(bare);
    g_autofree char *to = g_uri_escape_string(address, IN_ADDRESS, FALSE);
    g_autofree char *about = g_uri_escape_string(subject, NULL, FALSE);
    g_autofree char *text = g_uri_escape_string(word, NULL, FALSE);
    return g_strdup_printf("mailto:%s?subject=%s&body=%s", to, about, text);
}
