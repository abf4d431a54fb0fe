/* box.h: the mailbox that is fetched: IMAP or Maildir. A back end is a constant struct of
 * functions, one a file (box-imap.c, box-maildir.c). */
#ifndef BOX_BOX_H
#define BOX_BOX_H

#include <glib.h>

#include "site/server.h"

typedef struct box Box;

typedef struct box_entry {
    char *id;   /* owned; IMAP: the UID in decimal; Maildir: the unique part of the file name */
    gsize size; /* bytes */
} BoxEntry;

/* Called once for each mail fetched, in the order of the server's answers; `raw` is borrowed. FALSE
 * (with *error set) stops the fetch, which then fails with that error; an IMAP connection is broken
 * off for it, and only box_close() is left. It must not call the box itself. */
typedef gboolean (*BoxTake)(gpointer data, const char *id, GBytes *raw, GError **error);

/* Connects and selects the folder (IMAP), or opens the Maildir, which is made where it does not
 * exist. FAULT_SETUP: wrong settings, certificate, login, no UIDPLUS. FAULT_RUN: not reachable. */
Box *box_open(const Server *server, GError **error);
void box_close(Box *box); /* after an error without LOGOUT; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Box, box_close)

/* What ids are good for: "imap 1700000001" (UIDVALIDITY), "maildir". Borrowed. */
const char *box_validity(const Box *box);

/* What is in the folder now, oldest first; sizes only, no content. Caller frees. */
GPtrArray *box_list(Box *box, GError **error);

/* Fetches these ids (const char *), one mail at a time in memory, without setting \Seen. One that
 * has gone meanwhile is left out silently, and so is one that the server will not hand over: that
 * one is still in the list next time. */
gboolean box_fetch(Box *box, const GPtrArray *ids, BoxTake take, gpointer data, GError **error);

/* Removes these ids for good: UID STORE \Deleted and UID EXPUNGE of exactly these, in ranges; or
 * unlink. One that has gone already is no error. */
gboolean box_expunge(Box *box, const GPtrArray *ids, GError **error);

/* Moves one, unread, to the folder Held (made where it does not exist). */
gboolean box_hold(Box *box, const char *id, GError **error);

/* Removes for good the copies of our own mails that a provider has kept: in the folders of these
 * names (char *, UTF-8), or, where it is NULL, in those the server marks as \Sent, \Trash, \Archive
 * or \All (RFC 6154). Ours is what has From `address` (of the box), with a plus tag or without, and
 * a Message-ID as only we make it; nothing else is touched. Some thousands of mails of a folder are
 * looked at, the newest; the rest the next time. A folder that is not there, can only be read, or
 * is the one that is fetched is left out. *removed grows by what went. After it only box_close() is
 * left. Maildir: nothing to do. */
gboolean box_tidy(Box *box, const GPtrArray *folders, const char *address, guint *removed,
                  GError **error);

/* For `check --connect`: lines for a person about what this server can do, what is in the folders
 * of box_tidy(), and what follows. Changes nothing; after it only box_close() is left. Caller
 * frees. */
char *box_abilities(Box *box, const GPtrArray *folders, const char *address, GError **error);

#endif
