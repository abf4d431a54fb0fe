/* language.h: which language a text is in, as far as that can be told (a door to ICU). */
#ifndef RULES_LANGUAGE_H
#define RULES_LANGUAGE_H

#include <glib.h>

enum { LANGUAGE_ROOM = 12 };

/* Writes its code ("en", "pl") into `code`; FALSE where it is too short to tell, or cannot be told.
 * Languages with letters of their own are known by these, and then taken for the one that most
 * people write with them; others by how their letters follow one another. */
gboolean language_of(const char *text, char code[LANGUAGE_ROOM]);

#endif
