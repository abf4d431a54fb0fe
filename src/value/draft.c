#include "value/draft.h"

Draft *draft_new(Party *to, const char *handle, const char *name) {
    Draft *draft = g_new0(Draft, 1);
    draft->to = to;
    draft->handle = g_strdup(handle);
    draft->name = g_strdup(name);
    draft->refs = g_ptr_array_new_with_free_func(g_free);
    return draft;
}

void draft_free(Draft *draft) {
    if (draft == NULL)
        return;
    party_free(draft->to);
    g_free(draft->handle);
    g_free(draft->name);
    g_free(draft->subject);
    g_free(draft->body);
    g_free(draft->own);
    g_free(draft->token);
    g_free(draft->attached);
    g_free(draft->attached_name);
    g_free(draft->author);
    g_free(draft->answer);
    g_free(draft->about);
    g_ptr_array_unref(draft->refs);
    g_free(draft);
}
