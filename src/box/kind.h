/* kind.h: what a back end of box.h is: a constant struct of functions. Private to src/box. */
#ifndef BOX_KIND_H
#define BOX_KIND_H

#include "box/box.h"

/* `state` is the back end's own; the functions do what those of box.h with their names do. */
typedef struct box_kind {
    gpointer (*open)(const Server *server, GError **error);
    void (*close)(gpointer state);
    const char *(*validity)(gpointer state);
    GPtrArray *(*list)(gpointer state, GError **error);
    gboolean (*fetch)(gpointer state, const GPtrArray *ids, BoxTake take, gpointer data,
                      GError **error);
    gboolean (*expunge)(gpointer state, const GPtrArray *ids, GError **error);
    gboolean (*hold)(gpointer state, const char *id, GError **error);
    gboolean (*tidy)(gpointer state, const GPtrArray *folders, const char *address, guint *removed,
                     GError **error);
    char *(*abilities)(gpointer state, const GPtrArray *folders, const char *address,
                       GError **error);
} BoxKind;

extern const BoxKind BOX_IMAP;
extern const BoxKind BOX_MAILDIR;

/* Takes `id`. */
BoxEntry *box_entry_new(char *id, gsize size);
void box_entry_free(gpointer entry);

#endif
