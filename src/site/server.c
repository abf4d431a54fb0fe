#include "site/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fault.h"

enum { SECRET_MOST = 64 << 10, SECRET_SECONDS = 30 };

void server_free(Server *server) {
    if (server == NULL)
        return;
    g_free(server->host);
    g_free(server->ca_file);
    g_free(server->user);
    g_free(server->password_command);
    g_free(server->password_file);
    g_free(server->folder);
    if (server->sent_folders != NULL)
        g_ptr_array_unref(server->sent_folders);
    g_free(server->path);
    g_free(server);
}

void server_forget(char *secret) {
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

/* The first line of `text`, which is wiped whole. A control character in it could end the command
 * it is sent in and begin another one. */
static char *first_line(char *text, gsize length, const char *where, GError **error) {
    gsize size = 0;
    while (size < length && text[size] != '\n')
        size++;
    if (size > 0 && text[size - 1] == '\r')
        size--;
    gboolean clean = TRUE;
    for (gsize i = 0; i < size; i++)
        clean = clean && (guchar)text[i] >= 0x20 && text[i] != 0x7f;
    char *line = clean && size > 0 ? g_strndup(text, size) : NULL;
    explicit_bzero(text, length);
    if (size == 0)
        fault_set(error, FAULT_SETUP, "%s: its first line, the password, is empty", where);
    else if (!clean)
        fault_set(error, FAULT_SETUP, "%s: its first line has a control character", where);
    return line;
}

static char *from_command(const char *command, GError **error) {
    g_auto(GStrv) argv = NULL;
    Child child = {.most = SECRET_MOST, .seconds = SECRET_SECONDS};
    if (!g_shell_parse_argv(command, NULL, &argv, NULL)) {
        fault_set(error, FAULT_SETUP, "password-command: its quotes do not match");
        return NULL;
    }
    child.argv = argv;
    if (!child_run(&child, error)) {
        g_prefix_error(error, "password-command: ");
        return NULL;
    }
    char *line = NULL;
    if (child.status == 0)
        line = first_line(child.output, child.length, "password-command", error);
    else
        fault_set(error, FAULT_SETUP, "password-command: %s failed (exit code %d)", argv[0],
                  child.status);
    explicit_bzero(child.output, child.length);
    g_free(child.output);
    return line;
}

/* The descriptor of a file only its owner can read, or -1. */
static int open_own(const char *path, GError **error) {
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &about) != 0) {
        fault_errno(error, FAULT_SETUP, errno, "%s: cannot be read", path);
    } else if (!S_ISREG(about.st_mode)) {
        fault_set(error, FAULT_SETUP, "%s: is no file", path);
    } else if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        fault_set(error, FAULT_SETUP, "%s: others can read it; say: chmod 600 %s", path, path);
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static char *from_file(const char *path, GError **error) {
    char text[SECRET_MOST];
    gsize length = 0;
    ssize_t got = 1;
    int fd = open_own(path, error);
    if (fd < 0)
        return NULL;
    while (got > 0 && length < sizeof text) {
        got = read(fd, text + length, sizeof text - length);
        length += got > 0 ? (gsize)got : 0;
    }
    int code = errno;
    close(fd);
    if (got < 0) {
        fault_errno(error, FAULT_SETUP, code, "%s: cannot be read", path);
        return NULL;
    }
    return first_line(text, length, path, error);
}

char *server_secret(const Server *server, GError **error) {
    if (server->password_command != NULL)
        return from_command(server->password_command, error);
    if (server->password_file != NULL)
        return from_file(server->password_file, error);
    return g_strdup("");
}

gboolean server_is_loopback(const char *host) {
    struct in_addr four;
    struct in6_addr six;
    if (host == NULL)
        return FALSE;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    return g_ascii_strcasecmp(host, "localhost") == 0;
}
