/* The folders beside the one that is fetched: where providers keep copies of what we sent, and of
 * what we deleted. Found by SPECIAL-USE (RFC 6154), which many servers tell in a plain LIST. */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "box/box-imap.h"
#include "box/imap-name.h"
#include "box/own-copy.h"
#include "value/address.h"

enum {
    WINDOW = 20000, /* of the mails in a folder so many, the newest, are searched */
    MOST = 2000,    /* and of what was found so many, the newest, are looked at in one run */
};

typedef struct folder {
    char *name;  /* owned; as IMAP writes it */
    char *shown; /* owned; for a person; never the server's word */
} Folder;

typedef struct places {
    GPtrArray *folders;   /* of Folder, owned; the one for deleted mail last */
    char *trash;          /* owned; the folder for deleted mail; NULL: none is marked */
    gboolean marks[4];    /* has the server a folder of that role? */
    gboolean moves_first; /* Gmail: only what lies in the trash can be deleted for good */
} Places;

enum role { ROLE_ALL, ROLE_ARCHIVE, ROLE_SENT, ROLE_TRASH };
static const struct {
    const char *flag, *shown;
} ROLES[] = {[ROLE_ALL] = {"All", "All mail"},
             [ROLE_ARCHIVE] = {"Archive", "Archived mail"},
             [ROLE_SENT] = {"Sent", "Sent mail"},
             [ROLE_TRASH] = {"Trash", "Deleted mail"}};
G_STATIC_ASSERT(G_N_ELEMENTS(ROLES) == G_N_ELEMENTS(((Places *)0)->marks));

static void folder_free(gpointer data) {
    Folder *folder = data;
    g_free(folder->name);
    g_free(folder->shown);
    g_free(folder);
}

static void places_clear(Places *places) {
    g_clear_pointer(&places->folders, g_ptr_array_unref);
    g_clear_pointer(&places->trash, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Places, places_clear)

/* ---- which folders --------------------------------------------------------------------------- */

/* Not the one that is fetched: what is in there has not been read yet. */
static void add_folder(Places *places, const Imap *imap, const char *name, const char *shown) {
    gboolean inbox = g_ascii_strcasecmp(name, "INBOX") == 0;
    if (!imap_is_plain(name) || strcmp(name, imap->folder) == 0 ||
        (inbox && g_ascii_strcasecmp(imap->folder, "INBOX") == 0))
        return;
    Folder *folder = g_new(Folder, 1);
    folder->name = g_strdup(name);
    folder->shown = g_strdup(shown);
    g_ptr_array_add(places->folders, folder);
}

static gboolean has_flag(const struct mailimap_mailbox_list *folder, const char *flag) {
    if (folder->mb_flag == NULL)
        return FALSE;
    for (clistiter *at = clist_begin(folder->mb_flag->mbf_oflags); at; at = clist_next(at)) {
        const struct mailimap_mbx_list_oflag *one = clist_content(at);
        if (one->of_type == MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT &&
            g_ascii_strcasecmp(one->of_flag_ext + (*one->of_flag_ext == '\\'), flag) == 0)
            return TRUE;
    }
    return FALSE;
}

static void add_marked(Places *places, const Imap *imap, clist *found, enum role role,
                       gboolean wanted) {
    for (clistiter *at = clist_begin(found); at != NULL; at = clist_next(at)) {
        const struct mailimap_mailbox_list *one = clist_content(at);
        if (one->mb_name == NULL || !has_flag(one, ROLES[role].flag))
            continue;
        places->marks[role] = TRUE;
        if (wanted)
            add_folder(places, imap, one->mb_name, ROLES[role].shown);
        if (role == ROLE_TRASH && places->trash == NULL && imap_is_plain(one->mb_name))
            places->trash = g_strdup(one->mb_name);
    }
}

static void add_named(Places *places, const Imap *imap, const GPtrArray *names) {
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        if (!g_utf8_validate(name, -1, NULL))
            continue;
        g_autofree char *coded = imap_name(name);
        g_autofree char *shown = g_strdup_printf("\"%s\"", name);
        add_folder(places, imap, coded, shown);
    }
}

/* There may be a list after a NO, too. */
static void forget_folders(clist *found) {
    if (found != NULL)
        mailimap_list_result_free(found);
}

static gboolean find_places(Imap *imap, const GPtrArray *names, Places *places, GError **error) {
    clist *found = NULL;
    wire_allow(imap->wire, IMAP_SMALL);
    int code = mailimap_list(imap->session, "", "*", &found);
    if (code != MAILIMAP_NO_ERROR) {
        forget_folders(found);
        return imap_fail(imap, code, "listing the folders", error);
    }
    places->folders = g_ptr_array_new_with_free_func(folder_free);
    if (names != NULL)
        add_named(places, imap, names);
    gboolean gmail = mailimap_has_extension(imap->session, (char *)"X-GM-EXT-1");
    for (guint role = 0; found != NULL && role < G_N_ELEMENTS(ROLES); role++)
        add_marked(places, imap, found, (enum role)role,
                   names == NULL || (gmail && role == ROLE_TRASH));
    places->moves_first = gmail && imap->has_move && places->trash != NULL;
    forget_folders(found);
    return TRUE;
}

/* May mails be deleted in the folder that is open? Where the server does not say which flags stay
 * set, all do (RFC 3501, 7.1). */
static gboolean may_delete(const Imap *imap) {
    const struct mailimap_selection_info *info = imap->session->imap_selection_info;
    gboolean may = info->sel_perm_flags == NULL;
    for (clistiter *at = may ? NULL : clist_begin(info->sel_perm_flags); at; at = clist_next(at)) {
        const struct mailimap_flag_perm *one = clist_content(at);
        may = may || (one->fl_type == MAILIMAP_FLAG_PERM_FLAG &&
                      one->fl_flag->fl_type == MAILIMAP_FLAG_DELETED);
    }
    return may && info->sel_perm != MAILIMAP_MAILBOX_READONLY;
}

/* *there: it could be opened, and *writable: mails can be deleted in it. */
static gboolean open_folder(Imap *imap, const Folder *folder, gboolean *there, gboolean *writable,
                            GError **error) {
    wire_allow(imap->wire, IMAP_SMALL);
    int code = mailimap_select(imap->session, folder->name);
    *there = code == MAILIMAP_NO_ERROR;
    *writable = *there && may_delete(imap);
    return *there || code == MAILIMAP_ERROR_SELECT ||
           imap_fail(imap, code, "opening another folder", error);
}

/* ---- which mails ----------------------------------------------------------------------------- */

/* `address` only narrows the search: whose copy a mail is, own_copy() says. Both halves of it are
 * asked for, so that a plus tag is no hindrance; some servers find only whole words. NULL: all. */
static int search(Imap *imap, const char *address, clist **found) {
    guint32 count = imap->session->imap_selection_info->sel_exists;
    guint32 first = count > WINDOW ? count - WINDOW + 1 : 1;
    struct mailimap_search_key *key = mailimap_search_key_new_multiple_empty();
    mailimap_search_key_multiple_add(
        key, mailimap_search_key_new_set(mailimap_set_new_interval(first, 0)));
    if (address != NULL) {
        g_autofree char *local = address_local(address);
        g_autofree char *domain = g_hostname_to_ascii(address_domain(address));
        const char *words[] = {local, domain != NULL ? domain : local};
        for (guint i = 0; i < G_N_ELEMENTS(words); i++)
            mailimap_search_key_multiple_add(key, mailimap_search_key_new_from(strdup(words[i])));
    }
    wire_allow(imap->wire, IMAP_SMALL);
    int code = mailimap_uid_search(imap->session, NULL, key, found);
    mailimap_search_key_free(key);
    return code;
}

static gint by_number(gconstpointer a, gconstpointer b) {
    guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;
    return (x > y) - (x < y);
}

/* In order; the newest MOST. */
static GArray *newest(clist *found) {
    GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (clistiter *at = clist_begin(found); at != NULL; at = clist_next(at))
        g_array_append_vals(uids, clist_content(at), 1);
    g_array_sort(uids, by_number);
    if (uids->len > MOST)
        g_array_remove_range(uids, 0, uids->len - MOST);
    return uids;
}

static struct mailimap_fetch_att *two_fields(void) {
    clist *names = clist_new();
    clist_append(names, strdup("MESSAGE-ID"));
    clist_append(names, strdup("FROM"));
    return mailimap_fetch_att_new_body_peek_section(
        mailimap_section_new_header_fields(mailimap_header_list_new(names)));
}

typedef struct picking {
    const char *address;
    GArray *uids; /* of guint32: ours */
} Picking;

static gboolean pick(gpointer data, const char *id, GBytes *raw, GError **error) {
    Picking *picking = data;
    guint32 uid = (guint32)g_ascii_strtoull(id, NULL, 10);
    (void)error;
    if (own_copy(raw, picking->address))
        g_array_append_val(picking->uids, uid);
    return TRUE;
}

/* There may be a list after a NO, too. */
static void forget_numbers(clist **found) {
    if (*found != NULL)
        mailimap_search_result_free(*found);
    *found = NULL;
}

/* The copies of our own in the folder that is open, in order; NULL sets *error. Caller frees. */
static GArray *own_copies(Imap *imap, const char *address, GError **error) {
    g_autoptr(GArray) ours = g_array_new(FALSE, FALSE, sizeof(guint32));
    Picking picking = {address, ours};
    clist *found = NULL;
    if (imap->session->imap_selection_info->sel_exists == 0)
        return g_steal_pointer(&ours);
    int code = search(imap, g_str_is_ascii(address) ? address : NULL, &found);
    if (code == MAILIMAP_ERROR_UID_SEARCH) { /* it cannot search for words: then without */
        forget_numbers(&found);
        code = search(imap, NULL, &found);
    }
    if (code != MAILIMAP_NO_ERROR) {
        forget_numbers(&found);
        imap_fail(imap, code, "searching another folder", error);
        return NULL;
    }
    g_autoptr(GArray) uids = found != NULL ? newest(found) : g_array_ref(ours);
    forget_numbers(&found);
    if (!imap_read(imap, uids, two_fields, IMAP_SMALL, pick, &picking, error))
        return NULL;
    g_array_sort(ours, by_number);
    return g_steal_pointer(&ours);
}

/* ---- removing them --------------------------------------------------------------------------- */

static gboolean to_trash(Imap *imap, struct mailimap_set *set, const char *trash, GError **error) {
    wire_allow(imap->wire, IMAP_SMALL);
    int code = mailimap_uid_move(imap->session, set, trash);
    return code == MAILIMAP_NO_ERROR || imap_fail(imap, code, "deleting mails", error);
}

static gboolean tidy_folder(Imap *imap, const Places *places, const Folder *folder,
                            const char *address, guint *removed, GError **error) {
    gboolean there, writable;
    gboolean moves = places->moves_first && strcmp(folder->name, places->trash) != 0;
    if (!open_folder(imap, folder, &there, &writable, error))
        return FALSE;
    if (!writable)
        return TRUE;
    g_autoptr(GArray) ours = own_copies(imap, address, error);
    gboolean ok = ours != NULL;
    for (guint at = 0; ok && at < ours->len;) {
        struct mailimap_set *set = imap_range(ours, at, &at);
        ok = moves ? to_trash(imap, set, places->trash, error) : imap_expunge_set(imap, set, error);
        mailimap_set_free(set);
    }
    if (ok && !moves)
        *removed += ours->len;
    return ok;
}

gboolean imap_tidy(gpointer state, const GPtrArray *folders, const char *address, guint *removed,
                   GError **error) {
    Imap *imap = state;
    g_auto(Places) places = {0};
    gboolean ok = find_places(imap, folders, &places, error);
    for (guint i = 0; ok && i < places.folders->len; i++)
        ok = tidy_folder(imap, &places, g_ptr_array_index(places.folders, i), address, removed,
                         error);
    return ok;
}

/* ---- check --connect ------------------------------------------------------------------------- */

static gboolean say_folder(Imap *imap, const Folder *folder, const char *address, GString *text,
                           GError **error) {
    gboolean there, writable;
    if (!open_folder(imap, folder, &there, &writable, error))
        return FALSE;
    if (!there) {
        g_string_append_printf(text, "%s: no such folder, or not to be opened.\n", folder->shown);
        return TRUE;
    }
    g_autoptr(GArray) ours = own_copies(imap, address, error);
    if (ours == NULL)
        return FALSE;
    g_string_append_printf(text, "%s: %u cop%s of our own mails%s\n", folder->shown, ours->len,
                           ours->len == 1 ? "y" : "ies",
                           !writable ? "; nothing can be deleted there, so they stay. Allow it, "
                                       "or have the provider keep none."
                                     : "; every run removes them.");
    return TRUE;
}

static void say_connection(const Imap *imap, GString *text) {
    g_string_append(text, wire_is_tls(imap->wire) ? "TLS: yes, and the certificate is the host's.\n"
                                                  : "TLS: no; the server is on this machine.\n");
    g_string_append(text, "UIDPLUS: yes. A letter is deleted by its number, and only that one.\n");
    g_string_append(text, imap->has_move
                              ? "MOVE: yes. A mail too large goes to the folder Held in one step.\n"
                              : "MOVE: no. A mail too large is copied to the folder Held, then "
                                "deleted.\n");
}

/* What a provider does behind our back, and where that is changed. */
static void say_habits(Imap *imap, const Places *places, GString *text) {
    if (mailimap_has_extension(imap->session, (char *)"X-GM-EXT-1"))
        g_string_append(text, "Gmail: deleting may only archive. In Gmail's settings, under "
                              "Forwarding and POP/IMAP, switch Auto-Expunge off and choose that a "
                              "message marked as deleted is deleted for ever; else every letter "
                              "stays in All Mail.\n");
    else if (places->marks[ROLE_ALL])
        g_string_append(text, "The server has a folder of all mail: a letter that is deleted may "
                              "stay there. Look in the provider's settings for what deleting by "
                              "IMAP does, and choose that it is for ever.\n");
    if (places->marks[ROLE_SENT])
        g_string_append(text, "There is a folder for sent mail. If the provider keeps copies of "
                              "what is sent, switch that off: they name the pupils.\n");
    if (places->marks[ROLE_TRASH])
        g_string_append(text, "There is a folder for deleted mail. worrybox deletes past it; what "
                              "a person deletes by hand stays in it.\n");
    if (places->folders->len == 0)
        g_string_append(text,
                        "The server marks no folder as that of sent or deleted mail. Where "
                        "there is one, name it in the block \"mailbox\": sent-folder NAME.\n");
    g_string_append(text, "The provider may keep deleted mail as recoverable for weeks.\n");
}

char *imap_abilities(gpointer state, const GPtrArray *folders, const char *address,
                     GError **error) {
    Imap *imap = state;
    g_auto(Places) places = {0};
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean ok = find_places(imap, folders, &places, error);
    say_connection(imap, text);
    for (guint i = 0; ok && i < places.folders->len; i++)
        ok = say_folder(imap, g_ptr_array_index(places.folders, i), address, text, error);
    if (!ok)
        return NULL;
    say_habits(imap, &places, text);
    return g_strdup(text->str);
}
