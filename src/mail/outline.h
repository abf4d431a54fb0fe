/* outline.h: what a receiver makes of a mail of ours: for the egress gate. Parsed with GMime, not
 * by the code that wrote it. */
#ifndef MAIL_OUTLINE_H
#define MAIL_OUTLINE_H

#include <glib.h>

typedef struct outline_header {
    char *name;          /* owned; small letters */
    char *raw;           /* owned; unfolded, not decoded */
    char *value;         /* owned; decoded (RFC 2047), one line */
    gboolean is_address; /* from, to, cc, bcc, sender, reply-to, resent-* */
    guint mailboxes;     /* of an address header; a group counts as many */
    char *address;       /* owned; of the first mailbox; NULL where there is none */
    char *display;       /* owned; its display name, decoded; NULL where it has none */
} OutlineHeader;

typedef struct outline_part {
    char *type;     /* owned; "text/plain" */
    char *encoding; /* owned; small letters; NULL: none named */
    GPtrArray
        *headers;    /* of OutlineHeader, owned; of the part itself; empty for a mail of one part */
    GBytes *content; /* owned; with its transfer encoding undone */
} OutlinePart;

typedef struct outline {
    GPtrArray *headers; /* of OutlineHeader, owned, in order, repeats and all */
    GPtrArray *parts;   /* of OutlinePart, owned, in order; leaves only */
    gboolean multipart; /* multipart/mixed with leaves below it */
    gboolean strange;   /* another structure: deeper, a message inside, text around the parts */
} Outline;

/* `mail` is of a sane size and shape on its face (gate.c looks at the raw bytes first). FAULT_MAIL
 * where it is no mail. Caller frees. */
Outline *outline_read(GBytes *mail, GError **error);
void outline_free(Outline *outline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outline, outline_free)

#endif
