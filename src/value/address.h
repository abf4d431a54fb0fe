/* address.h: the one constructor of mail addresses (addr-spec of RFC 5322, without quoting,
 * comments and literals; RFC 6531 UTF-8 allowed). Whatever passes it can stand in SMTP and IMAP
 * commands: no byte below 0x21, none of <>()[],;:\" and 0x7f, no blank, control character or mark
 * without width of Unicode's. */
#ifndef VALUE_ADDRESS_H
#define VALUE_ADDRESS_H

#include <glib.h>

/* `text` trimmed, its domain in small letters; NULL where it is no address, or longer than 254
 * bytes. Caller frees. */
char *address_new(const char *text);

/* For comparing and hashing who somebody is: all small letters, a plus tag cut off. `address` came
 * from address_new(). Caller frees. */
char *address_normal(const char *address);

/* The same person's mailbox? Both came from address_new(); either may be NULL (then FALSE). */
gboolean address_same(const char *a, const char *b);

/* The part before the @ (caller frees), and the part after it (borrowed). */
char *address_local(const char *address);
const char *address_domain(const char *address);

/* Is the domain of `address` one of `domains` (char *, small letters), or below one of them? */
gboolean address_within(const char *address, const GPtrArray *domains);

/* local+TOKEN@domain. Caller frees. */
char *address_tagged(const char *address, const char *token);

#endif
