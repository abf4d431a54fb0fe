#include "rules/settle.h"

/* How many words an `unless`, and what says that it is about somebody else, reach in a sentence
 * without end, and an `unless` where somebody may be in danger; and how far before the words that
 * they deny a denial may stand. */
enum { REACH = 30, GRAVE_REACH = 4, DENIES = 3 };

gboolean settle_is_context(const Part *part) {
    return part->kind >= PART_UNLESS;
}

static gboolean counts(const Found *found) {
    return !settle_is_context(found->part) && !found->half;
}

static gboolean same_sentence(const Found *a, const Found *b) {
    return a->last_sentence >= b->sentence && a->sentence <= b->last_sentence;
}

/* Does `against`, an `unless`, cancel `hit`? Only in its own sentence; and as many pupils write
 * without full stops, only within so many words: few in a rule of danger, so that "i will stab him
 * with it tomorrow in food tech" is heard. */
static gboolean cancels(const Found *against, const Found *hit) {
    const Rule *rule = hit->part->of;
    guint32 reach = rule->flag || rule->severity == SEVERITY_URGENT ? GRAVE_REACH : REACH;
    return same_sentence(against, hit) && against->last_word + reach >= hit->word &&
           hit->last_word + reach >= against->word;
}

/* "would never" in "i would never, ever kill myself". */
static gboolean denies(const Found *denial, const Found *hit) {
    return same_sentence(denial, hit) && denial->last_word < hit->word &&
           denial->last_word + DENIES >= hit->word;
}

/* "a boy in my class" in "a boy in my class says he will kill himself". */
static gboolean reports(const Found *report, const Found *hit) {
    return same_sentence(report, hit) && report->word <= hit->word &&
           report->last_word + REACH >= hit->word;
}

static const Found *first_of(const GPtrArray *contexts, const Found *hit, enum part_kind kind,
                             gboolean (*speaks)(const Found *, const Found *)) {
    for (guint i = 0; i < contexts->len; i++) {
        const Found *other = g_ptr_array_index(contexts, i);
        gboolean same = other->part->kind == kind ||
                        (kind == PART_UNLESS && other->part->kind == PART_UNLESS_PATTERN);
        if (same && speaks(other, hit))
            return other;
    }
    return NULL;
}

static gboolean in_full(const Found *found) {
    return counts(found) && !found->stopped_by && !found->denied_by && !found->reported_by;
}

/* What the lines weigh that have something in `list` which counts in full: each line once. */
static guint weight_in_full(const GPtrArray *list) {
    g_autoptr(GHashTable) lines = g_hash_table_new(NULL, NULL);
    guint weight = 0;
    for (guint i = 0; i < list->len; i++) {
        const Found *found = g_ptr_array_index(list, i);
        if (in_full(found) && g_hash_table_add(lines, GUINT_TO_POINTER(found->part->line)))
            weight += found->part->weight;
    }
    return weight;
}

gboolean settle(const Rule *rule, const GPtrArray *list) {
    g_autoptr(GPtrArray) contexts = g_ptr_array_new();
    gboolean plain = FALSE;
    for (guint i = 0; i < list->len; i++)
        if (settle_is_context(((const Found *)g_ptr_array_index(list, i))->part))
            g_ptr_array_add(contexts, g_ptr_array_index(list, i));
    for (guint i = 0; i < list->len; i++) {
        Found *hit = g_ptr_array_index(list, i);
        if (!counts(hit))
            continue;
        hit->stopped_by = first_of(contexts, hit, PART_UNLESS, cancels);
        hit->denied_by = first_of(contexts, hit, PART_DENIED, denies);
        hit->reported_by = first_of(contexts, hit, PART_REPORTED, reports);
        plain = plain || in_full(hit);
    }
    return plain && (rule->threshold <= 1 || weight_in_full(list) >= rule->threshold);
}

static gboolean is_near(const Found *a, const Found *b) {
    const Found *first = a->word <= b->word ? a : b, *second = first == a ? b : a;
    return second->word <= first->last_word + a->part->near;
}

/* The first of [from, to), which are in the order of the text, that begins at word `word` or behind
 * it. */
static guint first_behind(const GPtrArray *list, guint from, guint to, guint32 word) {
    while (from < to) {
        guint middle = from + (to - from) / 2;
        if (((const Found *)g_ptr_array_index(list, middle))->word < word)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Of the other sides [from, to), the one that stands nearest to `found`; NULL where none is near.
 * Only some before and behind it are looked at: they are nearer than all others. */
static const Found *other_side(const GPtrArray *list, guint from, guint to, const Found *found) {
    enum { LOOK = 8 };
    const Found *best = NULL;
    gint64 least = G_MAXINT64;
    guint at = first_behind(list, from, to, found->word);
    for (guint i = at > from + LOOK ? at - LOOK : from; i < MIN(to, at + LOOK); i++) {
        const Found *other = g_ptr_array_index(list, i);
        gint64 apart = ABS((gint64)other->word - (gint64)found->word);
        if (!is_near(found, other) || apart >= least)
            continue;
        best = other;
        least = apart;
    }
    return best;
}

static void stretch(Found *found, const Found *other) {
    if (other->word < found->word) {
        found->word = other->word;
        found->sentence = other->sentence;
    }
    if (other->last_word > found->last_word) {
        found->last_word = other->last_word;
        found->last_sentence = other->last_sentence;
    }
    found->from = MIN(found->from, other->from);
    found->to = MAX(found->to, other->to);
}

/* How far the findings go that are of the same line and side as the one at `from`. */
static guint side_end(const GPtrArray *list, guint from, guint line, guint side) {
    for (; from < list->len; from++) {
        const Part *part = ((const Found *)g_ptr_array_index(list, from))->part;
        if (part->kind != PART_NEAR || part->line != line || part->side != side)
            break;
    }
    return from;
}

/* Joins the sides of one line, the first of which are [from, middle), the second [middle, to). */
static void join(const GPtrArray *list, guint from, guint middle, guint to, GPtrArray *joined) {
    for (guint i = from; i < to; i++) {
        Found *found = g_ptr_array_index(list, i);
        found->half = TRUE;
        const Found *other = i < middle ? other_side(list, middle, to, found) : NULL;
        if (other == NULL)
            continue;
        Found *both = g_memdup2(found, sizeof *found);
        both->half = FALSE;
        stretch(both, other);
        g_ptr_array_add(joined, both);
    }
}

void settle_near(GPtrArray *list) {
    g_autoptr(GPtrArray) joined = g_ptr_array_new();
    for (guint i = 0; i < list->len;) {
        const Part *part = ((const Found *)g_ptr_array_index(list, i))->part;
        guint middle = side_end(list, i, part->line, 0), to = side_end(list, middle, part->line, 1);
        join(list, i, middle, to, joined);
        i = MAX(to, i + 1);
    }
    g_ptr_array_extend_and_steal(list, g_steal_pointer(&joined));
}
