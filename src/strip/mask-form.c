#include <string.h>

#include "strip/mask.h"

/* Which class somebody is in: years 7 to 13 with the letter of a form, and sets. */

/* The length of a year, 7 to 13; 0: none. */
static gsize year_length(const char *p) {
    gsize n = strspn(p, "0123456789");
    if (n == 1)
        return *p >= '7' ? 1 : 0;
    return n == 2 && *p == '1' && p[1] <= '3' ? 2 : 0;
}

/* What stands behind a figure and is no form: units, hours, ordinals. */
static gboolean is_unit(const char *p, gsize n) {
    static const char *const units[] = {
        "am",  "pm",  "km",  "kg",  "gb",  "mb",  "tb",  "kb",  "cm",  "mm",  "ml",
        "th",  "st",  "nd",  "rd",  "hr",  "hz",  "ft",  "in",  "lb",  "oz",  "mg",
        "px",  "dp",  "ad",  "bc",  "or",  "is",  "to",  "up",  "of",  "if",  "at",
        "on",  "yo",  "xx",  "mp",  "fm",  "ps",  "xd",  "mph", "kmh", "rpm", "kwh",
        "gbp", "usd", "eur", "min", "sec", "hrs", "yrs", "pcs", NULL};
    g_autofree char *low = g_ascii_strdown(p, (gssize)n);
    return g_strv_contains(units, low);
}

/* Where the word before `end` begins; *word is a copy of it in small letters. */
static const char *word_before(const char *text, const char *end, char **word) {
    while (end > text && strchr(" :-", end[-1]) != NULL)
        end--;
    const char *start = end;
    while (start > text && mask_word(start[-1]))
        start--;
    *word = g_ascii_strdown(start, end - start);
    return start;
}

/* "in 9b", "form 10c", "my form is 10c": the word before says that it is one. */
static gboolean said_before(const char *text, const char *p, const char *const *words) {
    static const char *const fillers[] = {"is", "was", "called", "group", NULL};
    g_autofree char *word = NULL, *earlier = NULL;
    const char *start = word_before(text, p, &word);
    if (g_strv_contains(words, word))
        return TRUE;
    if (!g_strv_contains(fillers, word))
        return FALSE;
    word_before(text, start, &earlier);
    return g_strv_contains(words, earlier);
}

/* What a figure and a letter may mean behind these … */
static const char *const IN_IT[] = {"in",    "form", "class", "year", "yr",
                                    "group", "from", "tutor", "y",    NULL};
/* … what nothing else can be … */
static const char *const FORMS[] = {"form", "class", "tutor", "group", NULL};
/* … and what is no class. */
static const char *const ROOMS[] = {"room", "flat", "bus",  "seat",     "gate", "row",
                                    "page", "unit", "door", "platform", NULL};

/* The end of 9B, 10C2, 9x/Ma3 at `p`; NULL. */
static const char *form_end(const char *text, const char *p) {
    gsize year = year_length(p);
    const char *at = p + year;
    if (year == 0)
        return NULL;
    gsize letters = 0;
    while (letters < 3 && g_ascii_isalpha(at[letters]))
        letters++;
    const char *end = at + letters;
    if (*end == '/' && letters < 3 && g_ascii_isalpha(end[1]) && g_ascii_isalpha(end[2])) {
        end += 3;
        end += g_ascii_isdigit(*end);
        return mask_word(*end) ? NULL : end;
    }
    if (letters == 0) { /* form 11-2 */
        gsize more = *at != '\0' && strchr("-./", *at) ? strspn(at + 1, "0123456789") : 0;
        gboolean form = more == 1 && !mask_word(at[2]) && said_before(text, p, FORMS);
        return form ? at + 2 : NULL;
    }
    if (is_unit(at, letters))
        return NULL;
    gboolean number = g_ascii_isdigit(*end) != 0;
    end += number;
    if (mask_word(*end) || said_before(text, p, ROOMS))
        return NULL;
    gboolean capitals = TRUE;
    for (gsize i = 0; i < letters; i++)
        capitals &= g_ascii_isupper(at[i]);
    /* a race of 10K, £9M, 13V */
    gboolean doubtful = letters == 1 && !number && strchr("KMPXV", at[0]) != NULL;
    return (capitals && !doubtful) || (letters < 3 && said_before(text, p, IN_IT)) ? end : NULL;
}

/* "year 9 set 2", "y10 set 3", "year 8 blue": the end of it, where a year begins at `p`. */
static const char *set_end(const char *text, const char *p, gboolean y) {
    static const char *const colours[] = {"red",    "blue",   "green", "yellow", "purple",
                                          "orange", "silver", "gold",  NULL};
    static const char *const years[] = {"year", "yr", NULL};
    gsize year = year_length(p);
    const char *at = p + year;
    if (year == 0 || *at != ' ')
        return NULL;
    if (g_ascii_strncasecmp(at, " set ", 5) == 0 && g_ascii_isdigit(at[5]) && !mask_word(at[6]))
        return at + 6;
    gsize n = mask_word_length(at + 1);
    g_autofree char *word = g_ascii_strdown(at + 1, (gssize)n);
    gboolean said = y || said_before(text, p, years);
    return said && g_strv_contains(colours, word) ? at + 1 + n : NULL;
}

void mask_forms(const char *text, GArray *spans) {
    for (const char *p = text; (p = strpbrk(p, "0123456789")) != NULL;) {
        gsize digits = strspn(p, "0123456789");
        gboolean y = p > text && (p[-1] | 0x20) == 'y' && (p - 1 == text || !mask_word(p[-2]));
        gboolean open = p == text || (!mask_word(p[-1]) && strchr(".,:/$#-+", p[-1]) == NULL) || y;
        gboolean pounds = p - text >= 2 && g_str_has_prefix(p - 2, "\xc2\xa3");
        const char *end = open && !pounds ? form_end(text, p) : NULL;
        end = end || !open || pounds ? end : set_end(text, p, y);
        if (end != NULL)
            mask_add(spans, text, p, end, "number");
        p = end ? end : p + digits;
    }
}
