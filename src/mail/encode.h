/* encode.h: text as it travels in a mail: quoted-printable (RFC 2045), encoded words (RFC 2047),
 * dates (RFC 5322). For writing only; reading is GMime's. */
#ifndef MAIL_ENCODE_H
#define MAIL_ENCODE_H

#include <glib.h>

/* Can `text` travel as it is (7bit)? Only ASCII, no line over 78, none that a mailbox or a client
 * might change ("From ", blanks at the end, a lone dot). */
gboolean encode_is_plain(const char *text);

/* Appends `text` (LF lines) as quoted-printable, lines of at most 76, LF. */
void encode_quoted(GString *out, const char *text);

/* Appends `text` as the value of an unstructured header, whose name and colon took `used` columns:
 * as it is where it is plain, else as encoded words; folded. */
void encode_header(GString *out, const char *text, gsize used);

/* Appends a display name: quoted, or as encoded words. */
void encode_phrase(GString *out, const char *name);

/* "Mon, 02 Mar 2026 08:00:00 +0000". Caller frees. */
char *encode_date(gint64 moment);

#endif
