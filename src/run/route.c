#include "run/route.h"

#include <string.h>

#include "base/fault.h"
#include "base/json.h"

RouteBack *route_new(const char *address, const GPtrArray *names, const char *thread) {
    RouteBack *route = g_new0(RouteBack, 1);
    route->address = g_strdup(address);
    route->thread = g_strdup(thread);
    route->names = g_ptr_array_new_with_free_func(g_free);
    route->people = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; names != NULL && i < names->len; i++)
        g_ptr_array_add(route->names, g_strdup(g_ptr_array_index(names, i)));
    return route;
}

void route_free(RouteBack *route) {
    if (route == NULL)
        return;
    g_free(route->address);
    g_free(route->thread);
    g_ptr_array_unref(route->names);
    g_ptr_array_unref(route->people);
    g_free(route);
}

static Js *list_of(const GPtrArray *words) {
    Js *list = js_list();
    for (guint i = 0; i < words->len; i++)
        js_add_text(list, g_ptr_array_index(words, i));
    return list;
}

static void add_words(GPtrArray *words, const Js *list) {
    for (gsize i = 0; i < js_count(list); i++)
        g_ptr_array_add(words, g_strdup(js_text_at(list, i)));
}

void route_lock(const Office *office, Case *row, GBytes *key, const RouteBack *route) {
    g_autoptr(Js) json = js_object();
    js_put_text(json, "address", route->address);
    js_put(json, "names", list_of(route->names));
    js_put(json, "people", list_of(route->people));
    js_put_text(json, "thread", route->thread);
    g_autofree char *line = js_line(json);
    g_clear_pointer(&row->route, g_bytes_unref);
    row->route = vault_lock(office->vault, key, PURPOSE_ROUTE, row->id, 0, line, strlen(line));
}

RouteBack *route_unlock(const Office *office, const Case *row, GError **error) {
    if (row->route == NULL)
        return NULL;
    g_autoptr(GBytes) key = store_case_key(office->store, row->id);
    if (key == NULL) {
        fault_set(error, FAULT_RUN, "the key of %s is not there", row->handle);
        return NULL;
    }
    return route_unlock_with(office, row, key, error);
}

RouteBack *route_unlock_with(const Office *office, const Case *row, GBytes *key, GError **error) {
    if (row->route == NULL || key == NULL)
        return NULL;
    g_autoptr(GBytes) text =
        vault_unlock(office->vault, key, PURPOSE_ROUTE, row->id, 0, row->route, error);
    if (text == NULL)
        return NULL;
    g_autoptr(Js) json = js_read(g_bytes_get_data(text, NULL), g_bytes_get_size(text));
    RouteBack *route = route_new(js_text(json, "address"), NULL, js_text(json, "thread"));
    add_words(route->names, js_get(json, "names"));
    add_words(route->people, js_get(json, "people"));
    return route;
}
