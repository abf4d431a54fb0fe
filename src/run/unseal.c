#include "run/unseal.h"

#include <string.h>

#include "base/fault.h"
#include "run/out.h"
#include "run/record.h"
#include "vault/packet.h"

const char *const GROUND_WORDS[] = {"danger", "harm", "abuse", "threat", "court", "asked", NULL};

/* ---- who may ------------------------------------------------------------------------------- */

static gboolean is_empty(const char *text) {
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static const char *objection(const Office *office, const Request *request, const Case *row,
                             const SealRow *seal, gboolean others) {
    const Person *person = people_find(office->people, request->by);
    if (row == NULL)
        return "there is no such case";
    if (person == NULL || person->key == NULL)
        return "only a keyholder can unseal: a lead, deputy or head with a \"key\" in people.conf";
    if (!g_strv_contains(GROUND_WORDS, request->ground))
        return "the ground is one of danger, harm, abuse, threat, court, asked";
    if (is_empty(request->reason))
        return "a reason is needed";
    if (!row->flagged)
        return "it is not flagged: only a flagged case can be unsealed";
    if (seal == NULL || seal->escrow == NULL)
        return "it is not sealed to them: ask another keyholder";
    if (case_has_word(row->not_for, request->by) && others)
        return "it is not for them to open: ask another keyholder";
    return NULL;
}

/* Could somebody open it who is no party to the concern? */
static gboolean has_others(const GPtrArray *seals, const Case *row) {
    for (guint i = 0; seals != NULL && i < seals->len; i++)
        if (!case_has_word(row->not_for, ((const SealRow *)g_ptr_array_index(seals, i))->holder))
            return TRUE;
    return FALSE;
}

static const SealRow *seal_of(const GPtrArray *seals, const char *holder) {
    for (guint i = 0; seals != NULL && i < seals->len; i++) {
        const SealRow *seal = g_ptr_array_index(seals, i);
        if (strcmp(seal->holder, holder) == 0)
            return seal;
    }
    return NULL;
}

/* A refusal stands on the record too, under the name that asked, as far as it is one. */
static char *refuse(Office *office, const Request *request, const Case *row, const char *why,
                    GError **error) {
    const Person *person = people_find(office->people, request->by);
    g_autofree char *reason = g_strdup_printf("unseal: %s", why);
    if (!record_alone(office, person ? person->id : "unknown", "refused", row ? row->handle : NULL,
                      reason, error))
        return NULL;
    fault_set(error, FAULT_REFUSED, "%s is not unsealed: %s", request->handle, why);
    return NULL;
}

/* ---- what the record says ------------------------------------------------------------------ */

static char *entry(const Request *request) {
    GString *text = g_string_new(request->ground);
    g_string_append_printf(text, ": %s", request->reason);
    if (!is_empty(request->tried))
        g_string_append_printf(text, "; tried: %s", request->tried);
    if (!is_empty(request->told))
        g_string_append_printf(text, "; pupil told: %s", request->told);
    return g_string_free(text, FALSE);
}

static gboolean notify_one(Office *office, const Request *request, const Person *to,
                           const OnRecord *record, GError **error) {
    const Person *who = people_find(office->people, request->by);
    Out out;
    out_begin(&out, office, NULL, person_party(to));
    out.errand.handle = request->handle;
    Draft *draft = compose_unseal_notice(&out.composer, &out.errand, who->name, request->ground,
                                         FALSE, record);
    return out_end(&out, office, NULL, draft, error);
}

/* The witness, and every keyholder but the one who asks. */
static gboolean notify(Office *office, const Request *request, GError **error) {
    OnRecord record = {.at = office->now};
    g_autofree char *head = NULL;
    if (!record_head(office, &record.count, &head, error))
        return FALSE;
    record.head = head;
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        gboolean hears = person->role == ROLE_WITNESS ||
                         (person->key != NULL && strcmp(person->id, request->by) != 0);
        if (hears && !notify_one(office, request, person, &record, error))
            return FALSE;
    }
    return store_set_number(office->store, "anchored", office->now, error);
}

/* ---- the packet ---------------------------------------------------------------------------- */

static char *make_packet(Office *office, const Request *request, const Case *row,
                         const SealRow *seal, GError **error) {
    g_autoptr(GPtrArray) messages = store_messages(office->store, row->id, TRUE, error);
    if (messages == NULL)
        return NULL;
    g_autoptr(Packet) packet = packet_new();
    packet->id = row->id;
    packet->handle = g_strdup(row->handle);
    packet->holder = g_strdup(seal->holder);
    packet->key = g_strdup(seal->key);
    packet->key_id = vault_key_id(seal->key);
    packet->ground = g_strdup(request->ground);
    packet->reason = g_strdup(request->reason);
    packet->at = office->now;
    packet->seal = g_bytes_ref(seal->seal);
    packet->escrow = g_bytes_ref(seal->escrow);
    for (guint i = 0; i < messages->len; i++) {
        const Message *message = g_ptr_array_index(messages, i);
        /* Who answered is not what is asked for: only what the pupil side wrote is opened, they or
         * their mail server. All others have a name in it. */
        if (strchr(message->author, ' ') == NULL)
            packet_add(packet, message->id, message->at, message->record, message->original);
    }
    char *text = packet_write(office->vault, packet);
    if (text == NULL)
        fault_set(error, FAULT_RUN, "the key of %s in the store is damaged", seal->holder);
    return text;
}

static char *put_on_record(Office *office, const Request *request, const Case *row,
                           const SealRow *seal, GError **error) {
    g_autofree char *reason = entry(request);
    g_autofree char *text = make_packet(office, request, row, seal, error);
    if (text != NULL && record_act(office, request->by, "unsealed", row->handle, reason, error) &&
        notify(office, request, error))
        return g_steal_pointer(&text);
    return NULL;
}

char *unseal(Office *office, const Request *request, GError **error) {
    g_autoptr(GError) failed = NULL;
    g_autoptr(Case) row = store_case_by_handle(office->store, request->handle, &failed);
    g_autoptr(GPtrArray) seals = row ? store_seals(office->store, row->id, &failed) : NULL;
    if (failed != NULL) { /* a database that fails says nothing about the case */
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    const SealRow *seal = seal_of(seals, request->by);
    const char *why = objection(office, request, row, seal, row && has_others(seals, row));
    if (why != NULL)
        return refuse(office, request, row, why, error);
    if (!store_begin(office->store, error))
        return NULL;
    g_autofree char *packet = put_on_record(office, request, row, seal, error);
    if (packet == NULL) {
        store_rollback(office->store);
        return NULL;
    }
    return store_commit(office->store, error) ? g_steal_pointer(&packet) : NULL;
}
