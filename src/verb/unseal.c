#include "run/unseal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "verb/verb.h"

static gboolean write_packet(Office *office, const Request *request, const char *out,
                             Unsealed *unsealed, GError **error) {
    /* What cannot be written must not be on the record as opened: so it is tried first. */
    if (g_file_test(out, G_FILE_TEST_EXISTS))
        return fault_set(error, FAULT_REFUSED, "%s exists already", out);
    if (!verb_write_new(out, "", 0, error))
        return FALSE;
    unlink(out);
    return unseal(office, request, unsealed, error) &&
           verb_write_new(out, unsealed->packet, strlen(unsealed->packet), error);
}

static void say(const Request *request, const char *out, gboolean two) {
    printf("%s is unsealed for %s, on the record; the witness is told with the next run.\n",
           request->handle, request->by);
    if (two)
        printf("The packet is %s. It takes a second keyholder: those who can be are sent it with "
               "the\nnext run, and asked. Open what they send back; or open this one together, at "
               "one\nmachine: worrybox open, with --key twice\n",
               out);
    else
        printf("The packet is %s. It opens on the keyholder's own machine: worrybox open\n", out);
}

static gboolean go(const Call *call, int *status, GError **error) {
    g_autofree char *by = NULL, *ground = NULL, *reason = NULL, *out = NULL, *tried = NULL,
                    *told = NULL, *now = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who asks: a keyholder's short name", "KEYHOLDER"},
        {"ground", 0, 0, G_OPTION_ARG_STRING, &ground, "danger harm abuse threat court asked",
         "GROUND"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why, without names: it stays on the record",
         "TEXT"},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &out, "The packet to write", "PACKET"},
        {"tried", 0, 0, G_OPTION_ARG_STRING, &tried, "What else was tried", "TEXT"},
        {"told", 0, 0, G_OPTION_ARG_STRING, &told, "Was the pupil told: yes, no, or words", "TEXT"},
        {"now", 0, 0, G_OPTION_ARG_STRING, &now, "Only on a site with `demo yes`: the moment",
         "TIME"},
        G_OPTION_ENTRY_NULL};
    g_auto(GStrv) words = NULL;
    gint64 moment;
    (void)status;
    if (!verb_options(call, &verb_unseal, entries, &words, error) ||
        !verb_moment(now, &moment, error))
        return FALSE;
    if (words == NULL)
        return TRUE;
    if (words[0] == NULL || words[1] != NULL || !by || !ground || !reason || !out)
        return fault_set(error, FAULT_USAGE,
                         "unseal HANDLE --by KEYHOLDER --ground GROUND --reason TEXT --out PACKET");
    g_autoptr(Office) office = office_ready(verb_site(call), moment, STORE_KEYS_MADE, error);
    const Request request = {.handle = words[0],
                             .by = by,
                             .ground = ground,
                             .reason = reason,
                             .tried = tried,
                             .told = told};
    g_auto(Unsealed) unsealed = {0};
    if (office == NULL || !write_packet(office, &request, out, &unsealed, error))
        return FALSE;
    say(&request, out, unsealed.two);
    return TRUE;
}

const Verb verb_unseal = {"unseal", "HANDLE --by … --ground …",
                          "ask, on the record, who wrote in a flagged case", go};
