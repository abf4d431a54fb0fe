#include <string.h>

#include "base/clock.h"
#include "desk/command.h"
#include "run/about.h"
#include "run/act.h"
#include "run/intake.h"
#include "run/out.h"
#include "run/record.h"

/* Urgent, flagged, or not decided. */
gboolean letter_is_danger(const Verdict *verdict) {
    return verdict->flag || verdict->undecided || verdict->severity == SEVERITY_URGENT;
}

static enum desk desk_for(const Intake *in) {
    enum desk desk = in->verdict->desk;
    if (letter_is_danger(in->verdict))
        return MAX(desk, DESK_LEAD);
    if (in->who->doubt != NULL || !in->who->accepted)
        return MAX(desk, DESK_SUPERVISOR);
    return desk;
}

static void merge_verdict(Case *row, const Verdict *verdict) {
    row->severity = MAX(row->severity, verdict->severity);
    for (guint i = 0; i < verdict->categories->len; i++)
        case_add_word(row->categories, g_ptr_array_index(verdict->categories, i));
    for (guint i = 0; i < verdict->not_for->len; i++)
        case_add_word(row->not_for, g_ptr_array_index(verdict->not_for, i));
    if (verdict->undecided)
        case_add_word(row->categories, "undecided");
}

/* The rule that flagged: the record names it, not the words. */
static char *flagging_rule(const Verdict *verdict) {
    if (verdict->categories->len == 0)
        return g_strdup("rules");
    return g_strdup_printf("rule %s", (const char *)g_ptr_array_index(verdict->categories, 0));
}

static Passage passage_of(const Office *office, const Intake *in, const char *withheld,
                          gboolean again) {
    return (Passage){.subject = in->letter->subject,
                     .text = in->letter->text,
                     .whole_subject = keep_unmasked(in->letter->subject, in->letter->whole_subject),
                     .whole = keep_unmasked(in->letter->text, in->letter->whole),
                     .withheld = withheld,
                     .unsure = in->letter->unsure,
                     .written = office->now,
                     .again = again};
}

/* ---- what the pupil is told ---------------------------------------------------------------- */

static gboolean tell_first(Office *office, Case *row, const Intake *in, const First *first,
                           GError **error) {
    Out out;
    if (!in->who->accepted)
        return TRUE;
    row->told |= first->withheld ? TOLD_PICTURES : 0;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft = compose_first(&out.composer, &out.errand, first);
    g_free(row->promised);
    row->promised = templates_version(office->templates, draft->name);
    draft->urgent = TRUE; /* nobody should have to wonder whether it arrived */
    return out_end(&out, office, row, draft, error);
}

/* The acknowledgement that fits where the case now lies. */
static gboolean acknowledge(Office *office, Case *row, const Intake *in, gint64 when,
                            gboolean waiting, gboolean crisis, GError **error) {
    First first = {.reply = in->verdict->reply,
                   .role = act_role(office, row),
                   .waiting = waiting,
                   .withheld = in->letter->withheld->len > 0 && !(row->told & TOLD_PICTURES),
                   .helplines = in->verdict->helplines};
    first.when = first.role ? act_when(office, row) : when;
    if (crisis && first.reply == NULL)
        first.reply = "crisis";
    return tell_first(office, row, in, &first, error);
}

/* ---- to whom it goes ----------------------------------------------------------------------- */

static gboolean raise_danger(Office *office, Case *row, const Intake *in, gboolean again,
                             GError **error) {
    g_autofree char *withheld = letter_withheld_text(in->letter);
    Passage passage = passage_of(office, in, withheld, again);
    g_autofree char *rule = flagging_rule(in->verdict);
    Alert alert = {.passage = &passage,
                   .verdict = in->verdict,
                   .crisis = in->who->accepted,
                   .machine =
                       in->letter->route == ROUTE_LIST || in->letter->route == ROUTE_AUTO_REPLY};
    enum desk desk = MAX(desk_for(in), row->desk);
    if (in->verdict->flag && !act_flag(office, row, rule, NULL, error))
        return FALSE;
    if ((row->desk != desk || row->listener != NULL || row->state != CASE_OPEN ||
         (row->adult != NULL && case_has_word(row->not_for, row->adult))) &&
        !act_move(office, row, desk, rule, error))
        return FALSE;
    row->level = 0;
    if (row->asked < 0)
        row->asked = office->now;
    return act_newest_alert(office, row, &alert, error);
}

static gboolean send_to_desk(Office *office, Case *row, const Intake *in, gboolean again,
                             GError **error) {
    g_autofree char *withheld = letter_withheld_text(in->letter);
    g_autofree char *about = compose_about(in->verdict);
    Passage passage = passage_of(office, in, withheld, again);
    if (in->who->doubt != NULL &&
        !act_notice(office, row, row->desk,
                    &(Notice){.kind = NOTICE_STRANGER, .who = in->who->doubt}, error))
        return FALSE;
    return act_to_desk(office, row, &passage, about, error);
}

/* ---- too many ------------------------------------------------------------------------------ */

enum flood { FLOOD_NO, FLOOD_FIRST, FLOOD_MORE };

/* Under what the store counts: danger by itself, so that no flood, in the writer's name or by the
 * writer's hand, drowns the one cry for help; and by itself what cannot be read (no verdict). */
static GBytes *counter_of(GBytes *writer, const Verdict *verdict) {
    gsize length;
    const guint8 *bytes = g_bytes_get_data(writer, &length);
    g_autoptr(GByteArray) name = g_byte_array_new();
    g_byte_array_append(name, bytes, (guint)length);
    if (verdict == NULL)
        g_byte_array_append(name, (const guint8 *)"?", 1);
    else if (letter_is_danger(verdict))
        g_byte_array_append(name, (const guint8 *)"!", 1);
    return g_byte_array_free_to_bytes(g_steal_pointer(&name));
}

/* Counts this letter of this writer. */
static gboolean count_letter(Office *office, const Intake *in, GBytes *writer, enum flood *flood,
                             GError **error) {
    *flood = FLOOD_NO;
    if (writer == NULL)
        return TRUE;
    g_autoptr(GBytes) counter = counter_of(writer, in->verdict);
    guint count = store_count_letter(office->store, counter, office->now / CLOCK_DAY, error);
    guint most = office->site->limits.letters_a_day;
    if (count > most)
        *flood = count == most + 1 ? FLOOD_FIRST : FLOOD_MORE;
    return count > 0;
}

/* Who hears of a flood: the lead, where it is one of danger. */
static enum desk desk_of_flood(const Intake *in) {
    return letter_is_danger(in->verdict) ? DESK_LEAD : DESK_SUPERVISOR;
}

/* Kept and counted, shown to nobody today (deadlines.c does it later); a person is told once, the
 * writer acknowledged once. */
static gboolean hold_letter(Office *office, Case *row, const Intake *in, enum flood flood,
                            GError **error) {
    row->state = CASE_HELD;
    row->desk = desk_of_flood(in);
    if (flood != FLOOD_FIRST)
        return TRUE;
    return act_notice(office, row, row->desk, &(Notice){.kind = NOTICE_MANY}, error) &&
           acknowledge(office, row, in, -1, FALSE, letter_is_danger(in->verdict), error);
}

/* ---- what cannot be read ------------------------------------------------------------------- */

/* Once, until they have found the way: whoever encrypts by mistake encrypts the next mail, too, and
 * who reads it can tell them in words of their own. */
static gboolean ask_for_words(Office *office, Case *row, const Intake *in, GError **error) {
    Out out;
    if (!in->who->accepted || row->told & TOLD_LOCKED)
        return TRUE;
    row->told |= TOLD_LOCKED;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft = compose_locked(&out.composer, &out.errand, in->letter->withheld->len > 0,
                                  act_role(office, row));
    draft->urgent = TRUE;
    return out_end(&out, office, row, draft, error);
}

/* A first letter of which nothing can be read is not for a listener, who could do nothing with it:
 * an adult sees that it came. */
static gboolean place_locked(Office *office, Case *row, const Intake *in, GError **error) {
    row->desk = MAX(desk_for(in), DESK_SUPERVISOR);
    row->told |= UNREAD_SO_FAR;
    return send_to_desk(office, row, in, FALSE, error) && ask_for_words(office, row, in, error);
}

/* ---- a new case ---------------------------------------------------------------------------- */

static gboolean asks_for_adult(const Intake *in) {
    g_autoptr(Said) said = command_read(SPEAKER_PUPIL, in->letter->subject, in->letter->text);
    return said->command == COMMAND_ADULT;
}

static gboolean place(Office *office, Case *row, const Intake *in, GError **error) {
    gint64 when = -1;
    gboolean waiting = FALSE;
    if (letter_is_danger(in->verdict))
        return raise_danger(office, row, in, FALSE, error) &&
               acknowledge(office, row, in, -1, FALSE, TRUE, error);
    if (in->letter->locked)
        return place_locked(office, row, in, error);
    gboolean asks = asks_for_adult(in);
    if (asks && !about_adults(office, row, error))
        return FALSE;
    row->desk = desk_for(in);
    if (asks) {
        row->desk = MAX(row->desk, DESK_SUPERVISOR);
        return act_story_asked(office, row, error) &&
               acknowledge(office, row, in, -1, FALSE, FALSE, error);
    }
    if (row->desk == DESK_LISTENER)
        return act_assign(office, row, "worrybox", &when, &waiting, error) &&
               acknowledge(office, row, in, when, waiting, FALSE, error);
    return send_to_desk(office, row, in, FALSE, error) &&
           acknowledge(office, row, in, -1, FALSE, FALSE, error);
}

static gboolean new_letter(Office *office, Intake *in, GError **error) {
    enum flood flood;
    g_autoptr(Case) row = keep_new_case(office, in->identity, in->verdict->not_for, error);
    if (row == NULL)
        return FALSE;
    row->inside = in->who->inside;
    row->asked = office->now;
    row->letters++;
    merge_verdict(row, in->verdict);
    if (!keep_message(office, row, "pupil", in->letter, in->identity, in->raw, error) ||
        !count_letter(office, in, row->writer, &flood, error))
        return FALSE;
    gboolean done = flood == FLOOD_NO ? place(office, row, in, error)
                                      : hold_letter(office, row, in, flood, error);
    return done && store_save_case(office->store, row, error);
}

/* ---- the next letter of a case ------------------------------------------------------------- */

static gboolean ask_pupil(Office *office, Case *row, const Said *said, GError **error) {
    Out out;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft = compose_what_did_you_mean(&out.composer, &out.errand, said->unclear, said->meant,
                                             NULL, said->rest);
    return out_end(&out, office, row, draft, error);
}

static gboolean tell_pictures(Office *office, Case *row, const Intake *in, GError **error) {
    if (in->letter->withheld->len == 0 || row->told & TOLD_PICTURES)
        return TRUE;
    return acknowledge(office, row, in, act_when(office, row), row->state == CASE_WAITING, FALSE,
                       error);
}

static gboolean tell_passed_on(Office *office, const Case *row, GError **error) {
    Out out;
    out_begin(&out, office, row, party_new(SIDE_PUPIL, NULL));
    Draft *draft =
        compose_passed_on(&out.composer, &out.errand, act_role(office, row), act_when(office, row));
    return out_end(&out, office, row, draft, error);
}

/* What a writer asks for is done however many letters they write; a robot does not ask. */
static gboolean is_wish(enum command command) {
    return command == COMMAND_ADULT || command == COMMAND_SOMEONE_ELSE || command == COMMAND_STOP ||
           command == COMMAND_DELETE;
}

/* Some write all of it into the subject. Each of ours has the handle in it. */
static gboolean says_something(const Case *row, const Intake *in, const Said *said) {
    const char *subject = in->letter->subject;
    if (*said->rest != '\0' || in->letter->withheld->len > 0)
        return TRUE;
    return !is_wish(said->command) && subject != NULL && *subject != '\0' &&
           strstr(subject, row->handle) == NULL;
}

static gboolean forward(Office *office, Case *row, const Intake *in, const Said *said,
                        GError **error) {
    if (!says_something(row, in, said))
        return TRUE;
    if (row->asked < 0)
        row->asked = office->now;
    gboolean told = in->letter->locked ? ask_for_words(office, row, in, error)
                                       : tell_pictures(office, row, in, error);
    if (!told)
        return FALSE;
    if (row->state == CASE_HELD || row->told & CHASED_MISSED) /* with what nobody was shown */
        return act_story(office, row, error);
    if (row->desk != DESK_LISTENER)
        return send_to_desk(office, row, in, TRUE, error);
    const Person *listener = row->listener ? people_find(office->people, row->listener) : NULL;
    if (listener == NULL)
        return TRUE; /* it waits; whoever gets the case gets all of it */
    g_autofree char *withheld = letter_withheld_text(in->letter);
    Passage passage = passage_of(office, in, withheld, TRUE);
    passage.text = said->rest;
    Out out;
    out_begin(&out, office, row, person_party(listener));
    Draft *draft = compose_to_listener(&out.composer, &out.errand, &passage, listener->sign, FALSE);
    return out_end(&out, office, row, draft, error);
}

/* The writer wants an adult: everybody at the desk is asked, and answers when they are there. */
static gboolean ask_for_adult(Office *office, Case *row, GError **error) {
    if (row->desk == DESK_LISTENER && !act_move(office, row, DESK_SUPERVISOR, "pupil", error))
        return FALSE;
    if (row->state == CASE_HELD)
        row->state = CASE_OPEN;
    return act_story_asked(office, row, error) && tell_passed_on(office, row, error);
}

/* The wish to stop does not end an alert nobody has taken: a child in danger may well write it, and
 * once it is closed nobody could write to them. The adult sees that they asked. */
static gboolean keep_open(Office *office, Case *row, const Intake *in, GError **error) {
    return send_to_desk(office, row, in, TRUE, error) && tell_passed_on(office, row, error);
}

static gboolean ask_to_end(Office *office, Case *row, const Intake *in, const Said *said,
                           GError **error) {
    if (row->due >= 0)
        return keep_open(office, row, in, error);
    if (said->command == COMMAND_STOP && !forward(office, row, in, said, error))
        return FALSE;
    return act_close(office, row, "pupil", TRUE, said->command == COMMAND_DELETE, error);
}

/* A letter that a rule gives to a higher desk is not for the listener who has the case, however it
 * began; a question about the service leaves it where it is, and so does a mail of one word for us:
 * what the rules spoke on then is not the writer's. */
static gboolean goes_up(const Case *row, const Intake *in, const Said *said) {
    if (is_wish(said->command) && *said->rest == '\0')
        return FALSE;
    return in->verdict->severity > SEVERITY_LOW && in->verdict->desk > row->desk;
}

static gboolean move_up(Office *office, Case *row, const Intake *in, GError **error) {
    g_autofree char *rule = flagging_rule(in->verdict);
    return act_move(office, row, in->verdict->desk, rule, error) &&
           act_story_to_desk(office, row, error) && tell_passed_on(office, row, error);
}

static gboolean obey(Office *office, Case *row, const Intake *in, const Said *said,
                     GError **error) {
    switch (said->command) {
    case COMMAND_ADULT:
        return ask_for_adult(office, row, error);
    case COMMAND_SOMEONE_ELSE:
        if (row->desk != DESK_LISTENER)
            break;
        return act_pass(office, row, "pupil", FALSE, error);
    case COMMAND_STOP:
    case COMMAND_DELETE:
        return ask_to_end(office, row, in, said, error);
    case COMMAND_UNCLEAR:
        if (!ask_pupil(office, row, said, error))
            return FALSE;
        break;
    default:
        break;
    }
    return forward(office, row, in, said, error);
}

/* Where it goes that is neither danger nor one too many. */
static gboolean pass_along(Office *office, Case *row, const Intake *in, const Said *said,
                           GError **error) {
    if (goes_up(row, in, said))
        return move_up(office, row, in, error);
    /* A rule has just said that this listener must not have it. */
    if (row->listener != NULL && case_has_word(row->not_for, row->listener))
        return act_pass(office, row, "worrybox", FALSE, error);
    return obey(office, row, in, said, error);
}

/* The first words of a case that began with none, and that no adult has answered: as if the case
 * began with them. */
static gboolean is_first_read(Case *row, const Letter *letter) {
    gboolean first = row->told & UNREAD_SO_FAR && row->adult == NULL && !letter->locked;
    if (!letter->locked)
        row->told &= ~(guint)(UNREAD_SO_FAR | TOLD_LOCKED);
    return first;
}

static gboolean next_letter(Office *office, Intake *in, GError **error) {
    enum flood flood;
    Case *row = in->who->row;
    g_autoptr(Said) said = command_read(SPEAKER_PUPIL, in->letter->subject, in->letter->text);
    row->letters++;
    merge_verdict(row, in->verdict);
    gboolean done = keep_writer(office, row, in->identity, error) &&
                    keep_message(office, row, "pupil", in->letter, in->identity, in->raw, error) &&
                    count_letter(office, in, row->writer, &flood, error);
    if (!done)
        return FALSE;
    if (flood == FLOOD_NO && in->verdict->not_for->len > 0 &&
        !act_revoke_others(office, row, error))
        return FALSE;
    if (flood != FLOOD_NO && !is_wish(said->command))
        row->told |= CHASED_MISSED;
    if (flood == FLOOD_FIRST && !is_wish(said->command))
        done = act_notice(office, row, desk_of_flood(in), &(Notice){.kind = NOTICE_MANY}, error);
    else if (flood == FLOOD_NO && letter_is_danger(in->verdict))
        done = raise_danger(office, row, in, TRUE, error) &&
               acknowledge(office, row, in, -1, FALSE, TRUE, error);
    else if (flood == FLOOD_NO)
        done = is_first_read(row, in->letter) && !is_wish(said->command)
                   ? place(office, row, in, error)
                   : pass_along(office, row, in, said, error);
    else if (is_wish(said->command))
        done = obey(office, row, in, said, error);
    return done && store_save_case(office->store, row, error);
}

gboolean letter_take(Office *office, Intake *in, GError **error) {
    return in->who->row ? next_letter(office, in, error) : new_letter(office, in, error);
}

/* A person is told of each, the writer too, up to as many a day as of letters. */
static gboolean tell_unreadable(Office *office, Case *row, const Intake *in, const char *why,
                                enum flood flood, GError **error) {
    Passage passage = {.written = office->now};
    Alert alert = {.passage = &passage};
    First first = {.role = compose_role(ROLE_LEAD), .unreadable = TRUE};
    if (flood != FLOOD_NO)
        row->state = CASE_HELD;
    if (flood == FLOOD_FIRST)
        return act_notice(office, row, DESK_LEAD, &(Notice){.kind = NOTICE_MANY}, error);
    if (flood == FLOOD_MORE)
        return TRUE;
    first.when = act_when(office, row);
    return act_alert(office, row, &alert, why, error) && tell_first(office, row, in, &first, error);
}

gboolean letter_take_unreadable(Office *office, Intake *in, const char *why, GError **error) {
    enum flood flood;
    g_autoptr(Case) row = keep_new_case(office, in->identity, NULL, error);
    if (row == NULL)
        return FALSE;
    row->desk = DESK_LEAD;
    row->inside = in->who->inside;
    row->severity = SEVERITY_HIGH;
    row->asked = office->now;
    case_add_word(row->categories, "unreadable");
    row->letters = 1;
    return keep_message(office, row, "pupil", in->letter, in->identity, in->raw, error) &&
           count_letter(office, in, row->writer, &flood, error) &&
           act_flag(office, row, "worrybox", why, error) &&
           tell_unreadable(office, row, in, why, flood, error) &&
           store_save_case(office->store, row, error);
}
