/* nicknames.h: the forms one given name has among friends: William, Will, Bill, Liam. Private to
 * this folder. */
#ifndef VALUE_NICKNAMES_H
#define VALUE_NICKNAMES_H

#include <glib.h>

/* Calls `each` with every other form of the name `word` (folded, names.h); not at all where it is
 * none of those known. */
void nicknames_each(const char *word, void (*each)(const char *other, gpointer data),
                    gpointer data);

/* Is `word` (folded) one of the given names known here? */
gboolean nicknames_known(const char *word);

#endif
