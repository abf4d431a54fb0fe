#!/usr/bin/python3
# The two databases: what is deleted is gone, who may read them, what is refused, and a clock that
# jumps.
# timeout: 600
import gzip
import os
import stat
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
from school import *


# ---- deleted means gone --------------------------------------------------------------------------

def canaries(site, handle):
    """Bytes of every kind of row of this case, as they lie in the files."""
    found = {}
    with site.database() as db:
        case = db.execute("SELECT id FROM cases WHERE handle=?", (handle,)).fetchone()[0]
        for table, column, where in (
                ("cases", "route", "id"), ("cases", "identity", "id"), ("cases", "writer", "id"),
                ("messages", "letter", "case_id"), ("messages", "record", "case_id"),
                ("messages", "original", "case_id"), ("seals", "seal", "case_id"),
                ("tokens", "hash", "case_id"), ("outbox", "draft", "case_id"),
                ("flags", "why", "case_id")):
            rows = db.execute(f"SELECT {column} FROM {table} WHERE {where}=? AND {column} "
                              "IS NOT NULL", (case,)).fetchall()
            if rows:
                # From the middle: the first bytes are the same for all of a kind.
                found[f"{table}.{column}"] = [row[0][len(row[0]) // 2:][:16] for row in rows]
    with site.database("keys.db") as db:
        found["case_keys.key"] = [row[0] for row in
                                  db.execute("SELECT key FROM case_keys WHERE id=?", (case,))]
    return case, found


def left(site, found):
    """Which of these canaries are still in some file of state/."""
    data = site.bytes_of_state()
    return sorted(kind for kind, all_of_it in found.items()
                  if any(canary in data for canary in all_of_it))


def filled():
    """A site with one case that has some of everything, among others."""
    site = Site(without=["listener wren"], people={"listener heron": {"at-most": "100"}},
                site={"delay": "600"})
    for i in range(10):
        site.write(f"Pupil <pupil{i}@hillside.example>", WORRY)
    site.write(ANNA, WORRY + "\n" + "and more of it " * 3000)
    site.run()
    ack = site.got(ANNA)
    site.answer(ack, ANNA, "one thing more", "bare")
    site.run()
    return site, ack


def test_purged(t):
    site, ack = filled()
    with site:
        case, found = canaries(site, ack.handle)
        t.ok(len(found) >= 9, "control: there is some of every kind", sorted(found))
        t.same(left(site, found), sorted(found), "control: before, all of it is found")
        with site.copy() as other:
            for name in ("worrybox.db", "keys.db"):
                db = sqlite3.connect(other.file("state", name))
                db.execute("PRAGMA secure_delete=OFF")
                db.execute("PRAGMA foreign_keys=ON")
                table = "cases" if name == "worrybox.db" else "case_keys"
                db.execute(f"DELETE FROM {table} WHERE id=?", (case,))
                db.commit()
                db.close()
            t.ok("case_keys.key" in left(other, found) and len(left(other, found)) > 5,
                 "control: deleted without secure_delete, it is still there", left(other, found))
        site.answer(ack, ANNA, "DELETE", "bare")
        site.later(hours=11).run()
        site.later(hours=11).run()
        t.same(site.case(ack.handle), None, "deleted by its writer")
        t.same(left(site, found), [], "nothing of it is in any file")


def test_closed(t):
    """Closing erases the way back, as soon as the last mail has gone."""
    site, ack = filled()
    with site:
        case, found = canaries(site, ack.handle)
        site.do("case", "close", ack.handle)
        site.later(hours=11).run()
        gone = ["cases.route", "outbox.draft"]
        t.same([kind for kind in gone if kind in left(site, found)], [],
               "reply route and mails are gone")
        with site.database() as db:
            rows = db.execute("SELECT count(*) FROM tokens WHERE case_id=? AND party NOT LIKE"
                              " 'closed %'", [case])
            t.same(rows.fetchone()[0], 0, "what is left of tokens speaks for nobody")
        t.ok("messages.letter" in left(site, found), "control: the letter is still there")


def test_sent(t):
    """A mail that has been sent is no longer in the outbox."""
    site, ack = filled()
    with site:
        with site.database() as db:
            drafts = [row[0][40:56] for row in db.execute("SELECT draft FROM outbox")]
        t.ok(drafts and all(d in site.bytes_of_state() for d in drafts), "control: they wait")
        site.later(hours=11).run()
        with site.database() as db:
            t.same(db.execute("SELECT count(*) FROM outbox").fetchone()[0], 0, "all sent")
        data = site.bytes_of_state()
        t.same(sum(draft in data for draft in drafts), 0, "nothing of them is left")


def test_thousand(t):
    """A thousand cases closed and erased: not a byte of any is in any file."""
    with Site(without=["listener wren"], people={"listener heron": {"at-most": "2000"}}) as site:
        for n in range(1000):
            site.write(f"Pupil <pupil{n}@hillside.example>", f"{WORRY} number {n}")
        site.run()
        columns = (("cases", "route"), ("cases", "identity"), ("cases", "writer"),
                   ("messages", "letter"), ("messages", "record"), ("messages", "original"),
                   ("seals", "seal"), ("tokens", "hash"))
        found = {}
        with site.database() as db:
            for table, column in columns:
                found[f"{table}.{column}"] = [
                    row[0][len(row[0]) // 2:][:16] for row in
                    db.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")]
        with site.database("keys.db") as db:
            found["case_keys.key"] = [row[0] for row in db.execute("SELECT key FROM case_keys")]
        t.same(sorted(kind for kind, all_of_it in found.items() if len(all_of_it) < 1000), [],
               "control: a thousand of each kind")
        with site.copy() as other:  # a program that deletes without secure_delete
            for name, table in (("worrybox.db", "cases"), ("keys.db", "case_keys")):
                with other.database(name) as db:
                    db.execute("PRAGMA secure_delete=OFF")
                    db.execute("PRAGMA foreign_keys=ON")
                    db.execute(f"DELETE FROM {table}")
                db.close()
            data = other.bytes_of_state()
            t.ok(sum(canary in data for canary in found["case_keys.key"]) > 500,
                 "control: without secure_delete most keys are still there")
        acks = {mail.to: mail for mail in site.inbox if mail.to.startswith("pupil")}
        for n in range(1000):
            who = f"Pupil <pupil{n}@hillside.example>"
            site.answer(acks[address(who)], who, "DELETE", "bare")
        site.run()
        for _ in range(6):
            if site.cases():
                site.later(hours=1).run()
        site.later(days=2).run()  # letters a day are counted until the day is over
        t.same(site.cases(), [], "all are erased")
        data = site.bytes_of_state()
        t.same({kind: sum(canary in data for canary in all_of_it)
                for kind, all_of_it in found.items()}, {kind: 0 for kind in found},
               "and 0 of their bytes are in any file")


def test_killed_purge(t):
    """Killed at each write of a purge: the next one finishes it, and the record knows it once."""
    strace = shutil.which("strace")
    if strace is None:
        t.ok(True, "strace is not there # skip")
        return
    with Site() as first:
        first.write(ANNA, WORRY)
        first.run()
        handle = first.only()["handle"]
        first.do("case", "close", handle)
        first.later(minutes=1).run()
        case, found = canaries(first, handle)
        for call, step in (("pwrite64", 11), ("fdatasync", 5), ("ftruncate", 1), ("unlink", 1)):
            bad, at = [], 1
            while True:
                with first.copy() as site:
                    command = [PROGRAM, "-C", site.path, "purge", handle, "--now", site.moment]
                    killed = subprocess.run(
                        [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                         f"inject={call}:signal=KILL:when={at}", *command],
                        capture_output=True).returncode
                    if killed == 0:
                        break
                    if site.case(handle):  # not even begun
                        subprocess.run(command, capture_output=True)
                    site.later(days=2).run()  # letters a day are counted until the day is over
                    acts = site.acts(handle).count("purged")
                    if (site.case(handle), acts, left(site, found)) != (None, 1, []) or \
                            site.call("audit", "verify").code:
                        bad.append((at, acts, left(site, found)))
                at += step
            t.same([at > 1, bad], [True, []], f"killed at {call}, up to the {at - step}th: finished")


def test_hold(t):
    """Under hold nothing is erased: not by the days, nor by the pupil, nor by command."""
    with Site() as site:
        site.write(ANNA, WORRY)
        site.write(BEN, WORRY)
        site.run()
        ack, handle = site.got(ANNA), site.got(ANNA).handle
        other = site.got(BEN).handle
        hold = lambda *more: site.do("case", "hold", handle, *more, code=None).code
        t.same([hold("--on"), hold("--reason", "x"), hold("--on", "--off", "--reason", "x"),
                hold("--off", "--reason", "x")], [64, 64, 64, 77], "it wants one of both, and why")
        t.same(hold("--on", "--reason", "the police asked", "--by", "okafor"), 0, "put under hold")
        t.same(site.do("case", "close", other).code, 0, "another case is closed")
        site.answer(ack, ANNA, "DELETE", "bare")
        site.run()
        told = site.got(ANNA).text
        t.lacks(told, "has been deleted", "the pupil is not told that it is deleted")
        t.ok(site.case(handle), "for it is not")
        t.same(site.do("purge", handle, code=None).code, 77, "nor is it by command")
        for _ in range(40):
            site.later(days=1).run()
        t.same([bool(site.case(handle)), site.case(other)], [True, None],
               "after forty days it is there; control: the other is not")
        t.same(hold("--off", "--reason", "they are done", "--by", "okafor"), 0, "the hold ends")
        site.later(days=1).run()
        t.same(site.case(handle), None, "and then it is erased")
        rows = [(row["actor"], row["act"], row["reason"]) for row in site.audit(handle)]
        t.ok(("okafor", "hold-on", "the police asked") in rows and
             ("okafor", "hold-off", "they are done") in rows, "both stand on the record", rows)
        t.same(site.call("audit", "verify").code, 0, "which holds")


# ---- files ---------------------------------------------------------------------------------------

def test_modes(t):
    with Site() as site:
        old = os.umask(0)
        try:
            site.write(ANNA, WORRY)
            site.run()
            site.do("case", "flag", site.only()["handle"], "--reason", "x")
            packet = site.unseal(site.only()["handle"]).packet
        finally:
            os.umask(old)
        for path, mode in ((site.path, 0o700), (site.file("state"), 0o700),
                           (site.file("state/host.key"), 0o400),
                           (site.file("state/worrybox.db"), 0o600),
                           (site.file("state/keys.db"), 0o600), (packet, 0o600),
                           (site.key("okafor")[0], 0o600)):
            t.same(oct(stat.S_IMODE(os.stat(path).st_mode)), oct(mode), os.path.basename(path))
        wide = [path for folder, _, names in os.walk(site.path) for path in
                [os.path.join(folder, name) for name in names]
                if os.stat(path).st_mode & 0o077 and not path.endswith((".conf", ".test"))
                and "/mail/in/" not in path]
        t.same(wide, [], "nothing else can be read by others")
        for name in ("host.key", "worrybox.db", "keys.db"):
            with site.copy() as other:
                os.chmod(other.file("state", name), 0o644)
                done = other.call("check")
                t.ok(done.code == 78 and name in done.err, f"check sees {name} open", done)


def test_nothing_beside(t):
    """No temporary file, no log, no second journal."""
    with Site() as site:
        before = set(site.digest())
        site.write(ANNA, DANGER)
        site.run()
        new = {name for name in set(site.digest()) - before if not name.startswith("mail/out/new/")}
        t.ok(new <= {"state/worrybox.db-journal", "state/keys.db-journal"}, "no new file", new)
        sizes = [os.path.getsize(site.file(name)) for name in new]
        t.ok(not any(sizes), "the journals are empty", sizes)


# ---- what is refused -----------------------------------------------------------------------------

def refused(t, name, change, says):
    with Site() as site:
        site.write(ANNA, WORRY)
        change(site)
        for args in (["run", "--now", site.moment], ["case", "list"], ["status"], ["check"]):
            done = site.call(*args)
            t.ok(done.code == 78 and says in done.err, f"{name}: {args[0]} says so", done)
        t.same(len(site.waiting), 1, f"{name}: no letter is touched")


def pragma(site, name, text):
    db = sqlite3.connect(site.file("state", name))
    db.execute("PRAGMA " + text)
    db.commit()
    db.close()


def other_keys(site):
    with Site() as other:
        shutil.copy(other.file("state/keys.db"), site.file("state/keys.db"))


def test_refused(t):
    refused(t, "a newer version", lambda s: pragma(s, "worrybox.db", "user_version=1000"), "newer")
    refused(t, "not ours", lambda s: pragma(s, "worrybox.db", "application_id=7"),
            "not a database of worrybox")
    refused(t, "no database at all", lambda s: s.put("state/worrybox.db", "hello " * 1000),
            "not a database")
    refused(t, "keys of another site", other_keys, "belongs to another site")
    refused(t, "no database", lambda s: os.unlink(s.file("state/worrybox.db")), "is not there")
    with Site() as site:
        other = site.file("state/host.key")
        os.chmod(other, 0o600)
        site.put("state/host.key", "wbhost1 nonsense\n")
        os.chmod(other, 0o400)
        t.same(site.run(code=None).code, 78, "a host key that is none")


def test_links(t):
    """A database that is a link is not followed."""
    with Site() as site:
        os.rename(site.file("state/worrybox.db"), site.file("elsewhere.db"))
        os.symlink(site.file("elsewhere.db"), site.file("state/worrybox.db"))
        t.same(site.run(code=None).code, 78, "refused")


def test_locked(t):
    """Somebody holds the database for a moment: commands wait for it."""
    with Site() as site:
        db = sqlite3.connect(site.file("state/worrybox.db"), isolation_level=None)
        db.execute("BEGIN EXCLUSIVE")
        run = subprocess.Popen([PROGRAM, "-C", site.path, "case", "list"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3)
        waits = run.poll() is None
        db.execute("ROLLBACK")
        db.close()
        t.same([waits, run.wait()], [True, 0], "it waits, and then goes on")


# ---- a clock that jumps --------------------------------------------------------------------------

def two_closed():
    site = Site()
    site.write(ANNA, WORRY)
    site.write(BEN, WORRY)
    site.run()
    for case in site.cases():
        site.do("case", "close", case["handle"])
    site.later(minutes=5).run()
    return site


def test_ten_years_ahead(t):
    with two_closed() as site:
        real = site.now
        site.now = real.replace(year=2036)
        site.run()
        t.same(len(site.cases()), 2, "ten years ahead: nothing is erased")
        t.ok("clock has jumped" in site.last.err, "and it is said", site.last)
        t.same(site.call("status", "--json").json["clock-doubted"], True, "status says it too")
        t.same(site.do("purge", code=None).code, 77, "nor by command")
        site.later(days=1).run()
        t.same(len(site.cases()), 2, "nor the day after")
        site.now = real + timedelta(hours=1)
        site.run()
        for _ in range(9):
            site.later(days=1).run()
        t.same(len(site.cases()), 2, "back again, all is as it was")
        t.same(site.call("status", "--json").json["clock-doubted"], False, "and trusted again")
        for _ in range(22):
            site.later(days=1).run()
        t.same(site.cases(), [], "control: a month later they are erased")


def test_a_day_back(t):
    with two_closed() as site:
        for _ in range(29):
            site.later(days=1).run()
        site.later(days=-1).run()
        t.same(len(site.cases()), 2, "a day back: nothing is erased")
        site.later(days=2.5).run()
        t.same(len(site.cases()), 2, "nor while the clock is doubted")


def test_slept(t):
    """Of a summer in which a site slept one day counts."""
    with two_closed() as site:
        site.later(days=60).run()
        for _ in range(28):
            site.later(days=1).run()
        t.same(len(site.cases()), 2, "nothing is erased early")
        for _ in range(2):
            site.later(days=1).run()
        t.same(site.cases(), [], "but after thirty days of its own")


def test_wrong_for_long(t):
    """A clock that is wrong for weeks, and then right: days are counted, not read off."""
    for name, years in (("ten years ahead", 10), ("two years behind", -2)):
        with two_closed() as site:
            site.now = site.now.replace(year=2026 + years)
            for _ in range(20):
                site.later(days=1).run()
            site.write(CLEO, WORRY)
            site.run()
            site.do("case", "close", site.got(CLEO).handle)
            site.now = site.now.replace(year=2026)
            for _ in range(8):
                site.later(days=1).run()
            t.same(len(site.cases()), 3, f"{name} for twenty days: after 28 nothing is erased")
            for _ in range(3):
                site.later(days=1).run()
            t.same(len(site.cases()), 1, "after 31 what was closed before")
            for _ in range(20):
                site.later(days=1).run()
            t.same(len(site.cases()), 0, "and then what was closed under the wrong clock")


def test_daylight_saving(t):
    """Neither the hour put on nor the one taken off makes a day of retention shorter."""
    for start in ("2026-03-10T10:00:00", "2026-10-10T10:00:00"):
        with Site() as site:
            site.at(start)
            site.write(ANNA, WORRY)
            site.run()
            site.do("case", "close", site.only()["handle"])
            for _ in range(29):
                site.later(days=1).run()
            site.later(hours=23.5).run()
            t.same(len(site.cases()), 1, f"from {start[:10]}: half an hour before, it is there")
            site.later(hours=0.6).run()
            t.same(len(site.cases()), 0, "and just after, it is not")


def test_weekends(t):
    """A run that is missed now and then delays, never hastens."""
    with two_closed() as site:
        for _ in range(14):
            site.later(days=3).run()
        t.same(len(site.cases()), 2, "in six weeks with a run every third day it has counted 14")


def test_delete_in_doubt(t):
    """What a pupil asks to be deleted is deleted, whatever the clock says."""
    with Site() as site:
        site.write(ANNA, WORRY)
        site.run()
        ack = site.got(ANNA)
        site.later(days=40)
        site.answer(ack, ANNA, "DELETE", "bare")
        site.run()
        t.has(site.got(ANNA).text, "has been deleted", "they are told that it is")
        t.same(site.case(ack.handle), None, "and it is")


# ---- databases of earlier versions ---------------------------------------------------------------

def restored(folder):
    """A site of today with the state of then."""
    about = json.loads(read(os.path.join(folder, "about.json")))
    site = Site(without=["listener wren"], people={"lead okafor": {"key": about["public"]}},
                keyholders=("okafor",))
    for name in ("worrybox.db", "keys.db"):
        data = gzip.decompress(read(os.path.join(folder, name + ".gz")))
        site.put("state/" + name, data)
    os.unlink(site.file("state/host.key"))
    site.put("state/host.key", about["host"] + "\n")
    os.chmod(site.file("state/host.key"), 0o400)
    site.now = datetime.fromisoformat(about["now"].rstrip("Z") + "+00:00")
    return site, about


def schema(site, name):
    """Tables with their columns in order (rows are inserted by place), indexes, triggers."""
    found = {}
    with site.database(name) as db:
        for kind, one in db.execute("SELECT type, name FROM sqlite_master").fetchall():
            look = "table_info" if kind == "table" else "index_info"
            found[kind, one] = kind == "trigger" or [
                row[1:4] + row[5:] for row in db.execute(f"PRAGMA {look}({one})")]
    return found


def brought_forward(t, folder):
    name = os.path.basename(folder)
    site, about = restored(folder)
    with site:
        t.same(site.cases(), about["cases"], f"{name}: its cases are there")
        t.same(site.audit(), about["audit"], f"{name}: so is its record")
        with Site() as today:
            for file in ("worrybox.db", "keys.db"):
                with site.database(file) as old, today.database(file) as new:
                    t.same(old.execute("PRAGMA user_version").fetchone(),
                           new.execute("PRAGMA user_version").fetchone(), f"{name}: {file}: version")
                t.same(schema(site, file), schema(today, file),
                       f"{name}: {file} is like one of today (see tests/store/make)")
        seed = os.path.join(site.folder, "seed")
        with open(seed, "w") as file:
            file.write(about["seed"] + "\n")
        sheet = os.path.join(site.folder, "sheet")
        with open(sheet, "w") as file:
            file.write(about["holder"] + "\n")
        t.same(site.call("audit", "verify", "--seed", seed).code, 0, f"{name}: the record holds")
        packet = site.unseal(about["flagged"]).packet
        opened = worrybox("open", packet, "--key", sheet, "--json")
        t.same([one["from"] for one in opened.lines], [address(BEN)], f"{name}: it can be unsealed")
        site.later(hours=2).run()
        t.has(site.got(HERON).text, "soup and bread", f"{name}: what was to be sent is sent")
        then = Sent(read(os.path.join(folder, "answer.eml")))
        site.answer(then, ANNA, "and apples", "iphone")
        site.run()
        t.has(site.got(HERON).text, "and apples", f"{name}: an old mail can be answered")
        t.same(site.case(about["open"])["letters"], 3, f"{name}: in the same case")
        t.has(site.letters(about["open"]), ["eat alone", "soup and bread"],
              f"{name}: its letters can be read")


def test_earlier_versions(t):
    folder = os.path.join(HERE, "store")
    names = sorted(name for name in os.listdir(folder) if re.fullmatch(r"v\d+", name))
    t.ok("v1" in names, "control: there is one")
    for name in names:
        brought_forward(t, os.path.join(folder, name))


def test_typed_key(t):
    """An early version kept a key as it stood in people.conf, with blanks and capitals: it is one key
    all the same, which is listed once, and retired for good."""
    site, about = restored(os.path.join(HERE, "store", "v2"))
    with site:
        typed = " ".join(re.findall(".{1,4}", about["public"].replace("l", "1"))).upper()
        with site.database() as db:
            db.execute("UPDATE seals SET key=?", (typed,))
        site.run()
        rows = site.call("key", "list", "--json").lines
        t.same([[row["key"], row["in-use"], row["cases"]] for row in rows],
               [[about["public"], True, 3]], "it is listed once, with its cases")
        site.person("lead okafor", key=site.key("new")[1])
        site.run()
        site.do("key", "retire", rows[0]["fingerprint"], "--reason", "stolen")
        site.person("lead okafor", key=about["public"])
        t.same(site.run(code=78).code, 78, "retired, it is sealed to no more")


scenarios(globals())
