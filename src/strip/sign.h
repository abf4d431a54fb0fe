/* sign.h: signatures, "Sent from my …" and disclaimers. Private to this folder. */
#ifndef STRIP_SIGN_H
#define STRIP_SIGN_H

#include "strip/lines.h"

/* Marks them LINE_SIGN among the own lines before `end`. `own`: the author's names; NULL where they
 * are not known. `careful` where a pupil wrote it: then only what is clearly no part of the letter.
 * *unsure is set where something after such a line may be the author's or not; it is then left out,
 * but not if `careful`. */
void sign_mark(Lines *lines, guint end, const GPtrArray *own, gboolean careful, gboolean *unsure);

/* Is this the line before a signature (RFC 3676, 4.3)? */
gboolean sign_delimiter(const Line *line);

#endif
