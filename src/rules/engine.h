/* engine.h: all rules put to work at once, and what they find in one piece of text. */
#ifndef RULES_ENGINE_H
#define RULES_ENGINE_H

#include "rules/automaton.h"
#include "rules/plain.h"
#include "rules/rule.h"

typedef struct engine Engine;

/* `rules` (of Rule) and `spelling`, which is closed, are borrowed. Caller frees. */
Engine *engine_new(GPtrArray *rules, Glyphs *glyphs, const Spelling *spelling, guint match_limit);
void engine_free(Engine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)

/* Without its first pass every phrase is tried at every word and every pattern on every text: slow,
 * and what tests hold the fast way against. */
void engine_plod(Engine *engine, gboolean yes);

/* An expression of a rule that stands in the text. */
typedef struct found {
    const Part *part;
    gsize from, to;                 /* bytes of the piece */
    guint32 sentence;               /* of its first word */
    guint32 last_sentence;          /* of its last word */
    guint32 word, last_word;        /* counted from 0 */
    gboolean half;                  /* one side of a `near` without the other: does not count */
    const struct found *stopped_by; /* the `unless` that cancels it; NULL: it counts */
    const struct found *denied_by, *reported_by; /* said in a denial; of somebody else; NULL */
} Found;

typedef struct findings {
    GPtrArray *list; /* of Found, owned: by rule, then place in the rule's file, then in the text */
    gboolean undecided; /* a limit or an error: something more might have been found */
} Findings;

/* What stands in `length` bytes of `text`. Once a rule is sure to speak its other patterns are left
 * untried, unless `all` is wanted. Caller frees. */
Findings *engine_find(Engine *engine, const char *text, gsize length, gboolean all);
void findings_free(Findings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Findings, findings_free)

/* Bytes that the first pass takes up. */
gsize engine_bytes(const Engine *engine);

#endif
