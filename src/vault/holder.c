#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "vault/inside.h"
#include "vault/secret.h"

enum {
    LINES = 7,
    SALT = crypto_pwhash_SALTBYTES,
    SEALED = FORMAT_NONCE + VAULT_KEY + FORMAT_TAG,
    KEY_CHECK = 5,
    LONGEST = 16 << 10,
    /* About a third of a second on a school's computer, a second or two in a browser. */
    PASSES = 4,
    KIBIBYTES = 128 << 10,
    /* What we are ready to do for a file that was given to us. */
    MOST_PASSES = 16,
    LEAST_KIBIBYTES = 8 << 10,
    MOST_KIBIBYTES = 1 << 20
};

void holder_free(HolderKey *key) {
    secret_free(key);
}

HolderKey *holder_new(void) {
    HolderKey *key = secret_new(sizeof *key);
    crypto_box_keypair(key->public, key->secret);
    return key;
}

char *holder_public(const HolderKey *key) {
    return typed_write("wbpub1", key->public, VAULT_KEY, FALSE);
}

char *holder_sheet(const HolderKey *key) {
    return typed_write("wbsec1", key->secret, VAULT_KEY, TRUE);
}

gboolean holder_is_sheet(const char *text, gsize length) {
    return typed_is(text, length, "wbsec1");
}

/* The same passphrase may be typed as other code points on another machine. */
static char *normal_passphrase(const char *passphrase) {
    if (g_str_is_ascii(passphrase) || !g_utf8_validate(passphrase, -1, NULL))
        return g_strdup(passphrase);
    return g_utf8_normalize(passphrase, -1, G_NORMALIZE_NFKC);
}

/* FALSE where there is not the memory. */
static gboolean stretch(guint8 key[VAULT_KEY], const char *passphrase, const guint8 salt[SALT],
                        guint passes, guint kibibytes) {
    char *normal = normal_passphrase(passphrase);
    int bad = crypto_pwhash(key, VAULT_KEY, normal, strlen(normal), salt, passes,
                            (gsize)kibibytes << 10, crypto_pwhash_ALG_ARGON2ID13);
    vault_wipe_text(normal);
    return !bad;
}

static void key_check(const char *text, gsize length, guint8 check[VAULT_HASH]) {
    const HashPart parts[] = {TEXT_PART("worrybox key file 1"), {text, length}};
    hash_parts(check, NULL, parts, G_N_ELEMENTS(parts));
}

static void append_base32(GString *to, const char *word, gconstpointer bytes, gsize length) {
    g_autofree char *letters = text_base32(bytes, length);
    g_string_append_printf(to, "%s %s\n", word, letters);
}

char *holder_write(const HolderKey *key, const char *name, const char *passphrase) {
    guint8 salt[SALT], sealed[SEALED], check[VAULT_HASH], *stretched = secret_new(VAULT_KEY);
    g_autofree char *line = text_one_line(name), *public = holder_public(key);
    GString *text = g_string_new("wbkey1\n");
    g_string_append_printf(text, "name %s\npublic %s\nargon2id %d %d\n", line, public, PASSES,
                           KIBIBYTES);
    randombytes_buf(salt, sizeof salt);
    append_base32(text, "salt", salt, sizeof salt);
    if (!stretch(stretched, passphrase, salt, PASSES, KIBIBYTES))
        g_error("not enough memory to protect a key");
    randombytes_buf(sealed, FORMAT_NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + FORMAT_NONCE, NULL, key->secret, VAULT_KEY,
                                               (const guint8 *)text->str, text->len, NULL, sealed,
                                               stretched);
    secret_free(stretched);
    append_base32(text, "secret", sealed, sizeof sealed);
    key_check(text->str, text->len, check);
    append_base32(text, "check", check, KEY_CHECK);
    return g_string_free(text, FALSE);
}

/* ---- reading ------------------------------------------------------------------------------- */

typedef struct key_file {
    char *text;        /* the lines with LF, none empty, no blanks at their ends */
    gsize ad, checked; /* length of the lines before `secret`, and before `check` */
    guint passes, kibibytes;
    guint8 public[VAULT_KEY], salt[SALT], sealed[SEALED];
} KeyFile;

static char *tidy(const char *text, gsize length) {
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) lines =
        g_strsplit(copy + (g_str_has_prefix(copy, "\xef\xbb\xbf") ? 3 : 0), "\n", -1);
    GString *out = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++)
        if (*g_strchomp(*line) != '\0')
            g_string_append_printf(out, "%s\n", *line);
    return g_string_free(out, FALSE);
}

/* What follows `word` and a blank; NULL where the line is another. */
static const char *after(const char *line, const char *word) {
    gsize length = strlen(word);
    return g_str_has_prefix(line, word) && line[length] == ' ' ? line + length + 1 : NULL;
}

static gboolean base32_line(const char *line, const char *word, guint8 *to, gsize length) {
    const char *letters = after(line, word);
    g_autofree guint8 *bytes = letters ? text_base32_decode(letters, length) : NULL;
    if (bytes != NULL)
        memcpy(to, bytes, length);
    return bytes != NULL;
}

static gboolean cost_line(const char *line, KeyFile *file) {
    const char *value = after(line, "argon2id");
    g_auto(GStrv) words = g_strsplit(value ? value : "", " ", -1);
    guint64 passes, kibibytes;
    if (g_strv_length(words) != 2 ||
        !g_ascii_string_to_unsigned(words[0], 10, 1, MOST_PASSES, &passes, NULL) ||
        !g_ascii_string_to_unsigned(words[1], 10, LEAST_KIBIBYTES, MOST_KIBIBYTES, &kibibytes,
                                    NULL))
        return FALSE;
    file->passes = (guint)passes;
    file->kibibytes = (guint)kibibytes;
    return TRUE;
}

/* The last line says that the ones above are whole. */
static gboolean is_whole(const KeyFile *file, const char *line) {
    guint8 check[VAULT_HASH];
    key_check(file->text, file->checked, check);
    g_autofree char *letters = text_base32(check, KEY_CHECK);
    const char *value = after(line, "check");
    return value != NULL && strcmp(value, letters) == 0;
}

static gboolean parse(KeyFile *file, char **lines) {
    if (g_strv_length(lines) != LINES + 1 || *lines[LINES] != '\0')
        return FALSE;
    file->checked = strlen(file->text) - strlen(lines[6]) - 1;
    file->ad = file->checked - strlen(lines[5]) - 1;
    const char *public = after(lines[2], "public");
    return is_whole(file, lines[6]) && strcmp(lines[0], "wbkey1") == 0 &&
           after(lines[1], "name") != NULL && public != NULL && public_read(public, file->public) &&
           cost_line(lines[3], file) && base32_line(lines[4], "salt", file->salt, SALT) &&
           base32_line(lines[5], "secret", file->sealed, SEALED);
}

/* Opens the secret half. */
static HolderKey *unlock(const KeyFile *file, const char *passphrase, GError **error) {
    HolderKey *key = secret_new(sizeof *key);
    guint8 *stretched = secret_new(VAULT_KEY), check[VAULT_KEY];
    gboolean good = stretch(stretched, passphrase, file->salt, file->passes, file->kibibytes);
    if (!good)
        fault_set(error, FAULT_RUN, "not enough memory to open this key file (it needs %u MiB)",
                  file->kibibytes >> 10);
    else if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                 key->secret, NULL, NULL, file->sealed + FORMAT_NONCE, SEALED - FORMAT_NONCE,
                 (const guint8 *)file->text, file->ad, file->sealed, stretched) != 0)
        good = fault_set(error, FAULT_REFUSED, "the passphrase is wrong");
    else if (crypto_scalarmult_base(check, key->secret) != 0 ||
             memcmp(check, file->public, VAULT_KEY) != 0)
        good =
            fault_set(error, FAULT_INPUT, "the two halves of this key file do not belong together");
    memcpy(key->public, file->public, VAULT_KEY);
    secret_free(stretched);
    if (good)
        return key;
    holder_free(key);
    return NULL;
}

static HolderKey *read_sheet(const char *text, gsize length, GError **error) {
    HolderKey *key = secret_new(sizeof *key);
    if (typed_read(text, length, "wbsec1", key->secret, VAULT_KEY) &&
        crypto_scalarmult_base(key->public, key->secret) == 0)
        return key;
    holder_free(key);
    fault_set(error, FAULT_INPUT,
              "this recovery sheet is not typed as it was printed: a letter is wrong or missing");
    return NULL;
}

HolderKey *holder_read(const char *text, gsize length, const char *passphrase, GError **error) {
    if (holder_is_sheet(text, length))
        return read_sheet(text, length, error);
    gboolean plain = length <= LONGEST && memchr(text, '\0', length) == NULL;
    KeyFile file = {.text = plain ? tidy(text, length) : g_strdup("")};
    g_auto(GStrv) lines = g_strsplit(file.text, "\n", -1);
    HolderKey *key = NULL;
    if (strcmp(lines[0] ? lines[0] : "", "wbkey1") != 0)
        fault_set(error, FAULT_INPUT, "this is no key file of worrybox");
    else if (!parse(&file, lines))
        fault_set(error, FAULT_INPUT, "this key file is damaged");
    else if (passphrase == NULL)
        fault_set(error, FAULT_REFUSED, "this key file needs a passphrase");
    else
        key = unlock(&file, passphrase, error);
    g_free(file.text);
    return key;
}
