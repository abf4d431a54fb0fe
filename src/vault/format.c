#include "vault/format.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "vault/secret.h"

enum { CHECK = 4, GROUP = 4, NONE = -1 };

void put(GByteArray *to, gconstpointer bytes, gsize length) {
    if (length > 0)
        g_byte_array_append(to, bytes, (guint)length);
}

void put_u8(GByteArray *to, guint8 number) {
    put(to, &number, 1);
}

void put_u32(GByteArray *to, guint32 number) {
    guint32 little = GUINT32_TO_LE(number);
    put(to, &little, sizeof little);
}

void put_u64(GByteArray *to, guint64 number) {
    guint64 little = GUINT64_TO_LE(number);
    put(to, &little, sizeof little);
}

void put_text(GByteArray *to, const char *text) {
    put_u32(to, text ? (guint32)strlen(text) : (guint32)NONE);
    if (text != NULL)
        put(to, text, strlen(text));
}

void put_head_of(GByteArray *to, char kind, guint8 version, guint32 generation) {
    const guint8 head[4] = {'w', 'b', (guint8)kind, version};
    put(to, head, sizeof head);
    put_u32(to, generation);
}

void put_head(GByteArray *to, char kind, guint32 generation) {
    put_head_of(to, kind, FORMAT_VERSION, generation);
}

void put_place(GByteArray *to, const Place *place) {
    put(to, place->site, VAULT_SITE);
    put_u64(to, place->id);
    put_u64(to, place->message);
}

const guint8 *take(Take *from, gsize length) {
    if (from->bad || (gsize)(from->end - from->at) < length) {
        from->bad = TRUE;
        return NULL;
    }
    const guint8 *here = from->at;
    from->at += length;
    return here;
}

guint8 take_u8(Take *from) {
    const guint8 *byte = take(from, 1);
    return byte ? *byte : 0;
}

guint32 take_u32(Take *from) {
    guint32 little = 0;
    const guint8 *bytes = take(from, sizeof little);
    if (bytes != NULL)
        memcpy(&little, bytes, sizeof little);
    return GUINT32_FROM_LE(little);
}

guint64 take_u64(Take *from) {
    guint64 little = 0;
    const guint8 *bytes = take(from, sizeof little);
    if (bytes != NULL)
        memcpy(&little, bytes, sizeof little);
    return GUINT64_FROM_LE(little);
}

char *take_text(Take *from) {
    guint32 length = take_u32(from);
    if (from->bad || length == (guint32)NONE)
        return NULL;
    const guint8 *bytes = take(from, length);
    if (bytes == NULL || memchr(bytes, '\0', length) != NULL) {
        from->bad = TRUE;
        return NULL;
    }
    return g_strndup((const char *)bytes, length);
}

GBytes *take_field(Take *from, GBytes *whole) {
    guint32 length = take_u32(from);
    if (from->bad || length == (guint32)NONE)
        return NULL;
    const guint8 *bytes = take(from, length);
    const guint8 *start = g_bytes_get_data(whole, NULL);
    return bytes ? g_bytes_new_from_bytes(whole, (gsize)(bytes - start), length) : NULL;
}

gboolean take_head(Take *from, char kind, guint32 *generation) {
    return take_head_of(from, kind, FORMAT_VERSION, generation);
}

gboolean take_head_of(Take *from, char kind, guint8 version, guint32 *generation) {
    const guint8 want[4] = {'w', 'b', (guint8)kind, version};
    const guint8 *head = take(from, sizeof want);
    guint32 number = take_u32(from);
    if (head == NULL || memcmp(head, want, sizeof want) != 0 || number == 0)
        from->bad = TRUE;
    if (generation != NULL)
        *generation = number;
    return !from->bad;
}

/* ---- typed lines ------------------------------------------------------------------------- */

static void checksum(const char *word, const guint8 *payload, gsize length, guint8 check[CHECK]) {
    const HashPart parts[] = {TEXT_PART("worrybox typed 1"), TEXT_PART(word), {payload, length}};
    guint8 hash[VAULT_HASH];
    hash_parts(hash, NULL, parts, G_N_ELEMENTS(parts));
    memcpy(check, hash, CHECK);
    sodium_memzero(hash, sizeof hash);
}

static char *in_groups(const char *word, const char *letters) {
    gsize length = strlen(letters), w = strlen(word);
    char *sheet = g_malloc(w + length + length / GROUP + 2), *to = sheet;
    memcpy(to, word, w);
    to += w;
    for (gsize i = 0; i < length; i++) {
        if (i % GROUP == 0)
            *to++ = ' ';
        *to++ = letters[i];
    }
    *to = '\0';
    return sheet;
}

char *typed_write(const char *word, const guint8 *payload, gsize length, gboolean groups) {
    guint8 *whole = secret_new(length + CHECK);
    memcpy(whole, payload, length);
    checksum(word, payload, length, whole + length);
    char *letters = text_base32(whole, length + CHECK);
    secret_free(whole);
    char *line = groups ? in_groups(word, letters) : g_strconcat(word, letters, NULL);
    vault_wipe_text(letters);
    return line;
}

/* Small letters and digits only; what nobody types on purpose becomes '?', so that it is refused.
 */
static char *squeeze(const char *text, gsize length) {
    char *out = g_malloc(length + 1), *to = out;
    for (gsize i = 0; i < length; i++) {
        guint8 c = (guint8)text[i];
        if (g_ascii_isspace(c) || c == '-' || c >= 0x80)
            continue;
        *to++ = g_ascii_isalnum(c) ? g_ascii_tolower((char)c) : '?';
    }
    *to = '\0';
    return out;
}

gboolean typed_is(const char *text, gsize length, const char *word) {
    char *line = squeeze(text, MIN(length, FORMAT_TYPED));
    gboolean is = g_str_has_prefix(line, word);
    vault_wipe_text(line);
    return is;
}

/* Does the base32 hold the payload and its check? */
static gboolean decode(char *letters, const char *word, guint8 *payload, gsize want) {
    for (char *c = letters; *c != '\0'; c++)
        *c = *c == '0' ? 'o' : *c == '1' ? 'l' : *c == '8' ? 'b' : *c;
    guint8 *whole = text_base32_decode(letters, want + CHECK);
    if (whole == NULL)
        return FALSE;
    guint8 check[CHECK];
    checksum(word, whole, want, check);
    gboolean good = memcmp(check, whole + want, CHECK) == 0;
    if (good)
        memcpy(payload, whole, want);
    sodium_memzero(whole, want + CHECK);
    g_free(whole);
    return good;
}

gboolean typed_read(const char *text, gsize length, const char *word, guint8 *payload, gsize want) {
    if (length > FORMAT_TYPED)
        return FALSE;
    char *line = squeeze(text, length);
    gboolean good =
        g_str_has_prefix(line, word) && decode(line + strlen(word), word, payload, want);
    vault_wipe_text(line);
    return good;
}

gboolean public_read(const char *line, guint8 key[VAULT_KEY]) {
    return line != NULL && typed_read(line, strlen(line), "wbpub1", key, VAULT_KEY);
}
