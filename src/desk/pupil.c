#include "desk/pupil.h"

#include <string.h>

#include "base/problems.h"
#include "desk/word.h"

/* What a line comes to. `sure` FALSE with a command: probably meant. */
typedef struct heard {
    enum command command;
    gboolean sure;
    enum form form;
    gboolean slash_word; /* a slash and one word that is no command */
} Heard;

enum { LONGEST = 40 }; /* letters; a longer line says more than a command */

static const struct {
    const char *words;
    enum command command;
} KNOWN[] = {{"adult", COMMAND_ADULT},
             {"an adult", COMMAND_ADULT},
             {"a adult", COMMAND_ADULT},
             {"someone else", COMMAND_SOMEONE_ELSE},
             {"some one else", COMMAND_SOMEONE_ELSE},
             {"someoneelse", COMMAND_SOMEONE_ELSE},
             {"somebody else", COMMAND_SOMEONE_ELSE},
             {"stop", COMMAND_STOP},
             {"delete", COMMAND_DELETE},
             {"stop delete", COMMAND_DELETE},
             {"stop and delete", COMMAND_DELETE}};

/* Words of their own, one letter away from a command. */
static const char *const NOT_MEANT[] = {"step", "shop", "top",  "stoop", "atop", "sto",
                                        "slop", "spot", "stow", "strop", NULL};

/* Whoever writes "an / ADULT" on two lines may have written "I do not want an adult". */
static const char *const DANGLING[] = {"a",    "an",  "any", "no",      "not",  "the",  "to",
                                       "want", "by",  "or",  "and",     "with", "from", "other",
                                       "my",   "our", "her", "another", "is",   "of",   NULL};

/* The words of `text` in small letters with one blank between them; NULL where it is longer than
 * any command, or has a digit or none of these words. */
static char *squeeze(const char *text) {
    GString *out = g_string_new(NULL);
    gboolean gap = FALSE;
    for (const char *p = text; *p != '\0' && out->len <= LONGEST; p = g_utf8_next_char(p)) {
        g_autofree char *one = g_strndup(p, (gsize)(g_utf8_next_char(p) - p));
        g_autofree char *plain = g_utf8_normalize(one, -1, G_NORMALIZE_NFKC);
        gunichar c = g_utf8_get_char(plain ? plain : one);
        if (g_unichar_isalnum(c)) {
            if (gap && out->len > 0)
                g_string_append_c(out, ' ');
            g_string_append_unichar(out, g_unichar_tolower(c));
        }
        if (g_unichar_type(c) != G_UNICODE_FORMAT)
            gap = !g_unichar_isalnum(c);
    }
    gboolean fits = out->len > 0 && out->len <= LONGEST;
    return g_string_free(out, !fits);
}

/* Cuts "please" and "thanks" off; TRUE where there was one. */
static gboolean cut_manners(char *words) {
    static const char *const manners[] = {" please",    " pls", " plz", " thanks",
                                          " thank you", " thx", " ty",  NULL};
    gboolean cut = FALSE;
    for (guint i = 0; manners[i] != NULL; i++)
        if (g_str_has_suffix(words, manners[i])) {
            words[strlen(words) - strlen(manners[i])] = '\0';
            cut = TRUE;
        }
    if (g_str_has_prefix(words, "please ")) {
        memmove(words, words + 7, strlen(words + 7) + 1);
        cut = TRUE;
    }
    return cut;
}

static gboolean closes(enum command command) {
    return command == COMMAND_STOP || command == COMMAND_DELETE;
}

/* One or two slips from a command; "close" is what listeners say for "stop". */
static enum command nearest(const char *words, gboolean slash) {
    g_auto(GStrv) pieces = g_strsplit(words, " ", -1);
    g_autofree char *joined = g_strjoinv("", pieces);
    if (g_strv_contains(NOT_MEANT, words))
        return COMMAND_NONE;
    for (guint i = 0; i < G_N_ELEMENTS(KNOWN); i++)
        if (strchr(KNOWN[i].words, ' ') == NULL &&
            problems_slips(joined, KNOWN[i].words) <= (strlen(KNOWN[i].words) > 8 ? 2u : 1u))
            return KNOWN[i].command;
    return slash && strcmp(words, "close") == 0 ? COMMAND_STOP : COMMAND_NONE;
}

/* What `text` (a line, or all of it) is when nothing else counts. */
static Heard hear(const char *text) {
    Heard heard = {.command = COMMAND_NONE};
    g_autoptr(Word) word = word_read(text);
    g_autofree char *words = squeeze(text);
    if (words == NULL || *word->text == '\0')
        return heard;
    heard.form = word->form;
    gboolean polite = cut_manners(words);
    for (guint i = 0; i < G_N_ELEMENTS(KNOWN); i++)
        if (strcmp(KNOWN[i].words, words) == 0)
            heard.command = KNOWN[i].command;
    heard.sure = heard.command != COMMAND_NONE;
    if (closes(heard.command) && polite) /* "please stop" is said to somebody, not to a mailbox */
        return (Heard){.command = COMMAND_NONE};
    if (closes(heard.command) && strchr(text, '?') != NULL)
        heard.sure = FALSE;
    if (heard.command == COMMAND_NONE)
        heard.command = nearest(words, heard.form == FORM_SLASH);
    heard.slash_word = heard.form == FORM_SLASH && heard.command == COMMAND_NONE && word->alone &&
                       !word->part && strcmp(word->text, "help") != 0;
    return heard;
}

/* Is every letter of `text` a capital? Then capitals say nothing. */
static gboolean shouted(const char *text) {
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (g_unichar_islower(g_utf8_get_char(text)))
            return FALSE;
    return TRUE;
}

static gboolean dangles(const char *line) {
    g_autofree char *words = g_utf8_strdown(line, -1);
    g_strchomp(words);
    gsize length = strlen(words);
    while (length > 0 && g_ascii_isalpha(words[length - 1]))
        length--;
    return g_strv_contains(DANGLING, words + length);
}

/* The first (or last) line of a text that has others too. */
static Heard hear_end(GStrv lines, guint here, guint other, const char *text) {
    Heard heard = hear(lines[here]);
    gboolean first = here < other;
    const char *beside = lines[first ? here + 1 : here - 1];
    gboolean apart = word_blank(beside);
    if (heard.form == FORM_SLASH)
        return heard;
    if (!heard.sure || closes(heard.command))
        return (Heard){.command = COMMAND_NONE};
    if (heard.form == FORM_CAPITALS) {
        if (first && !apart && heard.command != COMMAND_ADULT && shouted(text))
            return (Heard){.command = COMMAND_NONE}; /* "SOMEONE ELSE / IS HURTING ME" */
        heard.sure = first || apart || !dangles(beside);
        return heard;
    }
    if (first && (apart || heard.command == COMMAND_ADULT)) /* phones write "Adult" */
        return heard;
    return (Heard){.command = COMMAND_NONE};
}

static Said *unclear(const char *text, const char *line, enum command meant) {
    Said *said = g_new0(Said, 1);
    said->command = COMMAND_UNCLEAR;
    said->rest = g_strdup(text);
    said->unclear = g_strstrip(g_strdup(line));
    said->meant = meant == COMMAND_NONE ? NULL : COMMAND_WORDS[meant];
    return said;
}

static Said *plain(enum command command, char *rest) {
    Said *said = g_new0(Said, 1);
    said->command = command;
    said->rest = rest;
    return said;
}

/* The text without the lines that are `command`. */
static char *without(GStrv lines, guint first, guint last, const Heard *ends,
                     enum command command) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; lines[i] != NULL; i++) {
        gboolean said = (i == first && ends[0].command == command && ends[0].sure) ||
                        (i == last && ends[1].command == command && ends[1].sure);
        if (!said)
            g_string_append_printf(out, "%s\n", lines[i]);
    }
    return g_strstrip(g_string_free(out, FALSE));
}

/* Of what the first and the last line say. An adult too many costs less than one asked for in
 * vain; what closes a case must be beyond doubt. */
static Said *decide(GStrv lines, guint first, guint last, const Heard *ends, const char *text) {
    enum command a = ends[0].command, b = ends[1].command;
    if ((a == COMMAND_ADULT && ends[0].sure) || (b == COMMAND_ADULT && ends[1].sure))
        return plain(COMMAND_ADULT, without(lines, first, last, ends, COMMAND_ADULT));
    if (a == COMMAND_NONE && b == COMMAND_NONE)
        return plain(COMMAND_NONE, g_strdup(text));
    if (a != COMMAND_NONE && !ends[0].sure)
        return unclear(text, lines[first], a);
    if (b != COMMAND_NONE && !ends[1].sure)
        return unclear(text, lines[last], b);
    if (a != COMMAND_NONE && b != COMMAND_NONE && a != b)
        return unclear(text, lines[last], COMMAND_NONE);
    enum command command = a != COMMAND_NONE ? a : b;
    return plain(command, without(lines, first, last, ends, command));
}

Said *pupil_says(const char *text) {
    Heard all = hear(text);
    if (all.command != COMMAND_NONE && all.sure)
        return plain(all.command, g_strdup(""));
    if (all.command != COMMAND_NONE || all.slash_word)
        return unclear(text, text, all.command);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint first = 0, last = g_strv_length(lines);
    while (lines[first] != NULL && word_blank(lines[first]))
        first++;
    while (last > first && (lines[last] == NULL || word_blank(lines[last])))
        last--;
    if (first >= last)
        return plain(COMMAND_NONE, g_strdup(text));
    Heard ends[] = {hear_end(lines, first, last, text), hear_end(lines, last, first, text)};
    return decide(lines, first, last, ends, text);
}
