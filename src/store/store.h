/* store.h: what a site remembers, in two SQLite files of one folder: worrybox.db and, attached,
 * keys.db (case keys and the audit key; never in a backup).
 *
 * The store keeps values and sealed bytes; it knows no address and no key but as bytes it is
 * handed. All functions that can fail set FAULT_RUN (a full or failing disk, a busy database), or
 * what they say. A handle is borrowed for the call. Moments are seconds in UTC.
 *
 * Deleted means gone: journal_mode TRUNCATE, secure_delete ON (read back), synchronous EXTRA and
 * mmap_size 0 are set for each of the two files by name. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <glib.h>

#include "value/party.h"
#include "value/verdict.h"

typedef struct store Store;

enum { STORE_SITE = 16 }; /* bytes of a site id */

/* Makes the two files in `folder` (mode 0600) with a new site id. FAULT_SETUP where either exists.
 */
gboolean store_create(const char *folder, const guint8 site[STORE_SITE], GError **error);

/* What to do where keys.db is absent, as on a site restored from a backup. */
enum store_keys {
    STORE_KEYS_NEEDED, /* fail: FAULT_SETUP */
    STORE_KEYS_MADE,   /* make a new, empty one: flagged cases can still be unsealed */
    STORE_KEYS_NONE    /* do without, for whoever only looks: nothing is written */
};

/* Opens both. FAULT_SETUP: absent, not ours, made by a newer program, or of two different sites.
 * Older files are brought forward. A store is used by one thread. */
Store *store_open(const char *folder, enum store_keys keys, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* Copies worrybox.db as it is at this moment to a new file (mode 0600); keys.db never. Whoever
 * writes meanwhile waits. FAULT_INPUT where `path` exists or cannot be made. Nothing is left on
 * failure. */
gboolean store_backup(Store *store, const char *path, GError **error);

/* Makes worrybox.db in `folder` of such a copy, as the beginning of a site that has lost keys.db:
 * without outgoing mail and tokens, which nothing can read any more. It appears only when it is
 * whole; STORE_RESTORING (store_number) is 1 until the caller has done the rest. FAULT_SETUP where
 * there is a worrybox.db or keys.db, FAULT_INPUT where `backup` is none. */
gboolean store_restore(const char *folder, const char *backup, GError **error);
#define STORE_RESTORING "restoring"

const guint8 *store_site(const Store *store); /* STORE_SITE bytes, borrowed */

/* One transaction over both files. store_begin() takes the write lock and waits up to a minute for
 * it; whatever is written outside of one is its own. */
gboolean store_begin(Store *store, GError **error);
gboolean store_commit(Store *store, GError **error); /* on failure everything is rolled back */
void store_rollback(Store *store);

/* Small facts of a site by name ("last-seen", "anchored"); 0 where never set. */
gint64 store_number(Store *store, const char *name);
gboolean store_set_number(Store *store, const char *name, gint64 number, GError **error);

/* The same of bytes: what is no secret, and belongs to no case ("rules-change"). NULL where never
 * set; to set NULL takes it away. Caller unrefs. */
GBytes *store_fact(Store *store, const char *name);
gboolean store_set_fact(Store *store, const char *name, GBytes *fact, GError **error);

/* Secrets of keys.db by name ("audit", "desk"); NULL where absent. Caller unrefs. */
GBytes *store_secret(Store *store, const char *name);
/* The first time: FAULT_RUN where there is one, even if store_secret() could not read it just now.
 */
gboolean store_add_secret(Store *store, const char *name, GBytes *secret, GError **error);
gboolean store_set_secret(Store *store, const char *name, GBytes *secret, GError **error);

#endif
