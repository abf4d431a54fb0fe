#include "box/own-copy.h"

#include <string.h>

#include "mail/mail.h"
#include "value/address.h"

enum { TOKEN = 26 };

/* With the domain in ASCII, as it stands in what we write. */
static char *in_ascii(const char *address) {
    g_autofree char *local = address_local(address);
    g_autofree char *domain = g_hostname_to_ascii(address_domain(address));
    return domain != NULL ? g_strconcat(local, "@", domain, NULL) : g_strdup(address);
}

/* Small letters only: those of other programs that look alike seldom keep to that. */
static gboolean is_our_id(const char *id, const char *domain) {
    return id != NULL && strspn(id, "abcdefghijklmnopqrstuvwxyz234567") == TOKEN &&
           id[TOKEN] == '@' && g_ascii_strcasecmp(id + TOKEN + 1, domain) == 0;
}

gboolean own_copy(GBytes *header, const char *address) {
    g_autoptr(Facts) facts = mail_scan(header);
    g_autofree char *box = in_ascii(address);
    g_autofree char *from = facts->from != NULL ? in_ascii(facts->from) : NULL;
    return address_same(from, box) && is_our_id(facts->message_id, address_domain(box));
}
