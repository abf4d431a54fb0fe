/* words.h: a set of words, and taking them out of a list of names. */
#ifndef VALUE_WORDS_H
#define VALUE_WORDS_H

#include <glib.h>

/* Adds the words of `text`, in small letters, to a set (char *, owned). */
void words_add(GHashTable *words, const char *text);

/* Takes out of `names` (names.h) each single word that is in `words`: a listener called Will does
 * not make every mail with "will" in it a leak. Whole names of several words stay. */
void words_remove(const GHashTable *words, GPtrArray *names);

#endif
