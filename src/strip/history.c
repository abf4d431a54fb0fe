#include "strip/history.h"

#include <string.h>

#include "strip/locale.h"

enum { JOIN_MOST = 4, JOIN_BYTES = 500, BLOCK_MOST = 12, LEAD_BYTES = 60 };

/* Own lines from `at` on, up to and with `last`, folded and joined by blanks. */
static char *joined(const Lines *lines, guint at, guint last) {
    GString *out = g_string_new(NULL);
    for (guint i = at; i <= last; i++) {
        g_autofree char *folded = line_folded(&lines->line[i]);
        g_string_append_printf(out, "%s%s", i > at ? " " : "", folded);
    }
    const char *start = out->str + strspn(out->str, "- ");
    g_string_erase(out, 0, start - out->str);
    while (out->len > 0 && strchr("- ", out->str[out->len - 1]) != NULL)
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

/* A year, a time of day, or at least two numbers. */
static gboolean has_date(const char *folded) {
    guint groups = 0;
    for (const char *p = folded; *p != '\0';) {
        gsize n = strspn(p, "0123456789");
        if (n == 0) {
            p++;
            continue;
        }
        groups++;
        if ((n == 4 && (strncmp(p, "19", 2) == 0 || strncmp(p, "20", 2) == 0)) ||
            (n <= 2 && p[n] == ':' && g_ascii_isdigit(p[n + 1])))
            return TRUE;
        p += n;
    }
    return groups >= 2;
}

static gboolean ends_with_colon(const char *folded) {
    return g_str_has_suffix(folded, ":") || g_str_has_suffix(folded, "：") ||
           g_str_has_suffix(folded, "﹕");
}

/* Ends "<name@host>:" or "name@host:", which no sentence does. */
static gboolean ends_with_address(const char *folded) {
    const char *at = strrchr(folded, '@');
    if (at == NULL || !ends_with_colon(folded))
        return FALSE;
    return strcspn(at, " ") == strlen(at) ||
           strspn(at + strcspn(at, " "), " >):") == strlen(at + strcspn(at, " "));
}

static gboolean quote_follows(const Lines *lines, guint next) {
    while (next < lines->count && line_blank(&lines->line[next]))
        next++;
    return next < lines->count &&
           (lines->line[next].kind == LINE_QUOTED || lines->line[next].kind == LINE_KNOWN);
}

/* Are the lines from `at` to `last` together an attribution? */
static enum history attribution(const Lines *lines, guint at, guint last) {
    g_autofree char *text = joined(lines, at, last);
    if (strlen(text) > JOIN_BYTES)
        return HISTORY_NONE;
    gboolean colon = ends_with_colon(text), address = strchr(text, '@') != NULL;
    gboolean date = has_date(text);
    if (date && ends_with_address(text))
        return HISTORY_LINE;
    gboolean quoted = colon && quote_follows(lines, last + 1);
    if (quoted && address && (date || ends_with_address(text))) /* in whatever language */
        return HISTORY_LINE;
    if (!(colon || date) || !(address || date || quoted) || !locale_has_verb(text))
        return HISTORY_NONE;
    if (address)
        return HISTORY_LINE;
    gboolean opens = locale_opens(text);
    if (colon && (date || opens) && quoted)
        return HISTORY_LINE;
    if (colon && date && opens)
        return HISTORY_MAYBE;
    return quoted && at == last && strlen(text) <= LEAD_BYTES ? HISTORY_LEAD : HISTORY_NONE;
}

static gboolean own(const Lines *lines, guint at) {
    return at < lines->count && lines->line[at].kind == LINE_OWN && !line_blank(&lines->line[at]);
}

/* May an attribution end on this line? Cheap, for it is asked of every line. */
static gboolean may_end(const Line *line) {
    if (line->length == 0 || line->length > JOIN_BYTES)
        return FALSE;
    const char *end = line->text + line->length;
    char last = end[-1];
    if (last == ':' || last == '*' || last == '-' || (guint8)last >= 0x80)
        return TRUE;
    return line->length >= 5 && g_ascii_strncasecmp(end - 5, "wrote", 5) == 0;
}

/* The attribution that begins at `at`: it may be wrapped. It ends at the first line where it makes
 * sense, but is not taken where a later line begins one of its own. */
static enum history attribution_from(const Lines *lines, guint at, guint *past) {
    for (guint last = at; last < at + JOIN_MOST && own(lines, last); last++) {
        if (!may_end(&lines->line[last]))
            continue;
        enum history found = attribution(lines, at, last);
        if (found == HISTORY_NONE)
            continue;
        if (last > at) { /* must begin like one: else an innocent line above it would go too */
            Lines first = {lines->line + at, 1};
            g_autofree char *folded = line_folded(first.line);
            g_autofree char *start = joined(lines, at, at);
            if (!locale_opens(start) && !has_date(folded))
                return HISTORY_NONE;
            for (guint later = at + 1; later <= last; later++) {
                g_autofree char *next = joined(lines, later, later);
                if (locale_opens(next) && has_date(next) &&
                    attribution(lines, later, last) != HISTORY_NONE)
                    return HISTORY_NONE;
            }
        }
        *past = last + 1;
        return found;
    }
    return HISTORY_NONE;
}

/* "From: …", "Sent: …", "To: …", "Subject: …" in any language, three of the four, or two with an
 * address; lines between them may be wrapped ones. */
static enum history header_block(const Lines *lines, guint at, gboolean ruled, guint *past) {
    guint seen = 0, kinds = 0, gap = 0;
    gboolean address = FALSE;
    for (guint i = at; i < lines->count && i < at + BLOCK_MOST; i++) {
        const Line *line = &lines->line[i];
        g_autofree char *folded = line_folded(line);
        enum header_word word = locale_header(folded);
        if (word == HEADER_NONE && (i == at || ++gap > 2))
            break;
        if (word == HEADER_NONE)
            continue;
        gap = 0;
        kinds += !(seen & 1u << word);
        seen |= 1u << word;
        address |= strchr(folded, '@') != NULL;
        *past = i + 1;
    }
    gboolean from = (seen & 1u << HEADER_FROM) != 0;
    if (kinds >= 3 || (kinds >= 2 && from && (address || ruled)))
        return HISTORY_REST;
    return HISTORY_NONE;
}

/* Below "Original Message" at `next` a header block or an attribution may follow: *past is then the
 * line after that. */
static void past_title(const Lines *lines, guint next, guint *past) {
    *past = next;
    while (next < lines->count && line_blank(&lines->line[next]))
        next++;
    guint end = next;
    if (own(lines, next) && (header_block(lines, next, TRUE, &end) != HISTORY_NONE ||
                             attribution_from(lines, next, &end) != HISTORY_NONE))
        *past = end;
}

static gboolean has_colon_early(const Line *line) {
    gsize most = MIN(line->length, 60);
    return memchr(line->text, ':', most) != NULL || g_strstr_len(line->text, (gssize)most, "：");
}

enum history history_at(const Lines *lines, guint at, guint *past) {
    const Line *line = &lines->line[at];
    if (line_blank(line) || line->kind != LINE_OWN || line->length > JOIN_BYTES)
        return HISTORY_NONE;
    if (has_colon_early(line)) {
        gboolean ruled = at > 0 && line_is_rule(&lines->line[at - 1], 4);
        if (header_block(lines, at, ruled, past) == HISTORY_REST)
            return HISTORY_REST;
    }
    if (strchr("-_=*", *line->text) != NULL || line->text[line->length - 1] == ':') {
        g_autofree char *folded = line_folded(line);
        if (locale_original(folded)) {
            past_title(lines, at + 1, past);
            return HISTORY_REST;
        }
    }
    return attribution_from(lines, at, past);
}
