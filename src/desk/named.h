/* named.h: whom of the school's own people a letter names, so that it does not go to them. Pure.
 *
 * A letter that names a listener is not for that listener, wherever the name stands; only their
 * sign-off, which every writer may know, counts in no greeting ("hi Heron, …") and not in their own
 * conversation. A letter that greets or thanks an adult is for them; one that names them elsewhere,
 * and that an adult will read, may be about them: whoever they are, they do not get it. To be wrong
 * there costs a deputy some minutes; the other way round it tells them which child spoke. */
#ifndef DESK_NAMED_H
#define DESK_NAMED_H

#include "site/people.h"
#include "value/verdict.h"

typedef struct named Named;

/* `people` is borrowed until named_free(). Names are read as they stand in people.conf, titles and
 * words of an office left out. Never NULL. */
Named *named_new(const People *people);
void named_free(Named *named);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Named, named_free)

/* Adds to `not_for` (of char *, owned; none twice) the short names of the listeners and of the
 * adults (lead, deputy, head, supervisor) whom `text` (not masked) speaks of. A name counts with a
 * slip of the pen, too, behind a title ("miss okafour"), an adult's office ("the head teacher")
 * like a name. `subject` may be NULL. `reader`: the listener whose conversation it is; NULL:
 * nobody's. */
void named_listeners(const Named *named, const char *reader, const char *subject, const char *text,
                     GPtrArray *not_for);
void named_adults(const Named *named, const char *subject, const char *text, GPtrArray *not_for);

/* What a letter with this verdict adds to its not_for: listeners always, adults where the rules
 * find that it is for an adult to read: urgent, flagged, undecided, or for another desk than the
 * listeners', a question about the service left out. */
void named_mark(const Named *named, const char *reader, const char *subject, const char *text,
                Verdict *verdict);

#endif
