#include "wire/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

int maildir_make(const char *path, GError **error) {
    static const char *const parts[] = {"tmp", "new", "cur"};
    int folder = -1;
    gboolean ok = g_mkdir_with_parents(path, 0700) == 0 &&
                  (folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0;
    for (guint i = 0; ok && i < G_N_ELEMENTS(parts); i++) {
        struct stat about;
        ok = mkdirat(folder, parts[i], 0700) == 0 || errno == EEXIST;
        if (ok && fstatat(folder, parts[i], &about, 0) == 0 && !S_ISDIR(about.st_mode)) {
            errno = ENOTDIR;
            ok = FALSE;
        }
    }
    if (ok)
        return folder;
    fault_errno(error, FAULT_SETUP, errno, "%s: is no Maildir, and cannot be made one", path);
    if (folder >= 0)
        close(folder);
    return -1;
}

gboolean maildir_sync(int folder, const char *name, GError **error) {
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        fault_errno(error, FAULT_RUN, errno, "the folder %s of the Maildir", name);
    if (fd >= 0)
        close(fd);
    return ok;
}
