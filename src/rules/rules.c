#include "rules/rules.h"

#include <string.h>

#include "rules/inside.h"

/* Long texts are judged in pieces that overlap, so that what crosses the end of one piece stands
 * whole in the next. What is longer than MOST is judged as far as that, and left undecided. */
enum { PIECE = 64 << 10, OVERLAP = 4 << 10, MOST = 1 << 20 };

static GPtrArray *chosen_for(const GPtrArray *list, enum rules_on on) {
    GPtrArray *chosen = g_ptr_array_new();
    for (guint i = 0; i < list->len; i++)
        if (((const Rule *)g_ptr_array_index(list, i))->on == on)
            g_ptr_array_add(chosen, g_ptr_array_index(list, i));
    return chosen;
}

Rules *rules_load(const char *folder, const char *shown, guint match_limit, Problems *problems) {
    return rules_load_with(folder, shown, NULL, match_limit, problems);
}

Rules *rules_load_with(const char *folder, const char *shown, const GPtrArray *instead,
                       guint match_limit, Problems *problems) {
    Rules *rules = g_new0(Rules, 1);
    rules->match_limit = match_limit;
    rules->glyphs = glyphs_new();
    rules->spelling = spelling_new();
    rules->list = rules_read(folder, shown, instead, rules->glyphs, rules->spelling, problems);
    spelling_close(rules->spelling);
    for (guint on = ON_LETTER; on <= ON_ANSWER; on++) {
        rules->of[on] = chosen_for(rules->list, on);
        rules->engines[on] = engine_new(rules->of[on], rules->glyphs, rules->spelling, match_limit);
    }
    return rules;
}

void rules_free(Rules *rules) {
    if (rules == NULL)
        return;
    for (guint on = ON_LETTER; on <= ON_ANSWER; on++) {
        engine_free(rules->engines[on]);
        g_ptr_array_unref(rules->of[on]);
    }
    g_ptr_array_unref(rules->list);
    spelling_free(rules->spelling);
    glyphs_free(rules->glyphs);
    g_free(rules);
}

guint rules_count(const Rules *rules) {
    return rules->list->len;
}

RuleNames rules_names(const Rules *rules, guint index) {
    if (index >= rules->list->len)
        return (RuleNames){0};
    const Rule *rule = g_ptr_array_index(rules->list, index);
    return (RuleNames){rule->name, rule->file, rule->reply, rule->line, rule->not_for};
}

guint rules_tests(const Rules *rules) {
    guint count = 0;
    for (guint i = 0; i < rules->list->len; i++)
        count += ((const Rule *)g_ptr_array_index(rules->list, i))->examples->len;
    return count;
}

static void outcome_free(gpointer data) {
    Outcome *outcome = data;
    g_free(outcome->quote);
    g_free(outcome->against);
    g_free(outcome);
}

/* The words as they were written, on one line. */
static char *quote(const char *text, gsize from, gsize to) {
    enum { LONGEST = 300 };
    g_autofree char *raw = g_strndup(text + from, to - from);
    g_autofree char *line = text_one_line(raw);
    return text_cut(line, LONGEST);
}

static void take(Judgement *judgement, const char *piece, const Found *found) {
    const Found *against = found->stopped_by  ? found->stopped_by
                           : found->denied_by ? found->denied_by
                                              : found->reported_by;
    Outcome *outcome = g_new0(Outcome, 1);
    outcome->part = found->part;
    outcome->quote = quote(piece, found->from, found->to);
    outcome->half = found->half;
    outcome->stopped_by = found->stopped_by ? found->stopped_by->part : NULL;
    outcome->denied_by = found->denied_by ? found->denied_by->part : NULL;
    outcome->reported_by = found->reported_by ? found->reported_by->part : NULL;
    if (against != NULL)
        outcome->against = quote(piece, against->from, against->to);
    g_ptr_array_add(judgement->outcomes, outcome);
}

/* Where the piece that begins at `from` ends: at a blank, if there is one. */
static gsize piece_end(const char *text, gsize length, gsize from) {
    gsize end = from + PIECE;
    if (end >= length)
        return length;
    for (gsize back = 0; back < OVERLAP / 2; back++)
        if (g_ascii_isspace(text[end - back]))
            return end - back;
    while (((guchar)text[end] & 0xC0) == 0x80 && end > from + PIECE / 2)
        end--;
    return end;
}

/* Where the next piece begins: OVERLAP before the end of this one, behind a blank. */
static gsize piece_start(const char *text, gsize end) {
    gsize from = end - OVERLAP;
    for (gsize on = 0; on < OVERLAP / 2; on++)
        if (g_ascii_isspace(text[from + on]))
            return from + on + 1;
    while (((guchar)text[from] & 0xC0) == 0x80 && from < end)
        from++;
    return from;
}

static gint outcome_order(gconstpointer a, gconstpointer b) {
    const Outcome *x = *(const Outcome *const *)a, *y = *(const Outcome *const *)b;
    if (x->part->rule != y->part->rule)
        return x->part->rule < y->part->rule ? -1 : 1;
    return (x->part->line > y->part->line) - (x->part->line < y->part->line);
}

static gboolean is_plain(const Found *found) {
    return found->denied_by == NULL && found->reported_by == NULL;
}

/* Findings come by rule, then line. Without `all`, the first that counts in full is enough where
 * one line makes a rule speak, and else the first of each line. */
static void take_piece(Judgement *judgement, const char *piece, const Findings *findings,
                       gboolean all) {
    const Rule *spoke = NULL;
    const Found *last = NULL;
    for (guint i = 0; i < findings->list->len; i++) {
        const Found *found = g_ptr_array_index(findings->list, i);
        gboolean again = last != NULL && last->part->of == found->part->of &&
                         last->part->line == found->part->line && is_plain(last);
        if (settle_is_context(found->part))
            continue;
        if (!all && (found->half || found->stopped_by || again || found->part->of == spoke))
            continue;
        take(judgement, piece, found);
        last = found;
        if (found->part->of->threshold <= 1 && is_plain(found))
            spoke = found->part->of;
    }
}

Judgement *rules_look(const Rules *rules, enum rules_on on, const char *subject, const char *text,
                      gboolean all) {
    Judgement *judgement = g_new0(Judgement, 1);
    judgement->outcomes = g_ptr_array_new_with_free_func(outcome_free);
    gboolean headed = subject != NULL && *subject != '\0';
    g_autofree char *whole = headed ? g_strconcat(subject, "\n\n", text, NULL) : g_strdup(text);
    gsize length = strlen(whole);
    judgement->undecided = length > MOST;
    length = MIN(length, MOST);
    for (gsize from = 0, end = 0; from == 0 || end < length; from = piece_start(whole, end)) {
        end = piece_end(whole, length, from);
        g_autoptr(Findings) findings =
            engine_find(rules->engines[on], whole + from, end - from, all);
        judgement->undecided = judgement->undecided || findings->undecided;
        take_piece(judgement, whole + from, findings, all);
        if (end == length)
            break;
    }
    g_ptr_array_sort(judgement->outcomes, outcome_order);
    return judgement;
}

void judgement_free(Judgement *judgement) {
    if (judgement == NULL)
        return;
    g_ptr_array_unref(judgement->outcomes);
    g_free(judgement);
}
