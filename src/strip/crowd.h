/* crowd.h: who is [person A] and who [person B], the same through a whole case. Private to this
 * folder. */
#ifndef STRIP_CROWD_H
#define STRIP_CROWD_H

#include <glib.h>

typedef struct crowd Crowd;

/* `people` (char *, owned; folded names, the first is A) is borrowed and added to. */
Crowd *crowd_new(GPtrArray *people);
void crowd_free(Crowd *crowd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Crowd, crowd_free)

/* "[person A]" for this name, which is not folded: "Anna" and "Anna Kowalska" are one person while
 * no other Anna is known. Where there are too many, "[person]". Caller frees. */
char *crowd_mark(Crowd *crowd, const char *name, gsize length);

#endif
