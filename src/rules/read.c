#include <errno.h>
#include <string.h>

#include "base/conf.h"
#include "rules/rule.h"

enum { HEAVIEST = 1000 };

static const ConfKey RULE_KEYS[] = {
    {"on", CONF_ONE},       {"title", CONF_ONE},
    {"severity", CONF_ONE}, {"flag", CONF_ONE},
    {"desk", CONF_ONE},     {"reply", CONF_ONE},
    {"phrase", CONF_MANY},  {"pattern", CONF_MANY},
    {"unless", CONF_MANY},  {"unless-pattern", CONF_MANY},
    {"hit", CONF_MANY},     {"miss", CONF_MANY},
    {"not-for", CONF_MANY}, {"helpline", CONF_MANY},
    {"spelling", CONF_ONE}, {"near", CONF_MANY},
    {"denied", CONF_MANY},  {"reported", CONF_MANY},
    {"soft", CONF_MANY},    {"when", CONF_MANY},
    {"weight", CONF_MANY},  {"threshold", CONF_ONE},
    {NULL, CONF_ONE},
};

static const ConfKey WORDS_KEYS[] = {{"word", CONF_MANY}, {NULL, CONF_ONE}};
static const ConfKey SPELLING_KEYS[] = {
    {"ordinary", CONF_MANY}, {"means", CONF_MANY}, {NULL, CONF_ONE}};

static const ConfKind KINDS[] = {{"rule", TRUE, RULE_KEYS},
                                 {"words", TRUE, WORDS_KEYS},
                                 {"spelling", TRUE, SPELLING_KEYS},
                                 {NULL, FALSE, NULL}};

static void example_free(gpointer data) {
    Example *example = data;
    g_free(example->text);
    g_free(example);
}

void rule_free(gpointer data) {
    Rule *rule = data;
    g_free(rule->name);
    g_free(rule->title);
    g_free(rule->file);
    g_free(rule->reply);
    g_ptr_array_unref(rule->not_for);
    g_ptr_array_unref(rule->helplines);
    g_ptr_array_unref(rule->whens);
    g_ptr_array_unref(rule->parts);
    g_ptr_array_unref(rule->examples);
    g_free(rule);
}

/* An example, if it is one. */
static gboolean read_example(const ConfLine *line, Rule *rule) {
    static const char *const kinds[] = {"hit", "miss", "soft", NULL};
    for (guint kind = EXAMPLE_HIT; kind <= EXAMPLE_SOFT; kind++) {
        if (strcmp(line->key, kinds[kind]) != 0)
            continue;
        Example *example = g_new(Example, 1);
        *example = (Example){g_strdup(line->value), line->line, (enum example_kind)kind};
        g_ptr_array_add(rule->examples, example);
        return TRUE;
    }
    return FALSE;
}

static void read_when(const Reader *r, const ConfLine *line, Rule *rule) {
    When *when = when_read(r->conf, line, r->problems);
    if (when != NULL)
        g_ptr_array_add(rule->whens, when);
}

static void read_line(const Reader *r, const ConfLine *line, Rule *rule) {
    if (*line->value == '\0') /* the grammar has said so */
        return;
    if (part_read(r, line, rule) || read_example(line, rule))
        return;
    if (strcmp(line->key, "weight") == 0)
        rule->weight = (guint)conf_line_number(r->conf, line, 1, 1, HEAVIEST, r->problems);
    else if (strcmp(line->key, "when") == 0)
        read_when(r, line, rule);
    else if (strcmp(line->key, "not-for") == 0)
        g_ptr_array_add(rule->not_for, g_strdup(line->value));
    else if (strcmp(line->key, "helpline") == 0)
        g_ptr_array_add(rule->helplines, g_strdup(line->value));
}

static void read_reply(const Reader *r, const ConfBlock *block, Rule *rule) {
    const ConfLine *line = conf_line(block, "reply");
    if (line == NULL)
        return;
    if (line->value[strspn(line->value, "abcdefghijklmnopqrstuvwxyz-")] != '\0')
        problems_add_at(r->problems, r->conf->file, line->line, line->column,
                        "\"reply\" takes the name of a template: small letters and hyphens");
    rule->reply = g_strdup(line->value);
}

/* What only a letter can bring about. A flag above all: it would open who wrote to us because of
 * something the listener said. */
static void read_answer(const Reader *r, const ConfBlock *block) {
    static const char *const of_letters[] = {"flag", "desk", "reply", "not-for", "helpline"};
    for (guint i = 0; i < G_N_ELEMENTS(of_letters); i++) {
        const ConfLine *line = conf_line(block, of_letters[i]);
        if (line != NULL)
            problems_add(r->problems, r->conf->file, line->line,
                         "\"%s\" has no meaning for answers: this rule has \"on answer\"",
                         line->key);
    }
}

/* Without a desk of its own, what is urgent or flagged goes to the lead. */
static void read_settings(const Reader *r, const ConfBlock *block, Rule *rule) {
    static const char *const on_words[] = {"letter", "answer", NULL};
    rule->on = (enum rules_on)conf_choice(r->conf, block, "on", on_words, ON_LETTER, r->problems);
    if (rule->on == ON_ANSWER)
        read_answer(r, block);
    rule->title = g_strdup(conf_value(block, "title", NULL));
    rule->severity = SEVERITY_LOW + (enum severity)conf_choice(
                                        r->conf, block, "severity", SEVERITY_WORDS + SEVERITY_LOW,
                                        SEVERITY_NORMAL - SEVERITY_LOW, r->problems);
    rule->flag = conf_yes(r->conf, block, "flag", FALSE, r->problems);
    gboolean grave = rule->flag || rule->severity == SEVERITY_URGENT;
    rule->desk = (enum desk)conf_choice(r->conf, block, "desk", DESK_WORDS,
                                        grave ? DESK_LEAD : DESK_LISTENER, r->problems);
    static const char *const spellings[] = {"exact", "loose", NULL};
    rule->loose = conf_choice(r->conf, block, "spelling", spellings, grave, r->problems) == 1;
    rule->threshold = (guint)conf_number(r->conf, block, "threshold", 1, 1, HEAVIEST, r->problems);
    read_reply(r, block, rule);
}

/* What all lines of the rule weigh together. */
static guint weight_of_all(const Rule *rule) {
    guint weight = 0, line = 0;
    for (guint i = 0; i < rule->parts->len; i++) {
        const Part *part = g_ptr_array_index(rule->parts, i);
        weight += part->kind < PART_UNLESS && part->line != line ? part->weight : 0;
        line = part->line;
    }
    return weight;
}

static void check_rule(const Reader *r, const ConfBlock *block, const Rule *rule) {
    guint weight = weight_of_all(rule);
    if (weight == 0 && (rule->whens->len == 0 || rule->threshold > 1))
        problems_add(r->problems, r->conf->file, block->line,
                     "rule %s has no phrase and no pattern, so it can never speak", block->name);
    else if (weight > 0 && weight < rule->threshold)
        problems_add(r->problems, r->conf->file, conf_line(block, "threshold")->line,
                     "all lines of rule %s weigh %u together, so it can never speak", block->name,
                     weight);
}

static const Rule *rule_named(const GPtrArray *rules, const char *name) {
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = g_ptr_array_index(rules, i);
        if (strcmp(rule->name, name) == 0)
            return rule;
    }
    return NULL;
}

/* NULL where the rule is not sound. */
static Rule *read_rule(const Reader *r, const ConfBlock *block) {
    guint errors = r->problems->errors;
    Rule *rule = g_new0(Rule, 1);
    rule->name = g_strdup(block->name);
    rule->file = g_strdup(r->conf->file);
    rule->line = block->line;
    rule->not_for = g_ptr_array_new_with_free_func(g_free);
    rule->helplines = g_ptr_array_new_with_free_func(g_free);
    rule->whens = g_ptr_array_new_with_free_func((GDestroyNotify)when_free);
    rule->weight = 1;
    rule->parts = g_ptr_array_new_with_free_func(part_free);
    rule->examples = g_ptr_array_new_with_free_func(example_free);
    read_settings(r, block, rule);
    for (guint i = 0; i < block->lines->len; i++)
        read_line(r, g_ptr_array_index(block->lines, i), rule);
    check_rule(r, block, rule);
    if (r->problems->errors == errors)
        return rule;
    rule_free(rule);
    return NULL;
}

/* What rules have found in a case is kept by their names, beside words of the program's own: a case
 * of a rule "drill" would be taken for a practice. */
static void check_name(const Reader *r, const ConfBlock *block) {
    static const char *const taken[] = {"drill", "undecided", "unreadable", NULL};
    if (g_strv_contains(taken, block->name))
        problems_add(r->problems, r->conf->file, block->line,
                     "a rule cannot have the name %s: it says something else of a case",
                     block->name);
}

static void read_file(const Reader *r, GPtrArray *rules) {
    for (guint i = 0; i < r->conf->blocks->len; i++) {
        const ConfBlock *block = g_ptr_array_index(r->conf->blocks, i);
        if (strcmp(block->kind, "rule") != 0 || block->name == NULL)
            continue;
        const Rule *other = rule_named(rules, block->name);
        check_name(r, block);
        if (other != NULL && strcmp(other->file, r->conf->file) != 0)
            problems_add(r->problems, r->conf->file, block->line,
                         "there is a rule %s already (%s:%u)", block->name, other->file,
                         other->line);
        Rule *rule = read_rule(r, block);
        if (rule != NULL && other == NULL)
            g_ptr_array_add(rules, rule);
        else if (rule != NULL)
            rule_free(rule);
    }
}

static gint by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

RuleFile *rule_file_new(const char *name, const char *text) {
    RuleFile *file = g_new(RuleFile, 1);
    *file = (RuleFile){g_strdup(name), g_strdup(text)};
    return file;
}

void rule_file_free(gpointer data) {
    RuleFile *file = data;
    g_free(file->name);
    g_free(file->text);
    g_free(file);
}

static const RuleFile *file_in(const GPtrArray *instead, const char *name) {
    for (guint i = 0; instead != NULL && i < instead->len; i++)
        if (strcmp(((const RuleFile *)g_ptr_array_index(instead, i))->name, name) == 0)
            return g_ptr_array_index(instead, i);
    return NULL;
}

/* The names of the *.rules of a folder, and of `instead`, sorted. */
static GPtrArray *files_of(const char *folder, const char *shown, const GPtrArray *instead,
                           Problems *problems) {
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    errno = 0;
    GDir *dir = g_dir_open(folder, 0, NULL);
    if (dir == NULL) {
        int code = errno;
        problems_add(problems, shown, 0, "cannot be read: %s", g_strerror(code));
        return names;
    }
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        if (*name != '.' && g_str_has_suffix(name, ".rules") && file_in(instead, name) == NULL)
            g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    for (guint i = 0; instead != NULL && i < instead->len; i++)
        g_ptr_array_add(names, g_strdup(((const RuleFile *)g_ptr_array_index(instead, i))->name));
    g_ptr_array_sort(names, by_name);
    if (names->len == 0)
        problems_warn(problems, shown, 0, "holds no *.rules: every letter would go to a listener");
    return names;
}

GPtrArray *rules_confs(const char *folder, const char *shown, const GPtrArray *instead,
                       Problems *problems) {
    GPtrArray *confs = g_ptr_array_new_with_free_func((GDestroyNotify)conf_free);
    g_autoptr(GPtrArray) names = files_of(folder, shown, instead, problems);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        const RuleFile *file = file_in(instead, name);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *as = g_build_filename(shown, name, NULL);
        g_ptr_array_add(confs, file
                                   ? conf_parse(as, file->text, strlen(file->text), KINDS, problems)
                                   : conf_read(path, as, KINDS, problems));
    }
    return confs;
}

static void number_parts(GPtrArray *rules) {
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = g_ptr_array_index(rules, i);
        for (guint j = 0; j < rule->parts->len; j++) {
            Part *part = g_ptr_array_index(rule->parts, j);
            part->rule = i;
            part->of = rule;
        }
    }
}

/* All files first, so that each may use what the others define. */
GPtrArray *rules_read(const char *folder, const char *shown, const GPtrArray *instead,
                      Glyphs *glyphs, Spelling *spelling, Problems *problems) {
    GPtrArray *rules = g_ptr_array_new_with_free_func(rule_free);
    g_autoptr(Lists) lists = lists_new();
    g_autoptr(GPtrArray) confs = rules_confs(folder, shown, instead, problems);
    for (guint i = 0; i < confs->len; i++)
        lists_read(lists, g_ptr_array_index(confs, i), glyphs, spelling, problems);
    for (guint i = 0; i < confs->len; i++)
        read_file(&(Reader){g_ptr_array_index(confs, i), glyphs, lists, spelling, problems}, rules);
    number_parts(rules);
    return rules;
}
