/* ending.h: the short lines an answer ends with, which may be its author's signature: "Debate
 * captain", "Hillside Peer Listeners, room 4". Whether they are is for who remembers what recurred.
 */
#ifndef VALUE_ENDING_H
#define VALUE_ENDING_H

#include <glib.h>

typedef struct ending_line {
    char *line;     /* owned; folded, so that a capital or a blank makes no difference */
    gsize at;       /* where it begins in the text, in bytes */
    gboolean looks; /* it looks like part of a signature by itself; else only below one that does */
} EndingLine;

/* Those of `text`, the last first; at most six, and never the first line of it. None is a sentence,
 * a closing ("Take care"), or tells of a helpline: advice given in the same words to everybody must
 * not pass for a signature. Caller unrefs. */
GArray *ending_lines(const char *text);

#endif
