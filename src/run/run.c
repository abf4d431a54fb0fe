#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fault.h"
#include "base/log.h"
#include "box/box.h"
#include "run/act.h"
#include "run/deadlines.h"
#include "run/post.h"
#include "run/take.h"
#include "store/traffic.h"

const char *const STAGE_WORDS[] = {"fetch", "read", "keep", "expunge", "post", NULL};

/* So many mails, or bytes of them, are held in memory and kept in one commit. */
enum { BATCH = 100, BATCH_BYTES = 4 << 20 };
/* So many kept mails are deleted at once: a server looks through its whole folder each time. */
enum { TOGETHER = 1000 };
enum { ALARM_SECONDS = 30, SHOW_PROGRESS = 200 };

static volatile int stopped; /* set by a signal: the mail in hand is finished, then we end */

static void on_signal(int number) {
    (void)number;
    stopped = 1;
}

typedef struct run {
    Office *office;
    Worker *worker;
    Box *box;
    GPtrArray *kept; /* of char *, owned: what is kept and still in the mailbox */
    Post *post;      /* NULL in a dry run */
    Count *count;
    const RunOptions *options;
    guint stranded;
    gboolean jumped;
    gboolean box_failed; /* nothing more is asked of it */
} Run;

/* ---- fetch --------------------------------------------------------------------------------- */

static gboolean hold_in_memory(gpointer data, const char *id, GBytes *raw, GError **error) {
    (void)error;
    Arrived *mail = g_new0(Arrived, 1);
    mail->name = g_strdup(id);
    mail->raw = g_bytes_ref(raw);
    g_ptr_array_add(data, mail);
    return TRUE;
}

/* ---- keep ---------------------------------------------------------------------------------- */

static void say(const char *line) {
    puts(line);
}

/* All of a batch in one commit, with what is to be sent now marked as being sent. The last mails
 * are left out when a signal comes. */
static gboolean keep_batch(Run *run, const GPtrArray *mails, Parcel **parcel, GError **error) {
    Store *store = run->office->store;
    Intaking in = {.office = run->office,
                   .worker = run->worker,
                   .validity = box_validity(run->box),
                   .mails = mails,
                   .stop = &stopped,
                   .tell = run->options->dry ? say : NULL,
                   .count = run->count};
    guint taken;
    if (!store_begin(store, error))
        return FALSE;
    if (!take_mails(&in, &taken, error) ||
        (!run->options->dry && (*parcel = post_take(run->office, error)) == NULL)) {
        store_rollback(store);
        return FALSE;
    }
    run->count->left += mails->len - taken;
    if (run->options->dry) {
        store_rollback(store);
        return TRUE;
    }
    gint64 start = g_get_monotonic_time();
    if (!store_commit(store, error))
        return FALSE;
    run->count->micros[STAGE_KEEP] += g_get_monotonic_time() - start;
    for (guint i = 0; i < taken; i++)
        g_ptr_array_add(run->kept, g_strdup(((Arrived *)g_ptr_array_index(mails, i))->name));
    return TRUE;
}

/* Deletes what is kept, where there is enough of it or `all` of it has to go. In a Maildir somebody
 * may use a name again, so nothing stays there longer than it must. */
static gboolean expunge(Run *run, gboolean all, GError **error) {
    gboolean wait = !all && run->office->site->mailbox->kind == SERVER_IMAP;
    if (run->box_failed || run->kept->len == 0 || (wait && run->kept->len < TOGETHER))
        return TRUE;
    gint64 start = g_get_monotonic_time();
    gboolean done = box_expunge(run->box, run->kept, error);
    run->count->micros[STAGE_EXPUNGE] += g_get_monotonic_time() - start;
    run->count->expunged += done ? run->kept->len : 0;
    run->box_failed = !done;
    g_ptr_array_set_size(run->kept, 0);
    return done;
}

static gboolean do_batch(Run *run, const GPtrArray *ids, gboolean last, GError **error) {
    g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(arrived_free);
    g_autoptr(Parcel) parcel = NULL;
    gint64 start = g_get_monotonic_time();
    run->box_failed = !box_fetch(run->box, ids, hold_in_memory, mails, error);
    if (run->box_failed)
        return FALSE;
    run->count->micros[STAGE_FETCH] += g_get_monotonic_time() - start;
    return keep_batch(run, mails, &parcel, error) && expunge(run, last, error) &&
           (run->options->dry || post_due(run->office, run->post, g_steal_pointer(&parcel),
                                          run->count, &stopped, error));
}

/* ---- the mailbox --------------------------------------------------------------------------- */

/* Too large to take: unfetched into the folder Held, and the lead told. The notice is kept first: a
 * crash in between tells it twice rather than never. */
static gboolean hold_large(Run *run, const BoxEntry *entry, GError **error) {
    run->count->too_large++;
    if (run->options->dry) {
        printf("%s: too large, would be moved to Held\n", entry->id);
        return TRUE;
    }
    Notice notice = {.kind = NOTICE_TOO_LARGE, .bytes = entry->size};
    if (!act_notice(run->office, NULL, DESK_LEAD, &notice, error))
        return FALSE;
    run->box_failed = !box_hold(run->box, entry->id, error);
    return !run->box_failed;
}

static void show_progress(const Run *run, guint done, guint all) {
    if (run->options->progress && all >= SHOW_PROGRESS)
        fprintf(stderr, "\r%u of %u mails%s", done, all, done == all ? "\n" : "");
}

/* IMAP promises that a number never comes again. In a Maildir anybody may use a name twice, so
 * there only the content tells. */
static gboolean is_known(const Run *run, const BoxEntry *entry) {
    return run->office->site->mailbox->kind == SERVER_IMAP &&
           store_seen_name(run->office->store, box_validity(run->box), entry->id);
}

/* Takes ids from `entries`, from *next on, until a batch is full; those known by name already only
 * have to be removed. */
static gboolean next_batch(Run *run, const GPtrArray *entries, guint *next, GPtrArray *ids,
                           GError **error) {
    gsize bytes = 0;
    for (; *next < entries->len && ids->len < BATCH && !stopped; ++*next) {
        BoxEntry *entry = g_ptr_array_index(entries, *next);
        if (is_known(run, entry)) {
            if (!run->options->dry)
                g_ptr_array_add(run->kept, g_strdup(entry->id));
            run->count->known++;
            continue;
        }
        if (entry->size > run->office->site->limits.mail_size) {
            if (!hold_large(run, entry, error))
                return FALSE;
            continue;
        }
        if (ids->len > 0 && bytes + entry->size > BATCH_BYTES)
            return TRUE;
        bytes += entry->size;
        g_ptr_array_add(ids, entry->id);
    }
    return TRUE;
}

static gboolean take_entries(Run *run, const GPtrArray *entries, guint *next, GError **error) {
    while (*next < entries->len && !stopped) {
        g_autoptr(GPtrArray) ids = g_ptr_array_new();
        if (!next_batch(run, entries, next, ids, error))
            return FALSE;
        if (ids->len > 0 && !do_batch(run, ids, *next == entries->len, error))
            return FALSE;
        show_progress(run, *next, entries->len);
    }
    return TRUE;
}

/* What is kept is deleted even where the run has to end; where it was the mailbox that failed, the
 * next run knows what it need not take again. */
static gboolean empty_mailbox(Run *run, GError **error) {
    guint next = 0;
    gint64 start = g_get_monotonic_time();
    g_autoptr(GPtrArray) entries = box_list(run->box, error);
    run->count->micros[STAGE_FETCH] += g_get_monotonic_time() - start;
    if (entries == NULL)
        return FALSE;
    gboolean well = take_entries(run, entries, &next, error);
    run->count->left += entries->len - next;
    return expunge(run, TRUE, well ? error : NULL) && well;
}

static gboolean fetch_and_keep(Run *run, GError **error) {
    run->box = box_open(run->office->site->mailbox, error);
    return run->box != NULL && empty_mailbox(run, error);
}

/* The folders where a provider keeps copies of what we sent. Not worth failing for: the next run
 * looks again. */
static void tidy(Run *run) {
    const Site *site = run->office->site;
    g_autoptr(GError) error = NULL;
    if (box_tidy(run->box, site->mailbox->sent_folders, site->address, &run->count->copies, &error))
        return;
    run->count->untidy = TRUE;
    log_event("own-copies-failed", NULL, fault_exit(error));
}

/* ---- the run ------------------------------------------------------------------------------- */

/* The first of several failures is the one that is told. */
static gboolean also(gboolean well, GError *failure, GError **error) {
    if (failure == NULL)
        return well;
    if (error != NULL && *error == NULL)
        g_propagate_error(error, failure);
    else
        g_error_free(failure);
    return FALSE;
}

/* A mailbox that cannot be reached must not keep an alert from going on: time passes all the same.
 */
static gboolean work(Run *run, GError **error) {
    GError *failure = NULL;
    gboolean well = TRUE;
    if (!run->options->dry && store_out_recover(run->office->store, error) < 0)
        return FALSE;
    fetch_and_keep(run, &failure);
    if (failure != NULL || run->options->dry)
        g_clear_pointer(&run->box, box_close);
    well = also(well, g_steal_pointer(&failure), error);
    if (run->options->dry)
        return well;
    if (!stopped) {
        deadlines_meet(run->office, run->count, &run->stranded, &failure);
        well = also(well, g_steal_pointer(&failure), error);
    }
    post_due(run->office, run->post, NULL, run->count, &stopped, &failure);
    well = also(well, g_steal_pointer(&failure), error);
    if (!stopped) {
        deadlines_purge(run->office, run->count, &run->jumped, &failure);
        well = also(well, g_steal_pointer(&failure), error);
    }
    if (!stopped && run->box != NULL)
        tidy(run);
    if (well && stopped)
        return fault_set(error, FAULT_RUN, "stopped by a signal; the next run goes on from here");
    return well;
}

/* The lock is on the folder itself: no file to be left behind. -1 sets *error. */
static int lock_site(const Site *site, GError **error) {
    int fd = open(site->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fault_errno(error, FAULT_SETUP, errno, "%s cannot be opened", site->state);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    fault_set(error, FAULT_RUN, "another run of this site is going on");
    close(fd);
    return -1;
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    stopped = 0;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static gboolean open_and_work(Run *run, Tally *tally, GError **error) {
    const Site *site = run->office->site;
    Reader reader = {.limits = &site->limits,
                     .address = site->address,
                     .authserv_id = site->authserv_id,
                     .roll = run->office->roll};
    /* Before any key is in memory: the worker is a copy of this process. */
    run->worker = worker_start(&reader, run->office->rules, error);
    if (run->worker == NULL || !office_open(run->office, FALSE, error))
        return FALSE;
    if (!run->options->dry) {
        run->post = post_open(site->post, site->address, error);
        if (run->post == NULL)
            return FALSE;
    }
    gboolean well = work(run, error);
    return store_tally(run->office->store, tally, well ? error : NULL) && well;
}

/* Silence must be noticed: whoever looks after the machine is called. What the command says or
 * exits with changes nothing here. */
static void sound_alarm(const Site *site) {
    g_auto(GStrv) argv = NULL;
    if (site->alarm_command == NULL || !g_shell_parse_argv(site->alarm_command, NULL, &argv, NULL))
        return;
    Child child = {.argv = argv, .seconds = ALARM_SECONDS};
    if (!child_run(&child, NULL) || child.status != 0)
        log_event("alarm-command-failed", NULL, child.status);
}

gboolean run_once(const char *folder, const RunOptions *options, Count *count, Tally *tally,
                  GError **error) {
    g_autoptr(Problems) problems = problems_new();
    g_autoptr(Office) office = office_load(folder, options->now, problems);
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
    Run run = {.office = office, .kept = kept, .count = count, .options = options};
    int lock = -1;
    catch_signals();
    gboolean well = problems_settle(problems, error);
    if (well) {
        lock = lock_site(office->site, error);
        well = lock >= 0 && open_and_work(&run, tally, error);
    }
    post_close(run.post);
    box_close(run.box);
    worker_stop(run.worker);
    if (lock >= 0)
        close(lock);
    if (run.jumped)
        fprintf(stderr, "worrybox: the clock has jumped; nothing is erased for a week\n");
    if (!options->dry && ((!well && !stopped) || run.stranded > 0))
        sound_alarm(office->site);
    return well;
}
