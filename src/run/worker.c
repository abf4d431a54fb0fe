#include "run/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "run/confine.h"
#include "run/pack.h"
#include "strip/strip.h"

/* The nursery is a child that holds nothing and makes workers on request: so a worker made in the
 * middle of a run is no copy of a process that has keys. */
struct worker {
    const Reader *reader; /* borrowed */
    const Rules *rules;   /* borrowed */
    const Named *named;   /* borrowed; NULL */
    pid_t nursery;        /* 0: another's */
    int asks;             /* to the nursery */
    int line;             /* to the present worker; -1: none */
    GByteArray *inbox;    /* what it said while we spoke */
    GBytes *begun;        /* owned; what worker_begin() has sent; NULL: nothing */
    gboolean asked;       /* an answer about the mail in hand is to come */
};

enum { CPU_SECONDS = 2, WALL_SECONDS = 10, MEMORY = 112 << 20 };
enum { LARGEST = 128 << 20 };

/* ---- frames: a length and as many bytes ---------------------------------------------------- */

typedef struct frame {
    guint32 kind; /* enum what */
    guint32 length;
} Frame;
enum what { WHAT_RAW, WHAT_CONTEXT, WHAT_FACTS, WHAT_RESULT, WHAT_UNREADABLE };

/* What is still to be sent of a frame: its head and its bytes go in one call, so that the other
 * side wakes up once for both. */
typedef struct parts {
    struct iovec part[2];
} Parts;

static gsize parts_left(const Parts *parts) {
    return parts->part[0].iov_len + parts->part[1].iov_len;
}

/* As much as goes. -1: errno says why none does. */
static gssize send_some(int fd, Parts *parts, int flags) {
    struct msghdr message = {.msg_iov = parts->part, .msg_iovlen = 2};
    gssize sent = sendmsg(fd, &message, flags | MSG_NOSIGNAL);
    gsize left = (gsize)MAX(sent, 0);
    for (guint i = 0; i < 2; i++) {
        gsize gone = MIN(left, parts->part[i].iov_len);
        parts->part[i].iov_base = (char *)parts->part[i].iov_base + gone;
        parts->part[i].iov_len -= gone;
        left -= gone;
    }
    return sent;
}

/* The worker's side waits; what stops it is its time. */
static gboolean send_all(int fd, Parts *parts) {
    while (parts_left(parts) > 0)
        if (send_some(fd, parts, 0) <= 0 && errno != EINTR)
            return FALSE;
    return TRUE;
}

static gboolean read_all(int fd, gpointer data, gsize length) {
    char *p = data;
    while (length > 0) {
        gssize n = recv(fd, p, length, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        p += n;
        length -= (gsize)n;
    }
    return TRUE;
}

static gboolean send_frame(int fd, enum what kind, GBytes *bytes) {
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    Frame frame = {kind, (guint32)length};
    Parts parts = {{{&frame, sizeof frame}, {(gpointer)data, length}}};
    return length <= LARGEST && send_all(fd, &parts);
}

static GBytes *receive_frame(int fd, enum what *kind) {
    Frame frame;
    if (!read_all(fd, &frame, sizeof frame) || frame.length > LARGEST)
        return NULL;
    g_autofree char *data = g_try_malloc(frame.length + 1);
    if (data == NULL || !read_all(fd, data, frame.length))
        return NULL;
    data[frame.length] = '\0';
    *kind = frame.kind;
    return g_bytes_new_take(g_steal_pointer(&data), frame.length);
}

/* ---- the worker ---------------------------------------------------------------------------- */

/* Each mail has its own time: the processor's, and by the clock. SIGXCPU and SIGALRM end us. */
static void start_time(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    rlim_t seconds = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + CPU_SECONDS + 1);
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, RLIM_INFINITY});
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_sec = WALL_SECONDS}, NULL);
}

static void stop_time(void) {
    setrlimit(RLIMIT_CPU, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

static gboolean answer_raw(const Worker *setup, int line, GBytes *raw, Mail **mail) {
    g_autoptr(GError) error = NULL;
    *mail = mail_read(raw, setup->reader, &error);
    if (*mail != NULL) {
        g_autoptr(GBytes) facts = pack_facts(mail_facts(*mail));
        return send_frame(line, WHAT_FACTS, facts);
    }
    g_autoptr(GBytes) why = g_bytes_new(error->message, strlen(error->message));
    return send_frame(line, WHAT_UNREADABLE, why);
}

static gboolean answer_context(const Worker *setup, int line, GBytes *bytes, const Mail *mail) {
    g_autoptr(Context) context = unpack_context(bytes);
    if (context == NULL)
        return FALSE;
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    g_autoptr(Verdict) verdict = NULL;
    context->roll = setup->reader->roll;
    strip(mail, context, setup->reader->limits, &letter, &identity);
    gboolean answer = letter->route == ROUTE_LISTENER || letter->route == ROUTE_STAFF;
    context->occasion.attachment = letter->withheld->len > 0 ? KNOWN_YES : KNOWN_NO;
    if (letter->whole != NULL)
        verdict = rules_judge_at(setup->rules, answer ? ON_ANSWER : ON_LETTER, &context->occasion,
                                 letter->whole_subject, letter->whole);
    if (verdict != NULL && !answer && setup->named != NULL)
        named_mark(setup->named, context->reader, letter->whole_subject, letter->whole, verdict);
    g_autoptr(GBytes) result = pack_result(letter, identity, verdict);
    return send_frame(line, WHAT_RESULT, result);
}

G_NORETURN static void serve(const Worker *setup, int line) {
    g_autoptr(Mail) mail = NULL;
    /* Says that it is confined: a machine that does not let it be must not cost any mail. */
    gboolean well = confine_worker(MEMORY) && send(line, "r", 1, MSG_NOSIGNAL) == 1;
    while (well) {
        enum what kind;
        g_autoptr(GBytes) bytes = receive_frame(line, &kind);
        if (bytes == NULL)
            break;
        start_time();
        if (kind == WHAT_RAW) {
            g_clear_pointer(&mail, mail_free);
            well = answer_raw(setup, line, bytes, &mail);
        } else {
            well = mail != NULL && answer_context(setup, line, bytes, mail);
        }
        stop_time();
    }
    _exit(0);
}

/* ---- the nursery --------------------------------------------------------------------------- */

static gboolean send_fd(int to, int fd) {
    char byte = 'w', space[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec vector = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(control), &fd, sizeof fd);
    return sendmsg(to, &message, MSG_NOSIGNAL) == 1;
}

static int receive_fd(int from) {
    char byte, space[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec vector = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    int fd = -1;
    if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message) != NULL)
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

G_NORETURN static void nurse(const Worker *setup, int asked) {
    char byte;
    signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
    signal(SIGTERM, SIG_IGN); /* the run says when it is over, by closing the line */
    signal(SIGINT, SIG_IGN);
    while (recv(asked, &byte, 1, 0) == 1) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            break;
        pid_t pid = fork();
        if (pid == 0) {
            close(asked);
            close(ends[0]);
            serve(setup, ends[1]);
        }
        close(ends[1]);
        gboolean sent = pid > 0 && send_fd(asked, ends[0]);
        close(ends[0]);
        if (!sent)
            break;
    }
    _exit(0);
}

Worker *worker_start(const Reader *reader, const Rules *rules, const Named *named, GError **error) {
    int ends[2];
    Worker *worker = g_new0(Worker, 1);
    worker->reader = reader;
    worker->rules = rules;
    worker->named = named;
    worker->line = worker->asks = -1;
    worker->inbox = g_byte_array_new();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        fault_errno(error, FAULT_RUN, errno, "no line to a worker");
        worker_stop(worker);
        return NULL;
    }
    pid_t parent = getpid();
    worker->nursery = fork();
    if (worker->nursery == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a run that is killed leaves nobody behind */
        close(ends[0]);
        if (getppid() != parent)
            _exit(0);
        nurse(worker, ends[1]);
    }
    close(ends[1]);
    worker->asks = ends[0];
    if (worker->nursery < 0) {
        fault_errno(error, FAULT_RUN, errno, "no worker can be made");
        worker_stop(worker);
        return NULL;
    }
    return worker;
}

/* No more of this worker: the next mail gets another. */
static void cut(Worker *worker) {
    if (worker->line >= 0)
        close(worker->line);
    worker->line = -1;
    g_byte_array_set_size(worker->inbox, 0);
    g_clear_pointer(&worker->begun, g_bytes_unref);
    worker->asked = FALSE;
}

void worker_stop(Worker *worker) {
    if (worker == NULL)
        return;
    cut(worker);
    if (worker->asks >= 0)
        close(worker->asks);
    if (worker->nursery > 0)
        waitpid(worker->nursery, NULL, 0);
    g_byte_array_unref(worker->inbox);
    g_free(worker);
}

/* ---- the run's side ------------------------------------------------------------------------ */

/* Takes what the worker says now into the inbox. */
static gboolean hear(Worker *worker) {
    enum { PIECE = 64 << 10 };
    guint length = worker->inbox->len;
    if (length > LARGEST)
        return FALSE;
    g_byte_array_set_size(worker->inbox, length + PIECE);
    gssize n = recv(worker->line, worker->inbox->data + length, PIECE, MSG_DONTWAIT);
    g_byte_array_set_size(worker->inbox, length + (guint)MAX(n, 0));
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* We speak before the worker has said all it has to say; so we listen where it does not. Else both
 * would wait for ever, each for the other to read. */
static gboolean speak(Worker *worker, Parts *parts) {
    while (parts_left(parts) > 0) {
        gssize n = send_some(worker->line, parts, MSG_DONTWAIT);
        struct pollfd wait = {worker->line, POLLIN | POLLOUT, 0};
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return FALSE;
        if (n < 0 && ((poll(&wait, 1, -1) < 0 && errno != EINTR) ||
                      ((wait.revents & POLLIN) != 0 && !hear(worker))))
            return FALSE;
    }
    return TRUE;
}

static gboolean listen_for(Worker *worker, gpointer data, gsize length) {
    gsize here = MIN(length, worker->inbox->len);
    if (here > 0) {
        memcpy(data, worker->inbox->data, here);
        g_byte_array_remove_range(worker->inbox, 0, (guint)here);
    }
    return read_all(worker->line, (char *)data + here, length - here);
}

static gboolean tell(Worker *worker, enum what kind, GBytes *bytes) {
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    Frame frame = {kind, (guint32)length};
    Parts parts = {{{&frame, sizeof frame}, {(gpointer)data, length}}};
    return worker->line >= 0 && length <= LARGEST && speak(worker, &parts);
}

static gboolean have_line(Worker *worker, GError **error) {
    char ready;
    if (worker->line < 0 && send(worker->asks, "?", 1, MSG_NOSIGNAL) == 1) {
        worker->line = receive_fd(worker->asks);
        if (worker->line >= 0 && !read_all(worker->line, &ready, 1)) {
            cut(worker);
            return fault_set(error, FAULT_RUN, "the worker cannot be confined on this machine");
        }
    }
    return worker->line >= 0 || fault_set(error, FAULT_RUN, "no worker can be made");
}

static gboolean lost(Worker *worker, GError **error) {
    cut(worker);
    return fault_set(error, FAULT_MAIL,
                     "the program that reads mail was stopped by it (memory, time or a fault)");
}

static GBytes *receive(Worker *worker, enum what *kind) {
    Frame frame;
    if (worker->line < 0 || !listen_for(worker, &frame, sizeof frame) || frame.length > LARGEST)
        return NULL;
    g_autofree char *data = g_try_malloc(frame.length + 1);
    if (data == NULL || !listen_for(worker, data, frame.length))
        return NULL;
    data[frame.length] = '\0';
    *kind = frame.kind;
    return g_bytes_new_take(g_steal_pointer(&data), frame.length);
}

/* The answer, which is of kind `want` or unreadable. */
static GBytes *hear_out(Worker *worker, enum what want, GError **error) {
    enum what got;
    g_autoptr(GBytes) answer = receive(worker, &got);
    if (answer == NULL || (got != want && got != WHAT_UNREADABLE)) {
        lost(worker, error);
        return NULL;
    }
    if (got == want)
        return g_steal_pointer(&answer);
    fault_set(error, FAULT_MAIL, "%s", (const char *)g_bytes_get_data(answer, NULL));
    return NULL;
}

void worker_begin(Worker *worker, GBytes *raw) {
    g_return_if_fail(worker->begun == NULL);
    if (tell(worker, WHAT_RAW, raw))
        worker->begun = g_bytes_ref(raw);
}

Facts *worker_read(Worker *worker, GBytes *raw, GError **error) {
    if (worker->asked || (worker->begun != NULL && worker->begun != raw))
        cut(worker); /* what it will say is wanted no more */
    if (worker->begun == NULL && (!have_line(worker, error) || !tell(worker, WHAT_RAW, raw))) {
        if (worker->line >= 0)
            lost(worker, error);
        return NULL;
    }
    g_clear_pointer(&worker->begun, g_bytes_unref);
    g_autoptr(GBytes) answer = hear_out(worker, WHAT_FACTS, error);
    Facts *facts = answer ? unpack_facts(answer) : NULL;
    if (answer != NULL && facts == NULL)
        lost(worker, error);
    return facts;
}

void worker_ask(Worker *worker, const Context *context) {
    g_autoptr(GBytes) bytes = pack_context(context);
    worker->asked = tell(worker, WHAT_CONTEXT, bytes);
}

gboolean worker_answer(Worker *worker, Letter **letter, Identity **identity, Verdict **verdict,
                       GError **error) {
    if (!worker->asked)
        return lost(worker, error);
    worker->asked = FALSE;
    g_autoptr(GBytes) answer = hear_out(worker, WHAT_RESULT, error);
    if (answer == NULL)
        return FALSE;
    return unpack_result(answer, letter, identity, verdict) || lost(worker, error);
}

gboolean worker_strip(Worker *worker, const Context *context, Letter **letter, Identity **identity,
                      Verdict **verdict, GError **error) {
    worker_ask(worker, context);
    return worker_answer(worker, letter, identity, verdict, error);
}
