#include "mail/encode.h"

#include <string.h>

enum {
    PLAIN_LINE = 78,  /* RFC 5322, 2.1.1 */
    QUOTED_LINE = 76, /* RFC 2045, 6.7 */
    WORD = 75         /* RFC 2047, 2 */
};

static const char HEX[] = "0123456789ABCDEF";

/* `line` without its line feed: would something on the way change it? */
static gboolean line_is_plain(const char *line, gsize length) {
    if (length > PLAIN_LINE || (length == 1 && *line == '.') ||
        (length >= 5 && strncmp(line, "From ", 5) == 0))
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if ((line[i] < 0x20 && line[i] != '\t') || line[i] > 0x7e)
            return FALSE;
    return length == 0 || (line[length - 1] != ' ' && line[length - 1] != '\t');
}

gboolean encode_is_plain(const char *text) {
    for (const char *line = text; *line != '\0';) {
        gsize length = strcspn(line, "\n");
        if (!line_is_plain(line, length))
            return FALSE;
        line += length + (line[length] == '\n');
    }
    return TRUE;
}

static void put_hex(GString *out, guint8 byte) {
    const char code[] = {'=', HEX[byte >> 4], HEX[byte & 15]};
    g_string_append_len(out, code, 3);
}

/* Must the byte at `i` of a line be written in hexadecimal? */
static gboolean must_quote(const char *line, gsize i, gsize length) {
    guint8 c = (guint8)line[i];
    if (c == ' ' || c == '\t')
        return i + 1 == length;
    if (c < 0x21 || c > 0x7e || c == '=')
        return TRUE;
    return i == 0 && (c == '.' || (c == 'F' && length >= 5 && strncmp(line, "From ", 5) == 0));
}

static void quote_line(GString *out, const char *line, gsize length) {
    gsize column = 0;
    for (gsize i = 0; i < length; i++) {
        gboolean quote = must_quote(line, i, length);
        gsize width = quote ? 3 : 1;
        if (column + width > QUOTED_LINE - 1 &&
            !(i + 1 == length && column + width <= QUOTED_LINE)) {
            g_string_append(out, "=\n");
            column = 0;
        }
        if (quote)
            put_hex(out, (guint8)line[i]);
        else
            g_string_append_c(out, line[i]);
        column += width;
    }
}

void encode_quoted(GString *out, const char *text) {
    for (const char *line = text; *line != '\0';) {
        gsize length = strcspn(line, "\n");
        quote_line(out, line, length);
        g_string_append_c(out, '\n');
        line += length + (line[length] == '\n');
    }
}

/* ---- headers ------------------------------------------------------------------------------- */

/* Encoded words, Q, each of whole characters; *column is where the line stands. */
static void put_words(GString *out, const char *text, gsize column) {
    static const char start[] = "=?utf-8?Q?", end[] = "?=";
    gsize used = 0; /* columns of the open word; 0: none is open */
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gsize bytes = (gsize)(g_utf8_next_char(p) - p);
        gboolean plain = g_ascii_isalnum(*p) || *p == ' ';
        gsize width = plain ? 1 : 3 * bytes;
        if (used > 0 && column + used + width + strlen(end) > WORD) {
            g_string_append(out, "?=\n ");
            column = 1;
            used = 0;
        }
        if (used == 0) {
            g_string_append(out, start);
            used = strlen(start);
        }
        used += width;
        for (gsize i = 0; !plain && i < bytes; i++)
            put_hex(out, (guint8)p[i]);
        if (plain)
            g_string_append_c(out, *p == ' ' ? '_' : *p);
    }
    if (used > 0)
        g_string_append(out, end);
}

/* ASCII without control characters, and nothing a reader would take for an encoded word. */
static gboolean plain_value(const char *text) {
    for (const char *p = text; *p != '\0'; p++)
        if (*p < 0x20 || *p > 0x7e)
            return FALSE;
    return strstr(text, "=?") == NULL;
}

/* Folds at blanks; FALSE (nothing appended) where a word does not fit on a line. */
static gboolean put_folded(GString *out, const char *text, gsize column) {
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (guint i = 0; words[i] != NULL; i++)
        if (strlen(words[i]) > PLAIN_LINE - 20 || (*words[i] == '\0' && i > 0))
            return FALSE;
    for (guint i = 0; words[i] != NULL; i++) {
        gboolean fold = i > 0 && column + 1 + strlen(words[i]) > PLAIN_LINE;
        if (i > 0)
            g_string_append(out, fold ? "\n " : " ");
        g_string_append(out, words[i]);
        column = (fold ? 0 : column) + (i > 0) + strlen(words[i]);
    }
    return TRUE;
}

void encode_header(GString *out, const char *text, gsize used) {
    if (!plain_value(text) || !put_folded(out, text, used))
        put_words(out, text, used);
}

void encode_phrase(GString *out, const char *name) {
    if (!plain_value(name) || strlen(name) > PLAIN_LINE - 20) {
        put_words(out, name, strlen("From: "));
        return;
    }
    g_string_append_c(out, '"');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

char *encode_date(gint64 moment) {
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(moment);
    if (time == NULL) /* before the year 1 or after 9999 */
        time = g_date_time_new_from_unix_utc(0);
    return g_strdup_printf(
        "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000",
        days + 3 * (g_date_time_get_day_of_week(time) - 1), g_date_time_get_day_of_month(time),
        months + 3 * (g_date_time_get_month(time) - 1), g_date_time_get_year(time),
        g_date_time_get_hour(time), g_date_time_get_minute(time), g_date_time_get_second(time));
}
