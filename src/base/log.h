/* log.h: what the program says of its own work, on standard error.
 *
 * An entry is an event name out of the source, a handle or the short name of a person (never their
 * address), and a number. There is no way to hand it text of a mail or of a server. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <glib.h>

/* Says nothing until it is told to (`--verbose`). */
void log_speak(gboolean yes);

/* "event about=amber-heron n=3". `event` is a literal of lower-case words and hyphens; `about` is a
 * handle or a short name, or NULL; any other character in it is written as '?'. */
void log_event(const char *event, const char *about, gint64 number);

#endif
