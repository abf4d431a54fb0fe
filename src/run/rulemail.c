#include "run/rulemail.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "desk/word.h"
#include "run/out.h"
#include "run/place.h"
#include "run/record.h"
#include "store/traffic.h"
#include "value/names.h"

/* Under this name the store keeps the one change that is asked about. Rules are no secret. */
static const char FACT[] = "rules-change";

/* So long the question stands. */
enum { ASKED_DAYS = 7 };

/* ---- the change that is asked about -------------------------------------------------------- */

/* Who was asked, and the hash of the token that speaks for them. */
typedef struct asked {
    char *id, *hash; /* owned */
} Asked;

typedef struct pending {
    Proposal *proposal; /* owned, as all here */
    char *by, *decider; /* short names; decider: who said YES, and it is to be made; NULL */
    gint64 due;
    GPtrArray *asked; /* of Asked */
} Pending;

static void asked_free(gpointer data) {
    Asked *asked = data;
    g_free(asked->id);
    g_free(asked->hash);
    g_free(asked);
}

static Pending *pending_new(Proposal *proposal, const char *by, const char *decider, gint64 due) {
    Pending *p = g_new(Pending, 1);
    *p = (Pending){proposal, g_strdup(by), g_strdup(decider), due,
                   g_ptr_array_new_with_free_func(asked_free)};
    return p;
}

static void pending_free(Pending *p) {
    if (p == NULL)
        return;
    proposal_free(p->proposal);
    g_free(p->by);
    g_free(p->decider);
    g_ptr_array_unref(p->asked);
    g_free(p);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pending, pending_free)

static void add_asked(Pending *p, const char *id, const char *hash) {
    Asked *asked = g_new(Asked, 1);
    *asked = (Asked){g_strdup(id), g_strdup(hash)};
    g_ptr_array_add(p->asked, asked);
}

static gboolean save(Office *office, const Pending *p, GError **error) {
    g_autoptr(Js) json = js_object();
    Js *asked = js_list();
    for (guint i = 0; i < p->asked->len; i++) {
        const Asked *one = g_ptr_array_index(p->asked, i);
        Js *object = js_object();
        js_put_text(object, "id", one->id);
        js_put_text(object, "hash", one->hash);
        js_add(asked, object);
    }
    g_autoptr(GBytes) packed = proposal_pack(p->proposal);
    g_autofree char *proposal = g_strndup(g_bytes_get_data(packed, NULL), g_bytes_get_size(packed));
    js_put_text(json, "proposal", proposal);
    js_put_text(json, "by", p->by);
    js_put_text(json, "decider", p->decider);
    js_put_number(json, "due", p->due);
    js_put(json, "asked", asked);
    char *line = js_line(json);
    g_autoptr(GBytes) fact = g_bytes_new_take(line, strlen(line));
    return store_set_fact(office->store, FACT, fact, error);
}

/* NULL: none, or one that is damaged, which is none. */
static Pending *load(const Office *office) {
    g_autoptr(GBytes) fact = store_fact(office->store, FACT);
    g_autoptr(Js) json =
        fact ? js_read(g_bytes_get_data(fact, NULL), g_bytes_get_size(fact)) : NULL;
    const char *text = json ? js_text(json, "proposal") : NULL;
    g_autoptr(GBytes) packed = text ? g_bytes_new(text, strlen(text)) : NULL;
    Proposal *proposal = packed ? proposal_unpack(packed) : NULL;
    if (proposal == NULL)
        return NULL;
    Pending *p = pending_new(proposal, js_text(json, "by"), js_text(json, "decider"),
                             js_number(json, "due", 0));
    const Js *asked = js_get(json, "asked");
    for (gsize i = 0; i < js_count(asked); i++)
        add_asked(p, js_text(js_at(asked, i), "id"), js_text(js_at(asked, i), "hash"));
    return p;
}

/* ---- who may decide ------------------------------------------------------------------------ */

/* One person may stand in people.conf twice, as supervisor and as lead: by the same name. */
static gboolean is_sender(const Person *person, const Person *sender) {
    g_autofree char *a = names_fold(person->name, -1), *b = names_fold(sender->name, -1);
    return strcmp(person->id, sender->id) == 0 || strcmp(a, b) == 0;
}

static void add_role(const Office *office, enum role role, const Person *sender, gboolean on_duty,
                     GPtrArray *found) {
    for (guint i = 0; i < office->people->list->len; i++) {
        Person *person = g_ptr_array_index(office->people->list, i);
        gboolean there = !on_duty || person_on_duty(person, office->now, office->site->zone);
        if (person->role == role && person->key != NULL && there && !is_sender(person, sender))
            g_ptr_array_add(found, person);
    }
}

/* Keyholders: the lead, else a deputy, else the head; of those on duty, if there is one. Of Person,
 * borrowed; may be empty. */
static GPtrArray *deciders(const Office *office, const Person *sender) {
    static const enum role roles[] = {ROLE_LEAD, ROLE_DEPUTY, ROLE_HEAD};
    GPtrArray *found = g_ptr_array_new();
    for (guint duty = 0; duty < 2; duty++)
        for (guint i = 0; i < G_N_ELEMENTS(roles) && found->len == 0; i++)
            add_role(office, roles[i], sender, duty == 0, found);
    return found;
}

/* ---- mails --------------------------------------------------------------------------------- */

static RulesTold told_of(const Proposal *p, enum rules_news news, const char *names) {
    return (RulesTold){.news = news,
                       .files = names,
                       .faults = p->faults,
                       .warnings = p->warnings,
                       .rules = p->rules,
                       .tests = p->tests};
}

static const char ADDRESS[] =
    "It holds something that looks like a mail address. No mail of ours does.";

/* What a mail may not hold is left out of it. */
static gboolean send_report(Office *office, const Person *to, RulesTold told, GError **error) {
    Out out;
    if (to == NULL) /* they have left */
        return TRUE;
    out_begin(&out, office, NULL, person_party(to));
    Draft *draft = compose_rules_report(&out.composer, &out.errand, &told);
    if (!out_would_pass(office, NULL, draft, NULL)) {
        draft_free(draft);
        told.files = told.warnings = told.change = told.danger = NULL;
        told.faults = ADDRESS;
        draft = compose_rules_report(&out.composer, &out.errand, &told);
    }
    return out_end(&out, office, NULL, draft, error);
}

/* To the one who sent it, and to `decider` (NULL: nobody). */
static gboolean report(Office *office, const Pending *p, enum rules_news news, const char *faults,
                       const char *decider, GError **error) {
    g_autofree char *names = proposal_names(p->proposal);
    const Person *who = decider ? people_find(office->people, decider) : NULL;
    RulesTold told = told_of(p->proposal, news, names);
    told.faults = faults;
    told.warnings = NULL;
    told.who = who ? who->name : NULL;
    return send_report(office, people_find(office->people, p->by), told, error) &&
           send_report(office, who, told, error);
}

/* What of the question differs from one asking to the next. */
typedef struct asking {
    gboolean again, unclear;
} Asking;

/* *passes: it could be put into a mail. */
static gboolean ask_one(Office *office, Pending *p, const Person *person, const Asking *asking,
                        gboolean *passes, GError **error) {
    g_autofree char *names = proposal_names(p->proposal);
    const Person *sender = people_find(office->people, p->by);
    RulesTold told = told_of(p->proposal, RULES_ASKED, names);
    told.who = sender ? sender->name : p->by;
    told.change = p->proposal->change;
    told.danger = p->proposal->danger;
    told.until = p->due;
    told.again = asking->again;
    told.unclear = asking->unclear;
    Out out;
    out_begin(&out, office, NULL, person_party(person));
    g_autoptr(GBytes) hash = vault_hash_token(office->vault, out.token);
    g_autofree char *text = g_base64_encode(g_bytes_get_data(hash, NULL), g_bytes_get_size(hash));
    Draft *draft = compose_rules_question(&out.composer, &out.errand, &told);
    *passes = out_would_pass(office, NULL, draft, NULL);
    if (*passes)
        add_asked(p, person->id, text);
    if (*passes)
        return out_end(&out, office, NULL, draft, error);
    draft_free(draft);
    party_free(out.to);
    g_free(out.token);
    return TRUE;
}

/* ---- a change comes ------------------------------------------------------------------------ */

static gboolean note(Office *office, const char *actor, const char *act, const Proposal *p,
                     const char *more, GError **error) {
    g_autofree char *hashes = proposal_hashes(p);
    g_autofree char *reason = g_strconcat(*hashes != '\0' ? hashes : "no file", more, NULL);
    return record_act(office, actor, act, NULL, reason, error);
}

static gboolean answer_sender(Office *office, const Person *sender, const Proposal *p,
                              enum rules_news news, const GPtrArray *asked, gint64 until,
                              GError **error) {
    g_autofree char *names = proposal_names(p);
    RulesTold told = told_of(p, news, names);
    gboolean shown = news == RULES_ASKED || news == RULES_UNWRITABLE || news == RULES_NOBODY;
    told.until = until;
    told.change = shown ? p->change : NULL;
    told.danger = shown ? p->danger : NULL;
    if (asked != NULL)
        told.who = ((const Person *)g_ptr_array_index(asked, 0))->name;
    return send_report(office, sender, told, error);
}

/* Takes `proposal`. Whoever was asked about an earlier one is asked about this one. */
static gboolean ask(Office *office, const Person *sender, Proposal *proposal, GPtrArray *people,
                    GError **error) {
    gint64 due = office->now + ASKED_DAYS * CLOCK_DAY;
    g_autoptr(Pending) p = pending_new(proposal, sender->id, NULL, due);
    gboolean passes = TRUE;
    for (guint i = 0; i < people->len && passes; i++)
        if (!ask_one(office, p, g_ptr_array_index(people, i), &(Asking){FALSE, FALSE}, &passes,
                     error))
            return FALSE;
    enum rules_news news = passes ? RULES_ASKED : RULES_FAULTS;
    if (!passes) {
        g_free(proposal->faults);
        proposal->faults = g_strdup(ADDRESS);
    }
    return answer_sender(office, sender, proposal, news, people, due, error) &&
           (!passes || save(office, p, error));
}

static enum rules_news news_of(const Office *office, const Proposal *p, const GPtrArray *people) {
    g_autofree char *folder = site_path(office->site, "rules");
    g_autoptr(Pending) earlier = load(office);
    if (*p->faults != '\0')
        return RULES_FAULTS;
    if (p->same)
        return RULES_SAME;
    if (!place_may(folder))
        return RULES_UNWRITABLE;
    if (people->len == 0)
        return RULES_NOBODY;
    return earlier != NULL && earlier->decider != NULL ? RULES_BUSY : RULES_ASKED;
}

/* A mail that breaks the program which reads it is the sender's to mend. NULL sets *error. */
static Proposal *read_change(Worker *worker, GBytes *raw, const Proposal *again, GError **error) {
    GError *failure = NULL;
    Proposal *p = again ? worker_check_change(worker, again, &failure)
                        : worker_read_change(worker, raw, &failure);
    if (p != NULL)
        return p;
    if (!g_error_matches(failure, FAULT, FAULT_MAIL)) {
        g_propagate_error(error, failure);
        return NULL;
    }
    p = proposal_new();
    g_free(p->faults);
    p->faults = g_strdup_printf("It could not be checked: %s\n", failure->message);
    g_error_free(failure);
    return p;
}

static gboolean take_change(Office *office, Worker *worker, const Intake *in, GError **error) {
    const Person *sender = in->who->person;
    g_autofree char *name = g_strdup_printf("rules %s", sender->id);
    g_autoptr(GBytes) counter = g_bytes_new(name, strlen(name));
    guint count = store_count_letter(office->store, counter, office->now / CLOCK_DAY, error);
    if (count == 0 || count > office->site->limits.letters_a_day)
        return count > 0;
    g_autoptr(Proposal) p = read_change(worker, in->raw, NULL, error);
    if (p == NULL)
        return FALSE;
    g_autoptr(GPtrArray) people = deciders(office, sender);
    enum rules_news news = news_of(office, p, people);
    if (!note(office, sender->id, "rules-sent", p, news == RULES_ASKED ? "" : ": not taken", error))
        return FALSE;
    if (news == RULES_ASKED)
        return ask(office, sender, g_steal_pointer(&p), people, error);
    return answer_sender(office, sender, p, news, NULL, -1, error);
}

/* ---- the answer comes ---------------------------------------------------------------------- */

static gboolean forget(Office *office, GError **error) {
    return store_set_fact(office->store, FACT, NULL, error);
}

/* Once more, with a new token: `only` (NULL: all who were asked, for what they were shown is not so
 * any more). */
static gboolean ask_again(Office *office, Pending *p, const Person *only, const Asking *asking,
                          GError **error) {
    g_autoptr(GPtrArray) before = g_steal_pointer(&p->asked);
    gboolean passes;
    p->asked = g_ptr_array_new_with_free_func(asked_free);
    for (guint i = 0; i < before->len; i++) {
        const Asked *one = g_ptr_array_index(before, i);
        const Person *person = people_find(office->people, one->id);
        if (only != NULL && strcmp(only->id, one->id) != 0)
            add_asked(p, one->id, one->hash);
        else if (person != NULL && !ask_one(office, p, person, asking, &passes, error))
            return FALSE;
    }
    return save(office, p, error);
}

/* Does it still hold, and is it still what they were shown? */
static gboolean agree(Office *office, Worker *worker, Pending *p, const Person *person,
                      GError **error) {
    g_autofree char *folder = site_path(office->site, "rules");
    Proposal *now = read_change(worker, NULL, p->proposal, error);
    if (now == NULL)
        return FALSE;
    g_autoptr(Proposal) before = g_steal_pointer(&p->proposal);
    p->proposal = now;
    if (*now->faults != '\0')
        return note(office, person->id, "rules-agreed", before, ": does not hold any more",
                    error) &&
               report(office, p, RULES_STALE, now->faults, person->id, error) &&
               forget(office, error);
    if (!place_may(folder)) /* once that is mended, they can answer again */
        return report(office, p, RULES_UNWRITABLE, NULL, person->id, error);
    if (strcmp(now->change, before->change) != 0 || strcmp(now->danger, before->danger) != 0)
        return ask_again(office, p, NULL, &(Asking){.again = TRUE}, error);
    p->decider = g_strdup(person->id);
    return note(office, person->id, "rules-agreed", now, "", error) && save(office, p, error);
}

static gboolean decline(Office *office, const Pending *p, const Person *person, GError **error) {
    return note(office, person->id, "rules-declined", p->proposal, "", error) &&
           report(office, p, RULES_DECLINED, NULL, person->id, error) && forget(office, error);
}

/* YES or NO alone on the first line that says something; else "". Caller frees. */
static char *word_said(const char *text) {
    while (g_ascii_isspace(*text))
        text++;
    g_autofree char *line = g_strndup(text, strcspn(text, "\n"));
    g_autoptr(Word) word = word_read(line);
    return g_strdup(word->alone && !word->question ? word->text : "");
}

static gboolean take_answer(Office *office, Worker *worker, const Intake *in, Pending *p,
                            GError **error) {
    const Person *person = in->who->person;
    g_autofree char *word = word_said(in->letter->text ? in->letter->text : "");
    if (strcmp(word, "yes") == 0)
        return agree(office, worker, p, person, error);
    if (strcmp(word, "no") == 0)
        return decline(office, p, person, error);
    return ask_again(office, p, person, &(Asking){.unclear = TRUE}, error);
}

/* ---- both ---------------------------------------------------------------------------------- */

/* Does a token of this mail speak for its author in the question that is open? */
static gboolean is_answer(const Office *office, const Intake *in, const Pending *p) {
    for (guint i = 0; p != NULL && p->decider == NULL && i < in->facts->tokens->len; i++) {
        g_autoptr(GBytes) hash =
            vault_hash_token(office->vault, g_ptr_array_index(in->facts->tokens, i));
        g_autofree char *text =
            g_base64_encode(g_bytes_get_data(hash, NULL), g_bytes_get_size(hash));
        for (guint j = 0; j < p->asked->len; j++) {
            const Asked *one = g_ptr_array_index(p->asked, j);
            if (strcmp(one->hash, text) == 0 && strcmp(one->id, in->who->person->id) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_change(const Intake *in) {
    const char *subject = in->letter->subject, *text = in->letter->text;
    return in->who->person->role == ROLE_SUPERVISOR && in->facts->tokens->len == 0 &&
           ((subject != NULL && word_starts(subject, "rules")) ||
            (text != NULL && word_starts(text, "rules")));
}

gboolean rulemail_is(const Office *office, const Intake *in) {
    if (in->who->person == NULL || in->who->doubt != NULL || in->who->row != NULL ||
        in->facts->auth == AUTH_FAIL || in->letter->route != ROUTE_STAFF)
        return FALSE;
    if (is_change(in))
        return TRUE;
    g_autoptr(Pending) p = in->facts->tokens->len > 0 ? load(office) : NULL;
    return is_answer(office, in, p);
}

gboolean rulemail_take(Office *office, Worker *worker, Intake *in, GError **error) {
    g_autoptr(Pending) p = load(office);
    g_autoptr(Party) party = person_party(in->who->person);
    g_autofree char *author = party_text(party);
    gboolean done = is_answer(office, in, p) ? take_answer(office, worker, in, p, error)
                                             : take_change(office, worker, in, error);
    return done && machine_keep_apart(office, in, "rules", author, error);
}

/* ---- what was agreed to -------------------------------------------------------------------- */

static gboolean tell_lapsed(Office *office, const Pending *p, GError **error) {
    const Asked *first = p->asked->len > 0 ? g_ptr_array_index(p->asked, 0) : NULL;
    return note(office, "worrybox", "rules-lapsed", p->proposal, "", error) &&
           report(office, p, RULES_LAPSED, NULL, first ? first->id : NULL, error) &&
           forget(office, error);
}

static gboolean tell_made(Office *office, const Pending *p, gboolean made, GError **error) {
    enum rules_news news = made ? RULES_DONE : RULES_UNWRITABLE;
    return note(office, "worrybox", made ? "rules-changed" : "rules-lapsed", p->proposal, "",
                error) &&
           report(office, p, news, NULL, p->decider, error) && forget(office, error);
}

/* The files first: a crash behind them is seen by their standing there. */
gboolean rulemail_settle(Office *office, GError **error) {
    g_autofree char *folder = site_path(office->site, "rules");
    g_autoptr(Pending) p = load(office);
    if (p == NULL || (p->decider == NULL && office->now <= p->due))
        return TRUE;
    gboolean made =
        p->decider != NULL && (place_may(folder) || proposal_stands(p->proposal, folder));
    if (made && !proposal_stands(p->proposal, folder) &&
        !place_files(folder, p->proposal->files, error))
        return FALSE;
    if (!store_begin(office->store, error))
        return FALSE;
    if (p->decider != NULL ? tell_made(office, p, made, error) : tell_lapsed(office, p, error))
        return store_commit(office->store, error);
    store_rollback(office->store);
    return FALSE;
}
