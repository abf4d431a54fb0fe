#include "run/pack.h"

/* Strings travel as byte strings, so that nothing has to be UTF-8; a missing one is "nothing". */
#define FACTS    "(m^aym^aym^ayxi^aayim^ayubb)"
#define CONTEXT  "(im^ay^aay^aaym^ay)"
#define IDENTITY "(m^aym^aym^aym^aym^ayxi^aay)"

static GBytes *settle(GVariant *value) {
    g_autoptr(GVariant) kept = g_variant_ref_sink(value);
    return g_variant_get_data_as_bytes(kept);
}

static GVariant *open_bytes(GBytes *bytes, const char *type) {
    GVariant *value = g_variant_new_from_bytes(G_VARIANT_TYPE(type), bytes, FALSE);
    return g_variant_ref_sink(value);
}

/* The words of a list, and NULL behind them; borrowed. */
static char **words(const GPtrArray *list) {
    char **strings = g_new0(char *, list->len + 1);
    for (guint i = 0; i < list->len; i++)
        strings[i] = g_ptr_array_index(list, i);
    return strings;
}

static GPtrArray *list_of(char **taken) {
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; taken[i] != NULL; i++)
        g_ptr_array_add(list, taken[i]);
    g_free(taken);
    return list;
}

static void take_list(GPtrArray **list, char **taken) {
    if (*list != NULL)
        g_ptr_array_unref(*list);
    *list = list_of(taken);
}

GBytes *pack_facts(const Facts *f) {
    g_autofree char **tokens = words(f->tokens);
    return settle(g_variant_new(FACTS, f->from, f->name, f->message_id, f->date, (gint32)f->auth,
                                tokens, (gint32)f->machine, f->why, (guint32)f->strangers,
                                f->forwarded, f->replies));
}

Facts *unpack_facts(GBytes *bytes) {
    g_autoptr(GVariant) value = open_bytes(bytes, "(maymaymayxiaayimayubb)");
    Facts *f = g_new0(Facts, 1);
    char **tokens;
    gint32 auth, machine;
    guint32 strangers;
    g_variant_get(value, FACTS, &f->from, &f->name, &f->message_id, &f->date, &auth, &tokens,
                  &machine, &f->why, &strangers, &f->forwarded, &f->replies);
    f->tokens = list_of(tokens);
    f->auth = (enum auth)CLAMP(auth, AUTH_NONE, AUTH_FAIL);
    f->machine = (enum route)CLAMP(machine, ROUTE_PUPIL, ROUTE_UNREADABLE);
    f->strangers = strangers;
    return f;
}

GBytes *pack_context(const Context *context) {
    g_autofree char **names = words(context->names), **terms = words(context->terms);
    return settle(g_variant_new(CONTEXT, (gint32)context->side, context->why, names, terms,
                                context->last_sent));
}

Context *unpack_context(GBytes *bytes) {
    g_autoptr(GVariant) value = open_bytes(bytes, "(imayaayaaymay)");
    Context *context = context_new(ROUTE_PUPIL);
    char **names, **terms;
    gint32 side;
    g_variant_get(value, CONTEXT, &side, &context->why, &names, &terms, &context->last_sent);
    context->side = (enum route)CLAMP(side, ROUTE_PUPIL, ROUTE_STAFF);
    take_list(&context->names, names);
    take_list(&context->terms, terms);
    return context;
}

/* ---- letter -------------------------------------------------------------------------------- */

static GVariant *letter_variant(const Letter *l) {
    GVariantBuilder redactions, withheld;
    g_variant_builder_init(&redactions, G_VARIANT_TYPE("a(ayu)"));
    for (guint i = 0; i < l->redactions->len; i++) {
        const Redaction *r = g_ptr_array_index(l->redactions, i);
        g_variant_builder_add(&redactions, "(^ayu)", r->kind, (guint32)r->count);
    }
    g_variant_builder_init(&withheld, G_VARIANT_TYPE("a(ayt)"));
    for (guint i = 0; i < l->withheld->len; i++) {
        const Withheld *w = g_ptr_array_index(l->withheld, i);
        g_variant_builder_add(&withheld, "(^ayt)", w->type, (guint64)w->bytes);
    }
    return g_variant_new("(im^aym^aym^aym^aym^aya(ayu)a(ayt)b)", (gint32)l->route, l->why,
                         l->subject, l->text, l->whole_subject, l->whole, &redactions, &withheld,
                         l->unsure);
}

static Letter *letter_of(GVariant *value) {
    Letter *l = letter_new(ROUTE_UNREADABLE, NULL);
    g_autoptr(GVariantIter) redactions = NULL, withheld = NULL;
    gint32 route;
    g_variant_get(value, "(im^aym^aym^aym^aym^aya(ayu)a(ayt)b)", &route, &l->why, &l->subject,
                  &l->text, &l->whole_subject, &l->whole, &redactions, &withheld, &l->unsure);
    l->route = (enum route)CLAMP(route, ROUTE_PUPIL, ROUTE_UNREADABLE);
    const char *word;
    guint32 count;
    while (g_variant_iter_next(redactions, "(^&ayu)", &word, &count))
        letter_redacted(l, word, count);
    guint64 bytes;
    while (g_variant_iter_next(withheld, "(^&ayt)", &word, &bytes))
        letter_withhold(l, word, bytes);
    return l;
}

/* ---- identity ------------------------------------------------------------------------------ */

static GVariant *identity_variant(const Identity *id) {
    g_autofree char **names = words(id->names);
    return g_variant_new(IDENTITY, id->name, id->from, id->from_text, id->subject, id->message_id,
                         id->date, (gint32)id->auth, names);
}

static Identity *identity_of(GVariant *value) {
    Identity *id = identity_new();
    char **names;
    gint32 auth;
    g_variant_get(value, IDENTITY, &id->name, &id->from, &id->from_text, &id->subject,
                  &id->message_id, &id->date, &auth, &names);
    id->auth = (enum auth)CLAMP(auth, AUTH_NONE, AUTH_FAIL);
    take_list(&id->names, names);
    return id;
}

/* ---- verdict ------------------------------------------------------------------------------- */

#define VERDICT "(aayibibmaya(maymaymayumaymay)aay)"

static GVariant *verdict_variant(const Verdict *v) {
    g_autofree char **categories = words(v->categories), **not_for = words(v->not_for);
    GVariantBuilder rules;
    g_variant_builder_init(&rules, G_VARIANT_TYPE("a(maymaymayumaymay)"));
    for (guint i = 0; i < v->rules->len; i++) {
        const Spoken *s = g_ptr_array_index(v->rules, i);
        g_variant_builder_add(&rules, "(m^aym^aym^ayum^aym^ay)", s->rule, s->title, s->file,
                              (guint32)s->line, s->by, s->quote);
    }
    return g_variant_new("(^aayibibm^aya(maymaymayumaymay)^aay)", categories, (gint32)v->severity,
                         v->flag, (gint32)v->desk, v->undecided, v->reply, &rules, not_for);
}

static Verdict *verdict_of(GVariant *value) {
    Verdict *v = verdict_new();
    g_autoptr(GVariantIter) rules = NULL;
    char **categories, **not_for;
    gint32 severity, desk;
    g_variant_get(value, "(^aayibibm^aya(maymaymayumaymay)^aay)", &categories, &severity, &v->flag,
                  &desk, &v->undecided, &v->reply, &rules, &not_for);
    v->severity = (enum severity)CLAMP(severity, SEVERITY_NONE, SEVERITY_URGENT);
    v->desk = (enum desk)CLAMP(desk, DESK_LISTENER, DESK_HEAD);
    take_list(&v->categories, categories);
    take_list(&v->not_for, not_for);
    char *rule, *title, *file, *by, *quote;
    guint32 line;
    while (g_variant_iter_next(rules, "(m^aym^aym^ayum^aym^ay)", &rule, &title, &file, &line, &by,
                               &quote)) {
        g_ptr_array_add(v->rules, spoken_new(rule, title, file, line, by, quote));
        g_free(rule);
        g_free(title);
        g_free(file);
        g_free(by);
        g_free(quote);
    }
    return v;
}

#define LETTER "(imaymaymaymaymaya(ayu)a(ayt)b)"
#define RESULT "(" LETTER "(maymaymaymaymayxiaay)m" VERDICT ")"

GBytes *pack_result(const Letter *letter, const Identity *identity, const Verdict *verdict) {
    GVariant *parts[3] = {
        letter_variant(letter), identity_variant(identity),
        g_variant_new_maybe(G_VARIANT_TYPE(VERDICT), verdict ? verdict_variant(verdict) : NULL)};
    return settle(g_variant_new_tuple(parts, 3));
}

gboolean unpack_result(GBytes *bytes, Letter **letter, Identity **identity, Verdict **verdict) {
    g_autoptr(GVariant) value = open_bytes(bytes, RESULT);
    if (!g_variant_is_normal_form(value))
        return FALSE;
    g_autoptr(GVariant) first = g_variant_get_child_value(value, 0);
    g_autoptr(GVariant) second = g_variant_get_child_value(value, 1);
    g_autoptr(GVariant) third = g_variant_get_child_value(value, 2);
    g_autoptr(GVariant) inner = g_variant_get_maybe(third);
    *letter = letter_of(first);
    *identity = identity_of(second);
    *verdict = inner ? verdict_of(inner) : NULL;
    return TRUE;
}
