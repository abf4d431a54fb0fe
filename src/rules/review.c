/* What is not wrong with rules, but not as it was meant either. */
#include <string.h>

#include "rules/inside.h"

/* The words of a phrase as they stand in the file; NULL where a list stands in them. */
static const char *words_of(const Part *part) {
    const char *words = strchr(part->by, ' ');
    return words == NULL || strchr(words, '[') != NULL ? NULL : words + 1;
}

static const Outcome *outcome_of(const Judgement *judgement, const Part *part) {
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *outcome = g_ptr_array_index(judgement->outcomes, i);
        if (outcome->part == part)
            return outcome;
    }
    return NULL;
}

/* Another line that speaks wherever this phrase stands: it need not be there. Of two that speak on
 * each other, the later one is told. */
static const Part *swallower(const Rules *rules, const Judgement *judgement, const Part *part) {
    for (guint i = 0; i < judgement->outcomes->len; i++) {
        const Outcome *other = g_ptr_array_index(judgement->outcomes, i);
        const char *words = words_of(other->part);
        if (other->part->of != part->of || other->part->line == part->line || other->half ||
            other->part->kind != PART_PHRASE || words == NULL ||
            other->part->weight < part->weight || other->stopped_by != NULL)
            continue;
        g_autoptr(Judgement) back = rules_look(rules, part->of->on, NULL, words, TRUE);
        if (other->part->line < part->line || outcome_of(back, part) == NULL)
            return other->part;
    }
    return NULL;
}

static void review_phrase(const Rules *rules, const Part *part, Problems *problems) {
    const Rule *rule = part->of;
    const char *words = words_of(part);
    if (words == NULL)
        return;
    g_autoptr(Judgement) judgement = rules_look(rules, rule->on, NULL, words, TRUE);
    const Outcome *own = outcome_of(judgement, part);
    if (own != NULL && own->stopped_by != NULL) {
        problems_warn(problems, rule->file, part->line,
                      "this phrase can never count: \"%s\" (line %u) stands in it",
                      own->stopped_by->by, own->stopped_by->line);
        return;
    }
    const Part *other = swallower(rules, judgement, part);
    if (other != NULL)
        problems_warn(problems, rule->file, part->line,
                      "wherever this phrase stands, \"%s\" (line %u) speaks already", other->by,
                      other->line);
}

/* A graver rule that speaks on all phrases of this one, which then never decides anything. */
static void review_rule(const Rules *rules, const Rule *rule, Problems *problems) {
    const Rule *graver = NULL;
    for (guint i = 0; i < rule->parts->len; i++) {
        const Part *part = g_ptr_array_index(rule->parts, i);
        const char *words = words_of(part);
        if (settle_is_context(part))
            continue;
        if (part->kind != PART_PHRASE || words == NULL || rule->threshold > 1)
            return;
        g_autoptr(Verdict) verdict = rules_judge(rules, rule->on, NULL, words);
        const Spoken *first = verdict->rules->len > 0 ? g_ptr_array_index(verdict->rules, 0) : NULL;
        const Rule *speaks = NULL;
        for (guint j = 0; first != NULL && j < rules->list->len; j++)
            if (strcmp(((const Rule *)g_ptr_array_index(rules->list, j))->name, first->rule) == 0)
                speaks = g_ptr_array_index(rules->list, j);
        if (speaks == NULL || speaks->severity <= rule->severity ||
            (graver != NULL && graver != speaks))
            return;
        graver = speaks;
    }
    if (graver != NULL)
        problems_warn(problems, rule->file, rule->line,
                      "rule %s never decides: wherever it speaks, rule %s (%s:%u) does, and is "
                      "graver",
                      rule->name, graver->name, graver->file, graver->line);
}

/* ---- patterns that a letter could be made for ---------------------------------------------- */

/* Repeats of `unit`, then something that few patterns go on with, then the pattern itself: PCRE2
 * gives up at once where a letter is missing that every match has. */
static gboolean stalls(const Part *part, Matcher *matcher, const char *unit) {
    enum { LENGTH = 3000 };
    g_autoptr(GString) text = g_string_new(NULL);
    gsize from = 0, to;
    while (text->len < LENGTH)
        g_string_append(text, unit);
    g_string_append_printf(text, "\x01%s", part->by);
    matcher_begin(matcher);
    for (guint i = 0; i < LENGTH; i++) {
        enum match match = pattern_find(part->pattern, matcher, text->str, text->len, &from, &to);
        if (match != MATCH_YES || to <= from)
            return match == MATCH_UNSURE;
        from = to;
    }
    return FALSE;
}

/* Tries the letters and words that stand in the pattern itself, alone and with blanks. */
static char *stalled_by(const Part *part, Matcher *matcher) {
    static const char *const usual[] = {"a", "a ", "1", "1 ", " ", "aA1 ", ".", "a.", NULL};
    for (guint i = 0; usual[i] != NULL; i++)
        if (stalls(part, matcher, usual[i]))
            return g_strdup(usual[i]);
    g_auto(GStrv) words = g_regex_split_simple("[^a-z0-9]+", strchr(part->by, ' ') + 1, 0, 0);
    for (guint i = 0; words[i] != NULL; i++) {
        g_autofree char *spaced = g_strconcat(words[i], " ", NULL);
        g_autofree char *one = g_strndup(words[i], 1);
        if (*words[i] != '\0' && (stalls(part, matcher, words[i]) || stalls(part, matcher, one) ||
                                  stalls(part, matcher, spaced)))
            return g_strdup(words[i]);
    }
    return NULL;
}

static void review_pattern(const Part *part, Matcher *matcher, Problems *problems) {
    g_autofree char *unit = stalled_by(part, matcher);
    if (unit != NULL)
        problems_warn(problems, part->of->file, part->line,
                      "this pattern can be kept busy: on a letter of nothing but \"%s\" it runs "
                      "into its limit, and the letter stays undecided",
                      unit);
}

void rules_review(const Rules *rules, Problems *problems) {
    Matcher *matcher = matcher_new(rules->match_limit);
    for (guint i = 0; i < rules->list->len; i++) {
        const Rule *rule = g_ptr_array_index(rules->list, i);
        review_rule(rules, rule, problems);
        for (guint j = 0; j < rule->parts->len; j++) {
            const Part *part = g_ptr_array_index(rule->parts, j);
            if (part->pattern != NULL)
                review_pattern(part, matcher, problems);
            else if (part->kind == PART_PHRASE)
                review_phrase(rules, part, problems);
        }
    }
    matcher_free(matcher);
}
