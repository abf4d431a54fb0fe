#include "wire/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"

gboolean dial_wait(int fd, short events, gint64 *left) {
    while (*left > 0) {
        struct pollfd one = {.fd = fd, .events = events};
        gint64 start = g_get_monotonic_time();
        int ready = poll(&one, 1, (int)(MIN(*left, 60 * G_USEC_PER_SEC) / 1000) + 1);
        *left -= g_get_monotonic_time() - start;
        if (ready > 0)
            return TRUE;
    }
    return FALSE;
}

/* getaddrinfo(3) alone knows no time-out; glibc's asynchronous one does. Where it cannot be called
 * off, what it is still writing to must live on: a small leak, once, in a run that has failed. */
static struct addrinfo *look_up(const char *host, const char *port, guint seconds, int *code) {
    struct gaicb *ask = g_new0(struct gaicb, 1);
    struct addrinfo *hints = g_new0(struct addrinfo, 1);
    char *name = g_strdup(host), *service = g_strdup(port);
    struct timespec limit = {.tv_sec = seconds};
    hints->ai_socktype = SOCK_STREAM;
    hints->ai_flags = AI_NUMERICSERV;
    *ask = (struct gaicb){.ar_name = name, .ar_service = service, .ar_request = hints};
    *code = getaddrinfo_a(GAI_NOWAIT, &ask, 1, NULL);
    if (*code == 0) {
        const struct gaicb *const list[] = {ask};
        gint64 end = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
        while (gai_error(ask) == EAI_INPROGRESS && g_get_monotonic_time() < end)
            (void)gai_suspend(list, 1, &limit);
        *code = gai_error(ask);
    }
    struct addrinfo *found = *code == 0 ? ask->ar_result : NULL;
    if (*code == EAI_INPROGRESS && gai_cancel(ask) == EAI_NOTCANCELED)
        return NULL;
    g_free(name);
    g_free(service);
    g_free(hints);
    g_free(ask);
    return found;
}

static struct addrinfo *resolve(const char *host, guint16 port, guint seconds, GError **error) {
    char service[8];
    struct addrinfo *found = NULL;
    const struct addrinfo numeric = {.ai_socktype = SOCK_STREAM,
                                     .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    g_snprintf(service, sizeof service, "%u", port);
    if (getaddrinfo(host, service, &numeric, &found) == 0)
        return found;
    int code;
    found = look_up(host, service, seconds, &code);
    if (found == NULL && code == EAI_INPROGRESS)
        fault_set(error, FAULT_RUN, "%s: the name server did not answer in time", host);
    else if (found == NULL)
        fault_set(error, FAULT_RUN, "%s: no such host (%s)", host, gai_strerror(code));
    return found;
}

/* 0, or why not, as errno. */
static int connect_one(int fd, const struct addrinfo *address, guint seconds) {
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    gint64 left = (gint64)seconds * G_USEC_PER_SEC;
    if (!dial_wait(fd, POLLOUT, &left))
        return ETIMEDOUT;
    int code = 0;
    socklen_t size = sizeof code;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno;
}

int dial(const char *host, guint16 port, guint seconds, GError **error) {
    struct addrinfo *list = resolve(host, port, seconds, error);
    int code = EADDRNOTAVAIL;
    if (list == NULL)
        return -1;
    for (const struct addrinfo *at = list; at != NULL; at = at->ai_next) {
        int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        code = fd < 0 ? errno : connect_one(fd, at, seconds);
        if (code == 0) {
            const int yes = 1;
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            freeaddrinfo(list);
            return fd;
        }
        if (fd >= 0)
            close(fd);
    }
    freeaddrinfo(list);
    fault_errno(error, FAULT_RUN, code, "%s: cannot connect to port %u", host, port);
    return -1;
}

gboolean dial_is_local(int fd) {
    struct sockaddr_storage peer = {0};
    socklen_t size = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0)
        return FALSE;
    if (peer.ss_family == AF_INET)
        return ntohl(((struct sockaddr_in *)&peer)->sin_addr.s_addr) >> 24 == 127;
    const struct in6_addr *six = &((struct sockaddr_in6 *)&peer)->sin6_addr;
    return peer.ss_family == AF_INET6 &&
           (IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127));
}
