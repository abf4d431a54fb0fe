#include "run/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "run/frame.h"
#include "run/pack.h"
#include "run/serve.h"

/* The nursery is a child that holds nothing and makes workers on request: so a worker made in the
 * middle of a run is no copy of a process that has keys. */
struct worker {
    WorkerSetup setup;
    pid_t nursery;   /* 0: another's */
    int asks;        /* to the nursery */
    int line;        /* to the present worker; -1: none */
    Inbox inbox;     /* from the present worker */
    GQueue heard;    /* of Heard, owned: what it said while we spoke */
    GArray *open;    /* of Owed, in order: the answers that are to come */
    gboolean broken; /* it is gone; what it has said before is still to be heard */
};

typedef struct owed {
    guint number;
    enum frame_what asked;
} Owed;

typedef struct heard {
    Frame frame;
    GBytes *bytes; /* owned */
} Heard;

static void heard_free(gpointer data) {
    Heard *heard = data;
    g_clear_pointer(&heard->bytes, g_bytes_unref);
    g_free(heard);
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
            serve(&setup->setup, ends[1]);
        }
        close(ends[1]);
        gboolean sent = pid > 0 && send_fd(asked, ends[0]);
        close(ends[0]);
        if (!sent)
            break;
    }
    _exit(0);
}

Worker *worker_start(const WorkerSetup *setup, GError **error) {
    int ends[2];
    Worker *worker = g_new0(Worker, 1);
    worker->setup = *setup;
    worker->line = worker->asks = -1;
    worker->open = g_array_new(FALSE, FALSE, sizeof(Owed));
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
    worker->inbox.start = worker->inbox.end = 0;
    worker->broken = FALSE;
    g_queue_clear_full(&worker->heard, heard_free);
    g_array_set_size(worker->open, 0);
}

void worker_stop(Worker *worker) {
    if (worker == NULL)
        return;
    cut(worker);
    if (worker->asks >= 0)
        close(worker->asks);
    if (worker->nursery > 0)
        waitpid(worker->nursery, NULL, 0);
    g_array_unref(worker->open);
    g_free(worker);
}

void worker_forget(Worker *worker) {
    if (worker->open->len > 0)
        cut(worker);
}

/* ---- to the worker ------------------------------------------------------------------------- */

static gboolean have_line(Worker *worker, GError **error) {
    char ready;
    if (worker->line < 0 && send(worker->asks, "?", 1, MSG_NOSIGNAL) == 1) {
        worker->line = receive_fd(worker->asks);
        if (worker->line >= 0 && recv(worker->line, &ready, 1, 0) != 1) {
            cut(worker);
            return fault_set(error, FAULT_RUN, "the worker cannot be confined on this machine");
        }
    }
    return worker->line >= 0 || fault_set(error, FAULT_RUN, "no worker can be made");
}

/* One more frame of the worker's. FALSE: there is none, and where it is gone there never will be.
 */
static gboolean hear(Worker *worker, gboolean wait) {
    g_autofree Heard *heard = g_new0(Heard, 1);
    if (worker->broken)
        return FALSE;
    enum inbox_state state =
        inbox_next(&worker->inbox, worker->line, wait, &heard->frame, &heard->bytes);
    /* One that says more than was asked has gone bad, and would fill our memory. */
    worker->broken = state == INBOX_END || worker->heard.length > worker->open->len;
    if (state == INBOX_FRAME)
        g_queue_push_tail(&worker->heard, g_steal_pointer(&heard));
    return state == INBOX_FRAME;
}

/* We speak before the worker has said all it has to say; so we listen where it does not. Else both
 * would wait for ever, each for the other to read. */
static gboolean listen_meanwhile(gpointer data) {
    Worker *worker = data;
    struct pollfd wait = {worker->line, POLLIN | POLLOUT, 0};
    if (poll(&wait, 1, -1) < 0)
        return errno == EINTR;
    if ((wait.revents & POLLIN) != 0)
        hear(worker, FALSE);
    return !worker->broken;
}

/* What cannot be sent shows where its answer is awaited. */
static void tell(Worker *worker, enum frame_what what, guint number, GBytes *bytes) {
    Owed owed = {number, what};
    g_array_append_val(worker->open, owed);
    if (!worker->broken &&
        !frame_send(worker->line, what, number, bytes, listen_meanwhile, worker)) {
        shutdown(worker->line, SHUT_WR); /* should it be there yet */
        while (hear(worker, TRUE))       /* it may have answered others before it went */
            ;
        worker->broken = TRUE;
    }
}

gboolean worker_send(Worker *worker, guint number, GBytes *raw, GError **error) {
    if (!have_line(worker, error))
        return FALSE;
    tell(worker, FRAME_RAW, number, raw);
    return TRUE;
}

void worker_ask(Worker *worker, guint number, const Context *context, gboolean last) {
    g_autoptr(GBytes) bytes = pack_context(context);
    tell(worker, last ? FRAME_LAST_CONTEXT : FRAME_CONTEXT, number, bytes);
}

/* ---- from the worker ----------------------------------------------------------------------- */

void said_clear(Said *said) {
    facts_free(said->facts);
    letter_free(said->letter);
    identity_free(said->identity);
    verdict_free(said->verdict);
    g_free(said->why);
    *said = (Said){0};
}

/* The worker has seen hostile mail: facts where a result is due would be facts of nobody. */
static gboolean is_answer(const Frame *frame, const Owed *owed) {
    gboolean raw = owed->asked == FRAME_RAW;
    gboolean fits = raw ? frame->what == FRAME_FACTS || frame->what == FRAME_UNREADABLE
                        : frame->what == FRAME_RESULT;
    return fits && frame->number == owed->number;
}

static gboolean understand(const Heard *heard, Said *said) {
    said->number = heard->frame.number;
    switch (heard->frame.what) {
    case FRAME_FACTS:
        said->what = SAID_FACTS;
        said->facts = unpack_facts(heard->bytes);
        return said->facts != NULL;
    case FRAME_RESULT:
        said->what = SAID_RESULT;
        return unpack_result(heard->bytes, &said->letter, &said->identity, &said->verdict);
    case FRAME_UNREADABLE:
        said->what = SAID_UNREADABLE;
        said->why = g_strdup(g_bytes_get_data(heard->bytes, NULL));
        return TRUE;
    default:
        return FALSE;
    }
}

static void died(Worker *worker, Said *said) {
    said_clear(said);
    said->what = SAID_DIED;
    said->number = g_array_index(worker->open, Owed, 0).number;
    said->why = g_strdup("the program that reads mail was stopped by it (memory, time or a fault)");
    cut(worker);
}

void worker_hear(Worker *worker, gboolean wait, Said *said) {
    if (worker->open->len == 0)
        return;
    if (g_queue_is_empty(&worker->heard) && !hear(worker, wait) && !worker->broken)
        return;
    Heard *heard = g_queue_pop_head(&worker->heard);
    /* What is no answer to what was asked is as if it had died. */
    if (heard == NULL || !is_answer(&heard->frame, &g_array_index(worker->open, Owed, 0)) ||
        !understand(heard, said))
        died(worker, said);
    else
        g_array_remove_index(worker->open, 0);
    g_clear_pointer(&heard, heard_free);
}

/* ---- one mail alone ------------------------------------------------------------------------ */

enum { ALONE = 0 };

static gboolean hear_of(Worker *worker, enum said_what want, Said *said, GError **error) {
    worker_hear(worker, TRUE, said);
    return said->what == want || fault_set(error, FAULT_MAIL, "%s", said->why ? said->why : "");
}

Facts *worker_read(Worker *worker, GBytes *raw, GError **error) {
    g_auto(Said) said = {0};
    worker_forget(worker);
    if (!worker_send(worker, ALONE, raw, error) || !hear_of(worker, SAID_FACTS, &said, error))
        return NULL;
    return g_steal_pointer(&said.facts);
}

gboolean worker_strip(Worker *worker, const Context *context, Letter **letter, Identity **identity,
                      Verdict **verdict, GError **error) {
    g_auto(Said) said = {0};
    worker_ask(worker, ALONE, context, FALSE);
    if (!hear_of(worker, SAID_RESULT, &said, error))
        return FALSE;
    *letter = g_steal_pointer(&said.letter);
    *identity = g_steal_pointer(&said.identity);
    *verdict = g_steal_pointer(&said.verdict);
    return TRUE;
}

/* ---- a change to the rules ----------------------------------------------------------------- */

/* What `other` says to these bytes; it says one thing, once all of them are there. */
static Proposal *hear_proposal(Worker *other, enum frame_what what, GBytes *bytes, GError **error) {
    Frame frame;
    g_autoptr(GBytes) answer = NULL;
    if (!frame_send(other->line, what, ALONE, bytes, NULL, NULL) ||
        inbox_next(&other->inbox, other->line, TRUE, &frame, &answer) != INBOX_FRAME) {
        fault_set(error, FAULT_MAIL,
                  "the program that reads it was stopped by it (memory or time)");
        return NULL;
    }
    Proposal *proposal = frame.what == FRAME_PROPOSAL ? proposal_unpack(answer) : NULL;
    if (proposal == NULL)
        fault_set(error, FAULT_MAIL, "%s",
                  frame.what == FRAME_UNREADABLE ? (const char *)g_bytes_get_data(answer, NULL)
                                                 : "the program that reads it gave no answer");
    return proposal;
}

static Proposal *ask_change(Worker *worker, enum frame_what what, GBytes *bytes, GError **error) {
    Worker other = {
        .asks = worker->asks, .line = -1, .open = g_array_new(FALSE, FALSE, sizeof(Owed))};
    Proposal *proposal =
        have_line(&other, error) ? hear_proposal(&other, what, bytes, error) : NULL;
    cut(&other);
    g_array_unref(other.open);
    return proposal;
}

Proposal *worker_read_change(Worker *worker, GBytes *raw, GError **error) {
    return ask_change(worker, FRAME_CHANGE_MAIL, raw, error);
}

Proposal *worker_check_change(Worker *worker, const Proposal *proposal, GError **error) {
    g_autoptr(GBytes) packed = proposal_pack(proposal);
    return ask_change(worker, FRAME_CHANGE, packed, error);
}
