#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "vault/packet.h"
#include "verb/key-file.h"
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

static void free_key(gpointer key) {
    holder_free(key);
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

/* Of a drill; one letter that is none, and nobody may be told that no child is in danger. */
static gboolean is_practice(const GPtrArray *opened) {
    gboolean practice = opened->len > 0;
    for (guint i = 0; i < opened->len; i++)
        practice = practice && ((const Opened *)g_ptr_array_index(opened, i))->identity->practice;
    return practice;
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

/* The keys of all who are at this machine; passphrase files go with them in order. */
static GPtrArray *read_keys(char **paths, char **passphrase_files, GError **error) {
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(free_key);
    guint files = passphrase_files ? g_strv_length(passphrase_files) : 0;
    for (guint i = 0; paths[i] != NULL; i++) {
        HolderKey *key = verb_read_key(paths[i], i < files ? passphrase_files[i] : NULL, error);
        if (key == NULL)
            return NULL;
        g_ptr_array_add(keys, key);
    }
    return g_steal_pointer(&keys);
}

static gboolean open_packet(const char *path, char **key_paths, char **passphrase_files,
                            gboolean json, const char *folder, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    if (!verb_read(path, &text, &length, error))
        return FALSE;
    g_autoptr(GPtrArray) keys = read_keys(key_paths, passphrase_files, error);
    if (keys == NULL)
        return FALSE;
    g_auto(PacketAbout) about = {0};
    g_autoptr(GPtrArray) opened =
        packet_open_with(text, length, (HolderKey **)keys->pdata, keys->len, &about, error);
    if (opened == NULL || (folder != NULL && !write_originals(opened, folder, error)))
        return FALSE;
    if (is_practice(opened) && !json)
        puts("THIS IS A PRACTICE. Nobody has written this, and no child is in danger.\n");
    for (guint i = 0; i < opened->len; i++) {
        if (json)
            print_json(g_ptr_array_index(opened, i));
        else
            print_text(g_ptr_array_index(opened, i));
    }
    if (about.second != NULL && !json)
        printf("Opened for %s, together with %s.\n", about.holder, about.second);
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *folder = NULL;
    g_auto(GStrv) keys = NULL, passphrase_files = NULL;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"key", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &keys,
         "Your key file, or a typed recovery sheet; twice where two open it together", "FILE"},
        {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &passphrase_files,
         "Its first line is the passphrase; else it is asked for; one for each key", "FILE"},
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
    if (words[0] == NULL || words[1] != NULL || keys == NULL)
        return fault_set(error, FAULT_USAGE, "open PACKET --key FILE");
    return open_packet(words[0], keys, passphrase_files, json, folder, error);
}

const Verb verb_open = {"open", "PACKET --key FILE [--key FILE]",
                        "see who wrote: a keyholder, on their own machine", go};
