#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "vault/holder.h"
#include "vault/passphrase.h"
#include "vault/vault.h"
#include "verb/verb.h"

static gboolean make(const char *name, const char *out, const char *passphrase_file, gboolean sheet,
                     GError **error) {
    if (g_file_test(out, G_FILE_TEST_EXISTS))
        return fault_set(error, FAULT_REFUSED, "%s exists already", out);
    char *passphrase = passphrase_get(passphrase_file, "A passphrase for this key: ", TRUE, error);
    if (passphrase == NULL)
        return FALSE;
    g_autoptr(HolderKey) key = holder_new();
    char *text = holder_write(key, name, passphrase);
    vault_wipe_text(passphrase);
    gboolean done = verb_write_new(out, text, strlen(text), error);
    g_free(text);
    if (!done)
        return FALSE;
    g_autofree char *line = holder_public(key);
    puts(line);
    if (sheet) {
        char *secret = holder_sheet(key);
        printf("\nRecovery sheet of %s. Print it, put it in the safe, keep no copy on a computer:\n"
               "\n%s\n",
               name, secret);
        vault_wipe_text(secret);
    }
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *out = NULL, *passphrase_file = NULL;
    gboolean sheet = FALSE;
    const GOptionEntry entries[] = {
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &out, "The key file to write", "FILE"},
        {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
         "Its first line is the passphrase; else it is asked for", "FILE"},
        {"sheet", 0, 0, G_OPTION_ARG_NONE, &sheet, "Print the recovery sheet as well", NULL},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_keygen, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] == NULL || words[1] != NULL || out == NULL)
        return fault_set(error, FAULT_USAGE, "keygen NAME --out FILE");
    if (strlen(words[0]) > 32 ||
        strspn(words[0], G_CSET_a_2_z G_CSET_DIGITS "-") != strlen(words[0]))
        return fault_set(error, FAULT_USAGE,
                         "NAME is the short name in people.conf: small letters, digits, hyphens");
    return make(words[0], out, passphrase_file, sheet, error);
}

const Verb verb_keygen = {"keygen", "NAME --out FILE",
                          "make a keyholder's key, on their own machine", go};
