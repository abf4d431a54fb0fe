/* What people say in a mail: tables of what they write and what it comes to. */
#include "desk/command.h"

#include <string.h>

#include "desk/word.h"

enum { P = SPEAKER_PUPIL, L = SPEAKER_LISTENER, S = SPEAKER_STAFF };

/* Short names, so that a line of the table fits on a line. */
enum {
    NONE = COMMAND_NONE,
    PASS = COMMAND_PASS,
    FLAG = COMMAND_FLAG,
    CLOSE = COMMAND_CLOSE,
    NOTE = COMMAND_NOTE,
    HELP = COMMAND_HELP,
    ASSIGN = COMMAND_ASSIGN,
    TAKEN = COMMAND_TAKEN,
    RELEASE = COMMAND_RELEASE,
    RETURN = COMMAND_RETURN,
    UNSEAL = COMMAND_UNSEAL,
    LIFT = COMMAND_LIFT,
    OTHERS = COMMAND_OTHERS,
    OUTCOME = COMMAND_OUTCOME,
    ADULT = COMMAND_ADULT,
    ELSE = COMMAND_SOMEONE_ELSE,
    STOP = COMMAND_STOP,
    DEL = COMMAND_DELETE,
    ASK = COMMAND_UNCLEAR
};

typedef struct row {
    int speaker;
    const char *text;
    int command;
    const char *argument; /* for ASK: the command meant, NULL for none */
    const char *rest;     /* NULL: the whole text where NONE or ASK, "" otherwise */
} Row;

static const Row PUPIL[] = {
    /* the whole text */
    {P, "ADULT", ADULT, NULL, NULL},
    {P, "adult", ADULT, NULL, NULL},
    {P, "Adult.", ADULT, NULL, NULL},
    {P, "/adult", ADULT, NULL, NULL},
    {P, "\\adult", ADULT, NULL, NULL},
    {P,
     "\xEF\xBC\x8F"
     "adult",
     ADULT, NULL, NULL},
    {P, "  *Adult*  \n\n", ADULT, NULL, NULL},
    {P, "adult please", ADULT, NULL, NULL},
    {P, "an adult pls!!", ADULT, NULL, NULL},
    {P, "ＡＤＵＬＴ", ADULT, NULL, NULL},
    {P,
     "\xE2\x80\x8B"
     "ADULT\xE2\x80\x8B",
     ADULT, NULL, NULL},
    {P, "ADULT \xF0\x9F\x99\x8F", ADULT, NULL, NULL},
    {P, "SOMEONE ELSE", ELSE, NULL, NULL},
    {P, "someone else", ELSE, NULL, NULL},
    {P, "Someone\nelse", ELSE, NULL, NULL},
    {P, "/someone else", ELSE, NULL, NULL},
    {P, "/SOMEONE-ELSE", ELSE, NULL, NULL},
    {P, "/someoneelse", ELSE, NULL, NULL},
    {P, "Somebody else please", ELSE, NULL, NULL},
    {P, "STOP", STOP, NULL, NULL},
    {P, "stop", STOP, NULL, NULL},
    {P, "Stop!", STOP, NULL, NULL},
    {P, "/stop", STOP, NULL, NULL},
    {P, "\"STOP\"", STOP, NULL, NULL},
    {P, "DELETE", DEL, NULL, NULL},
    {P, "Delete.", DEL, NULL, NULL},
    {P, "/delete", DEL, NULL, NULL},
    {P, "STOP\nDELETE", DEL, NULL, NULL},
    /* nearly */
    {P, "/stp", ASK, "STOP", NULL},
    {P, "stpo", ASK, "STOP", NULL},
    {P, "stop?", ASK, "STOP", NULL},
    {P, "adlut", ASK, "ADULT", NULL},
    {P, "/adlt", ASK, "ADULT", NULL},
    {P, "delte", ASK, "DELETE", NULL},
    {P, "someon else", ASK, "SOMEONE ELSE", NULL},
    {P, "/close", ASK, "STOP", NULL},
    {P, "/xyzzy", ASK, NULL, NULL},
    /* letters, however short: a person reads them */
    {P, "help", NONE, NULL, NULL},
    {P, "HELP", NONE, NULL, NULL},
    {P, "/help", NONE, NULL, NULL},
    {P, "please stop", NONE, NULL, NULL},
    {P, "stop it", NONE, NULL, NULL},
    {P, "I want it to stop", NONE, NULL, NULL},
    {P, "I want it to\nSTOP", NONE, NULL, NULL},
    {P, "STOP\nhurting me", NONE, NULL, NULL},
    {P, "they wont\nSTOP\nand i cant anymore", NONE, NULL, NULL},
    {P, "I WANT TO\nDELETE\nMYSELF", NONE, NULL, NULL},
    {P, "i want to\ndelete", NONE, NULL, NULL},
    {P, "delete me", NONE, NULL, NULL},
    {P, "step", NONE, NULL, NULL},
    {P, "shop", NONE, NULL, NULL},
    {P, "pass", NONE, NULL, NULL},
    {P, "flag", NONE, NULL, NULL},
    {P, "no adult", NONE, NULL, NULL},
    {P, "no adult please", NONE, NULL, NULL},
    {P, "I need an adult", NONE, NULL, NULL},
    {P, "adult stop", NONE, NULL, NULL},
    {P, "SOMEONE ELSE\nIS HURTING ME", NONE, NULL, NULL},
    {P, "Someone else\nis hurting me", NONE, NULL, NULL},
    {P, "my brother is 12 /srs", NONE, NULL, NULL},
    {P, "my day was great\n/s", NONE, NULL, NULL},
    {P, "1/2", NONE, NULL, NULL},
    {P, ":-/", NONE, NULL, NULL},
    {P, "...", NONE, NULL, NULL},
    {P, "/r/books is nice", NONE, NULL, NULL},
    /* with a letter beside them */
    {P, "ADULT\nmy dad hits me", ADULT, NULL, "my dad hits me"},
    {P, "Adult\nmy dad hits me", ADULT, NULL, "my dad hits me"},
    {P, "my dad hits me\n\nADULT", ADULT, NULL, "my dad hits me"},
    {P, "my dad hits me\nADULT", ADULT, NULL, "my dad hits me"},
    {P, "my dad hits me.\n/adult", ADULT, NULL, "my dad hits me."},
    {P, "\n\nADULT\n\nMY DAD HITS ME", ADULT, NULL, "MY DAD HITS ME"},
    {P, "ADULT\nMY DAD HITS ME", ADULT, NULL, "MY DAD HITS ME"},
    {P, "MY DAD HITS ME\nADULT", ADULT, NULL, "MY DAD HITS ME"},
    {P, "I DONT WANT AN\nADULT", ASK, "ADULT", NULL},
    {P, "a\nADULT\nb", NONE, NULL, NULL},
    {P, "i dont want an\nADULT", ASK, "ADULT", NULL},
    {P, "I don't want to talk to an\nadult", NONE, NULL, NULL},
    {P, "Heron is nice but\nSOMEONE ELSE", ELSE, NULL, "Heron is nice but"},
    {P, "SOMEONE ELSE\n\nI know Heron", ELSE, NULL, "I know Heron"},
    {P, "Someone else\n\nI know Heron", ELSE, NULL, "I know Heron"},
    {P, "thanks for all\n/stop", STOP, NULL, "thanks for all"},
    {P, "/stop\nthanks for all", STOP, NULL, "thanks for all"},
    {P, "i want to die\n/stop", STOP, NULL, "i want to die"},
    {P, "thanks\n\n/DELETE\n", DEL, NULL, "thanks"},
    {P, "thanks\n/stpo", ASK, "STOP", NULL},
    {P, "/stop\nand then\n/delete", ASK, NULL, NULL},
    {P, "ADULT\ni cant\n/stop", ADULT, NULL, "i cant\n/stop"},
    {P, "/stop\nno wait\nADULT", ADULT, NULL, "/stop\nno wait"},
    {P, "ADULT\nplease come\nADULT", ADULT, NULL, "please come"},
};

static const Row ADULTS[] = {
    /* opening who wrote: in any case, with a slip, never on to the pupil */
    {S, "UNSEAL danger: they took tablets", UNSEAL, "danger: they took tablets", NULL},
    {S, "Unseal danger they took tablets", UNSEAL, "danger they took tablets", NULL},
    {S, "unseal they took tablets", UNSEAL, "they took tablets", NULL},
    {S, "unseel danger: tablets", UNSEAL, "danger: tablets", NULL},
    {S, "UNSEALED abuse: her brother", UNSEAL, "abuse: her brother", NULL},
    {S, "unsael harm", UNSEAL, "harm", NULL},
    {S, "Where are you now?\n\nunseal danger: tablets\nTried: asked them\nTold: no", UNSEAL,
     "danger: tablets\nTried: asked them\nTold: no", "Where are you now?"},
    {S, "TAKEN\nUNSEAL danger: tablets", UNSEAL, "danger: tablets", NULL},
    {S, "FLAG\nUNSEAL danger: tablets", UNSEAL, "danger: tablets", NULL},
    {S, "UNSEAL danger: heron's flag says tablets", UNSEAL, "danger: heron's flag says tablets",
     NULL},
    {S, "UNSEAL", UNSEAL, NULL, NULL},
    {S, "UNSEAL?", ASK, "UNSEAL", NULL},
    {S, "unseel", ASK, "UNSEAL", NULL},
    {S, "unless danger is near I wait for you", NONE, NULL, NULL},
    {S, "unreal, the things they say", NONE, NULL, NULL},
    {L, "UNSEAL danger: they took tablets", ASK, NULL, NULL},
    {S, "LIFT it was a song", LIFT, "it was a song", NULL},
    {S, "Lift: it was a song", LIFT, "it was a song", NULL},
    {S, "lift your head, it will be better", NONE, NULL, NULL},
    {S, "OTHERS", OTHERS, NULL, NULL},
    {S, "others feel like you do", NONE, NULL, NULL},
    {S, "OUTCOME\nTried: asked\nTold: yes", OUTCOME, "Tried: asked\nTold: yes", NULL},
    /* FLAG: better once too often */
    {L, "FLAG he wants to die", FLAG, "he wants to die", NULL},
    {L, "flag he wants to die", FLAG, "he wants to die", NULL},
    {L, "Flag: he wants to die", FLAG, "he wants to die", NULL},
    {L, "FLAG - he wants to die", FLAG, "he wants to die", NULL},
    {L, "FLAG \xE2\x80\x93 he wants to die", FLAG, "he wants to die", NULL},
    {L, "/flag he wants to die", FLAG, "he wants to die", NULL},
    {L, "/Flag he wants to die", FLAG, "he wants to die", NULL},
    {L, "/ flag he wants to die", FLAG, "he wants to die", NULL},
    {L, "\\flag he wants to die", FLAG, "he wants to die", NULL},
    {L,
     "\xEF\xBC\x8F"
     "flag he wants to die",
     FLAG, "he wants to die", NULL},
    {L, "ＦＬＡＧ he wants to die", FLAG, "he wants to die", NULL},
    {L, "*FLAG* he wants to die", FLAG, "he wants to die", NULL},
    {L, "- FLAG he wants to die", FLAG, "he wants to die", NULL},
    {L, "\xE2\x80\xA2 flag he wants to die", FLAG, "he wants to die", NULL},
    {L, "(flag) he wants to die", FLAG, "he wants to die", NULL},
    {L,
     "FL\xE2\x80\x8B"
     "AG he wants to die",
     FLAG, "he wants to die", NULL},
    {L, "flag", FLAG, NULL, NULL},
    {L, "FLAG!!!", FLAG, NULL, NULL},
    {L, "flag?", FLAG, NULL, NULL},
    {L, "FLAG\nhe wants to die\ntonight", FLAG, "he wants to die\ntonight", NULL},
    {L, "FLAG he says\nhe wants to die", FLAG, "he says\nhe wants to die", NULL},
    {L, "Dear friend, hold on.\n\nFLAG he wants to die", FLAG, "he wants to die",
     "Dear friend, hold on."},
    {L, "Hi\nflag he wants to die", FLAG, "he wants to die", "Hi"},
    {L, "He wants to die.\nFLAG", FLAG, "He wants to die.", "He wants to die."},
    {L, "he wants to die /flag", FLAG, "he wants to die /flag", NULL},
    {L, "PASS he is my cousin\nFLAG he wants to die", FLAG, "PASS he is my cousin\nhe wants to die",
     NULL},
    {L, "FLAG he wants to die\nPASS", FLAG, "he wants to die\nPASS", NULL},
    {L, "FLAG he wants to die\n/clsoe", FLAG, "he wants to die\n/clsoe", NULL},
    {L, "/flg he is\nFLAG he wants to die", FLAG, "/flg he is\nhe wants to die", NULL},
    {S, "Flag she told me at lunch", FLAG, "she told me at lunch", NULL},
    /* nearly FLAG: held */
    {L, "/flg he is not well", ASK, "FLAG", NULL},
    {L, "/flagg he is not well", ASK, "FLAG", NULL},
    {L, "/flga", ASK, "FLAG", NULL},
    {L, "FLGA he is not well", ASK, "FLAG", NULL},
    {L, "flga he is not well", ASK, "FLAG", NULL},
    {L, "Flagging this: he is not well", ASK, "FLAG", NULL},
    {L, "Please FLAG this one", ASK, "FLAG", NULL},
    {L, "I want to flag this one", ASK, "FLAG", NULL},
    {L, "please flag, he is not well", ASK, "FLAG", NULL},
    {L, "flag's up", ASK, "FLAG", NULL},
    {L, "Thank you for the letter. You could hang out of the window a\nflag he can see", ASK,
     "FLAG", NULL},
    {L, "Hi there.\nlook after yourself\n/flg he is not well", ASK, "FLAG", NULL},
    {L, "PASS\n/flg he is not well", ASK, "FLAG", NULL},
    {L, "That is a red flag, you are right.", NONE, NULL, NULL},
    {L, "You raised a flag for your friend.", NONE, NULL, NULL},
    {L, "> FLAG why", NONE, NULL, NULL},
    /* PASS, CLOSE, HELP */
    {L, "PASS", PASS, NULL, NULL},
    {L, "pass", PASS, NULL, NULL},
    {L, "Pass.", PASS, NULL, NULL},
    {L, "/pass", PASS, NULL, NULL},
    {L, "pass :-)", PASS, NULL, NULL},
    {L, "PASS he is my cousin", PASS, "he is my cousin", NULL},
    {L, "/pass he is my cousin", PASS, "he is my cousin", NULL},
    {L, "PASS\nhe is my cousin", PASS, "he is my cousin", NULL},
    {L, "Pass\n\nhe is my cousin", PASS, "he is my cousin", NULL},
    {L, "Sorry, I have to go.\nPASS", PASS, NULL, "Sorry, I have to go."},
    {L, "CLOSE", CLOSE, NULL, NULL},
    {L, "close!", CLOSE, NULL, NULL},
    {L, "CLOSE she is fine now", CLOSE, "she is fine now", NULL},
    {L, "All the best to you.\n\n/close", CLOSE, NULL, "All the best to you."},
    {L, "HELP", HELP, NULL, NULL},
    {L, "help", HELP, NULL, NULL},
    {L, "Help!", HELP, NULL, NULL},
    {L, "/help flag", HELP, "flag", NULL},
    {L, "PASSS", ASK, "PASS", NULL},
    {L, "psas", ASK, "PASS", NULL},
    {L, "clsoe", ASK, "CLOSE", NULL},
    {L, "/clos", ASK, "CLOSE", NULL},
    {L, "hlep", ASK, "HELP", NULL},
    {L, "/shrug", ASK, NULL, NULL},
    {L, "PASS?", ASK, "PASS", NULL},
    {L, "Pass - he is my cousin", ASK, "PASS", NULL},
    {L, "pass he is my cousin", ASK, "PASS", NULL},
    {L, "pass because I know him", ASK, "PASS", NULL},
    {L, "close this please", ASK, "CLOSE", NULL},
    {L, "HELP me what do I say", ASK, "HELP", NULL},
    {L, "Hi, you did well.\n\npass", ASK, "PASS", NULL},
    {L, "sorry I cannot do this one /pass", ASK, "PASS", NULL},
    {L, "PASS\nCLOSE", ASK, NULL, NULL},
    {L, "HELP\nCLOSE", ASK, NULL, NULL},
    {L, "Pass on my regards to your friend", NONE, NULL, NULL},
    {L, "Pass the exam first, then rest.", NONE, NULL, NULL},
    {L, "Close the door and breathe.", NONE, NULL, NULL},
    {L, "Close your eyes. Breathe.", NONE, NULL, NULL},
    {L, "Help is there, day and night.", NONE, NULL, NULL},
    {L, "Help's on the way", NONE, NULL, NULL},
    {L, "Hello, you will PASS, I am sure.", NONE, NULL, NULL},
    {L, "NOT your fault!", NONE, NULL, NULL},
    {L, "You are not alone.\n\nLove,\nHeron", NONE, NULL, NULL},
    {L, "You can talk to a teacher and/or a parent", NONE, NULL, NULL},
    {L, "/r/books is a nice place", NONE, NULL, NULL},
    {L, "/r/books", NONE, NULL, NULL},
    {L, "/etc/passwd", NONE, NULL, NULL},
    {L, "1/2 of it", NONE, NULL, NULL},
    {L, "/10 would do it again", NONE, NULL, NULL},
    {L, "w/e you like", NONE, NULL, NULL},
    {L, "https://www.childline.org.uk", NONE, NULL, NULL},
    {L, "see www.childline.org.uk/help for more", NONE, NULL, NULL},
    {L, ":-/ that sounds hard", NONE, NULL, NULL},
    /* NOTE */
    {L, "NOTE he seems lonely", NOTE, "he seems lonely", NULL},
    {L, "/note he seems lonely", NOTE, "he seems lonely", NULL},
    {L, "NOTE: he seems lonely\nand tired", NOTE, "he seems lonely\nand tired", NULL},
    {L, "NOTE\nhe seems lonely", NOTE, "he seems lonely", NULL},
    {L, "Well done you.\n\nNOTE he seems lonely", NOTE, "he seems lonely", "Well done you."},
    {L, "NOTE one\nNOTE two", NOTE, "one\ntwo", NULL},
    {L, "PASS\nNOTE he is my cousin", PASS, "he is my cousin", NULL},
    {L, "NOTE he is my cousin\nPASS", PASS, "he is my cousin", NULL},
    {L, "NOTE he is my cousin\nflag he wants to die", FLAG, "NOTE he is my cousin\nhe wants to die",
     NULL},
    {L, "note: he seems lonely", ASK, "NOTE", NULL},
    {L, "note he seems lonely", ASK, "NOTE", NULL},
    {L, "Note for the supervisor: lonely", ASK, "NOTE", NULL},
    {L, "Well done you.\n\nnote: he seems lonely", ASK, "NOTE", NULL},
    {L, "note", ASK, "NOTE", NULL},
    {L, "He seems lonely.\nNOTE", ASK, "NOTE", NULL},
    {L, "NTOE he seems lonely", ASK, "NOTE", NULL},
    {L, "Note that you can ring Childline.", NONE, NULL, NULL},
    {L, "Hi.\nNote: you can ring Childline.", NONE, NULL, NULL},
    {L, "Noted.", NONE, NULL, NULL},
    {L, "Notes from class help me.", NONE, NULL, NULL},
    /* what only staff may say, and words for pupils */
    {S, "ASSIGN heron", ASSIGN, "heron", NULL},
    {S, "/assign Heron.", ASSIGN, "Heron", NULL},
    {S, "assign heron", ASSIGN, "heron", NULL},
    {S, "ASSIGN to heron", ASSIGN, "heron", NULL},
    {S, "ASSIGN: Ms Okafor", ASSIGN, "Ms Okafor", NULL},
    {S, "A listener will write soon.\nASSIGN heron", ASSIGN, "heron",
     "A listener will write soon."},
    {S, "TAKEN", TAKEN, NULL, NULL},
    {S, "taken", TAKEN, NULL, NULL},
    {S, "Taken!", TAKEN, NULL, NULL},
    {S, "TAKEN I ring home now", TAKEN, "I ring home now", NULL},
    {S, "TAKEN\nNOTE rang home", TAKEN, "rang home", NULL},
    {S, "CLOSE", CLOSE, NULL, NULL},
    {S, "Taken, I ring home now", ASK, "TAKEN", NULL},
    {S, "ASSIGN", ASK, "ASSIGN", NULL},
    {S, "ASSIGN heron\nASSIGN wren", ASK, NULL, NULL},
    {S, "assign this one to heron", ASK, "ASSIGN", NULL},
    {S, "ASIGN heron", ASK, "ASSIGN", NULL},
    {S, "TAKNE", ASK, "TAKEN", NULL},
    {S, "ASSIGN heron\nTAKEN", ASK, NULL, NULL},
    {S, "Taken together this is a lot.", NONE, NULL, NULL},
    {S, "I am the safeguarding lead. You are safe to talk here.", NONE, NULL, NULL},
    /* what is held */
    {S, "RELEASE", RELEASE, NULL, NULL},
    {S, "release", RELEASE, NULL, NULL},
    {S, "Release.", RELEASE, NULL, NULL},
    {S, "/release", RELEASE, NULL, NULL},
    {S, "RELEASE\nNOTE I spoke to her", RELEASE, "I spoke to her", NULL},
    {S, "NOTE I spoke to her\nRELEASE", RELEASE, "I spoke to her", NULL},
    {S, "RELEASE but without the name", ASK, "RELEASE", NULL},
    {S, "RELEASE\nbut without the name", ASK, "RELEASE", NULL},
    {S, "This is fine.\nRELEASE", ASK, "RELEASE", NULL},
    {S, "RELEASE\nRETURN", ASK, NULL, NULL},
    {S, "RELASE", ASK, "RELEASE", NULL},
    {S, "/relaese", ASK, "RELEASE", NULL},
    {S, "release it please", ASK, "RELEASE", NULL},
    {S, "RELEASE?", ASK, "RELEASE", NULL},
    {S, "Release the tension in your shoulders first.", NONE, NULL, NULL},
    {S, "RETURN", RETURN, NULL, NULL},
    {S, "return", RETURN, NULL, NULL},
    {S, "/return", RETURN, NULL, NULL},
    {S, "RETURN please leave your name out", RETURN, "please leave your name out", NULL},
    {S, "RETURN\nplease leave your name out", RETURN, "please leave your name out", NULL},
    {S, "Kind words. Leave your name out.\nRETURN", RETURN, "Kind words. Leave your name out.", ""},
    {S, "Kind words.\n/return leave your name out", RETURN, "Kind words.\n\nleave your name out",
     ""},
    {S, "RETURN it is not\nNOTE I speak to her", ASK, "NOTE", NULL},
    {S, "RETRUN leave it out", ASK, "RETURN", NULL},
    {S, "/retrun leave it out", ASK, "RETURN", NULL},
    {S, "return this to heron", ASK, "RETURN", NULL},
    {S, "Return the book when you can.", NONE, NULL, NULL},
    {S, "RETURN\nFLAG she is in danger", FLAG, "RETURN\nshe is in danger", NULL},
    {L, "RELEASE", ASK, NULL, NULL},
    {L, "/return", ASK, NULL, NULL},
    {L, "Release the tension in your shoulders.", NONE, NULL, NULL},
    {P, "RELEASE", NONE, NULL, NULL},
    {P, "return", NONE, NULL, NULL},
    {L, "ASSIGN wren", ASK, NULL, NULL},
    {L, "/taken", ASK, NULL, NULL},
    {L, "/stop", ASK, NULL, NULL},
    {L, "STOP", ASK, NULL, NULL},
    {L, "/adult", ASK, NULL, NULL},
    {L, "Stop and think of what you like.", NONE, NULL, NULL},
    {L, "Thank you for writing. That sounds hard.", NONE, NULL, NULL},
};

static const char *meaning(const Said *said) {
    return said->command == COMMAND_UNCLEAR ? said->meant : said->argument;
}

static void check(const Row *row) {
    g_autoptr(Said) said = command_read((enum speaker)row->speaker, "Re: amber-heron", row->text);
    gboolean whole = row->command == NONE || row->command == ASK;
    const char *rest = row->rest ? row->rest : whole ? row->text : "";
    if ((int)said->command != row->command || g_strcmp0(meaning(said), row->argument) != 0 ||
        strcmp(said->rest, rest) != 0)
        g_test_message("speaker %d, \"%s\": %s, \"%s\", rest \"%s\"", row->speaker, row->text,
                       COMMAND_WORDS[said->command], meaning(said) ? meaning(said) : "(none)",
                       said->rest);
    g_assert_cmpint((int)said->command, ==, row->command);
    g_assert_cmpstr(meaning(said), ==, row->argument);
    g_assert_cmpstr(said->rest, ==, rest);
    g_assert_true((said->unclear != NULL) == (row->command == ASK));
}

static void pupils(void) {
    for (guint i = 0; i < G_N_ELEMENTS(PUPIL); i++)
        check(&PUPIL[i]);
}

static void adults(void) {
    for (guint i = 0; i < G_N_ELEMENTS(ADULTS); i++)
        check(&ADULTS[i]);
}

/* Staff may say whatever listeners may. */
static void staff_like_listeners(void) {
    for (guint i = 0; i < G_N_ELEMENTS(ADULTS); i++) {
        Row row = ADULTS[i];
        row.speaker = S;
        if (row.command != ASK && row.command != NONE)
            check(&row);
    }
}

static void subjects(void) {
    static const struct {
        int speaker;
        const char *subject, *text;
        int command;
        const char *argument;
    } table[] = {{L, "PASS", "", PASS, NULL},
                 {L, "pass", " \n", PASS, NULL},
                 {L, "FLAG he wants to die", "", FLAG, "he wants to die"},
                 {L, "Re: FLAG he wants to die", "", FLAG, "he wants to die"},
                 {L, "PASS [abcdefghij234567abcdefghij]", "", PASS, NULL},
                 {L, "Re: Note: a letter for you", "", NONE, NULL},
                 {L, "/flg he is", "", ASK, "FLAG"},
                 {L, "PASS", "Hello you", NONE, NULL},
                 {L, NULL, "", NONE, NULL},
                 {L, "Re: Your letter", "", NONE, NULL},
                 {S, "TAKEN", "", TAKEN, NULL},
                 {P, "ADULT", "", ADULT, NULL},
                 {P, "stop", NULL, STOP, NULL},
                 {P, "Someone else", "\xE2\x80\x8B", ELSE, NULL},
                 {P, "ADULT", "hello", NONE, NULL},
                 {P, "i want to die", "", NONE, NULL},
                 {P, NULL, NULL, NONE, NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(Said) said =
            command_read((enum speaker)table[i].speaker, table[i].subject, table[i].text);
        if ((int)said->command != table[i].command)
            g_test_message("subject \"%s\"", table[i].subject);
        g_assert_cmpint((int)said->command, ==, table[i].command);
        g_assert_cmpstr(meaning(said), ==, table[i].argument);
        if (table[i].text == NULL || word_blank(table[i].text))
            g_assert_cmpstr(said->rest, ==, "");
    }
}

static void unclear_line(void) {
    g_autoptr(Said) said = command_read(SPEAKER_LISTENER, NULL, "Hi you,\n  /flg he is\nbye");
    g_assert_cmpstr(said->unclear, ==, "/flg he is");
    g_assert_cmpstr(said->rest, ==, "Hi you,\n  /flg he is\nbye");
}

static void assign_note(void) {
    g_autoptr(Said) said =
        command_read(SPEAKER_STAFF, NULL, "Hi\nASSIGN heron\nbe gentle\nNOTE ring me");
    g_assert_cmpint((int)said->command, ==, ASSIGN);
    g_assert_cmpstr(said->argument, ==, "heron");
    g_assert_cmpstr(said->note, ==, "be gentle\nring me");
    g_assert_cmpstr(said->rest, ==, "Hi");
}

/* Every word somebody wrote is in the argument, the note or the rest, and text of any length takes
 * linear time. */
static void nothing_lost(void) {
    static const char *const pieces[] = {"FLAG", "/note", "PASS", "Hello", "you ", "\n",   "\n\n",
                                         " ",    "/",     "flag", "...",   "STOP", "ADULT"};
    g_autoptr(GRand) dice = g_rand_new_with_seed(7);
    for (guint round = 0; round < 3000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint i = g_rand_int_range(dice, 1, 12); i > 0; i--)
            g_string_append(text, pieces[g_rand_int_range(dice, 0, G_N_ELEMENTS(pieces))]);
        g_string_append(text, " zebra");
        for (int speaker = P; speaker <= S; speaker++) {
            g_autoptr(Said) said = command_read((enum speaker)speaker, NULL, text->str);
            gboolean kept = strstr(said->rest, "zebra") != NULL ||
                            (said->argument && strstr(said->argument, "zebra")) ||
                            (said->note && strstr(said->note, "zebra"));
            if (!kept)
                g_test_message("lost in \"%s\"", text->str);
            g_assert_true(kept);
        }
    }
}

static void long_text(void) {
    static const char *const bits[] = {"/ ", ". ", "FLAG", "flag ", "a\n", "\n", "-", "f "};
    for (guint i = 0; i < G_N_ELEMENTS(bits); i++) {
        g_autoptr(GString) text = g_string_new("x ");
        while (text->len < 60000)
            g_string_append(text, bits[i]);
        gint64 start = g_get_monotonic_time();
        for (int speaker = P; speaker <= S; speaker++)
            said_free(command_read((enum speaker)speaker, NULL, text->str));
        g_test_message("\"%s\": %d ms", bits[i], (int)(g_get_monotonic_time() - start) / 1000);
        g_assert_cmpint(g_get_monotonic_time() - start, <, 3 * G_USEC_PER_SEC);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(G_N_ELEMENTS(PUPIL) + G_N_ELEMENTS(ADULTS), >=, 200);
    g_test_add_func("/command/pupil", pupils);
    g_test_add_func("/command/adults", adults);
    g_test_add_func("/command/staff", staff_like_listeners);
    g_test_add_func("/command/subject", subjects);
    g_test_add_func("/command/unclear", unclear_line);
    g_test_add_func("/command/assign", assign_note);
    g_test_add_func("/command/nothing-lost", nothing_lost);
    g_test_add_func("/command/long", long_text);
    return g_test_run();
}
