#include <string.h>

#include "strip/mask.h"

/* Names on platforms. */

static const char *const PLATFORMS[] = {
    "snapchat", "snap",     "insta",   "instagram", "ig",          "tiktok",    "discord",
    "twitter",  "facebook", "fb",      "kik",       "telegram",    "roblox",    "xbox",
    "psn",      "gamertag", "steam",   "username",  "user name",   "reddit",    "tumblr",
    "wattpad",  "bereal",   "tag",     "handle",    "fortnite",    "minecraft", "signal",
    "skype",    "login",    "youtube", "twitch",    "screen name", NULL};
/* After these a handle stands, whatever it looks like. */
static const char *const CALLED[] = {"username",    "user name", "gamertag",
                                     "screen name", "login",     NULL};

static gsize handle_length(const char *p) {
    gsize n = 0;
    while (g_ascii_isalnum(p[n]) || p[n] == '_' || p[n] == '.' || p[n] == '-')
        n++;
    while (n > 0 && (p[n - 1] == '.' || p[n - 1] == '-'))
        n--;
    if (n > 0 && p[n] == '#' && g_ascii_isdigit(p[n + 1]))
        n += 1 + strspn(p + n + 1, "0123456789");
    return n;
}

/* Does a word look like what nobody says, but many are called? */
static gboolean odd_word(const char *p, gsize n) {
    gboolean letter = FALSE, odd = FALSE;
    for (gsize i = 0; i < n; i++) {
        letter |= g_ascii_isalpha(p[i]) != 0;
        odd |= p[i] == '_' || p[i] == '#' || g_ascii_isdigit(p[i]) ||
               (p[i] == '.' && i + 1 < n && i > 0);
    }
    return letter && odd && n >= 3;
}

static gboolean is_one_of(const char *const *words, const char *p, gsize n) {
    g_autofree char *word = g_ascii_strdown(p, (gssize)n);
    return g_strv_contains(words, word);
}

/* After "snap" and the like: "is", "name", ":" … and then the handle. */
static void after_platform(const char *text, const char *p, gboolean called, GArray *spans) {
    static const char *const fillers[] = {
        "is",  "name", "username", "user", "id", "handle", "account", "my",       "tag",
        "its", "it's", "s",        "me",   "at", "on",     "channel", "gamertag", NULL};
    gboolean told = FALSE;
    for (guint i = 0; i < 4; i++) {
        gsize gap = strspn(p, " :=-@'\"(");
        told |= memchr(p, ':', gap) || memchr(p, '=', gap) || memchr(p, '@', gap);
        p += gap;
        gsize n = handle_length(p);
        gboolean filler = is_one_of(fillers, p, n);
        if (n == 0)
            return;
        if (odd_word(p, n) || (told && n >= 3 && !filler)) {
            mask_add(spans, text, p, p + n, "handle");
            return;
        }
        if (!filler)
            return;
        called |= is_one_of(CALLED, p, n);
        told |= called && n == 2 && (*p | 0x20) == 'i'; /* is */
        p += n;
    }
}

/* The word that ends before the blank at `end`; its start, or `end`. */
static const char *word_before(const char *text, const char *end) {
    const char *start = end;
    while (start > text && (g_ascii_isalnum(start[-1]) || strchr("_.-", start[-1])))
        start--;
    return start;
}

/* Before a platform at `p`: "xx_zo_xx on", "add zosiak on". */
static void before_platform(const char *text, const char *p, GArray *spans) {
    static const char *const asking[] = {"add", "dm", "message", "follow", "find", "search", NULL};
    static const char *const people[] = {"me",   "him",  "her",      "them",    "us",    "you",
                                         "it",   "my",   "people",   "someone", "posts", "things",
                                         "that", "this", "everyone", NULL};
    if (p - text < 5 || g_ascii_strncasecmp(p - 4, " on ", 4) != 0)
        return;
    const char *end = p - 4, *start = word_before(text, end);
    gsize n = (gsize)(end - start);
    const char *asked = start > text && start[-1] == ' ' ? word_before(text, start - 1) : start;
    gsize m = asked < start ? (gsize)(start - 1 - asked) : 0;
    if (n >= 3 && (odd_word(start, n) ||
                   (m > 1 && is_one_of(asking, asked, m) && !is_one_of(people, start, n))))
        mask_add(spans, text, start, end, "handle");
}

static gsize platform_at(const char *p) {
    char first = (char)(*p | 0x20);
    for (guint i = 0; PLATFORMS[i] != NULL; i++) {
        if (*PLATFORMS[i] != first)
            continue;
        gsize n = strlen(PLATFORMS[i]);
        if (g_ascii_strncasecmp(p, PLATFORMS[i], n) == 0 && !mask_word(p[n]))
            return n;
    }
    return 0;
}

/* "u/zosiak" */
static gsize redditor_length(const char *text, const char *p) {
    if ((*p | 0x20) != 'u' || p[1] != '/' || (p > text && mask_word(p[-1])))
        return 0;
    gsize n = handle_length(p + 2);
    return n >= 3 ? n + 2 : 0;
}

void mask_handles(const char *text, GArray *spans) {
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '@' && (p == text || !mask_word(p[-1]))) {
            gsize n = handle_length(p + 1);
            if (n >= 3 && !g_ascii_isdigit(p[1]))
                mask_add(spans, text, p, p + 1 + n, "handle");
            p += n;
        } else if (mask_begins(text, p) && strchr("sidtfkrxpguwbmhlyz", *p | 0x20) != NULL) {
            gsize n = platform_at(p), redditor = n == 0 ? redditor_length(text, p) : 0;
            if (n > 0) {
                before_platform(text, p, spans);
                after_platform(text, p + n, is_one_of(CALLED, p, n), spans);
            } else if (redditor > 0) {
                mask_add(spans, text, p, p + redditor, "handle");
            }
        }
    }
}
