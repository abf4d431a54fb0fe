/* rewrap.h: what is sealed to one keyholder's key is sealed again to another, by who holds the
 * first, on their own machine. The host hands out seals and takes seals in; it reads neither.
 *
 *   host        rewrap_write()   a packet for the old key's holder
 *   keyholder   rewrap_answer()  looks at it, and seals again to the new key
 *   host        rewrap_take()    takes the answer in, which only who opened the packet can have
 * made
 *
 * A half (two-to-open) is re-wrapped by its own holder alone and stays a half. Whole copies for
 * danger are not handed out for this: they stay sealed to the old key. */
#ifndef VAULT_REWRAP_H
#define VAULT_REWRAP_H

#include "vault/holder.h"
#include "vault/vault.h"

typedef struct rewrap_case {
    guint64 id;
    GPtrArray *seals; /* of GBytes (kind S), owned; see rewrap_parts() */
    GBytes *escrow;   /* owned; NULL where the case is not flagged */
} RewrapCase;

typedef struct rewrap {
    char *from, *to;           /* owned; public lines */
    char *from_name, *to_name; /* owned; short names; NULL in an answer */
    gint64 at;                 /* a moment; 0 in an answer */
    GPtrArray *cases;          /* of RewrapCase, owned */
} Rewrap;

Rewrap *rewrap_new(void);
void rewrap_free(Rewrap *rewrap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rewrap, rewrap_free)
/* Takes `seals`; refs `escrow` (may be NULL). */
void rewrap_add(Rewrap *rewrap, guint64 id, GPtrArray *seals, GBytes *escrow);

/* Which parts of what the store holds for a keyholder can be sealed again: the seal itself, or the
 * halves of a set. Of GBytes; empty where it is neither. Caller unrefs. */
GPtrArray *rewrap_parts(GBytes *seal);

/* The same with these parts in the place of the old ones: what the store holds from then on. What
 * is left of a set stays sealed to `former`, the old key's public line. NULL where they do not fit.
 */
GBytes *rewrap_join(GBytes *seal, const char *former, const GPtrArray *parts);

/* The packet, as text; opens with the old key alone. NULL where one of the keys is none. Caller
 * frees. */
char *rewrap_write(const Vault *vault, const Rewrap *rewrap);

/* What a packet asks for; `to` is the public line of the new key. */
typedef struct rewrap_about {
    char *from_name, *to_name, *to; /* owned */
    gint64 at;
    guint cases;
} RewrapAbout;
void rewrap_about_clear(RewrapAbout *about);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RewrapAbout, rewrap_about_clear)

/* The keyholder's side. Fills `about` (cleared before); with `seal` FALSE only that, and "" is
 * answered; else all of it sealed to the new key. FAULT_INPUT: no such packet, damaged, or
 * something in it is not this key's to seal again; FAULT_REFUSED: made for another key. Caller
 * frees. */
char *rewrap_answer(const char *text, gsize length, const HolderKey *key, gboolean seal,
                    RewrapAbout *about, GError **error);

/* The host's side. FAULT_INPUT: no such answer, damaged, or not made from a packet of this host's
 * present key. Caller frees. */
Rewrap *rewrap_take(const Vault *vault, const char *text, gsize length, GError **error);

#endif
