/* office.h: everything a run or a command works with: the site's files, its keys, its store. */
#ifndef RUN_OFFICE_H
#define RUN_OFFICE_H

#include "base/problems.h"
#include "desk/named.h"
#include "reply/templates.h"
#include "rules/rules.h"
#include "site/people.h"
#include "site/site.h"
#include "store/cases.h"
#include "store/holders.h"
#include "value/names.h"
#include "value/wording.h"
#include "vault/vault.h"

typedef struct ahead Ahead;

typedef struct office {
    Site *site; /* owned, as all here */
    People *people;
    Rules *rules;
    Templates *templates;
    Wording *wording;   /* what the program says to pupils */
    Names *roll;        /* the names of the school: its roll, and the listeners'; may hold none */
    Named *named;       /* whom of the people a letter names */
    Vault *vault;       /* NULL until office_open() */
    Store *store;       /* NULL until office_open() */
    GPtrArray *holders; /* of HolderRow: the keys that are known; NULL until office_open() */
    gint64 now;         /* the moment that counts for everything done */
    guint32 neighbourhood; /* of the numbers given now; random */
    Ahead *ahead;          /* keys made ahead of need (ahead.h); NULL where few are needed */
    struct kept *fresh;    /* the message kept last (keep.h), for it is told at once; NULL */
} Office;

/* Reads every file of the site in `folder`, testing the rules with their hits and misses. Never
 * NULL; whatever is wrong is in `problems`. Opens no key and no database. `now`: -1 for the
 * system's clock; another moment only where the site is one for trying out (else a problem). */
Office *office_load(const char *folder, gint64 now, Problems *problems);

/* Under this name the store keeps which host key is its own: vault_mark(). */
#define OFFICE_HOST_KEY "host-key"

/* Where the host key is: host.key of systemd's credentials, where this process was handed one, else
 * of the state folder. Caller frees. */
char *office_host_key(const Site *site);

/* Opens the store and the host key. Errors as store_open() and vault_open(); and FAULT_SETUP where
 * the two do not belong together. */
gboolean office_open(Office *office, enum store_keys keys, GError **error);

/* Both at once, for commands: any problem is FAULT_SETUP with all of them; warnings are not told.
 */
Office *office_ready(const char *folder, gint64 now, enum store_keys keys, GError **error);

/* A random number for a new row, at most 63 bits, never 0: rows must count nothing. Those of one
 * neighbourhood lie together in the database, so that a hundred letters change tens of its pages
 * and not thousands; office_move_on() begins another, for another transaction. */
guint64 office_number(const Office *office);
void office_move_on(Office *office);

void office_free(Office *office);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Office, office_free)

/* The folder of rules or templates a site's own, or where it has none, of the installation or of
 * the tree this program was built in. `name`: "rules", "templates". Caller frees. */
char *office_shared(const char *name);

/* Who deals with what comes to this desk: its people in the order of people.conf; where it has
 * none, those of the next: supervisor, lead, deputy, head. `not_for` may be NULL. Of Person,
 * borrowed. */
GPtrArray *office_desk(const Office *office, enum desk desk, const GPtrArray *not_for);

/* Who gets what is new in a case at an adult desk: the adult who has taken it, else the desk. */
GPtrArray *office_readers(const Office *office, const Case *row);

/* Whom an alert goes to at this level: 0 the desk's own, then deputies, then the head. Empty when
 * there is nobody further. */
GPtrArray *office_alerted(const Office *office, const Case *row, guint level);

#endif
