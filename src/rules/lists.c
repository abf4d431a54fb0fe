#include "rules/lists.h"

#include <string.h>

/* One line of a rule stands for at most so many phrases. */
enum { MOST = 2000 };

typedef struct list {
    char *file; /* owned */
    guint line;
    GPtrArray *words; /* of char *, owned */
} List;

struct lists {
    GHashTable *by_name; /* of List, owned */
};

static void list_free(gpointer data) {
    List *list = data;
    g_free(list->file);
    g_ptr_array_unref(list->words);
    g_free(list);
}

Lists *lists_new(void) {
    Lists *lists = g_new(Lists, 1);
    lists->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, list_free);
    return lists;
}

void lists_free(Lists *lists) {
    if (lists == NULL)
        return;
    g_hash_table_unref(lists->by_name);
    g_free(lists);
}

static void read_words(Lists *lists, const Conf *conf, const ConfBlock *block, Problems *problems) {
    const List *other = g_hash_table_lookup(lists->by_name, block->name);
    if (other != NULL) {
        if (strcmp(other->file, conf->file) != 0) /* else the grammar has said so */
            problems_add(problems, conf->file, block->line, "there is a list %s already (%s:%u)",
                         block->name, other->file, other->line);
        return;
    }
    List *list = g_new(List, 1);
    *list = (List){g_strdup(conf->file), block->line, g_ptr_array_new_with_free_func(g_free)};
    for (guint i = 0; i < block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(block->lines, i);
        if (strcmp(line->key, "word") != 0 || *line->value == '\0')
            continue;
        if (strchr(line->value, '[') != NULL)
            problems_add_at(problems, conf->file, line->line, line->column,
                            "a list holds words, not other lists");
        else
            g_ptr_array_add(list->words, g_strdup(line->value));
    }
    if (list->words->len == 0)
        problems_add(problems, conf->file, block->line, "list %s has no word", block->name);
    g_hash_table_insert(lists->by_name, g_strdup(block->name), list);
}

static Folded *fold_text(Glyphs *glyphs, const char *text) {
    return fold(glyphs, text, strlen(text), FALSE);
}

/* "wanna = want to" */
static void read_meaning(const Conf *conf, const ConfLine *line, Glyphs *glyphs, Spelling *spelling,
                         Problems *problems) {
    g_auto(GStrv) sides = g_strsplit(line->value, "=", 2);
    g_autoptr(Folded) word = fold_text(glyphs, sides[0]);
    g_autoptr(Folded) means = fold_text(glyphs, sides[1] != NULL ? sides[1] : "");
    if (word->words != 1 || means->count == 0)
        problems_add_at(problems, conf->file, line->line, line->column,
                        "\"means\" takes one word, \"=\", and what it stands for: wanna = want to");
    else
        spelling_mean(spelling, word, means);
}

static void read_spelling(const Conf *conf, const ConfBlock *block, Glyphs *glyphs,
                          Spelling *spelling, Problems *problems) {
    for (guint i = 0; i < block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(block->lines, i);
        g_autoptr(Folded) folded = fold_text(glyphs, line->value);
        if (strcmp(line->key, "ordinary") == 0)
            spelling_keep(spelling, folded);
        else if (strcmp(line->key, "means") == 0 && *line->value != '\0')
            read_meaning(conf, line, glyphs, spelling, problems);
    }
}

void lists_read(Lists *lists, const Conf *conf, Glyphs *glyphs, Spelling *spelling,
                Problems *problems) {
    for (guint i = 0; i < conf->blocks->len; i++) {
        const ConfBlock *block = g_ptr_array_index(conf->blocks, i);
        if (block->name == NULL)
            continue;
        if (strcmp(block->kind, "words") == 0)
            read_words(lists, conf, block, problems);
        else if (strcmp(block->kind, "spelling") == 0)
            read_spelling(conf, block, glyphs, spelling, problems);
    }
}

static char *no_list(const Lists *lists, const char *name) {
    g_autofree gpointer *names = g_hash_table_get_keys_as_array(lists->by_name, NULL);
    const char *near = problems_nearest(name, (const char *const *)names);
    if (near != NULL)
        return g_strdup_printf("there is no list \"%s\", did you mean \"%s\"?", name, near);
    return g_strdup_printf("there is no list \"%s\"", name);
}

/* Each of `heads` with each of `words`, which may be NULL, and `tail` behind it. */
static GPtrArray *multiply(const GPtrArray *heads, const GPtrArray *words, const char *tail,
                           gsize length) {
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < heads->len; i++)
        for (guint j = 0; j < (words != NULL ? words->len : 1); j++)
            g_ptr_array_add(out, g_strdup_printf("%s%s%.*s", (char *)g_ptr_array_index(heads, i),
                                                 words ? (char *)g_ptr_array_index(words, j) : "",
                                                 (int)length, tail));
    return out;
}

/* The list whose name stands at `at`, between brackets; *end is behind them. */
static const List *list_at(const Lists *lists, const char *at, const char **end, char **why) {
    const char *close = strchr(at, ']');
    if (close == NULL) {
        *why = g_strdup("this bracket is never closed: [NAME] is a list of words");
        return NULL;
    }
    g_autofree char *raw = g_strndup(at + 1, (gsize)(close - at - 1));
    const char *name = g_strstrip(raw);
    const List *list = g_hash_table_lookup(lists->by_name, name);
    *end = close + 1;
    if (list == NULL)
        *why = no_list(lists, name);
    else if (list->words->len == 0)
        *why = g_strdup_printf("list \"%s\" has no word", name);
    return *why == NULL ? list : NULL;
}

GPtrArray *lists_expand(const Lists *lists, const char *text, char **why, gsize *offset) {
    g_autoptr(GPtrArray) none = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(none, g_strdup(""));
    g_autoptr(GPtrArray) out = multiply(none, NULL, text, strcspn(text, "["));
    const char *at = text + strcspn(text, "[");
    while (*at == '[') {
        const char *open = at;
        const List *list = list_at(lists, open, &at, why);
        *offset = (gsize)(open - text);
        if (list == NULL)
            return NULL;
        if (list->words->len * out->len > MOST) {
            *why = g_strdup_printf("with these lists this is more than %d phrases", MOST);
            return NULL;
        }
        gsize length = strcspn(at, "[");
        GPtrArray *more = multiply(out, list->words, at, length);
        g_ptr_array_unref(out);
        out = more;
        at += length;
    }
    return g_steal_pointer(&out);
}
