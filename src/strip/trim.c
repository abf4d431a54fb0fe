#include "strip/trim.h"

#include <string.h>

#include "strip/history.h"
#include "strip/lines.h"
#include "strip/locale.h"
#include "strip/ours.h"
#include "strip/sign.h"

/* The words of DRAFT_MARKER (value/draft.h): clients wrap it, quote it and change its dashes. */
static const char MARKER_WORDS[] = "write your answer above this line";

enum { KNOWN_WORDS = 4, PUPILS_KNOWN = 8, HARDLY_ANY = 8, WRAPPED = 64, ASKED_LINES = 3 };

/* The line our marker begins on; `lines->count` where it is not there. */
static guint find_marker(const Lines *lines) {
    for (guint i = 0; i < lines->count; i++) {
        const Line *line = &lines->line[i];
        if (line->length < 5 || line->length > 200)
            continue;
        if (memchr(line->text, 'w', line->length) == NULL &&
            memchr(line->text, 'W', line->length) == NULL)
            continue;
        g_autofree char *folded = line_folded(line);
        if (strstr(folded, MARKER_WORDS) != NULL)
            return i;
        if (i + 1 == lines->count || strstr(folded, "write") == NULL)
            continue;
        g_autofree char *next = line_folded(&lines->line[i + 1]);
        g_autofree char *both = g_strdup_printf("%s %s", folded, next);
        if (strstr(both, MARKER_WORDS) != NULL)
            return i;
    }
    return lines->count;
}

/* Unmarked lines that are what we sent. A few words in common mean nothing, unless they go on where
 * the line before them ended; a pupil may well say once more what was said of them. */
static void mark_known(Lines *lines, const Trim *how) {
    if (how->last_sent == NULL)
        return;
    g_autofree char *sent = words_of(how->last_sent, strlen(how->last_sent));
    const char *next = NULL; /* where in it the line before ended; NULL: that was not in it */
    for (guint i = 0; i < lines->count; i++) {
        Line *line = &lines->line[i];
        if (line->kind != LINE_OWN || line_blank(line))
            continue;
        g_autofree char *words = words_of(line->text, line->length);
        guint count = words_count(words);
        if (count == 0)
            continue;
        if (next == NULL || !g_str_has_prefix(next, words))
            next = count >= (how->pupil ? PUPILS_KNOWN : KNOWN_WORDS) ? strstr(sent, words) : NULL;
        if (next != NULL) {
            line->kind = LINE_KNOWN;
            next += strlen(words) - 1;
        }
    }
}

static gboolean has_words(const Lines *lines, guint end) {
    for (guint i = 0; i < end; i++) {
        const Line *line = &lines->line[i];
        if (line->kind == LINE_OWN && !line_blank(line) && !line_is_rule(line, 1))
            return TRUE;
    }
    return FALSE;
}

static gboolean any_words(const Lines *lines) {
    for (guint i = 0; i < lines->count; i++)
        if (!line_blank(&lines->line[i]))
            return TRUE;
    return FALSE;
}

static void mark_as(Lines *lines, guint from, guint to, enum line_kind kind) {
    for (guint i = from; i < to; i++)
        if (lines->line[i].kind == LINE_OWN)
            lines->line[i].kind = kind;
}

static guint next_filled(const Lines *lines, guint at) {
    while (at < lines->count && line_blank(&lines->line[at]))
        at++;
    return at;
}

static gboolean follows_quote(const Lines *lines, guint at) {
    at = next_filled(lines, at);
    return at < lines->count &&
           (lines->line[at].kind == LINE_QUOTED || lines->line[at].kind == LINE_KNOWN);
}

/* Is it history where it only may be? A pupil may well write "On 5 May at 10 she wrote:". */
static gboolean believed(const Lines *lines, enum history found, guint past, const Trim *how) {
    if (found == HISTORY_LEAD)
        return !how->pupil;
    return found != HISTORY_MAYBE || !how->pupil || follows_quote(lines, past);
}

/* A rule, and empty lines, directly above history belong to it; above a header block also a rule
 * with words in it, whatever they say. */
static guint with_rule_above(const Lines *lines, guint at, enum history found) {
    guint above = at;
    for (; above > 0; above--) {
        const Line *line = &lines->line[above - 1];
        gboolean rule = found == HISTORY_REST ? line_is_title(line) : line_is_rule(line, 3);
        if (!line_blank(line) && !(line->kind == LINE_OWN && rule))
            break;
    }
    return above;
}

/* Does a quote with marks of its own follow? Then what stands below it is not quoted. */
static gboolean follows_marks(const Lines *lines, guint at) {
    at = next_filled(lines, at);
    return at < lines->count && lines->line[at].kind == LINE_QUOTED;
}

/* A line within a header block that is none of its own, nor the rest of an address or a date. */
static gboolean is_put_between(const Line *line) {
    g_autofree char *folded = line_folded(line);
    return line->kind == LINE_HEAD && !line_blank(line) && !line_is_title(line) &&
           locale_header(folded) == HEADER_NONE && !locale_original(folded) &&
           strpbrk(folded, "@0123456789") == NULL;
}

static void mark_head(Lines *lines, guint from, guint past, enum history found) {
    mark_as(lines, from, past, LINE_HEAD);
    for (guint i = from; found == HISTORY_REST && i < past; i++)
        if (is_put_between(&lines->line[i]))
            lines->line[i].kind = LINE_HISTORY;
}

/* Marks attributions and what follows header blocks. Returns whether any was found; *unsure is set
 * where what follows may be the author's own. */
static gboolean find_history(Lines *lines, guint end, const Trim *how, gboolean *unsure) {
    gboolean any = FALSE;
    for (guint i = 0; i < end; i++) {
        guint past = i;
        enum history found = history_at(lines, i, &past);
        if (found == HISTORY_NONE || !believed(lines, found, past, how))
            continue;
        any = TRUE;
        mark_head(lines, with_rule_above(lines, i, found), MIN(past, end), found);
        gboolean quoted =
            found == HISTORY_REST ? follows_marks(lines, past) : follows_quote(lines, past);
        if (!quoted) {
            *unsure |= found == HISTORY_MAYBE;
            mark_as(lines, i, end, LINE_HISTORY);
            return TRUE;
        }
        i = past - 1;
    }
    return any;
}

/* In a pupil's first letter a single line after ">" is an arrow or a list, not a quote. */
static void forgive_arrows(Lines *lines) {
    for (guint i = 0; i < lines->count; i++) {
        Line *line = &lines->line[i];
        if (line->kind != LINE_QUOTED || line->marked)
            continue;
        guint before = i, after = i + 1;
        while (before > 0 && line_blank(&lines->line[before - 1]))
            before--;
        guint past = 0;
        gboolean more = after < lines->count && lines->line[after].kind == LINE_QUOTED;
        gboolean led = before > 0 && (lines->line[before - 1].kind == LINE_QUOTED ||
                                      history_at(lines, before - 1, &past) != HISTORY_NONE);
        if (!more && !led)
            line->kind = LINE_OWN;
    }
}

/* A quoted line that was too long and was wrapped on the way, without a new ">": its rest stands
 * between two quoted lines, begins small, and the line before it breaks off. */
static void join_wrapped(Lines *lines) {
    for (guint i = 1; i + 1 < lines->count; i++) {
        const Line *before = &lines->line[i - 1], *after = &lines->line[i + 1];
        Line *line = &lines->line[i];
        if (line->kind != LINE_OWN || line_blank(line) || before->kind != LINE_QUOTED ||
            after->kind != LINE_QUOTED || before->length < WRAPPED)
            continue;
        char last = before->text[before->length - 1];
        if ((g_ascii_isalnum(last) || last == ',') &&
            g_unichar_islower(g_utf8_get_char(line->text)))
            line->kind = LINE_QUOTED;
    }
}

/* ---- what was typed into a quote of ours ---------------------------------------------------- */

/* The words of a quoted line, without its marks. */
static const char *past_marks(const Line *line) {
    const char *p = line->text, *end = p + line->length;
    while (p < end && (*p == '>' || *p == ' '))
        p++;
    return p;
}

/* The attributions among quoted lines: a quote of a quote, or one whose own is marked, too. */
static void find_quoted_heads(Lines *lines, guint from) {
    g_autofree Line *copy = g_memdup2(lines->line, lines->count * sizeof *copy);
    Lines bare = {copy, lines->count};
    for (guint i = from; i < bare.count; i++) {
        const char *start = past_marks(&copy[i]);
        copy[i].length -= (gsize)(start - copy[i].text);
        copy[i].text = start;
        copy[i].kind = copy[i].kind == LINE_HEAD ? LINE_HEAD : LINE_OWN;
    }
    for (guint i = from; i < bare.count; i++) {
        guint past = i;
        if (lines->line[i].kind != LINE_QUOTED)
            continue;
        enum history found = history_at(&bare, i, &past);
        if (found == HISTORY_NONE || found == HISTORY_LEAD)
            continue;
        for (; i < past; i++)
            lines->line[i].kind = LINE_HEAD;
        i--;
    }
}

/* A pupil may type anywhere, also into the quote, or below it where no mark tells it from ours:
 * there every line that is not ours is theirs. `marker`: where our line stands, and all below it is
 * a quote of ours, marked or not. */
static void find_strays(Lines *lines, guint marker, const Trim *how) {
    guint from = 0;
    while (from < lines->count && from < marker &&
           (lines->line[from].kind == LINE_OWN || line_blank(&lines->line[from])))
        from++;
    if (from == lines->count)
        return;
    g_autoptr(Ours) ours = ours_new(how->wording, how->last_sent);
    find_quoted_heads(lines, from);
    for (guint i = from; i < lines->count; i++) {
        Line *line = &lines->line[i];
        gboolean quoted = line->kind == LINE_QUOTED || line->kind == LINE_HISTORY;
        if (line_blank(line) || !(quoted || (line->kind == LINE_OWN && i >= marker)))
            continue;
        guint count = ours_at(ours, lines, i);
        if (count == 0) {
            const char *start = past_marks(line);
            line->length -= (gsize)(start - line->text);
            line->text = start;
            line->kind = LINE_STRAY;
        } else {
            mark_as(lines, i, i + count, LINE_HISTORY);
            i += count - 1;
        }
    }
}

/* A signature below the quote, where Thunderbird puts it: the last lines, few and short, below the
 * only line that says so. Rules and lead see it, as any signature of a pupil's. */
static void find_last_sign(Lines *lines, guint marker) {
    enum { LAST_LINES = 5, LAST_BYTES = 60 };
    guint from = lines->count, seen = 0;
    for (guint at = lines->count; at > marker && lines->line[at - 1].kind == LINE_OWN; at--) {
        const Line *line = &lines->line[at - 1];
        gboolean delimiter = sign_delimiter(line), below = from == lines->count;
        seen += below && !delimiter && !line_blank(line);
        if (below ? line->length > LAST_BYTES || seen > LAST_LINES : delimiter)
            return;
        from = delimiter ? at - 1 : from;
    }
    mark_as(lines, from, lines->count, LINE_SIGN);
}

/* Where hardly a word stands elsewhere, what stands in the quote is the letter. Else rules and lead
 * see it, and whoever reads the letter that something is left out. */
static void take_strays(Lines *lines, gboolean *unsure) {
    guint words = 0;
    for (guint i = 0; i < lines->count && words < HARDLY_ANY; i++) {
        const Line *line = &lines->line[i];
        g_autofree char *own = words_of(line->text, line->kind == LINE_OWN ? line->length : 0);
        words += words_count(own);
    }
    for (guint i = 0; i < lines->count; i++)
        if (lines->line[i].kind == LINE_STRAY && words < HARDLY_ANY)
            lines->line[i].kind = LINE_OWN;
        else
            *unsure |= lines->line[i].kind == LINE_STRAY;
}

/* What an answer between the lines of a quote answers: the end of that quote, where it is what we
 * sent to its author. Without it "yes" says nothing. */
static void append_asked(GString *out, const Lines *lines, guint at, const char *sent) {
    guint from = at, to = at;
    while (to > 0 &&
           (line_blank(&lines->line[to - 1]) || *past_marks(&lines->line[to - 1]) == '\0'))
        to--;
    for (from = to; from > 0 && to - from < ASKED_LINES; from--) {
        const Line *line = &lines->line[from - 1];
        const char *start = past_marks(line);
        g_autofree char *words = words_of(start, line->length - (gsize)(start - line->text));
        if ((line->kind != LINE_QUOTED && line->kind != LINE_KNOWN) || words_count(words) < 2 ||
            strstr(sent, words) == NULL)
            break;
    }
    for (guint i = from; i < to; i++) {
        const Line *line = &lines->line[i];
        const char *start = past_marks(line);
        g_string_append_printf(out, "%s> %.*s",
                               out->len == 0 ? ""
                               : i > from    ? "\n"
                                             : "\n\n",
                               (int)(line->length - (gsize)(start - line->text)), start);
    }
}

/* Lines of the kinds in `kinds` (bits), empty ones in between, without those at the ends. `sent`:
 * words_of() what a quote may be kept of; NULL: nothing. */
static char *compose(const Lines *lines, guint end, guint kinds, const char *sent) {
    GString *out = g_string_new(NULL);
    gboolean gap = FALSE;
    for (guint i = 0; i < end; i++) {
        const Line *line = &lines->line[i];
        if (line_blank(line) || !(kinds & 1u << line->kind)) {
            gap = TRUE;
            continue;
        }
        if (sent != NULL && (gap || i == 0))
            append_asked(out, lines, i, sent);
        if (out->len > 0)
            g_string_append(out, gap ? "\n\n" : "\n");
        gap = FALSE;
        g_string_append_len(out, line->text, (gssize)line->length);
    }
    return g_string_free(out, FALSE);
}

static gboolean has_kind(const Lines *lines, guint end, enum line_kind kind) {
    for (guint i = 0; i < end; i++)
        if (lines->line[i].kind == kind && !line_blank(&lines->line[i]))
            return TRUE;
    return FALSE;
}

/* The first `end` lines, trimmed; both texts stay NULL where nothing is left. */
static void trim_lines(Lines *lines, guint end, const Trim *how, Trimmed *trimmed) {
    gboolean any = find_history(lines, end, how, &trimmed->unsure);
    if (how->wording != NULL) {
        guint marker = find_marker(lines);
        find_last_sign(lines, marker);
        find_strays(lines, marker, how);
    }
    sign_mark(lines, end, how->own, how->pupil, &trimmed->unsure);
    if (how->wording != NULL) { /* what was typed into the quote may bear a signature, too */
        take_strays(lines, &trimmed->unsure);
        sign_mark(lines, end, how->own, how->pupil, &trimmed->unsure);
    }
    trimmed->history = any || end < lines->count || has_kind(lines, end, LINE_QUOTED) ||
                       has_kind(lines, end, LINE_KNOWN);
    if (!has_words(lines, end))
        return;
    gboolean asks = how->pupil && how->last_sent != NULL;
    g_autofree char *sent = asks ? words_of(how->last_sent, strlen(how->last_sent)) : NULL;
    trimmed->text = compose(lines, end, 1u << LINE_OWN, sent);
    guint seen = how->pupil ? 1u << LINE_SIGN | 1u << LINE_STRAY : 0;
    trimmed->whole = compose(lines, end, 1u << LINE_OWN | seen, NULL);
}

/* Nothing of the author's was found. A pupil's words come before tidiness: all of it, but in an
 * answer not what is surely a quote of ours. */
static char *fall_back(Lines *lines, guint marker, const Trim *how) {
    if (!how->pupil)
        return g_strdup("");
    guint all = 1u << LINE_OWN | 1u << LINE_HEAD | 1u << LINE_HISTORY | 1u << LINE_SIGN;
    if (how->wording != NULL) /* what is none of ours is theirs already */
        return compose(lines, lines->count, 1u << LINE_OWN | 1u << LINE_SIGN, NULL);
    if (how->answers) {
        char *text = compose(lines, marker, all, NULL);
        if (*text != '\0' || how->last_sent != NULL)
            return text;
        g_free(text);
    }
    return compose(lines, lines->count, all | 1u << LINE_QUOTED | 1u << LINE_KNOWN, NULL);
}

Trimmed trim_text(const char *text, const Trim *how) {
    Trimmed trimmed = {0};
    Lines lines = lines_of(text);
    if (how->pupil && !how->answers)
        forgive_arrows(&lines);
    join_wrapped(&lines);
    mark_known(&lines, how);
    guint marker = how->wording ? lines.count : find_marker(&lines);
    trim_lines(&lines, marker, how, &trimmed);
    if (trimmed.text == NULL && marker < lines.count) { /* answered below the marker */
        lines_free(&lines);
        lines = lines_of(text);
        join_wrapped(&lines);
        mark_known(&lines, how);
        gboolean quoted = lines.line[marker].kind != LINE_OWN;
        lines.line[marker].kind = LINE_HISTORY;
        trimmed.unsure = !quoted && how->last_sent == NULL;
        if (quoted || how->last_sent != NULL)
            trim_lines(&lines, lines.count, how, &trimmed);
    }
    if (trimmed.text == NULL) {
        trimmed.empty = TRUE;
        trimmed.unsure = how->wording == NULL && any_words(&lines);
        trimmed.text = fall_back(&lines, marker, how);
        trimmed.whole = g_strdup(trimmed.text);
    }
    lines_free(&lines);
    return trimmed;
}
