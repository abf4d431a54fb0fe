/* disclaimer.h: paragraphs that mail servers put under or above a mail and that nobody typed.
 * Private to this folder. */
#ifndef STRIP_DISCLAIMER_H
#define STRIP_DISCLAIMER_H

#include "strip/lines.h"

enum disclaimer {
    DISCLAIMER_NONE,
    DISCLAIMER_NOTE, /* "Think before you print": one paragraph */
    DISCLAIMER_LEGAL /* "This e-mail is confidential …": others of the kind follow it */
};

/* What is the paragraph that begins at line `at`, at the latest at `end`? Only the first line of a
 * paragraph is asked for; *past is then the line after it. */
enum disclaimer disclaimer_at(const Lines *lines, guint at, guint end, guint *past);

#endif
