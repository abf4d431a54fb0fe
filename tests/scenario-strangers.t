#!/usr/bin/python3
# Who is writing: what fits nothing goes to a person, and reaches nobody who should not have it.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

MALLORY = "Mallory Quickfinger <mallory@evil.example>"
FORGED = {"Authentication-Results": "mx.hillside.example; spf=fail smtp.mailfrom=hillside.example; "
          "dmarc=fail header.from=hillside.example"}
GENUINE = {"Authentication-Results": "mx.hillside.example; dmarc=pass header.from=hillside.example"}
CANARY = "zanzibar"  # a word of the mail in question


def who_read(site, word=CANARY):
    """Who got a mail with this word in it, since it was written."""
    return sorted({mail.to for mail in site.fresh if word in mail.everything})


def conversation(**more):
    """Anna and heron are writing to each other: the site, a letter and an answer."""
    more.setdefault("without", ["listener wren"])
    site = Site(**more)
    site.write(ANNA, WORRY)
    site.run()
    letter = site.got(HERON)
    site.handle = letter.handle
    site.answer(letter, HERON, "hello, what do you like to eat?")
    site.later(minutes=5).run()
    answer = site.got(ANNA)
    site.later(minutes=5)
    return site, letter, answer


def kept_sealed(t, site, name, who):
    """The mail lies sealed somewhere: flag every case, unseal it, look for this writer."""
    found = []
    for case in site.cases():
        if not case["flag"]:
            site.do("case", "flag", case["handle"], "--reason", "to see who wrote")
        found += [message["from"] for message in site.who_wrote(case["handle"])]
    t.ok(address(who) in found, f"{name}: the mail is kept, sealed", found)


def test_guessed_token(t):
    site, letter, answer = conversation()
    with site:
        for name, token in (("made up", "a" * 26), ("one letter off",
                                                     letter.token[:-2] + "aa")):
            to = f"box+{token}@hillside.example"
            site.write(HERON, f"{CANARY} tell me where you live", to=to)
            site.run()
            t.same(who_read(site), [address(HERON)], f"{name}, under a listener's address: returned")
            site.write(MALLORY, f"{CANARY} tell me where you live", to=to)
            site.run()
            t.ok(address(ANNA) not in who_read(site), f"{name}, under a stranger's: a new letter",
                 site.fresh)
            t.same(site.case(site.handle)["letters"], 1, f"{name}: not in the case")


def test_stolen_listener_token(t):
    """The listener's token, but another address: to the supervisor, not to the pupil."""
    site, letter, answer = conversation()
    with site:
        site.answer(letter, MALLORY, f"{CANARY} tell me your name", "bare")
        site.run()
        t.ok(address(SUPERVISOR) in who_read(site), "the supervisor reads it", site.fresh)
        t.ok(not {address(ANNA), address(HERON)} & set(who_read(site)), "neither side does",
             site.fresh)
        notice = [m for m in site.to(SUPERVISOR) if m.subject.startswith("For you to know")]
        t.has(notice[0].text, [site.handle, "does not come from their address"], "told what it is")
        kept_sealed(t, site, "a stolen token", MALLORY)


def test_another_listeners_token(t):
    site, letter, answer = conversation(without=[])
    with site:
        has = site.case(site.handle)["listener"]
        other = WREN if has == "heron" else HERON
        site.answer(letter, other, f"{CANARY} how are you?")
        site.run()
        t.same(who_read(site), [address(other)], "a listener with another's token: returned")
        t.has(site.got(other).letter, f"{CANARY} how are you?", "with the words")


def test_pupil_from_elsewhere(t):
    """The pupil's token from a new address: nobody can know whether it is them."""
    site, letter, answer = conversation()
    with site:
        site.answer(answer, "Anna <anna.k@gmail.example>", f"{CANARY} its me from my phone", "bare")
        site.run()
        t.ok(address(SUPERVISOR) in who_read(site), "the supervisor decides", site.fresh)
        t.ok(not {address(ANNA), address(HERON)} & set(who_read(site)), "neither side reads it",
             site.fresh)
        t.lacks("".join(m.everything for m in site.fresh if m.to != "anna.k@gmail.example"),
                ["anna.k@"], "nobody sees the address")
        site.answer(answer, "Anna <anna.k@gmail.example>", DANGER, "bare")
        site.run()
        t.same(len(site.to(LEAD)), 1, "danger goes to the lead whoever it seems to be")


def test_forged(t):
    """Our own server doubts the sender: neither a listener's nor the lead's word counts."""
    site, letter, answer = conversation(site={"authserv-id": "mx.hillside.example"})
    with site:
        site.answer(letter, HERON, f"{CANARY} meet me behind the gym", "bare", headers=FORGED)
        site.run()
        t.ok(not {address(ANNA), address(HERON)} & set(who_read(site)),
             "a forged answer of the listener's reaches neither side", site.fresh)
        t.ok(address(SUPERVISOR) in who_read(site), "but the supervisor", site.fresh)
        t.same(site.case(site.handle)["letters"], 1, "and is no letter of the case")
        site.answer(answer, ANNA, f"{CANARY} forget what i said. STOP", "bare", headers=FORGED)
        site.run()
        t.ok(not {address(ANNA), address(HERON)} & set(who_read(site)),
             "nor does a forged letter of the pupil's", site.fresh)
        t.same(site.case(site.handle)["state"], "open", "and it closes nothing")
        site.answer(answer, ANNA, "STOP", "bare", headers=FORGED)
        site.run()
        t.same(site.case(site.handle)["state"], "open", "nor does a forged STOP")
        site.write(LEAD, f"{CANARY} i am the lead", headers=FORGED)
        site.run()
        t.ok(address(ANNA) not in who_read(site), "the lead's address, forged, without a token",
             site.fresh)
        site.answer(letter, HERON, f"{CANARY} this is really me", headers=GENUINE)
        site.run()
        t.same(who_read(site), [address(ANNA)], "control: vouched for it goes through")
        site.answer(letter, HERON, f"{CANARY} no evidence", headers={"Authentication-Results":
                    "mx.evil.example; dmarc=fail header.from=hillside.example"})
        site.run()
        t.same(who_read(site), [address(ANNA)], "control: another server's word is none")


def test_forged_alert_answer(t):
    with Site(site={"authserv-id": "mx.hillside.example"}) as site:
        site.write(ANNA, DANGER)
        site.run()
        alert = site.got(LEAD)
        for text in ("CLOSE", "TAKEN", "ASSIGN heron", "Never mind then."):
            site.answer(alert, LEAD, text, "bare", headers=FORGED)
        site.run()
        case = site.case(alert.handle)
        t.same([case["state"], case["desk"]], ["open", "lead"], "forged orders change nothing")
        t.same([m for m in site.to(ANNA)], [], "and reach nobody")
        site.later(minutes=31).run()
        t.ok(len(site.to(DEPUTY)) >= 1, "the alert goes on", site.fresh)


def test_copied(t):
    site, letter, answer = conversation()
    with site:
        for name, headers in (("Cc to a friend", {"Cc": "friend@hillside.example"}),
                              ("a second To", {"To": f"Hillside <{letter.reply_to}>, "
                                               "anna.kowalska@hillside.example"})):
            site.answer(letter, HERON, f"{CANARY} you and me", headers=headers)
            site.run()
            t.ok(address(ANNA) not in who_read(site), f"{name}: not relayed", site.fresh)
            t.has(site.got(HERON).letter, f"{CANARY} you and me", f"{name}: returned with the words")
            t.has(site.got(SUPERVISOR).text, "to somebody else as well", f"{name}: the supervisor knows")
        site.answer(letter, HERON, f"FLAG {CANARY} it is bad", headers={"Cc": "x@hillside.example"})
        site.run()
        t.ok(site.case(site.handle)["flag"], "FLAG counts all the same")


def test_forwarded(t):
    site, letter, answer = conversation()
    with site:
        raw = make_mail(HERON, f"look at this {CANARY}\n\n---------- Forwarded message ---------\n"
                        f"From: Hillside <{BOX}>\nSubject: {letter.subject}\n\n{letter.text}",
                        "Fwd: " + letter.subject, to=letter.reply_to,
                        headers={"References": letter.id})
        site.drop(raw)
        site.run()
        t.same(who_read(site), [address(HERON)], "a forwarded notification is no answer")
        t.has(site.got(HERON).text, "forwarded", "its author is told why")


def test_token_twice(t):
    """Two cases' tokens in one mail: the one it is addressed to."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        first = site.got(HERON)
        site.write(BEN, WORRY)
        site.later(minutes=1).run()
        second = site.got(HERON)
        site.answer(second, HERON, f"{CANARY} hello", "bare",
                    headers={"References": f"{first.id} {second.id}", "In-Reply-To": first.id})
        site.run()
        t.same(who_read(site), [address(BEN)], "the address is what counts")
        site.answer(first, HERON, f"{CANARY} hello\n\n[{second.token}]", "bare")
        site.run()
        t.same(who_read(site), [address(ANNA)], "the text is not")


def test_people_without_a_case(t):
    with Site() as site:
        site.write(LEAD, f"{CANARY} when does the training start?")
        site.run()
        t.same(who_read(site), [address(LEAD)], "the lead's own mail comes back")
        t.has(site.got(LEAD).text, "not an answer to a mail of ours", "with the reason")
        t.same(site.cases(every=False), [], "and makes no case anybody has to see to")
        site.write(WITNESS, f"{CANARY} thank you")
        site.write(SUPERVISOR, f"{CANARY} thank you")
        site.run()
        t.same(who_read(site), [address(SUPERVISOR), address(WITNESS)], "so does anybody else's")


def test_names_in_an_answer(t):
    """An answer that would show who somebody is does not go out."""
    site, letter, answer = conversation()
    with site:
        for text in ("my name is Jonas Starling by the way", "write to 12js@hillside.example",
                     f"ring me on 07700 900452"):
            site.answer(letter, HERON, text, "bare")
            site.run()
            for mail in site.to(ANNA):
                t.lacks(mail.everything, names_in(HERON) + ["900452"], f"{text!r}: nothing shows")
            t.ok(site.fresh, f"{text!r}: masked or returned", site.fresh)
        site.answer(letter, HERON, "are you anna.kowalska@hillside.example? I think you are Anna Kowalska",
                    "bare")
        site.run()
        t.ok(site.fresh and all("kowalska" not in m.text.lower() for m in site.to(HERON)),
             "a guess at the pupil is not confirmed", site.fresh)


def test_outside(t):
    """`writers school`: others are read by a person, and not written to."""
    with Site(site={"domain": "hillside.example", "writers": "school"}) as site:
        site.write(CLEO, WORRY)
        site.run()
        t.same([m.to for m in site.fresh], [address(SUPERVISOR)], "the supervisor, nobody else")
        site.write(CLEO, DANGER)
        site.run()
        t.same([m.to for m in site.fresh], [address(LEAD)], "danger: the lead")
        t.has(site.got(LEAD).text, "outside address", "told what it means")
        site.write("Sub <x@sub.hillside.example>", WORRY)
        site.run()
        t.same(len(site.fresh), 2, "below the domain is within")


def test_flood(t):
    """Twenty letters a day; then kept and counted, acknowledged once; danger has more room."""
    with Site(blocks="limits\n    letters-a-day 3\n") as site:
        for i in range(8):
            site.write(ANNA, f"{WORRY} number {i}")
        site.run()
        t.same(len(site.to(ANNA)), 4, "three answers, and one more")
        t.same(len(site.cases()), 8, "every one is kept")
        t.same(len([c for c in site.cases() if c["state"] == "held"]), 5, "the others held")
        t.same(len(site.to(SUPERVISOR)), 1, "the supervisor is told once")
        site.write(BEN, WORRY)
        site.run()
        t.same(len(site.to(BEN)), 1, "others are not affected")
        site.write(ANNA, DANGER)
        site.run()
        t.ok(len(site.to(LEAD)) == 1, "danger goes through", site.fresh)
        for i in range(4):
            site.write(ANNA, f"{DANGER} number {i}")
        site.run()
        t.same([len([m for m in site.to(LEAD) if m.subject.startswith(words)])
                for words in ("Please read soon", "For you to know")], [2, 1],
               "after three the lead is told that there are more")
        site.later(days=1)
        site.write(ANNA, WORRY)
        site.run()
        t.same(len(site.to(ANNA)), 1, "and tomorrow is another day")


scenarios(globals())
