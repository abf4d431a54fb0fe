/* Any bytes as an address, and as a From header: what becomes an address may stand in a command to
 * a server. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "mail/mail.h"
#include "value/address.h"

static void check(const char *address) {
    HOLDS(g_utf8_validate(address, -1, NULL) && strlen(address) <= 254);
    HOLDS(strpbrk(address, "<>()[],;:\\\"\x7f") == NULL);
    for (const char *p = address; *p != '\0'; p++)
        HOLDS((guint8)*p > 0x20);
    g_autofree char *again = address_new(address), *normal = address_normal(address);
    HOLDS(g_strcmp0(address, again) == 0);
    HOLDS(address_same(address, address) && address_same(address, again));
    g_autofree char *local = address_local(address);
    g_autofree char *joined = g_strconcat(local, "@", address_domain(address), NULL);
    HOLDS(strcmp(joined, address) == 0);
    HOLDS(*local != '\0' && *address_domain(address) != '\0' && *normal != '\0');
    g_autofree char *tagged = address_tagged(address, "abcdefghijklmnopqrstuvwx23");
    g_autofree char *read = address_new(tagged);
    HOLDS(read == NULL || strcmp(read, tagged) == 0);
    HOLDS(read != NULL || strlen(tagged) > 254 || strchr(tagged, '@') - tagged > 64);
}

static void check_facts(const Facts *facts) {
    if (facts->from != NULL)
        check(facts->from);
    HOLDS(facts->name == NULL || strpbrk(facts->name, "\r\n") == NULL);
    for (guint i = 0; i < facts->tokens->len; i++)
        HOLDS(*(const char *)g_ptr_array_index(facts->tokens, i) != '\0');
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *address = address_new(text);
    if (address != NULL)
        check(address);
    GString *mail = g_string_new("From: ");
    g_string_append_len(mail, (const char *)data, (gssize)size);
    g_string_append(mail, "\n\nhello\n");
    g_autoptr(GBytes) raw = g_string_free_to_bytes(mail);
    Limits limits = LIMITS_DEFAULT;
    Reader reader = {.limits = &limits, .address = "box@school.example"};
    g_autoptr(Facts) scanned = mail_scan(raw);
    check_facts(scanned);
    g_autoptr(Mail) whole = mail_read(raw, &reader, NULL);
    if (whole != NULL)
        check_facts(mail_facts(whole));
    return 0;
}
