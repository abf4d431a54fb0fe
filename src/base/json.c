#include "base/json.h"

#include <jansson.h>
#include <stdlib.h>

/* A Js is jansson's json_t under a name of our own. */
static json_t *raw(const Js *json) {
    return (json_t *)json;
}

static json_t *string(const char *text) {
    if (text == NULL)
        return json_null();
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

Js *js_object(void) {
    return (Js *)json_object();
}

Js *js_list(void) {
    return (Js *)json_array();
}

void js_free(Js *json) {
    json_decref(raw(json));
}

void js_put_text(Js *object, const char *key, const char *text) {
    json_object_set_new(raw(object), key, string(text));
}

void js_put_number(Js *object, const char *key, gint64 number) {
    json_object_set_new(raw(object), key, json_integer(number));
}

void js_put_yes(Js *object, const char *key, gboolean yes) {
    json_object_set_new(raw(object), key, json_boolean(yes));
}

void js_put(Js *object, const char *key, Js *value) {
    json_object_set_new(raw(object), key, value ? raw(value) : json_null());
}

void js_add_text(Js *list, const char *text) {
    json_array_append_new(raw(list), string(text));
}

void js_add(Js *list, Js *value) {
    json_array_append_new(raw(list), raw(value));
}

char *js_line(const Js *json) {
    char *line = json_dumps(raw(json), JSON_COMPACT);
    char *copy = g_strdup(line);
    free(line);
    return copy;
}

Js *js_read(const char *text, gsize length) {
    if (length > (64u << 20))
        return NULL;
    return (Js *)json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
}

const char *js_text(const Js *object, const char *key) {
    return json_string_value(json_object_get(raw(object), key));
}

gint64 js_number(const Js *object, const char *key, gint64 otherwise) {
    const json_t *value = json_object_get(raw(object), key);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

gboolean js_yes(const Js *object, const char *key) {
    return json_is_true(json_object_get(raw(object), key));
}

const Js *js_get(const Js *object, const char *key) {
    return (const Js *)json_object_get(raw(object), key);
}

gsize js_count(const Js *list) {
    return list ? json_array_size(raw(list)) : 0;
}

const Js *js_at(const Js *list, gsize index) {
    return (const Js *)json_array_get(raw(list), index);
}

const char *js_text_at(const Js *list, gsize index) {
    return json_string_value(json_array_get(raw(list), index));
}
