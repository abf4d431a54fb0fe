/* post.h: where outgoing mail goes: SMTP, sendmail or a Maildir. A back end is a constant struct of
 * functions, one a file (smtp.c, sendmail.c, maildir.c).
 *
 * Nothing but run/post.c calls this, and only with bytes that have passed gate_check(). */
#ifndef POST_POST_H
#define POST_POST_H

#include <glib.h>

#include "site/server.h"

typedef struct post Post;

enum post_result {
    POST_SENT,    /* taken; for Maildir: once post_flush() has said TRUE */
    POST_REFUSED, /* this mail never will be (5xx for this recipient or content) */
    POST_LATER,   /* this mail not now (4xx); others may go */
    POST_BROKEN   /* the connection or the server is gone: try nothing more in this run */
};

/* `from` is the box's address: envelope sender and, by its domain, the EHLO name. SMTP connects at
 * the first mail. `server` has to outlive the post. FAULT_SETUP or FAULT_RUN as box_open(). */
Post *post_open(const Server *server, const char *from, GError **error);
void post_close(Post *post); /* QUIT where all is well; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Post, post_close)

/* `to` is from address_new(). `mail` is a whole message with LF or CRLF. On anything but POST_SENT,
 * *error says why, without a word of the server's. */
enum post_result post_send(Post *post, const char *to, GBytes *mail, GError **error);

/* Maildir: everything sent since the last flush is on disk when this says TRUE. The others: TRUE.
 */
gboolean post_flush(Post *post, GError **error);

/* For `check --connect`: connects, logs in, sends nothing; lines for a person. Caller frees. */
char *post_abilities(Post *post, GError **error);

#endif
