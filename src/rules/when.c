#include "rules/when.h"

#include <stdio.h>
#include <string.h>

#include "rules/language.h"

enum kind { HOURS, FIRST, NTH, OUTSIDE, ATTACHMENT, LANGUAGE, LONGER, SHORTER };

struct when {
    enum kind kind;
    gboolean not ;
    guint a, b; /* minutes from and until; the nth letter in days; words */
    char language[LANGUAGE_ROOM];
    char *text; /* owned */
    guint line;
};

static const char EXPECTED[] =
    "\"when\" takes, with or without \"not\" before it: hours 22:00-06:00, first letter, "
    "letter 3 in 7 days, from outside, with attachment, language pl, longer than 500 words, "
    "shorter than 20 words";

static gboolean read_hours(const char *text, When *when) {
    guint h, m, h2, m2;
    char rest;
    if (sscanf(text, "hours %2u:%2u-%2u:%2u%c", &h, &m, &h2, &m2, &rest) != 4)
        return FALSE;
    when->a = h * 60 + m;
    when->b = h2 * 60 + m2;
    return h < 24 && h2 <= 24 && m < 60 && m2 < 60 && when->b <= 24 * 60 && when->a != when->b;
}

static gboolean read_nth(const char *text, When *when) {
    char word[5], rest;
    int found = sscanf(text, "letter %3u in %3u %4s%c", &when->a, &when->b, word, &rest);
    return found == 3 && g_str_has_prefix("days", word) && strlen(word) >= 3 && when->a > 0 &&
           when->b > 0 && when->b < OCCASION_DAYS;
}

static gboolean read_length(const char *text, const char *which, When *when) {
    char word[7], rest;
    if (!g_str_has_prefix(text, which))
        return FALSE;
    return sscanf(text + strlen(which), " than %6u %6s%c", &when->a, word, &rest) == 2 &&
           strcmp(word, "words") == 0;
}

static gboolean read_language(const char *text, When *when) {
    static const char key[] = "language ";
    if (!g_str_has_prefix(text, key))
        return FALSE;
    const char *code = text + strlen(key);
    gsize length = strspn(code, "abcdefghijklmnopqrstuvwxyz");
    g_strlcpy(when->language, code, sizeof when->language);
    return code[length] == '\0' && (length == 2 || length == 3);
}

static gboolean read_kind(const char *text, When *when) {
    static const struct {
        const char *text;
        enum kind kind;
    } plain[] = {
        {"first letter", FIRST}, {"from outside", OUTSIDE}, {"with attachment", ATTACHMENT}};
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++) {
        when->kind = plain[i].kind;
        if (strcmp(text, plain[i].text) == 0)
            return TRUE;
    }
    when->kind = HOURS;
    if (read_hours(text, when))
        return TRUE;
    when->kind = NTH;
    if (read_nth(text, when))
        return TRUE;
    when->kind = LANGUAGE;
    if (read_language(text, when))
        return TRUE;
    when->kind = LONGER;
    if (read_length(text, "longer", when))
        return TRUE;
    when->kind = SHORTER;
    return read_length(text, "shorter", when);
}

When *when_read(const Conf *conf, const ConfLine *line, Problems *problems) {
    static const char not [] = "not ";
    When *when = g_new0(When, 1);
    when->text = g_strdup(line->value);
    when->line = line->line;
    when->not = g_str_has_prefix(line->value, not );
    if (read_kind(line->value + (when->not ? strlen(not ) : 0), when))
        return when;
    problems_add_at(problems, conf->file, line->line, line->column, "%s", EXPECTED);
    when_free(when);
    return NULL;
}

void when_free(When *when) {
    if (when == NULL)
        return;
    g_free(when->text);
    g_free(when);
}

const char *when_text(const When *when) {
    return when->text;
}

guint when_line(const When *when) {
    return when->line;
}

gboolean when_counts(const When *when) {
    return when->kind == FIRST || when->kind == NTH;
}

static enum known known(gboolean yes) {
    return yes ? KNOWN_YES : KNOWN_NO;
}

static enum known in_hours(const When *when, int minute) {
    guint now = (guint)minute;
    if (minute < 0)
        return KNOWN_NOT;
    if (when->a < when->b)
        return known(now >= when->a && now < when->b);
    return known(now >= when->a || now < when->b); /* over midnight */
}

static guint words_of(const char *text) {
    guint words = 0;
    for (gboolean inside = FALSE; *text != '\0'; text++) {
        gboolean blank = g_ascii_isspace(*text);
        words += !blank && !inside;
        inside = !blank;
    }
    return words;
}

static enum known in_language(const When *when, const Moment *moment) {
    char code[LANGUAGE_ROOM];
    return language_of(moment->text, code) ? known(strcmp(code, when->language) == 0) : KNOWN_NOT;
}

static enum known holds(const When *when, const Moment *moment) {
    const Occasion unknown = occasion_unknown();
    const Occasion *occasion = moment->occasion != NULL ? moment->occasion : &unknown;
    switch (when->kind) {
    case HOURS:
        return in_hours(when, occasion->minute);
    case FIRST:
        return occasion->counted ? known(occasion->letters[OCCASION_DAYS - 1] <= 1) : KNOWN_NOT;
    case NTH:
        return occasion->counted ? known(occasion->letters[when->b] >= when->a) : KNOWN_NOT;
    case OUTSIDE:
        return occasion->outside;
    case ATTACHMENT:
        return occasion->attachment;
    case LANGUAGE:
        return in_language(when, moment);
    case LONGER:
        return known(words_of(moment->text) > when->a);
    default:
        return known(words_of(moment->text) < when->a);
    }
}

enum known when_holds(const When *when, const Moment *moment) {
    enum known it = holds(when, moment);
    return it == KNOWN_NOT || !when->not ? it : known(it == KNOWN_NO);
}
