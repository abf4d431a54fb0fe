/* name-use.h: names that are ordinary words too: "Will said" and "I will". Private to this folder.
 */
#ifndef VALUE_NAME_USE_H
#define VALUE_NAME_USE_H

#include <glib.h>

/* Is the folded word one that is in use as a word, and if so, of which kind? 0: it is not. Anything
 * of two letters is. */
guint name_use_kind(const char *word);

/* Is the word of this kind at [from, to) of `text` used as a name there? In doubt it is, where it
 * has a capital. Looks at the words next to it and no further than its paragraph. */
gboolean name_use_here(const char *text, gsize from, gsize to, guint kind);

/* Has it a capital (or a letter of a script without any), in the midst of words that are not all
 * capitals? */
gboolean name_use_capital(const char *text, gsize from, gsize to);

#endif
