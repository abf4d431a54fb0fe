#!/usr/bin/python3
# Backup and restore: what a dead disk must not take, and what must not come back.
# slow
# timeout: 240
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def lived():
    """A site with an open case of Anna's, a flagged one of Ben's, a closed one of Cleo's, and mails
    that have not gone yet."""
    site = Site(site={"delay": "600"}, without=["listener wren"])
    for who, text in ((ANNA, WORRY), (BEN, DANGER), (CLEO, WORRY)):
        site.write(who, text)
    site.run()
    site.names = {who: site.to(who)[0].handle for who in (ANNA, BEN, CLEO)}
    site.do("case", "close", site.names[CLEO])
    site.run()
    return site


def typed(site, text, name="sheet"):
    path = os.path.join(site.folder, name)
    with open(path, "w") as file:
        file.write(text + "\n")
    return path


def dead_disk(site):
    """The files of the site on a new machine, with an empty state folder."""
    other = site.copy()
    shutil.rmtree(other.file("state"))
    other.set(delay="0")
    return other


def backup(site, name="backup.db"):
    path = os.path.join(site.folder, name)
    done = site.call("backup", path)
    assert done.code == 0, done
    return path


def restore(site, path, sheet):
    return site.call("restore", path, "--host-key", typed(site, sheet), "--now", site.moment)


def test_backup(t):
    with lived() as site:
        before = site.digest()
        path = backup(site)
        t.same(site.digest(), before, "a backup changes nothing of the site")
        t.same(oct(os.stat(path).st_mode & 0o777), "0o600", "only its owner may read it")
        with sqlite3.connect(path) as copy, site.database() as db:
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE "
                                                   "type='table'")]
            for table in tables:
                ask = f"SELECT * FROM {table} ORDER BY 1"
                t.ok(db.execute(ask).fetchall() == copy.execute(ask).fetchall(),
                     f"it holds all of {table}")
        with site.database("keys.db") as db:
            keys = [row[0] for row in db.execute("SELECT key FROM case_keys UNION SELECT value FROM "
                                                 "secrets WHERE name<>'site'")]
        data = read(path)
        t.same([len(keys) > 3, sum(key in data for key in keys)], [True, 0], "no key is in it")
        t.ok(all(key in read(site.file("state/keys.db")) for key in keys), "control: they are there")
        t.same([site.call("backup", path).code, read(path) == data], [65, True],
               "an older backup is not overwritten")
        folder = os.path.join(site.folder, "backups")
        os.mkdir(folder)
        done = site.call("backup", folder)
        t.same([done.code, os.listdir(folder)], [0, [os.path.basename(done.out.strip())]],
               "into a folder, under the name of the moment")
        t.same(site.call("backup", "/nowhere/x.db").code, 65, "where nothing can be written")
        full = site.call("backup", os.path.join(site.folder, "full.db"),
                         preexec=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)))
        t.ok(full.code in (75, -25, 153) and not os.path.exists(os.path.join(site.folder, "full.db"))
             or full.code < 0, "a full disk: said", full)
        site.put("rules/10-danger.rules", "rule x\n    frase y\n")
        t.same(site.call("backup", os.path.join(site.folder, "more.db")).code, 0,
               "a mistake in the rules does not stop it")
        os.unlink(site.file("state/host.key"))
        t.same(site.call("backup", os.path.join(site.folder, "most.db")).code, 0,
               "nor a host key that is away")


def test_during_a_run(t):
    """While somebody writes it waits, and then holds all of it."""
    with lived() as site:
        db = sqlite3.connect(site.file("state/worrybox.db"), isolation_level=None)
        db.execute("BEGIN EXCLUSIVE")
        path = os.path.join(site.folder, "b.db")
        process = subprocess.Popen([PROGRAM, "-C", site.path, "backup", path],
                                   stdout=subprocess.DEVNULL)
        time.sleep(0.3)
        waits = process.poll() is None
        db.execute("INSERT INTO site VALUES('later', 7)")
        db.execute("COMMIT")
        db.close()
        t.same([waits, process.wait()], [True, 0], "it waits for the writer")
        with sqlite3.connect(path) as copy:
            t.same(copy.execute("SELECT value FROM site WHERE name='later'").fetchone(), (7,),
                   "and has what was written")


def rows(path, table):
    with sqlite3.connect(path) as db:
        return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_restore(t):
    with lived() as site:
        path = backup(site)
        anna, ben, cleo = (site.names[who] for who in (ANNA, BEN, CLEO))
        answer = site.answer(site.to(ANNA, site.inbox)[0], ANNA, "are you there?", "bare", drop=False)
        with dead_disk(site) as other:
            done = restore(other, path, site.host_sheet)
            t.same(done.code, 0, "restored")
            t.has(done.out, [anna, f"{ben} (flagged)", "wbseed1"],
                  "it says which open cases it cannot answer, and prints a new seed")
            t.lacks(done.out, [cleo], "and no closed one")
            seed = re.search(r"(?m)^ {4}(wbseed1 .*)$", done.out).group(1)
            t.same(sorted(os.listdir(other.file("state"))),
                   ["host.key", "keys.db", "keys.db-journal", "worrybox.db",
                    "worrybox.db-journal"], "the files it has")
            t.same([oct(os.stat(other.file("state", name)).st_mode & 0o777) for name in
                    ("host.key", "keys.db", "worrybox.db")], ["0o400", "0o600", "0o600"], "their modes")
            t.same([[rows(other.file("state/worrybox.db"), table), rows(path, table) > 0]
                    for table in ("outbox", "tokens")], [[0, True]] * 2,
                   "the mails and reply addresses of the backup are gone")
            other.later(days=1)
            other.run()
            t.same([mail.to for mail in other.fresh], [address(LEAD)],
                   "a run sends nothing again; only the lead is told")
            t.has(other.got(LEAD).text, [anna, ben], "which conversations are lost")
            other.later(hours=11).run()
            t.same(other.fresh, [], "once")
            lost = other.call("case", "show", anna, "--letters")
            t.ok(lost.code == 77 and "keys.db" in lost.err,
                 "what was written cannot be read: it says why", lost)
            t.lacks(other.call("audit", "show", anna).out, "read the letters",
                    "and the record does not say that somebody has read it")
            t.same(other.who_wrote(ben)[0]["from"], address(BEN), "the flagged case opens")
            t.same([other.unseal(handle).code for handle in (anna, cleo)], [77, 77], "no other does")
            other.drop(answer)
            other.run()
            t.ok(other.to(ANNA)[0].handle not in (anna, None), "an answer to an old mail is a new letter")
            t.same(other.do("case", "close", anna).code, 0, "a lost case can be closed")
            for _ in range(32):
                other.later(days=1).run()
            t.same(other.case(anna), None, "and is erased in time")
            old, new = typed(other, site.seed_sheet, "old"), typed(other, seed, "new")
            t.same(other.call("audit", "verify", "--seed", old, "--seed", new).code, 0,
                   "the record holds under both seeds")
            t.same([other.call("audit", "verify", "--seed", old).code,
                    other.call("audit", "verify", "--seed", new).code], [65, 65], "under neither alone")


def test_refused(t):
    with lived() as site, Site() as stranger:
        path = backup(site)
        t.same(restore(site, path, site.host_sheet).code, 78, "a site that lives is not overwritten")
        t.same(len(site.cases()), 3, "and still lives")
        for name, file, sheet, code, words in (
                ("another site's sheet", path, stranger.host_sheet, 78, "host key"),
                ("a mistyped sheet", path, site.host_sheet[:-2] + "qq", 65, ""),
                ("a seed for a sheet", path, site.seed_sheet, 65, ""),
                ("no backup", typed(site, "hello"), site.host_sheet, 65, "not a backup"),
                ("keys.db for a backup", site.file("state/keys.db"), site.host_sheet, 65,
                 "is not a backup of worrybox"),
                ("a backup that is cut", cut(site, path), site.host_sheet, 65, "backup"),
                ("a backup with a damaged page", garbled(site, path), site.host_sheet, 65, "damaged"),
                ("nothing there", "/nowhere", site.host_sheet, 65, "")):
            with dead_disk(site) as other:
                done = restore(other, file, sheet)
                t.ok(done.code == code and words in done.err and "wbseed1" not in done.out,
                     f"{name}: refused", done)
        with dead_disk(site) as other:
            done = other.call("restore", path, "--now", site.moment)
            t.ok(done.code == 78 and "--host-key" in done.err, "no sheet: it says what is missing", done)
            t.same(restore(other, path, site.host_sheet).code, 0, "and goes on from there")


def garbled(site, path):
    """One page of the record, which nothing looks at when a site is restored, is not what it was."""
    data = bytearray(read(path))
    with sqlite3.connect(path) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name='audit'").fetchone()[0]
    data[(root - 1) * size:root * size] = bytes(size)
    name = os.path.join(site.folder, "garbled.db")
    with open(name, "wb") as file:
        file.write(data)
    return name


def cut(site, path):
    data = read(path)
    name = os.path.join(site.folder, "cut.db")
    with open(name, "wb") as file:
        file.write(data[:len(data) // 2])
    return name


def test_killed(t):
    """Killed at each of its calls that changes a file: a second restore finishes it."""
    strace = shutil.which("strace")
    if strace is None:
        t.ok(True, "strace is not there # skip")
        return
    with lived() as site:
        path = backup(site)
        for call, step in (("openat", 23), ("pwrite64", 9), ("fdatasync", 5), ("fsync", 1),
                           ("rename", 1), ("unlink", 1), ("ftruncate", 1)):
            unfinished, at = [], 1
            while True:
                with dead_disk(site) as other:
                    sheet = typed(other, site.host_sheet)
                    command = [PROGRAM, "-C", other.path, "restore", path, "--now", site.moment,
                               "--host-key", sheet]
                    killed = subprocess.run(
                        [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                         f"inject={call}:signal=KILL:when={at}", *command],
                        capture_output=True).returncode
                    if killed == 0:
                        break
                    if os.path.exists(other.file("state/host.key")):
                        command = command[:-2]
                    again = call_(command)
                    whole = again.code == 0 or "exists" in again.err
                    if not (whole and opens(other, site)):
                        unfinished.append((at, again))
                at += step
            t.same(unfinished, [], f"killed at {call}, up to the {at - step}th: always finished")


call_ = call


def opens(other, site):
    other.run(code=None)
    return ([mail.to for mail in other.fresh] == [address(LEAD)] and
            other.who_wrote(site.names[BEN])[0]["from"] == address(BEN) and
            other.call("audit", "verify").code == 0)


scenarios(globals())
