/* Maildir, and for the folder Held Maildir++. Other programs may deliver, read and move at the same
 * time: a file that has gone is no error, and one that has changed its name is looked for again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "box/kind.h"
#include "wire/maildir.h"

static const char *const PLACES[] = {"new", "cur"};

typedef struct maildir {
    char *path;
    int folder;         /* descriptor of it */
    GHashTable *places; /* owned; id to "cur/name", both owned; only where the name is not the id,
                         * or it is in cur; NULL: to be read */
} Maildir;

static void maildir_close(gpointer state) {
    Maildir *box = state;
    if (box->folder >= 0)
        close(box->folder);
    if (box->places != NULL)
        g_hash_table_unref(box->places);
    g_free(box->path);
    g_free(box);
}

static gpointer maildir_open(const Server *server, GError **error) {
    int folder = maildir_make(server->path, error);
    if (folder < 0)
        return NULL;
    Maildir *box = g_new0(Maildir, 1);
    box->path = g_strdup(server->path);
    box->folder = folder;
    return box;
}

static const char *maildir_validity(gpointer state) {
    (void)state;
    return "maildir";
}

/* The unique part of a name, before ":2,FLAGS". Caller frees. */
static char *id_of(const char *name) {
    const char *flags = strstr(name, ":2,");
    return flags != NULL ? g_strndup(name, (gsize)(flags - name)) : g_strdup(name);
}

/* Ids come back from the database and must not lead out of the folder. */
static gboolean id_ok(const char *id) {
    return *id != '\0' && *id != '.' && strchr(id, '/') == NULL;
}

/* Calls `see` for each name in new and cur that may be a mail. */
typedef void (*See)(gpointer data, const char *place, const char *name);

static gboolean walk(Maildir *box, See see, gpointer data, GError **error) {
    for (guint i = 0; i < G_N_ELEMENTS(PLACES); i++) {
        g_autofree char *path = g_build_filename(box->path, PLACES[i], NULL);
        GDir *dir = g_dir_open(path, 0, NULL);
        if (dir == NULL)
            return fault_errno(error, FAULT_RUN, errno, "%s: cannot be read", path);
        const char *name;
        while ((name = g_dir_read_name(dir)) != NULL)
            if (*name != '.')
                see(data, PLACES[i], name);
        g_dir_close(dir);
    }
    return TRUE;
}

/* ---- the list -------------------------------------------------------------------------------- */

struct found {
    char *id;
    gint64 time; /* nanoseconds of its last change */
    gsize size;
};

typedef struct listing {
    Maildir *box;
    GArray *found; /* of struct found */
} Listing;

static void list_one(gpointer data, const char *place, const char *name) {
    Listing *listing = data;
    struct stat about;
    g_autofree char *path = g_strconcat(place, "/", name, NULL);
    if (fstatat(listing->box->folder, path, &about, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(about.st_mode))
        return; /* gone meanwhile; or a link, which could show any file of ours as a mail */
    struct found found = {.id = id_of(name),
                          .time = (gint64)about.st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) +
                                  about.st_mtim.tv_nsec,
                          .size = (gsize)about.st_size};
    g_array_append_val(listing->found, found);
}

static gint oldest_first(gconstpointer a, gconstpointer b) {
    const struct found *x = a, *y = b;
    return x->time != y->time ? (x->time < y->time ? -1 : 1) : strcmp(x->id, y->id);
}

static GPtrArray *maildir_list(gpointer state, GError **error) {
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct found));
    Listing listing = {state, found};
    gboolean ok = walk(state, list_one, &listing, error);
    g_array_sort(found, oldest_first);
    GPtrArray *list = g_ptr_array_new_full(found->len, box_entry_free);
    for (guint i = 0; i < found->len; i++) {
        struct found *one = &g_array_index(found, struct found, i);
        g_ptr_array_add(list, box_entry_new(one->id, one->size));
    }
    return ok ? list : (g_ptr_array_unref(list), NULL);
}

/* ---- finding a mail again -------------------------------------------------------------------- */

static void place_one(gpointer data, const char *place, const char *name) {
    GHashTable *places = data;
    char *id = id_of(name);
    g_hash_table_replace(places, id, g_strconcat(place, "/", name, NULL));
}

static const char *place_of(Maildir *box, const char *id, GError **error) {
    if (box->places == NULL) {
        box->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        if (!walk(box, place_one, box->places, error)) {
            g_clear_pointer(&box->places, g_hash_table_unref);
            return NULL;
        }
    }
    return g_hash_table_lookup(box->places, id);
}

/* What is to be done with the file at `path`, below the folder; 0, or why not, as errno. */
typedef int (*Act)(Maildir *box, const char *path, const char *id, gpointer data);

/* Does it where the mail is: mostly in new under its bare id; else the folder is read, twice where
 * it was moved in between. TRUE: done, or it has gone; else *error. */
static gboolean act(Maildir *box, const char *id, Act what, gpointer data, const char *doing,
                    GError **error) {
    if (!id_ok(id))
        return fault_set(error, FAULT_RUN, "an id that is no name of a mail");
    g_autofree char *plain = g_strconcat("new/", id, NULL);
    int code = what(box, plain, id, data);
    for (int i = 0; code == ENOENT && i < 2; i++) {
        g_autoptr(GError) why = NULL;
        const char *path = place_of(box, id, &why);
        if (why != NULL) {
            g_propagate_error(error, g_steal_pointer(&why));
            return FALSE;
        }
        code = path != NULL ? what(box, path, id, data) : ENOENT;
        if (code == ENOENT && i == 0)
            g_clear_pointer(&box->places, g_hash_table_unref);
    }
    return code == 0 || code == ENOENT ||
           fault_errno(error, FAULT_RUN, code, "%s: %s", box->path, doing);
}

/* ---- reading --------------------------------------------------------------------------------- */

static int read_all(int fd, gsize size, GBytes **raw) {
    char *text = g_try_malloc(size + 1);
    gsize length = 0;
    ssize_t got = 1;
    if (text == NULL)
        return ENOMEM;
    while (got > 0 && length < size) {
        got = read(fd, text + length, size - length);
        if (got < 0 && errno == EINTR)
            got = 1;
        else
            length += got > 0 ? (gsize)got : 0;
    }
    int code = got < 0 ? errno : 0;
    *raw = code == 0 ? g_bytes_new_take(text, length) : (g_free(text), NULL);
    return code;
}

static int read_mail(Maildir *box, const char *path, const char *id, gpointer data) {
    (void)id;
    struct stat about;
    int fd = openat(box->folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ELOOP ? ENOENT : errno;
    int code = fstat(fd, &about) != 0 ? errno : 0;
    if (code == 0 && !S_ISREG(about.st_mode))
        code = ENOENT;
    if (code == 0)
        code = read_all(fd, (gsize)about.st_size, data);
    close(fd);
    return code;
}

static gboolean maildir_fetch(gpointer state, const GPtrArray *ids, BoxTake take, gpointer data,
                              GError **error) {
    Maildir *box = state;
    g_clear_pointer(&box->places, g_hash_table_unref);
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        g_autoptr(GBytes) raw = NULL;
        if (!act(box, id, read_mail, &raw, "a mail cannot be read", error))
            return FALSE;
        if (raw != NULL && !take(data, id, raw, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- deleting and moving --------------------------------------------------------------------- */

static int remove_mail(Maildir *box, const char *path, const char *id, gpointer data) {
    (void)id;
    (void)data;
    return unlinkat(box->folder, path, 0) == 0 ? 0 : errno;
}

static gboolean maildir_expunge(gpointer state, const GPtrArray *ids, GError **error) {
    Maildir *box = state;
    gboolean ok = TRUE;
    g_clear_pointer(&box->places, g_hash_table_unref);
    for (guint i = 0; ok && i < ids->len; i++)
        ok = act(box, g_ptr_array_index(ids, i), remove_mail, NULL, "a mail cannot be deleted",
                 error);
    for (guint i = 0; ok && i < G_N_ELEMENTS(PLACES); i++)
        ok = maildir_sync(box->folder, PLACES[i], error);
    return ok;
}

/* Into new, under its bare id: whoever looks into Held finds it unread. */
static int move_mail(Maildir *box, const char *path, const char *id, gpointer data) {
    const int *held = data;
    g_autofree char *to = g_strconcat("new/", id, NULL);
    if (renameat2(box->folder, path, *held, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    return renameat(box->folder, path, *held, to) == 0 ? 0 : errno; /* NFS knows only this */
}

static gboolean maildir_hold(gpointer state, const char *id, GError **error) {
    Maildir *box = state;
    g_autofree char *path = g_build_filename(box->path, ".Held", NULL);
    g_autofree char *mark = g_build_filename(path, "maildirfolder", NULL); /* Maildir++ wants it */
    int held = maildir_make(path, error);
    if (held < 0)
        return FALSE;
    g_clear_pointer(&box->places, g_hash_table_unref);
    int file = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    gboolean ok =
        act(box, id, move_mail, &held, "a mail cannot be moved to the folder Held", error);
    ok = ok && maildir_sync(held, "new", error);
    close(held);
    return ok;
}

/* Nobody keeps copies in a Maildir behind our back. */
static gboolean maildir_tidy(gpointer state, const GPtrArray *folders, const char *address,
                             guint *removed, GError **error) {
    (void)state;
    (void)folders;
    (void)address;
    (void)removed;
    (void)error;
    return TRUE;
}

static char *maildir_abilities(gpointer state, const GPtrArray *folders, const char *address,
                               GError **error) {
    Maildir *box = state;
    (void)folders;
    (void)address;
    if (faccessat(box->folder, "new", W_OK | X_OK, AT_EACCESS) != 0 ||
        faccessat(box->folder, "cur", W_OK | X_OK, AT_EACCESS) != 0) {
        fault_errno(error, FAULT_SETUP, errno, "%s: mails could not be deleted there", box->path);
        return NULL;
    }
    return g_strdup("Maildir: yes. A letter is deleted by removing its file; on a flash disk, or "
                    "where snapshots are taken, only an encrypted disk makes that final.\n");
}

const BoxKind BOX_MAILDIR = {
    .open = maildir_open,
    .close = maildir_close,
    .validity = maildir_validity,
    .list = maildir_list,
    .fetch = maildir_fetch,
    .expunge = maildir_expunge,
    .hold = maildir_hold,
    .tidy = maildir_tidy,
    .abilities = maildir_abilities,
};
