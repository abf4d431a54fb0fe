#include "strip/strip.h"

#include <string.h>

#include "base/text.h"
#include "strip/clean.h"
#include "strip/closing.h"
#include "strip/html.h"
#include "strip/lines.h"
#include "strip/opaque.h"
#include "strip/redact.h"
#include "strip/trim.h"
#include "value/names.h"

/* A plain alternative this short, beside HTML this much longer, is a placeholder ("This mail needs
 * HTML"). */
enum { SHORT_PLAIN = 160, TIMES_LONGER = 4 };

/* The text of the parts, joined, with the marks of lines.h. */
typedef struct gather {
    const Mail *mail;
    const Limits *limits;
    GString *text;
    gsize room; /* bytes that may still be read */
    gboolean unsure;
} Gather;

static char *text_of(Gather *gather, const Part *part) {
    gboolean cut = FALSE, odd = FALSE;
    g_autofree char *raw = mail_part_text(part, gather->room, &cut);
    gather->unsure |= cut;
    if (part->use == PART_HTML) {
        g_autofree char *text = html_text(raw, strlen(raw), &odd);
        gather->unsure |= odd;
        return g_steal_pointer(&text);
    }
    g_autofree char *clean = clean_text(raw);
    return part->flowed ? clean_flowed(clean, part->delsp) : g_steal_pointer(&clean);
}

static gsize length_of_words(const char *text) {
    gsize n = 0;
    for (; *text != '\0'; text++)
        n += (guint8)*text > 0x20;
    return n;
}

static void append(Gather *gather, const char *text) {
    if (gather->text->len > 0 && *text != '\0')
        g_string_append(gather->text, "\n\n");
    g_string_append(gather->text, text);
    gather->room -= MIN(gather->room, strlen(text));
}

/* All parts of one alternative and one use, one after the other. */
static char *choice_text(Gather *gather, guint choice, enum part_use use) {
    const GPtrArray *parts = mail_parts(gather->mail);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = g_ptr_array_index(parts, i);
        if (part->choice != choice || part->use != use)
            continue;
        g_autofree char *text = text_of(gather, part);
        g_string_append_printf(out, "%s%s", out->len > 0 ? "\n\n" : "", text);
    }
    return g_string_free(out, FALSE);
}

static gboolean has_html(const Gather *gather, guint choice) {
    const GPtrArray *parts = mail_parts(gather->mail);
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = g_ptr_array_index(parts, i);
        if (part->choice == choice && part->use == PART_HTML)
            return TRUE;
    }
    return FALSE;
}

/* Of alternatives the plain one, unless it says nothing. */
static void append_choice(Gather *gather, guint choice) {
    g_autofree char *plain = choice_text(gather, choice, PART_PLAIN);
    gsize words = length_of_words(plain);
    if (words < SHORT_PLAIN && has_html(gather, choice)) {
        g_autofree char *html = choice_text(gather, choice, PART_HTML);
        gsize more = length_of_words(html);
        if (words == 0 || (more > SHORT_PLAIN && more > TIMES_LONGER * words)) {
            append(gather, html);
            return;
        }
    }
    append(gather, plain);
}

static void gather_text(Gather *gather) {
    const GPtrArray *parts = mail_parts(gather->mail);
    guint done = 0; /* alternatives are numbered as they come */
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = g_ptr_array_index(parts, i);
        if (part->use == PART_FILE)
            continue;
        if (part->choice > done) {
            append_choice(gather, part->choice);
            done = part->choice;
        } else if (part->choice == 0) {
            g_autofree char *text = text_of(gather, part);
            append(gather, text);
        }
    }
}

/* What follows "Version: 1" is the encrypted mail (RFC 3156, 4); it calls itself anything. */
static void withhold_parts(Letter *letter, const Mail *mail) {
    const GPtrArray *parts = mail_parts(mail);
    gboolean version = FALSE;
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = g_ptr_array_index(parts, i);
        if (part->use != PART_FILE)
            continue;
        gboolean follows = version;
        version =
            !follows && i + 1 < parts->len && strcmp(part->type, "application/pgp-encrypted") == 0;
        if (!version)
            letter_withhold(letter, follows ? "application/pgp-encrypted" : part->type,
                            mail_part_bytes(part));
    }
}

/* What a child forwards to us may be the danger: rules and lead see all of it. */
static char *unmarked(const char *text) {
    char *copy = g_strdup(text);
    for (char *p = copy; *p != '\0'; p++)
        if (*p == MARK_QUOTE || *p == MARK_SIGN)
            *p = '>';
    return copy;
}

static void copy_all(GPtrArray *to, const GPtrArray *from) {
    for (guint i = 0; i < from->len; i++)
        if (!g_ptr_array_find_with_equal_func(to, g_ptr_array_index(from, i), g_str_equal, NULL))
            g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

static Redact redact_for(const Context *context, Identity *identity) {
    return (Redact){.own = identity->names,
                    .names = context->names,
                    .pupil = context->side == ROUTE_PUPIL,
                    .people = identity->people,
                    .roll = context->roll,
                    .sign = context->sign,
                    .terms = context->terms};
}

/* Is nothing left that its author said? Words that a mail program put beside what it locked are not
 * passed on; rules and lead see them. */
static void look_for_lock(Letter *letter, gboolean empty) {
    gboolean whole = FALSE, locked = opaque_locked(letter, &whole);
    gboolean nothing = *letter->whole == '\0' && letter->withheld->len == 0 &&
                       letter->subject == NULL && !letter->unsure;
    letter->locked = locked ? whole || empty : nothing;
    if (letter->locked) {
        *letter->text = '\0';
        letter->unsure = FALSE;
    }
}

/* Trims and masks `text` and `subject` into the letter. `answers`: it is an answer to a mail. What
 * the text tells of its author's names, and of other people, is added to `identity`. */
static void fill(Letter *letter, const char *text, const char *subject, const Context *context,
                 gboolean answers, Identity *identity) {
    gboolean pupil = context->side == ROUTE_PUPIL;
    g_autofree char *readable = opaque_cut(text, letter);
    Trim how = {.pupil = pupil,
                .answers = answers,
                .last_sent = context->last_sent,
                .wording = pupil && context->answers ? context->wording : NULL,
                .own = identity->names};
    Trimmed trimmed = trim_text(readable, &how);
    Redact what = redact_for(context, identity);
    letter->whole_subject = clean_subject(subject);
    redact_learn(letter->whole_subject, &what);
    if (!pupil && context->sign != NULL)
        closing_cut(trimmed.text, context->sign);
    letter->text = redact_text(trimmed.text, &what, letter);
    if (!pupil) /* the program signs */
        closing_cut(letter->text, "[me]");
    letter->subject = redact_text(letter->whole_subject, &what, letter);
    gboolean forwards = pupil && !answers && trimmed.history;
    letter->unsure |= trimmed.unsure || forwards;
    letter->whole = forwards ? unmarked(readable) : g_steal_pointer(&trimmed.whole);
    look_for_lock(letter, trimmed.empty);
    g_free(trimmed.whole);
    g_free(trimmed.text);
}

static const char *why_side(const Context *context) {
    if (context->why != NULL)
        return context->why;
    return context->side == ROUTE_PUPIL ? "a person wrote it" : "a person of the school wrote it";
}

static Identity *identity_of(const Mail *mail, const Context *context) {
    const Facts *facts = mail_facts(mail);
    Identity *identity = identity_new();
    identity->name = g_strdup(facts->name);
    identity->from = g_strdup(facts->from);
    identity->from_text = g_strdup(mail_from_text(mail));
    identity->subject = g_strdup(mail_subject(mail));
    identity->message_id = g_strdup(facts->message_id);
    identity->date = facts->date;
    identity->auth = facts->auth;
    names_of(identity->names, facts->name, facts->from);
    copy_all(identity->names, context->own);
    copy_all(identity->people, context->people);
    return identity;
}

void strip(const Mail *mail, const Context *context, const Limits *limits, Letter **letter,
           Identity **identity) {
    const Facts *facts = mail_facts(mail);
    *identity = identity_of(mail, context);
    gboolean machine = facts->machine != ROUTE_PUPIL && !context->believed;
    *letter = letter_new(machine ? facts->machine : context->side,
                         machine ? facts->why : why_side(context));
    if (machine && !facts->judged) {
        g_autofree char *subject = clean_subject(mail_subject(mail));
        Redact what = redact_for(context, *identity);
        (*letter)->subject = redact_text(subject, &what, *letter);
        (*letter)->whole_subject = g_steal_pointer(&subject);
        return;
    }
    Gather gather = {
        .mail = mail, .limits = limits, .text = g_string_new(NULL), .room = limits->html_size};
    gather_text(&gather);
    withhold_parts(*letter, mail);
    g_autofree char *text = g_string_free(gather.text, FALSE);
    (*letter)->unsure = gather.unsure;
    gboolean answers = facts->replies || context->answers || context->last_sent != NULL ||
                       context->side != ROUTE_PUPIL;
    fill(*letter, text, mail_subject(mail), context, answers, *identity);
}

void strip_unreadable(const Facts *scanned, const char *why, Letter **letter, Identity **identity) {
    *letter = letter_new(ROUTE_UNREADABLE, why);
    *identity = identity_new();
    (*identity)->name = g_strdup(scanned->name);
    (*identity)->from = g_strdup(scanned->from);
    (*identity)->message_id = g_strdup(scanned->message_id);
    (*identity)->date = scanned->date;
    (*identity)->auth = scanned->auth;
    names_of((*identity)->names, scanned->name, scanned->from);
}

Letter *strip_text(const char *text, const Context *context) {
    Letter *letter = letter_new(context->side, why_side(context));
    g_autoptr(Identity) identity = identity_new();
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *clean = clean_text(valid);
    copy_all(identity->names, context->own);
    copy_all(identity->people, context->people);
    gboolean answers =
        context->answers || context->last_sent != NULL || context->side != ROUTE_PUPIL;
    fill(letter, clean, NULL, context, answers, identity);
    return letter;
}
