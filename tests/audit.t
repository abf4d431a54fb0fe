#!/usr/bin/python3
# The record, held against itself, against the store, and against what the witness keeps: whoever has
# the database in hand can change nothing that is not found.
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "vectors")]
from school import *

try:
    import open as formats  # needs python3-nacl
except ImportError:
    formats = None


def played():
    """A site whose record has some of everything; what the witness has: seed and anchor."""
    site = Site(people={"listener heron": {"at-most": "100"}})
    site.write(ANNA, WORRY)
    site.write(BEN, DANGER)
    site.write(CLEO, WORRY)
    site.run()
    site.names = {who: site.to(who)[0].handle for who in (ANNA, BEN, CLEO)}
    site.do("case", "flag", site.names[ANNA], "--reason", "her friend rang")
    site.do("case", "close", site.names[CLEO])
    site.unseal(site.names[BEN])
    site.run()
    site.seed = put(site, "seed", site.seed_sheet)
    site.anchor = put(site, "anchor", site.got(WITNESS).text)
    for who in ("Dee", "Eve", "Fay"):
        site.write(f"{who} <{who}@hillside.example>", WORRY)
    site.run()
    return site


def put(site, name, text):
    path = os.path.join(site.folder, name)
    with open(path, "w") as file:
        file.write(text + "\n")
    return path


def verify(site, *more):
    return site.call("audit", "verify", *more)


def change(site, *statements):
    with site.database() as db:
        for sql in statements:
            db.execute(sql)


def found(t, site, name, *statements, where, options=()):
    """A copy changed so does not hold, and `where` is in what is said."""
    with site.copy() as other:
        change(other, *statements)
        done = verify(other, *options)
        t.ok(done.code == 65 and where in done.err, name, done)


def test_store(t):
    with played() as site:
        anna, ben, cleo = (site.names[who] for who in (ANNA, BEN, CLEO))
        rows = {row["sequence"]: row for row in site.audit()}
        of = lambda act, who: next(n for n, row in rows.items()
                                   if (row["act"], row["case"]) == (act, site.names[who]))
        t.same([verify(site).code, verify(site, "--seed", site.seed, "--anchor", site.anchor).code],
               [0, 0], "control: it holds")
        t.same(len(site.audit()), len(rows), "and looking adds nothing")
        for name, sql, where in (
                ("a flag put in", f"UPDATE cases SET flagged=1 WHERE handle='{cleo}'", cleo),
                ("a flag taken away", f"UPDATE cases SET flagged=0 WHERE handle='{anna}'", anna),
                ("why it was flagged deleted", "DELETE FROM flags WHERE case_id=(SELECT id FROM "
                 f"cases WHERE handle='{ben}')", ben),
                ("closed, to be purged", f"UPDATE cases SET state=3 WHERE handle='{anna}'", anna),
                ("opened again", f"UPDATE cases SET state=0 WHERE handle='{cleo}'", cleo),
                ("under hold", f"UPDATE cases SET hold=1 WHERE handle='{ben}'", ben),
                ("an unsealing put in", "INSERT INTO openings SELECT 9, id, 9, 'okafor', 'danger', 1, "
                 f"1, NULL FROM cases WHERE handle='{anna}'", anna),
                ("an unsealing taken away", "DELETE FROM openings", ben),
                ("a flag lifted", "UPDATE flags SET lifted=at WHERE case_id=(SELECT id FROM cases "
                 f"WHERE handle='{ben}')", ben),
                ("a key left sealed where nothing is flagged", "UPDATE seals SET escrow=seal WHERE "
                 f"case_id=(SELECT id FROM cases WHERE handle='{cleo}')", cleo),
                ("the sealed keys of a flagged case taken away", "UPDATE seals SET escrow=NULL "
                 f"WHERE case_id=(SELECT id FROM cases WHERE handle='{ben}')", ben),
                ("a case deleted", f"DELETE FROM cases WHERE handle='{ben}'", ben),
                ("a case under another name", f"UPDATE cases SET handle='grey-owl' WHERE "
                 f"handle='{ben}'", "grey-owl")):
            found(t, site, f"{name}: found, by its name", sql, where=where)
        for who, act in ((BEN, "unsealed"), (ANNA, "flagged"), (BEN, "opened"), (CLEO, "closed")):
            found(t, site, f"the row of {act} deleted: found, by its number",
                  f"DELETE FROM audit WHERE sequence={of(act, who)}",
                  where=f"audit:{of(act, who) + 1}:")


def test_kept_apart(t):
    """What is kept as a closed case, for nobody to answer, is closed on the record as well."""
    with Site() as site:
        site.write(WITNESS, "thank you, I have seen it")
        site.write(CLEO, "I am away", "Out of office", headers={"Auto-Submitted": "auto-replied"})
        site.run()
        t.same([case["state"] for case in site.cases()], ["closed"] * 2, "control: two such cases")
        t.same(verify(site).err, "", "the record holds")


def test_erased(t):
    """What the record calls purged is erased: no key of it is left."""
    with played() as site:
        cleo = site.names[CLEO]
        with site.database("keys.db") as db:
            before = dict(db.execute("SELECT id, key FROM case_keys").fetchall())
        site.do("purge", cleo)
        t.same(verify(site).code, 0, "control: purged, and it holds")
        with site.database("keys.db") as db:
            after = dict(db.execute("SELECT id, key FROM case_keys").fetchall())
        gone = set(before) - set(after)
        t.same(len(gone), 1, "control: its key is gone")
        for number in gone:
            with site.database("keys.db") as db:
                db.execute("INSERT INTO case_keys VALUES(?, ?)", (number, before[number]))
        done = verify(site)
        t.ok(done.code == 65 and "keys.db" in done.err, "its key put back: found", done)


def test_lifted(t):
    """A flag that was lifted, and one that stands: told apart by which, not by how many."""
    with played() as site:
        ben = site.names[BEN]
        site.do("case", "lift", ben, "--by", "okafor", "--reason", "a song")
        t.same(verify(site).code, 0, "control: it holds")
        for name, sql in (
                ("the flag raised again", f"UPDATE cases SET flagged=1 WHERE handle='{ben}'"),
                ("its lifting undone", "UPDATE flags SET lifted=NULL WHERE case_id=(SELECT id FROM "
                 f"cases WHERE handle='{ben}')")):
            found(t, site, f"{name}: found", sql, where=ben)


def forge(site, change, sequence, reseal):
    """What root can do: change a row and make all that follows fit again; with `reseal` also under
    the key that is kept today, and with that key put on."""
    with site.database() as db:
        change(db)
        rows = db.execute("SELECT sequence, at, actor, act, handle, reason, hash FROM audit "
                          "ORDER BY sequence").fetchall()
        key = site.audit_key()
        before = rows[sequence - 2][6] if sequence > 1 else bytes(32)
        for n, row in enumerate(rows[sequence - 1:], sequence):
            says = (b"wbc\x01" + formats.struct.pack("<Qq", n, row[1]) +
                    b"".join(formats.text(one) for one in row[2:6]) + before)
            digest = formats.h(None, says)
            mac = formats.h(formats.sub(key, 1, b"wb-chain"), digest)
            if reseal:
                db.execute("UPDATE audit SET mac=? WHERE sequence=?", (mac, row[0]))
                key = formats.sub(key, 2, b"wb-chain")
            db.execute("UPDATE audit SET sequence=?, before=?, hash=? WHERE sequence=?",
                       (n, before, digest, row[0]))
            before = digest
    if reseal:
        with site.database("keys.db") as db:
            db.execute("UPDATE secrets SET value=? WHERE name='audit'", (key,))


def audit_key(site):
    with site.database("keys.db") as db:
        return db.execute("SELECT value FROM secrets WHERE name='audit'").fetchone()[0]


Site.audit_key = audit_key


def test_forged(t):
    """Root rewrites: all hashes fit, and only what the witness keeps tells."""
    if formats is None:
        t.ok(True, "python3-nacl is not there # skip")
        return
    with played() as site:
        count = len(site.audit())
        number = next(row["sequence"] for row in site.audit() if row["act"] == "unsealed")
        edit = lambda db: db.execute("UPDATE audit SET reason='nothing to see' WHERE sequence=?",
                                     (number,))
        drop = lambda db: (db.execute("DELETE FROM audit WHERE sequence=?", (number,)),
                           db.execute("DELETE FROM openings"))
        cut = lambda db: db.execute("DELETE FROM audit WHERE sequence>=?", (number,))
        for name, what in (("a row changed", edit), ("a row taken out", drop)):
            for reseal in (False, True):
                with site.copy() as other:
                    forge(other, what, number, reseal)
                    how = f"{name}, {'sealed' if reseal else 'hashed'} again"
                    t.same(verify(other).code, 0, f"control: {how}: by itself it seems to hold")
                    done = verify(other, "--seed", site.seed)
                    t.ok(done.code == 65 and f"audit:{number}:" in done.err,
                         f"{how}: found with the seed, and where", done)
                    done = verify(other, "--anchor", site.anchor)
                    t.ok(done.code == 65 and "the witness was mailed" in done.err,
                         f"{how}: found with the witness's mail", done)
        with site.copy() as other:
            change(other, f"DELETE FROM audit WHERE sequence>={count - 1}")
            t.same(verify(other, "--anchor", site.anchor).code, 65,
                   "the end cut off after the witness's mail: found by the cases, too")
        found(t, site, "the end cut off: found with the anchor", "DELETE FROM audit WHERE "
              f"sequence>={number}", where="the witness was mailed", options=("--anchor", site.anchor))
        found(t, site, "and with the seed", f"DELETE FROM audit WHERE sequence>={number}",
              where="were cut off", options=("--seed", site.seed))
        with site.copy() as other:
            with other.database("keys.db") as db:
                db.execute("UPDATE secrets SET value=? WHERE name='audit'", (bytes(32),))
            done = verify(other, "--seed", site.seed)
            t.ok(done.code == 65 and f"audit:{count}:" in done.err, "another key put in: found", done)


def test_anchor_and_seed(t):
    """What is not an anchor or a seed is not taken for one."""
    with played() as site:
        for name, option, text, code in (
                ("an anchor without a number", "--anchor", "0" * 64, 65),
                ("no anchor at all", "--anchor", "good morning", 65),
                ("a seed mistyped", "--seed", site.seed_sheet[:-1], 65),
                ("a host key for a seed", "--seed", site.host_sheet, 65)):
            done = verify(site, option, put(site, "bad", text))
            t.ok(done.code == code and len(done.err) > 20, f"{name}: refused, and said", done)
        t.same(verify(site, "--seed", "/nowhere").code, 65, "a file that is not there")
        mangled = read(site.anchor).decode().replace("\n", "\r\n")
        t.same(verify(site, "--anchor", put(site, "mangled", mangled)).code, 0,
               "a mail saved with other line ends")
        with Site() as other:
            t.same(verify(site, "--seed", put(other, "seed", other.seed_sheet)).code, 65,
                   "another site's seed")


def test_new_seed(t):
    """keys.db was lost: from there on the old seed proves nothing, and that is said."""
    with played() as site:
        count = len(site.audit())
        os.unlink(site.file("state/keys.db"))
        t.same(site.unseal(site.names[BEN]).code, 0, "a flagged case can be unsealed all the same")
        t.same(verify(site).code, 0, "the record holds by itself")
        done = verify(site, "--seed", site.seed)
        t.ok(done.code == 65 and f"audit:{count + 1}:" in done.err and "newer seed" in done.err,
             "with the old seed alone nothing is proved from there on", done)


# ---- blobs in other places -----------------------------------------------------------------------

def test_swapped(t):
    """Whatever is sealed or locked opens in its own place only."""
    with played() as site, Site() as stranger:
        stranger.write(BEN, DANGER)
        stranger.run()
        anna, ben = site.names[ANNA], site.names[BEN]
        with site.database() as db:
            ids = {h: n for n, h in db.execute("SELECT id, handle FROM cases")}
            rows = {h: db.execute("SELECT id FROM messages WHERE case_id=?", (n,)).fetchone()[0]
                    for h, n in ids.items()}
        with stranger.database() as db:
            foreign = db.execute("SELECT record, original, letter FROM messages").fetchone()
        for column in ("record", "original", "letter"):
            with site.copy() as other:
                with other.database() as db:
                    one, two = (db.execute(f"SELECT {column} FROM messages WHERE id=?",
                                           (rows[h],)).fetchone()[0] for h in (anna, ben))
                    db.execute(f"UPDATE messages SET {column}=? WHERE id=?", (one, rows[ben]))
                    db.execute(f"UPDATE messages SET {column}=? WHERE id=?", (two, rows[anna]))
                look(t, other, ben, column, f"{column} of another case")
            with site.copy() as other:
                with other.database() as db:
                    db.execute(f"UPDATE messages SET {column}=? WHERE id=?",
                               (foreign[("record", "original", "letter").index(column)], rows[ben]))
                look(t, other, ben, column, f"{column} of another site")
            with site.copy() as other:
                with other.database() as db:
                    db.execute("UPDATE messages SET id=7 WHERE id=?", (rows[ben],))
                look(t, other, ben, column, f"{column} of another message")
        for column in ("seal", "escrow"):
            with site.copy() as other:
                with other.database() as db:
                    blob = db.execute(f"SELECT {column} FROM seals WHERE case_id=? AND "
                                      "holder='okafor'", (ids[anna],)).fetchone()[0]
                    db.execute(f"UPDATE seals SET {column}=? WHERE case_id=? AND holder='okafor'",
                               (blob, ids[ben]))
                look(t, other, ben, "record", f"{column} of another case")
        with site.copy() as other:
            with other.database() as db:
                route = db.execute("SELECT route FROM cases WHERE handle=?", (anna,)).fetchone()[0]
                db.execute("UPDATE cases SET route=? WHERE handle=?", (route, ben))
            other.do("case", "close", ben)
            other.run(code=None)
            t.same([mail for mail in other.fresh if mail.to in (address(ANNA), address(BEN))], [],
                   "the reply route of another case: nothing goes to either")


def look(t, site, handle, column, name):
    if column == "letter":
        done = site.call("case", "show", handle, "--letters")
        t.ok(done.code == 75 and DANGER not in done.out, f"{name}: not shown", done)
        return
    packet = site.unseal(handle)
    opened = site.open(packet.packet)
    t.ok(packet.code == 0 and opened.code in (65, 77) and opened.out == "", f"{name}: refused",
         opened)


def test_damaged_file(t):
    """A record that cannot be read to its end is an error, not a shorter record."""
    with Site() as site:
        handle = site.do("drill").out.split()[0]
        for i in range(24):
            site.do("case", "hold", handle, "--off" if i % 2 else "--on", "--reason", "y" * 250)
        with site.database() as db:
            last = db.execute("SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1").fetchone()[0]
            size = db.execute("PRAGMA page_size").fetchone()[0]
        with open(site.file("state/worrybox.db"), "r+b") as file:
            file.seek(file.read().rindex(last) // size * size)
            file.write(b"\xff")
        for command in ("show", "verify"):
            done = site.call("audit", command)
            t.ok(done.code == 78 and "GLib" not in done.err, f"audit {command}: said", done)


scenarios(globals())
