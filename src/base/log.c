#include "base/log.h"

#include <stdio.h>

static gboolean speaking;

void log_speak(gboolean yes) {
    speaking = yes;
}

void log_event(const char *event, const char *about, gint64 number) {
    if (!speaking)
        return;
    g_autofree char *shown = g_strdup(about ? about : "-");
    g_strcanon(shown, G_CSET_a_2_z G_CSET_DIGITS "-", '?');
    fprintf(stderr, "worrybox: %s about=%s n=%" G_GINT64_FORMAT "\n", event, shown, number);
}
