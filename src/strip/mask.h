/* mask.h: finding what must not be passed on. Each finder goes once over a text and adds the places
 * it found; redact.c joins them and puts the marks in. Private to this folder. */
#ifndef STRIP_MASK_H
#define STRIP_MASK_H

#include <glib.h>

typedef struct span {
    gsize from, to;   /* bytes */
    const char *kind; /* static; of letter.h */
    const char *mark; /* static; "[phone]"; or one of the two below */
} Span;

/* For a person who gets a letter of the alphabet, and for whoever is on the other side. */
extern const char MARK_PERSON[];
extern const char MARK_OTHER[];

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

/* Where the author speaks of others by name ("my friend Anna", "Mrs Berg", "a boy called Jo"): the
 * place, and the names as they stand there go to `names` (char *, owned). */
void mask_people(const char *text, GArray *spans, GPtrArray *names);

/* 9B, 10C2, 9x/Ma3, "year 9 set 2". */
void mask_forms(const char *text, GArray *spans);

/* For the finders. Is the byte part of a word (letters of other alphabets too)? */
static inline gboolean mask_word(char c) {
    return g_ascii_isalnum(c) || (guint8)c >= 0x80;
}
/* The length of the word at `p`; 0: there is none. */
gsize mask_word_length(const char *p);
/* A capital, or a letter of a script that has none; a word of capitals. */
gboolean mask_capital(const char *p);
gboolean mask_shouted(const char *p, gsize n);
/* "Struggling", "Vegetarian": what one is, not who. */
gboolean mask_quality(const char *p, gsize n);
/* Nothing that is often said in a name's place ("anonymous", "not", "Monday"). */
gboolean mask_may_be_name(const char *p, gsize n);
/* Where a name must follow, also "June" and the like, with a capital. */
gboolean mask_also_name(const char *p, gsize n);
/* Nothing often said there, and with a capital, not shouted, nothing that somebody may be
 * ("Struggling"). */
gboolean mask_looks_like_name(const char *p, gsize n);
/* The end of a name of up to three words: the first is one, those after it if capitalised. */
const char *mask_name_end(const char *p);
/* The length of "Best wishes" and the like at `p`; 0: none. */
gsize mask_closing(const char *p, const char *end);
/* Does a word begin here? */
static inline gboolean mask_begins(const char *text, const char *at) {
    return mask_word(*at) && (at == text || !mask_word(at[-1]));
}

#endif
