/* pack.h: the values that travel between the run and its worker, as bytes. The worker has seen
 * hostile mail, so what comes back is checked as it is read: a form that is not right is NULL or
 * FALSE, never a crash. */
#ifndef RUN_PACK_H
#define RUN_PACK_H

#include "mail/facts.h"
#include "value/context.h"
#include "value/identity.h"
#include "value/letter.h"
#include "value/verdict.h"

GBytes *pack_facts(const Facts *facts);
Facts *unpack_facts(GBytes *bytes);

GBytes *pack_context(const Context *context);
Context *unpack_context(GBytes *bytes);

/* `verdict` may be NULL. */
GBytes *pack_result(const Letter *letter, const Identity *identity, const Verdict *verdict);
gboolean unpack_result(GBytes *bytes, Letter **letter, Identity **identity, Verdict **verdict);

#endif
