#!/usr/bin/python3
# timeout: 400
# A listener's own signature is learned from what recurs under their answers; what they say is not.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

CARD = "Debating Captain\nsixth form at the top of the hill\nRoom Twelve"
WORDS = ["that sounds hard.", "thank you for telling me.", "i am glad you wrote.",
         "how was the weekend?", "what would help?"]


def answers(site, endings):
    """One conversation and one answer for each ending; what the pupils read."""
    got = []
    for number, ending in enumerate(endings):
        site.write(f"Pupil {number} <pupil.{number}@hillside.example>", WORRY)
        site.run()
        letter = site.got(HERON)
        site.answer(letter, HERON, WORDS[number] + "\n\n" + ending, "bare")
        site.later(minutes=5).run()
        pupil = [one for one in site.fresh if one.to.startswith("pupil.")]
        assert len(pupil) == 1, site.fresh
        got.append(pupil[0].text)
        site.told = [one.subject for one in site.to(HERON)]
    return got


def one_listener():
    return Site(without=("listener wren",), people={"listener heron": {"at-most": "20"}})


def test_learned(t):
    with one_listener() as site:
        first, second, third, fourth = answers(site, [CARD] * 4)
        t.has(first, "Debating Captain", "the first time nobody can know")
        t.has(second, "Debating Captain", "nor the second")
        t.lacks(third, ["Debating", "sixth form", "Room Twelve"], "from the third on it goes")
        t.has(third, WORDS[2], "the words above it stay")
        t.lacks(fourth, ["Debating", "sixth form", "Room Twelve"], "and stays away")
        t.has(fourth, WORDS[3], "alone")
        t.same(site.told, [], "of which the listener is told no more than once")


def test_told(t):
    with one_listener() as site:
        answers(site, [CARD] * 3)
        t.ok(any(subject.startswith("Sent, but not all of it") for subject in site.told),
             "the first time the listener is shown what goes on", site.told)


def test_kept(t):
    for name, ending in {
            "a closing": "Take Care", "a small closing": "take care x",
            "advice": "talk to your form tutor", "advice with capitals": "Talk To Your Form Tutor",
            "a helpline": "Childline 0800 1111", "a helpline by name": "ring Childline tonight",
            "a sentence": "You Are Not Alone.", "words": "you are not alone with it",
            "a question": "How Are You?"}.items():
        with one_listener() as site:
            got = answers(site, [ending] * 5)
            t.has(got[-1], ending, f"{name} stays, however often it is said")


def test_one_conversation(t):
    with one_listener() as site:
        site.write(ANNA, WORRY)
        site.run()
        letter = site.got(HERON)
        for number in range(4):
            site.answer(letter, HERON, WORDS[number] + "\n\n" + CARD, "bare")
            site.later(minutes=5).run()
            t.has(site.got(ANNA).text, "Debating Captain",
                  f"said again in one conversation it is not learned ({number})")


def test_another_line(t):
    with one_listener() as site:
        got = answers(site, [CARD] * 3 + ["Monday At Four"] + [CARD + "\nFriday At Four"])
        t.has(got[3], "Monday At Four", "another line is another line")
        t.has(got[4], "Friday At Four", "and one below a card that is known stays")


def test_at_rest(t):
    with one_listener() as site:
        answers(site, [CARD] * 3)
        with open(site.file("state/worrybox.db"), "rb") as file:
            data = file.read().lower()
        t.ok(b"heron" in data, "control: the store names the listener")
        t.ok(not any(word in data for word in (b"debating", b"room twelve", b"sixth form")),
             "but keeps no word of the signature")


scenarios(globals())
