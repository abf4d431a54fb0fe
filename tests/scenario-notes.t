#!/usr/bin/python3
# What stands beside an answer (reasons, notes, answers that could not go on) is for nobody who takes
# the case over: neither the next listener nor the writer reads it.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def given(site):
    """A letter, an hour ago: the listener it went to, the one who would be next, and what they got."""
    site.write(ANNA, WORRY)
    site.run()
    mine, other = (HERON, WREN) if site.only()["listener"] == "heron" else (WREN, HERON)
    letter = site.got(mine, "A message for you")
    site.later(hours=1)
    return mine, other, letter


def test_next_listener(t):
    with Site() as site:
        mine, other, letter = given(site)
        site.answer(letter, mine, "that sounds lonely, tell me more")
        site.run()
        site.got(ANNA, "An answer for you")
        site.later(hours=1)
        site.answer(letter, mine, "NOTE i think i know who this is, she is in my choir")
        site.run()
        t.has(site.got(SUPERVISOR).text, "she is in my choir", "a listener's note reaches the supervisor")
        site.later(hours=1)
        site.answer(letter, mine, "PASS it is my own sister")
        site.run()
        moved = site.got(other, "A message for you")
        t.has(moved.text, ["eat alone", "that sounds lonely"], "the next listener reads letter and answer")
        t.lacks(moved.everything, ["sister", "choir"], "but neither the note nor the reason")
        for mail in site.to(ANNA, site.inbox):
            t.lacks(mail.everything, ["sister", "choir"], f"nor does the writer, in {mail}")


def test_in_one_mail(t):
    """An answer with a note below it, then one with the reason for passing it on: of each, what went
    to the writer is read by who takes over, and nothing else."""
    with Site() as site:
        mine, other, letter = given(site)
        site.answer(letter, mine, "that sounds lonely\n\nNOTE she is in my choir, i think")
        site.run()
        t.has(site.got(ANNA, "An answer for you").text, "that sounds lonely", "control: it is relayed")
        site.later(hours=1)
        site.answer(letter, mine, "you were brave to write\n\nPASS it is my own sister")
        site.run()
        moved = site.got(other, "A message for you")
        t.has(moved.text, ["that sounds lonely", "brave to write"], "the next reads both answers")
        t.lacks(moved.everything, ["choir", "sister"], "and neither the note nor the reason")
        for mail in site.to(ANNA, site.inbox):
            t.lacks(mail.everything, ["choir", "sister"], f"nor does the writer, in {mail}")


def test_adult_note(t):
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, DANGER)
        site.run()
        alert = site.got(LEAD, "Please read soon")
        site.later(minutes=5)
        site.answer(alert, LEAD, "NOTE her mother has been rung, do not write home")
        site.run()
        handle = site.only()["handle"]
        t.same([mail.to for mail in site.inbox if "mother has been" in mail.everything], [],
               "an adult's note is mailed to nobody")
        t.has(site.do("case", "show", handle, "--letters").out, "mother has been rung",
              "it is kept with the case")
        site.later(minutes=5)
        site.answer(alert, LEAD, "ASSIGN Heron")
        site.run()
        given = site.got(HERON, "A message for you")
        t.lacks(given.everything, "mother has been", "whoever gets the case does not read it")


scenarios(globals())
