#include <string.h>

#include "strip/mask.h"

/* Dates of birth: a date, and beside it a word that says what day it is. */

enum { BEFORE = 40, AFTER = 28, MONTH_BYTES = 24 };

/* How the months begin, in the languages of locale.c that write them with letters of ours. */
static const char *const MONTHS[] = {
    "jan", "feb", "mar",  "apr", "may", "jun",  "jul",  "aug", "sep", "oct",  "nov", "dec",
    "mai", "mär", "maj",  "okt", "dez", "janv", "févr", "avr", "jui", "aoû",  "déc", "ene",
    "abr", "ago", "dic",  "fev", "set", "out",  "gen",  "mag", "giu", "lug",  "ott", "sty",
    "lut", "kwi", "cze",  "lip", "sie", "wrz",  "paź",  "lis", "gru", "ian",  "iun", "iul",
    "noi", "oca", "şub",  "nis", "haz", "tem",  "ağu",  "eyl", "eki", "kas",  "ara", "ion",
    "chw", "maw", "ebri", "meh", "gor", "aws",  "med",  "hyd", "tac", "rhag", NULL};

/* What is said of a birthday, before the date … */
static const char *const BEFORE_IT[] = {
    "born",       "dob",      "d.o.b",     "birth",   "bday",      "b-day",   "turn",
    "i'll be 1",  "ill be 1", "will be 1", "geboren", "geburt",    "née le",  "né le",
    "naissance",  "annivers", "nací",      "nacid",   "nacimien",  "cumplea", "nasci",
    "nascimento", "nata il",  "nato il",   "nascita", "compleann", "urodz",   "născut",
    "nascut",     "doğ",      "geni",      "ngeni",   "ganwyd",    "penblw",  "生日",
    "出生",       "ميلاد",    "ولدت",      "پیدا",    "সালে জন্ম",  "ਜਨਮ",     NULL};
/* … and after it. */
static const char *const AFTER_IT[] = {
    "is my birthday", "is my bday", "'s my birthday", "was my birth", "is when i was born",
    "geboren",        "doğdum",     "doğumlu",        "my birthday",  NULL};

static gsize ordinal_length(const char *p) {
    static const char *const ends[] = {"st", "nd", "rd", "th", "er", "º", "."};
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        gsize n = strlen(ends[i]);
        if (g_ascii_strncasecmp(p, ends[i], n) == 0 && !mask_word(p[n]))
            return n;
    }
    return 0;
}

static gsize month_length(const char *p) {
    gsize n = 0;
    while (g_ascii_isalpha(p[n]) || (guint8)p[n] >= 0x80)
        n++;
    if (n < 3 || n > MONTH_BYTES)
        return 0;
    g_autofree char *low = g_utf8_strdown(p, (gssize)n);
    for (guint i = 0; MONTHS[i] != NULL; i++)
        if (g_str_has_prefix(low, MONTHS[i]))
            return n;
    return 0;
}

static const char *year_after(const char *p) {
    const char *at = p + strspn(p, " ,'");
    at += g_ascii_strncasecmp(at, "de ", 3) == 0 ? 3 : 0;
    gsize n = strspn(at, "0123456789");
    return (n == 4 || n == 2) && at > p ? at + n : p;
}

/* 12/3/2010, 2010-03-12: the end, where `n` figures begin at `p`; NULL. */
static const char *figures_end(const char *p, gsize n) {
    const char *q = p + n;
    gsize second = *q != '\0' && strchr("/.-", *q) ? strspn(q + 1, "0123456789") : 0;
    if (second == 0 || second > 2)
        return NULL;
    const char *r = q + 1 + second;
    gsize third = *r == *q ? strspn(r + 1, "0123456789") : 0;
    return third > 0 ? r + 1 + third : r;
}

/* Any of these, 12th (of) March 2010, March 12 2010, March 2010. The end; NULL. */
static const char *date_end(const char *p) {
    gsize n = strspn(p, "0123456789");
    if (n > 4)
        return NULL;
    if (n > 0) {
        const char *end = figures_end(p, n);
        const char *q = p + n + (n <= 2 ? ordinal_length(p + n) : 0);
        q += strspn(q, " ");
        q += g_ascii_strncasecmp(q, "of ", 3) == 0 || g_ascii_strncasecmp(q, "de ", 3) == 0 ? 3 : 0;
        gsize month = n <= 2 && end == NULL ? month_length(q) : 0;
        return month > 0 ? year_after(q + month) : end;
    }
    gsize word = mask_word_length(p);
    if (p[word] != ' ' || !g_ascii_isdigit(p[word + 1]) || month_length(p) != word)
        return NULL;
    p += word + 1;
    gsize day = strspn(p, "0123456789");
    if (day == 4)
        return p + day;
    return day == 1 || day == 2 ? year_after(p + day + ordinal_length(p + day)) : NULL;
}

static gboolean any_in(const char *text, gsize length, const char *const *words) {
    for (; *words != NULL; words++)
        if (g_strstr_len(text, (gssize)length, *words) != NULL)
            return TRUE;
    return FALSE;
}

/* Is it said of the place from `from` to `to` of `low` that it is a birthday? */
static gboolean is_birth(const char *low, gsize from, gsize to) {
    gsize before = 0, after = 0;
    while (before < BEFORE && before < from && low[from - before - 1] != '\n')
        before++;
    while (after < AFTER && low[to + after] != '\0' && low[to + after] != '\n')
        after++;
    return any_in(low + from - before, before, BEFORE_IT) || any_in(low + to, after, AFTER_IT);
}

void mask_births(const char *text, GArray *spans) {
    g_autofree char *low = g_ascii_strdown(text, -1);
    for (const char *p = text; *p != '\0';) {
        if (!mask_begins(text, p)) {
            p++;
            continue;
        }
        const char *end = date_end(p);
        if (end != NULL && is_birth(low, (gsize)(p - text), (gsize)(end - text)))
            mask_add(spans, text, p, end, "date");
        for (p = end ? end : p; mask_word(*p); p++)
            ;
    }
}
