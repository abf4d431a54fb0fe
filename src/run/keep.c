#include "run/keep.h"

#include <string.h>

#include "base/fault.h"
#include "base/json.h"
#include "desk/handle.h"
#include "run/ahead.h"
#include "run/holders.h"
#include "run/record.h"

/* ---- a new case ---------------------------------------------------------------------------- */

static char *free_handle(const Office *office) {
    g_autoptr(GPtrArray) signs = g_ptr_array_new();
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        if (person->sign != NULL)
            g_ptr_array_add(signs, person->sign);
    }
    for (guint tries = 0;; tries++) {
        guint8 bytes[12];
        vault_random(bytes, sizeof bytes);
        /* Two words are enough for a school; a site that has used up many gets a third. */
        g_autofree char *handle =
            tries < 20 ? handle_make(bytes, signs) : handle_make_longer(bytes, signs);
        g_autoptr(Case) known = store_case_by_handle(office->store, handle, NULL);
        if (known == NULL)
            return g_steal_pointer(&handle);
    }
}

GArray *keep_holders(const Office *office, const GPtrArray *not_for) {
    GArray *holders = g_array_new(FALSE, FALSE, sizeof(Keyholder));
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        Keyholder holder = {person->id, person->key};
        if (person->key != NULL && !holders_retired(office, person->key) &&
            !case_has_word(not_for, person->id))
            g_array_append_val(holders, holder);
    }
    if (holders->len > 0 || not_for == NULL)
        return holders;
    g_array_unref(holders);
    return keep_holders(office, NULL);
}

static gboolean add_seals(Office *office, const Case *row, const GArray *holders,
                          const CaseKeys *keys, GError **error) {
    for (guint i = 0; i < holders->len; i++) {
        const Keyholder *holder = &g_array_index(holders, Keyholder, i);
        if (!store_add_seal(office->store, row->id, holder->name, holder->key,
                            g_ptr_array_index(keys->seals, i), error))
            return FALSE;
    }
    return TRUE;
}

CaseKeys *keep_keys(const Office *office, const Vault *vault, guint64 id, const GArray *holders) {
    const Keyholder *list = (const Keyholder *)holders->data;
    if (!office->site->two_to_open)
        return vault_case_keys(vault, id, list, holders->len);
    return vault_case_keys_for_two(vault, id, list, holders->len, office->site->emergency);
}

/* Those made ahead are for all; for a case that is not for one of them others are made. */
static CaseKeys *new_keys(const Office *office, const GPtrArray *not_for, const GArray *holders,
                          guint64 *id) {
    if (office->ahead != NULL && (not_for == NULL || not_for->len == 0))
        return ahead_take(office->ahead, id);
    *id = office_number(office);
    return keep_keys(office, office->vault, *id, holders);
}

Case *keep_new_case(Office *office, const Identity *identity, const GPtrArray *not_for,
                    GError **error) {
    g_autoptr(GArray) holders = keep_holders(office, not_for);
    if (holders->len == 0) {
        fault_set(error, FAULT_SETUP, "nobody has a \"key\" in people.conf that is in use");
        return NULL;
    }
    g_autoptr(Case) row = case_new();
    row->handle = free_handle(office);
    row->opened = row->touched = office->now;
    row->generation = vault_generation(office->vault);
    g_autoptr(CaseKeys) keys = new_keys(office, not_for, holders, &row->id);
    if (keys == NULL) {
        fault_set(error, FAULT_SETUP, "a \"key\" in people.conf is none");
        return NULL;
    }
    row->identity = g_bytes_ref(keys->identity_public);
    if (identity->from != NULL)
        row->writer = vault_hash_writer(office->vault, identity->from);
    g_autoptr(RouteBack) back = route_new(identity->from, identity->names, identity->message_id);
    route_lock(office, row, keys->key, back);
    if (!store_add_case(office->store, row, keys->key, error) ||
        !add_seals(office, row, holders, keys, error) ||
        !record_act(office, "worrybox", "opened", row->handle, NULL, error))
        return NULL;
    return g_steal_pointer(&row);
}

gboolean keep_writer(Office *office, Case *row, const Identity *identity, GError **error) {
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    g_autoptr(RouteBack) back = route_unlock(office, row, error);
    if (back == NULL || key == NULL)
        return FALSE;
    for (guint i = 0; i < identity->names->len; i++)
        case_add_word(back->names, g_ptr_array_index(identity->names, i));
    if (identity->message_id != NULL) {
        g_free(back->thread);
        back->thread = g_strdup(identity->message_id);
    }
    route_lock(office, row, key, back);
    return TRUE;
}

/* ---- a message ----------------------------------------------------------------------------- */

const char *keep_unmasked(const char *masked, const char *whole) {
    return g_strcmp0(masked, whole) == 0 ? NULL : whole;
}

static char *letter_json(const Kept *kept) {
    g_autoptr(Js) json = js_object();
    js_put_text(json, "subject", kept->subject);
    js_put_text(json, "text", kept->text);
    if (kept->whole_subject != NULL)
        js_put_text(json, "whole-subject", kept->whole_subject);
    if (kept->whole != NULL)
        js_put_text(json, "whole", kept->whole);
    js_put_text(json, "withheld", kept->withheld);
    js_put_yes(json, "unsure", kept->unsure);
    return js_line(json);
}

static Kept *kept_copy(const Kept *kept) {
    Kept *copy = g_memdup2(kept, sizeof *kept);
    copy->author = g_strdup(kept->author);
    copy->subject = g_strdup(kept->subject);
    copy->text = g_strdup(kept->text);
    copy->whole_subject = g_strdup(kept->whole_subject);
    copy->whole = g_strdup(kept->whole);
    copy->withheld = g_strdup(kept->withheld);
    return copy;
}

static Kept *kept_of(const Message *message, const Letter *letter) {
    g_autofree char *withheld = letter_withheld_text(letter);
    return kept_copy(
        &(Kept){.message = message->id,
                .at = message->at,
                .author = message->author,
                .subject = letter->subject,
                .text = letter->text,
                .whole_subject = (char *)keep_unmasked(letter->subject, letter->whole_subject),
                .whole = (char *)keep_unmasked(letter->text, letter->whole),
                .withheld = withheld,
                .unsure = letter->unsure});
}

/* Whose letter is which, where this mail has added to it. */
static gboolean keep_people(Office *office, Case *row, GBytes *key, const Identity *identity,
                            GError **error) {
    if (identity->people->len == 0 || row->route == NULL)
        return TRUE;
    g_autoptr(RouteBack) back = route_unlock(office, row, error);
    if (back == NULL)
        return FALSE;
    g_ptr_array_set_size(back->people, 0);
    for (guint i = 0; i < identity->people->len; i++)
        g_ptr_array_add(back->people, g_strdup(g_ptr_array_index(identity->people, i)));
    route_lock(office, row, key, back);
    return TRUE;
}

gboolean keep_message(Office *office, Case *row, const char *author, const Letter *letter,
                      const Identity *identity, GBytes *raw, GError **error) {
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    if (key == NULL)
        return fault_set(error, FAULT_RUN, "the key of %s is not there", row->handle);
    g_autoptr(Message) message = g_new0(Message, 1);
    message->id = office_number(office);
    message->at = office->now;
    message->author = g_strdup(author);
    kept_free(office->fresh);
    office->fresh = kept_of(message, letter);
    g_autofree char *json = letter_json(office->fresh);
    message->letter =
        vault_lock(office->vault, key, PURPOSE_LETTER, row->id, message->id, json, strlen(json));
    vault_seal(office->vault, key, row->identity, row->id, message->id, row->handle, identity, raw,
               &message->record, &message->original);
    if (message->record == NULL)
        return fault_set(error, FAULT_RUN, "who wrote in %s could not be sealed", row->handle);
    row->touched = office->now;
    return keep_people(office, row, key, identity, error) &&
           store_add_message(office->store, row->id, message, error);
}

void kept_free(Kept *kept) {
    if (kept == NULL)
        return;
    g_free(kept->author);
    g_free(kept->subject);
    g_free(kept->text);
    g_free(kept->whole_subject);
    g_free(kept->whole);
    g_free(kept->withheld);
    g_free(kept);
}

Kept *kept_open(const Office *office, const Case *row, const Message *message, GError **error) {
    if (office->fresh != NULL && office->fresh->message == message->id)
        return kept_copy(office->fresh);
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    if (key == NULL) {
        fault_set(error, FAULT_RUN, "the key of %s is not there", row->handle);
        return NULL;
    }
    g_autoptr(GBytes) text = vault_unlock(office->vault, key, PURPOSE_LETTER, row->id, message->id,
                                          message->letter, error);
    if (text == NULL)
        return NULL;
    g_autoptr(Js) json = js_read(g_bytes_get_data(text, NULL), g_bytes_get_size(text));
    Kept *kept = g_new0(Kept, 1);
    kept->message = message->id;
    kept->at = message->at;
    kept->author = g_strdup(message->author);
    kept->subject = g_strdup(js_text(json, "subject"));
    kept->text = g_strdup(js_text(json, "text"));
    kept->whole_subject = g_strdup(js_text(json, "whole-subject"));
    kept->whole = g_strdup(js_text(json, "whole"));
    kept->withheld = g_strdup(js_text(json, "withheld"));
    kept->unsure = js_yes(json, "unsure");
    return kept;
}

static gboolean forget_one(Office *office, const Case *row, GBytes *key, const Message *message,
                           GError **error) {
    g_autoptr(Kept) kept = kept_open(office, row, message, error);
    if (kept == NULL)
        return FALSE;
    if (kept->whole == NULL && kept->whole_subject == NULL)
        return TRUE;
    g_clear_pointer(&kept->whole, g_free);
    g_clear_pointer(&kept->whole_subject, g_free);
    g_autofree char *json = letter_json(kept);
    g_autoptr(GBytes) locked =
        vault_lock(office->vault, key, PURPOSE_LETTER, row->id, message->id, json, strlen(json));
    return store_set_letter(office->store, message->id, locked, error);
}

gboolean keep_forget_unmasked(Office *office, const Case *row, GError **error) {
    g_clear_pointer(&office->fresh, kept_free); /* as it is to be no more */
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    g_autoptr(GPtrArray) messages = store_messages(office->store, row->id, FALSE, error);
    for (guint i = 0; key != NULL && messages != NULL && i < messages->len; i++)
        if (!forget_one(office, row, key, g_ptr_array_index(messages, i), error))
            return FALSE;
    return messages != NULL;
}
