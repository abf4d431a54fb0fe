/* What stands behind UNSEAL and OUTCOME: tables of what people write and what it comes to. */
#include "desk/account.h"

#include <string.h>

typedef struct row {
    const char *text;
    const char *ground, *said, *tried, *told;
} Row;

static const Row ASKED[] = {
    {"danger: they took tablets", "danger", "they took tablets", NULL, NULL},
    {"Danger - they took tablets", "danger", "they took tablets", NULL, NULL},
    {"danger they took tablets", "danger", "they took tablets", NULL, NULL},
    {"DANGER\nthey took\n  tablets", "danger", "they took tablets", NULL, NULL},
    {"they took tablets", NULL, "they took tablets", NULL, NULL},
    {"dangerous talk", NULL, "dangerous talk", NULL, NULL},
    {"danger:", "danger", NULL, NULL, NULL},
    {"danger: ...", "danger", NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
    {"", NULL, NULL, NULL, NULL},
    {" \n\t", NULL, NULL, NULL, NULL},
    {"abuse: her brother\nTried: asked twice\nTold: no, he reads her mail", "abuse", "her brother",
     "asked twice", "no, he reads her mail"},
    {"court: order of Monday\nTOLD yes", "court", "order of Monday TOLD yes", NULL, NULL},
    {"court: order\ntold - yes\n tried - nothing else to try\non paper", "court", "order",
     "nothing else to try on paper", "yes"},
    {"asked: wants me to ring\nTold: yes\n\nand thanks", "asked", "wants me to ring and thanks",
     NULL, "yes"},
    {"harm: said\nTried:\nTold:", "harm", "said", NULL, NULL},
    {"harm\n\"Tried: a talk\"", "harm", NULL, "a talk\"", NULL},
};

static const Row SAID[] = {
    {"Tried: a, b\nTold: c", NULL, NULL, "a, b", "c"},
    {"danger is over", NULL, "danger is over", NULL, NULL},
    {"Told: yes\nOutcome: their aunt came", NULL, "their aunt came", NULL, "yes"},
    {"I tried: and tried", NULL, "I tried: and tried", NULL, NULL},
    {"told: once\ntold: twice", NULL, NULL, NULL, "once twice"},
};

static void check(const Row *rows, gsize count, gboolean ground) {
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Account) account = account_read(rows[i].text, ground);
        g_test_message("%s", rows[i].text);
        g_assert_cmpstr(account->ground, ==, rows[i].ground);
        g_assert_cmpstr(account->text, ==, rows[i].said);
        g_assert_cmpstr(account->tried, ==, rows[i].tried);
        g_assert_cmpstr(account->told, ==, rows[i].told);
    }
}

static void asked(void) {
    check(ASKED, G_N_ELEMENTS(ASKED), TRUE);
}

static void said(void) {
    check(SAID, G_N_ELEMENTS(SAID), FALSE);
}

static void line(void) {
    g_autofree char *longer = g_strnfill(5000, 'x');
    g_autofree char *cut = account_line(longer);
    g_assert_cmpint((int)g_utf8_strlen(cut, -1), ==, 1000);
    g_autofree char *one = account_line(" a\r\n\tb\x01\x02 c ");
    g_assert_null(strchr(one, '\n'));
    g_assert_true(g_str_has_prefix(one, "a b"));
    g_assert_null(account_line(" \n"));
    g_assert_null(account_line(NULL));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/account/asked", asked);
    g_test_add_func("/account/said", said);
    g_test_add_func("/account/line", line);
    return g_test_run();
}
