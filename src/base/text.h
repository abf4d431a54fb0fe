/* text.h: small things done to bytes and text, the same everywhere. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <glib.h>

/* Base32 of RFC 4648 in small letters, without padding: what a person may have to type. */
char *text_base32(gconstpointer bytes, gsize length);

/* The bytes of `text`; blanks and hyphens are skipped, capitals accepted. NULL where another
 * character stands in it, where bits are left over that are not zero, or where it does not hold
 * exactly `length` bytes. Caller frees. */
guint8 *text_base32_decode(const char *text, gsize length);

/* Valid UTF-8 without NUL, CR or control characters other than LF and TAB; CRLF and CR become LF.
 * Bytes that are not UTF-8 become U+FFFD. Caller frees. */
char *text_clean(const char *text, gssize length);

/* The same on one line: runs of white space are one blank, none at the ends. Caller frees. */
char *text_one_line(const char *text);

/* At most `most` characters, with "…" where something was cut. Caller frees. */
char *text_cut(const char *text, gsize most);

/* "3 kB", "1.2 MB": what a person reads. Caller frees. */
char *text_size(gsize bytes);

#endif
