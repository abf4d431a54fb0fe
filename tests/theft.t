#!/usr/bin/python3
# What a thief can open: over 500 cases, everything that could be stolen, against the table in
# doc/data-protection.md, which is read from there. The thief's tools are written from the
# description of the formats alone.
import collections
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "vectors")]
from school import *

try:
    from thief import Loot
except ImportError:
    Loot = None

STATES = {"open": 120, "closed": 120, "flagged": 120, "purged": 120, "flagged, purged": 20}


def pupil(n):
    return f"p{n:03}x@hillside.example"


def by_state():
    """The number of each pupil, by what becomes of their case."""
    numbers = iter(range(1000))
    return {state: [next(numbers) for _ in range(count)] for state, count in STATES.items()}


def say(site, numbers, word):
    """These pupils send this word, all with one run."""
    first = {}
    for mail in site.inbox:
        first.setdefault(mail.to, mail)
    for n in numbers:
        site.answer(first[pupil(n)], f"Pupil <{pupil(n)}>", word, "bare")
    site.run()


def stolen():
    """A site with a past, and a backup of the time when all of its cases were open."""
    site = Site(without=["listener wren"], people={"listener heron": {"at-most": "1000"}},
                blocks="retention\n    flagged-days 1\n")
    states = by_state()
    for state, numbers in states.items():
        for n in numbers:
            text = f"{DANGER} number {n}" if "flagged" in state else f"{WORRY} number {n}"
            site.write(f"Pupil <{pupil(n)}>", text)
    site.run()
    site.handles = {mail.to: mail.handle for mail in site.inbox if mail.to.startswith("p")}
    backup = os.path.join(site.folder, "backup.db")
    site.call("backup", backup)
    say(site, states["closed"], "STOP")
    for n in states["flagged, purged"]:
        site.do("case", "close", site.handles[pupil(n)])
    say(site, states["purged"], "DELETE")
    for _ in range(2):
        site.later(days=1.1).run()
    site.do("purge")
    return site, states, backup


def table():
    """The rows of the table: what is stolen, and for each state the kinds that it opens."""
    with open(os.path.join(HERE, "..", "doc", "data-protection.md")) as file:
        text = file.read().split("<!-- theft -->")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text.strip().split("\n")]
    states = rows[0][1:]
    kinds = {"who wrote": "identity", "way back": "route", "words": "text"}
    return {row[0]: {state: {kinds[word] for word in cell.split(", ") if word != "nothing"}
                     for state, cell in zip(states, row[1:])} for row in rows[2:]}


def test_theft(t):
    if Loot is None:
        t.ok(True, "python3-nacl is not there # skip")
        return
    site, states, backup = stolen()
    with site:
        db, keys = site.file("state/worrybox.db"), site.file("state/keys.db")
        host, holder = read(site.file("state/host.key")).decode(), site.key("okafor")[2]
        hauls = {"the database": Loot(db),
                 "database, host key": Loot(db, None, host),
                 "database, a keyholder's key": Loot(db, None, None, holder),
                 "database, host key, a keyholder's key": Loot(db, None, host, holder),
                 "database, `keys.db`": Loot(db, keys),
                 "database, `keys.db`, a keyholder's key": Loot(db, keys, None, holder),
                 "the whole machine": Loot(db, keys, host),
                 "the whole machine, a keyholder's key": Loot(db, keys, host, holder),
                 "an old backup": Loot(backup),
                 "an old backup, a keyholder's key": Loot(backup, None, None, holder),
                 "an old backup, today's machine": Loot(backup, keys, host),
                 "an old backup, today's machine, a keyholder's key": Loot(backup, keys, host, holder)}
        wanted = table()
        t.same(list(wanted), list(hauls), "the manual's table has these rows")
        for name, loot in hauls.items():
            found = loot.opened()
            for state, numbers in states.items():
                counts = collections.Counter()
                for n in numbers:
                    one = found.get(site.handles[pupil(n)], {})
                    true = {"identity": pupil(n), "route": pupil(n)}
                    counts.update(kind for kind, value in one.items()
                                  if value == true.get(kind) or f"number {n}" in value)
                t.same(dict(counts), {kind: len(numbers) for kind in wanted[name][state]},
                       f"{name}: {state}")
        data = site.bytes_of_state() + read(backup)
        t.same([n for numbers in states.values() for n in numbers if pupil(n).encode() in data], [],
               "no address lies open anywhere")


scenarios(globals())
