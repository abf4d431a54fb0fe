#include "strip/sign.h"

#include <string.h>

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
static gboolean is_delimiter(const Line *line) {
    return line->length == 2 && memcmp(line->text, "--", 2) == 0;
}

/* A signature has one line that says so; two are rules between thoughts. */
static gboolean another_delimiter(const Lines *lines, guint at, guint to) {
    for (guint i = at + 1; i < to; i++)
        if (is_delimiter(&lines->line[i]))
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

/* "Sent from my iPhone": short, and not a sentence ("Sent from my desk, is much easier"). */
static gboolean is_device(const char *folded) {
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
    return words <= 7;
}

/* How long paragraphs that nobody typed begin. */
static gboolean is_disclaimer(const char *folded) {
    static const char *const starts[] = {"this email and any",
                                         "this e-mail and any",
                                         "this message and any",
                                         "this email is intended",
                                         "this e-mail is intended",
                                         "this message is intended",
                                         "this email is confidential",
                                         "this e-mail is confidential",
                                         "this message contains confidential",
                                         "this email may contain",
                                         "this e-mail may contain",
                                         "this message may contain",
                                         "the information contained in this",
                                         "the information in this email",
                                         "the contents of this email",
                                         "the contents of this e-mail",
                                         "confidentiality notice",
                                         "disclaimer:",
                                         "email disclaimer",
                                         "important notice:",
                                         "privileged and confidential",
                                         "please consider the environment before",
                                         "think before you print",
                                         "virus-free.",
                                         "this email has been scanned",
                                         "this email has been checked for viruses",
                                         "if you are not the intended recipient",
                                         "if you have received this email in error",
                                         "if you have received this e-mail in error",
                                         "any views or opinions expressed",
                                         "caution: this email originated",
                                         "[external]",
                                         "external email:",
                                         "mae'r neges hon",
                                         "mae'r e-bost hwn",
                                         "diese e-mail enthält",
                                         "ce message et toutes",
                                         "ce courriel et",
                                         "este mensaje y",
                                         "este correo electrónico",
                                         "esta mensagem",
                                         "le informazioni contenute in questo",
                                         "questo messaggio",
                                         "ta wiadomość",
                                         "niniejsza wiadomość",
                                         "acest mesaj",
                                         "dit bericht is",
                                         NULL};
    const char *text = folded + strspn(folded, "*_-=[( ");
    for (guint i = 0; starts[i] != NULL; i++)
        if (*starts[i] == *text && g_str_has_prefix(text, starts[i]))
            return TRUE;
    return FALSE;
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
    gboolean more = FALSE;
    for (guint i = at + 1; i < to && !careful && !more; i++)
        more |= lines->line[i].kind == LINE_OWN && !line_blank(&lines->line[i]) &&
                !line_is_rule(&lines->line[i], 3);
    if (!more)
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

void sign_mark(Lines *lines, guint end, const GPtrArray *own, gboolean careful, gboolean *unsure) {
    guint to = 0; /* where the run of own lines ends that `at` is in */
    for (guint at = 0; at < end; at++) {
        Line *line = &lines->line[at];
        if (line->kind != LINE_OWN || line_blank(line))
            continue;
        to = at >= to ? run_end(lines, at, end) : to;
        gboolean short_rest = to - at <= SIGN_LINES && bytes_between(lines, at, to) <= SIGN_BYTES;
        g_autofree char *folded = line_folded(line);
        if (is_delimiter(line) && (!careful || short_rest)) {
            if (careful && another_delimiter(lines, at, to))
                return;
            mark(lines, at, to);
        } else if (is_disclaimer(folded) && (!careful || line->length > 60))
            mark(lines, at, to);
        else if (is_footer(lines, at, to))
            mark(lines, at, to);
        else if (is_device(folded))
            after_device(lines, at, to, careful, unsure);
        else if (!careful && is_closing(folded) && is_card(lines, at, to))
            mark(lines, at, to);
        else if (!careful && is_own_card(lines, at, to, own))
            mark(lines, at, to);
    }
}
