/* box-imap.h: what the files of the IMAP back end share. Private to them: it shows libetpan. */
#ifndef BOX_BOX_IMAP_H
#define BOX_BOX_IMAP_H

#include <libetpan/libetpan.h>

#include "box/kind.h"
#include "wire/etpan.h"

enum { IMAP_SMALL = 1 << 20 }; /* bytes any answer without mails may have */

typedef struct imap {
    Wire *wire;
    mailimap *session;
    char *host;
    char *folder; /* that is fetched, as IMAP writes it */
    char *validity;
    gsize largest; /* bytes, of any mail listed so far; 0: nothing listed */
    gboolean has_move;
    gboolean failed; /* then the connection is cut off without LOGOUT */
    char *held;      /* name of the folder Held on this server; NULL: not looked for yet */
} Imap;

/* A failed call as an error, without a word of the server's. Always FALSE. */
gboolean imap_fail(Imap *imap, int code, const char *doing, GError **error);

/* What a UID FETCH asks for beside the UID; the caller of the function owns what it returns. */
typedef struct mailimap_fetch_att *(*ImapAsk)(void);

/* Fetches one thing of each of these mails (guint32, in order), in the folder that is selected;
 * answers of more than `allowance` bytes break the connection off. As box_fetch(). */
gboolean imap_read(Imap *imap, const GArray *uids, ImapAsk ask, guint64 allowance, BoxTake take,
                   gpointer data, GError **error);

/* Those of `uids` (guint32, in order) from `first` on, some hundreds at most; *next is where to go
 * on. The caller frees the set. */
struct mailimap_set *imap_range(const GArray *uids, guint first, guint *next);

/* STORE \Deleted and UID EXPUNGE, of exactly these. */
gboolean imap_expunge_set(Imap *imap, struct mailimap_set *set, GError **error);

/* box-imap-folders.c: the functions of BoxKind that look into the other folders. */
gboolean imap_tidy(gpointer state, const GPtrArray *folders, const char *address, guint *removed,
                   GError **error);
char *imap_abilities(gpointer state, const GPtrArray *folders, const char *address, GError **error);

#endif
