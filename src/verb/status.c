#include <stdio.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "run/office.h"
#include "store/traffic.h"
#include "verb/verb.h"

typedef struct state {
    Tally tally;
    gint64 last;
    guint waiting, failed;
    gboolean doubted;
} State;

static void print_json(const State *state) {
    g_autoptr(Js) json = js_object();
    g_autofree char *last = state->last > 0 ? clock_iso(state->last) : NULL;
    js_put_text(json, "last-run", last);
    js_put_number(json, "open", state->tally.open);
    js_put_number(json, "waiting", state->tally.waiting);
    js_put_number(json, "held", state->tally.held);
    js_put_number(json, "closed", state->tally.closed);
    js_put_number(json, "flagged", state->tally.flagged);
    js_put_number(json, "alerts-open", state->tally.alerts);
    js_put_number(json, "outgoing", state->waiting);
    js_put_number(json, "failed", state->failed);
    js_put_yes(json, "clock-doubted", state->doubted);
    g_autofree char *line = js_line(json);
    puts(line);
}

static void print_text(const State *state, GTimeZone *zone) {
    g_autofree char *last = state->last > 0 ? clock_minute(state->last, zone) : g_strdup("never");
    printf("last run                 %s\n"
           "cases open               %u\n"
           "  waiting for a listener %u\n"
           "  held                   %u\n"
           "  closed, not yet erased %u\n"
           "flagged, not closed      %u\n"
           "alerts nobody has taken  %u\n"
           "mail still to go         %u\n"
           "mail that failed         %u\n",
           last, state->tally.open, state->tally.waiting, state->tally.held, state->tally.closed,
           state->tally.flagged, state->tally.alerts, state->waiting, state->failed);
    if (state->doubted)
        puts("the clock has jumped: nothing is erased for a week");
}

static gboolean go(const Call *call, int *status, GError **error) {
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "As one JSON object", NULL}, G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    State state = {0};
    (void)status;
    if (!verb_options(call, &verb_status, entries, &words, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    g_autoptr(Office) office = office_ready(verb_site(call), -1, STORE_KEYS_NONE, error);
    if (office == NULL || !store_tally(office->store, &state.tally, error))
        return FALSE;
    state.last = store_number(office->store, "last-seen");
    state.doubted = store_number(office->store, "clock-doubted") != 0;
    state.waiting = store_out_waiting(office->store);
    state.failed = store_out_failures(office->store);
    if (json)
        print_json(&state);
    else
        print_text(&state, office->site->zone);
    return TRUE;
}

const Verb verb_status = {"status", "[--json]", "how many cases there are, and what waits", go};
