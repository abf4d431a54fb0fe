#include "rules/inside.h"

static const char *const DESKS[] = {"a listener", "the supervisor", "the safeguarding lead",
                                    "the head"};

static const Rule *rule_of(const Rules *rules, const Part *part) {
    return g_ptr_array_index(rules->list, part->rule);
}

static void tell_speakers(GString *out, const Rules *rules, const Judgement *judgement) {
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(judgement->outcomes, i);
        const Rule *rule = rule_of(rules, outcome->part);
        if (outcome->stopped_by != NULL)
            continue;
        g_string_append_printf(out, "%s speaks: \"%s\"\n    %s:%u: %s\n",
                               rule->title != NULL ? rule->title : rule->name, outcome->quote,
                               rule->file, outcome->part->line, outcome->part->by);
    }
}

static void tell_stopped(GString *out, const Rules *rules, const Judgement *judgement) {
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(judgement->outcomes, i);
        const Rule *rule = rule_of(rules, outcome->part);
        if (outcome->stopped_by == NULL)
            continue;
        g_string_append_printf(
            out,
            "Not counted for %s: \"%s\", because \"%s\" stands in the same sentence\n"
            "    %s:%u: %s\n    %s:%u: %s\n",
            rule->title != NULL ? rule->title : rule->name, outcome->quote, outcome->against,
            rule->file, outcome->part->line, outcome->part->by, rule->file,
            outcome->stopped_by->line, outcome->stopped_by->by);
    }
}

static void tell_undecided(GString *out, const Verdict *verdict) {
    if (verdict->undecided)
        g_string_append(out, "Undecided: a limit was reached before every rule was tried, so a "
                             "person must read it.\n");
    if (verdict->categories->len == 0)
        g_string_append(out, "No rule speaks.\n");
}

static void tell_answer(GString *out, const Verdict *verdict) {
    gboolean urgent = verdict->severity == SEVERITY_URGENT;
    gboolean held = verdict->severity >= SEVERITY_HIGH || verdict->undecided;
    tell_undecided(out, verdict);
    g_string_append_printf(out, "Severity %s. %s%s\n", SEVERITY_WORDS[verdict->severity],
                           held ? "A listener's answer is held until the supervisor has seen it."
                                : "The answer goes on.",
                           urgent ? " The safeguarding lead is told of the listener at once." : "");
}

static void tell_verdict(GString *out, const Verdict *verdict) {
    tell_undecided(out, verdict);
    g_string_append_printf(out, "Severity %s. It goes to %s", SEVERITY_WORDS[verdict->severity],
                           DESKS[verdict->desk]);
    for (guint i = 0; i < verdict->not_for->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? ", but never to " : " or ",
                               (const char *)g_ptr_array_index(verdict->not_for, i));
    g_string_append(out, verdict->flag ? ", and is flagged. " : ", and is not flagged. ");
    if (verdict->reply != NULL)
        g_string_append_printf(out, "The pupil gets the reply \"%s\".\n", verdict->reply);
    else
        g_string_append(out, "The pupil gets the usual reply.\n");
}

char *rules_explain(const Rules *rules, enum rules_on on, const char *subject, const char *text) {
    GString *out = g_string_new(NULL);
    g_autoptr(Judgement) judgement = rules_look(rules, on, subject, text, TRUE);
    g_autoptr(Verdict) verdict = rules_judge(rules, on, subject, text);
    tell_speakers(out, rules, judgement);
    tell_stopped(out, rules, judgement);
    if (on == ON_ANSWER)
        tell_answer(out, verdict);
    else
        tell_verdict(out, verdict);
    return g_string_free(out, FALSE);
}
