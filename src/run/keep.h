/* keep.h: what a commit holds of a mail: the case, its keys, the sealed identity, the locked
 * letter. */
#ifndef RUN_KEEP_H
#define RUN_KEEP_H

#include "run/office.h"
#include "run/route.h"
#include "value/identity.h"
#include "value/letter.h"

/* Those with a key that is in use who are no party to the concern (`not_for` may be NULL); where
 * there is nobody else, they too: better them, on the record, than nobody who could ever find the
 * child. Of Keyholder; caller frees. */
GArray *keep_holders(const Office *office, const GPtrArray *not_for);

/* The keys of case `id`, sealed to `holders` as the site wants it (two-to-open). `vault` may be a
 * twin of the office's. NULL as vault_case_keys(). */
CaseKeys *keep_keys(const Office *office, const Vault *vault, guint64 id, const GArray *holders);

/* A new case of whoever `identity` is: random id and handle, case key, identity pair sealed to each
 * keyholder but those it must not go to (`not_for`: short names; may be NULL), reply route, and the
 * row "opened". State open, desk listener; to be saved by the caller once it has been decided. NULL
 * sets *error. */
Case *keep_new_case(Office *office, const Identity *identity, const GPtrArray *not_for,
                    GError **error);

/* The next letter of the same writer: their newest Message-ID and any new name of theirs go into
 * the reply route. */
gboolean keep_writer(Office *office, Case *row, const Identity *identity, GError **error);

/* Seals who wrote and the mail as it came, locks the letter, and puts the letters of the people it
 * speaks of into the reply route; `row` is touched, not saved. `letter`
 * may have no text; `author` is party_text(), or a machine's ROUTE_WORDS, and where
 * that answers for somebody who answers, party_text() behind it. */
gboolean keep_message(Office *office, Case *row, const char *author, const Letter *letter,
                      const Identity *identity, GBytes *raw, GError **error);

/* `whole` where it is not the same as `masked`, else NULL: what of a letter is kept unmasked. */
const char *keep_unmasked(const char *masked, const char *whole);

/* The case closes: what is kept of its letters unmasked, for the lead, goes, as its reply route
 * does. Only the masked words stay, and the original, sealed. */
gboolean keep_forget_unmasked(Office *office, const Case *row, GError **error);

/* A letter as it was kept. */
typedef struct kept {
    guint64 message;
    gint64 at;
    char *author;         /* owned */
    char *subject, *text; /* owned; masked; may be NULL */
    char *whole_subject,
        *whole;     /* owned; unmasked; NULL where they do not differ, or once closed */
    char *withheld; /* owned; NULL */
    gboolean unsure;
} Kept;
void kept_free(Kept *kept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kept, kept_free)

/* Unlocks a message's letter; NULL sets *error. */
Kept *kept_open(const Office *office, const Case *row, const Message *message, GError **error);

#endif
