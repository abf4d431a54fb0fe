#include "verb/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"

/* The same with text taken as it was typed: GOption would read it in the charset of the locale,
 * which is C here, and refuse every "é", "£" and "’". Caller frees. */
static GOptionEntry *as_typed(const GOptionEntry *entries) {
    guint count = 0;
    while (entries != NULL && entries[count].long_name != NULL)
        count++;
    GOptionEntry *typed = g_new0(GOptionEntry, count + 1);
    for (guint i = 0; i < count; i++) {
        typed[i] = entries[i];
        if (typed[i].arg == G_OPTION_ARG_STRING)
            typed[i].arg = G_OPTION_ARG_FILENAME;
    }
    return typed;
}

static gboolean all_text(const GOptionEntry *entries, GError **error) {
    for (; entries != NULL && entries->long_name != NULL; entries++) {
        const char *text = entries->arg == G_OPTION_ARG_STRING ? *(char **)entries->arg_data : NULL;
        if (text != NULL && !g_utf8_validate(text, -1, NULL))
            return fault_set(error, FAULT_USAGE, "what --%s is given is not UTF-8",
                             entries->long_name);
    }
    return TRUE;
}

gboolean verb_options(const Call *call, const Verb *verb, const GOptionEntry *entries,
                      char ***words, GError **error) {
    gboolean help = FALSE;
    const GOptionEntry own[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Say this, and do nothing", NULL},
        G_OPTION_ENTRY_NULL};
    g_autoptr(GOptionContext) context = g_option_context_new(verb->args);
    g_autoptr(GError) wrong = NULL;
    g_autofree char *title = g_strdup_printf("worrybox %s", verb->name);
    char **all = g_new0(char *, g_strv_length(call->args) + 2);
    all[0] = g_strdup(title);
    for (guint i = 0; call->args[i] != NULL; i++)
        all[i + 1] = g_strdup(call->args[i]);
    *words = NULL;
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, verb->summary);
    g_autofree GOptionEntry *typed = as_typed(entries);
    g_option_context_add_main_entries(context, typed, NULL);
    g_option_context_add_main_entries(context, own, NULL);
    g_option_context_set_strict_posix(context, FALSE);
    if (!g_option_context_parse_strv(context, &all, &wrong)) {
        g_strfreev(all);
        return fault_set(error, FAULT_USAGE, "%s (worrybox %s --help)", wrong->message, verb->name);
    }
    if (!all_text(entries, error)) {
        g_strfreev(all);
        return FALSE;
    }
    if (help) {
        g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
        g_strfreev(all);
        fputs(text, stdout);
        return TRUE;
    }
    guint count = g_strv_length(all);
    *words = g_new0(char *, count + 1);
    for (guint i = 1, n = 0; i < count; i++) {
        /* GOption leaves the "--" that ends the options in. */
        if (n == 0 && i == 1 && g_str_equal(all[i], "--"))
            g_free(all[i]);
        else
            (*words)[n++] = all[i];
    }
    g_free(all[0]);
    g_free(all);
    return TRUE;
}

const char *verb_site(const Call *call) {
    return call->folder ? call->folder : ".";
}

gboolean verb_moment(const char *text, gint64 *moment, GError **error) {
    *moment = text ? clock_parse(text) : -1;
    return text == NULL || *moment >= 0 ||
           fault_set(error, FAULT_USAGE, "--now takes a moment such as 2026-03-02T08:00:00Z");
}

static gboolean write_all(int fd, const char *text, gsize length) {
    while (length > 0) {
        gssize n = write(fd, text, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        text += n;
        length -= (gsize)n;
    }
    return fsync(fd) == 0;
}

gboolean verb_write_new(const char *path, const char *text, gsize length, GError **error) {
    int fd = g_open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return fault_errno(error, errno == EEXIST ? FAULT_REFUSED : FAULT_INPUT, errno,
                           "%s cannot be made", path);
    gboolean done = write_all(fd, text, length);
    int code = errno;
    if (close(fd) == 0 && done)
        return TRUE;
    unlink(path);
    return fault_errno(error, FAULT_INPUT, code, "%s cannot be written", path);
}

gboolean verb_read(const char *path, char **text, gsize *length, GError **error) {
    g_autoptr(GError) why = NULL;
    if (g_file_get_contents(path, text, length, &why)) {
        if (*length <= (512u << 20))
            return TRUE;
        g_clear_pointer(text, g_free);
        return fault_set(error, FAULT_INPUT, "%s is too large", path);
    }
    return fault_set(error, FAULT_INPUT, "%s cannot be read: %s", path,
                     g_file_test(path, G_FILE_TEST_EXISTS) ? "is it a file you may read?"
                                                           : "it is not there");
}
