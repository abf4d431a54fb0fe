#include "run/unseal.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "desk/account.h"
#include "run/consent.h"
#include "run/disclosure.h"
#include "run/drill.h"
#include "run/holders.h"
#include "run/out.h"
#include "run/record.h"
#include "store/openings.h"
#include "vault/packet.h"

enum {
    LARGEST_BY_MAIL = 10 << 20, /* of a packet's text; most servers take twice as much */
    SAID_WITHIN = CLOCK_DAY     /* what else was tried, and whether the pupil was told */
};

void unsealed_clear(Unsealed *unsealed) {
    g_free(unsealed->packet);
    g_free(unsealed->refusal);
}

/* ---- who may ------------------------------------------------------------------------------- */

static const SealRow *seal_of(const GPtrArray *seals, const char *holder) {
    for (guint i = 0; seals != NULL && i < seals->len; i++) {
        const SealRow *seal = g_ptr_array_index(seals, i);
        if (strcmp(seal->holder, holder) == 0)
            return seal;
    }
    return NULL;
}

/* Those who could open it, with a key in use, and are no party to the concern, but `by`: "Mr Hughes
 * or Mrs Singh". NULL where there is nobody. */
static char *others(const Office *office, const GPtrArray *seals, const Case *row, const char *by) {
    GString *names = g_string_new(NULL);
    for (guint i = 0; seals != NULL && i < seals->len; i++) {
        const SealRow *seal = g_ptr_array_index(seals, i);
        const Person *person = people_find(office->people, seal->holder);
        if (person != NULL && strcmp(person->id, by) != 0 &&
            !case_has_word(row->not_for, person->id) && !holders_retired(office, seal->key))
            g_string_append_printf(names, "%s%s", names->len > 0 ? " or " : "", person->name);
    }
    gboolean nobody = names->len == 0;
    return g_string_free(names, nobody);
}

/* On any ground but danger it is said beforehand what else was tried, and whether the pupil knows.
 */
static const char *not_said(const Request *request) {
    if (strcmp(request->ground, "danger") == 0 || (request->tried && request->told))
        return NULL;
    return "on this ground, say first what else was tried and whether the pupil was told; only "
           "danger does not wait for that";
}

static const char *objection(const Office *office, const Request *request, const Case *row,
                             const SealRow *seal, const char *who_else) {
    const Person *person = people_find(office->people, request->by);
    if (row == NULL)
        return "there is no such case";
    if (person == NULL || person->key == NULL)
        return "only a keyholder can unseal: a lead, deputy or head with a \"key\" in people.conf";
    if (!g_strv_contains(ACCOUNT_GROUNDS, request->ground))
        return "the ground is one of danger, harm, abuse, threat, court, asked";
    if (request->reason == NULL)
        return "a reason is needed";
    if (!row->flagged)
        return "it is not flagged: only a flagged case can be unsealed";
    if (seal == NULL || seal->escrow == NULL)
        return "it is not sealed to them: ask another keyholder";
    if (case_has_word(row->not_for, request->by) && who_else != NULL)
        return "it is not for them to open: ask another keyholder";
    if (holders_retired(office, seal->key) && who_else != NULL)
        return "it is sealed to a key of theirs that is retired: ask another keyholder";
    return not_said(request);
}

/* ---- who hears of it ----------------------------------------------------------------------- */

static const char DRILL[] = " (a practice: no child is in danger)";

static gboolean notify_one(Office *office, const Request *request, const Person *to,
                           gboolean refused, gboolean drill, const OnRecord *record,
                           GError **error) {
    const Person *who = people_find(office->people, request->by);
    Out out;
    out_begin(&out, office, NULL, person_party(to));
    out.errand.handle = request->handle;
    g_autofree char *ground = g_strconcat(request->ground, drill ? DRILL : "", NULL);
    Draft *draft =
        compose_unseal_notice(&out.composer, &out.errand, who->name, ground, refused, record);
    return out_end(&out, office, NULL, draft, error);
}

/* The witness, and every keyholder but the one who asks and those the concern is about. */
static gboolean notify(Office *office, const Request *request, const Case *row, gboolean refused,
                       GError **error) {
    OnRecord record = {.at = office->now};
    g_autofree char *head = NULL;
    if (!record_head(office, &record.count, &head, error))
        return FALSE;
    record.head = head;
    for (guint i = 0; i < office->people->list->len; i++) {
        const Person *person = g_ptr_array_index(office->people->list, i);
        gboolean hears = person->role == ROLE_WITNESS ||
                         (person->key != NULL && strcmp(person->id, request->by) != 0 &&
                          !case_has_word(row->not_for, person->id));
        if (hears && !notify_one(office, request, person, refused, drill_is(row), &record, error))
            return FALSE;
    }
    return store_set_number(office->store, "anchored", office->now, error);
}

/* A refusal stands on the record too, under the name that asked, as far as it is one. That somebody
 * wanted to open what is about themselves, the others hear. */
static gboolean refuse(Office *office, const Request *request, const Case *row, const char *why,
                       GError **error) {
    const Person *person = people_find(office->people, request->by);
    g_autofree char *reason =
        g_strdup_printf("unseal: %s%s%s", why, request->reason ? "; asked for: " : "",
                        request->reason ? request->reason : "");
    if (!record_act(office, person ? person->id : "unknown", "refused", row ? row->handle : NULL,
                    reason, error))
        return FALSE;
    gboolean own = person != NULL && person->key != NULL && row != NULL &&
                   case_has_word(row->not_for, person->id) &&
                   g_strv_contains(ACCOUNT_GROUNDS, request->ground);
    return !own || notify(office, request, row, TRUE, error);
}

/* ---- the packet ---------------------------------------------------------------------------- */

static Packet *new_packet(const Office *office, const Request *request, const Case *row,
                          const SealRow *seal, const GPtrArray *seals) {
    Packet *packet = packet_new();
    packet->id = row->id;
    packet->handle = g_strdup(row->handle);
    packet->holder = g_strdup(seal->holder);
    packet->key = g_strdup(seal->key);
    packet->key_id = vault_key_id(seal->key);
    packet->origin = g_strdup(seal->origin);
    packet->ground = g_strdup(request->ground);
    packet->reason = g_strdup(request->reason);
    packet->at = office->now;
    packet->seal = g_bytes_ref(seal->seal);
    packet->escrow = g_bytes_ref(seal->escrow);
    packet->danger = strcmp(request->ground, "danger") == 0;
    for (guint i = 0; i < seals->len; i++) {
        const SealRow *other = g_ptr_array_index(seals, i);
        if (other != seal && !case_has_word(row->not_for, other->holder))
            packet_add_second(packet, other->holder, other->key, other->seal);
    }
    return packet;
}

/* Who answered is not what is asked for: only what the pupil side wrote is opened, they or their
 * mail server. All others have a name in it. */
static void add_messages(Packet *packet, const GPtrArray *messages, gboolean originals) {
    for (guint i = 0; i < messages->len; i++) {
        const Message *message = g_ptr_array_index(messages, i);
        if (strchr(message->author, ' ') == NULL)
            packet_add(packet, message->id, message->at, message->record,
                       originals ? message->original : NULL);
    }
}

static gsize size_of(const GPtrArray *messages) {
    gsize size = 0;
    for (guint i = 0; i < messages->len; i++) {
        const Message *message = g_ptr_array_index(messages, i);
        size += message->original ? g_bytes_get_size(message->original) : 0;
    }
    return size;
}

static gboolean make_packet(Office *office, const Request *request, const Case *row, Packet *packet,
                            Unsealed *unsealed, GError **error) {
    g_autoptr(GPtrArray) messages = store_messages(office->store, row->id, TRUE, error);
    if (messages == NULL)
        return FALSE;
    packet->brief = request->by_mail && size_of(messages) / 3 * 4 > LARGEST_BY_MAIL;
    add_messages(packet, messages, !packet->brief);
    unsealed->packet = packet_write(office->vault, packet);
    unsealed->two = packet_needs_two(packet);
    return unsealed->packet != NULL ||
           fault_set(error, FAULT_RUN, "the key of %s in the store is damaged", packet->holder);
}

/* Those who can be the second get it as well, with the question. */
static gboolean ask_seconds(Office *office, const Request *request, const Packet *packet,
                            const char *text, GError **error) {
    const Person *who = people_find(office->people, request->by);
    for (guint i = 0; i < packet->seconds->len; i++) {
        const PacketSecond *second = g_ptr_array_index(packet->seconds, i);
        const Person *person = people_find(office->people, second->name);
        if (person == NULL)
            continue;
        Out out;
        out_begin(&out, office, NULL, person_party(person));
        out.errand.handle = request->handle;
        Draft *draft = compose_second(&out.composer, &out.errand, who->name, request->ground, text);
        if (!out_end(&out, office, NULL, draft, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- on the record ------------------------------------------------------------------------- */

static gboolean put_on_record(Office *office, const Request *request, const Case *row,
                              GError **error) {
    g_autofree char *reason =
        g_strdup_printf("%s%s: %s", request->ground, drill_is(row) ? DRILL : "", request->reason);
    Opening opening = {.id = office_number(office),
                       .case_id = row->id,
                       .at = office->now,
                       .holder = (char *)request->by,
                       .ground = (char *)request->ground,
                       .tried = request->tried != NULL,
                       .told = request->told != NULL,
                       .due = office->now + SAID_WITHIN};
    if (opening.tried && opening.told)
        opening.due = -1;
    return record_act(office, request->by, "unsealed", row->handle, reason, error) &&
           store_add_opening(office->store, &opening, error) &&
           (request->witnessed ||
            disclosure_say(office, row, request->by,
                           &(Disclosed){.tried = request->tried, .told = request->told}, error));
}

static gboolean grant(Office *office, const Request *request, const Case *row, const SealRow *seal,
                      const GPtrArray *seals, Unsealed *unsealed, GError **error) {
    g_autoptr(Packet) packet = new_packet(office, request, row, seal, seals);
    return make_packet(office, request, row, packet, unsealed, error) &&
           put_on_record(office, request, row, error) &&
           notify(office, request, row, FALSE, error) &&
           (!unsealed->two || ask_seconds(office, request, packet, unsealed->packet, error));
}

/* What is only blanks was not said. */
static Request settled(const Request *request, char **owned) {
    Request r = *request;
    r.reason = owned[0] = account_line(request->reason);
    r.tried = owned[1] = account_line(request->tried);
    r.told = owned[2] = account_line(request->told);
    return r;
}

gboolean unseal_here(Office *office, const Request *request, const Case *row, Unsealed *unsealed,
                     GError **error) {
    g_autoptr(GError) failed = NULL;
    g_autoptr(GPtrArray) seals = row ? store_seals(office->store, row->id, &failed) : NULL;
    if (failed != NULL) { /* a database that fails says nothing about the case */
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    char *owned[3];
    Request r = settled(request, owned);
    g_autofree char *reason = owned[0], *tried = owned[1], *told = owned[2];
    g_autofree char *who_else = row ? others(office, seals, row, r.by) : NULL;
    const SealRow *seal = seal_of(seals, r.by);
    const char *why = objection(office, &r, row, seal, who_else);
    gboolean witness = FALSE;
    if (why == NULL && !r.witnessed && !consent_needed(office, &r, row, &witness, error))
        return FALSE;
    if (witness)
        return consent_ask(office, &r, row, &unsealed->refusal, error);
    if (why == NULL)
        return grant(office, &r, row, seal, seals, unsealed, error);
    gboolean ask = g_str_has_suffix(why, "ask another keyholder") && who_else != NULL;
    unsealed->refusal = g_strdup_printf("%s%s%s", why, ask ? ": " : "", ask ? who_else : "");
    return refuse(office, &r, row, why, error);
}

gboolean unseal(Office *office, const Request *request, Unsealed *unsealed, GError **error) {
    g_autoptr(GError) failed = NULL;
    if (!store_begin(office->store, error))
        return FALSE;
    g_autoptr(Case) row = store_case_by_handle(office->store, request->handle, &failed);
    if (failed != NULL || !unseal_here(office, request, row, unsealed, &failed)) {
        store_rollback(office->store);
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    return store_commit(office->store, error) &&
           (unsealed->refusal == NULL || fault_set(error, FAULT_REFUSED, "%s is not unsealed: %s",
                                                   request->handle, unsealed->refusal));
}
