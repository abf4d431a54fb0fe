#!/usr/bin/python3
# Who is writing: token, address, and what the school's mail server says of them, in every
# combination; and the ways to pretend. Each has one outcome, and reaches nobody else.
#
#   letter   a new letter: its writer is told that it has arrived, one listener reads it
#   next     the next letter of Anna's conversation: its listener, Heron, reads it
#   answer   goes on to Anna
#   adult    goes on to Ben, as the lead's
#   back     returned to whoever wrote it, with the reason
#   person   a letter that fits nothing: the supervisor reads it; nothing is sent back
#   asked    the same from an address of the school that nobody doubts: a letter of its own, and its
#            writer is told that an adult reads it
#   quiet    kept, sealed; nobody reads it
#
# Nothing but next, answer and adult changes a conversation that is going on.
# timeout: 200
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

WORD = "zanzibar"  # in the mail in question, and nowhere else
TEXT = f"{WORD} is where i would like to be"
MALLORY = "Mallory Quickfinger <mallory@evil.example>"
SERVER = "mx.hillside.example"
WRITERS = {"anna": ANNA, "ben": BEN, "heron": HERON, "wren": WREN, "lead": LEAD,
           "mallory": MALLORY}

# The address in the columns, the token in the rows.
SERVER_IS_SILENT_OR_VOUCHES = """
token       anna    ben     heron   wren    lead    mallory
none        letter  letter  letter  letter  back    person
made-up     letter  letter  back    back    back    person
of-closed   letter  letter  back    back    back    person
of-anna     next    asked   back    back    back    person
of-heron    asked   asked   answer  back    back    person
of-lead     asked   asked   back    back    adult   person
"""
SERVER_SAYS_FORGED = """
token       anna    ben     heron   wren    lead    mallory
none        person  person  person  person  person  person
made-up     person  person  person  person  person  person
of-closed   person  person  person  person  person  person
of-anna     person  person  person  person  person  person
of-heron    person  person  person  person  person  person
of-lead     person  person  person  person  person  person
"""


class World:
    """Anna and Heron write to each other; Ben is in danger, and the lead has been alerted; a third
    conversation has been closed. Each case is played on a copy of it."""

    def __init__(self):
        self.site = site = Site(site={"domain": "hillside.example", "writers": "school",
                                      "authserv-id": SERVER},
                                people={"listener wren": {"on": "sun"}})
        site.write(ANNA, WORRY)
        site.run()
        self.letter = site.got(HERON)
        site.answer(self.letter, HERON, "what do you like to eat?")
        site.later(minutes=5).run()
        self.answer = site.got(ANNA)
        site.write(BEN, DANGER)
        site.run()
        self.alert = site.got(LEAD)
        site.write(CLEO, WORRY, headers=vouched(CLEO))
        site.run()
        site.write("Dora <dora@hillside.example>", WORRY)
        site.run()
        self.closed = site.to("dora@hillside.example")[0]
        site.answer(self.closed, "Dora <dora@hillside.example>", "STOP", "bare")
        site.later(minutes=1).run()
        site.person("listener wren", on=None)
        self.handle, self.bens = self.letter.handle, self.alert.handle
        self.tokens = {"none": None, "made-up": "a" * 26, "of-closed": self.closed.token,
                       "of-anna": self.answer.token, "of-heron": self.letter.token,
                       "of-lead": self.alert.token}
        site.later(minutes=5)
        self.before = state_of(site, self)


def results(text):
    return {"Authentication-Results": text}


def vouched(who, server=SERVER):
    domain = address(who).split("@")[1]
    return results(f"{server}; dmarc=pass header.from={domain}")


def accused(who, server=SERVER):
    domain = address(who).split("@")[1]
    return results(f"{server}; spf=fail smtp.mailfrom={domain}; dmarc=fail header.from={domain}")


def state_of(site, world):
    cases = {case["handle"]: case for case in site.cases()}
    return [{key: cases[handle][key] for key in ("state", "flag", "listener", "desk", "letters")}
            for handle in (world.handle, world.bens)] + [site.last.json["alerts-open"]]


def outcome(site, world, who, before, after):
    """In a word, from what its people got; a list of what does not fit, where nothing does."""
    readers = sorted({mail.to for mail in site.fresh if WORD in mail.everything})
    told = [mail for mail in site.fresh if mail.to == address(who)]
    listeners = {address(HERON), address(WREN)} - {address(who)}
    grown = after[0]["letters"] - before[0]["letters"]
    if readers == [address(ANNA)] and address(who) != address(ANNA):
        return "answer"
    if readers == [address(BEN)] and address(who) != address(BEN):
        return "adult"
    if readers == [address(HERON)] and grown == 1:
        return "next"
    if grown or (before != after and address(who) != address(LEAD)):
        return ["changed", before, after]
    if len(readers) == 1 and readers[0] in listeners and len(told) == 1:
        return "letter"
    if readers == [address(who)]:
        return "back" if told[0].subject.startswith(("Not sent", "What did you mean")) else told
    if readers == [address(SUPERVISOR)]:
        return "asked" if told and WORD not in told[0].text else "person"
    if not readers and not told:
        return "quiet"
    return [readers, told]


def play(world, raw, who, prepare=None):
    with world.site.copy() as site:
        before = world.before
        if prepare is not None:
            prepare(site)
            before = state_of(site, world)
        site.drop(raw)
        site.run()
        return outcome(site, world, who, before, state_of(site, world)), site.fresh


def test_matrix(t, world):
    seen = set()
    for server, table in (("silent", SERVER_IS_SILENT_OR_VOUCHES),
                          ("vouches", SERVER_IS_SILENT_OR_VOUCHES),
                          ("forged", SERVER_SAYS_FORGED)):
        lines = [line.split() for line in table.strip().split("\n")]
        for token, *wanted in lines[1:]:
            for writer, want in zip(lines[0][1:], wanted):
                who, tag = WRITERS[writer], world.tokens[token]
                to = f"box+{tag}@hillside.example" if tag else BOX
                headers = {"silent": {}, "vouches": vouched(who), "forged": accused(who)}[server]
                got, fresh = play(world, make_mail(who, TEXT, to=to, headers=headers), who)
                seen.add(str(got))
                t.ok(got == want, f"server {server}, token {token}, from {writer}: {want}", got,
                     fresh)
    t.same(seen, {"letter", "next", "answer", "adult", "back", "person", "asked"},
           "control: all of it can be seen, what goes through as well")


# ---- the ways to pretend -------------------------------------------------------------------------

def tagged(token):
    return f"box+{token}@hillside.example"


def cases(world):
    """(name, who is said to write, the mail, what becomes of it)."""
    heron, lead, anna = world.letter, world.alert, world.answer
    to = tagged(heron.token)

    def mail(who=MALLORY, text=TEXT, to=to, subject="hello", **headers):
        return make_mail(who, text, subject, to, {key.replace("_", "-"): value
                                                  for key, value in headers.items()})

    def said(who, *lines):
        return make_mail(who, TEXT, to=to, headers={"Authentication-Results": list(lines)})

    fail = accused(HERON)["Authentication-Results"]
    good = vouched(HERON)["Authentication-Results"]
    evil = "12js@hillside.example"
    # ---- an address that looks like the listener's, with the listener's token
    yield "address as the display name", MALLORY, mail(f'"{evil}" <mallory@evil.example>'), "person"
    yield "address in an encoded display name", MALLORY, mail(
        From="=?utf-8?q?12js=40hillside=2Eexample?= <mallory@evil.example>"), "person"
    yield "address in a comment", MALLORY, mail(From=f"mallory@evil.example ({evil})"), "person"
    yield "two From headers", MALLORY, mail(From=[HERON, MALLORY]), "person"
    yield "two From headers, the other way", MALLORY, mail(From=[MALLORY, HERON]), "person"
    yield "two addresses in From", MALLORY, mail(From=f"{HERON}, {MALLORY}"), "person"
    yield "a group in From", MALLORY, mail(From=f"listeners: {evil};"), "person"
    yield "no From", MALLORY, mail(From=None), "person"
    yield "an empty From", MALLORY, mail(From="<>"), "person"
    yield "Sender is the listener", MALLORY, mail(Sender=HERON), "person"
    yield "Reply-To is the listener", MALLORY, mail(Reply_To=HERON), "person"
    yield "Resent-From is the listener", MALLORY, mail(Resent_From=HERON), "person"
    yield "Return-Path is the listener", MALLORY, mail(Return_Path=f"<{evil}>"), "person"
    yield "X-Original-From is the listener", MALLORY, mail(X_Original_From=HERON), "person"
    yield "a letter of another alphabet", MALLORY, mail(From="12j\u0455@hillside.example"), "person"
    yield "a domain below the school's", MALLORY, mail(From="12js@evil.hillside.example"), "person"
    yield "a domain that begins like it", MALLORY, mail(
        From="12js@hillside.example.evil.example"), "person"
    yield "a domain that ends like it", MALLORY, mail(From="12js@evilhillside.example"), "person"
    yield "a line break in From", MALLORY, mail(
        From=f"=?utf-8?q?a=0D=0AFrom=3A_{evil}?= <mallory@evil.example>"), "person"
    yield "control: the listener's mailbox, with a tag", "12js+x@hillside.example", mail(
        "12js+x@hillside.example"), "answer"
    yield "control: the listener in capitals", HERON, mail("12JS@HILLSIDE.EXAMPLE"), "answer"
    # ---- what is said in the name of the school's server
    yield "a forged pass below the true fail", HERON, said(HERON, fail, good), "person"
    yield "a forged pass of the same name in small print", HERON, said(
        HERON, fail, good.replace("mx.", "MX.")), "person"
    yield "a pass of a server called nearly so", HERON, said(
        HERON, vouched(HERON, SERVER + ".evil.example")["Authentication-Results"], fail), "person"
    yield "a pass in ARC only", HERON, make_mail(HERON, TEXT, to=to, headers={
        **accused(HERON), "ARC-Authentication-Results": "i=1; " + good}), "person"
    yield "a pass in a comment", HERON, said(
        HERON, f"{SERVER} (dmarc=pass); dmarc=fail (dmarc=pass) header.from=hillside.example"), \
        "person"
    yield "a pass for another domain", HERON, said(
        HERON, f"{SERVER}; dmarc=pass header.from=evil.example; spf=fail "
               "smtp.mailfrom=hillside.example"), "person"
    yield "control: a stranger's accusation is none", HERON, said(
        HERON, accused(HERON, "mx.evil.example")["Authentication-Results"]), "answer"
    # ---- tokens
    yield "the pupil's token from the listener", HERON, mail(
        HERON, to=tagged(anna.token), In_Reply_To=heron.id), "back"
    yield "the token in the text alone", HERON, mail(
        HERON, f"{TEXT}\n\nbox+{heron.token}@hillside.example", to=BOX), "letter"
    yield "the notification forwarded by the listener", HERON, mail(
        HERON, subject="Fwd: " + heron.subject), "back"
    yield "the notification sent on, and answered", MALLORY, mail(
        to=BOX, References=heron.id, In_Reply_To=heron.id, subject="Re: " + heron.subject), "person"
    yield "the notification inside another mail", MALLORY, mail(
        text="--b\n\n" + TEXT + "\n--b\nContent-Type: message/rfc822\n\n" +
             heron.raw.decode("latin-1") + "\n--b--\n", to=BOX,
        Content_Type="multipart/mixed; boundary=b"), "person"
    yield "a Cc past the relay", HERON, mail(HERON, Cc=ANNA), "back"
    yield "another recipient beside us", HERON, mail(HERON, to=f"{to}, {MALLORY}"), "back"
    yield "the box's own address", BOX, mail(BOX), "quiet"
    yield "a Message-ID like ours", MALLORY, mail(
        Message_ID="<" + "b" * 26 + "@hillside.example>"), "quiet"
    # ---- words, in somebody else's name
    yield "FLAG with a stolen token", MALLORY, mail(text=f"FLAG {TEXT}"), "person"
    yield "CLOSE with a stolen token", MALLORY, mail(text=f"{TEXT}\n\nCLOSE"), "person"
    yield "PASS with a stolen token", MALLORY, mail(text=f"{TEXT}\n\nPASS"), "person"
    yield "TAKEN with the lead's token", MALLORY, mail(
        text=f"TAKEN\n{TEXT}", to=tagged(lead.token)), "person"
    yield "UNSEAL with the lead's token", MALLORY, mail(
        text=f"UNSEAL danger: {TEXT}", to=tagged(lead.token)), "person"
    yield "UNSEAL by the listener", HERON, mail(HERON, f"UNSEAL danger: {TEXT}"), "back"
    yield "RELEASE by the listener", HERON, mail(HERON, f"RELEASE\n{TEXT}"), "back"
    yield "ASSIGN by the listener", HERON, mail(HERON, f"ASSIGN wren\n{TEXT}"), "back"
    yield "TAKEN by the lead, no token", LEAD, mail(LEAD, f"TAKEN\n{TEXT}", to=BOX), "back"
    yield "DELETE with the pupil's token", MALLORY, mail(
        text=f"/DELETE\n{TEXT}", to=tagged(anna.token)), "person"
    yield "STOP of another pupil", BEN, mail(BEN, f"/STOP\n{TEXT}", to=tagged(anna.token)), "asked"
    # ---- after it has changed hands
    yield "PASSED: the old token", HERON, mail(HERON), "back", lambda site: (
        site.answer(heron, HERON, "PASS", "bare"), site.run())
    yield "CLOSED: the old token", HERON, mail(HERON), "back", lambda site: (
        site.answer(heron, HERON, "CLOSE", "bare"), site.run())
    yield "CLOSED: the pupil's", ANNA, mail(ANNA, to=tagged(anna.token)), "letter", lambda site: (
        site.answer(heron, HERON, "CLOSE", "bare"), site.run())


def test_cases(t, world):
    count = 0
    for name, who, raw, want, *prepare in cases(world):
        got, fresh = play(world, raw, who, *prepare)
        t.ok(got == want, f"{name}: {want}", got, [(m, m.text) for m in fresh])
        count += 1
    t.ok(count >= 40, f"{count} cases")


def test_replay(t, world):
    with world.site.copy() as site:
        raw = site.answer(world.letter, HERON, TEXT, "bare")
        site.run()
        t.same([mail.to for mail in site.fresh if WORD in mail.text], [address(ANNA)],
               "control: an answer goes on")
        site.drop(raw)
        t.same(site.run()["known"], 1, "the same mail again is known")
        t.same(site.fresh, [], "and nothing comes of it")


def test_acknowledgements(t, world):
    """To who writes for the first time and who comes back: but for handle and token the same."""
    with world.site.copy() as site:
        plain = []
        for who in ("Eve <eve@hillside.example>", "Dora <dora@hillside.example>"):
            site.write(who, WORRY)
            site.run()
            ack = site.got(who)
            text = ack.raw.decode()
            own_id = ack.id.strip("<>").split("@")[0]
            for word, stands in ((address(who), "WHO"), (ack.handle, "HANDLE"),
                                 (ack.token, "TOKEN"), (own_id, "TOKEN")):
                text = text.replace(word, stands)
            text = re.sub(r"(?m)^(In-Reply-To|References): .*(\r?\n[ \t].*)*", r"\1: ids", text)
            plain.append(re.sub(r"=\r?\n", "", text).split())
        t.same(plain[1], plain[0], "Dora, who has written before, is told so by no letter of it")
        t.ok(len(plain[0]) > 100 and "TOKEN" in " ".join(plain[0]), "control: there is something")
        site.write("Finn <finn@hillside.example>", DANGER)
        site.run()
        t.ok(site.got("Finn <finn@hillside.example>").raw.decode().split() != plain[0],
             "control: another kind of answer is seen to be another")


tap, the_world = Tap(), World()
with the_world.site:
    for each in (test_matrix, test_cases, test_replay, test_acknowledgements):
        tap.scenario(each, the_world)
tap.done()
