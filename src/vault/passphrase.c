#include "vault/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/fault.h"
#include "vault/secret.h"

enum { LONGEST = 1000, TRIES = 3 };

/* What came before the first line end, as a string of its own; `room` is wiped. */
static char *first_line(char *room, gsize length) {
    gsize n = 0;
    while (n < length && strchr("\r\n", room[n]) == NULL)
        n++;
    char *line = g_strndup(room, n);
    secret_free(room);
    return line;
}

static gboolean usable(const char *line, gsize read_bytes, const char *what, enum fault reach,
                       GError **error) {
    if (*line == '\0')
        return fault_set(error, reach, "%s is empty", what);
    if (read_bytes > LONGEST && strlen(line) > LONGEST)
        return fault_set(error, reach, "%s is longer than %d bytes", what, LONGEST);
    return TRUE;
}

static char *from_file(const char *path, GError **error) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        fault_errno(error, FAULT_INPUT, errno, "cannot open %s", path);
        return NULL;
    }
    char *room = secret_new(LONGEST + 2);
    gsize length = 0;
    ssize_t n;
    while (length <= LONGEST && (n = read(file, room + length, LONGEST + 1 - length)) != 0) {
        if (n < 0 && errno != EINTR)
            break;
        length += (gsize)MAX(n, 0);
    }
    close(file);
    char *line = first_line(room, length);
    g_autofree char *what = g_strdup_printf("the first line of %s", path);
    if (usable(line, length, what, FAULT_INPUT, error))
        return line;
    vault_wipe_text(line);
    return NULL;
}

/* ---- the terminal -------------------------------------------------------------------------- */

/* Signals wait while the terminal does not echo: poll() sees them in `signals`, the terminal is set
 * right, and only then do they do what they do. */
typedef struct quiet {
    int terminal, signals;
    struct termios before;
    sigset_t mask;
} Quiet;

static gboolean quiet_begin(Quiet *quiet) {
    sigset_t held;
    sigemptyset(&held);
    const int kinds[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        sigaddset(&held, kinds[i]);
    quiet->terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (quiet->terminal < 0)
        return FALSE;
    struct termios silent;
    if (tcgetattr(quiet->terminal, &quiet->before) != 0) {
        close(quiet->terminal);
        return FALSE;
    }
    sigprocmask(SIG_BLOCK, &held, &quiet->mask);
    quiet->signals = signalfd(-1, &held, SFD_CLOEXEC);
    silent = quiet->before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    tcsetattr(quiet->terminal, TCSAFLUSH, &silent);
    return TRUE;
}

static void quiet_end(Quiet *quiet) {
    tcsetattr(quiet->terminal, TCSAFLUSH, &quiet->before);
    if (quiet->signals >= 0)
        close(quiet->signals);
    close(quiet->terminal);
    sigprocmask(SIG_SETMASK, &quiet->mask, NULL);
}

static void say(int terminal, const char *text) {
    if (write(terminal, text, strlen(text)) < 0)
        return; /* a terminal that cannot show a prompt can still be typed on */
}

/* One line; it may be empty. */
static char *ask(const Quiet *quiet, const char *prompt, gsize *length) {
    char *room = secret_new(LONGEST + 2);
    struct pollfd wait[] = {{quiet->terminal, POLLIN, 0}, {quiet->signals, POLLIN, 0}};
    *length = 0;
    say(quiet->terminal, prompt);
    while (*length <= LONGEST && memchr(room, '\n', *length) == NULL) {
        int ready = poll(wait, quiet->signals >= 0 ? 2 : 1, -1);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0 || wait[1].revents != 0)
            break;
        ssize_t n = read(quiet->terminal, room + *length, LONGEST + 1 - *length);
        if (n <= 0)
            break;
        *length += (gsize)n;
    }
    say(quiet->terminal, "\n");
    return first_line(room, *length);
}

static char *ask_twice(const Quiet *quiet, const char *prompt, gboolean twice, GError **error) {
    for (int i = 0; i < TRIES; i++) {
        gsize length, again;
        char *line = ask(quiet, prompt, &length);
        if (!usable(line, length, "the passphrase", FAULT_REFUSED, error)) {
            vault_wipe_text(line);
            return NULL;
        }
        char *second = twice ? ask(quiet, "The same again: ", &again) : NULL;
        gboolean alike = !twice || strcmp(line, second) == 0;
        vault_wipe_text(second);
        if (alike)
            return line;
        vault_wipe_text(line);
        say(quiet->terminal, "These were not the same.\n");
    }
    fault_set(error, FAULT_REFUSED, "the passphrase was not typed the same twice");
    return NULL;
}

char *passphrase_get(const char *path, const char *prompt, gboolean twice, GError **error) {
    if (path != NULL)
        return from_file(path, error);
    Quiet quiet;
    if (!quiet_begin(&quiet)) {
        fault_set(error, FAULT_USAGE,
                  "there is no terminal to ask for a passphrase: give --passphrase-file");
        return NULL;
    }
    char *line = ask_twice(&quiet, prompt, twice, error);
    quiet_end(&quiet);
    return line;
}
