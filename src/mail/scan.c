#include "mail/mail.h"

#include <stdio.h>
#include <string.h>

#include "value/address.h"

enum { LOOK = 64 * 1024, LONGEST = 2048 };

/* The value of the first header called `name`, unfolded, printable ASCII only; *count says how many
 * there are. NULL where there is none. */
static char *value_of(const char *bytes, gsize length, const char *name, guint *count) {
    gsize size = strlen(name);
    GString *value = NULL;
    gboolean inside = FALSE;
    *count = 0;
    for (const char *line = bytes, *end = bytes + length; line < end;) {
        const char *stop = memchr(line, '\n', (gsize)(end - line));
        stop = stop ? stop : end;
        if (stop == line || (stop == line + 1 && *line == '\r'))
            break;
        gboolean folded = *line == ' ' || *line == '\t';
        if (!folded)
            inside = (gsize)(stop - line) > size && line[size] == ':' &&
                     g_ascii_strncasecmp(line, name, size) == 0 && ++*count == 1;
        const char *p = folded ? line : line + size + 1;
        if (inside && value == NULL)
            value = g_string_new(NULL);
        for (; inside && p < stop && value->len < LONGEST; p++)
            g_string_append_c(value, (guint8)*p < 0x20 ? ' ' : *p);
        line = stop + 1;
    }
    return value ? g_strstrip(g_string_free(value, FALSE)) : NULL;
}

/* The one address in "Name <local@domain>" or "local@domain (comment)". */
static char *address_in(const char *value) {
    const char *open = strrchr(value, '<');
    const char *start = open ? open + 1 : value;
    g_autofree char *text = g_strndup(start, strcspn(start, open ? ">" : " (,;"));
    return strchr(value, ',') != NULL && open == NULL ? NULL : address_new(text);
}

static char *id_in(const char *value) {
    const char *open = strchr(value, '<');
    const char *start = open ? open + 1 : value;
    gsize length = strcspn(start, "> \t<");
    for (gsize i = 0; i < length; i++)
        if ((guint8)start[i] >= 0x7f)
            return NULL;
    return length > 0 && length <= 255 ? g_strndup(start, length) : NULL;
}

static int month_of(const char *word) {
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; i < 12; i++)
        if (g_ascii_strncasecmp(word, months + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

/* "Fri, 21 Nov 2025 09:55:06 -0600" (RFC 5322, 3.3); -1 where it is not that. */
static gint64 date_in(const char *value) {
    const char *comma = strchr(value, ',');
    char month[4] = "", zone[6] = "";
    int day = 0, year = 0, hour = 0, minute = 0, second = 0;
    if (sscanf(comma ? comma + 1 : value, " %2d %3s %4d %2d:%2d:%2d %5s", &day, month, &year, &hour,
               &minute, &second, zone) < 6 &&
        sscanf(comma ? comma + 1 : value, " %2d %3s %4d %2d:%2d %5s", &day, month, &year, &hour,
               &minute, zone) < 5)
        return -1;
    g_autoptr(GDateTime) date =
        g_date_time_new_utc(year, month_of(month), day, hour, minute, MIN(second, 59));
    int offset = 0;
    if (strlen(zone) == 5 && (zone[0] == '+' || zone[0] == '-') &&
        strspn(zone + 1, "0123456789") == 4)
        offset = ((zone[1] - '0') * 10 + zone[2] - '0') * 60 + (zone[3] - '0') * 10 + zone[4] - '0';
    if (date == NULL)
        return -1;
    return MAX(g_date_time_to_unix(date) - (zone[0] == '-' ? -offset : offset) * 60, -1);
}

Facts *mail_scan(GBytes *raw) {
    gsize length = 0;
    const char *bytes = g_bytes_get_data(raw, &length);
    length = MIN(length, LOOK);
    guint froms = 0, ids = 0, dates = 0;
    g_autofree char *from = bytes ? value_of(bytes, length, "From", &froms) : NULL;
    g_autofree char *id = bytes ? value_of(bytes, length, "Message-ID", &ids) : NULL;
    g_autofree char *date = bytes ? value_of(bytes, length, "Date", &dates) : NULL;
    Facts *facts = g_new0(Facts, 1);
    facts->tokens = g_ptr_array_new_with_free_func(g_free);
    facts->from = from != NULL && froms == 1 ? address_in(from) : NULL;
    facts->message_id = id != NULL ? id_in(id) : NULL;
    facts->date = date != NULL ? date_in(date) : -1;
    facts->machine = ROUTE_UNREADABLE;
    facts->why = g_strdup("this mail could not be read");
    return facts;
}
