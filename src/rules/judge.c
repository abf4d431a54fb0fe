#include <string.h>

#include "rules/inside.h"

/* Which desk has the better claim where severities are equal. */
static guint claim(enum desk desk) {
    static const guint CLAIMS[] = {
        [DESK_LISTENER] = 0, [DESK_SUPERVISOR] = 1, [DESK_HEAD] = 2, [DESK_LEAD] = 3};
    return CLAIMS[desk];
}

/* The most severe first; then in the order of the files. */
static gint by_severity(gconstpointer a, gconstpointer b) {
    const Tally *x = a, *y = b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    int files = strcmp(x->rule->file, y->rule->file);
    if (files != 0)
        return files;
    return x->rule->line < y->rule->line ? -1 : x->rule->line > y->rule->line;
}

/* The condition that keeps a rule from speaking. One that looks for nothing needs to know. */
static const When *failing(const Rule *rule, const Moment *moment) {
    for (guint i = 0; i < rule->whens->len; i++) {
        const When *when = g_ptr_array_index(rule->whens, i);
        enum known holds = when_holds(when, moment);
        if (holds == KNOWN_NO || (holds == KNOWN_NOT && rule->parts->len == 0))
            return when;
    }
    return NULL;
}

static guint plainness(const Outcome *outcome) {
    return outcome == NULL ? 0 : 1 + 2 * !outcome->denied_by + !outcome->reported_by;
}

/* The outcomes of one rule, those from `from` on; *next is the first of another. */
static Tally tally_one(const Judgement *judgement, guint from, guint *next) {
    const Outcome *outcome = g_ptr_array_index(judgement->outcomes, from);
    Tally tally = {.rule = outcome->part->of};
    guint in_full = 0, line = 0, line_in_full = 0;
    for (*next = from; *next < judgement->outcomes->len; (*next)++) {
        outcome = g_ptr_array_index(judgement->outcomes, *next);
        if (outcome->part->of != tally.rule)
            break;
        if (outcome->half || outcome->stopped_by != NULL)
            continue;
        tally.weight += outcome->part->line != line ? outcome->part->weight : 0;
        line = outcome->part->line;
        if (outcome->denied_by == NULL) {
            in_full += line != line_in_full ? outcome->part->weight : 0;
            line_in_full = line;
        }
        if (plainness(outcome) > plainness(tally.first))
            tally.first = outcome;
    }
    tally.soft = in_full < tally.rule->threshold;
    tally.reported = tally.first != NULL && tally.first->reported_by != NULL;
    return tally;
}

/* A denial does not alarm the lead, but an adult reads it: why was it said? */
static void conclude_one(Tally *tally, const Moment *moment) {
    const Rule *rule = tally->rule;
    gboolean enough = rule->parts->len == 0 || tally->weight >= rule->threshold;
    tally->fails = failing(rule, moment);
    tally->speaks = enough && tally->fails == NULL;
    tally->soft = tally->soft && rule->parts->len > 0;
    tally->severity = tally->soft ? MIN(rule->severity, SEVERITY_NORMAL) : rule->severity;
    tally->desk = tally->soft && rule->desk == DESK_LEAD ? DESK_SUPERVISOR : rule->desk;
}

GArray *rules_tally(const Rules *rules, enum rules_on on, const Judgement *judgement,
                    const Moment *moment) {
    GArray *tallies = g_array_new(FALSE, FALSE, sizeof(Tally));
    for (guint i = 0; i < judgement->outcomes->len;) {
        Tally tally = tally_one(judgement, i, &i);
        conclude_one(&tally, moment);
        g_array_append_val(tallies, tally);
    }
    for (guint i = 0; i < rules->of[on]->len; i++) {
        Tally tally = {.rule = g_ptr_array_index(rules->of[on], i)};
        if (tally.rule->parts->len > 0)
            continue;
        conclude_one(&tally, moment);
        g_array_append_val(tallies, tally);
    }
    g_array_sort(tallies, by_severity);
    return tallies;
}

static gboolean has(const GPtrArray *list, const char *name) {
    for (guint i = 0; i < list->len; i++)
        if (strcmp(g_ptr_array_index(list, i), name) == 0)
            return TRUE;
    return FALSE;
}

/* What `from` has and `to` has not. */
static void add_all(GPtrArray *to, const GPtrArray *from) {
    for (guint i = 0; i < from->len; i++)
        if (!has(to, g_ptr_array_index(from, i)))
            g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

/* What it spoke on. */
static Spoken *spoken_of(const Tally *tally) {
    const Rule *rule = tally->rule;
    if (tally->first == NULL) {
        const When *when = g_ptr_array_index(rule->whens, 0);
        g_autofree char *by = g_strdup_printf("when %s", when_text(when));
        return spoken_new(rule->name, rule->title, rule->file, when_line(when), by, NULL);
    }
    Spoken *spoken = spoken_new(rule->name, rule->title, rule->file, tally->first->part->line,
                                tally->first->part->by, tally->first->quote);
    spoken->denied = tally->soft;
    spoken->reported = tally->reported;
    return spoken;
}

static void add(Verdict *verdict, const Tally *tally) {
    const Rule *rule = tally->rule;
    gboolean first = verdict->categories->len == 0, equal = tally->severity == verdict->severity;
    if (first || (equal && claim(tally->desk) > claim(verdict->desk)))
        verdict->desk = tally->desk;
    if (first)
        verdict->severity = tally->severity;
    if ((first || equal) && verdict->reply == NULL && !tally->soft)
        verdict->reply = g_strdup(rule->reply);
    verdict->flag = verdict->flag || (rule->flag && !tally->soft);
    g_ptr_array_add(verdict->categories, g_strdup(rule->name));
    g_ptr_array_add(verdict->rules, spoken_of(tally));
    add_all(verdict->not_for, rule->not_for);
    add_all(verdict->helplines, rule->helplines);
}

Verdict *rules_conclude(const Rules *rules, enum rules_on on, const Judgement *judgement,
                        const Moment *moment) {
    Verdict *verdict = verdict_new();
    g_autoptr(GArray) tallies = rules_tally(rules, on, judgement, moment);
    for (guint i = 0; i < tallies->len; i++)
        if (g_array_index(tallies, Tally, i).speaks)
            add(verdict, &g_array_index(tallies, Tally, i));
    verdict->undecided = judgement->undecided;
    if (verdict->undecided && verdict->desk != DESK_HEAD)
        verdict->desk = DESK_LEAD;
    return verdict;
}

Verdict *rules_judge_at(const Rules *rules, enum rules_on on, const Occasion *occasion,
                        const char *subject, const char *text) {
    g_autoptr(Judgement) judgement = rules_look(rules, on, subject, text, FALSE);
    return rules_conclude(rules, on, judgement, &(Moment){occasion, subject, text});
}

Verdict *rules_judge(const Rules *rules, enum rules_on on, const char *subject, const char *text) {
    return rules_judge_at(rules, on, NULL, subject, text);
}

void rules_helplines(const Rules *rules, GPtrArray *to) {
    for (guint i = 0; i < rules->list->len; i++) {
        const Rule *rule = g_ptr_array_index(rules->list, i);
        for (guint j = 0; j < rule->helplines->len; j++)
            g_ptr_array_add(to, g_strdup(g_ptr_array_index(rule->helplines, j)));
    }
}

gboolean rules_count_letters(const Rules *rules) {
    for (guint i = 0; i < rules->list->len; i++) {
        const Rule *rule = g_ptr_array_index(rules->list, i);
        for (guint j = 0; j < rule->whens->len; j++)
            if (when_counts(g_ptr_array_index(rule->whens, j)))
                return TRUE;
    }
    return FALSE;
}

/* How does `rule` speak? As an EXAMPLE_… that is. */
static enum example_kind how(const Rules *rules, const Rule *rule, const Judgement *judgement,
                             const char *text) {
    g_autoptr(GArray) tallies =
        rules_tally(rules, rule->on, judgement, &(Moment){NULL, NULL, text});
    for (guint i = 0; i < tallies->len; i++) {
        const Tally *tally = &g_array_index(tallies, Tally, i);
        if (tally->rule == rule && tally->speaks)
            return tally->soft ? EXAMPLE_SOFT : EXAMPLE_HIT;
    }
    return EXAMPLE_MISS;
}

static void test_one(const Rules *rules, const Rule *rule, const Example *example,
                     Problems *problems) {
    static const char *const wanted[] = {"should speak here", "should not speak here",
                                         "should speak here of a denial only"};
    static const char *const got[] = {"does", "does not", "speaks of a denial only"};
    g_autoptr(Judgement) judgement = rules_look(rules, rule->on, NULL, example->text, FALSE);
    enum example_kind is = how(rules, rule, judgement, example->text);
    if (judgement->undecided)
        problems_add(problems, rule->file, example->line,
                     "rule %s could not be decided here: a pattern ran into its limit", rule->name);
    else if (is != example->kind)
        problems_add(problems, rule->file, example->line, "rule %s %s, and %s", rule->name,
                     wanted[example->kind], got[is]);
}

void rules_test(const Rules *rules, Problems *problems) {
    for (guint i = 0; i < rules->list->len; i++) {
        const Rule *rule = g_ptr_array_index(rules->list, i);
        for (guint j = 0; j < rule->examples->len; j++)
            test_one(rules, rule, g_ptr_array_index(rule->examples, j), problems);
    }
}
