/* handle-words.h: the words handles are made of. */
#ifndef DESK_HANDLE_WORDS_H
#define DESK_HANDLE_WORDS_H

#include <glib.h>

/* What something is like; an animal, plant, stone or weather. Both end with NULL. */
extern const char *const HANDLE_FIRST[];
extern const char *const HANDLE_SECOND[];
extern const guint HANDLE_FIRSTS, HANDLE_SECONDS;

#endif
