#!/usr/bin/python3
# The lead, by mail alone: opening who wrote, saying what came of it, lifting a flag, other cases of
# the same writer. Whatever else is in the way, for danger one line is enough.
# timeout: 400
import email
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib")]
from school import *


def packet_of(site, sent):
    """Saves the attachment of a mail, as the lead would; its path."""
    parts = email.message_from_bytes(sent.raw).get_payload()
    assert isinstance(parts, list) and len(parts) == 2, sent
    path = os.path.join(site.folder, parts[1].get_filename())
    with open(path, "wb") as file:
        file.write(parts[1].get_payload(decode=True))
    return path


def alerted(text=DANGER, who=BEN, **more):
    """A site at which a letter of danger has come, and the alert about it."""
    site = Site(**more)
    site.write(who, text, "please help")
    site.run()
    return site, site.got(LEAD, "Please read soon")


def test_one_line(t):
    site, alert = alerted()
    with site:
        t.has(alert.text, ["UNSEAL danger: and a few words of why", "you need nobody's permission",
                           "so they can be found"], "the alert says how, and whether they can be found")
        t.ok(alert.tap_link("UNSEAL danger:") is not None, "and has a link for it")
        site.answer(alert, LEAD, "UNSEAL danger: says they have taken tablets")
        site.run()
        mail = site.got(LEAD, "A file for you")
        opened = site.open(packet_of(site, mail))
        t.same([opened.code, opened.lines[0]["from"]], [0, address(BEN)], "the packet comes back")
        t.lacks(mail.everything, names_in(BEN), "still sealed")
        t.has(mail.text, ["what else was tried", "the witness has been told"], "with what is owed")
        t.same(len(site.to(BEN)), 0, "the pupil is sent nothing of it")
        notice = site.got(WITNESS)
        t.has(notice.text, [alert.handle, "Ms Okafor", "danger"], "the witness hears of it")
        row = next(row for row in site.audit() if row["act"] == "unsealed")
        t.same([row["actor"], row["case"], row["reason"]],
               ["okafor", alert.handle, "danger: says they have taken tablets"], "on the record")
        site.later(minutes=31).run()
        t.same(len(site.to(DEPUTY)), 0, "and it counts as an answer: no alert goes on")


def test_how_it_is_written(t):
    for text in ("unseal danger they took tablets", "Unseal they took tablets",
                 "TAKEN\nUNSEAL danger: they took tablets", "unseel danger: they took tablets",
                 "I am with you. Where are you?\n\n/unseal danger: they took tablets"):
        site, alert = alerted()
        with site:
            site.answer(alert, LEAD, text)
            site.run()
            reason = [row["reason"] for row in site.audit() if row["act"] == "unsealed"]
            t.same(reason, ["danger: they took tablets"], f"{text[:30]!r} opens it")
            t.lacks(" ".join(mail.text for mail in site.to(BEN)), ["tablets", "unse"],
                    "and is not passed on")


def test_tap(t):
    site, alert = alerted()
    with site:
        site.tap(alert, LEAD, "UNSEAL danger:", "on the roof")
        site.run()
        t.same([row["reason"] for row in site.audit() if row["act"] == "unsealed"],
               ["danger: on the roof"], "a tapped link opens it")


def test_not_flagged_yet(t):
    """An alert of a letter that the rules could not judge, or that no rule flags: the keyholder's
    word for danger flags it and opens it."""
    site = Site()
    with site:
        site.write(ANNA, WORRY)
        site.run()
        handle = site.got(ANNA).handle
        site.do("case", "assign", handle, "lead")
        site.run()
        letter = site.got(LEAD)
        site.answer(letter, LEAD, "UNSEAL danger: her tutor rang")
        site.run()
        site.got(LEAD, "A file for you")
        acts = site.acts(handle)
        t.ok(acts.index("flagged") < acts.index("unsealed"), "flagged first, then opened", acts)
        site.answer(letter, LEAD, "LIFT it was about a song")
        site.run()
        site.answer(letter, LEAD, "UNSEAL abuse: something at home\nTried: asked\nTold: no")
        site.run()
        t.has(site.got(LEAD, "Not done").text, "it is not flagged", "other grounds need the flag")


def test_other_grounds(t):
    site, alert = alerted()
    with site:
        site.answer(alert, LEAD, "UNSEAL abuse: says it is their brother")
        site.run()
        refused = site.got(LEAD, "Not done")
        t.has(refused.text, ["say first what else was tried", "only danger"], "it is asked first")
        t.same(site.audit()[-1]["act"], "refused", "on the record")
        site.answer(refused, LEAD, "UNSEAL abuse: says it is their brother\n"
                    "Tried: asked them by mail twice\nTold: no, he reads their mail")
        site.run()
        mail = site.got(LEAD, "A file for you")
        t.lacks(mail.text, "Within a day", "nothing is owed")
        rows = [(row["act"], row["reason"]) for row in site.audit()][-3:]
        t.same(rows, [("unsealed", "abuse: says it is their brother"),
                      ("tried", "asked them by mail twice"),
                      ("pupil-told", "no, he reads their mail")], "all of it is on the record")
        site.later(hours=25).run()
        t.same([mail for mail in site.to(LEAD) if "record" in mail.subject], [], "nobody is reminded")
        done = site.unseal(alert.handle, ground="abuse")
        t.same(done.code, 77, "the command asks for it too")
        t.has(done.err, "what else was tried", "and says so")


def test_refused(t):
    site, alert = alerted()
    with site:
        site.answer(alert, LEAD, "UNSEAL danger")
        site.run()
        refused = site.got(LEAD, "Not done")
        t.has(refused.text, "a reason is needed", "without a reason")
        t.ok(refused.tap_link("UNSEAL danger:") is not None, "with a link to try again")
        t.same(site.audit()[-1]["act"], "refused", "on the record")
        forged = site.answer(alert, LEAD, "UNSEAL danger: give it to me",
                             headers={"Authentication-Results": "h; dmarc=fail"}, drop=False)
        site.set(**{"authserv-id": "h"})
        site.drop(forged)
        site.run()
        t.ok("unsealed" not in site.acts(), "nor what the school's server calls forged")
        site.answer(alert, HERON, "UNSEAL danger: it is me, heron")
        site.answer(alert, DEPUTY, "UNSEAL danger: another's token")
        site.write(LEAD, f"UNSEAL danger: {alert.handle}")
        site.run()
        t.ok("unsealed" not in site.acts(), "another's token, no token: nothing is opened")
        t.same(site.who_wrote(alert.handle)[0]["from"], address(BEN), "as it would be")


def test_no_key(t):
    """The head holds no key. Who does is asked at once."""
    site, alert = alerted()
    with site:
        site.later(minutes=31).run()
        site.later(minutes=31).run()
        late = site.got(HEAD, "Please read soon")
        t.lacks(late.text, "UNSEAL danger", "without a key there is no word for it")
        site.answer(late, HEAD, "UNSEAL danger: their mother rang, they are not home")
        site.run()
        t.has(site.got(HEAD, "Not done").text, "only a keyholder", "the head is told why not")
        again = site.got(LEAD, "Please read soon")
        t.has(again.text, ["flagged by the head teacher", "their mother rang"],
              "and the keyholders are asked at once")


def test_about_the_lead(t):
    """The concern is about the lead: another keyholder is asked, and hears that the lead tried."""
    site = Site(blocks="")
    with site:
        with open(site.file("rules", "11-lead.rules"), "w") as file:
            file.write("rule about-lead\n    title A concern about the lead\n    severity urgent\n"
                       "    flag yes\n    desk head\n    not-for okafor\n    phrase okafor hits me\n"
                       "    hit okafor hits me\n    miss okafor helps me\n")
        site.write(BEN, "okafor hits me")
        site.run()
        handle = site.only()["handle"]
        t.same(len(site.to(LEAD)), 0, "the lead hears nothing")
        done = site.unseal(handle)
        t.same(done.code, 77, "and cannot open it")
        t.has(done.err, "ask another keyholder: Mr Hughes", "another keyholder is named")
        site.run()
        t.has(site.got(WITNESS).text, "that was refused", "the witness hears that they tried")
        t.has(site.got(DEPUTY, "For the record").text, "that was refused", "so does the other")
        site.later(minutes=31).run()
        alert = site.got(DEPUTY, "Please read soon")
        site.answer(alert, DEPUTY, "UNSEAL danger: a child is hit")
        site.run()
        opened = site.open(packet_of(site, site.got(DEPUTY, "A file for you")), "hughes")
        t.same(opened.lines[0]["from"], address(BEN), "the deputy opens it")
        t.same(len(site.to(LEAD)), 0, "and no notice of it goes to the lead")
        for what in (("lift", handle, "--reason", "a joke"), ("others", handle)):
            done = site.do("case", *what, "--by", "okafor", code=None)
            t.ok(done.code == 77 and "the concern is about them" in done.err,
                 f"nor can the lead have a word in it: {what[0]}", done)
        t.same(site.only()["flag"], True, "it stays flagged")
        site.write(BEN, DANGER)
        site.run()
        other = site.got(LEAD, "Please read soon")
        site.answer(other, LEAD, "OTHERS")
        site.run()
        t.lacks(site.got(LEAD, "Done").text, handle, "and among the others of its writer it is not told")
        done = site.do("case", "others", other.handle, "--by", "hughes")
        t.has(done.out, handle, "control: to the deputy it is")


def test_afterwards(t):
    site, alert = alerted()
    with site:
        site.answer(alert, LEAD, "UNSEAL danger: on the roof")
        site.run()
        site.later(hours=23).run()
        t.same([m for m in site.to(LEAD) if m.subject.startswith("Two lines")], [], "not at once")
        site.later(hours=2).run()
        ask = site.got(LEAD, "Two lines")
        t.has(ask.text, ["What else was tried", "Was the pupil told"], "a day later the lead is asked")
        site.answer(ask, LEAD, "OUTCOME\nTried: rang the form tutor, nobody there")
        site.run()
        page = site.got(LEAD, "For the file")
        t.has(page.text, ["Still to be said", "rang the form tutor, nobody there", "on the roof",
                          "Ms Okafor, the safeguarding lead", "The chair (witness)"],
              "the page comes back")
        site.later(hours=25).run()
        ask = site.got(LEAD, "Two lines")
        t.lacks(ask.text, "What else was tried", "what was said is not asked again")
        # Plain words, as an answer to it: for the record, never for the child.
        site.answer(ask, LEAD, "Told: yes, by their form tutor\nTheir aunt came for them.")
        site.run()
        t.same(len(site.to(BEN)), 0, "no word of it goes to the pupil")
        t.lacks(site.got(LEAD, "For the file").text, "Still to be said", "nothing is missing any more")
        site.later(hours=49).run()
        t.same([m for m in site.to(LEAD) if m.subject.startswith("Two lines")], [], "nobody is asked")
        site.answer(alert, LEAD, "CLOSE")
        site.run()
        site.answer(page, LEAD, "They are in care now, and safe.")
        site.run()
        t.has(site.got(LEAD, "For the file").text, ["in care now", "form tutor"],
              "the outcome can be said when it is closed")
        t.same(site.do("case", "outcome", alert.handle, "--passed-to", "the police, PC 4711",
                       "--by", "okafor").code, 0, "passing it on is an act of its own")
        page = site.do("case", "record", alert.handle, "--by", "okafor").out
        t.has(page, ["the police, PC 4711", "in care now", "yes, by their form tutor", alert.handle,
                     "Ground danger", "Reason on the roof"], "the page has all of it")
        t.lacks(page, names_in(BEN), "and no name")
        t.ok(all(len(line) <= 100 for line in page.splitlines()), "it fits on paper", page)
        acts = site.acts(alert.handle)
        t.ok("passed-to-others" in acts and acts[-1] == "page-printed", "on the record", acts)
        t.same(site.call("audit", "verify").code, 0, "which holds")


def test_log(t):
    """What a governor reads."""
    site, alert = alerted()
    with site:
        site.unseal(alert.handle, reason="on the roof")
        site.unseal(alert.handle, by="mallory")
        shown = site.call("audit", "show").out
        t.has(shown, ["The program opened a case for a letter", "The rule self-harm flagged it",
                      "Ms Okafor (lead) unsealed who wrote: danger: on the roof",
                      "Somebody who is not in people.conf was refused"], "each act is a sentence")
        acts = {row["act"] for row in site.audit()}
        with open("src/verb/audit-words.c") as file:
            known = file.read()
        t.same([act for act in acts if f'"{act}"' not in known], [], "none stands there unexplained")
        t.same(len(shown.splitlines()), len(site.audit()), "a line each")


# ---- a practice ----------------------------------------------------------------------------------

def test_drill(t):
    site = Site()
    with site:
        done = site.do("drill", "--by", "bell")
        handle = done.out.split()[0]
        site.run()
        alert = site.got(LEAD, "Please read soon")
        t.has(alert.text, ["THIS IS A PRACTICE", "no child is in danger", "flagged by Miss Bell"],
              "the alert says that it is a practice")
        t.same([site.case(handle)["flag"], len(site.fresh)], [True, 1], "it goes to nobody else")
        site.later(minutes=31).run()
        t.has(site.got(DEPUTY, "Please read soon").text, "THIS IS A PRACTICE",
              "nobody answers: it goes on, as an alert does")
        site.answer(alert, LEAD, "UNSEAL danger: practice")
        site.run()
        t.has(site.got(WITNESS).text, "a practice: no child is in danger", "so says the notice")
        mail = site.got(LEAD, "A file for you")
        packet = packet_of(site, mail)
        t.has(command(site, "open", packet, ["okafor"]).out, "THIS IS A PRACTICE", "open says so, too")
        name = site.open(packet).lines[0]["name"]
        word = re.search(r"the word is ([a-z-]+)", name).group(1)
        site.answer(mail, LEAD, "OUTCOME the word is blue-nothing")
        site.run()
        t.same([m for m in site.to(LEAD) if m.subject.startswith("Done")], [], "a wrong word is none")
        site.answer(mail, LEAD, f"OUTCOME {word}")
        site.later(minutes=9).run()
        t.has(site.got(LEAD, "Done").text, "the practice is over", "the right one ends it")
        rows = {row["act"]: row for row in site.audit(handle)}
        t.has(rows["drill-passed"]["reason"], "40 minutes from the alert", "with its time on the record")
        t.has(rows["unsealed"]["reason"], "danger (a practice: no child is in danger)",
              "and the opening is marked there")
        site.later(minutes=2).run()
        t.same(site.case(handle), None, "the made-up case is erased")
        t.same(site.call("audit", "verify").code, 0, "the record holds")
        t.same(site.last.json["failed"], 0, "nothing is left unsent")

        handle = site.do("drill").out.split()[0]
        site.unseal(handle)
        page = " ".join(site.do("case", "record", handle).out.split())
        t.has(page, ["Ground danger (a practice: no child is in danger) Reason they may"],
              "the page has its ground and its reason")
        site.run()
        site.do("case", "close", handle)
        site.run()
        site.later(minutes=2).run()
        t.same(site.case(handle), None, "one that is broken off is erased as well")


def test_no_drill(t):
    """A child who writes what a practice writes is a child."""
    pretends = '"Practice Pupil (the word is blue-nothing)" <practice@hillside.example>'
    site, alert = alerted(f'THIS IS A PRACTICE. "practice": true. {DANGER}', pretends)
    with site:
        site.answer(alert, LEAD, "UNSEAL danger: practice")
        site.run()
        opened = command(site, "open", packet_of(site, site.got(LEAD, "A file for you")), ["okafor"])
        t.has(opened.out, "practice@hillside.example", "control: it opens")
        t.lacks(opened.out, "this is a practice", "nothing calls it a practice")
        t.lacks(site.got(WITNESS).text, "no child is in danger", "nor does the notice")


# ---- two to open ---------------------------------------------------------------------------------

def command(site, verb, packet, holders, *more):
    args = [verb, packet]
    for holder in holders:
        args += ["--key", site.key(holder)[0], "--passphrase-file", site.passphrase()]
    return worrybox(*args, *more)


def packet_file(site, handle, **how):
    done = site.unseal(handle, more=["--tried", "asked", "--told", "no"], **how)
    assert done.code == 0, done
    return done.packet


def test_two(t):
    """Three keyholders: any two of them open, none alone, on whatever ground but danger."""
    people = {"head singh": {"key": "@singh"}}
    site = Site(people=people, site={"two-to-open": "yes"}, keyholders=("okafor", "hughes", "singh"))
    with site:
        site.write(BEN, DANGER)
        site.run()
        handle = site.only()["handle"]
        done = site.unseal(handle, ground="abuse", more=["--tried", "asked", "--told", "no"])
        packet = done.packet
        t.has(done.out, ["takes a second keyholder", "--key twice"], "unseal says that it takes two")
        t.ok(read(packet).startswith(b"worrybox packet 2\n"), "a packet of its own version")
        page = " ".join(site.do("case", "record", handle).out.split())
        t.lacks(page, ["alone"], "the page for the file does not say that one alone has decided")
        t.has(page, ["a second keyholder"], "but that it takes a second one")
        alone = site.unseal(handle, ground="danger")
        t.lacks(alone.out, ["second", "twice"], "for danger it says no such thing")
        for alone in ("okafor", "hughes", "singh"):
            done = command(site, "open", packet, [alone])
            t.same([done.code, done.out], [77, ""], f"{alone} alone: refused")
        t.has(done.err, "a second keyholder", "and told why")
        for two in (["okafor", "hughes"], ["singh", "okafor"]):
            done = command(site, "open", packet, two)
            t.ok(done.code == 0 and address(BEN) in done.out, f"{two}: opened together", done)
        t.has(done.out, "together with singh", "and it says with whom")
        done = command(site, "open", packet, ["hughes", "singh"])
        t.same(done.code, 77, "but not without the one who asked")

        asked = command(site, "approve", packet, ["hughes"])
        t.has(asked.out, ["okafor asks to open who wrote in " + handle, "abuse",
                          "they may be in danger"], "who may confirm reads what is asked")
        t.lacks(asked.out, names_in(BEN), "not who wrote")
        approved = os.path.join(site.folder, "approved.packet")
        done = command(site, "approve", packet, ["hughes"], "--out", approved)
        t.same([done.code, os.stat(approved).st_mode & 0o777], [0, 0o600], "confirmed")
        done = command(site, "open", approved, ["okafor"])
        t.ok(done.code == 0 and address(BEN) in done.out, "who asked opens it alone", done)
        t.has(done.out, "together with hughes", "and who confirmed is known")
        for other in ("hughes", "singh"):
            t.same(command(site, "open", approved, [other]).code, 77, f"{other} does not")
        t.same(command(site, "approve", packet, ["okafor"]).code, 77, "nobody confirms for themselves")
        t.same(command(site, "approve", approved, ["singh"]).code, 77, "once is enough")
        text = read(approved)
        damaged = os.path.join(site.folder, "damaged")
        for at in range(30, len(text), len(text) // 9):
            with open(damaged, "wb") as file:
                file.write(text[:at] + (b"A" if text[at:at + 1] != b"A" else b"B") + text[at + 1:])
            done = command(site, "open", damaged, ["okafor"])
            t.ok(done.code in (65, 77) and done.out == "", f"damaged at {at}: refused", done)
        with open(damaged, "wb") as file:
            file.write(text.replace(b"packet 2", b"packet 1"))
        t.same(command(site, "open", damaged, ["okafor"]).code, 65, "called by another version: refused")


def test_two_by_mail(t):
    site = Site(site={"two-to-open": "yes"})
    with site:
        site.write(BEN, DANGER)
        site.run()
        alert = site.got(LEAD)
        site.answer(alert, LEAD, "UNSEAL abuse: it is their brother\nTried: asked\nTold: no")
        site.run()
        t.has(site.got(LEAD, "A file for you").text, "It takes a second keyholder", "the lead is told")
        ask = site.got(DEPUTY, "Please look at this")
        t.has(ask.text, ["Ms Okafor has asked", "worrybox approve"], "the deputy is asked at once")
        approved = os.path.join(site.folder, "approved.packet")
        done = command(site, "approve", packet_of(site, ask), ["hughes"], "--out", approved)
        t.same(done.code, 0, "and confirms with what came by mail")
        t.has(command(site, "open", approved, ["okafor"]).out, address(BEN), "then it opens")

        # For danger nobody waits for a second.
        site.answer(alert, LEAD, "UNSEAL danger: on the roof")
        site.run()
        mail = site.got(LEAD, "A file for you")
        t.lacks(mail.text, "second keyholder", "for danger")
        t.has(command(site, "open", packet_of(site, mail), ["okafor"]).out, address(BEN),
              "one opens alone")
        t.has(site.got(DEPUTY, "For the record").text, "danger", "the other is told at once")
        t.has(site.got(WITNESS).text, "danger", "and the witness")


def test_two_strict(t):
    """emergency no: not even for danger. Who has no second opens alone; so do cases from before."""
    site = Site()
    with site:
        site.write(ANNA, DANGER)
        site.run()
        before = site.only()["handle"]
        site.set(**{"two-to-open": "yes", "emergency": "no"})
        site.write(BEN, DANGER)
        site.run()
        after = next(case["handle"] for case in site.cases() if case["handle"] != before)
        t.same(command(site, "open", packet_file(site, after), ["okafor"]).code, 77,
               "with emergency no, danger takes two")
        t.same(command(site, "open", packet_file(site, after), ["okafor", "hughes"]).code, 0, "which open")
        t.same(command(site, "open", packet_file(site, before), ["okafor"]).code, 0,
               "how a case was made is how it opens")
    site = Site(site={"two-to-open": "yes", "emergency": "no"}, keyholders=("okafor",))
    with site:
        site.write(BEN, DANGER)
        site.run()
        handle = site.only()["handle"]
        t.same(command(site, "open", packet_file(site, handle), ["okafor"]).code, 0,
               "a single keyholder opens alone: better than nobody")


def test_week(t):
    site, alert = alerted()
    with site:
        site.unseal(alert.handle)
        asked = 0
        for day in range(12):
            site.later(hours=24, minutes=1).run()
            asked += sum(mail.subject.startswith("Two lines") for mail in site.to(LEAD))
        t.same(asked, 7, "asked each day for a week, then no more")


def test_lift(t):
    site, alert = alerted()
    with site:
        site.answer(alert, LEAD, "LIFT")
        site.run()
        t.has(site.got(LEAD, "Not done").text, "a reason is needed", "a reason is needed")
        site.answer(alert, LEAD, "LIFT it is the text of a song")
        site.run()
        t.has(site.got(LEAD, "Done").text, "is lifted", "lifted")
        rows = [(row["actor"], row["act"], row["reason"]) for row in site.audit(alert.handle)]
        t.ok(any(act == "flagged" for _, act, _ in rows) and
             ("okafor", "flag-lifted", "it is the text of a song") in rows, "both stand on the record")
        t.same(site.unseal(alert.handle).code, 77, "it can no longer be opened")
        with site.database() as db:
            t.same(db.execute("SELECT count(*) FROM seals WHERE escrow IS NOT NULL").fetchone()[0], 0,
                   "and its key is no longer escrowed")
        site.answer(alert, LEAD, "FLAG it is no song")
        site.run()
        t.same(site.who_wrote(alert.handle)[0]["from"], address(BEN), "flagged again, it can")
        for by, why in (("bell", "for the lead"), ("operator", "for the lead")):
            done = site.do("case", "lift", alert.handle, "--reason", "x", "--by", by, code=None)
            t.same(done.code, 77, f"{by} cannot lift it")
            t.has(done.err, why, "and is told why")


def test_others(t):
    site = Site()
    with site:
        for text in (WORRY, WORRY, DANGER):
            site.write(BEN, text)
            site.later(minutes=1).run()
        site.write(ANNA, WORRY)
        site.run()
        flagged = next(case for case in site.cases() if case["flag"])
        anna = site.got(ANNA).handle
        ben = [case["handle"] for case in site.cases()
               if case["handle"] not in (anna, flagged["handle"])]
        alert = [m for m in site.inbox if m.subject.startswith("Please read soon")][0]
        site.answer(alert, LEAD, "OTHERS")
        site.run()
        mail = site.got(LEAD, "Done")
        t.has(mail.text, ben, "the other cases of the same writer")
        t.lacks(mail.text, [anna] + names_in(BEN), "and of nobody else, without who it is")
        t.ok("others-asked" in site.acts(flagged["handle"]), "on the record")
        done = site.do("case", "others", ben[0], "--by", "okafor", code=None)
        t.same(done.code, 77, "not of a case that is not flagged")
        done = site.do("case", "others", flagged["handle"], "--by", "hughes")
        t.has(done.out, ben, "by command too")


def test_no_others(t):
    site, alert = alerted()
    with site:
        t.same(site.do("case", "others", alert.handle, "--by", "okafor").out, "none\n",
               "that there are no others is said, by command too")


def test_by(t):
    site, alert = alerted()
    with site:
        for by in ("mallory", "heron", "Ms Okafor", ""):
            done = site.do("case", "close", alert.handle, "--by", by, code=None)
            t.same(done.code, 77, f"--by {by!r}: refused")
        t.same(site.case(alert.handle)["state"], "open", "and nothing is done")
        t.same(site.do("case", "close", alert.handle, "--by", "bell").code, 0, "by an adult: done")


def test_large(t):
    """A packet too large for a mail comes without the mails as they came."""
    site = Site(blocks="limits\n    mail-size 60M\n")
    with site:
        raw = make_mail(BEN, DANGER)
        big = raw.rstrip() + b"\n" + (b"x" * 76 + b"\n") * 180000
        site.drop(big)
        site.run()
        alert = site.got(LEAD)
        site.answer(alert, LEAD, "UNSEAL danger: tablets")
        site.run()
        mail = site.got(LEAD, "A file for you")
        t.ok(len(mail.raw) < 100000, "a small mail", len(mail.raw))
        folder = os.path.join(site.folder, "original")
        opened = site.open(packet_of(site, mail), original=folder)
        t.same([opened.lines[0]["from"], os.listdir(folder)], [address(BEN), []],
               "that says who wrote")


def test_record_of_who_is_out(t):
    """A mail from the record lets nobody into a case they have no part in any more."""
    for word in ("thank you, i will wait", "CLOSE", "TAKEN", "OUTCOME\nTold: no"):
        with Site() as site:
            site.write(BEN, "ADULT\n\n" + WORRY)
            site.run()
            first = site.got(SUPERVISOR)
            site.answer(first, SUPERVISOR, "UNSEAL danger: they wrote of tablets")
            site.run()
            refused = site.got(SUPERVISOR, "Not done")
            t.same([refused.token, re.findall("mailto:", refused.text)], [None, []],
                   "it offers no word that would not be heard any more")
            t.has(refused.text, "asked at once", "it says who has it now")
            t.ok(site.got(LEAD, "Please read soon"), "control: the lead is asked")
            site.answer(refused, SUPERVISOR, word)
            site.answer(first, SUPERVISOR, word)
            site.run()
            t.same([mail for mail in site.to(SUPERVISOR) if mail.subject.startswith("For the file")],
                   [], f"{word!r} brings no page")
            t.same(site.case(refused.handle)["state"], "open", "and closes nothing")
            site.later(minutes=31).run()
            t.ok(site.got(DEPUTY, "Please read soon"), "the alert goes on")


def test_supervisor_and_the_record(t):
    """What stands on the record of an opening, and its page, are for those who could have opened
    it: a supervisor who gets the conversation back reads neither."""
    site, alert = alerted()
    with site:
        site.answer(alert, LEAD, "UNSEAL danger: on the roof")
        site.run()
        packet = site.got(LEAD, "A file for you")
        site.answer(packet, LEAD, "LIFT a song")
        site.answer(alert, LEAD, "ASSIGN supervisor")
        site.run()
        mail = site.got(SUPERVISOR)
        before = len(site.audit())
        site.answer(mail, SUPERVISOR, "OUTCOME\nTold: yes, by me")
        site.run()
        t.same([one.subject.split(" - ")[0] for one in site.to(SUPERVISOR)], ["Not done"],
               "no page comes back")
        refused = site.to(SUPERVISOR)[0]
        t.has(refused.text, "that is for the lead, a deputy or the head", "it says why")
        t.lacks(refused.text, "roof", "and nothing of the opening")
        rows = site.audit()[before:]
        t.same([(row["actor"], row["act"]) for row in rows], [("bell", "refused")],
               "it stands on the record as refused")
        site.answer(refused, SUPERVISOR, "sorry, it was not for me then")
        site.run()
        t.same([one.subject.split(" - ")[0] for one in site.to(SUPERVISOR, site.inbox)][-1:],
               ["Not done"], "nor when that mail is answered")


def test_page_for_keyholders(t):
    """The head holds no key: what they say is on the record, and the page goes to who has one."""
    site, alert = alerted()
    with site:
        site.later(minutes=31).run()
        site.later(minutes=31).run()
        late = site.got(HEAD, "Please read soon")
        site.answer(late, HEAD, "OUTCOME\nTold: yes, by their mother")
        site.run()
        mail = site.got(HEAD, "For the file")
        t.has(mail.text, ["on the record", "those who hold a key"], "the head is told so")
        t.lacks(mail.text, ["CONFIDENTIAL", "could not be put"], "without the page")
        t.same(site.audit()[-1]["act"], "pupil-told", "their words are on the record")


def test_record_about_who_reads(t):
    """The lead has opened it before the pupil wrote that it is about the lead."""
    site, alert = alerted()
    with site:
        site.put("rules/11-lead.rules",
                 "rule about-lead\n    title A concern about the lead\n    severity urgent\n"
                 "    flag yes\n    not-for okafor\n    phrase okafor hits me\n"
                 "    hit okafor hits me\n    miss okafor helps me\n")
        first = site.to(BEN)[0]
        site.answer(alert, LEAD, "UNSEAL danger: on the roof")
        site.run()
        packet = site.got(LEAD, "A file for you")
        site.answer(first, BEN, "okafor hits me")
        site.run()
        later = site.got(DEPUTY, "Please read soon")
        t.same(site.to(LEAD), [], "control: the lead does not read it")
        site.answer(packet, LEAD, "OUTCOME\nTold: no")
        site.answer(alert, LEAD, "TAKEN")
        site.run()
        t.same([mail.subject for mail in site.to(LEAD) if "brother" in mail.text or
                mail.subject.startswith(("For the file", "Done"))], [],
               "no page of it goes to the lead")
        site.later(minutes=31).run()
        t.ok(site.got(HEAD, "Please read soon"), "and the alert goes on")
        site.answer(later, DEPUTY, "TAKEN")
        site.run()
        t.ok(site.got(DEPUTY, "Done"), "control: the deputy has it")


def test_outcome_takes_no_alert(t):
    """What is said for the record of yesterday's opening is no answer to today's letter."""
    for text in "OUTCOME\nTold: no, not yet", "Told: yes, by their tutor":
        site, alert = alerted()
        with site:
            first = site.to(BEN)[0]
            site.answer(alert, LEAD, "UNSEAL danger: on the roof")
            site.run()
            packet = site.got(LEAD, "A file for you")
            site.answer(first, BEN, DANGER)
            site.run()
            t.ok(site.got(LEAD, "Please read soon"), "control: the new letter is an alert")
            site.answer(packet, LEAD, text)
            site.run()
            t.ok(site.got(LEAD, "For the file"), "control: it is on the record")
            site.later(minutes=31).run()
            t.ok(site.got(DEPUTY, "Please read soon"), "the alert goes on")


def test_flag_when_closed(t):
    """The flag was lifted, the case is closed: FLAG is no word for the record, it flags."""
    site, alert = alerted()
    with site:
        site.answer(alert, LEAD, "UNSEAL abuse: their brother")
        site.run()
        first = site.got(LEAD, "Not done")
        site.answer(alert, LEAD, "LIFT a story for the school paper")
        site.run()
        site.answer(alert, LEAD, "CLOSE")
        site.run()
        site.answer(first, LEAD, "UNSEAL danger: it was no story")
        site.run()
        refused = site.got(LEAD, "Not done")
        t.has(refused.text, "only a flagged case", "control: it cannot be opened so")
        site.tap(refused, LEAD, "FLAG", "it was no story")
        site.run()
        done = site.got(LEAD, "Done")
        t.has(done.text, "is flagged", "the lead is told")
        case = site.case(alert.handle)
        t.same([case["state"], case["flag"]], ["closed", True], "it is")
        site.answer(refused, LEAD, "UNSEAL danger: it was no story")
        site.run()
        opened = site.open(packet_of(site, site.got(LEAD, "A file for you")))
        t.same(opened.lines[0]["from"], address(BEN), "and can be opened")


# ---- the witness ---------------------------------------------------------------------------------

ABUSE = "UNSEAL abuse: says it is their brother\nTried: asked them by mail\nTold: no, not yet"


def asked_witness(**more):
    """The number a day is used up; the lead asks for one more, and the witness has the question."""
    site = Site(site={"openings-a-day": "1", **more})
    for who in (ANNA, BEN):
        site.write(who, DANGER)
    site.run()
    alerts = {mail.handle: mail for mail in site.to(LEAD)}
    first, second = alerts
    site.answer(alerts[first], LEAD, ABUSE)
    site.answer(alerts[second], LEAD, "TAKEN")
    site.run()
    site.first_packet = site.got(LEAD, "A file for you")
    site.to(WITNESS), site.to(DEPUTY)
    site.answer(alerts[second], LEAD, ABUSE)
    site.run()
    return site, alerts[second]


def test_witness_agrees(t):
    site, alert = asked_witness()
    with site:
        refused = site.got(LEAD, "Not done")
        t.has(refused.text, ["1 was opened within a day", "word of the witness", "comes to you by mail",
                             "danger"], "the lead is told what it waits for, and what does not wait")
        question = site.got(WITNESS, "Your word, please")
        t.has(question.text, [alert.handle, "Ms Okafor", '"abuse"', "YES", "NO"], "the witness is asked")
        t.lacks(question.everything, names_in(ANNA) + names_in(BEN) + ["brother"],
                "without who wrote, or why")
        t.same([(row["actor"], row["act"], row["reason"]) for row in site.audit(alert.handle)[-3:]],
               [("okafor", "witness-asked", "abuse: says it is their brother"),
                ("okafor", "tried", "asked them by mail"), ("okafor", "pupil-told", "no, not yet")],
               "what was asked is on the record")
        site.answer(question, LEAD, "YES")
        site.answer(question, SUPERVISOR, "YES")
        site.answer(question, WITNESS, "YES",
                    headers={"Authentication-Results": "hillside; dmarc=fail"})
        site.write(WITNESS, "YES")
        site.set(**{"authserv-id": "hillside"})
        site.run()
        t.same([mail for mail in site.to(LEAD) if "A file" in mail.subject], [],
               "it counts from the witness's own address, with the token, not forged")
        site.answer(question, WITNESS, "Yes, please do.\nIt is a serious matter.", "outlook")
        site.run()
        packet = site.got(LEAD, "A file for you")
        t.same(packet.handle, alert.handle, "the packet comes by itself")
        opened = site.open(packet_of(site, packet)).lines
        t.ok(opened and opened[0]["from"] in (address(ANNA), address(BEN)), "and opens", opened)
        t.same([(row["actor"], row["act"]) for row in site.audit(alert.handle)[-2:]],
               [("chair", "witness-agreed"), ("okafor", "unsealed")], "both are on the record")
        t.has(site.got(WITNESS, "For the record").text, ["was opened", alert.handle],
              "the witness hears that it was opened")
        t.lacks(packet.text, "Within a day", "nobody is asked again for what was said before")
        page = " ".join(site.do("case", "record", alert.handle).out.split())
        t.has(page, ["Tried before asked them by mail", "Witness agreed (The chair, the witness;"],
              "the page for the file says so")
        site.answer(question, WITNESS, "YES")
        site.run()
        t.has(site.got(WITNESS, "Your word").text, "no open question", "one word opens once")
        t.same(site.acts(alert.handle).count("unsealed"), 1, "not twice")
        t.same(site.call("audit", "verify").err, "", "the record holds")
        t.lacks(site.call("audit", "show").out, ["witness-"], "and reads in words")


def test_witness_says_no(t):
    site, alert = asked_witness()
    with site:
        site.to(LEAD)
        question = site.got(WITNESS, "Your word, please")
        site.answer(question, WITNESS, "who is it about?")
        site.run()
        again = site.got(WITNESS, "Your word, please")
        t.has(again.text, "neither YES nor NO", "what is neither is asked once more")
        site.tap(again, WITNESS, "NO")
        site.run()
        t.has(site.got(WITNESS).text, "You have said no", "the witness sees that it was heard")
        t.has(site.got(LEAD, "Not done").text, "the witness does not agree", "so does the lead")
        t.same(site.acts(alert.handle)[-1], "witness-declined", "it is on the record")
        site.answer(question, WITNESS, "YES")
        site.run()
        t.same([site.to(LEAD), "unsealed" in site.acts(alert.handle)], [[], False],
               "a later yes opens nothing")
        site.answer(alert, LEAD, "UNSEAL danger: they have run away")
        site.run()
        t.ok(site.got(LEAD, "A file for you"), "danger waits for nobody")


def test_witness_of_what(t):
    """A yes is to the question it answers, for as long as it is meant."""
    site, alert = asked_witness()
    with site:
        older = site.got(WITNESS, "Your word, please")
        site.answer(alert, LEAD, ABUSE.replace("abuse", "court"))
        site.run()
        newer = site.got(WITNESS, "Your word, please")
        site.to(LEAD)
        site.answer(older, WITNESS, "YES")
        site.run()
        t.has(site.got(WITNESS).text, "asked anew", "an older question is no question any more")
        t.same(site.to(LEAD), [], "nothing is opened for it")
        site.answer(alert, LEAD, "LIFT a song")
        site.run()
        site.to(LEAD)
        site.answer(newer, WITNESS, "YES")
        site.run()
        t.has(site.got(LEAD, "Not done").text, "it is not flagged", "a case that is flagged no more")
        t.has(site.got(WITNESS).text, "may not be opened now", "the witness is told")
    site, alert = asked_witness()
    with site:
        question = site.got(WITNESS, "Your word, please")
        site.to(LEAD)
        for _ in range(8):
            site.later(days=1).run()
        site.to(LEAD), site.to(WITNESS)
        site.answer(question, WITNESS, "YES")
        site.run()
        t.has(site.got(WITNESS).text, "no open question", "after a week a yes comes too late")
        t.ok("unsealed" not in site.acts(alert.handle), "and opens nothing")


def test_witness_by_command(t):
    site, alert = asked_witness()
    with site:
        question = site.got(WITNESS, "Your word, please")
        site.to(LEAD)
        site.answer(question, WITNESS, "no")
        site.run()
        more = ["--tried", "asked them", "--told", "no"]
        done = site.unseal(alert.handle, by="hughes", ground="abuse", more=more)
        t.same([done.code, os.path.exists(done.packet)], [77, False], "refused by command too")
        t.has(done.err, ["word of the witness", "asked by mail"], "and it says what it waits for")
        site.to(DEPUTY)
        site.run()
        site.answer(site.got(WITNESS, "Your word, please"), WITNESS, "yes", "iphone")
        site.run()
        packet = site.got(DEPUTY, "A file for you")
        t.same(len(site.open(packet_of(site, packet), "hughes").lines), 1, "the packet goes to who asked")
        t.same(site.unseal(alert.handle, ground="danger").code, 0, "danger is opened at once")
        for _ in range(2):
            site.later(days=1).run()
        t.same(site.unseal(alert.handle, ground="abuse", more=more).code, 0, "the day after, too")
    with Site(without=["witness chair"], site={"openings-a-day": "0"}) as site:
        site.write(BEN, DANGER)
        site.run()
        done = site.unseal(site.only()["handle"], ground="abuse", more=more)
        t.same(done.code, 77, "0: each one needs the witness")
        t.has(done.err, "nobody of that kind in people.conf", "and where there is none it says so")
        done = site.unseal(site.do("drill").out.split()[0], ground="abuse", more=more)
        t.same(done.code, 0, "a practice needs no witness")


scenarios(globals())
