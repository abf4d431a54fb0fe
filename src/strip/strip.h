/* strip.h: the one door between mail, who wrote, and letter, which does not know. Pure. */
#ifndef STRIP_STRIP_H
#define STRIP_STRIP_H

#include "mail/mail.h"
#include "value/context.h"
#include "value/identity.h"
#include "value/letter.h"

/* Cuts `mail` in two. For ROUTE_PUPIL, LISTENER and STAFF the letter's text is what its author
 * wrote: from text/plain, else HTML; quotes and signatures trimmed (our own marker first, then what
 * context->last_sent holds); the writer's own names, context->names, context->terms, mail addresses
 * and telephones masked. For the other routes it has no text. *letter and *identity are set on
 * every call; caller frees both. */
void strip(const Mail *mail, const Context *context, const Limits *limits, Letter **letter,
           Identity **identity);

/* The same for a mail that cannot be read: a letter without text, and what mail_scan() found. `why`
 * is the reason in words. */
void strip_unreadable(const Facts *scanned, const char *why, Letter **letter, Identity **identity);

/* A plain text instead of a mail (inspect --text, rules explain --text): the same trimming and
 * masking, no identity. Caller frees. */
Letter *strip_text(const char *text, const Context *context);

#endif
