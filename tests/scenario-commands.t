#!/usr/bin/python3
# What listener and lead can say in a mail: as a line, in small letters, by a tapped link, and
# mistyped.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def listener_says(text, client="gmail", tap=None, **more):
    """A site where heron has a letter and has just said this; the site, after the run."""
    site = Site(**more)
    site.write(ANNA, WORRY)
    site.run()
    site.heron = HERON if site.only()["listener"] == "heron" else WREN
    site.other = WREN if site.heron is HERON else HERON
    letter = site.got(site.heron)
    site.handle = letter.handle
    site.later(minutes=10)
    if tap:
        site.tap(letter, site.heron, tap, text)
    else:
        site.answer(letter, site.heron, text, client)
    site.run()
    return site


def lead_says(text, client="gmail", tap=None, danger=DANGER, **more):
    site = Site(**more)
    site.write(ANNA, danger)
    site.run()
    alert = site.got(LEAD)
    site.handle = alert.handle
    site.later(minutes=10)
    if tap:
        site.tap(alert, LEAD, tap, text)
    else:
        site.answer(alert, LEAD, text, client)
    site.run()
    return site


LISTENER_FORMS = [("{0}", "gmail"), ("{1}", "iphone"), ("/{0}", "outlook"), ("/{1}", "thunderbird"),
                  ("{2}", "bare")]


def forms(word):
    for shape, client in LISTENER_FORMS:
        text = shape.format(word, word.lower(), word.title())
        yield text, dict(text=text, client=client)
    yield "the link " + word, dict(text="", tap=word)


def test_pass(t):
    for name, how in forms("PASS"):
        with listener_says(**how) as site:
            t.same(site.only()["listener"], "wren" if site.heron is HERON else "heron",
                   f"{name}: somebody else has it")
            t.has(site.got(site.other).text, "eat alone", f"{name}: with the letter")
            t.has(site.got(site.heron).text, "Thank you", f"{name}: with thanks")
            t.lacks(site.got(ANNA).text, ["pass"], f"{name}: the pupil does not see the word")


def test_flag(t):
    for name, how in forms("FLAG"):
        how["text"] += " he told me about bruises" if "FLAG" in name else ""
        with listener_says(**how) as site:
            case = site.only()
            t.same([case["flag"], case["desk"], case["listener"]], [True, "lead", None],
                   f"{name}: flagged, and the lead's")
            alert = site.got(LEAD)
            t.has(alert.text, ["eat alone", "flagged by"], f"{name}: the lead has the letter")
            if "bruises" in how["text"]:
                t.has(alert.text, "bruises", f"{name}: and why")
            t.has(site.got(site.heron, "Done").text, "You did the right thing",
                  f"{name}: the listener is told")
            t.has(site.got(ANNA).text, "An adult has joined", f"{name}: so is the pupil")
            t.lacks(site.got(ANNA).everything, ["bruises", "flag"], f"{name}: but not why")
            site.later(minutes=31).run()
            t.same(len(site.to(DEPUTY)), 1, f"{name}: the alert goes on like any other")


def test_close(t):
    for name, how in forms("CLOSE"):
        with listener_says(**how) as site:
            t.same(site.only()["state"], "closed", f"{name}: closed")
            t.has(site.got(ANNA).text, "this conversation is closed", f"{name}: the pupil is told")
            t.has(site.got(site.heron).text, "is closed", f"{name}: the listener too")
    with listener_says("It was good to write with you!\n\nCLOSE") as site:
        t.has(site.got(ANNA, "An answer").text, "good to write", "what stands before it is sent")
        t.lacks(site.got(ANNA, "An answer").letter, "CLOSE", "without the word")
        t.same(site.only()["state"], "closed", "and it is closed")


def test_note(t):
    with listener_says("NOTE i know her brother, is that all right?", "iphone") as site:
        t.has(site.got(SUPERVISOR).text, "i know her brother", "the supervisor has the note")
        t.same(site.to(ANNA), [], "the pupil has not")
        t.has(site.got(site.heron).text, "Your note", "its author is told")
    with listener_says("what do you like?\n\nnote: she sounds sad", "gmail") as site:
        notes = site.to(SUPERVISOR) + site.to(site.heron)
        t.same(site.to(ANNA), [], "a note in small letters is not relayed either")
        t.ok(len(notes) == 1, "noted, or asked about", site.fresh)
    with listener_says(" about my own worries with it", tap="NOTE") as site:
        t.has(site.got(SUPERVISOR).text, "my own worries", "by the link")


def test_help(t):
    for name, how in forms("HELP"):
        with listener_says(**how) as site:
            text = site.got(site.heron).text
            t.has(text, ["PASS", "FLAG", "CLOSE", "NOTE", "HELP"], f"{name}: all of it explained")
            t.same(site.to(ANNA), [], f"{name}: the pupil sees nothing")


def test_mistyped(t):
    """Looks like a word for us and is none: held, its author asked, never relayed."""
    for text in ("/flg he is being hurt at home", "/passs", "FLGA he is being hurt", "/clsoe",
                 "CLOES", "flagg he is being hurt at home", "PASS?\nhello how are you",
                 "TAKEN", "hello\n\n/unknown"):
        with listener_says(text, "bare") as site:
            t.same(site.to(ANNA), [], f"{text!r}: nothing is relayed")
            back = site.to(site.heron)
            t.ok(len(back) == 1 and text.split("\n")[0].split()[0] in back[0].text,
                 f"{text!r}: its author is asked", site.fresh)
            t.same(site.case(site.handle)["listener"] is not None, True,
                   f"{text!r}: and still has it")
    with listener_says("/flg he is being hurt at home", "bare") as site:
        ask = site.got(site.heron)
        t.has(ask.text, ["Did you mean FLAG?", "he is being hurt at home"], "with what was meant")
        site.answer(ask, site.heron, "FLAG he is being hurt at home", "iphone")
        site.run()
        t.ok(site.only()["flag"], "an answer to the question counts")
        t.has(site.got(LEAD).text, "hurt at home", "and reaches the lead")


def test_lead(t):
    with lead_says("FLAG and i rang the parents") as site:
        t.ok("flagged" in site.acts(site.handle), "FLAG from the lead", site.acts())
        t.same(site.to(ANNA), [], "is not for the pupil")
    with lead_says("NOTE spoke to her tutor", "outlook") as site:
        t.has(site.do("case", "show", site.handle, "--letters").out, "spoke to her tutor",
              "NOTE from the lead is kept with the case")
        t.same(site.to(ANNA), [], "is not for the pupil")
    with lead_says("ASSIGN wren\n\ntalk it over with me first", "gmail") as site:
        t.same(site.only()["listener"], "wren", "ASSIGN to a listener by short name")
        t.same(len(site.to(WREN)), 1, "who has the letter")
        t.lacks("".join(m.text for m in site.to(ANNA)), "talk it over", "the rest is a note")
    with lead_says("assign Heron", "iphone") as site:
        t.same(site.only()["listener"], "heron", "by sign-off, in small letters")
    with lead_says("ASSIGN head") as site:
        t.same([site.only()["desk"], len(site.to(HEAD))], ["head", 1], "ASSIGN to the head")
    with lead_says("ASSIGN nobody") as site:
        t.has(site.got(LEAD).text, "ASSIGN needs", "ASSIGN to nobody comes back")
        t.same(site.only()["desk"], "lead", "and changes nothing")
    with lead_says(" supervisor", tap="ASSIGN") as site:
        t.same([site.only()["desk"], len(site.to(SUPERVISOR))], ["supervisor", 1],
               "ASSIGN by the link")
    with lead_says("PASS i am at a wedding") as site:
        t.same(len(site.to(DEPUTY)), 1, "PASS calls the deputy at once")
        t.lacks(site.got(DEPUTY).everything, names_in(ANNA), "without who wrote")
    with lead_says("We have talked. Come to my office at any time.\n\nCLOSE", "outlook") as site:
        t.same(site.only()["state"], "closed", "CLOSE from the lead")
        t.has(site.got(ANNA, "An answer").text, "Come to my office", "with what stands before it")
    with lead_says("HELP") as site:
        t.has(site.got(LEAD).text, ["ASSIGN", "TAKEN"], "HELP from the lead")
    with lead_says("", tap="TAKEN") as site:
        t.ok("taken" in site.acts(site.handle), "TAKEN by the link", site.acts())
        t.same(site.to(ANNA), [], "is not for the pupil")
    with lead_says("TAKNE", "bare") as site:
        t.same([len(site.to(LEAD)), site.to(ANNA)], [1, []], "mistyped: asked")


def test_lead_writes(t):
    with lead_says("Thank you for telling us. Where are you now?", "outlook") as site:
        answer = site.got(ANNA)
        t.has(answer.text, ["Where are you now?", "the safeguarding lead"], "the lead can answer")
        t.lacks(answer.everything, names_in(LEAD), "without a name")
        site.answer(answer, ANNA, "at the bus stop", "iphone")
        site.run()
        t.has(site.got(LEAD).text, "at the bus stop", "and is answered")


def test_listener_after_the_end(t):
    with listener_says("CLOSE") as site:
        letter = [m for m in site.to(site.heron, site.inbox) if m.token][0]
        site.answer(letter, site.heron, "one more thing", "gmail")
        site.run()
        t.same(site.to(ANNA), [], "an answer to a closed case is not sent")
        t.has(site.got(site.heron).letter, "one more thing", "but comes back")
        t.same([site.cases(every=False), len(site.cases())], [[], 2],
               "and makes no case anybody has to see to: it is kept, closed")


def test_subject_tags(t):
    """Where the token rides in the subject, links work as well; and answers that lost Reply-To."""
    for word, more in (("NOTE", " is this all right?"), ("PASS", ""), ("FLAG", " bruises")):
        with listener_says(more, tap=word, site={"reply-tag": "subject"}) as site:
            t.ok(site.to(SUPERVISOR) or site.to(LEAD) or site.to(site.other), f"{word}: obeyed",
                 site.fresh)
            t.lacks("".join(m.text for m in site.to(ANNA)), ["bruises", "all right"],
                    f"{word}: not relayed")
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        site.answer(site.got(HERON), HERON, "hello, what do you like to eat?", to=BOX)
        site.run()
        t.has(site.got(ANNA).text, "what do you like", "References alone are enough")


scenarios(globals())
