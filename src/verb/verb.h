/* verb.h: a command is a constant struct; one a file; main.c holds the table. */
#ifndef VERB_VERB_H
#define VERB_VERB_H

#include <glib.h>

typedef struct call {
    const char *verb;   /* as it was typed */
    const char *folder; /* -C; NULL: none was given */
    char **args;        /* what stands behind the verb; NULL-terminated */
} Call;

typedef struct verb {
    const char *name;
    const char *args;    /* "[--connect]" */
    const char *summary; /* one line, small letter first, no full stop */
    gboolean (*go)(const Call *call, int *status, GError **error);
} Verb;

extern const Verb verb_init, verb_keygen, verb_check, verb_run, verb_inspect, verb_rules,
    verb_status, verb_case, verb_unseal, verb_open, verb_approve, verb_drill, verb_audit,
    verb_purge, verb_backup, verb_restore, verb_key;

/* Reads the options of a verb; the words that are left go to *words (caller frees with g_strfreev).
 * `--help` prints help and sets *status to 0 with *words NULL. FALSE and FAULT_USAGE on anything
 * unknown. */
gboolean verb_options(const Call *call, const Verb *verb, const GOptionEntry *entries,
                      char ***words, GError **error);

/* The folder of the site: -C, or the one we are in. */
const char *verb_site(const Call *call);

/* A moment from --now; -1 where `text` is NULL. FALSE and FAULT_USAGE where it is none. */
gboolean verb_moment(const char *text, gint64 *moment, GError **error);

/* Writes a new file, mode 0600; FAULT_REFUSED where it exists, FAULT_INPUT where it cannot be made.
 * Nothing is left behind on failure. */
gboolean verb_write_new(const char *path, const char *text, gsize length, GError **error);

/* Reads a file that was given, at most 512 MiB; FAULT_INPUT. Caller frees. */
gboolean verb_read(const char *path, char **text, gsize *length, GError **error);

#endif
