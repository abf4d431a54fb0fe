#include "value/verdict.h"

const char *const SEVERITY_WORDS[] = {"none", "low", "normal", "high", "urgent", NULL};
const char *const DESK_WORDS[] = {"listener", "supervisor", "lead", "head", NULL};

static void spoken_free(gpointer data) {
    Spoken *spoken = data;
    g_free(spoken->rule);
    g_free(spoken->title);
    g_free(spoken->file);
    g_free(spoken->by);
    g_free(spoken->quote);
    g_free(spoken);
}

Spoken *spoken_new(const char *rule, const char *title, const char *file, guint line,
                   const char *by, const char *quote) {
    Spoken *spoken = g_new0(Spoken, 1);
    spoken->rule = g_strdup(rule);
    spoken->title = g_strdup(title);
    spoken->file = g_strdup(file);
    spoken->line = line;
    spoken->by = g_strdup(by);
    spoken->quote = g_strdup(quote);
    return spoken;
}

Verdict *verdict_new(void) {
    Verdict *verdict = g_new0(Verdict, 1);
    verdict->categories = g_ptr_array_new_with_free_func(g_free);
    verdict->rules = g_ptr_array_new_with_free_func(spoken_free);
    verdict->not_for = g_ptr_array_new_with_free_func(g_free);
    verdict->helplines = g_ptr_array_new_with_free_func(g_free);
    return verdict;
}

void verdict_free(Verdict *verdict) {
    if (verdict == NULL)
        return;
    g_ptr_array_unref(verdict->categories);
    g_ptr_array_unref(verdict->rules);
    g_ptr_array_unref(verdict->not_for);
    g_ptr_array_unref(verdict->helplines);
    g_free(verdict->reply);
    g_free(verdict);
}
