#include "run/take.h"

#include "base/fault.h"
#include "run/intake.h"
#include "run/resolve.h"
#include "store/traffic.h"
#include "strip/strip.h"

/* What the worker made of the mail; `why` is set where it is unreadable. */
typedef struct reading {
    Facts *facts;
    Resolution *who;
    Letter *letter;
    Identity *identity;
    Verdict *verdict;
    char *why;
} Reading;

static void reading_clear(Reading *r) {
    facts_free(r->facts);
    resolution_free(r->who);
    letter_free(r->letter);
    identity_free(r->identity);
    verdict_free(r->verdict);
    g_free(r->why);
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

static gboolean read_mail(const Office *office, Worker *worker, GBytes *raw, Reading *r,
                          GError **error) {
    GError *failure = NULL;
    r->facts = worker_read(worker, raw, &failure);
    if (r->facts == NULL && !unreadable(r, failure, error))
        return FALSE;
    if (r->facts == NULL)
        r->facts = mail_scan(raw);
    r->who = resolve(office, r->facts, error);
    if (r->who == NULL)
        return FALSE;
    if (r->why == NULL &&
        !worker_strip(worker, r->who->context, &r->letter, &r->identity, &r->verdict, &failure)) {
        if (!unreadable(r, failure, error))
            return FALSE;
        facts_free(r->facts);
        r->facts = mail_scan(raw);
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

static gboolean decide(Office *office, Reading *r, GBytes *raw, Count *count, GError **error) {
    Intake in = {.raw = raw,
                 .facts = r->facts,
                 .who = r->who,
                 .letter = r->letter,
                 .identity = r->identity,
                 .verdict = r->verdict};
    if (r->why != NULL) {
        count->unreadable++;
        return take_unreadable(office, &in, r->why, error);
    }
    switch (r->letter->route) {
    case ROUTE_LISTENER:
    case ROUTE_STAFF:
        if (r->who->doubt != NULL)
            break; /* to a person, as a letter of nobody known */
        count->answers++;
        return answer_take(office, &in, error);
    case ROUTE_BOUNCE:
    case ROUTE_AUTO_REPLY:
    case ROUTE_LIST:
    case ROUTE_LOOP:
        count->machine++;
        return machine_take(office, &in, error);
    default:
        break;
    }
    count->letters++;
    return letter_take(office, &in, error);
}

static char *line_for(const char *name, const Reading *r) {
    const Verdict *v = r->verdict;
    if (r->why != NULL)
        return g_strdup_printf("%s: unreadable, to the lead: %s", name, r->why);
    if (v == NULL || r->letter->route != ROUTE_PUPIL)
        return g_strdup_printf("%s: %s: %s", name, ROUTE_WORDS[r->letter->route], r->letter->why);
    return g_strdup_printf("%s: pupil: %s, desk %s%s%s", name, SEVERITY_WORDS[v->severity],
                           DESK_WORDS[v->desk], v->flag ? ", flagged" : "",
                           v->undecided ? ", undecided" : "");
}

gboolean take_mail(Office *office, Worker *worker, const char *validity, const char *name,
                   GBytes *raw, Count *count, char **told, GError **error) {
    g_auto(Reading) r = {0};
    g_autoptr(GBytes) digest = vault_hash_mail(office->vault, raw);
    if (store_seen(office->store, digest)) {
        count->known++;
        return TRUE;
    }
    gint64 start = g_get_monotonic_time();
    if (!read_mail(office, worker, raw, &r, error))
        return FALSE;
    gint64 read = g_get_monotonic_time();
    count->micros[STAGE_READ] += read - start;
    if (told != NULL)
        *told = line_for(name, &r);
    gboolean done = decide(office, &r, raw, count, error) &&
                    store_add_seen(office->store, digest, validity, name, office->now, error);
    count->micros[STAGE_KEEP] += g_get_monotonic_time() - read;
    count->mails += done;
    return done;
}
