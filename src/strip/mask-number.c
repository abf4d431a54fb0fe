#include "strip/mask.h"

#include <string.h>

/* Numbers that are given to one person, and dates of birth. */

static const char *digits_at(const char *p, guint count, char *into) {
    for (guint i = 0; i < count; i++) {
        if (!g_ascii_isdigit(p[i]))
            return NULL;
        into[i] = p[i];
    }
    return p + count;
}

/* NHS number: 3-3-4 digits, the last a check digit (modulus 11). */
static const char *nhs_end(const char *p) {
    char d[10];
    gboolean gap = FALSE;
    const char *q = digits_at(p, 3, d);
    if (q == NULL)
        return NULL;
    gap = *q == ' ' || *q == '-';
    q = digits_at(q + gap, 3, d + 3);
    if (q == NULL || gap != (*q == ' ' || *q == '-'))
        return NULL;
    q = digits_at(q + gap, 4, d + 6);
    if (q == NULL || mask_word(*q))
        return NULL;
    guint sum = 0;
    for (guint i = 0; i < 9; i++)
        sum += (guint)(d[i] - '0') * (10 - i);
    guint check = (11 - sum % 11) % 11;
    return check != 10 && check == (guint)(d[9] - '0') ? q : NULL;
}

/* National Insurance number: AA 99 99 99 A. */
static const char *insurance_end(const char *p) {
    static const char *const never[] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ", NULL};
    char prefix[3] = {g_ascii_toupper(p[0]), p[0] ? g_ascii_toupper(p[1]) : '\0', '\0'}, d[2];
    if (strlen(prefix) < 2 || strchr("DFIQUV", prefix[0]) || strchr("DFIQUVO", prefix[1]) ||
        !g_ascii_isalpha(p[0]) || !g_ascii_isalpha(p[1]) || g_strv_contains(never, prefix))
        return NULL;
    p += 2;
    for (guint i = 0; i < 3; i++) {
        p += *p == ' ' || *p == '-';
        p = digits_at(p, 2, d);
        if (p == NULL)
            return NULL;
    }
    p += *p == ' ' || *p == '-';
    return *p != '\0' && strchr("ABCDabcd", *p) != NULL && !mask_word(p[1]) ? p + 1 : NULL;
}

/* Unique Pupil Number: a letter, eleven digits, and a digit or letter. */
static const char *pupil_end(const char *p) {
    char d[11];
    if (!g_ascii_isalpha(*p) || digits_at(p + 1, 11, d) == NULL || !g_ascii_isalnum(p[12]))
        return NULL;
    return mask_word(p[13]) ? NULL : p + 13;
}

/* "my candidate number is 4123": the number, where somebody says that it is one. */
static const char *SAID[] = {"pupil number",
                             "candidate number",
                             "student number",
                             "student id",
                             "pupil id",
                             "admission number",
                             "exam number",
                             "nhs number",
                             "insurance number",
                             "passport number",
                             "locker number",
                             "school number",
                             "upn",
                             "ni number",
                             "student no",
                             "candidate no",
                             "library card",
                             "account number",
                             "bus pass",
                             "locker code"};

static void said_number(const char *text, const char *p, GArray *spans) {
    for (guint i = 0; i < G_N_ELEMENTS(SAID); i++) {
        gsize n = *SAID[i] == (char)(*p | 0x20) ? strlen(SAID[i]) : 0;
        if (n == 0 || g_ascii_strncasecmp(p, SAID[i], n) != 0 || mask_word(p[n]))
            continue;
        const char *at = p + n;
        at += strspn(at, " :#=.");
        if (g_ascii_strncasecmp(at, "is ", 3) == 0)
            at += 3;
        at += strspn(at, " :#=");
        gsize length = 0, digits = 0;
        while (g_ascii_isalnum(at[length]) || at[length] == '-' || at[length] == '/')
            digits += g_ascii_isdigit(at[length++]) != 0;
        if (digits >= 3)
            mask_add(spans, text, at, at + length, "number");
        return;
    }
}

void mask_numbers(const char *text, GArray *spans) {
    for (const char *p = text; *p != '\0'; p++) {
        if (!g_ascii_isalnum(*p) || !mask_begins(text, p))
            continue;
        gboolean digit = g_ascii_isdigit(*p);
        const char *end = digit ? nhs_end(p) : insurance_end(p);
        end = end == NULL && !digit ? pupil_end(p) : end;
        if (end != NULL)
            mask_add(spans, text, p, end, "number");
        else if (!digit && strchr("pscaeniulbPSCAENIULB", *p) != NULL)
            said_number(text, p, spans);
    }
}

static gsize month_length(const char *p) {
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    for (guint i = 0; i < G_N_ELEMENTS(months); i++) {
        gsize n = 3;
        if (g_ascii_strncasecmp(p, months[i], 3) != 0)
            continue;
        while (g_ascii_isalpha(p[n]))
            n++;
        return n <= 9 ? n : 0;
    }
    return 0;
}

static gsize ordinal_length(const char *p) {
    static const char *const ends[] = {"st", "nd", "rd", "th"};
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_ascii_strncasecmp(p, ends[i], 2) == 0 && !mask_word(p[2]))
            return 2;
    return 0;
}

static const char *year_after(const char *p) {
    const char *at = p + strspn(p, " ,'");
    gsize n = strspn(at, "0123456789");
    return (n == 4 || n == 2) && at > p ? at + n : p;
}

/* 12/3/2010, 2010-03-12, 12th (of) March 2010, March 12 2010. The end; NULL. */
static const char *date_end(const char *p) {
    gsize n = strspn(p, "0123456789");
    if (n > 0 && n <= 4) {
        const char *q = p + n;
        gsize second = strchr("/.-", *q) && *q ? strspn(q + 1, "0123456789") : 0;
        if (second > 0 && second <= 2) {
            const char *r = q + 1 + second;
            gsize third = *r == *q ? strspn(r + 1, "0123456789") : 0;
            return third > 0 ? r + 1 + third : r;
        }
        q += n <= 2 ? ordinal_length(q) : 0;
        q += strspn(q, " ");
        q += g_ascii_strncasecmp(q, "of ", 3) == 0 ? 3 : 0;
        gsize month = n <= 2 ? month_length(q) : 0;
        return month > 0 ? year_after(q + month) : NULL;
    }
    gsize month = month_length(p);
    if (month == 0 || p[month] != ' ')
        return NULL;
    p += month + 1;
    gsize day = strspn(p, "0123456789");
    return day == 1 || day == 2 ? year_after(p + day + ordinal_length(p + day)) : NULL;
}

void mask_births(const char *text, GArray *spans) {
    static const char *const words[] = {"born",          "dob",      "d.o.b",
                                        "date of birth", "birthday", "birth date",
                                        "geboren",       "urodz",    "née le"};
    for (const char *p = text; *p != '\0'; p++) {
        if (strchr("bdBDgun", *p) == NULL || !mask_begins(text, p))
            continue;
        for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
            if (*words[i] != (char)(*p | 0x20) ||
                g_ascii_strncasecmp(p, words[i], strlen(words[i])) != 0)
                continue;
            const char *at = p + strlen(words[i]);
            for (const char *stop = at + 24; *at != '\0' && *at != '\n' && at < stop; at++) {
                const char *end = mask_begins(text, at) ? date_end(at) : NULL;
                if (end == NULL)
                    continue;
                mask_add(spans, text, at, end, "date");
                break;
            }
            break;
        }
    }
}
