/* compose.h: makes every mail the program sends, as a draft: out of a template and plain values. It
 * knows no identity and no address but the box's own.
 *
 * Every function here returns a draft that is never NULL; caller frees. All inputs are borrowed. */
#ifndef REPLY_COMPOSE_H
#define REPLY_COMPOSE_H

#include <glib.h>

#include "reply/templates.h"
#include "site/people.h"
#include "value/draft.h"
#include "value/letter.h"
#include "value/verdict.h"

/* What all mails of a site have in common. */
typedef struct composer {
    const Templates *templates;
    const char *site_name;
    const char *box; /* address of the box: links are mailto: links to it */
    gboolean plus;   /* reply tag in the address of the links; else in their subject */
    GTimeZone *zone;
    const GPtrArray *helplines; /* of char * */
} Composer;

/* Which mail of which case to whom. */
typedef struct errand {
    const Party *to;    /* copied */
    const char *handle; /* NULL: belongs to no case */
    const char *token;  /* 26 characters, new for each draft (vault_token) */
    gint64 now;
} Errand;

/* "today", "tomorrow (Tuesday 3 March)", "on Monday 9 March"; for -1 "as soon as somebody is there
 * again". A moment that has passed is today. Caller frees. */
char *compose_when(gint64 moment, gint64 now, GTimeZone *zone);

/* "the safeguarding lead": how people are told who an adult is. Static. */
const char *compose_role(enum role role);

/* "Bullying; At home": the titles of the rules that spoke, or their names; NULL where none did.
 * Never the words they spoke on: those are the writer's own, unmasked. Caller frees. */
char *compose_about(const Verdict *verdict);

/* What of a letter is passed on, once it was stripped or came out of the store. */
typedef struct passage {
    const char *subject;  /* masked; NULL: none */
    const char *text;     /* masked; NULL or "": it has none */
    const char *withheld; /* letter_withheld_text(); NULL: nothing */
    gboolean unsure;      /* Letter.unsure */
    const char *before;   /* alerts: all that was written before it; NULL or "": nothing */
    /* The same three unmasked; NULL where they do not differ. compose_for() puts them in place. */
    const char *whole_subject, *whole, *whole_before;
    gboolean unmasked;  /* they are in place */
    const char *spared; /* the adults who do not get it, for it may be about them; NULL: nobody */
    gint64 written;     /* when it came; only the day is shown */
    gboolean again;     /* the case had letters before this one */
} Passage;

/* What of `passage` a reader in this role gets: the lead, and who stands in, all of it unmasked. */
Passage compose_for(enum role role, const Passage *passage);

/* ---- to the pupil ------------------------------------------------------------------------- */

typedef struct first {
    const char *reply;          /* Verdict.reply; NULL: the one that fits */
    const char *role;           /* an adult reads it: compose_role(); NULL: a listener */
    gint64 when;                /* when they will be there to read it; -1: not known */
    gboolean waiting;           /* no listener is on duty or free: nobody-on-duty */
    gboolean unreadable;        /* it could not be read: kept, the adult told; `role` must be set */
    gboolean withheld;          /* pictures or files came with it: say once that nobody sees them */
    const GPtrArray *helplines; /* Verdict.helplines; NULL: none */
} First;

/* May a rule name this template in its `reply`? */
gboolean compose_is_reply(const char *name);

/* acknowledgement, nobody-on-duty or crisis. A crisis reply always names an adult (with `role`
 * NULL, the safeguarding lead). */
Draft *compose_first(const Composer *composer, const Errand *errand, const First *first);

/* Nothing of their mail could be read: how to write instead. `locked`: it came encrypted, else it
 * was empty; `role`: of the adult who has been told that it came, NULL: a listener. */
Draft *compose_locked(const Composer *composer, const Errand *errand, gboolean locked,
                      const char *role);

/* An answer: `sign` is the listener's sign-off, or NULL where an adult with `role` wrote it. */
Draft *compose_to_pupil(const Composer *composer, const Errand *errand, const char *answer,
                        const char *sign, const char *role);
Draft *compose_adult_joined(const Composer *composer, const Errand *errand, const char *role);
/* Somebody else will answer: another listener (`role` NULL) or an adult. */
Draft *compose_passed_on(const Composer *composer, const Errand *errand, const char *role,
                         gint64 when);

enum closing {
    CLOSING_ENDED,   /* listener or adult closed it, or it went quiet */
    CLOSING_STOPPED, /* the writer said STOP */
    CLOSING_DELETED, /* DELETE: it is erased as soon as the mail that says so has gone */
    CLOSING_KEPT,    /* DELETE, but it is flagged: closed, and kept */
    CLOSING_HELD     /* DELETE, but it is under legal hold, and not flagged: the same */
};
/* Not answerable: an answer to it is a new letter. `read`: somebody
 * has been sent what they wrote (said for DELETED, KEPT and HELD). */
Draft *compose_closed(const Composer *composer, const Errand *errand, enum closing closing,
                      gboolean read);

/* ---- to a listener ------------------------------------------------------------------------ */

/* `moved`: it comes from another listener. */
Draft *compose_to_listener(const Composer *composer, const Errand *errand, const Passage *passage,
                           const char *sign, gboolean moved);
/* They have not answered since `since`. */
Draft *compose_reminder(const Composer *composer, const Errand *errand, gint64 since);
/* Thank you, somebody else has it: `asked` by PASS, or moved for them. */
Draft *compose_passed(const Composer *composer, const Errand *errand, gboolean asked);
Draft *compose_closed_to_listener(const Composer *composer, const Errand *errand,
                                  enum closing closing);
/* Their answer is held until a supervisor has read it, for `about` (NULL: it cannot be said);
 * `own`: it tells of their own distress. */
Draft *compose_answer_held(const Composer *composer, const Errand *errand, const char *answer,
                           const char *about, gboolean own);
/* HELP; `sign` NULL for staff. Errand.handle may be NULL; then there are no links. */
Draft *compose_help(const Composer *composer, const Errand *errand, const char *sign);

/* ---- to whoever wrote to us --------------------------------------------------------------- */

enum done {
    DONE_FLAGGED,
    DONE_CLOSED,
    DONE_NOTED,
    DONE_TAKEN,
    DONE_ASSIGNED,
    DONE_PASSED,
    DONE_RELEASED, /* what was held goes out: to who said so, and to the listener */
    DONE_RETURNED,
    DONE_LIFTED, /* the flag */
    DONE_DRILL,  /* it is passed */
    DONE_OTHERS  /* other conversations of the writer: a list of ours */
};
/* A command was done; `to_whom` for ASSIGNED: sign-off or name; for OTHERS: the list. */
Draft *compose_confirm(const Composer *composer, const Errand *errand, enum done done,
                       const char *to_whom);
/* Their text could not be taken, for `reason` (a sentence of ours) and `why` (a person's words; may
 * be NULL). `again`: it can be tried again in answer to this mail. */
Draft *compose_returned(const Composer *composer, const Errand *errand, const char *reason,
                        const char *why, const char *text, gboolean again);
/* Their answer was taken, but for what may be quoted mail or a signature and may be their own
 * words: `text` is what goes on. Answerable. */
Draft *compose_answer_cut(const Composer *composer, const Errand *errand, const char *text);
/* Held: `line` looks like a command and is none. `meant` (a COMMAND_WORDS) and `known` ("PASS,
 * FLAG, …") may be NULL. */
Draft *compose_what_did_you_mean(const Composer *composer, const Errand *errand, const char *line,
                                 const char *meant, const char *known, const char *text);

/* ---- to staff ----------------------------------------------------------------------------- */

/* A letter for the desk of a supervisor, lead or head that is not urgent. `role` is that of the
 * reader; `about` from compose_about(), may be NULL. */
Draft *compose_to_staff(const Composer *composer, const Errand *errand, const Passage *passage,
                        const char *role, const char *about);

typedef struct alert {
    const Passage *passage; /* never NULL */
    gboolean hidden;        /* the text could not pass the gate: say so, and where to read it */
    const Verdict *verdict; /* severity, rules, undecided; NULL where another thing brings it */
    gboolean asked;         /* the writer said ADULT */
    const char *flagged;    /* who flagged it: sign-off or name; NULL */
    const char *why;        /* their words; NULL */
    gboolean within;        /* the writer's address is the school's own: they can be found */
    gboolean crisis;        /* the writer was sent the crisis reply */
    gboolean machine;       /* it has the marks of a machine's mail: nothing was sent back */
    gboolean flag;          /* the case is flagged now, so it can be unsealed */
    gboolean keyholder;     /* the reader holds a key: how to unseal, in one line */
    const char *silent;     /* escalation: who was told and has not answered; NULL */
    gint64 since;           /* …since when */
} Alert;
/* Urgent. Answerable: any answer counts as taken. */
Draft *compose_alert(const Composer *composer, const Errand *errand, const Alert *alert);
/* A mail that could not be read, for `why` (ours, in words). Uses passage->written, within,
 * flag, keyholder, silent and since of `alert`. */
Draft *compose_unreadable(const Composer *composer, const Errand *errand, const Alert *alert,
                          const char *why);

typedef struct held_answer {
    const char *sign;   /* of the listener who wrote it */
    const char *answer; /* their words; NULL or "": none */
    const char *about;  /* compose_about(); NULL: the rules could not be applied */
    gboolean held;      /* it waits for RELEASE or RETURN; else it was not to be sent on anyway */
    gboolean own;       /* it tells of the listener's own distress: urgent */
    gboolean late;      /* the supervisor has not looked at it in time */
    gboolean hidden;    /* the text could not pass the gate: say so, and where to read it */
} HeldAnswer;
/* A listener's answer that was not sent. Answerable where there is a case: RELEASE, RETURN why, or
 * an answer to the pupil instead. */
Draft *compose_held_answer(const Composer *composer, const Errand *errand, const HeldAnswer *held);

/* A note (NOTE …) by `sign` (sign-off or name). Not answerable. */
Draft *compose_note(const Composer *composer, const Errand *errand, const char *sign,
                    const char *note);

enum notice_kind {
    NOTICE_PUPIL_BOUNCED,
    NOTICE_LISTENER_BOUNCED, /* who */
    NOTICE_STAFF_BOUNCED,    /* who */
    NOTICE_TOO_LARGE,        /* bytes; no handle */
    NOTICE_STRANGER,         /* who: what does not fit, a sentence: whose token, whose address */
    NOTICE_COPIED,           /* who: an answer had other recipients */
    NOTICE_UNSENT,           /* who: the gate refused a mail to them */
    NOTICE_REFUSED,          /* who: the mail server refused it for good */
    NOTICE_MANY,             /* more letters a day than are acknowledged */
    NOTICE_WAITING,          /* who may be NULL (no listener has it), since */
    NOTICE_LOST              /* who: handles whose keys are gone; no handle of its own */
};
typedef struct notice {
    enum notice_kind kind;
    const char *who; /* sign-off, name, "the writer", or a sentence; where the kind says so */
    gsize bytes;
    gint64 since;
} Notice;
/* Something a person should know about a case. Not answerable. */
Draft *compose_notice(const Composer *composer, const Errand *errand, const Notice *notice);

/* ---- to who asked for something on the record (a party of SIDE_RECORD) ---------------------- */

/* The packet of an unsealing for its keyholder, attached; urgent. `holder` is their name; `two`:
 * a second keyholder has to confirm it; `owed`: they have not said yet what else was tried, and
 * whether the pupil was told. */
Draft *compose_packet(const Composer *composer, const Errand *errand, const char *holder,
                      const char *ground, const char *packet, gboolean two, gboolean owed);
/* The same for a keyholder who may confirm what `who` asks; urgent, not answerable. */
Draft *compose_second(const Composer *composer, const Errand *errand, const char *who,
                      const char *ground, const char *packet);
/* What they asked for ("open who wrote") is not done, for `why`; urgent. `again`: they may still
 * ask for something. */
Draft *compose_refused(const Composer *composer, const Errand *errand, const char *asked,
                       const char *why, gboolean again);
/* A day after who wrote was opened at `opened`: what has not been said of it. */
Draft *compose_follow_up(const Composer *composer, const Errand *errand, gint64 opened,
                         gboolean tried, gboolean told);
/* What they said is on the record; `page` to print (NULL: it could not be put into a mail), for
 * those who hold a key (`holder`). */
Draft *compose_record_page(const Composer *composer, const Errand *errand, const char *page,
                           gboolean holder, gboolean owed);

/* ---- changes to the rules (to SIDE_STAFF, of no case) ---------------------------------------- */

enum rules_news {
    RULES_FAULTS,     /* faults: what is wrong */
    RULES_ASKED,      /* who: has been asked; until, rules, tests */
    RULES_SAME,       /* they stand there already */
    RULES_UNWRITABLE, /* the program may not write there */
    RULES_NOBODY,     /* nobody could say YES */
    RULES_BUSY,       /* another one is being made */
    RULES_STALE,      /* who said YES; faults: it does not hold any more */
    RULES_DONE,       /* who said YES */
    RULES_DECLINED,   /* who said NO */
    RULES_LAPSED
};
typedef struct rules_told {
    enum rules_news news;
    const char *who;               /* a name; NULL */
    const char *files;             /* their names; "": none */
    const char *faults, *warnings; /* a line each; NULL or "": none */
    const char *change, *danger;   /* rules_compare(); NULL: not to be shown */
    guint rules, tests;            /* of all of them */
    gint64 until;                  /* a day */
    gboolean again, unclear;       /* the question only: why it is asked once more */
} RulesTold;
/* What became of a change: to who sent it, and to who decided. Not answerable. */
Draft *compose_rules_report(const Composer *composer, const Errand *errand, const RulesTold *told);
/* May it be made? `who` sent it. Answerable by YES or NO. */
Draft *compose_rules_question(const Composer *composer, const Errand *errand,
                              const RulesTold *told);

/* ---- to the witness and the keyholders ----------------------------------------------------- */

typedef struct on_record {
    const char *head; /* hash of the last entry, hexadecimal */
    guint64 count;    /* of entries */
    gint64 at;
} OnRecord;
/* Who wrote in a case was opened (or that was refused) by `who` on `ground`. */
Draft *compose_unseal_notice(const Composer *composer, const Errand *errand, const char *who,
                             const char *ground, gboolean refused, const OnRecord *record);
enum witness_mail {
    WITNESS_ASK,     /* may it be opened? */
    WITNESS_UNCLEAR, /* neither yes nor no: once more */
    WITNESS_OVER,    /* there is nothing to answer any more; `who` and `ground` are NULL */
    WITNESS_DECLINED /* you said no */
};
typedef struct witness_question {
    enum witness_mail kind;
    const char *who, *ground; /* who asks for it, on what ground */
    guint most;               /* openings a day that do not need the witness */
} WitnessQuestion;
/* Openings past the daily number. The first two are urgent, and answerable: YES or NO. */
Draft *compose_witness(const Composer *composer, const Errand *errand,
                       const WitnessQuestion *question);

/* Every week. */
Draft *compose_anchor(const Composer *composer, const Errand *errand, const OnRecord *record);

#endif
