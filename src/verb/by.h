/* by.h: who does something, for the record. */
#ifndef VERB_BY_H
#define VERB_BY_H

#include "site/people.h"

#define BY_OPERATOR "operator"

/* FAULT_REFUSED where `by` is neither the operator nor an adult in people.conf. */
gboolean by_known(const People *people, const char *by, GError **error);

#endif
