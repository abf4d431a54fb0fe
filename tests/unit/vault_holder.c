/* A keyholder's pair: the key file, the sheet, what is refused; and passphrases from files. */
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault-help.h"
#include "base/text.h"
#include "vault/passphrase.h"

#define PASSPHRASE "correct horse bättery"

static void fails(const char *text, gsize length, const char *passphrase, enum fault reach) {
    g_autoptr(GError) error = NULL;
    g_assert_null(holder_read(text, length, passphrase, &error));
    g_assert_error(error, FAULT, (int)reach);
    if (passphrase != NULL && *passphrase != '\0')
        g_assert_null(strstr(error->message, passphrase));
}

static void same_key(const HolderKey *a, HolderKey *b) {
    g_assert_nonnull(b);
    g_assert_cmpmem(a->secret, VAULT_KEY, b->secret, VAULT_KEY);
    g_assert_cmpmem(a->public, VAULT_KEY, b->public, VAULT_KEY);
    holder_free(b);
}

static void key_file(void) {
    g_autoptr(HolderKey) key = holder_new();
    g_autofree char *text = holder_write(key, "okafor", PASSPHRASE), *line = holder_public(key);
    g_assert_true(g_str_has_prefix(text, "wbkey1\nname okafor\npublic wbpub1"));
    g_assert_nonnull(strstr(text, line));
    g_assert_false(holder_is_sheet(text, strlen(text)));
    same_key(key, holder_read(text, strlen(text), PASSPHRASE, NULL));
    fails(text, strlen(text), "correct horse battery", FAULT_REFUSED);
    fails(text, strlen(text), "", FAULT_REFUSED);
    fails(text, strlen(text), NULL, FAULT_REFUSED);
    /* the same letters as other code points */
    same_key(key, holder_read(text, strlen(text), "correct horse ba\xcc\x88ttery", NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *windows = g_strjoinv(" \r\n\r\n", lines);
    g_autofree char *marked = g_strconcat("\xef\xbb\xbf", windows, NULL);
    same_key(key, holder_read(marked, strlen(marked), PASSPHRASE, NULL));
}

/* Damage is told from a wrong passphrase, and costs no stretching. */
static void damaged_key_file(void) {
    g_autoptr(HolderKey) key = holder_new();
    g_autofree char *text = holder_write(key, "okafor", PASSPHRASE);
    gsize length = strlen(text) - 1; /* the line feed at the end may go */
    for (gsize bit = 0; bit < length * 8; bit++) {
        g_autofree char *bad = g_strdup(text);
        bad[bit / 8] = (char)(bad[bit / 8] ^ (1 << bit % 8));
        fails(bad, length, PASSPHRASE, FAULT_INPUT);
    }
    for (gsize n = 0; n < length; n++)
        fails(text, n, PASSPHRASE, FAULT_INPUT);
    g_autofree char *more = g_strconcat(text, "more\n", NULL);
    fails(more, strlen(more), PASSPHRASE, FAULT_INPUT);
    fails(text, length + 2, PASSPHRASE, FAULT_INPUT); /* with its NUL */
    g_autofree char *huge = g_strnfill(100000, 'w');
    fails(huge, 100000, PASSPHRASE, FAULT_INPUT);
}

/* `text` with its check made right again, as somebody would who changes a file on purpose. */
static char *checked_again(const char *text) {
    g_autofree char *above = g_strndup(text, (gsize)(strstr(text, "check ") - text));
    g_autofree char *label = g_strconcat("worrybox key file 1", above, NULL);
    guint8 hash[VAULT_HASH];
    crypto_generichash(hash, sizeof hash, (const guint8 *)label, strlen(label), NULL, 0);
    g_autofree char *check = text_base32(hash, 5);
    return g_strdup_printf("%scheck %s\n", above, check);
}

static char *replaced(const char *text, const char *from, const char *to) {
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    g_assert_nonnull(parts[1]);
    g_autofree char *changed = g_strjoinv(to, parts);
    return checked_again(changed);
}

static void forged_key_file(void) {
    g_autoptr(HolderKey) key = holder_new(), other = holder_new();
    g_autofree char *text = holder_write(key, "okafor", PASSPHRASE);
    g_autofree char *mine = holder_public(key), *theirs = holder_public(other);
    const struct {
        const char *from, *to;
        enum fault reach;
    } forged[] = {
        {"okafor", "reed", FAULT_REFUSED},
        {mine, theirs, FAULT_REFUSED},
        {"argon2id 4 ", "argon2id 3 ", FAULT_REFUSED},
        {"argon2id 4 ", "argon2id 0 ", FAULT_INPUT},
        {"argon2id 4 ", "argon2id 17 ", FAULT_INPUT},
        {" 131072", " 1024", FAULT_INPUT},
        {" 131072", " 4294967295", FAULT_INPUT},
        {"argon2id", "argon2i", FAULT_INPUT},
        {"wbkey1", "wbkey2", FAULT_INPUT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(forged); i++) {
        g_autofree char *bad = replaced(text, forged[i].from, forged[i].to);
        fails(bad, strlen(bad), PASSPHRASE, forged[i].reach);
    }
    g_autofree char *control = checked_again(text);
    g_assert_cmpstr(control, ==, text);
}

static void sheet(void) {
    g_autoptr(HolderKey) key = holder_new();
    char *sheet = holder_sheet(key);
    g_assert_true(holder_is_sheet(sheet, strlen(sheet)));
    same_key(key, holder_read(sheet, strlen(sheet), NULL, NULL));
    g_autofree char *typed = g_ascii_strup(sheet, -1);
    g_strdelimit(typed, " ", '\n');
    g_autofree char *alike = g_strdup(typed);
    for (char *c = alike + 6; *c != '\0'; c++)
        *c = *c == 'O' ? '0' : *c == 'L' ? '1' : *c == 'B' ? '8' : *c;
    same_key(key, holder_read(typed, strlen(typed), NULL, NULL));
    same_key(key, holder_read(alike, strlen(alike), NULL, NULL));
    g_autofree char *long_hyphens = g_strconcat(" WB-Sec\u20131", sheet + 7, NULL);
    same_key(key, holder_read(long_hyphens, strlen(long_hyphens), NULL, NULL));
    for (gsize i = 7; i < strlen(sheet); i++) {
        if (sheet[i] == ' ')
            continue;
        g_autofree char *bad = g_strdup(sheet);
        bad[i] = bad[i] == 'q' ? 'r' : 'q';
        fails(bad, strlen(bad), NULL, FAULT_INPUT);
    }
    g_autofree char *short_one = g_strndup(sheet, strlen(sheet) - 1);
    fails(short_one, strlen(short_one), NULL, FAULT_INPUT);
    g_autofree char *swapped = g_strdup(sheet); /* two groups exchanged */
    memmove(swapped + 7, sheet + 12, 4);
    memmove(swapped + 12, sheet + 7, 4);
    if (strcmp(swapped, sheet) != 0)
        fails(swapped, strlen(swapped), NULL, FAULT_INPUT);
    vault_wipe_text(sheet);
}

static void no_key_files(void) {
    const char *const none[] = {"",       "\n",       "hello",      "worrybox packet 1\nAAAA",
                                "wbkey1", "wbkey1\n", "wbpub1aaaa", "wbsec1"};
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
        fails(none[i], strlen(none[i]), PASSPHRASE, FAULT_INPUT);
}

/* ---- passphrases --------------------------------------------------------------------------- */

static void from_file(void) {
    g_autofree char *folder = g_dir_make_tmp("vault-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "pass", NULL);
    g_autofree char *longest = g_strnfill(1000, 'p'), *longer = g_strnfill(1001, 'p');
    const struct {
        const char *file, *passphrase;
    } files[] = {
        {"secret\n", "secret"},       {"secret", "secret"}, {"secret\r\nmore\n", "secret"},
        {" se cret \n", " se cret "}, {longest, longest},   {"", NULL},
        {"\nsecret\n", NULL},         {longer, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(g_file_set_contents(path, files[i].file, -1, NULL));
        char *passphrase = passphrase_get(path, NULL, FALSE, &error);
        g_assert_cmpstr(passphrase, ==, files[i].passphrase);
        if (files[i].passphrase == NULL)
            g_assert_error(error, FAULT, FAULT_INPUT);
        vault_wipe_text(passphrase);
    }
    g_unlink(path);
    g_autoptr(GError) error = NULL;
    g_assert_null(passphrase_get(path, NULL, FALSE, &error));
    g_assert_error(error, FAULT, FAULT_INPUT);
    g_rmdir(folder);
}

static void no_terminal(void) {
    if (g_test_subprocess()) {
        setsid();
        g_autoptr(GError) error = NULL;
        g_assert_null(passphrase_get(NULL, "Passphrase: ", TRUE, &error));
        g_assert_error(error, FAULT, FAULT_USAGE);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
}

/* What a person sees and what the program gets, on a terminal of its own. */
static void typed_on_a_terminal(const char *typed, gboolean twice, const char *want) {
    int terminal;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    if (child == 0) {
        char *got = passphrase_get(NULL, "Passphrase: ", twice, NULL);
        _exit(g_strcmp0(got, want) == 0 ? 0 : 1);
    }
    g_autoptr(GString) seen = g_string_new(NULL);
    char piece[256];
    for (ssize_t n; (n = read(terminal, piece, sizeof piece)) > 0;) {
        gboolean first = strstr(seen->str, "Passphrase: ") == NULL;
        g_string_append_len(seen, piece, n);
        if (first && strstr(seen->str, "Passphrase: ") != NULL)
            g_assert_cmpint(write(terminal, typed, strlen(typed)), ==, (gssize)strlen(typed));
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), ==,
                    want ? 0 : SIGINT);
    g_assert_null(strstr(seen->str, "secret"));
    close(terminal);
}

static void terminal(void) {
    typed_on_a_terminal("secret\n", FALSE, "secret");
    typed_on_a_terminal("secret\nsecret\n", TRUE, "secret");
    typed_on_a_terminal("secret\nsecrets\nsecret2\nsecret2\n", TRUE, "secret2");
    typed_on_a_terminal("secr\x03", TRUE, NULL); /* Ctrl-C still ends it */
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vault_start(NULL));
    g_test_add_func("/holder/key-file", key_file);
    g_test_add_func("/holder/damaged", damaged_key_file);
    g_test_add_func("/holder/forged", forged_key_file);
    g_test_add_func("/holder/sheet", sheet);
    g_test_add_func("/holder/none", no_key_files);
    g_test_add_func("/passphrase/file", from_file);
    g_test_add_func("/passphrase/terminal", terminal);
    g_test_add_func("/passphrase/no-terminal", no_terminal);
    return g_test_run();
}
