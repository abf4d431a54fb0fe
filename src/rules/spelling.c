#include "rules/spelling.h"

#include <string.h>

#include "rules/phrase.h"

/* Words of SHORTEST letters forgive one slip, from LONG on two. Of a word that may be meant for
 * several, so many are tried. FILTER is a power of two. */
enum { SHORTEST = 4, LONG = 9, LONGEST = 24, CHOICES = 3, FILTER = 1 << 18 };

/* A word as it is compared: letters that digits stand for instead of them, l as i. */
typedef struct shape {
    gunichar c[LONGEST];
    guint count;
} Shape;

typedef struct target {
    gunichar c[LONGEST]; /* as it is written */
    guint count;
    Shape shape;
} Target;

/* What is left of a target without one or two of its letters; or all of it. */
typedef struct trace {
    guint64 hash;
    guint target;
} Trace;

struct spelling {
    GArray *targets;     /* of Target, sorted by spelling_close */
    GHashTable *learned; /* of char *: those that are targets already */
    GArray *traces;      /* of Trace, by hash */
    guint8 *filter;    /* owned; a bit for each hash of a trace, or of a word that means another */
    GHashTable *kept;  /* set of guint64 * */
    GHashTable *means; /* guint64 * to Folded, owned */
    guint reach;       /* how many words the longest phrase has */
};

Spelling *spelling_new(void) {
    Spelling *spelling = g_new0(Spelling, 1);
    spelling->targets = g_array_new(FALSE, FALSE, sizeof(Target));
    spelling->learned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    spelling->traces = g_array_new(FALSE, FALSE, sizeof(Trace));
    spelling->filter = g_malloc0(FILTER / 8);
    spelling->kept = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    spelling->means =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)folded_free);
    return spelling;
}

void spelling_free(Spelling *spelling) {
    if (spelling == NULL)
        return;
    g_array_unref(spelling->targets);
    g_hash_table_unref(spelling->learned);
    g_array_unref(spelling->traces);
    g_free(spelling->filter);
    g_hash_table_unref(spelling->kept);
    g_hash_table_unref(spelling->means);
    g_free(spelling);
}

static const guint64 BASE = 0x9E3779B97F4A7C15u;

static guint64 add_to_hash(guint64 hash, gunichar c) {
    return hash * BASE + c + 1;
}

static guint64 hash_of(const gunichar *c, guint count) {
    guint64 hash = 0;
    for (guint i = 0; i < count; i++)
        hash = add_to_hash(hash, c[i]);
    return hash;
}

static guint bit_of(guint64 hash) {
    return (guint)((hash ^ hash >> 29) * BASE >> 46) & (FILTER - 1);
}

static void mark(Spelling *spelling, guint64 hash) {
    guint bit = bit_of(hash);
    spelling->filter[bit / 8] |= (guint8)(1u << bit % 8);
}

static gboolean marked(const Spelling *spelling, guint64 hash) {
    guint bit = bit_of(hash);
    return spelling->filter[bit / 8] >> bit % 8 & 1;
}

/* The letter behind the word that begins at `from`. */
static guint word_end(const Folded *folded, guint from) {
    guint to = from + 1;
    while (to < folded->count && folded->letters[to].gap == GAP_NONE)
        to++;
    return to;
}

static guint64 hash_of_word(const Folded *folded, guint from, guint to) {
    guint64 hash = 0;
    for (guint i = from; i < to; i++)
        hash = add_to_hash(hash, folded->letters[i].c);
    return hash;
}

/* FALSE where the word is too short or too long to be mended, or all in digits. */
static gboolean shape_of(const Folded *folded, guint from, guint to, Shape *shape) {
    gboolean letters = FALSE;
    if (to - from < SHORTEST - 1 || to - from > LONGEST)
        return FALSE;
    shape->count = 0;
    for (guint i = from; i < to; i++) {
        const FoldLetter *letter = &folded->letters[i];
        letters = letters || letter->kind == GLYPH_LETTER;
        if (i < from + 2 || letter->c != letter[-1].c || letter->c != letter[-2].c)
            shape->c[shape->count++] = phrase_likely(letter->c); /* two of a stretched letter */
    }
    return letters;
}

void spelling_keep(Spelling *spelling, const Folded *folded) {
    for (guint from = 0, to; from < folded->count; from = to) {
        to = word_end(folded, from);
        guint64 hash = hash_of_word(folded, from, to);
        g_hash_table_add(spelling->kept, g_memdup2(&hash, sizeof hash));
    }
}

static void learn_word(Spelling *spelling, const Folded *folded, guint from, guint to) {
    Target target = {.count = to - from};
    g_autoptr(GString) name = g_string_new(NULL);
    if (target.count < SHORTEST || !shape_of(folded, from, to, &target.shape))
        return;
    for (guint i = from; i < to; i++) {
        target.c[i - from] = folded->letters[i].c;
        g_string_append_unichar(name, folded->letters[i].c);
    }
    if (g_hash_table_add(spelling->learned, g_strdup(name->str)))
        g_array_append_val(spelling->targets, target);
}

void spelling_learn(Spelling *spelling, const Folded *folded) {
    spelling->reach = MAX(spelling->reach, folded->words);
    for (guint from = 0, to; from < folded->count; from = to) {
        to = word_end(folded, from);
        learn_word(spelling, folded, from, to);
    }
}

void spelling_mean(Spelling *spelling, const Folded *word, const Folded *means) {
    guint64 hash = hash_of_word(word, 0, word->count);
    Folded *copy = g_new(Folded, 1);
    *copy = *means;
    copy->letters = g_memdup2(means->letters, means->count * sizeof *means->letters);
    g_hash_table_insert(spelling->means, g_memdup2(&hash, sizeof hash), copy);
    mark(spelling, hash);
}

static guint slips_forgiven(guint letters) {
    return letters < SHORTEST ? 0 : letters < LONG ? 1 : 2;
}

/* The hashes of a word: whole, and without some of its letters. */
typedef struct rest {
    const gunichar *c;
    guint count;
    guint64 power[LONGEST + 1], head[LONGEST + 1], tail[LONGEST + 1];
} Rest;

static void rest_begin(Rest *rest, const Shape *shape) {
    rest->c = shape->c;
    rest->count = shape->count;
    rest->power[0] = 1;
    rest->head[0] = 0;
    rest->tail[shape->count] = 0;
    for (guint i = 0; i < shape->count; i++) {
        rest->power[i + 1] = rest->power[i] * BASE;
        rest->head[i + 1] = add_to_hash(rest->head[i], shape->c[i]);
    }
    for (guint i = shape->count; i > 0; i--)
        rest->tail[i - 1] = (shape->c[i - 1] + 1) * rest->power[shape->count - i] + rest->tail[i];
}

/* Without the letter at `a`. */
static guint64 without(const Rest *rest, guint a) {
    return rest->head[a] * rest->power[rest->count - a - 1] + rest->tail[a + 1];
}

/* Without those at `a` and `b`, which is behind it. */
static guint64 without_both(const Rest *rest, guint a, guint b) {
    guint64 middle = hash_of(rest->c + a + 1, b - a - 1);
    guint64 head = rest->head[a] * rest->power[b - a - 1] + middle;
    return head * rest->power[rest->count - b - 1] + rest->tail[b + 1];
}

typedef void (*EachRest)(guint64 hash, gpointer data);

/* All that may be left of a word when up to `slips` letters are left out. */
static void each_rest(const Shape *shape, guint slips, EachRest each, gpointer data) {
    Rest rest;
    rest_begin(&rest, shape);
    each(rest.head[shape->count], data);
    for (guint a = 0; slips > 0 && a < shape->count; a++) {
        each(without(&rest, a), data);
        for (guint b = a + 1; slips > 1 && b < shape->count; b++)
            each(without_both(&rest, a, b), data);
    }
}

typedef struct tracer {
    Spelling *spelling;
    guint target;
} Tracer;

static void add_trace(guint64 hash, gpointer data) {
    const Tracer *tracer = data;
    Trace trace = {hash, tracer->target};
    g_array_append_val(tracer->spelling->traces, trace);
    mark(tracer->spelling, hash);
}

static gint target_order(gconstpointer a, gconstpointer b) {
    const Target *x = a, *y = b;
    for (guint i = 0; i < MIN(x->count, y->count); i++)
        if (x->c[i] != y->c[i])
            return x->c[i] < y->c[i] ? -1 : 1;
    return (x->count > y->count) - (x->count < y->count);
}

static gint trace_order(gconstpointer a, gconstpointer b) {
    const Trace *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->target > y->target) - (x->target < y->target);
}

void spelling_close(Spelling *spelling) {
    g_array_sort(spelling->targets, target_order); /* whatever the order of the files */
    for (guint i = 0; i < spelling->targets->len; i++) {
        const Target *target = &g_array_index(spelling->targets, Target, i);
        each_rest(&target->shape, slips_forgiven(target->count), add_trace, &(Tracer){spelling, i});
    }
    g_array_sort(spelling->traces, trace_order);
}

/* How many slips make `b` of `a`; a swap of neighbours is one. */
static guint slips_between(const Shape *a, const Shape *b) {
    guint row[3][LONGEST + 1];
    for (guint i = 0; i <= a->count; i++) {
        guint *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        for (guint j = 0; j <= b->count; j++) {
            if (i == 0 || j == 0) {
                now[j] = i + j;
                continue;
            }
            now[j] = MIN(MIN(last[j], now[j - 1]) + 1, last[j - 1] + (a->c[i - 1] != b->c[j - 1]));
            if (i > 1 && j > 1 && a->c[i - 1] == b->c[j - 2] && a->c[i - 2] == b->c[j - 1])
                now[j] = MIN(now[j], before[j - 2] + 1);
        }
    }
    return row[a->count % 3][b->count];
}

/* The targets that one word may be meant for, the nearest first. */
typedef struct mend {
    guint from, to;      /* letters of the text */
    const Folded *means; /* borrowed; NULL: one of the targets */
    guint target[CHOICES], slips[CHOICES], count;
} Mend;

typedef struct search {
    const Spelling *spelling;
    const Shape *shape;
    Mend *mend;
} Search;

static void put_choice(Mend *mend, guint target, guint slips) {
    guint at = 0;
    for (guint i = 0; i < mend->count; i++)
        if (mend->target[i] == target)
            return;
    while (at < mend->count &&
           (mend->slips[at] < slips || (mend->slips[at] == slips && mend->target[at] < target)))
        at++;
    if (at == CHOICES)
        return;
    mend->count = MIN(mend->count + 1, CHOICES);
    for (guint i = mend->count - 1; i > at; i--) {
        mend->target[i] = mend->target[i - 1];
        mend->slips[i] = mend->slips[i - 1];
    }
    mend->target[at] = target;
    mend->slips[at] = slips;
}

static void try_rest(guint64 hash, gpointer data) {
    Search *search = data;
    const GArray *traces = search->spelling->traces;
    guint low = 0, high = traces->len;
    if (!marked(search->spelling, hash))
        return;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(traces, Trace, middle).hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < traces->len && g_array_index(traces, Trace, low).hash == hash; low++) {
        guint index = g_array_index(traces, Trace, low).target;
        const Target *target = &g_array_index(search->spelling->targets, Target, index);
        if (target->shape.c[0] != search->shape->c[0])
            continue;
        guint slips = slips_between(search->shape, &target->shape);
        if (slips <= slips_forgiven(target->count))
            put_choice(search->mend, index, slips);
    }
}

/* Looks at the word [from, to): FALSE where there is nothing to mend. */
static gboolean look_at(const Spelling *spelling, const Folded *folded, Mend *mend) {
    Shape shape;
    guint64 hash = hash_of_word(folded, mend->from, mend->to);
    mend->means = marked(spelling, hash) ? g_hash_table_lookup(spelling->means, &hash) : NULL;
    if (mend->means != NULL)
        return TRUE;
    if (!shape_of(folded, mend->from, mend->to, &shape) ||
        g_hash_table_contains(spelling->kept, &hash))
        return FALSE;
    each_rest(&shape, shape.count + 2 < LONG ? 1 : 2, try_rest, &(Search){spelling, &shape, mend});
    return mend->count > 0;
}

/* A reading being put together. */
typedef struct writer {
    const Spelling *spelling;
    const Folded *text;
    Folded *out;
    guint room, choice;
} Writer;

static void put_letter(Writer *w, FoldLetter letter) {
    Folded *out = w->out;
    if (out->count == w->room) {
        w->room = MAX(w->room * 2, 64);
        out->letters = g_renew(FoldLetter, out->letters, w->room);
    }
    out->words += letter.gap != GAP_NONE;
    out->letters[out->count++] = letter;
}

static void put_words(Writer *w, guint from, guint to) {
    for (guint i = from; i < to; i++)
        put_letter(w, w->text->letters[i]);
}

/* A letter that stands for the whole of the word that was mended. */
static void put_mended(Writer *w, const Mend *mend, gunichar c, guint kind, guint gap,
                       enum mended how) {
    FoldLetter letter = w->text->letters[mend->from];
    letter.to = w->text->letters[mend->to - 1].to;
    letter.c = c;
    letter.kind = (guint8)kind;
    letter.gap = (guint8)gap;
    letter.bar = FALSE;
    letter.mended = (guint8)how;
    put_letter(w, letter);
}

static void put_mend(Writer *w, const Mend *mend) {
    guint gap = w->text->letters[mend->from].gap;
    if (mend->means != NULL) {
        for (guint i = 0; i < mend->means->count; i++)
            put_mended(w, mend, mend->means->letters[i].c, mend->means->letters[i].kind,
                       i == 0 ? gap : mend->means->letters[i].gap, MENDED_MEANING);
        return;
    }
    guint choice = MIN(w->choice, mend->count - 1);
    const Target *target = &g_array_index(w->spelling->targets, Target, mend->target[choice]);
    for (guint i = 0; i < target->count; i++)
        put_mended(w, mend, target->c[i],
                   g_unichar_isdigit(target->c[i]) ? GLYPH_DIGIT : GLYPH_LETTER,
                   i == 0 ? gap : GAP_NONE, MENDED_SLIP);
}

/* The letter `words` words before, or behind, that at which a word begins. */
static guint words_before(const Folded *folded, guint at, guint words, guint least) {
    for (; at > least && words > 0; words--)
        do
            at--;
        while (at > least && folded->letters[at].gap == GAP_NONE);
    return at;
}

static guint words_behind(const Folded *folded, guint at, guint words) {
    for (; at < folded->count && words > 0; words--)
        at = word_end(folded, at);
    return at;
}

static void put_break(Writer *w) {
    if (w->out->count > 0)
        put_letter(w, (FoldLetter){.c = G_MAXUINT32, .gap = GAP_WIDE, .kind = GLYPH_ALONE});
}

static Folded *write_reading(const Spelling *spelling, const Folded *text, const GArray *mends,
                             guint choice) {
    Writer w = {.spelling = spelling, .text = text, .choice = choice, .out = g_new0(Folded, 1)};
    guint done = 0; /* letters of the text that have been dealt with */
    for (guint i = 0; i < mends->len; i++) {
        const Mend *mend = &g_array_index(mends, Mend, i);
        if (done < mend->from || i == 0) {
            guint from = words_before(text, mend->from, spelling->reach, done);
            if (from > done || i == 0)
                put_break(&w);
            put_words(&w, from, mend->from);
        }
        put_mend(&w, mend);
        guint next = i + 1 < mends->len ? g_array_index(mends, Mend, i + 1).from : text->count;
        done = MIN(words_behind(text, mend->to, spelling->reach), next);
        put_words(&w, mend->to, done);
    }
    return w.out;
}

static void drop_reading(gpointer data) {
    folded_free(data);
}

GPtrArray *spelling_readings(const Spelling *spelling, const Folded *folded) {
    GPtrArray *readings = g_ptr_array_new_with_free_func(drop_reading);
    g_autoptr(GArray) mends = NULL;
    guint choices = 0;
    if (spelling->reach == 0)
        return readings;
    for (guint from = 0, to; from < folded->count; from = to) {
        to = word_end(folded, from);
        Mend mend = {.from = from, .to = to};
        if (!look_at(spelling, folded, &mend))
            continue;
        if (mends == NULL)
            mends = g_array_new(FALSE, FALSE, sizeof(Mend));
        g_array_append_val(mends, mend);
        choices = MAX(choices, MAX(mend.count, 1));
    }
    for (guint choice = 0; choice < choices; choice++)
        g_ptr_array_add(readings, write_reading(spelling, folded, mends, choice));
    return readings;
}
