/* inside.h: what the files of this folder, and its tests, share. */
#ifndef RULES_INSIDE_H
#define RULES_INSIDE_H

#include "base/text.h"
#include "rules/engine.h"
#include "rules/rules.h"

struct rules {
    Glyphs *glyphs;     /* owned */
    Spelling *spelling; /* owned */
    GPtrArray *list;    /* of Rule, owned: by file name, then line */
    GPtrArray *of[2];   /* of Rule, borrowed: those for letters, those for answers */
    Engine *engines[2]; /* owned */
};

/* An expression that stood in a letter. */
typedef struct outcome {
    const Part *part;       /* borrowed from the rules */
    char *quote;            /* owned; as it was written */
    const Part *stopped_by; /* the `unless` that cancelled it, borrowed; NULL: it counts */
    char *against;          /* owned; what that stood on; NULL as above */
} Outcome;

typedef struct judgement {
    GPtrArray *outcomes; /* of Outcome, owned: by rule, then by line */
    gboolean undecided;
} Judgement;

/* What the rules for `on` find; with `all`, also what would change nothing. Caller frees. */
Judgement *rules_look(const Rules *rules, enum rules_on on, const char *subject, const char *text,
                      gboolean all);
void judgement_free(Judgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Judgement, judgement_free)

/* What follows from it. Caller frees. */
Verdict *rules_conclude(const Rules *rules, const Judgement *judgement);

#endif
