/* problems.h: what is wrong with the files of a site, all of it in one go. */
#ifndef BASE_PROBLEMS_H
#define BASE_PROBLEMS_H

#include <glib.h>

typedef struct problem {
    char *file;       /* owned; as the user knows it, for instance "rules/10-danger.rules" */
    guint line;       /* from 1; 0 where the problem is the file itself */
    guint column;     /* from 1, in bytes; 0 where it is the whole line */
    char *text;       /* owned; one line, no full stop */
    gboolean warning; /* to be told, but the site still runs */
} Problem;

typedef struct problems {
    GPtrArray *list; /* of Problem, owned, in the order found */
    guint errors;    /* how many of them are not warnings */
} Problems;

Problems *problems_new(void);
void problems_free(Problems *problems);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Problems, problems_free)

void problems_add(Problems *problems, const char *file, guint line, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void problems_add_at(Problems *problems, const char *file, guint line, guint column,
                     const char *format, ...) G_GNUC_PRINTF(5, 6);
void problems_warn(Problems *problems, const char *file, guint line, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* All of them, one a line: "file:line: text", "file:line:column: text", "file: text"; a warning has
 * "warning: " before its text. Caller frees. */
char *problems_text(const Problems *problems);

/* Sets *error (reach FAULT_SETUP) to problems_text() and returns FALSE if there is any error among
 * them; TRUE if there is none, or warnings only. */
gboolean problems_settle(const Problems *problems, GError **error);

/* How many letters have to be put in, left out, replaced or swapped with a neighbour to make `b` of
 * `a`; G_MAXUINT where one of them is longer than 40 bytes. */
guint problems_slips(const char *a, const char *b);

/* The member of `known` (a NULL-terminated list) that `word` was probably meant to be, at most two
 * slips away and fewer than half of its letters; NULL where none is near. */
const char *problems_nearest(const char *word, const char *const *known);

#endif
