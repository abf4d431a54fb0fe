#include "base/problems.h"

#include <string.h>

#include "base/fault.h"

static void problem_free(gpointer data) {
    Problem *problem = data;
    g_free(problem->file);
    g_free(problem->text);
    g_free(problem);
}

Problems *problems_new(void) {
    Problems *problems = g_new0(Problems, 1);
    problems->list = g_ptr_array_new_with_free_func(problem_free);
    return problems;
}

void problems_free(Problems *problems) {
    if (problems == NULL)
        return;
    g_ptr_array_unref(problems->list);
    g_free(problems);
}

static void add(Problems *problems, Problem where, const char *format, va_list args) {
    Problem *problem = g_new0(Problem, 1);
    *problem = where;
    problem->file = g_strdup(where.file);
    problem->text = g_strdup_vprintf(format, args);
    if (!problem->warning)
        problems->errors++;
    g_ptr_array_add(problems->list, problem);
}

void problems_add(Problems *problems, const char *file, guint line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(problems, (Problem){.file = (char *)file, .line = line}, format, args);
    va_end(args);
}

void problems_add_at(Problems *problems, const char *file, guint line, guint column,
                     const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(problems, (Problem){.file = (char *)file, .line = line, .column = column}, format, args);
    va_end(args);
}

void problems_warn(Problems *problems, const char *file, guint line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(problems, (Problem){.file = (char *)file, .line = line, .warning = TRUE}, format, args);
    va_end(args);
}

char *problems_text(const Problems *problems) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < problems->list->len; i++) {
        const Problem *problem = g_ptr_array_index(problems->list, i);
        if (i > 0)
            g_string_append_c(out, '\n');
        g_string_append(out, problem->file);
        if (problem->line > 0)
            g_string_append_printf(out, ":%u", problem->line);
        if (problem->column > 0)
            g_string_append_printf(out, ":%u", problem->column);
        g_string_append_printf(out, ": %s%s", problem->warning ? "warning: " : "", problem->text);
    }
    return g_string_free(out, FALSE);
}

gboolean problems_settle(const Problems *problems, GError **error) {
    if (problems->errors == 0)
        return TRUE;
    g_autofree char *text = problems_text(problems);
    return fault_set(error, FAULT_SETUP, "%s", text);
}

/* Optimal string alignment: insert, delete, replace, swap neighbours; words here are short. */
guint problems_slips(const char *a, const char *b) {
    enum { LONGEST = 40 };
    gsize n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return G_MAXUINT;
    guint d[LONGEST + 1][LONGEST + 1];
    for (gsize i = 0; i <= n; i++)
        d[i][0] = i;
    for (gsize j = 0; j <= m; j++)
        d[0][j] = j;
    for (gsize i = 1; i <= n; i++)
        for (gsize j = 1; j <= m; j++) {
            guint cost = a[i - 1] != b[j - 1];
            d[i][j] = MIN(MIN(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = MIN(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

const char *problems_nearest(const char *word, const char *const *known) {
    const char *best = NULL;
    guint least = 3;
    g_autofree char *low = g_ascii_strdown(word, -1);
    for (; *known != NULL; known++) {
        guint distance = problems_slips(low, *known);
        if (distance < least && distance * 2 < MAX(strlen(*known), 3)) {
            least = distance;
            best = *known;
        }
    }
    return best;
}
