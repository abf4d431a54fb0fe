#!/usr/bin/python3
# The lead, and who stands in, read what was written as it was written; listeners and the supervisor
# read it masked; and unmasked it is kept no longer than the way back.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

NAMED = "my name is Anna Kowalska and my friend Fatima says ring me on 07700 900123"
MASKED = ["Kowalska", "Fatima", "07700"]


def test_alert(t):
    with Site() as site:
        site.write(ANNA, f"{DANGER}. {NAMED}", subject="Anna again")
        site.run()
        alert = site.got(LEAD)
        t.has(alert.text, MASKED + ["Anna again", "as it was written"], "the lead reads the names")
        t.lacks(alert.everything, ["anna.kowalska@"], "but nothing of the header")
        site.later(minutes=31).run()
        t.has(site.got(DEPUTY).text, MASKED, "the deputy as well")
        site.later(minutes=31).run()
        t.has(site.got(HEAD).text, MASKED, "and the head")
        shown = site.letters(alert.handle)
        t.lacks(shown, MASKED, "at the machine they stay masked")


def test_listener_and_supervisor(t):
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, f"{WORRY}. {NAMED}")
        site.run()
        letter, ack = site.got(HERON), site.got(ANNA)
        t.lacks(letter.everything, MASKED, "the listener does not")
        site.answer(letter, HERON, "FLAG that number", "bare")
        site.later(minutes=1).run()
        t.has(site.got(LEAD).text, [WORRY] + MASKED, "after a FLAG the lead reads the story with them")
    with Site() as site:
        site.write(ANNA, f"how long until you reply? {NAMED}")
        site.run()
        letter = site.got(SUPERVISOR)
        t.lacks(letter.everything, MASKED, "nor the supervisor")
        site.answer(letter, SUPERVISOR, "ASSIGN lead", "bare")
        site.later(minutes=1).run()
        t.has(site.got(LEAD).text, MASKED, "but the lead, when it goes there")
    with Site() as site:
        site.write(ANNA, f"{DANGER}. write to me: anna.private@posteo.example")
        site.run()
        t.has(site.got(LEAD).text, "anna.private@posteo.example",
              "a way to reach the child that they gave is not hidden from the lead")


def test_closed(t):
    """As the story is told again after closing there is none left to tell: flag, and look."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, f"{WORRY}. {NAMED}")
        site.run()
        letter = site.got(HERON)
        with site.database() as db:
            before = db.execute("SELECT length(letter) FROM messages").fetchone()[0]
        site.answer(letter, HERON, "CLOSE", "bare")
        site.later(minutes=1).run()
        with site.database() as db:
            after = db.execute("SELECT length(letter) FROM messages WHERE author='pupil'")
            after = after.fetchone()[0]
        t.ok(after < before, "closed, only the masked words are kept", before, after)
        t.has(site.letters(letter.handle), WORRY, "control: they are")


def test_old_conversation_becomes_danger(t):
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, f"{WORRY}. {NAMED}")
        site.run()
        ack = site.got(ANNA)
        site.answer(ack, ANNA, DANGER)
        site.run()
        alert = site.got(LEAD)
        t.has(alert.text, [DANGER] + MASKED, "what came before is unmasked, too")
        t.lacks(site.to(HERON)[0].everything, MASKED + [DANGER], "and nothing of it is the listener's")


scenarios(globals())
