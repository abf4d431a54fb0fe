/* json.h: the one way JSON is written and read here (the door to jansson).
 *
 * Keys keep the order they were put in. Text is UTF-8; what is not becomes U+FFFD. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <glib.h>

typedef struct js Js;

Js *js_object(void);
Js *js_list(void);
void js_free(Js *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Js, js_free)

/* Into an object. `text` NULL puts null. js_put takes ownership of `value` (NULL puts null). */
void js_put_text(Js *object, const char *key, const char *text);
void js_put_number(Js *object, const char *key, gint64 number);
void js_put_yes(Js *object, const char *key, gboolean yes);
void js_put(Js *object, const char *key, Js *value);

/* Onto a list. js_add takes ownership of `value`. */
void js_add_text(Js *list, const char *text);
void js_add(Js *list, Js *value);

/* On one line, without a line feed. Caller frees. */
char *js_line(const Js *json);

/* Reads an object or a list of at most 64 MiB; NULL where it is neither. Caller frees. */
Js *js_read(const char *text, gsize length);

/* Out of an object: what is absent, null or of another type is NULL, `otherwise`, or FALSE. The
 * answers are borrowed and live as long as the object. */
const char *js_text(const Js *object, const char *key);
gint64 js_number(const Js *object, const char *key, gint64 otherwise);
gboolean js_yes(const Js *object, const char *key);
const Js *js_get(const Js *object, const char *key);

/* Out of a list: its length (0 where `list` is NULL or no list), and its members. */
gsize js_count(const Js *list);
const Js *js_at(const Js *list, gsize index);
const char *js_text_at(const Js *list, gsize index);

#endif
