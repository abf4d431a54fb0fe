/* cases.h: cases, their keys and seals, what was written in them. */
#ifndef STORE_CASES_H
#define STORE_CASES_H

#include "store/store.h"

enum case_state {
    CASE_OPEN,    /* its desk has it */
    CASE_WAITING, /* for a listener to come on duty */
    CASE_HELD,    /* kept and counted, shown to nobody yet (too many letters a day) */
    CASE_CLOSED
    /* 4 in the file: its key has been erased, its rows are being deleted */
};
extern const char *const STATE_WORDS[]; /* "open" … "closed", NULL */

/* What the pupil has been told already, once a case. */
enum told { TOLD_ADULT = 1, TOLD_PICTURES = 2, TOLD_LOCKED = 64 };

/* And what has been done about somebody who is silent, in the same bits. */
enum chased {
    CHASED_WAITING = 8,
    CHASED_REMINDED = 16,
    CHASED_MISSED = 32, /* letters over the number a day, which nobody was shown */
    UNREAD_SO_FAR = 128 /* not a word of the case could be read yet */
};

typedef struct case_row {
    guint64 id;   /* random, never 0; at most 63 bits */
    char *handle; /* owned */
    enum case_state state;
    enum desk desk;
    char *listener; /* owned; short name; NULL */
    char *adult;    /* owned; short name of the adult who has taken it; NULL */
    enum severity severity;
    gboolean flagged;
    GPtrArray *categories; /* of char *, owned */
    GPtrArray *not_for;    /* of char *, owned */
    guint letters;
    gint64 opened, touched;
    gint64 closed; /* -1: not */
    gint64 asked;  /* since when the pupil waits for an answer; -1: does not */
    gint64 due;    /* when the alert goes on; -1: no alert open */
    guint level;   /* how far it has gone: 0 lead, 1 deputy, 2 head, 3 nobody left */
    guint told;    /* bits of enum told and enum chased */
    gboolean inside;
    gboolean hold;
    gboolean erase;   /* to be purged as soon as its last mail has gone */
    char *promised;   /* owned; NULL */
    GBytes *writer;   /* owned; NULL where nobody could be made out */
    guint generation; /* of the host key */
    GBytes *identity; /* owned; public half */
    GBytes *route;    /* owned; locked; NULL */
} Case;

Case *case_new(void); /* severity none, desk listener, -1 where moments are none */
void case_free(Case *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Case, case_free)

/* Adds `word` to a list of words unless it is there. */
void case_add_word(GPtrArray *words, const char *word);
gboolean case_has_word(const GPtrArray *words, const char *word);

/* A new case with its key in keys.db. FAULT_REFUSED where the handle is taken. */
gboolean store_add_case(Store *store, const Case *row, GBytes *key, GError **error);
gboolean store_save_case(Store *store, const Case *row,
                         GError **error); /* all but handle, identity */

/* NULL without *error where there is none. Caller frees. */
Case *store_case(Store *store, guint64 id, GError **error);
Case *store_case_by_handle(Store *store, const char *handle, GError **error);

/* In the order opened; those closed only where asked for. Caller frees; NULL sets *error. */
GPtrArray *store_cases(Store *store, gboolean closed_too, GError **error);
/* Waiting cases, oldest and most severe first; cases whose alert is due; open cases whose pupil has
 * waited since before `asked`, and for whom no alert is open; closed cases that are no longer kept
 * (to be erased, or closed before `unflagged` or, flagged, `flagged`; none under hold, and none
 * with mail still to go). At most `most`. */
/* Also: cases that were held, or in which letters were missed, not touched since `before`; and
 * cases not closed whose key is not in keys.db. */
GPtrArray *store_kept_back(Store *store, gint64 before, guint most, GError **error);
GPtrArray *store_lost(Store *store, GError **error);
GPtrArray *store_waiting(Store *store, guint most, GError **error);
GPtrArray *store_alerts_due(Store *store, gint64 now, GError **error);
GPtrArray *store_unanswered(Store *store, gint64 asked, GError **error);
GPtrArray *store_outlived(Store *store, gint64 unflagged, gint64 flagged, guint most,
                          GError **error);

/* Moves the moments of closing by so many seconds: after a clock that has jumped, or a time in
 * which no run could count the days. */
gboolean store_shift_closed(Store *store, gint64 by, GError **error);

/* The reply routes of closed cases, once their last mail has gone. */
gboolean store_erase_routes(Store *store, GError **error);

/* All cases of one writer, by the keyed hash, closed ones too, in the order opened. */
GPtrArray *store_cases_by(Store *store, GBytes *writer, GError **error);

/* Short names of the listeners who have open cases (char *, owned), and the cases of one. NULL sets
 * *error. */
GPtrArray *store_listeners(Store *store, GError **error);
GPtrArray *store_cases_of(Store *store, const char *listener, GError **error);

/* Its key; NULL where it has been deleted or keys.db is lost. Caller unrefs. */
GBytes *store_case_key(Store *store, guint64 id);

/* Purging: the key goes first, which is the erasure, and the case is no longer to be found; then
 * every row of it. The third finishes what a crash between the two has left. */
gboolean store_erase_key(Store *store, guint64 id, GError **error);
gboolean store_delete_case(Store *store, guint64 id, GError **error);
gboolean store_finish_purges(Store *store, GError **error);

/* Seals of the identity secret, and on flagging the escrowed case key, for each keyholder. */
gboolean store_add_seal(Store *store, guint64 id, const char *holder, const char *key, GBytes *seal,
                        GError **error);
gboolean store_set_escrow(Store *store, guint64 id, const char *holder, GBytes *escrow,
                          GError **error);
typedef struct seal_row {
    char *holder, *key;    /* owned; short name, their public key */
    char *origin;          /* owned; the key it was first made for, where it was re-wrapped; NULL */
    GBytes *seal, *escrow; /* owned; escrow NULL before flagging */
} SealRow;
GPtrArray *store_seals(Store *store, guint64 id, GError **error); /* of SealRow, owned */

/* Flags. `why` is locked, and may be NULL. */
gboolean store_add_flag(Store *store, guint64 flag, guint64 id, gint64 at, const char *actor,
                        GBytes *why, GError **error);
/* They are lifted, and the case key is no longer escrowed. */
gboolean store_lift_flags(Store *store, guint64 id, gint64 at, GError **error);

/* What there is to each case: its id (gint64 *) to CaseCounts *. Caller unrefs; NULL sets *error.
 */
typedef struct case_counts {
    gint64 id;
    guint flags, standing; /* ever raised; not lifted */
    guint openings;
    guint seals, escrows; /* keyholders it is sealed to; of those, who has its key too */
} CaseCounts;
GHashTable *store_counts(Store *store, GError **error);

/* Keys in keys.db of cases that are not there any more, purged or not; -1 sets *error. */
int store_stray_keys(Store *store, GError **error);

/* Listeners who gave a case back. */
gboolean store_add_passed(Store *store, guint64 id, const char *listener, GError **error);
GPtrArray *store_passed(Store *store, guint64 id, GError **error); /* of char *, owned; or NULL */

/* What was written. `record` and `original` are sealed, `letter` locked; each may be NULL. */
typedef struct message {
    guint64 id;
    gint64 at;
    char *author;                       /* owned */
    GBytes *letter, *record, *original; /* owned */
} Message;
gboolean store_add_message(Store *store, guint64 case_id, const Message *message, GError **error);
gboolean store_set_letter(Store *store, guint64 id, GBytes *letter, GError **error);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)
/* Oldest first; `sealed`: with record and original (those that have a record), else with letters.
 */
GPtrArray *store_messages(Store *store, guint64 case_id, gboolean sealed, GError **error);
/* What was kept at `at` as "held listener …" has been sent after all: "listener …". */
gboolean store_unhold_message(Store *store, guint64 case_id, gint64 at, GError **error);
/* When this writer (see Case.writer) has sent letters since `since`: of gint64. Caller unrefs; NULL
 * sets *error. */
GArray *store_letters_of(Store *store, GBytes *writer, gint64 since, GError **error);
/* The newest letter by the pupil, or by one of the people who answer; NULL where there is none. */
Message *store_last_by(Store *store, guint64 case_id, gboolean pupil, GError **error);

/* Listeners: how many cases they have open, and when they last got one; those who never had one are
 * not in it. Short names (char *) to Turn *. Caller unrefs. */
typedef struct turn {
    gint64 last; /* 0: never */
    guint open;
} Turn;
GHashTable *store_turns(Store *store, GError **error);
gboolean store_set_turn(Store *store, const char *listener, gint64 at, GError **error);

/* Counts that this line (a keyed hash) ended an answer of this listener in this case; answers in
 * how many it has by now. A case is counted again where another was between. 0 sets *error. The
 * newest hundred of a listener are remembered. */
guint store_count_ending(Store *store, const char *listener, GBytes *line, guint64 case_id,
                         gint64 at, GError **error);

/* Counts this letter of this writer on this day; answers how many there are now. 0 sets *error. */
guint store_count_letter(Store *store, GBytes *writer, gint64 day, GError **error);
gboolean store_forget_days(Store *store, gint64 before, GError **error);

/* How many cases in each state, and how many flagged and not closed. */
typedef struct tally {
    guint open, waiting, held, closed, flagged, alerts;
} Tally;
gboolean store_tally(Store *store, Tally *tally, GError **error);

#endif
