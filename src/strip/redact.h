/* redact.h: masking: what names people or leads to them becomes a mark such as "[phone]". Private
 * to this folder. */
#ifndef STRIP_REDACT_H
#define STRIP_REDACT_H

#include "value/letter.h"
#include "value/names.h"

typedef struct redact {
    GPtrArray *own;         /* borrowed; names of the author: "[me]" (names.h) */
    const GPtrArray *names; /* borrowed; names of whoever is on the other side: "[person A]" */
    gboolean pupil;         /* a pupil wrote it: the other side is a listener */
    GPtrArray *people;      /* borrowed; whose letter is which (Context.people); added to */
    const Names *roll;      /* borrowed; NULL: none */
    const char *sign;       /* borrowed; no name to mask, though its author says it is; NULL */
    const GPtrArray *terms; /* borrowed; whatever else the site masks: "[removed]" */
} Redact;

/* Adds to what->own the names by which the author of `text` calls himself ("my name is Anna"), so
 * that they are masked in what stands elsewhere. NULL is fine. */
void redact_learn(const char *text, const Redact *what);

/* `text` masked; what was found is counted in letter->redactions; the same names are added to
 * what->own, and others the author speaks of to what->people. NULL for NULL. Caller frees. */
char *redact_text(const char *text, const Redact *what, Letter *letter);

#endif
