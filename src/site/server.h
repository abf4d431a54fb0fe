/* server.h: how to reach the mailbox and the post: the `mailbox` and `post` blocks of site.conf. */
#ifndef SITE_SERVER_H
#define SITE_SERVER_H

#include <glib.h>

enum server_kind { SERVER_MAILDIR, SERVER_IMAP, SERVER_SMTP, SERVER_SENDMAIL };
enum server_tls { TLS_YES, TLS_STARTTLS, TLS_NO }; /* TLS_NO: loopback only, checked at load */
enum server_auth { AUTH_LOGIN, AUTH_XOAUTH2 };

typedef struct server {
    enum server_kind kind;
    char *host;   /* owned; NULL for maildir and sendmail */
    guint16 port; /* never 0 for imap and smtp: the usual one is filled in */
    enum server_tls tls;
    char *ca_file; /* owned, absolute; NULL: the system's */
    char *user;    /* owned; NULL: no login (SMTP only) */
    enum server_auth auth;
    char *password_command; /* owned; NULL as below */
    char *password_file; /* owned, absolute; at most one of the two; needed where `user` is set */
    char *folder;        /* owned; IMAP folder, "INBOX" */
    GPtrArray *sent_folders; /* of char *, owned: IMAP folders in which copies of our own mails are
                                looked for; NULL: those the server marks */
    char *path;              /* owned, absolute; of the Maildir, or of the sendmail program */
    guint connections;       /* SMTP: at most so many at once; 1 */
    guint deadline;          /* seconds that may be spent waiting for it in one session; 0: 600 */
} Server;

void server_free(Server *server);

/* The password or access token: the first line of password-command's output (argv split as a shell
 * would, no shell started, 30 s) or of password-file. Must be wiped: server_forget(). Without
 * either it is "". Errors: FAULT_SETUP (no such file, the command failed, empty), FAULT_RUN
 * (time-out). The output of the command is never part of the message. */
char *server_secret(const Server *server, GError **error);
void server_forget(char *secret); /* wipes and frees; NULL is fine */

/* Is `host` localhost, 127.0.0.0/8 or ::1? Names are not looked up. */
gboolean server_is_loopback(const char *host);

#endif
