/* lists.h: what the files of rules share: lists of words, and how words are spelt. */
#ifndef RULES_LISTS_H
#define RULES_LISTS_H

#include "base/conf.h"
#include "rules/spelling.h"

typedef struct lists Lists;

Lists *lists_new(void);
void lists_free(Lists *lists);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lists, lists_free)

/* Takes the `words` blocks of a file; those of `spelling` blocks go into `spelling`. */
void lists_read(Lists *lists, const Conf *conf, Glyphs *glyphs, Spelling *spelling,
                Problems *problems);

/* What `text` comes to when each [NAME] in it is each of the words of that list: of char *, owned.
 * NULL where that cannot be said; then *why (caller frees) says what is wrong, at byte *offset. */
GPtrArray *lists_expand(const Lists *lists, const char *text, char **why, gsize *offset);

#endif
