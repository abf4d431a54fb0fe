#include <string.h>

#include "strip/mask.h"

/* Words that stand where names do. */

/* What stands in the place of a name and is none. */
static const char *const NO_NAMES[] = {
    "a",          "an",          "the",        "in",           "on",
    "at",         "not",         "so",         "very",         "really",
    "just",       "being",       "going",      "my",           "me",
    "i",          "im",          "i'm",        "it",           "is",
    "was",        "are",         "and",        "but",          "or",
    "if",         "to",          "from",       "of",           "ok",
    "okay",       "fine",        "sad",        "scared",       "worried",
    "alone",      "lonely",      "tired",      "done",         "anon",
    "anonymous",  "nobody",      "someone",    "somebody",     "person",
    "student",    "pupil",       "girl",       "boy",          "child",
    "kid",        "friend",      "friends",    "you",          "your",
    "yours",      "year",        "form",       "class",        "please",
    "help",       "thanks",      "thank",      "thx",          "cheers",
    "bye",        "love",        "sorry",      "sincerely",    "regards",
    "hi",         "hello",       "hey",        "dear",         "yes",
    "no",         "what",        "why",        "how",          "when",
    "who",        "where",       "because",    "never",        "always",
    "still",      "also",        "all",        "feeling",      "trying",
    "mum",        "mom",         "dad",        "sister",       "brother",
    "nan",        "gran",        "grandad",    "teacher",      "mrs",
    "mr",         "miss",        "sir",        "god",          "gay",
    "bi",         "trans",       "lesbian",    "asexual",      "straight",
    "muslim",     "christian",   "jewish",     "hindu",        "sikh",
    "catholic",   "buddhist",    "atheist",    "english",      "welsh",
    "scottish",   "irish",       "british",    "polish",       "romanian",
    "asian",      "black",       "white",      "african",      "indian",
    "pakistani",  "chinese",     "turkish",    "arab",         "arabic",
    "french",     "german",      "italian",    "spanish",      "portuguese",
    "ukrainian",  "russian",     "syrian",     "somali",       "kurdish",
    "afghan",     "iranian",     "nigerian",   "jamaican",     "american",
    "european",   "bangladeshi", "lithuanian", "bulgarian",    "albanian",
    "japanese",   "korean",      "vietnamese", "bengali",      "punjabi",
    "autistic",   "adhd",        "dyslexic",   "diabetic",     "depressed",
    "suicidal",   "anxious",     "pregnant",   "bullied",      "hurt",
    "safe",       "unsafe",      "monday",     "tuesday",      "wednesday",
    "thursday",   "friday",      "saturday",   "sunday",       "january",
    "february",   "march",       "april",      "may",          "june",
    "july",       "august",      "september",  "october",      "november",
    "december",   "today",       "tomorrow",   "yesterday",    "christmas",
    "easter",     "ramadan",     "eid",        "maths",        "english",
    "science",    "school",      "home",       "out",          "up",
    "down",       "gcse",        "gcses",      "pe",           "re",
    "it",         "mum",         "mummy",      "daddy",        "everyone",
    "everybody",  "nothing",     "something",  "anything",     "good",
    "bad",        "great",       "best",       "hope",         "soon",
    "xx",         "xxx",         "x",          "tbh",          "idk",
    "lol",        "omg",         "ps",         "pls",          "plz",
    "pleased",    "desperate",   "confused",   "ashamed",      "angry",
    "unhappy",    "happy",       "ill",        "sick",         "stuck",
    "lost",       "broken",      "grateful",   "aware",        "sure",
    "like",       "new",         "now",        "here",         "there",
    "about",      "getting",     "having",     "doing",        "dying",
    "stressed",   "fat",         "ugly",       "stupid",       "weird",
    "different",  "useless",     "worthless",  "nothing",      "take",
    "care",       "see",         "kind",       "many",         "with",
    "yours",      "truly",       "faithfully", "confidential", "private",
    "urgent",     "speaking",    "worthless",  "a.",           "e",
    "o",          "y",           "et",         "und",          "heron",
    "end",        "too",         "then",       "that",         "this",
    "they",       "he",          "she",        "we",           "his",
    "her",        "their",       "our",        "hers",         "mine",
    "dumb",       "bored",       "busy",       "late",         "back",
    "gone",       "sent",        "listening",  "one",          "two",
    "three",      "absolutely",  "actually",   "only",         "another",
    "asking",     "writing",     "looking",    "unknown",      "secret",
    "after",      "before",      "while",      "since",        "as",
    "although",   "though",      "maybe",      "sometimes",    "once",
    "every",      "until",       "unless",     "however",      "first",
    "last",       "next",        "which",      "whose",        "whom",
    "can",        "could",       "would",      "should",       "did",
    "does",       "do",          "has",        "have",         "had",
    "were",       "am",          "be",         "been",         "got",
    "said",       "says",        "told",       "for",          "by",
    "than",       "both",        "each",       "even",         "ever",
    "let",        "please",      "during",     "through",      "without",
    "any",        "some",        "such",       "well",         "im",
    "ive",        "id",          "ill",        "dont",         "cant",
    "wont",       "didnt",       "doesnt",     "isnt",         "wasnt",
    "names",      "called",      "things",     "people",       "later",
    "u",          "ur",          "ya",         "yeah",         "yep",
    "nope",       "nah",         "again",      "always",       "everything",
    "loads",      "lots",        "heaps",      "guys",         "anyway",
    "anyways",    "mate",        "mates",      "anonymously",  "d'avance",
    "beaucoup",   "schön",       "sehr",       "vielmals",     "mille",
    "tante",      "bardzo",      "mult",       "iawn",         "off",
    "goodnight",  "goodbye",     "cheerio",    "hard",         "over",
    "deaf",       "blind",       "nonbinary",  "genderfluid",  "captain",
    "head",       "dutch",       "ghanaian",   "eritrean",     "sudanese",
    "ethiopian",  "kenyan",      "brazilian",  "mexican",      "canadian",
    "australian", "greek",       "swedish",    "finnish",      "norwegian",
    "hungarian",  "czech",       "slovak",     "latvian",      "estonian",
    "iraqi",      "filipino",    "tamil",      "gypsy",        "traveller",
    "hate",       "hates",       "hated",      "hit",          "hits",
    "laugh",      "laughs",      "laughed",    "broke",        "made",
    "make",       "makes",       "left",       "leave",        "leaves",
    "keep",       "keeps",       "kept",       "want",         "wants",
    "wanted",     "went",        "goes",       "get",          "gets",
    "think",      "thinks",      "know",       "knows",        "tell",
    "tells",      "call",        "calls",      "ignore",       "ignores",
    "ignored",    "bully",       "bullies",    "push",         "pushes",
    "pushed",     "kick",        "kicks",      "kicked",       "touch",
    "touches",    "touched",     "died",       "die",          "dies",
    "cheated",    "moved",       "lied",       "lies",         "stole",
    "threatens",  "threatened",  "dumped",     "cut",          "cuts",
    "saw",        "sees",        "took",       "takes",        "gave",
    "gives",      "found",       "came",       "comes",        "used",
    "put",        "puts",        "sits",       "stood",        "talk",
    "talks",      "talked",      "looks",      "looked",       "asked",
    "asks",       "likes",       "liked",      "loves",        "loved",
    "thought",    "started",     "starts",     "stopped",      "stops",
    "bullying",   "posted",      "posts",      "shouted",      "shouts",
    "screamed",   "screams",     "slapped",    "punched",      "childline",
    "samaritans", "shout",       "kooth",      "papyrus",      "meic",
    "nspcc",      "helpline",    "helplines",  "switchboard",  "police",
    "tonight",    "text",        "message",    "stay",         "speak",
    "try",        "breathe",     "yourself",   "someday",      NULL};
/* A hyphen, or an apostrophe, that joins two parts of a word; "Anna's" is Anna and an s. */
static gboolean joins(const char *p) {
    if (*p == '-')
        return mask_word(p[1]);
    return *p == '\'' && mask_word(p[1]) && !(p[1] == 's' && !mask_word(p[2]));
}

gsize mask_word_length(const char *p) {
    gsize n = 0;
    while (mask_word(p[n]) || (n > 0 && joins(p + n)))
        n++;
    return n;
}

/* A capital, or a letter of a script that has none. */
gboolean mask_capital(const char *p) {
    gunichar c = g_utf8_get_char(p);
    return g_unichar_isalpha(c) && !g_unichar_islower(c);
}

gboolean mask_shouted(const char *p, gsize n) {
    guint capitals = 0;
    for (const char *end = p + n; p < end; p = g_utf8_next_char(p)) {
        if (g_unichar_islower(g_utf8_get_char(p)))
            return FALSE;
        capitals += g_unichar_isupper(g_utf8_get_char(p)) != FALSE;
    }
    return capitals > 1;
}

/* "I've", "he'd", "don’t": what stands before the apostrophe is no name. */
static gboolean is_contraction(const char *low) {
    static const char *const ends[] = {"m", "ve", "d", "ll", "re", "t", NULL};
    const char *mark = strchr(low, '\''), *curly = strstr(low, "\xe2\x80\x99");
    const char *rest = mark ? mark + 1 : curly ? curly + 3 : NULL;
    return rest != NULL && (g_strv_contains(ends, rest) || strcmp(rest, "s") == 0);
}

gboolean mask_may_be_name(const char *p, gsize n) {
    if (n == 0 || n > 40 || g_ascii_isdigit(*p))
        return FALSE;
    g_autofree char *low = g_utf8_strdown(p, (gssize)n);
    return !g_strv_contains(NO_NAMES, low) && !is_contraction(low);
}

/* "I'm Struggling", "I'm Vegetarian": capitalised, but what one is, not who. */
gboolean mask_quality(const char *p, gsize n) {
    static const char *const ends[] = {"ing",   "ed",     "ish",  "less", "ful",   "ous",
                                       "ese",   "sexual", "ible", "able", "ative", "fied",
                                       "arian", "ically", "ally", NULL};
    static const char *const names[] = {
        "mohammed", "mohamed", "muhammed", "mohammad", "ahmed",   "khaled",   "waleed", "saeed",
        "majed",    "javed",   "naveed",   "waheed",   "rasheed", "hameed",   "hamed",  "alfred",
        "wilfred",  "mildred", "winifred", "jared",    "manish",  "danish",   "ashish", "girish",
        "satish",   "harish",  "jagdish",  "kashish",  "irving",  "sterling", NULL};
    g_autofree char *low = g_utf8_strdown(p, (gssize)n);
    if (g_strv_contains(names, low))
        return FALSE;
    for (guint i = 0; n > 4 && ends[i] != NULL; i++)
        if (g_str_has_suffix(low, ends[i]))
            return TRUE;
    return FALSE;
}

gboolean mask_looks_like_name(const char *p, gsize n) {
    return mask_capital(p) && mask_may_be_name(p, n) && !mask_shouted(p, n) && !mask_quality(p, n);
}

/* After "my name is" these are names after all. */
gboolean mask_also_name(const char *p, gsize n) {
    static const char *const names[] = {"june", "april", "may",  "august", "christian", "hope",
                                        "love", "said",  "than", "an",     NULL};
    g_autofree char *low = n > 0 && n < 20 ? g_utf8_strdown(p, (gssize)n) : g_strdup("");
    return mask_capital(p) && g_strv_contains(names, low);
}
