/* boxtool: one mailbox or post from the command line, for tests. Never a password in argv.
 *
 *   boxtool KEY=VALUE… VERB [ARGUMENT…]
 *   keys:  kind host port tls ca-file user auth password-file password-command folder path deadline
 *          from sent-folder (repeatable)
 *   verbs: list · fetch DIR [ID…] · count · expunge [ID…] · hold ID · abilities · validity
 *          tidy (copies of what `from` sent)
 *          send TO FILE… · probe (abilities of the post)
 * Without IDs, all there are. Exit codes are those of fault.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/fault.h"
#include "box/box.h"
#include "post/post.h"

typedef struct tool {
    Server server;
    const char *from;
} Tool;

static int index_of(const char *word, const char *const *words) {
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    fprintf(stderr, "boxtool: %s?\n", word);
    exit(64);
}

static void set(Tool *tool, const char *key, char *value) {
    static const char *const kinds[] = {"maildir", "imap", "smtp", "sendmail", NULL};
    static const char *const tls[] = {"yes", "starttls", "no", NULL};
    static const char *const auth[] = {"login", "xoauth2", NULL};
    Server *server = &tool->server;
    const struct {
        const char *key;
        char **into;
    } texts[] = {{"host", &server->host},
                 {"ca-file", &server->ca_file},
                 {"user", &server->user},
                 {"password-file", &server->password_file},
                 {"password-command", &server->password_command},
                 {"folder", &server->folder},
                 {"path", &server->path}};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        if (strcmp(texts[i].key, key) == 0)
            *texts[i].into = value;
    if (strcmp(key, "kind") == 0)
        server->kind = (enum server_kind)index_of(value, kinds);
    if (strcmp(key, "tls") == 0)
        server->tls = (enum server_tls)index_of(value, tls);
    if (strcmp(key, "auth") == 0)
        server->auth = (enum server_auth)index_of(value, auth);
    if (strcmp(key, "port") == 0)
        server->port = (guint16)atoi(value);
    if (strcmp(key, "deadline") == 0)
        server->deadline = (guint)atoi(value);
    if (strcmp(key, "from") == 0)
        tool->from = value;
    if (strcmp(key, "sent-folder") == 0) {
        if (server->sent_folders == NULL)
            server->sent_folders = g_ptr_array_new();
        g_ptr_array_add(server->sent_folders, value);
    }
}

/* A negative DIR of fetch, "-": counts only. */
typedef struct take {
    const char *dir;
    guint count;
    gsize bytes;
} Take;

static gboolean take(gpointer data, const char *id, GBytes *raw, GError **error) {
    Take *to = data;
    to->count++;
    to->bytes += g_bytes_get_size(raw);
    if (strcmp(to->dir, "-") == 0)
        return TRUE;
    if (strcmp(to->dir, "stop") == 0)
        return to->count < 2 || fault_set(error, FAULT_REFUSED, "told to stop");
    g_autofree char *path = g_build_filename(to->dir, id, NULL);
    return g_file_set_contents(path, g_bytes_get_data(raw, NULL), (gssize)g_bytes_get_size(raw),
                               error);
}

static GPtrArray *ids_of(Box *box, char **given, GError **error) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    for (char **at = given; *at != NULL; at++)
        g_ptr_array_add(ids, g_strdup(*at));
    if (*given != NULL)
        return g_steal_pointer(&ids);
    g_autoptr(GPtrArray) list = box_list(box, error);
    if (list == NULL)
        return NULL;
    for (guint i = 0; i < list->len; i++)
        g_ptr_array_add(ids, g_strdup(((BoxEntry *)g_ptr_array_index(list, i))->id));
    return g_steal_pointer(&ids);
}

static gboolean do_list(Box *box, gboolean full, GError **error) {
    g_autoptr(GPtrArray) list = box_list(box, error);
    for (guint i = 0; full && list != NULL && i < list->len; i++) {
        const BoxEntry *entry = g_ptr_array_index(list, i);
        printf("%s %" G_GSIZE_FORMAT "\n", entry->id, entry->size);
    }
    if (!full && list != NULL)
        printf("%u\n", list->len);
    return list != NULL;
}

static gboolean do_fetch(Box *box, char **argv, GError **error) {
    Take to = {.dir = argv[1]};
    g_autoptr(GPtrArray) ids = ids_of(box, argv + 2, error);
    gint64 start = g_get_monotonic_time();
    gboolean ok = ids != NULL && box_fetch(box, ids, take, &to, error);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%u mails, %" G_GSIZE_FORMAT " bytes\n", to.count, to.bytes);
    fprintf(stderr, "%.2f s, peak %ld kB\n", (double)(g_get_monotonic_time() - start) / 1e6,
            usage.ru_maxrss);
    return ok;
}

static gboolean do_expunge(Box *box, char **argv, GError **error) {
    g_autoptr(GPtrArray) ids = ids_of(box, argv + 1, error);
    return ids != NULL && box_expunge(box, ids, error);
}

static gboolean do_tidy(Box *box, const Tool *tool, GError **error) {
    guint removed = 0;
    gint64 start = g_get_monotonic_time();
    gboolean ok = box_tidy(box, tool->server.sent_folders, tool->from, &removed, error);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%u\n", removed);
    fprintf(stderr, "%.2f s, peak %ld kB\n", (double)(g_get_monotonic_time() - start) / 1e6,
            usage.ru_maxrss);
    return ok;
}

static gboolean do_abilities(Box *box, const Tool *tool, GError **error) {
    g_autofree char *text = box_abilities(box, tool->server.sent_folders, tool->from, error);
    fputs(text != NULL ? text : "", stdout);
    return text != NULL;
}

static gboolean with_box(const Tool *tool, char **argv, GError **error) {
    g_autoptr(Box) box = box_open(&tool->server, error);
    if (box == NULL)
        return FALSE;
    if (strcmp(argv[0], "list") == 0 || strcmp(argv[0], "count") == 0)
        return do_list(box, *argv[0] == 'l', error);
    if (strcmp(argv[0], "fetch") == 0)
        return do_fetch(box, argv, error);
    if (strcmp(argv[0], "expunge") == 0)
        return do_expunge(box, argv, error);
    if (strcmp(argv[0], "hold") == 0)
        return box_hold(box, argv[1], error);
    if (strcmp(argv[0], "abilities") == 0)
        return do_abilities(box, tool, error);
    if (strcmp(argv[0], "tidy") == 0)
        return do_tidy(box, tool, error);
    puts(box_validity(box));
    return TRUE;
}

static gboolean do_send(Post *post, char **argv, GError **error) {
    static const char *const words[] = {"sent", "refused", "later", "broken"};
    gboolean ok = TRUE;
    for (char **file = argv + 2; *file != NULL; file++) {
        g_autofree char *text = NULL;
        gsize length;
        g_clear_error(error);
        if (!g_file_get_contents(*file, &text, &length, error))
            return FALSE;
        g_autoptr(GBytes) mail = g_bytes_new_static(text, length);
        enum post_result result = post_send(post, argv[1], mail, error);
        puts(words[result]);
        ok = ok && result == POST_SENT;
        if (error != NULL && *error != NULL)
            fprintf(stderr, "%s\n", (*error)->message);
    }
    return post_flush(post, ok ? error : NULL) && ok;
}

static gboolean with_post(const Tool *tool, char **argv, GError **error) {
    g_autoptr(Post) post = post_open(&tool->server, tool->from, error);
    if (post == NULL)
        return FALSE;
    if (strcmp(argv[0], "send") == 0)
        return do_send(post, argv, error);
    g_autofree char *text = post_abilities(post, error);
    fputs(text != NULL ? text : "", stdout);
    return text != NULL;
}

int main(int argc, char **argv) {
    Tool tool = {.server = {.folder = (char *)"INBOX"}, .from = "box@h.example"};
    g_autoptr(GError) error = NULL;
    int i = 1;
    char *equals;
    for (; i < argc && (equals = strchr(argv[i], '=')) != NULL; i++) {
        *equals = '\0';
        set(&tool, argv[i], equals + 1);
    }
    if (i == argc)
        return 64;
    gboolean posts = strcmp(argv[i], "send") == 0 || strcmp(argv[i], "probe") == 0;
    if ((posts ? with_post : with_box)(&tool, argv + i, &error))
        return 0;
    fprintf(stderr, "boxtool: %s\n", error->message);
    return fault_exit(error);
}
