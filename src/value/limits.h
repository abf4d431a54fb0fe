/* limits.h: how much one mail may ask of us. All are settings (`limits` in site.conf). */
#ifndef VALUE_LIMITS_H
#define VALUE_LIMITS_H

#include <glib.h>

typedef struct limits {
    gsize mail_size;     /* bytes; a larger mail is moved to the folder Held, unfetched */
    gsize header_block;  /* bytes, of the whole mail's own header */
    gsize header_size;   /* bytes, of one header with its continuation lines */
    guint parts;         /* MIME parts, all levels together */
    guint depth;         /* MIME levels */
    gsize html_size;     /* bytes of one HTML part that are looked at */
    guint match_limit;   /* PCRE2 match limit */
    guint letters_a_day; /* from one address; more are kept and counted, acknowledged once */
} Limits;

#define LIMITS_DEFAULT                                                                             \
    ((Limits){.mail_size = 20u << 20,                                                              \
              .header_block = 256u << 10,                                                          \
              .header_size = 16u << 10,                                                            \
              .parts = 200,                                                                        \
              .depth = 20,                                                                         \
              .html_size = 1u << 20,                                                               \
              .match_limit = 100000,                                                               \
              .letters_a_day = 20})

#endif
