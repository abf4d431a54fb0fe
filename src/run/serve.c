#include "run/serve.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "run/confine.h"
#include "run/frame.h"
#include "run/pack.h"
#include "run/worker.h"
#include "strip/strip.h"

enum { CPU_SECONDS = 2, WALL_SECONDS = 10, MEMORY = 112 << 20 };
/* All rules are compiled and tried for a change to them. */
enum { CHANGE_CPU_SECONDS = 30, CHANGE_WALL_SECONDS = 60 };

typedef struct server {
    WorkerSetup with;
    int line;
    Mail *mails[WORKER_WINDOW]; /* owned; those in hand; NULL: none */
    guint32 numbers[WORKER_WINDOW];
} Server;

static gboolean is_change(guint32 what) {
    return what == FRAME_CHANGE_MAIL || what == FRAME_CHANGE;
}

/* Each mail has its own time: the processor's, and by the clock. SIGXCPU and SIGALRM end us. */
static void start_time(guint32 what) {
    guint processor = is_change(what) ? CHANGE_CPU_SECONDS : CPU_SECONDS;
    guint wall = is_change(what) ? CHANGE_WALL_SECONDS : WALL_SECONDS;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    rlim_t seconds = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + processor + 1);
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, RLIM_INFINITY});
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_sec = wall}, NULL);
}

static void stop_time(void) {
    setrlimit(RLIMIT_CPU, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

static gboolean say(const Server *server, enum frame_what what, guint32 number, GBytes *bytes) {
    return frame_send(server->line, what, number, bytes, NULL, NULL);
}

static gboolean answer_raw(Server *server, guint32 number, GBytes *raw) {
    g_autoptr(GError) error = NULL;
    guint at = number % WORKER_WINDOW;
    g_clear_pointer(&server->mails[at], mail_free);
    server->mails[at] = mail_read(raw, server->with.reader, &error);
    server->numbers[at] = number;
    if (server->mails[at] != NULL) {
        g_autoptr(GBytes) facts = pack_facts(mail_facts(server->mails[at]));
        return say(server, FRAME_FACTS, number, facts);
    }
    g_autoptr(GBytes) why = g_bytes_new(error->message, strlen(error->message));
    return say(server, FRAME_UNREADABLE, number, why);
}

static GBytes *result_of(const Server *server, const Mail *mail, const Context *context) {
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    g_autoptr(Verdict) verdict = NULL;
    Occasion occasion = context->occasion;
    strip(mail, context, server->with.reader->limits, &letter, &identity);
    gboolean answer = letter->route == ROUTE_LISTENER || letter->route == ROUTE_STAFF;
    occasion.attachment = letter->withheld->len > 0 ? KNOWN_YES : KNOWN_NO;
    if (letter->whole != NULL)
        verdict = rules_judge_at(server->with.rules, answer ? ON_ANSWER : ON_LETTER, &occasion,
                                 letter->whole_subject, letter->whole);
    if (verdict != NULL && !answer && server->with.named != NULL)
        named_mark(server->with.named, context->reader, letter->whole_subject, letter->whole,
                   verdict);
    return pack_result(letter, identity, verdict);
}

static gboolean answer_context(Server *server, guint32 number, GBytes *bytes, gboolean last) {
    guint at = number % WORKER_WINDOW;
    g_autoptr(Context) context = unpack_context(bytes);
    if (context == NULL || server->mails[at] == NULL || server->numbers[at] != number)
        return FALSE;
    context->roll = server->with.reader->roll;
    context->wording = server->with.reader->wording;
    g_autoptr(GBytes) result = result_of(server, server->mails[at], context);
    if (last)
        g_clear_pointer(&server->mails[at], mail_free);
    return say(server, FRAME_RESULT, number, result);
}

/* NULL sets *error. */
static Proposal *change_of(const Server *server, guint32 what, GBytes *bytes, GError **error) {
    if (what == FRAME_CHANGE)
        return proposal_unpack(bytes);
    g_autoptr(Mail) mail = mail_read(bytes, server->with.reader, error);
    return mail ? proposal_of_mail(mail) : NULL;
}

static gboolean answer_change(const Server *server, const Frame *frame, GBytes *bytes) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Proposal) proposal = change_of(server, frame->what, bytes, &error);
    if (proposal == NULL) {
        const char *why = error ? error->message : "it is damaged";
        g_autoptr(GBytes) said = g_bytes_new(why, strlen(why));
        return say(server, FRAME_UNREADABLE, frame->number, said);
    }
    proposal_check(proposal, server->with.change);
    g_autoptr(GBytes) packed = proposal_pack(proposal);
    return say(server, FRAME_PROPOSAL, frame->number, packed);
}

static gboolean answer(Server *server, const Frame *frame, GBytes *bytes) {
    if (is_change(frame->what))
        return server->with.change != NULL && answer_change(server, frame, bytes);
    if (frame->what == FRAME_RAW)
        return answer_raw(server, frame->number, bytes);
    return answer_context(server, frame->number, bytes, frame->what == FRAME_LAST_CONTEXT);
}

typedef struct order {
    Frame frame;
    GBytes *bytes; /* owned */
} Order;

/* Takes what has come, all of it: what lies in the line keeps the other side from saying more.
 * FALSE: there is nothing to do and there never will be. */
static gboolean take_orders(Inbox *inbox, int line, GQueue *orders) {
    enum inbox_state state = INBOX_FRAME;
    while (state == INBOX_FRAME) {
        Order order;
        state = inbox_next(inbox, line, g_queue_is_empty(orders), &order.frame, &order.bytes);
        if (state == INBOX_FRAME)
            g_queue_push_tail(orders, g_memdup2(&order, sizeof order));
    }
    return !g_queue_is_empty(orders);
}

static gboolean work_off(Server *server, GQueue *orders) {
    g_autofree Order *order = g_queue_pop_head(orders);
    start_time(order->frame.what);
    gboolean well = answer(server, &order->frame, order->bytes);
    stop_time();
    g_bytes_unref(order->bytes);
    return well;
}

void serve(const WorkerSetup *setup, int line) {
    Server server = {.with = *setup, .line = line};
    Inbox inbox = {0};
    GQueue orders = G_QUEUE_INIT;
    /* A machine that does not let us be confined must not cost any mail: it shows before the first.
     */
    gboolean well = confine_worker(MEMORY) && send(line, "r", 1, MSG_NOSIGNAL) == 1;
    while (well && take_orders(&inbox, line, &orders))
        well = work_off(&server, &orders);
    _exit(0);
}
