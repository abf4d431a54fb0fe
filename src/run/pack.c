#include "run/pack.h"

#include <string.h>

#include "value/address.h"

/* Both ends are this very program, so numbers are eight bytes as they lie in memory. A text is its
 * length plus one and its bytes, or a zero where there is none; a list is its length and its items.
 */

static void put_number(GByteArray *to, gint64 number) {
    g_byte_array_append(to, (const guint8 *)&number, sizeof number);
}

static void put_text(GByteArray *to, const char *text) {
    gsize length = text ? strlen(text) : 0;
    put_number(to, text ? (gint64)length + 1 : 0);
    g_byte_array_append(to, (const guint8 *)text, (guint)length);
}

static void put_texts(GByteArray *to, const GPtrArray *list) {
    put_number(to, list->len);
    for (guint i = 0; i < list->len; i++)
        put_text(to, g_ptr_array_index(list, i));
}

/* `bad` stays TRUE from the first time that something is not there; then all is 0 or NULL. */
typedef struct reading {
    const guint8 *at, *end;
    gboolean bad;
} Reading;

static Reading reading_of(GBytes *bytes) {
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    return (Reading){.at = data, .end = data + length};
}

static const guint8 *take(Reading *from, guint64 length) {
    const guint8 *here = from->at;
    from->bad = from->bad || length > (guint64)(from->end - from->at);
    if (from->bad)
        return NULL;
    from->at += length;
    return here;
}

static gboolean ended(const Reading *from) {
    return !from->bad && from->at == from->end;
}

static gint64 take_number(Reading *from) {
    gint64 number = 0;
    const guint8 *here = take(from, sizeof number);
    if (here != NULL)
        memcpy(&number, here, sizeof number);
    return number;
}

/* A number from 0 to `most`. */
static int take_choice(Reading *from, int most) {
    gint64 number = take_number(from);
    from->bad = from->bad || number < 0 || number > most;
    return from->bad ? 0 : (int)number;
}

static char *take_text(Reading *from) {
    guint64 length = (guint64)take_number(from);
    const guint8 *here = length > 0 ? take(from, length - 1) : NULL;
    return here ? g_strndup((const char *)here, length - 1) : NULL;
}

/* An address goes into commands to a server: whatever the worker has become, only one that is one
 * leaves here. */
static char *take_address(Reading *from) {
    g_autofree char *text = take_text(from);
    return text ? address_new(text) : NULL;
}

/* A text that must be there. */
static char *need_text(Reading *from) {
    char *text = take_text(from);
    from->bad = from->bad || text == NULL;
    return text;
}

static void take_texts(Reading *from, GPtrArray *list) {
    guint64 count = (guint64)take_number(from);
    for (guint64 i = 0; i < count && !from->bad; i++) {
        char *text = need_text(from);
        if (text != NULL)
            g_ptr_array_add(list, text);
    }
}

/* ---- facts and context ----------------------------------------------------------------------- */

GBytes *pack_facts(const Facts *f) {
    GByteArray *to = g_byte_array_new();
    put_text(to, f->from);
    put_text(to, f->name);
    put_text(to, f->message_id);
    put_number(to, f->date);
    put_number(to, f->auth);
    put_texts(to, f->tokens);
    put_number(to, f->machine);
    put_number(to, f->judged);
    put_text(to, f->why);
    put_number(to, f->strangers);
    put_number(to, f->forwarded);
    put_number(to, f->replies);
    return g_byte_array_free_to_bytes(to);
}

Facts *unpack_facts(GBytes *bytes) {
    Reading from = reading_of(bytes);
    g_autoptr(Facts) f = g_new0(Facts, 1);
    f->tokens = g_ptr_array_new_with_free_func(g_free);
    f->from = take_address(&from);
    f->name = take_text(&from);
    f->message_id = take_text(&from);
    f->date = take_number(&from);
    f->auth = (enum auth)take_choice(&from, AUTH_FAIL);
    take_texts(&from, f->tokens);
    f->machine = (enum route)take_choice(&from, ROUTE_UNREADABLE);
    f->judged = take_choice(&from, TRUE);
    f->why = take_text(&from);
    f->strangers = (guint)take_choice(&from, G_MAXINT);
    f->forwarded = take_choice(&from, TRUE);
    f->replies = take_choice(&from, TRUE);
    return ended(&from) ? g_steal_pointer(&f) : NULL;
}

static void put_occasion(GByteArray *to, const Occasion *occasion) {
    put_number(to, occasion->minute);
    put_number(to, occasion->counted);
    for (guint i = 1; occasion->counted && i < OCCASION_DAYS; i++)
        put_number(to, occasion->letters[i]);
    put_number(to, occasion->outside);
    put_number(to, occasion->attachment);
}

static void take_occasion(Reading *from, Occasion *occasion) {
    occasion->minute = (int)take_number(from);
    occasion->counted = take_choice(from, TRUE);
    for (guint i = 1; occasion->counted && i < OCCASION_DAYS; i++)
        occasion->letters[i] = (guint)take_choice(from, G_MAXINT);
    occasion->outside = (enum known)take_choice(from, KNOWN_YES);
    occasion->attachment = (enum known)take_choice(from, KNOWN_YES);
}

GBytes *pack_context(const Context *context) {
    GByteArray *to = g_byte_array_new();
    put_number(to, context->side);
    put_number(to, context->believed);
    put_text(to, context->why);
    put_texts(to, context->own);
    put_texts(to, context->names);
    put_texts(to, context->people);
    put_texts(to, context->terms);
    put_text(to, context->last_sent);
    put_number(to, context->answers);
    put_text(to, context->sign);
    put_text(to, context->reader);
    put_occasion(to, &context->occasion);
    return g_byte_array_free_to_bytes(to);
}

Context *unpack_context(GBytes *bytes) {
    Reading from = reading_of(bytes);
    g_autoptr(Context) context = context_new((enum route)take_choice(&from, ROUTE_STAFF));
    context->believed = take_choice(&from, TRUE);
    context->why = take_text(&from);
    take_texts(&from, context->own);
    take_texts(&from, context->names);
    take_texts(&from, context->people);
    take_texts(&from, context->terms);
    context->last_sent = take_text(&from);
    context->answers = take_choice(&from, TRUE);
    context->sign = take_text(&from);
    context->reader = take_text(&from);
    take_occasion(&from, &context->occasion);
    return ended(&from) ? g_steal_pointer(&context) : NULL;
}

/* ---- letter ---------------------------------------------------------------------------------- */

static void put_letter(GByteArray *to, const Letter *l) {
    put_number(to, l->route);
    put_text(to, l->why);
    put_text(to, l->subject);
    put_text(to, l->text);
    put_text(to, l->whole_subject);
    put_text(to, l->whole);
    put_number(to, l->redactions->len);
    for (guint i = 0; i < l->redactions->len; i++) {
        const Redaction *r = g_ptr_array_index(l->redactions, i);
        put_text(to, r->kind);
        put_number(to, r->count);
    }
    put_number(to, l->withheld->len);
    for (guint i = 0; i < l->withheld->len; i++) {
        const Withheld *w = g_ptr_array_index(l->withheld, i);
        put_text(to, w->type);
        put_number(to, (gint64)w->bytes);
    }
    put_number(to, l->unsure);
    put_number(to, l->locked);
}

static Letter *take_letter(Reading *from) {
    Letter *l = letter_new((enum route)take_choice(from, ROUTE_UNREADABLE), NULL);
    l->why = take_text(from);
    l->subject = take_text(from);
    l->text = take_text(from);
    l->whole_subject = take_text(from);
    l->whole = take_text(from);
    for (gint64 i = take_number(from); i > 0 && !from->bad; i--) {
        g_autofree char *kind = need_text(from);
        guint count = (guint)take_choice(from, G_MAXINT);
        if (!from->bad)
            letter_redacted(l, kind, count);
    }
    for (gint64 i = take_number(from); i > 0 && !from->bad; i--) {
        g_autofree char *type = need_text(from);
        gsize bytes = (gsize)take_number(from);
        if (!from->bad)
            letter_withhold(l, type, bytes);
    }
    l->unsure = take_choice(from, TRUE);
    l->locked = take_choice(from, TRUE);
    return l;
}

/* ---- identity -------------------------------------------------------------------------------- */

static void put_identity(GByteArray *to, const Identity *id) {
    put_text(to, id->name);
    put_text(to, id->from);
    put_text(to, id->from_text);
    put_text(to, id->subject);
    put_text(to, id->message_id);
    put_number(to, id->date);
    put_number(to, id->auth);
    put_texts(to, id->names);
    put_texts(to, id->people);
}

static Identity *take_identity(Reading *from) {
    Identity *id = identity_new();
    id->name = take_text(from);
    id->from = take_address(from);
    id->from_text = take_text(from);
    id->subject = take_text(from);
    id->message_id = take_text(from);
    id->date = take_number(from);
    id->auth = (enum auth)take_choice(from, AUTH_FAIL);
    take_texts(from, id->names);
    take_texts(from, id->people);
    return id;
}

/* ---- verdict --------------------------------------------------------------------------------- */

static void put_verdict(GByteArray *to, const Verdict *v) {
    put_texts(to, v->categories);
    put_number(to, v->severity);
    put_number(to, v->flag);
    put_number(to, v->desk);
    put_number(to, v->undecided);
    put_text(to, v->reply);
    put_number(to, v->rules->len);
    for (guint i = 0; i < v->rules->len; i++) {
        const Spoken *s = g_ptr_array_index(v->rules, i);
        put_text(to, s->rule);
        put_text(to, s->title);
        put_text(to, s->file);
        put_number(to, s->line);
        put_text(to, s->by);
        put_text(to, s->quote);
        put_number(to, s->denied);
        put_number(to, s->reported);
    }
    put_texts(to, v->not_for);
    put_texts(to, v->helplines);
}

static Spoken *take_spoken(Reading *from) {
    g_autofree char *rule = need_text(from);
    g_autofree char *title = take_text(from);
    g_autofree char *file = need_text(from);
    guint line = (guint)take_choice(from, G_MAXINT);
    g_autofree char *by = need_text(from);
    g_autofree char *quote = take_text(from);
    gboolean denied = take_choice(from, TRUE), reported = take_choice(from, TRUE);
    if (from->bad)
        return NULL;
    Spoken *spoken = spoken_new(rule, title, file, line, by, quote);
    spoken->denied = denied;
    spoken->reported = reported;
    return spoken;
}

static Verdict *take_verdict(Reading *from) {
    Verdict *v = verdict_new();
    take_texts(from, v->categories);
    v->severity = (enum severity)take_choice(from, SEVERITY_URGENT);
    v->flag = take_choice(from, TRUE);
    v->desk = (enum desk)take_choice(from, DESK_HEAD);
    v->undecided = take_choice(from, TRUE);
    v->reply = take_text(from);
    for (gint64 i = take_number(from); i > 0 && !from->bad; i--) {
        Spoken *spoken = take_spoken(from);
        if (spoken != NULL)
            g_ptr_array_add(v->rules, spoken);
    }
    take_texts(from, v->not_for);
    take_texts(from, v->helplines);
    return v;
}

/* ---- all of it ------------------------------------------------------------------------------- */

GBytes *pack_result(const Letter *letter, const Identity *identity, const Verdict *verdict) {
    GByteArray *to = g_byte_array_sized_new(8192);
    put_letter(to, letter);
    put_identity(to, identity);
    put_number(to, verdict != NULL);
    if (verdict != NULL)
        put_verdict(to, verdict);
    return g_byte_array_free_to_bytes(to);
}

gboolean unpack_result(GBytes *bytes, Letter **letter, Identity **identity, Verdict **verdict) {
    Reading from = reading_of(bytes);
    g_autoptr(Letter) l = take_letter(&from);
    g_autoptr(Identity) id = take_identity(&from);
    g_autoptr(Verdict) v = take_choice(&from, TRUE) ? take_verdict(&from) : NULL;
    if (!ended(&from))
        return FALSE;
    *letter = g_steal_pointer(&l);
    *identity = g_steal_pointer(&id);
    *verdict = g_steal_pointer(&v);
    return TRUE;
}
