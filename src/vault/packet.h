/* packet.h: what leaves the host when a case is unsealed, and how a keyholder opens it.
 *
 * A packet is text (it survives mail): the line "worrybox packet 1" (2 where it takes
 * two to open), then base64. Inside: site,
 * handle, the ground and reason, this keyholder's seal of the identity secret, the escrowed case
 * key, the host's part of the outer lock of this one case, and each message's locked record and
 * original. All of that is sealed once more to the keyholder's key, so that the provider whose mail
 * carries it reads neither handle nor reason, and nothing in it can be changed. Without the
 * keyholder's secret half it opens nothing. */
#ifndef VAULT_PACKET_H
#define VAULT_PACKET_H

#include "base/json.h"
#include "vault/holder.h"
#include "vault/vault.h"

typedef struct packet_message {
    guint64 id;
    gint64 at;                 /* when it was kept, a moment */
    GBytes *record, *original; /* owned; original may be NULL */
} PacketMessage;

typedef struct packet {
    guint64 id;   /* of the case */
    char *handle; /* owned */
    char *holder; /* owned; short name of the keyholder it is for */
    char *key;    /* owned; their public key, "wbpub1…" */
    char *key_id; /* owned; vault_key_id() of it */
    char *origin; /* owned; the key the case was first sealed to, where theirs has taken its
                     place by re-wrapping; else NULL */
    char *ground, *reason; /* owned */
    gint64 at;
    gboolean brief;        /* without originals, to keep a mail small; it says so itself */
    gboolean danger;       /* where two have to open: a whole copy may be handed out */
    GBytes *seal, *escrow; /* owned; made for this keyholder */
    GPtrArray *seconds;    /* of PacketSecond, owned: the other keyholders of the case, of whom one
                              may have to confirm */
    GPtrArray *messages;   /* of PacketMessage, owned, oldest first */
} Packet;

typedef struct packet_second {
    char *name, *key; /* owned; short name, "wbpub1…" */
    GBytes *seal;     /* owned */
} PacketSecond;

Packet *packet_new(void);
void packet_free(Packet *packet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Packet, packet_free)
void packet_add_second(Packet *packet, const char *name, const char *key, GBytes *seal);
/* Does it take a second keyholder to open this one? */
gboolean packet_needs_two(const Packet *packet);
/* The same of what the store holds for the one who asks. */
gboolean packet_seal_needs_two(GBytes *seal, gboolean danger);
void packet_add(Packet *packet, guint64 id, gint64 at, GBytes *record, GBytes *original); /* refs */

/* As text; adds the host's part of the outer lock. NULL where `key` is no key, or seal or escrow
 * are missing. Memory: the text and one chunk. Caller frees. */
char *packet_write(const Vault *vault, const Packet *packet);

/* ---- the keyholder's side; needs no site, no Vault ---------------------------------------- */

typedef struct opened {
    char *handle, *message; /* owned; message: 16 hexadecimal digits, names the .eml */
    gint64 at;              /* when it was kept, a moment */
    Identity *identity;     /* owned */
    GBytes *original;       /* owned; the raw mail; NULL where there is none, or it was left out */
} Opened;

/* What a packet says of itself. */
typedef struct packet_about {
    char *handle, *holder, *ground, *reason; /* owned */
    gint64 at;
    char *second; /* owned; short name of who confirmed, or whose key was used as well; NULL */
} PacketAbout;
void packet_about_clear(PacketAbout *about);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PacketAbout, packet_about_clear)

/* Opens every message with the keyholder's secret (holder.h). FAULT_INPUT: no packet, or damaged;
 * FAULT_REFUSED: made for another key. All or nothing. The list is of Opened, owned. */
GPtrArray *packet_open(const char *text, gsize length, const HolderKey *key, GError **error);
/* The same with the keys of one or more keyholders; `about` (cleared before; may be NULL) is
 * filled. FAULT_REFUSED also where a second keyholder is needed. */
GPtrArray *packet_open_with(const char *text, gsize length, HolderKey *const *keys, gsize count,
                            PacketAbout *about, GError **error);

/* A second keyholder confirms: the packet again, opened by the one who asked alone. `about`
 * (cleared before) says what is asked; with `confirm` FALSE only that, and "" is answered.
 * FAULT_INPUT: no packet, or damaged; FAULT_REFUSED: it needs no second, was made for others, or is
 * for this key itself to open. Caller frees. */
char *packet_confirm(const char *text, gsize length, const HolderKey *key, gboolean confirm,
                     PacketAbout *about, GError **error);

#endif
