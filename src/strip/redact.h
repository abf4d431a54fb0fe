/* redact.h: masking: what names people or leads to them becomes a mark such as "[phone]". Private
 * to this folder. */
#ifndef STRIP_REDACT_H
#define STRIP_REDACT_H

#include "value/letter.h"

typedef struct redact {
    GPtrArray *own;         /* borrowed; names of the author: "[me]" (names.h) */
    const GPtrArray *names; /* borrowed; other names: "[name]" */
    const GPtrArray *terms; /* borrowed; whatever else the site masks: "[removed]" */
} Redact;

/* `text` masked; what was found is counted in letter->redactions. Names by which its author calls
 * himself ("my name is Anna") are added to what->own. NULL for NULL. Caller frees. */
char *redact_text(const char *text, const Redact *what, Letter *letter);

#endif
