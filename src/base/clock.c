#include "base/clock.h"

#include <time.h>

static const char *const DAYS[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                   "Friday", "Saturday", "Sunday"};
static const char *const MONTHS[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

gint64 clock_system(void) {
    return (gint64)time(NULL);
}

static GDateTime *in_zone(gint64 moment, GTimeZone *zone) {
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(moment);
    if (utc == NULL)
        utc = g_date_time_new_from_unix_utc(0);
    return g_date_time_to_timezone(utc, zone);
}

char *clock_iso(gint64 moment) {
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(moment);
    return utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("?");
}

gint64 clock_parse(const char *iso) {
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(iso, utc);
    return time ? g_date_time_to_unix(time) : -1;
}

char *clock_day(gint64 moment, GTimeZone *zone) {
    g_autoptr(GDateTime) t = in_zone(moment, zone);
    return g_strdup_printf("%s %d %s", DAYS[g_date_time_get_day_of_week(t) - 1],
                           g_date_time_get_day_of_month(t), MONTHS[g_date_time_get_month(t) - 1]);
}

char *clock_minute(gint64 moment, GTimeZone *zone) {
    g_autoptr(GDateTime) t = in_zone(moment, zone);
    g_autofree char *day = clock_day(moment, zone);
    return g_strdup_printf("%s, %02d:%02d", day, g_date_time_get_hour(t),
                           g_date_time_get_minute(t));
}

char *clock_date(gint64 moment, GTimeZone *zone) {
    g_autoptr(GDateTime) t = in_zone(moment, zone);
    return g_date_time_format(t, "%Y-%m-%d");
}

int clock_weekday(gint64 moment, GTimeZone *zone, int *minute) {
    g_autoptr(GDateTime) t = in_zone(moment, zone);
    if (minute != NULL)
        *minute = g_date_time_get_hour(t) * 60 + g_date_time_get_minute(t);
    return g_date_time_get_day_of_week(t) - 1;
}

gint64 clock_at(gint64 moment, GTimeZone *zone, int days, int minute) {
    g_autoptr(GDateTime) t = in_zone(moment, zone);
    g_autoptr(GDateTime) day = g_date_time_add_days(t, days + minute / 1440);
    g_autoptr(GDateTime) then =
        g_date_time_new(zone, g_date_time_get_year(day), g_date_time_get_month(day),
                        g_date_time_get_day_of_month(day), minute / 60 % 24, minute % 60, 0);
    return then ? g_date_time_to_unix(then) : moment + (gint64)days * CLOCK_DAY;
}
