/* packet.h: what leaves the host when a case is unsealed, and how a keyholder opens it.
 *
 * A packet is text (it survives mail): the line "worrybox packet 1", then base64. Inside: site,
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
    guint64 id;            /* of the case */
    char *handle;          /* owned */
    char *holder;          /* owned; short name of the keyholder it is for */
    char *key;             /* owned; their public key, "wbpub1…" */
    char *key_id;          /* owned; vault_key_id() of it */
    char *ground, *reason; /* owned */
    gint64 at;
    gboolean brief;        /* without originals, to keep a mail small; it says so itself */
    GBytes *seal, *escrow; /* owned; made for this keyholder */
    GPtrArray *messages;   /* of PacketMessage, owned, oldest first */
} Packet;

Packet *packet_new(void);
void packet_free(Packet *packet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Packet, packet_free)
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

/* Opens every message with the keyholder's secret (holder.h). FAULT_INPUT: no packet, or damaged;
 * FAULT_REFUSED: made for another key. All or nothing. The list is of Opened, owned. */
GPtrArray *packet_open(const char *text, gsize length, const HolderKey *key, GError **error);

#endif
