/* holders.h: keyholders' keys over the years. people.conf says whose key is sealed to; the store
 * knows every key that ever was, and those that are retired, whatever people.conf says. */
#ifndef RUN_HOLDERS_H
#define RUN_HOLDERS_H

#include "run/office.h"

/* Is this key (as in people.conf, or of a seal) retired? */
gboolean holders_retired(const Office *office, const char *key);

/* Those in people.conf whose key the record does not know yet. Of Person, borrowed; caller unrefs.
 */
GPtrArray *holders_fresh(const Office *office);

/* Puts keys of people.conf that are new on the record, in a transaction of its own where there are
 * any: nothing is sealed to a key the record does not know. FAULT_SETUP where all of them are
 * retired: nobody could ever open what came now. */
gboolean holders_note(Office *office, GError **error);

/* Says of people.conf which of its keys are retired: warnings, and an error where all are. */
void holders_check(const Office *office, Problems *problems);

/* Makes a key (NULL: the one people.conf has) known as `holder`'s, on the record, in a transaction
 * of its own. *known (caller frees) is the key as it is always written. FAULT_INPUT: it is no key;
 * FAULT_REFUSED: no lead, deputy or head has this short name, they have no key, it is known
 * already, somebody else's, or retired. */
gboolean holders_add(Office *office, const char *by, const char *holder, const char *key,
                     char **known, GError **error);

/* The one key that `which` names: a whole public line, its fingerprint or the first eight letters
 * of that, or the short name of somebody who has but one that is not retired. Borrowed; NULL and
 * FAULT_REFUSED where there is none, or more than one. */
const HolderRow *holders_find(const Office *office, const char *which, GError **error);

/* Retires it, on the record, in a transaction of its own: nothing new is sealed to it.
 * FAULT_REFUSED where it is retired, still in people.conf, or nobody there has another. */
gboolean holders_retire(Office *office, const char *by, const HolderRow *row, const char *reason,
                        GError **error);

#endif
