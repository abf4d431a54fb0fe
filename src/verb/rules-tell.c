#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/json.h"
#include "verb/rules-part.h"

/* Colour, where somebody looks on. */
typedef struct paint {
    const char *place, *bad, *meant, *off;
} Paint;

static const Paint *paint(void) {
    static const Paint plain = {"", "", "", ""};
    static const Paint bright = {"\033[1m", "\033[31m", "\033[33m", "\033[0m"};
    return isatty(STDOUT_FILENO) ? &bright : &plain;
}

/* The line of a file of rules; NULL where it cannot be had. Caller frees. */
static char *line_of(const RulesCall *call, const Problem *problem) {
    g_autofree char *name = g_path_get_basename(problem->file);
    g_autofree char *path = g_build_filename(call->folder, name, NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    if (problem->line == 0 || problem->line > g_strv_length(lines))
        return NULL;
    return g_strchomp(g_strdup(lines[problem->line - 1]));
}

/* The caret stands under the character at the column, which counts bytes. */
static void print_caret(const char *line, guint column) {
    fputs("    ", stdout);
    for (const char *p = line; *p != '\0' && p < line + column - 1; p = g_utf8_next_char(p))
        putchar(*p == '\t' ? '\t' : ' ');
    printf("%s^%s\n", paint()->bad, paint()->off);
}

static void print_problem(const RulesCall *call, const Problem *problem) {
    const Paint *p = paint();
    printf("%s%s", p->place, problem->file);
    if (problem->line > 0)
        printf(":%u", problem->line);
    if (problem->column > 0)
        printf(":%u", problem->column);
    printf(":%s %s%s%s%s\n", p->off, problem->warning ? p->meant : p->bad,
           problem->warning ? "warning: " : "", problem->text, p->off);
    g_autofree char *line = problem->column > 0 ? line_of(call, problem) : NULL;
    if (line == NULL || problem->column > strlen(line) + 1 || !g_utf8_validate(line, -1, NULL))
        return;
    printf("    %s\n", line);
    print_caret(line, problem->column);
}

static void print_json(const Problem *problem) {
    g_autoptr(Js) json = js_object();
    js_put_text(json, "file", problem->file);
    js_put_number(json, "line", problem->line);
    js_put_number(json, "column", problem->column);
    js_put_yes(json, "warning", problem->warning);
    js_put_text(json, "text", problem->text);
    g_autofree char *line = js_line(json);
    puts(line);
}

gboolean rules_tell(const RulesCall *call, const char *fine, GError **error) {
    for (guint i = 0; i < call->problems->list->len; i++) {
        const Problem *problem = g_ptr_array_index(call->problems->list, i);
        if (call->json)
            print_json(problem);
        else
            print_problem(call, problem);
    }
    if (call->problems->errors > 0)
        return fault_set(error, FAULT_SETUP, "rules: %u to put right", call->problems->errors);
    if (fine != NULL && !call->json)
        puts(fine);
    return TRUE;
}
