#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "vault/packet.h"
#include "verb/key-file.h"
#include "base/fault.h"
#include "verb/verb.h"

static void say(const PacketAbout *about, const char *out) {
    g_autofree char *at = clock_iso(about->at);
    printf("%s asks to open who wrote in %s.\n"
           "  ground  %s\n"
           "  reason  %s\n"
           "  asked   %s\n",
           about->holder, about->handle, about->ground, about->reason, at);
    if (out != NULL)
        printf("Your consent is in %s: send it to %s. It opens with their key alone.\n", out,
               about->holder);
    else
        puts(
            "If you agree, give the same command once more with --out and the name of a new file.");
}

static gboolean approve(const char *path, const char *key_path, const char *passphrase_file,
                        const char *out, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    if (out != NULL && g_file_test(out, G_FILE_TEST_EXISTS))
        return fault_set(error, FAULT_REFUSED, "%s exists already", out);
    if (!verb_read(path, &text, &length, error))
        return FALSE;
    g_autoptr(HolderKey) key = verb_read_key(key_path, passphrase_file, error);
    if (key == NULL)
        return FALSE;
    g_auto(PacketAbout) about = {0};
    g_autofree char *confirmed = packet_confirm(text, length, key, out != NULL, &about, error);
    if (confirmed == NULL ||
        (out != NULL && !verb_write_new(out, confirmed, strlen(confirmed), error)))
        return FALSE;
    say(&about, out);
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *key = NULL, *passphrase_file = NULL, *out = NULL;
    const GOptionEntry entries[] = {
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Your key file, or a typed recovery sheet",
         "FILE"},
        {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
         "Its first line is the passphrase; else it is asked for", "FILE"},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &out,
         "You agree: the packet to write, for who asked; else it only says what is asked",
         "PACKET"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_approve, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] == NULL || words[1] != NULL || key == NULL)
        return fault_set(error, FAULT_USAGE, "approve PACKET --key FILE [--out PACKET]");
    return approve(words[0], key, passphrase_file, out, error);
}

const Verb verb_approve = {"approve", "PACKET --key FILE [--out PACKET]",
                           "agree, as a second keyholder, that somebody opens who wrote", go};
