#include "value/names.h"

#include <string.h>

#include "value/name-use.h"
#include "value/nicknames.h"

/* Words of addresses that name no person; an address made of them alone names nobody. */
static const char *const OFFICES[] = {
    "admin",   "box",       "class",  "contact", "email", "form",   "help",    "hello", "home",
    "info",    "mail",      "office", "post",    "pupil", "school", "student", "the",   "year",
    "private", "anonymous", "user",   "test",    "and",   "von",    "van",     "the",   NULL};

/* Words of two letters in display names that are no names. */
static const char *const PARTICLES[] = {
    "al", "am", "an", "as", "at", "be", "by", "da", "de", "di", "do", "du", "el", "go", "he", "hi",
    "ii", "in", "is", "it", "la", "le", "me", "mr", "ms", "my", "no", "of", "oh", "ok", "on", "or",
    "pe", "re", "so", "te", "to", "um", "up", "us", "ve", "we", "xx", "yr", "dr", "st", NULL};

enum { SHORTEST = 3, SHORTEST_SHOWN = 2 };

static gboolean is_word(gunichar c) {
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* Appends `c` as it is compared: without case, accents and width, and without what has no width at
 * all: José and JOSE are one name, however a keyboard made the letters. */
static void fold_one(GString *out, gunichar c) {
    gunichar pieces[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    if (c < 0x80) {
        g_string_append_c(out, g_ascii_tolower((char)c));
        return;
    }
    gsize count = g_unichar_fully_decompose(c, TRUE, pieces, G_N_ELEMENTS(pieces));
    for (gsize i = 0; i < count; i++) {
        char one[7] = {0};
        if ((pieces[i] >= 0x300 && pieces[i] <= 0x36F) ||
            g_unichar_type(pieces[i]) == G_UNICODE_FORMAT)
            continue;
        g_unichar_to_utf8(pieces[i], one);
        g_autofree char *folded = g_utf8_casefold(one, -1);
        g_string_append(out, folded);
    }
}

static void fold_into(GString *out, const char *text, const char *end) {
    for (const char *p = text; p < end; p = g_utf8_next_char(p))
        fold_one(out, g_utf8_get_char(p));
}

char *names_fold(const char *text, gssize length) {
    gsize bytes = length < 0 ? strlen(text) : (gsize)length;
    GString *out = g_string_sized_new(bytes);
    fold_into(out, text, text + bytes);
    return g_string_free(out, FALSE);
}

static gboolean names_someone(const char *word, glong shortest) {
    glong length = g_utf8_strlen(word, -1);
    if (length < shortest || (length < SHORTEST && g_strv_contains(PARTICLES, word)))
        return FALSE;
    gboolean letters = FALSE;
    guint digits = 0;
    for (const char *p = word; *p != '\0'; p = g_utf8_next_char(p)) {
        letters |= g_unichar_isalpha(g_utf8_get_char(p));
        digits += g_unichar_isdigit(g_utf8_get_char(p)) != FALSE;
    }
    return letters && !(length < SHORTEST && digits > 0) && !g_strv_contains(OFFICES, word);
}

static void add_word(const char *word, gpointer names) {
    GPtrArray *list = names;
    for (guint i = 0; i < list->len; i++)
        if (strcmp(g_ptr_array_index(list, i), word) == 0)
            return;
    g_ptr_array_add(list, g_strdup(word));
}

static void add_other(const char *word, gpointer names) {
    if (g_utf8_strlen(word, -1) >= SHORTEST)
        add_word(word, names);
}

/* Whole words first: what friends make of them comes behind all of what was said. */
static void add(GPtrArray *names, const char *text, gsize length, glong shortest) {
    g_autofree char *word = names_fold(text, (gssize)length);
    if (names_someone(word, shortest))
        add_word(word, names);
}

/* The runs of letters in `text`; digits at the end of a run (12js3) are part of it. */
static void add_pieces(GPtrArray *names, const char *text, glong shortest) {
    const char *start = NULL;
    for (const char *p = text;; p = g_utf8_next_char(p)) {
        gunichar c = *p ? g_utf8_get_char(p) : 0;
        if (c != 0 && is_word(c)) {
            start = start ? start : p;
            continue;
        }
        if (start != NULL)
            add(names, start, (gsize)(p - start), shortest);
        start = NULL;
        if (c == 0)
            return;
    }
}

void names_of(GPtrArray *names, const char *display_name, const char *address) {
    guint known = names->len;
    if (display_name != NULL && g_utf8_validate(display_name, -1, NULL)) {
        add(names, display_name, strlen(display_name), SHORTEST_SHOWN);
        add_pieces(names, display_name, SHORTEST_SHOWN);
    }
    if (address != NULL && strchr(address, '@') != NULL && g_utf8_validate(address, -1, NULL)) {
        g_autofree char *local = g_strndup(address, (gsize)(strrchr(address, '@') - address));
        add(names, local, strlen(local), SHORTEST);
        add_pieces(names, local, SHORTEST);
    }
    for (guint i = known, said = names->len; i < said; i++) {
        g_autofree char *word = g_strdup(g_ptr_array_index(names, i));
        nicknames_each(word, add_other, names);
    }
}

/* ---- finding them -------------------------------------------------------------------------- */

typedef struct entry {
    char *name; /* owned; folded */
    int tag;
    guint kind;                    /* of name-use.h; 0 for more than one word */
    gboolean guessed, given, many; /* many: more than one word */
} Entry;

struct names {
    GHashTable *by_word; /* the first word of a name (owned) to a GPtrArray of Entry, owned */
    guint count;
    guint8 pairs[128 * 128 / 8]; /* which two ASCII letters some name begins with */
    gboolean rows[128];          /* which one, with something else behind it */
};

static void entry_free(gpointer data) {
    Entry *entry = data;
    g_free(entry->name);
    g_free(entry);
}

static void unref_entries(gpointer entries) {
    g_ptr_array_unref(entries);
}

Names *names_new(void) {
    Names *names = g_new0(Names, 1);
    names->by_word = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_entries);
    return names;
}

void names_free(Names *names) {
    if (names == NULL)
        return;
    g_hash_table_unref(names->by_word);
    g_free(names);
}

guint names_count(const Names *names) {
    return names ? names->count : 0;
}

/* The end of the word at `p`: what has no width does not end it. */
static const char *word_end(const char *p) {
    while (*p != '\0') {
        if ((guint8)*p < 0x80) {
            if (!g_ascii_isalnum(*p))
                return p;
            p++;
            continue;
        }
        gunichar c = g_utf8_get_char(p);
        if (!is_word(c) && g_unichar_type(c) != G_UNICODE_FORMAT)
            return p;
        p = g_utf8_next_char(p);
    }
    return p;
}

static void note_start(Names *names, const char *name) {
    guint8 first = (guint8)name[0], second = (guint8)name[1];
    if (first >= 0x80)
        return; /* a place that does not begin with ASCII is always looked at */
    if (second >= 0x80 || !g_ascii_isalnum(second))
        names->rows[first] = TRUE;
    else
        names->pairs[(first * 128 + second) / 8] |= (guint8)(1u << second % 8);
}

void names_add(Names *names, const char *name, int tag, gboolean guessed) {
    Entry *entry = g_new0(Entry, 1);
    entry->name = names_fold(name, -1);
    const char *end = word_end(entry->name);
    char *word = g_strndup(entry->name, (gsize)(end - entry->name));
    GPtrArray *same = g_hash_table_lookup(names->by_word, word);
    for (guint i = 0; same != NULL && i < same->len; i++)
        if (strcmp(((Entry *)g_ptr_array_index(same, i))->name, entry->name) == 0)
            *word = '\0';
    if (*word == '\0') {
        entry_free(entry);
        g_free(word);
        return;
    }
    entry->many = *end != '\0';
    entry->kind = entry->many ? 0 : name_use_kind(entry->name);
    entry->tag = tag;
    entry->guessed = guessed;
    entry->given = guessed && nicknames_known(entry->name);
    note_start(names, entry->name);
    names->count++;
    if (same == NULL) {
        same = g_ptr_array_new_with_free_func(entry_free);
        g_hash_table_insert(names->by_word, g_steal_pointer(&word), same);
    }
    g_free(word);
    g_ptr_array_add(same, entry);
}

void names_add_roll(Names *names, const char *line, int tag) {
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    add_pieces(words, line, SHORTEST);
    for (guint i = 0; i < words->len; i++)
        names_add(names, g_ptr_array_index(words, i), tag, TRUE);
    if (words->len < 2)
        return;
    const char *first = g_ptr_array_index(words, 0), *last = g_ptr_array_index(words, 1);
    if (strchr(line, ',') == NULL)
        last = g_ptr_array_index(words, words->len - 1);
    g_autofree char *there = g_strdup_printf("%s %s", first, last);
    g_autofree char *back = g_strdup_printf("%s %s", last, first);
    names_add(names, there, tag, FALSE);
    names_add(names, back, tag, FALSE);
}

gboolean names_is_given(const char *word, gsize length) {
    g_autofree char *folded = names_fold(word, (gssize)length);
    return nicknames_known(folded) && name_use_kind(folded) == 0;
}

/* The length of `name` (folded) at the start of `text`, as bytes of `text`; 0: it is not there. */
static gsize match_at(const char *text, const char *name, GString *scratch) {
    const char *p = text;
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        g_string_truncate(scratch, 0);
        fold_one(scratch, g_utf8_get_char(p));
        if (*name == '\0' && scratch->len > 0)
            break;
        if (strncmp(name, scratch->str, scratch->len) != 0)
            return 0;
        name += scratch->len;
    }
    gboolean goes_on = *p != '\0' && is_word(g_utf8_get_char(p));
    return *name != '\0' || goes_on ? 0 : (gsize)(p - text);
}

/* Is there, one blank or hyphen away, a name that is no ordinary word ("Will Kowalski")? */
static gboolean has_company(const Names *names, const char *text, gsize from, gsize to) {
    g_autoptr(GString) folded = g_string_new(NULL);
    gsize start = from > 0 ? from - 1 : 0;
    if (text[to] != '\0' && strchr(" -", text[to]) != NULL)
        fold_into(folded, text + to + 1, word_end(text + to + 1));
    for (guint side = 0; side < 2; side++) {
        const GPtrArray *list = g_hash_table_lookup(names->by_word, folded->str);
        for (guint i = 0; list != NULL && i < list->len; i++) {
            const Entry *entry = g_ptr_array_index(list, i);
            if (!entry->many && entry->kind == 0 && !entry->guessed)
                return TRUE;
        }
        g_string_truncate(folded, 0);
        if (from == 0 || strchr(" -", text[start]) == NULL)
            return FALSE;
        while (start > 0 && (g_ascii_isalnum(text[start - 1]) || (guint8)text[start - 1] >= 0x80))
            start--;
        fold_into(folded, text + start, text + from - 1);
    }
    return FALSE;
}

static gboolean counts_here(const Names *names, const Entry *entry, const char *text, gsize from,
                            gsize to) {
    if (entry->many)
        return TRUE;
    if (entry->kind != 0)
        return has_company(names, text, from, to) || name_use_here(text, from, to, entry->kind);
    return !entry->guessed || entry->given || name_use_capital(text, from, to);
}

static gboolean look_here(const Names *names, const char *text, gsize at, GString *word,
                          NamePlace *place) {
    const char *p = text + at, *end = word_end(p);
    gsize longest = 0;
    g_string_truncate(word, 0);
    fold_into(word, p, end);
    const GPtrArray *list = g_hash_table_lookup(names->by_word, word->str);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const Entry *entry = g_ptr_array_index(list, i);
        gsize length = entry->many ? match_at(p, entry->name, word) : (gsize)(end - p);
        if (length <= longest || !counts_here(names, entry, text, at, at + length))
            continue;
        longest = length;
        *place = (NamePlace){.from = at, .to = at + length, .tag = entry->tag};
    }
    return longest > 0;
}

static gboolean may_begin(const Names *names, const char *p) {
    guint8 first = (guint8)*p, second = (guint8)p[1];
    if (first >= 0x80)
        return TRUE;
    first = (guint8)g_ascii_tolower((char)first);
    if (second >= 0x80 || !g_ascii_isalnum(second))
        return second >= 0x80 || names->rows[first];
    second = (guint8)g_ascii_tolower((char)second);
    return (names->pairs[(first * 128 + second) / 8] >> second % 8 & 1) != 0;
}

gboolean names_next(const Names *names, const char *text, NamePlace *place) {
    gboolean inside = FALSE; /* is the character before p part of a word? */
    const char *p = text + place->to;
    if (names->count == 0)
        return FALSE;
    g_autoptr(GString) scratch = g_string_new(NULL);
    if (place->to > 0)
        inside = is_word(g_utf8_get_char(g_utf8_prev_char(p)));
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        gboolean word = (guint8)*p < 0x80 ? g_ascii_isalnum(*p) : is_word(g_utf8_get_char(p));
        if (word && !inside && may_begin(names, p) &&
            look_here(names, text, (gsize)(p - text), scratch, place))
            return TRUE;
        inside = word;
    }
    return FALSE;
}

gboolean names_find(const GPtrArray *names, const char *text, gsize *from, gsize *to) {
    g_autoptr(Names) ready = names_new();
    NamePlace place = {.to = *from};
    for (guint i = 0; i < names->len; i++)
        names_add(ready, g_ptr_array_index(names, i), 0, FALSE);
    if (!names_next(ready, text, &place))
        return FALSE;
    *from = place.from;
    *to = place.to;
    return TRUE;
}
