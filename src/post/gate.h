/* gate.h: the egress gate. Every outgoing byte passes it, after it was written and before it is
 * sent: parsed again as a receiver would, and judged by what is allowed, not by what is forbidden.
 */
#ifndef POST_GATE_H
#define POST_GATE_H

#include <glib.h>

typedef struct gate {
    const char *to;          /* borrowed; the one recipient */
    const char *box;         /* borrowed; the address of the box; its tagged forms pass too */
    const char *box_name;    /* borrowed; the display name From must have; NULL: names are looked
                                for in it */
    const char *own;         /* borrowed; Draft.own: subject and body without what people wrote. A
                                hidden name may be in the mail as often as it is in here, because it
                                is an ordinary word too ("will", "may"). NULL: nowhere */
    gboolean unmasked;       /* what people wrote stands in it as it is, for the lead to read: only
                                the headers and `own` are looked through */
    const GPtrArray *hidden; /* borrowed; names (names.h) that must not be in it; NULL: none */
    const GPtrArray *hidden_addresses; /* borrowed; addresses that must not be in it, in any form;
                                          NULL: none */
} Gate;

/* TRUE where `mail` has only headers on the allow-list, each once, with values of the form we
 * write; one recipient, `to`; no mail address but those of `to` and the box, in headers, decoded
 * subject and decoded text (nor %-encoded, in wide letters, or with characters nobody sees); no
 * hidden name as a word in them, accents aside; only text/plain parts (and one packet attachment,
 * application/octet-stream or text/plain, which holds nothing else); no line over 998 bytes, no
 * bare CR, no NUL. Else FALSE and FAULT_MAIL with which of these, without quoting it. */
gboolean gate_check(const Gate *gate, GBytes *mail, GError **error);

#endif
