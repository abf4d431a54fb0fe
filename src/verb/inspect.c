#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/json.h"
#include "run/office.h"
#include "run/resolve.h"
#include "run/worker.h"
#include "strip/strip.h"
#include "verb/verb.h"

/* What inspect works with: a site's own rules and people, or the shared rules and nobody. */
typedef struct bench {
    Office *office; /* NULL without a site */
    Rules *rules;   /* borrowed from the office, or owned */
    Worker *worker;
    enum route as; /* the side that is forced; ROUTE_UNREADABLE: none */
    gboolean text, json;
} Bench;

typedef struct seen {
    Letter *letter;
    Verdict *verdict;
} Seen;

static void seen_clear(Seen *seen) {
    letter_free(seen->letter);
    verdict_free(seen->verdict);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

/* ---- printing ------------------------------------------------------------------------------ */

static Js *verdict_json(const Verdict *verdict) {
    if (verdict == NULL)
        return NULL;
    Js *json = js_object(), *categories = js_list(), *rules = js_list();
    for (guint i = 0; i < verdict->categories->len; i++)
        js_add_text(categories, g_ptr_array_index(verdict->categories, i));
    for (guint i = 0; i < verdict->rules->len; i++) {
        const Spoken *spoken = g_ptr_array_index(verdict->rules, i);
        Js *rule = js_object();
        js_put_text(rule, "rule", spoken->rule);
        js_put_text(rule, "file", spoken->file);
        js_put_number(rule, "line", spoken->line);
        js_put_text(rule, "by", spoken->by);
        js_add(rules, rule);
    }
    js_put(json, "categories", categories);
    js_put_text(json, "severity", SEVERITY_WORDS[verdict->severity]);
    js_put_yes(json, "flag", verdict->flag);
    js_put_text(json, "desk", DESK_WORDS[verdict->desk]);
    js_put_yes(json, "undecided", verdict->undecided);
    js_put(json, "rules", rules);
    return json;
}

static void print_json(const char *file, const Seen *seen) {
    const Letter *letter = seen->letter;
    g_autoptr(Js) json = js_object();
    Js *redactions = js_list(), *withheld = js_list();
    for (guint i = 0; i < letter->redactions->len; i++) {
        const Redaction *redaction = g_ptr_array_index(letter->redactions, i);
        Js *one = js_object();
        js_put_text(one, "kind", redaction->kind);
        js_put_number(one, "count", redaction->count);
        js_add(redactions, one);
    }
    for (guint i = 0; i < letter->withheld->len; i++) {
        const Withheld *part = g_ptr_array_index(letter->withheld, i);
        Js *one = js_object();
        js_put_text(one, "type", part->type);
        js_put_number(one, "bytes", (gint64)part->bytes);
        js_add(withheld, one);
    }
    js_put_text(json, "file", file);
    js_put_text(json, "route", ROUTE_WORDS[letter->route]);
    js_put_text(json, "why", letter->why);
    js_put_text(json, "subject", letter->subject);
    js_put_text(json, "text", letter->text);
    js_put(json, "redactions", redactions);
    js_put(json, "withheld", withheld);
    js_put(json, "verdict", verdict_json(seen->verdict));
    g_autofree char *line = js_line(json);
    puts(line);
}

static void print_text(const char *file, const Seen *seen) {
    const Letter *letter = seen->letter;
    const Verdict *verdict = seen->verdict;
    g_autofree char *withheld = letter_withheld_text(letter);
    printf("%s: %s (%s)\n", file, ROUTE_WORDS[letter->route], letter->why ? letter->why : "-");
    if (letter->subject != NULL)
        printf("  subject   %s\n", letter->subject);
    for (guint i = 0; i < letter->redactions->len; i++) {
        const Redaction *redaction = g_ptr_array_index(letter->redactions, i);
        printf("  masked    %s, %u times\n", redaction->kind, redaction->count);
    }
    if (withheld != NULL)
        printf("  withheld  %s\n", withheld);
    if (letter->locked)
        puts("  locked    no words can be read; the writer is told, and an adult");
    if (verdict != NULL)
        printf("  severity  %s%s%s\n  desk      %s\n", SEVERITY_WORDS[verdict->severity],
               verdict->flag ? ", flagged" : "", verdict->undecided ? ", undecided" : "",
               DESK_WORDS[verdict->desk]);
    for (guint i = 0; verdict != NULL && i < verdict->not_for->len; i++)
        printf("  not for   %s\n", (const char *)g_ptr_array_index(verdict->not_for, i));
    for (guint i = 0; verdict != NULL && i < verdict->rules->len; i++) {
        const Spoken *spoken = g_ptr_array_index(verdict->rules, i);
        printf("  rule      %s at %s:%u by %s\n", spoken->rule, spoken->file, spoken->line,
               spoken->by);
    }
    if (letter->text != NULL)
        printf("\n%s\n\n", letter->text);
}

/* ---- reading ------------------------------------------------------------------------------- */

static Context *context_for(const Bench *bench, const Facts *facts, GError **error) {
    if (bench->as != ROUTE_UNREADABLE)
        return context_new(bench->as);
    if (bench->office == NULL || bench->office->store == NULL)
        return context_new(ROUTE_PUPIL);
    g_autoptr(Resolution) who = resolve(bench->office, facts, error);
    return who ? g_steal_pointer(&who->context) : NULL;
}

/* Two answers of the worker; a failure that is the mail's own is a result. */
static gboolean read_mail(const Bench *bench, GBytes *raw, Seen *seen, GError **error) {
    g_autoptr(GError) failure = NULL;
    g_autoptr(Identity) identity = NULL;
    g_autoptr(Facts) facts = worker_read(bench->worker, raw, &failure);
    if (facts != NULL) {
        g_autoptr(Context) context = context_for(bench, facts, error);
        if (context == NULL)
            return FALSE;
        if (worker_strip(bench->worker, context, &seen->letter, &identity, &seen->verdict,
                         &failure))
            return TRUE;
    }
    if (!g_error_matches(failure, FAULT, FAULT_MAIL)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    g_autoptr(Facts) scanned = mail_scan(raw);
    strip_unreadable(scanned, failure->message, &seen->letter, &identity);
    return TRUE;
}

static void read_text(const Bench *bench, GBytes *raw, Seen *seen) {
    g_autofree char *text = g_strndup(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw));
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(Context) context =
        context_new(bench->as == ROUTE_UNREADABLE ? ROUTE_PUPIL : bench->as);
    context->roll = bench->office ? bench->office->roll : NULL;
    seen->letter = strip_text(valid, context);
    seen->verdict =
        rules_judge(bench->rules, context->side == ROUTE_PUPIL ? ON_LETTER : ON_ANSWER,
                    seen->letter->whole_subject, seen->letter->whole ? seen->letter->whole : "");
    if (bench->office != NULL && context->side == ROUTE_PUPIL)
        named_mark(bench->office->named, NULL, seen->letter->whole_subject,
                   seen->letter->whole ? seen->letter->whole : "", seen->verdict);
}

static gboolean inspect_one(const Bench *bench, const char *path, GError **error) {
    g_auto(Seen) seen = {0};
    char *bytes = NULL;
    gsize length;
    if (!verb_read(path, &bytes, &length, error))
        return FALSE;
    g_autoptr(GBytes) raw = g_bytes_new_take(bytes, length);
    if (bench->text)
        read_text(bench, raw, &seen);
    else if (!read_mail(bench, raw, &seen, error))
        return FALSE;
    if (bench->json)
        print_json(path, &seen);
    else
        print_text(path, &seen);
    return TRUE;
}

/* ---- the verb ------------------------------------------------------------------------------ */

static gboolean prepare(Bench *bench, const Call *call, Limits *limits, Reader *reader,
                        GError **error) {
    g_autoptr(Problems) problems = problems_new();
    *limits = LIMITS_DEFAULT;
    reader->limits = limits;
    if (call->folder != NULL) {
        bench->office = office_load(call->folder, -1, problems);
        bench->rules = bench->office->rules;
        *limits = bench->office->site->limits;
        reader->address = bench->office->site->address;
        reader->authserv_id = bench->office->site->authserv_id;
        reader->roll = bench->office->roll;
        reader->wording = bench->office->wording;
    } else {
        g_autofree char *folder = office_shared("rules");
        bench->rules = rules_load(folder, "rules", limits->match_limit, problems);
    }
    if (!problems_settle(problems, error))
        return FALSE;
    const Named *named = bench->office ? bench->office->named : NULL;
    bench->worker = worker_start(&(WorkerSetup){reader, bench->rules, named, NULL}, error);
    return bench->worker != NULL &&
           (bench->office == NULL || office_open(bench->office, STORE_KEYS_NEEDED, error));
}

static gboolean inspect_all(const Call *call, Bench *bench, char **files, GError **error) {
    Limits limits;
    Reader reader = {0};
    gboolean well = prepare(bench, call, &limits, &reader, error);
    for (guint i = 0; well && files[i] != NULL; i++)
        well = inspect_one(bench, files[i], error);
    worker_stop(bench->worker);
    if (bench->office == NULL)
        rules_free(bench->rules);
    office_free(bench->office);
    return well;
}

static gboolean go(const Call *call, int *status, GError **error) {
    Bench bench = {.as = ROUTE_UNREADABLE};
    g_autofree char *as = NULL;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &bench.json, "One object a file", NULL},
        {"text", 0, 0, G_OPTION_ARG_NONE, &bench.text, "The files are plain text, not mails", NULL},
        {"as", 0, 0, G_OPTION_ARG_STRING, &as, "Read it as if one of these had written it",
         "pupil|listener"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    (void)status;
    if (!verb_options(call, &verb_inspect, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (g_strcmp0(as, "pupil") == 0)
        bench.as = ROUTE_PUPIL;
    else if (g_strcmp0(as, "listener") == 0)
        bench.as = ROUTE_LISTENER;
    else if (as != NULL)
        return fault_set(error, FAULT_USAGE, "--as takes pupil or listener");
    if (words[0] == NULL)
        return fault_set(error, FAULT_USAGE, "inspect FILE…");
    return inspect_all(call, &bench, words, error);
}

const Verb verb_inspect = {"inspect", "[--json] FILE…",
                           "say what a run would make of a mail; touches nothing", go};
