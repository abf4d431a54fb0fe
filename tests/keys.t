#!/usr/bin/python3
# Keyholders' keys over the years: known, retired, and what is sealed to which.
# timeout: 300
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib")]
from school import *


def keys(site):
    """{fingerprint: line of key list --json}"""
    return {row["fingerprint"]: row for row in site.call("key", "list", "--json").lines}


def of(site, holder):
    return [row for row in keys(site).values() if row["holder"] == holder]


def print_of(name):
    """The fingerprint of a keyholder's key, from its public line, without a site."""
    return worrybox("key", "show", Site.key(name)[1]).out.split("\n")[0]


def sealed_to(site, handle):
    """{short name: public line} of the seals of a case."""
    with site.database() as db:
        return dict(db.execute("SELECT holder, key FROM seals JOIN cases ON id=case_id WHERE "
                               "handle=?", (handle,)).fetchall())


def refused(t, done, why, name):
    t.same(done.code, 77, f"{name}: 77")
    t.has(done.err, why, f"{name}: says why")


def new_case(site, who=BEN, text=DANGER):
    before = {row["handle"] for row in site.cases()}
    site.write(who, text)
    site.run()
    return next(row["handle"] for row in site.cases() if row["handle"] not in before)


# ---- list, show ----------------------------------------------------------------------------------

def test_list(t):
    with Site() as site:
        rows = site.call("key", "list", "--json").lines
        t.same([(row["holder"], row["added"]) for row in rows],
               [("okafor", None), ("hughes", None)], "those of people.conf, not known yet")
        site.run()
        site.run()
        t.same([(row["act"], row["actor"], row["reason"]) for row in site.audit()],
               [("key-added", "worrybox", f"{name}, {print_of(name)}")
                for name in ("okafor", "hughes")], "the first run puts them on the record, once")
        handle = new_case(site)
        mine = of(site, "okafor")[0]
        t.same(sorted(mine), ["added", "alone", "cases", "fingerprint", "flagged", "holder",
                              "in-use", "key", "retired"], "key list --json")
        t.same([mine["in-use"], mine["cases"], mine["flagged"], mine["alone"], mine["retired"]],
               [True, 1, 1, 0, None], "what is sealed to it")
        t.same(sealed_to(site, handle), {name: site.key(name)[1] for name in ("okafor", "hughes")},
               "both are sealed to")
        said = site.do("key", "list").out
        t.has(said, [print_of("okafor"), "in use", "1 cases, 1 flagged"], "and in words")


def test_show(t):
    file, line, sheet = Site.key("okafor")
    want = print_of("okafor") + "\n" + line + "\n"
    t.ok(re.fullmatch(r"([a-z2-7]{4} ){3}[a-z2-7]{4}", print_of("okafor")), "a fingerprint")
    t.same(worrybox("key", "show", file, "--passphrase-file", Site.passphrase()).out, want,
           "of a key file")
    path = os.path.join(os.path.dirname(file), "typed")
    with open(path, "w") as typed:
        typed.write(sheet.upper() + "\n")
    t.same(worrybox("key", "show", path).out, want, "of a recovery sheet, typed")
    spaced = " ".join(re.findall(".{1,4}", line)).upper()
    t.same(worrybox("key", "show", spaced).out, want, "of a public line, as it was typed")
    t.ok(print_of("hughes") != print_of("okafor"), "another key has another")
    t.same(worrybox("key", "show", path + "-none").code, 65, "no such file")


# ---- add -----------------------------------------------------------------------------------------

def test_add(t):
    with Site() as site:
        site.run()
        line, print_new = site.key("new")[1], print_of("new")
        done = site.call("key", "add", "okafor", line, "--by", "hughes")
        t.same(done.code, 0, "a new key of the lead's")
        t.has(done.out, [print_new, "Nothing is sealed to it yet", f"key {line}"],
              "says what to compare, and what to put into people.conf")
        row = site.audit()[-1]
        t.same([row["act"], row["actor"], row["reason"]],
               ["key-added", "hughes", f"okafor, {print_new}"], "on the record")
        first = new_case(site)
        t.same(sealed_to(site, first)["okafor"], site.key("okafor")[1],
               "until people.conf has it, the old one is sealed to")
        site.person("lead okafor", key=line)
        second = new_case(site, CLEO)
        t.same(sealed_to(site, second)["okafor"], line, "then the new one")
        t.same(len([row for row in site.audit() if row["act"] == "key-added"]), 3,
               "and it is on the record once")
        packet = site.unseal(second).packet
        t.same(site.open(packet, "new").lines[0]["from"], address(CLEO), "which opens it")
        t.ok(site.open(packet, "okafor").code != 0, "and the old one does not")
        old = site.unseal(first)
        t.same(site.open(old.packet, "okafor").lines[0]["from"], address(BEN),
               "the old key still opens what began before")
        for how, words, code, why in [
                ("a listener", ["heron", site.key("x")[1]], 77, "no lead, deputy or head heron"),
                ("nobody", ["mallory", site.key("x")[1]], 77, "no lead, deputy or head mallory"),
                ("nobody's by none", ["singh"], 77, 'no "key" in people.conf'),
                ("no key", ["singh", line[:-1]], 65, "no public line"),
                ("another's key", ["singh", line], 77, "this is the key of okafor"),
                ("again", ["okafor", line], 77, "known already"),
                ("again, from people.conf", ["okafor"], 77, "known already")]:
            before = len(site.audit())
            done = site.call("key", "add", *words)
            t.same([done.code, len(site.audit())], [code, before], f"{how}: {code}, nothing done")
            t.has(done.err, why, f"{how}: says why")
        t.same(site.call("key", "add", "singh", site.key("x")[1], "--by", "mallory").code, 77,
               "--by nobody")
        for words in ([], ["add"], ["frobnicate"], ["retire"], ["list", "x"]):
            t.same(site.call("key", *words).code, 64, f"key {' '.join(words)}: 64")


def test_one_key_two_people(t):
    with Site() as site:
        site.person("deputy hughes", key=site.key("okafor")[1].upper())
        done = site.call("check")
        t.same(done.code, 78, "one key for two: check says no")
        t.has(done.err, "somebody else's key already", "and why")


# ---- retire --------------------------------------------------------------------------------------

def test_retire(t):
    with Site() as site:
        old, line = site.key("okafor")[1], site.key("new")[1]
        before = new_case(site)
        refused(t, site.call("key", "retire", "okafor", "--reason", "x"), "in people.conf",
                "a key that is still in people.conf")
        site.person("lead okafor", key=line)
        site.run()
        refused(t, site.call("key", "retire", "okafor", "--reason", "x"), "several keys",
                "a name with two keys")
        refused(t, site.call("key", "retire", "abcdefgh", "--reason", "x"), "no key abcdefgh",
                "a key nobody knows")
        t.same(site.call("key", "retire", old).code, 64, "a reason is needed")
        letters = print_of("okafor").upper().replace(" ", "-")
        done = site.call("key", "retire", letters, "--reason", "laptop stolen", "--by", "hughes")
        t.same(done.code, 0, "retired, by its fingerprint")
        t.has(done.out, "1 cases that began before are sealed to it, 0 of them to no other",
              "says what it leaves")
        row = site.audit()[-1]
        t.same([row["act"], row["actor"], row["reason"]],
               ["key-retired", "hughes", f"okafor, {print_of('okafor')}: laptop stolen"],
               "on the record")
        refused(t, site.call("key", "retire", old, "--reason", "x"), "retired already", "twice")
        refused(t, site.call("key", "add", "okafor", old), "was retired", "adding it again")
        t.has(site.call("audit", "show").out, "retired a keyholder's key", "a governor can read it")
        mine = keys(site)[print_of("okafor")]
        t.same([mine["in-use"], mine["retired"] is not None], [False, True], "key list says so")
        refused(t, site.unseal(before), "retired: ask another keyholder: Mr Hughes",
                "a packet for a retired key, where another can open it")
        t.same(site.who_wrote(before, by="hughes")[0]["from"], address(BEN), "who can")
        # people.conf brings it back, a backup of the file for instance
        site.person("lead okafor", key=old)
        done = site.call("check")
        t.same(done.code, 0, "check passes with another key in use")
        t.has(done.out, "okafor was retired on", "but says so")
        after = new_case(site, CLEO)
        t.same(sealed_to(site, after), {"hughes": site.key("hughes")[1]},
               "nothing is sealed to it, whatever people.conf says")
        t.same(site.who_wrote(after, by="hughes")[0]["from"], address(CLEO), "the other opens it")
        refused(t, site.unseal(after), "ask another keyholder: Mr Hughes", "the retired one cannot")


def test_retired_escrow(t):
    """Flagged after the key was retired: its case key goes to keys in use, if there are any."""
    with Site() as site:
        both = new_case(site, ANNA, WORRY)
        site.person("deputy hughes", key=None)
        alone = new_case(site, CLEO, WORRY)
        site.person("deputy hughes", key="@hughes")
        site.person("lead okafor", key=site.key("new")[1])
        site.run()
        t.same([keys(site)[print_of(name)]["alone"] for name in ("okafor", "hughes")], [1, 0],
               "key list: one case is sealed to no other key")
        site.do("key", "retire", print_of("okafor"), "--reason", "lost")
        t.same([keys(site)[print_of(name)]["alone"] for name in ("okafor", "hughes")], [1, 1],
               "a retired key is no other")
        for handle in (both, alone):
            site.do("case", "flag", handle, "--reason", "x")
        with site.database() as db:
            found = db.execute("SELECT handle, holder, escrow IS NOT NULL FROM seals JOIN cases ON "
                               "id=case_id ORDER BY handle, holder").fetchall()
        t.same(sorted(found), sorted([(both, "hughes", 1), (both, "okafor", 0),
                                      (alone, "okafor", 1)]),
               "to the one in use; to the retired one where there is no other")
        t.same(site.who_wrote(both, by="hughes")[0]["from"], address(ANNA), "it opens")
        t.same(site.open(site.unseal(alone).packet, "okafor").lines[0]["from"], address(CLEO),
               "what nobody else could open, the retired key still opens, on the record")


def test_the_last(t):
    with Site(keyholders=("okafor",)) as site:
        site.run()
        refused(t, site.call("key", "retire", "okafor", "--reason", "x"), "this is the last key",
                "the last key")
        # Its holder has a new one, the old one is retired, and then comes back.
        site.person("lead okafor", key=site.key("new")[1])
        site.run()
        site.do("key", "retire", print_of("okafor"), "--reason", "x")
        site.person("lead okafor", key=site.key("okafor")[1])
        done = site.call("check")
        t.same(done.code, 78, "only a retired key in people.conf: check says no")
        t.has(done.err, "every key in people.conf is retired", "and why")
        site.write(BEN, DANGER)
        done = site.run(code=78)
        t.has(done.err, "every key in people.conf is retired", "a run says so, too")
        refused(t, site.call("key", "retire", print_of("new"), "--reason", "x"), "the last key",
                "and the one that is left is not retired")
        t.same(site.call("drill").code, 78, "nor a drill")
        site.person("lead okafor", key=site.key("new")[1])
        site.run()
        packet = site.unseal(site.only()["handle"]).packet
        t.same(site.open(packet, "new").lines[0]["from"], address(BEN),
               "put right, the letter is there")


scenarios(globals())
