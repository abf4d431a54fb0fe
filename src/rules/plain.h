/* plain.h: text as patterns see it: NFKC, small letters, one kind of apostrophe, nothing invisible;
 * otherwise as it was written, blanks and marks and all (a door to ICU). */
#ifndef RULES_PLAIN_H
#define RULES_PLAIN_H

#include <glib.h>

typedef struct plain {
    char *text; /* owned; always valid UTF-8 */
    gsize length;
    guint32 *from; /* owned; for each byte, and the one behind them: where it was written */
} Plain;

/* Of `length` bytes, at most 16 MiB; bytes that are not UTF-8 become U+FFFD. Caller frees. */
Plain *plain_new(const char *text, gsize length);
void plain_free(Plain *plain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plain, plain_free)

#endif
