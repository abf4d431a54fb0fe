#include "rules/literal.h"

#include <string.h>

/* Whatever is not certain makes the whole pattern "always try": a literal that is not required
 * would silence a rule. */
enum { DEPTH = 20, BRANCHES = 64, SHORTEST = 2 };

typedef struct parser {
    const char *at;
    guint depth;
    gboolean lost; /* something was met that this reading does not know */
} Parser;

/* What is known of one sequence so far. */
typedef struct sequence {
    GString *open;   /* owned; literal characters that stand side by side */
    GPtrArray *sets; /* owned; what is required, each in its place */
} Sequence;

static GPtrArray *alternatives(Parser *p);

static void set_free(gpointer set) {
    g_ptr_array_unref(set);
}

/* How much a set of literals sorts out: the length of its shortest, blanks not counted. */
static guint worth(const GPtrArray *set) {
    guint least = set != NULL && set->len > 0 ? G_MAXUINT : 0;
    for (guint i = 0; set != NULL && i < set->len; i++) {
        guint letters = 0;
        for (const char *c = g_ptr_array_index(set, i); *c != '\0'; c++)
            letters += *c != ' ';
        least = MIN(least, letters);
    }
    return least;
}

/* What stands side by side ends here. */
static void close_literal(Sequence *s) {
    if (s->open->len > 0) {
        GPtrArray *set = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(set, g_strdup(s->open->str));
        g_ptr_array_add(s->sets, set);
    }
    g_string_truncate(s->open, 0);
}

/* Reads a quantifier, if there is one. *least is how often it asks for what stands before it. */
static gboolean quantifier(Parser *p, guint *least) {
    const char *at = p->at;
    *least = 1;
    if (*at == '{') {
        char *end;
        *least = (guint)MIN(g_ascii_strtoull(at + 1, &end, 10), 1);
        if (end > at + 1 && *end == ',')
            g_ascii_strtoull(end + 1, &end, 10);
        if (end == at + 1 || *end != '}') { /* a brace alone; {,n} depends on the version */
            p->lost = TRUE;
            return FALSE;
        }
        at = end + 1;
    } else if (*at == '?' || *at == '*' || *at == '+') {
        *least = *at++ == '+';
    } else {
        return FALSE;
    }
    p->at = at + (*at == '?' || *at == '+');
    return TRUE;
}

static void literal_character(Parser *p, Sequence *s, char c) {
    guint least;
    g_string_append_c(s->open, g_ascii_tolower(c));
    if (!quantifier(p, &least))
        return;
    if (least == 0)
        g_string_truncate(s->open, s->open->len - 1);
    close_literal(s);
}

/* Something that matches one character or more, we do not care which. */
static void anything(Parser *p, Sequence *s) {
    guint least;
    close_literal(s);
    quantifier(p, &least);
}

static void skip_braces(Parser *p) {
    const char *end = *p->at == '{' ? strchr(p->at, '}') : NULL;
    if (end != NULL)
        p->at = end + 1;
}

static void escape(Parser *p, Sequence *s) {
    char c = *p->at;
    if (c == '\0' || (guchar)c >= 128 || strchr("QEgkKXRCGcNo0123456789", c) != NULL) {
        p->lost = TRUE;
        return;
    }
    p->at++;
    if (strchr("bBAzZ", c) != NULL) /* takes up no room */
        return;
    if (c == 'p' || c == 'P' || c == 'x' || c == 'u') {
        if (*p->at != '{')
            p->lost = TRUE;
        skip_braces(p);
    }
    anything(p, s);
}

static void class(Parser *p, Sequence *s) {
    p->at += *p->at == '^';
    p->at += *p->at == ']';
    while (*p->at != '\0' && *p->at != ']') {
        if (p->at[0] == '[' && strchr(":.=", p->at[1]) != NULL && p->at[1] != '\0') {
            const char *end = strchr(p->at + 2, ']');
            p->lost = p->lost || end == NULL || end[-1] != p->at[1];
            p->at = p->lost ? p->at : end;
        } else if (p->at[0] == '\\') {
            p->lost = p->lost || p->at[1] == '\0' || p->at[1] == 'Q' || p->at[1] == 'E';
            p->at += p->at[1] != '\0';
        }
        p->at++;
    }
    if (*p->at != ']') {
        p->lost = TRUE;
        return;
    }
    p->at++;
    anything(p, s);
}

/* Behind "(": is what follows required where the group is? *lookaround: it takes up no room. */
static void group_head(Parser *p, gboolean *required, gboolean *lookaround) {
    static const struct {
        const char *head;
        gboolean required, lookaround;
    } heads[] = {{"?:", TRUE, FALSE},  {"?>", TRUE, FALSE}, {"?<=", FALSE, TRUE},
                 {"?<!", FALSE, TRUE}, {"?=", FALSE, TRUE}, {"?!", FALSE, TRUE}};
    *required = TRUE;
    *lookaround = FALSE;
    if (*p->at == '*')
        p->lost = TRUE;
    if (*p->at != '?')
        return;
    for (guint i = 0; i < G_N_ELEMENTS(heads); i++) {
        if (!g_str_has_prefix(p->at, heads[i].head))
            continue;
        p->at += strlen(heads[i].head);
        *required = heads[i].required;
        *lookaround = heads[i].lookaround;
        return;
    }
    p->lost = TRUE; /* options, names, conditions, recursion */
}

static void group(Parser *p, Sequence *s) {
    gboolean required, lookaround;
    guint least;
    group_head(p, &required, &lookaround);
    if (p->lost || ++p->depth > DEPTH) {
        p->lost = TRUE;
        return;
    }
    g_autoptr(GPtrArray) inside = alternatives(p);
    p->depth--;
    if (*p->at != ')') {
        p->lost = TRUE;
        return;
    }
    p->at++;
    close_literal(s);
    quantifier(p, &least);
    if (required && least > 0)
        g_ptr_array_extend_and_steal(s->sets, g_steal_pointer(&inside));
}

static void one(Parser *p, Sequence *s) {
    char c = *p->at++;
    switch (c) {
    case '\\':
        escape(p, s);
        break;
    case '[':
        class(p, s);
        break;
    case '(':
        group(p, s);
        break;
    case '.':
        anything(p, s);
        break;
    case '^':
    case '$':
        break;
    default:
        if (g_ascii_isalnum(c) || c == ' ') {
            literal_character(p, s, c);
        } else {
            while (((guchar)*p->at & 0xC0) == 0x80)
                p->at++;
            anything(p, s);
        }
    }
}

/* One branch, up to "|" or ")": its sets. */
static GPtrArray *branch(Parser *p) {
    Sequence s = {g_string_new(NULL), g_ptr_array_new_with_free_func(set_free)};
    while (!p->lost && *p->at != '\0' && *p->at != '|' && *p->at != ')')
        one(p, &s);
    close_literal(&s);
    g_string_free(s.open, TRUE);
    return s.sets;
}

/* The set that sorts out most; NULL where there is none. */
static const GPtrArray *best_of(const GPtrArray *sets) {
    const GPtrArray *best = NULL;
    for (guint i = 0; i < sets->len; i++)
        if (worth(g_ptr_array_index(sets, i)) > worth(best))
            best = g_ptr_array_index(sets, i);
    return best;
}

/* Branches up to ")". Of one alone all sets are required; of more, a set that holds one of each. */
static GPtrArray *alternatives(Parser *p) {
    g_autoptr(GPtrArray) sets = branch(p), all = g_ptr_array_new_with_free_func(g_free);
    if (*p->at != '|' || p->lost)
        return g_steal_pointer(&sets);
    gboolean sure = TRUE;
    for (;;) {
        const GPtrArray *set = best_of(sets);
        sure = sure && set != NULL && all->len + set->len <= BRANCHES;
        for (guint i = 0; sure && i < set->len; i++)
            g_ptr_array_add(all, g_strdup(g_ptr_array_index(set, i)));
        if (p->lost || *p->at != '|')
            break;
        p->at++;
        g_ptr_array_unref(sets);
        sets = branch(p);
    }
    GPtrArray *out = g_ptr_array_new_with_free_func(set_free);
    if (sure)
        g_ptr_array_add(out, g_steal_pointer(&all));
    return out;
}

GPtrArray *literal_required(const char *pattern) {
    Parser p = {.at = pattern};
    g_autoptr(GPtrArray) sets = alternatives(&p);
    for (guint i = sets->len; i > 0; i--)
        if (worth(g_ptr_array_index(sets, i - 1)) < SHORTEST)
            g_ptr_array_remove_index(sets, i - 1);
    if (p.lost || *p.at != '\0')
        g_ptr_array_set_size(sets, 0);
    return g_steal_pointer(&sets);
}
