#!/usr/bin/python3
# A run that is killed, or whose disk fails, at any call: the next one heals it. Nothing is lost and
# nothing taken twice; what was sent twice has the same Message-ID.
# timeout: 240
# slow
import collections
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

STRACE = shutil.which("strace")
MARK = f"scenario-crash-{os.getpid()}"
ENV = {**os.environ, "WORRYBOX_TEST": MARK}


def prepare():
    """A site with something of everything in its mailbox, and something in its outbox."""
    site = Site(without=["listener wren"], people={"listener heron": {"at-most": "100"}})
    site.write(ANNA, WORRY)
    site.write(CLEO, WORRY)
    site.write(BEN, DANGER)
    site.run()
    letters = [mail for mail in site.to(HERON)]
    acks = site.to(ANNA)
    alert = site.got(LEAD)
    site.later(minutes=35)
    site.answer(letters[0], HERON, "that sounds lonely, what do you like?")
    site.answer(acks[0], ANNA, "and another thing", "iphone")
    site.answer(site.to(CLEO, site.inbox)[0], CLEO, "DELETE", "bare")
    twice = site.write("Dee <dee@hillside.example>", WORRY + " today")
    site.drop(b"Received: from a by b; now\r\n" + twice)
    site.drop(make_mail(LEAD, "I am away", "Automatic reply: x", to=alert.reply_to))
    site.drop(b"")
    site.write("Eve <eve@hillside.example>", "my grandad died and i miss him")
    site.write("Fay <fay@hillside.example>", DANGER + " really")
    site.drop(b"X: " + b"y" * (21 << 20))
    # What no crash changes need not be copied each time.
    for name in ("rules", "templates"):
        os.rename(site.file(name), os.path.join(site.folder, name))
        os.symlink(os.path.join(site.folder, name), site.file(name))
    return site


def run(site, *before):
    """One run, behind strace or not; its exit code."""
    return subprocess.run([*before, PROGRAM, "-C", site.path, "run", "--now", site.moment],
                          capture_output=True, env=ENV).returncode


def plain_text(mail):
    """A digest of the text, without what is random in it."""
    text = re.sub(r"[a-z2-7]{26}@", "TOKEN@", mail.text.replace(mail.handle or "-", "HANDLE"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def outcome(site):
    """What must be the same, whatever happened on the way."""
    site.collect()
    mails = {}
    for mail in site.inbox:
        if mail.id in mails and mails[mail.id].raw != mail.raw:
            mails["twice, with other words"] = mail
        mails[mail.id] = mail
    sent = collections.Counter((mail.to, mail.subject.split(" - ")[0], plain_text(mail))
                               for mail in mails.values())
    cases = collections.Counter(
        (case["state"], case["desk"], case["listener"], case["flag"], case["severity"],
         case["letters"], tuple(case["categories"])) for case in site.cases())
    with site.database() as db:
        messages = db.execute("SELECT author, count(*) FROM messages GROUP BY author ORDER BY 1"
                              ).fetchall()
        outbox = db.execute("SELECT count(*) FROM outbox").fetchone()
        keys = db.execute("SELECT count(*) FROM cases").fetchone()
    with site.database("keys.db") as db:
        keys += db.execute("SELECT count(*) FROM case_keys").fetchone()
    held = len(os.listdir(site.file("mail/in/.Held/new"))) if os.path.isdir(
        site.file("mail/in/.Held/new")) else 0
    return {"sent": sent, "cases": cases, "messages": messages, "outbox": outbox, "keys": keys,
            "mailbox": site.waiting, "held": held, "tmp": os.listdir(site.file("mail/out/tmp")),
            "acts": collections.Counter(site.acts()),
            "record": site.call("audit", "verify", "--seed", site.seed_file).code}


def differs(got, want):
    """In which of these two outcomes differ. The lead may hear twice that a mail was too large."""
    wrong = {key: (got[key], want[key]) for key in want if got[key] != want[key]}
    if "sent" in wrong:
        more, less = got["sent"] - want["sent"], want["sent"] - got["sent"]
        large = {key for key in more if key[:2] == (address(LEAD), "For you to know")}
        if not less and set(more) == large:
            del wrong["sent"]
        else:
            wrong["sent"] = ("more", more, "less", less)
    return wrong


BASE = prepare()
atexit.register(shutil.rmtree, BASE.folder, ignore_errors=True)
BASE.seed_file = os.path.join(BASE.folder, "seed")
with open(BASE.seed_file, "w") as seed:
    seed.write(BASE.seed_sheet + "\n")
with BASE.copy() as CLEAN:
    START = time.monotonic()
    assert run(CLEAN) == 0
    SECONDS = time.monotonic() - START
    WANT = outcome(CLEAN)


def heal(site):
    """The run after the crash; what is then wrong."""
    code = run(site)
    if code != 0:
        return {"the next run exits": code}
    return differs(outcome(site), WANT)


def test_control(t):
    """The scenario is what it should be, and a lost mail would be seen."""
    t.same([WANT["mailbox"], WANT["held"], WANT["record"], WANT["outbox"][0]], [[], 1, 0, 0],
           "a run without a crash takes everything")
    t.ok(sum(WANT["sent"].values()) > 12, "and sends", WANT["sent"])
    with BASE.copy() as site:
        t.same(heal(site), {}, "another one comes to the same")
    with BASE.copy() as site:
        os.unlink(site.file("mail/in/new", site.waiting[0]))
        t.ok(heal(site), "control: a letter that is lost shows")
    with BASE.copy() as site:
        site.write(ANNA, WORRY + " more")
        t.ok(heal(site), "control: one too many shows")


def test_killed_at_random(t):
    random.seed(20260302)
    broken, killed, tries = [], 0, 0
    while killed < 10 and tries < 60:
        tries += 1
        with BASE.copy() as site:
            went = subprocess.Popen([PROGRAM, "-C", site.path, "run", "--now", site.moment],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENV)
            time.sleep(random.random() * SECONDS)
            went.kill()
            killed += went.wait() == -signal.SIGKILL
            wrong = heal(site)
            if wrong:
                broken.append(wrong)
    t.ok(killed >= 5, "control: some were in the middle", killed)
    t.same(broken, [], f"killed {killed} times at random moments: all is well afterwards")


def calls(name):
    """How many calls of this name a run makes."""
    with BASE.copy() as site:
        log = os.path.join(site.folder, "trace")
        run(site, STRACE, "-f", "-o", log, "-e", "trace=" + name)
        main = read(log).split(b" ", 1)[0]
        return sum(line.startswith(main + b" ") and b"(" in line
                   for line in read(log).split(b"\n"))


def injected(t, name, fault, most):
    """Every one of the first calls of this name, as far as `most` goes, then some of the rest."""
    count = calls(name)
    most = count if os.environ.get("WORRYBOX_EVERY_CALL") else most
    if count == 0:
        return
    # The first ones matter as much as the last: spread over all.
    numbers = sorted({1 + i * count // most for i in range(most)} if count > most else
                     range(1, count + 1))
    broken, hit = {}, 0
    for number in numbers:
        with BASE.copy() as site:
            code = run(site, STRACE, "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + name, "-e",
                       f"inject={name}:{fault}:when={number}")
            hit += code != 0
            wrong = heal(site)
            if code not in (0, 75, 78, -signal.SIGKILL, 128 + signal.SIGKILL):
                wrong["exit"] = code
            if wrong:
                broken[number] = wrong
    t.ok(hit > 0, f"control: {name}, {fault}: {hit} of {len(numbers)} runs broke off")
    t.same(broken, {}, f"{name}, {fault}, at {len(numbers)} of {count} calls: all is well afterwards")


def test_killed_at_each_call(t):
    if STRACE is None:
        t.ok(True, "strace is not there # skip")
        return
    for name, most in (("fsync", 10), ("fdatasync", 24), ("renameat", 6), ("renameat2", 5),
                       ("unlinkat", 6), ("ftruncate", 8), ("pwrite64", 14), ("flock", 2)):
        injected(t, name, "signal=KILL", most)


def test_failing_disk(t):
    if STRACE is None:
        t.ok(True, "strace is not there # skip")
        return
    for name, fault, most in (("fsync", "error=EIO", 4), ("fdatasync", "error=EIO", 8),
                              ("pwrite64", "error=ENOSPC", 8), ("write", "error=ENOSPC", 6),
                              ("renameat", "error=EIO", 4), ("unlinkat", "error=EIO", 4)):
        injected(t, name, fault, most)


def test_nobody_left_behind(t):
    """No worker outlives its run."""
    deadline = time.monotonic() + 5
    while True:
        left = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                environment = read(f"/proc/{pid}/environ")
            except OSError:
                continue
            if MARK.encode() in environment:
                left.append(pid)
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    t.same(left, [], "every worker is gone")


scenarios(globals())
