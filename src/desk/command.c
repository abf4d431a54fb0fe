#include "desk/command.h"

#include <string.h>

#include "base/problems.h"
#include "desk/account.h"
#include "desk/pupil.h"
#include "desk/word.h"

const char *const COMMAND_WORDS[] = {"none",         "PASS",   "FLAG",   "CLOSE",   "NOTE",
                                     "HELP",         "ASSIGN", "TAKEN",  "RELEASE", "RETURN",
                                     "UNSEAL",       "LIFT",   "OTHERS", "OUTCOME", "ADULT",
                                     "SOMEONE ELSE", "STOP",   "DELETE", "unclear", NULL};

/* Words of their own, one slip away from a command: "Love," above a name is no CLOSE. None of them
 * is near FLAG: there the slip is asked about. */
static const char *const NOT_MEANT[] = {"past",  "mass",  "bass", "pas",  "grass", "lose",  "chose",
                                        "loose", "not",   "none", "vote", "nope",  "noted", "hell",
                                        "held",  "hello", "heap", "take", "token", NULL};

/* FLAG as hurried thumbs write it, with the reason behind it in small letters. */
static const char *const FLAG_SLIPS[] = {"flga", "falg", "flg",   "flagg",   "fllag",    "lfag",
                                         "fkag", "glag", "flags", "flagged", "flagging", NULL};

/* Behind a command word in small letters these make it a word to the supervisor ("pass he is my
 * cousin") rather than to the pupil ("pass on my regards"). */
static const struct {
    enum command command;
    const char *next[24];
} ASIDE[] = {{COMMAND_PASS, {"i",   "im",   "he",     "hes",    "she", "shes",    "they", "this",
                             "it",  "him",  "her",    "please", "pls", "because", "cos",  "sorry",
                             "can", "cant", "cannot", "too",    "to",  "for"}},
             {COMMAND_CLOSE, {"i", "he", "she", "they", "this", "it", "please", "pls", "because"}},
             {COMMAND_NOTE,
              {"i", "he", "hes", "she", "shes", "they", "this", "him", "his", "her", "my", "for",
               "to", "please", "pls", "sorry", "pupil"}},
             {COMMAND_HELP, {"i", "please", "pls", "sorry"}},
             {COMMAND_TAKEN, {"i", "this", "it", "will"}},
             {COMMAND_RELEASE, {"i", "this", "it", "please", "pls"}},
             {COMMAND_RETURN, {"i", "this", "it", "please", "pls", "because", "to", "him", "her"}},
             {COMMAND_FLAG, {"this", "it", "him", "her", "them"}}};

/* Where a line stands: what counts on the first may be chance within a paragraph. */
enum place { PLACE_FIRST, PLACE_FRESH, PLACE_WITHIN };

/* What one line says. */
typedef struct heard {
    enum { NOTHING, MAYBE, SURE } say;
    enum command command; /* for MAYBE: what was meant; NONE where none is near */
    enum form form;
    gsize after; /* where in the line the argument begins */
} Heard;

void said_free(Said *said) {
    if (said == NULL)
        return;
    g_free(said->argument);
    g_free(said->note);
    g_free(said->rest);
    g_free(said->unclear);
    g_free(said);
}

static gboolean may_say(enum speaker speaker, enum command command) {
    return command >= COMMAND_PASS &&
           command <= (speaker == SPEAKER_STAFF ? COMMAND_OUTCOME : COMMAND_HELP);
}

/* The command `word` is, whoever may say it; NONE. */
static enum command exactly(const char *word) {
    for (int i = COMMAND_PASS; i < COMMAND_UNCLEAR; i++)
        if (g_ascii_strcasecmp(COMMAND_WORDS[i], word) == 0)
            return (enum command)i;
    return COMMAND_NONE;
}

/* The command at most `slips` away, fewer than half of its letters; NONE. FLAG before all others.
 */
static enum command near(enum speaker speaker, const char *word, guint slips) {
    enum command best = COMMAND_NONE;
    guint least = slips + 1;
    gsize length = strlen(word);
    if (length < 2 || length > strlen("release") + slips)
        return COMMAND_NONE;
    for (int i = COMMAND_PASS; i <= COMMAND_OUTCOME; i++) {
        g_autofree char *known = g_ascii_strdown(COMMAND_WORDS[i], -1);
        guint distance = problems_slips(word, known);
        gboolean nearer = distance < least || (distance == least && i == COMMAND_FLAG);
        if (may_say(speaker, (enum command)i) && nearer && distance * 2 < strlen(known)) {
            least = distance;
            best = (enum command)i;
        }
    }
    return best;
}

/* Is the first word of `text` one of those that make an aside of `command`? */
static gboolean aside(enum command command, const char *text) {
    g_autoptr(Word) next = word_read(text);
    for (guint i = 0; i < G_N_ELEMENTS(ASIDE); i++)
        if (ASIDE[i].command == command)
            return g_strv_contains(ASIDE[i].next, next->text);
    return FALSE;
}

static int hear_flag(const Word *word, enum place place) {
    if (word->form == FORM_PLAIN && word->part) /* "flag's" */
        return MAYBE;
    if (word->form != FORM_PLAIN || place != PLACE_WITHIN || word->alone || word->separated)
        return SURE;
    return MAYBE; /* "… a white / flag today" may be a wrapped line, or not */
}

static int hear_note(const Word *word, enum place place) {
    if (word->form != FORM_PLAIN)
        return SURE;
    if (word->alone || (word->separated && place == PLACE_FIRST))
        return MAYBE;
    if (!word->separated)
        return aside(COMMAND_NOTE, word->after) ? MAYBE : NOTHING;
    gboolean to_pupil = word_starts(word->after, "you") || word_starts(word->after, "your") ||
                        word_starts(word->after, "that");
    return to_pupil ? NOTHING : MAYBE;
}

static int hear_assign(const Word *word, enum place place) {
    if (word->form != FORM_PLAIN)
        return word->alone ? MAYBE : SURE;
    if (place != PLACE_FIRST)
        return word->alone ? MAYBE : NOTHING;
    return !word->alone && !word->separated && strpbrk(word->after, " \t") == NULL ? SURE : MAYBE;
}

/* Does `text` begin with something an unsealing is asked for on? */
static gboolean names_ground(const char *text) {
    g_autoptr(Word) word = word_read(text);
    return g_strv_contains(ACCOUNT_GROUNDS, word->text);
}

/* UNSEAL, LIFT, OTHERS and OUTCOME. The first is nobody's word to a pupil; the others may be. */
static int hear_deed(enum command command, const Word *word, enum place place) {
    if (word->question)
        return MAYBE;
    if (word->form != FORM_PLAIN || (place != PLACE_WITHIN && (word->alone || word->separated)))
        return SURE;
    if (command != COMMAND_UNSEAL)
        return word->alone ? MAYBE : NOTHING;
    return place == PLACE_WITHIN && !names_ground(word->after) ? MAYBE : SURE;
}

/* PASS, CLOSE, HELP, TAKEN, RELEASE and RETURN. */
static int hear_order(enum command command, const Word *word, enum place place) {
    if (word->question)
        return word->alone || word->form != FORM_PLAIN ? MAYBE : NOTHING;
    if (word->form == FORM_SLASH)
        return SURE;
    if (word->form == FORM_CAPITALS)
        return word->alone || command != COMMAND_HELP ? SURE : MAYBE;
    if (word->alone)
        return place == PLACE_FIRST ? SURE : MAYBE;
    if (place == PLACE_FIRST && word->separated)
        return MAYBE;
    return place != PLACE_WITHIN && aside(command, word->after) ? MAYBE : NOTHING;
}

/* The line begins with a word that is a command. */
static Heard hear_exact(enum speaker speaker, enum command command, const Word *word,
                        enum place place) {
    Heard heard = {NOTHING, command, word->form, 0};
    if (!may_say(speaker, command)) {
        gboolean meant =
            word->form == FORM_SLASH || (word->form == FORM_CAPITALS &&
                                         (command == COMMAND_ASSIGN || command == COMMAND_UNSEAL ||
                                          (word->alone && place != PLACE_WITHIN)));
        return (Heard){meant ? MAYBE : NOTHING, COMMAND_NONE, word->form, 0};
    }
    if (command == COMMAND_FLAG)
        heard.say = hear_flag(word, place);
    else if (command >= COMMAND_UNSEAL && !word->part)
        heard.say = hear_deed(command, word, place);
    else if (word->part)
        heard.say = word->form == FORM_CAPITALS && word->separated ? MAYBE : NOTHING;
    else if (command == COMMAND_NOTE)
        heard.say = hear_note(word, place);
    else if (command == COMMAND_ASSIGN)
        heard.say = hear_assign(word, place);
    else
        heard.say = hear_order(command, word, place);
    return heard;
}

/* The line begins with some other word. */
static Heard hear_other(enum speaker speaker, const Word *word, enum place place) {
    Heard heard = {MAYBE, COMMAND_NONE, word->form, 0};
    if (names_ground(word->after) && near(speaker, word->text, 2) == COMMAND_UNSEAL)
        return (Heard){SURE, COMMAND_UNSEAL, word->form, 0};
    if (word->form == FORM_SLASH) {
        heard.command = near(speaker, word->text, 2);
        if (word->part ? heard.command == COMMAND_FLAG
                       : word->alone || heard.command != COMMAND_NONE)
            return heard;
    } else if (place != PLACE_WITHIN && g_strv_contains(FLAG_SLIPS, word->text)) {
        heard.command = COMMAND_FLAG;
        return heard;
    } else if (!word->part && !g_strv_contains(NOT_MEANT, word->text) &&
               (word->alone || word->form == FORM_CAPITALS)) {
        heard.command = near(speaker, word->text, 1);
        if (heard.command != COMMAND_NONE)
            return heard;
    }
    return (Heard){.say = NOTHING};
}

/* A flag in the middle of a line. */
static Heard hear_within(enum speaker speaker, const char *line) {
    if (word_find(line, "flag", FORM_SLASH) != NULL)
        return (Heard){SURE, COMMAND_FLAG, FORM_SLASH, 0};
    if (word_find(line, "flag", FORM_CAPITALS) != NULL)
        return (Heard){MAYBE, COMMAND_FLAG, FORM_CAPITALS, 0};
    const char *at = word_find(line, "flag", FORM_PLAIN);
    if (at != NULL) {
        g_autoptr(Word) word = word_read(at);
        g_autofree char *before = g_ascii_strdown(line, at - line);
        if (aside(COMMAND_FLAG, word->after) || g_str_has_suffix(g_strchomp(before), "please"))
            return (Heard){MAYBE, COMMAND_FLAG, FORM_SLASH, 0};
    }
    for (int i = COMMAND_PASS; i <= COMMAND_OUTCOME && word_has_slash(line); i++) {
        g_autofree char *small = g_ascii_strdown(COMMAND_WORDS[i], -1);
        if (may_say(speaker, (enum command)i) && word_find(line, small, FORM_SLASH) != NULL)
            return (Heard){MAYBE, (enum command)i, FORM_SLASH, 0};
    }
    return (Heard){.say = NOTHING};
}

static Heard hear_line(enum speaker speaker, const char *line, enum place place) {
    g_autoptr(Word) word = word_read(line);
    Heard heard = {.say = NOTHING};
    g_autofree char *start = g_strstrip(g_strdup(line));
    if (*start == '>' || *start == '\0') /* somebody else's words */
        return heard;
    if (*word->text != '\0') {
        enum command command = exactly(word->text);
        heard = command != COMMAND_NONE ? hear_exact(speaker, command, word, place)
                                        : hear_other(speaker, word, place);
    }
    if (heard.say == SURE)
        heard.after = (gsize)(word->after - line);
    return heard.say != NOTHING ? heard : hear_within(speaker, line);
}

/* Does a line that begins after `before` begin something new? */
static gboolean ends_something(const char *before) {
    enum { SHORT = 40 };
    g_autofree char *line = g_strchomp(g_strdup(before));
    gsize length = strlen(line);
    return word_blank(line) || g_utf8_strlen(line, -1) <= SHORT ||
           strchr(".!?:,;)", line[length - 1]) != NULL;
}

/* What each line says, and what they come to together. */
typedef struct talk {
    GStrv lines;  /* owned */
    Heard *heard; /* owned; one for each line */
    guint first;  /* line that says something; the number of lines where none does */
    int maybe;    /* the first line that may; -1 */
    int second;   /* the first line with another command than the one before it; -1 */
    gboolean said[COMMAND_UNCLEAR];
} Talk;

static void talk_clear(Talk *talk) {
    g_strfreev(talk->lines);
    g_free(talk->heard);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Talk, talk_clear)

/* Takes up what line `i` says. Behind a command only what is meant as one for certain, or might be
 * a flag, is more than its argument. */
static void talk_add(Talk *talk, guint i, Heard heard) {
    gboolean begun = talk->lines[talk->first] != NULL;
    if (begun && heard.form == FORM_PLAIN && heard.command != COMMAND_FLAG)
        heard.say = NOTHING;
    talk->heard[i] = heard;
    if (heard.say == NOTHING)
        return;
    talk->first = MIN(talk->first, i);
    if (heard.say == MAYBE) {
        talk->maybe = talk->maybe < 0 ? (int)i : talk->maybe;
        return;
    }
    if (talk->said[COMMAND_ASSIGN] && heard.command == COMMAND_ASSIGN && talk->second < 0)
        talk->second = (int)i; /* to two people */
    for (int c = COMMAND_PASS; c < COMMAND_UNCLEAR; c++)
        if (talk->said[c] && c != (int)heard.command && c != COMMAND_NOTE &&
            heard.command != COMMAND_NOTE && talk->second < 0)
            talk->second = (int)i;
    talk->said[heard.command] = TRUE;
}

static Talk listen(enum speaker speaker, const char *text) {
    Talk talk = {.lines = g_strsplit(text, "\n", -1), .maybe = -1, .second = -1};
    guint count = g_strv_length(talk.lines);
    gboolean begun = FALSE;
    talk.heard = g_new0(Heard, count + 1);
    talk.first = count;
    for (guint i = 0; i < count; i++) {
        enum place place = !begun                              ? PLACE_FIRST
                           : ends_something(talk.lines[i - 1]) ? PLACE_FRESH
                                                               : PLACE_WITHIN;
        talk_add(&talk, i, hear_line(speaker, talk.lines[i], place));
        begun |= !word_blank(talk.lines[i]);
    }
    return talk;
}

/* NULL where nothing is left of it. */
static char *settle(GString *text) {
    char *plain = g_strstrip(g_string_free(text, FALSE));
    if (*plain != '\0')
        return plain;
    g_free(plain);
    return NULL;
}

/* The lines from the first that says something on, without the words `command` and NOTE; those of
 * `skip` (-1: none) left out. For FLAG every other word stays. */
static char *behind(const Talk *talk, enum command command, int skip) {
    GString *out = g_string_new(NULL);
    for (guint i = talk->first; talk->lines[i] != NULL; i++) {
        const Heard *heard = &talk->heard[i];
        gboolean cut =
            heard->say == SURE && (heard->command == command ||
                                   (heard->command == COMMAND_NOTE && command != COMMAND_FLAG));
        if ((int)i != skip)
            g_string_append_printf(out, "%s\n", talk->lines[i] + (cut ? heard->after : 0));
    }
    return settle(out);
}

static char *before(const Talk *talk) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < talk->first; i++)
        g_string_append_printf(out, "%s\n", talk->lines[i]);
    char *text = settle(out);
    return text ? text : g_strdup("");
}

static Said *unclear(const char *text, const char *line, enum command meant) {
    Said *said = g_new0(Said, 1);
    said->command = COMMAND_UNCLEAR;
    said->rest = g_strdup(text);
    said->unclear = g_strstrip(g_strdup(line));
    said->meant = meant == COMMAND_NONE ? NULL : COMMAND_WORDS[meant];
    return said;
}

/* ASSIGN heron, ASSIGN to heron: the name goes to the argument, the lines below to the note. */
static void take_name(Said *said, const Talk *talk) {
    guint i = talk->first;
    while (talk->heard[i].say != SURE || talk->heard[i].command != COMMAND_ASSIGN)
        i++;
    const char *name = talk->lines[i] + talk->heard[i].after;
    g_autoptr(Word) word = word_read(name);
    if (strcmp(word->text, "to") == 0 && !word->alone)
        name = word->after;
    said->argument = g_strstrip(g_strdup(name));
    gsize length = strlen(said->argument);
    while (length > 0 && strchr(".,;:!)\"' \t\r", said->argument[length - 1]) != NULL)
        said->argument[--length] = '\0';
    said->note = behind(talk, COMMAND_ASSIGN, (int)i);
}

/* From the line that asks on; what other words stand before it ("TAKEN") is no reason. */
static char *from_unseal(const Talk *talk) {
    GString *out = g_string_new(NULL);
    guint i = talk->first;
    while (talk->heard[i].say != SURE || talk->heard[i].command != COMMAND_UNSEAL)
        i++;
    for (gsize skip = talk->heard[i].after; talk->lines[i] != NULL; i++, skip = 0)
        g_string_append_printf(out, "%s\n", talk->lines[i] + skip);
    return settle(out);
}

/* UNSEAL wins over everything, FLAG over the rest. */
static enum command chosen(const Talk *talk) {
    if (talk->said[COMMAND_UNSEAL] || talk->said[COMMAND_FLAG])
        return talk->said[COMMAND_UNSEAL] ? COMMAND_UNSEAL : COMMAND_FLAG;
    for (int c = COMMAND_PASS; c < COMMAND_UNCLEAR; c++)
        if (talk->said[c] && c != COMMAND_NOTE)
            return (enum command)c;
    return talk->said[COMMAND_NOTE] ? COMMAND_NOTE : COMMAND_NONE;
}

/* What stands before RETURN is part of the why: nobody gives an answer back and writes one too. */
static void take_why(Said *said) {
    g_autofree char *before = said->rest, *behind_it = said->argument;
    gboolean both = *before != '\0' && behind_it != NULL;
    said->argument = both              ? g_strdup_printf("%s\n\n%s", before, behind_it)
                     : *before != '\0' ? g_strdup(before)
                                       : g_strdup(behind_it);
    said->rest = g_strdup("");
}

static Said *decide(const Talk *talk, const char *text) {
    Said *said = g_new0(Said, 1);
    said->command = chosen(talk);
    said->rest = before(talk);
    if (said->command == COMMAND_NONE) {
        g_free(said->rest);
        said->rest = g_strdup(text);
    } else if (said->command == COMMAND_ASSIGN) {
        take_name(said, talk);
    } else if (said->command == COMMAND_UNSEAL) {
        said->argument = from_unseal(talk);
    } else {
        said->argument = behind(talk, said->command, -1);
        if (said->command == COMMAND_FLAG && said->argument == NULL && *said->rest != '\0')
            said->argument = g_strdup(said->rest);
        if (said->command == COMMAND_RETURN)
            take_why(said);
    }
    return said;
}

/* Anything besides RELEASE that is no note? It may be a wish to change what is sent. */
static gboolean released_but(const Talk *talk) {
    gboolean note = FALSE;
    for (guint i = 0; talk->said[COMMAND_RELEASE] && talk->lines[i] != NULL; i++) {
        const Heard *heard = &talk->heard[i];
        note = note || (heard->say == SURE && heard->command == COMMAND_NOTE);
        if (!note && !word_blank(talk->lines[i] + (heard->say == SURE ? heard->after : 0)))
            return TRUE;
    }
    return FALSE;
}

/* Two commands that cannot both be done, one that is none, a note without a word in it. */
static Said *doubt(const Talk *talk, const char *text) {
    if (talk->said[COMMAND_FLAG] || talk->said[COMMAND_UNSEAL])
        return NULL;
    if (talk->maybe >= 0)
        return unclear(text, talk->lines[talk->maybe], talk->heard[talk->maybe].command);
    if (talk->second >= 0)
        return unclear(text, talk->lines[talk->second], COMMAND_NONE);
    if (released_but(talk))
        return unclear(text, talk->lines[talk->first], COMMAND_RELEASE);
    if (!talk->said[COMMAND_NOTE])
        return NULL;
    if (talk->said[COMMAND_RETURN]) /* the why goes to the listener, a note must not */
        return unclear(text, talk->lines[talk->first], COMMAND_NOTE);
    g_autofree char *note = behind(talk, chosen(talk), -1);
    if (note == NULL || talk->said[COMMAND_HELP])
        return unclear(text, talk->lines[talk->first], COMMAND_NOTE);
    return NULL;
}

static Said *adult_says(enum speaker speaker, const char *text) {
    g_auto(Talk) talk = listen(speaker, text);
    Said *said = doubt(&talk, text);
    return said ? said : decide(&talk, text);
}

/* A subject without "Re:" and the like, and without our token at its end. */
static char *bare_subject(const char *subject, gboolean *answer) {
    const char *colon;
    *answer = FALSE;
    while (g_ascii_isspace(*subject))
        subject++;
    while ((colon = strchr(subject, ':')) != NULL && colon - subject <= 3 && colon > subject &&
           g_ascii_strncasecmp(subject, "no", 2) != 0) {
        *answer = TRUE;
        for (subject = colon + 1; g_ascii_isspace(*subject);)
            subject++;
    }
    char *bare = g_strchomp(g_strdup(subject));
    char *bracket = strrchr(bare, '[');
    if (bracket != NULL && g_str_has_suffix(bare, "]"))
        *bracket = '\0';
    return g_strchomp(bare);
}

/* The subject of a mail with nothing else in it. Behind "Re:" stands our own subject, so there
 * small letters say nothing. */
static Said *subject_says(enum speaker speaker, const char *subject) {
    gboolean answer;
    g_autofree char *bare = bare_subject(subject, &answer);
    g_autoptr(Word) word = word_read(bare);
    const char *counts = answer && word->form == FORM_PLAIN ? "" : bare;
    Said *said = speaker == SPEAKER_PUPIL ? pupil_says(counts) : adult_says(speaker, counts);
    g_free(said->rest);
    said->rest = g_strdup("");
    return said;
}

Said *command_read(enum speaker speaker, const char *subject, const char *text) {
    if (text == NULL || word_blank(text))
        return subject_says(speaker, subject ? subject : "");
    return speaker == SPEAKER_PUPIL ? pupil_says(text) : adult_says(speaker, text);
}
