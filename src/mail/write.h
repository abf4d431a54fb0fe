/* write.h: builds an outgoing mail, new, from a draft and the one address it goes to. */
#ifndef MAIL_WRITE_H
#define MAIL_WRITE_H

#include <glib.h>

#include "value/draft.h"

typedef struct envelope {
    const char *box;      /* borrowed; address of the box */
    const char *box_name; /* borrowed; display name, the site's */
    const char *to;       /* borrowed; from address_new() */
    gboolean plus;        /* reply tag in the address; else in Message-ID, References and subject */
    gint64 date;          /* a moment; written in UTC (+0000) */
} Envelope;

/* From, To, Reply-To (box+TOKEN where plus and answerable), Subject (with " [TOKEN]" at the end
 * where not plus and answerable), Date in UTC, Message-ID <TOKEN@box's domain>, In-Reply-To and
 * References from draft->refs (where not plus, <TOKEN@domain> too), Auto-Submitted: auto-replied
 * (to a pupil) or auto-generated, MIME-Version, Content-Type text/plain UTF-8 with
 * quoted-printable; nothing else. A draft->attached becomes a second part. Never NULL. Caller
 * frees. */
GBytes *mail_write(const Draft *draft, const Envelope *envelope);

#endif
