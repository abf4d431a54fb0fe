/* context.h: what the store knows that reading a mail needs; a plain value, so that reading stays
 * pure. */
#ifndef VALUE_CONTEXT_H
#define VALUE_CONTEXT_H

#include <glib.h>

#include "value/letter.h"
#include "value/names.h"
#include "value/occasion.h"
#include "value/wording.h"

typedef struct context {
    enum route side;   /* who writes, as resolved: ROUTE_PUPIL, ROUTE_LISTENER or ROUTE_STAFF */
    gboolean believed; /* a person wrote it, whatever list it went through: it comes with a token,
                          and from whom that was given to */
    char *why;         /* owned; the reason, for Letter.why; NULL: strip gives its own */
    GPtrArray *own;    /* of char *, owned: names by which the writer is known already (names.h) */
    GPtrArray *names;  /* of char *, owned: names of whoever is on the other side (names.h) */
    GPtrArray *people; /* of char *, owned: the others the case has spoken of so far, folded, in the
                          order of their letters: [person A] is the first */
    const Names *roll; /* borrowed; the names of the school; NULL: unknown. Does not travel */
    char *reader;      /* owned; the short name of the listener whose conversation it is; NULL */
    char *sign;        /* owned; the sign-off of the listener who writes; NULL */
    GPtrArray *terms;  /* of char *, owned: whatever else the site masks (`mask` lines) */
    char *last_sent;   /* owned; what people wrote that we sent to this writer in this case, so that
                          its quote can be cut; NULL where there is none */
    gboolean answers;  /* it answers a mail of ours in this case: nothing can be quoted in it but
                          last_sent and what the program says */
    const Wording *wording; /* borrowed; that; NULL: unknown. Does not travel */
    Occasion occasion;      /* for the rules */
} Context;

Context *context_new(enum route side);
void context_free(Context *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Context, context_free)

#endif
