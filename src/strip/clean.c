#include "strip/clean.h"

#include <string.h>

#include "base/text.h"
#include "strip/lines.h"

enum { TOKEN = 26 };

static gboolean invisible(gunichar c) {
    return g_unichar_iscntrl(c) || c == 0xad || c == 0x200b || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe007f) || (c >= 0xfff9 && c <= 0xfffb);
}

char *clean_text(const char *text) {
    GString *out = g_string_sized_new(strlen(text) + 1);
    for (const char *p = text; *p != '\0';) {
        gsize n = 0; /* a run of plain ASCII goes in one piece */
        while (((guint8)p[n] >= 0x20 && (guint8)p[n] < 0x7f) || p[n] == '\n' || p[n] == '\t')
            n++;
        g_string_append_len(out, p, (gssize)n);
        p += n;
        if (*p == '\0')
            break;
        gunichar c = g_utf8_get_char(p);
        const char *next = g_utf8_next_char(p);
        if (c == '\r' ? *next != '\n' : c == 0x85 || c == 0x2028 || c == 0x2029 || c == '\f')
            g_string_append_c(out, '\n');
        else if (c != '\r' && !invisible(c))
            g_string_append_len(out, p, next - p);
        p = next;
    }
    return g_string_free(out, FALSE);
}

char *clean_flowed(const char *text, gboolean delsp) {
    GString *out = g_string_sized_new(strlen(text) + 1);
    gboolean open = FALSE; /* does the line before go on in this one? */
    guint before = 0;
    for (const char *p = text;;) {
        const char *end = strchrnul(p, '\n');
        guint depth = 0;
        while (p < end && *p == '>') {
            depth++;
            p++;
        }
        p += p < end && *p == ' '; /* stuffed */
        gsize length = (gsize)(end - p);
        gboolean sign = length == 3 && memcmp(p, "-- ", 3) == 0;
        gboolean goes_on = length > 0 && p[length - 1] == ' ' && !sign;
        if (!open || depth != before || sign) {
            if (out->len > 0 || open)
                g_string_append_c(out, '\n');
            if (depth > 0)
                g_string_append_c(out, MARK_QUOTE);
        }
        g_string_append_len(out, p, (gssize)(length - (goes_on && delsp ? 1 : 0)));
        if (length == 0 && out->len == 0)
            g_string_append_c(out, ' '); /* an empty first line is a line */
        open = goes_on;
        before = depth;
        if (*end == '\0')
            return g_string_free(out, FALSE);
        p = end + 1;
    }
}

static const char *const PREFIXES[] = {
    "re",   "r",    "fw",     "fwd",         "aw",   "antw", "wg",   "sv",     "vs",
    "vl",   "vb",   "odp",    "pd",          "ynt",  "ilt",  "res",  "enc",    "rv",
    "rif",  "ref",  "tr",     "rép",         "rep",  "ats",  "rsp",  "doorst", "ymateb",
    "ateb", "răsp", "fs",     "rd",          "回复", "答复", "回覆", "答覆",   "转发",
    "轉寄", "رد",   "رد على", "إعادة توجيه", "ਜਵਾਬ", "জবাব", "جواب", "re fw",  NULL};

/* "Re:", "RE[2]:", "回复：": how many bytes to leave out; 0: none. */
static gsize prefix_at(const char *text) {
    gsize name = strcspn(text, ":[(：");
    gsize colon = strcspn(text, ":");
    const char *wide = strstr(text, "：");
    if (wide != NULL && (gsize)(wide - text) < colon)
        colon = (gsize)(wide - text);
    if (colon > 24 || text[colon] == '\0')
        return 0;
    name = MIN(name, colon);
    g_autofree char *word = g_strndup(text, name);
    g_autofree char *low = g_utf8_strdown(g_strstrip(word), -1);
    if (!g_strv_contains(PREFIXES, low))
        return 0;
    for (gsize i = name; i < colon; i++)
        if (!g_ascii_isdigit(text[i]) && strchr("[]() ", text[i]) == NULL)
            return 0;
    return colon + (text[colon] == ':' ? 1 : strlen("："));
}

static gboolean is_token(const char *text) {
    for (gsize i = 0; i < TOKEN; i++)
        if (!g_ascii_isalpha(text[i]) && !(text[i] >= '2' && text[i] <= '7'))
            return FALSE;
    return text[TOKEN] == ']';
}

char *clean_subject(const char *subject) {
    if (subject == NULL)
        return NULL;
    g_autofree char *clean = clean_text(subject);
    GString *line = g_string_new(NULL);
    g_autofree char *one = text_one_line(clean);
    for (const char *p = one; *p != '\0'; p++) {
        if (*p == '[' && strlen(p) >= TOKEN + 2 && is_token(p + 1))
            p += TOKEN + 1;
        else
            g_string_append_c(line, *p);
    }
    const char *start = line->str;
    for (gsize n = 1; n > 0;) {
        while (*start == ' ')
            start++;
        n = prefix_at(start);
        start += n;
    }
    g_autofree char *rest = text_one_line(start);
    g_string_free(line, TRUE);
    return *rest ? g_steal_pointer(&rest) : NULL;
}
