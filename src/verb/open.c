#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "vault/packet.h"
#include "vault/passphrase.h"
#include "verb/verb.h"

static const char *how_sure(enum auth auth) {
    switch (auth) {
    case AUTH_PASS:
        return "the school's server vouched for this sender";
    case AUTH_FAIL:
        return "the school's server says this may be forged";
    case AUTH_NONE:
        break;
    }
    return "no evidence either way";
}

static HolderKey *read_key(const char *path, const char *passphrase_file, GError **error) {
    g_autofree char *text = NULL;
    char *passphrase = NULL;
    gsize length;
    if (!verb_read(path, &text, &length, error))
        return NULL;
    if (!holder_is_sheet(text, length)) {
        passphrase = passphrase_get(passphrase_file, "Passphrase of this key: ", FALSE, error);
        if (passphrase == NULL)
            return NULL;
    }
    HolderKey *key = holder_read(text, length, passphrase, error);
    vault_wipe_text(passphrase);
    explicit_bzero(text, length);
    return key;
}

static void print_json(const Opened *opened) {
    const Identity *id = opened->identity;
    g_autoptr(Js) json = js_object();
    g_autofree char *date = id->date >= 0 ? clock_iso(id->date) : NULL;
    js_put_text(json, "case", opened->handle);
    js_put_text(json, "message", opened->message);
    js_put_text(json, "date", date);
    js_put_text(json, "name", id->name);
    js_put_text(json, "from", id->from);
    js_put_text(json, "auth", AUTH_WORDS[id->auth]);
    js_put_text(json, "subject", id->subject);
    g_autofree char *line = js_line(json);
    puts(line);
}

static void print_text(const Opened *opened) {
    const Identity *id = opened->identity;
    g_autofree char *date = id->date >= 0 ? clock_iso(id->date) : g_strdup("not known");
    printf("Conversation %s, message %s\n"
           "  written   %s\n"
           "  name      %s\n"
           "  address   %s\n"
           "  subject   %s\n"
           "  how sure  %s\n\n",
           opened->handle, opened->message, date, id->name ? id->name : "none given",
           id->from ? id->from : "none that can be read", id->subject ? id->subject : "none",
           how_sure(id->auth));
}

/* What a mail came as, attachments and all. It is written, never shown. */
static gboolean write_originals(const GPtrArray *opened, const char *folder, GError **error) {
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return fault_set(error, FAULT_INPUT, "%s cannot be made", folder);
    for (guint i = 0; i < opened->len; i++) {
        const Opened *one = g_ptr_array_index(opened, i);
        g_autofree char *name = g_strconcat(one->message, ".eml", NULL);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (one->original == NULL)
            continue;
        if (!verb_write_new(path, g_bytes_get_data(one->original, NULL),
                            g_bytes_get_size(one->original), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean open_packet(const char *path, const char *key_path, const char *passphrase_file,
                            gboolean json, const char *folder, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    if (!verb_read(path, &text, &length, error))
        return FALSE;
    g_autoptr(HolderKey) key = read_key(key_path, passphrase_file, error);
    g_autoptr(GPtrArray) opened = key ? packet_open(text, length, key, error) : NULL;
    if (opened == NULL || (folder != NULL && !write_originals(opened, folder, error)))
        return FALSE;
    for (guint i = 0; i < opened->len; i++) {
        if (json)
            print_json(g_ptr_array_index(opened, i));
        else
            print_text(g_ptr_array_index(opened, i));
    }
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *key = NULL, *passphrase_file = NULL, *folder = NULL;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Your key file, or a typed recovery sheet",
         "FILE"},
        {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
         "Its first line is the passphrase; else it is asked for", "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "One object a message", NULL},
        {"original", 0, 0, G_OPTION_ARG_FILENAME, &folder,
         "Write the mails as they came to FOLDER/MESSAGE.eml", "FOLDER"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_open, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] == NULL || words[1] != NULL || key == NULL)
        return fault_set(error, FAULT_USAGE, "open PACKET --key FILE");
    return open_packet(words[0], key, passphrase_file, json, folder, error);
}

const Verb verb_open = {"open", "PACKET --key FILE",
                        "see who wrote: a keyholder, on their own machine", go};
