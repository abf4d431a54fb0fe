#include "rules/rules.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "run/office.h"
#include "strip/strip.h"
#include "verb/verb.h"

/* The rules of the site that was given, else the shared ones. */
static Rules *load(const Call *call, Problems *problems) {
    g_autofree char *folder =
        call->folder ? g_build_filename(call->folder, "rules", NULL) : office_shared("rules");
    return rules_load(folder, "rules", LIMITS_DEFAULT.match_limit, problems);
}

static gboolean settle(const Problems *problems, const char *fine, GError **error) {
    g_autofree char *text = problems_text(problems);
    if (problems->errors > 0)
        return fault_set(error, FAULT_SETUP, "%s", text);
    if (problems->list->len > 0)
        puts(text);
    puts(fine);
    return TRUE;
}

/* The words of a mail, or the file as it is where it is none. */
static gboolean read_letter(const char *path, enum rules_on on, char **subject, char **text,
                            GError **error) {
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
    return TRUE;
}

static gboolean explain(const Rules *rules, enum rules_on on, const char *text, const char *path,
                        GError **error) {
    g_autofree char *subject = NULL, *words = NULL;
    if (text == NULL && !read_letter(path, on, &subject, &words, error))
        return FALSE;
    g_autofree char *said = rules_explain(rules, on, NULL, subject, text ? text : words);
    fputs(said, stdout);
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *text = NULL;
    gboolean answer = FALSE;
    const GOptionEntry entries[] = {{"text", 0, 0, G_OPTION_ARG_STRING, &text,
                                     "explain: these words instead of a mail", "WORDS"},
                                    {"answer", 0, 0, G_OPTION_ARG_NONE, &answer,
                                     "explain: it is a listener's answer, not a letter", NULL},
                                    G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_rules, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules = load(call, problems);
    g_autofree char *fine = g_strdup_printf("%u rules with %u hits and misses: all well",
                                            rules_count(rules), rules_tests(rules));
    if (g_strcmp0(words[0], "check") == 0)
        return settle(problems, fine, error);
    if (g_strcmp0(words[0], "test") == 0) {
        rules_test(rules, problems);
        return settle(problems, fine, error);
    }
    if (g_strcmp0(words[0], "explain") == 0 && (text != NULL) != (words[1] != NULL))
        return problems_settle(problems, error) &&
               explain(rules, answer ? ON_ANSWER : ON_LETTER, text, words[1], error);
    return fault_set(
        error, FAULT_USAGE,
        "rules check, rules test, rules explain [--answer] FILE, or rules explain [--answer] "
        "--text WORDS");
}

const Verb verb_rules = {"rules", "check|test|explain", "read the rules, try them, ask them why",
                         go};
