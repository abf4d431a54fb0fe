/* Every mail of tests/strip beside what reading and stripping make of it. NAME.want begins with
 * settings ("why" says what the mail is there for; "as", "box", "names", "terms", "sent"), then
 * after a line "=" what is known of the mail, and after another what the letter says. BLESS=1 shows
 * each difference and then takes the new text as golden. */
#include <string.h>

#include "strip/strip.h"

typedef struct settings {
    char *head; /* owned; the settings as they stand */
    char *box;  /* owned; NULL */
    Context *context;
} Settings;

static char *folder(void) {
    const char *root = g_getenv("WB_SOURCE");
    return g_build_filename(root ? root : ".", "tests/strip", NULL);
}

static void add_all(GPtrArray *list, const char *value) {
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        g_ptr_array_add(list, g_strdup(parts[i]));
}

static void set(Settings *settings, const char *key, const char *value) {
    Context *context = settings->context;
    if (strcmp(key, "as") == 0)
        context->side = strcmp(value, "listener") == 0 ? ROUTE_LISTENER : ROUTE_PUPIL;
    else if (strcmp(key, "box") == 0)
        settings->box = g_strdup(value);
    else if (strcmp(key, "names") == 0)
        add_all(context->names, value);
    else if (strcmp(key, "terms") == 0)
        add_all(context->terms, value);
    else if (strcmp(key, "sent") == 0)
        context->last_sent = g_strdup(value);
    else
        g_assert_cmpstr(key, ==, "why");
}

static Settings settings_of(const char *want) {
    Settings settings = {.context = context_new(ROUTE_PUPIL)};
    const char *end = strstr(want, "\n=\n");
    g_assert_nonnull(end);
    settings.head = g_strndup(want, (gsize)(end - want) + 1);
    g_auto(GStrv) lines = g_strsplit(settings.head, "\n", -1);
    for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
        char *colon = strstr(lines[i], ": ");
        g_assert_nonnull(colon);
        *colon = '\0';
        set(&settings, lines[i], colon + 2);
    }
    return settings;
}

static void line(GString *out, const char *key, const char *value) {
    if (value != NULL)
        g_string_append_printf(out, "%s: %s\n", key, value);
}

static void print_facts(GString *out, const Facts *facts) {
    line(out, "from", facts->from);
    line(out, "name", facts->name);
    for (guint i = 0; i < facts->tokens->len; i++)
        line(out, "token", g_ptr_array_index(facts->tokens, i));
    if (facts->strangers > 0)
        g_string_append_printf(out, "strangers: %u\n", facts->strangers);
    line(out, "forwarded", facts->forwarded ? "yes" : NULL);
}

static void print_letter(GString *out, const Letter *letter) {
    line(out, "route", ROUTE_WORDS[letter->route]);
    line(out, "evidence", letter->why);
    line(out, "subject", letter->subject);
    for (guint i = 0; i < letter->redactions->len; i++) {
        const Redaction *redaction = g_ptr_array_index(letter->redactions, i);
        g_string_append_printf(out, "masked: %s %u\n", redaction->kind, redaction->count);
    }
    for (guint i = 0; i < letter->withheld->len; i++) {
        const Withheld *withheld = g_ptr_array_index(letter->withheld, i);
        g_string_append_printf(out, "withheld: %s %" G_GSIZE_FORMAT "\n", withheld->type,
                               withheld->bytes);
    }
    line(out, "unsure", letter->unsure ? "yes" : NULL);
    line(out, "locked", letter->locked ? "yes" : NULL);
    g_string_append_printf(out, "=\n%s%s", letter->text ? letter->text : "(none)", "\n");
    if (letter->unsure)
        g_string_append_printf(out, "=\n%s\n", letter->whole);
}

static char *made_of(GBytes *raw, const Settings *settings) {
    Limits limits = LIMITS_DEFAULT;
    Reader reader = {.limits = &limits, .address = settings->box};
    g_autoptr(GError) error = NULL;
    g_autoptr(Mail) mail = mail_read(raw, &reader, &error);
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    GString *out = g_string_new(settings->head);
    g_string_append(out, "=\n");
    if (mail != NULL) {
        strip(mail, settings->context, &limits, &letter, &identity);
        print_facts(out, mail_facts(mail));
    } else {
        g_autoptr(Facts) facts = mail_scan(raw);
        strip_unreadable(facts, error->message, &letter, &identity);
        print_facts(out, facts);
    }
    print_letter(out, letter);
    return g_string_free(out, FALSE);
}

static void compare(const char *path, const char *want, const char *got) {
    if (strcmp(want, got) == 0)
        return;
    g_test_message("%s\n--- want\n%s--- got\n%s", path, want, got);
    if (g_getenv("BLESS") != NULL)
        g_assert_true(g_file_set_contents(path, got, -1, NULL));
    else
        g_test_fail();
}

static void test_one(gconstpointer data) {
    const char *name = data;
    g_autofree char *in = folder(), *mail_path = g_build_filename(in, name, NULL);
    g_autofree char *stem = g_strndup(name, strlen(name) - 4);
    g_autofree char *want_name = g_strconcat(stem, ".want", NULL);
    g_autofree char *want_path = g_build_filename(in, want_name, NULL);
    g_autofree char *mail = NULL, *want = NULL;
    gsize length = 0;
    g_assert_true(g_file_get_contents(mail_path, &mail, &length, NULL));
    g_assert_true(g_file_get_contents(want_path, &want, NULL, NULL));
    Settings settings = settings_of(want);
    g_autoptr(GBytes) raw = g_bytes_new(mail, length);
    g_autofree char *got = made_of(raw, &settings);
    compare(want_path, want, got);
    context_free(settings.context);
    g_free(settings.head);
    g_free(settings.box);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_autofree char *in = folder();
    g_autoptr(GDir) dir = g_dir_open(in, 0, NULL);
    g_assert_nonnull(dir);
    guint count = 0;
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (!g_str_has_suffix(name, ".eml"))
            continue;
        g_autofree char *path = g_strconcat("/strip/golden/", name, NULL);
        g_test_add_data_func_full(path, g_strdup(name), test_one, g_free);
        count++;
    }
    g_assert_cmpuint(count, >=, 40);
    return g_test_run();
}
