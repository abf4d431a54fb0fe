/* templates.h: templates/LANGUAGE/NAME.txt: a header (`Subject: …`), an empty line, the text, with
 * {{name}} fields. Which template may have which fields is a closed list in templates.c.
 *
 * A line may start with conditions: `{{?name}}` keeps it only where that field is not empty,
 * `{{!name}}` only where it is. So all wording is here, and none in the program. A paragraph is one
 * line: the reader's phone breaks it. */
#ifndef REPLY_TEMPLATES_H
#define REPLY_TEMPLATES_H

#include <glib.h>

#include "base/problems.h"

typedef struct templates Templates;

/* The names of the templates the program needs, counted from 0; NULL after the last. Borrowed. */
const char *templates_name(guint index);

/* The fields template `name` may have, "site handle …"; one that it must have has a `*` behind it.
 * NULL where there is no such template. Borrowed. */
const char *templates_fields(const char *name);

/* May this template have this field? */
gboolean templates_has(const char *name, const char *field);

/* Reads every template the program needs, below `folder` ("…/templates/en"), which problems name as
 * `shown`. Missing files, unknown or missing fields, no subject, a mail address in one are
 * problems. Never NULL. */
Templates *templates_load(const char *folder, const char *shown, Problems *problems);
void templates_free(Templates *templates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Templates, templates_free)

typedef struct field {
    const char *name;  /* "letter" */
    const char *value; /* NULL counts as "" */
} Field;

/* Fills template `name`; `fields` ends with a name of NULL. A value is put in as it is, never read
 * for fields again; in the subject it becomes one line. A line that holds nothing but fields that
 * are empty is left out whole; three or more line feeds in a row become two. Setting an unknown
 * template or field is a programming error (g_assert). Caller frees both. */
void templates_fill(const Templates *templates, const char *name, const Field *fields,
                    char **subject, char **body);

/* Adds each line of what pupils are sent, with its fields (char *, owned by `to`). */
void templates_to_pupils(const Templates *templates, GPtrArray *to);

/* A short hash of the text of a template as it stands ("acknowledgement 3f9a12c4"): what a case
 * keeps so that it can later be said what was promised. Caller frees. */
char *templates_version(const Templates *templates, const char *name);

#endif
