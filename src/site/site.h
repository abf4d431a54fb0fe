/* site.h: site.conf: what this school has set. */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include <glib.h>

#include "base/problems.h"
#include "site/server.h"
#include "value/limits.h"

typedef struct site {
    char *folder;         /* owned, absolute: what relative paths are relative to */
    char *name;           /* owned; "Hillside" */
    char *address;        /* owned; of the box, from address_new() */
    char *timezone;       /* owned; "Europe/London" */
    GTimeZone *zone;      /* owned */
    char *language;       /* owned; "en": the folder below templates/ */
    char *state;          /* owned, absolute */
    gboolean plus;        /* reply-tag plus; else subject */
    GPtrArray *domains;   /* of char *, owned, small letters: the school's own; never empty */
    gboolean any_writer;  /* writers any; else only those within `domains` */
    char *authserv_id;    /* owned; NULL: no Authentication-Results is believed */
    GPtrArray *mask;      /* of char *, owned: further words to mask */
    GPtrArray *roll;      /* of char *, owned: full names of the school's pupils, never logged */
    GPtrArray *helplines; /* of char *, owned, as the crisis reply prints them; never empty */
    guint delay;          /* minutes */
    guint alert_minutes;  /* an alert nobody has taken goes on after so many */
    guint answer_hours;   /* a letter its listener has not answered goes to another after so many */
    char *alarm_command;  /* owned; NULL: none */
    gboolean two_to_open; /* who wrote is opened by two keyholders together… */
    guint openings_a_day; /* more within a day, but for danger, need the witness */
    gboolean emergency;   /* …but for danger by one alone */
    gboolean demo;
    int unflagged_days,
        flagged_days; /* after closing; flagged_days -1: kept until somebody purges */
    Limits limits;
    Server *mailbox, *post; /* owned */
} Site;

/* Reads FOLDER/site.conf. Never NULL: what is missing or wrong is in `problems`, and has a usable
 * value all the same. */
Site *site_read(const char *folder, Problems *problems);
void site_free(Site *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Site, site_free)

/* A path below the site's folder. Caller frees. */
char *site_path(const Site *site, const char *name);

#endif
