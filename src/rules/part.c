#include <string.h>

#include "rules/rule.h"

static const struct {
    const char *key;
    enum part_kind kind;
} PARTS[] = {{"phrase", PART_PHRASE},    {"pattern", PART_PATTERN},
             {"near", PART_NEAR},        {"unless", PART_UNLESS},
             {"denied", PART_DENIED},    {"unless-pattern", PART_UNLESS_PATTERN},
             {"reported", PART_REPORTED}};

void part_free(gpointer data) {
    Part *part = data;
    g_free(part->by);
    phrase_free(part->phrase);
    pattern_free(part->pattern);
    g_free(part);
}

static Part *part_new(const ConfLine *line, enum part_kind kind, Rule *rule) {
    Part *part = g_new0(Part, 1);
    part->kind = kind;
    part->line = line->line;
    part->weight = rule->weight;
    part->by = g_strdup_printf("%s %s", line->key, line->value);
    g_ptr_array_add(rule->parts, part);
    return part;
}

static void read_pattern(const Reader *r, const ConfLine *line, Part *part) {
    g_autofree char *message = NULL;
    gsize offset = 0;
    part->pattern = pattern_new(line->value, &message, &offset);
    if (part->pattern == NULL)
        problems_add_at(r->problems, r->conf->file, line->line, line->column + (guint)offset, "%s",
                        message);
}

static void read_phrase(const Reader *r, const ConfLine *line, const char *text, Part *part) {
    g_autoptr(Folded) folded = fold(r->glyphs, text, strlen(text), FALSE);
    part->phrase = phrase_new(folded);
    spelling_keep(r->spelling, folded);
    if (part->phrase == NULL && folded->count == 0)
        problems_add_at(r->problems, r->conf->file, line->line, line->column,
                        "this %s has no letter and no digit, so it can never match", line->key);
    else if (part->phrase == NULL)
        problems_add_at(r->problems, r->conf->file, line->line, line->column,
                        "this %s is longer than %d letters", line->key, PHRASE_LONGEST);
    else if (part->loose)
        spelling_learn(r->spelling, folded);
}

static void complain(const Reader *r, const ConfLine *line, gsize offset, const char *why) {
    problems_add_at(r->problems, r->conf->file, line->line, line->column + (guint)offset, "%s",
                    why);
}

/* A part like `model`, which is added itself, for each phrase that the lists in `text` make. `text`
 * stands at byte `at` of the line's value. */
static void read_phrases(const Reader *r, const ConfLine *line, const char *text, gsize at,
                         Part *model, Rule *rule) {
    g_autofree char *why = NULL;
    gsize offset = 0;
    guint errors = r->problems->errors;
    g_autoptr(GPtrArray) texts = lists_expand(r->lists, text, &why, &offset);
    if (texts == NULL)
        complain(r, line, at + offset, why);
    for (guint i = 0; texts != NULL && i < texts->len && r->problems->errors == errors; i++) {
        Part *part = i == 0 ? model : part_new(line, model->kind, rule);
        part->loose = rule->loose && (model->kind == PART_PHRASE || model->kind == PART_NEAR);
        part->near = model->near;
        part->side = model->side;
        read_phrase(r, line, g_ptr_array_index(texts, i), part);
    }
}

/* "5 knife / school" */
static void read_near(const Reader *r, const ConfLine *line, Rule *rule) {
    enum { MOST = 100 };
    char *rest;
    guint64 near = g_ascii_strtoull(line->value, &rest, 10);
    g_auto(GStrv) sides = g_strsplit(rest, "/", -1);
    gboolean sound = near > 0 && near <= MOST && g_ascii_isspace(*rest) &&
                     g_ascii_isdigit(*line->value) && g_strv_length(sides) == 2;
    gsize at = (gsize)(rest - line->value);
    if (!sound)
        complain(r, line, 0,
                 "\"near\" takes a number of words, 1 to 100, and two phrases with \"/\" between "
                 "them: 5 knife / school");
    for (guint i = 0; i < 2; i++) {
        Part *part = part_new(line, PART_NEAR, rule);
        part->near = (guint)near;
        part->side = i;
        if (sound)
            read_phrases(r, line, sides[i], at, part, rule);
        at += sound ? strlen(sides[i]) + 1 : 0;
    }
}

static void read_kind(const Reader *r, const ConfLine *line, enum part_kind kind, Rule *rule) {
    if (kind == PART_PATTERN || kind == PART_UNLESS_PATTERN)
        read_pattern(r, line, part_new(line, kind, rule));
    else if (kind == PART_NEAR)
        read_near(r, line, rule);
    else
        read_phrases(r, line, line->value, 0, part_new(line, kind, rule), rule);
}

gboolean part_read(const Reader *r, const ConfLine *line, Rule *rule) {
    for (guint i = 0; i < G_N_ELEMENTS(PARTS); i++) {
        if (strcmp(line->key, PARTS[i].key) != 0)
            continue;
        read_kind(r, line, PARTS[i].kind, rule);
        return TRUE;
    }
    return FALSE;
}
