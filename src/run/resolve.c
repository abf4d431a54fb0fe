#include "run/resolve.h"

#include <string.h>

#include "base/clock.h"
#include "run/keep.h"
#include "run/out.h"
#include "run/route.h"
#include "site/address-book.h"
#include "store/traffic.h"
#include "value/address.h"

void resolution_free(Resolution *resolution) {
    if (resolution == NULL)
        return;
    case_free(resolution->row);
    party_free(resolution->token_of);
    g_free(resolution->doubt);
    g_free(resolution->refusal);
    context_free(resolution->context);
    g_free(resolution);
}

/* Its key is gone with keys.db: nothing can be added to it, or be read. */
static gboolean is_lost(const Office *office, const Case *row) {
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    return key == NULL;
}

/* What speaks for the record only is heard in a closed case, too. */
static enum case_state last_state(const Party *token_of) {
    return token_of->side == SIDE_RECORD ? CASE_CLOSED : CASE_HELD;
}

/* The first token that is one, and its case if that is open; or, with `closed`, closed. A token of
 * a case that was lost, or is to be erased, is none: what comes with it is a new letter. */
static gboolean find_token(const Office *office, const Facts *facts, gboolean closed, Resolution *r,
                           GError **error) {
    g_autoptr(GError) failed = NULL;
    gboolean (*look)(Store *, GBytes *, guint64 *, Party **, GError **) =
        closed ? store_closed_token : store_token;
    for (guint i = 0; i < facts->tokens->len && r->token_of == NULL; i++) {
        guint64 id;
        g_autoptr(GBytes) hash =
            vault_hash_token(office->vault, g_ptr_array_index(facts->tokens, i));
        if (look(office->store, hash, &id, &r->token_of, &failed))
            r->row = store_case(office->store, id, &failed);
        gboolean fits = r->row != NULL && (closed || r->row->state <= last_state(r->token_of)) &&
                        !r->row->erase && !is_lost(office, r->row);
        if (!fits)
            g_clear_pointer(&r->row, case_free);
        if (r->row == NULL)
            g_clear_pointer(&r->token_of, party_free);
        if (failed != NULL) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean is_writer(const Office *office, const Case *row, const Facts *facts) {
    if (row == NULL || row->writer == NULL || facts->from == NULL)
        return FALSE;
    g_autoptr(GBytes) hash = vault_hash_writer(office->vault, facts->from);
    return g_bytes_equal(hash, row->writer);
}

/* A token, the address it was given to, and nobody who says that this is forged. */
static gboolean is_theirs(const Office *office, const Facts *facts, const Resolution *r) {
    if (r->row == NULL || facts->auth == AUTH_FAIL)
        return FALSE;
    if (r->token_of->side == SIDE_PUPIL)
        return is_writer(office, r->row, facts);
    return r->person != NULL && g_strcmp0(r->token_of->name, r->person->id) == 0;
}

static void drop_case(Resolution *r) {
    g_clear_pointer(&r->row, case_free);
}

/* Someone not in people.conf. */
static void resolve_pupil(const Office *office, const Facts *facts, Resolution *r) {
    r->accepted =
        facts->from != NULL && facts->auth != AUTH_FAIL && (office->site->any_writer || r->inside);
    if (r->row == NULL)
        return;
    if (r->token_of->side != SIDE_PUPIL)
        r->doubt =
            g_strdup_printf("It carries the reply address of somebody who answers in %s, but "
                            "does not come from their address.",
                            r->row->handle);
    else if (!is_writer(office, r->row, facts))
        r->doubt = g_strdup_printf("It answers in %s, but comes from another address than the "
                                   "writer's.",
                                   r->row->handle);
    else if (facts->auth == AUTH_FAIL)
        r->doubt = g_strdup_printf("It answers in %s, but the school's mail server says that its "
                                   "sender may be forged.",
                                   r->row->handle);
    if (r->doubt != NULL)
        drop_case(r);
    else
        r->accepted = TRUE; /* somebody here has answered them */
}

/* Someone in people.conf. Without a token a listener may be writing as a pupil; an adult is not. */
static void resolve_person(const Office *office, const Facts *facts, Resolution *r) {
    gboolean listener = r->person->role == ROLE_LISTENER;
    r->context->side = listener ? ROUTE_LISTENER : ROUTE_STAFF;
    if (facts->auth == AUTH_FAIL) {
        r->doubt = g_strdup_printf("It comes under the address of %s, but the school's mail server "
                                   "says that its sender may be forged.",
                                   r->person->id);
        r->context->side = ROUTE_PUPIL; /* a letter of nobody known: judged like any letter */
        drop_case(r);
        return;
    }
    if (r->row != NULL && g_strcmp0(r->token_of->name, r->person->id) == 0)
        return;
    if (r->row != NULL && r->token_of->side == SIDE_PUPIL && is_writer(office, r->row, facts)) {
        r->context->side = ROUTE_PUPIL;
        r->accepted = TRUE;
        return;
    }
    drop_case(r);
    if (listener && facts->tokens->len == 0) {
        r->context->side = ROUTE_PUPIL;
        r->accepted = TRUE;
        return;
    }
    r->refusal = g_strdup(facts->tokens->len > 0 && r->person->role == ROLE_WITNESS
                              ? "That question was asked anew since: please answer the newer mail."
                          : facts->tokens->len > 0
                              ? "This conversation is closed, or somebody else is looking after it "
                                "now."
                              : "It was not an answer to a mail of ours, so we cannot tell which "
                                "conversation it belongs to.");
}

/* Of what was sent no more is compared than this many bytes, the newest. */
enum { SENT_BYTES = 256 << 10 };

static gboolean is_by(const Message *message, gboolean pupil) {
    if (pupil)
        return strcmp(message->author, "pupil") == 0;
    return g_str_has_prefix(message->author, "listener ") ||
           g_str_has_prefix(message->author, "staff ");
}

/* What this side wrote in the case and the other was sent: letters or answers. `unmasked`: letters
 * in both forms, as the lead reads them. NULL: nothing. Caller frees. */
static char *what_was_sent(const Office *office, const Case *row, gboolean pupil,
                           gboolean unmasked) {
    g_autoptr(GPtrArray) messages = store_messages(office->store, row->id, FALSE, NULL);
    g_autoptr(GString) sent = g_string_new(NULL);
    for (guint i = messages ? messages->len : 0; i > 0 && sent->len < SENT_BYTES; i--) {
        const Message *message = g_ptr_array_index(messages, i - 1);
        g_autoptr(Kept) kept = is_by(message, pupil) ? kept_open(office, row, message, NULL) : NULL;
        if (kept != NULL && kept->text != NULL)
            g_string_append_printf(sent, "%s\n\n", kept->text);
        if (kept != NULL && unmasked && kept->whole != NULL)
            g_string_append_printf(sent, "%s\n\n", kept->whole);
    }
    return sent->len > 0 ? g_strdup(sent->str) : NULL;
}

/* What has to be masked besides the author's own, and what we last sent them. */
static gboolean fill_context(const Office *office, Resolution *r, GError **error) {
    g_autoptr(GError) failed = NULL;
    Context *context = r->context;
    for (guint i = 0; i < office->site->mask->len; i++)
        g_ptr_array_add(context->terms, g_strdup(g_ptr_array_index(office->site->mask, i)));
    if (r->person != NULL && context->side != ROUTE_PUPIL) {
        out_names(office, r->person, context->own);
        context->sign = g_strdup(r->person->sign);
    }
    if (r->row == NULL)
        return TRUE;
    gboolean pupil = context->side == ROUTE_PUPIL;
    g_autoptr(RouteBack) back = route_unlock(office, r->row, &failed);
    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    for (guint i = 0; back != NULL && i < back->names->len; i++)
        g_ptr_array_add(pupil ? context->own : context->names,
                        g_strdup(g_ptr_array_index(back->names, i)));
    for (guint i = 0; back != NULL && i < back->people->len; i++)
        g_ptr_array_add(context->people, g_strdup(g_ptr_array_index(back->people, i)));
    const Person *listener =
        pupil && r->row->listener ? people_find(office->people, r->row->listener) : NULL;
    if (listener != NULL) {
        out_names(office, listener, context->names);
        context->reader = g_strdup(listener->id);
    }
    context->last_sent = what_was_sent(office, r->row, !pupil, context->side == ROUTE_STAFF);
    context->answers = TRUE;
    return TRUE;
}

/* How often the writer has written, with the letter in hand: in a day, and so on. */
static gboolean count_letters(const Office *office, const Facts *facts, Occasion *occasion,
                              GError **error) {
    g_autoptr(GBytes) writer = vault_hash_writer(office->vault, facts->from);
    gint64 today = office->now / CLOCK_DAY;
    g_autoptr(GArray) moments =
        store_letters_of(office->store, writer, (today - (OCCASION_DAYS - 1)) * CLOCK_DAY, error);
    if (moments == NULL)
        return FALSE;
    for (guint days = 1; days < OCCASION_DAYS; days++) {
        occasion->letters[days] = 1;
        for (guint i = 0; i < moments->len; i++)
            occasion->letters[days] += g_array_index(moments, gint64, i) / CLOCK_DAY > today - days;
    }
    occasion->counted = TRUE;
    return TRUE;
}

/* What rules may ask of the moment. To count letters takes a look at all cases, so that it is done
 * only where a rule asks for it. */
static gboolean fill_occasion(const Office *office, const Facts *facts, Resolution *r,
                              GError **error) {
    Occasion *occasion = &r->context->occasion;
    clock_weekday(office->now, office->site->zone, &occasion->minute);
    occasion->outside = facts->from == NULL ? KNOWN_NOT : r->inside ? KNOWN_NO : KNOWN_YES;
    if (facts->from == NULL || r->context->side != ROUTE_PUPIL ||
        !rules_count_letters(office->rules))
        return TRUE;
    return count_letters(office, facts, occasion, error);
}

Resolution *resolve(const Office *office, const Facts *facts, GError **error) {
    g_autoptr(Resolution) r = g_new0(Resolution, 1);
    r->context = context_new(ROUTE_PUPIL);
    r->person = people_by_address(office->people, facts->from);
    r->inside = facts->from != NULL && address_within(facts->from, office->site->domains);
    /* A token of a closed case is none: what comes with it is a new letter. But our last answer may
     * come back after that. */
    if (!find_token(office, facts, FALSE, r, error) ||
        (facts->machine == ROUTE_BOUNCE && r->row == NULL &&
         !find_token(office, facts, TRUE, r, error)))
        return NULL;
    r->theirs = is_theirs(office, facts, r);
    r->context->believed = facts->machine == ROUTE_LIST && r->theirs;
    if (facts->machine != ROUTE_PUPIL && !facts->judged)
        return g_steal_pointer(&r); /* nothing of it is passed on; whoever it is about knows */
    if (facts->machine != ROUTE_PUPIL && !r->context->believed)
        return fill_context(office, r, error) ? g_steal_pointer(&r) : NULL;
    if (r->person != NULL)
        resolve_person(office, facts, r);
    else
        resolve_pupil(office, facts, r);
    return fill_context(office, r, error) && fill_occasion(office, facts, r, error)
               ? g_steal_pointer(&r)
               : NULL;
}
