/* openings.h: that who wrote was opened, and what is still to be said of it. */
#ifndef STORE_OPENINGS_H
#define STORE_OPENINGS_H

#include "store/store.h"

typedef struct opening {
    guint64 id, case_id;
    gint64 at;
    char *holder, *ground; /* owned; short name of the keyholder; a word */
    gboolean tried, told;  /* has it been said what else was tried, whether the pupil was told? */
    gint64 due;            /* when they are asked for it; -1: nothing is missing */
} Opening;

void opening_free(Opening *opening);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Opening, opening_free)

gboolean store_add_opening(Store *store, const Opening *opening, GError **error);

/* Those about which somebody is to be asked now; of Opening, owned. NULL sets *error. */
GPtrArray *store_openings_due(Store *store, gint64 now, GError **error);
/* Asked again at `due`; -1: no more. */
gboolean store_opening_asked(Store *store, guint64 id, gint64 due, GError **error);
/* Said, for all openings of the case. */
gboolean store_opening_said(Store *store, guint64 case_id, gboolean tried, gboolean told,
                            GError **error);
/* Is anything still to be said of this case? */
gboolean store_opening_missing(Store *store, guint64 case_id);

/* How many there were since then on another ground than danger; -1 sets *error. */
int store_count_openings(Store *store, gint64 since, GError **error);

#endif
