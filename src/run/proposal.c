#include "run/proposal.h"

#include <string.h>

#include "base/json.h"
#include "run/refer.h"

enum { MOST_FILES = 20, LARGEST = 1 << 20, LONGEST_NAME = 64, MOST_SAID = 8000 };

Proposal *proposal_new(void) {
    Proposal *p = g_new0(Proposal, 1);
    p->files = g_ptr_array_new_with_free_func(rule_file_free);
    p->faults = g_strdup("");
    p->warnings = g_strdup("");
    p->change = g_strdup("");
    p->danger = g_strdup("");
    return p;
}

void proposal_free(Proposal *p) {
    if (p == NULL)
        return;
    g_ptr_array_unref(p->files);
    g_free(p->faults);
    g_free(p->warnings);
    g_free(p->change);
    g_free(p->danger);
    g_free(p);
}

/* ---- out of a mail ------------------------------------------------------------------------- */

gboolean proposal_name_fits(const char *name) {
    static const char usual[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    gsize length = strlen(name);
    return length <= LONGEST_NAME && strspn(name, usual) == length && g_ascii_isalnum(*name) &&
           g_str_has_suffix(name, ".rules");
}

static void fault(Proposal *p, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void fault(Proposal *p, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *line = g_strdup_vprintf(format, args);
    va_end(args);
    char *all = g_strdup_printf("%s%s\n", p->faults, line);
    g_free(p->faults);
    p->faults = all;
}

static gboolean has_file(const Proposal *p, const char *name) {
    for (guint i = 0; i < p->files->len; i++)
        if (strcmp(((const RuleFile *)g_ptr_array_index(p->files, i))->name, name) == 0)
            return TRUE;
    return FALSE;
}

/* The name without the ".txt" that mail programs like; NULL where it is of no file of rules. */
static char *rules_name(const Part *part) {
    g_autofree char *name = mail_part_name(part);
    if (name != NULL && g_str_has_suffix(name, ".rules.txt"))
        name[strlen(name) - strlen(".txt")] = '\0';
    return name != NULL && g_str_has_suffix(name, ".rules") ? g_steal_pointer(&name) : NULL;
}

static void take_part(Proposal *p, const Part *part) {
    gboolean cut = FALSE;
    g_autofree char *name = rules_name(part);
    if (name == NULL)
        return;
    g_autofree char *text = mail_part_text(part, LARGEST, &cut);
    if (!proposal_name_fits(name))
        fault(p, "A file of rules has a plain name: letters, digits, hyphens, and .rules behind");
    else if (has_file(p, name))
        fault(p, "%s is attached twice", name);
    else if (*text == '\0' || text[strspn(text, " \t\n")] == '\0')
        fault(p, "%s is empty", name);
    else if (cut)
        fault(p, "%s is larger than 1 MB", name);
    else if (p->files->len >= MOST_FILES)
        fault(p, "%s is one file too many", name);
    else
        g_ptr_array_add(p->files, rule_file_new(name, text));
}

Proposal *proposal_of_mail(const Mail *mail) {
    Proposal *p = proposal_new();
    const GPtrArray *parts = mail_parts(mail);
    for (guint i = 0; i < parts->len; i++)
        take_part(p, g_ptr_array_index(parts, i));
    if (p->files->len == 0 && *p->faults == '\0')
        fault(p, "No file of rules was attached: its name ends with .rules");
    return p;
}

/* ---- the checks ---------------------------------------------------------------------------- */

gboolean proposal_stands(const Proposal *p, const char *folder) {
    for (guint i = 0; i < p->files->len; i++) {
        const RuleFile *file = g_ptr_array_index(p->files, i);
        g_autofree char *path = g_build_filename(folder, file->name, NULL);
        g_autofree char *text = NULL;
        if (!g_file_get_contents(path, &text, NULL, NULL) || strcmp(text, file->text) != 0)
            return FALSE;
    }
    return TRUE;
}

/* Errors, or else warnings, one a line; not more than anybody reads. Caller frees. */
static char *said(const Problems *problems, gboolean warnings) {
    GString *lines = g_string_new(NULL);
    guint left = 0;
    for (guint i = 0; i < problems->list->len; i++) {
        const Problem *problem = g_ptr_array_index(problems->list, i);
        if (problem->warning != warnings || lines->len > MOST_SAID) {
            left += problem->warning == warnings;
            continue;
        }
        g_string_append_printf(lines, "%s:%u", problem->file, problem->line);
        if (problem->column > 0)
            g_string_append_printf(lines, ":%u", problem->column);
        g_string_append_printf(lines, ": %s\n", problem->text);
    }
    if (left > 0)
        g_string_append_printf(lines, "and %u more\n", left);
    return g_string_free(lines, FALSE);
}

/* Warnings of the other files are none of the sender's. */
static void keep_own_warnings(const Proposal *p, Problems *problems) {
    for (guint i = problems->list->len; i-- > 0;) {
        const Problem *problem = g_ptr_array_index(problems->list, i);
        g_autofree char *name = g_path_get_basename(problem->file);
        if (problem->warning && !has_file(p, name))
            g_ptr_array_remove_index(problems->list, i);
    }
}

void proposal_check(Proposal *p, const ProposalSite *site) {
    if (*p->faults != '\0')
        return;
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Rules) rules =
        rules_load_with(site->folder, "rules", p->files, site->match_limit, problems);
    if (rules_count(rules) == 0)
        problems_add(problems, "rules", 0, "has no rule: danger would be seen by nobody");
    rules_test(rules, problems);
    if (site->people != NULL)
        refer_check(site->people, rules, problems);
    if (problems->errors == 0)
        rules_review(rules, problems);
    keep_own_warnings(p, problems);
    g_free(p->faults);
    g_free(p->warnings);
    g_free(p->change);
    g_free(p->danger);
    p->faults = said(problems, FALSE);
    p->warnings = said(problems, TRUE);
    rules_compare(site->folder, p->files, &p->change, &p->danger);
    p->rules = rules_count(rules);
    p->tests = rules_tests(rules);
    p->same = proposal_stands(p, site->folder);
}

/* ---- as a value ---------------------------------------------------------------------------- */

/* JSON holds UTF-8 alone; a file on the disk may hold anything. */
static void put(Js *json, const char *key, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    js_put_text(json, key, valid);
}

GBytes *proposal_pack(const Proposal *p) {
    g_autoptr(Js) json = js_object();
    Js *files = js_list();
    for (guint i = 0; i < p->files->len; i++) {
        const RuleFile *file = g_ptr_array_index(p->files, i);
        Js *one = js_object();
        put(one, "name", file->name);
        put(one, "text", file->text);
        js_add(files, one);
    }
    js_put(json, "files", files);
    put(json, "faults", p->faults);
    put(json, "warnings", p->warnings);
    put(json, "change", p->change);
    put(json, "danger", p->danger);
    js_put_number(json, "rules", p->rules);
    js_put_number(json, "tests", p->tests);
    js_put_yes(json, "same", p->same);
    char *line = js_line(json);
    return g_bytes_new_take(line, strlen(line));
}

static void take(char **to, const Js *json, const char *key) {
    const char *text = js_text(json, key);
    g_free(*to);
    *to = g_strdup(text ? text : "");
}

/* Whatever the worker has become, no other name leaves here. */
Proposal *proposal_unpack(GBytes *bytes) {
    g_autoptr(Js) json = js_read(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    if (json == NULL)
        return NULL;
    g_autoptr(Proposal) p = proposal_new();
    const Js *files = js_get(json, "files");
    for (gsize i = 0; i < js_count(files); i++) {
        const char *name = js_text(js_at(files, i), "name");
        const char *text = js_text(js_at(files, i), "text");
        if (name == NULL || text == NULL || !proposal_name_fits(name))
            return NULL;
        g_ptr_array_add(p->files, rule_file_new(name, text));
    }
    take(&p->faults, json, "faults");
    take(&p->warnings, json, "warnings");
    take(&p->change, json, "change");
    take(&p->danger, json, "danger");
    p->rules = (guint)js_number(json, "rules", 0);
    p->tests = (guint)js_number(json, "tests", 0);
    p->same = js_yes(json, "same");
    return g_steal_pointer(&p);
}

static char *names_with(const Proposal *p, gboolean hashes) {
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < p->files->len; i++) {
        const RuleFile *file = g_ptr_array_index(p->files, i);
        g_autofree char *hash =
            hashes ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, file->text, -1) : NULL;
        g_string_append_printf(names, "%s%s%s%s", names->len > 0 ? ", " : "", file->name,
                               hash ? " " : "", hash ? hash : "");
    }
    return g_string_free(names, FALSE);
}

char *proposal_names(const Proposal *p) {
    return names_with(p, FALSE);
}

char *proposal_hashes(const Proposal *p) {
    return names_with(p, TRUE);
}
