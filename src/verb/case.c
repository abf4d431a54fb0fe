#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "run/act.h"
#include "run/record.h"
#include "store/traffic.h"
#include "verb/audit-words.h"
#include "verb/by.h"
#include "verb/case-record.h"
#include "verb/verb.h"

typedef struct wants {
    gboolean json, all, letters;
    const char *by, *reason;
    Disclosed said;
    gboolean on, off;
} Wants;

/* ---- list and show ------------------------------------------------------------------------- */

static Js *case_json(const Case *row) {
    Js *json = js_object();
    Js *categories = js_list();
    g_autofree char *opened = clock_iso(row->opened);
    for (guint i = 0; i < row->categories->len; i++)
        js_add_text(categories, g_ptr_array_index(row->categories, i));
    js_put_text(json, "handle", row->handle);
    js_put_text(json, "state", STATE_WORDS[row->state]);
    js_put_text(json, "desk", DESK_WORDS[row->desk]);
    js_put_text(json, "listener", row->listener);
    js_put_yes(json, "flag", row->flagged);
    js_put_text(json, "severity", SEVERITY_WORDS[row->severity]);
    js_put(json, "categories", categories);
    js_put_number(json, "letters", row->letters);
    js_put_text(json, "opened", opened);
    return json;
}

static void print_case(const Case *row, gboolean as_json) {
    g_autofree char *opened = clock_iso(row->opened);
    if (as_json) {
        g_autoptr(Js) json = case_json(row);
        g_autofree char *line = js_line(json);
        puts(line);
        return;
    }
    printf("%-24s %-8s %-10s %-12s %-7s %-8s %3u  %.10s ", row->handle, STATE_WORDS[row->state],
           DESK_WORDS[row->desk], row->listener ? row->listener : "-",
           row->flagged ? "flagged" : "-", SEVERITY_WORDS[row->severity], row->letters, opened);
    for (guint i = 0; i < row->categories->len; i++)
        printf(" %s", (const char *)g_ptr_array_index(row->categories, i));
    putchar('\n');
}

static gboolean list(Office *office, const Wants *wants, GError **error) {
    g_autoptr(GPtrArray) rows = store_cases(office->store, wants->all, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        print_case(g_ptr_array_index(rows, i), wants->json);
    return rows != NULL;
}

/* Reading letters at the machine is an act, and stands on the record. They are as the listener saw
 * them: without who wrote. */
static gboolean show_letters(Office *office, const Case *row, const char *by, GError **error) {
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    if (key == NULL) /* and then the record must not say that somebody has read them */
        return fault_set(
            error, FAULT_REFUSED,
            "the letters of %s cannot be read: their key was in a keys.db that is lost; "
            "if it is flagged, a packet (worrybox unseal) still opens the mails",
            row->handle);
    if (!record_alone(office, by, "letters-read", row->handle, NULL, error))
        return FALSE;
    g_autoptr(GPtrArray) messages = store_messages(office->store, row->id, FALSE, error);
    for (guint i = 0; messages != NULL && i < messages->len; i++) {
        const Message *message = g_ptr_array_index(messages, i);
        g_autoptr(Kept) kept = kept_open(office, row, message, error);
        if (kept == NULL)
            return FALSE;
        g_autofree char *day = clock_day(kept->at, office->site->zone);
        printf("\n---- %s, %s%s%s ----\n\n%s\n", kept->author, day, kept->subject ? ": " : "",
               kept->subject ? kept->subject : "", kept->text ? kept->text : "(no text)");
    }
    return messages != NULL;
}

static gboolean show(Office *office, const Case *row, const Wants *wants, GError **error) {
    print_case(row, wants->json);
    if (wants->json)
        return TRUE;
    g_autoptr(GPtrArray) acts = store_audit(office->store, row->handle, error);
    for (guint i = 0; acts != NULL && i < acts->len; i++) {
        const AuditRow *act = g_ptr_array_index(acts, i);
        g_autofree char *at = clock_minute(act->at, office->site->zone);
        g_autofree char *says = audit_sentence(office->people, act->actor, act->act, act->reason);
        printf("  %-28s %s\n", at, says);
    }
    return acts != NULL && (!wants->letters || show_letters(office, row, wants->by, error));
}

/* ---- what changes a case ------------------------------------------------------------------- */

static gboolean assign_case(Office *office, Case *row, const char *to, const Wants *wants,
                            GError **error) {
    const Person *person = people_find(office->people, to);
    gint64 when;
    gboolean waiting;
    for (int desk = DESK_SUPERVISOR; DESK_WORDS[desk] != NULL; desk++)
        if (strcmp(DESK_WORDS[desk], to) == 0)
            return act_move(office, row, (enum desk)desk, wants->by, error) &&
                   act_story_to_desk(office, row, error);
    if (strcmp(to, "listener") == 0)
        return act_assign(office, row, wants->by, &when, &waiting, error);
    if (person == NULL || person->role != ROLE_LISTENER)
        return fault_set(error, FAULT_REFUSED,
                         "%s is no listener, and none of: listener, supervisor, lead, head", to);
    if (row->listener != NULL && strcmp(row->listener, to) == 0)
        return fault_set(error, FAULT_REFUSED, "%s has it already", to);
    if (!act_may_have(office, row, person))
        return fault_set(error, FAULT_REFUSED, "%s cannot be given to %s: choose somebody else",
                         row->handle, to);
    return act_move(office, row, DESK_LISTENER, wants->by, error) &&
           act_give(office, row, person, wants->by, error);
}

static gboolean flag_case(Office *office, Case *row, const Wants *wants, GError **error) {
    if (wants->reason == NULL)
        return fault_set(error, FAULT_USAGE, "case flag HANDLE --reason TEXT");
    if (!act_flag(office, row, wants->by, wants->reason, error))
        return FALSE;
    if (row->desk < DESK_LEAD && !act_move(office, row, DESK_LEAD, wants->by, error))
        return FALSE;
    row->level = 0;
    return act_story_alert(office, row, &(Alert){.flagged = wants->by, .why = wants->reason}, NULL,
                           error) &&
           act_adult_joined(office, row, act_role(office, row), error);
}

/* Under hold nothing is erased, whatever the clocks say and whoever asks. */
static gboolean hold_case(Office *office, Case *row, const Wants *wants, GError **error) {
    if (wants->on == wants->off || wants->reason == NULL)
        return fault_set(error, FAULT_USAGE, "case hold HANDLE --on|--off --reason TEXT");
    if (row->hold == wants->on)
        return fault_set(error, FAULT_REFUSED, "%s is %s", row->handle,
                         row->hold ? "under hold already" : "not under hold");
    row->hold = wants->on;
    return record_act(office, wants->by, row->hold ? "hold-on" : "hold-off", row->handle,
                      wants->reason, error);
}

static gboolean change(Office *office, const char *what, Case *row, const char *to,
                       const Wants *wants, GError **error) {
    if (strcmp(what, "hold") == 0)
        return hold_case(office, row, wants, error);
    if (row->state == CASE_CLOSED && strcmp(what, "flag") != 0)
        return fault_set(error, FAULT_REFUSED, "%s is closed", row->handle);
    if (strcmp(what, "assign") == 0)
        return assign_case(office, row, to, wants, error);
    if (strcmp(what, "flag") == 0 && row->state == CASE_CLOSED)
        return act_flag(office, row, wants->by, wants->reason, error);
    if (strcmp(what, "flag") == 0)
        return flag_case(office, row, wants, error);
    return act_close(office, row, wants->by, FALSE, FALSE, error);
}

static gboolean change_and_keep(Office *office, const char *what, const char *handle,
                                const char *to, const Wants *wants, GError **error) {
    if (!store_begin(office->store, error))
        return FALSE;
    g_autoptr(Case) row = store_case_by_handle(office->store, handle, error);
    gboolean done = row != NULL && change(office, what, row, to, wants, error) &&
                    store_save_case(office->store, row, error);
    if (done)
        return store_commit(office->store, error);
    store_rollback(office->store);
    if (row == NULL && *error == NULL)
        fault_set(error, FAULT_REFUSED, "there is no case %s", handle);
    return FALSE;
}

/* ---- the verb ------------------------------------------------------------------------------ */

static gboolean dispatch(Office *office, char **words, const Wants *wants, GError **error) {
    if (strcmp(words[0], "list") == 0)
        return list(office, wants, error);
    if (strcmp(words[0], "show") == 0) {
        g_autoptr(Case) row = store_case_by_handle(office->store, words[1], error);
        if (row == NULL)
            return fault_set(error, FAULT_REFUSED, "there is no case %s", words[1]);
        return show(office, row, wants, error);
    }
    if (case_record_is(words[0]))
        return case_record_do(office, words[0], words[1],
                              &(RecordWants){wants->by, wants->reason, wants->said}, error);
    return change_and_keep(office, words[0], words[1], words[1] ? words[2] : NULL, wants, error);
}

/* How many words each of them wants, its own included. */
static guint wanted(const char *what) {
    static const struct {
        const char *name;
        guint count;
    } all[] = {{"list", 1}, {"show", 2},    {"assign", 3}, {"flag", 2},   {"close", 2},
               {"lift", 2}, {"outcome", 2}, {"record", 2}, {"others", 2}, {"hold", 2}};
    for (guint i = 0; what != NULL && i < G_N_ELEMENTS(all); i++)
        if (strcmp(all[i].name, what) == 0)
            return all[i].count;
    return 0;
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *by = NULL, *reason = NULL, *now = NULL, *text = NULL, *tried = NULL,
                    *told = NULL, *passed = NULL;
    gboolean json = FALSE, all = FALSE, letters = FALSE, on = FALSE, off = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "list, show: one object a case", NULL},
        {"all", 0, 0, G_OPTION_ARG_NONE, &all, "list: closed cases too", NULL},
        {"letters", 0, 0, G_OPTION_ARG_NONE, &letters, "show: the letters too; on the record",
         NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it, for the record", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "flag, lift, hold: why", "TEXT"},
        {"on", 0, 0, G_OPTION_ARG_NONE, &on, "hold: nothing of it is erased", NULL},
        {"off", 0, 0, G_OPTION_ARG_NONE, &off, "hold: it is kept like any other again", NULL},
        {"text", 0, 0, G_OPTION_ARG_STRING, &text, "outcome: what was done, and what came of it",
         "TEXT"},
        {"tried", 0, 0, G_OPTION_ARG_STRING, &tried, "outcome: what else was tried", "TEXT"},
        {"told", 0, 0, G_OPTION_ARG_STRING, &told, "outcome: was the pupil told, and when", "TEXT"},
        {"passed-to", 0, 0, G_OPTION_ARG_STRING, &passed,
         "outcome: to whom the mail as it came was handed", "WHOM"},
        {"now", 0, 0, G_OPTION_ARG_STRING, &now, "Only on a site with `demo yes`: the moment",
         "TIME"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    gint64 moment;
    (void)status;
    if (!verb_options(call, &verb_case, entries, &words, error) ||
        !verb_moment(now, &moment, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (wanted(words[0]) == 0 || g_strv_length(words) != wanted(words[0]))
        return fault_set(
            error, FAULT_USAGE,
            "case list, case show|close|record|others HANDLE, case assign HANDLE WHO, "
            "case flag|lift HANDLE --reason TEXT, case hold HANDLE --on|--off --reason "
            "TEXT, or case outcome HANDLE --text TEXT");
    g_autoptr(Office) office = office_ready(verb_site(call), moment, STORE_KEYS_NEEDED, error);
    Wants wants = {json, all, letters, by ? by : BY_OPERATOR, reason, {tried, told, text, passed},
                   on,   off};
    return office != NULL && by_known(office->people, wants.by, error) &&
           dispatch(office, words, &wants, error);
}

const Verb verb_case = {"case", "list|show|assign|flag|lift|hold|close|outcome|record|others",
                        "look at cases, and change them by hand", go};
