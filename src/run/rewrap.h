/* rewrap.h: old cases of a keyholder's key go to another key: what the host does of it. See
 * vault/rewrap.h. */
#ifndef RUN_REWRAP_H
#define RUN_REWRAP_H

#include "run/office.h"

/* How many cases, and why not the others. */
typedef struct rewrapped {
    char *from, *to; /* owned; short names */
    guint cases;
    guint theirs;  /* the new keyholder has a seal of their own */
    guint not_for; /* they are party to the concern */
    guint gone;    /* taken in: erased or re-wrapped meanwhile, or flagged with its key lost */
} Rewrapped;
void rewrapped_clear(Rewrapped *rewrapped);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rewrapped, rewrapped_clear)

/* The packet for whoever holds the key `which` (as holders_find), to seal its cases again to the
 * key that `to` has in people.conf; on the record, in a transaction of its own. FAULT_REFUSED: no
 * such key, it is that key itself, `to` has none in use, or there is nothing to re-wrap. */
char *rewrap_ask(Office *office, const char *by, const char *which, const char *to, Rewrapped *done,
                 GError **error);

/* Takes an answer in, all of it in one transaction, on the record. FAULT_INPUT as rewrap_take();
 * FAULT_REFUSED where the new key is not in use (any more), or nothing is left to be taken in. */
gboolean rewrap_take_in(Office *office, const char *by, const char *text, gsize length,
                        Rewrapped *done, GError **error);

#endif
