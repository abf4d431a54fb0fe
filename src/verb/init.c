#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "run/office.h"
#include "run/record.h"
#include "vault/holder.h"
#include "verb/verb.h"

static const char SITE_CONF[] =
    "# site.conf: this school. A line at the margin opens a block; indented lines are settings.\n"
    "# worrybox check tells everything that is wrong; worrybox.conf(5) tells all settings.\n"
    "\n"
    "site\n"
    "    name      Hillside\n"
    "    address   box@hillside.example\n"
    "    timezone  Europe/London\n"
    "    state     state\n"
    "\n"
    "    # Who may write and be answered: `any`, or `school`: addresses below these domains.\n"
    "    # domain   hillside.example\n"
    "    # writers  school\n"
    "\n"
    "    # Answers find their way by a tag in the address (box+TAG@…). Where the mail server "
    "cannot\n"
    "    # do that, the tag goes into the subject.\n"
    "    # reply-tag  subject\n"
    "\n"
    "    # The name your own mail server puts into Authentication-Results.\n"
    "    # authserv-id  mx.hillside.example\n"
    "\n"
    "    # An alert nobody has taken goes on after so many minutes, at any hour.\n"
    "    alert-minutes  30\n"
    "\n"
    "    # Letters and answers that are not urgent wait a random time up to so many minutes, so "
    "that\n"
    "    # when they leave tells nobody who wrote. Here, to try things out, nothing waits: take "
    "this\n"
    "    # line out for a school, and it is 30.\n"
    "    delay  0\n"
    "\n"
    "    # Called when a run fails, or when an alert has been through everybody.\n"
    "    # alarm-command  /usr/local/bin/call-the-office\n"
    "\n"
    "    # The crisis reply lists these.\n"
    "    helpline  In danger right now: call 999\n"
    "    helpline  Childline: 0800 1111 (free, day and night)\n"
    "    helpline  Samaritans: 116 123 (free, day and night)\n"
    "    helpline  Shout: text 85258 (free, day and night)\n"
    "\n"
    "# Where letters come in. This one is a folder of this machine, to try things out: drop a "
    "mail\n"
    "# into mail/in/new, say `worrybox run`, and look into mail/out/new.\n"
    "mailbox\n"
    "    kind  maildir\n"
    "    path  mail/in\n"
    "\n"
    "# Microsoft 365, for instance:\n"
    "# mailbox\n"
    "#     kind  imap\n"
    "#     host  outlook.office365.com\n"
    "#     user  box@hillside.example\n"
    "#     auth  xoauth2\n"
    "#     password-command  /usr/local/lib/worrybox/token-microsoft\n"
    "\n"
    "# Where answers go out.\n"
    "post\n"
    "    kind  maildir\n"
    "    path  mail/out\n"
    "\n"
    "# How long closed conversations are kept, in days. Flagged ones for ever, unless you say how "
    "long.\n"
    "retention\n"
    "    unflagged-days  30\n"
    "    # flagged-days  9131\n";

static const char PEOPLE_CONF[] =
    "# people.conf: the adults and the listeners. The word after the kind is a short name, for "
    "commands\n"
    "# and the record. Change all of it: these people do not exist.\n"
    "\n"
    "# The safeguarding lead gets what is urgent, and can find out who wrote in a flagged "
    "conversation.\n"
    "# `key` is what `worrybox keygen` prints on the lead's own machine. This one is for trying "
    "things\n"
    "# out: init printed its recovery sheet. Make a real one, and take `practice` out.\n"
    "lead okafor\n"
    "    name  Ms Okafor\n"
    "    mail  okafor@hillside.example\n"
    "    key   %s\n"
    "    practice  yes\n"
    "\n"
    "# Who gets an alert nobody has taken. A deputy or the head may have a key too.\n"
    "deputy hughes\n"
    "    name  Mr Hughes\n"
    "    mail  hughes@hillside.example\n"
    "\n"
    "head singh\n"
    "    name  Mrs Singh\n"
    "    mail  singh@hillside.example\n"
    "\n"
    "# The member of staff behind the listeners.\n"
    "supervisor bell\n"
    "    name  Miss Bell\n"
    "    mail  bell@hillside.example\n"
    "\n"
    "# A governor who hears of every unsealing, and keeps two sheets of paper.\n"
    "witness chair\n"
    "    name  The chair of governors\n"
    "    mail  chair@governors.example\n"
    "\n"
    "# The listeners: trained pupils, known to writers by `sign` alone.\n"
    "listener heron\n"
    "    mail  12js@hillside.example\n"
    "    sign  Heron\n"
    "    at-most  3\n"
    "    # on  mon wed fri\n"
    "    # not-about  bereavement\n"
    "\n"
    "listener wren\n"
    "    mail  11kt@hillside.example\n"
    "    sign  Wren\n";

/* ---- files --------------------------------------------------------------------------------- */

static gboolean make_folder(const char *path, GError **error) {
    return g_mkdir_with_parents(path, 0700) == 0 ||
           fault_errno(error, FAULT_SETUP, errno, "%s cannot be made", path);
}

static gboolean copy_file(const char *from, const char *to, GError **error) {
    g_autofree char *text = NULL;
    gsize length;
    return verb_read(from, &text, &length, error) && verb_write_new(to, text, length, error);
}

/* Copies what ends in `suffix`; a folder that is not there is a broken installation. */
static gboolean copy_folder(const char *from, const char *to, const char *suffix, GError **error) {
    g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
    const char *name;
    if (dir == NULL)
        return fault_set(error, FAULT_SETUP, "%s is not there: is worrybox installed?", from);
    if (!make_folder(to, error))
        return FALSE;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *target = g_build_filename(to, name, NULL);
        if (g_str_has_suffix(name, suffix) && !copy_file(source, target, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean write_text(const char *folder, const char *name, const char *text, GError **error) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return verb_write_new(path, text, strlen(text), error);
}

static gboolean make_maildir(const char *folder, const char *name, GError **error) {
    static const char *const parts[] = {"tmp", "new", "cur"};
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_build_filename(folder, "mail", name, parts[i], NULL);
        if (!make_folder(path, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- what a site is made of ---------------------------------------------------------------- */

static gboolean nothing_there(const char *folder, GError **error) {
    static const char *const names[] = {"site.conf", "people.conf", "rules", "templates", "state"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return fault_set(error, FAULT_REFUSED, "%s exists already: init overwrites nothing",
                             path);
    }
    return TRUE;
}

/* Half a site would be in the way of the next try. */
static gboolean all_shared(GError **error) {
    static const char *const names[] = {"rules", "templates"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = office_shared(names[i]);
        if (!g_file_test(path, G_FILE_TEST_IS_DIR))
            return fault_set(error, FAULT_SETUP, "%s is not there: is worrybox installed?", path);
    }
    return TRUE;
}

static gboolean write_files(const char *folder, const HolderKey *practice, GError **error) {
    g_autofree char *rules = office_shared("rules");
    g_autofree char *templates = office_shared("templates");
    g_autofree char *english = g_build_filename(templates, "en", NULL);
    g_autofree char *own_rules = g_build_filename(folder, "rules", NULL);
    g_autofree char *own_english = g_build_filename(folder, "templates", "en", NULL);
    g_autofree char *line = holder_public(practice);
    g_autoptr(GString) people = g_string_new(PEOPLE_CONF);
    g_string_replace(people, "%s", line, 1);
    return write_text(folder, "site.conf", SITE_CONF, error) &&
           write_text(folder, "people.conf", people->str, error) &&
           copy_folder(rules, own_rules, ".rules", error) &&
           copy_folder(english, own_english, ".txt", error) && make_maildir(folder, "in", error) &&
           make_maildir(folder, "out", error);
}

typedef struct sheets {
    char *host, *seed, *practice; /* secrets: wiped when printed */
} Sheets;

static gboolean make_state(const char *folder, Sheets *sheets, GError **error) {
    g_autofree char *state = g_build_filename(folder, "state", NULL);
    g_autofree char *key = g_build_filename(state, "host.key", NULL);
    guint8 site[VAULT_SITE];
    vault_random(site, sizeof site);
    if (!make_folder(state, error) || !vault_create(key, error) ||
        !store_create(state, site, error))
        return FALSE;
    g_autoptr(Vault) vault = vault_open(key, site, error);
    g_autoptr(Office) office = g_new0(Office, 1);
    office->store = vault ? store_open(state, STORE_KEYS_NEEDED, error) : NULL;
    if (office->store == NULL)
        return FALSE;
    sheets->host = vault_sheet(vault);
    sheets->seed = record_start(office->store, error);
    return sheets->seed != NULL &&
           store_set_number(office->store, OFFICE_HOST_KEY, vault_mark(vault), error);
}

static void print_sheet(const char *title, char *secret) {
    printf("%s\n\n    %s\n\n", title, secret);
    vault_wipe_text(secret);
}

static void print_sheets(const char *folder, Sheets *sheets) {
    printf("%s is made. Three sheets to print or copy by hand now; they are shown only once.\n\n",
           folder);
    print_sheet(
        "1. Recovery sheet of the host key, for the witness. Without it, a dead disk takes\n"
        "   every flagged case with it.",
        sheets->host);
    print_sheet("2. The audit seed, for the witness. It proves that nobody rewrote the record.",
                sheets->seed);
    print_sheet("3. The practice key of the lead, for trying things out. Put it into a file, and\n"
                "   `worrybox open PACKET --key FILE` takes it.",
                sheets->practice);
    printf("Next: change site.conf and people.conf, then say: worrybox -C %s check\n", folder);
}

static gboolean init(const char *folder, GError **error) {
    Sheets sheets = {0};
    g_autoptr(HolderKey) practice = holder_new();
    if (!nothing_there(folder, error) || !all_shared(error) || !make_folder(folder, error) ||
        !write_files(folder, practice, error) || !make_state(folder, &sheets, error)) {
        vault_wipe_text(sheets.host);
        return FALSE;
    }
    sheets.practice = holder_sheet(practice);
    print_sheets(folder, &sheets);
    return TRUE;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_init, NULL, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    const char *folder = words[0] ? words[0] : call->folder;
    if (folder == NULL || (words[0] && words[1]))
        return fault_set(error, FAULT_USAGE, "init DIR");
    return init(folder, error);
}

const Verb verb_init = {"init", "DIR", "make a new site, which runs as it stands", go};
