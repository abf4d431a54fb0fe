#include "value/letter.h"

#include <string.h>

#include "base/text.h"

const char *const ROUTE_WORDS[] = {"pupil", "listener", "staff",      "bounce", "auto-reply",
                                   "list",  "loop",     "unreadable", NULL};

static void withheld_free(gpointer data) {
    Withheld *withheld = data;
    g_free(withheld->type);
    g_free(withheld);
}

static void redaction_free(gpointer data) {
    Redaction *redaction = data;
    g_free(redaction->kind);
    g_free(redaction);
}

Letter *letter_new(enum route route, const char *why) {
    Letter *letter = g_new0(Letter, 1);
    letter->route = route;
    letter->why = g_strdup(why);
    letter->redactions = g_ptr_array_new_with_free_func(redaction_free);
    letter->withheld = g_ptr_array_new_with_free_func(withheld_free);
    return letter;
}

void letter_free(Letter *letter) {
    if (letter == NULL)
        return;
    g_free(letter->why);
    g_free(letter->subject);
    g_free(letter->text);
    g_free(letter->whole_subject);
    g_free(letter->whole);
    g_ptr_array_unref(letter->redactions);
    g_ptr_array_unref(letter->withheld);
    g_free(letter);
}

void letter_withhold(Letter *letter, const char *type, gsize bytes) {
    Withheld *withheld = g_new0(Withheld, 1);
    withheld->type = g_ascii_strdown(type, -1);
    withheld->bytes = bytes;
    g_ptr_array_add(letter->withheld, withheld);
}

void letter_redacted(Letter *letter, const char *kind, guint count) {
    if (count == 0)
        return;
    for (guint i = 0; i < letter->redactions->len; i++) {
        Redaction *known = g_ptr_array_index(letter->redactions, i);
        if (strcmp(known->kind, kind) == 0) {
            known->count += count;
            return;
        }
    }
    Redaction *redaction = g_new0(Redaction, 1);
    redaction->kind = g_strdup(kind);
    redaction->count = count;
    g_ptr_array_add(letter->redactions, redaction);
}

static const char *kind_of(const char *type) {
    static const char *const kinds[][2] = {{"image/", "a picture"},
                                           {"audio/", "a sound recording"},
                                           {"video/", "a video"},
                                           {"application/pgp-encrypted", "an encrypted mail"},
                                           {"application/pkcs7-mime", "an encrypted mail"},
                                           {"application/x-pkcs7-mime", "an encrypted mail"},
                                           {"application/x-microsoft-rpmsg", "an encrypted mail"},
                                           {"text/calendar", "an invitation"},
                                           {"text/vcard", "a contact card"},
                                           {"message/", "a forwarded mail"}};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_has_prefix(type, kinds[i][0]))
            return kinds[i][1];
    return "a file";
}

char *letter_withheld_text(const Letter *letter) {
    if (letter->withheld->len == 0)
        return NULL;
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < letter->withheld->len; i++) {
        const Withheld *withheld = g_ptr_array_index(letter->withheld, i);
        g_autofree char *size = text_size(withheld->bytes);
        if (i > 0)
            g_string_append(out, i + 1 < letter->withheld->len ? ", " : " and ");
        g_string_append_printf(out, "%s (%s)", kind_of(withheld->type), size);
    }
    return g_string_free(out, FALSE);
}
