/* kind.h: what a back end of post.h is: a constant struct of functions. Private to src/post. */
#ifndef POST_KIND_H
#define POST_KIND_H

#include "base/fault.h"
#include "post/post.h"

/* `state` is the back end's own; the functions do what those of post.h with their names do.
 * `server` and `from` live as long as the state. */
typedef struct post_kind {
    gpointer (*open)(const Server *server, const char *from, GError **error);
    void (*close)(gpointer state);
    enum post_result (*send)(gpointer state, const char *to, GBytes *mail, GError **error);
    gboolean (*flush)(gpointer state, GError **error); /* NULL: nothing to do */
    char *(*abilities)(gpointer state, GError **error);
} PostKind;

extern const PostKind POST_SMTP;
extern const PostKind POST_SENDMAIL;
extern const PostKind POST_MAILDIR;

/* Sets *error and returns `result`, so that a failure is one line. */
enum post_result post_fail(enum post_result result, GError **error, enum fault reach,
                           const char *format, ...) G_GNUC_PRINTF(4, 5);

#endif
