#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "box/box.h"
#include "run/act.h"
#include "run/ahead.h"
#include "run/deadlines.h"
#include "run/holders.h"
#include "run/place.h"
#include "run/post.h"
#include "run/rulemail.h"
#include "run/take.h"
#include "store/traffic.h"

const char *const STAGE_WORDS[] = {"fetch", "read", "keep", "expunge", "post", NULL};

/* So many mails, or bytes of them, are held in memory and kept in one commit. */
enum { BATCH = 100, BATCH_BYTES = 2 << 20 };
/* So many kept mails are deleted at once: a server looks through its whole folder each time. */
enum { TOGETHER = 1000 };
/* From so many mails on, a second processor's help is worth having. */
enum { MANY = 16 };
enum { ALARM_SECONDS = 30, SHOW_PROGRESS = 200 };
/* A run that has gone on for so long is not merely busy. */
enum { STUCK = 3 * CLOCK_HOUR };
/* After so many that could not be taken it is not the mails. */
enum { MOST_BEHIND = 20 };

static volatile int stopped; /* set by a signal: the mail in hand is finished, then we end */

static void on_signal(int number) {
    (void)number;
    stopped = 1;
}

typedef struct run {
    Office *office;
    Worker *worker;
    Window *window;
    Box *box;
    GPtrArray *kept;  /* of char *, owned: what is kept and still in the mailbox */
    GPtrArray *large; /* of BoxEntry *, borrowed: too large to take */
    Post *post;       /* NULL in a dry run */
    Parcel *going;    /* owned; going out while the next letters are read; NULL: nothing is */
    Parcel *next;     /* owned; marked in the transaction at hand, to go once it is committed */
    Count *count;
    const RunOptions *options;
    guint stranded;
    gboolean jumped;
    gboolean box_failed; /* nothing more is asked of it */
    guint behind;        /* mails that could not be taken, and are still in the mailbox */
    GError *reason;      /* owned; the first reason why; NULL */
} Run;

/* What is kept together, and what comes after it. */
typedef struct batch {
    const GPtrArray *mails; /* of Arrived */
    const GPtrArray *ahead; /* the same; NULL: not fetched yet */
} Batch;

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

/* Settles what has been sent meanwhile, where that is through, and marks what is to be sent next.
 */
static gboolean turn_post(Run *run, GError **error) {
    gint64 start = g_get_monotonic_time();
    gboolean through = run->going == NULL || post_done(run->going);
    run->count->micros[STAGE_POST] += g_get_monotonic_time() - start;
    if (!through)
        return TRUE; /* a slow server; the database cannot be kept locked for that */
    if (run->going != NULL && !post_settle(run->office, run->going, run->count, error))
        return FALSE;
    if (run->going != NULL && post_broken(run->going) != NULL)
        return TRUE;
    run->next = post_take(run->office, error);
    return run->next != NULL;
}

/* What is marked goes out while the next letters are read. A broken post ends the run. */
static gboolean go_on_posting(Run *run, GError **error) {
    if (run->options->dry)
        return TRUE;
    g_autoptr(Parcel) before = g_steal_pointer(&run->going);
    const GError *broken = before ? post_broken(before) : NULL;
    if (broken != NULL) {
        g_propagate_error(error, g_error_copy(broken));
        return FALSE;
    }
    if (run->next == NULL) /* it is not through */
        return post_due(run->office, run->post, g_steal_pointer(&before), run->count, &stopped,
                        error);
    run->going = g_steal_pointer(&run->next);
    post_begin(run->office, run->post, run->going, &stopped);
    return TRUE;
}

static gboolean finish_posting(Run *run, GError **error) {
    return run->going == NULL || post_due(run->office, run->post, g_steal_pointer(&run->going),
                                          run->count, &stopped, error);
}

static gboolean keep_and_commit(Run *run, const Batch *batch, guint *taken, GError **error) {
    Intaking in = {.office = run->office,
                   .worker = run->worker,
                   .window = run->window,
                   .validity = box_validity(run->box),
                   .mails = batch->mails,
                   .ahead = batch->ahead,
                   .stop = &stopped,
                   .tell = run->options->dry ? say : NULL,
                   .count = run->count};
    if (!take_mails(&in, taken, error) || (!run->options->dry && !turn_post(run, error)))
        return FALSE;
    gint64 start = g_get_monotonic_time();
    if (run->options->dry)
        store_rollback(run->office->store);
    else if (!store_commit(run->office->store, error))
        return FALSE;
    run->count->micros[STAGE_KEEP] += g_get_monotonic_time() - start;
    return TRUE;
}

/* All of a batch in one commit, with what became of the mails sent meanwhile, and with what is to
 * be sent now marked as being sent. The last mails are left out when a signal comes. */
static gboolean keep_batch(Run *run, const Batch *batch, GError **error) {
    const GPtrArray *mails = batch->mails;
    Count before = *run->count;
    guint taken;
    office_move_on(run->office);
    if (!store_begin(run->office->store, error))
        return FALSE;
    if (!keep_and_commit(run, batch, &taken, error)) {
        store_rollback(run->office->store);
        window_forget(run->window, run->worker);
        g_clear_pointer(&run->next, parcel_free);
        *run->count = before;
        return FALSE;
    }
    run->count->left += mails->len - taken;
    for (guint i = 0; i < taken && !run->options->dry; i++)
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

/* One mail that cannot be taken (`failure`, taken) must not keep back those behind it: it stays
 * where it is, and the run fails in the end. FALSE with *error: it was one too many. */
static gboolean leave_behind(Run *run, GError *failure, GError **error) {
    run->count->left++;
    if (run->reason == NULL)
        run->reason = g_error_copy(failure);
    if (++run->behind < MOST_BEHIND) {
        g_error_free(failure);
        return TRUE;
    }
    g_propagate_error(error, failure);
    return FALSE;
}

/* A batch that failed: each of its mails in a commit of its own. */
static gboolean keep_each(Run *run, const GPtrArray *mails, GError **error) {
    for (guint i = 0; i < mails->len && !stopped; i++) {
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        GError *failure = NULL;
        g_ptr_array_add(one, g_ptr_array_index(mails, i));
        gboolean kept = keep_batch(run, &(Batch){one, NULL}, &failure);
        if (kept ? !go_on_posting(run, error)
                 : !leave_behind(run, failure, error) || !finish_posting(run, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean do_batch(Run *run, const Batch *batch, gboolean last, GError **error) {
    if (!keep_batch(run, batch, NULL))
        return finish_posting(run, error) && keep_each(run, batch->mails, error) &&
               expunge(run, last, error);
    /* What is kept is deleted there, whatever the post says, and the other way round. */
    gboolean posted = go_on_posting(run, error);
    return expunge(run, last, posted ? error : NULL) && posted;
}

/* ---- the mailbox --------------------------------------------------------------------------- */

/* The lead is told of each once a day: one that cannot be moved is met again by every run. */
static gboolean tell_large(Run *run, const BoxEntry *entry, GError **error) {
    Office *office = run->office;
    Notice notice = {.kind = NOTICE_TOO_LARGE, .bytes = entry->size};
    g_autofree char *name = g_strdup_printf("large %s %s", box_validity(run->box), entry->id);
    g_autoptr(GBytes) counter = g_bytes_new(name, strlen(name));
    if (!store_begin(office->store, error))
        return FALSE;
    guint times = store_count_letter(office->store, counter, office->now / CLOCK_DAY, error);
    if (times > 1 || (times == 1 && act_notice(office, NULL, DESK_LEAD, &notice, error)))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
}

/* Too large to take: unfetched into the folder Held, and the lead told; after all others, for the
 * mailbox may have no room for it. The notices are kept first: a crash in between tells it twice
 * rather than never. */
static gboolean hold_large(Run *run, GError **error) {
    for (guint i = 0; i < run->large->len; i++) {
        const BoxEntry *entry = g_ptr_array_index(run->large, i);
        run->count->too_large++;
        if (run->options->dry)
            printf("%s: too large, would be moved to Held\n", entry->id);
        else if (!tell_large(run, entry, error))
            return FALSE;
    }
    for (guint i = 0; i < run->large->len && !run->options->dry && !run->box_failed; i++) {
        const BoxEntry *entry = g_ptr_array_index(run->large, i);
        run->box_failed = !box_hold(run->box, entry->id, error);
    }
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
static void next_batch(Run *run, const GPtrArray *entries, guint *next, GPtrArray *ids) {
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
            g_ptr_array_add(run->large, entry);
            continue;
        }
        if (ids->len > 0 && bytes + entry->size > BATCH_BYTES)
            return;
        bytes += entry->size;
        g_ptr_array_add(ids, entry->id);
    }
}

/* The mails of the next batch; an empty array where there are no more. NULL sets *error. */
static GPtrArray *fetch_batch(Run *run, const GPtrArray *entries, guint *next, GError **error) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(arrived_free);
    next_batch(run, entries, next, ids);
    gint64 start = g_get_monotonic_time();
    if (ids->len > 0)
        run->box_failed = !box_fetch(run->box, ids, hold_in_memory, mails, error);
    run->count->micros[STAGE_FETCH] += g_get_monotonic_time() - start;
    return run->box_failed ? NULL : g_steal_pointer(&mails);
}

/* One batch is fetched before the one ahead of it is kept, so that the worker always has mails to
 * read. */
static gboolean take_entries(Run *run, const GPtrArray *entries, guint *next, GError **error) {
    g_autoptr(GPtrArray) mails = fetch_batch(run, entries, next, error);
    gboolean well = mails != NULL;
    while (well && mails->len > 0 && !stopped) {
        GError *failure = NULL;
        g_autoptr(GPtrArray) ahead = fetch_batch(run, entries, next, &failure);
        guint after = ahead ? ahead->len : 0;
        well = do_batch(run, &(Batch){mails, ahead}, after == 0, error);
        well = also(well, failure, error);
        show_progress(run, *next - after, entries->len);
        g_ptr_array_unref(mails);
        mails = g_steal_pointer(&ahead);
    }
    run->count->left += mails ? mails->len : 0;
    return well;
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
    if (entries->len >= MANY && !run->options->dry)
        run->office->ahead = ahead_start(run->office);
    gboolean well = take_entries(run, entries, &next, error);
    run->count->left += entries->len - next;
    well = expunge(run, TRUE, well ? error : NULL) && well;
    return (run->box_failed || hold_large(run, well ? error : NULL)) && well;
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

/* A mailbox that cannot be reached must not keep an alert from going on: time passes all the same.
 */
static gboolean work(Run *run, GError **error) {
    GError *failure = NULL;
    gboolean well = TRUE;
    if (!run->options->dry &&
        (!holders_note(run->office, error) || store_out_recover(run->office->store, error) < 0))
        return FALSE;
    fetch_and_keep(run, &failure);
    if (failure != NULL || run->options->dry)
        g_clear_pointer(&run->box, box_close);
    well = also(well, g_steal_pointer(&failure), error);
    well = also(well, g_steal_pointer(&run->reason), error);
    if (run->options->dry)
        return well;
    finish_posting(run, &failure);
    well = also(well, g_steal_pointer(&failure), error);
    if (!stopped) {
        rulemail_settle(run->office, &failure);
        well = also(well, g_steal_pointer(&failure), error);
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

/* The lock is on the folder itself: no file to be left behind. -1 sets *error; *taken: another run
 * has it. */
static int lock_site(const Site *site, gboolean *taken, GError **error) {
    int fd = open(site->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fault_errno(error, FAULT_SETUP, errno, "%s cannot be opened", site->state);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    *taken = TRUE;
    fault_set(error, FAULT_RUN, "another run of this site is going on");
    close(fd);
    return -1;
}

/* Has the run that has the lock had it for longer than any should? Where it cannot be asked now,
 * the next run asks again. */
static gboolean is_stuck(Office *office) {
    if (!office_open(office, STORE_KEYS_NONE, NULL))
        return FALSE;
    gint64 since = store_number(office->store, "run-began");
    return since != 0 && office->now - since > STUCK;
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
                     .roll = run->office->roll,
                     .wording = run->office->wording};
    /* Before any key is in memory: the worker is a copy of this process. */
    g_autofree char *folder = site_path(site, "rules");
    const ProposalSite change = {folder, run->office->people, site->limits.match_limit};
    run->worker = worker_start(
        &(WorkerSetup){&reader, run->office->rules, run->office->named, &change}, error);
    run->window = window_new();
    if (run->worker == NULL || !office_open(run->office, STORE_KEYS_NEEDED, error))
        return FALSE;
    if (!run->options->dry) {
        run->post = post_open(site->post, site->address, error);
        if (run->post == NULL)
            return FALSE;
    }
    if (!run->options
             ->dry) /* is_stuck() asks; what fails here will fail again below, and be told */
        store_set_number(run->office->store, "run-began", run->office->now, NULL);
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
    g_autofree char *rules = g_build_filename(folder, "rules", NULL);
    gboolean placed = options->dry || place_finish(rules, error);
    g_autoptr(Office) office = office_load(folder, options->now, problems);
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) large = g_ptr_array_new();
    Run run = {.office = office, .kept = kept, .large = large, .count = count, .options = options};
    int lock = -1;
    gboolean taken = FALSE;
    catch_signals();
    gboolean well = placed && problems_settle(problems, error);
    if (well) {
        lock = lock_site(office->site, &taken, error);
        well = lock >= 0 && open_and_work(&run, tally, error);
    }
    gboolean alarm = run.stranded > 0 || (!well && !stopped && (!taken || is_stuck(office)));
    parcel_free(run.going);
    post_close(run.post);
    box_close(run.box);
    window_free(run.window);
    worker_stop(run.worker);
    if (lock >= 0)
        close(lock);
    if (run.jumped)
        fprintf(stderr, "worrybox: the clock has jumped; nothing is erased for a week\n");
    if (!options->dry && alarm)
        sound_alarm(office->site);
    return well;
}
