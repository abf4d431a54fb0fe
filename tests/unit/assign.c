/* Which listener gets a case, and when somebody will be there: tables. 2026-03-02 is a Monday. */
#include "desk/assign.h"

#include "base/clock.h"

enum { MON = 1, TUE = 2, WED = 4, THU = 8, FRI = 16, ALWAYS = 0x7f };

/* One listener as a test wants them; what is 0 or NULL is the usual. */
typedef struct given {
    const char *id;
    guint days;
    int from, until; /* hours */
    guint open, at_most;
    int last; /* days ago; 0: never */
    const char *not_about, *trained_until;
    enum role role; /* ROLE_LEAD (0) stands for a listener, ROLE_SUPERVISOR for itself */
} Given;

typedef struct row {
    const char *what, *now;
    const char *about, *not_for, *writer;
    const char *chosen; /* NULL: nobody */
    const char *next;   /* NULL: never */
    Given given[4];
} Row;

static const Row TABLE[] = {
    {.what = "nobody there", .now = "2026-03-02T10:00:00Z"},
    {.what = "the only one",
     .now = "2026-03-02T10:00:00Z",
     .chosen = "heron",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron"}}},
    {.what = "order of the file where all is equal",
     .now = "2026-03-02T10:00:00Z",
     .chosen = "heron",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron"}, {.id = "wren"}}},
    {.what = "never had one before longest without",
     .now = "2026-03-02T10:00:00Z",
     .chosen = "wren",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .last = 9}, {.id = "wren"}}},
    {.what = "longest without",
     .now = "2026-03-02T10:00:00Z",
     .chosen = "wren",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .last = 2},
               {.id = "wren", .last = 3, .open = 2},
               {.id = "swift", .last = 1}}},
    {.what = "fewest open where equally long",
     .now = "2026-03-02T10:00:00Z",
     .chosen = "wren",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .last = 2, .open = 2}, {.id = "wren", .last = 2, .open = 1}}},
    {.what = "below the limit",
     .now = "2026-03-02T10:00:00Z",
     .chosen = "wren",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .open = 3}, {.id = "wren", .open = 2, .last = 1}}},
    {.what = "limit of their own",
     .now = "2026-03-02T10:00:00Z",
     .chosen = NULL,
     .next = "2026-03-03T00:00:00Z",
     .given = {{.id = "heron", .open = 1, .at_most = 1}}},
    {.what = "not on duty today",
     .now = "2026-03-02T10:00:00Z",
     .chosen = NULL,
     .next = "2026-03-03T00:00:00Z",
     .given = {{.id = "heron", .days = TUE | THU}}},
    {.what = "the sooner of two",
     .now = "2026-03-02T10:00:00Z",
     .chosen = NULL,
     .next = "2026-03-04T00:00:00Z",
     .given = {{.id = "heron", .days = FRI}, {.id = "wren", .days = WED}}},
    {.what = "before the hours",
     .now = "2026-03-02T10:00:00Z",
     .chosen = NULL,
     .next = "2026-03-02T16:00:00Z",
     .given = {{.id = "heron", .from = 16, .until = 18}}},
    {.what = "first minute of the hours",
     .now = "2026-03-02T16:00:00Z",
     .chosen = "heron",
     .next = "2026-03-02T16:00:00Z",
     .given = {{.id = "heron", .from = 16, .until = 18}}},
    {.what = "after the hours",
     .now = "2026-03-02T18:00:00Z",
     .chosen = NULL,
     .next = "2026-03-03T16:00:00Z",
     .given = {{.id = "heron", .from = 16, .until = 18}}},
    {.what = "hours of one day a week",
     .now = "2026-03-02T18:00:00Z",
     .chosen = NULL,
     .next = "2026-03-09T16:00:00Z",
     .given = {{.id = "heron", .days = MON, .from = 16, .until = 18}}},
    {.what = "full: not before tomorrow",
     .now = "2026-03-02T17:00:00Z",
     .chosen = NULL,
     .next = "2026-03-03T16:00:00Z",
     .given = {{.id = "heron", .open = 3, .from = 16, .until = 18}}},
    {.what = "full and off duty",
     .now = "2026-03-02T10:00:00Z",
     .chosen = NULL,
     .next = "2026-03-03T00:00:00Z",
     .given = {{.id = "heron", .open = 3, .days = TUE}}},
    {.what = "not about this",
     .now = "2026-03-02T10:00:00Z",
     .about = "bereavement",
     .chosen = "wren",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .not_about = "bereavement"}, {.id = "wren", .last = 1}}},
    {.what = "not about something else",
     .now = "2026-03-02T10:00:00Z",
     .about = "bullying",
     .chosen = "heron",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .not_about = "bereavement"}, {.id = "wren", .last = 1}}},
    {.what = "nobody for this, ever",
     .now = "2026-03-02T10:00:00Z",
     .about = "bereavement",
     .given = {{.id = "heron", .not_about = "bereavement"}}},
    {.what = "must not have it",
     .now = "2026-03-02T10:00:00Z",
     .not_for = "heron",
     .chosen = "wren",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron"}, {.id = "wren", .last = 1}}},
    {.what = "wrote it",
     .now = "2026-03-02T10:00:00Z",
     .writer = "heron",
     .given = {{.id = "heron"}}},
    {.what = "wrote it, another is there",
     .now = "2026-03-02T10:00:00Z",
     .writer = "heron",
     .chosen = "wren",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron"}, {.id = "wren", .last = 1}}},
    {.what = "last day of the training",
     .now = "2026-03-02T10:00:00Z",
     .chosen = "heron",
     .next = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .trained_until = "2026-03-02"}}},
    {.what = "training over",
     .now = "2026-03-03T10:00:00Z",
     .given = {{.id = "heron", .trained_until = "2026-03-02"}}},
    {.what = "an adult is no listener",
     .now = "2026-03-02T10:00:00Z",
     .given = {{.id = "okafor", .role = ROLE_SUPERVISOR}}},
    {.what = "no case at all",
     .now = "2026-03-02T10:00:00Z",
     .given = {{.id = "heron", .at_most = 99, .days = 0x80}}},
    /* 29 March 2026, 01:00 UTC: clocks go forward in London */
    {.what = "summer time",
     .now = "2026-03-28T19:00:00Z",
     .chosen = NULL,
     .next = "2026-03-29T15:00:00Z",
     .given = {{.id = "heron", .from = 16, .until = 18}}},
};

static Person *person_of(const Given *given) {
    Person *person = g_new0(Person, 1);
    person->role = given->role == ROLE_LEAD ? ROLE_LISTENER : given->role;
    person->id = (char *)given->id;
    person->days = given->days ? given->days & ALWAYS : ALWAYS;
    person->from = given->from * 60;
    person->until = given->until ? given->until * 60 : 1440;
    person->at_most = given->at_most ? given->at_most : 3;
    person->trained_until = (char *)given->trained_until;
    person->not_about = g_ptr_array_new();
    if (given->not_about != NULL)
        g_ptr_array_add(person->not_about, (gpointer)given->not_about);
    return person;
}

static void person_drop(gpointer data) {
    Load *load = data;
    g_ptr_array_unref(load->person->not_about);
    g_free((gpointer)load->person);
}

static void check(const Row *row, GTimeZone *zone) {
    g_autoptr(GArray) loads = g_array_new(FALSE, FALSE, sizeof(Load));
    g_array_set_clear_func(loads, person_drop);
    g_autoptr(GPtrArray) about = g_ptr_array_new(), not_for = g_ptr_array_new();
    Question question = {.now = clock_parse(row->now), .zone = zone, .writer = row->writer};
    for (guint i = 0; i < G_N_ELEMENTS(row->given) && row->given[i].id != NULL; i++) {
        const Given *given = &row->given[i];
        Load load = {person_of(given), given->open,
                     given->last ? question.now - given->last * CLOCK_DAY : 0};
        g_array_append_val(loads, load);
    }
    if (row->about != NULL)
        g_ptr_array_add(about, (gpointer)row->about);
    if (row->not_for != NULL)
        g_ptr_array_add(not_for, (gpointer)row->not_for);
    question.categories = about;
    question.not_for = row->not_for ? not_for : NULL;

    const Person *chosen = assign_choose(loads, &question);
    gint64 next = assign_next(loads, &question);
    g_autofree char *shown = next < 0 ? NULL : clock_iso(next);
    g_test_message("%s", row->what);
    g_assert_cmpstr(chosen ? chosen->id : NULL, ==, row->chosen);
    g_assert_cmpstr(shown, ==, row->next);
}

static void table(void) {
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/London");
    g_assert_nonnull(zone);
    for (guint i = 0; i < G_N_ELEMENTS(TABLE); i++)
        check(&TABLE[i], zone);
}

/* Thirty cases, one after the other, come to all in turn. */
static void turns(void) {
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autoptr(GArray) loads = g_array_new(FALSE, FALSE, sizeof(Load));
    g_array_set_clear_func(loads, person_drop);
    static const Given three[] = {
        {.id = "a", .at_most = 9}, {.id = "b", .at_most = 9}, {.id = "c", .at_most = 9}};
    for (guint i = 0; i < 3; i++) {
        Load load = {person_of(&three[i]), 0, 0};
        g_array_append_val(loads, load);
    }
    Question question = {.now = clock_parse("2026-03-02T10:00:00Z"), .zone = zone};
    for (guint round = 0; round < 27; round++) {
        const Person *person = assign_choose(loads, &question);
        g_assert_nonnull(person);
        g_assert_cmpint(person->id[0], ==, 'a' + (int)(round % 3));
        Load *load = &g_array_index(loads, Load, round % 3);
        load->open++;
        load->last = question.now++;
    }
    g_assert_null(assign_choose(loads, &question));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/assign/table", table);
    g_test_add_func("/assign/turns", turns);
    return g_test_run();
}
