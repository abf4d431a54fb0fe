#include "value/name-use.h"

#include <string.h>

#include "value/names.h"

/* What an ordinary word is when it is no name, as far as that changes where it may stand. */
enum kind {
    KIND_NONE = 0,
    KIND_VERB = 1,    /* will, may, hope: "Will you …" begins a sentence */
    KIND_QUALITY = 2, /* frank, young: "i'm frank with you" */
    KIND_SEASON = 4,  /* april, summer, art: a capital says nothing after "in" */
    KIND_THING = 8,   /* grace, rose, king */
    KIND_SHORT = 16   /* two letters: only ever with a capital */
};

static const char VERBS[] =
    "listen worry wait write will may hope mark drew rob sue bill pat chase grant wade chance "
    "carry skip buck nick "
    "chuck pierce love read cook jack don bob hank trust joy ward harry wills should would can "
    "must miss win hurt help need want like live try cry stop make hate feel read save care play "
    "fight lose die kill run fly sing dance dream sleep smile laugh think know believe look";
static const char QUALITIES[] =
    "safe alone worried bored tired angry ill sick frank rich christian sunny young brown green "
    "white black gray grey long little best good "
    "small short strong wise gay swift sharp savage moody noble rusty lucky sandy bright sweet "
    "blue red pink gold golden silver dark light old new big fat thin sad happy mad crazy cool "
    "cute pretty real true just free wild lost lonely silent quiet shy fast slow hot cold dead "
    "evil smart proud royal early newman goodman lil welsh english french german irish "
    "holland hardy gentle merry blessed broken only ever never not very anonymous "
    "ok okay fine unknown private secret super mega ultra mini official dim lovely";
static const char SEASONS[] =
    "april june august summer autumn winter winters spring may march art noel easter christmas "
    "monday tuesday wednesday thursday friday saturday sunday january february july september "
    "october november december morning evening night day today tomorrow year term drama music "
    "maths english science history sport football";
static const char THINGS[] =
    "number date handle link address removed grace rose jack joy faith dean ray dawn eve amber "
    "daisy holly ivy lily ruby sky angel hen "
    "char con gen lex tab pen pip dot win ward posy ginger penny peg nan bee dick rod dolly em "
    "missy pan sage star ant bell fin fizz flick shell bar ash cat kit sol mat pop dale glen "
    "cliff heath reed robin miles basil fern hazel heather olive pearl crystal melody harmony "
    "destiny trinity patience charity verity felicity mercy honey candy cherry coral jade opal "
    "violet poppy willow iris laurel rowan forest river rivers brook brooks rain storm luna "
    "hunter cooper porter archer piper drake duke "
    "earl prince king queen princess bishop pope heaven genesis rocky buddy ace rex tiger jet "
    "dash bear wolf fox wren birdie phoenix knight page baker butcher potter fisher shepherd "
    "turner walker miller tailor smith gardener farmer driver singer barber abbot monk price "
    "hill hills wood woods day rice field fields cross bird fish stone stones banks park parks "
    "street hall church marsh moon snow frost case lock key lane way self house home school "
    "class head hand heart hands foot legs eyes nose hair face body mouth ford power powers west "
    "north south east england london france paris major child children kid kids boy boys girl "
    "girls man men woman lady guy guys mum mom dad mummy daddy sister brother baby friend friends "
    "mate people person one two three four five six seven eight nine ten life love death peace "
    "war game games gamer gaming fan pro dog dogs cats kitty kitten puppy bunny panda lion dragon "
    "horse unicorn monster ghost shadow light fire ice water earth wind sun cloud rainbow flower "
    "flowers butterfly apple banana cookie cake pizza coffee tea chips milk sugar book books "
    "story music song dancer player artist writer reader doctor nurse teacher captain boss "
    "master chief sir lord god devil demon soul spirit mind brain dreams hearts tears pain blood "
    "rock pop punk emo goth metal band guitar piano phone phones mail email account name names "
    "user world planet space star stars school work time times thing things nothing something "
    "anything everything everyone someone nobody anyone ball car cars bike bus train boat plane "
    "wall walls door window bed room rooms garden tree trees leaf grass root branch bush lake "
    "sea ocean island beach sand pool bridge tower castle crown sword shield arrow gun bow box "
    "bag hat coat shoes ring diamond money cash penny pound bank shop store market law court "
    "judge justice glory victory liberty temple saint virgin holy christ pastor lamb swan "
    "dove crow raven hawk eagle duck goose chicken cock bull cow sheep goat pig mouse rat bat "
    "bug fly ant spider snake frog crane finch nightingale peacock partridge salmon pike "
    "bacon ham pepper curry berry plum lemon lime peach bean corn wheat barley hay bond chain "
    "link bolt nail hammer saw tool glass cup bowl dish fork knife spoon plate bottle can tin "
    "pot pan brush comb soap towel mirror clock watch bells drum horn whistle flag banner sail "
    "anchor rope net hook pole rod staff stick club cane stock pond pool ash marks means gates "
    "waters sands banks burns rhodes mills wells bourne heath moor dale combe thorn thorne "
    "hedge ditch drain well law laws lines sands hood hooker bush cheek chin beard savage";

/* Of two kinds a word is the first, but a month may be a verb as well. */
static void add_words(GHashTable *kinds, const char *words, enum kind kind) {
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    for (guint i = 0; list[i] != NULL; i++) {
        guint known = GPOINTER_TO_UINT(g_hash_table_lookup(kinds, list[i]));
        if (known == KIND_NONE || (known == KIND_VERB && kind == KIND_SEASON))
            g_hash_table_insert(kinds, g_strdup(list[i]), GUINT_TO_POINTER(known | kind));
    }
}

/* Made once, never changed. */
static GHashTable *kinds_of_words(void) {
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        GHashTable *kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        add_words(kinds, VERBS, KIND_VERB);
        add_words(kinds, SEASONS, KIND_SEASON);
        add_words(kinds, QUALITIES, KIND_QUALITY);
        add_words(kinds, THINGS, KIND_THING);
        g_once_init_leave(&once, (gsize)kinds);
    }
    return (GHashTable *)once;
}

guint name_use_kind(const char *word) {
    if (g_utf8_strlen(word, -1) < 3)
        return KIND_SHORT;
    return GPOINTER_TO_UINT(g_hash_table_lookup(kinds_of_words(), word));
}

/* ---- the words around it ------------------------------------------------------------------- */

enum { WORD_MOST = 24 };

/* A neighbour: folded, ’ left out of it ("i'm" is "im"); "" where a sentence or paragraph ends
 * before there is one. */
typedef struct neighbour {
    char word[WORD_MOST];
    gboolean capital, shout; /* it begins with a capital; it is capitals only, more than one */
    gboolean comma;          /* between it and our word */
    gboolean feed;           /* a line ends between it and our word */
    gboolean apart;          /* a sentence or a paragraph, or all of the text, ends before it */
    gsize at;                /* where it begins */
} Neighbour;

typedef struct around {
    Neighbour before, earlier, after; /* `earlier` stands before `before` */
    gboolean capital, shout, possessive;
    guint kind;
} Around;

static gboolean is_letter(gunichar c) {
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

static gboolean is_apostrophe(gunichar c) {
    return c == '\'' || c == 0x2019;
}

static gboolean ends_sentence(gunichar c) {
    return strchr(".!?:;|*", c < 0x80 ? (int)c : 'x') != NULL || c == 0x2026 || c == 0x2014 ||
           c == 0x2013 || c == 0x3002 || c == 0x2022;
}

/* Notes a character between two words; FALSE where nothing beyond it is looked at. */
static gboolean pass(Neighbour *n, gunichar c, guint *feeds) {
    *feeds += c == '\n';
    n->feed |= c == '\n';
    n->comma |= c == ',' || c == 0x60c;
    n->apart = *feeds > 1 || ends_sentence(c) || (n->feed && c == '-');
    return !n->apart;
}

static void take_word(Neighbour *n, const char *start, const char *end) {
    GString *word = g_string_sized_new(WORD_MOST);
    guint capitals = 0, small = 0;
    n->capital = g_unichar_isupper(g_utf8_get_char(start));
    for (const char *p = start; p < end; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        capitals += g_unichar_isupper(c) != FALSE;
        small += g_unichar_islower(c) != FALSE;
        if (!is_apostrophe(c))
            g_string_append_unichar(word, g_unichar_tolower(c));
    }
    n->shout = small == 0 && capitals > 1;
    g_strlcpy(n->word, word->str, WORD_MOST);
    g_string_free(word, TRUE);
}

static void look_back(const char *text, gsize from, Neighbour *n) {
    const char *p = text + from;
    guint feeds = 0;
    while (p > text && !is_letter(g_utf8_get_char(g_utf8_prev_char(p)))) {
        p = g_utf8_prev_char(p);
        gunichar c = g_utf8_get_char(p);
        if (c == ']' || c == '[' || c == '@' || c == '#' || c == '_') /* a mark of ours, a handle */
            return;
        if (!pass(n, c, &feeds))
            return;
    }
    const char *end = p;
    while (p > text && end - p < 40) {
        gunichar c = g_utf8_get_char(g_utf8_prev_char(p));
        if (!is_letter(c) && !is_apostrophe(c))
            break;
        p = g_utf8_prev_char(p);
    }
    n->apart = p == end;
    n->at = (gsize)(p - text);
    if (p < end)
        take_word(n, p, end);
}

static void look_ahead(const char *text, gsize to, Neighbour *n) {
    const char *p = text + to;
    guint feeds = 0;
    while (*p != '\0' && !is_letter(g_utf8_get_char(p))) {
        gunichar c = g_utf8_get_char(p);
        if (c == '[' || c == ']' || !pass(n, c, &feeds))
            return;
        p = g_utf8_next_char(p);
    }
    const char *start = p;
    while (*p != '\0' && p - start < 40 &&
           (is_letter(g_utf8_get_char(p)) || is_apostrophe(g_utf8_get_char(p))))
        p = g_utf8_next_char(p);
    n->apart = p == start;
    n->at = (gsize)(start - text);
    if (p > start)
        take_word(n, start, p);
}

static gboolean is_shout(const char *p, const char *end) {
    guint capitals = 0;
    for (; p < end; p = g_utf8_next_char(p)) {
        if (g_unichar_islower(g_utf8_get_char(p)))
            return FALSE;
        capitals += g_unichar_isupper(g_utf8_get_char(p)) != FALSE;
    }
    return capitals > 1;
}

static gboolean has_capital(const char *p) {
    gunichar c = g_utf8_get_char(p);
    return g_unichar_isalpha(c) && !g_unichar_islower(c);
}

static Around look_around(const char *text, gsize from, gsize to, guint kind) {
    Around a = {.kind = kind, .capital = has_capital(text + from)};
    const char *end = text + to;
    look_back(text, from, &a.before);
    if (*a.before.word != '\0')
        look_back(text, a.before.at, &a.earlier);
    gunichar next = *end ? g_utf8_get_char(end) : 0;
    const char *after = is_apostrophe(next) ? g_utf8_next_char(end) : end;
    a.possessive = after > end && (*after == 's' || *after == 'S') &&
                   !(after[1] != '\0' && is_letter(g_utf8_get_char(after + 1)));
    look_ahead(text, a.possessive ? (gsize)(after + 1 - text) : to, &a.after);
    a.shout = is_shout(text + from, end) && (a.before.shout || a.after.shout);
    return a;
}

/* ---- what they say ------------------------------------------------------------------------- */

static gboolean one_of(const char *word, const char *const *list) {
    return *word != '\0' && g_strv_contains(list, word);
}

static const char *const DETERMINERS[] = {
    "the", "a",     "an",  "this",  "that", "these", "my",    "your", "his",   "her",
    "our", "their", "no",  "every", "each", "some",  "any",   "one",  "whose", "other",
    "of",  "free",  "ill", "good",  "bad",  "full",  "great", "what", "such",  NULL};
static const char *const PRONOUNS[] = {"i",    "you",   "he",   "she",   "we",     "they",
                                       "who",  "it",    "that", "there", "which",  "people",
                                       "this", "these", "one",  "and",   "nobody", NULL};
/* What comes after will, may, hope and the like where they are verbs. */
static const char *const FOLLOWERS[] = {
    "you",      "i",        "he",        "she",     "it",        "we",         "they",
    "this",     "that",     "there",     "the",     "my",        "your",       "his",
    "her",      "our",      "their",     "a",       "an",        "be",         "not",
    "have",     "never",    "always",    "ever",    "anyone",    "anybody",    "someone",
    "somebody", "everyone", "everybody", "people",  "things",    "nobody",     "also",
    "still",    "just",     "probably",  "only",    "all",       "these",      "those",
    "to",       "do",       "go",        "get",     "help",      "make",       "take",
    "stop",     "tell",     "happen",    "come",    "say",       "see",        "keep",
    "find",     "feel",     "need",      "want",    "try",       "talk",       "know",
    "so",       "for",      "him",       "them",    "me",        "us",         "u",
    "power",    "anything", "nothing",   "anyways", "something", "everything", "even",
    "ask",      "hurt",     "kill",      "die",     "give",      "let",        "leave",
    "look",     "work",     "think",     "hate",    "love",      "like",       "start",
    "end",      "change",   NULL};
static const char *const SAYS[] = {"said",   "says",     "told", "tells",  "asked",   "asks",
                                   "texted", "messaged", "text", "thinks", "thought", "laughed",
                                   "hates",  "likes",    "hit",  "kissed", "replied", "was",
                                   "is",     "has",      "went", "keeps",  "keep",    "got",
                                   "wants",  "did",      "does", "made",   NULL};
static const char *const SURELY_SAYS[] = {"said",   "says",    "told",     "tells",
                                          "asked",  "texted",  "messaged", "laughed",
                                          "kissed", "replied", NULL};
static const char *const GREETINGS[] = {"hi",  "hey",   "hello",   "dear",    "hiya",   "heya",
                                        "yo",  "oi",    "helo",    "shwmae",  "cheers", "thanks",
                                        "bye", "sorry", "goodbye", "morning", NULL};
static const char *const CLOSINGS[] = {
    "love",   "from",      "thanks", "regards", "cheers",     "x",     "xx",         "xxx",
    "bye",    "sincerely", "wishes", "ta",      "hugs",       "truly", "faithfully", "signed",
    "cofion", "diolch",    "oddi",   "wrth",    "pozdrawiam", NULL};
static const char *const RELATIONS[] = {
    "friend",   "mate",  "bestie", "brother", "sister",  "bro",         "sis",
    "cousin",   "uncle", "aunt",   "auntie",  "aunty",   "boyfriend",   "girlfriend",
    "bf",       "gf",    "ex",     "stepdad", "stepmum", "stepbrother", "stepsister",
    "mr",       "mrs",   "miss",   "ms",      "dr",      "sir",         "classmate",
    "roommate", "twin",  "bff",    "saint",   NULL};
static const char *const WHEN[] = {
    "in",     "next",  "last",    "by",         "since",  "until", "till", "early", "late",
    "before", "after", "mid",     "end",        "during", "over",  "at",   "on",    "do",
    "doing",  "to",    "through", "throughout", "from",   "about", NULL};
static const char *const COMPANY[] = {
    "people", "hair",     "eyes",  "story",   "kids",    "children", "boys",    "girls",   "man",
    "men",    "guy",      "woman", "time",    "class",   "lesson",   "lessons", "teacher", "club",
    "room",   "homework", "gcse",  "project", "holiday", "holidays", "term",    "camp",    "school",
    "exams",  "exam",     "half",  "break",   "petals",  "day",      "days",    "night",   "tree",
    "carers", "carer",    "faith", "music",   "family",  NULL};
static const char *const NAMED[] = {"called", "named", "nicknamed", "names", "surname", "forename",
                                    "enw",    "llamo", "mappelle",  "heiße", NULL};
static const char *const QUESTIONS[] = {"how", "when", "where", "what", "why", "who",
                                        "if",  "but",  "so",    "then", NULL};

/* "my name is Will", "a boy called Will", "i'm will". */
static gboolean introduced(const Around *a) {
    const char *before = a->before.word, *earlier = a->earlier.word;
    gboolean follows = one_of(a->after.word, FOLLOWERS);
    if (a->before.comma || a->before.apart)
        return FALSE;
    if (one_of(before, NAMED))
        return a->capital || !((a->kind & KIND_VERB) && follows);
    if (strcmp(before, "is") == 0 &&
        (strcmp(earlier, "name") == 0 || strcmp(earlier, "names") == 0))
        return TRUE;
    gboolean am = strcmp(before, "im") == 0 ||
                  (strcmp(before, "am") == 0 && strcmp(earlier, "i") == 0) ||
                  (strcmp(before, "is") == 0 && strcmp(earlier, "this") == 0 && a->after.apart);
    if (!am)
        return FALSE;
    if (a->capital && !a->shout)
        return TRUE;
    return (a->kind & KIND_VERB) != 0 && !follows;
}

/* Nothing on its line but an x or two, and nothing after it in its paragraph. */
static gboolean stands_alone(const Around *a) {
    gboolean begins = a->before.apart || a->before.feed;
    gboolean kiss = *a->after.word == 'x' && strspn(a->after.word, "x") == strlen(a->after.word);
    return begins && (a->after.apart || kiss) && (a->capital || a->before.apart);
}

/* "hi will", "love, grace" at the end of a line. */
static gboolean spoken_to(const Around *a) {
    gboolean follows = one_of(a->after.word, FOLLOWERS) && !a->after.comma;
    gboolean line_ends = a->after.apart || a->after.feed || *a->after.word == 'x';
    if (!a->before.apart && one_of(a->before.word, GREETINGS) && !follows)
        return !(a->kind & KIND_QUALITY) || a->after.apart || a->after.comma;
    if (!a->before.apart && one_of(a->before.word, CLOSINGS) && line_ends)
        return *a->earlier.word == '\0' || a->before.feed || a->before.comma || a->earlier.feed ||
               strcmp(a->before.word, "from") != 0;
    return a->before.comma && a->after.apart && (a->kind & KIND_VERB) != 0;
}

/* Of a word without a capital, or among capitals only: there must be something that says so. */
static gboolean small_is_name(const Around *a) {
    gboolean settled = one_of(a->before.word, DETERMINERS) && !a->before.comma;
    if (a->kind == KIND_SHORT)
        return FALSE;
    if (spoken_to(a))
        return TRUE;
    if (settled || (one_of(a->before.word, PRONOUNS) && !a->before.comma))
        return FALSE;
    if (a->possessive)
        return (a->kind & KIND_VERB) != 0;
    if (one_of(a->after.word, SURELY_SAYS) && !(a->kind & KIND_QUALITY))
        return TRUE;
    return (a->kind & KIND_THING) != 0 && !a->before.apart && !a->before.comma &&
           one_of(a->before.word, RELATIONS);
}

/* Where even a capital is a word's: at the beginning of a sentence, in a title, of a month. */
static gboolean capital_is_word(const Around *a) {
    gboolean follows = one_of(a->after.word, FOLLOWERS) && !a->after.comma;
    gboolean begins = a->before.apart || a->before.feed;
    gboolean says = one_of(a->after.word, SAYS);
    if (!begins && one_of(a->before.word, DETERMINERS) && !a->before.comma)
        return TRUE;
    if (a->kind == KIND_SHORT)
        return begins && follows;
    if ((a->kind & KIND_VERB) && follows &&
        (begins || one_of(a->before.word, GREETINGS) || one_of(a->before.word, QUESTIONS)))
        return TRUE;
    if ((a->kind & KIND_VERB) && !begins && !a->before.comma && !a->after.apart && !says &&
        one_of(a->before.word, PRONOUNS))
        return TRUE;
    if (strcmp(a->after.word, "") != 0 && one_of(a->after.word, COMPANY) && !a->possessive)
        return TRUE;
    gboolean dated = g_ascii_isdigit(*a->before.word) || g_ascii_isdigit(*a->after.word);
    return (a->kind & KIND_SEASON) != 0 && (dated || (!begins && one_of(a->before.word, WHEN)));
}

gboolean name_use_here(const char *text, gsize from, gsize to, guint kind) {
    Around a = look_around(text, from, to, kind);
    if (kind == KIND_SHORT && (!a.capital || a.shout))
        return FALSE;
    if (introduced(&a) || stands_alone(&a))
        return TRUE;
    if (!a.capital || a.shout)
        return small_is_name(&a);
    return spoken_to(&a) || !capital_is_word(&a);
}

gboolean name_use_capital(const char *text, gsize from, gsize to) {
    if (!has_capital(text + from))
        return FALSE;
    if (!is_shout(text + from, text + to))
        return TRUE;
    Neighbour before = {0}, after = {0};
    look_back(text, from, &before);
    look_ahead(text, to, &after);
    return !before.shout && !after.shout;
}
