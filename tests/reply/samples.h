/* samples.h: one draft of every kind the program sends, with values as they come in a school's
 * week. The templates are those that are shipped. Used by the tests compose, write and gate. */
#ifndef TESTS_REPLY_SAMPLES_H
#define TESTS_REPLY_SAMPLES_H

#include <string.h>

#include "base/clock.h"
#include "reply/compose.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyz"
#define BOX   "listen@hillside.example"

typedef struct sample {
    const char *name; /* of the golden file */
    Draft *draft;
} Sample;

typedef struct samples {
    Templates *templates;
    GPtrArray *helplines;
    Composer composer;
    Party *pupil, *listener, *staff;
    GArray *list; /* of Sample */
} Samples;

static inline char *samples_folder(const char *below) {
    const char *root = g_getenv("WB_SOURCE");
    return g_build_filename(root ? root : ".", below, NULL);
}

static inline Templates *samples_templates(void) {
    g_autofree char *folder = samples_folder("templates/en");
    g_autoptr(Problems) problems = problems_new();
    Templates *templates = templates_load(folder, "templates/en", problems);
    g_autofree char *text = problems_text(problems);
    g_assert_cmpstr(text, ==, "");
    return templates;
}

/* Monday 2 March 2026, 09:30. */
static inline gint64 samples_now(void) {
    return clock_parse("2026-03-02T09:30:00Z");
}

static inline Errand samples_errand(const Party *to) {
    return (Errand){.to = to, .handle = "calm-heron", .token = TOKEN, .now = samples_now()};
}

static inline void samples_add(Samples *all, const char *name, Draft *draft) {
    Sample sample = {name, draft};
    g_array_append_val(all->list, sample);
}

static inline void samples_to_pupil(Samples *all) {
    const Composer *c = &all->composer;
    Errand e = samples_errand(all->pupil);
    gint64 day = CLOCK_DAY, now = e.now;
    samples_add(all, "acknowledgement", compose_first(c, &e, &(First){.when = now}));
    samples_add(
        all, "acknowledgement-adult",
        compose_first(
            c, &e, &(First){.when = now + day, .role = compose_role(ROLE_HEAD), .withheld = TRUE}));
    samples_add(
        all, "acknowledgement-unreadable",
        compose_first(c, &e,
                      &(First){.when = now, .role = compose_role(ROLE_LEAD), .unreadable = TRUE}));
    g_autoptr(GPtrArray) more = g_ptr_array_new();
    g_ptr_array_add(more, (char *)"Winston's Wish: 08088 020 021");
    samples_add(all, "acknowledgement-helpline",
                compose_first(c, &e, &(First){.when = now, .helplines = more}));
    samples_add(all, "crisis-helpline",
                compose_first(c, &e, &(First){.reply = "crisis", .when = now, .helplines = more}));
    samples_add(all, "nobody-on-duty",
                compose_first(c, &e, &(First){.when = now + 4 * day, .waiting = TRUE}));
    samples_add(all, "nobody-known",
                compose_first(c, &e, &(First){.when = -1, .waiting = TRUE, .withheld = TRUE}));
    samples_add(all, "crisis", compose_first(c, &e, &(First){.reply = "crisis", .when = now}));
    samples_add(all, "crisis-head",
                compose_first(c, &e,
                              &(First){.reply = "crisis",
                                       .role = compose_role(ROLE_HEAD),
                                       .when = now + 3 * day,
                                       .withheld = TRUE}));
    samples_add(all, "locked", compose_locked(c, &e, TRUE, compose_role(ROLE_SUPERVISOR)));
    samples_add(all, "locked-empty", compose_locked(c, &e, FALSE, NULL));
    const char *answer = "I am glad you wrote. That sounds really hard, and it makes sense that "
                         "you are tired of it.\n\nWhat would help most this week?";
    samples_add(all, "to-pupil", compose_to_pupil(c, &e, answer, "Heron", NULL));
    samples_add(all, "to-pupil-adult",
                compose_to_pupil(c, &e, answer, NULL, compose_role(ROLE_LEAD)));
    samples_add(all, "adult-joined", compose_adult_joined(c, &e, compose_role(ROLE_LEAD)));
    samples_add(all, "passed-on", compose_passed_on(c, &e, NULL, now + day));
    samples_add(all, "passed-on-adult",
                compose_passed_on(c, &e, compose_role(ROLE_SUPERVISOR), now));
    samples_add(all, "closed", compose_closed(c, &e, CLOSING_ENDED, TRUE));
    samples_add(all, "stopped", compose_closed(c, &e, CLOSING_STOPPED, TRUE));
    samples_add(all, "deleted", compose_closed(c, &e, CLOSING_DELETED, TRUE));
    samples_add(all, "deleted-kept", compose_closed(c, &e, CLOSING_KEPT, FALSE));
    samples_add(all, "deleted-held", compose_closed(c, &e, CLOSING_HELD, TRUE));
}

static inline void samples_to_listener(Samples *all) {
    const Composer *c = &all->composer;
    Errand e = samples_errand(all->listener);
    gint64 now = e.now;
    Passage first = {.subject = "a question",
                     .text =
                         "hi, i dont really know how to say this. my friends have stopped "
                         "sitting with me at lunch and [person A] says i will get over it – but "
                         "i think i may not.\n\nwhat would you do?",
                     .withheld = "a picture (340 kB)",
                     .written = now};
    Passage again = {.text = "thank you, that helped a bit", .written = now, .again = TRUE};
    Passage moved = {.text = "is somebody there?", .written = now, .unsure = TRUE};
    samples_add(all, "to-listener", compose_to_listener(c, &e, &first, "Heron", FALSE));
    samples_add(all, "to-listener-again", compose_to_listener(c, &e, &again, "Heron", FALSE));
    samples_add(all, "to-listener-moved", compose_to_listener(c, &e, &moved, "Otter", TRUE));
    samples_add(all, "reminder", compose_reminder(c, &e, now - 2 * CLOCK_DAY));
    samples_add(all, "passed", compose_passed(c, &e, TRUE));
    samples_add(all, "passed-moved", compose_passed(c, &e, FALSE));
    samples_add(all, "closed-to-listener", compose_closed_to_listener(c, &e, CLOSING_STOPPED));
    samples_add(all, "help-listener", compose_help(c, &e, "Heron"));
    samples_add(all, "confirm-flagged", compose_confirm(c, &e, DONE_FLAGGED, NULL));
    samples_add(all, "confirm-noted", compose_confirm(c, &e, DONE_NOTED, NULL));
    samples_add(
        all, "returned-answer",
        compose_returned(c, &e, "there were no words of yours in it.", NULL, "> is it you", TRUE));
    samples_add(all, "answer-cut", compose_answer_cut(c, &e, "That sounds hard."));
    samples_add(all, "returned-why",
                compose_returned(c, &e, "A member of staff has read it and asks you to change it.",
                                 "please leave your name out", "my name is jay", TRUE));
    samples_add(all, "answer-held",
                compose_answer_held(c, &e, "it stays between us", "A promise of secrecy", FALSE));
    samples_add(all, "answer-held-own",
                compose_answer_held(c, &e, "i feel the same", "their own distress", TRUE));
    samples_add(all, "returned-closed",
                compose_returned(c, &e, "this conversation is with somebody else now.", NULL,
                                 "Sorry I took so long. How are you?", FALSE));
    samples_add(all, "what-did-you-mean",
                compose_what_did_you_mean(c, &e, "/flg he is not safe", "FLAG",
                                          "FLAG, PASS, NOTE, CLOSE, HELP",
                                          "I will tell somebody.\n/flg he is not safe"));
}

static inline Verdict *samples_verdict(void) {
    Verdict *verdict = verdict_new();
    verdict->severity = SEVERITY_URGENT;
    g_ptr_array_add(verdict->rules,
                    spoken_new("self-harm", "Hurting themselves, not wanting to live",
                               "rules/10-danger.rules", 7, "phrase want to die", "Want To Die"));
    g_ptr_array_add(verdict->rules,
                    spoken_new("at-home", NULL, "rules/20-home.rules", 3, "phrase my dad", NULL));
    return verdict;
}

static inline void samples_alerts(Samples *all) {
    const Composer *c = &all->composer;
    Errand e = samples_errand(all->staff);
    gint64 now = e.now;
    g_autoptr(Verdict) verdict = samples_verdict();
    Passage letter = {.text = "i cant do this any more. it is every day", .written = now};
    Alert urgent = {.passage = &letter,
                    .verdict = verdict,
                    .within = TRUE,
                    .crisis = TRUE,
                    .keyholder = TRUE,
                    .flag = TRUE};
    Alert late = urgent, hidden = urgent;
    late.silent = "Ms Okafor";
    late.since = now - 30 * CLOCK_MINUTE;
    hidden.hidden = TRUE;
    Passage newest = letter;
    newest.again = TRUE;
    newest.before = "nobody talks to me\n\n[the answer was:]\n\nwhat would you like to change?";
    Alert again = urgent;
    again.passage = &newest;
    Alert flagged = {
        .passage = &letter, .flagged = "Heron", .why = "they said it twice", .flag = TRUE};
    Alert asked = {.passage = &letter, .asked = TRUE};
    Passage about = letter;
    about.spared = "Ms Okafor";
    Alert spared = urgent;
    spared.passage = &about;
    samples_add(all, "alert", compose_alert(c, &e, &urgent));
    samples_add(all, "alert-late", compose_alert(c, &e, &late));
    Alert machine = urgent;
    machine.crisis = FALSE;
    machine.machine = TRUE;
    samples_add(all, "alert-machine", compose_alert(c, &e, &machine));
    samples_add(all, "alert-again", compose_alert(c, &e, &again));
    samples_add(all, "alert-hidden", compose_alert(c, &e, &hidden));
    samples_add(all, "alert-flagged", compose_alert(c, &e, &flagged));
    samples_add(all, "alert-asked", compose_alert(c, &e, &asked));
    samples_add(all, "alert-spared", compose_alert(c, &e, &spared));
    samples_add(all, "unreadable",
                compose_unreadable(c, &e, &urgent, "it has more than 200 parts"));
}

static inline void samples_notices(Samples *all) {
    static const char *const names[] = {"notice-pupil-bounced", "notice-listener-bounced",
                                        "notice-staff-bounced", "notice-too-large",
                                        "notice-stranger",      "notice-copied",
                                        "notice-unsent",        "notice-refused",
                                        "notice-many",          "notice-waiting"};
    Errand e = samples_errand(all->staff);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        e.handle = i == NOTICE_TOO_LARGE ? NULL : "calm-heron";
        const char *who =
            i == NOTICE_STRANGER
                ? "It answers in soft-plum, but comes from another address than the writer's."
                : "Heron";
        Notice notice = {.kind = i, .who = who, .bytes = 31000000, .since = e.now};
        samples_add(all, names[i], compose_notice(&all->composer, &e, &notice));
    }
    e.handle = "calm-heron";
    samples_add(
        all, "notice-waiting-nobody",
        compose_notice(&all->composer, &e, &(Notice){.kind = NOTICE_WAITING, .since = e.now}));
}

static inline void samples_to_staff(Samples *all) {
    const Composer *c = &all->composer;
    Errand e = samples_errand(all->staff), none = e;
    none.handle = NULL;
    OnRecord record = {"3f9a12c4d5e6f708192a3b4c5d6e7f80", 214, e.now};
    Passage letter = {
        .subject = "can i join", .text = "how do i become a listener?", .written = e.now};
    samples_add(all, "to-staff",
                compose_to_staff(c, &e, &letter, compose_role(ROLE_SUPERVISOR),
                                 "Questions about the service"));
    samples_add(all, "note", compose_note(c, &e, "Heron", "I may need to talk about this one."));
    samples_add(all, "help-staff", compose_help(c, &e, NULL));
    samples_add(all, "help-staff-no-case", compose_help(c, &none, NULL));
    HeldAnswer held = {.sign = "Heron",
                       .answer = "i wont tell anyone, i promise",
                       .about = "A promise of secrecy",
                       .held = TRUE};
    HeldAnswer late = held, own = held, nowhere = held;
    late.late = late.hidden = TRUE;
    own.own = TRUE;
    nowhere.own = TRUE;
    nowhere.held = FALSE;
    nowhere.about = NULL;
    samples_add(all, "held-answer", compose_held_answer(c, &e, &held));
    samples_add(all, "held-answer-late", compose_held_answer(c, &e, &late));
    samples_add(all, "held-answer-own", compose_held_answer(c, &e, &own));
    samples_add(all, "held-answer-no-case", compose_held_answer(c, &none, &nowhere));
    samples_add(all, "confirm-released", compose_confirm(c, &e, DONE_RELEASED, NULL));
    samples_add(all, "confirm-returned", compose_confirm(c, &e, DONE_RETURNED, NULL));
    samples_add(all, "confirm-taken", compose_confirm(c, &e, DONE_TAKEN, NULL));
    samples_add(all, "confirm-assigned", compose_confirm(c, &e, DONE_ASSIGNED, "Mr Bell"));
    samples_add(all, "packet",
                compose_packet(c, &e, "Ms Okafor", "danger", "worrybox packet 1\nAAECAwQFBgc=\n",
                               FALSE, TRUE));
    samples_add(all, "packet-two",
                compose_packet(c, &e, "Ms Okafor", "abuse", "worrybox packet 2\nAAECAwQFBgc=\n",
                               TRUE, FALSE));
    samples_add(all, "second",
                compose_second(c, &e, "Ms Okafor", "abuse", "worrybox packet 2\nAAECAwQFBgc=\n"));
    samples_add(all, "refused",
                compose_refused(c, &e, "open who wrote", "a reason is needed", TRUE));
    samples_add(all, "refused-out",
                compose_refused(c, &e, "open who wrote", "only a keyholder can unseal", FALSE));
    samples_add(all, "follow-up", compose_follow_up(c, &e, e.now, TRUE, TRUE));
    samples_add(
        all, "record-page",
        compose_record_page(c, &e, "CONFIDENTIAL: for the child-protection file", TRUE, TRUE));
    samples_add(all, "record-page-hidden", compose_record_page(c, &e, NULL, TRUE, FALSE));
    samples_add(all, "record-page-other", compose_record_page(c, &e, NULL, FALSE, FALSE));
    samples_add(all, "confirm-lifted", compose_confirm(c, &e, DONE_LIFTED, NULL));
    samples_add(all, "confirm-drill", compose_confirm(c, &e, DONE_DRILL, NULL));
    samples_add(all, "confirm-others",
                compose_confirm(c, &e, DONE_OTHERS, "grey-otter, open, since Monday 2 March\n"));
    samples_add(all, "unseal-notice",
                compose_unseal_notice(c, &e, "Ms Okafor", "danger", FALSE, &record));
    samples_add(all, "unseal-refused",
                compose_unseal_notice(c, &e, "Ms Okafor", "danger", TRUE, &record));
    static const char *const witness[] = {"witness-ask", "witness-unclear", "witness-over",
                                          "witness-declined"};
    for (guint i = 0; i < G_N_ELEMENTS(witness); i++) {
        gboolean over = i == WITNESS_OVER;
        samples_add(
            all, witness[i],
            compose_witness(c, &e,
                            &(WitnessQuestion){(enum witness_mail)i, over ? NULL : "Ms Okafor",
                                               over ? NULL : "abuse", 3}));
    }
    RulesTold told = {.who = "Miss Bell",
                      .files = "30-own.rules",
                      .change = "Taken away: the rule \"Bus\" (bus), urgent, flagged, to the lead\n"
                                "  - phrase on the bus\n",
                      .danger = "It takes away the rule \"Bus\" (bus), which is: urgent, flagged, "
                                "to the lead.\n",
                      .rules = 42,
                      .tests = 1173,
                      .until = e.now};
    samples_add(all, "rules-question", compose_rules_question(c, &none, &told));
    told.change = told.danger = NULL;
    told.unclear = told.again = TRUE;
    samples_add(all, "rules-question-again", compose_rules_question(c, &none, &told));
    told.who = "Ms Okafor";
    told.faults = "rules/30-own.rules:3:15: missing closing parenthesis\n";
    told.warnings = "rules/30-own.rules:9: wherever this phrase stands, another speaks already\n";
    static const struct {
        const char *name;
        enum rules_news news;
    } news[] = {{"rules-faults", RULES_FAULTS},     {"rules-asked", RULES_ASKED},
                {"rules-same", RULES_SAME},         {"rules-unwritable", RULES_UNWRITABLE},
                {"rules-nobody", RULES_NOBODY},     {"rules-busy", RULES_BUSY},
                {"rules-stale", RULES_STALE},       {"rules-done", RULES_DONE},
                {"rules-declined", RULES_DECLINED}, {"rules-lapsed", RULES_LAPSED}};
    for (guint i = 0; i < G_N_ELEMENTS(news); i++) {
        told.news = news[i].news;
        samples_add(all, news[i].name, compose_rules_report(c, &none, &told));
    }
    samples_add(all, "anchor", compose_anchor(c, &none, &record));
}

static inline Samples *samples_new(gboolean plus) {
    static const char *const lines[] = {
        "In danger right now: call 999", "Childline: 0800 1111 (free, day and night)",
        "Samaritans: 116 123 (free, day and night)", "Shout: text 85258 (free, day and night)"};
    Samples *all = g_new0(Samples, 1);
    all->templates = samples_templates();
    all->helplines = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        g_ptr_array_add(all->helplines, (gpointer)lines[i]);
    all->composer = (Composer){.templates = all->templates,
                               .site_name = "Hillside",
                               .box = BOX,
                               .plus = plus,
                               .zone = g_time_zone_new_identifier("Europe/London"),
                               .helplines = all->helplines};
    all->pupil = party_new(SIDE_PUPIL, NULL);
    all->listener = party_new(SIDE_LISTENER, "heron");
    all->staff = party_new(SIDE_STAFF, "okafor");
    all->list = g_array_new(FALSE, FALSE, sizeof(Sample));
    samples_to_pupil(all);
    samples_to_listener(all);
    samples_alerts(all);
    samples_notices(all);
    samples_to_staff(all);
    return all;
}

static inline void samples_free(Samples *all) {
    for (guint i = 0; i < all->list->len; i++)
        draft_free(g_array_index(all->list, Sample, i).draft);
    g_array_unref(all->list);
    party_free(all->pupil);
    party_free(all->listener);
    party_free(all->staff);
    g_time_zone_unref(all->composer.zone);
    g_ptr_array_unref(all->helplines);
    templates_free(all->templates);
    g_free(all);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Samples, samples_free)

/* Borrowed. */
static inline const Draft *samples_find(const Samples *all, const char *name) {
    for (guint i = 0; i < all->list->len; i++)
        if (strcmp(g_array_index(all->list, Sample, i).name, name) == 0)
            return g_array_index(all->list, Sample, i).draft;
    g_assert_not_reached();
}

#endif
