/* story.h: what was written in a case so far, for whoever takes it over. */
#ifndef RUN_STORY_H
#define RUN_STORY_H

#include "reply/compose.h"
#include "run/office.h"

typedef struct story {
    Passage passage;                 /* of all of it; borrows what follows */
    char *text, *subject, *withheld; /* owned; may be NULL */
    char *whole, *whole_subject;     /* owned; unmasked; NULL where that is the same */
} Story;
void story_clear(Story *story);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Story, story_clear)

/* The letters as they were passed on, and what was answered, without a name, in order; `but_last`:
 * without the newest. `story` is empty before, and is cleared by the caller. FALSE where the
 * database fails. */
gboolean story_tell(const Office *office, const Case *row, gboolean but_last, Story *story,
                    GError **error);

#endif
