#include <string.h>

#include "base/text.h"
#include "value/address.h"
#include "vault/inside.h"
#include "vault/secret.h"

enum { TOKEN = 16, LONGEST_FIELD = 16 << 10 };

char *vault_token(void) {
    guint8 bytes[TOKEN];
    randombytes_buf(bytes, sizeof bytes);
    char *token = text_base32(bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return token;
}

static GBytes *keyed(const Vault *vault, const guint8 *key, const char *label, const char *text) {
    const HashPart parts[] = {
        {label, strlen(label)}, {vault->site, VAULT_SITE}, {text, strlen(text)}};
    guint8 *hash = g_malloc(VAULT_HASH);
    hash_parts(hash, key, parts, G_N_ELEMENTS(parts));
    return g_bytes_new_take(hash, VAULT_HASH);
}

GBytes *vault_hash_writer(const Vault *vault, const char *address) {
    g_autofree char *normal = address_normal(address);
    return keyed(vault, vault->pepper, "worrybox writer 1", normal);
}

GBytes *vault_hash_line(const Vault *vault, const char *listener, const char *line) {
    g_autofree char *both = g_strconcat(listener, "\n", line, NULL);
    return keyed(vault, vault->pepper, "worrybox line 1", both);
}

GBytes *vault_hash_token(const Vault *vault, const char *token) {
    g_autofree char *small = g_ascii_strdown(token, -1);
    return keyed(vault, vault->tokens, "worrybox token 1", small);
}

/* ---- known mail ----------------------------------------------------------------------------
 * The same mail may come with other Received lines, other line ends, other folding. So it is known
 * by what its author's program wrote, where that is enough to tell two mails apart:
 *   H(mails; "worrybox mail 1" | site | "M" | text for each of FIELDS | body without line feeds at
 *     its end)
 * and else by all of it:
 *   H(mails; "worrybox mail 1" | site | "R" | all bytes)
 * both with LF for CRLF. A text of a field: what follows the colon, runs of blanks and folds as one
 * blank, none at the ends, and a line feed; a field that stands there twice counts twice. */

enum { FROM, DATE, MESSAGE_ID, SUBJECT, FIELDS };
static const char *const FIELD_NAMES[FIELDS] = {"from", "date", "message-id", "subject"};

typedef struct known {
    GString *fields[FIELDS];
    gboolean odd; /* a field is longer than any that is honest */
} Known;

/* The end of the line that starts at `at`: behind its line feed. */
static const char *line_end(const char *at, const char *end) {
    const char *feed = memchr(at, '\n', (gsize)(end - at));
    return feed ? feed + 1 : end;
}

static gboolean is_empty(const char *at, const char *end) {
    return end > at && (*at == '\n' || (end - at >= 2 && at[0] == '\r' && at[1] == '\n'));
}

/* Where the field ends that starts at `at`: its folded lines belong to it. */
static const char *field_end(const char *at, const char *end) {
    do
        at = line_end(at, end);
    while (at < end && (*at == ' ' || *at == '\t'));
    return at;
}

static void add_value(Known *known, GString *to, const char *at, const char *end) {
    gboolean gap = FALSE, any = FALSE;
    for (; at < end && to->len <= LONGEST_FIELD; at++) {
        if (g_ascii_isspace(*at)) {
            gap = any;
            continue;
        }
        if (gap)
            g_string_append_c(to, ' ');
        g_string_append_c(to, *at);
        any = TRUE;
        gap = FALSE;
    }
    g_string_append_c(to, '\n');
    known->odd |= to->len > LONGEST_FIELD;
}

static void see_field(Known *known, const char *at, const char *end) {
    const char *colon = memchr(at, ':', (gsize)(end - at));
    if (colon == NULL)
        return;
    gsize length = (gsize)(colon - at);
    while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
        length--;
    for (int i = 0; i < FIELDS; i++)
        if (strlen(FIELD_NAMES[i]) == length &&
            g_ascii_strncasecmp(at, FIELD_NAMES[i], length) == 0)
            add_value(known, known->fields[i], colon + 1, end);
}

/* Reads the header; answers where the body starts. */
static const char *see_header(Known *known, const char *at, const char *end) {
    while (at < end && !is_empty(at, end)) {
        const char *next = field_end(at, end);
        see_field(known, at, next);
        at = next;
    }
    return at < end ? line_end(at, end) : end;
}

/* LF for CRLF, in as few pieces as there are CRLFs. */
static void add_bytes(crypto_generichash_state *state, const char *at, const char *end) {
    while (at < end) {
        const char *cr = memchr(at, '\r', (gsize)(end - at));
        while (cr != NULL && (cr + 1 == end || cr[1] != '\n'))
            cr = memchr(cr + 1, '\r', (gsize)(end - cr - 1));
        const char *stop = cr ? cr : end;
        crypto_generichash_update(state, (const guint8 *)at, (gsize)(stop - at));
        at = cr ? cr + 1 : end;
    }
}

static void add_known(crypto_generichash_state *state, const Known *known, const char *body,
                      const char *end) {
    g_autoptr(GByteArray) texts = g_byte_array_new();
    put_u8(texts, 'M');
    for (int i = 0; i < FIELDS; i++) {
        put_u32(texts, (guint32)known->fields[i]->len);
        put(texts, known->fields[i]->str, known->fields[i]->len);
    }
    crypto_generichash_update(state, texts->data, texts->len);
    while (end > body && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    add_bytes(state, body, end);
}

GBytes *vault_hash_mail(const Vault *vault, GBytes *raw) {
    static const char label[] = "worrybox mail 1";
    gsize length;
    const char *at = g_bytes_get_data(raw, &length), *end = at + length;
    Known known = {.odd = FALSE};
    for (int i = 0; i < FIELDS; i++)
        known.fields[i] = g_string_new(NULL);
    const char *body = see_header(&known, at, end);
    crypto_generichash_state state;
    crypto_generichash_init(&state, vault->mails, VAULT_KEY, VAULT_HASH);
    crypto_generichash_update(&state, (const guint8 *)label, strlen(label));
    crypto_generichash_update(&state, vault->site, VAULT_SITE);
    if (!known.odd && known.fields[MESSAGE_ID]->len > 1 && known.fields[DATE]->len > 1) {
        add_known(&state, &known, body, end);
    } else {
        crypto_generichash_update(&state, (const guint8 *)"R", 1);
        add_bytes(&state, at, end);
    }
    guint8 *hash = g_malloc(VAULT_HASH);
    crypto_generichash_final(&state, hash, VAULT_HASH);
    sodium_memzero(&state, sizeof state);
    for (int i = 0; i < FIELDS; i++)
        g_string_free(known.fields[i], TRUE);
    return g_bytes_new_take(hash, VAULT_HASH);
}
