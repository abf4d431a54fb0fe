#include "mail/inside.h"

#include <string.h>

#include "base/fault.h"

/* GMime recurses into parts and groups, and keeps every header; so what would make it do so without
 * end is counted on raw lines first. The counts err on the high side, with slack: what passes here
 * is counted exactly after parsing. */
enum { HEADERS_MOST = 4000, GROUPS_MOST = 20, LOOKALIKES_MOST = 100000, BOUNDARY_MOST = 70 };

typedef struct counter {
    const Limits *limits;
    GPtrArray *boundaries; /* of char *, owned: the beginnings of the boundaries declared so far */
    guint8 starts[256];    /* first bytes of them */
    gboolean any;          /* a boundary that cannot be told: every line of "--" may be one */
    guint delimiters;      /* lines that may be boundaries */
    guint lookalikes;      /* lines that had to be compared */
    guint types;           /* Content-Type fields, wherever they stand */
    gboolean in_header;
    gboolean nested;    /* this header block says that another one follows it */
    gboolean first;     /* still in the mail's own header */
    gsize block, field; /* bytes of the header block and field so far */
    guint fields;
    int groups; /* depth of groups in the field so far */
    gboolean quoted, addresses, type;
    gboolean digest; /* somewhere parts are mails without saying so */
} Counter;

/* `word` in small letters, however it is written here. Every line of every mail comes by. */
static const char *find(const char *line, gsize length, const char *word) {
    gsize size = strlen(word);
    for (gsize i = 0; i + size <= length; i++)
        if ((line[i] | 0x20) == word[0] && (line[i + 1] | 0x20) == word[1] &&
            g_ascii_strncasecmp(line + i, word, size) == 0)
            return line + i;
    return NULL;
}

static gboolean starts(const char *line, gsize length, const char *word) {
    gsize size = strlen(word);
    return length >= size && g_ascii_strncasecmp(line, word, size) == 0;
}

/* "boundary=…": remembers its beginning, up to the first byte that may be written otherwise. */
static void declare(Counter *counter, const char *value, const char *end) {
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    if (value == end || *value != '=') {
        counter->any = counter->any || (value < end && *value == '*');
        return;
    }
    for (value++; value < end && strchr(" \t\"", *value) != NULL;)
        value++;
    gsize n = 0;
    while (value + n < end && n < BOUNDARY_MOST && strchr("\\\"; \t\r", value[n]) == NULL)
        n++;
    if (n == 0 || (n >= 2 && strncmp(value, "=?", 2) == 0)) {
        counter->any = TRUE;
        return;
    }
    g_autofree char *prefix = g_strndup(value, n);
    if (g_ptr_array_find_with_equal_func(counter->boundaries, prefix, g_str_equal, NULL))
        return;
    counter->starts[(guint8)*prefix] = 1;
    g_ptr_array_add(counter->boundaries, g_steal_pointer(&prefix));
}

static gboolean is_delimiter(Counter *counter, const char *line, gsize length) {
    if (length < 2 || line[0] != '-' || line[1] != '-')
        return FALSE;
    if (counter->any)
        return TRUE;
    if (length < 3 || !counter->starts[(guint8)line[2]])
        return FALSE;
    counter->lookalikes++;
    for (guint i = 0; i < counter->boundaries->len; i++) {
        const char *prefix = g_ptr_array_index(counter->boundaries, i);
        gsize size = strlen(prefix);
        if (size <= length - 2 && memcmp(prefix, line + 2, size) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Groups may hold groups, says a broken mail; GMime follows them one stack frame at a time. */
static gboolean groups_fit(Counter *counter, const char *line, gsize length) {
    for (gsize i = 0; counter->addresses && i < length; i++) {
        char c = line[i];
        if (c == '\\' && i + 1 < length)
            i++;
        else if (c == '"')
            counter->quoted = !counter->quoted;
        else if (!counter->quoted && c == ':' && ++counter->groups > GROUPS_MOST)
            return FALSE;
        else if (!counter->quoted && c == ';' && counter->groups > 0)
            counter->groups--;
    }
    return TRUE;
}

static gboolean holds_addresses(const char *line, gsize length) {
    static const char *const names[] = {
        "from",    "to",           "cc",      "bcc",         "sender",        "reply-to",
        "resent-", "disposition-", "return-", "mail-reply-", "mail-followup-"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (starts(line, length, names[i]))
            return TRUE;
    return FALSE;
}

static gboolean header_line(Counter *counter, const char *line, gsize length, GError **error) {
    const Limits *limits = counter->limits;
    gboolean more = length > 0 && (line[0] == ' ' || line[0] == '\t');
    if (!more) {
        counter->field = 0;
        counter->groups = 0;
        counter->quoted = FALSE;
        counter->addresses = holds_addresses(line, length);
        counter->type = starts(line, length, "content-type");
        counter->fields++;
    }
    counter->field += length + 1;
    counter->block += length + 1;
    counter->nested |= counter->type && find(line, length, "message") != NULL;
    counter->digest |= counter->type && find(line, length, "digest") != NULL;
    if (counter->field > limits->header_size)
        return fault_set(error, FAULT_MAIL, "a header is longer than %" G_GSIZE_FORMAT " bytes",
                         limits->header_size);
    if (counter->block > limits->header_block)
        return fault_set(error, FAULT_MAIL,
                         "the header is longer than %" G_GSIZE_FORMAT " bytes in all",
                         limits->header_block);
    if (counter->fields > HEADERS_MOST)
        return fault_set(error, FAULT_MAIL, "it has more than %d headers", HEADERS_MOST);
    if (!groups_fit(counter, line, length))
        return fault_set(error, FAULT_MAIL, "an address list has groups inside groups");
    return TRUE;
}

static void begin_header(Counter *counter) {
    counter->in_header = TRUE;
    counter->nested = FALSE;
    counter->block = counter->field = 0;
    counter->fields = 0;
}

/* A forwarded mail has its own header after that of the part. */
static void end_header(Counter *counter) {
    gboolean again =
        counter->in_header &&
        (counter->nested || (counter->digest && counter->fields == 0 && !counter->first));
    counter->first = FALSE;
    counter->in_header = FALSE;
    if (again)
        begin_header(counter);
}

static gboolean parts_fit(const Counter *counter, GError **error) {
    guint most = 2 * counter->limits->parts + 2;
    if (counter->delimiters <= most && counter->types <= most && counter->boundaries->len <= most &&
        counter->lookalikes <= LOOKALIKES_MOST)
        return TRUE;
    return fault_set(error, FAULT_MAIL, "it has more than %u parts", counter->limits->parts);
}

static gboolean take_line(Counter *counter, const char *line, gsize length, GError **error) {
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length == 0) {
        end_header(counter);
        return TRUE;
    }
    if (starts(line, length, "content-type"))
        counter->types++;
    for (const char *at = line, *end = line + length;
         length >= 9 && (at = find(at, (gsize)(end - at), "boundary")) != NULL;) {
        at += strlen("boundary");
        declare(counter, at, end);
    }
    if (!counter->first && is_delimiter(counter, line, length)) {
        counter->delimiters++;
        begin_header(counter);
    } else if (counter->in_header && !header_line(counter, line, length, error)) {
        return FALSE;
    }
    return parts_fit(counter, error);
}

static gboolean check_lines(Counter *counter, const char *bytes, gsize length, GError **error) {
    const char *end = bytes + length;
    for (const char *line = bytes; line < end;) {
        const char *stop = memchr(line, '\n', (gsize)(end - line));
        stop = stop ? stop : end;
        if (!take_line(counter, line, (gsize)(stop - line), error))
            return FALSE;
        line = stop + 1;
    }
    return TRUE;
}

gboolean caps_size(gsize length, const Limits *limits, GError **error) {
    if (length == 0)
        return fault_set(error, FAULT_MAIL, "the mail is empty");
    if (length > limits->mail_size)
        return fault_set(error, FAULT_MAIL, "the mail is larger than %" G_GSIZE_FORMAT " bytes",
                         limits->mail_size);
    return TRUE;
}

gboolean caps_check(GBytes *bytes, const Limits *limits, GError **error) {
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    Counter counter = {.limits = limits, .first = TRUE};
    counter.boundaries = g_ptr_array_new_with_free_func(g_free);
    begin_header(&counter);
    gboolean fits = check_lines(&counter, data, length, error);
    g_ptr_array_unref(counter.boundaries);
    return fits;
}
