/* people.h: people.conf: who the adults and the listeners are.
 *
 * Their addresses are not here: site/address-book.h has them, and only run and vault include it. */
#ifndef SITE_PEOPLE_H
#define SITE_PEOPLE_H

#include <glib.h>

#include "base/problems.h"
#include "value/party.h"

enum role { ROLE_LEAD, ROLE_DEPUTY, ROLE_HEAD, ROLE_SUPERVISOR, ROLE_WITNESS, ROLE_LISTENER };
extern const char *const ROLE_WORDS[]; /* "lead" … "listener", NULL */

typedef struct person {
    enum role role;
    char *id;        /* owned; the block's name, "okafor": in commands, the store, the record */
    char *name;      /* owned; "Ms Okafor"; for adults only shown to people, never NULL */
    char *sign;      /* owned; sign-off of a listener, "Heron"; NULL for adults */
    guint days;      /* bit 0 Monday … bit 6 Sunday; 0x7f: every day; 0: `on none` */
    int from, until; /* hours on duty, in minutes since midnight; 0 and 1440: all day */
    guint at_most;   /* open cases; listeners only */
    GPtrArray *not_about; /* of char *, owned: rule names */
    char *trained_until;  /* owned; "2027-07-31", the last day; NULL: no end */
    char *key;            /* owned; "wbpub1…"; NULL where they cannot unseal */
    gboolean practice;    /* the key is the one `init` printed for trying out */
    guint line;           /* in people.conf */
} Person;

typedef struct people {
    GPtrArray *list;                /* of Person, owned, in the order of the file */
    struct address_book *addresses; /* owned; see address-book.h */
} People;

/* Reads the file at `path`, named `shown` in problems. Never NULL. The checks: a lead there; every
 * address an address, no two alike, none equal to `box` (may be NULL); a sign for each listener, no
 * two alike; no key twice; keys that are none (`key_of`, which is vault's, answers a
 * public line as it is always written, or NULL); a keyholder there (a warning).
 */
People *people_read(const char *path, const char *shown, const char *box,
                    char *(*key_of)(const char *line), Problems *problems);
void people_free(People *people);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(People, people_free)

/* By short name; NULL where there is none. Borrowed. */
const Person *people_find(const People *people, const char *id);

/* The first with this role; NULL where there is none. Borrowed. */
const Person *people_first(const People *people, enum role role);

/* The party a person is. Caller frees. */
Party *person_party(const Person *person);

/* On duty at `moment`? (days and hours, in `zone`; `trained_until` not over) */
gboolean person_on_duty(const Person *person, gint64 moment, GTimeZone *zone);

/* The next moment at or after `moment` at which they are on duty, within 14 days; -1: none. */
gint64 person_next_duty(const Person *person, gint64 moment, GTimeZone *zone);

#endif
