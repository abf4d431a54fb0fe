#!/usr/bin/python3
# What has been taken is never taken twice; runs and commands at the same time; a dry run.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

def received(raw, number):
    return (f"Received: from mx{number}.example by mail{number}.hillside.example; "
            f"Mon, 02 Mar 2026 08:0{number}:00 +0000\r\nDelivered-To: box@hillside.example\r\n"
            ).encode() + raw


def test_delivered_thrice(t):
    with Site() as site:
        raw = make_mail(ANNA, WORRY)
        for i in range(3):
            site.drop(received(raw, i))
        summary = site.run()
        t.same([summary["mails"], summary["known"], summary["expunged"]], [1, 2, 3],
               "in one run: one letter")
        site.drop(received(raw, 4))
        summary = site.run()
        t.same([summary["mails"], summary["known"]], [0, 1], "and in the next")
        t.same([site.only()["letters"], site.waiting], [1, []], "one case with one letter")
        site.drop(make_mail(ANNA, WORRY))
        site.run()
        t.same(len(site.cases()), 2, "control: the same words again are another letter")


def test_same_file_name(t):
    """A mail in a file whose name was there before is another mail."""
    with Site() as site:
        for i in range(3):
            site.drop(make_mail(ANNA, f"{WORRY} number {i}"), name="letter.eml")
            site.run()
        t.same(len(site.cases()), 3, "every one is read")


def test_answer_twice(t):
    """An answer that comes twice goes out once."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        raw = site.answer(site.got(HERON), HERON, "do you like cats?")
        site.run()
        t.same(len(site.to(ANNA)), 1, "once")
        site.drop(received(raw, 1))
        site.run()
        t.same(site.fresh, [], "not twice")


# ---- runs and commands at the same time ----------------------------------------------------------

def start(site, *args):
    return subprocess.Popen([PROGRAM, "-C", site.path, *args], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def pupil(i):
    return f"Pupil Number{i} <pupil{i}@hillside.example>"


def test_two_runs(t):
    with Site() as site:
        for i in range(1500):
            site.write(pupil(i), WORRY)
        first = start(site, "run", "--json", "--now", site.moment)
        seen = set()
        while not os.listdir(site.file("mail/out/new")):
            time.sleep(0.002)
        while first.poll() is None:
            second = site.call("run", "--now", site.moment)
            if first.poll() is None:
                seen.add(second.code)
        first.communicate()
        t.same(seen, {75}, "a second run exits 75")
        t.same(first.returncode, 0, "the first ends well")
        site.run()
        t.same(len(site.cases()), 1500, "with everything")


def test_commands_meanwhile(t):
    with Site() as site:
        site.write(BEN, WORRY)
        site.run()
        handle = site.only()["handle"]
        for i in range(700):
            site.write(pupil(i), WORRY)
        run = start(site, "run", "--json", "--now", site.moment)
        codes, commands = [], [("case", "list", "--json"), ("status", "--json"),
                               ("case", "flag", handle, "--reason", "x", "--now", site.moment),
                               ("case", "assign", handle, "head", "--now", site.moment),
                               ("case", "show", handle), ("audit", "show", "--json")]
        overlap = 0
        for command in commands:
            overlap += run.poll() is None
            codes.append(site.call(*command).code)
        out, err = run.communicate()
        t.same([codes, run.returncode], [[0] * len(commands), 0], "all do what they should")
        t.ok(overlap >= 3, "while the run went on", overlap)
        site.run()
        case = site.case(handle)
        t.same([case["flag"], case["desk"]], [True, "head"], "nothing of it is lost")
        t.same(len(site.cases()), 701, "nor of the run")
        t.same(site.call("audit", "verify").code, 0, "and the record holds")


def test_term(t):
    """SIGTERM: the mail in hand is finished, the rest left for the next run."""
    with Site() as site:
        for i in range(700):
            site.write(pupil(i), WORRY)
        run = start(site, "run", "--json", "--now", site.moment)
        while not os.listdir(site.file("mail/out/new")):
            time.sleep(0.002)
        run.send_signal(signal.SIGTERM)
        out, err = run.communicate()
        summary = json.loads(out.strip().split("\n")[-1])
        site.collect()
        t.same(run.returncode, 75, "exit 75")
        t.ok(0 < summary["mails"] < 700 and len(site.waiting) == 700 - summary["mails"],
             "what was not taken is still there", summary, len(site.waiting))
        t.same(len(site.cases()), summary["mails"], "what was is kept")
        summary = site.run()
        t.same([len(site.cases()), site.waiting, summary["known"]], [700, [], 0],
               "the next run goes on")
        acks = [m.to for m in site.inbox if m.to.startswith("pupil")]
        t.same([len(acks), len(set(acks))], [700, 700], "everybody is answered, once")


# ---- a post that is broken -----------------------------------------------------------------------

def test_post_broken(t):
    """What could not be sent waits, in the order of what matters, and goes out with the next run."""
    with Site(site={"alarm-command": "/usr/bin/touch alarm"}) as site:
        site.set(alarm_command=f"/usr/bin/touch {site.file('alarm')}")
        site.write(ANNA, WORRY)
        site.write(BEN, DANGER)
        os.rename(site.file("mail/out"), site.file("mail/away"))
        site.put("mail/out", "no folder")
        site.run(code=None, collect=False)
        t.ok(site.last.code in (75, 78), "the run fails", site.last)
        t.ok(os.path.exists(site.file("alarm")), "and sounds the alarm")
        os.unlink(site.file("mail/out"))
        os.rename(site.file("mail/away"), site.file("mail/out"))
        site.later(minutes=1).run()
        t.same(sorted(mail.to for mail in site.fresh),
               sorted(address(who) for who in (ANNA, BEN, LEAD, HERON)), "then all of it goes out")
        t.same([len(site.cases()), site.waiting], [2, []], "once")


# ---- --dry-run, the summary ----------------------------------------------------------------------

def test_dry_run(t):
    with Site() as site:
        site.write(BEN, WORRY)
        site.run()
        site.write(ANNA, DANGER)
        site.drop(make_mail("MAILER-DAEMON@mx.example", "x", "Undelivered Mail"))
        site.drop(b"")
        site.drop(b"\0" * (21 << 20))
        site.later(days=2)
        before = site.digest()
        done = site.call("run", "--dry-run", "--now", site.moment)
        t.same(done.code, 0, "a dry run ends well")
        t.same(site.digest(), before, "nothing has changed, in no file of the site")
        t.has(done.out, ["pupil: urgent, desk lead, flagged", "bounce", "unreadable", "too large"],
              "it says what would be done")
        t.lacks(done.out, names_in(ANNA) + ["die"], "without who wrote, or what")
        summary = site.run()
        t.same([summary["letters"], summary["machine"], summary["unreadable"],
                summary["too-large"]], [1, 1, 1, 1], "control: then it is done")
        t.ok(site.digest() != before, "control: and seen")


def test_summary(t):
    with Site() as site:
        site.write(ANNA, DANGER)
        done = site.call("run", "--now", site.moment)
        t.same(done.out.count("\n"), 1, "one line")
        t.has(done.out, "took 1 mail (1 letter, 0 answers, 0 automatic, 0 unreadable); sent 2; "
              "cases: 1 open, 0 waiting, 0 held; alerts nobody has taken: 1", "that says it all")
        t.lacks(done.out + done.err, names_in(ANNA), "without who wrote")
        summary = site.run()
        t.same(sorted(summary), sorted(
            ["done", "tidy", "copies", "mails", "letters", "answers", "machine", "unreadable", "known", "too-large",
             "expunged", "left", "sent", "later", "failed", "given", "alerts", "purged", "open",
             "waiting", "held", "flagged", "alerts-open", "micros"]), "and as JSON")


scenarios(globals())
