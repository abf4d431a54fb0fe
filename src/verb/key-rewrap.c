#include "verb/key-rewrap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "run/rewrap.h"
#include "vault/rewrap.h"
#include "verb/key-file.h"
#include "verb/verb.h"

static void say_left(const Rewrapped *done) {
    if (done->theirs > 0)
        printf("%u cases %s has a seal of already; there it is not needed.\n", done->theirs,
               done->to);
    if (done->not_for > 0)
        printf("%u cases are not for %s, for the concern may be about them; they stay as they "
               "are.\n",
               done->not_for, done->to);
    if (done->gone > 0)
        printf("%u cases were erased or re-wrapped meanwhile, or cannot be changed; they stay as "
               "they are.\n",
               done->gone);
}

gboolean key_rewrap(Office *office, const char *which, const char *by, const Rewrapping *wants,
                    GError **error) {
    g_auto(Rewrapped) done = {0};
    if (wants->to == NULL || wants->out == NULL)
        return fault_set(error, FAULT_USAGE, "key rewrap KEY --to NAME --out PACKET");
    /* What cannot be written must not be on the record as asked: so it is tried first. */
    if (!verb_write_new(wants->out, "", 0, error))
        return FALSE;
    unlink(wants->out);
    g_autofree char *packet = rewrap_ask(office, by, which, wants->to, &done, error);
    if (packet == NULL || !verb_write_new(wants->out, packet, strlen(packet), error))
        return FALSE;
    printf("%u cases are to go from the key of %s to that of %s, on the record.\n", done.cases,
           done.from, done.to);
    say_left(&done);
    printf("%s is for %s, on their own machine: worrybox key reseal\n", wants->out, done.from);
    return TRUE;
}

/* ---- the keyholder ------------------------------------------------------------------------- */

static void say_asked(const RewrapAbout *about, const char *print) {
    g_autofree char *at = clock_iso(about->at);
    printf("%u cases are to be sealed to the key of %s, in the place of that of %s.\n"
           "  asked        %s\n"
           "  fingerprint  %s\n",
           about->cases, about->to_name, about->from_name, at, print);
}

/* Blanks, hyphens and capitals do not matter. */
static gboolean same_print(const char *typed, const char *print) {
    const char *at = print;
    for (; *typed != '\0'; typed++) {
        if (!g_ascii_isalnum(*typed))
            continue;
        while (*at == ' ')
            at++;
        if (g_ascii_tolower(*typed) != *at++)
            return FALSE;
    }
    return *at == '\0';
}

/* Whoever has that key can open all of these cases afterwards: it must be said whose it is by
 * somebody else than the host. */
static gboolean may_seal(const Rewrapping *wants, const char *print, GError **error) {
    if (wants->to == NULL)
        return fault_set(error, FAULT_USAGE,
                         "give --to and the fingerprint that the one whose key it is has read to "
                         "you");
    return same_print(wants->to, print) ||
           fault_set(error, FAULT_REFUSED,
                     "the key in this packet has another fingerprint than you gave: nothing is "
                     "sealed to it. If you have not mistyped it, tell the witness");
}

gboolean key_reseal(const char *packet, const Rewrapping *wants, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    if (wants->key == NULL)
        return fault_set(error, FAULT_USAGE,
                         "key reseal PACKET --key FILE [--to FINGERPRINT --out ANSWER]");
    if (wants->out != NULL && g_file_test(wants->out, G_FILE_TEST_EXISTS))
        return fault_set(error, FAULT_REFUSED, "%s exists already", wants->out);
    if (!verb_read(packet, &text, &length, error))
        return FALSE;
    g_autoptr(HolderKey) key = verb_read_key(wants->key, wants->passphrase_file, error);
    if (key == NULL)
        return FALSE;
    g_auto(RewrapAbout) about = {0};
    g_autofree char *answer = rewrap_answer(text, length, key, wants->out != NULL, &about, error);
    if (answer == NULL)
        return FALSE;
    g_autofree char *print = vault_fingerprint(about.to);
    if (wants->out != NULL && (!may_seal(wants, print, error) ||
                               !verb_write_new(wants->out, answer, strlen(answer), error)))
        return FALSE;
    say_asked(&about, print);
    if (wants->out == NULL)
        printf("Have %s read you the fingerprint of their key. If it is this one and you agree, "
               "give the same command once more with --to, the fingerprint, --out and the name of "
               "a new file.\n",
               about.to_name);
    else
        printf("%s is for whoever looks after the mailbox: worrybox key take. It names nobody.\n",
               wants->out);
    return TRUE;
}

/* ---- the host again ------------------------------------------------------------------------ */

gboolean key_take(Office *office, const char *answer, const char *by, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    g_auto(Rewrapped) done = {0};
    if (!verb_read(answer, &text, &length, error) ||
        !rewrap_take_in(office, by, text, length, &done, error))
        return FALSE;
    printf("%u cases are sealed to the key of %s now, and no longer to that of %s; it is on the "
           "record.\n",
           done.cases, done.to, done.from);
    say_left(&done);
    return TRUE;
}
