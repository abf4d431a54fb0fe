/* unseal.h: opening who wrote in one flagged case, on the record. The host makes a packet that only
 * the keyholder can open; it opens nothing itself. */
#ifndef RUN_UNSEAL_H
#define RUN_UNSEAL_H

#include "run/office.h"

typedef struct request {
    const char *handle;
    const char *by;     /* short name of the keyholder who asks */
    const char *ground; /* one of ACCOUNT_GROUNDS (desk/account.h) */
    const char *reason;
    const char *tried;  /* what else was tried; NULL */
    const char *told;   /* whether the pupil was told; NULL */
    gboolean witnessed; /* the witness has agreed; it was said on the record when it was asked */
    gboolean by_mail;   /* the packet goes by mail: without the mails as they came, where they would
                           make it too large for that */
} Request;

/* What became of a request: a packet, or a refusal. */
typedef struct unsealed {
    char *packet;  /* owned */
    gboolean two;  /* a second keyholder has to confirm it, or to be there when it is opened */
    char *refusal; /* owned; why not, in words for who asked */
} Unsealed;
void unsealed_clear(Unsealed *unsealed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Unsealed, unsealed_clear)

/* In the caller's transaction: writes the unsealing onto the record, puts the notices to the
 * witness and the other keyholders into the outbox, and answers the packet; or, on the record too,
 * the refusal: not flagged, not a keyholder, no ground, no reason, not sealed to them, not for
 * them, and on another ground than danger, not said what else was tried or whether the pupil was
 * told, or that the witness has to agree and is asked (run/consent.h). `row` is the case, NULL
 * where there is none of that name. Works without keys.db. */
gboolean unseal_here(Office *office, const Request *request, const Case *row, Unsealed *unsealed,
                     GError **error);

/* The same as a transaction of its own; a refusal is FAULT_REFUSED. */
gboolean unseal(Office *office, const Request *request, Unsealed *unsealed, GError **error);

#endif
