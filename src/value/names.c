#include "value/names.h"

#include <string.h>

/* Words of addresses that name no person; an address made of them alone names nobody. */
static const char *const OFFICES[] = {
    "admin",   "box",       "class",  "contact", "email", "form",   "help",    "hello", "home",
    "info",    "mail",      "office", "post",    "pupil", "school", "student", "the",   "year",
    "private", "anonymous", "user",   "test",    "and",   "von",    "van",     "the",   NULL};

enum { SHORTEST = 3 };

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

static char *fold(const char *text, gsize length) {
    GString *out = g_string_sized_new(length);
    for (const char *p = text; p < text + length; p = g_utf8_next_char(p))
        fold_one(out, g_utf8_get_char(p));
    return g_string_free(out, FALSE);
}

static gboolean names_someone(const char *word) {
    if (g_utf8_strlen(word, -1) < SHORTEST)
        return FALSE;
    gboolean letters = FALSE;
    for (const char *p = word; *p != '\0'; p = g_utf8_next_char(p))
        letters |= g_unichar_isalpha(g_utf8_get_char(p));
    return letters && !g_strv_contains(OFFICES, word);
}

static void add(GPtrArray *names, const char *text, gsize length) {
    g_autofree char *word = fold(text, length);
    if (!names_someone(word))
        return;
    for (guint i = 0; i < names->len; i++)
        if (strcmp(g_ptr_array_index(names, i), word) == 0)
            return;
    g_ptr_array_add(names, g_steal_pointer(&word));
}

/* The runs of letters in `text`; digits at the end of a run (12js3) are part of it. */
static void add_pieces(GPtrArray *names, const char *text) {
    const char *start = NULL;
    for (const char *p = text;; p = g_utf8_next_char(p)) {
        gunichar c = *p ? g_utf8_get_char(p) : 0;
        if (c != 0 && is_word(c)) {
            start = start ? start : p;
            continue;
        }
        if (start != NULL)
            add(names, start, (gsize)(p - start));
        start = NULL;
        if (c == 0)
            return;
    }
}

void names_of(GPtrArray *names, const char *display_name, const char *address) {
    if (display_name != NULL && g_utf8_validate(display_name, -1, NULL)) {
        add(names, display_name, strlen(display_name));
        add_pieces(names, display_name);
    }
    if (address != NULL && strchr(address, '@') != NULL && g_utf8_validate(address, -1, NULL)) {
        g_autofree char *local = g_strndup(address, (gsize)(strrchr(address, '@') - address));
        add(names, local, strlen(local));
        add_pieces(names, local);
    }
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

/* Notes which bytes a name may begin with in a text: any of a letter that is not ASCII, and the
 * ASCII ones some name begins with. Most places of a text need no further look. */
static GPtrArray *folded_names(const GPtrArray *names, gboolean first[256]) {
    GPtrArray *folded = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < 256; i++)
        first[i] = i >= 0x80;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        char *plain = fold(name, strlen(name));
        first[(guint8)*plain] = TRUE;
        first[(guint8)g_ascii_toupper(*plain)] = TRUE;
        g_ptr_array_add(folded, plain);
    }
    return folded;
}

static gsize longest_at(const char *text, const GPtrArray *folded, GString *scratch) {
    gsize longest = 0;
    for (guint i = 0; i < folded->len; i++) {
        const char *name = g_ptr_array_index(folded, i);
        gboolean plain = (guint8)*text < 0x80;
        if (*name != '\0' && (!plain || g_ascii_tolower(*text) == *name))
            longest = MAX(longest, match_at(text, name, scratch));
    }
    return longest;
}

gboolean names_find(const GPtrArray *names, const char *text, gsize *from, gsize *to) {
    gboolean first[256], inside = FALSE; /* is the character before p part of a word? */
    g_autoptr(GPtrArray) folded = folded_names(names, first);
    g_autoptr(GString) scratch = g_string_new(NULL);
    if (*from > 0)
        inside = is_word(g_utf8_get_char(g_utf8_prev_char(text + *from)));
    for (const char *p = text + *from; *p != '\0'; p = g_utf8_next_char(p)) {
        gboolean word = (guint8)*p < 0x80 ? g_ascii_isalnum(*p) : is_word(g_utf8_get_char(p));
        gsize length = word && !inside && first[(guint8)*p] ? longest_at(p, folded, scratch) : 0;
        if (length > 0) {
            *from = (gsize)(p - text);
            *to = *from + length;
            return TRUE;
        }
        inside = word;
    }
    return FALSE;
}
