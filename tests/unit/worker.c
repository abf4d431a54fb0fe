/* The worker: what it may not do, and that what kills it costs one mail its reading. */
#include "run/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "run/confine.h"
#include "run/frame.h"
#include "run/pack.h"

/* ---- confine ------------------------------------------------------------------------------- */

static gboolean can_connect(void) {
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static gboolean can_read(void) {
    return open("/etc/passwd", O_RDONLY) >= 0;
}

static gboolean can_write(void) {
    return open("/dev/null", O_WRONLY) >= 0;
}

static gboolean can_start(void) {
    static char name[] = "true";
    char *const argv[] = {name, NULL};
    execv("/bin/true", argv);
    return FALSE; /* had it started, the exit status would have been 0 */
}

static gboolean can_fork(void) {
    return fork() >= 0;
}

static gboolean can_signal(void) {
    return kill(getppid(), 0) == 0;
}

static gboolean can_fill(void) {
    return malloc(200 << 20) != NULL;
}

/* Runs `try` in a child, confined or not. */
static gboolean child_can(gboolean (*try)(void), gboolean confined) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (confined && !confine_worker(64 << 20))
            _exit(2);
        _exit(try() ? 0 : 1);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), !=, 2);
    return WEXITSTATUS(status) == 0;
}

static void test_confined(void) {
    static const struct {
        const char *what;
        gboolean (*try)(void);
        gboolean confined;
    } all[] = {{"connect", can_connect, FALSE}, {"read", can_read, TRUE},
               {"write", can_write, FALSE},     {"start a program", can_start, FALSE},
               {"fork", can_fork, FALSE},       {"signal", can_signal, FALSE},
               {"fill memory", can_fill, FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        /* The control: unconfined, each of them can. */
        if (!child_can(all[i].try, FALSE))
            g_error("the test cannot see \"%s\"", all[i].what);
#ifdef __SANITIZE_ADDRESS__
        if (all[i].try == can_fill)
            continue; /* the sanitizer needs more than any limit */
#endif
        if (child_can(all[i].try, TRUE) != all[i].confined)
            g_error("a worker and \"%s\"", all[i].what);
    }
}

/* ---- the worker ---------------------------------------------------------------------------- */

static const char MAIL[] = "From: Anna <anna@school.example>\nTo: box@school.example\n"
                           "Subject: hello\n\nnobody talks to me\n";

static Worker *start(Rules **rules, Limits *limits, Reader *reader) {
    g_autoptr(Problems) problems = problems_new();
    *limits = LIMITS_DEFAULT;
    *reader = (Reader){.limits = limits, .address = "box@school.example"};
    *rules = rules_load("/nonexistent", "rules", limits->match_limit, problems);
    Worker *worker = worker_start(&(WorkerSetup){reader, *rules, NULL, NULL}, NULL);
    g_assert_nonnull(worker);
    return worker;
}

static void read_one(Worker *worker) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) raw = g_bytes_new_static(MAIL, sizeof MAIL - 1);
    g_autoptr(Facts) facts = worker_read(worker, raw, &error);
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(Letter) letter = NULL;
    g_autoptr(Identity) identity = NULL;
    g_autoptr(Verdict) verdict = NULL;
    g_assert_no_error(error);
    g_assert_cmpstr(facts->from, ==, "anna@school.example");
    g_assert_true(worker_strip(worker, context, &letter, &identity, &verdict, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(letter->text, ==, "nobody talks to me");
    g_assert_cmpstr(identity->name, ==, "Anna");
    g_assert_nonnull(verdict);
}

static void test_reads(void) {
    Rules *rules;
    Limits limits;
    Reader reader;
    g_autoptr(Worker) worker = start(&rules, &limits, &reader);
    read_one(worker);
    read_one(worker);
    rules_free(rules);
}

/* The children of `pid`, from /proc. */
static pid_t child_of(pid_t pid) {
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid);
    g_autofree char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? (pid_t)atoi(text) : 0;
}

static void test_dies(void) {
    Rules *rules;
    Limits limits;
    Reader reader;
    g_autoptr(Worker) worker = start(&rules, &limits, &reader);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) raw = g_bytes_new_static(MAIL, sizeof MAIL - 1);
    read_one(worker);
    pid_t grandchild = child_of(child_of(getpid()));
    if (grandchild == 0) {
        g_test_skip("this kernel does not list children");
        return;
    }
    g_assert_cmpint(kill(grandchild, SIGKILL), ==, 0);
    g_autoptr(Facts) facts = worker_read(worker, raw, &error);
    g_assert_null(facts);
    g_assert_error(error, FAULT, FAULT_MAIL);
    read_one(worker); /* a new one has come */
    rules_free(rules);
}

/* ---- pack ---------------------------------------------------------------------------------- */

/* Bytes from a worker that has gone bad: whatever they are, no crash. */
static void test_garbage(void) {
    g_autoptr(Letter) letter = letter_new(ROUTE_PUPIL, "because");
    g_autoptr(Identity) identity = identity_new();
    g_autoptr(Verdict) verdict = verdict_new();
    letter->text = g_strdup("text");
    letter_withhold(letter, "image/jpeg", 3);
    letter_redacted(letter, "name", 2);
    g_ptr_array_add(verdict->rules, spoken_new("a", "b", "c", 1, "d", "e"));
    g_autoptr(GBytes) good = pack_result(letter, identity, verdict);
    gsize length;
    const guint8 *data = g_bytes_get_data(good, &length);
    for (guint round = 0; round < 20000; round++) {
        g_autofree guint8 *copy = g_memdup2(data, length);
        for (guint i = 0; i < 3; i++)
            copy[g_test_rand_int_range(0, (gint32)length)] = (guint8)g_test_rand_int();
        g_autoptr(GBytes) bytes =
            g_bytes_new(copy, (gsize)g_test_rand_int_range(0, (gint32)length));
        g_autoptr(Letter) l = NULL;
        g_autoptr(Identity) id = NULL;
        g_autoptr(Verdict) v = NULL;
        (void)unpack_result(bytes, &l, &id, &v);
        g_autoptr(Facts) facts = unpack_facts(bytes);
        g_autoptr(Context) context = unpack_context(bytes);
    }
    g_autoptr(Letter) l = NULL;
    g_autoptr(Identity) id = NULL;
    g_autoptr(Verdict) v = NULL;
    g_assert_true(unpack_result(good, &l, &id, &v));
    g_assert_cmpstr(l->text, ==, "text");
    g_assert_cmpuint(v->rules->len, ==, 1);
}

/* Everything comes out as it went in. */
static void test_same(void) {
    g_autoptr(Context) in = context_new(ROUTE_LISTENER);
    g_ptr_array_add(in->names, g_strdup("Anna"));
    g_ptr_array_add(in->names, g_strdup(""));
    g_ptr_array_add(in->terms, g_strdup("9B"));
    in->last_sent = g_strdup("before");
    in->occasion.minute = 1439;
    in->occasion.counted = TRUE;
    in->occasion.letters[31] = 7;
    in->occasion.outside = KNOWN_YES;
    g_autoptr(GBytes) bytes = pack_context(in);
    g_autoptr(Context) out = unpack_context(bytes);
    g_assert_cmpmem(&in->occasion, sizeof in->occasion, &out->occasion, sizeof out->occasion);
    g_assert_cmpint(out->side, ==, ROUTE_LISTENER);
    g_assert_null(out->why);
    g_assert_cmpuint(out->names->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(out->names, 0), ==, "Anna");
    g_assert_cmpstr(g_ptr_array_index(out->names, 1), ==, "");
    g_assert_cmpstr(g_ptr_array_index(out->terms, 0), ==, "9B");
    g_assert_cmpstr(out->last_sent, ==, "before");
    g_autoptr(GBytes) less = g_bytes_new_from_bytes(bytes, 0, g_bytes_get_size(bytes) - 1);
    g_assert_null(unpack_context(less));
}

/* ---- ahead --------------------------------------------------------------------------------- */

/* A mail as long as both ends of a line can never hold at once. */
static GBytes *long_mail(guint number) {
    GString *text = g_string_new(MAIL);
    for (guint i = 0; text->len < 900 * 1024; i++)
        g_string_append_printf(text, "this is line %u of mail number %u\n", i, number);
    return g_string_free_to_bytes(text);
}

static void heard(Worker *worker, enum said_what what, guint number, Said *said) {
    said_clear(said);
    worker_hear(worker, TRUE, said);
    g_assert_cmpint(said->what, ==, what);
    g_assert_cmpuint(said->number, ==, number);
}

static void sent(Worker *worker, guint number, GBytes *raw) {
    g_autoptr(GError) error = NULL;
    g_assert_true(worker_send(worker, number, raw, &error));
    g_assert_no_error(error);
}

static void is_of(const Said *said, guint number) {
    g_autofree char *end = g_strdup_printf("of mail number %u", number);
    g_assert_nonnull(said->verdict);
    g_assert_true(g_str_has_suffix(said->letter->text, end));
}

/* Both talk at once, and neither waits for ever; each mail is answered as itself, twice where it is
 * asked twice. */
static void test_ahead(void) {
    enum { MAILS = 6 };
    Rules *rules;
    Limits limits;
    Reader reader;
    g_autoptr(Worker) worker = start(&rules, &limits, &reader);
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_auto(Said) said = {0};
    worker_hear(worker, FALSE, &said);
    g_assert_cmpint(said.what, ==, SAID_NOTHING);
    for (guint i = 0; i < MAILS; i++) {
        g_autoptr(GBytes) raw = long_mail(i);
        sent(worker, i, raw);
    }
    for (guint i = 0; i < MAILS; i++)
        heard(worker, SAID_FACTS, i, &said);
    for (guint i = 0; i < MAILS; i++) {
        worker_ask(worker, MAILS - 1 - i, context, FALSE);
        worker_ask(worker, MAILS - 1 - i, context, TRUE);
    }
    for (guint i = 0; i < 2 * MAILS; i++) {
        heard(worker, SAID_RESULT, MAILS - 1 - i / 2, &said);
        is_of(&said, MAILS - 1 - i / 2);
    }
    rules_free(rules);
}

/* One that it has let go of is not there any more. */
static void test_last(void) {
    Rules *rules;
    Limits limits;
    Reader reader;
    g_autoptr(Worker) worker = start(&rules, &limits, &reader);
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(GBytes) raw = g_bytes_new_static(MAIL, sizeof MAIL - 1);
    g_auto(Said) said = {0};
    sent(worker, 3, raw);
    heard(worker, SAID_FACTS, 3, &said);
    worker_ask(worker, 3, context, TRUE);
    heard(worker, SAID_RESULT, 3, &said);
    worker_ask(worker, 3, context, TRUE);
    heard(worker, SAID_DIED, 3, &said);
    rules_free(rules);
}

/* What kills it costs the mail at work. What it said before is heard; the others may be sent to a
 * new one, and what was sent may be given up. */
static void test_dies_ahead(void) {
    Rules *rules;
    Limits limits;
    Reader reader;
    g_autoptr(Worker) worker = start(&rules, &limits, &reader);
    g_autoptr(Context) context = context_new(ROUTE_PUPIL);
    g_autoptr(GBytes) first = long_mail(1);
    g_autoptr(GBytes) second = long_mail(2);
    g_auto(Said) said = {0};
    sent(worker, 1, first);
    heard(worker, SAID_FACTS, 1, &said);
    sent(worker, 2, second);
    heard(worker, SAID_FACTS, 2, &said);
    pid_t grandchild = child_of(child_of(getpid()));
    if (grandchild > 0) {
        g_assert_cmpint(kill(grandchild, SIGKILL), ==, 0);
        worker_ask(worker, 1, context, TRUE);
        worker_ask(worker, 2, context, TRUE);
        heard(worker, SAID_DIED, 1, &said);
        g_assert_nonnull(said.why);
        said_clear(&said);
        worker_hear(worker, FALSE, &said);
        g_assert_cmpint(said.what, ==, SAID_NOTHING);
        sent(worker, 2, second);
        heard(worker, SAID_FACTS, 2, &said);
    }
    worker_ask(worker, 2, context, TRUE);
    heard(worker, SAID_RESULT, 2, &said);
    is_of(&said, 2);
    sent(worker, 1, first);
    worker_forget(worker);
    read_one(worker);
    rules_free(rules);
}

/* ---- one that has gone bad ----------------------------------------------------------------- */

enum { FDS = 64 };

static void open_fds(gboolean open[FDS]) {
    for (int fd = 0; fd < FDS; fd++)
        open[fd] = fcntl(fd, F_GETFD) >= 0;
}

/* Takes the place of the worker's process: what is sent to the end that is returned, the run
 * hears. It finds the line as the one descriptor that the first mail brings. */
static int in_its_place(Worker *worker) {
    gboolean before[FDS], after[FDS];
    int ends[2];
    open_fds(before);
    read_one(worker);
    open_fds(after);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    for (int fd = 0; fd < FDS; fd++)
        if (after[fd] && !before[fd]) {
            g_assert_cmpint(dup2(ends[0], fd), ==, fd);
            close(ends[0]);
            return ends[1];
        }
    g_assert_not_reached();
}

static GBytes *good_result(void) {
    g_autoptr(Letter) letter = letter_new(ROUTE_PUPIL, "because");
    g_autoptr(Identity) identity = identity_new();
    g_autoptr(Verdict) verdict = verdict_new();
    return pack_result(letter, identity, verdict);
}

static GBytes *good_facts(void) {
    g_autoptr(GBytes) raw = g_bytes_new_static(MAIL, sizeof MAIL - 1);
    g_autoptr(Facts) facts = mail_scan(raw);
    return pack_facts(facts);
}

/* What it says is well formed and none of its business: the run takes it for dead. With the right
 * answer, first, the test would see one that is believed. */
static void test_gone_bad(void) {
    static const struct {
        gboolean asked; /* FALSE: the mail was sent, no more */
        enum frame_what what;
        guint number;
        enum said_what heard;
    } all[] = {{FALSE, FRAME_FACTS, 5, SAID_FACTS},
               {TRUE, FRAME_RESULT, 5, SAID_RESULT},
               {FALSE, FRAME_UNREADABLE, 5, SAID_UNREADABLE},
               {FALSE, FRAME_RESULT, 5, SAID_DIED},
               {TRUE, FRAME_FACTS, 5, SAID_DIED},
               {TRUE, FRAME_UNREADABLE, 5, SAID_DIED},
               {FALSE, FRAME_RAW, 5, SAID_DIED},
               {FALSE, FRAME_FACTS, 6, SAID_DIED},
               {TRUE, FRAME_RESULT, 6, SAID_DIED}};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        Rules *rules;
        Limits limits;
        Reader reader;
        g_autoptr(Worker) worker = start(&rules, &limits, &reader);
        g_autoptr(GBytes) raw = g_bytes_new_static(MAIL, sizeof MAIL - 1);
        g_autoptr(GBytes) facts = good_facts();
        g_autoptr(GBytes) result = good_result();
        g_autoptr(Context) context = context_new(ROUTE_PUPIL);
        g_auto(Said) said = {0};
        int line = in_its_place(worker);
        sent(worker, 5, raw);
        if (all[i].asked) {
            g_assert_true(frame_send(line, FRAME_FACTS, 5, facts, NULL, NULL));
            heard(worker, SAID_FACTS, 5, &said);
            worker_ask(worker, 5, context, TRUE);
        }
        GBytes *bytes = all[i].what == FRAME_RESULT ? result : facts;
        g_assert_true(frame_send(line, all[i].what, all[i].number, bytes, NULL, NULL));
        g_test_message("row %u", i);
        heard(worker, all[i].heard, 5, &said);
        close(line);
        rules_free(rules);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worker/confined", test_confined);
    g_test_add_func("/worker/reads", test_reads);
    g_test_add_func("/worker/dies", test_dies);
    g_test_add_func("/worker/ahead", test_ahead);
    g_test_add_func("/worker/last", test_last);
    g_test_add_func("/worker/dies-ahead", test_dies_ahead);
    g_test_add_func("/worker/gone-bad", test_gone_bad);
    g_test_add_func("/worker/garbage", test_garbage);
    g_test_add_func("/worker/same", test_same);
    return g_test_run();
}
