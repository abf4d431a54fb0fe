#include "strip/opaque.h"

#include <string.h>

static const struct {
    const char *begin, *end, *type;
} BLOCKS[] = {
    {"-----BEGIN PGP MESSAGE", "-----END PGP MESSAGE", "application/pgp-encrypted"},
    {"-----BEGIN PGP SIGNATURE", "-----END PGP SIGNATURE", "application/pgp-signature"},
    {"-----BEGIN PGP PUBLIC KEY", "-----END PGP PUBLIC KEY", "application/pgp-keys"},
    {"-----BEGIN PGP PRIVATE KEY", "-----END PGP PRIVATE KEY", "application/pgp-keys"},
    {"-----BEGIN CERTIFICATE", "-----END CERTIFICATE", "application/pkix-cert"},
    {"begin 6", "end", "application/octet-stream"},
};
static const char SIGNED[] = "-----BEGIN PGP SIGNED MESSAGE";

static gboolean starts(const char *line, const char *word) {
    return strncmp(line, word, strlen(word)) == 0;
}

static const char *next_line(const char *p) {
    const char *end = strchrnul(p, '\n');
    return *end ? end + 1 : end;
}

/* "begin 644 name", and after it a line that is as long as its first byte says. */
static gboolean is_uuencoded(const char *line) {
    if (!starts(line, "begin 6") || strspn(line + 6, "01234567") != 3 || line[9] != ' ')
        return FALSE;
    const char *next = next_line(line);
    gsize length = strcspn(next, "\n");
    return length > 1 && *next >= ' ' && *next <= '`' &&
           length >= (gsize)(((*next - ' ') & 63) + 2) / 3 * 4;
}

/* The end of the block that begins on this line, and what it is; NULL: none does. A block without
 * an end is only words; *endless (bits) keeps which have none, so that none is sought twice. */
static const char *block_end(const char *line, const char **type, guint *endless) {
    for (guint i = 0; i < G_N_ELEMENTS(BLOCKS); i++) {
        if ((*endless & 1u << i) || !starts(line, BLOCKS[i].begin) ||
            (*line == 'b' && !is_uuencoded(line)))
            continue;
        *type = BLOCKS[i].type;
        for (const char *p = next_line(line); *p != '\0'; p = next_line(p))
            if (starts(p, BLOCKS[i].end))
                return next_line(p);
        *endless |= 1u << i;
    }
    return NULL;
}

char *opaque_cut(const char *text, Letter *letter) {
    GString *out = g_string_sized_new(strlen(text) + 1);
    guint endless = 0;
    for (const char *p = text; *p != '\0';) {
        const char *type = NULL;
        const char *past = *p == '-' || *p == 'b' ? block_end(p, &type, &endless) : NULL;
        if (past != NULL) {
            letter_withhold(letter, type, (gsize)(past - p));
        } else if (*p == '-' && starts(p, SIGNED)) {
            past = next_line(p);
            while (starts(past, "Hash:") || starts(past, "Charset:") || starts(past, "Comment:"))
                past = next_line(past);
        } else {
            past = next_line(p);
            g_string_append_len(out, p, past - p);
        }
        p = past;
    }
    return g_string_free(out, FALSE);
}

gboolean opaque_locked(const Letter *letter, gboolean *whole) {
    static const char *const types[] = {"application/pgp-encrypted", "application/pkcs7-mime",
                                        "application/x-pkcs7-mime",  "application/ms-tnef",
                                        "application/vnd.ms-tnef",   NULL};
    gboolean locked = FALSE;
    *whole = FALSE;
    for (guint i = 0; i < letter->withheld->len; i++) {
        const Withheld *withheld = g_ptr_array_index(letter->withheld, i);
        *whole |= g_str_has_prefix(withheld->type, "application/x-microsoft-rpmsg");
        locked |= g_strv_contains(types, withheld->type);
    }
    return locked || *whole;
}
