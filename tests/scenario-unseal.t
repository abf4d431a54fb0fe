#!/usr/bin/python3
# Opening who wrote: one flagged case at a time, with a ground and a reason, on a record that cannot
# be quietly rewritten; and what a thief gets.
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "vectors")]
from school import *

try:
    import open as thief  # needs python3-nacl
    from thief import Loot
except ImportError:
    thief = None

SECRET_WORDS = ["kowalska", "okonkwo", "vandersteen"]


def three_cases():
    """An open case of Anna's, a flagged one of Ben's, a closed one of Cleo's: their handles."""
    site = Site()
    site.write(ANNA, WORRY)
    site.write(BEN, DANGER, "please help")
    site.write(CLEO, WORRY)
    site.run()
    handles = [site.to(who)[0].handle for who in (ANNA, BEN, CLEO)]
    site.do("case", "close", handles[2])
    site.later(minutes=1).run()
    return site, *handles


# ---- unseal and open -----------------------------------------------------------------------------

def test_refusals(t):
    site, plain, flagged, closed = three_cases()
    with site:
        out = os.path.join(site.folder, "refused.packet")
        exists = os.path.join(site.folder, "exists.packet")
        with open(exists, "w") as file:
            file.write("mine")
        table = [("not flagged", plain, dict(), "only a flagged case"),
                 ("closed, not flagged", closed, dict(), "only a flagged case"),
                 ("no such case", "no-such", dict(), "no such case"),
                 ("a head without a key", flagged, dict(by="singh"), "only a keyholder"),
                 ("a supervisor", flagged, dict(by="bell"), "only a keyholder"),
                 ("a listener", flagged, dict(by="heron"), "only a keyholder"),
                 ("nobody known", flagged, dict(by="mallory"), "only a keyholder"),
                 ("a bad ground", flagged, dict(ground="curiosity"), "the ground is one of"),
                 ("an empty reason", flagged, dict(reason=""), "a reason is needed"),
                 ("a blank reason", flagged, dict(reason=" \t\n"), "a reason is needed")]
        for name, handle, how, why in table:
            before = len(site.audit())
            done = site.unseal(handle, out=out, **how)
            t.same([done.code, os.path.exists(out)], [77, False], f"{name}: 77, and no file")
            t.has(done.err, why, f"{name}: it says why")
            rows = site.audit()
            t.same([len(rows), rows[-1]["act"]], [before + 1, "refused"], f"{name}: on the record")
        done = site.unseal(flagged, out=exists)
        t.same([done.code, read(exists)], [77, b"mine"], "a file that exists is left alone")
        t.ok("unsealed" not in site.acts(), "and nothing is on the record as opened")
        done = site.unseal(flagged, out=os.path.join(site.folder, "no", "such", "folder"))
        t.ok(done.code not in (0, 70), "a folder that does not exist", done)
        for args in (["unseal", flagged], ["unseal", flagged, "--by", "okafor", "--ground", "danger",
                                           "--reason", "x"]):
            t.same(site.call(*args).code, 64, "an option that is missing: 64")
        t.same(site.call("audit", "verify", "--seed", write(site, "seed", site.seed_sheet)).code, 0,
               "the record holds")


def write(site, name, text):
    path = os.path.join(site.folder, name)
    with open(path, "w") as file:
        file.write(text + "\n")
    return path


def test_success(t):
    site, plain, flagged, closed = three_cases()
    with site:
        done = site.unseal(flagged, reason="threatens to do it tonight",
                           more=["--tried", "asked them by mail", "--told", "no"])
        t.same([done.code, os.stat(done.packet).st_mode & 0o777], [0, 0o600], "a packet, mode 600")
        opened = site.open(done.packet)
        t.same(opened.code, 0, "it opens with the keyholder's key")
        message = opened.lines[0]
        t.same([message["case"], message["from"], message["name"], message["subject"]],
               [flagged, address(BEN), "Ben Okonkwo", "please help"], "and tells who wrote")
        t.same(sorted(message), ["auth", "case", "date", "from", "message", "name", "subject"],
               "in the shape of the manual")
        t.lacks(opened.out, names_in(ANNA) + names_in(CLEO), "and of nobody else")
        rows = site.audit()[-3:]
        t.same([(row["actor"], row["act"], row["case"], row["reason"]) for row in rows],
               [("okafor", "unsealed", flagged, "danger: threatens to do it tonight"),
                ("okafor", "tried", flagged, "asked them by mail"),
                ("okafor", "pupil-told", flagged, "no")], "the record says who, why and what else")
        row = rows[-1]
        site.run()
        notice = site.got(WITNESS)
        t.has(notice.text, [flagged, "Ms Okafor", "danger", row["hash"]], "the witness hears of it")
        t.lacks(notice.everything, names_in(BEN) + ["tonight"], "without who wrote, or why")
        t.same(len(site.to(DEPUTY)), 1, "so does the other keyholder")
        t.same(len(site.to(BEN) + site.to(HERON)), 0, "nobody else")
        t.has(read(done.packet).decode()[:40], "worrybox packet 1", "the packet says what it is")
        t.lacks(read(done.packet).decode("latin-1"), SECRET_WORDS, "and shows nothing")


def test_open(t):
    """The other keyholder's key, a wrong passphrase, a damaged packet; a typed sheet."""
    site, plain, flagged, closed = three_cases()
    with site:
        done = site.unseal(flagged)
        wrong = site.open(done.packet, "hughes")
        t.ok(wrong.code in (65, 77) and wrong.out == "", "another keyholder's key: refused", wrong)
        bad = write(site, "bad-passphrase", "wrong horse")
        wrong = worrybox("open", done.packet, "--key", site.key("okafor")[0], "--passphrase-file",
                         bad)
        t.ok(wrong.code in (65, 77) and wrong.out == "", "a wrong passphrase", wrong)
        sheet = write(site, "sheet", site.key("okafor")[2])
        right = worrybox("open", done.packet, "--key", sheet)
        t.has(right.out, address(BEN), "a typed recovery sheet opens it")
        text = read(done.packet)
        damaged = os.path.join(site.folder, "damaged")
        for at in range(len(text) // 3, len(text), len(text) // 7):
            with open(damaged, "wb") as file:
                file.write(text[:at] + (b"A" if text[at:at + 1] != b"A" else b"B") + text[at + 1:])
            wrong = worrybox("open", damaged, "--key", sheet)
            t.ok(wrong.code not in (0, 70) and address(BEN) not in wrong.out,
                 f"damaged at byte {at}: refused", wrong)
        folder = os.path.join(site.folder, "original")
        done = worrybox("open", done.packet, "--key", sheet, "--json", "--original", folder)
        names = os.listdir(folder)
        t.same(names, [done.lines[0]["message"] + ".eml"], "--original writes the mail")
        t.has(read(os.path.join(folder, names[0])).decode(), ["Ben Okonkwo", DANGER], "as it came")
        again = site.unseal(flagged, by="hughes")
        t.same([again.code, site.open(again.packet, "hughes").lines[0]["from"]], [0, address(BEN)],
               "the deputy can unseal on their own")


def test_flag_by_operator(t):
    site, plain, flagged, closed = three_cases()
    with site:
        t.same(site.do("case", "flag", plain, code=None).code, 64, "a flag needs a reason")
        t.same(site.do("case", "flag", plain, "--reason", "her tutor rang", "--by", "okafor").code,
               0, "flagged by command")
        site.run()
        t.has(site.got(LEAD).text, "her tutor rang", "the lead is told")
        t.has(site.got(ANNA).text, "An adult has joined", "and the pupil")
        t.same([site.case(plain)["flag"], site.case(plain)["desk"]], [True, "lead"], "it is flagged")
        t.same(site.who_wrote(plain)[0]["from"], address(ANNA), "and can be unsealed")
        t.same(site.do("case", "flag", closed, "--reason", "it came up later").code, 0,
               "a closed case too, while it is kept")
        t.same(site.who_wrote(closed)[0]["from"], address(CLEO), "and unsealed")


def test_party_to_the_concern(t):
    """A later letter of a case is opened with it; answers are not."""
    site, plain, flagged, closed = three_cases()
    with site:
        alert = site.to(LEAD, site.inbox)[0]
        site.answer(alert, LEAD, "where are you?")
        site.run()
        site.answer(site.got(BEN), BEN, "at home", "iphone")
        site.later(minutes=1).run()
        messages = site.who_wrote(flagged)
        t.same([m["from"] for m in messages], [address(BEN)] * 2, "two letters of the pupil's")


# ---- the record ----------------------------------------------------------------------------------

def test_record(t):
    site, plain, flagged, closed = three_cases()
    with site:
        site.unseal(flagged)
        site.run()
        anchor = write(site, "anchor", site.got(WITNESS).text)
        seed = write(site, "seed", site.seed_sheet)
        site.do("case", "flag", plain, "--reason", "more")

        def verify(other, *more):
            return other.call("audit", "verify", *more).code

        t.same([verify(site), verify(site, "--seed", seed), verify(site, "--anchor", anchor),
                verify(site, "--anchor", anchor, "--seed", seed)], [0] * 4, "control: it holds")
        rows = len(site.audit())
        number = next(row["sequence"] for row in site.audit() if row["act"] == "unsealed")
        edits = {"a row edited": f"UPDATE audit SET reason='x' WHERE sequence={number}",
                 "an actor edited": f"UPDATE audit SET actor='singh' WHERE sequence={number}",
                 "a time edited": f"UPDATE audit SET at=at-60 WHERE sequence={number}",
                 "a row deleted": f"DELETE FROM audit WHERE sequence={number}",
                 "the first row deleted": "DELETE FROM audit WHERE sequence=1",
                 "two rows swapped": "UPDATE audit SET sequence=CASE sequence WHEN 2 THEN 3000 WHEN "
                 "3 THEN 2 ELSE 3 END WHERE sequence IN (2, 3)"}
        for name, sql in edits.items():
            with site.copy() as other:
                with other.database() as db:
                    db.execute(sql)
                    if "swapped" in name:
                        db.execute("UPDATE audit SET sequence=3 WHERE sequence=3000")
                done = other.call("audit", "verify")
                t.same(done.code, 65, f"{name}: seen by anybody")
        with site.copy() as other:
            with other.database() as db:
                db.execute(f"DELETE FROM audit WHERE sequence>={number}")
            t.same([verify(other, "--seed", seed), verify(other, "--anchor", anchor)], [65, 65],
                   "the end cut off: seen with the seed, and with the witness's mail")
        with site.copy() as other:
            if thief:
                rewrite(other, number)
                t.same(verify(other), 0, "control: rewritten by root from the middle on, it seems to hold")
                t.same([verify(other, "--seed", seed), verify(other, "--anchor", anchor)], [65, 65],
                       "but not with the seed, nor with the witness's mail")
        with site.copy() as other:
            with other.database() as db:
                db.execute("UPDATE cases SET flagged=1 WHERE handle=?", (closed,))
            t.same(verify(other), 65, "a case flagged behind the record's back")
            done = other.unseal(closed)
            t.same([done.code, os.path.exists(done.packet)], [77, False], "cannot be unsealed")
        other_seed = Site()
        with other_seed:
            t.same(verify(site, "--seed", write(other_seed, "seed", other_seed.seed_sheet)), 65,
                   "another site's seed")
        t.same(len(site.audit()), rows, "looking adds nothing")


def rewrite(site, number):
    """What root could do with the database alone: change a row and make all hashes fit again."""
    with site.database() as db:
        db.execute("UPDATE audit SET reason='nothing to see' WHERE sequence=?", (number,))
        before = bytes(32)
        for row in db.execute("SELECT sequence, at, actor, act, handle, reason FROM audit "
                              "ORDER BY sequence").fetchall():
            says = (b"wbc\x01" + thief.struct.pack("<Qq", *row[:2]) +
                    b"".join(thief.text(one) for one in row[2:]) + before)
            digest = thief.h(None, says)
            db.execute("UPDATE audit SET before=?, hash=? WHERE sequence=?",
                       (before, digest, row[0]))
            before = digest


def test_weekly(t):
    with Site() as site:
        site.write(ANNA, WORRY)
        site.run()
        t.same(site.to(WITNESS), [], "nothing at first")
        for day in range(7):
            site.later(days=1).run()
        mail = site.got(WITNESS)
        t.has(mail.text, site.audit()[-1]["hash"], "the head of the record, every week")


# ---- purge ---------------------------------------------------------------------------------------

def test_purge(t):
    site, plain, flagged, closed = three_cases()
    with site:
        site.do("case", "close", flagged)
        site.run()
        t.same([site.do("purge", plain, code=None).code, site.do("purge", flagged, code=None).code],
               [77, 77], "neither an open nor a flagged case can be purged by hand")
        for _ in range(29):
            site.later(days=1).run()
        t.ok(site.case(closed), "kept for thirty days")
        for _ in range(2):
            site.later(days=1).run()
        t.same(site.case(closed), None, "then erased")
        t.ok(site.case(flagged) and site.case(plain), "neither flagged nor open ones are")
        t.same(site.who_wrote(flagged)[0]["from"], address(BEN), "which still opens")
        t.same(site.call("audit", "verify").code, 0, "the record holds")
        row = [row for row in site.audit(closed) if row["act"] == "purged"]
        t.same([(one["actor"], one["reason"]) for one in row], [("worrybox", "retention")],
               "and knows of it")


def test_purge_flagged(t):
    with Site(blocks="retention\n    unflagged-days 2\n    flagged-days 5\n") as site:
        site.write(BEN, DANGER)
        site.run()
        handle = site.only()["handle"]
        site.do("case", "close", handle)
        for _ in range(4):
            site.later(days=1).run()
        t.ok(site.case(handle), "a flagged case is kept for as long as the setting says")
        for _ in range(2):
            site.later(days=1).run()
        t.same(site.case(handle), None, "and then erased")


# ---- what a thief gets ---------------------------------------------------------------------------

def test_theft(t):
    if thief is None:
        t.ok(True, "python3-nacl is not there # skip")
        return
    site, plain, flagged, closed = three_cases()
    with site:
        state = lambda *name: site.file("state", *name)
        host = read(state("host.key")).decode()
        holder = site.key("okafor")[2]
        shutil.copy(state("worrybox.db"), os.path.join(site.folder, "backup.db"))
        backup = os.path.join(site.folder, "backup.db")
        everybody = {(plain, address(ANNA)), (flagged, address(BEN)), (closed, address(CLEO))}
        t.same(Loot(state("worrybox.db"), state("keys.db"), host, holder).who_wrote(), everybody,
               "control: with everything everything opens")
        t.same(Loot(state("worrybox.db"), state("keys.db"), host).who_wrote(), set(),
               "the whole machine, without a keyholder: nobody")
        t.same(Loot(state("worrybox.db"), None, host).who_wrote(), set(),
               "database and host key: nobody")
        t.same(Loot(state("worrybox.db"), None, None, holder).who_wrote(), set(),
               "database and a keyholder's key: nobody")
        t.same(Loot(state("worrybox.db"), state("keys.db"), None, holder).who_wrote(), set(),
               "both databases and a keyholder's key: nobody")
        t.same(Loot(backup, None, site.host_sheet, holder).who_wrote(), {(flagged, address(BEN))},
               "backup, the witness's sheet, a keyholder's key: the flagged case and no other")
        site.do("purge", closed)
        site.do("case", "close", plain)
        site.run()
        site.do("purge", plain)
        t.same(Loot(backup, state("keys.db"), host, holder).who_wrote(), {(flagged, address(BEN))},
               "an old backup, with everything of today: no case that was purged")
        t.lacks(site.bytes_of_state().decode("latin-1"), SECRET_WORDS, "nothing lies open anywhere")


def test_restored(t):
    """A dead disk: backup of the database, the host key from its sheet, no keys.db."""
    site, plain, flagged, closed = three_cases()
    with site:
        with site.copy() as other:
            os.unlink(other.file("state/keys.db"))
            os.unlink(other.file("state/host.key"))
            other.put("state/host.key", site.host_sheet + "\n")
            os.chmod(other.file("state/host.key"), 0o400)
            t.same(other.run(code=None).code, 78, "a run says that keys are missing")
            done = other.unseal(flagged)
            t.same([done.code, [m["from"] for m in other.open(done.packet).lines]],
                   [0, [address(BEN)]], "the flagged case opens")
            for handle in (plain, closed):
                t.same(other.unseal(handle).code, 77, "no other does")


def test_words_as_typed(t):
    """A reason has the letters and quotation marks that people type, whatever the locale."""
    reason = "Zo\u00eb\u2019s friend says: tonight, \u00a320 in tablets"
    with Site() as site:
        site.write(BEN, DANGER)
        site.run()
        handle = site.only()["handle"]
        for locale in ("C", "C.UTF-8"):
            out = os.path.join(site.folder, locale)
            done = site.call("unseal", handle, "--by", "okafor", "--ground", "danger", "--reason",
                             reason, "--out", out, "--now", site.moment,
                             env={**os.environ, "LC_ALL": locale})
            t.same([done.code, os.path.exists(out)], [0, True], f"{locale}: it opens")
        said = [row["reason"] for row in site.audit(handle) if row["act"] == "unsealed"]
        t.same(said, [f"danger: {reason}"] * 2, "and stands on the record as typed")
        out = os.path.join(site.folder, "bad")
        done = site.call("unseal", handle, "--by", "okafor", "--ground", "danger", "--reason",
                         b"caf\xe9", "--out", out, "--now", site.moment)
        t.same([done.code, os.path.exists(out)], [64, False], "bytes that are no text are refused")
        t.has(done.err, ["--reason", "UTF-8"], "and it says which")


scenarios(globals())
