/* identity.h: who wrote. Only mail, strip, vault and run ever see it; it is sealed in the same
 * commit that keeps the letter. */
#ifndef VALUE_IDENTITY_H
#define VALUE_IDENTITY_H

#include <glib.h>

/* What the school's own mail server said of the sender. */
enum auth { AUTH_NONE, AUTH_PASS, AUTH_FAIL };
extern const char *const AUTH_WORDS[]; /* "none", "pass", "fail", NULL */

typedef struct identity {
    char *name;       /* owned; display name as decoded, one line; NULL where there is none */
    char *from;       /* owned; from address_new(); NULL where the mail has none that is one */
    char *from_text;  /* owned; the From header as decoded, one line; NULL where there is none */
    char *subject;    /* owned; as the writer typed it, decoded, one line; NULL */
    char *message_id; /* owned; without <>; NULL where there is none, or it is not plain */
    gint64 date;      /* of the Date header, a moment; -1 where there is none */
    enum auth auth;
    gboolean practice; /* nobody wrote this: the made-up letter of a drill. Nothing that comes by
                          mail can set it */
    GPtrArray *names; /* of char *, owned: words that name the writer (names.h), for masking and the
                         egress gate */
    GPtrArray *people; /* of char *, owned: Context.people with whom this mail has added to them */
} Identity;

Identity *identity_new(void);
void identity_free(Identity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Identity, identity_free)

#endif
