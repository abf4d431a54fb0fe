/* clock.h: time is a number handed in, never asked for deep inside.
 *
 * A moment is seconds since 1970 in UTC (gint64). Only a site made with `demo yes`, and test
 * programs, may set the clock; everybody else gets clock_system(). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <glib.h>

enum { CLOCK_MINUTE = 60, CLOCK_HOUR = 3600, CLOCK_DAY = 86400 };

gint64 clock_system(void);

/* "2026-03-02T08:00:00Z". Caller frees. */
char *clock_iso(gint64 moment);

/* A moment from that form, or -1. */
gint64 clock_parse(const char *iso);

/* As a person at the school reads it, in `zone` (borrowed): "Monday 2 March", "Monday 2 March,
 * 08:00". English, whatever the locale. Caller frees. */
char *clock_day(gint64 moment, GTimeZone *zone);
char *clock_minute(gint64 moment, GTimeZone *zone);

/* The date in `zone`, "2026-03-02". Caller frees. */
char *clock_date(gint64 moment, GTimeZone *zone);

/* Day of the week in `zone`: 0 Monday … 6 Sunday; minutes since midnight go to *minute (may be
 * NULL). */
int clock_weekday(gint64 moment, GTimeZone *zone, int *minute);

/* When clocks in `zone` show `minute` minutes past midnight (1440: the next midnight) on the day
 * `days` after that of `moment`, whether or not they were put forward or back in between. */
gint64 clock_at(gint64 moment, GTimeZone *zone, int days, int minute);

#endif
