#include "box/box.h"

#include "base/fault.h"
#include "box/kind.h"

struct box {
    const BoxKind *kind;
    gpointer state; /* owned; of the back end */
};

BoxEntry *box_entry_new(char *id, gsize size) {
    BoxEntry *entry = g_new(BoxEntry, 1);
    entry->id = id;
    entry->size = size;
    return entry;
}

void box_entry_free(gpointer entry) {
    g_free(((BoxEntry *)entry)->id);
    g_free(entry);
}

Box *box_open(const Server *server, GError **error) {
    const BoxKind *kind = server->kind == SERVER_IMAP ? &BOX_IMAP : &BOX_MAILDIR;
    if (server->kind != SERVER_IMAP && server->kind != SERVER_MAILDIR) {
        fault_set(error, FAULT_SETUP, "a mailbox is of kind imap or maildir");
        return NULL;
    }
    gpointer state = kind->open(server, error);
    if (state == NULL)
        return NULL;
    Box *box = g_new(Box, 1);
    box->kind = kind;
    box->state = state;
    return box;
}

void box_close(Box *box) {
    if (box == NULL)
        return;
    box->kind->close(box->state);
    g_free(box);
}

const char *box_validity(const Box *box) {
    return box->kind->validity(box->state);
}

GPtrArray *box_list(Box *box, GError **error) {
    return box->kind->list(box->state, error);
}

gboolean box_fetch(Box *box, const GPtrArray *ids, BoxTake take, gpointer data, GError **error) {
    return box->kind->fetch(box->state, ids, take, data, error);
}

gboolean box_expunge(Box *box, const GPtrArray *ids, GError **error) {
    return box->kind->expunge(box->state, ids, error);
}

gboolean box_hold(Box *box, const char *id, GError **error) {
    return box->kind->hold(box->state, id, error);
}

gboolean box_tidy(Box *box, const GPtrArray *folders, const char *address, guint *removed,
                  GError **error) {
    return box->kind->tidy(box->state, folders, address, removed, error);
}

char *box_abilities(Box *box, const GPtrArray *folders, const char *address, GError **error) {
    return box->kind->abilities(box->state, folders, address, error);
}
