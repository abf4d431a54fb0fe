#include "wire/etpan.h"

enum { BUFFER = 8192 };

static ssize_t low_read(mailstream_low *low, void *into, size_t most) {
    return wire_read(low->data, into, most);
}

static ssize_t low_write(mailstream_low *low, const void *bytes, size_t length) {
    return wire_write(low->data, bytes, length) ? (ssize_t)length : -1;
}

static int low_close(mailstream_low *low) {
    (void)low;
    return 0;
}

static int low_fd(mailstream_low *low) {
    (void)low;
    return -1;
}

/* libetpan frees the struct by its own free(), since mailstream_low_new() made it. */
static void low_free(mailstream_low *low) {
    free(low);
}

static void low_cancel(mailstream_low *low) {
    (void)low;
}

static struct mailstream_cancel *low_get_cancel(mailstream_low *low) {
    (void)low;
    return NULL;
}

static carray *low_chain(mailstream_low *low) {
    (void)low;
    return NULL;
}

static int low_idle(mailstream_low *low) {
    (void)low;
    return -1;
}

/* libetpan takes it without const, and only reads it. */
static mailstream_low_driver driver = {
    .mailstream_read = low_read,
    .mailstream_write = low_write,
    .mailstream_close = low_close,
    .mailstream_get_fd = low_fd,
    .mailstream_free = low_free,
    .mailstream_cancel = low_cancel,
    .mailstream_get_cancel = low_get_cancel,
    .mailstream_get_certificate_chain = low_chain,
    .mailstream_setup_idle = low_idle,
    .mailstream_unsetup_idle = low_idle,
    .mailstream_interrupt_idle = low_idle,
};

mailstream *wire_stream(Wire *wire) {
    mailstream_low *low = mailstream_low_new(wire, &driver);
    mailstream *stream = low != NULL ? mailstream_new(low, BUFFER) : NULL;
    if (stream == NULL && low != NULL)
        mailstream_low_free(low);
    return stream;
}
