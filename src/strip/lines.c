#include "strip/lines.h"

#include <string.h>

static const char *skip_blanks(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

/* ">" quotes; ">:(" and ">_<" are faces. */
static gboolean is_quoted(const char *p, const char *end) {
    p = skip_blanks(p, end);
    if (p == end || *p != '>')
        return FALSE;
    p++;
    return p == end || strchr(":;_.=<)(", *p) == NULL;
}

static Line read_line(const char *start, const char *end) {
    Line line = {.text = start};
    while (start < end && (*start == MARK_QUOTE || *start == MARK_SIGN)) {
        line.kind = *start == MARK_QUOTE ? LINE_QUOTED : LINE_SIGN;
        line.marked = TRUE;
        start++;
    }
    while (end > start && (g_ascii_isspace(end[-1]) ||
                           (end - start >= 2 && end[-2] == '\xc2' && end[-1] == '\xa0')))
        end -= end[-1] == '\xa0' ? 2 : 1;
    if (line.kind == LINE_OWN && is_quoted(start, end))
        line.kind = LINE_QUOTED;
    line.text = start;
    line.length = (gsize)(end - start);
    return line;
}

Lines lines_of(const char *text) {
    guint count = 1;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
        count++;
    Lines lines = {.line = g_new(Line, count)};
    for (const char *p = text;;) {
        const char *end = strchrnul(p, '\n');
        lines.line[lines.count++] = read_line(p, end);
        if (*end == '\0')
            return lines;
        p = end + 1;
    }
}

void lines_free(Lines *lines) {
    g_clear_pointer(&lines->line, g_free);
    lines->count = 0;
}

gboolean line_blank(const Line *line) {
    return line->length == 0;
}

static gboolean is_dash(gunichar c) {
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

char *line_folded(const Line *line) {
    GString *out = g_string_sized_new(line->length + 1);
    const char *end = line->text + line->length;
    for (const char *p = line->text; p < end; p = g_utf8_next_char(p)) {
        gunichar c = (guint8)*p < 0x80 ? (gunichar)*p : g_utf8_get_char(p);
        if (c < 0x80 ? g_ascii_isspace((char)c) : g_unichar_isspace(c)) {
            if (out->len > 0 && out->str[out->len - 1] != ' ')
                g_string_append_c(out, ' ');
        } else if (c < 0x80) {
            if (!(out->len == 0 && (c == '>' || c == '*' || c == '|')))
                g_string_append_c(out, (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c));
        } else if (is_dash(c)) {
            g_string_append_c(out, '-');
        } else if (c == 0x2019) {
            g_string_append_c(out, '\'');
        } else if (c != 0x200e && c != 0x200f && (c < 0x202a || c > 0x202e)) {
            int digit = g_unichar_digit_value(c);
            g_string_append_unichar(out, digit < 0 ? g_unichar_tolower(c) : '0' + (gunichar)digit);
        }
    }
    while (out->len > 0 && strchr(" *", out->str[out->len - 1]) != NULL)
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

static gboolean rule_char(gunichar c) {
    return is_dash(c) || c == '_' || c == '=' || c == '*' || c == '~' || c == 0x2500;
}

gboolean line_is_rule(const Line *line, guint least) {
    guint found = 0;
    for (const char *p = line->text, *end = p + line->length; p < end; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (rule_char(c))
            found++;
        else if (c != ' ')
            return FALSE;
    }
    return found >= least;
}

gboolean line_is_title(const Line *line) {
    const char *p = line->text, *end = p + line->length;
    guint before = 0;
    for (; p < end && rule_char(g_utf8_get_char(p)); p = g_utf8_next_char(p))
        before++;
    return before >= 3 && line->length < 120 && rule_char(g_utf8_get_char(g_utf8_prev_char(end)));
}

char *words_of(const char *text, gsize length) {
    GString *out = g_string_sized_new(length + 2);
    g_string_append_c(out, ' ');
    for (const char *p = text, *end = p + length; p < end; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (g_unichar_isalnum(c))
            g_string_append_unichar(out, g_unichar_tolower(c));
        else if (c != '\'' && c != 0x2019 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    if (out->str[out->len - 1] != ' ')
        g_string_append_c(out, ' ');
    return g_string_free(out, FALSE);
}

guint words_count(const char *words) {
    guint n = 0;
    for (const char *p = words; *p != '\0'; p++)
        n += *p == ' ';
    return n - 1;
}
