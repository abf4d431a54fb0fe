#!/usr/bin/python3
# Rules that ask for more than words, in a run: the hour, how often somebody has written, pictures;
# denials and reports.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

RULES = """rule night
    severity  high
    desk      supervisor
    when      hours 22:00-06:00
    phrase    cannot sleep

rule often
    severity  high
    desk      supervisor
    when      letter 3 in 7 days

rule outsider
    severity  low
    when      from outside

rule lake
    title     The lake
    severity  urgent
    flag      yes
    phrase    into the lake
    denied    would never go
    reported  a boy in my class
"""


def rules_site(**more):
    site = Site(**more)
    site.put("rules/99-more.rules", RULES)
    return site


def test_hours(t):
    for moment, desk in ("2026-03-02T23:30:00Z", "supervisor"), ("2026-03-02T12:30:00Z", "listener"):
        with rules_site() as site:
            site.at(moment)
            site.write(ANNA, "i cannot sleep")
            site.run()
            t.same(site.only()["desk"], desk, f"{moment}: {desk}")


def test_often_at_once(t):
    """Letters that lie in the mailbox together count as those that come one by one."""
    with rules_site() as site:
        for letter in range(3):
            site.write(ANNA, f"hello, this is letter {letter}")
        site.run()
        t.same(sum("often" in case["categories"] for case in site.cases()), 1, "the third is seen")


def test_often(t):
    with rules_site() as site:
        for day in range(3):
            site.write(ANNA, f"hello, this is letter {day}")
            site.write(BEN, "another pupil") if day == 0 else None
            site.run()
            found = ["often" in case["categories"] for case in site.cases()]
            t.same(sum(found), int(day == 2), f"letter {day + 1} of a writer: {found}")
            site.later(days=1)
        site.later(days=7)
        site.write(ANNA, "hello again")
        site.run()
        found = ["often" in case["categories"] for case in site.cases()]
        t.same(sum(found), 1, "and a week later it is the first again")


def test_outside(t):
    with rules_site(site={"writers": "any"}) as site:
        site.write(CLEO, "hello from far away")
        site.run()
        t.same(site.only()["categories"], ["outsider"], "somebody from outside")
        site.write(ANNA, "hello from the school")
        site.run()
        t.same(sorted(len(case["categories"]) for case in site.cases()), [0, 1], "and not the others")


def test_denied(t):
    with rules_site() as site:
        site.write(ANNA, "i would never go into the lake")
        site.run()
        case = site.only()
        t.same([case["desk"], case["severity"], case["flag"]], ["supervisor", "normal", False],
               "a denial goes to the supervisor, and is no flag")
        t.has(site.got(SUPERVISOR).text, "The lake (but they deny it)", "who is told what it is")


def test_reported(t):
    with rules_site() as site:
        site.write(ANNA, "a boy in my class says he will walk into the lake")
        site.run()
        case = site.only()
        t.same([case["desk"], case["severity"], case["flag"]], ["lead", "urgent", True],
               "what is said of somebody else is as urgent")
        t.has(site.got(LEAD).text, "The lake (somebody else, it seems)", "and the lead is told")


scenarios(globals())
