/* maildir.h: what reading from a Maildir and delivering into one have in common. */
#ifndef WIRE_MAILDIR_H
#define WIRE_MAILDIR_H

#include <glib.h>

/* Opens the folder `path` with its cur, new and tmp, made where they do not exist (mode 0700). The
 * descriptor is the caller's to close; -1 and FAULT_SETUP where it cannot be. */
int maildir_make(const char *path, GError **error);

/* Makes what was renamed into, or removed from, the folder `name` below `folder` last over a power
 * cut. FAULT_RUN. */
gboolean maildir_sync(int folder, const char *name, GError **error);

#endif
