#include "site/people.h"

#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "site/address-book.h"
#include "value/address.h"

const char *const ROLE_WORDS[] = {"lead",    "deputy",   "head", "supervisor",
                                  "witness", "listener", NULL};

static const ConfKey KEYHOLDER_KEYS[] = {
    {"name", CONF_ONE}, {"mail", CONF_NEEDED}, {"key", CONF_ONE},   {"practice", CONF_ONE},
    {"on", CONF_ONE},   {"from", CONF_ONE},    {"until", CONF_ONE}, {NULL, CONF_ONE}};
static const ConfKey ADULT_KEYS[] = {{"name", CONF_ONE}, {"mail", CONF_NEEDED}, {"on", CONF_ONE},
                                     {"from", CONF_ONE}, {"until", CONF_ONE},   {NULL, CONF_ONE}};
static const ConfKey LISTENER_KEYS[] = {{"name", CONF_ONE},          {"mail", CONF_NEEDED},
                                        {"sign", CONF_NEEDED},       {"on", CONF_ONE},
                                        {"from", CONF_ONE},          {"until", CONF_ONE},
                                        {"at-most", CONF_ONE},       {"not-about", CONF_MANY},
                                        {"trained-until", CONF_ONE}, {NULL, CONF_ONE}};
static const ConfKind KINDS[] = {{"lead", TRUE, KEYHOLDER_KEYS},
                                 {"deputy", TRUE, KEYHOLDER_KEYS},
                                 {"head", TRUE, KEYHOLDER_KEYS},
                                 {"supervisor", TRUE, ADULT_KEYS},
                                 {"witness", TRUE, ADULT_KEYS},
                                 {"listener", TRUE, LISTENER_KEYS},
                                 {NULL, FALSE, NULL}};

/* Addresses by short name, and by normalised address. */
struct address_book {
    GHashTable *by_id;      /* char * -> char *, owned */
    GHashTable *by_address; /* char *, owned -> Person, borrowed */
};

typedef struct reading {
    const Conf *conf;
    const ConfBlock *block;
    Problems *problems;
} Reading;

static void complain(const Reading *in, const char *key, const char *text) {
    const ConfLine *line = conf_line(in->block, key);
    problems_add(in->problems, in->conf->file, line ? line->line : in->block->line, "\"%s\" %s",
                 key, text);
}

static void person_free(gpointer data) {
    Person *person = data;
    g_free(person->id);
    g_free(person->name);
    g_free(person->sign);
    g_free(person->trained_until);
    g_free(person->key);
    g_ptr_array_unref(person->not_about);
    g_free(person);
}

/* `on mon wed fri`; `on none` is on no day. */
static guint read_days(const Reading *in) {
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
    const char *value = conf_value(in->block, "on", NULL);
    guint bits = 0;
    if (value == NULL)
        return 0x7f;
    if (g_ascii_strcasecmp(value, "none") == 0)
        return 0;
    g_auto(GStrv) words = g_strsplit_set(value, " \t,", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        guint day = 0;
        while (days[day] != NULL && g_ascii_strncasecmp(words[i], days[day], 3) != 0)
            day++;
        if (days[day] != NULL)
            bits |= 1u << day;
        else if (*words[i] != '\0')
            complain(in, "on", "takes days: mon tue wed thu fri sat sun, or none");
    }
    return bits;
}

/* "16:30" or "16" in minutes since midnight. */
static int read_hour(const Reading *in, const char *key, int otherwise) {
    const char *value = conf_value(in->block, key, NULL);
    if (value == NULL)
        return otherwise;
    char *rest;
    guint64 hour = g_ascii_strtoull(value, &rest, 10), minute = 0;
    if (*rest == ':' && g_ascii_isdigit(rest[1]) && g_ascii_isdigit(rest[2]))
        minute = g_ascii_strtoull(rest + 1, &rest, 10);
    if (g_ascii_isdigit(*value) && *rest == '\0' && minute < 60 && hour * 60 + minute <= 1440)
        return (int)(hour * 60 + minute);
    complain(in, key, "takes a time of day such as 16:30");
    return otherwise;
}

static void read_listener(const Reading *in, Person *person) {
    person->sign = g_strdup(conf_value(in->block, "sign", NULL));
    person->at_most = (guint)conf_number(in->conf, in->block, "at-most", 3, 1, 10000, in->problems);
    person->trained_until = g_strdup(conf_value(in->block, "trained-until", NULL));
    if (person->trained_until != NULL) {
        g_autofree char *noon = g_strconcat(person->trained_until, "T12:00:00Z", NULL);
        if (strlen(person->trained_until) != 10 || clock_parse(noon) < 0)
            complain(in, "trained-until", "takes a date such as 2027-07-31");
    }
    for (guint i = 0; i < in->block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(in->block->lines, i);
        if (strcmp(line->key, "not-about") != 0)
            continue;
        g_auto(GStrv) words = g_strsplit_set(line->value, " \t,", -1);
        for (guint w = 0; words[w] != NULL; w++)
            if (*words[w] != '\0')
                g_ptr_array_add(person->not_about, g_strdup(words[w]));
    }
}

static void read_key(const Reading *in, Person *person, char *(*key_of)(const char *)) {
    const char *key = conf_value(in->block, "key", NULL);
    person->practice = conf_yes(in->conf, in->block, "practice", FALSE, in->problems);
    if (key == NULL)
        return;
    person->key = key_of(key);
    if (person->key == NULL)
        complain(in, "key", "is no public line: it starts with wbpub1 and keygen prints it");
}

static int role_of(const char *kind) {
    for (int i = 0; ROLE_WORDS[i] != NULL; i++)
        if (strcmp(ROLE_WORDS[i], kind) == 0)
            return i;
    return -1;
}

static gboolean good_id(const char *id) {
    return id != NULL && *id != '\0' && strlen(id) <= 32 &&
           strspn(id, G_CSET_a_2_z G_CSET_DIGITS "-") == strlen(id);
}

static Person *read_person(const Reading *in, char *(*key_of)(const char *)) {
    int role = role_of(in->block->kind);
    if (role < 0 || in->block->name == NULL)
        return NULL; /* conf_parse() has said so */
    Person *person = g_new0(Person, 1);
    person->role = (enum role)role;
    person->line = in->block->line;
    person->id = g_strdup(in->block->name);
    person->name = g_strdup(conf_value(in->block, "name", in->block->name));
    person->days = read_days(in);
    person->from = read_hour(in, "from", 0);
    person->until = read_hour(in, "until", 1440);
    person->not_about = g_ptr_array_new_with_free_func(g_free);
    if (!good_id(person->id))
        problems_add(in->problems, in->conf->file, in->block->line,
                     "\"%s\": a short name is small letters, digits and hyphens, at most 32",
                     person->id);
    if (person->from >= person->until)
        complain(in, "until", "must be later than \"from\"");
    if (person->role == ROLE_LISTENER)
        read_listener(in, person);
    else
        read_key(in, person, key_of);
    return person;
}

static void enter_address(const Reading *in, People *people, Person *person, const char *box) {
    const char *value = conf_value(in->block, "mail", NULL);
    g_autofree char *address = address_new(value);
    if (value != NULL && address == NULL)
        complain(in, "mail", "is no mail address");
    if (address == NULL) {
        g_hash_table_insert(people->addresses->by_id, person->id, g_strdup(""));
        return;
    }
    char *normal = address_normal(address);
    if (address_same(address, box))
        complain(in, "mail", "is the address of the box itself");
    if (g_hash_table_contains(people->addresses->by_address, normal))
        complain(in, "mail", "belongs to somebody else in this file already");
    g_hash_table_insert(people->addresses->by_address, normal, person);
    g_hash_table_insert(people->addresses->by_id, person->id, g_steal_pointer(&address));
}

static void enter(const Reading *in, People *people, Person *person, const char *box) {
    for (guint i = 0; i < people->list->len; i++) {
        const Person *other = g_ptr_array_index(people->list, i);
        if (strcmp(other->id, person->id) == 0 && other->role != person->role)
            problems_add(in->problems, in->conf->file, person->line,
                         "\"%s\" is already the short name of a %s (line %u)", person->id,
                         ROLE_WORDS[other->role], other->line);
        if (person->sign && other->sign && g_ascii_strcasecmp(person->sign, other->sign) == 0)
            complain(in, "sign", "is somebody else's sign-off already");
        if (person->key && g_strcmp0(person->key, other->key) == 0)
            complain(in, "key", "is somebody else's key already: each keyholder needs their own");
    }
    enter_address(in, people, person, box);
    g_ptr_array_add(people->list, person);
}

static void check_people(const People *people, const char *shown, Problems *problems) {
    gboolean keyholder = FALSE;
    if (people_first(people, ROLE_LEAD) == NULL)
        problems_add(problems, shown, 0, "needs a lead: somebody must get what is urgent");
    for (guint i = 0; i < people->list->len; i++) {
        const Person *person = g_ptr_array_index(people->list, i);
        keyholder |= person->key != NULL;
        if (person->practice)
            problems_warn(problems, shown, person->line,
                          "%s still has the practice key that init printed: before pupils write, "
                          "make a real one with \"worrybox keygen\" on their own machine",
                          person->id);
    }
    if (!keyholder)
        problems_add(problems, shown, 0,
                     "nobody has a \"key\": no case could ever be unsealed, so no mail is taken");
    if (people_first(people, ROLE_WITNESS) == NULL)
        problems_warn(problems, shown, 0, "has no witness: nobody outside will hear of unsealings");
    if (people_first(people, ROLE_SUPERVISOR) == NULL)
        problems_warn(problems, shown, 0, "has no supervisor: what is theirs goes to the lead");
}

People *people_read(const char *path, const char *shown, const char *box,
                    char *(*key_of)(const char *line), Problems *problems) {
    People *people = g_new0(People, 1);
    people->list = g_ptr_array_new_with_free_func(person_free);
    people->addresses = g_new0(struct address_book, 1);
    people->addresses->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    people->addresses->by_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(Conf) conf = conf_read(path, shown, KINDS, problems);
    for (guint i = 0; i < conf->blocks->len; i++) {
        Reading in = {conf, g_ptr_array_index(conf->blocks, i), problems};
        Person *person = read_person(&in, key_of);
        if (person != NULL)
            enter(&in, people, person, box);
    }
    check_people(people, shown, problems);
    return people;
}

void people_free(People *people) {
    if (people == NULL)
        return;
    g_hash_table_unref(people->addresses->by_address);
    g_hash_table_unref(people->addresses->by_id);
    g_free(people->addresses);
    g_ptr_array_unref(people->list);
    g_free(people);
}

const Person *people_find(const People *people, const char *id) {
    for (guint i = 0; i < people->list->len; i++) {
        const Person *person = g_ptr_array_index(people->list, i);
        if (g_strcmp0(person->id, id) == 0)
            return person;
    }
    return NULL;
}

const Person *people_first(const People *people, enum role role) {
    for (guint i = 0; i < people->list->len; i++) {
        const Person *person = g_ptr_array_index(people->list, i);
        if (person->role == role)
            return person;
    }
    return NULL;
}

const char *people_address(const People *people, const Person *person) {
    return g_hash_table_lookup(people->addresses->by_id, person->id);
}

const Person *people_by_address(const People *people, const char *address) {
    if (address == NULL)
        return NULL;
    g_autofree char *normal = address_normal(address);
    return g_hash_table_lookup(people->addresses->by_address, normal);
}

Party *person_party(const Person *person) {
    return party_new(person->role == ROLE_LISTENER ? SIDE_LISTENER : SIDE_STAFF, person->id);
}

static gboolean still_trained(const Person *person, gint64 moment, GTimeZone *zone) {
    if (person->trained_until == NULL)
        return TRUE;
    g_autofree char *today = clock_date(moment, zone);
    return strcmp(today, person->trained_until) <= 0;
}

gboolean person_on_duty(const Person *person, gint64 moment, GTimeZone *zone) {
    int minute;
    int day = clock_weekday(moment, zone, &minute);
    return (person->days >> day & 1) && minute >= person->from && minute < person->until &&
           still_trained(person, moment, zone);
}

gint64 person_next_duty(const Person *person, gint64 moment, GTimeZone *zone) {
    if (person_on_duty(person, moment, zone))
        return moment;
    for (int day = 0; day <= 14; day++) {
        gint64 start = clock_at(moment, zone, day, person->from);
        if (start >= moment && person_on_duty(person, start, zone))
            return start;
    }
    return -1;
}
