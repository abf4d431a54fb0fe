/* trim.h: from a mail's text to the words its author wrote. Private to this folder. */
#ifndef STRIP_TRIM_H
#define STRIP_TRIM_H

#include <glib.h>

#include "value/wording.h"

typedef struct trim {
    gboolean pupil;         /* whose words must not be lost: rather keep too much */
    gboolean answers;       /* the mail answers one of ours: there will be a quote */
    const char *last_sent;  /* borrowed; what we sent; NULL: unknown */
    const Wording *wording; /* borrowed; of a pupil's answer to us: what else we sent, so that of
                               its quote all is theirs that is not ours; NULL: unknown */
    const GPtrArray *own;   /* borrowed; the author's names; NULL: unknown */
} Trim;

typedef struct trimmed {
    char *text;      /* owned; "" where nothing is left. Of a pupil who answers between the lines
                        also the lines answered, behind ">", as far as it is known that we sent
                        them: the listener must know what the "yes" means. Nothing of the kind of
                        a listener: who looks over a pupil's shoulder must not read it again */
    char *whole;     /* owned; the same, but of a pupil with what looked like a signature: rules and
                        lead shall miss no word */
    gboolean unsure; /* something was left out, or kept, without certainty */
    gboolean history; /* quoted or forwarded mail was left out */
    gboolean empty;   /* nothing is the author's for certain: `text` is a guess, or "" */
} Trimmed;

/* `text` may hold the marks of lines.h. */
Trimmed trim_text(const char *text, const Trim *how);

#endif
