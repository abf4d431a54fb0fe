/* passphrase.h: where a passphrase comes from: the terminal, without echo, or the first line of a
 * file; never the command line or the environment. */
#ifndef VAULT_PASSPHRASE_H
#define VAULT_PASSPHRASE_H

#include <glib.h>

/* From the first line of `path`; with `path` NULL from the terminal (/dev/tty), after `prompt`, and
 * with `twice` asked again until both are alike (three times at most). Wipe with vault_wipe_text().
 * FAULT_USAGE: no terminal and no file; FAULT_INPUT: the file cannot be read, its first line is
 * empty or longer than 1000 bytes; FAULT_REFUSED: nothing typed, or not the same twice. */
char *passphrase_get(const char *path, const char *prompt, gboolean twice, GError **error);

#endif
