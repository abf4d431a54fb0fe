#include "verb/key-file.h"

#include <string.h>

#include "vault/passphrase.h"
#include "vault/vault.h"
#include "verb/verb.h"

HolderKey *verb_read_key(const char *path, const char *passphrase_file, GError **error) {
    g_autofree char *text = NULL;
    char *passphrase = NULL;
    gsize length;
    if (!verb_read(path, &text, &length, error))
        return NULL;
    if (!holder_is_sheet(text, length)) {
        passphrase = passphrase_get(passphrase_file, "Passphrase of this key: ", FALSE, error);
        if (passphrase == NULL)
            return NULL;
    }
    HolderKey *key = holder_read(text, length, passphrase, error);
    vault_wipe_text(passphrase);
    explicit_bzero(text, length);
    return key;
}
