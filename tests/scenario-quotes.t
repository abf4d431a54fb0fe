#!/usr/bin/python3
# timeout: 400
# What stands in the quote of a mail of ours: our own words raise no alarm, and what a pupil typed
# into it, or below it, is heard. What an adult quotes of a letter does not go on.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

CLIENTS = ["gmail", "outlook", "iphone", "thunderbird"]


def told(site, how):
    """The newest mail to the pupil, in a conversation that has come so far."""
    site.write(ANNA, DANGER if how == "crisis" else WORRY)
    site.run()
    mail = site.got(ANNA)
    if how == "answer":
        listener = HERON if site.only()["listener"] == "heron" else WREN
        site.answer(site.got(listener), listener, "do you think of suicide? some who eat alone "
                    "want to die.\n\nyou can tell me, or ADULT")
        site.later(minutes=5).run()
        for asked in site.to(SUPERVISOR) + site.to(LEAD):
            site.answer(asked, SUPERVISOR if asked.to == address(SUPERVISOR) else LEAD, "RELEASE")
        site.later(minutes=5).run()
        mail = site.inbox[-1] if not site.to(ANNA) else site.to(ANNA)[0]
    if how == "adult":
        site.answer(mail, ANNA, "ADULT", "bare")
        site.later(minutes=5).run()
        mail = site.got(ANNA)
    site.handle = site.only()["handle"]
    return [one for one in site.inbox if one.to == address(ANNA)][-1]


def heard(site):
    """What was shown of the last letter to whoever has the conversation."""
    return [one for one in site.fresh if one.to != address(ANNA)]


def words_of(mail):
    """The letter in a mail, without its subject, and the writer's signature, which stays, masked."""
    letter = re.sub(r"^Subject:.*\n+", "", mail.letter)
    letter = re.sub(r"\s*Sent from Anna's iPhone$", "", letter)
    return re.sub(r"\s*(--\n)?(\[me\]|Anna Kowalska)\nYear 12.*\nTel\..*\n\S*", "", letter)


def test_own_words(t):
    for how in ("first", "crisis", "answer", "adult"):
        for client in CLIENTS if how == "answer" else ("gmail", "outlook"):
            with Site() as site:
                mail = told(site, how)
                site.later(minutes=10)
                site.answer(mail, ANNA, "thanks, that helps", client)
                before = site.only()["severity"]
                site.run()
                seen = heard(site)
                t.ok(seen and all(words_of(one) == "thanks, that helps" for one in seen),
                     f"{how}, {client}: nothing of the quote is passed on",
                     *[one.letter for one in seen])
                t.same(site.only()["severity"], before, f"{how}, {client}: or raises an alarm")


def into(sent, where, words):
    """The text of `sent` with words typed into it."""
    lines = sent.text.split("\n")
    at = {"top": 0, "middle": lines.index(next(line for line in lines if "write your" in line)) + 3,
          "end": len(lines)}[where]
    return "\n".join(lines[:at] + ["", words, ""] + lines[at:])


def test_typed_in(t):
    for client, places in {"outlook": ("top", "middle", "end"), "thunderbird": ("middle",)}.items():
        for where in places:
            for above in ("hi", "i have thought about what you said and i am fine"):
                with Site() as site:
                    mail = told(site, "answer")
                    mail.text = into(mail, where, "i want to die")
                    site.later(minutes=10)
                    site.answer(mail, ANNA, above, client)
                    site.run()
                    alert = site.to(LEAD)
                    t.ok(len(alert) == 1 and "i want to die" in alert[0].letter,
                         f"{client}: danger typed at the {where} of our mail, under “{above}”, is "
                         "found", site.last, *alert)
                    t.lacks(alert[0].letter if alert else "", ["To write back", "mailto:"],
                            f"{client}, {where}: without our own words")


def test_typed_in_plain(t):
    with Site() as site:
        mail = told(site, "first")
        mail.text = into(mail, "end", "they took my bag again today")
        site.later(minutes=10)
        site.answer(mail, ANNA, "hi", "thunderbird")
        site.run()
        t.same([words_of(one) for one in heard(site)], ["hi\n\nthey took my bag again today"],
               "what is no danger reaches the listener")


def test_said_again(t):
    with Site() as site:
        mail = told(site, "answer")
        site.later(minutes=10)
        site.answer(mail, ANNA, "some who eat alone want to die.\n\ni want to die", "bare")
        site.run()
        t.same(len(site.to(LEAD)), 1, "a pupil who says what they were asked is heard")


def test_lead_quotes(t):
    names = "my friend Tuva Lindqvist knows. " + DANGER + "\nmy mum works at the Corner Bakery"
    with Site() as site:
        site.write(ANNA, names)
        site.run()
        alert = site.got(LEAD)
        t.has(alert.letter, "Tuva Lindqvist", "the lead reads it as it was written")
        site.later(minutes=10)
        site.answer(alert, LEAD, "I am glad you wrote.\n\n" + alert.letter, "bare")
        site.run()
        mail = site.got(ANNA)
        t.has(mail.text, "I am glad you wrote.", "the answer goes on")
        t.lacks(mail.text, ["Tuva", "Lindqvist", "Bakery"], "without the letter the lead quoted")


scenarios(globals())
