#include "strip/ours.h"

#include <string.h>

/* A field that is not one of the values holds few words; a line of ours that was wrapped has few
 * lines, and so many bytes. */
enum { FIELD_WORDS = 5, WRAPPED_LINES = 40, LINE_BYTES = 4000 };

/* One line of ours: what stands between its fields. */
typedef struct pattern {
    GPtrArray *pieces;      /* of char *, owned: words_of() */
    gboolean opens, closes; /* with a field */
} Pattern;

struct ours {
    GPtrArray *patterns; /* of Pattern, owned */
    GHashTable *values;  /* of char *, owned: words_of() */
};

static void pattern_free(gpointer data) {
    Pattern *pattern = data;
    g_ptr_array_unref(pattern->pieces);
    g_free(pattern);
}

/* "{{?role}}This answer comes from {{role}}.": the words, and where a field stands. */
static void add_pattern(Ours *ours, const char *line) {
    while (g_str_has_prefix(line, "{{?") || g_str_has_prefix(line, "{{!")) {
        const char *end = strstr(line, "}}");
        line = end ? end + 2 : line + strlen(line);
    }
    Pattern *pattern = g_new0(Pattern, 1);
    pattern->pieces = g_ptr_array_new_with_free_func(g_free);
    for (const char *p = line; *p != '\0';) {
        const char *open = strstr(p, "{{");
        gsize length = open ? (gsize)(open - p) : strlen(p);
        g_autofree char *words = words_of(p, length);
        const char *close = open ? strstr(open, "}}") : NULL;
        if (words[1] != '\0') {
            g_ptr_array_add(pattern->pieces, g_steal_pointer(&words));
            pattern->closes = FALSE;
        }
        pattern->opens |= open != NULL && pattern->pieces->len == 0;
        pattern->closes |= open != NULL;
        p = close ? close + 2 : p + strlen(p);
    }
    if (pattern->pieces->len > 0)
        g_ptr_array_add(ours->patterns, pattern);
    else
        pattern_free(pattern);
}

static void add_lines(Ours *ours, const char *text) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_autofree char *plain = g_strdelimit(g_strdup(lines[i]), "{}", ' '); /* a person's words */
        add_pattern(ours, plain);
    }
}

Ours *ours_new(const Wording *wording, const char *sent) {
    Ours *ours = g_new0(Ours, 1);
    ours->patterns = g_ptr_array_new_with_free_func(pattern_free);
    ours->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < wording->lines->len; i++)
        add_pattern(ours, g_ptr_array_index(wording->lines, i));
    for (guint i = 0; i < wording->values->len; i++) {
        const char *value = g_ptr_array_index(wording->values, i);
        add_pattern(ours, value); /* alone on a line, as a sign-off is */
        g_hash_table_add(ours->values, words_of(value, strlen(value)));
    }
    if (sent != NULL)
        add_lines(ours, sent);
    return ours;
}

void ours_free(Ours *ours) {
    if (ours == NULL)
        return;
    g_ptr_array_unref(ours->patterns);
    g_hash_table_unref(ours->values);
    g_free(ours);
}

/* Is it a day as we name them ("tomorrow (Tuesday 3 March)")? */
static gboolean is_day(const char *words) {
    static const char known[] =
        " today tomorrow on monday tuesday wednesday thursday friday saturday sunday january "
        "february march april may june july august september october november december as soon "
        "as somebody is there again ";
    for (const char *p = words + 1; *p != '\0';) {
        gsize n = strcspn(p, " ");
        g_autofree char *word = g_strndup(p - 1, n + 2);
        if (!g_ascii_isdigit(*p) && strstr(known, word) == NULL)
            return FALSE;
        p += n + 1;
    }
    return TRUE;
}

/* May the words from `from` to `to` (both on a blank) stand in a field? At the end of a line only
 * one of the values: what is typed behind a line of ours must not pass for one. */
static gboolean fits_field(const Ours *ours, const char *from, const char *to, gboolean inside) {
    g_autofree char *value = g_strndup(from, (gsize)(to - from) + 1);
    return words_count(value) <= (inside ? FIELD_WORDS : 0) ||
           g_hash_table_contains(ours->values, value) || is_day(value);
}

/* Where `piece` stands in what is left of the words, from `at` to `end`: at the very beginning
 * (`first`), at the very end (`last`), or anywhere; NULL: it does not. */
static const char *find_piece(const char *piece, const char *at, const char *end, gboolean first,
                              gboolean last) {
    gsize length = strlen(piece);
    if (first && (!g_str_has_prefix(at, piece) || (last && at + length - 1 != end)))
        return NULL;
    if (first || !last)
        return first ? at : strstr(at, piece);
    return (gsize)(end - at) + 1 >= length && g_str_has_suffix(at, piece) ? end - (length - 1)
                                                                          : NULL;
}

static gboolean fits(const Ours *ours, const Pattern *pattern, const char *words, gsize length) {
    const char *at = words, *end = words + length - 1;
    for (guint i = 0; i < pattern->pieces->len; i++) {
        const char *piece = g_ptr_array_index(pattern->pieces, i);
        gboolean last = i + 1 == pattern->pieces->len && !pattern->closes;
        const char *found = find_piece(piece, at, end, i == 0 && !pattern->opens, last);
        if (found == NULL || !fits_field(ours, at, found, i > 0))
            return FALSE;
        at = found + strlen(piece) - 1;
    }
    return at == end || (pattern->closes && fits_field(ours, at, end, FALSE));
}

/* May these words be the beginning of what fits? */
static gboolean begins(const Pattern *pattern, const char *words, gsize length) {
    const char *piece = g_ptr_array_index(pattern->pieces, 0);
    return !pattern->opens && strncmp(words, piece, MIN(length, strlen(piece))) == 0;
}

/* What a link for a tap became: nothing but addresses and links. */
static gboolean is_link(const Line *line) {
    g_autofree char *text = g_strndup(line->text, line->length);
    g_auto(GStrv) words = g_strsplit_set(text, " \t>", -1);
    guint links = 0;
    for (guint i = 0; words[i] != NULL; i++) {
        const char *word = words[i] + strspn(words[i], "<(\"[");
        links += g_str_has_prefix(word, "mailto:") || g_str_has_prefix(word, "http");
        if (*word != '\0' && strchr(word, ':') == NULL && strchr(word, '@') == NULL)
            return FALSE;
    }
    return links > 0;
}

/* Of a link that was broken: "dy=STOP". */
static gboolean is_rest_of_link(const Line *line) {
    return line->length > 0 && memchr(line->text, '=', line->length) != NULL &&
           memchr(line->text + strspn(line->text, "> "), ' ',
                  line->length - MIN(line->length, strspn(line->text, "> "))) == NULL;
}

guint ours_at(const Ours *ours, const Lines *lines, guint at) {
    g_autoptr(GString) words = g_string_new(" ");
    if (is_link(&lines->line[at]))
        return 1 + (at + 1 < lines->count && is_rest_of_link(&lines->line[at + 1]));
    for (guint i = at; i < lines->count && i < at + WRAPPED_LINES; i++) {
        g_autofree char *more = words_of(lines->line[i].text, lines->line[i].length);
        gboolean going_on = FALSE;
        if (i > at && more[1] == '\0') /* an empty line, or a rule */
            return 0;
        g_string_append(words, more + 1);
        if (words->len == 1)
            return 1;
        for (guint p = 0; p < ours->patterns->len; p++) {
            const Pattern *pattern = g_ptr_array_index(ours->patterns, p);
            if (fits(ours, pattern, words->str, words->len))
                return i - at + 1;
            going_on |= begins(pattern, words->str, words->len);
        }
        if (!going_on || words->len > LINE_BYTES)
            return 0;
    }
    return 0;
}
