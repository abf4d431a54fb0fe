/* act.h: what can be done to a case, by mail or by command. Each function works in the caller's
 * transaction, writes its row on the record, puts the mails it calls for into the outbox, and
 * changes `row` without saving it: the caller ends with store_save_case(). */
#ifndef RUN_ACT_H
#define RUN_ACT_H

#include "reply/compose.h"
#include "run/keep.h"
#include "run/office.h"

/* Raises a flag: from now on the case can be unsealed, and its key is escrowed to the keyholders.
 * `actor` is for the record, `why` (may be NULL) is locked. Flagging twice adds a second flag. */
gboolean act_flag(Office *office, Case *row, const char *actor, const char *why, GError **error);

/* Takes the case from its listener, if it has one, and gives it to an adult desk. */
gboolean act_move(Office *office, Case *row, enum desk desk, const char *actor, GError **error);

/* Adults who no longer deal with it, or must not have it, can no longer answer in it. act_move()
 * does so; a rule that has just named one of them (not-for) needs it, too. */
gboolean act_revoke_others(Office *office, const Case *row, GError **error);
/* Is this adult one of them? */
gboolean act_is_out(const Case *row, const Person *person);

/* Sends an alert to those of `level`, and sets when it goes on. `alert` needs no passage->again,
 * within, keyholder: they are filled in. `unreadable`: why, for that kind of alert; NULL else. */
gboolean act_alert(Office *office, Case *row, const Alert *alert, const char *unreadable,
                   GError **error);

/* A letter to everybody at the case's desk (supervisor, lead, head), not urgent. */
gboolean act_to_desk(Office *office, Case *row, const Passage *passage, const char *about,
                     GError **error);

/* An alert of the newest letter (`alert` has its passage), with all that was written before it. */
gboolean act_newest_alert(Office *office, Case *row, const Alert *alert, GError **error);

/* The first two with all that was written so far, for who was not there when it came. `alert` needs
 * no passage either. */
gboolean act_story_alert(Office *office, Case *row, const Alert *alert, const char *unreadable,
                         GError **error);
gboolean act_story_to_desk(Office *office, Case *row, GError **error);
/* The writer asks for an adult: to whoever deals with the case; no alert that goes on. */
gboolean act_story_asked(Office *office, Case *row, GError **error);

/* May this listener have it, whoever says so? Not one who wrote it as a pupil, nor one a rule
 * excludes; who gave it back may have it again. Why not is for nobody to know. */
gboolean act_may_have(const Office *office, const Case *row, const Person *listener);

/* Gives the case to this listener, who may have it, with all that was written so far. */
gboolean act_give(Office *office, Case *row, const Person *listener, const char *actor,
                  GError **error);

/* All that was written so far, to whoever has it now; a case that was held is open then. */
gboolean act_story(Office *office, Case *row, GError **error);

/* Looks for a listener; gives it, or leaves it waiting. *when is when one is there to read it (-1:
 * not known); *waiting whether nobody has it now. */
gboolean act_assign(Office *office, Case *row, const char *actor, gint64 *when, gboolean *waiting,
                    GError **error);

/* Takes it from its listener, who is thanked, and finds another. `asked`: they said PASS. The pupil
 * is told. */
gboolean act_pass(Office *office, Case *row, const char *actor, gboolean asked, GError **error);

/* Closes: tokens die at once, the reply route as soon as the last mail has gone. The pupil and,
 * where `tell_listener`, the listener are told. DELETED and KEPT are chosen by `erase`. */
gboolean act_close(Office *office, Case *row, const char *actor, gboolean by_pupil, gboolean erase,
                   GError **error);

/* Erases a closed case: its key in a commit of its own, then all its rows. Begins and ends its own
 * transactions. FAULT_REFUSED: open, or under hold. */
gboolean act_purge(Office *office, const Case *row, const char *actor, const char *reason,
                   GError **error);

/* One mail of each of these kinds to everybody at a desk. */
gboolean act_notice(Office *office, const Case *row, enum desk desk, const Notice *notice,
                    GError **error);
/* To the lead or who stands in, but not to `id` unless there is no other adult at all. */
gboolean act_notice_others(Office *office, const Case *row, const char *id, const Notice *notice,
                           GError **error);
gboolean act_note(Office *office, const Case *row, const char *sign, const char *note,
                  GError **error);

/* To the pupil; nothing where there is nobody to be reached. */
gboolean act_adult_joined(Office *office, Case *row, const char *role, GError **error);

/* When the people of a desk are next there to read; -1: not known. */
gint64 act_when(const Office *office, const Case *row);
/* "the safeguarding lead": those who have the case; NULL where a listener has or will have it. */
const char *act_role(const Office *office, const Case *row);

#endif
