#include "site/site.h"

#include <string.h>

#include "base/conf.h"
#include "value/address.h"

static const ConfKey SITE_KEYS[] = {
    {"name", CONF_NEEDED},       {"address", CONF_NEEDED},     {"timezone", CONF_ONE},
    {"language", CONF_ONE},      {"state", CONF_ONE},          {"reply-tag", CONF_ONE},
    {"domain", CONF_MANY},       {"writers", CONF_ONE},        {"authserv-id", CONF_ONE},
    {"roll", CONF_ONE},          {"mask", CONF_MANY},          {"delay", CONF_ONE},
    {"alert-minutes", CONF_ONE}, {"answer-hours", CONF_ONE},   {"helpline", CONF_MANY},
    {"alarm-command", CONF_ONE}, {"demo", CONF_ONE},           {"two-to-open", CONF_ONE},
    {"emergency", CONF_ONE},     {"openings-a-day", CONF_ONE}, {NULL, CONF_ONE}};
static const ConfKey MAILBOX_KEYS[] = {{"kind", CONF_NEEDED},
                                       {"host", CONF_ONE},
                                       {"port", CONF_ONE},
                                       {"tls", CONF_ONE},
                                       {"ca-file", CONF_ONE},
                                       {"user", CONF_ONE},
                                       {"auth", CONF_ONE},
                                       {"password-command", CONF_ONE},
                                       {"password-file", CONF_ONE},
                                       {"folder", CONF_ONE},
                                       {"sent-folder", CONF_MANY},
                                       {"path", CONF_ONE},
                                       {NULL, CONF_ONE}};
static const ConfKey POST_KEYS[] = {{"kind", CONF_NEEDED},       {"host", CONF_ONE},
                                    {"port", CONF_ONE},          {"tls", CONF_ONE},
                                    {"ca-file", CONF_ONE},       {"user", CONF_ONE},
                                    {"auth", CONF_ONE},          {"password-command", CONF_ONE},
                                    {"password-file", CONF_ONE}, {"connections", CONF_ONE},
                                    {"path", CONF_ONE},          {NULL, CONF_ONE}};
static const ConfKey LIMITS_KEYS[] = {
    {"mail-size", CONF_ONE},   {"header-block", CONF_ONE},  {"header-size", CONF_ONE},
    {"parts", CONF_ONE},       {"depth", CONF_ONE},         {"html-size", CONF_ONE},
    {"match-limit", CONF_ONE}, {"letters-a-day", CONF_ONE}, {NULL, CONF_ONE}};
static const ConfKey RETENTION_KEYS[] = {
    {"unflagged-days", CONF_ONE}, {"flagged-days", CONF_ONE}, {NULL, CONF_ONE}};
static const ConfKind KINDS[] = {
    {"site", FALSE, SITE_KEYS},           {"mailbox", FALSE, MAILBOX_KEYS},
    {"post", FALSE, POST_KEYS},           {"limits", FALSE, LIMITS_KEYS},
    {"retention", FALSE, RETENTION_KEYS}, {NULL, FALSE, NULL}};

static const char *const HELPLINES[] = {
    "In danger right now: call 999", "Childline: 0800 1111 (free, day and night)",
    "Samaritans: 116 123 (free, day and night)", "Shout: text 85258 (free, day and night)", NULL};

/* ConfLine's values are asked for so often here that the two that go with them travel along. */
typedef struct source {
    const Conf *conf;
    Problems *problems;
} Source;

static void complain(const Source *from, const ConfLine *line, const char *text) {
    problems_add(from->problems, from->conf->file, line->line, "\"%s\" %s", line->key, text);
}

char *site_path(const Site *site, const char *name) {
    return g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(site->folder, name, NULL);
}

static char *path_value(const Site *site, const ConfBlock *block, const char *key) {
    const char *value = conf_value(block, key, NULL);
    return value ? site_path(site, value) : NULL;
}

static GPtrArray *values(const ConfBlock *block, const char *key) {
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; block != NULL && i < block->lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(block->lines, i);
        if (strcmp(line->key, key) == 0)
            g_ptr_array_add(list, g_strdup(line->value));
    }
    return list;
}

/* ---- mailbox and post ---------------------------------------------------------------------- */

static void check_secret(const Source *from, const ConfBlock *block, const Server *server) {
    if (server->password_command != NULL && server->password_file != NULL)
        complain(from, conf_line(block, "password-file"),
                 "and \"password-command\": give one of the two");
    if (server->user != NULL && !server->password_command && !server->password_file)
        complain(from, conf_line(block, "user"),
                 "needs a \"password-command\" or a \"password-file\"");
}

static void refuse_keys(const Source *from, const ConfBlock *block, const char *const *keys,
                        const char *why) {
    for (; *keys != NULL; keys++) {
        const ConfLine *line = conf_line(block, *keys);
        if (line != NULL)
            complain(from, line, why);
    }
}

static guint16 usual_port(const Server *server) {
    if (server->kind == SERVER_IMAP)
        return server->tls == TLS_YES ? 993 : 143;
    return server->tls == TLS_YES ? 465 : 587;
}

static void read_network(const Source *from, const Site *site, const ConfBlock *block,
                         Server *server) {
    static const char *const tls[] = {"yes", "starttls", "no", NULL};
    static const char *const auth[] = {"login", "xoauth2", NULL};
    server->host = g_strdup(conf_value(block, "host", NULL));
    server->tls = conf_choice(from->conf, block, "tls", tls, TLS_YES, from->problems);
    server->auth = conf_choice(from->conf, block, "auth", auth, AUTH_LOGIN, from->problems);
    server->port = (guint16)conf_number(from->conf, block, "port", usual_port(server), 1, 65535,
                                        from->problems);
    server->ca_file = path_value(site, block, "ca-file");
    server->user = g_strdup(conf_value(block, "user", NULL));
    server->password_command = g_strdup(conf_value(block, "password-command", NULL));
    server->password_file = path_value(site, block, "password-file");
    server->folder = g_strdup(conf_value(block, "folder", "INBOX"));
    if (conf_line(block, "sent-folder") != NULL)
        server->sent_folders = values(block, "sent-folder");
    server->connections =
        (guint)conf_number(from->conf, block, "connections", 1, 1, 8, from->problems);
    if (server->host == NULL)
        problems_add(from->problems, from->conf->file, block->line, "%s needs a \"host\"",
                     block->kind);
    else if (server->tls == TLS_NO && !server_is_loopback(server->host))
        complain(from, conf_line(block, "tls"), "may be \"no\" only for a server on loopback");
    check_secret(from, block, server);
}

static Server *read_server(const Source *from, const Site *site, const char *kind,
                           const char *const *words, const enum server_kind *kinds) {
    static const char *const network[] = {
        "host",          "port",   "tls",         "ca-file",     "user", "auth", "password-command",
        "password-file", "folder", "sent-folder", "connections", NULL};
    static const char *const local[] = {"path", NULL};
    const ConfBlock *block = conf_block(from->conf, kind, NULL);
    Server *server = g_new0(Server, 1);
    if (block == NULL)
        problems_add(from->problems, from->conf->file, 0, "needs a block \"%s\"", kind);
    server->kind = kinds[conf_choice(from->conf, block, "kind", words, 0, from->problems)];
    if (block == NULL)
        return server;
    if (server->kind == SERVER_IMAP || server->kind == SERVER_SMTP) {
        refuse_keys(from, block, local, "is for a Maildir or sendmail");
        read_network(from, site, block, server);
        return server;
    }
    refuse_keys(from, block, network, "is for a server; this kind has only a \"path\"");
    server->path = path_value(site, block, "path");
    if (server->path == NULL && server->kind == SERVER_SENDMAIL)
        server->path = g_strdup("/usr/sbin/sendmail");
    else if (server->path == NULL)
        problems_add(from->problems, from->conf->file, block->line, "%s needs a \"path\"",
                     block->kind);
    return server;
}

/* ---- the rest ------------------------------------------------------------------------------ */

static void read_domains(const Source *from, const ConfBlock *block, Site *site) {
    site->domains = values(block, "domain");
    for (guint i = 0; i < site->domains->len; i++) {
        char *domain = g_ptr_array_index(site->domains, i);
        g_autofree char *probe = g_strconcat("x@", domain, NULL);
        g_autofree char *address = address_new(probe);
        if (address == NULL)
            problems_add(from->problems, from->conf->file, conf_line(block, "domain")->line,
                         "\"domain\": \"%s\" is no domain", domain);
        site->domains->pdata[i] = g_utf8_strdown(domain, -1);
        g_free(domain);
    }
    if (site->domains->len == 0 && site->address != NULL)
        g_ptr_array_add(site->domains, g_strdup(address_domain(site->address)));
}

static void read_zone(const Source *from, const ConfBlock *block, Site *site) {
    site->timezone = g_strdup(conf_value(block, "timezone", "Europe/London"));
    site->zone = g_time_zone_new_identifier(site->timezone);
    if (site->zone != NULL)
        return;
    const ConfLine *line = conf_line(block, "timezone");
    if (line != NULL)
        complain(from, line, "is no time zone such as Europe/London");
    site->zone = g_time_zone_new_utc();
}

/* One name a line; what is wrong with the file is said without a word of it. */
static void read_roll(const Source *from, const ConfBlock *block, Site *site) {
    enum { MOST = 4 << 20 };
    const ConfLine *line = conf_line(block, "roll");
    g_autofree char *path = line ? site_path(site, line->value) : NULL;
    g_autofree char *text = NULL;
    gsize length = 0;
    site->roll = g_ptr_array_new_with_free_func(g_free);
    if (line == NULL)
        return;
    if (!g_file_get_contents(path, &text, &length, NULL)) {
        complain(from, line, "is a file that cannot be read");
        return;
    }
    if (length > MOST || !g_utf8_validate(text, (gssize)length, NULL)) {
        complain(from, line, length > MOST ? "is too large" : "is a file that is not UTF-8");
        return;
    }
    g_auto(GStrv) names = g_strsplit_set(text, "\r\n", -1);
    for (guint i = 0; names[i] != NULL; i++)
        if (*g_strstrip(names[i]) != '\0' && *names[i] != '#')
            g_ptr_array_add(site->roll, g_strdup(names[i]));
}

/* A mailbox takes 64 bytes before the @ (RFC 5321, 4.5.3.1.1), the tag and its + among them. */
static void check_tag(const Source *from, const ConfLine *address, const Site *site) {
    enum { MOST = 64, TAG = 27 };
    g_autofree char *local = address_local(site->address);
    if (!site->plus || strlen(local) + TAG <= MOST)
        return;
    problems_add(
        from->problems, from->conf->file, address->line,
        "\"address\": %zu characters before the @ leave no room for the reply tag: at most "
        "%d may be there. Take a shorter address, or set \"reply-tag subject\"",
        strlen(local), MOST - TAG);
}

static void read_site(const Source *from, Site *site) {
    static const char *const tags[] = {"plus", "subject", NULL};
    static const char *const writers[] = {"school", "any", NULL};
    const ConfBlock *block = conf_block(from->conf, "site", NULL);
    if (block == NULL)
        problems_add(from->problems, from->conf->file, 0, "needs a block \"site\"");
    site->name = g_strdup(conf_value(block, "name", "the school"));
    const ConfLine *address = conf_line(block, "address");
    site->address = address ? address_new(address->value) : NULL;
    if (address != NULL && site->address == NULL)
        complain(from, address, "is no mail address");
    if (site->address == NULL)
        site->address = g_strdup("nobody@invalid.example");
    read_zone(from, block, site);
    read_domains(from, block, site);
    site->language = g_strdup(conf_value(block, "language", "en"));
    site->state = site_path(site, conf_value(block, "state", "state"));
    site->plus = conf_choice(from->conf, block, "reply-tag", tags, 0, from->problems) == 0;
    if (address != NULL)
        check_tag(from, address, site);
    gboolean open = conf_line(block, "domain") == NULL; /* nothing said: let nobody go unheard */
    site->any_writer =
        conf_choice(from->conf, block, "writers", writers, open ? 1 : 0, from->problems) == 1;
    site->authserv_id = g_strdup(conf_value(block, "authserv-id", NULL));
    site->mask = values(block, "mask");
    read_roll(from, block, site);
    site->helplines = values(block, "helpline");
    for (guint i = 0; i < site->helplines->len; i++)
        if (strchr(g_ptr_array_index(site->helplines, i), '@') != NULL)
            complain(from, conf_line(block, "helpline"),
                     "may not hold a mail address: no mail with one would leave");
    if (site->helplines->len == 0)
        for (guint i = 0; HELPLINES[i] != NULL; i++)
            g_ptr_array_add(site->helplines, g_strdup(HELPLINES[i]));
    site->delay = (guint)conf_number(from->conf, block, "delay", 30, 0, 1440, from->problems);
    site->alert_minutes =
        (guint)conf_number(from->conf, block, "alert-minutes", 30, 1, 1440, from->problems);
    site->answer_hours =
        (guint)conf_number(from->conf, block, "answer-hours", 48, 1, 720, from->problems);
    site->alarm_command = g_strdup(conf_value(block, "alarm-command", NULL));
    site->two_to_open = conf_yes(from->conf, block, "two-to-open", FALSE, from->problems);
    site->emergency = conf_yes(from->conf, block, "emergency", TRUE, from->problems);
    site->openings_a_day =
        (guint)conf_number(from->conf, block, "openings-a-day", 3, 0, 1000, from->problems);
    site->demo = conf_yes(from->conf, block, "demo", FALSE, from->problems);
}

static void read_limits(const Source *from, Site *site) {
    const ConfBlock *block = conf_block(from->conf, "limits", NULL);
    const Conf *conf = from->conf;
    Problems *problems = from->problems;
    Limits *l = &site->limits;
    *l = LIMITS_DEFAULT;
    l->mail_size = (gsize)conf_size(conf, block, "mail-size", (gint64)l->mail_size, 64 << 10,
                                    64 << 20, problems);
    l->header_block = (gsize)conf_size(conf, block, "header-block", (gint64)l->header_block,
                                       4 << 10, 1 << 20, problems);
    l->header_size = (gsize)conf_size(conf, block, "header-size", (gint64)l->header_size, 1 << 10,
                                      32 << 10, problems);
    l->html_size = (gsize)conf_size(conf, block, "html-size", (gint64)l->html_size, 16 << 10,
                                    8 << 20, problems);
    l->parts = (guint)conf_number(conf, block, "parts", l->parts, 1, 1000, problems);
    l->depth = (guint)conf_number(conf, block, "depth", l->depth, 1, 50, problems);
    l->match_limit =
        (guint)conf_number(conf, block, "match-limit", l->match_limit, 100, 10000000, problems);
    l->letters_a_day =
        (guint)conf_number(conf, block, "letters-a-day", l->letters_a_day, 1, 10000, problems);
}

static void read_retention(const Source *from, Site *site) {
    const ConfBlock *block = conf_block(from->conf, "retention", NULL);
    site->unflagged_days =
        (int)conf_number(from->conf, block, "unflagged-days", 30, 1, 36500, from->problems);
    site->flagged_days =
        (int)conf_number(from->conf, block, "flagged-days", -1, 1, 36500, from->problems);
}

static void check_two(const Source *from, const Site *site) {
    const ConfLine *line = conf_line(conf_block(from->conf, "site", NULL), "emergency");
    if (line != NULL && !site->two_to_open)
        complain(from, line, "says nothing without \"two-to-open yes\"");
}

static void check_demo(const Source *from, const Site *site) {
    const ConfLine *line = conf_line(conf_block(from->conf, "site", NULL), "demo");
    if (site->demo && (site->mailbox->kind != SERVER_MAILDIR || site->post->kind != SERVER_MAILDIR))
        complain(from, line, "yes: a site for trying out has only Maildirs, no server");
}

Site *site_read(const char *folder, Problems *problems) {
    static const char *const boxes[] = {"maildir", "imap", NULL};
    static const enum server_kind box_kinds[] = {SERVER_MAILDIR, SERVER_IMAP};
    static const char *const posts[] = {"maildir", "smtp", "sendmail", NULL};
    static const enum server_kind post_kinds[] = {SERVER_MAILDIR, SERVER_SMTP, SERVER_SENDMAIL};
    Site *site = g_new0(Site, 1);
    site->folder = g_canonicalize_filename(folder, NULL);
    g_autofree char *path = site_path(site, "site.conf");
    g_autoptr(Conf) conf = conf_read(path, "site.conf", KINDS, problems);
    Source from = {conf, problems};
    read_site(&from, site);
    read_limits(&from, site);
    read_retention(&from, site);
    site->mailbox = read_server(&from, site, "mailbox", boxes, box_kinds);
    site->post = read_server(&from, site, "post", posts, post_kinds);
    check_two(&from, site);
    check_demo(&from, site);
    return site;
}

void site_free(Site *site) {
    if (site == NULL)
        return;
    g_free(site->folder);
    g_free(site->name);
    g_free(site->address);
    g_free(site->timezone);
    g_time_zone_unref(site->zone);
    g_free(site->language);
    g_free(site->state);
    g_ptr_array_unref(site->domains);
    g_free(site->authserv_id);
    g_ptr_array_unref(site->mask);
    g_ptr_array_unref(site->roll);
    g_ptr_array_unref(site->helplines);
    g_free(site->alarm_command);
    server_free(site->mailbox);
    server_free(site->post);
    g_free(site);
}
