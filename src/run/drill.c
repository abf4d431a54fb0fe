#include "run/drill.h"

#include <string.h>

#include "base/clock.h"
#include "desk/handle.h"
#include "run/act.h"
#include "run/holders.h"
#include "run/record.h"
#include "store/traffic.h"

static const char CATEGORY[] = "drill";

static const char LETTER[] =
    "THIS IS A PRACTICE. Nobody has written this, and no child is in danger.\n\n"
    "Please do all the same what you would do if somebody were: answer TAKEN, then UNSEAL danger: "
    "practice. A file comes back. Open it with your key. Behind the name of who wrote stands a "
    "word of two parts. Answer the mail the file came in with OUTCOME and that word: then the "
    "practice is over, and the time it took stands on the record.";

gboolean drill_is(const Case *row) {
    return case_has_word(row->categories, CATEGORY);
}

/* It stands sealed in the made-up name, and can be made again here: nothing else has to be kept. */
static char *word_of(const Office *office, const Case *row) {
    g_autofree char *text = g_strdup_printf("drill %" G_GUINT64_FORMAT, row->id);
    g_autoptr(GBytes) hash = vault_hash_token(office->vault, text);
    return handle_make(g_bytes_get_data(hash, NULL), NULL);
}

/* ---- the made-up case ---------------------------------------------------------------------- */

static gboolean keep_made_up(Office *office, Case *row, GError **error) {
    g_autofree char *word = word_of(office, row);
    g_autoptr(Identity) identity = identity_new();
    g_autoptr(Letter) letter = letter_new(ROUTE_PUPIL, NULL);
    identity->name = g_strdup_printf("Practice Pupil (the word is %s)", word);
    identity->from = g_strdup("practice@drill.invalid");
    identity->from_text = g_strdup_printf("%s <%s>", identity->name, identity->from);
    identity->subject = g_strdup("a practice");
    identity->date = office->now;
    identity->practice = TRUE;
    letter->text = g_strdup(LETTER);
    g_autofree char *mail =
        g_strdup_printf("From: \"%s\" <%s>\nSubject: %s\n\n%s\n", identity->name, identity->from,
                        identity->subject, LETTER);
    g_autoptr(GBytes) raw = g_bytes_new(mail, strlen(mail));
    return keep_message(office, row, "pupil", letter, identity, raw, error);
}

static gboolean begin(Office *office, Case *row, const char *actor, GError **error) {
    const Person *person = people_find(office->people, actor);
    Alert alert = {.flagged = person ? person->name : "school IT, as a practice"};
    row->desk = DESK_LEAD;
    row->severity = SEVERITY_URGENT;
    row->inside = TRUE;
    row->letters = 1;
    case_add_word(row->categories, CATEGORY);
    return keep_made_up(office, row, error) &&
           record_act(office, actor, "drill-started", row->handle, NULL, error) &&
           act_flag(office, row, actor, NULL, error) &&
           act_story_alert(office, row, &alert, NULL, error) &&
           store_save_case(office->store, row, error);
}

/* Who wrote has no address: nobody is written to. */
gboolean drill_start(Office *office, const char *actor, char **handle, GError **error) {
    g_autoptr(Identity) nobody = identity_new();
    if (!holders_note(office, error) || !store_begin(office->store, error))
        return FALSE;
    g_autoptr(Case) row = keep_new_case(office, nobody, NULL, error);
    if (row == NULL || !begin(office, row, actor, error)) {
        store_rollback(office->store);
        return FALSE;
    }
    *handle = g_strdup(row->handle);
    return store_commit(office->store, error);
}

/* ---- its end ------------------------------------------------------------------------------- */

/* "41 minutes from the alert to the word" */
static char *time_taken(Office *office, const Case *row) {
    return g_strdup_printf("%" G_GINT64_FORMAT " minutes from the alert to the word",
                           (office->now - row->opened + CLOCK_MINUTE - 1) / CLOCK_MINUTE);
}

gboolean drill_answer(Office *office, Case *row, const char *actor, const char *text,
                      gboolean *passed, GError **error) {
    g_autofree char *word = word_of(office, row);
    g_autofree char *said = g_ascii_strdown(text ? text : "", -1);
    *passed = row->state != CASE_CLOSED && strstr(said, word) != NULL;
    if (!*passed)
        return TRUE;
    g_autofree char *time = time_taken(office, row);
    return record_act(office, actor, "drill-passed", row->handle, time, error) &&
           act_close(office, row, actor, FALSE, FALSE, error);
}

gboolean drill_end(Office *office, Case *row, const char *actor, GError **error) {
    row->erase = TRUE;
    if (!row->flagged)
        return TRUE;
    row->flagged = FALSE;
    return store_lift_flags(office->store, row->id, office->now, error) &&
           record_act(office, actor, "flag-lifted", row->handle, "the practice is over", error);
}
