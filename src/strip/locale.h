/* locale.h: the words mail clients put around quoted mail, language by language. To teach another
 * language, add a row to locale.c. Private to this folder. */
#ifndef STRIP_LOCALE_H
#define STRIP_LOCALE_H

#include <glib.h>

/* Alternatives are parted by |; all in small letters. NULL: none known. */
typedef struct locale_words {
    const char *language;
    const char *openers; /* how an attribution line begins: "on " */
    const char *verbs;   /* what it says somebody did: "wrote" */
    const char *from;    /* words of a header block, without the colon */
    const char *sent;
    const char *to;
    const char *subject;
    const char *original; /* between dashes above quoted or forwarded mail */
    const char *devices;  /* how "Sent from my …" begins; "a *b": begins with a, and b follows */
} LocaleWords;

enum header_word { HEADER_NONE, HEADER_FROM, HEADER_SENT, HEADER_TO, HEADER_SUBJECT };

/* All of these take a folded line (lines.h). */
gboolean locale_opens(const char *folded);    /* begins as an attribution line does */
gboolean locale_has_verb(const char *folded); /* has the verb of one */
enum header_word locale_header(const char *folded);
gboolean locale_original(const char *folded);
gboolean locale_device(const char *folded, gsize *prefix); /* *prefix: bytes of the beginning */
/* Does `folded` name something a mail can be sent from ("iphone", "handy", an app)? */
gboolean locale_machine(const char *folded);

#endif
