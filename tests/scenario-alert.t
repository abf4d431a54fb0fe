#!/usr/bin/python3
# A cry for help is never lost and never waits for a peer.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

HELPLINES = ["999", "Childline: 0800 1111", "Samaritans: 116 123", "Shout: text 85258"]
PEERS = (HERON, WREN)


def peers(site):
    return [mail for who in PEERS for mail in site.to(who, site.inbox)]


def test_urgent(t):
    with Site() as site:
        site.write(ANNA, DANGER)
        summary = site.run()
        t.same([summary["alerts-open"], summary["flagged"]], [1, 1], "the summary tells of it")
        alert, reply = site.got(LEAD), site.got(ANNA)
        t.ok(alert.subject.startswith("Please read soon"), "the lead is alerted at once", alert)
        t.has(alert.text, DANGER, "with the letter")
        t.lacks(alert.everything, names_in(ANNA), "and not with who wrote")
        t.lacks(alert.text.split("\n")[0] + alert.subject, ["die"], "lock screens show nothing")
        t.has(reply.text, HELPLINES, "the crisis reply has the helplines")
        t.has(reply.text, ["the safeguarding lead", "due to read it today"],
              "and says who will read it and when")
        t.same(len(site.fresh), 2, "nobody else hears of it")
        case = site.only()
        t.same([case["desk"], case["flag"], case["severity"], case["listener"]],
               ["lead", True, "urgent", None], "the case is flagged and the lead's")
        t.ok("self-harm" in case["categories"], "by name of the rule", case)
        t.ok("flagged" in site.acts(case["handle"]), "on the record", site.acts())


def test_urgent_in_a_case(t):
    """The second letter is the cry for help: the listener loses the case."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        letter = site.got(HERON)
        ack = site.got(ANNA)
        site.later(minutes=5)
        site.answer(ack, ANNA, DANGER + "\n\nSTOP", "iphone")
        site.run()
        t.has(site.got(LEAD).text, DANGER, "the lead has it")
        t.has(site.got(ANNA).text, HELPLINES, "and the pupil the helplines; STOP is not obeyed")
        t.lacks("".join(mail.text for mail in site.to(HERON)), "die", "the listener never sees it")
        case = site.only()
        t.same([case["desk"], case["flag"], case["listener"], case["state"]],
               ["lead", True, None, "open"], "the listener has the case no more")
        site.answer(letter, HERON, "hello again")
        site.run()
        t.same(len(site.to(ANNA)), 0, "what the listener still answers does not go out")
        t.has(site.got(HERON).letter, "hello again", "but comes back")


def test_flag_without_urgency(t):
    """A concern about staff is high, not urgent, and flagged: to the head, not the lead."""
    with Site() as site:
        site.write(ANNA, "a teacher keeps touching me and texts me at night")
        site.run()
        t.ok(site.only()["flag"], "flagged", site.only())
        t.same(len(peers(site)), 0, "no peer gets it")
        t.has(site.got(ANNA).text, "adult", "the pupil is told that an adult reads it")


def test_undecided(t):
    """A rule that cannot be applied to a letter decides nothing away: it goes to the lead."""
    rule = ("rule endless\n    severity low\n    desk listener\n"
            "    pattern (?:x+x+)+[a-w]\n    hit xxa\n    miss nothing\n")
    with Site(blocks="limits\n    match-limit 100\n") as site:
        site.put("rules/99-own.rules", rule)
        site.write(ANNA, WORRY + " " + "x" * 60 + " z")
        site.run()
        case = site.only()
        t.same([case["desk"], case["state"]], ["lead", "open"], "undecided: to the lead")
        t.ok("undecided" in case["categories"], "and called so", case)
        t.has(site.got(LEAD).text, "could not be applied", "the alert says why")
        t.same(len(peers(site)), 0, "no peer gets it")
        site.later(minutes=30).run()
        t.has(site.got(DEPUTY).text, "nobody has answered", "it goes on like any alert")


def test_escalation(t):
    """Lead, deputy, head; at night too; each told who was silent."""
    with Site(people={"lead okafor": {"on": "mon tue wed thu fri", "from": "8:00",
                                      "until": "16:00"}},
              site={"alarm-command": "/usr/bin/touch alarm"}) as site:
        alarm = site.file("alarm")
        site.set(alarm_command=f"/usr/bin/touch {alarm}")
        site.at("2026-03-06T23:10:00")  # a Friday night
        site.write(ANNA, DANGER)
        site.run()
        t.same(len(site.to(LEAD)), 1, "the lead is alerted at night")
        t.has(site.got(ANNA).text, "due to read it on Monday 9 March",
              "the pupil is told when the lead is there")
        site.later(minutes=29).run()
        t.same(site.fresh, [], "not before time")
        site.later(minutes=1).run()
        t.has(site.got(DEPUTY).text, ["sent to Ms Okafor", "nobody has answered", DANGER],
              "after half an hour it goes to the deputy")
        t.same(len(site.fresh), 1, "and to nobody else")
        site.later(minutes=30).run()
        t.has(site.got(HEAD).text, ["Mr Hughes", DANGER], "then to the head")
        t.ok(not os.path.exists(alarm), "no alarm so far")
        site.later(minutes=30).run()
        t.ok(os.path.exists(alarm), "then the alarm sounds")
        t.lacks("".join(mail.everything for mail in site.inbox if mail.to != address(ANNA)),
                names_in(ANNA), "nobody was told who wrote")


def stops(t, how, text, client="gmail", who=LEAD):
    """An answer to an alert ends it."""
    with Site() as site:
        site.write(ANNA, DANGER)
        site.run()
        alert = site.got(LEAD)
        site.later(minutes=10)
        if client is None:
            site.tap(alert, who, "TAKEN")
        else:
            site.answer(alert, who, text, client)
        summary = site.run()
        t.same(summary["alerts-open"], 0, f"{how}: no alert is open")
        for _ in range(4):
            site.later(minutes=31).run()
            t.same([mail for mail in site.to(DEPUTY) + site.to(HEAD)], [],
                   f"{how}: nobody else is called")


def test_taken(t):
    stops(t, "TAKEN", "TAKEN")
    stops(t, "taken in small letters", "taken", "iphone")
    stops(t, "TAKEN tapped", None, None)
    stops(t, "an answer to the pupil", "Thank you for writing. Where are you now?", "outlook")
    stops(t, "a word that is none", "/tkaen", "bare")


def goes_on(t, how, headers, subject=None, who=LEAD, text="I am away until Monday."):
    """What is no answer of a person's does not end an alert."""
    with Site(site={"authserv-id": "mx.hillside.example"}) as site:
        site.write(ANNA, DANGER)
        site.run()
        site.answer(site.got(LEAD), who, text, "bare", headers=headers, subject=subject)
        site.later(minutes=10).run()
        t.same(site.to(ANNA), [], f"{how}: the pupil sees nothing of it")
        site.later(minutes=20).run()
        t.same(len(site.to(DEPUTY)), 1, f"{how}: the alert goes on")


def test_what_is_no_answer(t):
    goes_on(t, "vacation with its header", {"Auto-Submitted": "auto-replied"})
    goes_on(t, "vacation by its subject alone", {}, "Automatic reply: Please read soon")
    goes_on(t, "a read receipt", {"Content-Type": "multipart/report; "
                                  "report-type=disposition-notification; boundary=x"},
            text="--x\n\nread\n--x\nContent-Type: message/disposition-notification\n\n"
            "Disposition: manual; displayed\n\n--x--\n")
    goes_on(t, "forged, says our own server", {"Authentication-Results":
            "mx.hillside.example; dmarc=fail header.from=hillside.example"}, text="TAKEN")
    goes_on(t, "from a stranger's address", {}, who="Mallory <m@evil.example>", text="TAKEN")


def test_bounced_alert(t):
    """An alert that came back has reached nobody: the next is called without delay."""
    with Site() as site:
        site.write(ANNA, DANGER)
        site.run()
        alert = site.got(LEAD)
        site.drop(make_bounce(alert))
        site.later(minutes=1).run()
        t.has(site.got(DEPUTY, "Please read soon").text, DANGER, "the deputy is alerted at once")
        t.has(site.got(DEPUTY, "For you to know").text, "Our mail to Ms Okafor", "and hears why")
        t.same(site.to(LEAD), [], "nothing more goes to a mailbox that takes nothing")


def test_other_people(t):
    """Without a deputy the head is next; with nobody at all the alarm sounds and the lead is asked
    again the next day."""
    with Site(without=["deputy hughes"]) as site:
        site.write(ANNA, DANGER)
        site.run()
        site.later(minutes=30).run()
        t.same(len(site.to(HEAD)), 1, "no deputy: the head")
    with Site(without=["deputy hughes", "head singh"]) as site:
        alarm = site.file("alarm")
        site.set(alarm_command=f"/usr/bin/touch {alarm}")
        site.write(ANNA, DANGER)
        site.run()
        site.later(minutes=31).run()
        t.ok(os.path.exists(alarm), "nobody but the lead: the alarm")
        site.later(days=1, minutes=1).run()
        t.same(len(site.to(LEAD)), 1, "and the lead is asked again")


def test_settings(t):
    with Site(site={"helpline": ["Meic: 080 880 23456", "Papyrus: 0800 068 4141"],
                    "alert-minutes": "5"}) as site:
        site.write(ANNA, DANGER)
        site.run()
        reply = site.got(ANNA)
        t.has(reply.text, ["Meic: 080 880 23456", "Papyrus: 0800 068 4141"], "own helplines")
        t.lacks(reply.text, ["Childline", "Samaritans"], "instead of the others")
        site.later(minutes=5).run()
        t.same(len(site.to(DEPUTY)), 1, "own alert-minutes")


def test_alarm_command(t):
    """Run when a run fails, and never else."""
    with Site() as site:
        alarm = site.file("alarm")
        site.set(alarm_command=f"/usr/bin/touch '{alarm}'")

        def sounded():
            found = os.path.exists(alarm)
            if found:
                os.unlink(alarm)
            return found

        site.write(ANNA, DANGER)
        site.run()
        t.ok(not sounded(), "a run that goes well is no alarm")
        site.run("--dry-run")
        t.ok(not sounded(), "nor a dry run")
        os.rename(site.file("mail/in/new"), site.file("mail/in/gone"))
        site.put("mail/in/new", b"no folder")
        site.run(code=None)
        t.ok(site.last.code in (75, 78) and sounded(), "a mailbox that is broken is", site.last)
        os.unlink(site.file("mail/in/new"))
        os.rename(site.file("mail/in/gone"), site.file("mail/in/new"))
        site.put("rules/99.rules", "rule x\n    phrase y\n    hit z\n")
        site.run(code=78)
        t.ok(sounded(), "a set-up error is")
        os.unlink(site.file("rules/99.rules"))
        site.run()
        t.ok(not sounded(), "and then all is well again")
        people = read(site.file("people.conf"))
        site.put("people.conf", people + b"\nnonsense\n")
        site.run(code=78)
        t.ok(sounded(), "an error in people.conf is")
        site.put("people.conf", people)
        os.rename(site.file("state/keys.db"), site.file("state/keys.gone"))
        site.run(code=78)
        t.ok(sounded(), "keys that are missing are")


def test_alert_goes_on_without_a_mailbox(t):
    """A mailbox that cannot be reached keeps no alert from going on."""
    with Site() as site:
        site.write(ANNA, DANGER)
        site.run()
        shutil.rmtree(site.file("mail/in"))
        site.put("mail/in", b"no folder")
        site.later(minutes=31)
        site.run(code=None)
        site.collect() if not site.fresh else None
        t.ok(site.last.code != 0, "the run fails", site.last)
        t.same(len(site.to(DEPUTY)), 1, "and the deputy is alerted")


def test_supervisor_flags(t):
    """FLAG from the supervisor reaches the lead at once."""
    with Site() as site:
        site.write(ANNA, "how long until you reply")
        site.run()
        site.answer(site.got(SUPERVISOR), SUPERVISOR, "FLAG she told me more in the corridor")
        site.run()
        t.ok(site.only()["flag"], "flagged")
        t.same(len(site.to(LEAD)), 1, "the lead is alerted")
        site.later(minutes=31).run()
        t.same(len(site.to(DEPUTY)), 1, "and after the lead the deputy")


scenarios(globals())
