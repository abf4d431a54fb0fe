/* key-file.h: a keyholder's key, for the verbs that run on their own machine. */
#ifndef VERB_KEY_FILE_H
#define VERB_KEY_FILE_H

#include "vault/holder.h"

/* Reads a key file, or a typed recovery sheet; the passphrase is the first line of
 * `passphrase_file`, or asked for (NULL). Errors as holder_read(). */
HolderKey *verb_read_key(const char *path, const char *passphrase_file, GError **error);

#endif
