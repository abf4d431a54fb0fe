#include "run/take.h"

#include "base/fault.h"
#include "run/intake.h"
#include "run/resolve.h"
#include "store/traffic.h"
#include "strip/strip.h"

void arrived_free(gpointer data) {
    Arrived *mail = data;
    g_free(mail->name);
    g_bytes_unref(mail->raw);
    g_free(mail);
}

/* What the worker makes of a mail; `why` is set where it is unreadable. */
typedef struct reading {
    GBytes *raw;  /* borrowed; NULL: not begun */
    GBytes *next; /* borrowed; what comes after it; NULL: nothing */
    Facts *facts;
    Resolution *who;
    Letter *letter;
    Identity *identity;
    Verdict *verdict;
    char *why;
    /* The same mail read as a pupil's: of an answer that cannot be taken. */
    Letter *as_letter;
    Identity *as_identity;
    Verdict *as_verdict;
} Reading;

static void reading_clear(Reading *r) {
    facts_free(r->facts);
    resolution_free(r->who);
    letter_free(r->letter);
    identity_free(r->identity);
    verdict_free(r->verdict);
    g_free(r->why);
    letter_free(r->as_letter);
    identity_free(r->as_identity);
    verdict_free(r->as_verdict);
    *r = (Reading){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

/* A failure that is this mail's own makes it unreadable; any other is the run's. */
static gboolean unreadable(Reading *r, GError *failure, GError **error) {
    if (!g_error_matches(failure, FAULT, FAULT_MAIL)) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    r->why = g_strdup(failure->message);
    g_error_free(failure);
    return TRUE;
}

/* The author of an answer that cannot be taken may be the writer of a conversation that ended: read
 * as a letter, it may be a cry for help. */
static gboolean read_as_letter(Worker *worker, Reading *r, GError **error) {
    Context *context = r->who->context;
    enum route side = context->side;
    GError *failure = NULL;
    context->side = ROUTE_PUPIL;
    gboolean done =
        worker_strip(worker, context, &r->as_letter, &r->as_identity, &r->as_verdict, &failure);
    context->side = side;
    return done || unreadable(r, failure, error);
}

/* Has the worker strip it, and go on with the next while the run keeps this one. */
static gboolean ask(const Office *office, Worker *worker, Reading *r, GError **error) {
    r->who = resolve(office, r->facts, error);
    if (r->who == NULL)
        return FALSE;
    if (r->why == NULL && r->who->refusal != NULL && !read_as_letter(worker, r, error))
        return FALSE;
    if (r->why != NULL)
        return TRUE;
    worker_ask(worker, r->who->context);
    if (r->next != NULL)
        worker_begin(worker, r->next);
    return TRUE;
}

/* As far as can be gone before the mail ahead of it is kept: a token speaks for a case which that
 * mail may change, and where rules ask how often somebody has written, it may be by the same. */
static gboolean begin(const Office *office, Worker *worker, Reading *r, GError **error) {
    GError *failure = NULL;
    r->facts = worker_read(worker, r->raw, &failure);
    if (r->facts == NULL && !unreadable(r, failure, error))
        return FALSE;
    if (r->facts == NULL)
        r->facts = mail_scan(r->raw);
    return r->facts->tokens->len > 0 || rules_count_letters(office->rules) ||
           ask(office, worker, r, error);
}

static gboolean finish(const Office *office, Worker *worker, Reading *r, GError **error) {
    GError *failure = NULL;
    if (r->who == NULL && !ask(office, worker, r, error))
        return FALSE;
    if (r->why == NULL && !worker_answer(worker, &r->letter, &r->identity, &r->verdict, &failure)) {
        if (!unreadable(r, failure, error))
            return FALSE;
        facts_free(r->facts);
        r->facts = mail_scan(r->raw);
    }
    if (r->why != NULL)
        strip_unreadable(r->facts, r->why, &r->letter, &r->identity);
    return TRUE;
}

/* The writer of an unreadable mail is whoever the scan found; nobody is asked for a token. */
static gboolean take_unreadable(Office *office, Intake *in, const char *why, GError **error) {
    const Facts *facts = in->facts;
    in->who->accepted = in->who->person == NULL && facts->from != NULL &&
                        (office->site->any_writer || in->who->inside);
    return letter_take_unreadable(office, in, why, error);
}

static gboolean decide(Office *office, Reading *r, Count *count, GError **error) {
    Intake in = {.raw = r->raw,
                 .facts = r->facts,
                 .who = r->who,
                 .letter = r->letter,
                 .identity = r->identity,
                 .verdict = r->verdict};
    Intake as_letter = in;
    if (r->why != NULL) {
        count->unreadable++;
        return take_unreadable(office, &in, r->why, error);
    }
    switch (r->letter->route) {
    case ROUTE_LISTENER:
    case ROUTE_STAFF:
        if (r->who->doubt != NULL || r->who->person == NULL)
            break; /* to a person, as a letter of nobody known */
        count->answers++;
        if (r->who->row != NULL)
            return answer_take(office, &in, error);
        as_letter.letter = r->as_letter;
        as_letter.identity = r->as_identity;
        as_letter.verdict = r->as_verdict;
        return answer_refuse(office, &in, r->as_verdict ? &as_letter : NULL, error);
    case ROUTE_BOUNCE:
    case ROUTE_AUTO_REPLY:
    case ROUTE_LIST:
    case ROUTE_LOOP:
        count->machine++;
        return machine_take(office, &in, error);
    default:
        break;
    }
    if (r->verdict == NULL) { /* a worker that has gone wrong: no letter goes unjudged */
        count->unreadable++;
        return take_unreadable(office, &in, "it could not be judged", error);
    }
    count->letters++;
    return letter_take(office, &in, error);
}

static char *line_for(const char *name, const Reading *r) {
    const Verdict *v = r->verdict;
    if (r->why != NULL)
        return g_strdup_printf("%s: unreadable, to the lead: %s", name, r->why);
    gboolean machine = r->letter->route >= ROUTE_BOUNCE;
    if (v == NULL || r->letter->route != ROUTE_PUPIL)
        return g_strdup_printf("%s: %s: %s%s", name, ROUTE_WORDS[r->letter->route], r->letter->why,
                               v != NULL && machine && letter_is_danger(v)
                                   ? "; but it may be danger: to the lead"
                                   : "");
    return g_strdup_printf("%s: pupil: %s, desk %s%s%s", name, SEVERITY_WORDS[v->severity],
                           DESK_WORDS[v->desk], v->flag ? ", flagged" : "",
                           v->undecided ? ", undecided" : "");
}

static gboolean keep(const Intaking *in, const char *name, Reading *r, GError **error) {
    Office *office = in->office;
    g_autoptr(GBytes) digest = vault_hash_mail(office->vault, r->raw);
    if (store_seen(office->store, digest)) {
        in->count->known++;
        return TRUE;
    }
    if (in->tell != NULL) {
        g_autofree char *line = line_for(name, r);
        in->tell(line);
    }
    gboolean done = decide(office, r, in->count, error) &&
                    store_add_seen(office->store, digest, in->validity, name, office->now, error);
    in->count->mails += done;
    return done;
}

/* Reads the mail at `at` to the end, and those after it as far as they can be. `two`: room for it
 * and the next, in turns. */
static gboolean read_on(const Office *office, Worker *worker, const GPtrArray *mails, guint at,
                        Reading *two, GError **error) {
    for (guint i = at; i < MIN(at + 2, mails->len); i++) {
        Reading *r = &two[i % 2];
        if (r->raw == NULL) {
            r->raw = ((Arrived *)g_ptr_array_index(mails, i))->raw;
            r->next = i + 1 < mails->len ? ((Arrived *)g_ptr_array_index(mails, i + 1))->raw : NULL;
            if (!begin(office, worker, r, error))
                return FALSE;
        }
        if (i == at && !finish(office, worker, r, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean take_each(const Intaking *in, Reading *two, guint *taken, GError **error) {
    for (*taken = 0; *taken < in->mails->len && !*in->stop; ++*taken) {
        const Arrived *mail = g_ptr_array_index(in->mails, *taken);
        Reading *r = &two[*taken % 2];
        gint64 start = g_get_monotonic_time();
        if (!read_on(in->office, in->worker, in->mails, *taken, two, error))
            return FALSE;
        gint64 read = g_get_monotonic_time();
        in->count->micros[STAGE_READ] += read - start;
        if (!keep(in, mail->name, r, error))
            return FALSE;
        in->count->micros[STAGE_KEEP] += g_get_monotonic_time() - read;
        reading_clear(r);
    }
    return TRUE;
}

gboolean take_mails(const Intaking *in, guint *taken, GError **error) {
    Reading two[2] = {0};
    gboolean done = take_each(in, two, taken, error);
    reading_clear(&two[0]);
    reading_clear(&two[1]);
    return done;
}
