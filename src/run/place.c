#include "run/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "rules/rules.h"

static const char NEW[] = ".new", READY[] = "ready";

gboolean place_may(const char *folder) {
    return access(folder, W_OK | X_OK) == 0;
}

/* ---- the disk ------------------------------------------------------------------------------ */

static gboolean sync_folder(const char *folder, GError **error) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean done = fd >= 0 && fsync(fd) == 0;
    int code = errno;
    if (fd >= 0)
        close(fd);
    return done || fault_errno(error, FAULT_RUN, code, "%s cannot be written", folder);
}

static gboolean write_all(int fd, const char *text, gsize length) {
    while (length > 0) {
        gssize n = write(fd, text, length);
        if (n < 0 && errno != EINTR)
            return FALSE;
        text += MAX(n, 0);
        length -= (gsize)MAX(n, 0);
    }
    return fsync(fd) == 0;
}

/* To the disk, whole; what was there before is gone. */
static gboolean write_file(const char *path, const char *text, gsize length, mode_t mode,
                           GError **error) {
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    gboolean done = fd >= 0 && write_all(fd, text, length) && fchmod(fd, mode) == 0;
    int code = errno;
    if (fd >= 0)
        close(fd);
    return done || fault_errno(error, FAULT_RUN, code, "%s cannot be written", path);
}

static mode_t mode_of(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 ? found.st_mode & 0777 : 0644;
}

/* ---- the steps ----------------------------------------------------------------------------- */

/* What an earlier try has left that never became ready. */
static void clear(const char *staged) {
    GDir *dir = g_dir_open(staged, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name != NULL;
         name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(staged, name, NULL);
        unlink(path);
    }
    if (dir != NULL)
        g_dir_close(dir);
    rmdir(staged);
}

static gboolean stage(const char *folder, const char *staged, const RuleFile *file,
                      GError **error) {
    g_autofree char *to = g_build_filename(staged, file->name, NULL);
    g_autofree char *present = g_build_filename(folder, file->name, NULL);
    return write_file(to, file->text, strlen(file->text), mode_of(present), error);
}

/* The version that is replaced stays beside it; the folder of rules reads no such name. */
static gboolean keep_before(const char *folder, const RuleFile *file, GError **error) {
    g_autofree char *from = g_build_filename(folder, file->name, NULL);
    g_autofree char *to = g_strconcat(from, ".before", NULL);
    g_autofree char *half = g_strconcat(from, ".half", NULL);
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_test(from, G_FILE_TEST_EXISTS))
        return TRUE;
    if (!g_file_get_contents(from, &text, &length, NULL))
        return fault_set(error, FAULT_RUN, "%s cannot be read", from);
    return write_file(half, text, length, mode_of(from), error) &&
           (rename(half, to) == 0 ||
            fault_errno(error, FAULT_RUN, errno, "%s cannot be written", to));
}

gboolean place_files(const char *folder, const GPtrArray *files, GError **error) {
    g_autofree char *staged = g_build_filename(folder, NEW, NULL);
    g_autofree char *ready = g_build_filename(staged, READY, NULL);
    clear(staged);
    if (mkdir(staged, 0700) != 0)
        return fault_errno(error, FAULT_RUN, errno, "%s cannot be made", staged);
    for (guint i = 0; i < files->len; i++) {
        const RuleFile *file = g_ptr_array_index(files, i);
        if (!stage(folder, staged, file, error) || !keep_before(folder, file, error))
            return FALSE;
    }
    return sync_folder(staged, error) && sync_folder(folder, error) &&
           write_file(ready, "", 0, 0600, error) && sync_folder(staged, error) &&
           place_finish(folder, error);
}

/* Two runs may do this at once: whoever comes second finds the file gone, and in its place. */
static gboolean move_in(const char *folder, const char *staged, const char *name, GError **error) {
    g_autofree char *from = g_build_filename(staged, name, NULL);
    g_autofree char *to = g_build_filename(folder, name, NULL);
    return rename(from, to) == 0 || errno == ENOENT ||
           fault_errno(error, FAULT_RUN, errno, "%s cannot be written", to);
}

gboolean place_finish(const char *folder, GError **error) {
    g_autofree char *staged = g_build_filename(folder, NEW, NULL);
    g_autofree char *ready = g_build_filename(staged, READY, NULL);
    gboolean done = TRUE;
    if (!g_file_test(ready, G_FILE_TEST_EXISTS))
        return TRUE;
    GDir *dir = g_dir_open(staged, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; done && name != NULL;
         name = g_dir_read_name(dir))
        if (g_str_has_suffix(name, ".rules"))
            done = move_in(folder, staged, name, error);
    if (dir != NULL)
        g_dir_close(dir);
    if (!done || !sync_folder(folder, error))
        return FALSE;
    unlink(ready);
    rmdir(staged);
    return TRUE;
}
