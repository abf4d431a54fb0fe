#include <string.h>

#include "rules/inside.h"

/* A rule that speaks, and the first of its lines that does. */
typedef struct speaker {
    const Rule *rule;
    const Outcome *outcome;
} Speaker;

/* Which desk has the better claim where severities are equal. */
static guint claim(enum desk desk) {
    static const guint CLAIMS[] = {
        [DESK_LISTENER] = 0, [DESK_SUPERVISOR] = 1, [DESK_HEAD] = 2, [DESK_LEAD] = 3};
    return CLAIMS[desk];
}

/* The most severe first; then in the order of the files. */
static gint by_severity(gconstpointer a, gconstpointer b) {
    const Speaker *x = a, *y = b;
    if (x->rule->severity != y->rule->severity)
        return x->rule->severity > y->rule->severity ? -1 : 1;
    int files = strcmp(x->rule->file, y->rule->file);
    if (files != 0)
        return files;
    return x->rule->line < y->rule->line ? -1 : x->rule->line > y->rule->line;
}

/* Outcomes come rule by rule. */
static GArray *speakers_of(const Rules *rules, const Judgement *judgement) {
    GArray *speakers = g_array_new(FALSE, FALSE, sizeof(Speaker));
    const Rule *last = NULL;
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(judgement->outcomes, i);
        const Rule *rule = g_ptr_array_index(rules->list, outcome->part->rule);
        if (outcome->stopped_by != NULL || rule == last)
            continue;
        Speaker speaker = {rule, outcome};
        g_array_append_val(speakers, speaker);
        last = rule;
    }
    g_array_sort(speakers, by_severity);
    return speakers;
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

static void add(Verdict *verdict, const Speaker *speaker) {
    const Rule *rule = speaker->rule;
    gboolean first = verdict->categories->len == 0, equal = rule->severity == verdict->severity;
    if (first || (equal && claim(rule->desk) > claim(verdict->desk)))
        verdict->desk = rule->desk;
    if (first)
        verdict->severity = rule->severity;
    if ((first || equal) && verdict->reply == NULL)
        verdict->reply = g_strdup(rule->reply);
    verdict->flag = verdict->flag || rule->flag;
    g_ptr_array_add(verdict->categories, g_strdup(rule->name));
    g_ptr_array_add(verdict->rules,
                    spoken_new(rule->name, rule->title, rule->file, speaker->outcome->part->line,
                               speaker->outcome->part->by, speaker->outcome->quote));
    add_all(verdict->not_for, rule->not_for);
    add_all(verdict->helplines, rule->helplines);
}

Verdict *rules_conclude(const Rules *rules, const Judgement *judgement) {
    Verdict *verdict = verdict_new();
    g_autoptr(GArray) speakers = speakers_of(rules, judgement);
    for (guint i = 0; i < speakers->len; i++)
        add(verdict, &g_array_index(speakers, Speaker, i));
    verdict->undecided = judgement->undecided;
    if (verdict->undecided && verdict->desk != DESK_HEAD)
        verdict->desk = DESK_LEAD;
    return verdict;
}

Verdict *rules_judge(const Rules *rules, enum rules_on on, const char *subject, const char *text) {
    g_autoptr(Judgement) judgement = rules_look(rules, on, subject, text, FALSE);
    return rules_conclude(rules, judgement);
}

/* Does rule number `index` speak by itself? */
static gboolean speaks(const Judgement *judgement, guint index) {
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(judgement->outcomes, i);
        if (outcome->part->rule == index && outcome->stopped_by == NULL)
            return TRUE;
    }
    return FALSE;
}

static void test_one(const Rules *rules, guint index, const Example *example, Problems *problems) {
    const Rule *rule = g_ptr_array_index(rules->list, index);
    g_autoptr(Judgement) judgement = rules_look(rules, rule->on, NULL, example->text, FALSE);
    if (judgement->undecided)
        problems_add(problems, rule->file, example->line,
                     "rule %s could not be decided here: a pattern ran into its limit", rule->name);
    else if (speaks(judgement, index) != example->hit)
        problems_add(problems, rule->file, example->line,
                     example->hit ? "rule %s should speak here, and does not"
                                  : "rule %s should not speak here, and does",
                     rule->name);
}

void rules_test(const Rules *rules, Problems *problems) {
    for (guint i = 0; i < rules->list->len; i++) {
        const Rule *rule = g_ptr_array_index(rules->list, i);
        for (guint j = 0; j < rule->examples->len; j++)
            test_one(rules, i, g_ptr_array_index(rule->examples, j), problems);
    }
}
