#include "strip/redact.h"

#include <string.h>

#include "strip/mask.h"
#include "value/names.h"

static const struct {
    const char *kind, *mark;
} MARKS[] = {{"name", "[name]"},         {"address", "[address]"}, {"phone", "[phone]"},
             {"postcode", "[postcode]"}, {"street", "[street]"},   {"number", "[number]"},
             {"date", "[date]"},         {"handle", "[handle]"},   {"link", "[link]"},
             {"term", "[removed]"}};

/* In this order: where two begin together and are of one length, the first is taken. */
static void (*const FINDERS[])(const char *text, GArray *spans) = {
    mask_addresses, mask_links,  mask_numbers, mask_phones,
    mask_postcodes, mask_births, mask_streets, mask_handles};

static const char *mark_of(const char *kind) {
    for (guint i = 0; i < G_N_ELEMENTS(MARKS); i++)
        if (strcmp(MARKS[i].kind, kind) == 0)
            return MARKS[i].mark;
    return "[removed]";
}

static void add(GArray *spans, gsize from, gsize to, const char *kind, const char *mark) {
    Span span = {from, to, kind, mark};
    g_array_append_val(spans, span);
}

void mask_add(GArray *spans, const char *text, const char *from, const char *to, const char *kind) {
    add(spans, (gsize)(from - text), (gsize)(to - text), kind, mark_of(kind));
}

static void find_names(const char *text, const GPtrArray *names, const char *kind, const char *mark,
                       GArray *spans) {
    gsize from = 0, to = 0;
    while (names != NULL && names->len > 0 && names_find(names, text, &from, &to)) {
        add(spans, from, to, kind, mark);
        from = to;
    }
}

/* Terms are of any bytes, in any case; they need not be words. */
static void find_terms(const char *text, const GPtrArray *terms, GArray *spans) {
    g_autofree char *low = NULL;
    for (guint i = 0; terms != NULL && i < terms->len; i++) {
        g_autofree char *term = g_ascii_strdown(g_ptr_array_index(terms, i), -1);
        gsize length = strlen(term);
        low = low ? low : g_ascii_strdown(text, -1);
        for (const char *p = low; length > 0 && (p = strstr(p, term)) != NULL; p += length)
            add(spans, (gsize)(p - low), (gsize)(p - low) + length, "term", "[removed]");
    }
}

static int compare(gconstpointer a, gconstpointer b) {
    const Span *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to == y->to ? 0 : x->to > y->to ? -1 : 1;
}

/* Does `next` overlap with `span`, or is it the next word of the same name? */
static gboolean goes_on(const char *text, const Span *span, const Span *next) {
    if (next->from < span->to)
        return TRUE;
    return next->mark == span->mark && strcmp(span->kind, "name") == 0 &&
           next->from == span->to + 1 && strchr(" -", text[span->to]) != NULL;
}

/* Overlapping places become one, under the mark of the first: nothing of either is left over. */
static char *apply(const char *text, GArray *spans, Letter *letter) {
    GString *out = g_string_sized_new(strlen(text) + 64);
    gsize done = 0;
    for (guint i = 0; i < spans->len;) {
        Span span = g_array_index(spans, Span, i);
        for (i++; i < spans->len && goes_on(text, &span, &g_array_index(spans, Span, i)); i++)
            span.to = MAX(span.to, g_array_index(spans, Span, i).to);
        g_string_append_len(out, text + done, (gssize)(span.from - done));
        g_string_append(out, span.mark);
        letter_redacted(letter, span.kind, 1);
        done = span.to;
    }
    g_string_append(out, text + done);
    return g_string_free(out, FALSE);
}

char *redact_text(const char *text, const Redact *what, Letter *letter) {
    if (text == NULL)
        return NULL;
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(Span));
    for (guint i = 0; i < G_N_ELEMENTS(FINDERS); i++)
        FINDERS[i](text, spans);
    guint before = spans->len;
    mask_own(text, spans, what->own);
    for (guint i = before; i < spans->len; i++)
        g_array_index(spans, Span, i).mark = "[me]";
    find_names(text, what->own, "name", "[me]", spans);
    find_names(text, what->names, "name", "[name]", spans);
    find_terms(text, what->terms, spans);
    g_array_sort(spans, compare);
    return apply(text, spans, letter);
}
