#include "value/ending.h"

#include <string.h>

#include "base/text.h"

enum { LINES = 6, LONGEST = 60, MOST_WORDS = 8, LONG_NUMBER = 4, SMALL_WORD = 3 };

static void clear_line(gpointer data) {
    g_free(((EndingLine *)data)->line);
}

static char *folded(const char *line, gsize length) {
    g_autofree char *copy = g_strndup(line, length);
    g_autofree char *single = text_one_line(copy);
    return g_utf8_casefold(single, -1);
}

/* What is said under every answer and is no signature: who helps, and how one takes leave. */
static gboolean is_kept(const char *line) {
    static const char *const words[] = {
        "childline", "samaritans", "shout",  "kooth", "papyrus",   "helpline", "help",
        "999",       "111",        "nhs",    "love",  "take care", "wishes",   "regards",
        "bye",       "speak soon", "cheers", "thank", "yours",     "hugs",     "cofion",
        "hwyl",      "sincerely",  "police", "nurse", "doctor",    "call",     "ring",
        "text",      "adult",      "talk",   "tell",  "write",     "please",   "safe"};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(line, words[i]) != NULL)
            return TRUE;
    return FALSE;
}

static gboolean has_long_number(const char *line) {
    guint digits = 0;
    for (; *line != '\0' && digits < LONG_NUMBER; line++)
        digits = g_ascii_isdigit(*line) ? digits + 1 : *line == ' ' ? digits : 0;
    return digits >= LONG_NUMBER;
}

/* Short, and no sentence. */
static gboolean may_be(const char *line, gsize length) {
    if (length == 0 || length > LONGEST || strchr(".?!,:;", line[length - 1]) != NULL)
        return FALSE;
    guint words = 1;
    for (gsize i = 0; i < length; i++)
        words += line[i] == ' ';
    g_autofree char *small = folded(line, length);
    return words <= MOST_WORDS && !has_long_number(small) && !is_kept(small);
}

/* A name was masked in it, or each of its words but small ones has a capital. */
static gboolean looks(const char *line, gsize length) {
    if (memchr(line, '[', length) != NULL || memchr(line, '|', length) != NULL)
        return TRUE;
    gboolean any = FALSE;
    for (gsize i = 0; i < length;) {
        gsize n = 0;
        while (i + n < length && line[i + n] != ' ')
            n++;
        gunichar first = g_utf8_get_char(line + i);
        any |= g_unichar_isupper(first);
        if (n > SMALL_WORD && g_unichar_islower(first))
            return FALSE;
        i += n + 1;
    }
    return any;
}

GArray *ending_lines(const char *text) {
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(EndingLine));
    g_array_set_clear_func(lines, clear_line);
    const char *end = text + strlen(text);
    while (lines->len < LINES) {
        while (end > text && g_ascii_isspace(end[-1]))
            end--;
        const char *start = end;
        while (start > text && start[-1] != '\n')
            start--;
        if (start == text || !may_be(start, (gsize)(end - start)))
            break;
        EndingLine line = {.line = folded(start, (gsize)(end - start)),
                           .at = (gsize)(start - text),
                           .looks = looks(start, (gsize)(end - start))};
        g_array_append_val(lines, line);
        end = start;
    }
    return lines;
}
