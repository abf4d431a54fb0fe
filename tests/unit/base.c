/* src/base: grammar of the site's files, problems, faults, text, time, JSON. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/log.h"
#include "base/problems.h"
#include "base/text.h"

/* ---- conf ---------------------------------------------------------------------------------- */

static const ConfKey SITE_KEYS[] = {
    {"name", CONF_NEEDED}, {"delay", CONF_ONE}, {"domain", CONF_MANY}, {NULL, CONF_ONE}};
static const ConfKey RULE_KEYS[] = {{"phrase", CONF_MANY}, {NULL, CONF_ONE}};
static const ConfKind KINDS[] = {
    {"site", FALSE, SITE_KEYS}, {"rule", TRUE, RULE_KEYS}, {NULL, FALSE, NULL}};

/* What a text is read as, written out again: kind/name, then key=value@line:column. */
static char *dump(const Conf *conf) {
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < conf->blocks->len; i++) {
        const ConfBlock *block = g_ptr_array_index(conf->blocks, i);
        g_string_append_printf(out, "%s/%s@%u", block->kind, block->name ? block->name : "",
                               block->line);
        for (guint j = 0; j < block->lines->len; j++) {
            const ConfLine *line = g_ptr_array_index(block->lines, j);
            g_string_append_printf(out, " %s=%s@%u:%u", line->key, line->value, line->line,
                                   line->column);
        }
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void conf_grammar(void) {
    static const struct {
        const char *text, *read;
    } table[] = {
        {"", ""},
        {"\n\n  \n\t\n# nothing\n   # nothing either\n", ""},
        {"site\n    name Hillside\n", "site/@1 name=Hillside@2:10\n"},
        {"site\n\tname\tHillside", "site/@1 name=Hillside@2:7\n"},
        {"\xEF\xBB\xBFsite\r\n  name  Hillside  \t\r\n", "site/@1 name=Hillside@2:9\n"},
        {"rule a\nrule b\n", "rule/a@1\nrule/b@2\n"},
        {"rule   a b  \n", "rule/a b@1\n"},
        {"rule a\n phrase \\bx\\b # \"no\" comment\n",
         "rule/a@1 phrase=\\bx\\b # \"no\" comment@2:9\n"},
        {"rule a\n phrase one\n phrase two\n", "rule/a@1 phrase=one@2:9 phrase=two@3:9\n"},
        {"rule a\n phrase\n", "rule/a@1 phrase=@2:8\n"},
        {"rule a\n # c\n\n phrase x\n", "rule/a@1 phrase=x@4:9\n"},
        {"site\n name Grün\xE2\x80\x94Höhe\n", "site/@1 name=Grün\xE2\x80\x94Höhe@2:7\n"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Conf) conf =
            conf_parse("f", table[i].text, strlen(table[i].text), NULL, problems);
        g_autofree char *read = dump(conf);
        g_assert_cmpstr(read, ==, table[i].read);
        g_assert_cmpuint(problems->errors, ==, 0);
    }
}

static void conf_wrong(void) {
    static const struct {
        const char *text, *problems;
    } table[] = {
        {"  name x\n", "f:1: an indented line before any block: a block opens at the margin\n"},
        {"site\n  name x\n  nam y\n", "f:3: unknown key \"nam\", did you mean \"name\"?\n"},
        {"site\n  name x\n  zzzz y\n", "f:3: unknown key \"zzzz\"\n"},
        {"sit\n", "f:1: unknown block \"sit\", did you mean \"site\"?\n"},
        {"Site\n", "f:1: unknown block \"Site\", did you mean \"site\"?\n"},
        {"mailbox\n", "f:1: unknown block \"mailbox\"\n"},
        {"site\n", "f:1: site needs a \"name\"\n"},
        {"site\n  name\n", "f:2: \"name\" has no value\n"},
        {"site x\n  name y\n", "f:1: \"site\" takes no name\n"},
        {"rule\n", "f:1: \"rule\" needs a name\n"},
        {"rule a\nrule b\nrule a\n", "f:3: rule a stands here twice (line 1)\n"},
        {"rule a\nrule a\nrule a\n",
         "f:2: rule a stands here twice (line 1)\nf:3: rule a stands here twice (line 1)\n"},
        {"site\n name a\nsite\n name b\n", "f:3: site stands here twice (line 1)\n"},
        {"site\n name a\n name b\n", "f:3: \"name\" stands here twice (line 2)\n"},
        {"site\n name a\n domain b\n domain c\n", ""},
        {"site\n name a\xFF\n", "f:2: this line is not UTF-8\nf:1: site needs a \"name\"\n"},
        {"sit\nsite\n nam x\n",
         "f:1: unknown block \"sit\", did you mean \"site\"?\n"
         "f:3: unknown key \"nam\", did you mean \"name\"?\nf:2: site needs a \"name\"\n"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Conf) conf =
            conf_parse("f", table[i].text, strlen(table[i].text), KINDS, problems);
        g_autofree char *text = problems_text(problems);
        g_autofree char *lines = *text ? g_strconcat(text, "\n", NULL) : g_strdup("");
        g_assert_cmpstr(lines, ==, table[i].problems);
        g_assert_nonnull(conf);
    }
}

static void conf_nul(void) {
    static const char text[] = "site\n name a\0b\n delay 3\n";
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Conf) conf = conf_parse("f", text, sizeof text - 1, NULL, problems);
    g_autofree char *said = problems_text(problems);
    g_assert_cmpstr(said, ==, "f:2: this line has a NUL byte");
    g_assert_cmpstr(conf_value(conf_block(conf, "site", NULL), "delay", NULL), ==, "3");
}

static void conf_values(void) {
    static const struct {
        const char *value;
        gint64 number, size; /* -1: a problem */
        int yes;             /* 0, 1; -1: a problem */
    } table[] = {{"0", 0, 0, -1},
                 {"7", 7, 7, -1},
                 {"100", 100, 100, -1},
                 {"101", -1, 101, -1},
                 {"-1", -1, -1, -1},
                 {"7x", -1, -1, -1},
                 {"seven", -1, -1, -1},
                 {"1 KiB", -1, 1024, -1},
                 {"1KiB", -1, 1024, -1},
                 {"2k", -1, 2048, -1},
                 {"1 MiB", -1, 1 << 20, -1},
                 {"2 MiB", -1, -1, -1},
                 {"1 GiB", -1, -1, -1},
                 {"99999999999999999999 K", -1, -1, -1},
                 {"1 TiB", -1, -1, -1},
                 {"+5", 5, -1, -1},
                 {"yes", -1, -1, 1},
                 {"no", -1, -1, 0},
                 {"Yes", -1, -1, -1},
                 {"true", -1, -1, -1}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Problems) problems = problems_new();
        g_autofree char *text = g_strdup_printf("site\n delay %s\n", table[i].value);
        g_autoptr(Conf) conf = conf_parse("f", text, strlen(text), NULL, problems);
        const ConfBlock *block = conf_block(conf, "site", NULL);
        gint64 number = conf_number(conf, block, "delay", -1, 0, 100, problems);
        g_assert_cmpuint(problems->errors, ==, table[i].number < 0 ? 1 : 0);
        g_assert_cmpint(number, ==, table[i].number);
        guint before = problems->errors;
        g_assert_cmpint(conf_size(conf, block, "delay", -1, 0, 1 << 20, problems), ==,
                        table[i].size);
        g_assert_cmpuint(problems->errors - before, ==, table[i].size < 0 ? 1 : 0);
        before = problems->errors;
        g_assert_cmpint(conf_yes(conf, block, "delay", TRUE, problems), ==,
                        table[i].yes < 0 ? TRUE : table[i].yes);
        g_assert_cmpuint(problems->errors - before, ==, table[i].yes < 0 ? 1 : 0);
    }
}

static void conf_absent(void) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Conf) conf = conf_parse("f", "rule a\n", 7, NULL, problems);
    const ConfBlock *block = conf_block(conf, "rule", "a");
    static const char *const words[] = {"plus", "subject", NULL};
    g_assert_nonnull(block);
    g_assert_null(conf_block(conf, "rule", "b"));
    g_assert_null(conf_line(NULL, "x"));
    g_assert_cmpstr(conf_value(block, "x", "else"), ==, "else");
    g_assert_cmpint(conf_number(conf, block, "x", 9, 0, 5, problems), ==, 9);
    g_assert_cmpint(conf_choice(conf, block, "x", words, 1, problems), ==, 1);
    g_assert_cmpuint(problems->errors, ==, 0);
}

static void conf_files(void) {
    g_autofree char *folder = g_dir_make_tmp("base-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "site.conf", NULL);
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Conf) none = conf_read(path, "site.conf", KINDS, problems);
    g_autoptr(Conf) dir = conf_read(folder, "folder", KINDS, problems);
    g_assert_cmpuint(none->blocks->len + dir->blocks->len, ==, 0);
    g_autofree char *large = g_malloc((4 << 20) + 2);
    memset(large, '#', (4 << 20) + 1);
    large[(4 << 20) + 1] = '\0';
    g_assert_true(g_file_set_contents(path, large, -1, NULL));
    g_autoptr(Conf) huge = conf_read(path, "large.conf", KINDS, problems);
    g_autofree char *text = problems_text(problems);
    g_assert_cmpstr(text, ==,
                    "site.conf: cannot be read: No such file or directory\n"
                    "folder: cannot be read: Is a directory\n"
                    "large.conf: is larger than 4 MiB");
    g_assert_true(g_file_set_contents(path, "site\n name x\n", -1, NULL));
    g_autoptr(Conf) fine = conf_read(path, "site.conf", KINDS, problems);
    g_assert_cmpuint(problems->errors, ==, 3);
    g_assert_cmpstr(conf_value(conf_block(fine, "site", NULL), "name", NULL), ==, "x");
    g_remove(path);
    g_rmdir(folder);
}

/* Nothing that is thrown at the grammar makes it crash or lose count of its lines. */
static void conf_noise(void) {
    static const char bytes[] = "site rule\n\n\n  \t#\r\0\xFF\xEF\xBB\xBF"
                                "az=:";
    g_autoptr(GRand) dice = g_rand_new_with_seed(11);
    for (guint round = 0; round < 3000; round++) {
        char text[64];
        gsize length = (gsize)g_rand_int_range(dice, 0, sizeof text);
        for (gsize i = 0; i < length; i++)
            text[i] = bytes[g_rand_int_range(dice, 0, sizeof bytes - 1)];
        g_autoptr(Problems) problems = problems_new();
        g_autoptr(Conf) conf = conf_parse("f", text, length, KINDS, problems);
        g_autofree char *said = problems_text(problems);
        g_assert_nonnull(conf);
        g_assert_true(g_utf8_validate(said, -1, NULL));
    }
}

/* ---- problems, faults ---------------------------------------------------------------------- */

static void problems_words(void) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(GError) error = NULL;
    problems_warn(problems, "a.conf", 3, "odd");
    g_assert_true(problems_settle(problems, &error));
    problems_add_at(problems, "b.conf", 4, 7, "wrong %d", 5);
    problems_add(problems, "c.conf", 0, "gone");
    g_assert_cmpuint(problems->errors, ==, 2);
    g_assert_false(problems_settle(problems, &error));
    g_assert_error(error, FAULT, FAULT_SETUP);
    g_assert_cmpstr(error->message, ==,
                    "a.conf:3: warning: odd\nb.conf:4:7: wrong 5\nc.conf: gone");
    problems_free(NULL);
}

static void problems_near(void) {
    static const char *const known[] = {"name", "delay", "timezone", "on", "tls", NULL};
    static const struct {
        const char *word, *near;
    } table[] = {{"name", "name"},   {"nmae", "name"},        {"Name", "name"},
                 {"dealy", "delay"}, {"timezon", "timezone"}, {"time-zone", "timezone"},
                 {"tl", "tls"},      {"off", NULL},           {"colour", NULL},
                 {"", NULL},         {"nnaammee", NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        g_assert_cmpstr(problems_nearest(table[i].word, known), ==, table[i].near);
    g_autofree char *longer = g_strnfill(500, 'x');
    g_assert_null(problems_nearest(longer, known));
    g_assert_cmpuint(problems_slips("flga", "flag"), ==, 1);
    g_assert_cmpuint(problems_slips("", "flag"), ==, 4);
    g_assert_cmpuint(problems_slips("flag", "flag"), ==, 0);
    g_assert_cmpuint(problems_slips("kitten", "sitting"), ==, 3);
    g_assert_cmpuint(problems_slips(longer, "flag"), ==, G_MAXUINT);
}

static void faults(void) {
    static const struct {
        enum fault reach;
        int exit;
    } table[] = {{FAULT_USAGE, 64}, {FAULT_INPUT, 65},   {FAULT_MAIL, 75},
                 {FAULT_RUN, 75},   {FAULT_REFUSED, 77}, {FAULT_SETUP, 78}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(fault_set(&error, table[i].reach, "%s %d", "no", 5));
        g_assert_cmpint(fault_exit(error), ==, table[i].exit);
        g_assert_cmpstr(error->message, ==, "no 5");
    }
    g_autoptr(GError) error = NULL;
    g_assert_false(fault_errno(&error, FAULT_RUN, ENOSPC, "cannot keep %s", "x"));
    g_assert_cmpstr(error->message, ==, "cannot keep x: No space left on device");
    g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, 1, "x");
    g_assert_cmpint(fault_exit(foreign), ==, 75);
    g_assert_cmpint(fault_exit(NULL), ==, 0);
    g_assert_false(fault_set(NULL, FAULT_RUN, "nobody asks"));
}

/* ---- text ---------------------------------------------------------------------------------- */

static void base32(void) {
    /* RFC 4648, section 10, in small letters and without padding */
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "my"},
                                             {"fo", "mzxq"},
                                             {"foo", "mzxw6"},
                                             {"foob", "mzxw6yq"},
                                             {"fooba", "mzxw6ytb"},
                                             {"foobar", "mzxw6ytboi"}};
    for (guint i = 0; i < G_N_ELEMENTS(vectors); i++) {
        gsize length = strlen(vectors[i][0]);
        g_autofree char *text = text_base32(vectors[i][0], length);
        g_autofree guint8 *back = text_base32_decode(vectors[i][1], length);
        g_assert_cmpstr(text, ==, vectors[i][1]);
        g_assert_nonnull(back);
        g_assert_cmpmem(back, length, vectors[i][0], length);
    }
    static const struct {
        const char *text;
        gsize length;
        gboolean good;
    } table[] = {{"MZXW 6YTB-OI", 6, TRUE}, {" mzxw6\nytboi\t", 6, TRUE},
                 {"mzxw6ytboi", 5, FALSE},  {"mzxw6ytboi", 7, FALSE},
                 {"mzxw6ytbo1", 6, FALSE},  {"mz", 1, FALSE},
                 {"my======", 1, FALSE},    {"mya", 1, FALSE},
                 {"my!", 1, FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree guint8 *bytes = text_base32_decode(table[i].text, table[i].length);
        g_test_message("base32 \"%s\"", table[i].text);
        g_assert_true((bytes != NULL) == table[i].good);
    }
}

static void base32_round(void) {
    g_autoptr(GRand) dice = g_rand_new_with_seed(3);
    for (gsize length = 0; length < 200; length++) {
        guint8 bytes[200];
        for (gsize i = 0; i < length; i++)
            bytes[i] = (guint8)g_rand_int(dice);
        g_autofree char *text = text_base32(bytes, length);
        g_autofree guint8 *back = text_base32_decode(text, length);
        g_assert_nonnull(back);
        g_assert_cmpmem(back, length, bytes, length);
    }
}

static void cleaning(void) {
    static const char *const table[][3] = {
        /* text, text_clean, text_one_line */
        {"", "", ""},
        {"a\r\nb\rc\n", "a\nb\nc\n", "a b c"},
        {"\r\r\n", "\n\n", ""},
        {"a\tb", "a\tb", "a b"},
        {"a\x01\x1b[31mb\x7f", "a[31mb", "a[31mb"},
        {"caf\xE9", "caf\xEF\xBF\xBD", "caf\xEF\xBF\xBD"},
        {"a\xC2\x85"
         "b",
         "ab", "ab"}, /* NEL, a C1 control */
        {"  a \n\n  b  ", "  a \n\n  b  ", "a b"},
        {"a\xC2\xA0"
         "b",
         "a\xC2\xA0"
         "b",
         "a b"},
        {"a\xE2\x80\xA8"
         "b",
         "a\xE2\x80\xA8"
         "b",
         "a b"}, /* line separator */
        {"\xF0\x9F\x99\x82", "\xF0\x9F\x99\x82", "\xF0\x9F\x99\x82"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *clean = text_clean(table[i][0], -1);
        g_autofree char *line = text_one_line(table[i][0]);
        g_assert_cmpstr(clean, ==, table[i][1]);
        g_assert_cmpstr(line, ==, table[i][2]);
    }
    g_autofree char *nul = text_clean("a\0b", 3);
    g_assert_true(strchr(nul, 'b') != NULL); /* nothing behind a NUL is lost */
}

static void cutting(void) {
    static const struct {
        const char *text;
        gsize most;
        const char *cut;
    } table[] = {{"", 3, ""},        {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöü", 3, "äöü"},
                 {"äöüß", 3, "äö…"}, {"abcd", 1, "…"},  {"abcd", 0, ""}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *cut = text_cut(table[i].text, table[i].most);
        g_assert_cmpstr(cut, ==, table[i].cut);
    }
    static const struct {
        gsize bytes;
        const char *text;
    } sizes[] = {{0, "0 bytes"},
                 {999, "999 bytes"},
                 {1000, "1 kB"},
                 {48213, "48 kB"},
                 {999999, "1.0 MB"},
                 {1234567, "1.2 MB"},
                 {(gsize)3 << 30, "3221.2 MB"},
                 {1, "1 byte"}};
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = text_size(sizes[i].bytes);
        g_assert_cmpstr(text, ==, sizes[i].text);
    }
}

/* ---- clock --------------------------------------------------------------------------------- */

static void clocks(void) {
    static const struct {
        gint64 moment;
        const char *iso;
    } table[] = {{0, "1970-01-01T00:00:00Z"},
                 {1772438400, "2026-03-02T08:00:00Z"},
                 {1709164800, "2024-02-29T00:00:00Z"},
                 {4102444799, "2099-12-31T23:59:59Z"}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *iso = clock_iso(table[i].moment);
        g_assert_cmpstr(iso, ==, table[i].iso);
        g_assert_cmpint(clock_parse(table[i].iso), ==, table[i].moment);
    }
    static const char *const wrong[] = {"", "yesterday", "2026-02-30T00:00:00Z", "2026-03-02",
                                        "2026-03-02T25:00:00Z"};
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_cmpint(clock_parse(wrong[i]), ==, -1);
    g_assert_cmpint(clock_system(), >, 1700000000);
}

static void clock_words(void) {
    g_autoptr(GTimeZone) london = g_time_zone_new_identifier("Europe/London");
    static const struct {
        const char *iso, *day, *minute, *date;
        int weekday, minutes;
    } table[] = {
        {"2026-03-02T08:00:00Z", "Monday 2 March", "Monday 2 March, 08:00", "2026-03-02", 0, 480},
        {"2026-07-01T23:30:00Z", "Thursday 2 July", "Thursday 2 July, 00:30", "2026-07-02", 3, 30},
        {"2026-12-31T23:59:00Z", "Thursday 31 December", "Thursday 31 December, 23:59",
         "2026-12-31", 3, 1439},
        {"2026-08-30T12:00:00Z", "Sunday 30 August", "Sunday 30 August, 13:00", "2026-08-30", 6,
         780}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        gint64 moment = clock_parse(table[i].iso);
        g_autofree char *day = clock_day(moment, london), *minute = clock_minute(moment, london);
        g_autofree char *date = clock_date(moment, london);
        int minutes = -1;
        g_assert_cmpstr(day, ==, table[i].day);
        g_assert_cmpstr(minute, ==, table[i].minute);
        g_assert_cmpstr(date, ==, table[i].date);
        g_assert_cmpint(clock_weekday(moment, london, &minutes), ==, table[i].weekday);
        g_assert_cmpint(minutes, ==, table[i].minutes);
        g_assert_cmpint(clock_weekday(moment, london, NULL), ==, table[i].weekday);
    }
}

static void clock_days(void) {
    g_autoptr(GTimeZone) london = g_time_zone_new_identifier("Europe/London");
    static const struct {
        const char *from;
        int days, minute;
        const char *to;
    } table[] = {{"2026-03-02T08:00:00Z", 0, 0, "2026-03-02T00:00:00Z"},
                 {"2026-03-02T08:00:00Z", 1, 600, "2026-03-03T10:00:00Z"},
                 {"2026-03-28T12:00:00Z", 1, 600, "2026-03-29T09:00:00Z"}, /* summer time begins */
                 {"2026-10-24T12:00:00Z", 1, 600, "2026-10-25T10:00:00Z"}, /* … and ends */
                 {"2026-02-28T12:00:00Z", 1, 0, "2026-03-01T00:00:00Z"},
                 {"2026-07-01T23:30:00Z", 0, 0, "2026-07-01T23:00:00Z"},
                 {"2026-03-02T08:00:00Z", 0, 1440, "2026-03-03T00:00:00Z"}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *to =
            clock_iso(clock_at(clock_parse(table[i].from), london, table[i].days, table[i].minute));
        g_assert_cmpstr(to, ==, table[i].to);
    }
}

/* ---- log ----------------------------------------------------------------------------------- */

static void logging(void) {
    if (g_test_subprocess()) {
        log_event("before", "amber-heron", 1);
        log_speak(TRUE);
        log_event("kept", "amber-heron", 3);
        log_event("kept", "Anna <anna@h.example>\n", -1);
        log_event("kept", NULL, 0);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("worrybox: kept about=amber-heron n=3\n"
                              "worrybox: kept about=?nna??anna?h?example?? n=-1\n"
                              "worrybox: kept about=- n=0\n");
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void json_write(void) {
    g_autoptr(Js) object = js_object();
    Js *list = js_list(), *inner = js_object();
    js_put_text(object, "z", "first\n\"\\\xE2\x80\xA8");
    js_put_text(object, "a", NULL);
    js_put_text(object, "bad", "caf\xE9");
    js_put_number(object, "n", G_MAXINT64);
    js_put_yes(object, "yes", TRUE);
    js_put_text(inner, "k", "v");
    js_add_text(list, "one");
    js_add(list, inner);
    js_put(object, "list", list);
    js_put(object, "none", NULL);
    g_autofree char *line = js_line(object);
    g_assert_cmpstr(
        line, ==,
        "{\"z\":\"first\\n\\\"\\\\\xE2\x80\xA8\",\"a\":null,\"bad\":\"caf\xEF\xBF\xBD\","
        "\"n\":9223372036854775807,\"yes\":true,\"list\":[\"one\",{\"k\":\"v\"}],"
        "\"none\":null}");
    g_autoptr(Js) back = js_read(line, strlen(line));
    g_autofree char *again = js_line(back);
    g_assert_cmpstr(again, ==, line);
    g_assert_cmpstr(js_text(back, "z"), ==, "first\n\"\\\xE2\x80\xA8");
    g_assert_null(js_text(back, "a"));
    g_assert_null(js_text(back, "n"));
    g_assert_null(js_text(back, "absent"));
    g_assert_cmpint(js_number(back, "n", 0), ==, G_MAXINT64);
    g_assert_cmpint(js_number(back, "z", -5), ==, -5);
    g_assert_true(js_yes(back, "yes"));
    g_assert_false(js_yes(back, "absent"));
    g_assert_cmpuint(js_count(js_get(back, "list")), ==, 2);
    g_assert_cmpuint(js_count(js_get(back, "z")), ==, 0);
    g_assert_cmpuint(js_count(NULL), ==, 0);
    g_assert_cmpstr(js_text_at(js_get(back, "list"), 0), ==, "one");
    g_assert_null(js_text_at(js_get(back, "list"), 7));
    g_assert_cmpstr(js_text(js_at(js_get(back, "list"), 1), "k"), ==, "v");
}

static void json_wrong(void) {
    static const char *const wrong[] = {
        "", "{", "7", "\"x\"", "null", "{} {}", "{\"a\":1,\"a\":2}", "[1,]", "{\"a\":\"\xFF\"}"};
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(Js) json = js_read(wrong[i], strlen(wrong[i]));
        g_assert_null(json);
    }
    g_autofree char *deep = g_strnfill(100000, '[');
    g_autoptr(Js) json = js_read(deep, 100000);
    g_assert_null(json);
    js_free(NULL);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/conf/grammar", conf_grammar);
    g_test_add_func("/base/conf/wrong", conf_wrong);
    g_test_add_func("/base/conf/nul", conf_nul);
    g_test_add_func("/base/conf/values", conf_values);
    g_test_add_func("/base/conf/absent", conf_absent);
    g_test_add_func("/base/conf/files", conf_files);
    g_test_add_func("/base/conf/noise", conf_noise);
    g_test_add_func("/base/problems/words", problems_words);
    g_test_add_func("/base/problems/near", problems_near);
    g_test_add_func("/base/fault", faults);
    g_test_add_func("/base/text/base32", base32);
    g_test_add_func("/base/text/base32-round", base32_round);
    g_test_add_func("/base/text/clean", cleaning);
    g_test_add_func("/base/text/cut", cutting);
    g_test_add_func("/base/clock/iso", clocks);
    g_test_add_func("/base/clock/words", clock_words);
    g_test_add_func("/base/clock/days", clock_days);
    g_test_add_func("/base/log", logging);
    g_test_add_func("/base/json/write", json_write);
    g_test_add_func("/base/json/wrong", json_wrong);
    return g_test_run();
}
