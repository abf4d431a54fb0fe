#include "verb/by.h"

#include <string.h>

#include "base/fault.h"

/* What stands on the record as who did it must be somebody. */
gboolean by_known(const People *people, const char *by, GError **error) {
    const Person *person = people_find(people, by);
    if (strcmp(by, BY_OPERATOR) == 0 || (person != NULL && person->role != ROLE_LISTENER))
        return TRUE;
    return fault_set(error, FAULT_REFUSED,
                     "--by %s: that is nobody in people.conf, or no adult; give a short name from "
                     "there, or leave it out for the operator",
                     by);
}
