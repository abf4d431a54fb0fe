#include "base/fault.h"

#include <sysexits.h>

GQuark fault_quark(void) {
    return g_quark_from_static_string("worrybox-fault");
}

static gboolean set(GError **error, enum fault reach, int code, const char *format, va_list args) {
    g_autofree char *text = g_strdup_vprintf(format, args);
    if (code == 0)
        g_set_error_literal(error, FAULT, (int)reach, text);
    else
        g_set_error(error, FAULT, (int)reach, "%s: %s", text, g_strerror(code));
    return FALSE;
}

gboolean fault_set(GError **error, enum fault reach, const char *format, ...) {
    va_list args;
    va_start(args, format);
    set(error, reach, 0, format, args);
    va_end(args);
    return FALSE;
}

gboolean fault_errno(GError **error, enum fault reach, int code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    set(error, reach, code, format, args);
    va_end(args);
    return FALSE;
}

int fault_exit(const GError *error) {
    if (error == NULL)
        return EX_OK;
    if (error->domain != FAULT)
        return EX_TEMPFAIL;
    switch ((enum fault)error->code) {
    case FAULT_USAGE:
        return EX_USAGE;
    case FAULT_INPUT:
        return EX_DATAERR;
    case FAULT_REFUSED:
        return EX_NOPERM;
    case FAULT_SETUP:
        return EX_CONFIG;
    case FAULT_MAIL:
    case FAULT_RUN:
        break;
    }
    return EX_TEMPFAIL;
}
