/* facts.h: what of a mail has to be known before the store can be asked who writes. A plain value
 * that knows who wrote: rules, desk, reply and store never see it. */
#ifndef MAIL_FACTS_H
#define MAIL_FACTS_H

#include <glib.h>

#include "value/identity.h"
#include "value/letter.h"

typedef struct facts {
    char *from; /* owned; address_new() of the one From mailbox; NULL: none, several, or bad */
    char *name; /* owned; its display name, decoded, one line; NULL */
    char *message_id;   /* owned; without <>; NULL where absent or not plain ASCII */
    gint64 date;        /* -1 where absent */
    enum auth auth;     /* of the school's own server (Reader.authserv_id) */
    GPtrArray *tokens;  /* of char *, owned: what may be a token, most trusted first, no repeats: in
                           recipients (local+TOKEN@), then In-Reply-To and References (<TOKEN@…>),
                           then the subject; for a bounce also in the mail it returns */
    enum route machine; /* ROUTE_PUPIL where a person wrote it; else BOUNCE, AUTO_REPLY, LIST, LOOP,
                           by positive evidence alone */
    gboolean judged; /* such evidence as a person's own mail may bear, too (it went through a list,
                        or a web form): its words are judged, for a cry for help */
    char *why;       /* owned; that evidence in words: "Auto-Submitted: auto-replied" */
    guint strangers; /* recipients in To and Cc that are neither the box nor From itself */
    gboolean forwarded; /* looks like a forward ("Fwd:", message/rfc822 inside) */
    gboolean replies;   /* has In-Reply-To or References: an answer to some mail */
} Facts;

void facts_free(Facts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)

#endif
