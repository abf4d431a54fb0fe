/* occasion.h: what is known of the moment a letter came in, for rules with `when`; a plain value,
 * filled by whoever resolves the letter. What is not known is never held against the writer: a
 * condition on it is taken to hold. */
#ifndef VALUE_OCCASION_H
#define VALUE_OCCASION_H

#include <glib.h>

enum known { KNOWN_NOT, KNOWN_NO, KNOWN_YES };

enum { OCCASION_DAYS = 32 };

typedef struct occasion {
    int minute;       /* of the day, in the school's own time; -1: not known */
    gboolean counted; /* `letters` is known */
    /* [n]: how many letters this writer has sent in the last n days, this one among them; today is
     * the first of them. [0] is not used. */
    guint letters[OCCASION_DAYS];
    enum known outside;    /* from outside the school's own mail */
    enum known attachment; /* with a picture or a file */
} Occasion;

/* Nothing known. */
Occasion occasion_unknown(void);

#endif
