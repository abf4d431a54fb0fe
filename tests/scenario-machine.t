#!/usr/bin/python3
# Mail that no person wrote: never answered, never relayed, kept sealed.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

ROBOT = "Helpdesk <helpdesk@robot.example>"


def settings():
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        letter = site.got(HERON)
        site.answer(letter, HERON, "hello, what do you like to eat?")
        site.later(minutes=5).run()
        yield site, letter, site.got(ANNA)


def quiet(t, name, make):
    """This mail, in answer to the listener's and the pupil's mail: nothing goes out, all is kept."""
    for site, letter, answer in settings():
        for side, sent, who in (("listener", letter, HERON), ("pupil", answer, ANNA)):
            site.drop(make(site, sent, who))
            summary = site.run()
            t.same([summary["machine"], summary["letters"], summary["answers"]], [1, 0, 0],
                   f"{name}, {side}: seen to be a machine's")
            t.same(site.fresh, [], f"{name}, {side}: nothing goes out")
        with site.database() as db:
            rows = db.execute("SELECT count(*) FROM messages WHERE record IS NOT NULL AND "
                              "original IS NOT NULL").fetchone()[0]
        t.same(rows, 4, f"{name}: kept, sealed")
        t.same(site.waiting, [], f"{name}: and gone from the mailbox")
        t.lacks(site.bytes_of_state().decode("latin-1"), ["walrus"], f"{name}: not to be read")


def test_vacation(t):
    text = "I am away until Monday. In urgent cases ask the walrus."
    quiet(t, "vacation with a header", lambda site, sent, who: site.answer(
        sent, who, text, "bare", headers={"Auto-Submitted": "auto-replied"}, drop=False))
    quiet(t, "vacation without one", lambda site, sent, who: site.answer(
        sent, who, text, "bare", subject="Automatic reply: " + sent.subject, drop=False))
    quiet(t, "vacation, Precedence", lambda site, sent, who: site.answer(
        sent, who, text, "bare", headers={"Precedence": "auto_reply"}, drop=False))


def test_list(t):
    quiet(t, "a list", lambda site, sent, who: make_mail(
        "News <news@list.example>", "the walrus of the week", to=sent.reply_to,
        headers={"List-Id": "<news.list.example>", "List-Unsubscribe": "<mailto:x@y.example>"}))


def test_loop(t):
    quiet(t, "our own mail", lambda site, sent, who: sent.raw)
    quiet(t, "our own mail, sent on", lambda site, sent, who: b"Received: from x by y; now\r\n" +
          sent.raw.replace(b"To: ", b"X-To: ").replace(b"Message-ID", b"X-Message-ID") +
          b"\r\nwalrus")


def test_bounce_of_nothing(t):
    """A bounce with no token of ours."""
    with Site() as site:
        site.drop(make_mail("MAILER-DAEMON@mx.evil.example", "your mail was lost, says the walrus",
                            "Undelivered Mail Returned to Sender", headers={"Return-Path": "<>"}))
        site.run()
        t.same(site.fresh, [], "nothing goes out")
        case = site.only()
        t.same([case["state"], case["categories"]], ["closed", ["bounce"]], "kept as a closed case")
        site.write(ANNA, WORRY)
        t.same(site.run()["machine"], 0, "control: the next mail is a letter")


def test_robot(t):
    """A robot that answers everything, looking like a person: the counters end it."""
    with Site(blocks="limits\n    letters-a-day 5\n") as site:
        site.write(ROBOT, "Thank you, your ticket has been updated")
        site.run()
        rounds = 0
        while site.to(ROBOT) and rounds < 50:
            for mail in site.to(ROBOT):
                site.write(ROBOT, f"Thank you, your ticket {rounds} has been updated",
                           to=mail.reply_to or BOX)
            rounds += 1
            site.later(minutes=1).run()
        t.ok(rounds < 10, "it ends the same day", rounds)
        t.ok(len(site.to(ROBOT, site.inbox)) <= 7, "after a few mails", len(site.inbox))
        handles = len(site.cases())
        t.ok(handles >= 1, "all is kept", handles)
    with Site(blocks="limits\n    letters-a-day 5\n", without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        rounds = 0
        letter = site.got(HERON)
        site.answer(letter, HERON, "/ooops i am a robot", "bare")
        site.run()
        while site.to(HERON) and rounds < 60:
            for mail in site.to(HERON):
                site.answer(mail, HERON, f"/ooops i am robot number {rounds}", "bare")
            rounds += 1
            site.later(minutes=1).run()
        t.ok(rounds < 50, "a listener's robot as well", rounds)


scenarios(globals())
