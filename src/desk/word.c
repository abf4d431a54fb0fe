#include "desk/word.h"

#include <string.h>

/* Full-width forms (U+FF01 to U+FF5E) are what some keyboards give for ASCII. */
static gunichar narrow(gunichar c) {
    return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
}

static gunichar at(const char *p) {
    return narrow(g_utf8_get_char(p));
}

static gboolean is_slash(gunichar c) {
    return c == '/' || c == '\\' || c == 0x2044 || c == 0x2215 || c == 0x29F8;
}

static gboolean is_nothing(gunichar c) {
    return g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_FORMAT;
}

/* What people and mail programs put around a word. Not '>': that line is somebody else's. */
static gboolean is_ornament(gunichar c) {
    return c != '>' && !is_slash(c) &&
           (g_unichar_ispunct(c) || g_unichar_type(c) == G_UNICODE_OTHER_SYMBOL);
}

static gboolean is_letter(gunichar c) {
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

gboolean word_blank(const char *line) {
    for (; *line != '\0'; line = g_utf8_next_char(line))
        if (!is_nothing(at(line)))
            return FALSE;
    return TRUE;
}

gboolean word_has_slash(const char *line) {
    for (; *line != '\0'; line = g_utf8_next_char(line))
        if (is_slash(at(line)))
            return TRUE;
    return FALSE;
}

gboolean word_says_something(const char *text) {
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (g_unichar_isalnum(at(text)))
            return TRUE;
    return FALSE;
}

/* Reads letters and digits from `p` into word->text and its form; answers where they end. */
static const char *take_letters(Word *word, const char *p, gboolean slash) {
    GString *text = g_string_new(NULL);
    guint large = 0, small = 0;
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = at(p);
        if (g_unichar_type(c) == G_UNICODE_FORMAT)
            continue;
        if (!is_letter(c) || (text->len == 0 && !g_unichar_isalpha(c)))
            break;
        large += g_unichar_isupper(c) ? 1 : 0;
        small += g_unichar_islower(c) ? 1 : 0;
        g_string_append_unichar(text, g_unichar_tolower(c));
    }
    word->text = g_string_free(text, FALSE);
    word->form = slash ? FORM_SLASH : large > 1 && small == 0 ? FORM_CAPITALS : FORM_PLAIN;
    return p;
}

/* Does the word go on behind its letters: an apostrophe, hyphen, dot or slash with a letter behind?
 */
static gboolean goes_on(const char *p) {
    gunichar c = *p ? at(p) : 0;
    if (c == 0 || (strchr("'-._@", (int)MIN(c, 0x7f)) == NULL && c != 0x2019 && !is_slash(c)))
        return FALSE;
    p = g_utf8_next_char(p);
    return *p != '\0' && is_letter(at(p));
}

Word *word_read(const char *line) {
    Word *word = g_new0(Word, 1);
    const char *p = line;
    gboolean slash = FALSE;
    while (*p != '\0' && (is_nothing(at(p)) || is_ornament(at(p))))
        p = g_utf8_next_char(p);
    for (; *p != '\0' && (is_slash(at(p)) || (slash && is_nothing(at(p)))); p = g_utf8_next_char(p))
        slash = TRUE;
    p = take_letters(word, p, slash);
    word->part = goes_on(p);
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = at(p);
        if (is_nothing(c))
            continue;
        if (g_unichar_isalnum(c) || !(is_ornament(c) || is_slash(c) || c == '>'))
            break;
        word->separated = TRUE;
        word->question |= c == '?';
    }
    word->after = p;
    word->alone = !word_says_something(p);
    return word;
}

void word_free(Word *word) {
    if (word == NULL)
        return;
    g_free(word->text);
    g_free(word);
}

gboolean word_starts(const char *text, const char *small) {
    g_autoptr(Word) word = word_read(text);
    return strcmp(word->text, small) == 0;
}

const char *word_find(const char *line, const char *small, enum form form) {
    const char *start = line; /* of what stands since the last blank */
    gboolean whole = TRUE;    /* no letter in it so far */
    for (const char *p = line; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = at(p);
        if (is_nothing(c)) {
            start = g_utf8_next_char(p);
            whole = TRUE;
        } else if (is_letter(c)) {
            if (whole && g_unichar_tolower(c) == (gunichar)*small) {
                g_autoptr(Word) word = word_read(start);
                if (strcmp(word->text, small) == 0 && (form == FORM_PLAIN || word->form == form))
                    return start;
            }
            whole = FALSE;
        }
    }
    return NULL;
}
