/* templates.h: templates/LANGUAGE/NAME.txt: a header (`Subject: …`), an empty line, the text, with
 * {{name}} fields. Which template may have which fields is a closed list in templates.c. */
#ifndef REPLY_TEMPLATES_H
#define REPLY_TEMPLATES_H

#include <glib.h>

#include "base/problems.h"

typedef struct templates Templates;

/* Reads every template the program needs, below `folder` ("…/templates/en"), which problems name as
 * `shown`. Missing files, unknown fields, no subject, a mail address in one are problems. Never NULL. */
Templates *templates_load(const char *folder, const char *shown, Problems *problems);
void templates_free(Templates *templates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Templates, templates_free)

typedef struct field {
    const char *name;  /* "letter" */
    const char *value; /* NULL counts as "" */
} Field;

/* Fills template `name`; `fields` ends with a name of NULL. A value is put in as it is, never read
 * for fields again. A line that holds nothing but fields that are empty is left out whole; three or
 * more line feeds in a row become two. Setting an unknown template or field is a programming error
 * (g_assert). Caller frees both. */
void templates_fill(const Templates *templates, const char *name, const Field *fields,
                    char **subject, char **body);

/* A short hash of the text of a template as it stands ("acknowledgement 3f9a12c4"): what a case keeps
 * so that it can later be said what was promised. Caller frees. */
char *templates_version(const Templates *templates, const char *name);

#endif
