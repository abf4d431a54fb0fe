#include "run/refer.h"

#include "reply/compose.h"

/* Says that `word` of `key` is none of `known`. */
static void unknown(Problems *problems, const char *file, guint line, const char *key,
                    const char *word, const GPtrArray *known) {
    const char *near = problems_nearest(word, (const char *const *)known->pdata);
    if (near != NULL)
        problems_add(problems, file, line, "\"%s\": there is no \"%s\", did you mean \"%s\"?", key,
                     word, near);
    else
        problems_add(problems, file, line, "\"%s\": there is no \"%s\"", key, word);
}

static gboolean has(const GPtrArray *known, const char *word) {
    return g_strv_contains((const char *const *)known->pdata, word);
}

static GPtrArray *ids_of(const People *people) {
    GPtrArray *ids = g_ptr_array_new();
    for (guint i = 0; i < people->list->len; i++)
        g_ptr_array_add(ids, ((const Person *)g_ptr_array_index(people->list, i))->id);
    g_ptr_array_add(ids, NULL);
    return ids;
}

static GPtrArray *rules_of(const Rules *rules) {
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; rules_names(rules, i).name != NULL; i++)
        g_ptr_array_add(names, (gpointer)rules_names(rules, i).name);
    g_ptr_array_add(names, NULL);
    return names;
}

static void check_rule(const RuleNames *rule, const GPtrArray *ids, Problems *problems) {
    if (rule->reply != NULL && !compose_is_reply(rule->reply))
        problems_add(problems, rule->file, rule->line,
                     "\"reply\": \"%s\" is no reply to a letter: crisis is one", rule->reply);
    for (guint i = 0; i < rule->not_for->len; i++) {
        const char *id = g_ptr_array_index(rule->not_for, i);
        if (!has(ids, id))
            unknown(problems, rule->file, rule->line, "not-for", id, ids);
    }
}

static void check_person(const Person *person, const GPtrArray *names, Problems *problems) {
    for (guint i = 0; i < person->not_about->len; i++) {
        const char *name = g_ptr_array_index(person->not_about, i);
        if (!has(names, name))
            unknown(problems, "people.conf", person->line, "not-about", name, names);
    }
}

void refer_check(const People *people, const Rules *rules, Problems *problems) {
    g_autoptr(GPtrArray) ids = ids_of(people);
    g_autoptr(GPtrArray) names = rules_of(rules);
    for (guint i = 0; rules_names(rules, i).name != NULL; i++) {
        RuleNames rule = rules_names(rules, i);
        check_rule(&rule, ids, problems);
    }
    for (guint i = 0; i < people->list->len; i++)
        check_person(g_ptr_array_index(people->list, i), names, problems);
}
