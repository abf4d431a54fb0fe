#!/usr/bin/python3
# Who is [person A] stays [person A] through a case, in both directions; the roll of the school.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def test_letters_stay(t):
    """The same people keep their letters: in later letters, in answers, in another case not."""
    with Site(without=["listener wren"], site={"roll": "roll.txt"}) as site:
        site.put("roll.txt", "# all of us\nMia Szabo\nSzczepan Wójcik\nWill Mark\n")
        site.write(ANNA, "my friend Beth is mean to me and Mia laughs.\nwill it stop? Will laughs.")
        site.run()
        letter = site.got(HERON)
        t.has(letter.letter, ["my friend [person A]", "[person B] laughs", "will it stop?",
                              "[person C] laughs"], "each has a letter; a word is a word")
        t.lacks(letter.everything, ["Beth", "Mia"], "and no name")
        site.later(hours=1)
        site.answer(letter, HERON, "what did Beth do? and Szczepan?\n\nTake care,\nHeron")
        site.run()
        answer = site.got(ANNA, "An answer for you")
        t.has(answer.text, ["what did [person A] do? and [person D]?"], "the answer has the same")
        t.same(answer.text.count("Heron"), 1, "and is signed once")
        site.later(hours=1)
        site.answer(answer, ANNA, "szczepan wójcik did nothing, mia and beth did.\nZosia helped. "
                    "i am zosia\n")
        site.run()
        letter = site.got(HERON, "A message for you")
        t.has(letter.letter, ["[person D] did nothing, [person B] and [person A] did",
                              "[me] helped"], "the next letter has the same again")
        site.write(BEN, "Mia is here too")
        site.run()
        t.has(site.got(HERON, "A message for you").letter, ["[person A] is here too"],
              "another case begins anew")
        at_rest = site.bytes_of_state().decode("latin-1").casefold()
        t.lacks(at_rest, ["szabo", "szczepan", "beth"], "no name lies open in the store")


def test_without_roll(t):
    """The control: without it the name is there."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, "Mia is here")
        site.run()
        t.has(site.got(HERON).letter, ["Mia is here"], "a name nobody knows stays")


scenarios(globals())
