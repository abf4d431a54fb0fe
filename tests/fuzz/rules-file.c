/* Any bytes as a file of rules: it is read, and what is wrong with it is said, with its line. */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "fuzz/fuzz.h"
#include "rules/rules.h"

static guint lines_in(const guint8 *data, gsize size) {
    guint lines = 1;
    for (gsize i = 0; i < size; i++)
        lines += data[i] == '\n';
    return lines;
}

static void check_problems(const Problems *problems, guint lines) {
    guint errors = 0;
    for (guint i = 0; i < problems->list->len; i++) {
        const Problem *problem = g_ptr_array_index(problems->list, i);
        errors += !problem->warning;
        HOLDS(problem->line <= lines);
        HOLDS(strchr(problem->text, '\n') == NULL);
    }
    HOLDS(errors == problems->errors);
}

static void use(const Rules *rules, const Problems *problems) {
    static const char text[] = "nobody talks to me and I want to die, ring 07700 900123";
    for (guint on = ON_LETTER; on <= ON_ANSWER; on++) {
        Verdict *verdict = rules_judge(rules, on, "hello", text);
        HOLDS(verdict->categories->len == verdict->rules->len);
        verdict_free(verdict);
    }
    g_autofree char *explained = rules_explain(rules, ON_LETTER, NULL, NULL, text);
    HOLDS(g_str_has_suffix(explained, "\n"));
    g_autofree char *told = problems_text(problems);
    HOLDS(told != NULL);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    g_autoptr(Problems) of_conf = problems_new(), of_rules = problems_new();
    g_autoptr(Conf) conf = conf_parse("f.rules", (const char *)data, size, NULL, of_conf);
    check_problems(of_conf, lines_in(data, size));
    g_autofree char *folder = g_dir_make_tmp("fuzz-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "f.rules", NULL);
    HOLDS(g_file_set_contents_full(path, (const char *)data, (gssize)size, G_FILE_SET_CONTENTS_NONE,
                                   0600, NULL));
    g_autoptr(Rules) rules = rules_load(folder, "rules", 2000, of_rules);
    g_unlink(path);
    g_rmdir(folder);
    rules_test(rules, of_rules);
    check_problems(of_rules, lines_in(data, size));
    use(rules, of_rules);
    return 0;
}
