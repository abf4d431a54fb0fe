#include "run/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { LARGEST = 128 << 20 };

/* ---- to the other side --------------------------------------------------------------------- */

/* As much as goes. -1: errno says why none does. */
static gssize send_some(int fd, struct iovec part[2], int flags) {
    struct msghdr message = {.msg_iov = part, .msg_iovlen = 2};
    gssize sent = sendmsg(fd, &message, flags | MSG_NOSIGNAL);
    gsize left = (gsize)MAX(sent, 0);
    for (guint i = 0; i < 2; i++) {
        gsize gone = MIN(left, part[i].iov_len);
        part[i].iov_base = (char *)part[i].iov_base + gone;
        part[i].iov_len -= gone;
        left -= gone;
    }
    return sent;
}

gboolean frame_send(int fd, enum frame_what what, guint32 number, GBytes *bytes,
                    gboolean (*full)(gpointer), gpointer user) {
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    Frame head = {what, number, (guint32)length};
    struct iovec part[2] = {{&head, sizeof head}, {(gpointer)data, length}};
    if (length > LARGEST)
        return FALSE;
    while (part[0].iov_len + part[1].iov_len > 0) {
        if (send_some(fd, part, full ? MSG_DONTWAIT : 0) >= 0 || errno == EINTR)
            continue;
        if (full == NULL || errno != EAGAIN || !full(user))
            return FALSE;
    }
    return TRUE;
}

/* ---- from the other side ------------------------------------------------------------------- */

/* 1: some bytes more are in the inbox; 0: none are there now; -1: the other side is gone. */
static int fill(Inbox *inbox, int fd, int flags) {
    memmove(inbox->bytes, inbox->bytes + inbox->start, inbox->end - inbox->start);
    inbox->end -= inbox->start;
    inbox->start = 0;
    gssize n = recv(fd, inbox->bytes + inbox->end, sizeof inbox->bytes - inbox->end, flags);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    inbox->end += (gsize)MAX(n, 0);
    return n > 0 ? 1 : -1;
}

static gsize take(Inbox *inbox, gpointer data, gsize length) {
    gsize here = MIN(length, inbox->end - inbox->start);
    memcpy(data, inbox->bytes + inbox->start, here);
    inbox->start += here;
    return here;
}

/* What is not in the inbox comes past it: a large mail is in memory once. */
static gboolean take_all(Inbox *inbox, int fd, char *data, gsize length) {
    for (gsize here = take(inbox, data, length); here < length;) {
        gssize n = recv(fd, data + here, length - here, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        here += (gsize)n;
    }
    return TRUE;
}

enum inbox_state inbox_next(Inbox *inbox, int fd, gboolean wait, Frame *frame, GBytes **bytes) {
    while (inbox->end - inbox->start < sizeof *frame) {
        int came = fill(inbox, fd, wait ? 0 : MSG_DONTWAIT);
        if (came < 0)
            return INBOX_END;
        if (came == 0 && !wait)
            return INBOX_NOTHING;
    }
    take(inbox, frame, sizeof *frame);
    g_autofree char *data = frame->length <= LARGEST ? g_try_malloc(frame->length + 1) : NULL;
    if (data == NULL || !take_all(inbox, fd, data, frame->length))
        return INBOX_END;
    data[frame->length] = '\0';
    *bytes = g_bytes_new_take(g_steal_pointer(&data), frame->length);
    return INBOX_FRAME;
}
