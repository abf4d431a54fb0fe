/* unseal.h: opening who wrote in one flagged case, on the record. The host makes a packet that only
 * the keyholder can open; it opens nothing itself. */
#ifndef RUN_UNSEAL_H
#define RUN_UNSEAL_H

#include "run/office.h"

extern const char *const GROUND_WORDS[]; /* "danger" … "asked", NULL */

typedef struct request {
    const char *handle;
    const char *by;     /* short name of the keyholder who asks */
    const char *ground; /* one of GROUND_WORDS */
    const char *reason;
    const char *tried; /* what else was tried; NULL */
    const char *told;  /* whether the pupil was told; NULL */
} Request;

/* Writes the unsealing onto the record, puts the notices to the witness and the other keyholders
 * into the outbox, and only then answers the packet. FAULT_REFUSED, itself on the record: no such
 * case, not flagged, not a keyholder, no ground, no reason, not sealed to them. Begins and ends its
 * own transaction. Works without keys.db. Caller frees. */
char *unseal(Office *office, const Request *request, GError **error);

#endif
