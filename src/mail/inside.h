/* inside.h: what the reading files of this folder share. Private: it shows GMime. */
#ifndef MAIL_INSIDE_H
#define MAIL_INSIDE_H

#include <gmime/gmime.h>

#include "mail/mail.h"

/* GMime brings no clean-up of its own. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeFilter, g_object_unref)

struct mail {
    GBytes *raw;           /* owned; the message's streams read from it */
    GByteArray view;       /* a window on raw, for GMime; never written, never freed */
    GMimeMessage *message; /* owned */
    GPtrArray *parts;      /* of Part, owned */
    Facts *facts;          /* owned */
    char *subject;         /* owned; NULL */
    char *from_text;       /* owned; NULL */
};

/* caps.c: may these bytes be given to GMime? FAULT_MAIL with the reason where not. */
gboolean caps_size(gsize length, const Limits *limits, GError **error);
gboolean caps_check(GBytes *bytes, const Limits *limits, GError **error);

/* charset.c: `length` bytes in `charset` (NULL: unknown) as UTF-8, without NUL, CRLF as LF. Bytes
 * that mean nothing become U+FFFD. Caller frees. */
char *charset_text(const char *bytes, gsize length, const char *charset);

/* header.c: the headers called `name`: the first one, raw (unfolded, as bytes) or decoded; NULL
 * where there is none. Caller frees. */
char *header_raw(GMimeObject *object, const char *name);
char *header_decoded(GMimeObject *object, const char *name);
gboolean header_has(GMimeObject *object, const char *name);
/* How many there are, and the nth (from 0) of them, raw; NULL. Caller frees. */
guint header_count(GMimeObject *object, const char *name);
char *header_nth(GMimeObject *object, const char *name, guint n);

/* facts.c */
Facts *facts_read(const Mail *mail, const Reader *reader);

/* token.c: adds what may be a token in a header value or a text to `tokens`, once each. `box` is
 * the address of the box; NULL: any address will do. */
void token_in_recipients(GPtrArray *tokens, const char *text, const char *box);
void token_in_ids(GPtrArray *tokens, const char *text, const char *box);
void token_in_subject(GPtrArray *tokens, const char *text);
gboolean token_is(const char *text, gsize length);

/* machine.c: sets facts->machine and facts->why. */
void machine_look(Facts *facts, const Mail *mail, const Reader *reader);
/* The first part of this type ("message/delivery-status") at any level but not inside forwarded
 * mail; NULL. Borrowed. */
GMimeObject *machine_part(const Mail *mail, const char *type);

/* auth.c: the verdict of `authserv_id` on the mail's sender (RFC 8601); `from` may be NULL.
 * "microsoft": Exchange Online, whose headers name no server. FAIL: DMARC failed; or it is silent,
 * and SPF or DKIM failed with nothing that speaks for the sender. */
enum auth auth_read(GMimeObject *object, const char *authserv_id, const char *from);

#endif
