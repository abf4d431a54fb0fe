#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/json.h"
#include "verb/rules-part.h"

/* How often letters of one label were taken for another. */
typedef struct cell {
    char *label, *said; /* owned */
    guint count;
} Cell;

static void cell_free(gpointer data) {
    Cell *cell = data;
    g_free(cell->label);
    g_free(cell->said);
    g_free(cell);
}

static void count(GPtrArray *cells, const char *label, const char *said) {
    Cell *cell = NULL;
    for (guint i = 0; i < cells->len && cell == NULL; i++) {
        Cell *other = g_ptr_array_index(cells, i);
        if (strcmp(other->label, label) == 0 && strcmp(other->said, said) == 0)
            cell = other;
    }
    if (cell == NULL) {
        cell = g_new(Cell, 1);
        *cell = (Cell){g_strdup(label), g_strdup(said), 0};
        g_ptr_array_add(cells, cell);
    }
    cell->count++;
}

/* What the rules make of a letter, in the words of its label: a severity for a severity; else that
 * rule if it speaks, or the gravest that does. */
static const char *said_of(const Verdict *verdict, const char *label) {
    if (verdict->undecided)
        return "undecided";
    if (g_strv_contains(SEVERITY_WORDS, label) && strcmp(label, "none") != 0)
        return SEVERITY_WORDS[verdict->severity];
    for (guint i = 0; i < verdict->categories->len; i++)
        if (strcmp(g_ptr_array_index(verdict->categories, i), label) == 0)
            return g_ptr_array_index(verdict->categories, i);
    return verdict->categories->len > 0 ? g_ptr_array_index(verdict->categories, 0) : "none";
}

static gboolean is_label(const Rules *rules, const char *label) {
    for (guint i = 0; rules_names(rules, i).name != NULL; i++)
        if (strcmp(rules_names(rules, i).name, label) == 0)
            return TRUE;
    return g_strv_contains(SEVERITY_WORDS, label);
}

static gint by_label(gconstpointer a, gconstpointer b) {
    const Cell *x = *(const Cell *const *)a, *y = *(const Cell *const *)b;
    int labels = strcmp(x->label, y->label);
    if (labels != 0)
        return labels;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->said, y->said);
}

static void print(const RulesCall *call, const GPtrArray *cells) {
    if (!call->json)
        printf("%-20s %-20s %s\n", "label", "rules say", "letters");
    for (guint i = 0; i < cells->len; i++) {
        const Cell *cell = g_ptr_array_index(cells, i);
        if (!call->json) {
            printf("%-20s %-20s %7u%s\n", cell->label, cell->said, cell->count,
                   strcmp(cell->label, cell->said) == 0 ? "" : " *");
            continue;
        }
        g_autoptr(Js) json = js_object();
        js_put_text(json, "label", cell->label);
        js_put_text(json, "said", cell->said);
        js_put_number(json, "letters", cell->count);
        g_autofree char *line = js_line(json);
        puts(line);
    }
}

/* "self-harm: i want to die" */
static void read_line(const RulesCall *call, const char *path, guint number, const char *line,
                      GPtrArray *cells) {
    const char *colon = strchr(line, ':');
    if (*line == '#' || *line == '\0')
        return;
    g_autofree char *label = g_strndup(line, colon != NULL ? (gsize)(colon - line) : 0);
    if (!is_label(call->rules, g_strstrip(label))) {
        problems_add(call->problems, path, number,
                     "begins with the name of a rule, \"none\" or a severity, then a colon and the "
                     "letter");
        return;
    }
    g_autoptr(Verdict) verdict = rules_judge(call->rules, ON_LETTER, NULL, colon + 1);
    count(cells, label, said_of(verdict, label));
}

gboolean rules_confusion(const RulesCall *call, const char *path, GError **error) {
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(cell_free);
    g_autofree char *text = NULL;
    gsize length;
    if (!verb_read(path, &text, &length, error))
        return FALSE;
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        read_line(call, path, i + 1, g_strstrip(lines[i]), cells);
    if (call->problems->errors > 0) {
        g_autofree char *told = problems_text(call->problems);
        return fault_set(error, FAULT_INPUT, "%s", told);
    }
    g_ptr_array_sort(cells, by_label);
    print(call, cells);
    return TRUE;
}
