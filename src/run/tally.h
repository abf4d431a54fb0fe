/* tally.h: what a run has done, for its one summary line. */
#ifndef RUN_TALLY_H
#define RUN_TALLY_H

#include <glib.h>

typedef struct count {
    guint mails; /* fetched and kept */
    guint letters, answers, machine, unreadable;
    guint known;     /* fetched again, known already: only removed */
    guint too_large; /* moved to Held */
    guint expunged;
    guint copies;                /* of our own mails, removed from the mailbox's other folders */
    gboolean untidy;             /* those folders could not be seen to */
    guint sent, later, failed;   /* outgoing */
    guint purged, alerts, given; /* given: waiting letters that found a listener */
    guint left;                  /* mails still in the mailbox when the run had to stop */
    gint64 micros[5];            /* spent in fetch, read and strip, keep, expunge, post */
} Count;

enum stage { STAGE_FETCH, STAGE_READ, STAGE_KEEP, STAGE_EXPUNGE, STAGE_POST };
extern const char *const STAGE_WORDS[]; /* "fetch" … "post", NULL */

#endif
