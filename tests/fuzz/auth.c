/* Any bytes as the value of an Authentication-Results header. What others say, above or below, must
 * not change what our own server said; and nothing passes that does not say so. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "mail/mail.h"

static const char FOREIGN[] = "Authentication-Results: mx.evil.example; dmarc=pass "
                              "header.from=school.example; spf=pass smtp.mailfrom=school.example\n";
static const char NOTHING[] = "Authentication-Results: mx.school.example; none\n";

static enum auth read_auth(const char *above, const guint8 *data, gsize size, const char *id) {
    GString *text = g_string_new(above);
    g_string_append(text, "Authentication-Results: ");
    g_string_append_len(text, (const char *)data, (gssize)size);
    g_string_append(text, "\nFrom: Anna <anna@school.example>\n\nhello\n");
    g_autoptr(GBytes) raw = g_string_free_to_bytes(text);
    Limits limits = LIMITS_DEFAULT;
    Reader reader = {.limits = &limits, .address = "box@school.example", .authserv_id = id};
    g_autoptr(Mail) mail = mail_read(raw, &reader, NULL);
    return mail != NULL ? mail_facts(mail)->auth : AUTH_NONE;
}

static gboolean says(const guint8 *data, gsize size, const char *word) {
    g_autofree char *low = g_ascii_strdown((const char *)data, (gssize)size);
    return memmem(low, size, word, strlen(word)) != NULL;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    if (size > 8192 || memchr(data, '\0', size) != NULL)
        return 0; /* the reader takes out NULs, and over a cap it reads nothing at all */
    enum auth ours = read_auth("", data, size, "mx.school.example");
    enum auth microsoft = read_auth("", data, size, "microsoft");
    HOLDS(read_auth("", data, size, NULL) == AUTH_NONE);
    HOLDS(read_auth(FOREIGN, data, size, "mx.school.example") == ours);
    HOLDS(read_auth(NOTHING, data, size, "mx.school.example") == AUTH_NONE);
    HOLDS(read_auth(NOTHING, data, size, "microsoft") == AUTH_NONE);
    HOLDS((ours != AUTH_PASS && microsoft != AUTH_PASS) || says(data, size, "pass"));
    HOLDS((ours != AUTH_FAIL && microsoft != AUTH_FAIL) || says(data, size, "fail"));
    return 0;
}
