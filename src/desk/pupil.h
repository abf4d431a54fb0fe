/* pupil.h: a pupil's few words; the part of command_read() (command.h) for SPEAKER_PUPIL. Pure. */
#ifndef DESK_PUPIL_H
#define DESK_PUPIL_H

#include "desk/command.h"

/* As command_read() with a text that may be empty. Caller frees. */
Said *pupil_says(const char *text);

#endif
