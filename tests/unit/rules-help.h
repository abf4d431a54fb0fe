/* rules-help.h: rules from texts, for tests. */
#ifndef TESTS_RULES_HELP_H
#define TESTS_RULES_HELP_H

#include <glib/gstdio.h>

#include "rules/rules.h"

/* As rules_load() of a folder with these files, a.rules and so on (`texts` ends with NULL). */
static inline Rules *rules_of_files(const char *const *texts, guint limit, Problems *problems) {
    g_autofree char *folder = g_dir_make_tmp("rules-XXXXXX", NULL);
    guint count = g_strv_length((char **)texts);
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("%s/%c.rules", folder, 'a' + i);
        g_assert_true(g_file_set_contents(path, texts[i], -1, NULL));
    }
    Rules *rules = rules_load(folder, "rules", limit, problems);
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("%s/%c.rules", folder, 'a' + i);
        g_unlink(path);
    }
    g_rmdir(folder);
    return rules;
}

static inline Rules *rules_of(const char *text, Problems *problems) {
    return rules_of_files((const char *const[]){text, NULL}, 100000, problems);
}

#endif
