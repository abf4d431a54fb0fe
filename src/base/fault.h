/* fault.h: errors, and how far each of them reaches.
 *
 * Every function that can fail takes a GError ** last and returns false or NULL. The code of the
 * error says how far it reaches, and so which exit code of sysexits(3) the program ends with. The
 * message is for a person; it never holds text of a mail, of a server, or a secret. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <glib.h>

#define FAULT fault_quark()

enum fault {
    FAULT_USAGE,   /* the command line is wrong: 64 */
    FAULT_INPUT,   /* a file that was given is bad: 65 */
    FAULT_MAIL,    /* this mail only: it goes, sealed, to a person, and the run goes on */
    FAULT_RUN,     /* this run: disk, server or network; the next run finishes the work: 75 */
    FAULT_REFUSED, /* not allowed, and said why: 77 */
    FAULT_SETUP,   /* configuration, keys, file modes: somebody has to change something: 78 */
};

GQuark fault_quark(void);

/* Sets *error (which may be NULL) and returns false, so that a failure is one line:
 *     return fault_set(error, FAULT_RUN, "cannot open %s", path);                            */
gboolean fault_set(GError **error, enum fault reach, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The same, with ": " and the text of errno value `code` at the end. */
gboolean fault_errno(GError **error, enum fault reach, int code, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The exit code for an error; an error of another domain (GLib's own) counts as FAULT_RUN. */
int fault_exit(const GError *error);

#endif
