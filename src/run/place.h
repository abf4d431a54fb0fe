/* place.h: puts files of rules in their place, so that a crash at any moment leaves either all of
 * the old ones or all of the new ones to be read.
 *
 * They are written into the folder .new beside those they replace, and what they replace is copied
 * to NAME.before; a file "ready" in .new says that from now on they are the ones. Whoever starts a
 * run calls place_finish() before it reads any rule. */
#ifndef RUN_PLACE_H
#define RUN_PLACE_H

#include <glib.h>

/* May this process put files there? */
gboolean place_may(const char *folder);

/* `files` is of RuleFile, each with a name that proposal_name_fits(). FAULT_RUN where the disk does
 * not take them; then the old ones stand. */
gboolean place_files(const char *folder, const GPtrArray *files, GError **error);

/* Ends what a crash has interrupted; TRUE where there is nothing to do. */
gboolean place_finish(const char *folder, GError **error);

#endif
