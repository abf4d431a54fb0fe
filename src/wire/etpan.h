/* etpan.h: the glue between our wire and libetpan. Only src/box/box-imap.c includes this (linted):
 * it is the one header that shows a foreign type. */
#ifndef WIRE_ETPAN_H
#define WIRE_ETPAN_H

#include <libetpan/mailstream.h>

#include "wire/tls.h"

/* A stream of libetpan's over `wire`, which has to outlive it. NULL: no memory. It stays the same
 * one when wire_secure() turns the wire into TLS. mailstream_close() frees it and leaves the wire
 * open. */
mailstream *wire_stream(Wire *wire);

#endif
