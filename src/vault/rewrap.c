#include "vault/rewrap.h"

#include <string.h>

#include "base/fault.h"
#include "vault/inside.h"
#include "vault/secret.h"

enum { NUMBER = 16, LINE = 64 };

/* ---- the value ----------------------------------------------------------------------------- */

static void case_free(gpointer data) {
    RewrapCase *one = data;
    g_ptr_array_unref(one->seals);
    g_clear_pointer(&one->escrow, g_bytes_unref);
    g_free(one);
}

static void unref_bytes(gpointer bytes) {
    g_bytes_unref(bytes);
}

Rewrap *rewrap_new(void) {
    Rewrap *rewrap = g_new0(Rewrap, 1);
    rewrap->cases = g_ptr_array_new_with_free_func(case_free);
    return rewrap;
}

void rewrap_free(Rewrap *rewrap) {
    if (rewrap == NULL)
        return;
    g_free(rewrap->from);
    g_free(rewrap->to);
    g_free(rewrap->from_name);
    g_free(rewrap->to_name);
    g_ptr_array_unref(rewrap->cases);
    g_free(rewrap);
}

void rewrap_add(Rewrap *rewrap, guint64 id, GPtrArray *seals, GBytes *escrow) {
    RewrapCase *one = g_new0(RewrapCase, 1);
    one->id = id;
    one->seals = seals;
    one->escrow = escrow ? g_bytes_ref(escrow) : NULL;
    g_ptr_array_add(rewrap->cases, one);
}

void rewrap_about_clear(RewrapAbout *about) {
    g_free(about->from_name);
    g_free(about->to_name);
    g_free(about->to);
}

/* ---- what the host hands out, and what it makes of it -------------------------------------- */

GPtrArray *rewrap_parts(GBytes *seal) {
    GPtrArray *parts = g_ptr_array_new_with_free_func(unref_bytes);
    g_autoptr(GPtrArray) set = set_read(seal);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(seal, &length);
    Take from = {bytes, bytes + length, FALSE};
    if (set == NULL && take_head(&from, 'S', NULL))
        g_ptr_array_add(parts, g_bytes_ref(seal));
    for (guint i = 0; set != NULL && i < set->len; i++) {
        const SetSeal *entry = g_ptr_array_index(set, i);
        if (entry->scheme == SCHEME_SHARE)
            g_ptr_array_add(parts, g_bytes_ref(entry->seal));
    }
    return parts;
}

static void put_field(GByteArray *to, GBytes *field) {
    gsize length = 0;
    const guint8 *bytes = field ? g_bytes_get_data(field, &length) : NULL;
    put_u32(to, field ? (guint32)length : G_MAXUINT32);
    put(to, bytes, length);
}

/* How often a blob was made anew: the generation in its head. */
static guint32 generation_of(GBytes *blob, char kind) {
    gsize length;
    const guint8 *bytes = g_bytes_get_data(blob, &length);
    Take from = {bytes, bytes + length, FALSE};
    guint32 generation = 0;
    return take_head(&from, kind, &generation) ? generation : 0;
}

/* A whole copy stays what it is: its place in the set says whose key opens it. */
static void put_entry(GByteArray *to, const SetSeal *entry, const guint8 former[VAULT_KEY],
                      GBytes *part) {
    gboolean whole = entry->scheme == SCHEME_EMERGENCY;
    put_u8(to, whole ? SCHEME_FORMER : entry->scheme);
    put(to, whole ? former : entry->partner, VAULT_KEY);
    put_field(to, entry->scheme == SCHEME_SHARE ? part : entry->seal);
}

GBytes *rewrap_join(GBytes *seal, const char *former, const GPtrArray *parts) {
    g_autoptr(GPtrArray) old = rewrap_parts(seal), set = set_read(seal);
    guint8 key[VAULT_KEY];
    if (old->len == 0 || old->len != parts->len || !public_read(former, key))
        return NULL;
    if (set == NULL)
        return g_bytes_ref(g_ptr_array_index(parts, 0));
    GByteArray *blob = g_byte_array_new();
    put_head(blob, 'T', generation_of(seal, 'T') + 1);
    put_u8(blob, (guint8)set->len);
    for (guint i = 0, next = 0; i < set->len; i++) {
        const SetSeal *entry = g_ptr_array_index(set, i);
        gboolean share = entry->scheme == SCHEME_SHARE;
        put_entry(blob, entry, key, share ? g_ptr_array_index(parts, next++) : NULL);
    }
    return g_byte_array_free_to_bytes(blob);
}

/* ---- cases, in a packet and in its answer alike --------------------------------------------- */

static void put_cases(GByteArray *to, const GPtrArray *cases) {
    put_u32(to, cases->len);
    for (guint i = 0; i < cases->len; i++) {
        const RewrapCase *one = g_ptr_array_index(cases, i);
        put_u64(to, one->id);
        put_u8(to, (guint8)one->seals->len);
        for (guint s = 0; s < one->seals->len; s++)
            put_field(to, g_ptr_array_index(one->seals, s));
        put_field(to, one->escrow);
    }
}

static void take_cases(Take *from, GBytes *whole, Rewrap *rewrap) {
    guint32 count = take_u32(from);
    for (guint32 i = 0; i < count && !from->bad; i++) {
        guint64 id = take_u64(from);
        guint8 parts = take_u8(from);
        GPtrArray *seals = g_ptr_array_new_with_free_func(unref_bytes);
        from->bad |= parts == 0;
        for (guint8 s = 0; s < parts && !from->bad; s++) {
            GBytes *seal = take_field(from, whole);
            if (seal != NULL)
                g_ptr_array_add(seals, seal);
            from->bad |= seal == NULL;
        }
        g_autoptr(GBytes) escrow = take_field(from, whole);
        rewrap_add(rewrap, id, seals, escrow);
    }
    from->bad |= from->at != from->end;
}

/* What an answer is sealed under: only this host can make it, and who opens the packet reads it
 * there. */
static void answer_key(const Vault *vault, const guint8 number[NUMBER],
                       const guint8 from[VAULT_KEY], const guint8 to[VAULT_KEY],
                       guint8 key[VAULT_KEY]) {
    guint8 base[VAULT_KEY];
    const HashPart parts[] = {TEXT_PART("worrybox rewrap 1"),
                              {vault->site, VAULT_SITE},
                              {number, NUMBER},
                              {from, VAULT_KEY},
                              {to, VAULT_KEY}};
    subkey(base, vault->host, 6, "wb-host1");
    hash_parts(key, base, parts, G_N_ELEMENTS(parts));
    sodium_memzero(base, sizeof base);
}

/* ---- the packet ---------------------------------------------------------------------------- */

char *rewrap_write(const Vault *vault, const Rewrap *rewrap) {
    guint8 from[VAULT_KEY], to[VAULT_KEY], number[NUMBER], key[VAULT_KEY];
    if (!public_read(rewrap->from, from) || !public_read(rewrap->to, to))
        return NULL;
    g_autoptr(GPtrArray) readers = g_ptr_array_new();
    g_ptr_array_add(readers, from);
    randombytes_buf(number, sizeof number);
    answer_key(vault, number, from, to, key);
    g_autoptr(GByteArray) intro = g_byte_array_new(), rest = g_byte_array_new();
    put(intro, vault->site, VAULT_SITE);
    put(intro, number, sizeof number);
    put_u64(rest, (guint64)rewrap->at);
    put_text(rest, rewrap->from_name);
    put_text(rest, rewrap->to_name);
    put(rest, to, VAULT_KEY);
    put_cases(rest, rewrap->cases);
    Envelope *out = envelope_begin(vault->scratch, FORMAT_REWRAP, readers, rest->len);
    if (out != NULL) {
        envelope_put(out, intro->data, intro->len);
        envelope_put(out, key, sizeof key);
        envelope_put(out, rest->data, rest->len);
    }
    sodium_memzero(key, sizeof key);
    return out ? envelope_end(out) : NULL;
}

/* ---- the keyholder ------------------------------------------------------------------------- */

/* A packet taken apart; what is not owned lies in the bytes. */
typedef struct asked {
    const guint8 *number, *answer, *to;
    Place place;
    Rewrap *rewrap; /* owned */
} Asked;

static void asked_clear(Asked *asked) {
    rewrap_free(asked->rewrap);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static gboolean take_asked(GBytes *body, Asked *asked) {
    gsize length;
    const guint8 *data = g_bytes_get_data(body, &length);
    Take from = {data, data + length, FALSE};
    const guint8 *site = take(&from, VAULT_SITE);
    asked->rewrap = rewrap_new();
    asked->number = take(&from, NUMBER);
    asked->answer = take(&from, VAULT_KEY);
    asked->rewrap->at = (gint64)take_u64(&from);
    asked->rewrap->from_name = take_text(&from);
    asked->rewrap->to_name = take_text(&from);
    asked->to = take(&from, VAULT_KEY);
    take_cases(&from, body, asked->rewrap);
    if (from.bad || asked->rewrap->from_name == NULL || asked->rewrap->to_name == NULL)
        return FALSE;
    memcpy(asked->place.site, site, VAULT_SITE);
    return TRUE;
}

/* Is what lies in scratch->payload to be given away? Whole copies for danger are not: to hold one
 * without the host would be to open alone. */
static gboolean may_go(const guint8 *payload) {
    guint8 public[VAULT_KEY];
    if (payload[VAULT_KEY] == SCHEME_SHARE)
        return TRUE;
    return payload[VAULT_KEY] == SCHEME_WHOLE &&
           crypto_scalarmult_base(public, payload + SEAL_SECRET) == 0 &&
           memcmp(public, payload, VAULT_KEY) == 0;
}

/* One blob sealed again; NULL where it is not this key's, or not to be given away. */
static GBytes *again(Scratch *scratch, char kind, const Place *place, const HolderKey *key,
                     const guint8 *to, GBytes *blob) {
    gsize length = kind == 'S' ? SEAL_PAYLOAD : VAULT_KEY;
    GBytes *sealed = NULL;
    if (boxed_read(scratch, kind, place, key, blob, scratch->payload, length) &&
        (kind != 'S' || may_go(scratch->payload))) {
        guint32 generation = generation_of(blob, kind) + (kind == 'S' ? 1 : 0);
        sealed = boxed_write(scratch, kind, generation, place, to, scratch->payload, length);
    }
    sodium_memzero(scratch->payload, sizeof scratch->payload);
    return sealed;
}

static gboolean case_again(Scratch *scratch, Asked *asked, const HolderKey *key,
                           const RewrapCase *one, Rewrap *answer) {
    g_autoptr(GPtrArray) seals = g_ptr_array_new_with_free_func(unref_bytes);
    g_autoptr(GBytes) escrow = NULL;
    asked->place.id = one->id;
    for (guint i = 0; i < one->seals->len; i++) {
        GBytes *seal =
            again(scratch, 'S', &asked->place, key, asked->to, g_ptr_array_index(one->seals, i));
        if (seal == NULL)
            return FALSE;
        g_ptr_array_add(seals, seal);
    }
    if (one->escrow != NULL) {
        escrow = again(scratch, 'E', &asked->place, key, asked->to, one->escrow);
        if (escrow == NULL)
            return FALSE;
    }
    rewrap_add(answer, one->id, g_steal_pointer(&seals), escrow);
    return TRUE;
}

/* What stands in front of an answer: number | old key | new key; with the site in front of that it
 * is the associated data. */
static GByteArray *front(const guint8 *number, const guint8 *from, const guint8 *to) {
    GByteArray *says = g_byte_array_new();
    put(says, number, NUMBER);
    put(says, from, VAULT_KEY);
    put(says, to, VAULT_KEY);
    return says;
}

static GByteArray *answer_ad(const guint8 site[VAULT_SITE], const GByteArray *says) {
    GByteArray *ad = g_byte_array_new();
    put(ad, site, VAULT_SITE);
    put(ad, says->data, says->len);
    return ad;
}

static char *in_lines(const guint8 *bytes, gsize length) {
    g_autofree char *letters = g_base64_encode(bytes, length);
    const gsize all = strlen(letters);
    GString *text = g_string_new(FORMAT_REWRAPPED "\n");
    for (gsize at = 0; at < all; at += LINE) {
        g_string_append_len(text, letters + at, (gssize)MIN((gsize)LINE, all - at));
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static char *write_answer(const Asked *asked, const HolderKey *key, const Rewrap *answer) {
    g_autoptr(GByteArray) says = front(asked->number, key->public, asked->to);
    g_autoptr(GByteArray) ad = answer_ad(asked->place.site, says);
    g_autoptr(GByteArray) body = g_byte_array_new();
    put_cases(body, answer->cases);
    g_autoptr(GBytes) sealed =
        aead_write(asked->answer, 'W', FORMAT_FIRST, ad, body->data, body->len);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(sealed, &length);
    put(says, bytes, length);
    return in_lines(says->data, says->len);
}

static void tell_about(RewrapAbout *about, const Asked *asked) {
    about->from_name = g_strdup(asked->rewrap->from_name);
    about->to_name = g_strdup(asked->rewrap->to_name);
    about->to = typed_write("wbpub1", asked->to, VAULT_KEY, FALSE);
    about->at = asked->rewrap->at;
    about->cases = asked->rewrap->cases->len;
}

/* Everything is sealed again also when nobody has agreed yet: what cannot be is said at once. */
static char *answer_body(Scratch *scratch, GBytes *body, const HolderKey *key, gboolean seal,
                         RewrapAbout *about, GError **error) {
    g_auto(Asked) asked = {0};
    g_autoptr(Rewrap) answer = rewrap_new();
    gboolean good = take_asked(body, &asked);
    for (guint i = 0; good && i < asked.rewrap->cases->len; i++)
        good = case_again(scratch, &asked, key, g_ptr_array_index(asked.rewrap->cases, i), answer);
    if (!good) {
        fault_set(error, FAULT_INPUT,
                  "something in this packet is damaged, or is not to be sealed again; nothing was");
        return NULL;
    }
    tell_about(about, &asked);
    return seal ? write_answer(&asked, key, answer) : g_strdup("");
}

char *rewrap_answer(const char *text, gsize length, const HolderKey *key, gboolean seal,
                    RewrapAbout *about, GError **error) {
    Scratch *scratch = secret_new(sizeof *scratch);
    HolderKey *keys[] = {(HolderKey *)key};
    guint8 version = 0;
    g_autoptr(GBytes) body = envelope_open(scratch, text, length, keys, 1, &version, error);
    char *answer = NULL;
    if (body != NULL && version != FORMAT_REWRAP)
        fault_set(error, FAULT_INPUT,
                  "this packet is not for re-wrapping: worrybox open shows who wrote");
    else if (body != NULL)
        answer = answer_body(scratch, body, key, seal, about, error);
    secret_free(scratch);
    return answer;
}

/* ---- the host again ------------------------------------------------------------------------ */

static GBytes *answer_bytes(const char *text, gsize length) {
    static const char word[] = FORMAT_REWRAPPED "\n";
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) lines = g_strsplit(copy, "\r", -1);
    g_autofree char *unix_ends = g_strjoinv("", lines);
    const char *start = g_str_has_prefix(unix_ends, "\xef\xbb\xbf") ? unix_ends + 3 : unix_ends;
    if (!g_str_has_prefix(start, word) || !g_str_is_ascii(start))
        return NULL;
    start += strlen(word);
    gsize room = strlen(start) / 4 * 3 + 3, n;
    g_autofree guint8 *bytes = g_malloc(room);
    if (sodium_base642bin(bytes, room, start, strlen(start), "\n\t ", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&bytes), n);
}

static Rewrap *take_answer(const Vault *vault, GBytes *bytes) {
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    Take from = {data, data + length, FALSE};
    const guint8 *number = take(&from, NUMBER), *old = take(&from, VAULT_KEY),
                 *new = take(&from, VAULT_KEY);
    guint8 key[VAULT_KEY];
    if (from.bad)
        return NULL;
    g_autoptr(GByteArray) says = front(number, old, new);
    g_autoptr(GByteArray) ad = answer_ad(vault->site, says);
    g_autoptr(GBytes) sealed = g_bytes_new_from_bytes(bytes, says->len, length - says->len);
    answer_key(vault, number, old, new, key);
    g_autoptr(GBytes) body = aead_read(key, 'W', ad, sealed);
    sodium_memzero(key, sizeof key);
    if (body == NULL)
        return NULL;
    g_autoptr(Rewrap) rewrap = rewrap_new();
    data = g_bytes_get_data(body, &length);
    from = (Take){data, data + length, FALSE};
    take_cases(&from, body, rewrap);
    rewrap->from = typed_write("wbpub1", old, VAULT_KEY, FALSE);
    rewrap->to = typed_write("wbpub1", new, VAULT_KEY, FALSE);
    return from.bad ? NULL : g_steal_pointer(&rewrap);
}

Rewrap *rewrap_take(const Vault *vault, const char *text, gsize length, GError **error) {
    g_autoptr(GBytes) bytes = answer_bytes(text, length);
    Rewrap *rewrap = bytes ? take_answer(vault, bytes) : NULL;
    if (bytes == NULL)
        fault_set(error, FAULT_INPUT, "this is no answer of \"worrybox key reseal\"");
    else if (rewrap == NULL)
        fault_set(error, FAULT_INPUT,
                  "this answer is damaged, or was not made from a packet of this site");
    return rewrap;
}
