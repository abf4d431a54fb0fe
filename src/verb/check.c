#include <stdio.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "box/box.h"
#include "post/post.h"
#include "run/holders.h"
#include "run/place.h"
#include "verb/verb.h"

/* Whoever can read these can read what is none of theirs. */
static void check_mode(const char *path, const char *shown, Problems *problems) {
    struct stat found;
    if (stat(path, &found) != 0)
        problems_add(problems, shown, 0, "is not there");
    else if ((found.st_mode & 077) != 0)
        problems_add(problems, shown, 0, "may be read by others (mode %04o): chmod go= %s",
                     found.st_mode & 07777, shown);
}

static void check_files(const Office *office, Problems *problems) {
    static const char *const names[] = {"", "worrybox.db", "keys.db"};
    g_autofree char *key = office_host_key(office->site);
    const Server *servers[] = {office->site->mailbox, office->site->post};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(office->site->state, names[i], NULL);
        check_mode(path, path, problems);
    }
    if (g_str_has_prefix(key,
                         office->site->state)) /* of a credential the vault knows what is right */
        check_mode(key, key, problems);
    for (guint i = 0; i < G_N_ELEMENTS(servers); i++)
        if (servers[i]->password_file != NULL)
            check_mode(servers[i]->password_file, servers[i]->password_file, problems);
}

static void check_state(Office *office, Problems *problems) {
    g_autoptr(GError) error = NULL;
    if (!office_open(office, STORE_KEYS_NEEDED, &error))
        problems_add(problems, "state", 0, "%s", error->message);
    else
        holders_check(office, problems);
}

static void tell(const char *what, char *abilities, GError *error, Problems *problems) {
    if (abilities != NULL)
        printf("%s:\n%s", what, abilities);
    else
        problems_add(problems, what, 0, "%s", error ? error->message : "cannot be asked");
    g_free(abilities);
    g_clear_error(&error);
}

/* Logs in to both, sends nothing, changes nothing. */
static void connect_all(const Office *office, Problems *problems) {
    GError *error = NULL;
    g_autoptr(Box) box = box_open(office->site->mailbox, &error);
    char *abilities =
        box ? box_abilities(box, office->site->mailbox->sent_folders, office->site->address, &error)
            : NULL;
    tell("mailbox", abilities, error, problems);
    error = NULL;
    g_autoptr(Post) post = post_open(office->site->post, office->site->address, &error);
    abilities = post ? post_abilities(post, &error) : NULL;
    tell("post", abilities, error, problems);
}

/* Nothing is wrong with that: some want it so. */
static void tell_rules(const Office *office) {
    g_autofree char *folder = site_path(office->site, "rules");
    if (people_first(office->people, ROLE_SUPERVISOR) != NULL && !place_may(folder))
        puts("the rules cannot be changed by mail: whoever runs this may not write into rules/");
}

static gboolean go(const Call *call, int *status, GError **error) {
    gboolean connects = FALSE;
    const GOptionEntry entries[] = {{"connect", 0, 0, G_OPTION_ARG_NONE, &connects,
                                     "Log in to the mailbox and the post, and say what they can do",
                                     NULL},
                                    G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_check, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Office) office = office_load(verb_site(call), -1, problems);
    if (office->people != NULL)
        check_files(office, problems);
    if (problems->errors == 0)
        check_state(office, problems);
    if (connects && problems->errors == 0)
        connect_all(office, problems);
    g_autofree char *text = problems_text(problems);
    if (problems->errors > 0)
        return fault_set(error, FAULT_SETUP, "this is not right yet:\n%s", text);
    if (problems->list->len > 0)
        puts(text);
    tell_rules(office);
    printf("%u people, %u rules with %u hits and misses: all well\n", office->people->list->len,
           rules_count(office->rules), rules_tests(office->rules));
    return TRUE;
}

const Verb verb_check = {"check", "[--connect]", "say everything that is wrong with a site", go};
