/* The host: its key, keyed hashes, tokens, text at rest. */
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault-help.h"

static void no_core_dumps(void) {
    struct rlimit core;
    g_assert_cmpint(getrlimit(RLIMIT_CORE, &core), ==, 0);
    g_assert_cmpuint(core.rlim_max, ==, 0);
#ifndef __SANITIZE_ADDRESS__
    g_assert_cmpint(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), ==, 0);
#endif
}

static void set_up_fails(const char *path, const char *says) {
    g_autoptr(GError) error = NULL;
    g_assert_null(vault_open(path, SITE, &error));
    g_assert_error(error, FAULT, FAULT_SETUP);
    g_assert_nonnull(strstr(error->message, says));
}

static void host_key_file(void) {
    World world = world_new();
    struct stat about;
    g_assert_cmpint(stat(world.path, &about), ==, 0);
    g_assert_cmpint(about.st_mode & 07777, ==, 0400);
    g_autoptr(GError) error = NULL;
    g_assert_false(vault_create(world.path, &error));
    g_assert_error(error, FAULT, FAULT_SETUP);
    g_assert_cmpuint(vault_generation(world.vault), ==, 1);
    const mode_t open_to_others[] = {0440, 0404, 0420, 0402, 0410, 0644};
    for (gsize i = 0; i < G_N_ELEMENTS(open_to_others); i++) {
        g_chmod(world.path, (int)open_to_others[i]);
        set_up_fails(world.path, "by others");
    }
    g_chmod(world.path, 0440); /* as systemd shows a credential */
    g_setenv("CREDENTIALS_DIRECTORY", world.folder, TRUE);
    g_autoptr(Vault) credential = vault_open(world.path, SITE, NULL);
    g_assert_nonnull(credential);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    set_up_fails("/nonexistent/host.key", "cannot open");
    set_up_fails(world.folder, "no file");
    world_free(&world);
}

static void write_file(const char *path, const char *text, gsize length) {
    g_unlink(path);
    g_assert_true(
        g_file_set_contents_full(path, text, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0400, NULL));
}

static void damaged_host_key(void) {
    World world = world_new();
    g_autofree char *text = NULL;
    gsize length;
    g_assert_true(g_file_get_contents(world.path, &text, &length, NULL));
    g_assert_cmpuint(length, ==, strlen("wbhost1") + 60 + 1);
    for (gsize bit = 0; bit < (length - 1) * 8; bit++) {
        g_autofree char *bad = g_memdup2(text, length);
        bad[bit / 8] = (char)(bad[bit / 8] ^ (1 << bit % 8));
        if (g_ascii_tolower(bad[bit / 8]) == text[bit / 8])
            continue; /* a capital is as good */
        write_file(world.path, bad, length);
        set_up_fails(world.path, "damaged");
    }
    write_file(world.path, text, length - 3);
    set_up_fails(world.path, "damaged");
    write_file(world.path, "", 0);
    set_up_fails(world.path, "damaged");
    world_free(&world);
}

static void host_sheet(void) {
    World world = world_new();
    char *sheet = vault_sheet(world.vault);
    g_assert_true(g_str_has_prefix(sheet, "wbhost1 "));
    g_assert_cmpuint(strlen(sheet), ==, strlen("wbhost1") + 15 * 5);
    g_autofree char *path = g_build_filename(world.folder, "again.key", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *capitals = g_ascii_strup(sheet, -1);
    g_strdelimit(capitals, " ", '-');
    g_assert_true(vault_restore(path, capitals, &error));
    g_assert_false(vault_restore(path, capitals, NULL)); /* overwrites nothing */
    g_autoptr(Vault) again = vault_open(path, SITE, NULL);
    g_autoptr(GBytes) a = vault_hash_token(world.vault, "abc"), b = vault_hash_token(again, "ABC");
    g_assert_true(g_bytes_equal(a, b));
    g_unlink(path);
    sheet[20] = sheet[20] == 'a' ? 'b' : 'a';
    g_assert_false(vault_restore(path, sheet, &error));
    g_assert_error(error, FAULT, FAULT_INPUT);
    g_assert_null(strstr(error->message, sheet + 30));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    vault_wipe_text(sheet);
    world_free(&world);
}

static void public_lines(void) {
    World world = world_new();
    char *line = world.lead_line;
    g_assert_true(vault_is_public(line));
    g_autofree char *id = vault_key_id(line), *other = vault_key_id(world.deputy_line);
    g_assert_cmpuint(strlen(id), ==, 8);
    g_assert_cmpstr(id, !=, other);
    for (gsize bit = 0; bit < strlen(line) * 8; bit++) {
        g_autofree char *bad = g_strdup(line);
        bad[bit / 8] = (char)(bad[bit / 8] ^ (1 << bit % 8));
        if (g_ascii_tolower(bad[bit / 8]) != line[bit / 8])
            g_assert_false(vault_is_public(bad));
    }
    const guint8 zeros[VAULT_KEY] = {0};
    g_autofree char *weak = typed_write("wbpub1", zeros, VAULT_KEY, FALSE);
    g_autofree char *secret = holder_sheet(world.lead);
    const char *const none[] = {"", "wbpub1", "wbpub", "none", weak, secret};
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_false(vault_is_public(none[i]));
    g_assert_false(vault_is_public(NULL));
    const Keyholder bad = {"okafor", "wbpub1abc"};
    g_assert_null(vault_case_keys(world.vault, 1, &bad, 1));
    g_assert_null(vault_case_keys(world.vault, 1, &(Keyholder){"okafor", weak}, 1));
    world_free(&world);
}

static gboolean same_hash(GBytes *a, GBytes *b) {
    gboolean same = g_bytes_equal(a, b);
    g_assert_cmpuint(g_bytes_get_size(a), ==, VAULT_HASH);
    g_bytes_unref(a);
    g_bytes_unref(b);
    return same;
}

static void hashes(void) {
    World world = world_new(), far = world_new();
    Vault *v = world.vault;
    g_autoptr(Vault) elsewhere = vault_open(world.path, OTHER_SITE, NULL);
    const char *a = "Anna.Ex+tag@h.example", *b = "anna.ex@h.example", *c = "bert@h.example";
    g_assert_true(same_hash(vault_hash_writer(v, a), vault_hash_writer(v, b)));
    g_assert_false(same_hash(vault_hash_writer(v, a), vault_hash_writer(v, c)));
    g_assert_false(same_hash(vault_hash_writer(v, a), vault_hash_writer(far.vault, a)));
    g_assert_false(same_hash(vault_hash_writer(v, a), vault_hash_writer(elsewhere, a)));
    g_assert_false(same_hash(vault_hash_writer(v, b), vault_hash_token(v, b)));
    g_autofree char *token = vault_token(), *other = vault_token();
    g_autofree char *capitals = g_ascii_strup(token, -1);
    g_assert_cmpuint(strlen(token), ==, 26);
    g_assert_cmpstr(token, !=, other);
    g_assert_true(same_hash(vault_hash_token(v, token), vault_hash_token(v, capitals)));
    g_assert_false(same_hash(vault_hash_token(v, token), vault_hash_token(v, other)));
    g_assert_false(same_hash(vault_hash_token(v, token), vault_hash_token(far.vault, token)));
    world_free(&world);
    world_free(&far);
}

#define HEAD "Message-ID: <1@x>\nDate: Mon, 2 Mar 2026 08:00:00 +0000\nFrom: Anna <a@x>\n"
static const struct {
    const char *what, *a, *b;
    gboolean same;
} MAILS[] = {
    {"itself", HEAD "Subject: hi\n\nhelp\n", HEAD "Subject: hi\n\nhelp\n", TRUE},
    {"CRLF", HEAD "\nhelp\nme\n",
     "Message-ID: <1@x>\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\n"
     "From: Anna <a@x>\r\n\r\nhelp\r\nme\r\n",
     TRUE},
    {"another way", "Received: by a\n" HEAD "\nhelp", "X-Spam: no\nReceived: by b\n" HEAD "\nhelp",
     TRUE},
    {"order and folding of headers", HEAD "Subject: a  b\n\nhelp",
     "SUBJECT : a\r\n b\r\nfrom:Anna\r\n\t<a@x>\r\ndate: Mon, 2 Mar 2026 08:00:00 +0000\r\n"
     "message-id:\r\n <1@x>\r\n\r\nhelp",
     TRUE},
    {"line feeds at the end", HEAD "\nhelp", HEAD "\nhelp\r\n\n", TRUE},
    {"another body", HEAD "\nhelp", HEAD "\nhelp me", FALSE},
    {"another subject", HEAD "Subject: a\n\nhelp", HEAD "Subject: b\n\nhelp", FALSE},
    {"subject or body", HEAD "Subject: a\n\nhelp", HEAD "\nSubject: a\n\nhelp", FALSE},
    {"another id", HEAD "\nhelp",
     "Message-ID: <2@x>\nDate: Mon, 2 Mar 2026 08:00:00 +0000\nFrom: Anna <a@x>\n\nhelp", FALSE},
    {"another date", HEAD "\nhelp",
     "Message-ID: <1@x>\nDate: Mon, 2 Mar 2026 08:00:01 +0000\nFrom: Anna <a@x>\n\nhelp", FALSE},
    {"another writer", HEAD "\nhelp",
     "Message-ID: <1@x>\nDate: Mon, 2 Mar 2026 08:00:00 +0000\nFrom: Bert <b@x>\n\nhelp", FALSE},
    {"two From", HEAD "\nhelp", HEAD "From: b@x\n\nhelp", FALSE},
    {"a CR inside a line stays", HEAD "\nhe\rlp", HEAD "\nhelp", FALSE},
    {"without id: each delivery is another", "Received: a\nDate: x\n\nhelp",
     "Received: b\nDate: x\n\nhelp", FALSE},
    {"without date: the same", "Received: b\nMessage-ID: <1@x>\n\nhelp",
     "Received: a\nMessage-ID: <1@x>\n\nhelp", FALSE},
    {"without id, the same bytes", "From: a\n\nhelp\n", "From: a\r\n\r\nhelp\r\n", TRUE},
    {"without id, any byte", "From: a\n\nhelp\n", "From: a\n\nhelp\n\n", FALSE},
    {"an empty id is none", "Message-ID:\nDate: x\nReceived: a\n\nhelp",
     "Message-ID:\nDate: x\nReceived: b\n\nhelp", FALSE},
    {"id only in the body", "Received: a\n\nMessage-ID: <1@x>\nDate: x\n",
     "Received: b\n\nMessage-ID: <1@x>\nDate: x\n", FALSE},
    {"nothing", "", "", TRUE},
    {"nothing and something", "", "\n", FALSE},
};

static GBytes *mail_hash(const Vault *vault, const char *text, gsize length) {
    g_autoptr(GBytes) raw = g_bytes_new(text, length);
    return vault_hash_mail(vault, raw);
}

static void known_mail(void) {
    World world = world_new();
    for (gsize i = 0; i < G_N_ELEMENTS(MAILS); i++) {
        gboolean same = same_hash(mail_hash(world.vault, MAILS[i].a, strlen(MAILS[i].a)),
                                  mail_hash(world.vault, MAILS[i].b, strlen(MAILS[i].b)));
        if (same != MAILS[i].same)
            g_test_message("%s", MAILS[i].what);
        g_assert_cmpint(same, ==, MAILS[i].same);
    }
    static const char a[] = HEAD "Subject: a\0b\n\nhelp", b[] = HEAD "Subject: a\0c\n\nhelp";
    g_assert_false(
        same_hash(mail_hash(world.vault, a, sizeof a), mail_hash(world.vault, b, sizeof b)));
    world_free(&world);
}

/* Every byte of a short mail matters, but for those that a server may change. */
static void every_byte_of_a_mail(void) {
    World world = world_new();
    static const char text[] = HEAD "Subject: hi\n\nhelp me";
    g_autoptr(GBytes) whole = mail_hash(world.vault, text, strlen(text));
    const gsize values[] = {14, 30, 75, 90, sizeof text - 3}; /* one in each field, and the body */
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *other = g_strdup(text);
        other[values[i]] ^= 1;
        g_autoptr(GBytes) hash = mail_hash(world.vault, other, strlen(other));
        g_assert_false(g_bytes_equal(whole, hash));
    }
    world_free(&world);
}

/* Headers without end cost no more than any other bytes. */
static void huge_headers(void) {
    World world = world_new();
    GString *raw = g_string_new("Message-ID: <1@x>\nDate: x\nSubject: ");
    for (int i = 0; i < 1 << 20; i++)
        g_string_append(raw, i % 7 ? "aaaaaaaa" : " \n ");
    gint64 start = g_get_monotonic_time();
    g_autoptr(GBytes) first = mail_hash(world.vault, raw->str, raw->len);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 2 * G_USEC_PER_SEC);
    raw->str[raw->len - 1] = 'b';
    g_autoptr(GBytes) second = mail_hash(world.vault, raw->str, raw->len);
    g_assert_false(g_bytes_equal(first, second));
    g_string_free(raw, TRUE);
    world_free(&world);
}

static gboolean opens(const Vault *vault, GBytes *key, enum purpose purpose, guint64 id,
                      guint64 row, GBytes *blob) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = vault_unlock(vault, key, purpose, id, row, blob, &error);
    if (text == NULL)
        g_assert_error(error, FAULT, FAULT_RUN);
    return text != NULL;
}

static void text_at_rest(void) {
    World world = world_new();
    g_autoptr(CaseKeys) keys = case_for_both(&world, world.vault, 7);
    g_autoptr(CaseKeys) others = case_for_both(&world, world.vault, 7);
    g_autoptr(Vault) elsewhere = vault_open(world.path, OTHER_SITE, NULL);
    g_autoptr(GBytes) blob = vault_lock(world.vault, keys->key, PURPOSE_LETTER, 7, 3, "help", 4);
    g_autoptr(GBytes) text = vault_unlock(world.vault, keys->key, PURPOSE_LETTER, 7, 3, blob, NULL);
    g_assert_cmpuint(g_bytes_get_size(text), ==, 4);
    g_assert_cmpstr(g_bytes_get_data(text, NULL), ==, "help");
    g_assert_false(opens(world.vault, others->key, PURPOSE_LETTER, 7, 3, blob));
    g_assert_false(opens(world.vault, keys->key, PURPOSE_OUTBOX, 7, 3, blob));
    g_assert_false(opens(world.vault, keys->key, PURPOSE_LETTER, 8, 3, blob));
    g_assert_false(opens(world.vault, keys->key, PURPOSE_LETTER, 7, 4, blob));
    g_assert_false(opens(elsewhere, keys->key, PURPOSE_LETTER, 7, 3, blob));
    for (gsize bit = 0; bit < g_bytes_get_size(blob) * 8; bit++) {
        g_autoptr(GBytes) bad = toggled(blob, bit);
        g_assert_false(opens(world.vault, keys->key, PURPOSE_LETTER, 7, 3, bad));
    }
    for (gsize n = 0; n < g_bytes_get_size(blob); n++) {
        g_autoptr(GBytes) part = g_bytes_new_from_bytes(blob, 0, n);
        g_assert_false(opens(world.vault, keys->key, PURPOSE_LETTER, 7, 3, part));
    }
    g_autoptr(GBytes) empty = vault_lock(world.vault, keys->key, PURPOSE_FLAG, 7, 3, "", 0);
    g_assert_true(opens(world.vault, keys->key, PURPOSE_FLAG, 7, 3, empty));
    g_autoptr(GBytes) no_key = g_bytes_new("short", 5);
    g_assert_null(vault_lock(world.vault, no_key, PURPOSE_FLAG, 7, 3, "", 0));
    g_assert_false(opens(world.vault, no_key, PURPOSE_LETTER, 7, 3, blob));
    world_free(&world);
}

/* A case key is gone from memory when its last reference is. The block's first bytes are the
 * allocator's after free(), so only the rest is looked at; ASan would forbid the look. */
static void key_is_wiped(void) {
#ifdef __SANITIZE_ADDRESS__
    g_test_skip("reads freed memory on purpose");
#else
    World world = world_new();
    CaseKeys *keys = case_for_both(&world, world.vault, 7);
    guint8 copy[VAULT_KEY];
    const volatile guint8 *at = g_bytes_get_data(keys->key, NULL);
    memcpy(copy, (const guint8 *)at, VAULT_KEY);
    case_keys_free(keys);
    gsize same = 0;
    for (gsize i = 16; i < VAULT_KEY; i++)
        same += at[i] == copy[i] && copy[i] != 0;
    g_assert_cmpuint(same, ==, 0);
    world_free(&world);
#endif
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vault_start(NULL));
    g_test_add_func("/vault/no-core-dumps", no_core_dumps);
    g_test_add_func("/vault/host-key", host_key_file);
    g_test_add_func("/vault/host-key-damaged", damaged_host_key);
    g_test_add_func("/vault/host-sheet", host_sheet);
    g_test_add_func("/vault/public-lines", public_lines);
    g_test_add_func("/vault/hashes", hashes);
    g_test_add_func("/vault/known-mail", known_mail);
    g_test_add_func("/vault/known-mail-bytes", every_byte_of_a_mail);
    g_test_add_func("/vault/known-mail-huge", huge_headers);
    g_test_add_func("/vault/text-at-rest", text_at_rest);
    g_test_add_func("/vault/key-is-wiped", key_is_wiped);
    return g_test_run();
}
