#!/usr/bin/python3
# timeout: 200
"""Answers are checked before they leave: held, released, returned, taken over, in time."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib"))
from school import *  # noqa: E402,F403

FINE = "that sounds really hard, thank you for writing. what is it like at home?"
SECRET = "it stays between us, i promise. what is it like at home?"
CUT = "i cut too, so i know how it is"
ROBIN = "Petra Lindqvist <10pl@hillside.example>"


def started(answer=None, **more):
    """A site with one listener, who has a letter and (with `answer`) has answered it."""
    site = Site(without=["listener wren"], **more)
    site.write(ANNA, WORRY)
    site.run()
    site.letter = site.got(HERON)
    if answer:
        site.later(minutes=5).answer(site.letter, HERON, answer)
        site.run()
    return site


def test_control(t):
    with started(FINE) as site:
        t.has(site.got(ANNA).text, FINE, "what no rule speaks on is sent")
        t.same(len(site.fresh), 1, "and nobody is asked")
    with started("how old are you? " + FINE) as site:
        t.has(site.got(ANNA).text, FINE, "what is only noted is sent")
        t.ok("answer-noted" in site.acts(), "and noted", site.acts())


def test_cut(t):
    sure, doubtful = "that sounds hard. you did well to write.", "and talk to somebody at home"
    with started(sure + "\n\nSent from my iPhone\n\n" + doubtful) as site:
        t.has(site.got(ANNA).text, [sure, "Heron"], "the words that are surely theirs are sent")
        t.lacks(site.got(ANNA).text, doubtful, "and nothing that may be an older mail")
        note = site.got(HERON, "Sent, but")
        t.has(note.text, sure, "the listener is shown what was sent")
        t.lacks(note.everything, names_in(ANNA), "without a name")
        site.later(minutes=5).answer(note, HERON, doubtful)
        site.run()
        t.has(site.got(ANNA).text, doubtful, "and adds the rest in answer to that")
        t.same(len(site.fresh), 1, "of which nothing is left out")


def test_held_and_released(t):
    with started(SECRET, site={"delay": "0"}) as site:
        t.same(site.to(ANNA), [], "a promise of secrecy does not go out")
        told, asked = site.got(HERON), site.got(SUPERVISOR)
        t.has(told.text, ["has not gone out yet", SECRET, "A promise of secrecy"],
              "the listener is told")
        t.has(asked.text, ["Heron", SECRET, "A promise of secrecy", "RELEASE", "RETURN"],
              "the supervisor is asked")
        t.lacks(asked.everything, names_in(ANNA) + names_in(HERON), "and reads no name")
        t.lacks(asked.subject, ["secre", "heron's"], "neutral on a lock screen")
        t.ok(site.only()["flag"] is False and site.only()["listener"] == "heron",
             "the case stays where it is")
        site.later(minutes=5).run()
        t.same(site.fresh, [], "nothing more happens by itself")
        site.tap(asked, SUPERVISOR, "RELEASE")
        site.run()
        t.has(site.got(ANNA).text, [SECRET, "Heron"], "RELEASE sends it as it is")
        t.lacks(site.got(ANNA).everything, names_in(HERON) + names_in(SUPERVISOR),
                "without a name")
        t.has(site.got(HERON).text, "just as you wrote it", "the listener hears of it")
        t.has(site.got(SUPERVISOR).text, "goes out as it is", "and who said so")
        t.ok({"held", "released"} <= set(site.acts()), "it is on the record", site.acts())
        site.tap(asked, SUPERVISOR, "RELEASE")
        site.run()
        t.has(site.got(SUPERVISOR).text, "Nothing is held", "a second RELEASE sends nothing")
        t.same(len(site.fresh), 1, "to anybody")
        site.answer([m for m in site.inbox if m.to == address(ANNA)][-1], ANNA, "its ok at home")
        site.run()
        t.has(site.got(HERON).text, "its ok at home", "the conversation goes on with the listener")


def test_returned(t):
    with started(SECRET) as site:
        asked = site.got(SUPERVISOR)
        site.answer(asked, SUPERVISOR, "RETURN we never promise that. say what you can do instead")
        site.run()
        back = site.got(HERON)
        t.same(site.to(ANNA), [], "RETURN sends nothing to the pupil")
        t.has(back.text, ["we never promise that", SECRET], "the listener has it back, with the why")
        t.lacks(back.everything, names_in(SUPERVISOR), "and not whose words they are")
        t.has(site.got(SUPERVISOR).text, "back with its author", "who said so is told")
        site.answer(back, HERON, FINE)
        site.run()
        t.has(site.got(ANNA).text, FINE, "and can try again")


def test_mistyped(t):
    with started(SECRET) as site:
        asked = site.got(SUPERVISOR)
        site.answer(asked, SUPERVISOR, "RELEASE but without the promise")
        site.run()
        t.has(site.got(SUPERVISOR).text, "Did you mean RELEASE", "RELEASE with a but is asked about")
        t.same(len(site.fresh), 1, "and nothing goes out")
        site.answer(site.got(SUPERVISOR), SUPERVISOR, "RELEASE", "bare")
        site.run()
        t.has(site.got(ANNA).text, SECRET, "control: RELEASE alone sends it")
    with started(SECRET) as site:
        site.answer(site.got(HERON), HERON, "RELEASE", "bare")
        site.run()
        t.same(site.to(ANNA), [], "a listener cannot release their own answer")
        t.has(site.got(HERON).text, "we do not know it",
              "but is asked what they meant")


def test_again(t):
    """A new answer takes the place of the one that is held."""
    with started(SECRET) as site:
        asked = site.got(SUPERVISOR)
        site.answer(site.got(HERON), HERON, FINE)
        site.run()
        t.has(site.got(ANNA).text, FINE, "a better one goes out at once")
        t.has(site.got(HERON).text, [SECRET, "took its place"], "the first is back with its author")
        site.tap(asked, SUPERVISOR, "RELEASE")
        site.run()
        t.same(site.to(ANNA), [], "and cannot be released any more")


def test_taken_over(t):
    mine = "I look after the listeners here. Shall we talk about it?"
    with started(SECRET) as site:
        site.answer(site.got(SUPERVISOR), SUPERVISOR, mine)
        site.run()
        t.has(site.got(ANNA).text, [mine, "the member of staff"], "a supervisor answers instead")
        t.has(site.got(HERON, "Not sent").text, SECRET, "the listener has their answer back")
        t.ok(site.got(HERON, "Thank you"), "and is thanked")
        case = site.only()
        t.same([case["desk"], case["listener"]], ["supervisor", None], "the case is theirs")
        site.answer(site.got(ANNA), ANNA, "yes please")
        site.run()
        t.has(site.got(SUPERVISOR).text, "yes please", "and what is new comes to them")
        t.same(site.to(HERON), [], "to nobody else")


def test_deadline(t):
    with started(SECRET, site={"answer-hours": "24"}) as site:
        site.later(hours=11).run()
        t.same(site.fresh, [], "for half of answer-hours it lies with the supervisor")
        site.later(hours=1, minutes=1).run()
        late = site.got(LEAD)
        t.has(late.text, ["not looked at this in time", SECRET, "RELEASE"], "then the lead is asked")
        t.same(len(site.fresh), 1, "the listener is not reminded of what they have done")
        site.later(hours=1).run()
        t.same(site.fresh, [], "once")
        site.tap(late, LEAD, "RELEASE")
        site.run()
        t.has(site.got(ANNA).text, SECRET, "the lead can release it")
        t.same(site.only()["listener"], "heron", "the case stays with its listener")
    with started(SECRET, site={"answer-hours": "100"}) as site:
        site.later(hours=23).run()
        t.same(site.fresh, [], "at most a day: not before")
        site.later(hours=1, minutes=1).run()
        t.has(site.got(LEAD).text, "not looked at this in time", "then")
    with started(SECRET, people={"listener robin": {"name": "Petra Lindqvist", "sign": "Robin",
                                                     "mail": "10pl@hillside.example",
                                                     "on": "none"}},
                 site={"answer-hours": "24"}) as site:
        site.person("listener robin", on=None)
        site.later(hours=12, minutes=5).run()
        site.later(hours=12).run()
        t.has(site.got(ANNA).text, "different listener", "nobody looks: the pupil's clock goes on")
        new = site.got(ROBIN)
        t.has(new.text, "eat alone", "another listener has the case")
        t.lacks(new.text, "between us", "and is not shown what was never sent")
        t.has(site.got(HERON, "Not sent").text, SECRET, "which is back with its author")


def test_no_supervisor(t):
    with Site(without=["listener wren", "supervisor bell"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        site.answer(site.got(HERON), HERON, SECRET)
        site.run()
        t.has(site.got(LEAD).text, "RELEASE", "without a supervisor the lead is asked")


def test_meanwhile(t):
    """Flagged, moved, closed: the held answer goes back."""
    for how in ("pass", "stop", "danger", "flag"):
        with started(SECRET) as site:
            first = site.got(HERON)
            asked = site.got(SUPERVISOR)
            pupil = [m for m in site.inbox if m.to == address(ANNA)][-1]
            if how == "pass":
                site.answer(first, HERON, "PASS", "bare")
            elif how == "stop":
                site.answer(pupil, ANNA, "STOP", "bare")
            elif how == "danger":
                site.answer(pupil, ANNA, DANGER, "bare")
            else:
                site.answer(first, HERON, "FLAG i am worried", "bare")
            site.later(minutes=5).run()
            back = site.got(HERON, "Not sent")
            t.has(back.text, [SECRET, "no longer takes answers"], how + ": it is returned")
            t.ok(all("between us" not in mail.text for mail in site.to(ANNA)), how + ": not sent")
            if how in ("danger", "flag"):
                t.ok([m for m in site.to(LEAD) if "TAKEN" in m.text], how + ": the alert is there")
                t.ok(all("between us" not in m.text for m in site.to(LEAD)),
                     how + ": and does not take it for an answer")
            site.tap(asked, SUPERVISOR, "RELEASE")
            site.later(minutes=5).run()
            t.ok(all("between us" not in mail.text for mail in site.to(ANNA)),
                 how + ": RELEASE comes too late", site.fresh)
            t.ok(site.to(SUPERVISOR), how + ": which the supervisor is told", site.fresh)


def test_distress(t):
    with started(CUT) as site:
        t.same(site.to(ANNA), [], "the listener's own distress does not go out")
        lead, asked, told = site.got(LEAD), site.got(SUPERVISOR), site.got(HERON)
        t.has(lead.text, ["Heron, one of the listeners", "own distress", CUT],
              "the lead is told at once, of the listener")
        t.lacks(lead.everything, names_in(HERON) + names_in(ANNA), "without a name")
        t.lacks(lead.subject, ["distress", "listener"], "and neutrally")
        t.has(asked.text, CUT, "the supervisor too")
        t.has(told.text, ["do not have to carry that alone", "0800 1111"],
              "and the listener is not left alone")
        t.same(site.only()["flag"], False, "the pupil's case is not flagged for it")
        site.tap(asked, SUPERVISOR, "RETURN", "let us talk today")
        site.later(minutes=20).run()
        t.has(site.got(HERON).text, "let us talk today", "the supervisor returns it")
        site.later(minutes=15).run()
        t.ok(site.to(DEPUTY), "that is no answer of the lead: the deputy is alerted", site.fresh)
        site.answer(site.to(DEPUTY)[0], DEPUTY, "TAKEN", "bare")
        site.run()
        site.later(hours=1).run()
        t.same(site.to(HEAD), [], "TAKEN ends it")


def test_distress_in_other_words(t):
    with started() as site:
        site.answer(site.letter, HERON, "PASS sorry, i cut too and i cant do this one", "bare")
        site.run()
        t.has(site.got(LEAD).text, "own distress", "behind PASS, too")
        t.same(site.only()["listener"], None, "which is done")
    with started() as site:
        site.answer(site.letter, HERON, "FLAG she wrote i want to die", "bare")
        site.run()
        t.same(len(site.to(LEAD)), 1, "FLAG is one alert, about the pupil")
        t.lacks(site.got(LEAD).text, "own distress", "not about the listener")
    with started() as site:
        site.answer(site.letter, HERON, "CLOSE", "bare")
        site.run()
        site.answer(site.letter, HERON, CUT, "bare")
        site.run()
        t.has("".join(mail.text for mail in site.to(LEAD)), [CUT, "Heron"],
              "in a closed conversation, too")
        t.has(site.got(HERON).text, CUT, "and it comes back")
    with started("you said i want to die and that scared me") as site:
        t.same(len(site.to(ANNA)), 1, "the pupil's words repeated alarm nobody")


def test_forged(t):
    """A cry for help under a listener's address that may be forged is judged as a letter."""
    bad = "mx.hillside.example; dkim=fail; spf=fail; dmarc=fail"
    cry = "my stepdad has been touching me"  # of which no rule on answers speaks
    with started(site={"authserv-id": "mx.hillside.example"}) as site:
        site.answer(site.letter, HERON, cry, headers={"Authentication-Results": bad})
        site.run()
        t.ok([m for m in site.to(LEAD) if cry in m.text], "it reaches the lead", site.fresh)


def test_adults_are_not_held(t):
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, "how long until you reply")
        site.run()
        site.answer(site.got(SUPERVISOR), SUPERVISOR, "Come and see me by the library at lunch.")
        site.run()
        t.has(site.got(ANNA).text, "by the library", "an adult may offer to meet")


scenarios(globals())
