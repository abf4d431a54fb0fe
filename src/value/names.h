/* names.h: words that name a person, and finding them in text. Strip masks with it, and the egress
 * gate looks again with the same eyes. */
#ifndef VALUE_NAMES_H
#define VALUE_NAMES_H

#include <glib.h>

/* Adds to `names` (char *, owned) what names the owner of this display name and address: each word
 * of the display name, the whole display name, the local part, and its pieces between dots, hyphens
 * and underscores. Pieces under three letters, numbers alone, and words that name an office
 * ("info", "pupil", "year") are left out. Either may be NULL. */
void names_of(GPtrArray *names, const char *display_name, const char *address);

/* Is the first place in `text` at or after *from where a whole word (or words) equals one of
 * `names`, whatever case, accents, width of letters and marks without width? Sets *from and *to
 * (bytes) and returns TRUE; FALSE where there is none. Word boundaries are those of Unicode letters
 * and digits. */
gboolean names_find(const GPtrArray *names, const char *text, gsize *from, gsize *to);

#endif
