#include "wire/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "wire/dial.h"

/* What GnuTLS thinks sound, but nothing older than TLS 1.2. */
static const char PRIORITY[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

struct wire {
    int fd;
    char *host;
    gint64 left;              /* microseconds of waiting */
    guint64 budget;           /* bytes the server may still send */
    const char *why;          /* literal; NULL: works */
    char *own_why;            /* what `why` points to where it was given to wire_break() */
    gnutls_session_t session; /* NULL: in the clear */
    gnutls_certificate_credentials_t trust;
    gboolean verified;
};

Wire *wire_open(const char *host, guint16 port, guint seconds, guint64 bytes, GError **error) {
    if (seconds == 0)
        seconds = WIRE_SECONDS;
    int fd = dial(host, port, MIN(seconds, WIRE_CONNECT_SECONDS), error);
    if (fd < 0)
        return NULL;
    Wire *wire = g_new0(Wire, 1);
    wire->fd = fd;
    wire->host = g_strdup(host);
    wire->left = (gint64)seconds * G_USEC_PER_SEC;
    wire->budget = bytes;
    return wire;
}

void wire_close(Wire *wire) {
    if (wire == NULL)
        return;
    if (wire->session != NULL && wire->verified && wire->why == NULL)
        (void)gnutls_bye(wire->session, GNUTLS_SHUT_WR);
    if (wire->session != NULL)
        gnutls_deinit(wire->session);
    if (wire->trust != NULL)
        gnutls_certificate_free_credentials(wire->trust);
    close(wire->fd);
    g_free(wire->host);
    g_free(wire->own_why);
    g_free(wire);
}

gboolean wire_private(const Wire *wire) {
    return wire->why == NULL && (wire->session != NULL ? wire->verified : dial_is_local(wire->fd));
}

gboolean wire_is_tls(const Wire *wire) {
    return wire->session != NULL && wire->verified;
}

const char *wire_why(const Wire *wire) {
    return wire->why;
}

void wire_allow(Wire *wire, guint64 bytes) {
    wire->budget = bytes;
}

void wire_extend(Wire *wire, guint seconds) {
    wire->left += (gint64)seconds * G_USEC_PER_SEC;
}

static gboolean broken(Wire *wire, const char *why) {
    if (wire->why == NULL)
        wire->why = why;
    return FALSE;
}

void wire_break(Wire *wire, const char *why) {
    if (wire->why == NULL)
        wire->why = wire->own_why = g_strdup(why);
}

static gboolean wait_for(Wire *wire, short events) {
    /* Answers to several commands at once come in small packets; a server with Nagle's algorithm on
     * sends the second only when we have acknowledged the first, and that takes 40 ms unless asked.
     */
    const int yes = 1;
    if (events == POLLIN)
        (void)setsockopt(wire->fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
    return dial_wait(wire->fd, events, &wire->left) ||
           broken(wire, "the server was too slow, and the time for it is over");
}

/* After GNUTLS_E_AGAIN: waits for whatever the session is waiting for. */
static gboolean wait_for_tls(Wire *wire) {
    return wait_for(wire, gnutls_record_get_direction(wire->session) == 1 ? POLLOUT : POLLIN);
}

/* One try: bytes read, 0 at the end, -1 with errno EAGAIN where there is nothing yet. */
static gssize read_once(Wire *wire, void *into, gsize most) {
    if (wire->session == NULL)
        return recv(wire->fd, into, most, 0);
    gssize got = gnutls_record_recv(wire->session, into, most);
    if (got == GNUTLS_E_PREMATURE_TERMINATION)
        return 0;
    if (got < 0)
        errno = got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED ? EAGAIN : EIO;
    return MAX(got, -1);
}

static gssize write_once(Wire *wire, const void *bytes, gsize length) {
    if (wire->session == NULL)
        return send(wire->fd, bytes, length, MSG_NOSIGNAL);
    gssize put = gnutls_record_send(wire->session, bytes, length);
    if (put < 0)
        errno = put == GNUTLS_E_AGAIN || put == GNUTLS_E_INTERRUPTED ? EAGAIN : EIO;
    return MAX(put, -1);
}

static gboolean wait_again(Wire *wire, short events) {
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        return broken(wire, "the connection broke");
    return wire->session != NULL ? wait_for_tls(wire) : wait_for(wire, events);
}

gssize wire_read(Wire *wire, void *into, gsize most) {
    while (wire->why == NULL) {
        if (wire->budget == 0) {
            broken(wire, "the server sent more than was asked for");
            break;
        }
        gssize got = read_once(wire, into, MIN(most, wire->budget));
        if (got > 0) {
            wire->budget -= (guint64)got;
            return got;
        }
        if (got == 0)
            broken(wire, "the server closed the connection");
        else
            wait_again(wire, POLLIN);
    }
    return -1;
}

gboolean wire_write(Wire *wire, const void *bytes, gsize length) {
    const char *at = bytes;
    while (wire->why == NULL && length > 0) {
        gssize put = write_once(wire, at, length);
        if (put < 0) {
            wait_again(wire, POLLOUT);
            continue;
        }
        at += put;
        length -= (gsize)put;
    }
    return wire->why == NULL;
}

/* An address has no place in SNI (RFC 6066). */
static gboolean is_address(const char *host) {
    unsigned char room[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, room) == 1 || inet_pton(AF_INET6, host, room) == 1;
}

static gboolean load_trust(Wire *wire, const char *ca_file, GError **error) {
    int count = gnutls_certificate_allocate_credentials(&wire->trust);
    if (count >= 0)
        count = ca_file == NULL ? gnutls_certificate_set_x509_system_trust(wire->trust)
                                : gnutls_certificate_set_x509_trust_file(wire->trust, ca_file,
                                                                         GNUTLS_X509_FMT_PEM);
    if (count > 0)
        return TRUE;
    return fault_set(error, FAULT_SETUP, "%s: no certificate authority could be read from it",
                     ca_file != NULL ? ca_file : "the system's certificate store");
}

static gboolean prepare(Wire *wire, GError **error) {
    int code = gnutls_init(&wire->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    if (code == 0)
        code = gnutls_priority_set_direct(wire->session, PRIORITY, NULL);
    if (code == 0 && !is_address(wire->host))
        code =
            gnutls_server_name_set(wire->session, GNUTLS_NAME_DNS, wire->host, strlen(wire->host));
    if (code == 0)
        code = gnutls_credentials_set(wire->session, GNUTLS_CRD_CERTIFICATE, wire->trust);
    if (code != 0)
        return fault_set(error, FAULT_RUN, "TLS cannot be set up: %s", gnutls_strerror(code));
    /* From here GnuTLS itself ends the handshake where chain or name are wrong. */
    gnutls_session_set_verify_cert(wire->session, wire->host, 0);
    gnutls_transport_set_int(wire->session, wire->fd);
    return TRUE;
}

static const char *certificate_fault(unsigned status) {
    static const struct {
        unsigned bit;
        const char *text;
    } words[] = {
        {GNUTLS_CERT_EXPIRED, "its certificate has expired"},
        {GNUTLS_CERT_NOT_ACTIVATED, "its certificate is not valid yet"},
        {GNUTLS_CERT_REVOKED, "its certificate was revoked"},
        {GNUTLS_CERT_UNEXPECTED_OWNER, "its certificate is for another name"},
        {GNUTLS_CERT_SIGNER_NOT_FOUND, "its certificate is signed by nobody this machine trusts"},
        {GNUTLS_CERT_SIGNER_NOT_CA, "its certificate is signed by one that may not sign"},
        {GNUTLS_CERT_INSECURE_ALGORITHM, "its certificate uses an algorithm that is not safe"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if ((status & words[i].bit) != 0)
            return words[i].text;
    return "its certificate is not valid";
}

static gboolean explain(const Wire *wire, int code, GError **error) {
    if (wire->why != NULL)
        return fault_set(error, FAULT_RUN, "%s: %s", wire->host, wire->why);
    if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
        return fault_set(error, FAULT_SETUP, "%s: %s; nothing was sent to it", wire->host,
                         certificate_fault(gnutls_session_get_verify_cert_status(wire->session)));
    gboolean alert =
        code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED;
    if (code == GNUTLS_E_UNSUPPORTED_VERSION_PACKET ||
        (alert && gnutls_alert_get(wire->session) == GNUTLS_A_PROTOCOL_VERSION))
        return fault_set(error, FAULT_SETUP, "%s: it does not speak TLS 1.2 or later", wire->host);
    return fault_set(error, FAULT_RUN, "%s: TLS could not be started (%s)", wire->host,
                     gnutls_strerror(code));
}

/* The handshake may take what certificates take, not what mails take. */
enum { HANDSHAKE_WAITS = 1000 };

gboolean wire_secure(Wire *wire, const char *ca_file, GError **error) {
    if (!load_trust(wire, ca_file, error) || !prepare(wire, error)) {
        broken(wire, "TLS was not started");
        return FALSE;
    }
    int code = GNUTLS_E_AGAIN;
    for (int i = 0; i < HANDSHAKE_WAITS; i++) {
        code = gnutls_handshake(wire->session);
        if (code == 0 || gnutls_error_is_fatal(code))
            break;
        if ((code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED) && !wait_for_tls(wire))
            break;
    }
    wire->verified = code == 0;
    if (wire->verified)
        return TRUE;
    explain(wire, code, error);
    broken(wire, "TLS was not started");
    return FALSE;
}
