#include "run/out.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/text.h"
#include "mail/write.h"
#include "post/gate.h"
#include "site/address-book.h"
#include "store/traffic.h"
#include "value/names.h"

/* ---- drafts at rest ------------------------------------------------------------------------ */

/* A line of JSON, and behind it the long texts as they are: to write them as JSON and read them
 * again would take longer than to seal them. The line has their lengths, -1 where there is none. */
static const struct {
    const char *key;
    glong offset;
} LONG_TEXTS[] = {{"body", G_STRUCT_OFFSET(Draft, body)},
                  {"own", G_STRUCT_OFFSET(Draft, own)},
                  {"attached", G_STRUCT_OFFSET(Draft, attached)},
                  {"answer", G_STRUCT_OFFSET(Draft, answer)}};

static char **long_text(const Draft *draft, gsize i) {
    return G_STRUCT_MEMBER_P(draft, LONG_TEXTS[i].offset);
}

static char *draft_json(const Draft *draft) {
    g_autoptr(Js) json = js_object();
    g_autofree char *to = party_text(draft->to);
    Js *refs = js_list();
    for (guint i = 0; i < draft->refs->len; i++)
        js_add_text(refs, g_ptr_array_index(draft->refs, i));
    js_put_text(json, "to", to);
    js_put_text(json, "handle", draft->handle);
    js_put_text(json, "name", draft->name);
    js_put_text(json, "subject", draft->subject);
    js_put_text(json, "token", draft->token);
    js_put_yes(json, "answerable", draft->answerable);
    js_put_yes(json, "urgent", draft->urgent);
    js_put_yes(json, "unmasked", draft->unmasked);
    js_put(json, "refs", refs);
    js_put_text(json, "attached-name", draft->attached_name);
    js_put_text(json, "author", draft->author);
    js_put_text(json, "about", draft->about);
    for (gsize i = 0; i < G_N_ELEMENTS(LONG_TEXTS); i++) {
        const char *text = *long_text(draft, i);
        js_put_number(json, LONG_TEXTS[i].key, text ? (gint64)strlen(text) : -1);
    }
    return js_line(json);
}

static char *draft_write(const Draft *draft) {
    g_autofree char *line = draft_json(draft);
    GString *out = g_string_new(line);
    g_string_append_c(out, '\n');
    for (gsize i = 0; i < G_N_ELEMENTS(LONG_TEXTS); i++)
        if (*long_text(draft, i) != NULL)
            g_string_append(out, *long_text(draft, i));
    return g_string_free(out, FALSE);
}

static Draft *draft_of(const Js *json) {
    Party *to = party_read(js_text(json, "to"));
    if (to == NULL)
        return NULL;
    Draft *draft = draft_new(to, js_text(json, "handle"), js_text(json, "name"));
    const Js *refs = js_get(json, "refs");
    draft->subject = g_strdup(js_text(json, "subject"));
    draft->token = g_strdup(js_text(json, "token"));
    draft->answerable = js_yes(json, "answerable");
    draft->urgent = js_yes(json, "urgent");
    draft->unmasked = js_yes(json, "unmasked");
    draft->attached_name = g_strdup(js_text(json, "attached-name"));
    draft->author = g_strdup(js_text(json, "author"));
    draft->about = g_strdup(js_text(json, "about"));
    for (gsize i = 0; i < js_count(refs); i++)
        g_ptr_array_add(draft->refs, g_strdup(js_text_at(refs, i)));
    return draft;
}

/* NULL where it is damaged. The first version had all of it in the line. */
static Draft *draft_read(const char *text, gsize length) {
    const char *end = text + length, *line = memchr(text, '\n', length);
    const char *p = line ? line + 1 : end;
    g_autoptr(Js) json = js_read(text, (gsize)((line ? line : end) - text));
    g_autoptr(Draft) draft = json ? draft_of(json) : NULL;
    for (gsize i = 0; draft != NULL && i < G_N_ELEMENTS(LONG_TEXTS); i++) {
        const char *within = js_text(json, LONG_TEXTS[i].key);
        gint64 bytes = js_number(json, LONG_TEXTS[i].key, -1);
        if (bytes > end - p)
            return NULL;
        *long_text(draft, i) = bytes >= 0 ? g_strndup(p, (gsize)bytes) : g_strdup(within);
        p += MAX(bytes, 0);
    }
    return p == end ? g_steal_pointer(&draft) : NULL;
}

/* Mail of a case lies under the case's key; mail of none under one of the site's in keys.db. */
GBytes *out_key(const Office *office, guint64 case_id, GError **error) {
    GBytes *key =
        case_id != 0 ? store_case_key(office->store, case_id) : store_secret(office->store, "desk");
    if (key == NULL && case_id == 0) {
        guint8 *bytes = g_malloc(VAULT_KEY);
        vault_random(bytes, VAULT_KEY);
        key = g_bytes_new_take(bytes, VAULT_KEY);
        if (!store_add_secret(office->store, "desk", key, error))
            g_clear_pointer(&key, g_bytes_unref);
    } else if (key == NULL) {
        fault_set(error, FAULT_RUN, "the key of a case is not there");
    }
    return key;
}

GBytes *out_lock(const Office *office, guint64 case_id, guint64 row, const Draft *draft,
                 GError **error) {
    g_autoptr(GBytes) key = out_key(office, case_id, error);
    if (key == NULL)
        return NULL;
    g_autofree char *text = draft_write(draft);
    return vault_lock(office->vault, key, PURPOSE_OUTBOX, case_id, row, text, strlen(text));
}

Draft *out_unlock(const Office *office, guint64 case_id, guint64 row, GBytes *blob,
                  GError **error) {
    g_autoptr(GBytes) key = out_key(office, case_id, error);
    return key ? out_unlock_with(office, key, case_id, row, blob, error) : NULL;
}

Draft *out_unlock_with(const Office *office, GBytes *key, guint64 case_id, guint64 row,
                       GBytes *blob, GError **error) {
    if (key == NULL) {
        fault_set(error, FAULT_RUN, "the key of a case is not there");
        return NULL;
    }
    g_autoptr(GBytes) text =
        vault_unlock(office->vault, key, PURPOSE_OUTBOX, case_id, row, blob, error);
    if (text == NULL)
        return NULL;
    Draft *draft = draft_read(g_bytes_get_data(text, NULL), g_bytes_get_size(text));
    if (draft == NULL)
        fault_set(error, FAULT_RUN, "a mail in the outbox is damaged");
    return draft;
}

/* ---- into the outbox ----------------------------------------------------------------------- */

void out_begin(Out *out, const Office *office, const Case *row, Party *to) {
    out->to = to;
    out->token = vault_token();
    out->composer = (Composer){.templates = office->templates,
                               .site_name = office->site->name,
                               .box = office->site->address,
                               .plus = office->site->plus,
                               .zone = office->site->zone,
                               .helplines = office->site->helplines};
    out->errand = (Errand){
        .to = to, .handle = row ? row->handle : NULL, .token = out->token, .now = office->now};
}

/* All mails of one case to one party share a Message-ID in References, so that a mail program shows
 * them as one conversation. It is shorter than a token and opens nothing. */
static void add_thread(const Office *office, const Case *row, Draft *draft) {
    g_autofree char *to = party_text(draft->to);
    g_autofree char *name = g_strdup_printf("thread %" G_GUINT64_FORMAT " %s", row->id, to);
    g_autoptr(GBytes) hash = vault_hash_token(office->vault, name);
    g_autofree char *word = text_base32(g_bytes_get_data(hash, NULL), 10);
    const char *domain = strrchr(office->site->address, '@') + 1;
    g_ptr_array_insert(draft->refs, 0, g_strdup_printf("%s@%s", word, domain));
}

static gint64 random_delay(const Office *office) {
    guint32 number;
    vault_random(&number, sizeof number);
    gint64 most = (gint64)office->site->delay * CLOCK_MINUTE;
    return most > 0 ? number % (most + 1) : 0;
}

/* What goes back to whoever has just written tells nobody anything by its time, and they are to
 * know; what an adult asked for on the record they need now. */
static gboolean waits(const Draft *draft) {
    static const char *const at_once[] = {"confirm",           "returned-answer", "answer-held",
                                          "what-did-you-mean", "help-listener",   "help-staff",
                                          "rules-report",      "rules-question",  NULL};
    return !draft->urgent && draft->to->side != SIDE_RECORD &&
           !g_strv_contains(at_once, draft->name);
}

/* `until`: held until then; -1: not held. */
static gboolean enter(Office *office, const Case *row, Draft *draft, gint64 until, GError **error) {
    if (row != NULL)
        add_thread(office, row, draft);
    OutRow out = {.id = office_number(office),
                  .case_id = row ? row->id : 0,
                  .urgent = draft->urgent,
                  .at = office->now};
    out.not_before = until >= 0 ? until : office->now + (waits(draft) ? random_delay(office) : 0);
    g_autoptr(GBytes) blob = out_lock(office, out.case_id, out.id, draft, error);
    if (blob == NULL)
        return FALSE;
    out.draft = blob;
    if (row != NULL && draft->answerable) {
        g_autoptr(GBytes) hash = vault_hash_token(office->vault, draft->token);
        if (!store_add_token(office->store, hash, row->id, draft->to, office->now, error))
            return FALSE;
    }
    return until >= 0 ? store_hold_out(office->store, &out, error)
                      : store_add_out(office->store, &out, error);
}

static gboolean end(Out *out, Office *office, const Case *row, Draft *draft, gint64 until,
                    GError **error) {
    gboolean done = enter(office, row, draft, until, error);
    draft_free(draft);
    party_free(out->to);
    g_free(out->token);
    return done;
}

gboolean out_end(Out *out, Office *office, const Case *row, Draft *draft, GError **error) {
    return end(out, office, row, draft, -1, error);
}

gboolean out_hold(Out *out, Office *office, const Case *row, Draft *draft, gint64 until,
                  GError **error) {
    return end(out, office, row, draft, until, error);
}

gboolean out_release(Office *office, guint64 id, GError **error) {
    return store_release_out(office->store, id, office->now + random_delay(office), error);
}

/* ---- out of it ----------------------------------------------------------------------------- */

char *out_address(const Office *office, const Party *party, const RouteBack *back) {
    if (party->side == SIDE_PUPIL)
        return back ? g_strdup(back->address) : NULL;
    const Person *person = people_find(office->people, party->name);
    return person ? g_strdup(people_address(office->people, person)) : NULL;
}

const Person *out_person(const Office *office, const char *address) {
    return people_by_address(office->people, address);
}

void out_names(const Office *office, const Person *person, GPtrArray *names) {
    /* A listener without a `name` has their short name for one; that is their sign-off as a rule,
     * which everybody may read. */
    const char *name = strcmp(person->name, person->id) == 0 ? NULL : person->name;
    names_of(names, name, people_address(office->people, person));
    for (guint i = names->len; person->sign != NULL && i-- > 0;)
        if (g_ascii_strcasecmp(g_ptr_array_index(names, i), person->sign) == 0)
            g_ptr_array_remove_index(names, i);
}

/* Whom this mail must not name: for the pupil the listener of the case, for all others the pupil.
 */
static void hide(const Office *office, const Case *row, const Draft *draft, const RouteBack *back,
                 GPtrArray *names, GPtrArray *addresses) {
    if (draft->to->side == SIDE_PUPIL) {
        const Person *listener =
            row && row->listener ? people_find(office->people, row->listener) : NULL;
        if (listener == NULL)
            return;
        out_names(office, listener, names);
        g_ptr_array_add(addresses, g_strdup(people_address(office->people, listener)));
        return;
    }
    for (guint i = 0; back != NULL && i < back->names->len; i++)
        g_ptr_array_add(names, g_strdup(g_ptr_array_index(back->names, i)));
    if (back != NULL && back->address != NULL)
        g_ptr_array_add(addresses, g_strdup(back->address));
}

GBytes *out_write(const Office *office, const Case *row, const Draft *draft, const RouteBack *back,
                  const char *address, GError **error) {
    Envelope envelope = {.box = office->site->address,
                         .box_name = office->site->name,
                         .to = address,
                         .plus = office->site->plus,
                         .date = office->now};
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
    hide(office, row, draft, back, names, addresses);
    if (draft->to->side == SIDE_PUPIL && back != NULL && back->thread != NULL)
        g_ptr_array_add(draft->refs, g_strdup(back->thread));
    g_autoptr(GBytes) mail = mail_write(draft, &envelope);
    Gate gate = {.to = address,
                 .box = office->site->address,
                 .box_name = office->site->name,
                 .own = draft->own,
                 .unmasked = draft->unmasked,
                 .hidden = names,
                 .hidden_addresses = addresses};
    return gate_check(&gate, mail, error) ? g_steal_pointer(&mail) : NULL;
}

gboolean out_would_pass(const Office *office, const Case *row, const Draft *draft,
                        const RouteBack *back) {
    g_autofree char *address = out_address(office, draft->to, back);
    if (address == NULL)
        return TRUE; /* nobody to send it to: that is seen when it is posted */
    guint refs = draft->refs->len;
    g_autoptr(GBytes) mail = out_write(office, row, draft, back, address, NULL);
    g_ptr_array_set_size(draft->refs, (gint)refs);
    return mail != NULL;
}
