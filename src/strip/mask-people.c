#include <string.h>

#include "strip/mask.h"
#include "value/names.h"

/* Where the author speaks of somebody else by name. */

/* Whoever somebody may have, or see. */
static const char *const RELATIONS[] = {
    "friend",    "mate",      "bestie",      "brother",    "sister",  "bro",   "sis",
    "cousin",    "boyfriend", "girlfriend",  "bf",         "gf",      "ex",    "twin",
    "stepdad",   "stepmum",   "stepbrother", "stepsister", "uncle",   "aunt",  "auntie",
    "aunty",     "teacher",   "tutor",       "girl",       "boy",     "guy",   "kid",
    "neighbour", "classmate", "bff",         "crush",      "partner", "coach", "nephew",
    "niece",     "someone",   "somebody",    "person",     "bully",   "son",   "daughter",
    "friends",   "mates",     "brothers",    "sisters",    "cousins", "girls", "boys",
    "twins",     "besties",   NULL};
static const char *const TITLES[] = {"mr",    "mrs",    "ms",    "miss", "mx",
                                     "dr",    "sir",    "madam", "prof", "professor",
                                     "uncle", "auntie", "aunty", "aunt", NULL};
static const char *const BEING[] = {"is my ", "was my ", "is a friend", "is in my class", NULL};

enum word { WORD_RELATION = 1, WORD_TITLE = 2 };

/* The same words by their first letter, each a string with its kind before it; made once, never
 * changed. */
typedef struct index {
    GPtrArray *words[26];
} Index;

static void add_words(Index *index, const char *const *list, enum word kind) {
    for (; *list != NULL; list++) {
        GPtrArray **words = &index->words[**list - 'a'];
        if (*words == NULL)
            *words = g_ptr_array_new();
        g_ptr_array_add(*words, g_strdup_printf("%c%s", (char)kind, *list));
    }
}

static const Index *words(void) {
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        Index *index = g_new0(Index, 1);
        add_words(index, RELATIONS, WORD_RELATION);
        add_words(index, TITLES, WORD_TITLE);
        g_once_init_leave(&once, (gsize)index);
    }
    return (const Index *)once;
}

/* What the word at `p` is; a few are both. */
static guint kind_of(const Index *index, const char *p, gsize n) {
    char first = (char)(*p | 0x20);
    const GPtrArray *list = first >= 'a' && first <= 'z' ? index->words[first - 'a'] : NULL;
    guint kinds = 0;
    for (guint i = 0; list != NULL && n > 1 && n < 12 && i < list->len; i++) {
        const char *word = g_ptr_array_index(list, i);
        if (word[2] == (p[1] | 0x20) && strlen(word + 1) == n &&
            g_ascii_strncasecmp(word + 1, p, n) == 0)
            kinds |= (guint)*word;
    }
    return kinds;
}

/* `words` at `p`, in any case; how long. */
static gsize said_at(const char *p, const char *words) {
    gsize n = strlen(words);
    return g_ascii_strncasecmp(p, words, n) == 0 ? n : 0;
}

static gboolean is_name(const char *p, gboolean sure) {
    gsize n = mask_word_length(p);
    if (n < 2)
        return FALSE;
    if (sure || names_is_given(p, n))
        return mask_may_be_name(p, n) || (sure && mask_also_name(p, n));
    return mask_looks_like_name(p, n);
}

static const char *take(const char *text, const char *p, GArray *spans, GPtrArray *names) {
    const char *end = mask_name_end(p);
    guint at = spans->len;
    mask_add(spans, text, p, end, "name");
    g_array_index(spans, Span, at).mark = MARK_PERSON;
    g_ptr_array_add(names, g_strndup(p, (gsize)(end - p)));
    return end;
}

/* "Anna, Beth and Mia" after the first of them. */
static void take_more(const char *text, const char *p, GArray *spans, GPtrArray *names) {
    static const char *const links[] = {", and ", ", ", " and ", " & ", " or "};
    for (guint count = 0; count < 6; count++) {
        gsize n = 0;
        for (guint i = 0; i < G_N_ELEMENTS(links) && n == 0; i++)
            n = said_at(p, links[i]);
        if (n == 0 || !is_name(p + n, FALSE))
            return;
        p = take(text, p + n, spans, names);
    }
}

/* After "my friend": perhaps "called", "is", a comma; then the name. */
static void after_relation(const char *text, const char *p, GArray *spans, GPtrArray *names) {
    static const char *const links[] = {" is called ",
                                        " was called ",
                                        " called ",
                                        " named ",
                                        "'s name is ",
                                        "s name is ",
                                        "\xe2\x80\x99s name is ",
                                        " whose name is ",
                                        ", ",
                                        " (",
                                        ": ",
                                        " "};
    enum { SURE = 8 };
    for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
        gsize n = said_at(p, links[i]);
        if (n == 0)
            continue;
        if (is_name(p + n, i < SURE)) {
            const char *end = take(text, p + n, spans, names);
            take_more(text, end, spans, names);
        }
        return;
    }
}

/* "Mrs Berg", "mr. okafor"; "miss" and "sir" alone are words. */
static void after_title(const char *text, const char *p, gsize n, GArray *spans, GPtrArray *names) {
    gboolean plain = (*p | 0x20) == 'm' && n <= 3; /* mr, mrs, ms, mx: any case */
    gboolean capital = g_ascii_isupper(*p);
    const char *at = p + n;
    at += *at == '.';
    if (*at != ' ' || (!plain && !capital))
        return;
    gboolean shout = g_ascii_isupper(p[n - 1]); /* MS is an illness, too */
    if (is_name(at + 1, plain && !shout))
        take(text, at + 1, spans, names);
}

/* "Anna is my friend": the word before. */
static void before_being(const char *text, const char *p, GArray *spans, GPtrArray *names) {
    const char *start = p - 1;
    gsize said = 0;
    for (guint i = 0; BEING[i] != NULL && said == 0; i++)
        said = said_at(p, BEING[i]);
    if (said == 0 || start <= text || *start != ' ')
        return;
    const char *rest = p + said;
    while (p[said - 1] == ' ' && said_at(rest, "best "))
        rest += 5;
    if (p[said - 1] == ' ' && !(kind_of(words(), rest, mask_word_length(rest)) & WORD_RELATION))
        return;
    while (start > text && mask_word(start[-1]))
        start--;
    if (start + mask_word_length(start) == p - 1 && is_name(start, FALSE))
        take(text, start, spans, names);
}

void mask_people(const char *text, GArray *spans, GPtrArray *names) {
    static const char *const named[] = {"his name is ", "her name is ", "their name is ",
                                        "his name's ", "her name's "};
    const Index *index = words();
    for (const char *p = text; *p != '\0';) {
        if (!mask_begins(text, p)) {
            p++;
            continue;
        }
        gsize n = mask_word_length(p);
        guint kinds = kind_of(index, p, n);
        if (kinds & WORD_RELATION)
            after_relation(text, p + n, spans, names);
        if (kinds & WORD_TITLE)
            after_title(text, p, n, spans, names);
        if ((n == 2 || n == 3) && strchr("iIwW", *p) != NULL)
            before_being(text, p, spans, names);
        for (guint i = 0; i < G_N_ELEMENTS(named) && (n == 3 || n == 5); i++) {
            gsize said = said_at(p, named[i]);
            if (said > 0 && is_name(p + said, TRUE))
                take(text, p + said, spans, names);
        }
        p += MAX(n, 1);
    }
}
