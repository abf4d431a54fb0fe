#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "reply/compose.h"
#include "run/disclosure.h"
#include "store/traffic.h"
#include "vault/packet.h"

/* ---- laying out ---------------------------------------------------------------------------- */

enum { LABEL = 22, WIDTH = 76 };

static const char BY_HAND[] = "______________________________________________";

/* "label     text", the text wrapped and indented. */
static void put(GString *page, const char *label, const char *text) {
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    g_string_append_printf(page, "%-*s", LABEL, label);
    glong column = LABEL;
    for (guint i = 0; words[i] != NULL; i++) {
        glong length = g_utf8_strlen(words[i], -1);
        if (column > LABEL && column + 1 + length > WIDTH) {
            g_string_append_printf(page, "\n%-*s", LABEL, "");
            column = LABEL;
        }
        g_string_append_printf(page, "%s%s", column > LABEL ? " " : "", words[i]);
        column += length + (column > LABEL);
    }
    g_string_append_c(page, '\n');
}

static void head(GString *page, const char *text) {
    g_string_append_printf(page, "\n%s\n", text);
    for (glong i = g_utf8_strlen(text, -1); i > 0; i--)
        g_string_append_c(page, '-');
    g_string_append_c(page, '\n');
}

/* "Tuesday 3 March 2026, 21:40" */
static char *when(const Office *office, gint64 moment) {
    g_autofree char *minute = clock_minute(moment, office->site->zone);
    g_autofree char *date = clock_date(moment, office->site->zone);
    char *comma = strchr(minute, ',');
    return comma ? g_strdup_printf("%.*s %.4s%s", (int)(comma - minute), minute, date, comma)
                 : g_strdup(minute);
}

/* "Ms Okafor, the safeguarding lead"; who is not in people.conf any more, and what is no person, as
 * it stands on the record. */
static char *who(const Office *office, const char *actor) {
    const Person *person = people_find(office->people, actor);
    return person == NULL ? g_strdup(actor)
           : person->role == ROLE_LISTENER
               ? g_strdup_printf("the listener %s", person->sign)
               : g_strdup_printf("%s, %s", person->name, compose_role(person->role));
}

/* ---- from the record ----------------------------------------------------------------------- */

typedef struct source {
    const Office *office; /* borrowed, as all here */
    const Case *row;
    const GPtrArray *acts; /* of AuditRow */
    GString *page;
} Source;

static guint count(const Source *from, const char *act) {
    guint found = 0;
    for (guint i = 0; i < from->acts->len; i++)
        found += strcmp(((const AuditRow *)g_ptr_array_index(from->acts, i))->act, act) == 0;
    return found;
}

/* All rows of this act: "text (who, when)"; where there is none, a line to fill in by hand. */
static void put_acts(const Source *from, const char *label, const char *act) {
    for (guint i = 0; i < from->acts->len; i++) {
        const AuditRow *row = g_ptr_array_index(from->acts, i);
        if (strcmp(row->act, act) != 0)
            continue;
        g_autofree char *at = when(from->office, row->at);
        g_autofree char *actor = who(from->office, row->actor);
        g_autofree char *line = g_strdup_printf("%s%s(%s; %s)", row->reason ? row->reason : "",
                                                row->reason ? " " : "", actor, at);
        put(from->page, label, line);
        label = "";
    }
    if (*label != '\0')
        put(from->page, label, BY_HAND);
}

static void put_case(const Source *from) {
    const Case *row = from->row;
    g_autofree char *opened = when(from->office, row->opened);
    g_autofree char *letters = g_strdup_printf("%u", row->letters);
    g_autoptr(GString) about = g_string_new(NULL);
    for (guint i = 0; i < row->categories->len; i++)
        g_string_append_printf(about, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(row->categories, i));
    head(from->page, "The conversation");
    put(from->page, "Known as", row->handle);
    put(from->page, "Since", opened);
    put(from->page, "Letters so far", letters);
    put(from->page, "Concern", about->len > 0 ? about->str : "none that a rule has named");
    put(from->page, "Severity", SEVERITY_WORDS[row->severity]);
    put(from->page, "Writer's address",
        row->inside ? "the school's own mail" : "outside of the school");
    put_acts(from, "Flagged", "flagged");
    if (count(from, "flag-lifted") > 0)
        put_acts(from, "Flag lifted", "flag-lifted");
}

/* Who is told at once of every opening. */
static char *recipients(const Office *office, const Case *row, const char *asker) {
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->role == ROLE_WITNESS ||
            (person->key != NULL && strcmp(person->id, asker) != 0 &&
             !case_has_word(row->not_for, person->id)))
            g_string_append_printf(names, "%s%s (%s)", names->len > 0 ? ", " : "", person->name,
                                   ROLE_WORDS[person->role]);
    }
    return g_string_free(names, FALSE);
}

/* "danger: why", or "danger (a practice: …): why": where the reason begins; NULL. */
static const char *colon_of(const char *reason) {
    gsize ground = strcspn(reason, "(:");
    const char *end = reason[ground] == '(' ? strstr(reason, "): ") : NULL;
    return end != NULL ? end + 1 : strstr(reason, ": ");
}

/* Did it take a second keyholder? All seals of a case are made alike, so that those of others tell
 * it where the seal has been handed over since. NULL sets *error. */
static const char *authorised(const Source *from, const AuditRow *row, GError **error) {
    g_autoptr(GPtrArray) seals = store_seals(from->office->store, from->row->id, error);
    gboolean danger = g_str_has_prefix(row->reason ? row->reason : "", "danger"),
             two = seals != NULL && seals->len > 0;
    for (guint i = 0; seals != NULL && i < seals->len; i++) {
        const SealRow *seal = g_ptr_array_index(seals, i);
        two = two && packet_seal_needs_two(seal->seal, danger);
    }
    return seals == NULL ? NULL
           : two         ? "the same, and a second keyholder, without whom the packet does not open"
                         : "the same: a keyholder decides alone, on the record";
}

static gboolean put_opening(const Source *from, const AuditRow *row, GError **error) {
    const Office *office = from->office;
    const char *by = authorised(from, row, error);
    const char *colon = row->reason ? colon_of(row->reason) : NULL;
    if (by == NULL)
        return FALSE;
    g_autofree char *ground =
        colon ? g_strndup(row->reason, (gsize)(colon - row->reason)) : g_strdup("-");
    g_autofree char *title =
        g_strdup_printf("Entry %" G_GUINT64_FORMAT " of the record", row->sequence);
    g_autofree char *at = when(office, row->at);
    g_autofree char *actor = who(office, row->actor);
    g_autofree char *told = recipients(office, from->row, row->actor);
    head(from->page, title);
    put(from->page, "Opened for", actor);
    put(from->page, "When", at);
    put(from->page, "Ground", ground);
    put(from->page, "Reason", colon ? colon + 2 : "-");
    put(from->page, "Authorised by", by);
    put(from->page, "What was opened",
        "names and addresses of what the writer had sent until then, and the mails as they came");
    put(from->page, "Told at once", *told != '\0' ? told : "nobody: there is no witness");
    return TRUE;
}

static void put_afterwards(const Source *from) {
    head(from->page, "What else was done");
    put_acts(from, "Tried before", "tried");
    put_acts(from, "Was the pupil told?", "pupil-told");
    put_acts(from, "Original handed to", "passed-to-others");
    put_acts(from, "What came of it", "outcome");
    if (count(from, "refused") > 0)
        put_acts(from, "Asked for, refused", "refused");
    if (count(from, "witness-asked") > 0)
        put_acts(from, "Witness was asked", "witness-asked");
    if (count(from, "witness-agreed") > 0)
        put_acts(from, "Witness agreed", "witness-agreed");
    if (count(from, "witness-declined") > 0)
        put_acts(from, "Witness said no", "witness-declined");
    if (count(from, "others-asked") > 0)
        put_acts(from, "Other cases looked for", "others-asked");
    put(from->page, "Follow-up", BY_HAND);
    put(from->page, "Who it was", BY_HAND);
    put(from->page, "Signed, date", BY_HAND);
}

char *disclosure_page(Office *office, const Case *row, GError **error) {
    g_autoptr(GPtrArray) acts = store_audit(office->store, row->handle, error);
    if (acts == NULL)
        return NULL;
    g_autofree char *now = when(office, office->now);
    Source from = {office, row, acts, g_string_new(NULL)};
    g_string_append_printf(from.page,
                           "CONFIDENTIAL: for the child-protection file\n%s: finding out who wrote "
                           "in %s\nAs of %s\n",
                           office->site->name, row->handle, now);
    put_case(&from);
    for (guint i = 0; i < acts->len; i++) {
        const AuditRow *act = g_ptr_array_index(acts, i);
        if (strcmp(act->act, "unsealed") == 0 && !put_opening(&from, act, error)) {
            g_string_free(from.page, TRUE);
            return NULL;
        }
    }
    if (count(&from, "unsealed") == 0)
        g_string_append(from.page, "\nWho wrote has not been opened.\n");
    put_afterwards(&from);
    return g_string_free(from.page, FALSE);
}
