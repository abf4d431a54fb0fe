/* history.h: where quoted and forwarded mail begins. Private to this folder. */
#ifndef STRIP_HISTORY_H
#define STRIP_HISTORY_H

#include "strip/lines.h"

enum history {
    HISTORY_NONE,
    HISTORY_LEAD,  /* "X wrote:" over a quote, no more: a person may well have written it */
    HISTORY_MAYBE, /* reads like an attribution, but a person may have written it */
    HISTORY_LINE,  /* an attribution line: a quote follows */
    HISTORY_REST   /* a header block or "Original Message": all after it is history */
};

/* Does history begin at line `at`? *past is then the first line after the attribution or header. */
enum history history_at(const Lines *lines, guint at, guint *past);

#endif
