#include "run/about.h"

#include <string.h>

#include "run/keep.h"

/* As it was written, for masking takes their names out. */
static void look_in(const Office *office, const Kept *kept, GPtrArray *ids) {
    const char *text = kept->whole ? kept->whole : kept->text;
    const char *subject = kept->whole_subject ? kept->whole_subject : kept->subject;
    named_adults(office->named, subject, text ? text : "", ids);
}

gboolean about_adults(const Office *office, Case *row, GError **error) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    if (row->desk != DESK_LISTENER)
        return TRUE;
    g_autoptr(GPtrArray) messages = store_messages(office->store, row->id, FALSE, error);
    if (messages == NULL)
        return FALSE;
    for (guint i = 0; i < messages->len; i++) {
        const Message *message = g_ptr_array_index(messages, i);
        gboolean pupil = strcmp(message->author, "pupil") == 0;
        g_autoptr(Kept) kept = pupil ? kept_open(office, row, message, NULL) : NULL;
        if (kept != NULL)
            look_in(office, kept, ids);
    }
    for (guint i = 0; i < ids->len; i++)
        case_add_word(row->not_for, g_ptr_array_index(ids, i));
    return TRUE;
}

char *about_spared(const Office *office, const Case *row, GPtrArray *readers) {
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < row->not_for->len; i++) {
        const Person *person = people_find(office->people, g_ptr_array_index(row->not_for, i));
        if (person != NULL && person->role != ROLE_LISTENER &&
            !g_ptr_array_find(readers, person, NULL))
            g_string_append_printf(names, "%s%s", names->len > 0 ? " and " : "", person->name);
    }
    gboolean nobody = names->len == 0;
    return g_string_free(names, nobody);
}
