#include "rules/inside.h"

static const char *const DESKS[] = {"a listener", "the supervisor", "the safeguarding lead",
                                    "the head"};

static const char *title_of(const Rule *rule) {
    return rule->title != NULL ? rule->title : rule->name;
}

/* What is explained. */
typedef struct view {
    enum rules_on on;
    const Judgement *judgement;
    GArray *tallies;
    const Verdict *verdict;
    const Moment *moment;
} View;

static gboolean counts(const Outcome *outcome) {
    return !outcome->half && outcome->stopped_by == NULL;
}

static void tell_line(GString *out, const Rule *rule, guint line, const char *by) {
    g_string_append_printf(out, "    %s:%u: %s\n", rule->file, line, by);
}

static void tell_outcome(GString *out, const Outcome *outcome) {
    const Rule *rule = outcome->part->of;
    tell_line(out, rule, outcome->part->line, outcome->part->by);
    if (outcome->denied_by != NULL) {
        g_string_append_printf(out, "    denied by \"%s\"\n", outcome->against);
        tell_line(out, rule, outcome->denied_by->line, outcome->denied_by->by);
    } else if (outcome->reported_by != NULL) {
        g_string_append_printf(out, "    of somebody else, as \"%s\" says\n", outcome->against);
        tell_line(out, rule, outcome->reported_by->line, outcome->reported_by->by);
    }
}

/* The conditions of a rule that speaks. */
static void tell_whens(GString *out, const Rule *rule, const Moment *moment) {
    for (guint i = 0; i < rule->whens->len; i++) {
        const When *when = g_ptr_array_index(rule->whens, i);
        gboolean known = when_holds(when, moment) != KNOWN_NOT;
        g_string_append_printf(out, "    %s:%u: when %s%s\n", rule->file, when_line(when),
                               when_text(when), known ? "" : " (not known here: taken to hold)");
    }
}

static void tell_speaker(GString *out, const View *view, const Tally *tally) {
    for (guint i = 0; i < view->judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(view->judgement->outcomes, i);
        if (outcome->part->of != tally->rule || !counts(outcome))
            continue;
        g_string_append_printf(out, "%s speaks%s: \"%s\"\n", title_of(tally->rule),
                               tally->soft ? ", but softly, for it is denied" : "", outcome->quote);
        tell_outcome(out, outcome);
    }
    if (tally->first == NULL)
        g_string_append_printf(out, "%s speaks\n", title_of(tally->rule));
    tell_whens(out, tally->rule, view->moment);
}

/* A rule that found something, and does not speak. */
static void tell_nearly(GString *out, const View *view, const Tally *tally) {
    if (tally->first == NULL)
        return;
    if (tally->weight < tally->rule->threshold)
        g_string_append_printf(out, "%s nearly speaks: what it found weighs %u of %u\n",
                               title_of(tally->rule), tally->weight, tally->rule->threshold);
    else
        g_string_append_printf(out, "%s nearly speaks, but not: when %s\n", title_of(tally->rule),
                               when_text(tally->fails));
    for (guint i = 0; i < view->judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(view->judgement->outcomes, i);
        if (outcome->part->of == tally->rule && counts(outcome))
            tell_outcome(out, outcome);
    }
}

static void tell_halves(GString *out, const View *view) {
    for (guint i = 0; i < view->judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(view->judgement->outcomes, i);
        const Rule *rule = outcome->part->of;
        gboolean whole = FALSE;
        for (guint j = 0; j < view->judgement->outcomes->len; j++) {
            const Outcome *other = g_ptr_array_index(view->judgement->outcomes, j);
            whole = whole || (!other->half && other->part->of == rule &&
                              other->part->line == outcome->part->line);
        }
        if (!outcome->half || whole)
            continue;
        g_string_append_printf(out, "Only half of a line of %s: \"%s\"\n", title_of(rule),
                               outcome->quote);
        tell_line(out, rule, outcome->part->line, outcome->part->by);
    }
}

static void tell_stopped(GString *out, const View *view) {
    for (guint i = 0; i < view->judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(view->judgement->outcomes, i);
        const Rule *rule = outcome->part->of;
        if (outcome->stopped_by == NULL)
            continue;
        g_string_append_printf(out,
                               "Not counted for %s: \"%s\", because \"%s\" stands in the same "
                               "sentence\n",
                               title_of(rule), outcome->quote, outcome->against);
        tell_line(out, rule, outcome->part->line, outcome->part->by);
        tell_line(out, rule, outcome->stopped_by->line, outcome->stopped_by->by);
    }
}

/* What cannot be known here. A condition on it is taken to hold where the rule found something; a
 * rule of nothing else does not speak. */
static void tell_unknown(GString *out, const View *view) {
    gboolean any = FALSE;
    for (guint i = 0; i < view->tallies->len; i++) {
        const Tally *tally = &g_array_index(view->tallies, Tally, i);
        const When *fails = tally->fails;
        for (guint j = 0; j < tally->rule->whens->len; j++)
            any = any ||
                  when_holds(g_ptr_array_index(tally->rule->whens, j), view->moment) == KNOWN_NOT;
        if (tally->rule->parts->len > 0 || fails == NULL ||
            when_holds(fails, view->moment) != KNOWN_NOT)
            continue;
        g_string_append_printf(out, "%s may speak, or not: when %s cannot be said here\n",
                               title_of(tally->rule), when_text(fails));
        g_autofree char *by = g_strdup_printf("when %s", when_text(fails));
        tell_line(out, tally->rule, when_line(fails), by);
    }
    if (any)
        g_string_append(out, "Nothing is known here of the moment a letter comes in: the hour, "
                             "what else its writer has written, where it comes from. What follows "
                             "holds where the conditions on that do.\n");
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
    g_string_append_printf(out, "Severity %s. %s%s\n", SEVERITY_WORDS[verdict->severity],
                           held ? "A listener's answer is held until the supervisor has seen it."
                                : "The answer goes on.",
                           urgent ? " The safeguarding lead is told of the listener at once." : "");
}

static void tell_verdict(GString *out, const Verdict *verdict) {
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

static char *explain(const View *view) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < view->tallies->len; i++)
        if (g_array_index(view->tallies, Tally, i).speaks)
            tell_speaker(out, view, &g_array_index(view->tallies, Tally, i));
    for (guint i = 0; i < view->tallies->len; i++)
        if (!g_array_index(view->tallies, Tally, i).speaks)
            tell_nearly(out, view, &g_array_index(view->tallies, Tally, i));
    tell_halves(out, view);
    tell_stopped(out, view);
    tell_unknown(out, view);
    tell_undecided(out, view->verdict);
    if (view->on == ON_ANSWER)
        tell_answer(out, view->verdict);
    else
        tell_verdict(out, view->verdict);
    return g_string_free(out, FALSE);
}

char *rules_explain(const Rules *rules, enum rules_on on, const Occasion *occasion,
                    const char *subject, const char *text) {
    const Moment moment = {occasion, subject, text};
    g_autoptr(Judgement) judgement = rules_look(rules, on, subject, text, TRUE);
    g_autoptr(Verdict) verdict = rules_judge_at(rules, on, occasion, subject, text);
    g_autoptr(GArray) tallies = rules_tally(rules, on, judgement, &moment);
    return explain(&(View){on, judgement, tallies, verdict, &moment});
}

static void put_expression(Js *to, const char *key, const Part *part) {
    Js *at = part != NULL ? js_object() : NULL;
    if (at != NULL) {
        js_put_number(at, "line", part->line);
        js_put_text(at, "by", part->by);
    }
    js_put(to, key, at);
}

static Js *outcome_json(const Outcome *outcome) {
    Js *found = js_object();
    js_put_number(found, "line", outcome->part->line);
    js_put_text(found, "by", outcome->part->by);
    js_put_text(found, "quote", outcome->quote);
    js_put_yes(found, "half", outcome->half);
    put_expression(found, "unless", outcome->stopped_by);
    put_expression(found, "denied", outcome->denied_by);
    put_expression(found, "reported", outcome->reported_by);
    js_put_text(found, "against", outcome->against);
    return found;
}

/* The conditions of which nothing is known. */
static Js *unknown_json(const Rule *rule, const Moment *moment) {
    Js *list = js_list();
    for (guint i = 0; i < rule->whens->len; i++) {
        const When *when = g_ptr_array_index(rule->whens, i);
        if (when_holds(when, moment) == KNOWN_NOT)
            js_add_text(list, when_text(when));
    }
    return list;
}

static Js *tally_json(const Judgement *judgement, const Tally *tally, const Moment *moment) {
    Js *rule = js_object(), *found = js_list();
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(judgement->outcomes, i);
        if (outcome->part->of == tally->rule)
            js_add(found, outcome_json(outcome));
    }
    js_put_text(rule, "rule", tally->rule->name);
    js_put_text(rule, "file", tally->rule->file);
    js_put_yes(rule, "speaks", tally->speaks);
    js_put_yes(rule, "softly", tally->speaks && tally->soft);
    js_put_number(rule, "weight", tally->weight);
    js_put_number(rule, "threshold", tally->rule->threshold);
    js_put_text(rule, "fails", tally->fails != NULL ? when_text(tally->fails) : NULL);
    js_put(rule, "unknown", unknown_json(tally->rule, moment));
    js_put(rule, "found", found);
    return rule;
}

Js *rules_explain_json(const Rules *rules, enum rules_on on, const Occasion *occasion,
                       const char *subject, const char *text) {
    const Moment moment = {occasion, subject, text};
    g_autoptr(Judgement) judgement = rules_look(rules, on, subject, text, TRUE);
    g_autoptr(Verdict) verdict = rules_judge_at(rules, on, occasion, subject, text);
    g_autoptr(GArray) tallies = rules_tally(rules, on, judgement, &moment);
    Js *out = js_object(), *list = js_list();
    for (guint i = 0; i < tallies->len; i++)
        js_add(list, tally_json(judgement, &g_array_index(tallies, Tally, i), &moment));
    js_put_text(out, "severity", SEVERITY_WORDS[verdict->severity]);
    js_put_text(out, "desk", on == ON_ANSWER ? NULL : DESK_WORDS[verdict->desk]);
    js_put_yes(out, "flag", verdict->flag);
    js_put_yes(out, "undecided", verdict->undecided);
    js_put(out, "rules", list);
    return out;
}
