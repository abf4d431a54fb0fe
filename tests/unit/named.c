/* Whom of the school's own people a letter names: tables of letters. */
#include "desk/named.h"

#include <string.h>

#include "base/text.h"

static Person *add(GPtrArray *list, enum role role, const char *id, const char *name,
                   const char *sign) {
    Person *person = g_new0(Person, 1);
    *person = (Person){.role = role,
                       .id = g_strdup(id),
                       .name = g_strdup(name ? name : id),
                       .sign = g_strdup(sign)};
    g_ptr_array_add(list, person);
    return person;
}

static void free_person(gpointer data) {
    Person *person = data;
    g_free(person->id);
    g_free(person->name);
    g_free(person->sign);
    g_free(person);
}

/* Two who share a name, one whose name is an ordinary word, one who is only called by an office. */
static GPtrArray *school(void) {
    GPtrArray *list = g_ptr_array_new_with_free_func(free_person);
    add(list, ROLE_LEAD, "okafor", "Ms Ngozi Okafor", NULL);
    add(list, ROLE_DEPUTY, "hughes", "Mr Hughes", NULL);
    add(list, ROLE_HEAD, "head", "The Head Teacher", NULL);
    add(list, ROLE_SUPERVISOR, "bell", "Miss Bell", NULL);
    add(list, ROLE_WITNESS, "chair", "Mr Starling", NULL);
    add(list, ROLE_LISTENER, "heron", "Jonas Starling", "Heron");
    add(list, ROLE_LISTENER, "wren", "Will Hughes", "Wren");
    add(list, ROLE_LISTENER, "robin", NULL, "Robin");
    return list;
}

typedef struct row {
    const char *text;
    const char *names; /* short names between blanks, in the order of people.conf */
    const char *reader;
} Row;

static const Row LISTENERS[] = {
    {"nobody talks to me at lunch", "", NULL},
    {"jonas laughed at me in pe", "heron", NULL},
    {"Jonas Starling told everyone", "heron", NULL},
    {"JONAS is mean", "heron", NULL},
    {"jon\xc3\xa1s is mean", "heron", NULL},
    {"it was starling again", "heron", NULL},
    {"Re: lunch - papery-starling", "", NULL},
    {"it was Ines Smith-Starling", "heron", NULL},
    {"dear Jonas, i know it is you", "heron", NULL},
    {"jonas and will hughes pushed me", "heron wren", NULL},
    {"i will never go back there", "", NULL},
    {"will you answer me", "", NULL},
    {"Will said i smell", "wren", NULL},
    {"they call me after hughes", "wren", NULL},
    {"hi Heron, thanks for last time", "", NULL},
    {"hello wren", "", NULL},
    {"heron told my friend what i wrote", "heron", NULL},
    {"please not Wren", "wren", NULL},
    {"you are the only one who gets it heron", "", "heron"},
    {"someone said Wren is in year 12", "wren", "heron"},
    {"jonas, i know who you are", "heron", "heron"},
    {"there was a robin in the garden and a wren", "", NULL},
    {"Robin answered me so rudely", "robin", NULL},
    {"the chair broke", "", NULL},
};

static const Row ADULTS[] = {
    {"nobody talks to me at lunch", "", NULL},
    {"ms okafor touched me", "okafor", NULL},
    {"Okafor makes me stay behind", "okafor", NULL},
    {"miss okafour keeps touching my arm", "okafor", NULL},
    {"Ms. Okafor's office has no window and she locks it", "okafor", NULL},
    {"msokafor hates me", "okafor", NULL},
    {"it is because of mr hughs", "hughes", NULL},
    {"mr hughes and miss bell both saw it and laughed", "hughes bell", NULL},
    {"the bell rang and i hid", "", NULL},
    {"i miss belonging somewhere", "", NULL},
    {"Dear Ms Okafor,\n\nmy stepdad hits me", "", NULL},
    {"Dear Ms Okafor and Mr Hughes,\n\nmy stepdad hits me", "", NULL},
    {"hi miss okafor i want to die", "", NULL},
    {"Ms Okafor,\n\ni need help", "", NULL},
    {"To Ms Okafor\n\ni need help", "", NULL},
    {"Good morning Dr. Okafor! i need help", "", NULL},
    {"my dad hits me.\nThank you so much Miss Bell", "", NULL},
    {"i cant go on. thanks ms okafor x", "", NULL},
    {"hi, ms okafor, she keeps touching me", "okafor", NULL},
    {"Dear Ms Okafor\n\nshe is not who i mean", "okafor", NULL},
    {"Hi ms okafor hits me", "okafor", NULL},
    {"Hi. Ms Okafor, the one in the blue office, hits me", "okafor", NULL},
    {"thanks to ms okafor, i have bruises", "okafor", NULL},
    {"to ms okafor, hitting us is normal", "okafor", NULL},
    {"Ms Okafor, the lead, hits me", "okafor", NULL},
    {"dear box,\nms okafor hits me", "okafor", NULL},
    {"Dear Ms Okafor,\n\nMs Okafor hits me", "okafor", NULL},
    {"i told ngozi okafor and she laughed", "okafor", NULL},
    {"the head teacher put his hand on my leg", "head", NULL},
    {"the headteacher hits me", "head", NULL},
    {"i am scared of the head teacher", "head", NULL},
    {"please dont tell the head teacher", "", NULL},
    {"i dont want the safeguarding lead to know", "", NULL},
    {"the safeguarding lead touched me", "okafor", NULL},
    {"the deputy head teacher shouts", "", NULL},
    {"he is the deputy safeguarding lead", "hughes", NULL},
    {"jonas hit me", "", NULL},
};

static char *joined(const GPtrArray *people, const GPtrArray *ids) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < people->len; i++) {
        const Person *person = g_ptr_array_index(people, i);
        for (guint j = 0; j < ids->len; j++)
            if (strcmp(g_ptr_array_index(ids, j), person->id) == 0)
                g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", person->id);
    }
    return g_string_free(text, FALSE);
}

static void try_rows(const Row *rows, guint count, gboolean adults, gboolean subject) {
    g_autoptr(GPtrArray) list = school();
    const People people = {.list = list};
    g_autoptr(Named) named = named_new(&people);
    for (guint i = 0; i < count; i++) {
        g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
        const char *head = subject ? rows[i].text : NULL, *text = subject ? "" : rows[i].text;
        if (adults)
            named_adults(named, head, text, ids);
        else
            named_listeners(named, rows[i].reader, head, text, ids);
        g_autofree char *got = joined(list, ids);
        if (strcmp(got, rows[i].names) != 0) {
            g_test_message("\"%s\" names \"%s\", and should \"%s\"", rows[i].text, got,
                           rows[i].names);
            g_test_fail();
        }
    }
}

static void test_listeners(void) {
    try_rows(LISTENERS, G_N_ELEMENTS(LISTENERS), FALSE, FALSE);
    try_rows(LISTENERS, G_N_ELEMENTS(LISTENERS), FALSE, TRUE);
}

static void test_adults(void) {
    try_rows(ADULTS, G_N_ELEMENTS(ADULTS), TRUE, FALSE);
    try_rows(ADULTS, G_N_ELEMENTS(ADULTS), TRUE, TRUE);
}

/* Adults only where an adult is to read it. */
static void test_mark(void) {
    static const struct {
        enum severity severity;
        enum desk desk;
        gboolean flag, undecided;
        const char *names;
    } rows[] = {{SEVERITY_NONE, DESK_LISTENER, FALSE, FALSE, "heron"},
                {SEVERITY_HIGH, DESK_LISTENER, FALSE, FALSE, "heron"},
                {SEVERITY_LOW, DESK_SUPERVISOR, FALSE, FALSE, "heron"},
                {SEVERITY_NORMAL, DESK_SUPERVISOR, FALSE, FALSE, "okafor heron"},
                {SEVERITY_HIGH, DESK_HEAD, TRUE, FALSE, "okafor heron"},
                {SEVERITY_URGENT, DESK_LEAD, FALSE, FALSE, "okafor heron"},
                {SEVERITY_NONE, DESK_LEAD, FALSE, TRUE, "okafor heron"},
                {SEVERITY_LOW, DESK_LISTENER, TRUE, FALSE, "okafor heron"}};
    g_autoptr(GPtrArray) list = school();
    const People people = {.list = list};
    g_autoptr(Named) named = named_new(&people);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = verdict_new();
        verdict->severity = rows[i].severity;
        verdict->desk = rows[i].desk;
        verdict->flag = rows[i].flag;
        verdict->undecided = rows[i].undecided;
        g_ptr_array_add(verdict->not_for, g_strdup("heron")); /* a rule said so already */
        named_mark(named, NULL, "about jonas", "and ms okafor and jonas", verdict);
        g_autofree char *got = joined(list, verdict->not_for);
        g_assert_cmpstr(got, ==, rows[i].names);
    }
}

/* A letter of nothing but names and greetings is read in no time that grows with its square: with
 * that it would take minutes here, and end the worker. */
static void test_long(void) {
    static const char *const units[] = {"hi okafor ", "mr a ", "okafor ", "hi hi hi ",
                                        "miss okafo, "};
    g_autoptr(GPtrArray) list = school();
    const People people = {.list = list};
    g_autoptr(Named) named = named_new(&people);
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
        while (text->len < (1 << 20))
            g_string_append(text, units[i]);
        named_adults(named, NULL, text->str, ids);
        named_listeners(named, NULL, NULL, text->str, ids);
        g_assert_cmpuint(ids->len, <=, 1);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/named/listeners", test_listeners);
    g_test_add_func("/named/adults", test_adults);
    g_test_add_func("/named/mark", test_mark);
    g_test_add_func("/named/long", test_long);
    return g_test_run();
}
