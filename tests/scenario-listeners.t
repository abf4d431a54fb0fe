#!/usr/bin/python3
# Who gets a letter, who does not, and what the pupil is told when nobody is there.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def pupil(i):
    return f"Pupil Number{i} <pupil{i}@hillside.example>"


def letters(site, who, among=None):
    """Letters to a listener, reminders and thanks left out."""
    return [mail for mail in site.to(who, among) if "There is something to read" in mail.text]


def counts(site):
    return [len(letters(site, who, site.inbox)) for who in (HERON, WREN)]


def test_turns(t):
    with Site() as site:
        for i in range(6):
            site.write(pupil(i), WORRY)
            site.later(minutes=1).run()
        t.same(counts(site), [3, 3], "one after the other")
    with Site() as site:
        for i in range(6):
            site.write(pupil(i), WORRY)
        site.run()
        t.same(counts(site), [3, 3], "also when all come in one run")


def test_at_most(t):
    with Site(people={"listener heron": {"at-most": "1"}, "listener wren": {"at-most": "2"}}) as site:
        for i in range(5):
            site.write(pupil(i), WORRY)
        summary = site.run()
        t.same(counts(site), [1, 2], "nobody gets more than their number")
        t.same(summary["waiting"], 2, "the others wait")
        waits = [mail for mail in site.inbox if "no listener is free" in " ".join(mail.text.split())]
        t.same(len(waits), 2, "and their writers know")
        t.has(waits[0].text, "due to read it tomorrow", "whoever is full now may have room tomorrow")
        heron = site.got(HERON)
        site.answer(heron, HERON, "CLOSE")
        site.later(hours=1).run()
        t.same(site.call("status", "--json").json["waiting"], 1, "a closed case makes room")
        t.same(len(letters(site, HERON)), 1,
               "and the letter that waited gets it")


def test_days_and_hours(t):
    duty = {"on": "mon wed", "from": "12:00", "until": "13:30"}
    with Site(people={"listener heron": duty}, without=["listener wren"]) as site:
        site.at("2026-03-03T10:00:00")  # a Tuesday
        site.write(ANNA, WORRY)
        summary = site.run()
        t.same(summary["waiting"], 1, "nobody on duty: it waits")
        told = site.got(ANNA)
        t.has(told.text, ["no listener is free just now", "due to read it tomorrow",
                          "Childline: 0800 1111"], "and the pupil knows until when, and who else")
        site.at("2026-03-04T09:59:00").run()
        t.same(site.fresh, [], "not before the hour")
        site.at("2026-03-04T12:00:00")
        summary = site.run()
        t.same([summary["given"], len(site.to(HERON))], [1, 1], "a later run assigns it")
        t.has(site.got(HERON).text, "eat alone", "with the letter")
        site.at("2026-03-04T13:30:00")
        site.write(BEN, WORRY)
        site.run()
        t.has(site.got(BEN).text, "due to read it on Monday 9 March", "after the hour: next Monday")
    with Site(people={"listener heron": {"on": "none"}}, without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        told = site.got(ANNA)
        t.has(told.text, "no listener is free", "with nobody at all no day is promised")
        t.lacks(told.text, ["March", "tomorrow", "today", "Monday"], "and none is invented")
        site.later(days=1, hours=1).run()
        t.has(site.got(SUPERVISOR).text, "has been waiting since", "the supervisor hears of it")
        site.later(hours=20).run()
        t.same(site.fresh, [], "once")


def test_summer_time(t):
    """Hours are the school's, on both sides of the change."""
    with Site(people={"listener heron": {"from": "12:00", "until": "13:00"}},
              without=["listener wren"]) as site:
        site.at("2026-03-27T12:00:00")
        site.write(ANNA, WORRY)
        site.run()
        t.same(len(site.to(HERON)), 1, "winter: noon is 12:00 UTC")
        site.at("2026-03-30T11:00:00")
        site.write(BEN, WORRY)
        site.run()
        t.same(len(letters(site, HERON)), 1, "summer: noon is 11:00 UTC")


def test_not_about(t):
    with Site(people={"listener heron": {"not-about": "bereavement bullying"}}) as site:
        for i in range(3):
            site.write(pupil(i), "my grandad died and i miss him")
            site.later(minutes=1)
        site.run()
        t.same(counts(site), [0, 3], "who asked for none gets none")
        t.ok(all("bereavement" in case["categories"] for case in site.cases()), "control: they are",
             site.cases())


def test_trained_until(t):
    with Site(people={"listener heron": {"trained-until": "2026-03-02"}},
              without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        t.same(counts(site)[0], 1, "on the last day still")
        site.at("2026-03-03T09:00:00")
        site.write(BEN, WORRY)
        summary = site.run()
        t.same([counts(site)[0], summary["waiting"]], [1, 1], "the day after no more")


def test_listener_writes_in(t):
    """A listener with a worry of their own gets another listener, and never the own case."""
    with Site() as site:
        site.write(HERON, WORRY)
        site.run()
        t.same([len(site.to(WREN)), site.only()["listener"]], [1, "wren"], "the other one gets it")
        t.lacks(site.got(WREN).everything, names_in(HERON) + ["Heron"], "and does not know whose")
        t.has(site.got(HERON).subject, "Your message", "they are answered like any pupil")
        site.answer(site.got(WREN), WREN, "PASS")
        site.later(minutes=5).run()
        case = site.only()
        t.same([case["state"], case["listener"]], ["waiting", None], "passed on: it waits")
        t.same(letters(site, HERON), [],
               "rather than come back to its writer")
        handle = case["handle"]
        for i in range(2):
            site.later(days=1).run()
        t.same(site.case(handle)["listener"], None, "however long")
        done = site.do("case", "assign", handle, "heron", code=None)
        site.run()
        t.same([done.code, site.case(handle)["listener"]], [77, None],
               "the operator cannot give it to them either")
        t.lacks(done.err.replace(handle, ""), ["wrote", "own"], "and is not told why")


def test_lead_cannot_give_it_to_its_writer(t):
    with Site() as site:
        site.write(HERON, DANGER)
        site.run()
        alert = site.got(LEAD)
        site.answer(alert, LEAD, "ASSIGN heron")
        site.run()
        case = site.only()
        t.same([case["listener"], case["desk"]], [None, "lead"], "ASSIGN to its writer is refused")
        t.has(site.got(LEAD, "Not sent").text, "ASSIGN heron", "and the lead told")
        t.same(letters(site, HERON), [],
               "nothing goes to them")
        site.answer(site.got(LEAD, "Not sent"), LEAD, "ASSIGN wren")
        site.run()
        t.same(site.only()["listener"], "wren", "control: another may have it")


def test_pass(t):
    with Site(people={"listener robin": {"name": "Petra Lindqvist", "sign": "Robin",
                                         "mail": "10pl@hillside.example"}}) as site:
        site.write(ANNA, WORRY)
        site.run()
        first = site.only()["listener"]
        seen = [first]
        who = {"heron": HERON, "wren": WREN, "robin": "Petra Lindqvist <10pl@hillside.example>"}
        for i in range(2):
            letter = letters(site, who[seen[-1]])[0]
            site.answer(letter, who[seen[-1]], "pass", "iphone")
            site.later(minutes=1).run()
            seen.append(site.only()["listener"])
            t.has(site.got(ANNA).text, "different listener", "the pupil is told")
        t.same(sorted(seen), ["heron", "robin", "wren"], "not back to the same one")
        letter = letters(site, who[seen[-1]])[0]
        t.has(letter.text, ["from another listener", "eat alone"], "the new one has all of it")
        site.answer(letter, who[seen[-1]], "PASS")
        site.later(minutes=1).run()
        t.same(site.only()["state"], "waiting", "everybody has passed: it waits")
        site.later(days=1, minutes=1).run()
        t.has(site.got(SUPERVISOR).text, "has been waiting", "and the supervisor is told")


def test_absent_listener(t):
    with Site(site={"answer-hours": "24"}) as site:
        site.write(ANNA, WORRY)
        site.run()
        first = site.only()["listener"]
        letter = site.got(HERON if first == "heron" else WREN)
        site.later(hours=23).run()
        t.has(site.fresh[0].text, "A friendly reminder", "a reminder comes first")
        t.same([len(site.fresh), site.only()["listener"]], [1, first], "nothing else before time")
        site.later(hours=1).run()
        second = site.only()["listener"]
        t.ok(second not in (first, None), "after a day somebody else has it", second)
        t.has(site.got(SUPERVISOR).text, "has been waiting for an answer from " + first.title(),
              "the supervisor is told")
        t.has(site.got(ANNA).text, "different listener", "and the pupil")
        site.answer(letter, HERON if first == "heron" else WREN, "sorry i am late")
        site.run()
        t.same(site.to(ANNA), [], "the late answer is not sent")
        t.has(site.got(HERON if first == "heron" else WREN).letter, "sorry i am late",
              "but comes back")
        t.same([len(site.fresh), site.cases(every=False)[0]["listener"]], [1, second],
               "the new one has all of the time")
        site.later(hours=25).run()
        t.same(site.cases(every=False)[0]["state"], "waiting",
               "nobody answers: it waits, seen by the supervisor")
    with Site(site={"answer-hours": "24"}, without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        site.answer(site.got(HERON), HERON, "hello, how are you?")
        site.run()
        site.later(days=3).run()
        t.same(site.only()["listener"], "heron", "who has answered is not absent")


def test_supervisor_absent(t):
    """What lies with a supervisor who does not answer goes to the lead."""
    with Site(site={"answer-hours": "24"}) as site:
        site.write(ANNA, "how long until you reply")
        site.run()
        site.got(SUPERVISOR)
        site.later(hours=25).run()
        t.same([len(site.to(LEAD)), site.only()["desk"]], [1, "lead"], "the lead has it")
        for i in range(3):
            site.later(hours=25).run()
        t.ok(len(site.inbox) < 12, "and nobody is flooded", site.inbox)


def test_bounced_listener(t):
    with Site() as site:
        site.write(ANNA, WORRY)
        site.run()
        first = site.only()["listener"]
        letter = site.got(HERON if first == "heron" else WREN)
        site.drop(make_bounce(letter))
        site.later(minutes=5).run()
        second = site.only()["listener"]
        t.ok(second not in (first, None), "the case is passed on", site.only())
        t.has(site.got(SUPERVISOR).text, [first.title(), "came back"], "the supervisor is told")
        t.same(len(site.to(WREN if first == "heron" else HERON)), 1, "the other has the letter")
        t.lacks(site.got(ANNA).everything, names_in(HERON) + names_in(WREN) + ["could not be"],
                "the pupil hears of another listener, not of a bounce")


def test_bounced_pupil(t):
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        site.answer(site.got(HERON), HERON, "hello, how are you?")
        site.run()
        answer = site.got(ANNA)
        site.drop(make_bounce(answer))
        site.run()
        t.has(site.got(LEAD).text, "came back", "the lead is told")
        t.same(len(site.fresh), 1, "nobody else hears of it, least of all the listener")
        t.lacks(site.got(LEAD).everything, names_in(ANNA), "and not whom it was for")


def test_removed_listener(t):
    """Somebody taken out of people.conf while they have a case."""
    with Site(site={"answer-hours": "24"}) as site:
        site.write(ANNA, WORRY)
        site.run()
        first = site.only()["listener"]
        del site.people["listener " + first]
        site.configure()
        site.later(minutes=5).run()
        t.ok(site.only()["listener"] not in (first,), "somebody else has it without delay",
             site.only())


scenarios(globals())
