#include "value/wording.h"

Wording *wording_new(void) {
    Wording *wording = g_new0(Wording, 1);
    wording->lines = g_ptr_array_new_with_free_func(g_free);
    wording->values = g_ptr_array_new_with_free_func(g_free);
    return wording;
}

void wording_free(Wording *wording) {
    if (wording == NULL)
        return;
    g_ptr_array_unref(wording->lines);
    g_ptr_array_unref(wording->values);
    g_free(wording);
}
