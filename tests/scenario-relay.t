#!/usr/bin/python3
# A letter, its listener, the answer, the next letter; and that neither side sees the other.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def rounds(t, client, reply_tag="plus"):
    """Three rounds of letters and answers, everybody using the same mail program."""
    with Site(without=["listener wren"], site={"reply-tag": reply_tag}) as site:
        site.write(ANNA, WORRY + "\n\nI am Anna Kowalska from 9B, my number is 07700 900123,\n"
                   "write to anna.kowalska@hillside.example\n\nAnna\nSent from my iPhone")
        site.run()
        handle = site.only()["handle"]
        letter = site.got(HERON)
        t.has(letter.text, "eat alone", f"{client}: the listener reads the letter")
        site.got(ANNA, "Your message")
        for turn in range(3):
            site.later(hours=1)
            site.answer(letter, HERON, f"that sounds lonely, number {turn}.\nwhat do you like?",
                        client)
            site.run()
            answer = site.got(ANNA, "An answer for you")
            t.has(answer.text, [f"lonely, number {turn}.", "what do you like?", "Heron"],
                  f"{client}: answer {turn} arrives under the sign-off")
            t.lacks(answer.text, ["eat alone", "On a line of its own you", "900452", "Form 12JS",
                                  "iPhone"],
                    f"{client}: answer {turn} has no quote and no signature")
            site.later(hours=1)
            site.answer(answer, ANNA, f"i like chess, letter {turn}", client)
            site.run()
            letter = site.got(HERON, "A message for you")
            t.has(letter.text, [f"chess, letter {turn}"], f"{client}: letter {turn} comes back")
            t.lacks(letter.letter, "lonely", f"{client}: letter {turn} has no quote")
        case = site.only()
        t.same([case["handle"], case["listener"], case["state"], case["letters"]],
               [handle, "heron", "open", 4], f"{client}: it is one case with one listener")
        sealed(t, site, handle, client)


def sealed(t, site, handle, client):
    """Nobody's name is in the other's mail, or at rest; the sealed original has it."""
    pupil = names_in(ANNA) + ["900123", "mail.hillside.example"]
    listener = names_in(HERON) + ["900452"]
    for mail in site.inbox:
        if mail.to == address(ANNA):
            t.lacks(mail.everything, listener, f"{client}: nothing of the listener in {mail}")
        else:
            t.lacks(mail.everything, pupil, f"{client}: nothing of the pupil in {mail}")
    at_rest = site.bytes_of_state().decode("latin-1")
    t.lacks(at_rest, ["kowalska", "900123", "eat alone", "starling"],
            f"{client}: nothing of it lies open in the store")
    site.do("case", "flag", handle, "--reason", "to see who wrote")
    messages = site.who_wrote(handle)
    folder = os.path.join(site.folder, "original")
    site.open(site.unseal(handle).packet, original=folder)
    originals = b"".join(read(os.path.join(folder, name)) for name in os.listdir(folder))
    t.same({message["from"] for message in messages}, {address(ANNA)},
           f"control, {client}: who wrote is sealed with each letter")
    t.same(len(messages), 4, f"control, {client}: four letters of the pupil's, no answer")
    t.has(originals.decode("latin-1"), ["Anna Kowalska from 9B", "900123"],
          f"control, {client}: the originals hold what was cut out")


def test_gmail(t):
    rounds(t, "gmail")


def test_outlook(t):
    rounds(t, "outlook")


def test_iphone(t):
    rounds(t, "iphone", reply_tag="subject")


def test_thunderbird(t):
    rounds(t, "thunderbird")


def test_bare(t):
    rounds(t, "bare", reply_tag="subject")


def test_what_goes_out(t):
    """The header of a mail of ours, exactly."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        for mail in site.fresh:
            t.same(sorted(key.lower() for key in mail.mail.keys()
                          if key.lower() != "in-reply-to"),
                   ["auto-submitted", "content-transfer-encoding", "content-type", "date", "from",
                    "message-id", "mime-version", "references", "reply-to", "subject", "to"],
                   f"{mail}: these headers and no other")
            t.ok(mail.id.endswith("@hillside.example>"), "a Message-ID of our own domain", mail.id)
            t.ok(str(mail.mail["Date"]).endswith("+0000"), "the date is in UTC", mail.mail["Date"])
            t.lacks(mail.everything, os.uname().nodename, "no host name")
            t.lacks(mail.text.split("\n")[0], ["alone", "table", "listener"],
                    "the first line gives nothing away")
            t.lacks(mail.subject, ["hello", "alone"], "nor does the subject")


SECRET_ANSWER = "that sounds lonely, shall we think about it together?"


def test_delay(t):
    """A letter that is not urgent waits a random time, half an hour at most where nothing is said,
    and leaves in no order."""
    for delay, most in ((None, 30), ("60", 60)):
        with Site(site={"delay": delay}, people={"listener heron": {"at-most": "40"}},
                  without=["listener wren"]) as site:
            for i in range(12):
                site.write(f"Pupil <pupil{i}@hillside.example>", f"{WORRY} number {i}")
                site.run()
            site.write(BEN, DANGER)
            site.run()
            t.ok(len(site.to(LEAD)) == 1 and len(site.to(BEN)) == 1, "what is urgent goes at once",
                 site.fresh)
            t.ok(all(site.to(f"pupil{i}@hillside.example", site.inbox) for i in range(12)),
                 "and that a letter has arrived")
            minutes, order = {}, []
            for minute in range(0, most + 2, 2):
                site.later(minutes=2).run()
                for mail in site.to(HERON):
                    order.append(int(mail.letter.split()[-1]))
                    minutes[minute] = minutes.get(minute, 0) + 1
            got = site.to(HERON, site.inbox)
            t.same(len(got), 12, f"delay {delay}: all have left after {most} minutes")
            t.ok(len(minutes) > 2, f"delay {delay}: not together", minutes)
            t.ok(order != sorted(order), f"delay {delay}: and in no order", order)
            site.answer(got[0], HERON, f"{SECRET_ANSWER}\n\nNOTE to talk about")
            site.run()
            t.ok(site.to(HERON) and not site.to(SUPERVISOR),
                 f"delay {delay}: what goes back to its author does not wait", site.fresh)
            for _ in range(most // 2):
                site.later(minutes=2).run()
            t.ok([mail for mail in site.inbox if SECRET_ANSWER in mail.text],
                 f"delay {delay}: the answer went as well")
    with Site(site={"delay": "0"}) as site:
        site.write(ANNA, WORRY)
        site.run()
        t.same(len(site.to(HERON) + site.to(WREN)), 1, "control: delay 0, nothing waits")


def test_adult_joins(t):
    """Lead or supervisor writing in a case: the pupil is told that an adult did, by role."""
    with Site() as site:
        site.write(ANNA, "how long until you reply")
        site.run()
        letter = site.got(SUPERVISOR)
        t.same(len(site.to(HERON) + site.to(WREN)), 0, "a question about the service is staff's")
        site.answer(letter, SUPERVISOR, "usually within a day", "outlook")
        site.run()
        answer = site.got(ANNA)
        t.has(answer.text, ["usually within a day", "an adult"], "the answer says an adult wrote")
        t.lacks(answer.everything, names_in(SUPERVISOR) + ["Heron", "Wren"],
                "without a name, under no child's sign-off")


scenarios(globals())
