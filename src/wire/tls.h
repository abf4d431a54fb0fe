/* tls.h: one connection to a mail server, the only way bytes reach the network (the door to
 * GnuTLS).
 *
 * It begins in the clear. wire_secure() turns it into TLS, at once (port 993, 465) or after
 * STARTTLS; chain and host name are verified before it returns, so nobody can tell a secret too
 * early who asks wire_private() first. */
#ifndef WIRE_TLS_H
#define WIRE_TLS_H

#include <glib.h>

typedef struct wire Wire;

enum {
    WIRE_SECONDS = 600,       /* the usual deadline */
    WIRE_CONNECT_SECONDS = 30 /* at most for each address of the host, and for its look-up */
};

/* Looks `host` up (a name, or an IPv4 or IPv6 address) and connects. `seconds` (0: WIRE_SECONDS) is
 * all the time the whole session may spend waiting for the server, greeting to last byte; our own
 * work between does not count. `bytes` is how much the server may send, see wire_allow().
 * FAULT_RUN: no such host, not reachable, too slow. */
Wire *wire_open(const char *host, guint16 port, guint seconds, guint64 bytes, GError **error);

/* TLS 1.2 or later, with SNI; the certificate has to chain to an authority of `ca_file` (NULL:
 * those of the system) and be for the host of wire_open(). FAULT_SETUP: it does not, or is expired,
 * or the server knows only old TLS; FAULT_RUN: the handshake failed otherwise. After a failure the
 * wire can only be closed. */
gboolean wire_secure(Wire *wire, const char *ca_file, GError **error);

/* May a secret be told? TRUE with verified TLS, and in the clear where the peer is this machine. */
gboolean wire_private(const Wire *wire);
/* Is it TLS by now? */
gboolean wire_is_tls(const Wire *wire);

/* At least one byte, at most `most`; -1 for everything else: the end (which is an error here), the
 * deadline, the budget, a failure. The reason stays in wire_why(), and every later call fails. */
gssize wire_read(Wire *wire, void *into, gsize most);

/* All of `length` bytes, or FALSE; as wire_read(). Never raises SIGPIPE. */
gboolean wire_write(Wire *wire, const void *bytes, gsize length);

/* From now on the server may send `bytes` more; what was left of the budget lapses. */
void wire_allow(Wire *wire, guint64 bytes);

/* Some work is done (a mail came or went): the session may wait so many seconds longer. */
void wire_extend(Wire *wire, guint seconds);

/* Breaks the wire off: every later read and write fails, for the reason `why`, a sentence of ours.
 */
void wire_break(Wire *wire, const char *why);

/* Why it no longer works, as half a sentence ("the server closed the connection"); NULL where
 * nothing is wrong. Never text of the server. Borrowed. */
const char *wire_why(const Wire *wire);

/* Says goodbye in TLS where the wire still works, and closes. NULL is fine. */
void wire_close(Wire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_close)

#endif
