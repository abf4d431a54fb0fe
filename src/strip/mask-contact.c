#include "strip/mask.h"

#include <string.h>

/* Mail addresses and links. */

/* Twice what RFC 5321 allows, and more: so that a text of nothing else takes linear time. */
enum { LOCAL_MOST = 256, DOMAIN_MOST = 256 };

/* An @, however it is written: wide, %40 (also %2540), as an entity. Its length; 0: none. */
static gsize at_sign(const char *p) {
    static const char *const forms[] = {"@",      "\xef\xbc\xa0", "\xef\xb9\xab", "&#64;",
                                        "&#064;", "&#x40;",       "&#X40;",       "&commat;"};
    if (*p == '%') {
        gsize n = 1;
        while (n < 7 && p[n] == '2' && p[n + 1] == '5')
            n += 2;
        return p[n] == '4' && p[n + 1] == '0' ? n + 2 : 0;
    }
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        if (g_str_has_prefix(p, forms[i]))
            return strlen(forms[i]);
    return 0;
}

/* The same for a full stop. */
static gsize full_stop(const char *p) {
    static const char *const forms[] = {".",   "\xef\xbc\x8e", "\xe3\x80\x82", "\xef\xbd\xa1",
                                        "%2E", "%2e",          "&#46;",        "&period;"};
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        if (*p == *forms[i] && g_str_has_prefix(p, forms[i]))
            return strlen(forms[i]);
    return 0;
}

static const char *local_start(const char *text, const char *at) {
    const char *start = at;
    if (start > text && start[-1] == '"') { /* "anna b"@h.example */
        const char *open = start - 2;
        while (open >= text && at - open < LOCAL_MOST && *open != '"' && *open != '\n')
            open--;
        return open >= text && *open == '"' ? open : at;
    }
    while (start > text && at - start < LOCAL_MOST &&
           (mask_word(start[-1]) || strchr(".!#$%&'*+/=?^_`{|}~-", start[-1])))
        start--;
    while (start < at && ((guint8)*start & 0xc0) == 0x80) /* never in the middle of a letter */
        start++;
    while (start < at && strchr(".'*/=?`|~-", *start) != NULL)
        start++;
    return start;
}

/* The end of the domain that begins at `domain`, behind the sign at `at`; `at`: there is none. */
static const char *domain_end(const char *at, const char *domain) {
    const char *end = domain, *top = NULL;
    if (*end == '[') {
        gsize n = 1;
        while (n < 48 && (g_ascii_isxdigit(end[n]) || strchr(".:IPv", end[n])) && end[n] != '\0')
            n++;
        return end[n] == ']' ? end + n + 1 : at;
    }
    const char *last = at; /* the end of the last label */
    for (gsize dot; *end != '\0'; end += dot) {
        const char *label = end;
        dot = 0;
        while (*end != '\0' && end - domain < DOMAIN_MOST && (dot = full_stop(end)) == 0 &&
               (mask_word(*end) || *end == '-'))
            end++;
        while (((guint8)*end & 0xc0) == 0x80) /* never in the middle of a letter */
            end++;
        if (end == label)
            break;
        last = end;
        top = label > domain ? label : NULL;
        if (dot == 0)
            break;
    }
    while (last > domain && last[-1] == '-')
        last--;
    return top != NULL && last - top > 1 && !g_ascii_isdigit(*top) ? last : at;
}

/* Where everybody has an address: what stands before it is one, whatever stands between. */
static gboolean mail_host(const char *p) {
    static const char *const hosts[] = {"gmail.",  "googlemail.", "outlook.", "hotmail.", "yahoo.",
                                        "icloud.", "live.",       "aol.",     "proton.",  "gmx.",
                                        "ymail.",  "protonmail.", "msn."};
    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++)
        if (g_ascii_strncasecmp(p, hosts[i], strlen(hosts[i])) == 0)
            return TRUE;
    return FALSE;
}

/* "anna at gmail dot com", "anna (at) h (dot) example": the end of such a one; NULL: it is none. */
static const char *spelled_end(const char *p) {
    static const char *const ats[] = {" at ",  " (at) ", "(at)", "[at]", " [at] ", " AT ",
                                      " (a) ", "(a)",    "[a]",  " @ ",  "@ ",     " @"};
    static const char *const dots[] = {" dot ",   "(dot)", " (dot) ", "[dot]",
                                       " [dot] ", " DOT ", "."};
    gsize n = 0;
    for (guint i = 0; i < G_N_ELEMENTS(ats) && n == 0; i++)
        n = g_str_has_prefix(p, ats[i]) ? strlen(ats[i]) : 0;
    if (n == 0)
        return NULL;
    gboolean plain = memchr(p, '(', n) == NULL && memchr(p, '[', n) == NULL;
    p += n;
    gboolean dotted = mail_host(p);
    for (guint labels = 0; labels < 5; labels++) {
        gsize label = 0;
        while (g_ascii_isalnum(p[label]) || p[label] == '-')
            label++;
        if (label == 0 || (label == 3 && g_ascii_strncasecmp(p, "dot", 3) == 0))
            return NULL;
        p += label;
        gsize dot = 0;
        for (guint i = 0; i < G_N_ELEMENTS(dots) && dot == 0; i++)
            if (g_str_has_prefix(p, dots[i]) && g_ascii_isalnum(p[strlen(dots[i])]))
                dot = strlen(dots[i]);
        if (dot == 0)
            return dotted ? p : NULL;
        /* "look at google.com" is no address; "anna at google dot com" is */
        dotted |= !plain || dot > 1;
        p += dot;
    }
    return NULL;
}

void mask_addresses(const char *text, GArray *spans) {
    for (const char *at = text; (at = strpbrk(at, "@%&\xef")) != NULL; at++) {
        gsize sign = at_sign(at);
        if (sign == 0)
            continue;
        const char *from = local_start(text, at), *to = domain_end(at, at + sign);
        if (from < at && to > at)
            mask_add(spans, text, from, to, "address");
    }
    for (const char *p = text; (p = strpbrk(p, "aA@")) != NULL; p++) {
        if (p == text || (*p != '@' && strchr("tT)]", p[1]) == NULL))
            continue;
        const char *sign = p - (strchr("([", p[-1]) != NULL);
        sign -= sign > text && sign[-1] == ' ';
        const char *to = sign > text ? spelled_end(sign) : NULL;
        const char *from = sign;
        while (to != NULL && from > text && (mask_word(from[-1]) || strchr("._-+", from[-1])))
            from--;
        if (to != NULL && from < sign)
            mask_add(spans, text, from, to, "address");
    }
}

/* Hosts on which a link says who somebody is, or opens what somebody shares. */
static const char *const TELLING_HOSTS[] = {"instagram.com",
                                            "tiktok.com",
                                            "snapchat.com",
                                            "facebook.com",
                                            "fb.com",
                                            "fb.me",
                                            "m.me",
                                            "twitter.com",
                                            "x.com",
                                            "discord.gg",
                                            "discord.com",
                                            "discordapp.com",
                                            "youtube.com/@",
                                            "youtube.com/c",
                                            "youtube.com/user",
                                            "linkedin.com",
                                            "t.me",
                                            "wa.me",
                                            "whatsapp.com",
                                            "kik.me",
                                            "steamcommunity.com",
                                            "roblox.com/users",
                                            "twitch.tv",
                                            "reddit.com/u",
                                            "tumblr.com",
                                            "pinterest.",
                                            "threads.net",
                                            "bsky.app",
                                            "bereal.com",
                                            "wattpad.com/user",
                                            "soundcloud.com",
                                            "open.spotify.com/user",
                                            "vsco.co",
                                            "ngl.link",
                                            "tellonym.me",
                                            "linktr.ee",
                                            "drive.google.com",
                                            "docs.google.com",
                                            "photos.google.com",
                                            "photos.app.goo.gl",
                                            "forms.gle",
                                            "classroom.google.com",
                                            "meet.google.com",
                                            "goo.gl",
                                            "maps.app",
                                            "google.com/maps",
                                            "sharepoint.com",
                                            "1drv.ms",
                                            "onedrive.live.com",
                                            "teams.microsoft.com",
                                            "teams.live.com",
                                            "dropbox.com",
                                            "icloud.com",
                                            "wetransfer.com",
                                            "we.tl",
                                            "zoom.us",
                                            "padlet.com",
                                            "imgur.com",
                                            "bit.ly",
                                            "tinyurl.com",
                                            "youtu.be",
                                            "forms.office.com",
                                            "forms.microsoft.com",
                                            "sites.google.com",
                                            "wixsite.com",
                                            "carrd.co",
                                            "weebly.com",
                                            "github.io",
                                            "blogspot.",
                                            "wordpress.com",
                                            "gofile.io",
                                            "mega.nz",
                                            "streamable.com",
                                            "open.spotify.com/playlist",
                                            "ask.fm",
                                            "vm.tiktok.com",
                                            NULL};

/* How many bytes from `p` on are none of `stops`; at most `most`. */
static gsize span_without(const char *p, const char *stops, gsize most) {
    gsize n = 0;
    while (n < most && p[n] != '\0' && strchr(stops, p[n]) == NULL)
        n++;
    return n;
}

static gsize link_length(const char *p) {
    gsize n = strcspn(p, " \t\n<>\"[]{}|\\^`");
    while (n > 0 && strchr(".,;:!?'*_)", p[n - 1]) != NULL) {
        if (p[n - 1] == ')' && memchr(p, '(', n) != NULL)
            break;
        n--;
    }
    return n;
}

/* A piece of a path that is long and mixes letters and digits, as tokens do. */
static gboolean has_token(const char *path, gsize length) {
    gsize run = 0, digits = 0;
    for (gsize i = 0; i < length; i++) {
        gboolean part = g_ascii_isalnum(path[i]) || path[i] == '_' || path[i] == '%';
        run = part ? run + 1 : 0;
        digits = part ? digits + (g_ascii_isdigit(path[i]) != 0) : 0;
        if ((run >= 10 && digits >= 2) || run >= 24 || digits >= 6)
            return TRUE;
    }
    return FALSE;
}

static gboolean telling_host(const char *host, gsize length) {
    g_autofree char *low = g_ascii_strdown(host, (gssize)MIN(length, 80));
    for (guint i = 0; TELLING_HOSTS[i] != NULL; i++) {
        const char *at = strstr(low, TELLING_HOSTS[i]);
        gsize after = strlen(TELLING_HOSTS[i]);
        if (at != NULL && at - low < 40 && (at == low || at[-1] == '.' || at[-1] == '/') &&
            (at[after] == '\0' || strchr("/?#:", at[after]) || strchr(".@c/ur", at[after - 1])))
            return TRUE;
    }
    return FALSE;
}

/* Pieces of a path behind which somebody's name stands. */
static gboolean has_person(const char *path, gsize length) {
    static const char *const pieces[] = {"/u/",      "/user/",  "/users/",    "/profile",
                                         "/people/", "/member", "/personal/", "/in/"};
    for (guint i = 0; i < G_N_ELEMENTS(pieces); i++)
        if (g_strstr_len(path, (gssize)length, pieces[i]) != NULL)
            return TRUE;
    return FALSE;
}

/* Does this link, from its host on, tell more than the address of a page? */
static gboolean telling(const char *host, gsize length) {
    gsize name = strcspn(host, "/?#");
    if (memchr(host, '?', length) || memchr(host, '#', length) || memchr(host, '@', length) ||
        memchr(host, '~', length))
        return TRUE;
    return telling_host(host, length) ||
           (name < length &&
            (has_token(host + name, length - name) || has_person(host + name, length - name)));
}

/* Hosts of which each is somebody's own. */
static gboolean personal_host(const char *p, gsize length) {
    static const char *const ends[] = {".carrd.co",   ".wixsite.com",  ".tumblr.com",
                                       ".weebly.com", ".blogspot.com", ".wordpress.com",
                                       ".github.io"};
    g_autofree char *low = g_ascii_strdown(p, (gssize)length);
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(low, ends[i]))
            return TRUE;
    return FALSE;
}

static gboolean bare_host(const char *p) {
    gsize n = span_without(p, " \t\n<>\"/?", 60);
    if (n < 4 || n >= 60 || memchr(p, '.', n) == NULL)
        return FALSE;
    if (p[n] != '/')
        return personal_host(p, n);
    return telling_host(p, span_without(p, " \t\n<>\"", 80)) || memchr(p + n, '~', 2) != NULL;
}

void mask_links(const char *text, GArray *spans) {
    for (const char *p = text; *p != '\0'; p++) {
        const char *host = NULL;
        if (*p == ':' && p[1] == '/' && p[2] == '/')
            host = p + 3;
        else if (mask_begins(text, p) && (*p == 'w' || *p == 'W') &&
                 g_ascii_strncasecmp(p, "www.", 4) == 0)
            host = p;
        else if (mask_begins(text, p) && bare_host(p))
            host = p;
        if (host == NULL)
            continue;
        const char *from = p;
        while (*p == ':' && from > text && g_ascii_isalpha(from[-1]))
            from--;
        gsize length = link_length(host);
        if (length > 0 && telling(host, length))
            mask_add(spans, text, from, host + length, "link");
        p = length > 0 ? host + length - 1 : p;
    }
}
