/* dial.h: look a host up and connect to it, within a time. Private to src/wire. */
#ifndef WIRE_DIAL_H
#define WIRE_DIAL_H

#include <glib.h>

/* A connected, non-blocking TCP socket, or -1. Addresses are tried in the resolver's order, each
 * for at most `seconds`; so is the look-up. */
int dial(const char *host, guint16 port, guint seconds, GError **error);

/* Is the other end of `fd` this machine? Asked of the socket, not of the name. */
gboolean dial_is_local(int fd);

/* Waits until `events` (of poll(2)) or until *left microseconds are used up, which it counts down.
 * FALSE: time is over. */
gboolean dial_wait(int fd, short events, gint64 *left);

#endif
