#include "value/identity.h"

const char *const AUTH_WORDS[] = {"none", "pass", "fail", NULL};

Identity *identity_new(void) {
    Identity *identity = g_new0(Identity, 1);
    identity->date = -1;
    identity->people = g_ptr_array_new_with_free_func(g_free);
    identity->names = g_ptr_array_new_with_free_func(g_free);
    return identity;
}

void identity_free(Identity *identity) {
    if (identity == NULL)
        return;
    g_free(identity->name);
    g_free(identity->from);
    g_free(identity->from_text);
    g_free(identity->subject);
    g_free(identity->message_id);
    g_ptr_array_unref(identity->people);
    g_ptr_array_unref(identity->names);
    g_free(identity);
}
