/* clean.h: first things done to a text. Private to this folder. */
#ifndef STRIP_CLEAN_H
#define STRIP_CLEAN_H

#include <glib.h>

/* UTF-8 in, UTF-8 out: no control characters but LF and TAB, nothing of no width, no marks of
 * direction; every line separator is LF. Caller frees. */
char *clean_text(const char *text);

/* Joins the lines of format=flowed (RFC 3676); quoted lines get MARK_QUOTE (lines.h). `delsp`:
 * DelSp=yes. Caller frees. */
char *clean_flowed(const char *text, gboolean delsp);

/* The subject without Re:, Fwd: and the like in any language, and without a token in square
 * brackets; NULL where nothing is left or `subject` is NULL. Caller frees. */
char *clean_subject(const char *subject);

#endif
