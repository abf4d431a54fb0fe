#include "strip/sign.h"

#include <string.h>

#include "strip/disclaimer.h"
#include "strip/locale.h"
#include "value/names.h"

enum { SIGN_LINES = 16, SIGN_BYTES = 1200, FOOTER_LINES = 8, BLOCK_LINES = 7 };

static void mark(Lines *lines, guint from, guint to) {
    for (guint i = from; i < to; i++)
        if (lines->line[i].kind == LINE_OWN)
            lines->line[i].kind = LINE_SIGN;
}

/* The own lines after `at` that belong together: up to the next quote or history. */
static guint run_end(const Lines *lines, guint at, guint end) {
    while (at < end && (lines->line[at].kind == LINE_OWN || lines->line[at].kind == LINE_SIGN))
        at++;
    return at;
}

/* "-- " (RFC 3676, 4.3); many clients drop the blank. */
gboolean sign_delimiter(const Line *line) {
    return line->length == 2 && memcmp(line->text, "--", 2) == 0;
}

/* A signature has one line that says so; two are rules between thoughts. */
static gboolean another_delimiter(const Lines *lines, guint at, guint to) {
    for (guint i = at + 1; i < to; i++)
        if (sign_delimiter(&lines->line[i]))
            return TRUE;
    return FALSE;
}

static gsize bytes_between(const Lines *lines, guint from, guint to) {
    gsize bytes = 0;
    for (guint i = from; i < to; i++)
        bytes += lines->line[i].length;
    return bytes;
}

static gboolean has_contact(const Lines *lines, guint from, guint to) {
    for (guint i = from; i < to; i++) {
        const Line *line = &lines->line[i];
        if (memchr(line->text, '@', line->length) != NULL ||
            g_strstr_len(line->text, (gssize)line->length, "http") != NULL ||
            g_strstr_len(line->text, (gssize)line->length, "www.") != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Does anything of the author's stand on the lines from `from` to `to`? */
static gboolean any_own(const Lines *lines, guint from, guint to) {
    for (guint i = from; i < to; i++)
        if (lines->line[i].kind == LINE_OWN && !line_blank(&lines->line[i]) &&
            !line_is_rule(&lines->line[i], 3))
            return TRUE;
    return FALSE;
}

/* "Sent from my iPhone": short, and not a sentence ("Sent from my desk, is much easier"). It names
 * what it was sent from ("von meinem Bruder habe ich nichts gehört" does not); a listener may have
 * put in a joke of theirs, as the last line, below what they wrote. */
static gboolean is_device(const Lines *lines, guint at, guint to, const char *folded,
                          gboolean may_joke) {
    gsize prefix = 0;
    if (strlen(folded) > 200 || !locale_device(folded, &prefix))
        return FALSE;
    guint words = 0;
    for (const char *p = folded + prefix; *p != '\0' && *p != '<' && *p != '[';) {
        gsize n = strcspn(p, " <[");
        words += n > 0;
        if (n > 0 && strchr(",;!?", p[n - 1]) != NULL)
            return FALSE;
        p += n;
        p += *p == ' ';
    }
    if (words > 7)
        return FALSE;
    return locale_machine(folded) || (may_joke && !any_own(lines, at + 1, to));
}

static gboolean looks_like_name(const Line *line) {
    guint words = 0;
    if (line->length == 0 || line->length > 50)
        return FALSE;
    for (const char *p = line->text, *end = p + line->length; p < end;) {
        while (p < end && (*p == ' ' || *p == '*'))
            p++;
        if (p == end)
            break;
        if (!g_unichar_isupper(g_utf8_get_char(p)))
            return FALSE;
        words++;
        while (p < end && *p != ' ') {
            if (strchr("?!:;", *p) != NULL)
                return FALSE;
            p++;
        }
    }
    return words >= 1 && words <= 4;
}

static gboolean is_closing(const char *folded) {
    static const char *const words[] = {"regards",
                                        "best regards",
                                        "kind regards",
                                        "warm regards",
                                        "many regards",
                                        "with regards",
                                        "best wishes",
                                        "yours sincerely",
                                        "yours faithfully",
                                        "sincerely",
                                        "sincerely yours",
                                        "with best wishes",
                                        "cofion",
                                        "cofion gorau",
                                        "mit freundlichen grüßen",
                                        "viele grüße",
                                        "cordialement",
                                        "bien à vous",
                                        "saludos",
                                        "un saludo",
                                        "atentamente",
                                        "cordiali saluti",
                                        "atenciosamente",
                                        "pozdrawiam",
                                        "z poważaniem",
                                        "cu stimă",
                                        "saygılarımla",
                                        "met vriendelijke groet",
                                        NULL};
    gsize n = strlen(folded);
    while (n > 0 && strchr(",.!- ", folded[n - 1]) != NULL)
        n--;
    for (guint i = 0; n > 0 && n < 40 && words[i] != NULL; i++)
        if (*words[i] == *folded && strncmp(words[i], folded, n) == 0 && words[i][n] == '\0')
            return TRUE;
    return FALSE;
}

/* "Regards,", a name, and at least one more line: a business card at the end. With the name alone
 * it is a greeting, and stays. */
static gboolean is_card(const Lines *lines, guint at, guint to) {
    guint filled = 0, first = 0;
    for (guint i = at + 1; i < to; i++) {
        if (line_blank(&lines->line[i]))
            continue;
        first = filled++ == 0 ? i : first;
        if (lines->line[i].length > 70 || filled > BLOCK_LINES)
            return FALSE;
    }
    return filled >= 2 && filled <= BLOCK_LINES && looks_like_name(&lines->line[first]);
}

/* What follows "Sent from …" without a header is history, or an afterthought. */
static void after_device(Lines *lines, guint at, guint to, gboolean careful, gboolean *unsure) {
    mark(lines, at, at + 1);
    if (careful || !any_own(lines, at + 1, to))
        return;
    mark(lines, at + 1, to);
    *unsure = TRUE;
}

static gboolean is_footer(const Lines *lines, guint at, guint to) {
    return to - at <= FOOTER_LINES && line_is_rule(&lines->line[at], 2) &&
           lines->line[at].text[0] == '_' && has_contact(lines, at, to);
}

/* The author's name on a line of its own after an empty one, and something about them below it:
 * "Jess Pemberton" over "12JP, captain of the debating club". */
static gboolean is_own_card(const Lines *lines, guint at, guint to, const GPtrArray *own) {
    gsize from = 0, end = 0;
    const Line *line = &lines->line[at];
    if (own == NULL || own->len == 0 || at == 0 || !line_blank(line - 1) || !looks_like_name(line))
        return FALSE;
    g_autofree char *text = g_strndup(line->text, line->length);
    return names_find(own, text, &from, &end) && is_card(lines, at - 1, to);
}

/* The same below a rule, with a way to reach them. */
static gboolean is_ruled_card(const Lines *lines, guint at, guint to) {
    return line_is_rule(&lines->line[at], 1) && is_card(lines, at, to) &&
           has_contact(lines, at, to);
}

/* Does a line of a card read like the middle of a sentence? */
static gboolean may_be_words(const Lines *lines, guint at, guint to) {
    for (guint i = at + 1; i < to; i++)
        if (!line_blank(&lines->line[i]) &&
            g_unichar_islower(g_utf8_get_char(lines->line[i].text)) &&
            !has_contact(lines, i, i + 1))
            return TRUE;
    return FALSE;
}

static void mark_card(Lines *lines, guint at, guint to, gboolean *unsure) {
    *unsure |= may_be_words(lines, at, to);
    mark(lines, at, to);
}

/* FALSE: these lines are rules between thoughts, here and further on. */
static gboolean mark_delimited(Lines *lines, guint at, guint to, gboolean careful,
                               gboolean *unsure) {
    gboolean another = another_delimiter(lines, at, to);
    gboolean brief = to - at <= SIGN_LINES && bytes_between(lines, at, to) <= SIGN_BYTES;
    if (!careful || (brief && !another)) {
        *unsure |= !brief || another;
        mark(lines, at, to);
    }
    return !careful || !another;
}

/* What mail servers add; words may stand below it where none stand above it. FALSE: nothing. */
static gboolean mark_disclaimer(Lines *lines, guint at, guint to, gboolean words_above,
                                gboolean careful) {
    guint past = at;
    enum disclaimer found = disclaimer_at(lines, at, to, &past);
    if (found == DISCLAIMER_NONE || (!words_above && !any_own(lines, past, to)))
        return FALSE;
    mark(lines, at, found == DISCLAIMER_NOTE || careful || !words_above ? past : to);
    return TRUE;
}

void sign_mark(Lines *lines, guint end, const GPtrArray *own, gboolean careful, gboolean *unsure) {
    guint to = 0; /* where the run of own lines ends that `at` is in */
    gboolean words_above = FALSE, delimiters = TRUE;
    for (guint at = 0; at < end; at++) {
        Line *line = &lines->line[at];
        if (line->kind != LINE_OWN || line_blank(line))
            continue;
        to = at >= to ? run_end(lines, at, end) : to;
        g_autofree char *folded = line_folded(line);
        if (delimiters && sign_delimiter(line))
            delimiters = mark_delimited(lines, at, to, careful, unsure);
        else if (mark_disclaimer(lines, at, to, words_above, careful))
            continue;
        else if (is_footer(lines, at, to))
            mark(lines, at, to);
        else if (is_device(lines, at, to, folded, words_above && !careful))
            after_device(lines, at, to, careful, unsure);
        else if (!careful && is_closing(folded) && is_card(lines, at, to))
            mark_card(lines, at, to, unsure);
        else if (!careful && (is_own_card(lines, at, to, own) || is_ruled_card(lines, at, to)))
            mark_card(lines, at, to, unsure);
        words_above |= line->kind == LINE_OWN && !line_is_rule(line, 3);
    }
}
