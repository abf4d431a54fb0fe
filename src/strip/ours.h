/* ours.h: which lines of a quote are surely ours: a line of what the program says (Wording), filled
 * in, or of what somebody wrote in answer. All else in it the author of the mail has typed there.
 * Private to this folder. */
#ifndef STRIP_OURS_H
#define STRIP_OURS_H

#include "strip/lines.h"
#include "value/wording.h"

typedef struct ours Ours;

/* `sent`: what people wrote to them, NULL: nothing. */
Ours *ours_new(const Wording *wording, const char *sent);
void ours_free(Ours *ours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ours, ours_free)

/* How many lines from `at` on, which is not blank, are together one line of ours that was wrapped;
 * 0: they are not ours. */
guint ours_at(const Ours *ours, const Lines *lines, guint at);

#endif
