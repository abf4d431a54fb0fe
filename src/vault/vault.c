#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "vault/inside.h"
#include "vault/secret.h"

/* What a wbhost1 line carries. */
enum { HOST_PAYLOAD = 1 + VAULT_KEY };

/* The address sanitizer's leak check attaches to the process, which a process that cannot be dumped
 * does not let it do. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

gboolean vault_start(GError **error) {
    if (sodium_init() < 0)
        return fault_set(error, FAULT_SETUP, "libsodium does not start");
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || (!WATCHED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0))
        return fault_errno(error, FAULT_SETUP, errno, "cannot forbid core dumps");
    return TRUE;
}

void vault_random(void *to, gsize length) {
    randombytes_buf(to, length);
}

void vault_wipe_text(char *text) {
    if (text != NULL)
        sodium_memzero(text, strlen(text));
    g_free(text);
}

/* ---- the file of the host key -------------------------------------------------------------- */

static gboolean write_all(int file, const char *text) {
    gsize left = strlen(text);
    while (left > 0) {
        ssize_t n = write(file, text, left);
        if (n < 0 && errno != EINTR)
            return FALSE;
        text += MAX(n, 0);
        left -= (gsize)MAX(n, 0);
    }
    return TRUE;
}

/* The name of a new file is on disk only when its folder is. */
static gboolean sync_folder(const char *path) {
    g_autofree char *folder = g_path_get_dirname(path);
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return FALSE;
    gboolean good = fsync(file) == 0;
    return close(file) == 0 && good;
}

static gboolean write_key_file(const char *path, const guint8 *payload, GError **error) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    if (file < 0)
        return fault_errno(error, FAULT_SETUP, errno, "cannot make %s", path);
    char *line = typed_write("wbhost1", payload, HOST_PAYLOAD, FALSE);
    gboolean good = fchmod(file, 0400) == 0 && write_all(file, line) && write_all(file, "\n") &&
                    fsync(file) == 0;
    int why = errno;
    vault_wipe_text(line);
    if (close(file) == 0 && good && sync_folder(path))
        return TRUE;
    unlink(path);
    return fault_errno(error, FAULT_SETUP, good ? errno : why, "cannot write %s", path);
}

gboolean vault_create(const char *path, GError **error) {
    guint8 *payload = secret_new(HOST_PAYLOAD);
    payload[0] = 1;
    vault_random(payload + 1, VAULT_KEY);
    gboolean good = write_key_file(path, payload, error);
    secret_free(payload);
    return good;
}

gboolean vault_restore(const char *path, const char *sheet, GError **error) {
    guint8 *payload = secret_new(HOST_PAYLOAD);
    gboolean good = typed_read(sheet, strlen(sheet), "wbhost1", payload, HOST_PAYLOAD);
    if (!good || payload[0] == 0)
        good = fault_set(error, FAULT_INPUT, "this is not a recovery sheet of a host key");
    else
        good = write_key_file(path, payload, error);
    secret_free(payload);
    return good;
}

/* systemd hands a credential to a service that is not root by an access list, which shows as a
 * readable group. */
static gboolean is_credential(const char *path) {
    const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
    g_autofree char *parent = g_path_get_dirname(path);
    return folder != NULL && strcmp(folder, parent) == 0;
}

static gboolean good_file(int file, const char *path, GError **error) {
    struct stat about;
    if (fstat(file, &about) != 0)
        return fault_errno(error, FAULT_SETUP, errno, "cannot look at %s", path);
    if (!S_ISREG(about.st_mode))
        return fault_set(error, FAULT_SETUP, "%s is no file", path);
    mode_t others = is_credential(path) ? 0037 : 0077;
    if ((about.st_mode & others) != 0)
        return fault_set(error, FAULT_SETUP,
                         "%s can be read or written by others (mode %04o); it must be 0400", path,
                         (guint)(about.st_mode & 07777));
    return TRUE;
}

/* At most FORMAT_TYPED bytes into `text`; -1 where that fails. */
static gssize read_key_file(const char *path, char *text, GError **error) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        fault_errno(error, FAULT_SETUP, errno, "cannot open the host key %s", path);
        return -1;
    }
    gssize length = -1;
    if (good_file(file, path, error)) {
        length = read(file, text, FORMAT_TYPED);
        if (length < 0)
            fault_errno(error, FAULT_SETUP, errno, "cannot read %s", path);
    }
    close(file);
    return length;
}

/* ---- the vault ----------------------------------------------------------------------------- */

static const char CONTEXT[] = "wb-host1";

static Vault *vault_with(const guint8 *payload, const guint8 site[VAULT_SITE]) {
    Vault *vault = secret_new(sizeof *vault);
    vault->scratch = secret_new(sizeof *vault->scratch);
    vault->generation = payload[0];
    memcpy(vault->site, site, VAULT_SITE);
    memcpy(vault->host, payload + 1, VAULT_KEY);
    subkey(vault->outer, vault->host, 1, CONTEXT);
    subkey(vault->pepper, vault->host, 2, CONTEXT);
    subkey(vault->tokens, vault->host, 3, CONTEXT);
    subkey(vault->mails, vault->host, 4, CONTEXT);
    return vault;
}

Vault *vault_open(const char *path, const guint8 site[VAULT_SITE], GError **error) {
    char *text = secret_new(FORMAT_TYPED);
    guint8 *payload = secret_new(HOST_PAYLOAD);
    Vault *vault = NULL;
    gssize length = read_key_file(path, text, error);
    if (length >= 0) {
        if (typed_read(text, (gsize)length, "wbhost1", payload, HOST_PAYLOAD) && payload[0] > 0)
            vault = vault_with(payload, site);
        else
            fault_set(error, FAULT_SETUP, "%s is not a host key, or it is damaged", path);
    }
    secret_free(payload);
    secret_free(text);
    return vault;
}

Vault *vault_twin(const Vault *vault) {
    Vault *twin = secret_new(sizeof *twin);
    *twin = *vault;
    twin->scratch = secret_new(sizeof *twin->scratch);
    return twin;
}

void vault_close(Vault *vault) {
    if (vault == NULL)
        return;
    secret_free(vault->scratch);
    secret_free(vault);
}

char *vault_sheet(const Vault *vault) {
    guint8 *payload = secret_new(HOST_PAYLOAD);
    payload[0] = (guint8)vault->generation;
    memcpy(payload + 1, vault->host, VAULT_KEY);
    char *sheet = typed_write("wbhost1", payload, HOST_PAYLOAD, TRUE);
    secret_free(payload);
    return sheet;
}

guint vault_generation(const Vault *vault) {
    return vault->generation;
}

gint64 vault_mark(const Vault *vault) {
    guint8 key[VAULT_KEY], hash[VAULT_HASH];
    guint64 mark;
    const HashPart parts[] = {TEXT_PART("worrybox host mark 1"), {vault->site, VAULT_SITE}};
    subkey(key, vault->host, 5, CONTEXT);
    hash_parts(hash, key, parts, G_N_ELEMENTS(parts));
    sodium_memzero(key, sizeof key);
    memcpy(&mark, hash, sizeof mark);
    return (gint64)MAX(GUINT64_FROM_LE(mark) >> 1, 1);
}

Place place_of(const Vault *vault, guint64 id, guint64 message) {
    Place place = {.id = id, .message = message};
    memcpy(place.site, vault->site, VAULT_SITE);
    return place;
}
