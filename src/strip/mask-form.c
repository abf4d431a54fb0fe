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
        "am", "pm", "km", "kg", "gb", "mb", "tb", "kb", "cm", "mm", "ml", "th", "st", "nd",
        "rd", "hr", "hz", "ft", "in", "lb", "oz", "mg", "px", "dp", "ad", "bc", "or", "is",
        "to", "up", "of", "if", "at", "on", "yo", "xx", "mp", "fm", "ps", "xd", NULL};
    g_autofree char *low = g_ascii_strdown(p, (gssize)n);
    return g_strv_contains(units, low);
}

/* "in 9b", "form 10c": the word before says that it is one. */
static gboolean said_before(const char *text, const char *p) {
    static const char *const words[] = {"in",   "form",  "class", "year", "yr", "group",
                                        "from", "tutor", "set",   "y",    NULL};
    const char *end = p;
    while (end > text && strchr(" :-", end[-1]) != NULL)
        end--;
    const char *start = end;
    while (start > text && mask_word(start[-1]))
        start--;
    g_autofree char *word = g_ascii_strdown(start, end - start);
    return end > start && g_strv_contains(words, word);
}

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
    if (letters == 0 || letters > 2 || is_unit(at, letters))
        return NULL;
    gboolean number = g_ascii_isdigit(*end) != 0;
    end += number;
    if (mask_word(*end))
        return NULL;
    gboolean capitals = g_ascii_isupper(at[0]) && (letters == 1 || g_ascii_isupper(at[1]));
    /* a race of 10K, £9M, 13V */
    gboolean doubtful = letters == 1 && !number && strchr("KMPXVCDH", at[0]) != NULL;
    return (capitals && !doubtful) || said_before(text, p) ? end : NULL;
}

/* "year 9 set 2", "y10 set 3": the end of it, where a year begins at `p`. */
static const char *set_end(const char *p) {
    gsize year = year_length(p);
    const char *at = p + year;
    if (year == 0 || g_ascii_strncasecmp(at, " set ", 5) != 0 || !g_ascii_isdigit(at[5]) ||
        mask_word(at[6]))
        return NULL;
    return at + 6;
}

void mask_forms(const char *text, GArray *spans) {
    for (const char *p = text; (p = strpbrk(p, "0123456789")) != NULL;) {
        gsize digits = strspn(p, "0123456789");
        gboolean y = p > text && (p[-1] | 0x20) == 'y' && (p - 1 == text || !mask_word(p[-2]));
        gboolean open = p == text || (!mask_word(p[-1]) && strchr(".,:/$#-+", p[-1]) == NULL) || y;
        gboolean pounds = p - text >= 2 && g_str_has_prefix(p - 2, "\xc2\xa3");
        const char *end = open && !pounds ? form_end(text, p) : NULL;
        end = end || !open || pounds ? end : set_end(p);
        if (end != NULL)
            mask_add(spans, text, p, end, "number");
        p = end ? end : p + digits;
    }
}
