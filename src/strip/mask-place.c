#include "strip/mask.h"

#include <string.h>

/* Postcodes and street addresses. */

/* The 124 postcode areas (Royal Mail, PAF Programmers' Guide) and those of the islands. */
static const char *const AREAS[] = {
    "AB", "AL", "B",  "BA", "BB", "BD", "BF",  "BH", "BL", "BN", "BR", "BS", "BT", "BX", "CA",
    "CB", "CF", "CH", "CM", "CO", "CR", "CT",  "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL",
    "DN", "DT", "DY", "E",  "EC", "EH", "EN",  "EX", "FK", "FY", "G",  "GL", "GU", "GY", "HA",
    "HD", "HG", "HP", "HR", "HS", "HU", "HX",  "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW",
    "KY", "L",  "LA", "LD", "LE", "LL", "LN",  "LS", "LU", "M",  "ME", "MK", "ML", "N",  "NE",
    "NG", "NN", "NP", "NR", "NW", "OL", "OX",  "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH",
    "RM", "S",  "SA", "SE", "SG", "SK", "SL",  "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW",
    "SY", "TA", "TD", "TF", "TN", "TQ", "TR",  "TS", "TW", "UB", "W",  "WA", "WC", "WD", "WF",
    "WN", "WR", "WS", "WV", "YO", "ZE", "GIR", NULL};

/* One or two letters of an area, the district (9, 99, 9A), a blank or none, 9AA. The end; NULL. */
static const char *postcode_end(const char *p) {
    char area[4] = "";
    gsize n = 0;
    for (; n < 3 && g_ascii_isalpha(p[n]); n++)
        area[n] = g_ascii_toupper(p[n]);
    gboolean digit = g_ascii_isdigit(p[n]) || (n == 3 && strcmp(area, "GIR") == 0);
    if (n == 0 || !digit || !g_strv_contains(AREAS, area))
        return NULL;
    if (n == 3) /* GIR 0AA */
        p += 3;
    else {
        p += n;
        gsize digits = strspn(p, "0123456789");
        if (digits == 0 || digits > 3)
            return NULL;
        gboolean joined =
            digits >= 2 && g_ascii_isalpha(p[digits]) && g_ascii_isalpha(p[digits + 1]);
        p += joined ? digits - 1 : digits;
        if (!joined && digits == 3)
            return NULL;
        p += !joined && g_ascii_isalpha(*p);
    }
    gsize gap = strspn(p, " -");
    p += gap;
    if (gap > 2 || !g_ascii_isdigit(*p))
        return NULL;
    for (int i = 1; i <= 2; i++)
        if (!g_ascii_isalpha(p[i]) || strchr("CIKMOV", g_ascii_toupper(p[i])) != NULL)
            return NULL;
    return mask_word(p[3]) ? NULL : p + 3;
}

void mask_postcodes(const char *text, GArray *spans) {
    for (const char *p = text; *p != '\0'; p++) {
        const char *end = g_ascii_isalpha(*p) && mask_begins(text, p) ? postcode_end(p) : NULL;
        if (end != NULL)
            mask_add(spans, text, p, end, "postcode");
    }
}

/* Words that end the name of a street and mean nothing else; those that often do are taken only
 * where the words before them are capitalised. */
static const char *const STREETS[] = {"street",  "road", "avenue", "lane", "crescent",
                                      "terrace", "st",   "rd",     "ave",  NULL};
static const char *const MAYBE_STREETS[] = {
    "close", "drive",    "way",    "court",   "gardens", "place",  "grove",
    "hill",  "park",     "square", "row",     "mews",    "walk",   "rise",
    "view",  "green",    "parade", "house",   "flats",   "estate", "quay",
    "wharf", "cottages", "villas", "heights", "dr",      "cl",     NULL};
static const char *const WELSH_STREETS[] = {"heol", "stryd", "ffordd", "lôn", "rhodfa",
                                            "maes", "clos",  "bryn",   NULL};
static const char *const NOT_NAMES[] = {
    "the",   "a",      "an",      "of",   "my",    "our",  "down",  "up",    "in",     "on",
    "at",    "to",     "and",     "is",   "i",     "was",  "year",  "years", "people", "times",
    "miles", "mins",   "minutes", "min",  "hours", "days", "doors", "it",    "from",   "off",
    "along", "across", "cars",    "boys", "girls", "kids", "his",   "her",   "their",  "your",
    "that",  "this",   "with",    "by",   "or",    "old",  "for",   "away",  NULL};

static gsize word_length(const char *p) {
    gsize n = 0;
    while (mask_word(p[n]) || (n > 0 && (p[n] == '\'' || p[n] == '-') && mask_word(p[n + 1])))
        n++;
    return n;
}

/* After the number of a house: up to three words and the kind of street. The end; NULL. */
static const char *street_end(const char *p) {
    gboolean capital = TRUE;
    for (guint i = 0; i < 4; i++) {
        gsize n = word_length(p);
        if (n == 0 || n > 30 || g_ascii_isdigit(*p))
            return NULL;
        g_autofree char *word = g_utf8_strdown(p, (gssize)n);
        if (i == 0 && g_strv_contains(WELSH_STREETS, word) && p[n] == ' ' &&
            word_length(p + n + 1) > 2)
            return p + n + 1 + word_length(p + n + 1);
        if (i > 0 &&
            (g_strv_contains(STREETS, word) || (capital && g_strv_contains(MAYBE_STREETS, word))))
            return p + n;
        if (g_strv_contains(NOT_NAMES, word))
            return NULL;
        capital &= (guint8)*p >= 0x80 || g_ascii_isupper(*p);
        p += n;
        p += *p == '.';
        if (*p != ' ')
            return NULL;
        p++;
    }
    return NULL;
}

/* "i live on Acacia Avenue": where one lives needs no number. */
static void mask_lived_in(const char *text, GArray *spans) {
    static const char *const words[] = {"on ", "in ", "at ", "off ", "near ", "down ", "by "};
    for (const char *p = text; (p = strpbrk(p, "lL")) != NULL; p++) {
        if (g_ascii_strncasecmp(p, "live", 4) != 0 || !mask_begins(text, p))
            continue;
        const char *at = p + mask_word_length(p);
        for (guint i = 0; *at == ' ' && i < G_N_ELEMENTS(words); i++)
            if (g_ascii_strncasecmp(at + 1, words[i], strlen(words[i])) == 0) {
                const char *from = at + 1 + strlen(words[i]), *end = street_end(from);
                if (end != NULL)
                    mask_add(spans, text, from, end, "street");
                break;
            }
    }
}

void mask_streets(const char *text, GArray *spans) {
    mask_lived_in(text, spans);
    for (const char *p = text; (p = strpbrk(p, "0123456789")) != NULL;) {
        gsize digits = strspn(p, "0123456789");
        const char *after = p + digits;
        gboolean free = p == text || (!mask_word(p[-1]) && strchr(".,:/£-", p[-1]) == NULL);
        after += g_ascii_isalpha(*after) && !mask_word(after[1]); /* 12a */
        after += *after == ',';
        const char *end = free && digits <= 4 && *after == ' ' ? street_end(after + 1) : NULL;
        if (end != NULL)
            mask_add(spans, text, p, end, "street");
        p = end ? end : p + digits;
    }
}
