#!/usr/bin/python3
# A letter that names one of the school's own people does not go to them, without any rule saying so.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def sealed_to(site):
    with site.database() as db:
        return [row[0] for row in db.execute("SELECT holder FROM seals ORDER BY holder")]


def test_listener(t):
    with Site() as site:
        for text in ["i sit beside jonas from 12js and never know what to say", "Dear Starling, i know you do this",
                     "heron told my friend what i wrote"]:
            site.write(ANNA, text)
            site.run()
            t.same([len(site.to(HERON)), len(site.to(WREN))], [0, 1], f"not to Heron: {text}")
            site.answer(site.got(WREN), WREN, "CLOSE")
            site.run()
        site.write(BEN, "hi heron, " + WORRY)
        site.run()
        t.same(len(site.to(HERON)), 1, "control: it is Heron's turn, and a greeting is for them")


def test_listener_of_the_case(t):
    with Site() as site:
        site.write(ANNA, WORRY)
        site.run()
        t.same(len(site.to(HERON)), 1, "control: Heron has it")
        site.answer(site.got(ANNA), ANNA, "thank you heron, you are the only one, heron")
        site.run()
        t.same([len(site.to(HERON)), len(site.to(WREN))], [1, 0], "their sign-off changes nothing")
        site.answer(site.got(HERON), HERON, "you can tell me more")
        site.run()
        site.answer(site.got(ANNA), ANNA, "it is jonas starling who does it")
        site.run()
        t.ok(not any("who does it" in mail.text for mail in site.to(HERON)),
             "their name takes it from them", site.to(HERON))
        t.has(site.got(WREN).text, "who does it", "another has it")
        t.lacks(site.got(WREN).text, ["jonas", "starling"], "without the name")
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, "i sit beside jonas starling and never know what to say")
        site.run()
        t.same([len(site.to(HERON)), site.only()["state"]], [0, "waiting"],
               "with nobody else it waits")
        site.later(days=2).run()
        t.ok(len(site.to(SUPERVISOR)) == 1, "and the supervisor hears of it", site.fresh)


def test_lead(t):
    with Site() as site:
        site.write(ANNA, "ms okafor keeps touching my leg and i want to die")
        site.run()
        handle = site.only()["handle"]
        t.same([len(site.to(LEAD)), len(site.to(DEPUTY))], [0, 1], "to the deputy, not to the lead")
        t.has(site.got(DEPUTY).text, "This was not sent to Ms Okafor", "who is told so")
        t.same(sealed_to(site), ["hughes"], "and it is not sealed to her")
        t.same(site.unseal(handle, "okafor").code, 77, "she cannot open it")
        t.same(site.who_wrote(handle, "hughes")[0]["from"], address(ANNA), "he can")
        site.later(minutes=31).run()
        t.same([len(site.to(LEAD, site.inbox)), len(site.to(HEAD))], [0, 1],
               "an alert nobody has taken goes past her, too")
        t.ok(not any("Ms Okafor" in mail.text for mail in site.to(ANNA, site.inbox)),
             "the pupil reads nothing of it")
    for text in ["Dear Ms Okafor,\n\ni want to die", "i want to die\n\nthank you ms okafor"]:
        with Site() as site:
            site.write(ANNA, text)
            site.run()
            t.same([len(site.to(LEAD)), sealed_to(site)], [1, ["hughes", "okafor"]],
                   f"control: {text!r} is for her")
            t.lacks(site.got(LEAD).text, "was not sent to", "and nobody is left out")
    with Site() as site:
        site.write(ANNA, "my name is on the list of miss okafour for detention, i hate it")
        site.run()
        t.same(sealed_to(site), ["hughes", "okafor"], "control: what no adult reads is no concern")


def test_nobody_else(t):
    """Better read by somebody it is about than by nobody."""
    with Site(without=["deputy hughes", "head singh"]) as site:
        site.write(ANNA, "ms okafor hits me and i want to die")
        site.run()
        t.same([len(site.to(LEAD)), sealed_to(site)], [1, ["okafor"]], "it is lost on nobody")
        t.lacks(site.got(LEAD).text, "was not sent to", "and whoever reads it is not told that they do not")


def test_head(t):
    with Site() as site:
        site.write(ANNA, "the head teacher makes comments about my body")
        site.run()
        t.same(len(site.to(HEAD)), 0, "a concern about the head does not go to the head")
        t.ok(len(site.to(DEPUTY)) + len(site.to(LEAD)) == 1, "but to the lead or deputy",
             site.fresh)


def test_supervisor(t):
    with Site() as site:
        site.write(ANNA, "miss bell makes me feel sick, she is so unfair\n\nADULT")
        site.run()
        t.same(len(site.to(SUPERVISOR)), 0, "who asks for an adult does not get the one they name")
        t.has(site.got(LEAD).text, "was not sent to Miss Bell", "but another")


def test_comes_out_later(t):
    """The name stands in one letter, the danger in another."""
    with Site() as site:
        site.write(ANNA, "can i tell you about ms okafor")
        site.run()
        handle = site.only()["handle"]
        t.same(len(site.to(HERON)), 1, "control: a listener has the first letter")
        site.answer(site.got(ANNA), ANNA, "i want to die")
        site.run()
        t.same([len(site.to(LEAD)), len(site.to(DEPUTY))], [0, 1], "the danger is not for her")
        t.same(site.unseal(handle, "okafor").code, 77, "nor who wrote")
    with Site() as site:
        site.write(ANNA, "can i tell you about ms okafor")
        site.run()
        site.answer(site.got(HERON), HERON, "FLAG it sounds serious")
        site.run()
        t.same([len(site.to(LEAD)), len(site.to(DEPUTY))], [0, 1], "nor what a listener flags")


def test_inspect(t):
    with Site() as site:
        path = site.file("a.eml")
        site.put("a.eml", make_mail(ANNA, "ms okafor hits me, i want to die, and so does jonas"))
        said = site.call("inspect", path)
        t.has(said.out, ["not for okafor", "not for heron"], "inspect says so")


scenarios(dict(globals()))
