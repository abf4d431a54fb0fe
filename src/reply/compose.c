#include "reply/compose.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "reply/link.h"

/* ---- one mail in the making ---------------------------------------------------------------- */

enum { MOST_FIELDS = 40 };

typedef struct making {
    const Composer *composer;
    const Errand *errand;
    const char *name; /* of the template */
    Field fields[MOST_FIELDS];
    gboolean foreign[MOST_FIELDS]; /* a person wrote this value, not the program */
    guint count;
    gboolean unmasked;
    GPtrArray *owned; /* values that live as long as the making */
} Making;

/* What stands for a foreign value in Draft.own: something, but no word. */
static const char LEFT_OUT[] = "*";

static void set(Making *making, const char *name, const char *value) {
    g_assert(making->count + 1 < MOST_FIELDS);
    for (guint i = 0; i < making->count; i++)
        g_assert(strcmp(making->fields[i].name, name) != 0);
    making->fields[making->count++] = (Field){name, value};
}

static void set_foreign(Making *making, const char *name, const char *value) {
    making->foreign[making->count] = TRUE;
    set(making, name, value);
}

/* Takes `value`. */
static void set_owned(Making *making, const char *name, char *value) {
    g_ptr_array_add(making->owned, value);
    set(making, name, value);
}

/* For conditions alone. */
static void set_yes(Making *making, const char *name, gboolean yes) {
    set(making, name, yes ? "yes" : NULL);
}

static void set_day(Making *making, const char *name, gint64 moment) {
    set_owned(making, name, clock_day(moment, making->composer->zone));
}

static void set_when(Making *making, gint64 moment) {
    set_owned(making, "when", compose_when(moment, making->errand->now, making->composer->zone));
}

static void add_helplines(GString *lines, const GPtrArray *helplines) {
    for (guint i = 0; helplines != NULL && i < helplines->len; i++)
        g_string_append_printf(lines, "%s* %s", lines->len > 0 ? "\n" : "",
                               (const char *)g_ptr_array_index(helplines, i));
}

/* Those of the site, and more; each list may be NULL. */
static void set_helplines(Making *making, const GPtrArray *site, const GPtrArray *more) {
    GString *lines = g_string_new(NULL);
    add_helplines(lines, site);
    add_helplines(lines, more);
    set_owned(making, "helplines", g_string_free(lines, FALSE));
}

/* The words people can send, each with the field its link goes into. What follows a blank at the
 * end is for them to write. */
static const struct {
    const char *field, *word;
} WORDS[] = {{"tap-adult", "ADULT"},
             {"tap-else", "SOMEONE ELSE"},
             {"tap-stop", "STOP"},
             {"tap-delete", "DELETE"},
             {"tap-pass", "PASS"},
             {"tap-flag", "FLAG "},
             {"tap-close", "CLOSE"},
             {"tap-note", "NOTE "},
             {"tap-help", "HELP"},
             {"tap-taken", "TAKEN"},
             {"tap-assign", "ASSIGN "},
             {"tap-release", "RELEASE"},
             {"tap-return", "RETURN "},
             {"tap-unseal", "UNSEAL danger: "},
             {"tap-outcome", "OUTCOME "},
             {"tap-lift", "LIFT "},
             {"tap-others", "OTHERS "},
             {"tap-yes", "YES"},
             {"tap-no", "NO"}};

static char *link_to(const Making *making, const char *word) {
    return link_mailto(making->composer->box, making->errand->token, making->composer->plus, word);
}

/* Without a case there is nothing to tap. */
static void set_links(Making *making) {
    for (guint i = 0; making->errand->handle != NULL && i < G_N_ELEMENTS(WORDS); i++)
        if (templates_has(making->name, WORDS[i].field))
            set_owned(making, WORDS[i].field, link_to(making, WORDS[i].word));
}

/* The link for what a command word was probably meant to be. */
static void set_link_meant(Making *making, const char *meant) {
    for (guint i = 0; meant != NULL && i < G_N_ELEMENTS(WORDS); i++)
        if (g_str_has_prefix(WORDS[i].word, meant))
            set_owned(making, "link", link_to(making, WORDS[i].word));
}

/* Begins with the fields every template may have. */
static Making *begin(const Composer *composer, const Errand *errand, const char *name) {
    Making *making = g_new0(Making, 1);
    *making = (Making){.composer = composer, .errand = errand, .name = name};
    making->owned = g_ptr_array_new_with_free_func(g_free);
    set(making, "site", composer->site_name);
    if (templates_has(name, "handle"))
        set(making, "handle", errand->handle);
    if (templates_has(name, "dash"))
        set(making, "dash", errand->handle ? " - " : NULL);
    set_links(making);
    return making;
}

/* The program's own part of what `draft` says: the same, with what people wrote left out. */
static char *own_words(Making *making) {
    for (guint i = 0; i < making->count; i++) {
        const char *value = making->fields[i].value;
        if (making->foreign[i] && value != NULL && *value != '\0')
            making->fields[i].value = LEFT_OUT;
    }
    g_autofree char *subject = NULL, *body = NULL;
    templates_fill(making->composer->templates, making->name, making->fields, &subject, &body);
    return g_strconcat(subject, "\n\n", body, NULL);
}

/* Frees `making`. */
static Draft *finish(Making *making, gboolean answerable) {
    const Errand *errand = making->errand;
    Draft *draft =
        draft_new(party_new(errand->to->side, errand->to->name), errand->handle, making->name);
    if (templates_has(making->name, "marker"))
        set(making, "marker", answerable ? DRAFT_MARKER : NULL);
    templates_fill(making->composer->templates, making->name, making->fields, &draft->subject,
                   &draft->body);
    draft->own = own_words(making);
    draft->token = g_strdup(errand->token);
    draft->answerable = answerable;
    draft->unmasked = making->unmasked;
    g_ptr_array_unref(making->owned);
    g_free(making);
    return draft;
}

/* ---- words --------------------------------------------------------------------------------- */

char *compose_when(gint64 moment, gint64 now, GTimeZone *zone) {
    if (moment < 0)
        return g_strdup("as soon as somebody is there again");
    if (moment < clock_at(now, zone, 1, 0))
        return g_strdup("today");
    g_autofree char *day = clock_day(moment, zone);
    gboolean tomorrow = moment < clock_at(now, zone, 2, 0);
    return g_strdup_printf(tomorrow ? "tomorrow (%s)" : "on %s", day);
}

const char *compose_role(enum role role) {
    static const char *const words[] = {[ROLE_LEAD] = "the safeguarding lead",
                                        [ROLE_DEPUTY] = "the deputy safeguarding lead",
                                        [ROLE_HEAD] = "the head teacher",
                                        [ROLE_SUPERVISOR] =
                                            "the member of staff who looks after the listeners",
                                        [ROLE_WITNESS] = "the witness",
                                        [ROLE_LISTENER] = "a listener"};
    return words[role];
}

char *compose_about(const Verdict *verdict) {
    GString *about = g_string_new(NULL);
    for (guint i = 0; i < verdict->rules->len; i++) {
        const Spoken *spoken = g_ptr_array_index(verdict->rules, i);
        const char *title = spoken->title ? spoken->title : spoken->rule;
        if (title != NULL && strstr(about->str, title) == NULL)
            g_string_append_printf(about, "%s%s%s", about->len > 0 ? "; " : "", title,
                                   spoken->denied     ? " (but they deny it)"
                                   : spoken->reported ? " (somebody else, it seems)"
                                                      : "");
    }
    gboolean none = about->len == 0;
    char *text = g_string_free(about, none);
    return none ? NULL : text;
}

Passage compose_for(enum role role, const Passage *passage) {
    Passage shown = *passage;
    if (role != ROLE_LEAD && role != ROLE_DEPUTY && role != ROLE_HEAD)
        return shown;
    shown.unmasked = shown.whole_subject || shown.whole || shown.whole_before;
    shown.subject = shown.whole_subject ? shown.whole_subject : shown.subject;
    shown.text = shown.whole ? shown.whole : shown.text;
    shown.before = shown.whole_before ? shown.whole_before : shown.before;
    return shown;
}

static void set_passage(Making *making, const Passage *passage) {
    making->unmasked = passage->unmasked;
    if (templates_has(making->name, "unmasked"))
        set_yes(making, "unmasked", passage->unmasked);
    if (templates_has(making->name, "spared"))
        set(making, "spared", passage->spared);
    set_foreign(making, "subject", passage->subject);
    set_foreign(making, "letter", passage->text);
    set(making, "withheld", passage->withheld);
    set_yes(making, "unsure", passage->unsure);
    set_yes(making, "again", passage->again);
    set_day(making, "day", passage->written);
}

/* ---- to the pupil -------------------------------------------------------------------------- */

gboolean compose_is_reply(const char *name) {
    static const char *const names[] = {"acknowledgement", "crisis", "nobody-on-duty", NULL};
    return g_strv_contains(names, name);
}

static const char *first_name(const First *first) {
    if (g_strcmp0(first->reply, "crisis") == 0)
        return "crisis";
    return first->waiting && first->role == NULL ? "nobody-on-duty" : "acknowledgement";
}

Draft *compose_first(const Composer *composer, const Errand *errand, const First *first) {
    const char *name = first_name(first);
    gboolean crisis = strcmp(name, "crisis") == 0;
    Making *making = begin(composer, errand, name);
    set_when(making, first->when);
    set_yes(making, "withheld", first->withheld);
    /* The site's own are for a crisis, and for when nobody is there. */
    gboolean own = strcmp(name, "acknowledgement") != 0;
    set_helplines(making, own ? composer->helplines : NULL, first->helplines);
    if (templates_has(name, "unreadable"))
        set_yes(making, "unreadable", first->unreadable);
    if (templates_has(name, "role"))
        set(making, "role", crisis && !first->role ? compose_role(ROLE_LEAD) : first->role);
    Draft *draft = finish(making, TRUE);
    draft->urgent = crisis;
    return draft;
}

Draft *compose_locked(const Composer *composer, const Errand *errand, gboolean locked,
                      const char *role) {
    Making *making = begin(composer, errand, "locked");
    set_yes(making, "locked", locked);
    set(making, "role", role);
    set_helplines(making, composer->helplines, NULL);
    return finish(making, TRUE);
}

Draft *compose_to_pupil(const Composer *composer, const Errand *errand, const char *answer,
                        const char *sign, const char *role) {
    Making *making = begin(composer, errand, "to-pupil");
    set_foreign(making, "answer", answer);
    set(making, "sign", sign);
    set(making, "role", sign ? NULL : role);
    return finish(making, TRUE);
}

Draft *compose_adult_joined(const Composer *composer, const Errand *errand, const char *role) {
    Making *making = begin(composer, errand, "adult-joined");
    set(making, "role", role);
    return finish(making, TRUE);
}

Draft *compose_passed_on(const Composer *composer, const Errand *errand, const char *role,
                         gint64 when) {
    Making *making = begin(composer, errand, "passed-on");
    set(making, "role", role);
    set_when(making, when);
    return finish(making, TRUE);
}

Draft *compose_closed(const Composer *composer, const Errand *errand, enum closing closing,
                      gboolean read) {
    gboolean deleted = closing >= CLOSING_DELETED;
    Making *making = begin(composer, errand, deleted ? "deleted" : "closed");
    set_helplines(making, composer->helplines, NULL);
    if (deleted) {
        set_yes(making, "kept", closing != CLOSING_DELETED);
        set_yes(making, "hold", closing == CLOSING_HELD);
        set_yes(making, "read", read);
    } else {
        set_yes(making, "stopped", closing == CLOSING_STOPPED);
    }
    return finish(making, FALSE);
}

/* ---- to a listener ------------------------------------------------------------------------- */

Draft *compose_to_listener(const Composer *composer, const Errand *errand, const Passage *passage,
                           const char *sign, gboolean moved) {
    Making *making = begin(composer, errand, "to-listener");
    set_passage(making, passage);
    set(making, "sign", sign);
    set_yes(making, "moved", moved);
    return finish(making, TRUE);
}

Draft *compose_reminder(const Composer *composer, const Errand *errand, gint64 since) {
    Making *making = begin(composer, errand, "reminder");
    set_day(making, "day", since);
    return finish(making, TRUE);
}

Draft *compose_passed(const Composer *composer, const Errand *errand, gboolean asked) {
    Making *making = begin(composer, errand, "passed");
    set_yes(making, "moved", !asked);
    return finish(making, FALSE);
}

Draft *compose_closed_to_listener(const Composer *composer, const Errand *errand,
                                  enum closing closing) {
    Making *making = begin(composer, errand, "closed-to-listener");
    set_yes(making, "stopped", closing != CLOSING_ENDED);
    return finish(making, FALSE);
}

Draft *compose_answer_held(const Composer *composer, const Errand *errand, const char *answer,
                           const char *about, gboolean own) {
    Making *making = begin(composer, errand, "answer-held");
    set_foreign(making, "text", answer);
    set(making, "about", own ? NULL : about);
    set_yes(making, "own", own);
    if (own)
        set_helplines(making, composer->helplines, NULL);
    return finish(making, TRUE);
}

Draft *compose_help(const Composer *composer, const Errand *errand, const char *sign) {
    Making *making = begin(composer, errand, sign ? "help-listener" : "help-staff");
    if (sign != NULL)
        set(making, "sign", sign);
    return finish(making, errand->handle != NULL);
}

/* ---- to whoever wrote ---------------------------------------------------------------------- */

Draft *compose_confirm(const Composer *composer, const Errand *errand, enum done done,
                       const char *to_whom) {
    static const char *const fields[] = {
        [DONE_FLAGGED] = "flagged",   [DONE_CLOSED] = "closed",     [DONE_NOTED] = "noted",
        [DONE_TAKEN] = "taken",       [DONE_ASSIGNED] = "assigned", [DONE_PASSED] = "passed",
        [DONE_RELEASED] = "released", [DONE_RETURNED] = "returned", [DONE_LIFTED] = "lifted",
        [DONE_DRILL] = "drill",       [DONE_OTHERS] = "others"};
    Making *making = begin(composer, errand, "confirm");
    set_yes(making, "staff", errand->to->side != SIDE_LISTENER);
    set(making, fields[done], to_whom ? to_whom : "yes");
    return finish(making, FALSE);
}

Draft *compose_returned(const Composer *composer, const Errand *errand, const char *reason,
                        const char *why, const char *text, gboolean again) {
    Making *making = begin(composer, errand, "returned-answer");
    set(making, "reason", reason);
    set_foreign(making, "why", why);
    set_foreign(making, "text", text);
    set_yes(making, "again", again);
    return finish(making, again);
}

Draft *compose_answer_cut(const Composer *composer, const Errand *errand, const char *text) {
    Making *making = begin(composer, errand, "answer-cut");
    set_foreign(making, "text", text);
    return finish(making, TRUE);
}

Draft *compose_what_did_you_mean(const Composer *composer, const Errand *errand, const char *line,
                                 const char *meant, const char *known, const char *text) {
    Making *making = begin(composer, errand, "what-did-you-mean");
    set_foreign(making, "line", line);
    set(making, "meant", meant);
    set(making, "known", known);
    set_link_meant(making, meant);
    set_foreign(making, "text", text);
    return finish(making, TRUE);
}

/* ---- to staff ------------------------------------------------------------------------------ */

Draft *compose_to_staff(const Composer *composer, const Errand *errand, const Passage *passage,
                        const char *role, const char *about) {
    Making *making = begin(composer, errand, "to-staff");
    set_passage(making, passage);
    set(making, "role", role);
    set(making, "about", about);
    return finish(making, TRUE);
}

static void set_unseal(Making *making, const Alert *alert) {
    const Errand *errand = making->errand;
    if (alert->flag && alert->keyholder)
        set_owned(making, "unseal",
                  g_strdup_printf("worrybox unseal %s --by %s --ground danger --reason \"why\" "
                                  "--out %s.packet",
                                  errand->handle, errand->to->name ? errand->to->name : "NAME",
                                  errand->handle));
}

static void set_silence(Making *making, const Alert *alert) {
    set(making, "silent", alert->silent);
    if (alert->silent != NULL)
        set_owned(making, "since", clock_minute(alert->since, making->composer->zone));
}

static void set_verdict(Making *making, const Verdict *verdict) {
    if (verdict == NULL)
        return;
    if (verdict->severity != SEVERITY_NONE)
        set(making, "severity", SEVERITY_WORDS[verdict->severity]);
    set_owned(making, "about", compose_about(verdict));
    set_yes(making, "undecided", verdict->undecided);
}

Draft *compose_alert(const Composer *composer, const Errand *errand, const Alert *alert) {
    Making *making = begin(composer, errand, "alert");
    Passage passage = *alert->passage;
    set_yes(making, "hidden", alert->hidden);
    if (alert->hidden) {
        passage.subject = passage.text = NULL;
        passage.unmasked = FALSE;
    }
    set_passage(making, &passage);
    set_foreign(making, "before", alert->hidden ? NULL : passage.before);
    set_verdict(making, alert->verdict);
    set_yes(making, "asked", alert->asked);
    set(making, "flagged", alert->flagged);
    set_foreign(making, "why", alert->hidden ? NULL : alert->why);
    set_yes(making, "within", alert->within);
    set_yes(making, "open", alert->flag);
    set_yes(making, "keyholder", alert->keyholder);
    set_yes(making, "crisis", alert->crisis);
    set_yes(making, "machine", alert->machine);
    set_unseal(making, alert);
    set_silence(making, alert);
    Draft *draft = finish(making, TRUE);
    draft->urgent = TRUE;
    return draft;
}

Draft *compose_unreadable(const Composer *composer, const Errand *errand, const Alert *alert,
                          const char *why) {
    Making *making = begin(composer, errand, "unreadable");
    set(making, "why", why);
    set_day(making, "day", alert->passage->written);
    set_yes(making, "within", alert->within);
    set_yes(making, "keyholder", alert->keyholder);
    set_unseal(making, alert);
    set_silence(making, alert);
    Draft *draft = finish(making, TRUE);
    draft->urgent = TRUE;
    return draft;
}

Draft *compose_held_answer(const Composer *composer, const Errand *errand, const HeldAnswer *held) {
    Making *making = begin(composer, errand, "held-answer");
    set(making, "sign", held->sign);
    set_foreign(making, "answer", held->hidden ? NULL : held->answer);
    set(making, "about", held->about);
    set_yes(making, "held", held->held);
    set_yes(making, "own", held->own);
    set_yes(making, "late", held->late);
    set_yes(making, "hidden", held->hidden);
    Draft *draft = finish(making, errand->handle != NULL);
    draft->urgent = held->own;
    return draft;
}

Draft *compose_note(const Composer *composer, const Errand *errand, const char *sign,
                    const char *note) {
    Making *making = begin(composer, errand, "note");
    set(making, "sign", sign);
    set_foreign(making, "note", note);
    return finish(making, FALSE);
}

static const char *const NOTICE_FIELDS[] = {[NOTICE_PUPIL_BOUNCED] = "pupil-bounced",
                                            [NOTICE_LISTENER_BOUNCED] = "listener-bounced",
                                            [NOTICE_STAFF_BOUNCED] = "staff-bounced",
                                            [NOTICE_TOO_LARGE] = "too-large",
                                            [NOTICE_STRANGER] = "stranger",
                                            [NOTICE_COPIED] = "copied",
                                            [NOTICE_UNSENT] = "unsent",
                                            [NOTICE_REFUSED] = "refused",
                                            [NOTICE_MANY] = "many",
                                            [NOTICE_WAITING] = "waiting",
                                            [NOTICE_LOST] = "lost"};

Draft *compose_notice(const Composer *composer, const Errand *errand, const Notice *notice) {
    Making *making = begin(composer, errand, "notice");
    set(making, NOTICE_FIELDS[notice->kind], "yes");
    set(making, "sign", notice->who);
    set_owned(making, "size", text_size(notice->bytes));
    set_day(making, "day", notice->since);
    return finish(making, FALSE);
}

/* Ends a mail that carries the packet `text` as `file` (taken). */
static Draft *finish_packet(Making *making, gboolean answerable, const char *text, char *file) {
    set(making, "file", file);
    Draft *draft = finish(making, answerable);
    draft->urgent = TRUE;
    draft->attached = g_strdup(text);
    draft->attached_name = file;
    return draft;
}

Draft *compose_packet(const Composer *composer, const Errand *errand, const char *holder,
                      const char *ground, const char *packet, gboolean two, gboolean owed) {
    Making *making = begin(composer, errand, "packet");
    set(making, "holder", holder);
    set(making, "ground", ground);
    set_yes(making, "two", two);
    set_yes(making, "owed", owed);
    return finish_packet(making, TRUE, packet, g_strconcat(errand->handle, ".packet", NULL));
}

Draft *compose_second(const Composer *composer, const Errand *errand, const char *who,
                      const char *ground, const char *packet) {
    Making *making = begin(composer, errand, "second");
    set(making, "who", who);
    set(making, "ground", ground);
    return finish_packet(making, FALSE, packet, g_strconcat(errand->handle, ".packet", NULL));
}

Draft *compose_refused(const Composer *composer, const Errand *errand, const char *asked,
                       const char *why, gboolean again) {
    Making *making = begin(composer, errand, "refused");
    set(making, "asked", asked);
    set(making, "why", why);
    set_yes(making, "again", again);
    Draft *draft = finish(making, again);
    draft->urgent = TRUE;
    return draft;
}

Draft *compose_follow_up(const Composer *composer, const Errand *errand, gint64 opened,
                         gboolean tried, gboolean told) {
    Making *making = begin(composer, errand, "follow-up");
    set_owned(making, "time", clock_minute(opened, making->composer->zone));
    set_yes(making, "tried", tried);
    set_yes(making, "told", told);
    return finish(making, TRUE);
}

Draft *compose_record_page(const Composer *composer, const Errand *errand, const char *page,
                           gboolean holder, gboolean owed) {
    Making *making = begin(composer, errand, "record-page");
    set_foreign(making, "page", page);
    set_yes(making, "holder", holder);
    set_yes(making, "owed", owed);
    return finish(making, TRUE);
}

/* ---- changes to the rules ------------------------------------------------------------------ */

/* What a file of rules says; the gate takes what looks like an address for one. */
static void set_said(Making *making, const char *name, const char *text) {
    GString *said = g_string_new(text ? text : "");
    g_string_replace(said, "@", "(at)", 0);
    char *line = g_strchomp(g_string_free(said, FALSE));
    g_ptr_array_add(making->owned, line);
    set_foreign(making, name, *line != '\0' ? line : NULL);
}

static void set_told(Making *making, const RulesTold *told) {
    set_said(making, "files", told->files);
    set_said(making, "change", told->change);
    set_said(making, "danger", told->danger);
    set_day(making, "until", told->until);
    set_owned(making, "count",
              g_strdup_printf("%u rules with %u examples", told->rules, told->tests));
    set(making, "who", told->who);
}

Draft *compose_rules_report(const Composer *composer, const Errand *errand, const RulesTold *told) {
    static const char *const fields[] = {
        [RULES_SAME] = "same",     [RULES_UNWRITABLE] = "unwritable",
        [RULES_NOBODY] = "nobody", [RULES_BUSY] = "busy",
        [RULES_DONE] = "done",     [RULES_DECLINED] = "declined",
        [RULES_LAPSED] = "lapsed"};
    Making *making = begin(composer, errand, "rules-report");
    set_told(making, told);
    set_said(making, "faults", told->news == RULES_FAULTS ? told->faults : NULL);
    set_said(making, "stale", told->news == RULES_STALE ? told->faults : NULL);
    set_said(making, "warnings", told->warnings);
    set(making, "asked", told->news == RULES_ASKED ? told->who : NULL);
    if (told->news < G_N_ELEMENTS(fields) && fields[told->news] != NULL)
        set_yes(making, fields[told->news], TRUE);
    return finish(making, FALSE);
}

Draft *compose_rules_question(const Composer *composer, const Errand *errand,
                              const RulesTold *told) {
    Making *making = begin(composer, errand, "rules-question");
    set_told(making, told);
    set_yes(making, "again", told->again);
    set_yes(making, "unclear", told->unclear);
    set_owned(making, "tap-yes", link_to(making, "YES"));
    set_owned(making, "tap-no", link_to(making, "NO"));
    return finish(making, TRUE);
}

/* ---- to the witness and the keyholders ------------------------------------------------------ */

static void set_record(Making *making, const OnRecord *record) {
    set(making, "head", record->head);
    set_owned(making, "count", g_strdup_printf("%" G_GUINT64_FORMAT, record->count));
    set_owned(making, "time", clock_minute(record->at, making->composer->zone));
}

Draft *compose_unseal_notice(const Composer *composer, const Errand *errand, const char *who,
                             const char *ground, gboolean refused, const OnRecord *record) {
    Making *making = begin(composer, errand, "unseal-notice");
    set(making, "who", who);
    set(making, "ground", ground);
    set_yes(making, "refused", refused);
    set_record(making, record);
    return finish(making, FALSE);
}

Draft *compose_witness(const Composer *composer, const Errand *errand,
                       const WitnessQuestion *question) {
    gboolean open = question->kind == WITNESS_ASK || question->kind == WITNESS_UNCLEAR;
    Making *making = begin(composer, errand, "witness");
    set_yes(making, "ask", question->kind == WITNESS_ASK);
    set_yes(making, "unclear", question->kind == WITNESS_UNCLEAR);
    set_yes(making, "over", question->kind == WITNESS_OVER);
    set_yes(making, "declined", question->kind == WITNESS_DECLINED);
    set_yes(making, "open", open);
    set(making, "who", question->who);
    set(making, "ground", question->ground);
    set_owned(making, "most", g_strdup_printf("%u", question->most));
    Draft *draft = finish(making, open);
    draft->urgent = open;
    return draft;
}

Draft *compose_anchor(const Composer *composer, const Errand *errand, const OnRecord *record) {
    Making *making = begin(composer, errand, "anchor");
    set_record(making, record);
    return finish(making, FALSE);
}
