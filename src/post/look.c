#include "post/look.h"

#include <string.h>

#include "value/names.h"

/* ---- another view of a text ----------------------------------------------------------------- */

/* %40 as @; once. */
static char *undo_percent(const char *text) {
    GString *out = g_string_sized_new(strlen(text));
    for (const char *p = text; *p != '\0';) {
        gsize run = strcspn(p, "%");
        g_string_append_len(out, p, (gssize)run);
        p += run;
        if (*p == '\0')
            break;
        gboolean code = g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2]);
        int byte = code ? g_ascii_xdigit_value(p[1]) << 4 | g_ascii_xdigit_value(p[2]) : 0;
        g_string_append_c(out, byte > 0 ? (char)byte : '%');
        p += byte > 0 ? 3 : 1;
    }
    return g_string_free(out, FALSE);
}

/* &#64; &#x40; &commat; as @, the only entities that matter here. */
static char *undo_entities(char *text) {
    static const char *const forms[] = {"&#64;", "&#064;", "&#x40;", "&#X40;", "&commat;"};
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (strstr(text, forms[i]) == NULL)
            continue;
        g_auto(GStrv) pieces = g_strsplit(text, forms[i], -1);
        g_free(text);
        text = g_strjoinv("@", pieces);
    }
    return text;
}

static gboolean unseen(gunichar c) {
    GUnicodeType type = g_unichar_type(c);
    return g_unichar_ismark(c) || type == G_UNICODE_FORMAT || c == 0x115f || c == 0x1160 ||
           c == 0x3164 || c == 0xffa0;
}

static void flatten_run(GString *out, const char *run, gsize length) {
    g_autofree char *plain = g_utf8_normalize(run, (gssize)length, G_NORMALIZE_NFKD);
    for (const char *p = plain; *p != '\0'; p = g_utf8_next_char(p))
        if (!unseen(g_utf8_get_char(p)))
            g_string_append_unichar(out, g_utf8_get_char(p));
}

/* Wide and fancy letters as plain ones, accents and what nobody sees dropped. Since marks go
 * anyway, only the runs that are not ASCII have to be looked at. */
static char *flatten(const char *text) {
    g_autofree char *made = g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);
    const char *p = made ? made : text;
    GString *out = g_string_sized_new(strlen(p));
    while (*p != '\0') {
        const char *run = p;
        while (*p != '\0' && (guint8)*p < 0x80)
            p++;
        g_string_append_len(out, run, p - run);
        run = p;
        while ((guint8)*p >= 0x80)
            p++;
        if (p > run)
            flatten_run(out, run, (gsize)(p - run));
    }
    return g_string_free(out, FALSE);
}

static gboolean is_encoded(const char *text) {
    return strchr(text, '%') != NULL || strchr(text, '&') != NULL;
}

/* The text as somebody would read it who tries. NULL where that is the text itself. */
static char *deep_view(const char *text) {
    enum { TURNS = 3 }; /* %2540 is %40 is @ */
    if (!is_encoded(text))
        return g_str_is_ascii(text) ? NULL : flatten(text);
    char *view = g_strdup(text);
    for (int i = 0; i < TURNS && is_encoded(view); i++) {
        char *next = undo_entities(undo_percent(view));
        g_free(view);
        view = next;
    }
    if (g_str_is_ascii(view))
        return view;
    char *flat = flatten(view);
    g_free(view);
    return flat;
}

/* ---- addresses ----------------------------------------------------------------------------- */

char *look_address(const char *address) {
    const char *at = address ? strrchr(address, '@') : NULL;
    if (at == NULL || at == address || at[1] == '\0')
        return g_strdup("");
    g_autofree char *ascii = g_hostname_is_non_ascii(at + 1) ? g_hostname_to_ascii(at + 1) : NULL;
    g_autofree char *whole =
        g_strdup_printf("%.*s@%s", (int)(at - address), address, ascii ? ascii : at + 1);
    return g_utf8_strdown(whole, -1);
}

/* `box` as from look_address(). */
static gboolean is_tagged(const char *address, const char *box) {
    gsize local = strcspn(box, "@");
    if (strcmp(address, box) == 0)
        return TRUE;
    if (strncmp(address, box, local) != 0 || address[local] != '+')
        return FALSE;
    const char *token = address + local + 1;
    gsize length = strspn(token, "abcdefghijklmnopqrstuvwxyz234567");
    return length == 26 && strcmp(token + length, box + local) == 0;
}

gboolean look_is_box(const Gate *gate, const char *address) {
    g_autofree char *box = look_address(gate->box);
    return is_tagged(address, box);
}

static gboolean of_local(gunichar c) {
    return c >= 0x80 ? !g_unichar_isspace(c)
                     : g_ascii_isalnum((char)c) || strchr("._+-%'=&!#$*/?^`{|}~", (int)c) != NULL;
}

static gboolean of_domain(gunichar c) {
    return c >= 0x80 ? !g_unichar_isspace(c)
                     : g_ascii_isalnum((char)c) || c == '.' || c == '-' || c == '_';
}

/* A domain ends in a label of two letters or more; or it is an IP address, bare or in brackets. */
static gboolean is_domain(const char *start, const char *end) {
    const char *dot = NULL;
    for (const char *p = start; p < end; p++)
        dot = *p == '.' ? p : dot;
    return dot != NULL && dot > start && (end - dot > 2 || g_ascii_isdigit(dot[1]));
}

/* The address around the @ at `at` in `text`; NULL where what stands there is none. Caller frees.
 */
static char *address_around(const char *text, const char *at) {
    const char *start = at, *end = at + 1;
    while (start > text && of_local(g_utf8_get_char(g_utf8_prev_char(start))))
        start = g_utf8_prev_char(start);
    gboolean literal = at[1] == '[' && (g_ascii_isdigit(at[2]) || at[2] == 'I' || at[2] == 'i');
    while (*end != '\0' && (of_domain(g_utf8_get_char(end)) || (literal && *end == '[')))
        end = g_utf8_next_char(end);
    while (end > at + 1 && strchr(".-_", end[-1]) != NULL)
        end--;
    if (start == at || !(literal || is_domain(at + 1, end)))
        return NULL;
    return g_strndup(start, (gsize)(end - start));
}

/* Is there an address that is neither the recipient's nor the box's? */
static gboolean strange_address(const Gate *gate, const char *text) {
    g_autofree char *to = look_address(gate->to);
    g_autofree char *box = look_address(gate->box);
    for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@')) {
        g_autofree char *found = address_around(text, at);
        g_autofree char *plain = found ? look_address(found) : NULL;
        if (plain != NULL && strcmp(plain, to) != 0 && !is_tagged(plain, box))
            return TRUE;
    }
    return FALSE;
}

/* Small letters; brackets and white space become one blank, "at" and "dot" between them @ and .,
 * and there is no blank around those: "anna (at) school dot example" is anna@school.example. */
static char *squeeze(const char *text) {
    g_autofree char *low = g_utf8_strdown(text, -1);
    g_auto(GStrv) words = g_strsplit_set(low, " \t\n\r()[]{}<>", -1);
    GString *out = g_string_sized_new(strlen(low));
    for (guint i = 0; words[i] != NULL; i++) {
        const char *word = words[i];
        if (*word == '\0')
            continue;
        word = strcmp(word, "at") == 0 ? "@" : strcmp(word, "dot") == 0 ? "." : word;
        char last = out->len > 0 ? out->str[out->len - 1] : '@';
        if (strchr("@.", last) == NULL && strchr("@.", *word) == NULL)
            g_string_append_c(out, ' ');
        g_string_append(out, word);
    }
    return g_string_free(out, FALSE);
}

static gboolean stands_alone(const char *text, const char *from, gsize length) {
    const char *after = from + length;
    gunichar before = from > text ? g_utf8_get_char(g_utf8_prev_char(from)) : ' ';
    if (g_unichar_isalnum(before) || *after == '-')
        return FALSE;
    return *after == '\0' || !g_unichar_isalnum(g_utf8_get_char(after));
}

static gboolean holds(const char *text, const char *needle) {
    gsize length = strlen(needle);
    for (const char *p = strstr(text, needle); length > 0 && p != NULL; p = strstr(p + 1, needle))
        if (stands_alone(text, p, length))
            return TRUE;
    return FALSE;
}

/* Can `text` hold this address, however it is set apart? Each run of its letters stays together, so
 * nearly always the first of them that is not there says no: the domain is often that of the box.
 * In a deep view there is no other way to write ASCII. */
static gboolean may_hold(const char *text, const char *address) {
    gboolean may = TRUE;
    if (!g_str_is_ascii(address))
        return TRUE;
    for (const char *p = address; may && *p != '\0';) {
        gsize length = 0;
        while (g_ascii_isalnum(p[length]))
            length++;
        g_autofree char *run = g_strndup(p, length);
        may = strcasestr(text, run) != NULL;
        p += MAX(length, 1);
    }
    return may;
}

static gboolean any_may_be_held(const char *text, const GPtrArray *addresses) {
    for (guint i = 0; addresses != NULL && i < addresses->len; i++)
        if (may_hold(text, g_ptr_array_index(addresses, i)))
            return TRUE;
    return FALSE;
}

static gboolean hidden_address(const Gate *gate, const char *text) {
    if (!any_may_be_held(text, gate->hidden_addresses))
        return FALSE;
    g_autofree char *squeezed = squeeze(text);
    for (guint i = 0; i < gate->hidden_addresses->len; i++) {
        const char *address = g_ptr_array_index(gate->hidden_addresses, i);
        g_autofree char *ascii = look_address(address);
        g_autofree char *low = g_utf8_strdown(address, -1);
        g_autofree char *flat = flatten(low);
        if (holds(squeezed, ascii) || holds(squeezed, low) || holds(squeezed, flat))
            return TRUE;
    }
    return FALSE;
}

/* ---- names --------------------------------------------------------------------------------- */

static guint count(const char *name, const char *text) {
    GPtrArray one = {.pdata = (gpointer *)&name, .len = 1};
    guint times = 0;
    gsize to = 0;
    for (gsize from = 0; names_find(&one, text, &from, &to); from = to)
        times++;
    return times;
}

/* Is `name` in `text` more often than in `own`, which is seen the same way? */
static gboolean too_often(const char *name, const char *text, const char *own, gboolean deep) {
    guint times = count(name, text);
    if (times == 0 || own == NULL)
        return times > 0;
    g_autofree char *view = deep ? deep_view(own) : NULL;
    return times > count(name, view ? view : own);
}

/* The hidden names, folded as names.h wants them, and (deep) as they look in a deep view. */
static GPtrArray *names_as_seen(const Gate *gate, gboolean deep) {
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; gate->hidden != NULL && i < gate->hidden->len; i++) {
        char *name = g_utf8_casefold(g_ptr_array_index(gate->hidden, i), -1);
        if (deep && !g_str_is_ascii(name)) {
            char *flat = flatten(name);
            g_free(name);
            name = flat;
        }
        g_ptr_array_add(names, name);
    }
    return names;
}

static gboolean hidden_name(const Gate *gate, const char *text, const char *own, gboolean deep) {
    g_autoptr(GPtrArray) names = names_as_seen(gate, deep);
    gsize from = 0, to = 0;
    if (!names_find(names, text, &from, &to))
        return FALSE; /* nearly always: one pass for all of them */
    for (guint i = 0; i < names->len; i++)
        if (too_often(g_ptr_array_index(names, i), text, own, deep))
            return TRUE;
    return FALSE;
}

const char *look_at(const Gate *gate, const char *text, const char *own, gboolean ids) {
    g_autofree char *deep = deep_view(text);
    const char *view = deep ? deep : text;
    if (!ids && (strange_address(gate, text) || (deep && strange_address(gate, deep))))
        return "a mail address that is neither the recipient's nor the box's";
    if (hidden_address(gate, view))
        return "an address that is hidden from the recipient";
    /* A name with an accent is looked for without it in plain text, too. */
    if (hidden_name(gate, view, own, TRUE) || (deep && hidden_name(gate, text, own, FALSE)))
        return "a name that is hidden from the recipient";
    return NULL;
}
