/* conf.h: the one grammar of a site's files (site.conf, people.conf, *.rules, word lists).
 *
 * A line at the margin opens a block: `kind`, or `kind name`. Indented lines are `key value`; the
 * value is the rest of the line without trailing blanks, raw. A repeated key is a list. A line
 * whose first character that is not blank is '#' is a comment. UTF-8; a BOM and CRLF are tolerated.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <glib.h>

#include "base/problems.h"

typedef struct conf_line {
    char *key;    /* owned */
    char *value;  /* owned; "" where the line has none */
    guint line;   /* from 1 */
    guint column; /* of the value, from 1, in bytes */
} ConfLine;

typedef struct conf_block {
    char *kind;       /* owned */
    char *name;       /* owned; NULL for a block without */
    guint line;       /* from 1 */
    GPtrArray *lines; /* of ConfLine, owned, in the order of the file */
} ConfBlock;

typedef struct conf {
    char *file;        /* owned; as it is named in problems */
    GPtrArray *blocks; /* of ConfBlock, owned, in the order of the file */
} Conf;

/* Which keys a kind of block may have. A list of these ends with a key of NULL. */
typedef struct conf_key {
    const char *key;
    enum { CONF_ONE, CONF_MANY, CONF_NEEDED } times; /* NEEDED: exactly one */
} ConfKey;

/* Which kinds a file may have. A list of these ends with a kind of NULL. */
typedef struct conf_kind {
    const char *kind;
    gboolean named;      /* `kind name`; a name repeated within its kind is an error */
    const ConfKey *keys; /* borrowed */
} ConfKind;

/* Reads `length` bytes of `text` as the file `file`. Whatever is wrong is added to `problems`; what
 * could be read is returned all the same, never NULL. With `kinds` not NULL, unknown kinds and
 * keys, missing names and keys, and repeats are problems too. Caller frees. */
Conf *conf_parse(const char *file, const char *text, gsize length, const ConfKind *kinds,
                 Problems *problems);

/* The same from disk; `shown` is how the file is named in problems. A file that cannot be read is a
 * problem, and an empty Conf. At most 4 MiB. */
Conf *conf_read(const char *path, const char *shown, const ConfKind *kinds, Problems *problems);

void conf_free(Conf *conf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conf, conf_free)

/* The first block of this kind (with name NULL: any name); NULL where there is none. Borrowed. */
const ConfBlock *conf_block(const Conf *conf, const char *kind, const char *name);

/* The first line with this key; NULL where there is none, or `block` is NULL. Borrowed. */
const ConfLine *conf_line(const ConfBlock *block, const char *key);

/* Its value, or `otherwise`. Borrowed. */
const char *conf_value(const ConfBlock *block, const char *key, const char *otherwise);

/* The values below report what they cannot read to `problems` and then answer `otherwise`. */

/* A whole number within [least, most]. */
gint64 conf_number(const Conf *conf, const ConfBlock *block, const char *key, gint64 otherwise,
                   gint64 least, gint64 most, Problems *problems);
/* The same for one line already in hand. */
gint64 conf_line_number(const Conf *conf, const ConfLine *line, gint64 otherwise, gint64 least,
                        gint64 most, Problems *problems);

/* A number of bytes: a number alone, or with KiB, MiB or GiB (also K, M, G) behind it. */
gint64 conf_size(const Conf *conf, const ConfBlock *block, const char *key, gint64 otherwise,
                 gint64 least, gint64 most, Problems *problems);

/* yes or no. */
gboolean conf_yes(const Conf *conf, const ConfBlock *block, const char *key, gboolean otherwise,
                  Problems *problems);

/* The index of the value in `words` (NULL-terminated), or `otherwise`. */
int conf_choice(const Conf *conf, const ConfBlock *block, const char *key, const char *const *words,
                int otherwise, Problems *problems);

#endif
