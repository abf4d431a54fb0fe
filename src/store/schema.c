#include "store/db.h"

/* Who wrote was opened: what the keyholder has not said of it yet. The record itself is in audit.
 */
#define OPENINGS                                                                                   \
    "CREATE TABLE openings("                                                                       \
    "  id INTEGER PRIMARY KEY,"                                                                    \
    "  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"                           \
    "  at INTEGER NOT NULL, holder TEXT NOT NULL, ground TEXT NOT NULL,"                           \
    "  tried INTEGER NOT NULL, told INTEGER NOT NULL," /* has it been said? */                     \
    "  due INTEGER);"                                  /* asked for next; NULL: no more */         \
    "CREATE INDEX openings_due ON openings(due);"                                                  \
    "CREATE INDEX openings_at ON openings(at);"                                                    \
    "CREATE INDEX openings_case ON openings(case_id);"

/* Public keys of keyholders over the years: whatever was sealed to, whose it was, until when. */
#define HOLDERS                                                                                    \
    "CREATE TABLE holders("                                                                        \
    "  key TEXT PRIMARY KEY, holder TEXT NOT NULL,"                                                \
    "  added INTEGER NOT NULL, retired INTEGER) WITHOUT ROWID;"

/* Lines that listeners wrote under their answers: what recurs is a signature. Nothing of the lines
 * can be read here; `case_id` is that of the last, and may be gone. */
#define ENDINGS                                                                                    \
    "CREATE TABLE endings("                                                                        \
    "  listener TEXT NOT NULL, line BLOB NOT NULL," /* a keyed hash */                             \
    "  case_id INTEGER NOT NULL, at INTEGER NOT NULL, seen INTEGER NOT NULL,"                      \
    "  PRIMARY KEY(listener, line)) WITHOUT ROWID;"

/* Row numbers of cases, messages and outgoing mail are random, so that they count nothing. */
const char *const SCHEMA_MAIN =
    "CREATE TABLE site(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE cases("
    "  id INTEGER PRIMARY KEY,"
    "  handle TEXT NOT NULL UNIQUE,"
    "  state INTEGER NOT NULL,"    /* enum case_state */
    "  desk INTEGER NOT NULL,"     /* enum desk */
    "  listener TEXT,"             /* short name; NULL: none now */
    "  adult TEXT,"                /* short name of the adult who has taken it; NULL */
    "  severity INTEGER NOT NULL," /* the worst so far */
    "  flagged INTEGER NOT NULL,"
    "  categories TEXT NOT NULL," /* rule names between blanks */
    "  not_for TEXT NOT NULL,"    /* short names between blanks */
    "  letters INTEGER NOT NULL,"
    "  opened INTEGER NOT NULL,"
    "  touched INTEGER NOT NULL,"    /* the last letter or answer */
    "  closed INTEGER,"              /* when; NULL while open */
    "  asked INTEGER,"               /* since when the pupil waits for an answer; NULL: does not */
    "  due INTEGER,"                 /* when the alert goes on to the next; NULL: no alert open */
    "  level INTEGER NOT NULL,"      /* how far it has gone */
    "  told INTEGER NOT NULL,"       /* bits: what the pupil has been told */
    "  inside INTEGER NOT NULL,"     /* the writer is within the school's own mail */
    "  hold INTEGER NOT NULL,"       /* legal hold: never purged */
    "  erase INTEGER NOT NULL,"      /* purge it as soon as the last mail has gone */
    "  promised TEXT,"               /* version of the acknowledgement */
    "  writer BLOB,"                 /* keyed hash of who wrote */
    "  generation INTEGER NOT NULL," /* of the host key */
    "  identity BLOB NOT NULL,"      /* public half of the identity pair */
    "  route BLOB);"                 /* reply route, locked; NULL once closed */
    "CREATE INDEX cases_state ON cases(state, due);"
    "CREATE TABLE messages("
    "  id INTEGER PRIMARY KEY,"
    "  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    "  turn INTEGER NOT NULL," /* 1, 2, … within the case: several may be of one second */
    "  at INTEGER NOT NULL,"
    "  author TEXT NOT NULL," /* party_text(), or what kind of machine wrote it */
    "  letter BLOB,"          /* subject and text, locked */
    "  record BLOB,"          /* who wrote, sealed */
    "  original BLOB);"       /* the mail as it came, sealed */
    "CREATE INDEX messages_case ON messages(case_id, turn);"
    "CREATE TABLE seals("
    "  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    "  holder TEXT NOT NULL, key TEXT NOT NULL, seal BLOB NOT NULL, escrow BLOB,"
    "  origin TEXT," /* the key it was first made for, where it was re-wrapped; else NULL */
    "  PRIMARY KEY(case_id, holder)) WITHOUT ROWID;"
    "CREATE TABLE flags("
    "  id INTEGER PRIMARY KEY,"
    "  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    "  at INTEGER NOT NULL, actor TEXT NOT NULL, why BLOB, lifted INTEGER);"
    "CREATE INDEX flags_case ON flags(case_id);"
    "CREATE TABLE passed("
    "  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    "  listener TEXT NOT NULL, PRIMARY KEY(case_id, listener)) WITHOUT ROWID;"
    "CREATE TABLE tokens("
    "  hash BLOB PRIMARY KEY,"
    "  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    "  party TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX tokens_case ON tokens(case_id, party);"
    "CREATE TABLE outbox("
    "  id INTEGER PRIMARY KEY,"
    "  case_id INTEGER REFERENCES cases(id) ON DELETE CASCADE," /* NULL: of no case */
    "  state INTEGER NOT NULL,"                                 /* enum out_state */
    "  urgent INTEGER NOT NULL, not_before INTEGER NOT NULL, at INTEGER NOT NULL,"
    "  tries INTEGER NOT NULL, draft BLOB NOT NULL);"
    "CREATE INDEX outbox_due ON outbox(state, not_before);"
    "CREATE INDEX outbox_case ON outbox(case_id);"
    "CREATE TABLE seen("
    "  digest BLOB PRIMARY KEY, validity TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL)"
    "  WITHOUT ROWID;"
    "CREATE INDEX seen_name ON seen(validity, name);"
    "CREATE INDEX seen_at ON seen(at);"
    "CREATE TABLE days("
    "  writer BLOB NOT NULL, day INTEGER NOT NULL, letters INTEGER NOT NULL,"
    "  PRIMARY KEY(writer, day)) WITHOUT ROWID;"
    "CREATE TABLE turns("
    "  listener TEXT PRIMARY KEY,"
    "  at INTEGER NOT NULL DEFAULT 0,"    /* when they last got a case */
    "  cases INTEGER NOT NULL DEFAULT 0)" /* how many they have open; kept by the triggers */
    "  WITHOUT ROWID;"
    /* Counted as they change: to count a listener's cases for each letter would take the longer the
     * more cases there are. */
    "CREATE TRIGGER cases_turn AFTER UPDATE OF state, desk, listener ON cases"
    "  WHEN (old.state, old.desk, old.listener) IS NOT (new.state, new.desk, new.listener) BEGIN"
    "  UPDATE turns SET cases=cases-1 WHERE listener=old.listener AND old.state=0 AND old.desk=0;"
    "  INSERT INTO turns(listener, cases) SELECT new.listener, 1"
    "    WHERE new.state=0 AND new.desk=0 AND new.listener IS NOT NULL"
    "    ON CONFLICT(listener) DO UPDATE SET cases=cases+1; END;"
    "CREATE TRIGGER cases_gone AFTER DELETE ON cases WHEN old.state=0 AND old.desk=0 BEGIN"
    "  UPDATE turns SET cases=cases-1 WHERE listener=old.listener; END;"
    "CREATE TABLE audit("
    "  sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,"
    "  handle TEXT, reason TEXT, before BLOB NOT NULL, hash BLOB NOT NULL, mac BLOB NOT "
    "NULL);" OPENINGS HOLDERS ENDINGS;

const char *const SCHEMA_KEYS =
    "CREATE TABLE keys.secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE keys.case_keys(id INTEGER PRIMARY KEY, key BLOB NOT NULL);";

/* What was opened before there was a table of it, from the record: nobody is asked about it any
 * more. A handle may have been another case's before. */
#define OPENED_BEFORE                                                                              \
    "INSERT INTO openings SELECT abs(random()), cases.id, audit.at, actor,"                        \
    "  substr(reason, 1, instr(reason, ':')-1), 1, 1, NULL"                                        \
    "  FROM audit JOIN cases USING(handle) WHERE act='unsealed' AND sequence>"                     \
    "  (SELECT max(sequence) FROM audit AS o WHERE o.act='opened' AND o.handle=cases.handle);"

/* Whose keys were sealed to before they were known by themselves. They were kept as they stood in
 * people.conf, where one may be typed with blanks, hyphens, capitals, and 0, 1 and 8 for o, l and b
 * (vault/format.c): a key must have one form, or it could be retired in the one and used in the
 * other. */
#define HOLDERS_BEFORE                                                                             \
    "UPDATE seals SET key=lower(replace(replace(replace(key, ' ', ''), char(9), ''), '-', ''));"   \
    "UPDATE seals SET key=substr(key, 1, 6)||"                                                     \
    "  replace(replace(replace(substr(key, 7), '0', 'o'), '1', 'l'), '8', 'b');"                   \
    "INSERT INTO holders SELECT key, holder, min(opened), NULL"                                    \
    "  FROM seals JOIN cases ON cases.id=case_id GROUP BY key;"                                    \
    "ALTER TABLE seals ADD COLUMN origin TEXT;"

const char *const SCHEMA_FORWARD[] = {"", OPENINGS OPENED_BEFORE, HOLDERS HOLDERS_BEFORE ENDINGS,
                                      NULL};
