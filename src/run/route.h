/* route.h: the reply route of an open case: where an answer to the pupil goes. It is the one place
 * where an address is kept other than sealed: under the case key, until the case closes. */
#ifndef RUN_ROUTE_H
#define RUN_ROUTE_H

#include "run/office.h"

typedef struct route_back {
    char *address;     /* owned; NULL: nobody could be made out, no answer is possible */
    GPtrArray *names;  /* of char *, owned: words that name the writer (names.h) */
    GPtrArray *people; /* of char *, owned: who is [person A], who is B (value/context.h) */
    char *thread;      /* owned; Message-ID of their last letter; NULL */
} RouteBack;

RouteBack *route_new(const char *address, const GPtrArray *names, const char *thread);
void route_free(RouteBack *route);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RouteBack, route_free)

/* Puts it into row->route. `key` is the case's. */
void route_lock(const Office *office, Case *row, GBytes *key, const RouteBack *route);

/* NULL without *error where the case has none (closed); NULL with *error where it does not open. */
RouteBack *route_unlock(const Office *office, const Case *row, GError **error);
/* The same with the case's key (NULL: it is gone), without asking the store. */
RouteBack *route_unlock_with(const Office *office, const Case *row, GBytes *key, GError **error);

#endif
