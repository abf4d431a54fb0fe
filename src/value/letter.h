/* letter.h: what is left of a mail once identity is cut out; all that later stages see. */
#ifndef VALUE_LETTER_H
#define VALUE_LETTER_H

#include <glib.h>

/* What a mail is. */
enum route {
    ROUTE_PUPIL,
    ROUTE_LISTENER,
    ROUTE_STAFF,
    ROUTE_BOUNCE,
    ROUTE_AUTO_REPLY,
    ROUTE_LIST,
    ROUTE_LOOP,
    ROUTE_UNREADABLE
};
extern const char *const ROUTE_WORDS[]; /* "pupil" … "unreadable", NULL */

/* A part that is not passed on: named by kind and size only. */
typedef struct withheld {
    char *type;  /* owned; "image/jpeg", small letters, no parameters */
    gsize bytes; /* decoded */
} Withheld;

/* How often something of one kind was masked. */
typedef struct redaction {
    char *kind; /* owned; name address phone postcode street number date handle link term */
    guint count;
} Redaction;

typedef struct letter {
    enum route route;
    char *why;           /* owned; the reason for the route, in words for a person */
    char *subject;       /* owned; cleaned and masked, one line; NULL where there is none */
    char *text;          /* owned; UTF-8, masked; "" where nothing is left; NULL when unreadable */
    char *whole_subject; /* owned; cleaned, not masked: for rules and lead only. NULL as above */
    char *whole; /* owned; the text before masking: for rules and lead only. NULL as above */
    GPtrArray *redactions; /* of Redaction, owned */
    GPtrArray *withheld;   /* of Withheld, owned */
    gboolean unsure; /* where the author's words end could not be told for certain: `text` is the
                        part that is safe, the rest was left out */
    gboolean locked; /* nothing of its author's in it can be read: it came encrypted, in a form that
                        only the program that made it knows, or without anything at all */
} Letter;

Letter *letter_new(enum route route, const char *why);
void letter_free(Letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

void letter_withhold(Letter *letter, const char *type, gsize bytes);
/* Adds to the count of this kind. */
void letter_redacted(Letter *letter, const char *kind, guint count);

/* "a picture (340 kB) and a file (12 kB)"; NULL where nothing was withheld. Caller frees. */
char *letter_withheld_text(const Letter *letter);

#endif
