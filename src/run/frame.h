/* frame.h: what a run and its worker say to each other: bytes with a head that tells what they are,
 * of which mail, and how many. */
#ifndef RUN_FRAME_H
#define RUN_FRAME_H

#include <glib.h>

/* To the worker: a mail; a context for it, after which another may follow, or none; a mail that
 * holds a change to the rules, or such a change. From it: facts, a result, a change that was
 * checked, or the reason, in words, why there is none. */
enum frame_what {
    FRAME_RAW,
    FRAME_CONTEXT,
    FRAME_LAST_CONTEXT,
    FRAME_FACTS,
    FRAME_RESULT,
    FRAME_UNREADABLE,
    FRAME_CHANGE_MAIL,
    FRAME_CHANGE,
    FRAME_PROPOSAL
};

typedef struct frame {
    guint32 what; /* enum frame_what; as it came, so perhaps none of them */
    guint32 number;
    guint32 length; /* of what follows, in bytes; at most 128 MiB */
} Frame;

/* Sends all of it in as few calls as it takes, so that the other side wakes up once. Where the line
 * takes nothing now, `full` is called and it is tried again (NULL: this waits). FALSE: the other
 * side is gone, `full` said FALSE, or there are too many bytes. */
gboolean frame_send(int fd, enum frame_what what, guint32 number, GBytes *bytes,
                    gboolean (*full)(gpointer), gpointer user);

/* What has come and was not taken yet. */
typedef struct inbox {
    gsize start, end;
    guint8 bytes[32 << 10];
} Inbox;

enum inbox_state { INBOX_FRAME, INBOX_NOTHING, INBOX_END };

/* The next frame, with a NUL behind its bytes (owned by the caller). INBOX_NOTHING, only without
 * `wait`: no head of one is here; for what follows a head this waits. INBOX_END: the other side is
 * gone, or what it said is no frame. */
enum inbox_state inbox_next(Inbox *inbox, int fd, gboolean wait, Frame *frame, GBytes **bytes);

#endif
