#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "run/holders.h"
#include "verb/by.h"
#include "verb/key-file.h"
#include "verb/key-rewrap.h"
#include "verb/verb.h"

typedef struct wants {
    gboolean json;
    const char *by, *reason;
    Rewrapping rewrap;
} Wants;

/* ---- list ---------------------------------------------------------------------------------- */

/* Is new mail sealed to it? */
static gboolean in_use(const Office *office, const HolderRow *row) {
    const Person *person = people_find(office->people, row->holder);
    return row->retired < 0 && person != NULL && g_strcmp0(person->key, row->key) == 0;
}

static void list_json(const Office *office, const HolderRow *row, const SealedTo *sealed) {
    g_autoptr(Js) json = js_object();
    g_autofree char *print = vault_fingerprint(row->key);
    g_autofree char *added = row->added >= 0 ? clock_iso(row->added) : NULL;
    g_autofree char *retired = row->retired >= 0 ? clock_iso(row->retired) : NULL;
    js_put_text(json, "holder", row->holder);
    js_put_text(json, "fingerprint", print);
    js_put_text(json, "key", row->key);
    js_put_yes(json, "in-use", in_use(office, row));
    js_put_text(json, "added", added);
    js_put_text(json, "retired", retired);
    js_put_number(json, "cases", sealed->cases);
    js_put_number(json, "flagged", sealed->flagged);
    js_put_number(json, "alone", sealed->alone);
    g_autofree char *line = js_line(json);
    puts(line);
}

static void list_line(const Office *office, const HolderRow *row, const SealedTo *sealed) {
    g_autofree char *print = vault_fingerprint(row->key);
    g_autofree char *added =
        row->added >= 0 ? clock_date(row->added, office->site->zone) : g_strdup("next run");
    g_autofree char *retired =
        row->retired >= 0 ? clock_date(row->retired, office->site->zone) : NULL;
    g_autofree char *state = retired ? g_strconcat("retired ", retired, NULL)
                                     : g_strdup(in_use(office, row) ? "in use" : "not in use");
    printf("%-12s %s  since %s  %-18s %u cases, %u flagged, %u with no other key\n", row->holder,
           print, added, state, sealed->cases, sealed->flagged, sealed->alone);
}

/* Those that the next run makes known. */
static void list_fresh(const Office *office, const Wants *wants) {
    g_autoptr(GPtrArray) fresh = holders_fresh(office);
    for (guint i = 0; i < fresh->len; i++) {
        const Person *person = g_ptr_array_index(fresh, i);
        const HolderRow row = {person->key, person->id, -1, -1};
        if (wants->json)
            list_json(office, &row, &(SealedTo){0});
        else
            list_line(office, &row, &(SealedTo){0});
    }
}

static gboolean list(Office *office, const Wants *wants, GError **error) {
    for (guint i = 0; i < office->holders->len; i++) {
        const HolderRow *row = g_ptr_array_index(office->holders, i);
        SealedTo sealed;
        if (!store_sealed_to(office->store, row->key, &sealed, error))
            return FALSE;
        if (wants->json)
            list_json(office, row, &sealed);
        else
            list_line(office, row, &sealed);
    }
    list_fresh(office, wants);
    return TRUE;
}

/* ---- add and retire ------------------------------------------------------------------------ */

static gboolean add(Office *office, char **words, const Wants *wants, GError **error) {
    g_autofree char *key = NULL;
    if (!holders_add(office, wants->by, words[1], words[2], &key, error))
        return FALSE;
    const Person *person = people_find(office->people, words[1]);
    g_autofree char *print = vault_fingerprint(key);
    printf("The key of %s is on the record:\n\n    %s\n\nHave %s read these letters to you from "
           "their own copy, and compare them.\n",
           person->name, print, person->name);
    if (g_strcmp0(person->key, key) == 0)
        puts("Whatever begins from now on is sealed to it.");
    else
        printf("Nothing is sealed to it yet. Put this line into people.conf, below %s, in the "
               "place of an older one:\n\n    key  %s\n",
               person->id, key);
    return TRUE;
}

static gboolean retire(Office *office, char **words, const Wants *wants, GError **error) {
    const HolderRow *row = holders_find(office, words[1], error);
    if (row == NULL)
        return FALSE;
    if (wants->reason == NULL)
        return fault_set(error, FAULT_USAGE, "key retire KEY --reason TEXT");
    SealedTo sealed;
    g_autofree char *print = vault_fingerprint(row->key);
    g_autofree char *holder = g_strdup(row->holder);
    g_autofree char *key = g_strdup(row->key);
    if (!holders_retire(office, wants->by, row, wants->reason, error) ||
        !store_sealed_to(office->store, key, &sealed, error))
        return FALSE;
    printf("The key %s of %s is retired, on the record: nothing new is sealed to it.\n", print,
           holder);
    if (sealed.cases > 0)
        printf("%u cases that began before are sealed to it, %u of them to no other key that is in "
               "use.\nKeep its recovery sheet until they are erased.\n",
               sealed.cases, sealed.alone);
    return TRUE;
}

/* ---- without a site ------------------------------------------------------------------------ */

static gboolean show(const char *what, const char *passphrase_file, GError **error) {
    g_autofree char *line = vault_public(what);
    if (line == NULL) {
        g_autoptr(HolderKey) key = verb_read_key(what, passphrase_file, error);
        if (key == NULL)
            return FALSE;
        line = holder_public(key);
    }
    g_autofree char *print = vault_fingerprint(line);
    printf("%s\n%s\n", print, line);
    return TRUE;
}

/* ---- the verb ------------------------------------------------------------------------------ */

static gboolean dispatch(Office *office, char **words, const Wants *wants, GError **error) {
    if (strcmp(words[0], "list") == 0)
        return list(office, wants, error);
    if (strcmp(words[0], "add") == 0)
        return add(office, words, wants, error);
    if (strcmp(words[0], "retire") == 0)
        return retire(office, words, wants, error);
    return strcmp(words[0], "rewrap") == 0
               ? key_rewrap(office, words[1], wants->by, &wants->rewrap, error)
               : key_take(office, words[1], wants->by, error);
}

/* How many words each of them takes, its own included. */
static gboolean fits(char **words) {
    static const struct {
        const char *name;
        guint least, most;
    } all[] = {{"list", 1, 1},   {"add", 2, 3},    {"retire", 2, 2}, {"show", 2, 2},
               {"rewrap", 2, 2}, {"reseal", 2, 2}, {"take", 2, 2}};
    guint count = g_strv_length(words);
    for (guint i = 0; count > 0 && i < G_N_ELEMENTS(all); i++)
        if (strcmp(all[i].name, words[0]) == 0)
            return count >= all[i].least && count <= all[i].most;
    return FALSE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *by = NULL, *reason = NULL, *now = NULL, *passphrase_file = NULL, *to = NULL,
                    *out = NULL, *key = NULL;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "list: one object a key", NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it, for the record", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "retire: why", "TEXT"},
        {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
         "show, reseal: its first line is the passphrase; else it is asked for", "FILE"},
        {"to", 0, 0, G_OPTION_ARG_STRING, &to,
         "rewrap: who shall hold them; reseal: the fingerprint of their key, as they read it to "
         "you",
         "NAME|FINGERPRINT"},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &out,
         "rewrap: the packet to write; reseal: the answer", "FILE"},
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &key,
         "reseal: your key file, or a typed recovery sheet", "FILE"},
        {"now", 0, 0, G_OPTION_ARG_STRING, &now, "Only on a site with `demo yes`: the moment",
         "TIME"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    gint64 moment;
    (void)status;
    if (!verb_options(call, &verb_key, entries, &words, error) || !verb_moment(now, &moment, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (!fits(words))
        return fault_set(error, FAULT_USAGE,
                         "key list, key add NAME [wbpub1…], key retire KEY --reason TEXT, "
                         "key show FILE|wbpub1…, key rewrap KEY --to NAME --out PACKET, "
                         "key reseal PACKET --key FILE [--to FINGERPRINT --out ANSWER], or "
                         "key take ANSWER");
    if (strcmp(words[0], "show") == 0)
        return show(words[1], passphrase_file, error);
    const Rewrapping rewrap = {to, out, key, passphrase_file};
    if (strcmp(words[0], "reseal") == 0)
        return key_reseal(words[1], &rewrap, error);
    g_autoptr(Office) office = office_ready(verb_site(call), moment, STORE_KEYS_NEEDED, error);
    const Wants wants = {json, by ? by : BY_OPERATOR, reason, rewrap};
    return office != NULL && by_known(office->people, wants.by, error) &&
           dispatch(office, words, &wants, error);
}

const Verb verb_key = {"key", "list|add|retire|show|rewrap|reseal|take",
                       "the keyholders' keys over the years", go};
