#include "strip/mask.h"

#include <string.h>

/* Telephone numbers as people type them, in Britain and abroad. Numbers that help are left: a child
 * must be able to read them. */
static const char *const HELPLINES[] = {
    "999",         "112",         "111",         "101",         "116123",      "116000",
    "116111",      "08001111",    "85258",       "18000",       "08088005000", "08000684141",
    "08082000247", "03001233393", "08088084994", "08000119100", "03003300630", "08088010711",
    "03001236600", "08088010677", "03454585258", "08001070160", "08088005002", "08005551111",
    "0800555111",  "08457909090", "08088025544", "03003234000", "08088010343", "08088010327",
    NULL};

enum { SPOKEN_LEAST = 9, DIGITS_LEAST = 7, DIGITS_MOST = 15, GROUPS_MOST = 12 };

typedef struct number {
    char digits[DIGITS_MOST + 2];
    guint count;
    gsize groups[GROUPS_MOST + 1]; /* digits in each group */
    guint group_count;
    char separators[GROUPS_MOST + 1];
    gboolean plus, bracket, too_long;
    const char *end; /* after the last digit, and a closing bracket */
} Number;

/* A blank (also a no-break one), hyphen, dot, bracket or slash between digits; its length. */
static gsize separator(const char *p) {
    if (g_str_has_prefix(p, "\xc2\xa0") || g_str_has_prefix(p, "\xe2\x80\x91"))
        return strlen(p) >= 3 && *p == '\xe2' ? 3 : 2;
    if (g_str_has_prefix(p, "\xe2\x80\x93"))
        return 3;
    return *p != '\0' && strchr(" -.()/", *p) != NULL ? 1 : 0;
}

/* A figure of any script, also in a keycap; and an O that is meant for one, between others. Its
 * length, and *figure as '0' to '9'; 0: there is none. */
static gsize figure_at(const char *p, gboolean after_one, char *figure) {
    static const char keycap[] = "\xe2\x83\xa3", shown[] = "\xef\xb8\x8f";
    gsize n = 1;
    *figure = *p;
    if ((*p | 0x20) == 'o' && after_one && !(g_ascii_isalpha(p[1]) && (p[1] | 0x20) != 'o')) {
        *figure = '0';
    } else if ((guint8)*p >= 0x80) {
        int value = g_unichar_digit_value(g_utf8_get_char(p));
        n = value < 0 ? 0 : (gsize)(g_utf8_next_char(p) - p);
        *figure = (char)('0' + value);
    } else if (!g_ascii_isdigit(*p)) {
        return 0;
    }
    n += n > 0 && g_str_has_prefix(p + n, shown) ? strlen(shown) : 0;
    n += n > 0 && g_str_has_prefix(p + n, keycap) ? strlen(keycap) : 0;
    return n;
}

static Number read_number(const char *p) {
    Number number = {.end = p};
    number.plus = *p == '+';
    p += number.plus;
    guint gap = 0;
    char kind = 0, figure = 0;
    while (*p != '\0') {
        gsize length = figure_at(p, number.count > 0 && gap == 0, &figure);
        if (length > 0) {
            if (gap > 0 || number.group_count == 0) {
                if (number.group_count == GROUPS_MOST)
                    break;
                number.separators[number.group_count] = kind;
                number.groups[number.group_count++] = 0;
            }
            number.groups[number.group_count - 1]++;
            if (number.count <= DIGITS_MOST)
                number.digits[number.count++] = figure;
            p += length;
            number.end = p;
            gap = 0;
            kind = 0;
            continue;
        }
        gsize n = separator(p);
        if (n == 0 || ++gap > 3)
            break;
        number.bracket |= *p == '(';
        kind = *p == ' ' && kind != 0 ? kind : *p;
        p += n;
    }
    number.too_long = number.count > DIGITS_MOST;
    number.digits[MIN(number.count, DIGITS_MOST + 1)] = '\0';
    return number;
}

static gboolean is_helpline(const Number *number) {
    if (g_strv_contains(HELPLINES, number->digits))
        return TRUE;
    if (number->plus && g_str_has_prefix(number->digits, "44")) {
        g_autofree char *national = g_strdup_printf("0%s", number->digits + 2);
        return g_strv_contains(HELPLINES, national);
    }
    return FALSE;
}

/* 12/03/2010, 12.03.10 and 2010-03-12, and a time of day after one. */
static gboolean is_date(const Number *number) {
    if (number->group_count < 3 || number->plus)
        return FALSE;
    const gsize *g = number->groups;
    char s = number->separators[1];
    if (s != number->separators[2] || strchr("/.-", s) == NULL || s == '\0')
        return FALSE;
    gboolean day_first = g[0] <= 2 && g[1] <= 2 && (g[2] == 4 || g[2] == 2);
    gboolean year_first = g[0] == 4 && g[1] <= 2 && g[2] <= 2;
    return (day_first || year_first) && (number->count <= 8 || number->separators[3] == ' ');
}

/* Figures one by one: "0 7 7 0 0 …" is a number read out, "1 2 3 4" is counting. */
static gboolean spelled_out(const Number *number) {
    guint single = 0;
    for (guint i = 0; i < number->group_count; i++)
        single += number->groups[i] == 1;
    return single > 3;
}

/* 555 346 9947, and with a country before it. */
static gboolean is_american(const Number *number) {
    const gsize *g = number->groups;
    guint first = number->group_count == 4 && g[0] <= 3 ? 1 : 0;
    return number->group_count == 3 + first && g[first] == 3 && g[first + 1] == 3 &&
           g[first + 2] == 4;
}

/* Mobile numbers typed without the country: 7700 900123, 13812345678. */
static gboolean is_bare_mobile(const Number *number) {
    const char *d = number->digits;
    if (number->count == 10)
        return d[0] == '7' && number->group_count <= 4;
    return number->count == 11 && number->group_count == 1 && d[0] == '1' && d[1] >= '3';
}

static gboolean is_phone(const Number *number) {
    const char *d = number->digits;
    guint n = number->count;
    gboolean fraction =
        number->group_count == 2 && number->groups[0] < 3 && number->separators[1] == '.';
    if (fraction || number->too_long || n < DIGITS_LEAST || is_helpline(number) || is_date(number))
        return FALSE;
    if (spelled_out(number) && !(d[0] == '0' && (n == 10 || n == 11)))
        return FALSE;
    if (number->plus)
        return n >= 8;
    if (g_str_has_prefix(d, "00"))
        return n >= 11;
    if (d[0] == '0')
        return n == 10 || n == 11 || (n == 9 && number->group_count == 2);
    if (g_str_has_prefix(d, "447"))
        return n == 12;
    return is_bare_mobile(number) || is_american(number) ||
           (number->bracket && n >= 9 && number->group_count >= 2);
}

/* Seven or eight digits are a number where somebody says so. */
static gboolean said_before(const char *text, const char *at) {
    static const char *const words[] = {"call",     "text",   "phone",    "ring",
                                        "tel",      "mobile", "mob",      "number is",
                                        "whatsapp", "no is",  "landline", "fax"};
    gsize back = MIN((gsize)(at - text), 24);
    g_autofree char *before = g_ascii_strdown(at - back, (gssize)back);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(before, words[i]) != NULL)
            return TRUE;
    return FALSE;
}

static gboolean may_begin(const char *p) {
    if (g_ascii_isdigit(*p) || ((guint8)*p >= 0xc0 && g_unichar_isdigit(g_utf8_get_char(p))))
        return TRUE;
    return (*p == '+' || *p == '(') && (g_ascii_isdigit(p[1]) || p[1] == '(' || p[1] == '+');
}

/* Not in a word, a price, a path or the middle of a longer number. */
static gboolean stands_free(const char *text, const char *p) {
    if (p == text)
        return TRUE;
    char before = p[-1];
    if (g_ascii_isdigit(before) || strchr("#$_", before) != NULL)
        return FALSE;
    if (before == '.' || before == '/' || before == '-')
        return p - text < 2 || !g_ascii_isalnum(p[-2]);
    return !(p - text >= 3 &&
             (g_str_has_prefix(p - 3, "\xe2\x82\xac") || g_str_has_prefix(p - 2, "\xc2\xa3")));
}

/* How many figures the word at `p` stands for ("seven" 1, "double" 1 more than the next); 0: it is
 * none. */
static guint spoken_at(const char *p, gsize *length) {
    static const char *const words[] = {"zero",   "oh",     "nought", "one",   "two",   "three",
                                        "four",   "five",   "six",    "seven", "eight", "nine",
                                        "double", "triple", "o",      NULL};
    *length = 0;
    while (g_ascii_isalpha(p[*length]))
        ++*length;
    g_autofree char *word = g_ascii_strdown(p, (gssize)MIN(*length, 10));
    if (!g_strv_contains(words, word))
        return 0;
    return *word == 't' && word[2] == 'i' ? 2 : 1;
}

/* "oh seven seven double oh …": begins as numbers do, and is as long as one. */
static void mask_spoken(const char *text, GArray *spans) {
    for (const char *p = text; (p = strpbrk(p, "zZoOnN")) != NULL;) {
        const char *end = p, *at = p;
        guint figures = 0, more = 0;
        gsize n = 0;
        gboolean begins = mask_begins(text, p) && spoken_at(p, &n) > 0 && (p[1] | 0x20) != 'n' &&
                          (p[1] | 0x20) != 'i'; /* one, nine */
        while (begins && (more = spoken_at(at, &n)) > 0) {
            figures += more;
            end = at + n;
            at = end + strspn(end, " ,-");
        }
        if (figures >= SPOKEN_LEAST)
            mask_add(spans, text, p, end, "phone");
        for (p = MAX(end, p + 1); mask_word(*p) && mask_word(p[-1]); p++)
            ;
    }
}

void mask_phones(const char *text, GArray *spans) {
    mask_spoken(text, spans);
    for (const char *p = text; *p != '\0';) {
        if (!may_begin(p)) {
            p++;
            continue;
        }
        if (!stands_free(text, p)) {
            p += strspn(p, "+(0123456789");
            continue;
        }
        gboolean open = *p == '(';
        Number number = read_number(p + open);
        number.bracket |= open;
        gboolean whole = !g_ascii_isalpha(*number.end) && *number.end != '_';
        gboolean local = number.count >= DIGITS_LEAST && number.count <= 8 &&
                         !is_helpline(&number) && !is_date(&number) && said_before(text, p);
        if (whole && (is_phone(&number) || local))
            mask_add(spans, text, p, number.end, "phone");
        p = MAX(number.end, p + 1);
    }
}
