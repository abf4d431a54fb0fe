/* pattern.h: regular expressions that cannot stall us (the door to PCRE2). */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include <glib.h>

typedef struct pattern Pattern;

/* Compiles `text`. NULL where it is no sound pattern; then *message (caller frees) says why, and
 * *offset is the byte of `text` where it shows. */
Pattern *pattern_new(const char *text, char **message, gsize *offset);
void pattern_free(Pattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pattern, pattern_free)

/* What matching needs besides the pattern: limits and memory, used over and over. */
typedef struct matcher Matcher;

/* `match_limit` is PCRE2's, for each place of the text where a match may begin. */
Matcher *matcher_new(guint match_limit);
void matcher_free(Matcher *matcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Matcher, matcher_free)

/* A new letter: it may take as much time as any other. */
void matcher_begin(Matcher *matcher);

/* An answer has three values: the third is never "no". */
enum match { MATCH_NO, MATCH_YES, MATCH_UNSURE };

/* The first match that is not empty and begins at byte *from of `text` or after it; then *from and
 * *to are its bytes. UNSURE after whatever PCRE2 answers but a match or none, and after more time
 * since matcher_begin() than a letter is worth. `text` is valid UTF-8; *from begins a character. */
enum match pattern_find(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                        gsize *from, gsize *to);

#endif
