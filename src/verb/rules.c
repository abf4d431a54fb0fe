#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "run/office.h"
#include "strip/strip.h"
#include "verb/rules-part.h"

/* The words of a mail, or the file as it is where it is none. */
static gboolean read_letter(const char *path, enum rules_on on, Occasion *occasion, char **subject,
                            char **text, GError **error) {
    gsize length;
    char *bytes = NULL;
    if (!verb_read(path, &bytes, &length, error))
        return FALSE;
    g_autoptr(GBytes) raw = g_bytes_new_take(bytes, length);
    Limits limits = LIMITS_DEFAULT;
    g_autoptr(Mail) mail = mail_read(raw, &(Reader){.limits = &limits}, error);
    if (mail == NULL) {
        (*error)->code = FAULT_INPUT;
        return FALSE;
    }
    g_autoptr(Context) context = context_new(on == ON_ANSWER ? ROUTE_LISTENER : ROUTE_PUPIL);
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    strip(mail, context, &limits, &letter, &identity);
    *subject = g_strdup(letter->whole_subject);
    *text = g_strdup(letter->whole ? letter->whole : "");
    occasion->attachment = letter->withheld->len > 0 ? KNOWN_YES : KNOWN_NO;
    return TRUE;
}

/* What `rules explain` is asked about. */
typedef struct asked {
    enum rules_on on;
    const char *text, *path; /* one of them */
} Asked;

static gboolean explain(const RulesCall *call, const Asked *asked, GError **error) {
    g_autofree char *subject = NULL, *words = NULL;
    Occasion occasion = occasion_unknown();
    if (!problems_settle(call->problems, error) ||
        (asked->text == NULL &&
         !read_letter(asked->path, asked->on, &occasion, &subject, &words, error)))
        return FALSE;
    const char *text = asked->text ? asked->text : words;
    g_autofree char *said = NULL;
    if (call->json) {
        g_autoptr(Js) json = rules_explain_json(call->rules, asked->on, &occasion, subject, text);
        g_autofree char *line = js_line(json);
        said = g_strconcat(line, "\n", NULL);
    } else {
        said = rules_explain(call->rules, asked->on, &occasion, subject, text);
    }
    fputs(said, stdout);
    return TRUE;
}

static gboolean check(const RulesCall *call, gboolean tests, GError **error) {
    g_autofree char *fine = g_strdup_printf("%u rules with %u hits and misses: all well",
                                            rules_count(call->rules), rules_tests(call->rules));
    if (tests)
        rules_test(call->rules, call->problems);
    else if (call->problems->errors == 0)
        rules_review(call->rules, call->problems);
    return rules_tell(call, fine, error);
}

static gboolean usage(GError **error) {
    return fault_set(
        error, FAULT_USAGE,
        "rules check, rules test [FILE], rules explain [--answer] FILE, rules explain [--answer] "
        "--text WORDS, or rules stats");
}

static gboolean answer(const RulesCall *call, char **words, const Asked *asked, GError **error) {
    guint count = g_strv_length(words);
    if (count == 0 || count > 2)
        return usage(error);
    if (strcmp(words[0], "check") == 0 && count == 1)
        return check(call, FALSE, error);
    if (strcmp(words[0], "test") == 0 && count == 1)
        return check(call, TRUE, error);
    if (strcmp(words[0], "test") == 0)
        return problems_settle(call->problems, error) && rules_confusion(call, words[1], error);
    if (strcmp(words[0], "stats") == 0 && count == 1)
        return rules_stats(call, error);
    if (strcmp(words[0], "explain") == 0 && (asked->text != NULL) != (asked->path != NULL))
        return explain(call, asked, error);
    return usage(error);
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *text = NULL;
    gboolean of_answer = FALSE, json = FALSE;
    const GOptionEntry entries[] = {
        {"text", 0, 0, G_OPTION_ARG_STRING, &text, "explain: these words instead of a mail",
         "WORDS"},
        {"answer", 0, 0, G_OPTION_ARG_NONE, &of_answer,
         "explain: it is a listener's answer, not a letter", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "As JSON, one object a line", NULL},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_rules, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    g_autoptr(Problems) problems = problems_new();
    g_autofree char *folder =
        call->folder ? g_build_filename(call->folder, "rules", NULL) : office_shared("rules");
    g_autoptr(Rules) rules = rules_load(folder, "rules", LIMITS_DEFAULT.match_limit, problems);
    const RulesCall parts = {call, folder, rules, problems, json};
    const Asked asked = {of_answer ? ON_ANSWER : ON_LETTER, text,
                         words[0] != NULL ? words[1] : NULL};
    return answer(&parts, words, &asked, error);
}

const Verb verb_rules = {"rules", "check|test|explain|stats",
                         "read the rules, try them, ask them why, count", go};
