/* wording.h: what the program itself says to pupils: so that in the quote of a mail of ours its
 * words are told from theirs. A plain value. */
#ifndef VALUE_WORDING_H
#define VALUE_WORDING_H

#include <glib.h>

typedef struct wording {
    GPtrArray *lines;  /* of char *, owned: of the templates, with {{fields}}, and of helplines */
    GPtrArray *values; /* of char *, owned: what may stand in a field and is longer than a few
                          words, or stands at the end of a line ("the safeguarding lead") */
} Wording;

Wording *wording_new(void);
void wording_free(Wording *wording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wording, wording_free)

#endif
