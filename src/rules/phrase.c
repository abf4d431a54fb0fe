#include "rules/phrase.h"

#include <string.h>

/* How many ways to read one place are tried; how long a stretched letter may be. */
enum { TRIES = 2000, LONGEST_RUN = 64, JOINED = 7, PLAIN = 6 };

/* The letters that a digit or symbol may stand for. */
static const char *meanings(gunichar c) {
    switch (c) {
    case '0':
        return "o";
    case '1':
    case '!':
    case '|':
        return "il";
    case '3':
        return "e";
    case '4':
    case '@':
        return "a";
    case '5':
    case '$':
        return "s";
    case '7':
        return "t";
    default:
        return "";
    }
}

gunichar phrase_likely(gunichar c) {
    const char *letters = meanings(c);
    return c == 'l' ? 'i' : *letters != '\0' ? (gunichar)*letters : c;
}

static guint8 symbol_of(gunichar c) {
    c = phrase_likely(c);
    if (c >= 'a' && c <= 'z')
        return (guint8)(c - 'a');
    if (c >= '0' && c <= '9')
        return (guint8)(26 + c - '0');
    return (guint8)(36 + (c * 2654435761u >> 16) % (KEY_SYMBOLS - 36));
}

Key key_of(const Folded *folded) {
    Key key = {g_malloc(folded->count + 1), g_new(guint, folded->count + 1), 0};
    for (guint i = 0; i < folded->count; i++) {
        guint8 symbol = symbol_of(folded->letters[i].c);
        if (key.count > 0 && key.symbols[key.count - 1] == symbol)
            continue;
        key.symbols[key.count] = symbol;
        key.starts[key.count++] = i;
    }
    key.starts[key.count] = folded->count;
    return key;
}

void key_clear(Key *key) {
    g_free(key->symbols);
    g_free(key->starts);
    *key = (Key){0};
}

static gboolean consonant(gunichar c) {
    return c < 128 && g_ascii_isalpha((char)c) && strchr("aeiou", (int)c) == NULL;
}

/* Short words would become other words: "off" and "of". */
static void mark_slips(Phrase *phrase) {
    enum { SHORTEST = 4 };
    for (guint from = 0, to; from < phrase->count; from = to) {
        guint letters = phrase->runs[from].times;
        for (to = from + 1; to < phrase->count && !phrase->runs[to].gap; to++)
            letters += phrase->runs[to].times;
        for (guint i = from; i < to; i++) {
            PhraseRun *run = &phrase->runs[i];
            run->slip = phrase->words > 1 && letters >= SHORTEST && run->times == 2 &&
                        !run->inner && consonant(run->c);
        }
    }
}

static void add_runs(Phrase *phrase, const Folded *folded) {
    for (guint i = 0; i < folded->count; i++) {
        const FoldLetter *letter = &folded->letters[i];
        PhraseRun *last = phrase->count ? &phrase->runs[phrase->count - 1] : NULL;
        if (last != NULL && last->c == letter->c) {
            last->times++;
            last->inner = last->inner || letter->gap != GAP_NONE;
        } else {
            phrase->runs[phrase->count++] =
                (PhraseRun){.c = letter->c, .times = 1, .gap = letter->gap != GAP_NONE};
        }
    }
}

Phrase *phrase_new(const Folded *folded) {
    if (folded->count == 0 || folded->count > PHRASE_LONGEST)
        return NULL;
    Phrase *phrase = g_new0(Phrase, 1);
    phrase->runs = g_new0(PhraseRun, folded->count);
    phrase->letters = folded->count;
    phrase->words = folded->words;
    add_runs(phrase, folded);
    mark_slips(phrase);
    Key key = key_of(folded);
    phrase->key = g_steal_pointer(&key.symbols);
    phrase->key_length = key.count;
    key_clear(&key);
    return phrase;
}

void phrase_free(Phrase *phrase) {
    if (phrase == NULL)
        return;
    g_free(phrase->runs);
    g_free(phrase->key);
    g_free(phrase);
}

/* One attempt to read the phrase at one place. */
typedef struct reading {
    const Phrase *phrase;
    const Folded *folded;
    guint start, end;
    guint *at; /* where each run of the phrase begins in the text */
    guint tries;
} Reading;

/* May this letter of the text be read as `c`? */
static gboolean fits(gunichar c, const FoldLetter *letter) {
    if (letter->c == c)
        return TRUE;
    if (letter->kind == GLYPH_LETTER)
        return letter->bar && c == 'l';
    return c < 128 && strchr(meanings(letter->c), (int)c) != NULL;
}

/* May `times` of a letter be written as `found` of it? Three and more may mean one or two. */
static gboolean may_be(const PhraseRun *run, guint found) {
    return found == run->times || found >= 3 || (run->slip && found == 1);
}

static gboolean ends_word(const Folded *folded, guint at) {
    return at == folded->count || folded->letters[at].gap != GAP_NONE;
}

/* The same, with exclamation marks behind the word. */
static gboolean ends_here(const Folded *folded, guint at) {
    while (!ends_word(folded, at) && folded->letters[at].c == '!')
        at++;
    return ends_word(folded, at);
}

/* How a word of the phrase was taken apart in the text. */
typedef struct pieces {
    guint letters, count, shortest, longest, piece;
    gboolean blank; /* by blanks, not by marks alone */
} Pieces;

static void close_piece(Pieces *word) {
    word->shortest = word->count == 0 ? word->piece : MIN(word->shortest, word->piece);
    word->longest = MAX(word->longest, word->piece);
    word->count++;
    word->piece = 0;
}

/* "d i e", "d.i.e", "my self" and "sui cide" are words; "d ie" is two. */
static gboolean sound(Pieces *word, gboolean *spaced, guint words) {
    close_piece(word);
    if (word->count == 1)
        return TRUE;
    if (!word->blank)
        return word->letters >= 3 || words > 1;
    if (word->longest == 1) {
        *spaced = *spaced || word->letters >= 3;
        return word->letters >= 3 || words > 1;
    }
    return word->count == 2 && word->shortest >= 2 && word->letters >= (words > 1 ? 4 : PLAIN);
}

/* Is the word at `at` one letter and no word by itself, set off by one blank only? Then a short
 * word spaced out beside it may be a part of a longer one: the "kill" in "s k i l l s". */
static gboolean loose(const Folded *folded, guint at, guint gap_at) {
    const FoldLetter *letter = &folded->letters[at];
    return folded->letters[gap_at].gap < GAP_WIDE && letter->gap != GAP_NONE &&
           ends_word(folded, at + 1) && letter->c != 'i' && letter->c != 'a' && letter->c != 'u';
}

static gboolean set_off(const Reading *r) {
    if (r->phrase->letters >= PLAIN)
        return TRUE;
    if (r->start > 0 && loose(r->folded, r->start - 1, r->start))
        return FALSE;
    return r->end == r->folded->count || !loose(r->folded, r->end, r->end);
}

/* Do the blanks of the text go with those of the phrase? */
static gboolean spacing(const Reading *r) {
    Pieces word = {.letters = 1, .piece = 1};
    gboolean spaced = FALSE, joined = FALSE;
    guint run = 0, words = r->phrase->words;
    for (guint t = r->start + 1; t < r->end; t++) {
        gboolean begins = run + 1 < r->phrase->count && r->at[run + 1] == t;
        run += begins;
        enum gap gap = r->folded->letters[t].gap;
        gboolean wanted = begins ? r->phrase->runs[run].gap : r->phrase->runs[run].inner && gap;
        joined = joined || (wanted && gap == GAP_NONE);
        if (wanted) {
            if (!sound(&word, &spaced, words))
                return FALSE;
            word = (Pieces){0};
        } else if (gap != GAP_NONE) {
            close_piece(&word);
            word.blank = word.blank || gap > GAP_TIGHT;
        }
        word.letters++;
        word.piece++;
    }
    if (!sound(&word, &spaced, words) || (joined && r->phrase->letters < JOINED))
        return FALSE;
    return !spaced || set_off(r);
}

/* Is the word around letter `at` one in which digits may be letters? Not "5h" or "7". */
static gboolean wordlike(const Folded *folded, guint at) {
    guint from = at, to = at + 1;
    gboolean letters = FALSE;
    while (folded->letters[from].gap == GAP_NONE)
        from--;
    while (!ends_word(folded, to))
        to++;
    for (guint i = from; i < to; i++)
        letters = letters || folded->letters[i].kind == GLYPH_LETTER;
    return letters && to - from >= 3;
}

/* In a long phrase the other words vouch for one all in digits ("take 411 my pills"), and so for a
 * lone digit; a lone 1 may be "I" anywhere. */
static gboolean vouched(const Reading *r, guint at, gunichar means) {
    enum { LONG = 8 };
    const FoldLetter *letters = r->folded->letters;
    gboolean lone = letters[at].gap != GAP_NONE && ends_word(r->folded, at + 1);
    if (lone && r->phrase->words > 1 && letters[at].c == '1' && means == 'i')
        return TRUE;
    return r->phrase->letters >= LONG || (lone && r->phrase->letters > 3 && r->phrase->words == 1);
}

/* Are digits and symbols read as letters only where that is likely? */
static gboolean digits_likely(const Reading *r) {
    for (guint run = 0; run < r->phrase->count; run++) {
        guint to = run + 1 < r->phrase->count ? r->at[run + 1] : r->end;
        for (guint t = r->at[run]; t < to; t++) {
            gunichar c = r->phrase->runs[run].c;
            const FoldLetter *letter = &r->folded->letters[t];
            if (letter->kind == GLYPH_LETTER || letter->c == c || wordlike(r->folded, t))
                continue;
            if (!vouched(r, t, c))
                return FALSE;
        }
    }
    return TRUE;
}

/* Reads the phrase from its run `run` on at letter `at`. Depth is the length of the phrase. */
static gboolean read_on(Reading *r, guint run, guint at) {
    if (run == r->phrase->count) {
        r->end = at;
        return ends_here(r->folded, at) && spacing(r) && digits_likely(r);
    }
    const PhraseRun *want = &r->phrase->runs[run];
    guint most = MIN(LONGEST_RUN, r->folded->count - at);
    r->at[run] = at;
    for (guint found = 1; found <= most && fits(want->c, &r->folded->letters[at + found - 1]);
         found++) {
        if (!may_be(want, found))
            continue;
        if (++r->tries > TRIES)
            return FALSE;
        if (read_on(r, run + 1, at + found))
            return TRUE;
    }
    return FALSE;
}

enum standing phrase_stands(const Phrase *phrase, const Folded *folded, guint start, guint *end) {
    guint at[PHRASE_LONGEST];
    Reading reading = {.phrase = phrase, .folded = folded, .start = start, .at = at};
    if (read_on(&reading, 0, start)) {
        *end = reading.end;
        return STANDS_YES;
    }
    return reading.tries > TRIES ? STANDS_UNSURE : STANDS_NO;
}
