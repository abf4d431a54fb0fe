/* mask.h: finding what must not be passed on. Each finder goes once over a text and adds the places
 * it found; redact.c joins them and puts the marks in. Private to this folder. */
#ifndef STRIP_MASK_H
#define STRIP_MASK_H

#include <glib.h>

typedef struct span {
    gsize from, to;   /* bytes */
    const char *kind; /* static; of letter.h */
    const char *mark; /* static; "[phone]" */
} Span;

/* Spans is a GArray of Span, in no order. */
void mask_add(GArray *spans, const char *text, const char *from, const char *to, const char *kind);

void mask_addresses(const char *text, GArray *spans);
void mask_links(const char *text, GArray *spans);
void mask_handles(const char *text, GArray *spans);
void mask_phones(const char *text, GArray *spans);
void mask_postcodes(const char *text, GArray *spans);
void mask_streets(const char *text, GArray *spans);
void mask_numbers(const char *text, GArray *spans);
void mask_births(const char *text, GArray *spans);

/* Where the author says who they are ("my name is Anna", "love, Anna"): the place, and the names
 * found there go to `names` (names_of() of value/names.h). */
void mask_own(const char *text, GArray *spans, GPtrArray *names);

/* For the finders. Is the byte part of a word (letters of other alphabets too)? */
static inline gboolean mask_word(char c) {
    return g_ascii_isalnum(c) || (guint8)c >= 0x80;
}
/* Does a word begin here? */
static inline gboolean mask_begins(const char *text, const char *at) {
    return mask_word(*at) && (at == text || !mask_word(at[-1]));
}

#endif
