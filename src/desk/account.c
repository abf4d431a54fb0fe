#include "desk/account.h"

#include <string.h>

#include "base/text.h"
#include "desk/word.h"

enum { MOST = 1000 };

const char *const ACCOUNT_GROUNDS[] = {"danger", "harm", "abuse", "threat", "court", "asked", NULL};

void account_free(Account *account) {
    if (account == NULL)
        return;
    g_free(account->text);
    g_free(account->tried);
    g_free(account->told);
    g_free(account);
}

char *account_line(const char *text) {
    g_autofree char *clean = text_clean(text ? text : "", -1);
    g_autofree char *line = text_one_line(clean);
    return *line != '\0' ? text_cut(line, MOST) : NULL;
}

/* Where a first word that names a ground ends; NULL where it names none. */
static const char *behind_ground(const char *text, const char **ground) {
    g_autoptr(Word) word = word_read(text);
    for (guint i = 0; ACCOUNT_GROUNDS[i] != NULL; i++)
        if (strcmp(word->text, ACCOUNT_GROUNDS[i]) == 0 && !word->part) {
            *ground = ACCOUNT_GROUNDS[i];
            return word->after;
        }
    return NULL;
}

/* "Told: yes": which part this line begins; *line moves behind the word and its colon. */
static GString **begins(const char **line, GString **tried, GString **told, GString **rest) {
    g_autoptr(Word) word = word_read(*line);
    if (!word->separated && !word->alone)
        return NULL;
    GString **part = strcmp(word->text, "tried") == 0     ? tried
                     : strcmp(word->text, "told") == 0    ? told
                     : strcmp(word->text, "outcome") == 0 ? rest
                                                          : NULL;
    if (part != NULL)
        *line = word->after;
    return part;
}

static char *settle(GString *part) {
    g_autofree char *text = g_string_free(part, FALSE);
    return account_line(text);
}

Account *account_read(const char *text, gboolean ground) {
    Account *account = g_new0(Account, 1);
    const char *start = text ? text : "";
    const char *after = ground ? behind_ground(start, &account->ground) : NULL;
    g_auto(GStrv) lines = g_strsplit(after ? after : start, "\n", -1);
    GString *tried = g_string_new(NULL), *told = g_string_new(NULL), *rest = g_string_new(NULL);
    GString **into = &rest;
    for (guint i = 0; lines[i] != NULL; i++) {
        const char *line = lines[i];
        GString **next = begins(&line, &tried, &told, &rest);
        into = next ? next : word_blank(line) ? &rest : into;
        g_string_append_printf(*into, "%s\n", line);
    }
    account->tried = settle(tried);
    account->told = settle(told);
    account->text = settle(rest);
    return account;
}
