#include "box/own-copy.h"

#include <string.h>

#include "value/address.h"

enum { TOKEN = 26 };

/* The value of the one field called `name`, unfolded; NULL where there is none, or two. */
static char *field(const char *text, gsize length, const char *name) {
    g_autoptr(GString) value = NULL;
    gsize size = strlen(name);
    gboolean inside = FALSE;
    for (const char *line = text, *end = text + length, *stop; line < end; line = stop + 1) {
        stop = memchr(line, '\n', (gsize)(end - line));
        stop = stop != NULL ? stop : end;
        gboolean folded = *line == ' ' || *line == '\t';
        if (!folded)
            inside = (gsize)(stop - line) > size && line[size] == ':' &&
                     g_ascii_strncasecmp(line, name, size) == 0;
        if (!inside)
            continue;
        const char *from = folded ? line : line + size + 1;
        if (!folded && value != NULL)
            return NULL;
        if (value == NULL)
            value = g_string_new(NULL);
        g_string_append_len(value, from, stop - from);
    }
    return value != NULL ? g_strstrip(g_string_free(g_steal_pointer(&value), FALSE)) : NULL;
}

/* The address of "Name <local@domain>" or "local@domain", its domain in ASCII, as it stands in what
 * we write; NULL. */
static char *address_in(const char *from) {
    const char *open = strrchr(from, '<');
    gsize length = strlen(from);
    if (open != NULL && (from[length - 1] != '>' || memchr(from, '@', (gsize)(open - from))))
        return NULL; /* several, or a name that looks like one */
    g_autofree char *text =
        open != NULL ? g_strndup(open + 1, strlen(open) - 2) : g_strndup(from, length);
    g_autofree char *address = address_new(text);
    if (address == NULL)
        return NULL;
    g_autofree char *local = address_local(address);
    g_autofree char *domain = g_hostname_to_ascii(address_domain(address));
    return domain != NULL ? g_strconcat(local, "@", domain, NULL) : g_steal_pointer(&address);
}

/* Small letters only: those of other programs that look alike seldom keep to that. */
static gboolean is_our_id(const char *id, const char *domain) {
    g_autofree char *rest = g_strdup_printf("@%s>", domain);
    return *id == '<' && strspn(id + 1, "abcdefghijklmnopqrstuvwxyz234567") == TOKEN &&
           g_ascii_strcasecmp(id + 1 + TOKEN, rest) == 0;
}

gboolean own_copy(GBytes *header, const char *address) {
    gsize length = 0;
    const char *text = g_bytes_get_data(header, &length);
    g_autofree char *id = field(text, length, "Message-ID");
    g_autofree char *from = field(text, length, "From");
    g_autofree char *sender = from != NULL ? address_in(from) : NULL;
    g_autofree char *box = address_in(address);
    return id != NULL && address_same(sender, box) && is_our_id(id, address_domain(box));
}
