/* about.h: adults whom a conversation may be about: they do not get it, nor open it. */
#ifndef RUN_ABOUT_H
#define RUN_ABOUT_H

#include "run/office.h"

/* A listeners' case is about to become an adult's: whoever of the adults its letters speak of (see
 * desk/named.h) is added to row->not_for. Nothing where an adult has the case already: then only
 * what a new letter says counts. `row` is not saved. FALSE: the database fails. */
gboolean about_adults(const Office *office, Case *row, GError **error);

/* "Ms Okafor and Mr Hughes": the adults who do not get it; NULL: they all may. `readers` (of
 * Person) get it now, and are left out: where nobody else is there, it goes to those it may be
 * about. Caller frees. */
char *about_spared(const Office *office, const Case *row, GPtrArray *readers);

#endif
