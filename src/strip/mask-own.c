#include "strip/mask.h"

#include <string.h>

#include "value/names.h"

/* Where people say who they are. */

enum { WORDS_MOST = 3 };

/* After these a name stands, whatever its case. In small letters; ’ is '. */
static const char *const STRONG[] = {"my name is ",
                                     "my name's ",
                                     "my names ",
                                     "my name: ",
                                     "my full name is ",
                                     "my real name is ",
                                     "my first name is ",
                                     "my surname is ",
                                     "my last name is ",
                                     "my nickname is ",
                                     "i am called ",
                                     "i'm called ",
                                     "im called ",
                                     "people call me ",
                                     "everyone calls me ",
                                     "everybody calls me ",
                                     "friends call me ",
                                     "you can call me ",
                                     "they call me ",
                                     "known as ",
                                     "fy enw i yw ",
                                     "fy enw yw ",
                                     "fy enw i ydy ",
                                     "mam na imię ",
                                     "nazywam się ",
                                     "mă numesc ",
                                     "numele meu este ",
                                     "me llamo ",
                                     "mi nombre es ",
                                     "je m'appelle ",
                                     "mon nom est ",
                                     "ich heiße ",
                                     "ich heisse ",
                                     "mein name ist ",
                                     "mi chiamo ",
                                     "il mio nome è ",
                                     "chamo-me ",
                                     "me chamo ",
                                     "meu nome é ",
                                     "o meu nome é ",
                                     "benim adım ",
                                     "adım ",
                                     "mera naam ",
                                     "amar naam ",
                                     "ismi ",
                                     "اسمي ",
                                     "میرا نام ",
                                     "আমার নাম ",
                                     "ਮੇਰਾ ਨਾਮ ",
                                     "我叫",
                                     "我的名字是",
                                     "меня зовут ",
                                     NULL};
/* After these one may, if it looks like one. */
static const char *const WEAK[] = {"i'm ", "im ",    "i am ",    "it's ",
                                   "its ", "it is ", "this is ", NULL};
/* What a closing line begins with; the name is on it or on the next line. */
static const char *const CLOSINGS[] = {"from",
                                       "love",
                                       "love from",
                                       "lots of love",
                                       "regards",
                                       "kind regards",
                                       "best regards",
                                       "best wishes",
                                       "best",
                                       "thanks",
                                       "many thanks",
                                       "thank you",
                                       "thx",
                                       "ty",
                                       "cheers",
                                       "yours",
                                       "yours sincerely",
                                       "yours faithfully",
                                       "yours truly",
                                       "sincerely",
                                       "bye",
                                       "take care",
                                       "ta",
                                       "xx",
                                       "xxx",
                                       "x",
                                       "signed",
                                       "all the best",
                                       "warm regards",
                                       "with love",
                                       "your friend",
                                       "see you",
                                       "hugs",
                                       "peace",
                                       "diolch",
                                       "diolch yn fawr",
                                       "cofion",
                                       "cariad",
                                       "hwyl",
                                       "oddi wrth",
                                       "gan",
                                       "pozdrawiam",
                                       "pozdrowienia",
                                       "dziękuję",
                                       "mulțumesc",
                                       "cu drag",
                                       "gracias",
                                       "saludos",
                                       "un saludo",
                                       "merci",
                                       "cordialement",
                                       "danke",
                                       "viele grüße",
                                       "liebe grüße",
                                       "lg",
                                       "mit freundlichen grüßen",
                                       "grazie",
                                       "saluti",
                                       "obrigado",
                                       "obrigada",
                                       "teşekkürler",
                                       "sevgiler",
                                       "saygılar",
                                       "shukriya",
                                       "شكرا",
                                       "شکریہ",
                                       "ধন্যবাদ",
                                       "ਧੰਨਵਾਦ",
                                       "谢谢",
                                       NULL};

/* "del Carmen", "van Dyk": the length of a small word inside a name, with its blank; 0: none. */
static gsize particle_at(const char *p) {
    static const char *const words[] = {"de la ", "del ", "de ",  "da ",  "dos ", "di ", "van der ",
                                        "van ",   "von ", "bin ", "ibn ", "al ",  "el ", "la "};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (*p == *words[i] && g_str_has_prefix(p, words[i]))
            return strlen(words[i]);
    return 0;
}

static void take(const char *text, const char *from, const char *to, GArray *spans,
                 GPtrArray *names) {
    g_autofree char *name = g_strndup(from, (gsize)(to - from));
    mask_add(spans, text, from, to, "name");
    names_of(names, name, NULL);
}

const char *mask_name_end(const char *p) {
    const char *end = p + mask_word_length(p);
    for (guint i = 1; i < WORDS_MOST && *end == ' '; i++) {
        const char *next = end + 1 + particle_at(end + 1);
        gsize n = mask_word_length(next);
        if (n < 2 || !mask_capital(next) || !mask_may_be_name(next, n))
            break;
        end = next + n;
    }
    return end;
}

/* The length of `word` at `p`, any case, ’ as '; 0: it is not there. */
static gsize phrase_at(const char *p, const char *word) {
    const char *start = p;
    for (; *word != '\0'; word++) {
        if (*word == '\'' && g_str_has_prefix(p, "\xe2\x80\x99")) {
            p += 3;
            continue;
        }
        if (g_ascii_tolower(*p) != *word)
            return 0;
        p++;
    }
    return (gsize)(p - start);
}

static gsize any_phrase(const char *p, const char *const *words) {
    char first = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
    for (; *words != NULL; words++) {
        gsize n = first == **words ? phrase_at(p, *words) : 0;
        if (n > 0)
            return n;
    }
    return 0;
}

static void look_for_phrases(const char *text, GArray *spans, GPtrArray *names) {
    for (const char *p = text; *p != '\0'; p++) {
        if (!mask_begins(text, p))
            continue;
        gsize strong = any_phrase(p, STRONG), weak = strong ? 0 : any_phrase(p, WEAK);
        const char *at = p + strong + weak;
        gsize n = strong + weak > 0 ? mask_word_length(at) : 0;
        if ((strong > 0 && (mask_may_be_name(at, n) || mask_also_name(at, n))) ||
            (weak > 0 && n > 1 && (mask_looks_like_name(at, n) || names_is_given(at, n))))
            take(text, at, mask_name_end(at), spans, names);
    }
}

/* May this word of a line be one of the name under a letter? Small ones only where little else
 * stands there: as the first behind "love from", or where it is a given name. */
static gboolean may_sign(const char *p, gsize n, gboolean known_closing, guint words) {
    if (!g_unichar_isalpha(g_utf8_get_char(p))) /* a heart */
        return FALSE;
    if (mask_shouted(p, n + (n > 14)) || (!known_closing && mask_quality(p, n)))
        return FALSE;
    if (!mask_may_be_name(p, n) && !(known_closing && mask_also_name(p, n)))
        return FALSE;
    return mask_capital(p) || (known_closing && words == 1) || names_is_given(p, n);
}

/* A line of one to three words that may be a name, without the end of a sentence. */
static gboolean name_line(const char *p, const char *end, const char **name, const char **name_stop,
                          gboolean known_closing) {
    while (p < end && strchr(" -~*,.", *p) != NULL)
        p++;
    while (p < end && g_str_has_prefix(p, "\xe2\x80\x94"))
        p += 3;
    while (p < end && *p == ' ')
        p++;
    *name = p;
    guint words = 0;
    const char *stop = p;
    while (p < end) {
        gsize n = mask_word_length(p);
        if (n == 0 || ++words > WORDS_MOST)
            break;
        if (!may_sign(p, n, known_closing, words))
            break;
        p += n;
        stop = p;
        p += p < end && *p == ' ';
        p += words < WORDS_MOST && p < end ? particle_at(p) : 0;
    }
    *name_stop = stop;
    while (p < end && (strchr(" .,x!X*", *p) != NULL || (guint8)*p >= 0xe2))
        p++;
    return stop > *name && p >= end;
}

gsize mask_closing(const char *p, const char *end) {
    gsize best = 0;
    for (guint i = 0; CLOSINGS[i] != NULL; i++) {
        gsize n = strlen(CLOSINGS[i]);
        if ((gsize)(end - p) < n || g_ascii_strncasecmp(p, CLOSINGS[i], n) != 0 || n <= best)
            continue;
        if (p + n == end || !mask_word(p[n]))
            best = n;
    }
    return best;
}

typedef struct tail {
    const char *start, *end; /* a line that is not empty */
    gboolean gap;            /* an empty line stands above it, or nothing */
} Tail;

/* The last lines that are not empty, the very last first. */
static guint tail_of(const char *text, Tail *tail, guint most) {
    guint count = 0;
    const char *end = text + strlen(text);
    while (end > text && count < most) {
        const char *feed = memrchr(text, '\n', (gsize)(end - text));
        const char *start = feed ? feed + 1 : text;
        if (start < end)
            tail[count++] = (Tail){.start = start, .end = end};
        else if (count > 0)
            tail[count - 1].gap = TRUE;
        end = feed ? feed : text;
    }
    return count;
}

/* A closing and a name, on one line or on two; or a name alone after an empty line. */
static void look_at_the_end(const char *text, GArray *spans, GPtrArray *names) {
    Tail tail[5];
    guint count = tail_of(text, tail, G_N_ELEMENTS(tail));
    for (guint i = 0; i < MIN(count, 4); i++) {
        const char *start = tail[i].start, *end = tail[i].end, *name = NULL, *stop = NULL;
        gsize closing = mask_closing(start, end);
        gsize above = i + 1 < count ? mask_closing(tail[i + 1].start, tail[i + 1].end) : 0;
        gboolean closed = above > 0 && tail[i + 1].end - (tail[i + 1].start + above) < 8;
        gboolean alone = i == 0 && count > 1 && (tail[i].gap || strchr("-~", *start) != NULL);
        if (closing > 0 && name_line(start + closing, end, &name, &stop, TRUE))
            take(text, name, stop, spans, names);
        else if ((closed || alone) && name_line(start, end, &name, &stop, closed))
            take(text, name, stop, spans, names);
    }
}

void mask_own(const char *text, GArray *spans, GPtrArray *names) {
    look_for_phrases(text, spans, names);
    look_at_the_end(text, spans, names);
}
