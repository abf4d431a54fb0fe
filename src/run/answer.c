#include <string.h>

#include "desk/command.h"
#include "run/act.h"
#include "run/consent.h"
#include "run/held.h"
#include "run/intake.h"
#include "run/lead.h"
#include "run/out.h"
#include "run/record.h"
#include "store/traffic.h"
#include "value/ending.h"

/* Everything about the answer in hand. */
/* What of it went on to the pupil; the rest (commands, reasons, notes) is nobody else's to read. */
typedef struct sent {
    const char *text; /* borrowed; NULL: nothing */
    gboolean held;    /* it waits for the supervisor */
    gboolean kept;    /* it is with the case already */
    char *shorter;    /* owned; `text` without what recurs under this listener's answers; NULL */
    gboolean learned; /* for the first time */
} Sent;

typedef struct answer {
    Intake *in;
    Case *row;            /* borrowed */
    const Person *person; /* borrowed; who wrote it */
    const char *called;   /* how they are known: sign-off, or role */
    Said *said;           /* borrowed */
    gboolean listener;
    gboolean record; /* it answers a mail from the record: nothing of it goes on to the pupil */
    Sent *sent;      /* borrowed; set by what relays */
} Answer;

/* In so many conversations a line has to end an answer to be a signature, this one counted. */
enum { RECURS = 3 };

/* ---- back to its author -------------------------------------------------------------------- */

static gboolean give_back(Office *office, const Case *row, const Person *person, const char *reason,
                          const char *text, GError **error) {
    Out out;
    out_begin(&out, office, row, person_party(person));
    Draft *draft =
        compose_returned(&out.composer, &out.errand, reason, NULL, text ? text : "", row != NULL);
    return out_end(&out, office, row, draft, error);
}

static gboolean confirm(Office *office, const Answer *a, enum done done, const char *to_whom,
                        GError **error) {
    Out out;
    out_begin(&out, office, a->row, person_party(a->person));
    Draft *draft = compose_confirm(&out.composer, &out.errand, done, to_whom);
    return out_end(&out, office, a->row, draft, error);
}

/* Not all of their mail goes on, and what does not may be words of theirs. */
static gboolean tell_cut(Office *office, const Answer *a, const char *text, GError **error) {
    Out out;
    if (!a->in->letter->unsure && !a->sent->learned)
        return TRUE;
    out_begin(&out, office, a->row, person_party(a->person));
    Draft *draft = compose_answer_cut(&out.composer, &out.errand, text);
    return out_end(&out, office, a->row, draft, error);
}

static gboolean ask(Office *office, const Answer *a, GError **error) {
    static const char known_to_listeners[] = "PASS, FLAG, CLOSE, NOTE, HELP";
    static const char known_to_staff[] =
        "TAKEN, ASSIGN, FLAG, PASS, CLOSE, RELEASE, RETURN, NOTE, UNSEAL, OUTCOME, LIFT, OTHERS, "
        "HELP";
    Out out;
    out_begin(&out, office, a->row, person_party(a->person));
    Draft *draft = compose_what_did_you_mean(
        &out.composer, &out.errand, a->said->unclear ? a->said->unclear : "", a->said->meant,
        a->listener ? known_to_listeners : known_to_staff, a->said->rest);
    return out_end(&out, office, a->row, draft, error);
}

static gboolean help(Office *office, const Answer *a, GError **error) {
    Out out;
    out_begin(&out, office, a->row, person_party(a->person));
    Draft *draft = compose_help(&out.composer, &out.errand, a->listener ? a->person->sign : NULL);
    return out_end(&out, office, a->row, draft, error);
}

/* ---- on to the pupil ----------------------------------------------------------------------- */

/* What listeners write is read by the rules for answers; an adult answers for what they write. */
static gboolean must_hold(const Answer *a) {
    const Verdict *verdict = a->in->verdict;
    return a->listener && verdict != NULL &&
           (verdict->severity >= SEVERITY_HIGH || verdict->undecided);
}

/* Kept as an answer is what was one. What is held is none yet, what could not go on none at all:
 * whoever takes the case over is shown neither, and no note or reason that stood beside it. Before
 * the case changes hands, or the next would not read what has just been answered. */
static gboolean keep(Office *office, const Answer *a, GError **error) {
    if (a->sent->kept)
        return TRUE;
    a->sent->kept = TRUE;
    g_autoptr(Party) party = person_party(a->person);
    g_autofree char *name = party_text(party);
    const char *how = a->sent->text == NULL ? "unsent " : a->sent->held ? "held " : "";
    g_autofree char *author = g_strconcat(how, name, NULL);
    Letter kept = *a->in->letter;
    kept.subject = kept.whole_subject = kept.whole = NULL;
    if (a->sent->text != NULL)
        kept.text = (char *)a->sent->text;
    return keep_message(office, a->row, author, &kept, a->in->identity, a->in->raw, error);
}

static gboolean in_distress(const Answer *a) {
    return a->listener && a->in->verdict != NULL && a->in->verdict->severity == SEVERITY_URGENT;
}

static gboolean hold(Office *office, const Answer *a, Out *out, Draft *draft, const char *text,
                     GError **error) {
    draft->author = g_strdup(a->person->id);
    draft->answer = g_strdup(text);
    draft->about = compose_about(a->in->verdict);
    return held_add(office, a->row, out, draft, in_distress(a), error);
}

/* What is not held but spoken on is on the record: the rule, not the words. */
static gboolean note_rules(Office *office, const Answer *a, GError **error) {
    const GPtrArray *rules = a->in->verdict ? a->in->verdict->categories : NULL;
    for (guint i = 0; a->listener && rules != NULL && i < rules->len; i++) {
        g_autofree char *rule =
            g_strdup_printf("rule %s", (const char *)g_ptr_array_index(rules, i));
        if (!record_act(office, rule, "answer-noted", a->row->handle, NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* What has ended their answers in other conversations, too, is their signature, whatever it looks
 * like, and goes; a line that has not, and what is above it, stays. */
static gboolean cut_ending(Office *office, const Answer *a, const char **text, GError **error) {
    g_autoptr(GArray) lines = ending_lines(*text);
    gsize cut = strlen(*text);
    gboolean known = TRUE;
    for (guint i = 0; i < lines->len; i++) {
        const EndingLine *line = &g_array_index(lines, EndingLine, i);
        g_autoptr(GBytes) hash = vault_hash_line(office->vault, a->person->id, line->line);
        guint seen =
            store_count_ending(office->store, a->person->id, hash, a->row->id, office->now, error);
        if (seen == 0)
            return FALSE;
        known &= seen >= RECURS;
        if (!known || !line->looks)
            continue;
        cut = line->at;
        a->sent->learned |= seen == RECURS;
    }
    if (cut == strlen(*text))
        return TRUE;
    a->sent->shorter = g_strchomp(g_strndup(*text, cut));
    *text = a->sent->shorter;
    return TRUE;
}

/* `text` goes to the pupil, or, where it cannot, back to its author with the reason. */
static gboolean relay(Office *office, const Answer *a, const char *text, GError **error) {
    Case *row = a->row;
    g_autoptr(RouteBack) back = route_unlock(office, row, NULL);
    if (a->listener && !cut_ending(office, a, &text, error))
        return FALSE;
    if (*text == '\0')
        return give_back(office, row, a->person,
                         a->in->letter->locked
                             ? "It came encrypted, and nobody here can read it. Please send it "
                               "again as an ordinary mail, with encryption switched off."
                             : "We found no words of yours in it. Please write your answer at the "
                               "top, above the line.",
                         a->in->letter->text, error);
    if (back == NULL || back->address == NULL)
        return give_back(office, row, a->person,
                         "We have no address to send it to: the letter came without one.", text,
                         error);
    Out out;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft =
        compose_to_pupil(&out.composer, &out.errand, text, a->listener ? a->person->sign : NULL,
                         a->listener ? NULL : compose_role(a->person->role));
    if (!out_would_pass(office, row, draft, back)) {
        draft_free(draft);
        party_free(out.to);
        g_free(out.token);
        return give_back(office, row, a->person,
                         "It has a name, an address or something else in it that could show who "
                         "somebody is. Please take that out and send it again.",
                         text, error);
    }
    a->sent->text = text;
    a->sent->held = must_hold(a);
    if (a->sent->held)
        return hold(office, a, &out, draft, text, error);
    row->asked = -1;
    row->told &= ~(guint)CHASED_REMINDED;
    if (!a->listener)
        row->told |= TOLD_ADULT; /* the answer itself says that an adult wrote it */
    return out_end(&out, office, row, draft, error) &&
           held_give_back(office, row, "You wrote another answer, which took its place.", NULL,
                          TRUE, error) &&
           note_rules(office, a, error) && tell_cut(office, a, text, error) &&
           record_act(office, a->person->id, "answered", row->handle, NULL, error);
}

/* What stands before a command is for the pupil; nothing there is nothing to relay. */
static gboolean relay_rest(Office *office, const Answer *a, GError **error) {
    return *a->said->rest == '\0' || a->record || relay(office, a, a->said->rest, error);
}

/* ---- commands ------------------------------------------------------------------------------ */

/* A listener's note goes to the supervisor; an adult's is kept with the case. */
static gboolean note(Office *office, const Answer *a, const char *text, GError **error) {
    if (text == NULL || *text == '\0')
        return TRUE;
    return (!a->listener || act_note(office, a->row, a->called, text, error)) &&
           record_act(office, a->person->id, "noted", a->row->handle, NULL, error);
}

static gboolean flag(Office *office, const Answer *a, GError **error) {
    Case *row = a->row;
    if (!confirm(office, a, DONE_FLAGGED, NULL, error) ||
        !act_flag(office, row, a->person->id, a->said->argument, error))
        return FALSE;
    if (row->desk < DESK_LEAD && !act_move(office, row, DESK_LEAD, a->person->id, error))
        return FALSE;
    if (!a->listener && a->person->role != ROLE_SUPERVISOR) /* the lead has it in hand */
        return TRUE;
    Alert alert = {.flagged = a->called, .why = a->said->argument};
    row->level = 0;
    return act_story_alert(office, row, &alert, NULL, error) &&
           act_adult_joined(office, row, act_role(office, row), error);
}

static gboolean pass(Office *office, const Answer *a, GError **error) {
    if (!note(office, a, a->said->argument, error) || !relay_rest(office, a, error) ||
        !keep(office, a, error))
        return FALSE;
    if (a->listener)
        return act_pass(office, a->row, a->person->id, TRUE, error);
    if (a->row->desk == DESK_SUPERVISOR) /* the next is the lead, and nobody has been alerted yet */
        return confirm(office, a, DONE_PASSED, NULL, error) &&
               act_move(office, a->row, DESK_LEAD, a->person->id, error) &&
               act_story_to_desk(office, a->row, error);
    /* An adult passes to the next adult: the same as an alert nobody has taken. */
    a->row->due = office->now;
    return confirm(office, a, DONE_PASSED, NULL, error);
}

static gboolean close_case(Office *office, const Answer *a, GError **error) {
    if (!note(office, a, a->said->argument, error) || !relay_rest(office, a, error))
        return FALSE;
    if (*a->said->rest != '\0' && a->sent->text == NULL) /* closed, it could not be sent again */
        return TRUE;
    if (!act_close(office, a->row, a->person->id, FALSE, FALSE, error))
        return FALSE;
    return a->listener || confirm(office, a, DONE_CLOSED, NULL, error);
}

static const Person *listener_named(const Office *office, const char *name) {
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->role == ROLE_LISTENER && (g_ascii_strcasecmp(person->id, name) == 0 ||
                                              g_ascii_strcasecmp(person->sign, name) == 0))
            return person;
    }
    return NULL;
}

static int desk_named(const char *name) {
    for (int i = 0; DESK_WORDS[i] != NULL; i++)
        if (g_ascii_strcasecmp(DESK_WORDS[i], name) == 0)
            return i;
    return -1;
}

static gboolean assign(Office *office, const Answer *a, GError **error) {
    Case *row = a->row;
    const char *name = a->said->argument ? a->said->argument : "";
    const Person *listener = listener_named(office, name);
    int desk = desk_named(name);
    gint64 when;
    gboolean waiting;
    if (listener == NULL && desk < 0)
        return give_back(office, row, a->person,
                         "ASSIGN needs the sign-off of a listener, or one of: listener, "
                         "supervisor, lead, head.",
                         a->in->letter->text, error);
    if (listener != NULL && !act_may_have(office, row, listener))
        return give_back(office, row, a->person,
                         "This conversation cannot be given to them. Please choose somebody else.",
                         a->in->letter->text, error);
    row->due = -1;
    if (!confirm(office, a, DONE_ASSIGNED, listener ? listener->sign : DESK_WORDS[desk], error) ||
        !note(office, a, a->said->note, error) || !relay_rest(office, a, error) ||
        !keep(office, a, error))
        return FALSE;
    if (listener != NULL)
        return act_give(office, row, listener, a->person->id, error);
    if (desk == DESK_LISTENER)
        return act_assign(office, row, a->person->id, &when, &waiting, error);
    return act_move(office, row, (enum desk)desk, a->person->id, error) &&
           act_story_to_desk(office, row, error);
}

/* ---- what is held -------------------------------------------------------------------------- */

static gboolean nothing_held(Office *office, const Answer *a, GError **error) {
    return give_back(office, a->row, a->person,
                     "Nothing is held in this conversation any more: it was sent or given back "
                     "before, or another answer took its place.",
                     a->in->letter->text, error);
}

static gboolean release(Office *office, const Answer *a, GError **error) {
    if (!held_any(office, a->row))
        return nothing_held(office, a, error);
    return held_release(office, a->row, error) && note(office, a, a->said->argument, error) &&
           record_act(office, a->person->id, "released", a->row->handle, NULL, error) &&
           confirm(office, a, DONE_RELEASED, NULL, error);
}

static gboolean return_held(Office *office, const Answer *a, GError **error) {
    if (!held_any(office, a->row))
        return nothing_held(office, a, error);
    return held_give_back(office, a->row,
                          "A member of staff has read it and asks you to change it.",
                          a->said->argument, TRUE, error) &&
           confirm(office, a, DONE_RETURNED, NULL, error);
}

/* An adult who writes to the pupil instead, or says TAKEN, has the case from now on. */
static gboolean takes_over(const Office *office, const Answer *a) {
    enum command command = a->said->command;
    gboolean relays = command == COMMAND_NONE || command == COMMAND_NOTE || command == COMMAND_HELP;
    return !a->listener && !a->record && a->row->desk == DESK_LISTENER &&
           (command == COMMAND_TAKEN || (relays && *a->said->rest != '\0')) &&
           held_any(office, a->row);
}

static gboolean take_over(Office *office, const Answer *a, GError **error) {
    enum role role = a->person->role;
    enum desk desk = role == ROLE_SUPERVISOR ? DESK_SUPERVISOR
                     : role == ROLE_HEAD     ? DESK_HEAD
                                             : DESK_LEAD;
    if (!act_move(office, a->row, desk, a->person->id, error))
        return FALSE;
    a->row->adult = g_strdup(a->person->id);
    return TRUE;
}

/* What is for the record alone. In a closed case nothing else is heard, but a FLAG. */
static gboolean obey_for_record(Office *office, const Answer *a, GError **error) {
    switch (a->said->command) {
    case COMMAND_UNSEAL:
        return lead_unseal(office, a->row, a->person, a->said->argument, error) &&
               relay_rest(office, a, error);
    case COMMAND_LIFT:
        return lead_lift(office, a->row, a->person, a->said->argument, error) &&
               relay_rest(office, a, error);
    case COMMAND_OTHERS:
        return lead_others(office, a->row, a->person, error) && relay_rest(office, a, error);
    case COMMAND_OUTCOME:
        return lead_outcome(office, a->row, a->person, a->said->argument, error) &&
               relay_rest(office, a, error);
    case COMMAND_FLAG: /* of a closed case */
        return lead_flag_closed(office, a->row, a->person, a->said->argument, error);
    default:
        return lead_outcome(office, a->row, a->person, a->in->letter->text, error);
    }
}

static gboolean is_for_record(const Answer *a) {
    enum command command = a->said->command;
    if (!a->record)
        return command >= COMMAND_UNSEAL && command <= COMMAND_OUTCOME;
    return a->row->state == CASE_CLOSED || command == COMMAND_NONE || command == COMMAND_UNCLEAR ||
           (command >= COMMAND_UNSEAL && command <= COMMAND_OUTCOME);
}

static gboolean obey(Office *office, const Answer *a, GError **error) {
    if (takes_over(office, a) && !take_over(office, a, error))
        return FALSE;
    if (is_for_record(a))
        return obey_for_record(office, a, error);
    switch (a->said->command) {
    case COMMAND_PASS:
        return pass(office, a, error);
    case COMMAND_FLAG:
        return flag(office, a, error);
    case COMMAND_CLOSE:
        return close_case(office, a, error);
    case COMMAND_NOTE:
        return note(office, a, a->said->argument, error) &&
               confirm(office, a, DONE_NOTED, NULL, error) && relay_rest(office, a, error);
    case COMMAND_HELP:
        return help(office, a, error) && relay_rest(office, a, error);
    case COMMAND_ASSIGN:
        return assign(office, a, error);
    case COMMAND_TAKEN:
        a->row->asked = -1; /* how they look after it is theirs */
        return record_act(office, a->person->id, "taken", a->row->handle, NULL, error) &&
               note(office, a, a->said->argument, error) &&
               confirm(office, a, DONE_TAKEN, NULL, error) && relay_rest(office, a, error);
    case COMMAND_RELEASE:
        return release(office, a, error);
    case COMMAND_RETURN:
        return return_held(office, a, error);
    case COMMAND_UNCLEAR:
        return ask(office, a, error);
    default:
        return relay(office, a, a->said->rest, error);
    }
}

/* ---- what is no answer --------------------------------------------------------------------- */

/* Whoever is copied has read it already; that cannot be undone, so a person is told. */
static gboolean copied(Office *office, const Answer *a, GError **error) {
    return give_back(office, a->row, a->person,
                     "It was sent to other people as well. An answer goes to us alone: please "
                     "send it again without them.",
                     a->in->letter->text, error) &&
           act_notice(office, a->row, DESK_SUPERVISOR,
                      &(Notice){.kind = NOTICE_COPIED, .who = a->called}, error);
}

/* An adult has it now: no alert goes on, and what is new comes to them. But a supervisor who sees
 * to a listener's case has not answered what went to the lead, and a word about what is held takes
 * nothing from its listener. */
static void take(Case *row, const Person *adult, enum command command) {
    gboolean of_held = command == COMMAND_RELEASE || command == COMMAND_RETURN;
    if (row->desk == DESK_LISTENER && adult->role == ROLE_SUPERVISOR)
        return;
    row->due = -1;
    if (of_held)
        return;
    g_free(row->adult);
    row->adult = g_strdup(adult->id);
}

/* What is said for the record of an older opening, asked for by us, takes no alert: a letter may
 * have come since. */
static gboolean is_only_said(const Answer *a) {
    enum command command = a->said->command;
    return a->record &&
           (command == COMMAND_NONE || command == COMMAND_UNCLEAR || command == COMMAND_OUTCOME);
}

/* The listener needs somebody, whatever becomes of the answer. */
static gboolean raise_alarm(Office *office, const Answer *a, GError **error) {
    g_autofree char *about = compose_about(a->in->verdict);
    if (a->row != NULL && a->row->state != CASE_CLOSED)
        case_add_word(a->row->categories, g_ptr_array_index(a->in->verdict->categories, 0));
    return held_alarm(office, a->row, a->person, a->in->letter->text, about, error);
}

gboolean answer_refuse(Office *office, Intake *in, Intake *as_letter, GError **error) {
    const Person *person = in->who->person;
    Answer a = {.in = in, .person = person, .listener = person->role == ROLE_LISTENER};
    if (!give_back(office, NULL, person, in->who->refusal, in->letter->text, error) ||
        (in_distress(&a) && !raise_alarm(office, &a, error)))
        return FALSE;
    if (as_letter != NULL && letter_is_danger(as_letter->verdict)) {
        in->who->accepted = a.listener;
        return letter_take(office, as_letter, error);
    }
    g_autoptr(Party) party = person_party(person);
    g_autofree char *author = party_text(party);
    return machine_keep_apart(office, in, "refused", author, error);
}

gboolean answer_take(Office *office, Intake *in, GError **error) {
    Resolution *who = in->who;
    Sent sent = {0};
    Answer a = {.in = in,
                .row = who->row,
                .person = who->person,
                .listener = who->person->role == ROLE_LISTENER,
                .record = who->token_of->side == SIDE_RECORD,
                .sent = &sent};
    a.called = a.listener ? who->person->sign : compose_role(who->person->role);
    g_autoptr(Said) said = command_read(a.listener ? SPEAKER_LISTENER : SPEAKER_STAFF,
                                        in->letter->subject, in->letter->text);
    a.said = said;
    if (who->person->role == ROLE_WITNESS) /* says one thing only, and has no part in a case */
        return consent_answer(office, a.row, a.person, in->letter->subject, in->letter->text,
                              error) &&
               keep(office, &a, error) && store_save_case(office->store, a.row, error);
    if (!a.listener && a.row->state != CASE_CLOSED && !is_only_said(&a))
        /* any other answer counts, even one that cannot go on */
        take(who->row, who->person, said->command);
    gboolean done = TRUE;
    gboolean urgent = said->command == COMMAND_FLAG || said->command == COMMAND_UNSEAL;
    if (in->facts->strangers > 0 && !urgent)
        done = copied(office, &a, error);
    else if (in->facts->forwarded && !urgent)
        done = give_back(office, who->row, who->person,
                         "It looks like a forwarded mail, not like an answer.", in->letter->text,
                         error);
    else
        done = obey(office, &a, error);
    done = done && keep(office, &a, error);
    if (done && in_distress(&a) && said->command != COMMAND_FLAG) /* that tells the lead itself */
        done = raise_alarm(office, &a, error);
    g_free(sent.shorter);
    return done && store_save_case(office->store, who->row, error);
}
