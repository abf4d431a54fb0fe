#include "run/reconcile.h"

#include <string.h>

#include "store/cases.h"
#include "store/traffic.h"

/* A case as the record tells of it. */
typedef struct tale {
    guint64 last; /* sequence of the row that spoke of it last */
    gboolean flagged, closed, held;
    guint flags, standing; /* how often it was flagged; since it was last lifted */
    guint unsealed;        /* how often */
    gboolean in_store;
} Tale;

typedef struct tales {
    GHashTable *cases; /* handle (borrowed from the rows) -> Tale, owned */
    Problems *problems;
} Tales;

static void odd(Tales *tales, const AuditRow *row, const char *what) {
    problems_add(tales->problems, "audit", (guint)MIN(row->sequence, G_MAXUINT), "%s %s", row->act,
                 what);
}

/* What an act does to the case; no other act changes what is compared. */
static void apply(Tales *tales, Tale *tale, const AuditRow *row) {
    const char *act = row->act;
    if (strcmp(act, "flagged") == 0) {
        tale->flagged = TRUE;
        tale->flags++;
        tale->standing++;
    } else if (strcmp(act, "flag-lifted") == 0) {
        tale->flagged = FALSE;
        tale->standing = 0;
    } else if (strcmp(act, "closed") == 0 || strcmp(act, "deleted") == 0) {
        tale->closed = TRUE;
    } else if (strcmp(act, "hold-on") == 0 || strcmp(act, "hold-off") == 0) {
        tale->held = strcmp(act, "hold-on") == 0;
    } else if (strcmp(act, "unsealed") == 0) {
        tale->unsealed++;
        if (!tale->flagged)
            odd(tales, row, "a case that was not flagged then");
    }
}

/* A handle may come again when its case has been purged. */
static void tell(Tales *tales, const AuditRow *row) {
    Tale *tale = g_hash_table_lookup(tales->cases, row->handle);
    if (strcmp(row->act, "opened") == 0) {
        if (tale != NULL)
            odd(tales, row, "a case that was there already");
        tale = g_new0(Tale, 1);
        g_hash_table_replace(tales->cases, row->handle, tale);
    }
    if (tale == NULL) {
        odd(tales, row, "a case that was not there then");
        return;
    }
    tale->last = row->sequence;
    if (strcmp(row->act, "purged") != 0) {
        apply(tales, tale, row);
        return;
    }
    if (!tale->closed || tale->held)
        odd(tales, row, "a case that was not closed, or under hold, then");
    g_hash_table_remove(tales->cases, row->handle);
}

static void differs(Tales *tales, const Case *row, const Tale *tale, const char *what) {
    problems_add(tales->problems, "store", 0, "%s %s (row %" G_GUINT64_FORMAT " is its last)",
                 row->handle, what, tale->last);
}

/* Flags, and whether keyholders can open it. */
static void compare_flags(Tales *tales, const Tale *tale, const Case *row, const CaseCounts *in) {
    if (row->flagged != tale->flagged)
        differs(tales, row, tale,
                row->flagged ? "is flagged, but not on the record"
                             : "is not flagged, but the record says that it is");
    else if (in->flags != tale->flags)
        differs(tales, row, tale, "was not flagged as often as the record says");
    else if (in->standing != tale->standing)
        differs(tales, row, tale, "has not had the flags lifted that the record says");
    if (!row->flagged && in->escrows > 0)
        differs(tales, row, tale, "is not flagged, but its key is sealed to keyholders");
    if (row->flagged && in->seals > 0 && in->escrows == 0)
        differs(tales, row, tale, "is flagged, but its key is sealed to no keyholder");
}

static void compare(Tales *tales, Tale *tale, const Case *row, const CaseCounts *in) {
    tale->in_store = TRUE;
    compare_flags(tales, tale, row, in);
    if (in->openings > tale->unsealed)
        differs(tales, row, tale, "was unsealed more often than the record says");
    if (in->openings < tale->unsealed)
        differs(tales, row, tale, "was unsealed less often than the record says");
    if ((row->state == CASE_CLOSED) != tale->closed)
        differs(tales, row, tale,
                tale->closed ? "is not closed, but the record says that it is"
                             : "is closed, but not on the record");
    if (row->hold != tale->held)
        differs(tales, row, tale,
                tale->held ? "is not under hold, but the record says that it is"
                           : "is under hold, but not on the record");
}

static gboolean compare_all(Tales *tales, Store *store, GError **error) {
    g_autoptr(GPtrArray) cases = store_cases(store, TRUE, error);
    g_autoptr(GHashTable) counts = cases ? store_counts(store, error) : NULL;
    for (guint i = 0; counts != NULL && i < cases->len; i++) {
        const Case *row = g_ptr_array_index(cases, i);
        Tale *tale = g_hash_table_lookup(tales->cases, row->handle);
        gint64 id = (gint64)row->id;
        if (tale == NULL)
            problems_add(tales->problems, "store", 0,
                         "%s is there, but was never opened on the "
                         "record",
                         row->handle);
        else
            compare(tales, tale, row, g_hash_table_lookup(counts, &id));
    }
    return counts != NULL;
}

/* Whoever keeps the key of a case that was purged has not erased it. */
static gboolean compare_keys(Tales *tales, Store *store, GError **error) {
    int stray = store_stray_keys(store, error);
    if (stray > 0)
        problems_add(tales->problems, "keys.db", 0,
                     "has %d keys of cases that are not there: they were not erased", stray);
    return stray >= 0;
}

gboolean reconcile(Store *store, const GPtrArray *rows, Problems *problems, GError **error) {
    g_autoptr(GHashTable) cases = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    Tales tales = {cases, problems};
    for (guint i = 0; i < rows->len; i++) {
        const AuditRow *row = g_ptr_array_index(rows, i);
        if (row->handle != NULL)
            tell(&tales, row);
    }
    if (!compare_all(&tales, store, error) || !compare_keys(&tales, store, error))
        return FALSE;
    GHashTableIter each;
    gpointer handle, tale;
    g_hash_table_iter_init(&each, cases);
    while (g_hash_table_iter_next(&each, &handle, &tale))
        if (!((Tale *)tale)->in_store)
            problems_add(problems, "store", 0,
                         "%s is gone, but was never purged on the record (row %" G_GUINT64_FORMAT
                         " is its last)",
                         (const char *)handle, ((Tale *)tale)->last);
    return TRUE;
}
