#!/usr/bin/python3
# What a hostile reading of run, store and verb found: each was a way for a letter to get lost, for an
# alert to stop, or for the wrong person to see something.
# timeout: 240
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

DESPAIR = "everything is pointless and i feel completely hopeless"


def test_name_used_again(t):
    """A Maildir may call another mail by a name it has used: it is read all the same."""
    with Site() as site:
        site.drop(make_mail(ANNA, WORRY), "1.eml")
        site.run()
        site.drop(make_mail(BEN, DANGER), "1.eml")
        summary = site.run()
        t.same([summary["letters"], summary["known"], summary["alerts-open"]], [1, 0, 1],
               "the second letter of the same name is read")
        raw = make_mail(CLEO, WORRY)
        site.drop(raw, "2.eml")
        site.run()
        site.drop(raw, "2.eml")
        summary = site.run()
        t.same([summary["letters"], summary["known"], site.waiting], [0, 1, []],
               "control: the same letter again is known")


def test_refused_answer_is_kept(t):
    """What a listener writes to a conversation that is closed goes back; and is kept, and read."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        letter = site.got(HERON)
        site.answer(letter, HERON, "thank you\n\nCLOSE")
        site.run()
        before = len(site.cases())
        site.answer(letter, HERON, "one more thing")
        site.run()
        t.has(site.got(HERON).letter, "one more thing", "it goes back")
        t.same(len(site.cases()), before + 1, "and is kept, sealed")
        t.same(len(site.fresh), 1, "nobody else hears of it")
        site.answer(letter, HERON, "i can not bear this any more, " + DANGER)
        summary = site.run()
        t.same([summary["alerts-open"], len(site.to(LEAD)) > 0], [1, True],
               "a listener's cry for help reaches the lead")


def test_listener_as_pupil_after_closing(t):
    with Site() as site:
        site.write(HERON, WORRY)
        site.run()
        ack = site.got(HERON)
        site.answer(ack, HERON, "STOP")
        site.run()
        site.answer(ack, HERON, DANGER)
        site.run()
        t.ok(any("want to die" in mail.text for mail in site.to(LEAD)),
             "a listener who wrote as a pupil is heard when it is closed")


def test_stop_and_alert(t):
    """A pupil's STOP or DELETE does not end an alert nobody has taken."""
    for word in "STOP", "DELETE":
        with Site() as site:
            site.write(ANNA, DANGER)
            site.run()
            alert = site.got(LEAD)
            site.answer(site.got(ANNA), ANNA, word, "bare")
            site.later(minutes=5).run()
            t.same(site.only()["state"], "open", f"{word}: it stays open")
            t.has(site.got(ANNA).text, "the safeguarding lead", f"{word}: the pupil is told")
            t.has(site.got(LEAD).text, word, f"{word}: the lead sees that they asked")
            site.later(minutes=26).run()
            t.same(len(site.to(DEPUTY)), 1, f"{word}: the alert goes on")
            site.answer(alert, LEAD, "TAKEN", "bare")
            site.run()
            site.answer(site.to(ANNA, site.inbox)[-1], ANNA, word, "bare")
            site.run()
            t.same(site.only()["state"], "closed", f"{word}: control: done once an adult has it")


def test_flagged_is_not_erased(t):
    """DELETE, then FLAG before the last mail has gone: a flagged conversation is kept."""
    with Site(site={"delay": "600"}) as site:
        site.write(ANNA, WORRY)
        site.run()
        handle = site.only()["handle"]
        site.answer(site.got(ANNA), ANNA, "DELETE", "bare")
        site.run()
        done = site.do("case", "flag", handle, "--reason", "seen at the bridge")
        for i in range(4):
            site.later(hours=11).run()
        t.ok(site.case(handle) is not None, "it is still there", done)
        t.same(site.who_wrote(handle)[0]["from"], address(ANNA), "and can be unsealed")


def test_old_answer_of_supervisor(t):
    """Whoever had it before says nothing about an alert that came later."""
    with Site() as site:
        site.write(ANNA, "how long until you reply")
        site.run()
        first, ack = site.got(SUPERVISOR), site.got(ANNA)
        site.answer(ack, ANNA, DANGER)
        site.later(minutes=1).run()
        site.answer(first, SUPERVISOR, "within two days, usually")
        site.later(minutes=1).run()
        t.same(site.to(ANNA), [], "the supervisor's answer is not sent")
        t.has(site.got(SUPERVISOR).letter, "within two days", "but goes back")
        site.later(minutes=30).run()
        t.same(len(site.to(DEPUTY)), 1, "the alert goes on")


def test_second_letter_decides(t):
    """A second letter goes where its rules say, as a first one would."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        ack = site.got(ANNA)
        site.answer(ack, ANNA, DESPAIR)
        site.later(minutes=1).run()
        case = site.only()
        t.ok("despair" in case["categories"], "control: the rule spoke", case)
        t.same([case["desk"], case["listener"]], ["lead", None], "the lead has it")
        t.has(site.got(LEAD).text, ["eat alone", "hopeless"], "with all that was written")
        t.lacks("".join(mail.text for mail in site.to(HERON)), "hopeless", "the listener has not")
        t.has(site.got(ANNA).text, "the safeguarding lead", "the pupil is told who reads it")


def test_subject_alone(t):
    """A child who writes all of it into the subject."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        ack = site.got(ANNA)
        site.answer(ack, ANNA, "", "bare", subject="they took my bag again today")
        site.later(minutes=1).run()
        t.same(len(site.to(HERON)), 1, "the listener gets it")
        t.has(site.to(HERON)[0].text, "took my bag again", "with the subject") if site.to(HERON) \
            else None


def test_clock_ahead(t):
    """What was done while the clock was years ahead does not wait for those years."""
    with Site() as site:
        site.write(BEN, WORRY)
        site.run()
        site.at("2031-01-01T08:00:00")
        site.write(ANNA, DANGER)
        site.run()
        site.at("2026-03-02T09:00:00").run()
        site.later(minutes=31).run()
        t.ok(len(site.to(DEPUTY, site.inbox)) > 0, "the alert goes on")
        before = len(site.to(WITNESS, site.inbox))
        site.later(days=8).run()
        t.ok(len(site.to(WITNESS, site.inbox)) > before, "the witness hears of the record")


def test_not_for_keyholder(t):
    """A keyholder the concern is about gets no seal, and cannot unseal."""
    with Site() as site:
        rule = ("rule about-okafor\n    title     About Ms Okafor\n    severity  urgent\n"
                "    flag      yes\n    desk      head\n    not-for   okafor\n"
                "    phrase    okafor hurts me\n    hit       okafor hurts me\n"
                "    miss      the lesson\n")
        site.put("rules/99-own.rules", rule)
        site.write(ANNA, "ms okafor hurts me")
        site.run()
        handle = site.only()["handle"]
        t.same(site.to(LEAD), [], "control: the alert is not for her")
        with site.database() as db:
            t.same(db.execute("SELECT holder FROM seals").fetchall(), [("hughes",)],
                   "it is sealed to the other alone")
        t.same(site.unseal(handle, "okafor").code, 77, "she cannot unseal it")
        t.same(site.who_wrote(handle, "hughes")[0]["from"], address(ANNA), "somebody else can")
    with Site() as site:
        site.put("rules/99-own.rules", rule)
        site.write(ANNA, DANGER)
        site.run()
        site.answer(site.got(ANNA), ANNA, "ms okafor hurts me")
        site.run()
        handle = site.only()["handle"]
        t.same(site.unseal(handle, "okafor").code, 77, "nor when the second letter says so")
        t.same(site.to(LEAD), [], "which she does not get")


def test_nobody_else_there(t):
    """Better read by somebody it is about than by nobody."""
    rule = ("rule odd\n    title     Odd\n    severity  high\n    desk      head\n"
            "    not-for   okafor\n    phrase    xyzzy plugh\n    hit       xyzzy plugh\n"
            "    miss      the lesson\n")
    with Site(without=["deputy hughes", "head singh", "supervisor bell"]) as site:
        site.put("rules/99-own.rules", rule)
        site.write(ANNA, "xyzzy plugh")
        site.run()
        t.same(len(site.to(LEAD)), 1, "somebody has it")


def test_unreadable_flood(t):
    """Mails that cannot be read are not answered without end."""
    with Site(blocks="limits\n    letters-a-day  3") as site:
        for i in range(12):
            site.drop(make_mail(ANNA, "x", headers={"X-Much": "y" * 20000, "X-N": str(i)}))
        summary = site.run()
        t.same([summary["unreadable"], len(site.cases())], [12, 12], "all are kept")
        t.ok(1 <= len(site.to(ANNA)) <= 4, "few are answered", len(site.to(ANNA)))
        t.ok(len(site.to(LEAD)) <= 5, "and the lead is not flooded", len(site.to(LEAD)))


def test_close_with_an_answer_that_cannot_go(t):
    """CLOSE waits until the answer with it can be sent."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        letter = site.got(HERON)
        site.answer(letter, HERON, "you can reach me at jonas@home.example or as Starling\n\nCLOSE",
                    "bare")
        site.run()
        case = site.only()
        back = site.to(HERON)
        if len(site.to(ANNA)) == 1 and "closed" not in site.got(ANNA).text:
            t.note("it was masked, and went")
            return
        if any("name, an address" in mail.text for mail in back):
            t.same(case["state"], "open", "it stays open, to be sent again")


def test_held_letters_are_read(t):
    """What came as a flood is shown to somebody the next day."""
    with Site(blocks="limits\n    letters-a-day  3", without=["listener wren"],
              people={"listener heron": {"at-most": "20"}}) as site:
        for i in range(6):
            site.write(ANNA, f"{WORRY}, number {i}x")
        site.run()
        held = [case for case in site.cases() if case["state"] == "held"]
        t.same(len(held), 3, "control: held")
        site.later(days=1).run()
        site.later(minutes=5).run()
        t.same([case for case in site.cases() if case["state"] == "held"], [],
               "the next day they are not held any more")
        text = "".join(mail.text for mail in site.to(HERON, site.inbox) +
                       site.to(SUPERVISOR, site.inbox))
        t.same([i for i in range(6) if f"number {i}x" not in text], [], "somebody has each of them")


def test_supervisor_passes(t):
    """What a supervisor passes on goes to the lead, not past them."""
    with Site() as site:
        site.write(ANNA, "how long until you reply")
        site.run()
        site.answer(site.got(SUPERVISOR), SUPERVISOR, "PASS")
        site.later(minutes=1).run()
        site.later(minutes=1).run()
        t.same([len(site.to(LEAD, site.inbox)), len(site.to(DEPUTY, site.inbox))], [1, 0],
               "the lead has it")


def test_waits_for_ever(t):
    """Nobody will ever take it: then an adult does."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        site.answer(site.got(HERON), HERON, "PASS")
        site.run()
        for i in range(5):
            site.later(days=1).run()
        case = site.only()
        t.ok(case["desk"] in ("supervisor", "lead"), "an adult has it", case)
        t.ok(any("eat alone" in mail.text for mail in site.to(SUPERVISOR, site.inbox)),
             "and can read it")


def lose_keys(site):
    """Restored from a backup: keys.db is not in one."""
    os.unlink(site.file("state", "keys.db"))
    if os.path.exists(site.file("state", "keys.db-journal")):
        os.unlink(site.file("state", "keys.db-journal"))


def test_restored_without_keys(t):
    """A site restored from its backup: old conversations are lost, new letters are not."""
    with Site() as site:
        site.write(ANNA, WORRY)
        site.write(BEN, DANGER)
        site.run()
        ack, alert = site.got(ANNA), site.got(LEAD)
        letter = (site.to(HERON) + site.to(WREN))[0]
        danger = next(case["handle"] for case in site.cases() if case["flag"])
        lose_keys(site)
        done = site.run(code=None)
        t.same(site.last.code, 78, "a run says that keys.db is gone, and does nothing")
        t.same(site.who_wrote(danger)[0]["from"], address(BEN), "what is flagged can be unsealed")
        site.answer(ack, ANNA, "are you still there? " + WORRY)
        site.answer(letter, HERON, "hello")
        site.answer(alert, LEAD, "TAKEN", "bare")
        site.write(CLEO, DANGER)
        site.later(minutes=45).run(code=None)
        summary = site.run(code=None)
        t.same(site.waiting, [], "no mail stays behind")
        t.ok(any("i want to die" in mail.text and mail.to == address(LEAD) for mail in site.inbox
                 if mail.date >= site.now), "a new cry for help reaches the lead")
        for i in range(3):
            site.later(days=1).run(code=None)
        t.same(site.last.code, 0, "and in the end the runs are well again")
        t.has("".join(mail.text for mail in site.to(LEAD, site.inbox)), [danger + " (flagged)"],
              "the lead has been told what is lost")
        t.same(sum("keys.db, is gone" in mail.text for mail in site.inbox), 1, "once")
        t.same(site.do("case", "close", danger).code, 0, "what is lost can be closed")


def test_one_mail_keeps_back_no_other(t):
    """A mail that cannot be kept, for whatever reason, stays; the others are taken."""
    with Site() as site:
        site.run()
        with site.database() as database:
            database.execute("CREATE TRIGGER broken BEFORE INSERT ON messages WHEN"
                             " length(new.original) > 50000 BEGIN SELECT raise(ABORT, 'no'); END")
        database.close()
        site.write(ANNA, WORRY)
        site.write(BEN, "x" * 60000)
        site.write(CLEO, DANGER)
        summary = site.run(code=75)
        t.same([summary["letters"], summary["left"], len(site.waiting)], [2, 1, 1],
               "the one stays, and is told of")
        t.same([len(site.to(LEAD)), len(site.to(ANNA))], [1, 1], "the others are dealt with")
        with site.database() as database:
            database.execute("DROP TRIGGER broken")
        database.close()
        t.same([site.run()["letters"], site.waiting], [1, []], "it is taken as soon as it can be")


def test_large_mail_keeps_back_no_other(t):
    with Site(blocks="limits\n    mail-size  65536") as site:
        site.put("mail/in/.Held", "no folder")
        site.put("mail/in/Held", "no folder")
        site.drop(make_mail(ANNA, "x" * 80000))
        site.write(BEN, DANGER)
        for i in range(3):
            site.later(minutes=1).run(code=78)
        t.same(len(site.waiting), 1, "control: it could not be moved")
        mails = site.to(LEAD, site.inbox)
        t.same(len([mail for mail in mails if "want to die" in mail.text]), 1, "the next is read")
        t.same(len([mail for mail in mails if "too large" in mail.text]), 1, "and it is told once")


def test_refused_by_the_server(t):
    """What the server will not take for a listener has come back: somebody else gets it."""
    with Site() as site:
        site.put("send", "#!/bin/sh\nfor last; do :; done\n"
                         f"case $last in *12js*|*okafor*) exit 67;; esac\n"
                         f"cat > {site.file('mail/out/new')}/$$\n")
        os.chmod(site.file("send"), 0o755)
        site.conf["demo"] = None
        site.configure()
        conf = read(site.file("site.conf")).decode()
        site.put("site.conf", conf.replace("    kind  maildir\n    path  mail/out",
                                           f"    kind  sendmail\n    path  {site.file('send')}"))
        for i in range(2):
            site.write(ANNA, f"{WORRY} {i}x")
        site.write(BEN, DANGER)
        for i in range(3):
            done = site.call("run", "--json")
        t.same(done.code, 0, "the runs are well")
        site.collect()
        t.same([case["listener"] for case in site.cases() if not case["flag"]], ["wren", "wren"],
               "the other listener has both")
        t.ok(site.got(DEPUTY, "Please read soon"), "and the deputy the alert, at once")


def test_worker_without_limits(t):
    """Where the worker cannot be confined it is no mail's fault: none is taken for unreadable."""
    def small():
        resource.setrlimit(resource.RLIMIT_DATA, (64 << 20, 64 << 20))
    with Site() as site:
        site.write(ANNA, WORRY)
        site.run(code=75, preexec=small)
        t.same([len(site.waiting), site.cases()], [1, []], "the mail stays where it is")
        t.same(site.run()["letters"], 1, "control: it is a letter")


scenarios(globals())
