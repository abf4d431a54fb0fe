/* holders.h: the public keys of keyholders over the years: which were sealed to, and until when. */
#ifndef STORE_HOLDERS_H
#define STORE_HOLDERS_H

#include "store/store.h"

typedef struct holder_row {
    char *key, *holder; /* owned; "wbpub1…"; short name of whose it is */
    gint64 added;
    gint64 retired; /* -1: not */
} HolderRow;

/* In the order they were added; of HolderRow, owned. Caller unrefs; NULL sets *error. */
GPtrArray *store_holders(Store *store, GError **error);

/* FAULT_RUN where the key is known already. */
gboolean store_add_holder(Store *store, const char *key, const char *holder, gint64 at,
                          GError **error);
gboolean store_retire_holder(Store *store, const char *key, gint64 at, GError **error);

/* What is sealed to a key: cases, flagged ones among them, and those that are sealed to no other
 * key but retired ones. */
typedef struct sealed_to {
    guint cases, flagged, alone;
} SealedTo;
gboolean store_sealed_to(Store *store, const char *key, SealedTo *sealed, GError **error);

/* The cases that have a seal of this key, with the newest last: their ids (guint64). Caller unrefs;
 * NULL sets *error. */
GArray *store_cases_sealed_to(Store *store, const char *key, GError **error);

/* What `holder` had of a case is from now on `to`'s: re-wrapped. `escrow` may be NULL. */
gboolean store_move_seal(Store *store, guint64 id, const char *holder, const char *to,
                         const char *key, GBytes *seal, GBytes *escrow, GError **error);

#endif
