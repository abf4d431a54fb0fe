/* account.h: what a lead says of an opening, taken apart: on what ground and why, what else was
 * tried, whether the pupil was told. Pure. */
#ifndef DESK_ACCOUNT_H
#define DESK_ACCOUNT_H

#include <glib.h>

extern const char *const ACCOUNT_GROUNDS[]; /* "danger" … "asked", NULL */

typedef struct account {
    const char *ground; /* static; one of ACCOUNT_GROUNDS; NULL: none was named */
    char *text;         /* owned; what is left: the reason, or what came of it; NULL: nothing */
    char *tried;        /* owned; behind "Tried:"; NULL */
    char *told;         /* owned; behind "Told:"; NULL */
} Account;

/* Reads what stands behind UNSEAL (with `ground`: its first word may be one) or OUTCOME. `text` may
 * be NULL. "Tried:" and "Told:" count where they begin a line, in any case, and take the lines up
 * to the next of them or an empty one; "Outcome:" begins the rest again. Each part becomes one line
 * of at most 1000 characters. Never NULL. */
Account *account_read(const char *text, gboolean ground);
void account_free(Account *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_free)

/* One line of at most 1000 characters, for the record; NULL where nothing is said in it. Caller
 * frees. */
char *account_line(const char *text);

#endif
