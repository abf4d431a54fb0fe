#!/usr/bin/python3
# Mail that nobody here can read: encrypted, in a form of one program's own, or empty. Its writer is
# told how to write instead, a person sees that it came, and it is kept.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

ARMOUR = ("-----BEGIN PGP MESSAGE-----\n\nhQEMA5vJ0H3hZ8q1AQf/VtWm\n=abcd\n"
          "-----END PGP MESSAGE-----\n")
CANARY = "c2VjcmV0LW9mLWFubmE"  # stands for what is locked


def parts(*pairs):
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in pairs)
    return body + "--b--\n"


def mixed(kind="multipart/mixed"):
    return {"Content-Type": f'{kind}; boundary="b"'}


# name: (text, headers)
LOCKED = {
    "PGP/MIME": (parts(("application/pgp-encrypted", "Version: 1"),
                       ('application/octet-stream; name="encrypted.asc"', ARMOUR)),
                 mixed("multipart/encrypted")),
    "PGP in the text": (ARMOUR, {}),
    "PGP in the text, above a signature": (ARMOUR + "\nSent from my iPhone\n", {}),
    "PGP in a reply that quotes": (ARMOUR + "\n> an older mail\n> of somebody\n", {}),
    "S/MIME": (CANARY, {"Content-Type": "application/pkcs7-mime; smime-type=enveloped-data"}),
    "S/MIME by its name": (CANARY, {"Content-Type": 'application/octet-stream; name="smime.p7m"',
                                    "Content-Disposition": "attachment"}),
    "S/MIME of old": (CANARY, {"Content-Type": "application/x-pkcs7-mime"}),
    "winmail.dat": (parts(("text/plain", ""), ("application/ms-tnef", CANARY)), mixed()),
    "winmail.dat by its name": (parts(("text/plain", " \n"),
                                      ('application/octet-stream; name="WINMAIL.DAT"', CANARY)),
                                mixed()),
    "Microsoft's protected message": (
        parts(("text/plain", "Anna Kowalska (anna.kowalska@hillside.example) has sent you a "
                             "protected message.\n\nRead the message"),
              ('application/x-microsoft-rpmsg-message; name="message_v4.rpmsg"', CANARY)), mixed()),
}


def test_new(t):
    for name, (text, headers) in LOCKED.items():
        with Site() as site:
            site.write(ANNA, text, headers=headers)
            site.run()
            mail = site.got(ANNA)
            t.has(mail.text, ["it was encrypted", "again in plain words", "padlock",
                              "ring 999"], f"{name}: its writer is told how to write instead")
            seen = site.got(SUPERVISOR)
            t.has(seen.text, "Not passed on:", f"{name}: an adult sees that it came")
            t.same(site.to(HERON) + site.to(WREN), [], f"{name}: no listener gets an empty letter")
            t.lacks(seen.everything + mail.text, ["kowalska", "anna", "hQEMA5", CANARY,
                                                  "BEGIN PGP"],
                    f"{name}: nothing of it, or of who wrote it, is passed on")
            t.same(site.waiting, [], f"{name}: it is kept, and the mailbox is empty")
            site.later(days=1)
            site.answer(mail, ANNA, WORRY)
            site.run()
            case = site.only()
            t.same([case["desk"], case["state"], case["letters"]], ["listener", "open", 2],
                   f"{name}: written again it goes to a listener, in the same conversation")
            t.has(site.got(ANNA).text, "A listener is due to read it",
                  f"{name}: and is acknowledged like any first letter")
            listener = HERON if case["listener"] == "heron" else WREN
            t.has(site.got(listener).text, "eat alone", f"{name}: who reads it")


def test_once(t):
    text, headers = LOCKED["PGP/MIME"]
    with Site() as site:
        site.write(ANNA, text, headers=headers)
        site.run()
        mail = site.got(ANNA)
        again = {**headers, "In-Reply-To": mail.id}
        for number in range(3):
            site.later(minutes=10).write(ANNA, text, "Re: " + mail.subject, to=mail.reply_to,
                                         headers=again)
            site.run()
            t.same(len(site.to(ANNA)), 0, f"the same again ({number}): told once")
            t.same(len(site.to(SUPERVISOR)), 1, f"the same again ({number}): the adult sees it")
        site.later(minutes=10)
        site.answer(mail, ANNA, DANGER)
        site.run()
        t.has(site.got(LEAD, "Please read soon").text, DANGER, "then in words: danger is found")


def test_in_conversation(t):
    text, headers = LOCKED["S/MIME"]
    with Site() as site:
        site.write(ANNA, WORRY)
        site.run()
        first = site.got(ANNA)
        listener = HERON if site.only()["listener"] == "heron" else WREN
        site.later(hours=1)
        site.write(ANNA, text, "Re: " + first.subject, to=first.reply_to,
                   headers={**headers, "In-Reply-To": first.id})
        site.run()
        t.has(site.got(ANNA).text, ["it was encrypted", "Whoever answers you"],
              "in a conversation, too")
        t.has(site.got(listener).text, ["There were no words in it", "an encrypted mail"],
              "and its listener knows that something came")
        t.same(site.only()["desk"], "listener", "who keeps it")


def test_answer(t):
    text, headers = LOCKED["PGP/MIME"]
    with Site() as site:
        site.write(ANNA, WORRY)
        site.run()
        listener = HERON if site.only()["listener"] == "heron" else WREN
        letter = site.got(listener)
        site.write(listener, text, "Re: " + letter.subject, to=letter.reply_to,
                   headers={**headers, "In-Reply-To": letter.id})
        site.run()
        t.has(site.got(listener, "Not sent").text, "encryption switched off",
              "a listener's answer comes back with the reason")
        t.same(site.to(ANNA), [], "and the pupil gets nothing")


def test_empty(t):
    with Site() as site:
        site.write(ANNA, "  \n", subject=None)
        site.run()
        t.has(site.got(ANNA).text, "nothing in your mail that could be read",
              "an empty mail: its writer is told")
        t.same(len(site.to(SUPERVISOR)), 1, "and an adult sees that it came")


def test_not_for_machines(t):
    text, headers = LOCKED["PGP/MIME"]
    for name, value in {"Auto-Submitted": "auto-replied", "List-Id": "<a.b.example>"}.items():
        with Site() as site:
            site.write(ANNA, text, headers={**headers, name: value})
            site.run()
            t.same(site.to(ANNA), [], f"{name}: a machine is told nothing")
    with Site(site={"writers": "school", "domain": "hillside.example"}) as site:
        site.write(CLEO, text, headers=headers)
        site.run()
        t.same(site.to(CLEO), [], "nor is who may not write here")
        t.same(len(site.to(SUPERVISOR)), 1, "but an adult sees that it came")


def test_readable(t):
    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + WORRY + \
        "\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n-----END PGP SIGNATURE-----\n"
    for name, (text, headers) in {
            "signed": (signed, {}),
            "S/MIME signed": (parts(("text/plain", WORRY),
                                    ("application/pkcs7-signature", CANARY)),
                              mixed("multipart/signed")),
            "words above what is encrypted": (WORRY + "\n\n" + ARMOUR, {}),
            "words beside winmail.dat": (parts(("text/plain", WORRY),
                                               ("application/ms-tnef", CANARY)), mixed()),
            "a picture and no words": (parts(("image/jpeg", CANARY)), mixed())}.items():
        with Site() as site:
            site.write(ANNA, text, headers=headers)
            site.run()
            t.lacks(site.got(ANNA).text, "encrypted", f"{name}: an ordinary acknowledgement")
            t.same(site.only()["desk"], "listener", f"{name}: to a listener")


scenarios(globals())
