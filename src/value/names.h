/* names.h: words that name a person, and finding them in text. Strip masks with it, and the egress
 * gate looks again with the same eyes. */
#ifndef VALUE_NAMES_H
#define VALUE_NAMES_H

#include <glib.h>

/* `text` as names are compared: without case, accents, width of letters and what has no width.
 * `length` in bytes, -1: all of it. Caller frees. */
char *names_fold(const char *text, gssize length);

/* Adds to `names` (char *, owned) what names the owner of this display name and address: each word
 * of the display name, the whole display name, the local part, and its pieces between dots, hyphens
 * and underscores; and what friends make of a given name (nicknames.h). Pieces under three letters
 * (in the display name under two), numbers alone, and words that name an office ("info", "pupil",
 * "year") are left out. Either may be NULL. */
void names_of(GPtrArray *names, const char *display_name, const char *address);

/* Is the first place in `text` at or after *from where a whole word (or words) equals one of
 * `names`, compared as names_fold() does? Sets *from and *to (bytes) and returns TRUE; FALSE where
 * there is none. Word boundaries are those of Unicode letters and digits. A name that is an
 * ordinary word too ("Will", "Grace", "May") counts only where it is used as a name: "I'm Will",
 * "Will said", "hi will", not "I will". */
gboolean names_find(const GPtrArray *names, const char *text, gsize *from, gsize *to);

/* Many names made ready to be found; looking for thousands costs what looking for three does. */
typedef struct names Names;

Names *names_new(void);
void names_free(Names *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Names, names_free)

/* A tag for what is found, but nobody's name to hide. */
enum { NAMES_NOBODY = -1 };

/* Adds a name; `tag` is what names_next() says of it. Of two with the same words the first counts.
 * A `guessed` name (of a roll) counts only with a capital, or where it is a common given name and
 * no ordinary word. */
void names_add(Names *names, const char *name, int tag, gboolean guessed);

/* How many there are. */
guint names_count(const Names *names);

typedef struct name_place {
    gsize from, to; /* bytes */
    int tag;
} NamePlace;

/* The first place at or after place->to, as names_find() finds it; the longest name there. */
gboolean names_next(const Names *names, const char *text, NamePlace *place);

/* The roll of a school: one full name a line, "Anna Kowalska" or "Kowalska, Anna". Adds it and each
 * of its words, guessed. */
void names_add_roll(Names *names, const char *line, int tag);

/* Is this word, as it stands, a common given name and no ordinary word? */
gboolean names_is_given(const char *word, gsize length);

#endif
