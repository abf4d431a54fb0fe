#include "strip/html.h"

#include <libxml/HTMLparser.h>
#include <string.h>

enum { DEEPEST = 400 };

enum { HIDES = 1, QUOTES = 2, SIGNS = 4, KEEPS = 8 };
enum layout { INLINE, BLOCK, PARAGRAPH, ITEM, CELL, BREAK, RULE, DROPPED, SPACED };

typedef struct page {
    GString *out;
    htmlParserCtxtPtr parser;
    guint8 stack[DEEPEST]; /* what each open element does to its content */
    guint layouts[DEEPEST];
    guint depth, hidden, quoted, signing, verbatim; /* how many open elements do it */
    gboolean rest_quoted;                           /* all that follows is history */
    gboolean gap;                                   /* a blank is owed before the next word */
    gboolean filled;                                /* an empty line that is meant to be seen */
    gboolean too_deep;
    long stopped; /* where, in bytes of the page; inside of a tag */
} Page;

static const struct {
    const char *name;
    enum layout layout;
} ELEMENTS[] = {
    {"address", BLOCK},  {"article", BLOCK},    {"audio", DROPPED},    {"blockquote", BLOCK},
    {"body", BLOCK},     {"br", BREAK},         {"canvas", DROPPED},   {"center", BLOCK},
    {"dd", BLOCK},       {"div", BLOCK},        {"dl", BLOCK},         {"dt", BLOCK},
    {"footer", BLOCK},   {"form", BLOCK},       {"h1", PARAGRAPH},     {"h2", PARAGRAPH},
    {"h3", PARAGRAPH},   {"h4", PARAGRAPH},     {"h5", PARAGRAPH},     {"h6", PARAGRAPH},
    {"header", BLOCK},   {"hr", RULE},          {"iframe", DROPPED},   {"li", ITEM},
    {"map", DROPPED},    {"math", DROPPED},     {"object", DROPPED},   {"ol", BLOCK},
    {"p", PARAGRAPH},    {"pre", SPACED},       {"script", DROPPED},   {"section", BLOCK},
    {"select", DROPPED}, {"style", DROPPED},    {"svg", DROPPED},      {"table", BLOCK},
    {"td", CELL},        {"template", DROPPED}, {"textarea", DROPPED}, {"th", CELL},
    {"title", DROPPED},  {"tr", BLOCK},         {"ul", BLOCK},         {"video", DROPPED}};

/* What the common clients call the container of the mail that is answered … */
static const char *const QUOTE_CLASSES[] = {"gmail_quote",
                                            "gmail_quote_container",
                                            "yahoo_quoted",
                                            "yahooquoted",
                                            "moz-cite-prefix",
                                            "moz-forward-container",
                                            "protonmail_quote",
                                            "tutanota_quote",
                                            "zmail_extra",
                                            "zmail_extra_hr",
                                            "outlookmessageheader",
                                            "ms-outlook-mobile-reference-message",
                                            "mail-quote-collapse",
                                            "appleoriginalcontents",
                                            "replyforwardheader",
                                            "gmail_attr",
                                            "hm_ll_quote",
                                            "quotedtext",
                                            NULL};
static const char *const QUOTE_IDS[] = {"olk_src_body_section",
                                        "reply-intro",
                                        "yahoo_quoted",
                                        "mail-editor-reference-message-container",
                                        "isforwardcontent",
                                        "isreplycontent",
                                        NULL};
/* … what stands at its beginning, with the quoted mail after it, not in it … */
static const char *const REST_IDS[] = {"divrplyfwdmsg",
                                       "appendonsend",
                                       "zwchr",
                                       "stopspelling",
                                       "ms-outlook-mobile-body-separator-line",
                                       NULL};
/* … and the signature. */
static const char *const SIGN_CLASSES[] = {"gmail_signature",
                                           "moz-signature",
                                           "protonmail_signature_block",
                                           "ms-outlook-mobile-signature",
                                           "applemailsignature",
                                           "tutanota_signature",
                                           NULL};
static const char *const SIGN_IDS[] = {"signature", "applemailsignature",
                                       "ms-outlook-mobile-signature", "composer_signature", NULL};

static enum layout layout_of(const char *name) {
    guint low = 0, high = G_N_ELEMENTS(ELEMENTS);
    while (low < high) {
        guint middle = (low + high) / 2;
        int order = strcmp(name, ELEMENTS[middle].name);
        if (order == 0)
            return ELEMENTS[middle].layout;
        low = order > 0 ? middle + 1 : low;
        high = order > 0 ? high : middle;
    }
    return INLINE;
}

static gboolean at_start(const Page *page) {
    return page->out->len == 0 || page->out->str[page->out->len - 1] == '\n';
}

static void new_line(Page *page) {
    if (!at_start(page) || page->filled)
        g_string_append_c(page->out, '\n');
    page->gap = page->filled = FALSE;
}

static void empty_line(Page *page) {
    new_line(page);
    gsize n = page->out->len;
    if (n > 0 && !(n >= 2 && page->out->str[n - 2] == '\n'))
        g_string_append_c(page->out, '\n');
}

static void begin_line(Page *page) {
    if (at_start(page) && (page->rest_quoted || page->quoted > 0))
        g_string_append_c(page->out, MARK_QUOTE);
    else if (at_start(page) && page->signing > 0)
        g_string_append_c(page->out, MARK_SIGN);
}

static void put(Page *page, const char *bytes, gsize length) {
    gboolean start = at_start(page);
    begin_line(page);
    if (page->gap && !start)
        g_string_append_c(page->out, ' ');
    page->gap = page->filled = FALSE;
    g_string_append_len(page->out, bytes, (gssize)length);
}

/* Text: white space is one blank, but in <pre>. */
static void on_text(void *data, const xmlChar *text, int length) {
    Page *page = data;
    const char *p = (const char *)text, *end = p + length;
    while (page->hidden == 0 && p < end) {
        gsize word = 0;
        while (p + word < end && (guint8)p[word] > 0x20 && (guint8)p[word] != 0x7f &&
               !(p + word + 1 < end && p[word] == '\xc2' && (p[word + 1] == '\xa0')))
            word++;
        if (word > 0)
            put(page, p, word);
        p += word;
        if (p == end)
            break;
        if (*p == '\xc2') {
            page->filled |= at_start(page);
            page->gap = TRUE;
            p += 2;
            continue;
        }
        if (page->verbatim > 0 && *p == '\n')
            g_string_append_c(page->out, '\n');
        else if (page->verbatim > 0 && (*p == ' ' || *p == '\t'))
            put(page, p, 1);
        else
            page->gap = TRUE;
        p++;
    }
}

static gboolean value_in(const char *value, const char *const *words) {
    g_autofree char *low = g_ascii_strdown(value, -1);
    g_auto(GStrv) parts = g_strsplit_set(low, " \t\r\n", 20);
    for (guint i = 0; parts[i] != NULL; i++) {
        const char *part = g_str_has_prefix(parts[i], "x_") ? parts[i] + 2 : parts[i];
        if (g_strv_contains(words, part))
            return TRUE;
    }
    return FALSE;
}

/* Is `property` in the style, with a value of nothing at all (0, 0px, not 0.9em)? */
static gboolean is_nil(const char *style, const char *property) {
    const char *at = strstr(style, property);
    if (at == NULL || (at != style && at[-1] != ';'))
        return FALSE;
    at += strlen(property);
    return *at == '0' && at[1] != '.' && !g_ascii_isdigit(at[1]);
}

static guint style_does(const char *value) {
    g_autofree char *low = g_ascii_strdown(value, -1);
    char *to = low;
    for (const char *p = low; *p != '\0'; p++)
        if (!g_ascii_isspace(*p))
            *to++ = *p;
    *to = '\0';
    if (strstr(low, "display:none") || strstr(low, "visibility:hidden") ||
        strstr(low, "mso-hide:all") || is_nil(low, "font-size:") || is_nil(low, "max-height:") ||
        is_nil(low, "opacity:"))
        return HIDES;
    const char *left = strstr(low, "border-left:");
    gsize length = left ? strcspn(left, ";") : 0;
    if (left != NULL && (g_strstr_len(left, (gssize)length, "solid") != NULL) &&
        !is_nil(low, "border-left:"))
        return QUOTES;
    return 0;
}

static guint attribute_does(Page *page, const char *element, const char *name, const char *value) {
    gboolean block = strcmp(element, "blockquote") == 0;
    if (strcmp(name, "hidden") == 0)
        return HIDES;
    if (strcmp(name, "style") == 0) {
        guint does = style_does(value);
        gboolean box = block || strcmp(element, "div") == 0;
        return box ? does : does & HIDES;
    }
    if (strcmp(name, "class") == 0)
        return value_in(value, QUOTE_CLASSES) ? QUOTES : value_in(value, SIGN_CLASSES) ? SIGNS : 0;
    if (strcmp(name, "id") == 0 && value_in(value, REST_IDS))
        page->rest_quoted = TRUE;
    if (strcmp(name, "id") == 0)
        return value_in(value, QUOTE_IDS) ? QUOTES : value_in(value, SIGN_IDS) ? SIGNS : 0;
    if (block && (strcmp(name, "cite") == 0 ||
                  (strcmp(name, "type") == 0 && g_ascii_strcasecmp(value, "cite") == 0)))
        return QUOTES;
    return 0;
}

/* Indenting by a blockquote is no quoting; Gmail and Outlook say so by a border of none. */
static gboolean is_indent(const char *const *attributes) {
    for (; attributes != NULL && *attributes != NULL; attributes += 2)
        if (strcmp(attributes[0], "style") == 0 && attributes[1] != NULL &&
            (strstr(attributes[1], "border:none") || strstr(attributes[1], "border: none")) &&
            strstr(attributes[1], "border-left") == NULL)
            return TRUE;
    return FALSE;
}

static gboolean is_class(const char *const *attributes, const char *class) {
    for (; attributes != NULL && *attributes != NULL; attributes += 2)
        if (strcmp(attributes[0], "class") == 0 && attributes[1] != NULL)
            return g_ascii_strcasecmp(attributes[1], class) == 0;
    return FALSE;
}

static void open_layout(Page *page, enum layout layout) {
    switch (layout) {
    case BLOCK:
    case SPACED:
        new_line(page);
        break;
    case PARAGRAPH:
        empty_line(page);
        break;
    case ITEM:
        new_line(page);
        put(page, "-", 1);
        page->gap = TRUE;
        break;
    case CELL:
        page->gap = TRUE;
        break;
    case BREAK:
        g_string_append_c(page->out, '\n');
        page->gap = page->filled = FALSE;
        break;
    case RULE:
        new_line(page);
        put(page, "________", 8);
        new_line(page);
        break;
    case INLINE:
    case DROPPED:
        break;
    }
}

static void on_start(void *data, const xmlChar *name, const xmlChar **given) {
    Page *page = data;
    const char *element = (const char *)name;
    const char *const *attributes = (const char *const *)given;
    if (page->depth == DEEPEST) {
        page->stopped = page->too_deep ? page->stopped : xmlByteConsumed(page->parser);
        page->too_deep = TRUE;
        xmlStopParser(page->parser);
        return;
    }
    enum layout layout = layout_of(element);
    if (layout == PARAGRAPH && is_class(attributes, "MsoNormal"))
        layout = BLOCK;
    guint does = layout == DROPPED ? HIDES : layout == SPACED ? KEEPS : 0;
    for (const char *const *a = attributes; a != NULL && a[0] != NULL; a += 2)
        does |= attribute_does(page, element, a[0], a[1] ? a[1] : "");
    if ((does & QUOTES) && is_indent(attributes))
        does &= (guint)~QUOTES;
    if (page->hidden == 0 && !(does & HIDES))
        open_layout(page, layout);
    page->hidden += (does & HIDES) != 0;
    page->quoted += (does & QUOTES) != 0;
    page->signing += (does & SIGNS) != 0;
    page->verbatim += (does & KEEPS) != 0;
    page->layouts[page->depth] = layout;
    page->stack[page->depth++] = (guint8)does;
}

static void on_end(void *data, const xmlChar *name) {
    (void)name;
    Page *page = data;
    if (page->depth == 0)
        return;
    guint does = page->stack[--page->depth];
    enum layout layout = page->layouts[page->depth];
    gboolean seen = page->hidden == 0;
    if (seen && (layout == BLOCK || layout == ITEM || layout == SPACED))
        new_line(page);
    else if (seen && layout == PARAGRAPH)
        empty_line(page);
    page->hidden -= (does & HIDES) != 0;
    page->quoted -= (does & QUOTES) != 0;
    page->signing -= (does & SIGNS) != 0;
    page->verbatim -= (does & KEEPS) != 0;
}

/* Past an element whose content nobody reads, from the < that opens it; NULL where it is none. */
static const char *past_unread(const char *open, const char *end) {
    static const struct {
        const char *opens, *closes;
    } all[] = {{"<!--", "-->"},
               {"<script", "</script"},
               {"<style", "</style"},
               {"<title", "</title"},
               {"<textarea", "</textarea"},
               {"<template", "</template"},
               {"<select", "</select"},
               {"<svg", "</svg"}};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        gsize n = strlen(all[i].opens), m = strlen(all[i].closes);
        if ((gsize)(end - open) < n || g_ascii_strncasecmp(open, all[i].opens, n) != 0)
            continue;
        const char *p = open + n;
        while ((gsize)(end - p) >= m && g_ascii_strncasecmp(p, all[i].closes, m) != 0)
            p++;
        return (gsize)(end - p) >= m ? p + (i == 0 ? m : 0) : end;
    }
    return NULL;
}

/* Only for HTML that libxml2 cannot be trusted with: what stands outside of < and >, but for what
 * nobody reads. What was hidden or quoted where the parser stopped, stays so. */
static void without_tags(Page *page, const char *html, gsize length) {
    const char *end = html + length;
    while (html < end) {
        const char *open = memchr(html, '<', (gsize)(end - html));
        open = open ? open : end;
        on_text(page, (const xmlChar *)html, (int)(open - html));
        page->gap = TRUE;
        html = open < end ? past_unread(open, end) : end;
        if (html != NULL)
            continue;
        const char *close = memchr(open, '>', (gsize)(end - open));
        html = close ? close + 1 : end;
    }
}

static void start_libxml(void) {
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        xmlInitParser();
        g_once_init_leave(&once, 1);
    }
}

char *html_text(const char *html, gsize length, gboolean *unsure) {
    start_libxml();
    Page page = {.out = g_string_sized_new(length / 2 + 16)};
    xmlSAXHandler handler = {.startElement = on_start,
                             .endElement = on_end,
                             .characters = on_text,
                             .cdataBlock = NULL,
                             .ignorableWhitespace = on_text};
    page.parser = htmlCreateMemoryParserCtxt(" ", 1);
    *page.parser->sax = handler;
    page.parser->userData = &page;
    htmlDocPtr none =
        htmlCtxtReadMemory(page.parser, html, (int)length, NULL, "UTF-8",
                           HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                               HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    xmlFreeDoc(none);
    htmlFreeParserCtxt(page.parser);
    if (page.too_deep) {
        gsize from = (gsize)CLAMP(page.stopped, 0, (long)length);
        const char *close = memchr(html + from, '>', length - from);
        from = close ? (gsize)(close - html) + 1 : length;
        without_tags(&page, html + from, length - from);
    }
    if (unsure != NULL)
        *unsure = page.too_deep;
    return g_string_free(page.out, FALSE);
}
