/* draft.h: a mail to be, for a party, not for an address. */
#ifndef VALUE_DRAFT_H
#define VALUE_DRAFT_H

#include <glib.h>

#include "value/party.h"

/* The line above which people answer. Strip cuts at it first, in whatever a client made of it. */
#define DRAFT_MARKER "---- write your answer above this line ----"

typedef struct draft {
    Party *to;     /* owned */
    char *handle;  /* owned; of the case; NULL for a mail that belongs to none */
    char *name;    /* owned; the template it was made from, "crisis" */
    char *subject; /* owned; UTF-8, one line, neutral */
    char *body;    /* owned; UTF-8, LF; {{token}} of reply links already filled in */
    char *own;     /* owned; subject and body with everything people wrote left out: what of them
                      are the program's words. The egress gate does not take a name that is also
                      an ordinary word ("will", "may") in these for a leak. Must be kept with the
                      draft; NULL: nothing is the program's own */
    char *token;   /* owned; 26 characters: makes the reply address and the Message-ID */
    gboolean answerable; /* Reply-To carries the token; else the plain address of the box */
    gboolean urgent;
    gboolean unmasked;   /* it has a letter as it was written, names and all, for the lead: only the
                            program's own part is looked through for them */
    GPtrArray *refs;     /* of char *, owned: Message-IDs this party knows, for References; the last
                            is In-Reply-To. Without <> */
    char *attached;      /* owned; base64-free bytes of a packet to attach as text; NULL: none */
    char *attached_name; /* owned; file name for it; NULL as above */
    /* Of an answer that may be held. Owned; NULL in all other mail. */
    char *author; /* short name of the listener who wrote it */
    char *answer; /* their words */
    char *about;  /* why it is held: compose_about(); may be NULL */
} Draft;

Draft *draft_new(Party *to, const char *handle, const char *name); /* takes `to` */
void draft_free(Draft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Draft, draft_free)

#endif
