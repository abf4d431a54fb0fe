/* when.h: conditions on the letter as a whole, and on the moment it came in. */
#ifndef RULES_WHEN_H
#define RULES_WHEN_H

#include "base/conf.h"
#include "value/occasion.h"

typedef struct when When;

/* Reads "first letter", "not hours 22:00-06:00" and so on. NULL where it is none; that is in
 * `problems`. Caller frees. */
When *when_read(const Conf *conf, const ConfLine *line, Problems *problems);
void when_free(When *when);

/* As it stands in the file, without its key; and the line. */
const char *when_text(const When *when);
guint when_line(const When *when);

/* Needs to know how often the writer has written? */
gboolean when_counts(const When *when);

/* A letter, as conditions see it. */
typedef struct moment {
    const Occasion *occasion; /* NULL: nothing is known */
    const char *subject;      /* may be NULL */
    const char *text;
} Moment;

/* KNOWN_NOT where that cannot be said. */
enum known when_holds(const When *when, const Moment *moment);

#endif
