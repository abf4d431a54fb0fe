/* inside.h: what the files of this folder, and its tests, share. */
#ifndef RULES_INSIDE_H
#define RULES_INSIDE_H

#include "base/text.h"
#include "rules/engine.h"
#include "rules/settle.h"
#include "rules/rules.h"

struct rules {
    guint match_limit;
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
    gboolean half;          /* one side of a `near`, without the other: does not count */
    const Part *stopped_by; /* the `unless` that cancelled it, borrowed; NULL: it counts */
    const Part *denied_by, *reported_by; /* borrowed; NULL */
    char *against; /* owned; what stopped_by, denied_by or else reported_by stood on; NULL */
} Outcome;

typedef struct judgement {
    GPtrArray *outcomes; /* of Outcome, owned: by rule, then by line */
    gboolean undecided;
} Judgement;

/* What the outcomes of one rule come to. */
typedef struct tally {
    const Rule *rule;
    const Outcome *first;    /* what it speaks on: the plainest of its outcomes; NULL: none */
    guint weight;            /* of its lines that count, those denied among them */
    gboolean soft, reported; /* all of it denied; all of it said of somebody else */
    const When *fails;       /* the condition that does not hold; NULL: all do */
    gboolean speaks;
    enum severity severity; /* of the rule, or less where it is soft; and so the desk */
    enum desk desk;
} Tally;

/* Of each rule that has an outcome, or has no expression; rules as in the files. Of Tally. */
GArray *rules_tally(const Rules *rules, enum rules_on on, const Judgement *judgement,
                    const Moment *moment);

/* What the rules for `on` find; with `all`, also what would change nothing. Caller frees. */
Judgement *rules_look(const Rules *rules, enum rules_on on, const char *subject, const char *text,
                      gboolean all);
void judgement_free(Judgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Judgement, judgement_free)

/* What follows from it. Caller frees. */
Verdict *rules_conclude(const Rules *rules, enum rules_on on, const Judgement *judgement,
                        const Moment *moment);

#endif
