/* handle.h: names of cases: two random words, never a number that counts. */
#ifndef DESK_HANDLE_H
#define DESK_HANDLE_H

#include <glib.h>

/* "calm-heron", from 64 random bits. No word of it equals (whatever case) a word of one of
 * `sign_offs` (char *; NULL: none), so that a handle never looks like a person. About 300,000 of
 * them: the caller looks whether it is in use and tries again. Caller frees. */
char *handle_make(const guint8 random[8], const GPtrArray *sign_offs);

/* The same with a third word, "calm-mossy-heron", for a site that has used many. Caller frees. */
char *handle_make_longer(const guint8 random[8], const GPtrArray *sign_offs);

/* Has `text` the form of a handle: two or three words of three to nine small letters, with hyphens?
 * NULL is none. */
gboolean handle_valid(const char *text);

/* `text` as a person typed it, made a handle: small letters, blanks and underscores as hyphens;
 * NULL where it is none. Caller frees. */
char *handle_read(const char *text);

#endif
