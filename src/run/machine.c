#include "run/act.h"
#include "run/intake.h"
#include "run/record.h"

/* Our mail to the writer came back: nobody may think that they have been answered. */
static gboolean pupil_bounced(Office *office, Case *row, GError **error) {
    return act_notice(office, row, DESK_LEAD, &(Notice){.kind = NOTICE_PUPIL_BOUNCED}, error);
}

static gboolean listener_bounced(Office *office, Case *row, const char *id, GError **error) {
    const Person *person = people_find(office->people, id);
    Notice notice = {.kind = NOTICE_LISTENER_BOUNCED, .who = person ? person->sign : id};
    if (!act_notice(office, row, DESK_SUPERVISOR, &notice, error))
        return FALSE;
    if (g_strcmp0(row->listener, id) != 0 || row->state == CASE_CLOSED)
        return TRUE;
    return act_pass(office, row, "worrybox", FALSE, error);
}

/* An alert that bounced has reached nobody: the next deadline is now. Whose mailbox it is would not
 * hear of it there: it goes to who stands in for them, or, where nobody does, to the supervisor. */
static gboolean staff_bounced(Office *office, Case *row, const char *id, GError **error) {
    const Person *person = people_find(office->people, id);
    Notice notice = {.kind = NOTICE_STAFF_BOUNCED, .who = person ? person->name : id};
    if (row->due >= 0)
        row->due = office->now;
    return act_notice_others(office, row, id, &notice, error);
}

gboolean machine_bounced(Office *office, Case *row, const Party *party, GError **error) {
    if (!record_act(office, "worrybox", "bounced", row->handle, NULL, error))
        return FALSE;
    switch (party->side) {
    case SIDE_PUPIL:
        return pupil_bounced(office, row, error);
    case SIDE_LISTENER:
        return listener_bounced(office, row, party->name, error);
    case SIDE_STAFF:
    case SIDE_RECORD:
        break;
    }
    return staff_bounced(office, row, party->name, error);
}

gboolean machine_keep_apart(Office *office, const Intake *in, const char *kind, const char *author,
                            GError **error) {
    g_autoptr(Case) row = keep_new_case(office, in->identity, NULL, error);
    if (row == NULL)
        return FALSE;
    case_add_word(row->categories, kind);
    row->state = CASE_CLOSED;
    row->closed = office->now;
    Letter kept = *in->letter;
    kept.whole_subject = kept.whole = NULL; /* for no open case */
    return keep_message(office, row, author, &kept, in->identity, in->raw, error) &&
           record_act(office, "worrybox", "closed", row->handle, NULL, error) &&
           store_save_case(office->store, row, error);
}

/* "auto-reply", and where it answers a mail of ours to somebody who answers, "auto-reply listener
 * heron": no unsealing may show their address as the one that wrote. */
static char *author_of(const Intake *in) {
    const char *kind = ROUTE_WORDS[in->letter->route];
    if (in->who->token_of->side == SIDE_PUPIL)
        return g_strdup(kind);
    g_autofree char *party = party_text(in->who->token_of);
    return g_strdup_printf("%s %s", kind, party);
}

/* Danger is heard, whatever the mail looks like; but what answers by itself for a listener or an
 * adult, in their own case, is no cry of theirs. */
static gboolean is_cry(const Intake *in) {
    const Resolution *who = in->who;
    gboolean of_reader = who->theirs && who->token_of->side != SIDE_PUPIL;
    return in->verdict != NULL && letter_is_danger(in->verdict) && !of_reader;
}

/* What a pupil of the school sends through a list, or a server that marks it as mass mail. */
static gboolean is_letter_by_list(const Intake *in) {
    const Resolution *who = in->who;
    const char *text = in->letter->text;
    gboolean pupil = who->person == NULL || who->person->role == ROLE_LISTENER;
    return in->letter->route == ROUTE_LIST && who->row == NULL && who->inside && pupil &&
           in->verdict != NULL && text != NULL && *text != '\0';
}

/* As a letter to a person; nothing goes back, for a machine may answer it for ever. */
static gboolean bring_before_person(Office *office, Intake *in, GError **error) {
    Resolution *who = in->who;
    who->accepted = FALSE;
    if (!who->theirs)
        g_clear_pointer(&who->row, case_free);
    if (who->doubt == NULL)
        who->doubt = g_strdup("It has the marks of a mailing list or of an automatic mail, so "
                              "nothing was sent back to whoever wrote it.");
    return letter_take(office, in, error);
}

gboolean machine_take(Office *office, Intake *in, GError **error) {
    Case *row = in->who->row;
    const char *kind = ROUTE_WORDS[in->letter->route];
    Letter bare = *in->letter;
    if (is_cry(in) || is_letter_by_list(in))
        return bring_before_person(office, in, error);
    bare.text = bare.whole = bare.whole_subject =
        NULL; /* nobody reads it but who opens the original */
    in->letter = &bare;
    if (row == NULL)
        return machine_keep_apart(office, in, kind, kind, error);
    g_autofree char *author = author_of(in);
    if (!keep_message(office, row, author, in->letter, in->identity, in->raw, error))
        return FALSE;
    if (in->letter->route == ROUTE_BOUNCE &&
        !machine_bounced(office, row, in->who->token_of, error))
        return FALSE;
    return store_save_case(office->store, row, error);
}
