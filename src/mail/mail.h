/* mail.h: one mail, parsed (RFC 5322, 2045-2049, 2047, 2231). Pure: bytes in, value out. */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include <glib.h>

#include "mail/facts.h"
#include "value/limits.h"

typedef struct mail Mail;

typedef struct reader {
    const Limits *limits;    /* borrowed */
    const char *address;     /* borrowed; of the box; NULL: unknown (inspect without a site) */
    const char *authserv_id; /* borrowed; NULL: believe no Authentication-Results */
} Reader;

/* Checks the caps on raw bytes, then parses. FAULT_MAIL with a reason in words ("a header is longer
 * than 16384 bytes") where it cannot be read. Never crashes, whatever the bytes. Caller frees. */
Mail *mail_read(GBytes *raw, const Reader *reader, GError **error);
void mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* Borrowed; lives as long as the mail. */
const Facts *mail_facts(const Mail *mail);

/* For a mail that mail_read() or its worker could not take: the From address, Message-ID and date,
 * found by a small scan of at most the first 64 KiB of the header, without GMime; `machine` is
 * ROUTE_UNREADABLE. Never NULL. Caller frees. */
Facts *mail_scan(GBytes *raw);

#endif
