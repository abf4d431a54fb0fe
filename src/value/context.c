#include "value/context.h"

Context *context_new(enum route side) {
    Context *context = g_new0(Context, 1);
    context->side = side;
    context->occasion = occasion_unknown();
    context->own = g_ptr_array_new_with_free_func(g_free);
    context->people = g_ptr_array_new_with_free_func(g_free);
    context->names = g_ptr_array_new_with_free_func(g_free);
    context->terms = g_ptr_array_new_with_free_func(g_free);
    return context;
}

void context_free(Context *context) {
    if (context == NULL)
        return;
    g_free(context->why);
    g_free(context->last_sent);
    g_free(context->sign);
    g_free(context->reader);
    g_ptr_array_unref(context->own);
    g_ptr_array_unref(context->people);
    g_ptr_array_unref(context->names);
    g_ptr_array_unref(context->terms);
    g_free(context);
}
