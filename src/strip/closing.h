/* closing.h: the author's own name under an answer, which the program signs. Private to this
 * folder. */
#ifndef STRIP_CLOSING_H
#define STRIP_CLOSING_H

#include <glib.h>

/* Cuts `name` off the end of `text`, in place, where it stands on a line of its own, with kisses
 * and dashes, or behind a closing ("Take care, Heron"), which stays. Compared as names_fold(). */
void closing_cut(char *text, const char *name);

#endif
