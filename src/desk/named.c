#include "desk/named.h"

#include <string.h>

#include "value/names.h"

/* What a person is called. */
enum kind { KIND_NAME, KIND_SIGN, KIND_OFFICE };
typedef struct call {
    const Person *person; /* borrowed */
    enum kind kind;
} Call;

/* A word of an adult's name, as it stands behind a title. */
typedef struct titled {
    char *name; /* owned; folded */
    const Person *person;
} Titled;

struct named {
    GArray *titled;   /* of Titled */
    Names *names;     /* the tag of each is an index into `calls` */
    GPtrArray *calls; /* of GArray of Call, owned: two people may share a name */
    GHashTable *tags; /* a name, folded (owned), to its tag + 1 */
};

static const char *const TITLES[] = {"mr",  "mrs",  "ms",   "miss",  "mx",
                                     "dr",  "sir",  "dame", "prof",  "professor",
                                     "rev", "lady", "lord", "madam", NULL};

/* Words in the name of a person in people.conf that say what they are, not who. */
static const char *const OFFICES[] = {
    "the",    "head",        "deputy",   "assistant", "lead",   "safeguarding", "designated",
    "dsl",    "headteacher", "teacher",  "principal", "chair",  "governor",     "governors",
    "nurse",  "matron",      "pastoral", "team",      "school", "supervisor",   "counsellor",
    "of",     "and",         "for",      "year",      "staff",  "headmaster",   "headmistress",
    "office", "chairman",    "vice",     "child",     "house",  "welfare",      "protection",
    "ddsl",   "chairwoman",  "acting",   NULL};

/* How pupils call them who do not use a name. */
static const struct {
    enum role role;
    const char *words;
} CALLED[] = {{ROLE_LEAD, "safeguarding lead"},
              {ROLE_LEAD, "safeguarding officer"},
              {ROLE_LEAD, "safeguarding teacher"},
              {ROLE_LEAD, "child protection officer"},
              {ROLE_LEAD, "dsl"},
              {ROLE_HEAD, "head teacher"},
              {ROLE_HEAD, "headteacher"},
              {ROLE_HEAD, "head master"},
              {ROLE_HEAD, "headmaster"},
              {ROLE_HEAD, "head mistress"},
              {ROLE_HEAD, "headmistress"},
              {ROLE_HEAD, "principal"},
              {ROLE_DEPUTY, "deputy safeguarding lead"},
              {ROLE_DEPUTY, "deputy dsl"},
              {ROLE_DEPUTY, "ddsl"}};

static gboolean one_of(const char *word, const char *const *list) {
    return g_strv_contains(list, word);
}

static gboolean is_adult(const Person *person) {
    return person->role != ROLE_LISTENER && person->role != ROLE_WITNESS;
}

/* ---- who is called what -------------------------------------------------------------------- */

static void add_call(Named *named, const char *name, const Person *person, enum kind kind) {
    char *folded = names_fold(name, -1);
    guint tag = GPOINTER_TO_UINT(g_hash_table_lookup(named->tags, folded));
    if (tag == 0) {
        g_ptr_array_add(named->calls, g_array_new(FALSE, FALSE, sizeof(Call)));
        tag = named->calls->len;
        names_add(named->names, folded, (int)tag - 1, FALSE);
        g_hash_table_insert(named->tags, g_strdup(folded), GUINT_TO_POINTER(tag));
    }
    Call call = {person, kind};
    g_array_append_val((GArray *)g_ptr_array_index(named->calls, tag - 1), call);
    g_free(folded);
}

/* "Ngozi Okafor" of "Ms Ngozi Okafor"; "" of "The head". Caller frees. */
static char *without_titles(const char *name) {
    GString *rest = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit_set(name, " .,()/", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        g_autofree char *folded = names_fold(words[i], -1);
        if (*folded != '\0' && !one_of(folded, TITLES) && !one_of(folded, OFFICES))
            g_string_append_printf(rest, "%s%s", rest->len > 0 ? " " : "", words[i]);
    }
    return g_string_free(rest, FALSE);
}

static void clear_titled(gpointer titled) {
    g_free(((Titled *)titled)->name);
}

static void add_titles(Named *named, const Person *person, const char *name) {
    g_autofree char *folded = names_fold(name, -1);
    g_auto(GStrv) words = g_strsplit_set(folded, " -", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        Titled titled = {g_strdup(words[i]), person};
        g_array_append_val(named->titled, titled);
    }
}

static void add_person(Named *named, const Person *person) {
    g_autofree char *name = without_titles(person->name);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    gboolean nameless = person->role == ROLE_LISTENER && strcmp(person->name, person->id) == 0;
    if (!nameless)
        names_of(words, name, NULL);
    for (guint i = 0; i < words->len; i++)
        add_call(named, g_ptr_array_index(words, i), person, KIND_NAME);
    if (is_adult(person))
        add_titles(named, person, name);
    if (person->sign != NULL)
        add_call(named, person->sign, person, KIND_SIGN);
    for (guint i = 0; i < G_N_ELEMENTS(CALLED); i++)
        if (CALLED[i].role == person->role)
            add_call(named, CALLED[i].words, person, KIND_OFFICE);
}

static void free_calls(gpointer calls) {
    g_array_unref(calls);
}

Named *named_new(const People *people) {
    Named *named = g_new0(Named, 1);
    named->names = names_new();
    named->titled = g_array_new(FALSE, FALSE, sizeof(Titled));
    g_array_set_clear_func(named->titled, clear_titled);
    named->calls = g_ptr_array_new_with_free_func(free_calls);
    named->tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < people->list->len; i++) {
        const Person *person = g_ptr_array_index(people->list, i);
        if (person->role != ROLE_WITNESS)
            add_person(named, person);
    }
    return named;
}

void named_free(Named *named) {
    if (named == NULL)
        return;
    names_free(named->names);
    g_array_unref(named->titled);
    g_ptr_array_unref(named->calls);
    g_hash_table_unref(named->tags);
    g_free(named);
}

/* ---- words --------------------------------------------------------------------------------- */

static gboolean is_word(gunichar c) {
    return g_unichar_isalnum(c) || g_unichar_ismark(c) || c == '\'' || c == 0x2019;
}

/* The word that begins at `p`, folded, without apostrophes ("i'm" is "im"). Caller frees. */
static char *word_at(const char *p, const char **end) {
    *end = p;
    while (**end != '\0' && is_word(g_utf8_get_char(*end)))
        *end = g_utf8_next_char(*end);
    g_autofree char *folded = names_fold(p, *end - p);
    GString *word = g_string_new(NULL);
    for (const char *c = folded; *c != '\0'; c = g_utf8_next_char(c))
        if (*c != '\'' && g_utf8_get_char(c) != 0x2019)
            g_string_append_unichar(word, g_utf8_get_char(c));
    return g_string_free(word, FALSE);
}

/* Where the word before `p` begins, on the same line and in the same sentence; NULL: there is none.
 * A full stop behind a title ("Dr. Bell") ends no sentence. */
static const char *word_before(const char *text, const char *p) {
    while (p > text && strchr(" \t,-", p[-1]) != NULL)
        p--;
    gboolean stop = p > text && p[-1] == '.';
    const char *end = stop ? p - 1 : p;
    for (p = end; p > text && is_word(g_utf8_get_char(g_utf8_prev_char(p)));)
        p = g_utf8_prev_char(p);
    if (p == end)
        return NULL;
    const char *unused;
    g_autofree char *word = stop ? word_at(p, &unused) : NULL;
    return stop && !one_of(word, TITLES) ? NULL : p;
}

/* ---- greeting and thanks ------------------------------------------------------------------- */

static const char *const GREETS[] = {
    "hi",      "hey",  "hello",   "hiya",    "heya",      "dear",      "yo",      "oi",
    "fao",     "attn", "thanks",  "thank",   "ta",        "cheers",    "morning", "afternoon",
    "evening", "bye",  "goodbye", "regards", "sincerely", "attention", NULL};
static const char *const WITH_GREETING[] = {"good",  "you",   "so",    "very",   "much", "many",
                                            "a",     "lot",   "and",   "or",     "the",  "kind",
                                            "yours", "there", "again", "please", NULL};
/* "To Ms Okafor": only where that is the whole line. */
static const char *const POINTS[] = {"to", "for", NULL};
/* How somebody goes on who has just greeted a person, and does not speak of them. */
static const char *const GOES_ON[] = {
    "i",    "im",  "ive",   "id",     "ill",   "its",   "it",   "my",    "this",   "we",
    "our",  "can", "could", "please", "sorry", "there", "hope", "thank", "thanks", "how",
    "what", "are", "do",    "you",    "u",     "when",  "if",   "help",  "me",     "idk",
    "so",   "yes", "no",    "um",     "ok",    "okay",  "xx",   "x",     "xxx",    NULL};
/* And how somebody does who speaks of them all the same: "hi, ms okafor, she …". */
static const char *const OF_THEM[] = {"she", "shes", "he",  "hes", "they", "theyre", "who", "whos",
                                      "her", "his",  "him", "is",  "was",  "has",    NULL};

/* Does one of ours, or their title, stand there? */
static gboolean is_called(const Named *named, const char *word) {
    return one_of(word, TITLES) || g_hash_table_contains(named->tags, word);
}

/* From the beginning of the line or sentence to `from` nothing but a greeting; *points: "to". */
static gboolean greets_before(const Named *named, const char *text, const char *from,
                              gboolean *points) {
    enum { MOST = 8 };
    gboolean greets = FALSE;
    const char *p = word_before(text, from);
    for (guint words = 0; p != NULL; words++) {
        const char *end, *before = word_before(text, p);
        g_autofree char *word = word_at(p, &end);
        *points = before == NULL && one_of(word, POINTS);
        greets = greets || *points || one_of(word, GREETS);
        gboolean fits = *points || one_of(word, GREETS) || one_of(word, WITH_GREETING) ||
                        is_called(named, word);
        if (!fits || words > MOST)
            return FALSE;
        p = before;
    }
    return greets;
}

static const char *past(const char *p, const char *what) {
    return p + strspn(p, what);
}

/* And behind it nothing that is said of them. */
static gboolean goes_on_after(const Named *named, const char *to) {
    const char *end, *p = past(to, " \t");
    gboolean mark = *p != '\0' && strchr("\n\r,.!:;-)", *p) != NULL;
    p = past(p, " \t\r\n,.!:;-)");
    g_autofree char *word = word_at(p, &end);
    if (mark || *word == '\0')
        return !one_of(word, OF_THEM);
    g_autofree char *next = word_at(past(end, " \t"), &end);
    gboolean joins = strcmp(word, "and") == 0 || strcmp(word, "or") == 0;
    return one_of(word, GOES_ON) || is_called(named, joins ? next : word);
}

static gboolean line_ends(const char *p) {
    p = past(p, " \t,.!:;-");
    return *p == '\0' || *p == '\n' || *p == '\r';
}

/* "Ms Okafor," alone on the first line. */
static gboolean opens(const Named *named, const char *text, const NamePlace *place) {
    enum { NEAR = 80 };
    const char *after = text + place->to;
    if (place->from > NEAR || strchr(",:", *after) == NULL || !line_ends(after) ||
        !goes_on_after(named, after))
        return FALSE;
    for (const char *p = text; p < text + place->from;) {
        const char *end = g_utf8_next_char(p);
        g_autofree char *word = is_word(g_utf8_get_char(p)) ? word_at(p, &end) : NULL;
        if (word != NULL && !is_called(named, word))
            return FALSE;
        p = end;
    }
    return *after != '\0';
}

static gboolean is_address(const Named *named, const char *text, const NamePlace *place) {
    gboolean points = FALSE;
    const char *after = text + place->to;
    if (opens(named, text, place))
        return TRUE;
    return greets_before(named, text, text + place->from, &points) && goes_on_after(named, after) &&
           (!points || line_ends(after));
}

/* ---- of whom it speaks --------------------------------------------------------------------- */

static gboolean has(GPtrArray *ids, const Person *person) {
    return g_ptr_array_find_with_equal_func(ids, person->id, g_str_equal, NULL);
}

static void add(GPtrArray *ids, const Person *person) {
    if (!has(ids, person))
        g_ptr_array_add(ids, g_strdup(person->id));
}

/* The word before `p`, folded; NULL: none. Caller frees. */
static char *preceding(const char *text, const char **p) {
    const char *unused;
    *p = word_before(text, *p);
    return *p != NULL ? word_at(*p, &unused) : NULL;
}

/* An office is often only mentioned ("dont tell the head teacher", for our own mails do so, too);
 * it counts where something is said of who has it. A deputy head is not the head. */
static gboolean is_office(const char *text, const NamePlace *place) {
    static const char *const lesser[] = {"deputy", "assistant", "vice",     "former",
                                         "old",    "last",      "previous", NULL};
    static const char *const of[] = {"by", "of", "from", "against", "about", "is", "was", NULL};
    static const char *const links[] = {
        "to", "and", "or",    "about", "that", "because", "but", "please", "if", "so", "at",
        "in", "cos", "cause", "bc",    "when", "for",     "i",   "im",     "as", NULL};
    const char *end, *p = text + place->from, *next = past(text + place->to, " \t");
    g_autofree char *before = preceding(text, &p);
    if (before != NULL && one_of(before, lesser))
        return FALSE;
    g_autofree char *earlier = p != NULL ? preceding(text, &p) : NULL;
    g_autofree char *behind = word_at(next, &end);
    if (earlier != NULL && one_of(earlier, of))
        return TRUE;
    return *behind != '\0' && !one_of(behind, links);
}

/* What is asked about a text. */
typedef struct search {
    const Named *named;
    gboolean adults;    /* else listeners */
    const char *reader; /* NULL: nobody's */
    GPtrArray *ids;
} Search;

static gboolean counts(const Search *s, const Call *call, const char *text,
                       const NamePlace *place) {
    if (s->adults != is_adult(call->person))
        return FALSE;
    if (call->kind == KIND_OFFICE && !is_office(text, place))
        return FALSE;
    if (call->kind == KIND_SIGN && g_strcmp0(call->person->id, s->reader) == 0)
        return FALSE;
    gboolean open = s->adults || call->kind == KIND_SIGN; /* who may be greeted by that name */
    return !open || !is_address(s->named, text, place);
}

/* The second half of a handle of ours ("papery-starling"), which stands in the subject of every
 * answer; a name of two halves has a capital in one of them. */
static gboolean in_handle(const char *text, const NamePlace *place) {
    return place->from >= 2 && text[place->from - 1] == '-' &&
           g_ascii_islower(text[place->from - 2]) && g_ascii_islower(text[place->from]);
}

static void search_names(const Search *s, const char *text) {
    NamePlace place = {0};
    while (names_next(s->named->names, text, &place)) {
        if (in_handle(text, &place))
            continue;
        const GArray *calls = g_ptr_array_index(s->named->calls, place.tag);
        for (guint i = 0; i < calls->len; i++) {
            const Call *call = &g_array_index(calls, Call, i);
            if (!has(s->ids, call->person) && counts(s, call, text, &place))
                add(s->ids, call->person);
        }
    }
}

/* ---- behind a title ------------------------------------------------------------------------ */

/* Is `word` this name, as somebody spells it who has only ever heard it? */
static gboolean sounds_like(const char *word, const char *name) {
    gsize length = strlen(name);
    guint most = length >= 7 ? 2 : length >= 4 ? 1 : 0;
    return length >= 2 && problems_slips(word, name) <= most;
}

static void add_titled(const Search *s, const char *text, const char *word,
                       const NamePlace *place) {
    for (guint i = 0; i < s->named->titled->len; i++) {
        const Titled *titled = &g_array_index(s->named->titled, Titled, i);
        if (sounds_like(word, titled->name) && !has(s->ids, titled->person) &&
            !is_address(s->named, text, place))
            add(s->ids, titled->person);
    }
}

/* "miss okafour", "Mr. Hughs", "mrsingh". */
static void search_titles(const Search *s, const char *text) {
    for (const char *p = text; *p != '\0';) {
        if (!is_word(g_utf8_get_char(p))) {
            p = g_utf8_next_char(p);
            continue;
        }
        const char *end, *next, *after;
        g_autofree char *word = word_at(p, &end);
        for (next = end; *next == ' ' || *next == '.'; next++)
            ;
        g_autofree char *behind = one_of(word, TITLES) ? word_at(next, &after) : NULL;
        if (behind != NULL && *behind != '\0')
            add_titled(s, text, behind, &(NamePlace){(gsize)(p - text), (gsize)(after - text), 0});
        for (guint i = 0; TITLES[i] != NULL; i++)
            if (g_str_has_prefix(word, TITLES[i]) &&
                g_hash_table_contains(s->named->tags, word + strlen(TITLES[i])))
                add_titled(s, text, word + strlen(TITLES[i]),
                           &(NamePlace){(gsize)(p - text), (gsize)(end - text), 0});
        p = end;
    }
}

/* ---- what is asked ------------------------------------------------------------------------- */

static void search(const Search *s, const char *subject, const char *text) {
    const char *both[] = {subject, text};
    for (guint i = 0; i < G_N_ELEMENTS(both); i++) {
        if (both[i] == NULL)
            continue;
        search_names(s, both[i]);
        if (s->adults)
            search_titles(s, both[i]);
    }
}

void named_listeners(const Named *named, const char *reader, const char *subject, const char *text,
                     GPtrArray *not_for) {
    search(&(Search){named, FALSE, reader, not_for}, subject, text);
}

void named_adults(const Named *named, const char *subject, const char *text, GPtrArray *not_for) {
    search(&(Search){named, TRUE, NULL, not_for}, subject, text);
}

void named_mark(const Named *named, const char *reader, const char *subject, const char *text,
                Verdict *verdict) {
    gboolean grave = verdict->flag || verdict->undecided || verdict->severity == SEVERITY_URGENT;
    gboolean to_adult = verdict->desk > DESK_LISTENER && verdict->severity > SEVERITY_LOW;
    named_listeners(named, reader, subject, text, verdict->not_for);
    if (grave || to_adult)
        named_adults(named, subject, text, verdict->not_for);
}
