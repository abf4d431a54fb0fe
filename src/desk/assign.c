#include "desk/assign.h"

#include "base/clock.h"

static gboolean among(const GPtrArray *list, const char *word) {
    return list != NULL &&
           g_ptr_array_find_with_equal_func((GPtrArray *)list, word, g_str_equal, NULL);
}

/* May they have this case at all, on duty or not? Nobody gets the letter they wrote themselves. */
static gboolean suits(const Load *load, const Question *question) {
    const Person *person = load->person;
    if (person->role != ROLE_LISTENER || person->at_most == 0 ||
        g_strcmp0(person->id, question->writer) == 0 || among(question->not_for, person->id))
        return FALSE;
    for (guint i = 0; question->categories != NULL && i < question->categories->len; i++)
        if (among(person->not_about, g_ptr_array_index(question->categories, i)))
            return FALSE;
    return TRUE;
}

static gboolean has_room(const Load *load) {
    return load->open < load->person->at_most;
}

/* Is it a's turn before b's? */
static gboolean before(const Load *a, const Load *b) {
    return a->last != b->last ? a->last < b->last : a->open < b->open;
}

const Person *assign_choose(const GArray *loads, const Question *question) {
    const Load *best = NULL;
    for (guint i = 0; i < loads->len; i++) {
        const Load *load = &g_array_index(loads, Load, i);
        if (suits(load, question) && has_room(load) &&
            person_on_duty(load->person, question->now, question->zone) &&
            (best == NULL || before(load, best)))
            best = load;
    }
    return best ? best->person : NULL;
}

/* Whoever is on duty now and full may have room again the next day: to say "now" would be untrue.
 */
static gint64 next_of(const Load *load, const Question *question) {
    gint64 now = question->now;
    if (!has_room(load) && person_on_duty(load->person, now, question->zone))
        now = clock_at(now, question->zone, 1, 0);
    return person_next_duty(load->person, now, question->zone);
}

gint64 assign_next(const GArray *loads, const Question *question) {
    gint64 soonest = -1;
    for (guint i = 0; i < loads->len; i++) {
        const Load *load = &g_array_index(loads, Load, i);
        gint64 next = suits(load, question) ? next_of(load, question) : -1;
        if (next >= 0 && (soonest < 0 || next < soonest))
            soonest = next;
    }
    return soonest;
}
