/* mail.h: one mail, parsed (RFC 5322, 2045-2049, 2047, 2231). Pure: bytes in, value out. */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include <glib.h>

#include "mail/facts.h"
#include "value/limits.h"
#include "value/names.h"
#include "value/wording.h"

typedef struct mail Mail;

typedef struct reader {
    const Limits *limits;    /* borrowed */
    const char *address;     /* borrowed; of the box; NULL: unknown (inspect without a site) */
    const char *authserv_id; /* borrowed; NULL: believe no Authentication-Results; "microsoft" */
    const Names *roll;       /* borrowed; names of the school, for strip; NULL: none */
    const Wording *wording;  /* borrowed; what we say to pupils, for strip; NULL: unknown */
} Reader;

/* Checks the caps on raw bytes, then parses. FAULT_MAIL with a reason in words ("a header is longer
 * than 16384 bytes") where it cannot be read: empty, or over a cap. A mail without headers, without
 * From, with two, with NUL bytes, of an unknown charset or with broken base64 can be read. Never
 * crashes, whatever the bytes. Caller frees. */
Mail *mail_read(GBytes *raw, const Reader *reader, GError **error);
void mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* Borrowed; lives as long as the mail. */
const Facts *mail_facts(const Mail *mail);

/* The Subject and the From header, decoded, on one line; NULL where there is none. Borrowed. */
const char *mail_subject(const Mail *mail);
const char *mail_from_text(const Mail *mail);

/* What a part is good for. */
enum part_use {
    PART_PLAIN, /* text to be read */
    PART_HTML,  /* the same as HTML */
    PART_FILE   /* to be withheld: an attachment, a picture, a calendar, a forwarded mail … */
};

/* One part that is no container, in the order in which they stand. A forwarded mail
 * (message/rfc822) is one part: what is in it is not listed. */
typedef struct part {
    char *type; /* owned; "text/plain": small letters, no parameters */
    enum part_use use;
    guint choice;    /* parts with the same number, other than 0, say the same in different ways */
    gboolean flowed; /* format=flowed (RFC 3676) */
    gboolean delsp;  /* and DelSp=yes */
    gpointer inside; /* borrowed; mail's own */
} Part;

/* Of Part; borrowed. */
const GPtrArray *mail_parts(const Mail *mail);

/* The text of a part: at most `most` bytes of it decoded, as UTF-8 with LF, without NUL; HTML keeps
 * its tags. An unknown or wrong charset is read as UTF-8 where it is that, else as windows-1252.
 * *cut (may be NULL) says whether there was more. Never NULL. Caller frees. */
char *mail_part_text(const Part *part, gsize most, gboolean *cut);

/* The file name a part bears, decoded (RFC 2183, 2231, 2047), on one line; NULL: none. Never to be
 * used as a path. Caller frees. */
char *mail_part_name(const Part *part);

/* The size of a part, decoded, in bytes. */
gsize mail_part_bytes(const Part *part);

/* For a mail that mail_read() or its worker could not take: the From address, Message-ID and date,
 * found by a small scan of at most the first 64 KiB of the header, without GMime; `machine` is
 * ROUTE_UNREADABLE. Never NULL. Caller frees. */
Facts *mail_scan(GBytes *raw);

#endif
