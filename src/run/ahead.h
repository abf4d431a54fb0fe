/* ahead.h: the keys of cases to come, made by a thread while the run does other things: sealing
 * each new case to every keyholder takes longer than all else that is kept of a letter. */
#ifndef RUN_AHEAD_H
#define RUN_AHEAD_H

#include "run/office.h"

/* Begins to make some for cases that all keyholders may open. `office` is borrowed until
 * ahead_stop(). NULL where no thread can be had. */
Ahead *ahead_start(const Office *office);

/* The next ones, for a case with the number *id; another case's are then begun. NULL where they
 * cannot be made (vault_case_keys()). */
CaseKeys *ahead_take(Ahead *ahead, guint64 *id);

void ahead_stop(Ahead *ahead);

#endif
