/* address-book.h: where people are reached. Only run, vault and verb may include this (linted). */
#ifndef SITE_ADDRESS_BOOK_H
#define SITE_ADDRESS_BOOK_H

#include "site/people.h"

/* The address of a person; never NULL for one of `people`. Borrowed. */
const char *people_address(const People *people, const Person *person);

/* Who has this address (address_same); NULL: nobody here, so it may be a pupil. Borrowed. */
const Person *people_by_address(const People *people, const char *address);

#endif
