#!/usr/bin/python3
# What must reach a person although something stands in its way.
# timeout: 120
import fcntl
import os
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

ANSWER = "what would you like to happen next?"
MORE = "they have hidden my bag again and everybody laughed"


def begun(site):
    """A letter, and the listener who has it."""
    site.write(ANNA, WORRY)
    site.run()
    return site.to(HERON)[0] if site.to(HERON) else site.got(WREN)


def writer_of(letter):
    return next(who for who in (HERON, WREN) if address(who) == letter.to)


# ---- the story so far ----------------------------------------------------------------------------

def test_danger_tells_the_story(t):
    with Site() as site:
        letter = begun(site)
        site.answer(letter, writer_of(letter), ANSWER)
        site.later(hours=1).run()
        answer = site.got(ANNA, "An answer")
        site.answer(answer, ANNA, DANGER)
        site.later(hours=1).run()
        alert = site.got(LEAD)
        t.has(alert.letter, DANGER, "an alert in the middle of a conversation begins with the newest")
        t.has(alert.text, [WORRY, ANSWER, "What was written before"], "and tells what came before")
        t.ok(alert.text.count(DANGER) == 1, "the newest once", alert.text)
        t.ok(alert.text.index(WORRY) < alert.text.index(ANSWER), "in order")
        t.lacks(alert.everything, [name for name in names_in(writer_of(letter)) if "12js" not in name] +
                ["Heron", "Wren"],
                "but not who answered")
    with Site() as site:
        site.write(ANNA, DANGER)
        site.run()
        t.lacks(site.got(LEAD).text, ["What was written before", "earlier messages"],
                "control: a first letter has nothing before it")


def test_answer_with_a_word(t):
    for word, who in (("PASS", None), ("PASS I know her", None), ("NOTE a hard one\n\nPASS", None)):
        with Site() as site:
            letter = begun(site)
            first = writer_of(letter)
            second = WREN if first == HERON else HERON
            site.answer(letter, first, f"{ANSWER}\n\n{word}")
            site.later(hours=1).run()
            t.has(site.got(ANNA, "An answer").text, ANSWER, f"{word!r}: the pupil has the answer")
            t.has(site.got(second).letter, [WORRY, ANSWER], f"{word!r}: so has who takes over")
            t.lacks(site.got(second).letter, ["know her", "a hard one"], f"{word!r}: and no reason")
    with Site() as site:
        site.write(ANNA, "my teacher touched me")
        site.run()
        alert = site.got(LEAD)
        site.answer(alert, LEAD, f"{ANSWER}\n\nASSIGN head")
        site.later(minutes=5).run()
        t.has(site.got(HEAD).text, ANSWER, "ASSIGN: the next adult reads what was just answered")


def test_bounce_after_close(t):
    with Site() as site:
        letter = begun(site)
        site.answer(letter, writer_of(letter), f"{ANSWER}\n\nCLOSE")
        site.later(hours=1).run()
        answer = site.got(ANNA, "An answer")
        t.same(site.only()["state"], "closed", "answered and closed in one mail")
        site.drop(make_bounce(answer))
        site.later(hours=1).run()
        notice = site.got(LEAD)
        t.has(notice.text, [letter.handle, "came back"], "that answer comes back: the lead is told")
        t.same(len(site.cases()), 1, "in the case it belongs to, not in one of its own")
        t.same(site.only()["state"], "closed", "which stays closed")
        site.write(ANNA, MORE, to=answer.reply_to)
        site.run()
        t.same(sorted(case["state"] for case in site.cases()), ["closed", "open"],
               "but a letter to its address is a new letter")


def test_lead_bounces(t):
    with Site() as site:
        site.write(ANNA, "my teacher shouts at me and says i am worthless")
        site.run()
        case = site.only()
        site.do("case", "assign", case["handle"], "lead")
        site.run()
        letter = site.got(LEAD)
        site.drop(make_bounce(letter))
        site.later(minutes=5).run()
        t.same([mail.to for mail in site.fresh], [address(DEPUTY)],
               "the lead's mailbox is broken, and no alert open: the deputy hears of it")
        t.has(site.got(DEPUTY).text, ["Ms Okafor", letter.handle], "and which, and whose")
    with Site(without=["deputy hughes", "head singh"], keyholders=("okafor",)) as site:
        site.write(ANNA, DANGER)
        site.run()
        site.drop(make_bounce(site.got(LEAD)))
        site.later(minutes=5).run()
        t.ok(site.to(SUPERVISOR), "nobody stands in for the lead: the supervisor", site.fresh)
    with Site() as site:
        site.write(ANNA, DANGER)
        site.run()
        site.drop(make_bounce(site.got(LEAD)))
        site.later(minutes=5).run()
        t.ok(len(site.to(DEPUTY)) == 2 and not site.to(LEAD),
             "with an alert open it goes on at once, and the deputy hears why", site.fresh)


# ---- the machine itself --------------------------------------------------------------------------

def test_overlapping_runs(t):
    with Site() as site:
        alarm = os.path.join(site.folder, "alarm")
        rung = os.path.join(site.folder, "rung")
        with open(alarm, "w") as file:
            file.write(f"#!/bin/sh\ntouch {rung}\n")
        os.chmod(alarm, stat.S_IRWXU)
        site.set(alarm_command=alarm)
        site.run()
        lock = os.open(site.file("state"), os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        site.later(minutes=2)
        site.run(code=75)
        t.has(site.last.err, "another run of this site is going on", "a run while another goes on")
        t.ok(not os.path.exists(rung), "alarms nobody")
        site.later(hours=2).run(code=75)
        t.ok(not os.path.exists(rung), "nor does one of two hours")
        site.later(hours=2).run(code=75)
        t.ok(os.path.exists(rung), "after four hours somebody is called")
        os.close(lock)
        os.unlink(rung)
        site.later(minutes=2).run()
        t.ok(not os.path.exists(rung), "control: a run that can work is well")


def test_install_keeps_a_mail_server(t):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with tempfile.TemporaryDirectory() as folder:
        asked = os.path.join(folder, "asked")
        fake = {"dpkg-query": "exit 1", "id": "echo 0",
                "apt-get": f'echo "$@" >>{asked}; echo "E: Packages need to be removed but remove '
                           'is disabled."; exit 100'}
        for name, text in fake.items():
            path = os.path.join(folder, name)
            with open(path, "w") as file:
                file.write(f"#!/bin/sh\n{text}\n")
            os.chmod(path, 0o700)
        done = subprocess.run(["sh", os.path.join(root, "contrib/install-deps"), "test"],
                              env={"PATH": folder + ":/usr/bin:/bin"}, text=True,
                              capture_output=True)
        calls = [line for line in read(asked).decode().splitlines() if "install" in line]
        t.ok(calls and all("--no-remove" in line for line in calls),
             "install-deps lets apt remove nothing", calls)
        t.same(done.returncode, 75, "where it would have to, it stops")
        t.has(done.stderr, ["Nothing was changed", "install-deps build"], "and says what to do")


scenarios(globals())
