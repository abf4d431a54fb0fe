#include "run/take.h"

#include "base/fault.h"
#include "run/intake.h"
#include "run/resolve.h"
#include "run/rulemail.h"
#include "store/traffic.h"
#include "strip/strip.h"

void arrived_free(gpointer data) {
    Arrived *mail = data;
    g_free(mail->name);
    g_bytes_unref(mail->raw);
    g_free(mail);
}

/* So many bytes of mails are in hand besides the one whose turn it is; a larger one comes alone. */
enum { WINDOW_BYTES = 2 << 20 };

enum reached { NOT_SENT, IS_SENT, IS_PARSED, IS_ASKED, IS_THROUGH };

/* What the worker makes of a mail; `why` is set where it is unreadable. */
typedef struct reading {
    enum reached reached;
    GBytes *raw; /* borrowed */
    Facts *facts;
    Resolution *who;
    Letter *letter;
    Identity *identity;
    Verdict *verdict;
    char *why;
    /* The same mail read as a pupil's: of an answer that cannot be taken. */
    gboolean twice;
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

struct window {
    const Intaking *in;              /* of the present call */
    Reading readings[WORKER_WINDOW]; /* of mail n at n modulo this */
    guint first;                     /* the number of the first of in->mails */
    guint turn, next;                /* whose turn it is; the first that is not sent */
    gsize bytes;                     /* of those that are sent and not through */
};

Window *window_new(void) {
    return g_new0(Window, 1);
}

static void window_clear(Window *window) {
    for (guint i = 0; i < WORKER_WINDOW; i++)
        reading_clear(&window->readings[i]);
    *window = (Window){0};
}

void window_free(Window *window) {
    if (window != NULL)
        window_clear(window);
    g_free(window);
}

void window_forget(Window *window, Worker *worker) {
    worker_forget(worker);
    window_clear(window);
}

static Reading *reading_of(Window *window, guint number) {
    return &window->readings[number % WORKER_WINDOW];
}

/* NULL: there is no such mail yet. */
static GBytes *raw_of(const Window *window, guint number) {
    const GPtrArray *mails = window->in->mails;
    guint at = number - window->first;
    if (at >= mails->len && window->in->ahead != NULL) {
        at -= mails->len;
        mails = window->in->ahead;
    }
    return at < mails->len ? ((Arrived *)g_ptr_array_index(mails, at))->raw : NULL;
}

static gboolean send_one(Window *window, guint number, GError **error) {
    Reading *r = reading_of(window, number);
    r->raw = raw_of(window, number);
    r->reached = IS_SENT;
    window->bytes += g_bytes_get_size(r->raw);
    return worker_send(window->in->worker, number, r->raw, error);
}

static gboolean send_ahead(Window *window, GError **error) {
    for (; window->next < window->turn + WORKER_WINDOW; window->next++) {
        GBytes *raw = raw_of(window, window->next);
        if (raw == NULL ||
            (window->bytes > 0 && window->bytes + g_bytes_get_size(raw) > WINDOW_BYTES))
            return TRUE;
        if (!send_one(window, window->next, error))
            return FALSE;
    }
    return TRUE;
}

static void through(Window *window, Reading *r) {
    r->reached = IS_THROUGH;
    window->bytes -= g_bytes_get_size(r->raw);
}

/* The author of an answer that cannot be taken may be the writer of a conversation that ended: read
 * as a letter, it may be a cry for help. */
static void ask_as_letter(const Window *window, guint number, Context *context) {
    enum route side = context->side;
    context->side = ROUTE_PUPIL;
    worker_ask(window->in->worker, number, context, FALSE);
    context->side = side;
}

static gboolean ask(Window *window, guint number, GError **error) {
    Reading *r = reading_of(window, number);
    r->who = resolve(window->in->office, r->facts, error);
    if (r->who == NULL)
        return FALSE;
    r->twice = r->who->refusal != NULL;
    if (r->twice)
        ask_as_letter(window, number, r->who->context);
    worker_ask(window->in->worker, number, r->who->context, TRUE);
    r->reached = IS_ASKED;
    return TRUE;
}

/* A token speaks for a case, which a mail before it may change; and where rules ask how often
 * somebody has written, that mail may be by the same. */
static gboolean can_ask_ahead(const Office *office, const Facts *facts) {
    return facts->tokens->len == 0 && !rules_count_letters(office->rules);
}

/* All others that it had when it died of this one. */
static gboolean send_again(Window *window, guint dead, GError **error) {
    for (guint n = window->turn; n < window->next; n++) {
        Reading *r = reading_of(window, n);
        if (n == dead || r->reached == IS_THROUGH)
            continue;
        window->bytes -= g_bytes_get_size(r->raw);
        reading_clear(r);
        if (!send_one(window, n, error))
            return FALSE;
    }
    return TRUE;
}

static void take_result(Window *window, Reading *r, Said *said) {
    gboolean as_letter = r->twice && r->as_letter == NULL;
    *(as_letter ? &r->as_letter : &r->letter) = g_steal_pointer(&said->letter);
    *(as_letter ? &r->as_identity : &r->identity) = g_steal_pointer(&said->identity);
    *(as_letter ? &r->as_verdict : &r->verdict) = g_steal_pointer(&said->verdict);
    if (!as_letter)
        through(window, r);
}

static gboolean take_said(Window *window, Said *said, GError **error) {
    Reading *r = reading_of(window, said->number);
    switch (said->what) {
    case SAID_FACTS:
        r->facts = g_steal_pointer(&said->facts);
        r->reached = IS_PARSED;
        return !can_ask_ahead(window->in->office, r->facts) || ask(window, said->number, error);
    case SAID_RESULT:
        take_result(window, r, said);
        return TRUE;
    default:
        r->why = g_steal_pointer(&said->why);
        through(window, r);
        return said->what != SAID_DIED || send_again(window, said->number, error);
    }
}

/* What the worker has said up to now. */
static gboolean hear_all(Window *window, GError **error) {
    for (;;) {
        g_auto(Said) said = {0};
        worker_hear(window->in->worker, FALSE, &said);
        if (said.what == SAID_NOTHING)
            return TRUE;
        if (!take_said(window, &said, error))
            return FALSE;
    }
}

static gboolean hear_one(Window *window, GError **error) {
    g_auto(Said) said = {0};
    worker_hear(window->in->worker, TRUE, &said);
    return take_said(window, &said, error);
}

/* What cannot be read goes to a person, with what a look at its bytes finds. */
static gboolean give_up(const Office *office, Reading *r, GError **error) {
    facts_free(r->facts);
    r->facts = mail_scan(r->raw);
    if (r->who == NULL)
        r->who = resolve(office, r->facts, error);
    if (r->who == NULL)
        return FALSE;
    g_clear_pointer(&r->letter, letter_free);
    g_clear_pointer(&r->identity, identity_free);
    strip_unreadable(r->facts, r->why, &r->letter, &r->identity);
    return TRUE;
}

/* Reads the mail whose turn it is to the end, and has those after it read meanwhile. NULL sets
 * *error. */
static Reading *read_on(Window *window, GError **error) {
    Reading *r = reading_of(window, window->turn);
    if (!send_ahead(window, error) || !hear_all(window, error))
        return NULL;
    while (r->reached != IS_THROUGH)
        if (r->reached == IS_PARSED ? !ask(window, window->turn, error) : !hear_one(window, error))
            return NULL;
    return r->why == NULL || give_up(window->in->office, r, error) ? r : NULL;
}

/* The writer of an unreadable mail is whoever the scan found; nobody is asked for a token. */
static gboolean take_unreadable(Office *office, Intake *in, const char *why, GError **error) {
    const Facts *facts = in->facts;
    in->who->accepted = in->who->person == NULL && facts->from != NULL &&
                        (office->site->any_writer || in->who->inside);
    return letter_take_unreadable(office, in, why, error);
}

static gboolean decide(const Intaking *with, Reading *r, GError **error) {
    Office *office = with->office;
    Count *count = with->count;
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
        if (rulemail_is(office, &in))
            return rulemail_take(office, with->worker, &in, error);
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
    gboolean done = decide(in, r, error) &&
                    store_add_seen(office->store, digest, in->validity, name, office->now, error);
    in->count->mails += done;
    return done;
}

static gboolean take_one(Window *window, const Arrived *mail, GError **error) {
    const Intaking *in = window->in;
    gint64 start = g_get_monotonic_time();
    Reading *r = read_on(window, error);
    if (r == NULL)
        return FALSE;
    gint64 read = g_get_monotonic_time();
    in->count->micros[STAGE_READ] += read - start;
    if (!keep(in, mail->name, r, error))
        return FALSE;
    in->count->micros[STAGE_KEEP] += g_get_monotonic_time() - read;
    reading_clear(r);
    window->turn++;
    return TRUE;
}

gboolean take_mails(const Intaking *in, guint *taken, GError **error) {
    Window *window = in->window;
    gboolean well = TRUE;
    window->in = in;
    for (*taken = 0; well && *taken < in->mails->len && !*in->stop; *taken += well)
        well = take_one(window, g_ptr_array_index(in->mails, *taken), error);
    if (*taken < in->mails->len || in->ahead == NULL)
        window_forget(window, in->worker);
    window->first = window->turn;
    return well;
}
