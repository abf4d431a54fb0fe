/* Any bytes as a letter, before the rules of the tree. Nothing that somebody writes above a cry for
 * help may hide it. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "rules/rules.h"

/* Made once: compiling the rules takes longer than a thousand letters. */
static const Rules *rules_of_tree(void) {
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        const char *root = g_getenv("WB_SOURCE");
        g_autofree char *folder = g_build_filename(root ? root : ".", "rules", NULL);
        g_autoptr(Problems) problems = problems_new();
        Rules *rules = rules_load(folder, "rules", 100000, problems);
        HOLDS(problems->errors == 0 && rules_count(rules) > 10);
        g_once_init_leave(&once, (gsize)rules);
    }
    return (const Rules *)once;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    const Rules *rules = rules_of_tree();
    g_autofree char *valid = g_utf8_make_valid((const char *)data, (gssize)size);
    g_autofree char *cry = g_strconcat(valid, "\n\nThat was all of it.\n\ni want to die\n", NULL);
    Verdict *alone = rules_judge(rules, ON_LETTER, NULL, valid);
    Verdict *verdict = rules_judge(rules, ON_LETTER, NULL, cry);
    Verdict *answer = rules_judge(rules, ON_ANSWER, NULL, valid);
    HOLDS(verdict->severity == SEVERITY_URGENT || verdict->undecided);
    HOLDS(verdict->desk >= DESK_LEAD);
    HOLDS(verdict->severity >= alone->severity);
    verdict_free(alone);
    verdict_free(verdict);
    verdict_free(answer);
    return 0;
}
