/* verdict.h: what the rules say of a letter. */
#ifndef VALUE_VERDICT_H
#define VALUE_VERDICT_H

#include <glib.h>

enum severity { SEVERITY_NONE, SEVERITY_LOW, SEVERITY_NORMAL, SEVERITY_HIGH, SEVERITY_URGENT };
extern const char *const SEVERITY_WORDS[]; /* "none" … "urgent", NULL */

/* Who deals with a case. */
enum desk { DESK_LISTENER, DESK_SUPERVISOR, DESK_LEAD, DESK_HEAD };
extern const char *const DESK_WORDS[]; /* "listener" … "head", NULL */

/* One rule that spoke, and on what. */
typedef struct spoken {
    char *rule;  /* owned; its name, "self-harm" */
    char *title; /* owned; for people, "Hurting themselves, not wanting to live"; may be NULL */
    char *file;  /* owned; as the site names it, "rules/10-danger.rules" */
    guint line;  /* of the key that hit */
    char *by; /* owned; "phrase kill myself" or "pattern …": the key as it stands in the file */
    char *quote;       /* owned; the words as they were written; NULL where that cannot be said */
    gboolean denied;   /* only in a denial ("i would never …") */
    gboolean reported; /* of somebody else than the writer, as far as words can tell */
} Spoken;

typedef struct verdict {
    GPtrArray *categories;  /* of char *, owned: names of the rules that fired, most severe first */
    enum severity severity; /* the most severe of them; NONE where none fired */
    gboolean flag;
    enum desk desk;
    gboolean
        undecided;    /* a limit or an error: a person must read it. desk is then LEAD (or HEAD) */
    char *reply;      /* owned; template the pupil gets, of the most severe rule; NULL: the usual */
    GPtrArray *rules; /* of Spoken, owned, in the order of categories */
    GPtrArray *not_for;   /* of char *, owned: short names of people who must not have it */
    GPtrArray *helplines; /* of char *, owned: what the first reply lists besides the site's own */
} Verdict;

Verdict *verdict_new(void); /* severity none, desk listener */
void verdict_free(Verdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verdict, verdict_free)

Spoken *spoken_new(const char *rule, const char *title, const char *file, guint line,
                   const char *by, const char *quote);

#endif
