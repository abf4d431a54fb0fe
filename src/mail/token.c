#include "mail/inside.h"

#include <string.h>

#include "value/address.h"

enum { TOKEN = 26 };

static gboolean token_byte(char c) {
    return g_ascii_isalpha(c) || (c >= '2' && c <= '7');
}

gboolean token_is(const char *text, gsize length) {
    if (length != TOKEN)
        return FALSE;
    for (gsize i = 0; i < TOKEN; i++)
        if (!token_byte(text[i]))
            return FALSE;
    return TRUE;
}

static void add(GPtrArray *tokens, const char *text) {
    g_autofree char *token = g_ascii_strdown(text, TOKEN);
    if (!g_ptr_array_find_with_equal_func(tokens, token, g_str_equal, NULL))
        g_ptr_array_add(tokens, g_steal_pointer(&token));
}

static gboolean ends_word(char c) {
    return c == '\0' || (guint8)c <= ' ' || strchr("<>()[],;:\"", c) != NULL;
}

/* Does `text` (after the @) begin with just this domain? */
static gboolean domain_at(const char *text, const char *box) {
    if (box == NULL)
        return TRUE;
    const char *domain = address_domain(box);
    gsize length = strlen(domain);
    return g_ascii_strncasecmp(text, domain, length) == 0 && ends_word(text[length]);
}

/* Does the box's local part end just before `plus`? `start` is where the text begins. */
static gboolean local_before(const char *start, const char *plus, const char *box) {
    if (box == NULL)
        return plus > start && !ends_word(plus[-1]);
    g_autofree char *local = address_local(box);
    gsize length = strlen(local);
    if ((gsize)(plus - start) < length || g_ascii_strncasecmp(plus - length, local, length) != 0)
        return FALSE;
    return (gsize)(plus - start) == length || ends_word(plus[-(gssize)length - 1]);
}

void token_in_recipients(GPtrArray *tokens, const char *text, const char *box) {
    for (const char *at = text; (at = strchr(at, '@')) != NULL; at++) {
        if (at - text <= TOKEN || at[-TOKEN - 1] != '+' || !token_is(at - TOKEN, TOKEN))
            continue;
        if (domain_at(at + 1, box) && local_before(text, at - TOKEN - 1, box))
            add(tokens, at - TOKEN);
    }
}

void token_in_ids(GPtrArray *tokens, const char *text, const char *box) {
    for (const char *open = text; (open = strchr(open, '<')) != NULL;) {
        open++;
        gsize n = 0;
        while (n < TOKEN && token_byte(open[n]))
            n++;
        const char *at = open + n + strcspn(open + n, "@<> \t");
        if (n == TOKEN && (open[n] == '@' || open[n] == '.') && *at == '@' &&
            domain_at(at + 1, box))
            add(tokens, open);
    }
}

void token_in_subject(GPtrArray *tokens, const char *text) {
    for (const char *open = text; (open = strchr(open, '[')) != NULL;) {
        open++;
        gsize n = strcspn(open, "]");
        if (token_is(open, n) && open[n] == ']')
            add(tokens, open);
    }
}
