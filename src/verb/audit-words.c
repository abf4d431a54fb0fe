#include "verb/audit-words.h"

#include <string.h>

#include "base/text.h"

static const struct {
    const char *act, *words;
} ACTS[] = {{"opened", "opened a case for a letter"},
            {"assigned", "gave it"},
            {"passed", "passed it on"},
            {"to-listener", "gave it to the listeners"},
            {"to-supervisor", "gave it to the supervisor"},
            {"to-lead", "gave it to the lead"},
            {"to-head", "gave it to the head"},
            {"answered", "answered the writer"},
            {"answer-noted", "spoke of an answer"},
            {"held", "held an answer back"},
            {"released", "let a held answer go"},
            {"returned", "gave a held answer back"},
            {"noted", "made a note"},
            {"flagged", "flagged it"},
            {"flag-lifted", "lifted the flag"},
            {"alerted", "sent an alert"},
            {"taken", "took it on"},
            {"bounced", "had a mail come back"},
            {"letters-read", "read the letters at the machine"},
            {"unsealed", "unsealed who wrote"},
            {"refused", "was refused"},
            {"witness-asked", "asked for the witness's word to unseal it"},
            {"witness-agreed", "agreed that it is unsealed"},
            {"witness-declined", "did not agree that it is unsealed"},
            {"tried", "said what else was tried"},
            {"pupil-told", "said whether the pupil was told"},
            {"outcome", "said what came of it"},
            {"passed-to-others", "handed the mail as it came to"},
            {"others-asked", "looked for other cases of the writer"},
            {"page-printed", "printed the page for the file"},
            {"closed", "closed it"},
            {"deleted", "closed it, to be erased"},
            {"purged", "erased it"},
            {"hold-on", "put it under hold"},
            {"hold-off", "ended the hold"},
            {"drill-started", "started a practice with a made-up letter"},
            {"drill-passed", "passed the practice"},
            {"key-added", "made a keyholder's key known"},
            {"rewrap-asked", "asked a keyholder to re-wrap cases"},
            {"rewrapped", "took re-wrapped cases in"},
            {"key-retired", "retired a keyholder's key"},
            {"rules-sent", "sent a change to the rules"},
            {"rules-agreed", "said YES to a change to the rules"},
            {"rules-declined", "said NO to a change to the rules"},
            {"rules-changed", "changed the rules"},
            {"rules-lapsed", "let a change to the rules lapse"},
            {"new-chain-key", "began the record's key anew"}};

static char *words_of(const char *act) {
    for (guint i = 0; i < G_N_ELEMENTS(ACTS); i++)
        if (strcmp(ACTS[i].act, act) == 0)
            return g_strdup(ACTS[i].words);
    return g_strdelimit(g_strdup(act), "-", ' ');
}

static char *who_is(const People *people, const char *actor) {
    const Person *person = people_find(people, actor);
    if (person != NULL && person->role == ROLE_LISTENER)
        return g_strdup_printf("%s (listener)", person->sign);
    if (person != NULL)
        return g_strdup_printf("%s (%s)", person->name, ROLE_WORDS[person->role]);
    if (g_str_has_prefix(actor, "rule "))
        return g_strdup_printf("The %s", actor);
    return g_strdup(strcmp(actor, "worrybox") == 0   ? "The program"
                    : strcmp(actor, "pupil") == 0    ? "The writer"
                    : strcmp(actor, "operator") == 0 ? "The operator"
                    : strcmp(actor, "unknown") == 0  ? "Somebody who is not in people.conf"
                                                     : actor);
}

char *audit_sentence(const People *people, const char *actor, const char *act, const char *reason) {
    g_autofree char *who = who_is(people, actor);
    g_autofree char *words = words_of(act);
    g_autofree char *why = text_one_line(reason ? reason : "");
    return g_strdup_printf("%s %s%s%s", who, words, *why != '\0' ? ": " : "", why);
}
