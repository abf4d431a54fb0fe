/* consent.h: openings past the daily number, on another ground than danger, need the witness. What
 * was asked stands on the record, and is read back from there when the witness agrees: nothing else
 * is kept of it. */
#ifndef RUN_CONSENT_H
#define RUN_CONSENT_H

#include "run/unseal.h"

/* Does this request, to which nothing else stands in the way, need the witness's word? */
gboolean consent_needed(const Office *office, const Request *request, const Case *row,
                        gboolean *needed, GError **error);

/* Puts the request onto the record and asks the witness by mail, in the caller's transaction; an
 * older question about the same case is answered by nobody any more. *why is for who asked: that it
 * waits, or that nobody can be asked. Caller frees. */
gboolean consent_ask(Office *office, const Request *request, const Case *row, char **why,
                     GError **error);

/* What the witness (`person`) answers to such a question: YES, and the packet goes to who asked, if
 * it still may be; NO, and they are told; anything else, and the witness is asked once more. In the
 * caller's transaction; `row` is not saved. `subject` counts where `text` says nothing. */
gboolean consent_answer(Office *office, Case *row, const Person *person, const char *subject,
                        const char *text, GError **error);

#endif
