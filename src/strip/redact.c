#include "strip/redact.h"

#include <string.h>

#include "strip/crowd.h"
#include "strip/mask.h"
#include "value/names.h"

const char MARK_PERSON[] = "[person]";
const char MARK_OTHER[] = "[other]";

static const struct {
    const char *kind, *mark;
} MARKS[] = {{"name", "[name]"},         {"address", "[address]"}, {"phone", "[phone]"},
             {"postcode", "[postcode]"}, {"street", "[street]"},   {"number", "[number]"},
             {"date", "[date]"},         {"handle", "[handle]"},   {"link", "[link]"},
             {"term", "[removed]"}};

/* In this order: where two begin together and are of one length, the first is taken. */
static void (*const FINDERS[])(const char *text, GArray *spans) = {
    mask_addresses, mask_links,   mask_numbers, mask_phones, mask_postcodes,
    mask_births,    mask_streets, mask_handles, mask_forms};

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

enum tag { TAG_OWN, TAG_OTHER, TAG_PERSON };

static void find(const Names *names, const char *text, GArray *spans) {
    static const char *const marks[] = {"[me]", MARK_OTHER, MARK_PERSON};
    for (NamePlace place = {0}; names_next(names, text, &place);)
        add(spans, place.from, place.to, "name", marks[place.tag]);
}

static void add_all(Names *names, const GPtrArray *list, enum tag tag) {
    for (guint i = 0; list != NULL && i < list->len; i++)
        names_add(names, g_ptr_array_index(list, i), tag, FALSE);
}

/* A person's name, and each word of it. */
static void add_people(Names *names, const GPtrArray *people) {
    for (guint i = 0; i < people->len; i++) {
        g_auto(GStrv) words = g_strsplit_set(g_ptr_array_index(people, i), " -", -1);
        for (guint k = 0; words[k] != NULL; k++)
            if (*words[k] != '\0' && *words[k] != '=')
                names_add(names, words[k], TAG_PERSON, FALSE);
    }
}

/* Whoever is known before this text: the author, the other side, others the case has spoken of. */
static void find_known(const char *text, const Redact *what, GArray *spans) {
    g_autoptr(Names) names = names_new();
    add_all(names, what->own, TAG_OWN);
    add_all(names, what->names, TAG_OTHER);
    add_people(names, what->people);
    find(names, text, spans);
}

/* Whoever this text speaks of, wherever else it does, and the names of the roll. */
static void find_others(const char *text, const Redact *what, GArray *spans) {
    g_autoptr(GPtrArray) met = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Names) names = names_new();
    mask_people(text, spans, met);
    add_people(names, met);
    find(names, text, spans);
    if (what->roll != NULL)
        for (NamePlace place = {0}; names_next(what->roll, text, &place);)
            if (place.tag != NAMES_NOBODY)
                add(spans, place.from, place.to, "name", MARK_PERSON);
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

/* What is put in the place of a span. */
static char *mark_for(const char *text, const Span *span, const Redact *what, Crowd *crowd) {
    /* No name begins with "=": these two cannot be taken for one. */
    const char *other = what->pupil ? "=listener" : "=pupil";
    if (span->mark == MARK_OTHER)
        return crowd_mark(crowd, other, strlen(other));
    if (span->mark == MARK_PERSON)
        return crowd_mark(crowd, text + span->from, span->to - span->from);
    return g_strdup(span->mark);
}

/* Overlapping places become one, under the mark of the first: nothing of either is left over. */
static char *apply(const char *text, GArray *spans, const Redact *what, Letter *letter) {
    GString *out = g_string_sized_new(strlen(text) + 64);
    g_autoptr(Crowd) crowd = crowd_new(what->people);
    gsize done = 0;
    for (guint i = 0; i < spans->len;) {
        Span span = g_array_index(spans, Span, i);
        for (i++; i < spans->len && goes_on(text, &span, &g_array_index(spans, Span, i)); i++)
            span.to = MAX(span.to, g_array_index(spans, Span, i).to);
        g_autofree char *mark = mark_for(text, &span, what, crowd);
        g_string_append_len(out, text + done, (gssize)(span.from - done));
        g_string_append(out, mark);
        letter_redacted(letter, span.kind, 1);
        done = span.to;
    }
    g_string_append(out, text + done);
    return g_string_free(out, FALSE);
}

static gboolean is_sign(const Redact *what, const char *name, gsize length) {
    if (what->sign == NULL)
        return FALSE;
    g_autofree char *sign = names_fold(what->sign, -1), *folded = names_fold(name, (gssize)length);
    return strcmp(sign, folded) == 0;
}

/* Where the author says who they are. Their sign-off may be read by everybody. */
static void find_own(const char *text, const Redact *what, GArray *spans) {
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Span));
    mask_own(text, found, what->own);
    for (guint i = 0; i < found->len; i++) {
        Span span = g_array_index(found, Span, i);
        span.mark = "[me]";
        if (!is_sign(what, text + span.from, span.to - span.from))
            g_array_append_val(spans, span);
    }
    for (guint i = what->own->len; what->sign != NULL && i-- > 0;) {
        const char *name = g_ptr_array_index(what->own, i);
        if (is_sign(what, name, strlen(name)))
            g_ptr_array_remove_index(what->own, i);
    }
}

void redact_learn(const char *text, const Redact *what) {
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(Span));
    if (text != NULL)
        find_own(text, what, spans);
}

/* A mark in the place of a word may make its neighbour look like a name. The egress gate sees the
 * masked text, so it is looked at once more until nothing is found. */
static char *settle(char *text, const Redact *what, Letter *letter) {
    enum { TIMES = 8 };
    for (guint i = 0; i < TIMES; i++) {
        g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(Span));
        find_known(text, what, spans);
        if (spans->len == 0)
            break;
        char *next = apply(text, spans, what, letter);
        g_free(text);
        text = next;
    }
    return text;
}

char *redact_text(const char *text, const Redact *what, Letter *letter) {
    if (text == NULL)
        return NULL;
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(Span));
    find_terms(text, what->terms, spans);
    for (guint i = 0; i < G_N_ELEMENTS(FINDERS); i++)
        FINDERS[i](text, spans);
    find_own(text, what, spans);
    find_known(text, what, spans);
    find_others(text, what, spans);
    g_array_sort(spans, compare);
    return settle(apply(text, spans, what, letter), what, letter);
}
