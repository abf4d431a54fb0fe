#include "post/post.h"

#include <string.h>

#include "base/fault.h"
#include "post/kind.h"

struct post {
    const PostKind *kind;
    gpointer state; /* owned; of the back end */
};

enum post_result post_fail(enum post_result result, GError **error, enum fault reach,
                           const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fault_set(error, reach, "%s", text);
    return result;
}

/* Whatever gets here has passed address_new() long ago; but in an envelope one stray blank or line
 * feed is another recipient, so it is looked at once more. */
static gboolean envelope_ok(const char *address) {
    if (address == NULL || *address == '\0' || *address == '-' || strchr(address, '@') == NULL)
        return FALSE;
    for (; *address != '\0'; address++)
        if ((guchar)*address <= 0x20 || strchr("\x7f<>()[],;:\\\"", *address) != NULL)
            return FALSE;
    return TRUE;
}

Post *post_open(const Server *server, const char *from, GError **error) {
    static const PostKind *const kinds[] = {[SERVER_MAILDIR] = &POST_MAILDIR,
                                            [SERVER_SMTP] = &POST_SMTP,
                                            [SERVER_SENDMAIL] = &POST_SENDMAIL};
    const PostKind *kind = server->kind < G_N_ELEMENTS(kinds) ? kinds[server->kind] : NULL;
    gpointer state = NULL;
    if (kind == NULL)
        fault_set(error, FAULT_SETUP, "post is of kind smtp, sendmail or maildir");
    else if (!envelope_ok(from))
        fault_set(error, FAULT_SETUP, "the address of the site is no mail address");
    else
        state = kind->open(server, from, error);
    if (state == NULL)
        return NULL;
    Post *post = g_new(Post, 1);
    post->kind = kind;
    post->state = state;
    return post;
}

void post_close(Post *post) {
    if (post == NULL)
        return;
    post->kind->close(post->state);
    g_free(post);
}

enum post_result post_send(Post *post, const char *to, GBytes *mail, GError **error) {
    if (!envelope_ok(to))
        return post_fail(POST_REFUSED, error, FAULT_MAIL, "the recipient is no mail address");
    return post->kind->send(post->state, to, mail, error);
}

gboolean post_flush(Post *post, GError **error) {
    return post->kind->flush == NULL || post->kind->flush(post->state, error);
}

char *post_abilities(Post *post, GError **error) {
    return post->kind->abilities(post->state, error);
}
