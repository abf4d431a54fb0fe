#include <string.h>

#include "rules/rule.h"

static const struct {
    const char *key;
    enum part_kind kind;
} PARTS[] = {{"phrase", PART_PHRASE},
             {"pattern", PART_PATTERN},
             {"unless", PART_UNLESS},
             {"unless-pattern", PART_UNLESS_PATTERN}};

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

/* A part for each phrase that the lists in it make. */
static void read_phrases(const Reader *r, const ConfLine *line, enum part_kind kind, Rule *rule) {
    g_autofree char *why = NULL;
    gsize offset = 0;
    g_autoptr(GPtrArray) texts = lists_expand(r->lists, line->value, &why, &offset);
    guint errors = r->problems->errors;
    if (texts == NULL) {
        part_new(line, kind, rule); /* the rule is not without it */
        problems_add_at(r->problems, r->conf->file, line->line, line->column + (guint)offset, "%s",
                        why);
    }
    for (guint i = 0; texts != NULL && i < texts->len && r->problems->errors == errors; i++) {
        Part *part = part_new(line, kind, rule);
        part->loose = rule->loose && kind == PART_PHRASE;
        read_phrase(r, line, g_ptr_array_index(texts, i), part);
    }
}

gboolean part_read(const Reader *r, const ConfLine *line, Rule *rule) {
    for (guint i = 0; i < G_N_ELEMENTS(PARTS); i++) {
        if (strcmp(line->key, PARTS[i].key) != 0)
            continue;
        if (PARTS[i].kind == PART_PATTERN || PARTS[i].kind == PART_UNLESS_PATTERN)
            read_pattern(r, line, part_new(line, PARTS[i].kind, rule));
        else
            read_phrases(r, line, PARTS[i].kind, rule);
        return TRUE;
    }
    return FALSE;
}
