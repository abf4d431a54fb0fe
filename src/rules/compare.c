/* What a change to rule files comes to, in words for whoever decides about it. It is made of the
 * blocks as they stand in the files, so that nothing a file can say is left out. */
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/text.h"
#include "rules/rule.h"

enum { LONGEST_LINE = 300, MOST_LINES = 60 };

typedef struct pair {
    const ConfBlock *before, *after; /* one of them may be NULL */
} Pair;

/* How much a rule matters. */
typedef struct gravity {
    int severity, desk;
    gboolean flag;
    int threshold;
} Gravity;

static int index_of(const char *word, const char *const *words, int otherwise) {
    for (int i = 0; word != NULL && words[i] != NULL; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return otherwise;
}

static Gravity gravity_of(const ConfBlock *block) {
    const char *severity = conf_value(block, "severity", NULL);
    Gravity g = {.severity = index_of(severity, SEVERITY_WORDS, SEVERITY_NORMAL),
                 .flag = strcmp(conf_value(block, "flag", "no"), "yes") == 0,
                 .threshold = atoi(conf_value(block, "threshold", "1"))};
    gboolean grave = g.flag || g.severity == SEVERITY_URGENT;
    const char *desk = conf_value(block, "desk", NULL);
    g.desk = index_of(desk, DESK_WORDS, grave ? DESK_LEAD : DESK_LISTENER);
    return g;
}

/* Does it matter to a child's safety what becomes of this rule? */
static gboolean is_danger(const ConfBlock *block) {
    Gravity g = gravity_of(block);
    return strcmp(block->kind, "rule") == 0 &&
           (g.flag || g.severity >= SEVERITY_HIGH || g.desk >= DESK_LEAD);
}

/* 'the rule "Title" (name)', 'the list weapons' */
static char *called(const ConfBlock *block) {
    const char *title = conf_value(block, "title", NULL);
    if (strcmp(block->kind, "words") == 0)
        return g_strdup_printf("the list %s", block->name);
    if (strcmp(block->kind, "rule") != 0)
        return g_strdup_printf("%s %s", block->kind, block->name);
    return title ? g_strdup_printf("the rule \"%s\" (%s)", title, block->name)
                 : g_strdup_printf("the rule %s", block->name);
}

/* "urgent, flagged, to the lead" */
static char *weight_of(const ConfBlock *block) {
    Gravity g = gravity_of(block);
    if (strcmp(conf_value(block, "on", "letter"), "answer") == 0)
        return g_strdup_printf("%s, of answers", SEVERITY_WORDS[g.severity]);
    return g_strdup_printf("%s, %s, to the %s", SEVERITY_WORDS[g.severity],
                           g.flag ? "flagged" : "not flagged", DESK_WORDS[g.desk]);
}

/* ---- lines --------------------------------------------------------------------------------- */

static gboolean is_example(const char *key) {
    return strcmp(key, "hit") == 0 || strcmp(key, "miss") == 0 || strcmp(key, "soft") == 0;
}

static gboolean is_expression(const char *key) {
    return strcmp(key, "phrase") == 0 || strcmp(key, "pattern") == 0 || strcmp(key, "near") == 0;
}

/* The lines of a block as "key value"; what stands below a `weight` bears it, and so does what ends
 * as if it did: no other words may pass for a weight. Caller frees. */
static GPtrArray *lines_of(const ConfBlock *block) {
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    const char *weight = "1";
    for (guint i = 0; block != NULL && i < block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(block->lines, i);
        gboolean weighs = is_expression(line->key) &&
                          (strcmp(weight, "1") != 0 || strstr(line->value, "(weight ") != NULL);
        if (strcmp(line->key, "weight") == 0)
            weight = line->value;
        else
            g_ptr_array_add(lines, g_strdup_printf("%s %s%s%s%s", line->key, line->value,
                                                   weighs ? " (weight " : "", weighs ? weight : "",
                                                   weighs ? ")" : ""));
    }
    return lines;
}

/* What `from` has more of than `less`. Of char *, owned. */
static GPtrArray *without(const ConfBlock *from, const ConfBlock *less) {
    g_autoptr(GPtrArray) lines = lines_of(from), others = lines_of(less);
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *more = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < others->len; i++) {
        gpointer line = g_ptr_array_index(others, i);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, line));
        g_hash_table_insert(counts, line, GUINT_TO_POINTER(count + 1));
    }
    for (guint i = 0; i < lines->len; i++) {
        char *line = g_ptr_array_index(lines, i);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, line));
        if (count > 0)
            g_hash_table_insert(counts, line, GUINT_TO_POINTER(count - 1));
        else
            g_ptr_array_add(more, g_strdup(line));
    }
    return more;
}

static gboolean has_key(const char *line, const char *key) {
    gsize length = strlen(key);
    return strncmp(line, key, length) == 0 && line[length] == ' ';
}

/* How many of these lines have one of the keys (NULL at the end). */
static guint count_keys(const GPtrArray *lines, const char *const *keys) {
    guint count = 0;
    for (guint i = 0; i < lines->len; i++)
        for (guint k = 0; keys[k] != NULL; k++)
            count += has_key(g_ptr_array_index(lines, i), keys[k]);
    return count;
}

/* ---- what changes -------------------------------------------------------------------------- */

/* Examples are counted, for nobody reads twenty of them. */
static void tell_lines(GString *out, const GPtrArray *lines, const char *mark) {
    guint told = 0, examples = 0;
    for (guint i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);
        g_autofree char *key = g_strndup(line, strcspn(line, " "));
        if (is_example(key)) {
            examples++;
        } else if (told++ < MOST_LINES) {
            g_autofree char *cut = text_cut(line, LONGEST_LINE);
            g_string_append_printf(out, "  %s %s\n", mark, cut);
        }
    }
    if (told > MOST_LINES)
        g_string_append_printf(out, "  %s and more lines: %u\n", mark, told - MOST_LINES);
    if (examples > 0)
        g_string_append_printf(out, "  %s examples: %u\n", mark, examples);
}

static void tell_pair(GString *out, const Pair *pair) {
    const ConfBlock *block = pair->before ? pair->before : pair->after;
    g_autofree char *name = called(block);
    g_autoptr(GPtrArray) gone = without(pair->before, pair->after);
    g_autoptr(GPtrArray) come = without(pair->after, pair->before);
    g_autofree char *weight = strcmp(block->kind, "rule") == 0 ? weight_of(block) : NULL;
    if (gone->len == 0 && come->len == 0 && pair->before != NULL && pair->after != NULL)
        return;
    g_string_append_printf(out, "%s%s: %s%s%s\n", out->len > 0 ? "\n" : "",
                           pair->before == NULL  ? "New"
                           : pair->after == NULL ? "Taken away"
                                                 : "Changed",
                           name, weight ? ", " : "", weight ? weight : "");
    tell_lines(out, gone, "-");
    tell_lines(out, come, "+");
}

/* ---- what makes danger be seen less -------------------------------------------------------- */

static void tell_count(GString *out, guint count, const char *name, const char *what) {
    if (count > 0)
        g_string_append_printf(out, "In %s, %s: %u.\n", name, what, count);
}

static void weaken_settings(GString *out, const Pair *pair, const char *name) {
    Gravity before = gravity_of(pair->before), after = gravity_of(pair->after);
    if (after.severity < before.severity)
        g_string_append_printf(out, "It makes %s %s, which was %s.\n", name,
                               SEVERITY_WORDS[after.severity], SEVERITY_WORDS[before.severity]);
    if (before.flag && !after.flag)
        g_string_append_printf(out,
                               "It takes the flag from %s: nobody could find out any more who "
                               "wrote.\n",
                               name);
    if (before.desk >= DESK_LEAD && after.desk != before.desk)
        g_string_append_printf(out, "It sends what %s finds to the %s, not to the %s.\n", name,
                               DESK_WORDS[after.desk], DESK_WORDS[before.desk]);
    if (after.threshold > before.threshold)
        g_string_append_printf(out, "It takes more to make %s speak.\n", name);
}

static void weaken_rule(GString *out, const Pair *pair) {
    static const char *const expressions[] = {"phrase", "pattern", "near", NULL};
    static const char *const brakes[] = {"unless",   "unless-pattern", "denied",
                                         "reported", "when",           NULL};
    static const char *const guards[] = {"not-for", "reply", "helpline", NULL};
    static const char *const hits[] = {"hit", "soft", NULL};
    static const char *const exact[] = {"spelling", "on", NULL};
    g_autofree char *name = called(pair->before);
    g_autoptr(GPtrArray) gone = without(pair->before, pair->after);
    g_autoptr(GPtrArray) come = without(pair->after, pair->before);
    weaken_settings(out, pair, name);
    tell_count(out, count_keys(gone, expressions), name,
               "phrases and patterns that go, or are put otherwise");
    tell_count(out, count_keys(come, brakes), name,
               "new lines that keep it from speaking (unless, denied, reported, when)");
    tell_count(out, count_keys(gone, guards), name,
               "lines that go of who must not have it, or of what the pupil is sent");
    tell_count(out, count_keys(gone, hits), name, "examples it must find that go");
    tell_count(out, count_keys(gone, exact) + count_keys(come, exact), name,
               "changes of how words may be spelt, or of what it reads (spelling, on)");
}

/* The names of the lists that an `unless` or the like of a rule of danger looks for. */
static void add_brakes(const ConfBlock *block, GHashTable *lists) {
    static const char *const keys[] = {"unless", "denied", "reported", NULL};
    for (guint i = 0; is_danger(block) && i < block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(block->lines, i);
        g_auto(GStrv) pieces = g_strsplit_set(line->value, "[]", -1);
        for (guint j = 0; g_strv_contains(keys, line->key) && pieces[j] != NULL; j++)
            if (j % 2 == 1)
                g_hash_table_add(lists, g_strdup(g_strstrip(pieces[j])));
    }
}

/* Who must not have it does not get a message on which the rule speaks, whatever other rules find:
 * that counts in every rule. */
static void weaken(GString *out, const Pair *pair, GHashTable *brakes) {
    static const char *const spared[] = {"not-for", NULL};
    const ConfBlock *block = pair->before ? pair->before : pair->after;
    g_autofree char *name = called(block);
    g_autofree char *weight = weight_of(block);
    g_autoptr(GPtrArray) gone = without(pair->before, pair->after);
    g_autoptr(GPtrArray) come = without(pair->after, pair->before);
    if (strcmp(block->kind, "words") == 0) {
        tell_count(out, gone->len, name, "words that rules look for and that go");
        if (pair->before != NULL && block->name != NULL &&
            g_hash_table_contains(brakes, block->name))
            tell_count(out, come->len, name, "new words that keep a rule of danger from speaking");
        return;
    }
    if (strcmp(block->kind, "rule") != 0) {
        tell_count(out, gone->len + come->len, name, "changes of which slips are forgiven");
        return;
    }
    tell_count(out, count_keys(come, spared), name,
               "new lines of who does not get a message, whatever else it says (not-for)");
    if (pair->before == NULL || !is_danger(block))
        return;
    if (pair->after == NULL)
        g_string_append_printf(out, "It takes away %s, which is: %s.\n", name, weight);
    else
        weaken_rule(out, pair);
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* Of Pair: the blocks by kind and name, those from before first. */
static GArray *pairs_of(const GPtrArray *before, const GPtrArray *after) {
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint side = 0; side < 2; side++) {
        const GPtrArray *confs = side == 0 ? before : after;
        for (guint i = 0; i < confs->len; i++) {
            const Conf *conf = g_ptr_array_index(confs, i);
            for (guint j = 0; j < conf->blocks->len; j++) {
                const ConfBlock *block = g_ptr_array_index(conf->blocks, j);
                char *key = g_strdup_printf("%s %s", block->kind, block->name ? block->name : "");
                guint at = GPOINTER_TO_UINT(g_hash_table_lookup(known, key));
                Pair pair = {side == 0 ? block : NULL, side == 0 ? NULL : block};
                if (at > 0 && side == 1)
                    g_array_index(pairs, Pair, at - 1).after = block;
                else if (at == 0)
                    g_array_append_val(pairs, pair);
                g_hash_table_insert(known, key, GUINT_TO_POINTER(at > 0 ? at : pairs->len));
            }
        }
    }
    return pairs;
}

void rules_compare(const char *folder, const GPtrArray *instead, char **change, char **danger) {
    g_autoptr(Problems) unused = problems_new();
    g_autoptr(GPtrArray) before = rules_confs(folder, "rules", NULL, unused);
    g_autoptr(GPtrArray) after = rules_confs(folder, "rules", instead, unused);
    g_autoptr(GArray) pairs = pairs_of(before, after);
    g_autoptr(GHashTable) brakes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GString *text = g_string_new(NULL), *less = g_string_new(NULL);
    for (guint i = 0; i < pairs->len; i++) {
        const Pair *pair = &g_array_index(pairs, Pair, i);
        if (pair->before != NULL)
            add_brakes(pair->before, brakes);
        if (pair->after != NULL)
            add_brakes(pair->after, brakes);
    }
    for (guint i = 0; i < pairs->len; i++) {
        tell_pair(text, &g_array_index(pairs, Pair, i));
        weaken(less, &g_array_index(pairs, Pair, i), brakes);
    }
    *change = g_string_free(text, FALSE);
    *danger = g_string_free(less, FALSE);
}
