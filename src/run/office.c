#include "run/office.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "reply/compose.h"
#include "run/ahead.h"
#include "run/keep.h"
#include "run/refer.h"

static char *program_folder(void) {
    g_autoptr(GError) error = NULL;
    g_autofree char *self = g_file_read_link("/proc/self/exe", &error);
    return self ? g_path_get_dirname(self) : NULL;
}

char *office_shared(const char *name) {
    g_autofree char *here = program_folder();
    if (here != NULL) {
        /* A build tree has the program in build/, and a Makefile beside it. */
        g_autofree char *makefile = g_build_filename(here, "..", "Makefile", NULL);
        g_autofree char *tree = g_build_filename(here, "..", name, NULL);
        if (g_file_test(makefile, G_FILE_TEST_EXISTS) && g_file_test(tree, G_FILE_TEST_IS_DIR))
            return g_canonicalize_filename(tree, NULL);
        g_autofree char *beside = g_build_filename(here, "..", "share", "worrybox", name, NULL);
        if (g_file_test(beside, G_FILE_TEST_IS_DIR))
            return g_canonicalize_filename(beside, NULL);
    }
    return g_build_filename(WB_DATADIR, name, NULL);
}

static void check_names(const Office *office, Problems *problems) {
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        gboolean server = office->site->mailbox->kind != SERVER_MAILDIR ||
                          office->site->post->kind != SERVER_MAILDIR;
        if (person->practice && server)
            problems_add(problems, "people.conf", person->line,
                         "%s still has the practice key, and this site has a mail server: make a "
                         "real key with \"worrybox keygen\" and take \"practice\" out",
                         person->id);
    }
}

/* The names of the roll, and of all listeners: a first letter has no listener yet, and whoever it
 * names may get it. Sign-offs may be read by everybody. */
static void load_roll(Office *office) {
    office->roll = names_new();
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->sign != NULL)
            names_add(office->roll, person->sign, NAMES_NOBODY, FALSE);
    }
    for (guint i = 0; i < office->site->roll->len; i++)
        names_add_roll(office->roll, g_ptr_array_index(office->site->roll, i), 0);
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->role == ROLE_LISTENER && strcmp(person->name, person->id) != 0)
            names_add_roll(office->roll, person->name, 0);
    }
}

static void load_rules(Office *office, Problems *problems) {
    g_autofree char *folder = site_path(office->site, "rules");
    office->rules = rules_load(folder, "rules", office->site->limits.match_limit, problems);
    if (rules_count(office->rules) == 0)
        problems_add(problems, "rules", 0, "has no rule: danger would be seen by nobody");
    rules_test(office->rules, problems);
}

static void load_templates(Office *office, Problems *problems) {
    g_autofree char *name = g_build_filename("templates", office->site->language, NULL);
    g_autofree char *folder = site_path(office->site, name);
    office->templates = templates_load(folder, name, problems);
}

static void add_value(Office *office, const char *value) {
    if (value != NULL)
        g_ptr_array_add(office->wording->values, g_strdup(value));
}

/* All that a mail to a pupil can be made of, but for what people write. */
static void load_wording(Office *office) {
    office->wording = wording_new();
    templates_to_pupils(office->templates, office->wording->lines);
    g_ptr_array_add(office->wording->lines, g_strdup(DRAFT_MARKER));
    for (guint i = 0; i < office->site->helplines->len; i++)
        g_ptr_array_add(office->wording->lines,
                        g_strdup(g_ptr_array_index(office->site->helplines, i)));
    rules_helplines(office->rules, office->wording->lines);
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        add_value(office, person->sign);
        add_value(office, compose_role(person->role));
    }
    add_value(office, compose_role(ROLE_LEAD));
    add_value(office, office->site->name);
}

/* Where there is no site at all, that is the one thing to say. */
static gboolean there(const Site *site, Problems *problems) {
    g_autofree char *path = site_path(site, "site.conf");
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_ptr_array_set_size(problems->list, 0);
    problems->errors = 0;
    problems_add(problems, path, 0, "is not there: no site is in this folder (-C SITE, or init)");
    return FALSE;
}

Office *office_load(const char *folder, gint64 now, Problems *problems) {
    Office *office = g_new0(Office, 1);
    office->site = site_read(folder, problems);
    if (!there(office->site, problems))
        return office;
    g_autofree char *people = site_path(office->site, "people.conf");
    office->people =
        people_read(people, "people.conf", office->site->address, vault_public, problems);
    office->named = named_new(office->people);
    load_roll(office);
    load_rules(office, problems);
    load_templates(office, problems);
    load_wording(office);
    check_names(office, problems);
    refer_check(office->people, office->rules, problems);
    if (now >= 0 && !office->site->demo)
        problems_add(problems, "site.conf", 0,
                     "the clock can be set only for a site made with \"demo yes\"");
    office->now = now >= 0 ? now : clock_system();
    return office;
}

char *office_host_key(const Site *site) {
    const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
    g_autofree char *credential = folder ? g_build_filename(folder, "host.key", NULL) : NULL;
    if (credential != NULL && g_file_test(credential, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&credential);
    return g_build_filename(site->state, "host.key", NULL);
}

/* Under another key everything that is kept would be lost to the keyholders, unnoticed. */
static gboolean is_ours(const Office *office, GError **error) {
    gint64 mark = store_number(office->store, OFFICE_HOST_KEY);
    return mark == 0 || mark == vault_mark(office->vault) ||
           fault_set(error, FAULT_SETUP,
                     "the host key is not the one that belongs to worrybox.db: look for the right "
                     "file, or the right sheet");
}

gboolean office_open(Office *office, enum store_keys keys, GError **error) {
    g_autofree char *key = office_host_key(office->site);
    office->store = store_open(office->site->state, keys, error);
    if (office->store == NULL)
        return FALSE;
    office->vault = vault_open(key, store_site(office->store), error);
    office_move_on(office);
    if (office->vault == NULL || !is_ours(office, error))
        return FALSE;
    office->holders = store_holders(office->store, error);
    return office->holders != NULL;
}

Office *office_ready(const char *folder, gint64 now, enum store_keys keys, GError **error) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Office) office = office_load(folder, now, problems);
    if (!problems_settle(problems, error) || !office_open(office, keys, error))
        return NULL;
    return g_steal_pointer(&office);
}

guint64 office_number(const Office *office) {
    enum { WITHIN = 39 };
    guint64 number;
    vault_random(&number, sizeof number);
    number &= (G_GUINT64_CONSTANT(1) << WITHIN) - 1;
    return (guint64)office->neighbourhood << WITHIN | MAX(number, 1);
}

void office_move_on(Office *office) {
    vault_random(&office->neighbourhood, sizeof office->neighbourhood);
    office->neighbourhood >>= 8;
}

void office_free(Office *office) {
    if (office == NULL)
        return;
    ahead_stop(office->ahead);
    kept_free(office->fresh);
    g_clear_pointer(&office->holders, g_ptr_array_unref);
    store_close(office->store);
    vault_close(office->vault);
    templates_free(office->templates);
    rules_free(office->rules);
    names_free(office->roll);
    named_free(office->named);
    wording_free(office->wording);
    people_free(office->people);
    site_free(office->site);
    g_free(office);
}

static void add_role(const Office *office, enum role role, const GPtrArray *not_for,
                     GPtrArray *found) {
    for (guint i = 0; i < office->people->list->len; i++) {
        Person *person = g_ptr_array_index(office->people->list, i);
        if (person->role == role && !case_has_word(not_for, person->id))
            g_ptr_array_add(found, person);
    }
}

GPtrArray *office_desk(const Office *office, enum desk desk, const GPtrArray *not_for) {
    static const enum role usual[] = {ROLE_SUPERVISOR, ROLE_LEAD, ROLE_DEPUTY, ROLE_HEAD};
    static const enum role lead[] = {ROLE_LEAD, ROLE_DEPUTY, ROLE_HEAD};
    static const enum role head[] = {ROLE_HEAD, ROLE_DEPUTY, ROLE_LEAD};
    const enum role *roles = desk == DESK_HEAD ? head : desk == DESK_LEAD ? lead : usual;
    guint count = desk == DESK_HEAD || desk == DESK_LEAD ? 3 : 4;
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < count && found->len == 0; i++)
        add_role(office, roles[i], not_for, found);
    if (found->len == 0) /* nobody but those it must not go to: better them than nobody */
        add_role(office, ROLE_LEAD, NULL, found);
    return found;
}

GPtrArray *office_readers(const Office *office, const Case *row) {
    Person *adult = row->adult ? (Person *)people_find(office->people, row->adult) : NULL;
    if (adult == NULL || case_has_word(row->not_for, adult->id))
        return office_desk(office, row->desk, row->not_for);
    GPtrArray *found = g_ptr_array_new();
    g_ptr_array_add(found, adult);
    return found;
}

GPtrArray *office_alerted(const Office *office, const Case *row, guint level) {
    static const enum role lead[] = {ROLE_LEAD, ROLE_DEPUTY, ROLE_HEAD};
    static const enum role head[] = {ROLE_HEAD, ROLE_DEPUTY};
    const enum role *roles = row->desk == DESK_HEAD ? head : lead;
    guint count = row->desk == DESK_HEAD ? G_N_ELEMENTS(head) : G_N_ELEMENTS(lead);
    GPtrArray *found = g_ptr_array_new();
    for (guint step = 0, i = 0; i < count; i++) {
        /* A role nobody has is no step: the alert must not wait for it. */
        add_role(office, roles[i], row->not_for, found);
        if (found->len > 0 && step++ == level)
            return found;
        g_ptr_array_set_size(found, 0);
    }
    if (level == 0) /* nobody but those it must not go to: better them than nobody */
        add_role(office, ROLE_LEAD, NULL, found);
    return found;
}
