#include "strip/mask.h"

#include <string.h>

/* Numbers that are given to one person. */

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
                             "locker code",
                             "uln",
                             "cand no",
                             "admission no",
                             "account no",
                             "sort code",
                             "my id",
                             "id number",
                             "id no",
                             "card number",
                             "my pin"};

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
        else if (!digit && strchr("pscaeniulbmPSCAENIULBM", *p) != NULL)
            said_number(text, p, spans);
    }
}
