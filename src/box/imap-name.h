/* imap-name.h: text that is to stand in an IMAP command. Private to src/box. */
#ifndef BOX_IMAP_NAME_H
#define BOX_IMAP_NAME_H

#include <glib.h>

/* Has `text` no control character? With one it could end the command it is put in and begin
 * another: libetpan passes CR and LF through. NULL: FALSE. */
gboolean imap_is_plain(const char *text);

/* A folder's name as IMAP writes it: modified UTF-7, RFC 3501 5.1.3. `name` is UTF-8. Caller frees.
 */
char *imap_name(const char *name);

#endif
