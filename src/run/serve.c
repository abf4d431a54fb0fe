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

typedef struct server {
    const Reader *reader;
    const Rules *rules;
    const Named *named;
    int line;
    Mail *mails[WORKER_WINDOW]; /* owned; those in hand; NULL: none */
    guint32 numbers[WORKER_WINDOW];
} Server;

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

static gboolean say(const Server *server, enum frame_what what, guint32 number, GBytes *bytes) {
    return frame_send(server->line, what, number, bytes, NULL, NULL);
}

static gboolean answer_raw(Server *server, guint32 number, GBytes *raw) {
    g_autoptr(GError) error = NULL;
    guint at = number % WORKER_WINDOW;
    g_clear_pointer(&server->mails[at], mail_free);
    server->mails[at] = mail_read(raw, server->reader, &error);
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
    strip(mail, context, server->reader->limits, &letter, &identity);
    gboolean answer = letter->route == ROUTE_LISTENER || letter->route == ROUTE_STAFF;
    occasion.attachment = letter->withheld->len > 0 ? KNOWN_YES : KNOWN_NO;
    if (letter->whole != NULL)
        verdict = rules_judge_at(server->rules, answer ? ON_ANSWER : ON_LETTER, &occasion,
                                 letter->whole_subject, letter->whole);
    if (verdict != NULL && !answer && server->named != NULL)
        named_mark(server->named, context->reader, letter->whole_subject, letter->whole, verdict);
    return pack_result(letter, identity, verdict);
}

static gboolean answer_context(Server *server, guint32 number, GBytes *bytes, gboolean last) {
    guint at = number % WORKER_WINDOW;
    g_autoptr(Context) context = unpack_context(bytes);
    if (context == NULL || server->mails[at] == NULL || server->numbers[at] != number)
        return FALSE;
    context->roll = server->reader->roll;
    context->wording = server->reader->wording;
    g_autoptr(GBytes) result = result_of(server, server->mails[at], context);
    if (last)
        g_clear_pointer(&server->mails[at], mail_free);
    return say(server, FRAME_RESULT, number, result);
}

static gboolean answer(Server *server, const Frame *frame, GBytes *bytes) {
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
    start_time();
    gboolean well = answer(server, &order->frame, order->bytes);
    stop_time();
    g_bytes_unref(order->bytes);
    return well;
}

void serve(const Reader *reader, const Rules *rules, const Named *named, int line) {
    Server server = {.reader = reader, .rules = rules, .named = named, .line = line};
    Inbox inbox = {0};
    GQueue orders = G_QUEUE_INIT;
    /* A machine that does not let us be confined must not cost any mail: it shows before the first.
     */
    gboolean well = confine_worker(MEMORY) && send(line, "r", 1, MSG_NOSIGNAL) == 1;
    while (well && take_orders(&inbox, line, &orders))
        well = work_off(&server, &orders);
    _exit(0);
}
