/* Numbers of rows: random, never 0, at most 63 bits; near each other within a neighbourhood, and
 * only there. */
#include "run/office.h"

enum { MANY = 10000 };

static guint64 between(guint64 a, guint64 b) {
    return a > b ? a - b : b - a;
}

static void test_numbers(void) {
    Office office = {0};
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    guint ascending = 0;
    guint64 before = 0;
    office_move_on(&office);
    guint64 first = office_number(&office);
    for (guint i = 0; i < MANY; i++) {
        guint64 *number = g_new(guint64, 1);
        *number = office_number(&office);
        g_assert_cmpuint(*number, >, 0);
        g_assert_cmpuint(*number, <=, G_MAXINT64);
        g_assert_cmpuint(between(first, *number), <, G_GUINT64_CONSTANT(1) << 39);
        ascending += *number > before;
        before = *number;
        g_assert_true(g_hash_table_add(seen, number));
    }
    /* They count nothing: half of them are smaller than the one before. */
    g_assert_cmpuint(ascending, >, MANY * 4 / 10);
    g_assert_cmpuint(ascending, <, MANY * 6 / 10);
}

static void test_moves(void) {
    Office office = {0};
    guint near = 0;
    for (guint i = 0; i < MANY; i++) {
        office_move_on(&office);
        guint64 here = office_number(&office);
        office_move_on(&office);
        guint64 there = office_number(&office);
        g_assert_cmpuint(MAX(here, there), <=, G_MAXINT64);
        near += between(here, there) < G_GUINT64_CONSTANT(1) << 39;
    }
    g_assert_cmpuint(near, <, 10);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/office/number/within", test_numbers);
    g_test_add_func("/office/number/moves", test_moves);
    return vault_start(NULL) ? g_test_run() : 1;
}
