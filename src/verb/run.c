#include "run/run.h"

#include <stdio.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/json.h"
#include "verb/verb.h"

static void print_json(const Count *count, const Tally *tally, gboolean well) {
    g_autoptr(Js) json = js_object();
    const struct {
        const char *key;
        guint number;
    } numbers[] = {{"mails", count->mails},
                   {"letters", count->letters},
                   {"answers", count->answers},
                   {"machine", count->machine},
                   {"unreadable", count->unreadable},
                   {"known", count->known},
                   {"too-large", count->too_large},
                   {"expunged", count->expunged},
                   {"copies", count->copies},
                   {"left", count->left},
                   {"sent", count->sent},
                   {"later", count->later},
                   {"failed", count->failed},
                   {"given", count->given},
                   {"alerts", count->alerts},
                   {"purged", count->purged},
                   {"open", tally->open},
                   {"waiting", tally->waiting},
                   {"held", tally->held},
                   {"flagged", tally->flagged},
                   {"alerts-open", tally->alerts}};
    js_put_yes(json, "done", well);
    js_put_yes(json, "tidy", !count->untidy);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        js_put_number(json, numbers[i].key, numbers[i].number);
    Js *micros = js_object();
    for (guint i = 0; STAGE_WORDS[i] != NULL; i++)
        js_put_number(micros, STAGE_WORDS[i], count->micros[i]);
    js_put(json, "micros", micros);
    g_autofree char *line = js_line(json);
    puts(line);
}

/* ", 3 too large", where there are any. */
static void also(const char *before, guint count, const char *what) {
    if (count > 0)
        printf("%s%u %s", before, count, what);
}

static const char *of_more(guint count, const char *one, const char *more) {
    return count == 1 ? one : more;
}

static void print_line(const Count *c, const Tally *t, gboolean dry) {
    printf("worrybox: %s %u %s (%u %s, %u %s, %u automatic, %u unreadable",
           dry ? "would take" : "took", c->mails, of_more(c->mails, "mail", "mails"), c->letters,
           of_more(c->letters, "letter", "letters"), c->answers,
           of_more(c->answers, "answer", "answers"), c->machine, c->unreadable);
    also(", ", c->known, "known already");
    also(", ", c->too_large, "too large");
    also(", ", c->left, "left for the next run");
    printf("); sent %u", c->sent);
    also(", ", c->later, "to be tried again");
    also(", ", c->failed, "failed");
    also("; purged ", c->purged, of_more(c->purged, "case", "cases"));
    also("; removed ", c->copies,
         of_more(c->copies, "copy of our own mails", "copies of our own mails"));
    if (c->untidy)
        printf("; could not look for copies of our own mails");
    printf("; cases: %u open, %u waiting, %u held; alerts nobody has taken: %u\n", t->open,
           t->waiting, t->held, t->alerts);
}

static gboolean go(const Call *call, int *status, GError **error) {
    gboolean dry = FALSE, json = FALSE;
    g_autofree char *now = NULL;
    const GOptionEntry entries[] = {
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &dry, "Say what would be done; change nothing", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "The summary as one JSON object", NULL},
        {"now", 0, 0, G_OPTION_ARG_STRING, &now, "Only on a site with `demo yes`: the moment",
         "TIME"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    RunOptions options = {0};
    Count count = {0};
    Tally tally = {0};
    (void)status;
    if (!verb_options(call, &verb_run, entries, &words, error) ||
        !verb_moment(now, &options.now, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] != NULL)
        return fault_set(error, FAULT_USAGE, "run takes no \"%s\"", words[0]);
    options.dry = dry;
    options.progress = isatty(STDERR_FILENO);
    gboolean well = run_once(verb_site(call), &options, &count, &tally, error);
    if (json)
        print_json(&count, &tally, well);
    else if (well || count.mails > 0)
        print_line(&count, &tally, dry);
    return well;
}

const Verb verb_run = {"run", "[--dry-run] [--json]",
                       "fetch, answer and look after deadlines, once", go};
