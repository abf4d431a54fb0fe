#!/usr/bin/python3
# What a pupil can say in a mail, and what becomes of a letter behind the end of a case.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def pupil_says(text, client="gmail", tap=None, answered=True, **more):
    """A pupil who has an answer of a listener says this."""
    site = Site(**more)
    site.write(ANNA, WORRY)
    site.run()
    site.heron = HERON if site.only()["listener"] == "heron" else WREN
    site.other = WREN if site.heron is HERON else HERON
    mail = site.got(ANNA)
    site.handle = mail.handle
    if answered:
        site.answer(site.got(site.heron), site.heron, "hello, what do you like to eat?")
        site.later(minutes=5).run()
        mail = site.got(ANNA)
    site.later(minutes=10)
    if tap:
        site.tap(mail, ANNA, tap, text)
    else:
        site.answer(mail, ANNA, text, client)
    site.run()
    return site


def test_pupil_adult(t):
    for name, how in [("ADULT", dict(text="ADULT")), ("adult", dict(text="adult", client="iphone")),
                      ("/adult", dict(text="please\n\n/adult", client="bare")),
                      ("the link", dict(text="", tap="ADULT"))]:
        with pupil_says(**how) as site:
            case = site.only()
            t.same([case["desk"], case["listener"]], ["supervisor", None],
                   f"{name}: an adult has it")
            t.has(site.got(SUPERVISOR).text, ["asks for an adult", "eat alone"],
                  f"{name}: with what was written")
            t.has(site.got(ANNA).text, "now with an adult", f"{name}: the pupil is told")
            t.lacks(site.got(SUPERVISOR).everything, names_in(ANNA), f"{name}: without who wrote")


def test_pupil_someone_else(t):
    for name, how in [("SOMEONE ELSE", dict(text="SOMEONE ELSE")),
                      ("someone else", dict(text="someone else", client="iphone")),
                      ("the link", dict(text="", tap="SOMEONE ELSE"))]:
        with pupil_says(**how) as site:
            t.same(len(site.to(site.other)), 1, f"{name}: another listener has it")
            t.has(site.got(ANNA).text, "different listener", f"{name}: the pupil is told")
            t.lacks(site.got(site.heron).text, "asked", f"{name}: no mark against the first")


def test_pupil_stop(t):
    for name, how in [("STOP", dict(text="STOP")), ("stop", dict(text="stop", client="iphone")),
                      ("the link", dict(text="", tap="STOP"))]:
        with pupil_says(**how) as site:
            t.same(site.case(site.handle)["state"], "closed", f"{name}: closed")
            t.has(site.got(ANNA).text, "so we have", f"{name}: confirmed")
            site.later(days=3).run()
            t.same(site.to(ANNA), [], f"{name}: and no more mails")
    with pupil_says("I want it to\nSTOP", "bare") as site:
        t.same(site.case(site.handle)["state"], "open", "a child who shouts closes nothing")


def test_pupil_delete(t):
    with pupil_says("DELETE") as site:
        t.has(site.got(ANNA).text, "has been deleted", "DELETE: confirmed")
        t.same(site.case(site.handle), None, "the case is gone")
        with site.database() as db:
            counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                      for table in ("cases", "messages", "seals", "tokens", "outbox")]
        t.same(counts, [0, 0, 0, 0, 0], "with every row")
        with site.database("keys.db") as db:
            t.same(db.execute("SELECT count(*) FROM case_keys").fetchone()[0], 0, "and its key")
        t.ok("purged" in site.acts(site.handle), "the record knows that it was", site.acts())
        t.lacks(site.bytes_of_state().decode("latin-1"), ["kowalska"], "and nothing more")
    with pupil_says("", tap="DELETE") as site:
        t.same(site.case(site.handle), None, "by the link")
    with Site() as site:
        site.write(ANNA, DANGER)
        site.run()
        reply = site.got(ANNA)
        site.handle = reply.handle
        site.answer(site.got(LEAD), LEAD, "TAKEN", "bare")
        site.answer(reply, ANNA, "DELETE", "iphone")
        site.run()
        t.same(site.case(site.handle)["state"], "closed", "flagged: closed, and kept")
        t.has(site.got(ANNA).text, "We cannot delete it", "and the pupil is told so")
        t.same(len(site.who_wrote(site.handle)) >= 1, True, "it can still be unsealed")


def test_pupil_word_as_clients_send_it(t):
    """To the very first mail of ours, with all that a mail program puts below a single word."""
    for client in ("iphone", "gmail", "thunderbird", "bare"):
        with Site() as site:
            site.write(ANNA, WORRY)
            site.run()
            reply = site.got(ANNA)
            site.answer(reply, ANNA, "DELETE", client)
            site.run()
            t.same(site.case(reply.handle), None, f"{client}: DELETE is done")
        with Site() as site:
            site.write(ANNA, WORRY)
            site.run()
            reply = site.got(ANNA)
            site.answer(reply, ANNA, "ok", client)
            site.run()
            t.same(site.case(reply.handle)["desk"], "listener", f"{client}: a short answer is one")


def test_pupil_hold(t):
    """Under legal hold nothing is erased, whoever asks and however old it is; the pupil is told so, and
    the truth about why. When the hold ends, the clocks count again."""
    with Site(blocks="retention\n    unflagged-days 2\n    flagged-days 3\n") as site:
        site.write(ANNA, WORRY)
        site.write(BEN, DANGER)
        site.run()
        reply, alert = site.got(ANNA), site.got(LEAD)
        for handle in (reply.handle, alert.handle):
            site.do("case", "hold", handle, "--on", "--reason", "the court has asked", "--by", "okafor")
        site.answer(reply, ANNA, "DELETE", "iphone")
        site.run()
        told = site.got(ANNA)
        t.has(told.text, ["is closed", "cannot delete it now", "as the law sometimes asks"],
              "DELETE under hold: kept, and why")
        t.lacks(told.text, ["has been deleted", "may not be safe", "safeguarding lead"],
                "not that somebody may be in danger, or that anybody can open it")
        site.do("case", "close", alert.handle)
        for _ in range(5):
            site.later(days=1).run()
        t.same([site.case(reply.handle)["state"], site.case(alert.handle)["state"]],
               ["closed"] * 2, "nothing of it is erased, flagged or not")
        t.same([site.do("purge", handle, code=None).code for handle in (reply.handle, alert.handle)],
               [77] * 2, "nor by hand")
        t.ok(site.letters(reply.handle), "it can still be read")
        for handle in (reply.handle, alert.handle):
            site.do("case", "hold", handle, "--off", "--reason", "it is over", "--by", "okafor")
        for _ in range(2):
            site.later(days=1).run()
        t.same([site.case(reply.handle), site.case(alert.handle)], [None, None],
               "when the hold has ended both are erased")
        t.same(site.call("audit", "verify").err, "", "the record holds")


def test_after_the_end(t):
    """A letter to a closed, purged or revoked token is a new letter, fully classified."""
    for name, end in (("closed", lambda s: s.do("case", "close", s.handle)),
                      ("purged", lambda s: (s.do("case", "close", s.handle), s.run(),
                                            s.do("purge", s.handle)))):
        with pupil_says("thank you") as site:
            old = [m for m in site.to(ANNA, site.inbox) if m.token][-1]
            end(site)
            site.run()
            site.answer(old, ANNA, DANGER, "iphone")
            site.run()
            fresh = [c for c in site.cases() if c["handle"] != site.handle]
            t.same([(c["desk"], c["flag"], c["severity"]) for c in fresh],
                   [("lead", True, "urgent")], f"{name}: a new case, and urgent")
            t.same(len(site.to(LEAD)), 1, f"{name}: the lead is alerted")
            t.has(site.got(ANNA).text, "999", f"{name}: the pupil has the helplines")
            site.answer(old, ANNA, "and another thing: i like cats", "iphone")
            site.run()
            t.same(len([c for c in site.cases() if c["handle"] != site.handle]), 2,
                   f"{name}: a quiet one is a new case too")
            t.has("".join(m.text for m in site.to(HERON) + site.to(WREN)), "i like cats",
                  f"{name}: and is read")


def test_first_mail_is_a_word(t):
    with Site() as site:
        site.write(ANNA, "ADULT", "")
        site.run()
        t.same(site.only()["desk"], "supervisor", "a first mail that says ADULT goes to an adult")


scenarios(globals())
