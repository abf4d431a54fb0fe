/* rule.h: a rule as it was read, before it is put to work. */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <glib.h>

#include "base/problems.h"
#include "rules/lists.h"
#include "rules/pattern.h"
#include "rules/phrase.h"
#include "rules/rules.h"
#include "rules/when.h"
#include "value/verdict.h"

/* What a rule looks for; then, from PART_UNLESS on, what says something about what it finds. A new
 * kind of expression is a new kind here. */
enum part_kind {
    PART_PHRASE,
    PART_PATTERN,
    PART_NEAR, /* one of two sides; `side` says which */
    PART_UNLESS,
    PART_UNLESS_PATTERN,
    PART_DENIED,
    PART_REPORTED
};

typedef struct part {
    enum part_kind kind;
    const struct rule *of; /* borrowed */
    guint rule;            /* its index in Rules.list */
    guint line;            /* of its key; a line with lists in it is several parts */
    char *by;              /* owned; "phrase kill myself", as it stands in the file */
    gboolean loose;        /* misspelt words count, too */
    guint weight;          /* what the line adds to the rule's threshold */
    guint near, side;      /* within how many words the other side must stand */
    Phrase *phrase;        /* owned; or NULL */
    Pattern *pattern;      /* owned; or NULL */
} Part;

/* A letter that must make its rule speak, must not, or must make it speak of a denial only. */
enum example_kind { EXAMPLE_HIT, EXAMPLE_MISS, EXAMPLE_SOFT };
typedef struct example {
    char *text; /* owned */
    guint line;
    enum example_kind kind;
} Example;

typedef struct rule {
    char *name, *title, *file, *reply; /* owned; title and reply may be NULL */
    guint line;
    enum rules_on on;
    enum severity severity;
    enum desk desk;
    gboolean flag, loose;
    guint threshold;      /* what its lines must weigh together */
    guint weight;         /* while it is read: that of the lines to come */
    GPtrArray *not_for;   /* of char *, owned */
    GPtrArray *helplines; /* of char *, owned */
    GPtrArray *whens;     /* of When, owned: all of them must hold */
    GPtrArray *parts;     /* of Part, owned, in the order of the file */
    GPtrArray *examples;  /* of Example, owned, in the order of the file */
} Rule;

void rule_free(gpointer rule);

/* What the lines of a rule are read with. */
typedef struct reader {
    const Conf *conf;
    Glyphs *glyphs;
    const Lists *lists;
    Spelling *spelling;
    Problems *problems;
} Reader;

/* Takes `line` if it is an expression: FALSE where it is something else. */
gboolean part_read(const Reader *reader, const ConfLine *line, Rule *rule);
void part_free(gpointer part);

/* Every *.rules of `folder`, in the order of their names, which `shown`/NAME names them by; those
 * of `instead` (of RuleFile; may be NULL) in place of them, or besides. Of Conf, owned. */
GPtrArray *rules_confs(const char *folder, const char *shown, const GPtrArray *instead,
                       Problems *problems);

/* Reads what rules_confs() finds.
 * How words are spelt goes into `spelling`, which is not closed. Rules that are not sound are left
 * out and told in `problems`. Caller unrefs. */
GPtrArray *rules_read(const char *folder, const char *shown, const GPtrArray *instead,
                      Glyphs *glyphs, Spelling *spelling, Problems *problems);

#endif
