/* command.h: what people say to the program in a mail. Pure. */
#ifndef DESK_COMMAND_H
#define DESK_COMMAND_H

#include <glib.h>

enum command {
    COMMAND_NONE,
    COMMAND_PASS,   /* listener, staff: somebody else should take this case */
    COMMAND_FLAG,   /* listener, staff: why */
    COMMAND_CLOSE,  /* listener, staff */
    COMMAND_NOTE,   /* listener, staff: for the supervisor, never for the pupil */
    COMMAND_HELP,   /* listener, staff */
    COMMAND_ASSIGN, /* staff: to whom */
    COMMAND_TAKEN,  /* staff: I am dealing with this alert */
    COMMAND_ADULT,  /* pupil: I want to talk to an adult */
    COMMAND_SOMEONE_ELSE, /* pupil: another listener, please */
    COMMAND_STOP,   /* pupil: close this */
    COMMAND_DELETE, /* pupil: and delete it */
    COMMAND_UNCLEAR /* looks like a command and is none: hold it and ask */
};
extern const char *const COMMAND_WORDS[]; /* "none", "PASS" …, NULL: as people write them */

enum speaker { SPEAKER_PUPIL, SPEAKER_LISTENER, SPEAKER_STAFF };

typedef struct said {
    enum command command; /* the one command found */
    char *argument; /* owned; what follows it: the why of FLAG, the text of NOTE; NULL: none */
    char *rest;     /* owned; the text without the command: what is for the other side. "" if none */
    char *unclear;  /* owned; for UNCLEAR: the line, as written; NULL */
    const char *meant; /* for UNCLEAR: the nearest command; NULL */
} Said;

/* Reads the trimmed text of a mail; `subject` (may be NULL) counts only where `text` is empty, as
 * some mail apps send a mailto: link's subject alone. */
Said *command_read(enum speaker speaker, const char *subject, const char *text);
void said_free(Said *said);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Said, said_free)

#endif
