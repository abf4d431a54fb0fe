/* main.c: the table of verbs, and nothing else. */
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/fault.h"
#include "base/log.h"
#include "vault/vault.h"
#include "verb/verb.h"

static const Verb *const VERBS[] = {
    &verb_init,   &verb_keygen, &verb_check,  &verb_run,     &verb_inspect, &verb_rules,
    &verb_status, &verb_case,   &verb_unseal, &verb_open,    &verb_approve, &verb_drill,
    &verb_audit,  &verb_purge,  &verb_backup, &verb_restore, &verb_key};

enum { ARGS = 36 }; /* columns */

/* printf() counts bytes; and what is too long has a line of its own. */
static void help_line(FILE *to, const Verb *verb) {
    int room = ARGS - (int)g_utf8_strlen(verb->args, -1);
    fprintf(to, "  %-8s %s", verb->name, verb->args);
    if (room < 0) {
        fputc('\n', to);
        room = ARGS + 11;
    }
    fprintf(to, "%*s %s\n", room, "", verb->summary);
}

static void help(FILE *to) {
    fputs("worrybox: an anonymous peer-support mailbox for schools\n\n"
          "usage: worrybox [-C SITE] [--verbose] VERB …\n\n",
          to);
    for (guint i = 0; i < G_N_ELEMENTS(VERBS); i++)
        help_line(to, VERBS[i]);
    fputs("\nworrybox VERB --help tells a verb's options; worrybox(1) tells all of it.\n"
          "exit: 0 done, 64 usage, 65 a file given is bad, 75 try again, 77 refused, 78 set-up\n",
          to);
}

static const Verb *find(const char *name) {
    for (guint i = 0; i < G_N_ELEMENTS(VERBS); i++)
        if (strcmp(VERBS[i]->name, name) == 0)
            return VERBS[i];
    return NULL;
}

static int unknown(const char *name) {
    fprintf(stderr, "worrybox: there is no verb \"%s\" (worrybox --help)\n", name);
    return EX_USAGE;
}

static int go(const Verb *verb, const Call *call) {
    g_autoptr(GError) error = NULL;
    int status = EX_OK;
    if (!vault_start(&error) || !verb->go(call, &status, &error)) {
        if (error != NULL)
            fprintf(stderr, "worrybox: %s\n", error->message);
        return error != NULL ? fault_exit(error) : status;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "worrybox: standard output cannot be written\n");
        return EX_TEMPFAIL;
    }
    return status;
}

int main(int argc, char **argv) {
    Call call = {0};
    int i = 1;
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "-C") == 0 && i + 1 < argc)
            call.folder = argv[++i];
        else if (strcmp(argv[i], "--verbose") == 0)
            log_speak(TRUE);
        else if (strcmp(argv[i], "--version") == 0)
            return puts("worrybox " WB_VERSION) < 0;
        else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return help(stdout), EX_OK;
        else
            return unknown(argv[i]);
    }
    if (i == argc)
        return help(stderr), EX_USAGE;
    call.verb = argv[i];
    call.args = argv + i + 1;
    const Verb *verb = find(call.verb);
    return verb ? go(verb, &call) : unknown(call.verb);
}
