#include <string.h>

#include "base/json.h"
#include "vault/inside.h"
#include "vault/secret.h"

enum { KIND_WROTE = 1 }; /* the record says who wrote one message */

static char *to_json(const char *handle, const Identity *identity) {
    g_autoptr(Js) json = js_object();
    js_put_text(json, "handle", handle);
    js_put_text(json, "name", identity->name);
    js_put_text(json, "from", identity->from);
    js_put_text(json, "from_text", identity->from_text);
    js_put_text(json, "subject", identity->subject);
    js_put_text(json, "message_id", identity->message_id);
    js_put_number(json, "date", identity->date);
    js_put_text(json, "auth", AUTH_WORDS[identity->auth]);
    Js *names = js_list();
    for (guint i = 0; i < identity->names->len; i++)
        js_add_text(names, g_ptr_array_index(identity->names, i));
    js_put(json, "names", names);
    if (identity->practice)
        js_put_yes(json, "practice", TRUE);
    return js_line(json);
}

static Identity *from_json(const Js *json) {
    Identity *identity = identity_new();
    identity->name = g_strdup(js_text(json, "name"));
    identity->from = g_strdup(js_text(json, "from"));
    identity->from_text = g_strdup(js_text(json, "from_text"));
    identity->subject = g_strdup(js_text(json, "subject"));
    identity->message_id = g_strdup(js_text(json, "message_id"));
    identity->date = js_number(json, "date", -1);
    identity->practice = js_yes(json, "practice");
    const char *auth = js_text(json, "auth");
    for (int i = 0; auth != NULL && AUTH_WORDS[i] != NULL; i++)
        if (strcmp(auth, AUTH_WORDS[i]) == 0)
            identity->auth = (enum auth)i;
    const Js *names = js_get(json, "names");
    for (gsize i = 0; i < js_count(names); i++)
        g_ptr_array_add(identity->names, g_strdup(js_text_at(names, i)));
    return identity;
}

static void inner_intro(GByteArray *to, const Place *place) {
    put(to, "wbi", 3);
    put_u8(to, FORMAT_VERSION);
    put_u8(to, KIND_WROTE);
    put_place(to, place);
}

/* The inner part, padded; wiped when freed. */
static GBytes *inner_write(const Place *place, const char *json, const guint8 *original_key) {
    g_autoptr(GByteArray) says = g_byte_array_new();
    inner_intro(says, place);
    gsize text = strlen(json), length = says->len + 1 + VAULT_KEY + text, padded;
    guint8 *inner;
    GBytes *bytes = secret_bytes((length / FORMAT_PAD + 1) * FORMAT_PAD, &inner);
    memcpy(inner, says->data, says->len);
    guint8 *to = inner + says->len;
    *to++ = original_key != NULL;
    if (original_key != NULL)
        memcpy(to, original_key, VAULT_KEY);
    memcpy(to + VAULT_KEY, json, text);
    if (sodium_pad(&padded, inner, length, FORMAT_PAD, g_bytes_get_size(bytes)) != 0)
        g_assert_not_reached();
    return bytes;
}

GBytes *record_write(const guint8 record_key[VAULT_KEY], guint32 generation,
                     const guint8 identity_public[VAULT_KEY], const Place *place,
                     const char *handle, const Identity *identity, const guint8 *original_key) {
    char *json = to_json(handle, identity);
    g_autoptr(GBytes) inner = inner_write(place, json, original_key);
    vault_wipe_text(json);
    gsize length;
    const guint8 *plain = g_bytes_get_data(inner, &length);
    g_autofree guint8 *box = g_malloc(length + FORMAT_BOX);
    if (crypto_box_seal(box, plain, length, identity_public) != 0)
        return NULL;
    g_autoptr(GByteArray) ad = g_byte_array_new();
    put_place(ad, place);
    return aead_write(record_key, 'R', generation, ad, box, length + FORMAT_BOX);
}

void record_free(Record *record) {
    if (record == NULL)
        return;
    g_free(record->handle);
    if (record->identity != NULL)
        identity_free(record->identity);
    secret_free(record);
}

/* Takes the inner part apart. */
static Record *inner_read(const Place *place, const guint8 *inner, gsize padded) {
    gsize length;
    if (sodium_unpad(&length, inner, padded, FORMAT_PAD) != 0)
        return NULL;
    g_autoptr(GByteArray) says = g_byte_array_new();
    inner_intro(says, place);
    Take from = {inner, inner + length, FALSE};
    const guint8 *intro = take(&from, says->len);
    guint8 has = take_u8(&from);
    const guint8 *original = take(&from, VAULT_KEY);
    if (from.bad || has > 1 || memcmp(intro, says->data, says->len) != 0)
        return NULL;
    g_autoptr(Js) json = js_read((const char *)from.at, (gsize)(from.end - from.at));
    if (json == NULL || js_text(json, "handle") == NULL)
        return NULL;
    Record *record = secret_new(sizeof *record);
    record->handle = g_strdup(js_text(json, "handle"));
    record->identity = from_json(json);
    record->has_original = has;
    memcpy(record->original, original, VAULT_KEY);
    return record;
}

Record *record_read(const guint8 record_key[VAULT_KEY], const guint8 identity_public[VAULT_KEY],
                    const guint8 identity_secret[VAULT_KEY], const Place *place, GBytes *blob) {
    g_autoptr(GByteArray) ad = g_byte_array_new();
    put_place(ad, place);
    g_autoptr(GBytes) box = aead_read(record_key, 'R', ad, blob);
    if (box == NULL || g_bytes_get_size(box) < FORMAT_BOX + FORMAT_PAD)
        return NULL;
    gsize length;
    const guint8 *sealed = g_bytes_get_data(box, &length);
    guint8 *inner;
    GBytes *plain = secret_bytes(length - FORMAT_BOX, &inner);
    Record *record = NULL;
    if (crypto_box_seal_open(inner, sealed, length, identity_public, identity_secret) == 0)
        record = inner_read(place, inner, length - FORMAT_BOX);
    g_bytes_unref(plain);
    return record;
}
