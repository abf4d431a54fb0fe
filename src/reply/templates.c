#include "reply/templates.h"

#include <string.h>

#include "base/text.h"

enum { LARGEST = 64 << 10 };

/* The closed lists. `*`: the template is no good without this field. */
static const struct form {
    const char *name;
    const char *fields;
} FORMS[] = {
    /* to the pupil */
    {"acknowledgement", "site handle marker* when* role* unreadable* withheld helplines tap-adult* "
                        "tap-else* tap-stop* tap-delete*"},
    {"nobody-on-duty",
     "site handle marker* when* withheld helplines tap-adult* tap-else* tap-stop* tap-delete*"},
    {"crisis", "site handle marker* when* role* withheld helplines*"},
    {"locked", "site handle marker* locked* role* helplines* tap-adult"},
    {"to-pupil",
     "site handle marker* answer* sign* role* tap-adult* tap-else* tap-stop* tap-delete*"},
    {"adult-joined", "site handle marker* role* tap-stop* tap-delete*"},
    {"passed-on", "site handle marker* when* role* tap-adult* tap-stop* tap-delete*"},
    {"closed", "site handle stopped helplines"},
    {"deleted", "site handle kept* hold* read helplines"},
    /* to a listener */
    {"to-listener", "site handle marker* subject* letter* withheld* unsure* day again moved sign "
                    "tap-pass* tap-flag* tap-close* tap-note* tap-help*"},
    {"reminder", "site handle marker* day tap-pass* tap-flag* tap-close* tap-help*"},
    {"passed", "site handle moved"},
    {"closed-to-listener", "site handle stopped"},
    {"answer-held",
     "site handle marker* text* about own* helplines* tap-pass* tap-flag* tap-help*"},
    {"help-listener", "site handle dash marker sign tap-pass* tap-flag* tap-close* tap-note*"},
    /* to whoever wrote */
    {"confirm", "site handle staff flagged* closed* noted* taken* assigned* passed* "
                "released* returned* lifted others drill"},
    {"answer-cut", "site handle marker text*"},
    {"returned-answer", "site handle marker reason* why* text* again"},
    {"what-did-you-mean", "site handle marker* line* meant* link known text*"},
    /* to staff */
    {"to-staff",
     "site handle marker* subject* letter* unmasked spared withheld* unsure* day again about role "
     "tap-flag* tap-close* tap-note* tap-assign* tap-help*"},
    {"alert",
     "site handle marker* subject* letter* before* unmasked spared hidden* withheld* unsure* day "
     "again "
     "severity "
     "about* undecided* asked* flagged* why* open within crisis machine keyholder unseal* silent* "
     "since tap-taken* tap-assign* tap-flag* tap-close* tap-note* tap-unseal"},
    {"held-answer", "site handle dash marker sign* answer* about* held* own* late* hidden* "
                    "tap-release* tap-return* tap-taken* tap-flag*"},
    {"unreadable",
     "site handle marker* why day within keyholder unseal* silent* since tap-taken* tap-close* "
     "tap-unseal"},
    {"note", "site handle sign note*"},
    {"notice", "site handle dash sign size day pupil-bounced* listener-bounced* staff-bounced* "
               "too-large* stranger* copied* unsent* refused* many* waiting* "
               "lost"},
    {"help-staff",
     "site handle dash marker tap-taken* tap-assign* tap-pass* tap-flag* tap-close* tap-note* "
     "tap-release* tap-return* tap-unseal tap-outcome tap-lift tap-others"},
    /* to who asked for something on the record */
    {"packet", "site handle marker holder ground file* two owed tap-outcome"},
    {"second", "site handle who* ground* file*"},
    {"refused", "site handle marker* asked* why* again* tap-unseal* tap-flag"},
    {"follow-up", "site handle marker* time tried* told* tap-outcome*"},
    {"record-page", "site handle marker* page* holder* owed tap-outcome*"},
    /* about the rules */
    {"rules-question",
     "site marker* unclear again who* files* count* danger* change* until* tap-yes* tap-no*"},
    {"rules-report",
     "site files* faults* stale* asked* until* count* same unwritable* nobody* busy* "
     "done* declined* lapsed* who* change danger warnings"},
    /* to the witness and the keyholders */
    {"unseal-notice", "site handle who* ground* time* head* count* refused*"},
    {"witness",
     "site handle marker* who* ground* most* ask* unclear* over* declined* open* tap-yes* "
     "tap-no*"},
    {"anchor", "site time head* count*"},
};

typedef struct blank {
    const struct form *form; /* borrowed */
    char *subject;           /* owned */
    char *body;              /* owned; starts after the empty line */
} Blank;

struct templates {
    Blank list[G_N_ELEMENTS(FORMS)]; /* in the order of FORMS */
};

const char *templates_name(guint index) {
    return index < G_N_ELEMENTS(FORMS) ? FORMS[index].name : NULL;
}

static const struct form *form_of(const char *name) {
    for (guint i = 0; i < G_N_ELEMENTS(FORMS); i++)
        if (strcmp(FORMS[i].name, name) == 0)
            return &FORMS[i];
    return NULL;
}

const char *templates_fields(const char *name) {
    const struct form *form = form_of(name);
    return form ? form->fields : NULL;
}

/* Is this name in the closed list? */
static gboolean allowed(const struct form *form, const char *name, gsize length) {
    for (const char *p = form->fields; *p != '\0';) {
        gsize word = strcspn(p, " *");
        if (word == length && strncmp(p, name, length) == 0)
            return TRUE;
        p += word;
        p += strspn(p, " *");
    }
    return FALSE;
}

gboolean templates_has(const char *name, const char *field) {
    const struct form *form = form_of(name);
    return form != NULL && allowed(form, field, strlen(field));
}

/* ---- {{name}} ----------------------------------------------------------------------------- */

/* One piece of a line: plain text, or a field. */
typedef struct piece {
    const char *text; /* of the plain text, or of the field's name */
    gsize length;
    char sort; /* 't' text, '=' field, '?' kept if there, '!' kept if not, 'x' never closed */
} Piece;

/* The piece at `from`; the pieces of a text end where `from` is `end`. */
static const char *next_piece(const char *from, const char *end, Piece *piece) {
    const char *open = g_strstr_len(from, end - from, "{{");
    if (open != from) {
        const char *stop = open ? open : end;
        *piece = (Piece){.text = from, .length = (gsize)(stop - from), .sort = 't'};
        return stop;
    }
    const char *close = g_strstr_len(from, end - from, "}}");
    if (close == NULL) {
        *piece = (Piece){.text = from, .length = (gsize)(end - from), .sort = 'x'};
        return end;
    }
    char first = from[2];
    gboolean test = first == '?' || first == '!';
    const char *name = from + 2 + test;
    *piece = (Piece){.text = name, .length = (gsize)(close - name), .sort = test ? first : '='};
    return close + 2;
}

/* ---- reading ------------------------------------------------------------------------------ */

typedef struct source {
    const struct form *form;
    char *shown; /* "templates/en/crisis.txt" */
    Problems *problems;
    GHashTable *seen; /* names of fields, owned */
} Source;

static void unknown_field(const Source *from, guint line, guint column, const Piece *piece) {
    g_autofree char *name = g_strndup(piece->text, piece->length);
    g_autofree char *list = g_strdelimit(g_strdup(from->form->fields), "*", ' ');
    g_auto(GStrv) known = g_strsplit(list, " ", -1);
    const char *near = problems_nearest(name, (const char *const *)known);
    if (near != NULL && *near != '\0')
        problems_add_at(from->problems, from->shown, line, column,
                        "unknown field {{%s}}; did you mean {{%s}}?", name, near);
    else
        problems_add_at(from->problems, from->shown, line, column, "unknown field {{%s}}", name);
}

static gboolean has_address(const char *text) {
    for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@'))
        if (at > text && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]))
            return TRUE;
    return FALSE;
}

/* `body`: conditions are allowed here, at the start of the line. */
static void check_line(const Source *from, guint line, const char *text, gboolean body) {
    const char *end = text + strlen(text);
    gboolean start = body;
    for (const char *p = text; p < end;) {
        Piece piece;
        guint column = (guint)(p - text) + 1;
        p = next_piece(p, end, &piece);
        if (piece.sort == 'x')
            problems_add_at(from->problems, from->shown, line, column, "{{ without }}");
        else if (piece.sort != 't' && !allowed(from->form, piece.text, piece.length))
            unknown_field(from, line, column, &piece);
        else if (piece.sort != 't')
            g_hash_table_add(from->seen, g_strndup(piece.text, piece.length));
        gboolean test = piece.sort == '?' || piece.sort == '!';
        if (test && !start)
            problems_add_at(from->problems, from->shown, line, column,
                            "{{%c…}} may only stand at the start of a line of the text",
                            piece.sort);
        start = start && test;
    }
    if (has_address(text))
        problems_add(from->problems, from->shown, line,
                     "a mail address may not stand in a template");
}

/* Every field with a `*` must stand somewhere: a mail without the letter would lose it. */
static void check_needed(const Source *from) {
    g_auto(GStrv) words = g_strsplit(from->form->fields, " ", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        gsize length = strlen(words[i]);
        if (length == 0 || words[i][length - 1] != '*')
            continue;
        words[i][length - 1] = '\0';
        if (!g_hash_table_contains(from->seen, words[i]))
            problems_add(from->problems, from->shown, 0, "the field {{%s}} is missing", words[i]);
    }
}

/* The header: `Subject: …`, up to an empty line. Returns the index of the first line of the text.
 */
static guint read_header(const Source *from, Blank *to, char **lines) {
    guint i = 0;
    for (; lines[i] != NULL && *g_strchomp(lines[i]) != '\0'; i++) {
        if (g_ascii_strncasecmp(lines[i], "Subject:", 8) != 0) {
            problems_add(from->problems, from->shown, i + 1,
                         "only `Subject: …` and then an empty line may stand before the text");
        } else if (to->subject != NULL) {
            problems_add(from->problems, from->shown, i + 1, "a second Subject");
        } else {
            to->subject = g_strstrip(g_strdup(lines[i] + 8));
            check_line(from, i + 1, lines[i], FALSE);
        }
    }
    if (to->subject == NULL || *to->subject == '\0')
        problems_add(from->problems, from->shown, 1, "no `Subject: …` before the text");
    return lines[i] ? i + 1 : i;
}

static void read_text(const Source *from, Blank *to, const char *text, gsize length) {
    if (length > LARGEST || !g_utf8_validate(text, (gssize)length, NULL)) {
        problems_add(from->problems, from->shown, 0,
                     length > LARGEST ? "is longer than 64 KiB" : "is not UTF-8 text");
        return;
    }
    g_autofree char *clean =
        text_clean(g_str_has_prefix(text, "\xef\xbb\xbf") ? text + 3 : text, -1);
    g_auto(GStrv) lines = g_strsplit(clean, "\n", -1);
    guint first = read_header(from, to, lines);
    for (guint i = first; lines[i] != NULL; i++)
        check_line(from, i + 1, g_strchomp(lines[i]), TRUE);
    to->body = g_strjoinv("\n", lines + first);
    if (*g_strstrip(to->body) == '\0')
        problems_add(from->problems, from->shown, 0, "has no text");
    check_needed(from);
}

static void read_template(const char *folder, const char *shown, Blank *to, Problems *problems) {
    g_autofree char *file = g_strconcat(to->form->name, ".txt", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *name = g_build_filename(shown, file, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &text, &length, &error))
        problems_add(problems, name, 0, "%s",
                     g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? "is missing"
                                                                              : "cannot be read");
    else
        read_text(&(Source){to->form, name, problems, seen}, to, text, length);
    to->subject = to->subject ? to->subject : g_strdup("");
    to->body = to->body ? to->body : g_strdup("");
}

Templates *templates_load(const char *folder, const char *shown, Problems *problems) {
    Templates *templates = g_new0(Templates, 1);
    for (guint i = 0; i < G_N_ELEMENTS(FORMS); i++) {
        templates->list[i].form = &FORMS[i];
        read_template(folder, shown, &templates->list[i], problems);
    }
    return templates;
}

void templates_free(Templates *templates) {
    if (templates == NULL)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(FORMS); i++) {
        g_free(templates->list[i].subject);
        g_free(templates->list[i].body);
    }
    g_free(templates);
}

/* ---- filling ------------------------------------------------------------------------------ */

static const char *value_of(const Field *fields, const Piece *piece) {
    for (; fields->name != NULL; fields++)
        if (strncmp(fields->name, piece->text, piece->length) == 0 &&
            fields->name[piece->length] == '\0')
            return fields->value ? fields->value : "";
    return "";
}

/* FALSE where the line is to be left out: a condition fails, or all its fields are empty and there
 * is nothing else on it. */
static gboolean fill_line(const char *line, const char *end, const Field *fields, GString *out) {
    gboolean any_field = FALSE, anything = FALSE;
    for (const char *p = line; p < end;) {
        Piece piece;
        p = next_piece(p, end, &piece);
        if (piece.sort == 't' || piece.sort == 'x') {
            g_string_append_len(out, piece.text, (gssize)piece.length);
            anything = TRUE;
            continue;
        }
        const char *value = value_of(fields, &piece);
        if (piece.sort != '=' && (*value != '\0') != (piece.sort == '?'))
            return FALSE;
        if (piece.sort != '=')
            continue;
        any_field = TRUE;
        anything |= *value != '\0';
        g_string_append(out, value);
    }
    return anything || !any_field;
}

static char *fill_body(const char *body, const Field *fields) {
    GString *out = g_string_sized_new(4096);
    for (const char *line = body;; line++) {
        const char *end = line + strcspn(line, "\n");
        gsize before = out->len;
        if (fill_line(line, end, fields, out))
            g_string_append_c(out, '\n');
        else
            g_string_truncate(out, before);
        line = end;
        if (*line == '\0')
            return g_string_free(out, FALSE);
    }
}

/* Three or more line feeds in a row become two; none at the start, one at the end. In place. */
static void squeeze(char *text) {
    char *to = text;
    guint feeds = 2;
    for (const char *from = text; *from != '\0'; from++) {
        feeds = *from == '\n' ? feeds + 1 : 0;
        if (feeds <= 2)
            *to++ = *from;
    }
    while (to > text + 1 && to[-1] == '\n' && to[-2] == '\n')
        to--;
    *to = '\0';
}

static const Blank *find(const Templates *templates, const char *name) {
    const struct form *form = form_of(name);
    g_assert(form != NULL);
    return &templates->list[form - FORMS];
}

void templates_fill(const Templates *templates, const char *name, const Field *fields,
                    char **subject, char **body) {
    const Blank *blank = find(templates, name);
    for (const Field *field = fields; field->name != NULL; field++)
        g_assert(allowed(blank->form, field->name, strlen(field->name)));
    g_autofree char *line = fill_body(blank->subject, fields);
    *subject = text_one_line(line);
    *body = fill_body(blank->body, fields);
    squeeze(*body);
}

void templates_to_pupils(const Templates *templates, GPtrArray *to) {
    static const char *const names[] = {
        "acknowledgement", "nobody-on-duty", "crisis", "locked",  "to-pupil",
        "adult-joined",    "passed-on",      "closed", "deleted", "what-did-you-mean"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_auto(GStrv) lines = g_strsplit(find(templates, names[i])->body, "\n", -1);
        for (guint j = 0; lines[j] != NULL; j++)
            if (*lines[j] != '\0')
                g_ptr_array_add(to, g_strdup(lines[j]));
    }
}

char *templates_version(const Templates *templates, const char *name) {
    const Blank *blank = find(templates, name);
    g_autofree char *whole = g_strconcat(blank->subject, "\n\n", blank->body, NULL);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole, -1);
    return g_strdup_printf("%s %.8s", name, sum);
}
