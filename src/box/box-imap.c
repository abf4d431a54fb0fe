/* IMAP (RFC 3501) with UIDPLUS (RFC 4315) and MOVE (RFC 6851), by libetpan's low-level calls over
 * our own wire. What libetpan does not see to is seen to here: certificates (wire), control
 * characters in arguments, answers nobody asked for, how much may come, and no LOGOUT on a broken
 * session. */
#include "box/box-imap.h"

#include <string.h>

#include "base/fault.h"
#include "box/imap-name.h"

enum {
    RANGE = 500,             /* mails named in one command: at most 5.5 kB of numbers */
    ENTRY = 256,             /* bytes a line of UID and size may have */
    UNKNOWN_MAIL = 64 << 20, /* bytes of a mail whose size was not asked before */
};

/* libetpan hands messages over one by one only where a progress callback is set as well. */
static void no_progress(size_t current, size_t maximum, void *context) {
    (void)current;
    (void)maximum;
    (void)context;
}

gboolean imap_fail(Imap *imap, int code, const char *doing, GError **error) {
    const char *why = wire_why(imap->wire);
    imap->failed = TRUE;
    if (why == NULL && code == MAILIMAP_ERROR_PARSE)
        why = "the server answered what is not IMAP";
    if (why == NULL)
        why = "the server refused it";
    return fault_set(error, FAULT_RUN, "%s: %s: %s", imap->host, doing, why);
}

static void imap_close(gpointer state) {
    Imap *imap = state;
    mailimap *session = imap->session;
    if (session != NULL && session->imap_stream != NULL) {
        wire_allow(imap->wire, IMAP_SMALL);
        if (!imap->failed && wire_why(imap->wire) == NULL)
            mailimap_logout(session);
        else
            mailstream_close(session->imap_stream);
        session->imap_stream = NULL; /* else mailimap_free() would say LOGOUT itself */
    }
    if (session != NULL)
        mailimap_free(session);
    wire_close(imap->wire);
    g_free(imap->host);
    g_free(imap->folder);
    g_free(imap->validity);
    g_free(imap->held);
    g_free(imap);
}

/* ---- logging in ------------------------------------------------------------------------------ */

static gboolean learn_capabilities(Imap *imap, GError **error) {
    struct mailimap_capability_data *data = NULL;
    int code = mailimap_capability(imap->session, &data);
    if (code != MAILIMAP_NO_ERROR)
        return imap_fail(imap, code, "asking what the server can do", error);
    mailimap_capability_data_free(data);
    return TRUE;
}

/* After the server's "OK" to STARTTLS nothing more may come in the clear: whoever put it there
 * would have it taken for an answer given under TLS. */
static gboolean start_tls(Imap *imap, const Server *server, GError **error) {
    if (!learn_capabilities(imap, error))
        return FALSE;
    if (!mailimap_has_extension(imap->session, (char *)"STARTTLS"))
        return fault_set(error, FAULT_SETUP,
                         "%s: the server offers no STARTTLS; nothing was sent to it", imap->host);
    int code = mailimap_starttls(imap->session);
    /* Newer libetpans look too, and answer with an error of their own. */
    if (imap->session->imap_stream->read_buffer_len != 0)
        return fault_set(error, FAULT_SETUP,
                         "%s: something was slipped in before TLS; nothing was sent", imap->host);
    if (code != MAILIMAP_NO_ERROR)
        return imap_fail(imap, code, "STARTTLS", error);
    return wire_secure(imap->wire, server->ca_file, error);
}

static gboolean greet(Imap *imap, GError **error) {
    mailstream *stream = wire_stream(imap->wire);
    imap->session = mailimap_new(0, NULL);
    if (stream == NULL || imap->session == NULL)
        return fault_set(error, FAULT_RUN, "out of memory");
    mailimap_set_progress_callback(imap->session, no_progress, no_progress, NULL);
    /* Else libetpan puts a mail over 8 MiB in a file below /tmp. */
    mmap_string_set_ceil((size_t)-1);
    int code = mailimap_connect(imap->session, stream);
    if (code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return TRUE;
    if (code == MAILIMAP_NO_ERROR_AUTHENTICATED)
        return fault_set(error, FAULT_SETUP,
                         "%s: the server says we are logged in already (PREAUTH); that is refused",
                         imap->host);
    return imap_fail(imap, code, "its greeting", error);
}

static gboolean authenticate(Imap *imap, const Server *server, const char *secret, GError **error) {
    int code;
    if (server->auth == AUTH_XOAUTH2 && !mailimap_has_xoauth2(imap->session))
        return fault_set(error, FAULT_SETUP, "%s: the server offers no XOAUTH2", imap->host);
    if (server->auth == AUTH_LOGIN &&
        mailimap_has_extension(imap->session, (char *)"LOGINDISABLED"))
        return fault_set(error, FAULT_SETUP, "%s: the server has LOGIN switched off", imap->host);
    if (server->auth == AUTH_XOAUTH2)
        code = mailimap_oauth2_authenticate(imap->session, server->user, secret);
    else
        code = mailimap_login(imap->session, server->user, secret);
    if (code == MAILIMAP_NO_ERROR)
        return TRUE;
    if (wire_why(imap->wire) != NULL)
        return imap_fail(imap, code, "logging in", error);
    return fault_set(error, FAULT_SETUP, "%s: user or password is wrong: the server refused both",
                     imap->host);
}

static gboolean log_in(Imap *imap, const Server *server, GError **error) {
    if (!learn_capabilities(imap, error))
        return FALSE;
    if (!wire_private(imap->wire))
        return fault_set(error, FAULT_SETUP,
                         "%s: the connection is neither TLS nor within this machine; no password "
                         "is sent over it",
                         imap->host);
    char *secret = server_secret(server, error);
    if (secret == NULL)
        return FALSE;
    gboolean ok = imap_is_plain(secret)
                      ? authenticate(imap, server, secret, error)
                      : fault_set(error, FAULT_SETUP, "the password has a control character");
    server_forget(secret);
    explicit_bzero(imap->session->imap_stream->write_buffer,
                   imap->session->imap_stream->buffer_max_size);
    return ok && learn_capabilities(imap, error); /* RFC 3501 6.2: they may be others now */
}

static gboolean select_folder(Imap *imap, const Server *server, GError **error) {
    imap->folder = imap_name(server->folder);
    if (!mailimap_has_uidplus(imap->session))
        return fault_set(error, FAULT_SETUP,
                         "%s: the server has no UIDPLUS; without it deleting a mail could delete "
                         "others",
                         imap->host);
    imap->has_move = mailimap_has_extension(imap->session, (char *)"MOVE");
    int code = mailimap_select(imap->session, imap->folder);
    if (code == MAILIMAP_ERROR_SELECT)
        return fault_set(error, FAULT_SETUP, "%s: there is no folder \"%s\"", imap->host,
                         server->folder);
    if (code != MAILIMAP_NO_ERROR)
        return imap_fail(imap, code, "opening the folder", error);
    const struct mailimap_selection_info *info = imap->session->imap_selection_info;
    if (info->sel_perm == MAILIMAP_MAILBOX_READONLY)
        return fault_set(error, FAULT_SETUP, "%s: the folder \"%s\" can only be read", imap->host,
                         server->folder);
    if (info->sel_uidvalidity == 0)
        return fault_set(error, FAULT_SETUP, "%s: the folder \"%s\" has no UIDVALIDITY", imap->host,
                         server->folder);
    imap->validity = g_strdup_printf("imap %u", info->sel_uidvalidity);
    return TRUE;
}

static gboolean settings_ok(const Server *server, GError **error) {
    if (server->user == NULL || *server->user == '\0')
        return fault_set(error, FAULT_SETUP, "the mailbox has no user to log in as");
    if (!imap_is_plain(server->user))
        return fault_set(error, FAULT_SETUP, "the user of the mailbox has a control character");
    if (!imap_is_plain(server->folder) || !g_utf8_validate(server->folder, -1, NULL))
        return fault_set(error, FAULT_SETUP, "the folder of the mailbox has a control character");
    if (server->tls == TLS_NO && !server_is_loopback(server->host))
        return fault_set(error, FAULT_SETUP, "%s: without TLS only this machine is spoken to",
                         server->host);
    return TRUE;
}

static gboolean converse(Imap *imap, const Server *server, GError **error) {
    return (server->tls != TLS_YES || wire_secure(imap->wire, server->ca_file, error)) &&
           greet(imap, error) && (server->tls != TLS_STARTTLS || start_tls(imap, server, error)) &&
           log_in(imap, server, error) && select_folder(imap, server, error);
}

static gpointer imap_open(const Server *server, GError **error) {
    if (!settings_ok(server, error))
        return NULL;
    Wire *wire = wire_open(server->host, server->port, server->deadline, IMAP_SMALL, error);
    if (wire == NULL)
        return NULL;
    Imap *imap = g_new0(Imap, 1);
    imap->wire = wire;
    imap->host = g_strdup(server->host);
    if (converse(imap, server, error))
        return imap;
    imap->failed = TRUE;
    imap_close(imap);
    return NULL;
}

static const char *imap_validity(gpointer state) {
    return ((Imap *)state)->validity;
}

/* ---- what a FETCH answers -------------------------------------------------------------------- */

typedef struct answer {
    guint32 uid; /* 0: was not in it */
    gsize size;
    gboolean has_size;
    struct mailimap_msg_att_body_section *body; /* borrowed; NULL: was not in it */
} Answer;

static Answer read_answer(const struct mailimap_msg_att *message) {
    Answer answer = {0};
    for (clistiter *at = clist_begin(message->att_list); at != NULL; at = clist_next(at)) {
        const struct mailimap_msg_att_item *item = clist_content(at);
        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
            continue;
        const struct mailimap_msg_att_static *part = item->att_data.att_static;
        if (part->att_type == MAILIMAP_MSG_ATT_UID)
            answer.uid = part->att_data.att_uid;
        if (part->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
            answer.size = part->att_data.att_rfc822_size;
            answer.has_size = TRUE;
        }
        if (part->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            answer.body = part->att_data.att_body_section;
    }
    return answer;
}

/* One UID FETCH; `handler` gets each message and the memory of it is given back after that. */
static int fetch(Imap *imap, struct mailimap_set *set, struct mailimap_fetch_type *what,
                 mailimap_msg_att_handler *handler, gpointer context) {
    clist *rest = NULL;
    mailimap_set_msg_att_handler(imap->session, handler, context);
    int code = mailimap_uid_fetch(imap->session, set, what, &rest);
    mailimap_set_msg_att_handler(imap->session, NULL, NULL);
    mailimap_fetch_type_free(what);
    mailimap_set_free(set);
    if (rest != NULL && code == MAILIMAP_NO_ERROR)
        mailimap_fetch_list_free(rest);
    return code;
}

/* ---- the list -------------------------------------------------------------------------------- */

typedef struct listing {
    Imap *imap;
    GArray *found; /* of struct found */
} Listing;

struct found {
    guint32 uid;
    guint32 size;
};

static void list_one(struct mailimap_msg_att *message, void *context) {
    Listing *listing = context;
    Answer answer = read_answer(message);
    struct found found = {answer.uid, (guint32)answer.size};
    if (answer.uid == 0 || !answer.has_size)
        return;
    g_array_append_val(listing->found, found);
    listing->imap->largest = MAX(listing->imap->largest, answer.size);
}

static gint by_uid(gconstpointer a, gconstpointer b) {
    const struct found *x = a, *y = b;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

static GPtrArray *entries(GArray *found) {
    GPtrArray *list = g_ptr_array_new_full(found->len, box_entry_free);
    guint32 last = 0;
    g_array_sort(found, by_uid);
    for (guint i = 0; i < found->len; i++) {
        const struct found *one = &g_array_index(found, struct found, i);
        if (one->uid != last)
            g_ptr_array_add(list, box_entry_new(g_strdup_printf("%u", one->uid), one->size));
        last = one->uid;
    }
    return list;
}

static GPtrArray *imap_list(gpointer state, GError **error) {
    Imap *imap = state;
    wire_allow(imap->wire, IMAP_SMALL);
    int code = mailimap_noop(imap->session); /* how many there are now */
    if (code != MAILIMAP_NO_ERROR) {
        imap_fail(imap, code, "asking what has come", error);
        return NULL;
    }
    guint32 count = imap->session->imap_selection_info->sel_exists;
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct found));
    Listing listing = {imap, found};
    if (count > 0) { /* some servers refuse 1:* where there is nothing */
        struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();
        mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
        mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_rfc822_size());
        wire_allow(imap->wire, IMAP_SMALL + (guint64)count * ENTRY);
        code = fetch(imap, mailimap_set_new_interval(1, 0), what, list_one, &listing);
    }
    if (code != MAILIMAP_NO_ERROR) {
        imap_fail(imap, code, "listing the mails", error);
        return NULL;
    }
    return entries(found);
}

/* ---- sets of numbers ------------------------------------------------------------------------- */

static gint by_number(gconstpointer a, gconstpointer b) {
    guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;
    return (x > y) - (x < y);
}

/* The numbers in order; NULL where an id is none of ours. Caller frees. */
static GArray *numbers(const GPtrArray *ids, GError **error) {
    g_autoptr(GArray) list = g_array_sized_new(FALSE, FALSE, sizeof(guint32), ids->len);
    for (guint i = 0; i < ids->len; i++) {
        guint64 number;
        if (!g_ascii_string_to_unsigned(g_ptr_array_index(ids, i), 10, 1, G_MAXUINT32, &number,
                                        NULL)) {
            fault_set(error, FAULT_RUN, "an id that is no IMAP number");
            return NULL;
        }
        guint32 uid = (guint32)number;
        g_array_append_val(list, uid);
    }
    g_array_sort(list, by_number);
    return g_steal_pointer(&list);
}

/* RANGE at most, as "4:9,12". */
struct mailimap_set *imap_range(const GArray *list, guint first, guint *next) {
    struct mailimap_set *set = mailimap_set_new_empty();
    guint end = MIN(list->len, first + RANGE);
    for (guint i = first; i < end;) {
        guint32 from = g_array_index(list, guint32, i), to = from;
        while (++i < end && g_array_index(list, guint32, i) <= to + 1)
            to = g_array_index(list, guint32, i);
        mailimap_set_add_interval(set, from, to);
    }
    *next = end;
    return set;
}

/* ---- the mails ------------------------------------------------------------------------------- */

typedef struct taking {
    Imap *imap;
    ImapAsk ask;
    guint64 allowance;  /* bytes until the next mail has come */
    GHashTable *wanted; /* of UIDs as pointers; each is taken out when it has come */
    BoxTake take;
    gpointer data;
    gboolean stopped;
    GError *error; /* from `take`; owned until handed on */
} Taking;

static guint64 mail_allowance(const Imap *imap) {
    /* Twice: some servers only guess at RFC822.SIZE. */
    return IMAP_SMALL + (imap->largest > 0 ? 2 * (guint64)imap->largest : UNKNOWN_MAIL);
}

static void release(gpointer text) {
    mmap_string_unref(text);
}

/* The body is taken away from libetpan, not copied: one mail of 20 MiB is enough in memory. */
static GBytes *steal_body(struct mailimap_msg_att_body_section *body) {
    char *text = body->sec_body_part;
    if (text == NULL)
        return g_bytes_new_static("", 0);
    body->sec_body_part = NULL;
    return g_bytes_new_with_free_func(text, body->sec_length, release, text);
}

static void take_one(struct mailimap_msg_att *message, void *context) {
    Taking *taking = context;
    Answer answer = read_answer(message);
    /* Changes of flags come unasked; and nobody is to hand us what we did not ask for. */
    if (taking->stopped || answer.uid == 0 || answer.body == NULL ||
        !g_hash_table_remove(taking->wanted, GUINT_TO_POINTER(answer.uid)))
        return;
    char id[16];
    g_snprintf(id, sizeof id, "%u", answer.uid);
    g_autoptr(GBytes) raw = steal_body(answer.body);
    wire_allow(taking->imap->wire, taking->allowance);
    wire_extend(taking->imap->wire, 1);
    if (taking->take(taking->data, id, raw, &taking->error))
        return;
    taking->stopped = TRUE;
    wire_break(taking->imap->wire, "the run stopped");
}

static struct mailimap_fetch_att *whole_mail(void) {
    return mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL));
}

static int fetch_mails(Taking *taking, struct mailimap_set *set) {
    struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();
    mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
    mailimap_fetch_type_new_fetch_att_list_add(what, taking->ask());
    wire_allow(taking->imap->wire, taking->allowance);
    return fetch(taking->imap, set, what, take_one, taking);
}

/* After a NO to a range: one mail that has gone, or is damaged, does not keep back the others. */
static int fetch_singly(Taking *taking, const GArray *list, guint from, guint to) {
    int code = MAILIMAP_NO_ERROR;
    for (guint i = from; i < to && code == MAILIMAP_NO_ERROR; i++) {
        guint32 uid = g_array_index(list, guint32, i);
        if (!g_hash_table_contains(taking->wanted, GUINT_TO_POINTER(uid)))
            continue;
        code = fetch_mails(taking, mailimap_set_new_single(uid));
        if (code == MAILIMAP_ERROR_UID_FETCH)
            code = MAILIMAP_NO_ERROR;
    }
    return code;
}

gboolean imap_read(Imap *imap, const GArray *uids, ImapAsk ask, guint64 allowance, BoxTake take,
                   gpointer data, GError **error) {
    g_autoptr(GHashTable) wanted = g_hash_table_new(NULL, NULL);
    Taking taking = {.imap = imap,
                     .ask = ask,
                     .allowance = allowance,
                     .wanted = wanted,
                     .take = take,
                     .data = data};
    int code = MAILIMAP_NO_ERROR;
    for (guint at = 0, next; code == MAILIMAP_NO_ERROR && at < uids->len; at = next) {
        struct mailimap_set *set = imap_range(uids, at, &next);
        g_hash_table_remove_all(wanted);
        for (guint i = at; i < next; i++)
            g_hash_table_add(wanted, GUINT_TO_POINTER(g_array_index(uids, guint32, i)));
        code = fetch_mails(&taking, set);
        if (code == MAILIMAP_ERROR_UID_FETCH)
            code = fetch_singly(&taking, uids, at, next);
    }
    if (!taking.stopped)
        return code == MAILIMAP_NO_ERROR || imap_fail(imap, code, "reading mails", error);
    imap->failed = TRUE;
    g_propagate_error(error, taking.error);
    return FALSE;
}

static gboolean imap_fetch(gpointer state, const GPtrArray *ids, BoxTake take, gpointer data,
                           GError **error) {
    Imap *imap = state;
    g_autoptr(GArray) list = numbers(ids, error);
    return list != NULL &&
           imap_read(imap, list, whole_mail, mail_allowance(imap), take, data, error);
}

/* ---- deleting and moving --------------------------------------------------------------------- */

gboolean imap_expunge_set(Imap *imap, struct mailimap_set *set, GError **error) {
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, mailimap_flag_new_deleted());
    struct mailimap_store_att_flags *mark = mailimap_store_att_flags_new_add_flags_silent(flags);
    wire_allow(imap->wire, IMAP_SMALL);
    int code = mailimap_uid_store(imap->session, set, mark);
    if (code == MAILIMAP_NO_ERROR)
        code = mailimap_uid_expunge(imap->session, set);
    mailimap_store_att_flags_free(mark);
    return code == MAILIMAP_NO_ERROR || imap_fail(imap, code, "deleting mails", error);
}

static gboolean imap_expunge(gpointer state, const GPtrArray *ids, GError **error) {
    Imap *imap = state;
    g_autoptr(GArray) list = numbers(ids, error);
    gboolean ok = list != NULL;
    for (guint at = 0; ok && at < list->len;) {
        struct mailimap_set *set = imap_range(list, at, &at);
        ok = imap_expunge_set(imap, set, error);
        mailimap_set_free(set);
    }
    return ok;
}

/* Where our own folders begin: "" at most servers, "INBOX." at some (RFC 2342). Caller frees. */
static char *own_prefix(Imap *imap) {
    struct mailimap_namespace_data *spaces = NULL;
    char *prefix = g_strdup("");
    if (!mailimap_has_namespace(imap->session) ||
        mailimap_namespace(imap->session, &spaces) != MAILIMAP_NO_ERROR || spaces == NULL)
        return prefix;
    clist *own = spaces->ns_personal != NULL ? spaces->ns_personal->ns_data_list : NULL;
    if (own != NULL && clist_begin(own) != NULL) {
        const struct mailimap_namespace_info *first = clist_content(clist_begin(own));
        g_free(prefix);
        prefix = g_strdup(first->ns_prefix);
    }
    mailimap_namespace_data_free(spaces);
    return prefix;
}

static gboolean ensure_held(Imap *imap, GError **error) {
    if (imap->held != NULL)
        return TRUE;
    g_autofree char *prefix = own_prefix(imap);
    g_autofree char *name = g_strconcat(prefix, "Held", NULL);
    clist *found = NULL;
    int code = mailimap_list(imap->session, "", name, &found);
    gboolean there = found != NULL && clist_count(found) > 0;
    if (found != NULL) /* as it may be after a NO, too */
        mailimap_list_result_free(found);
    if (code != MAILIMAP_NO_ERROR)
        return imap_fail(imap, code, "looking for the folder Held", error);
    if (!there && (code = mailimap_create(imap->session, name)) != MAILIMAP_NO_ERROR)
        return imap_fail(imap, code, "making the folder Held", error);
    imap->held = g_steal_pointer(&name);
    return TRUE;
}

static gboolean imap_hold(gpointer state, const char *id, GError **error) {
    Imap *imap = state;
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    g_ptr_array_add(ids, (gpointer)id);
    g_autoptr(GArray) list = numbers(ids, error);
    wire_allow(imap->wire, IMAP_SMALL);
    if (list == NULL || !ensure_held(imap, error))
        return FALSE;
    struct mailimap_set *set = mailimap_set_new_single(g_array_index(list, guint32, 0));
    int code = imap->has_move ? mailimap_uid_move(imap->session, set, imap->held)
                              : mailimap_uid_copy(imap->session, set, imap->held);
    gboolean ok = code == MAILIMAP_NO_ERROR ||
                  imap_fail(imap, code, "moving a mail to the folder Held", error);
    if (ok && !imap->has_move)
        ok = imap_expunge_set(imap, set, error);
    mailimap_set_free(set);
    return ok;
}

const BoxKind BOX_IMAP = {
    .open = imap_open,
    .close = imap_close,
    .validity = imap_validity,
    .list = imap_list,
    .fetch = imap_fetch,
    .expunge = imap_expunge,
    .hold = imap_hold,
    .tidy = imap_tidy,
    .abilities = imap_abilities,
};
