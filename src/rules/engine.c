#include "rules/engine.h"

#include <string.h>

#include "rules/literal.h"
#include "rules/settle.h"

/* A word group with more letters than this that may all stand for one another is no word; how often
 * one expression is counted in one piece. */
enum { GROUP = 48, ENOUGH = 200 };

/* What a key of the first pass stands for: a phrase, or one of the literals of a pattern. */
typedef struct keyed {
    const Part *part; /* borrowed */
    guint pattern;    /* counted from 0; for a pattern */
    guint8 bit;       /* which set of required literals this one is of */
} Keyed;

struct engine {
    const GPtrArray *rules;   /* borrowed */
    Glyphs *glyphs;           /* borrowed */
    const Spelling *spelling; /* borrowed */
    Matcher *matcher;         /* owned */
    Automaton *automaton;     /* owned; NULL where there is no key */
    GArray *keyed;            /* of Keyed: for each key of the automaton */
    GArray *needs;            /* of guint8, for each pattern: a bit for each set that it requires */
    GPtrArray *always;        /* of Part, borrowed: patterns without a literal that is required */
    gboolean plod;
};

static gboolean is_pattern(const Part *part) {
    return part->pattern != NULL;
}

/* Keys gathered before the automaton is built. */
typedef struct keys {
    GPtrArray *symbols; /* of guint8 *, borrowed or owned by `own` */
    GArray *lengths;    /* of guint */
    GPtrArray *own;     /* of guint8 *, owned */
} Keys;

static void add_key(Engine *engine, Keys *keys, Keyed keyed, guint8 *symbols, guint length) {
    g_ptr_array_add(keys->symbols, symbols);
    g_array_append_val(keys->lengths, length);
    g_array_append_val(engine->keyed, keyed);
}

static void add_literals(Engine *engine, Keys *keys, Keyed keyed, const GPtrArray *set) {
    for (guint i = 0; i < set->len; i++) {
        const char *literal = g_ptr_array_index(set, i);
        g_autoptr(Folded) folded = fold(engine->glyphs, literal, strlen(literal), FALSE);
        Key key = key_of(folded);
        g_ptr_array_add(keys->own, key.symbols);
        add_key(engine, keys, keyed, key.symbols, key.count);
        g_free(key.starts);
    }
}

/* A pattern is worth trying once one literal of each of its sets has been seen. */
static void add_pattern(Engine *engine, Keys *keys, const Part *part) {
    enum { SETS = 8 };
    const char *text = strchr(part->by, ' ') + 1;
    g_autoptr(GPtrArray) sets = literal_required(text);
    guint8 needs = 0;
    for (guint i = 0; i < MIN(sets->len, SETS); i++) {
        Keyed keyed = {part, engine->needs->len, (guint8)(1u << i)};
        add_literals(engine, keys, keyed, g_ptr_array_index(sets, i));
        needs |= keyed.bit;
    }
    g_array_append_val(engine->needs, needs);
    if (needs == 0)
        g_ptr_array_add(engine->always, (gpointer)part);
}

static void add_rule(Engine *engine, Keys *keys, const Rule *rule) {
    for (guint i = 0; i < rule->parts->len; i++) {
        const Part *part = g_ptr_array_index(rule->parts, i);
        if (is_pattern(part))
            add_pattern(engine, keys, part);
        else
            add_key(engine, keys, (Keyed){.part = part}, part->phrase->key,
                    part->phrase->key_length);
    }
}

Engine *engine_new(GPtrArray *rules, Glyphs *glyphs, const Spelling *spelling, guint match_limit) {
    Engine *engine = g_new0(Engine, 1);
    Keys keys = {g_ptr_array_new(), g_array_new(FALSE, FALSE, sizeof(guint)),
                 g_ptr_array_new_with_free_func(g_free)};
    engine->rules = rules;
    engine->glyphs = glyphs;
    engine->spelling = spelling;
    engine->matcher = matcher_new(match_limit);
    engine->keyed = g_array_new(FALSE, FALSE, sizeof(Keyed));
    engine->needs = g_array_new(FALSE, FALSE, sizeof(guint8));
    engine->always = g_ptr_array_new();
    for (guint i = 0; i < rules->len; i++)
        add_rule(engine, &keys, g_ptr_array_index(rules, i));
    if (engine->keyed->len > 0)
        engine->automaton =
            automaton_new((const guint8 *const *)keys.symbols->pdata,
                          (const guint *)(gpointer)keys.lengths->data, engine->keyed->len);
    g_ptr_array_unref(keys.symbols);
    g_array_unref(keys.lengths);
    g_ptr_array_unref(keys.own);
    return engine;
}

void engine_free(Engine *engine) {
    if (engine == NULL)
        return;
    matcher_free(engine->matcher);
    automaton_free(engine->automaton);
    g_array_unref(engine->keyed);
    g_array_unref(engine->needs);
    g_ptr_array_unref(engine->always);
    g_free(engine);
}

void engine_plod(Engine *engine, gboolean yes) {
    engine->plod = yes;
}

gsize engine_bytes(const Engine *engine) {
    return engine->automaton == NULL ? 0 : automaton_bytes(engine->automaton);
}

/* One piece of text being searched. */
typedef struct search {
    Engine *engine;
    const char *text;
    gsize length;
    const Folded *folded; /* symbols as punctuation: what words and sentences are counted by */
    const Folded *view;   /* what is being scanned: that, or with symbols as letters, or mended */
    gboolean mended;      /* it is that, and of interest only where it was */
    Key key;              /* of view */
    GPtrArray *into;      /* of Found, borrowed: where findings go */
    GPtrArray *patterns;  /* of Part, borrowed: those worth trying */
    guint8 *seen;         /* owned; for each pattern: the sets of which a literal was seen */
    Plain *plain;         /* owned; NULL till a pattern needs it */
    gboolean undecided;
} Search;

static void add_found(Search *s, const Part *part, gsize from, gsize to) {
    const FoldLetter *letters = s->folded->letters;
    Found *found = g_new0(Found, 1);
    *found = (Found){.part = part, .from = from, .to = to};
    if (s->folded->count > 0) {
        const FoldLetter *first = &letters[folded_at(s->folded, from)];
        const FoldLetter *last = &letters[folded_at(s->folded, to > from ? to - 1 : to)];
        found->word = first->word;
        found->sentence = first->sentence;
        found->last_word = last->word;
        found->last_sentence = last->sentence;
    }
    g_ptr_array_add(s->into, found);
}

/* Is enough of the phrase as it was written? Of the longer ones, two words may be misspelt. */
static gboolean mended_well(const Part *part, const Folded *view, guint start, guint end) {
    enum { LEAST = 2, EACH = 4 }; /* letters; the other side of a `near` vouches for EACH */
    guint letters = part->phrase->letters + (part->kind == PART_NEAR ? EACH : 0);
    guint slips = 0, meanings = 0;
    for (guint i = start; i < end; i++) {
        gboolean begins = view->letters[i].gap != GAP_NONE;
        slips += begins && view->letters[i].mended == MENDED_SLIP;
        meanings += view->letters[i].mended == MENDED_MEANING;
    }
    return slips > 0 ? letters >= LEAST + EACH * slips : meanings > 0;
}

static gboolean try_phrase(Search *s, const Part *part, guint start) {
    guint end;
    if (s->mended && !part->loose)
        return FALSE;
    enum standing stands = phrase_stands(part->phrase, s->view, start, &end);
    s->undecided = s->undecided || stands == STANDS_UNSURE;
    if (stands != STANDS_YES || (s->mended && !mended_well(part, s->view, start, end)))
        return FALSE;
    add_found(s, part, s->view->letters[start].from, s->view->letters[end - 1].to);
    return TRUE;
}

/* The first symbol of a phrase's key stands for the letters from `from` to `to`: its first letter
 * is one of those that begin a word. */
static void try_group(Search *s, const Part *part, guint from, guint to) {
    if (to - from > GROUP)
        from = to - GROUP;
    for (guint i = from; i < to; i++)
        if (s->view->letters[i].gap != GAP_NONE)
            try_phrase(s, part, i);
}

static void on_key(guint key, gsize end, gpointer data) {
    Search *s = data;
    const Keyed *keyed = &g_array_index(s->engine->keyed, Keyed, key);
    const Part *part = keyed->part;
    if (is_pattern(part) && s->mended)
        return;
    if (is_pattern(part)) {
        guint8 seen = s->seen[keyed->pattern] | keyed->bit;
        gboolean enough = seen == g_array_index(s->engine->needs, guint8, keyed->pattern);
        if (enough && s->seen[keyed->pattern] != seen)
            g_ptr_array_add(s->patterns, (gpointer)part);
        s->seen[keyed->pattern] = seen;
        return;
    }
    gsize first = end - part->phrase->key_length;
    try_group(s, part, s->key.starts[first], s->key.starts[first + 1]);
}

static void plod(Search *s) {
    for (guint k = 0; k < s->engine->keyed->len; k++) {
        const Part *part = g_array_index(s->engine->keyed, Keyed, k).part;
        if (is_pattern(part) && !s->mended)
            g_ptr_array_add(s->patterns, (gpointer)part);
        for (guint i = 0; !is_pattern(part) && i < s->view->count; i++)
            if (s->view->letters[i].gap != GAP_NONE)
                try_phrase(s, part, i);
    }
}

static void scan(Search *s, const Folded *view) {
    s->view = view;
    s->key = key_of(view);
    if (s->engine->plod)
        plod(s);
    else if (s->engine->automaton != NULL)
        automaton_scan(s->engine->automaton, s->key.symbols, s->key.count, on_key, s);
    key_clear(&s->key);
}

static void scan_mended(Search *s) {
    g_autoptr(GPtrArray) readings = spelling_readings(s->engine->spelling, s->folded);
    s->mended = TRUE;
    for (guint i = 0; i < readings->len; i++)
        scan(s, g_ptr_array_index(readings, i));
}

/* All that a pattern finds. */
static void try_pattern(Search *s, const Part *part) {
    if (s->plain == NULL)
        s->plain = plain_new(s->text, s->length);
    gsize from = 0, to = 0;
    for (guint n = 0; n <= ENOUGH; n++) {
        enum match match = pattern_find(part->pattern, s->engine->matcher, s->plain->text,
                                        s->plain->length, &from, &to);
        s->undecided = s->undecided || match == MATCH_UNSURE || n == ENOUGH;
        if (match != MATCH_YES)
            return;
        add_found(s, part, s->plain->from[from], s->plain->from[to]);
        if (to <= from) /* \K */
            return;
        from = to;
    }
}

static gint part_order(gconstpointer a, gconstpointer b) {
    const Part *x = *(const Part *const *)a, *y = *(const Part *const *)b;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->side > y->side) - (x->side < y->side);
}

static gint found_order(gconstpointer a, gconstpointer b) {
    const Found *x = *(const Found *const *)a, *y = *(const Found *const *)b;
    gint parts = part_order(&x->part, &y->part);
    if (parts != 0)
        return parts;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* Patterns [from, to) of s->patterns are those of one rule; s->into holds what its phrases found.
 */
static void try_rule(Search *s, const Rule *rule, guint from, guint to, gboolean all) {
    settle_near(s->into);
    for (guint i = from; i < to; i++) {
        const Part *part = g_ptr_array_index(s->patterns, i);
        if (part->kind == PART_UNLESS_PATTERN)
            try_pattern(s, part);
    }
    gboolean speaks = settle(rule, s->into);
    for (guint i = from; i < to && (all || !speaks); i++) {
        const Part *part = g_ptr_array_index(s->patterns, i);
        if (part->kind != PART_PATTERN)
            continue;
        try_pattern(s, part);
        speaks = settle(rule, s->into);
    }
    g_ptr_array_sort(s->into, found_order);
}

/* Sorts `list` and drops repeats; those of Found are freed by it. */
static void sort_once(GPtrArray *list, GCompareFunc order) {
    g_ptr_array_sort(list, order);
    for (guint i = list->len; i > 1; i--)
        if (order(&list->pdata[i - 1], &list->pdata[i - 2]) == 0)
            g_ptr_array_remove_index(list, i - 1);
}

static guint rule_at(const GPtrArray *patterns, guint i) {
    return i < patterns->len ? ((const Part *)g_ptr_array_index(patterns, i))->rule : G_MAXUINT;
}

/* Goes through what the first pass found, rule by rule. */
static void settle_rules(Search *s, GPtrArray *phrases, GPtrArray *out, gboolean all) {
    g_autoptr(GPtrArray) mine = g_ptr_array_new();
    guint p = 0, f = 0;
    s->into = mine;
    for (;;) {
        const Found *next = f < phrases->len ? g_ptr_array_index(phrases, f) : NULL;
        guint rule = MIN(rule_at(s->patterns, p), next ? next->part->rule : G_MAXUINT);
        if (rule == G_MAXUINT)
            return;
        for (; f < phrases->len; f++) {
            Found *found = g_ptr_array_index(phrases, f);
            if (found->part->rule != rule)
                break;
            g_ptr_array_add(mine, found);
        }
        guint from = p;
        const Part *part = next != NULL && next->part->rule == rule
                               ? next->part
                               : g_ptr_array_index(s->patterns, from);
        while (rule_at(s->patterns, p) == rule)
            p++;
        try_rule(s, part->of, from, p, all);
        g_ptr_array_extend(out, mine, NULL, NULL);
        g_ptr_array_set_size(mine, 0);
    }
}

/* Without emojis, which are words of their own: "kill 😭 myself". NULL: there is none. */
static Folded *without_emojis(const Folded *folded) {
    Folded *view = g_new0(Folded, 1);
    view->letters = g_new(FoldLetter, folded->count + 1);
    view->words = folded->words;
    for (guint i = 0; i < folded->count; i++)
        if (g_unichar_type(folded->letters[i].c) != G_UNICODE_OTHER_SYMBOL)
            view->letters[view->count++] = folded->letters[i];
    if (view->count == folded->count || view->count == 0)
        g_clear_pointer(&view, folded_free);
    return view;
}

Findings *engine_find(Engine *engine, const char *text, gsize length, gboolean all) {
    Findings *findings = g_new0(Findings, 1);
    findings->list = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Folded) folded = fold(engine->glyphs, text, length, FALSE);
    g_autoptr(GPtrArray) phrases = g_ptr_array_new(), patterns = g_ptr_array_new();
    Search s = {.engine = engine,
                .text = text,
                .length = length,
                .folded = folded,
                .into = phrases,
                .patterns = patterns};
    s.seen = g_malloc0(engine->needs->len + 1);
    matcher_begin(engine->matcher);
    scan(&s, folded);
    if (folded->symbols) {
        g_autoptr(Folded) view = fold(engine->glyphs, text, length, TRUE);
        scan(&s, view);
    }
    scan_mended(&s);
    g_autoptr(Folded) plain = without_emojis(folded);
    if (plain != NULL) {
        s.mended = FALSE;
        scan(&s, plain);
    }
    g_ptr_array_extend(patterns, engine->always, NULL, NULL);
    sort_once(patterns, part_order);
    g_ptr_array_set_free_func(phrases, g_free);
    sort_once(phrases, found_order);
    g_ptr_array_set_free_func(phrases, NULL);
    settle_rules(&s, phrases, findings->list, all);
    plain_free(s.plain);
    g_free(s.seen);
    findings->undecided = s.undecided;
    return findings;
}

void findings_free(Findings *findings) {
    if (findings == NULL)
        return;
    g_ptr_array_unref(findings->list);
    g_free(findings);
}
