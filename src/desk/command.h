/* command.h: what people say to the program in a mail. Pure. */
#ifndef DESK_COMMAND_H
#define DESK_COMMAND_H

#include <glib.h>

enum command {
    COMMAND_NONE,
    COMMAND_PASS,         /* listener, staff: somebody else should take this case */
    COMMAND_FLAG,         /* listener, staff: why */
    COMMAND_CLOSE,        /* listener, staff */
    COMMAND_NOTE,         /* listener, staff: for the supervisor, never for the pupil */
    COMMAND_HELP,         /* listener, staff */
    COMMAND_ASSIGN,       /* staff: to whom */
    COMMAND_TAKEN,        /* staff: I am dealing with this alert */
    COMMAND_RELEASE,      /* staff: send the answer that is held, as it is */
    COMMAND_RETURN,       /* staff: give it back to the listener; why */
    COMMAND_UNSEAL,       /* staff: open who wrote; ground and reason */
    COMMAND_LIFT,         /* staff: the flag is taken back; why */
    COMMAND_OTHERS,       /* staff: other cases by the same writer; why */
    COMMAND_OUTCOME,      /* staff: for the record: what was tried, was the pupil told, what came of
                             it */
    COMMAND_ADULT,        /* pupil: I want to talk to an adult */
    COMMAND_SOMEONE_ELSE, /* pupil: another listener, please */
    COMMAND_STOP,         /* pupil: close this */
    COMMAND_DELETE,       /* pupil: and delete it */
    COMMAND_UNCLEAR       /* looks like a command and is none: hold it and ask */
};
extern const char *const COMMAND_WORDS[]; /* "none", "PASS" …, NULL: as people write them */

enum speaker { SPEAKER_PUPIL, SPEAKER_LISTENER, SPEAKER_STAFF };

typedef struct said {
    enum command command; /* the one command found */
    char *argument;    /* owned; what stands behind it: the why of FLAG, PASS, CLOSE and RETURN, the
                          text of NOTE and OUTCOME, the name of ASSIGN, ground and reason of UNSEAL;
                          for adults only, never for the pupil. NULL: none */
    char *note;        /* owned; ASSIGN only: what else stands behind it, as for NOTE. NULL: none */
    char *rest;        /* owned; what stands before it: for the other side. "" if none */
    char *unclear;     /* owned; for UNCLEAR: the line, as written; NULL */
    const char *meant; /* for UNCLEAR: the nearest command; NULL where none is near */
} Said;

/* Reads the trimmed text of a mail; `subject` (may be NULL) counts only where `text` is empty, as
 * some mail apps send a mailto: link's subject alone. Never NULL.
 *
 * A pupil: ADULT and SOMEONE ELSE count as the whole text in any case, and in capitals (or with a
 * slash) alone on the first or last line; STOP and DELETE as the whole text, or with a slash alone
 * on the first or last line: a child who shouts "I want it to / STOP" closes nothing. UNCLEAR never
 * holds a pupil's letter: `rest` is then the whole text, which is dealt with like any other; the
 * pupil is asked besides. Whatever is found, `rest` still has to be judged by the rules: it may be
 * a cry for help with /stop below it.
 *
 * Listener and staff: in capitals or with a slash a command counts wherever it begins a line (PASS,
 * CLOSE and TAKEN with a reason behind it, HELP alone); in any case as the first line's only word;
 * FLAG in any case wherever it begins the text or a paragraph: better a false flag than a missed
 * one. All that stands behind a command, up to the end, belongs to it. FLAG wins over everything,
 * and its argument then keeps every word from the first command on; where FLAG has no words behind
 * it, the argument is a copy of `rest`. UNSEAL wins even over FLAG, and its argument begins behind
 * it. NOTE may stand beside PASS, CLOSE and TAKEN and joins their argument, or ASSIGN's note. Any
 * other two commands, and whatever looks like a command or a word to the supervisor but is none for
 * certain, are UNCLEAR, with the whole text in `rest`: hold it and ask.
 *
 * UNSEAL, LIFT, OTHERS and OUTCOME count in any case at the head of a text or paragraph, and UNSEAL
 * with a slip in it where a ground follows: at night nobody types well, and none of them may ever
 * be read by the pupil.
 *
 * RELEASE stands alone, or beside NOTE: with any other word ("RELEASE but without the name") it is
 * UNCLEAR. Behind RETURN or before it stands the why; `rest` is then always empty. */
Said *command_read(enum speaker speaker, const char *subject, const char *text);
void said_free(Said *said);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Said, said_free)

#endif
