#include "base/conf.h"

#include <errno.h>
#include <string.h>

#include "base/fault.h"

enum { LARGEST = 4 << 20 };

static void line_free(gpointer data) {
    ConfLine *line = data;
    g_free(line->key);
    g_free(line->value);
    g_free(line);
}

static void block_free(gpointer data) {
    ConfBlock *block = data;
    g_free(block->kind);
    g_free(block->name);
    g_ptr_array_unref(block->lines);
    g_free(block);
}

void conf_free(Conf *conf) {
    if (conf == NULL)
        return;
    g_free(conf->file);
    g_ptr_array_unref(conf->blocks);
    g_free(conf);
}

static gboolean is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Cuts the first word of `text` off; *rest is where the value begins. */
static char *first_word(const char *text, const char **rest) {
    gsize length = strcspn(text, " \t");
    const char *after = text + length;
    while (is_blank(*after))
        after++;
    *rest = after;
    return g_strndup(text, length);
}

static ConfBlock *open_block(Conf *conf, const char *text, guint number) {
    const char *rest;
    ConfBlock *block = g_new0(ConfBlock, 1);
    block->kind = first_word(text, &rest);
    block->name = *rest == '\0' ? NULL : g_strdup(rest);
    block->line = number;
    block->lines = g_ptr_array_new_with_free_func(line_free);
    g_ptr_array_add(conf->blocks, block);
    return block;
}

static void add_line(ConfBlock *block, const char *text, const char *start, guint number) {
    const char *rest;
    ConfLine *line = g_new0(ConfLine, 1);
    line->key = first_word(text, &rest);
    line->value = g_strdup(rest);
    line->line = number;
    line->column = (guint)(rest - start) + 1;
    g_ptr_array_add(block->lines, line);
}

static void parse_line(Conf *conf, ConfBlock **block, char *line, guint number,
                       Problems *problems) {
    g_strchomp(line);
    const char *text = line;
    while (is_blank(*text))
        text++;
    if (*text == '\0' || *text == '#')
        return;
    if (!g_utf8_validate(line, -1, NULL)) {
        problems_add(problems, conf->file, number, "this line is not UTF-8");
        return;
    }
    if (text == line)
        *block = open_block(conf, text, number);
    else if (*block == NULL)
        problems_add(problems, conf->file, number,
                     "an indented line before any block: a block opens at the margin");
    else
        add_line(*block, text, line, number);
}

static const ConfKind *kind_of(const ConfKind *kinds, const char *kind) {
    for (; kinds->kind != NULL; kinds++)
        if (strcmp(kinds->kind, kind) == 0)
            return kinds;
    return NULL;
}

static const ConfKey *key_of(const ConfKey *keys, const char *key) {
    for (; keys->key != NULL; keys++)
        if (strcmp(keys->key, key) == 0)
            return keys;
    return NULL;
}

static void unknown(Problems *problems, const char *file, guint line, const char *what,
                    const char *word, GPtrArray *known) {
    g_ptr_array_add(known, NULL);
    const char *near = problems_nearest(word, (const char *const *)known->pdata);
    if (near != NULL)
        problems_add(problems, file, line, "unknown %s \"%s\", did you mean \"%s\"?", what, word,
                     near);
    else
        problems_add(problems, file, line, "unknown %s \"%s\"", what, word);
}

static void check_keys(const Conf *conf, const ConfBlock *block, const ConfKey *keys,
                       Problems *problems) {
    for (guint i = 0; i < block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(block->lines, i);
        const ConfKey *key = key_of(keys, line->key);
        if (key == NULL) {
            g_autoptr(GPtrArray) known = g_ptr_array_new();
            for (const ConfKey *k = keys; k->key != NULL; k++)
                g_ptr_array_add(known, (gpointer)k->key);
            unknown(problems, conf->file, line->line, "key", line->key, known);
        } else if (key->times != CONF_MANY && conf_line(block, line->key) != line) {
            problems_add(problems, conf->file, line->line, "\"%s\" stands here twice (line %u)",
                         line->key, conf_line(block, line->key)->line);
        }
        if (*line->value == '\0')
            problems_add(problems, conf->file, line->line, "\"%s\" has no value", line->key);
    }
    for (const ConfKey *key = keys; key->key != NULL; key++)
        if (key->times == CONF_NEEDED && conf_line(block, key->key) == NULL)
            problems_add(problems, conf->file, block->line, "%s%s%s needs a \"%s\"", block->kind,
                         block->name ? " " : "", block->name ? block->name : "", key->key);
}

static void check_block(const Conf *conf, const ConfBlock *block, const ConfKind *kinds,
                        Problems *problems) {
    const ConfKind *kind = kind_of(kinds, block->kind);
    if (kind == NULL) {
        g_autoptr(GPtrArray) known = g_ptr_array_new();
        for (const ConfKind *k = kinds; k->kind != NULL; k++)
            g_ptr_array_add(known, (gpointer)k->kind);
        unknown(problems, conf->file, block->line, "block", block->kind, known);
        return;
    }
    if (kind->named && block->name == NULL)
        problems_add(problems, conf->file, block->line, "\"%s\" needs a name", block->kind);
    if (!kind->named && block->name != NULL)
        problems_add(problems, conf->file, block->line, "\"%s\" takes no name", block->kind);
    const ConfBlock *first = conf_block(conf, block->kind, block->name);
    if (first != block && g_strcmp0(first->name, block->name) == 0)
        problems_add(problems, conf->file, block->line, "%s%s%s stands here twice (line %u)",
                     block->kind, block->name ? " " : "", block->name ? block->name : "",
                     first->line);
    check_keys(conf, block, kind->keys, problems);
}

static Conf *conf_new(const char *file) {
    Conf *conf = g_new0(Conf, 1);
    conf->file = g_strdup(file);
    conf->blocks = g_ptr_array_new_with_free_func(block_free);
    return conf;
}

Conf *conf_parse(const char *file, const char *text, gsize length, const ConfKind *kinds,
                 Problems *problems) {
    Conf *conf = conf_new(file);
    ConfBlock *block = NULL;
    guint number = 0;
    const char *end = text + length;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    while (text < end) {
        const char *stop = memchr(text, '\n', (gsize)(end - text));
        gsize size = (gsize)((stop ? stop : end) - text);
        number++;
        if (memchr(text, '\0', size) != NULL) {
            problems_add(problems, file, number, "this line has a NUL byte");
        } else {
            g_autofree char *line = g_strndup(text, size);
            parse_line(conf, &block, line, number, problems);
        }
        text += size + (stop != NULL);
    }
    for (guint i = 0; kinds != NULL && i < conf->blocks->len; i++)
        check_block(conf, g_ptr_array_index(conf->blocks, i), kinds, problems);
    return conf;
}

Conf *conf_read(const char *path, const char *shown, const ConfKind *kinds, Problems *problems) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &text, &length, &error)) {
        int code = errno;
        problems_add(problems, shown, 0, "cannot be read: %s", g_strerror(code));
        return conf_new(shown);
    }
    if (length > LARGEST) {
        problems_add(problems, shown, 0, "is larger than 4 MiB");
        return conf_new(shown);
    }
    return conf_parse(shown, text, length, kinds, problems);
}

const ConfBlock *conf_block(const Conf *conf, const char *kind, const char *name) {
    for (guint i = 0; i < conf->blocks->len; i++) {
        const ConfBlock *block = g_ptr_array_index(conf->blocks, i);
        if (strcmp(block->kind, kind) == 0 && (name == NULL || g_strcmp0(block->name, name) == 0))
            return block;
    }
    return NULL;
}

const ConfLine *conf_line(const ConfBlock *block, const char *key) {
    for (guint i = 0; block != NULL && i < block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(block->lines, i);
        if (strcmp(line->key, key) == 0)
            return line;
    }
    return NULL;
}

const char *conf_value(const ConfBlock *block, const char *key, const char *otherwise) {
    const ConfLine *line = conf_line(block, key);
    return line != NULL ? line->value : otherwise;
}

gint64 conf_line_number(const Conf *conf, const ConfLine *line, gint64 otherwise, gint64 least,
                        gint64 most, Problems *problems) {
    gint64 number;
    if (g_ascii_string_to_signed(line->value, 10, least, most, &number, NULL))
        return number;
    problems_add(problems, conf->file, line->line,
                 "\"%s\" takes a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                 line->key, least, most);
    return otherwise;
}

gint64 conf_number(const Conf *conf, const ConfBlock *block, const char *key, gint64 otherwise,
                   gint64 least, gint64 most, Problems *problems) {
    const ConfLine *line = conf_line(block, key);
    return line ? conf_line_number(conf, line, otherwise, least, most, problems) : otherwise;
}

gint64 conf_size(const Conf *conf, const ConfBlock *block, const char *key, gint64 otherwise,
                 gint64 least, gint64 most, Problems *problems) {
    static const struct {
        const char *unit;
        guint shift;
    } units[] = {{"", 0}, {"k", 10}, {"m", 20}, {"g", 30}, {"kib", 10}, {"mib", 20}, {"gib", 30}};
    const ConfLine *line = conf_line(block, key);
    if (line == NULL)
        return otherwise;
    char *rest = NULL;
    guint64 number = g_ascii_strtoull(line->value, &rest, 10);
    for (guint i = 0; g_ascii_isdigit(*line->value) && i < G_N_ELEMENTS(units); i++) {
        if (g_ascii_strcasecmp(g_strstrip(rest), units[i].unit) != 0)
            continue;
        if (number > (guint64)most >> units[i].shift || number << units[i].shift < (guint64)least)
            break;
        return (gint64)(number << units[i].shift);
    }
    problems_add(problems, conf->file, line->line,
                 "\"%s\" takes a size such as 64 KiB, from %" G_GINT64_FORMAT
                 " to %" G_GINT64_FORMAT " bytes",
                 key, least, most);
    return otherwise;
}

int conf_choice(const Conf *conf, const ConfBlock *block, const char *key, const char *const *words,
                int otherwise, Problems *problems) {
    const ConfLine *line = conf_line(block, key);
    if (line == NULL)
        return otherwise;
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], line->value) == 0)
            return i;
    g_autofree char *list = g_strjoinv(", ", (char **)words);
    problems_add(problems, conf->file, line->line, "\"%s\" is one of: %s", key, list);
    return otherwise;
}

gboolean conf_yes(const Conf *conf, const ConfBlock *block, const char *key, gboolean otherwise,
                  Problems *problems) {
    static const char *const words[] = {"no", "yes", NULL};
    return conf_choice(conf, block, key, words, otherwise ? 1 : 0, problems) == 1;
}
