/* party.h: one side of a case as an opaque reference. Only the vault turns it into an address, in
 * the moment of posting. */
#ifndef VALUE_PARTY_H
#define VALUE_PARTY_H

#include <glib.h>

/* Who stands on a side of a case. */
enum side {
    SIDE_PUPIL,
    SIDE_LISTENER,
    SIDE_STAFF,
    SIDE_RECORD /* an adult whose words are for the record: none of them goes on to the pupil */
};

/* "pupil" (of the case the reference stands in), or the short name of a person in people.conf. */
typedef struct party {
    enum side side;
    char *name; /* owned; NULL for the pupil */
} Party;

/* `name` is copied; it is NULL exactly where `side` is SIDE_PUPIL. */
Party *party_new(enum side side, const char *name);
void party_free(Party *party);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Party, party_free)

/* "pupil", "listener heron", "staff okafor", "record okafor": as it is stored. Caller frees. */
char *party_text(const Party *party);
/* NULL where `text` is no party. Caller frees. */
Party *party_read(const char *text);

#endif
