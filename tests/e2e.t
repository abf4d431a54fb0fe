#!/usr/bin/python3
# The whole of it on real servers: a private Dovecot and a private Postfix that delivers into it. The
# people of a school write and answer from their own mailboxes; lines break and servers stop; at the
# end every mail, every file and every word of the program's is searched for who wrote.
# timeout: 240
import email
import glob
import re
import shutil
import signal
import sys
import os
import tempfile
import threading
import time
from email.message import EmailMessage
from email.policy import SMTP

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from cutter import Cutter  # noqa: E402
from mailhost import MailHost  # noqa: E402
from needles import Needles  # noqa: E402
import school  # noqa: E402
from school import PEOPLE, Sent, Tap, address, encoded, make_mail, read, worrybox  # noqa

DOMAIN = "hillside.example"
SECRET = "Tr0ub4dor-at-the-box"


class Who:
    """Somebody with a mailbox, and what gives them away."""

    def __init__(self, name, user, mark, phone, zone):
        self.name, self.user, self.mark, self.phone, self.zone = name, user, mark, phone, zone
        self.mail = f"{user}@{DOMAIN}"
        self.full = f"{name} <{self.mail}>"
        words = [word for word in name.split() if len(word) > 4 and word != "Professor"]
        self.needles = words + [self.mail, user, mark, phone, phone.replace(" ", "")]
        if zone != "+0000":
            self.needles.append(zone)

    def heads(self, number=[0]):
        """What their mail program says of them."""
        number[0] += 1
        return {"Return-Path": None, "From": f"{encoded(self.name)} <{self.mail}>",
                "Date": time.strftime("%a, %d %b %Y %H:%M:%S ") + self.zone,
                "Message-ID": f"<{number[0]}.{time.time_ns()}@{self.mark}-laptop.local>",
                "X-Mailer": f"Postreiter 7.31 ({self.mark})", "Organization": self.mark,
                "X-Originating-IP": f"[2001:db8::{self.mark}]", "Face": self.mark,
                "Autocrypt": f"addr={self.mail}; keydata={self.mark}",
                "Disposition-Notification-To": self.full}


ZUZA = Who("Zuzanna Wojciechowska", "zuzanna.wojciechowska", "mzuzapad", "07700 900123", "-0330")
SIOBHAN = Who("Siobhán Dhónaill", "s.nidhonaill", "msiobook", "07700 900234", "-0330")
TOBIASZ = Who("Tobiasz Quarmby", "t.quarmby", "mquarmtop", "07700 900345", "-0330")
INGE = Who("Ingeborg Falkenrath", "i.falkenrath", "mfalkphone", "07700 900456", "-0330")
PUPILS = [ZUZA, SIOBHAN, TOBIASZ, INGE]
HERON = Who("Jasper Sallowfield", "12sallowfield", "msallowair", "07700 900567", "+1245")
WREN = Who("Kirihana Tanahira", "11tanahira", "mtanabook", "07700 900678", "+1245")
LISTENERS = [HERON, WREN]
LEAD = Who("Ms Okwuosa", "okwuosa", "mokwudesk", "01632 960111", "+0000")
DEPUTY = Who("Mr Hargreave", "hargreave", "mhargdesk", "01632 960222", "+0000")
SUPERVISOR = Who("Miss Ballantine", "ballantine", "mballdesk", "01632 960333", "+0000")
HEAD = Who("Mrs Singharaj", "singharaj", "msingdesk", "01632 960444", "+0000")
WITNESS = Who("Professor Quillfeather", "quillfeather", "mquildesk", "01632 960555", "+0000")
ADULTS = [LEAD, DEPUTY, SUPERVISOR, HEAD, WITNESS]
EVERYBODY = PUPILS + LISTENERS + ADULTS
# The short names say nothing of the people: so none of them has a reason to be in any file.
ROLES = {"lead first": LEAD, "deputy second": DEPUTY, "supervisor link": SUPERVISOR,
         "head office": HEAD, "witness chair": WITNESS, "listener heron": HERON,
         "listener wren": WREN}
WORDS = ["laughing at me", "really lonely", "only to my sister", "hits them"]  # of letters, answers
WORRY = "the others in my class keep laughing at me at lunch and nobody sits with me"


def people():
    lines = {who: {"name": one.name, "mail": one.mail} for who, one in ROLES.items()}
    lines["lead first"]["key"] = "@first"
    for who, sign in (("listener heron", "Heron"), ("listener wren", "Wren")):
        lines[who].update({"sign": sign, "at-most": "50"})
    return lines


def everything_of(ones):
    return Needles([word for one in ones for word in one.needles])


# ---- a site between real servers -----------------------------------------------------------------

class Watcher:
    """Looks through the files of folders while the program runs: a journal lives for a moment."""

    def __init__(self, folders, needles):
        self.folders, self.needles = folders, needles
        self.found, self.seen, self.journals = set(), {}, 0
        self.end = threading.Event()

    def __enter__(self):
        self.end.clear()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def __exit__(self, *_):
        self.end.set()
        self.thread.join()
        self.look()

    def watch(self):
        while not self.end.wait(0.005):
            self.look()

    def look(self):
        for folder in self.folders:
            for path in glob.glob(folder + "/**", recursive=True):
                try:
                    stat = os.stat(path)
                    mark = (stat.st_mtime_ns, stat.st_size)
                    if not os.path.isfile(path) or self.seen.get(path) == mark:
                        continue
                    self.seen[path] = mark
                    data = read(path)
                except FileNotFoundError:
                    continue
                self.journals += path.endswith("-journal") and len(data) > 0
                self.found |= {(path, word) for word in self.needles.in_bytes(data)}


class RealSite(school.Site):
    """A site whose mailbox and post are servers. What is dropped goes out from the writer's own mail
    program; what is collected, each finds in the own mailbox."""

    def __init__(self, host):
        self.host, self.said, self.counts, self.servers = host, [], {}, {}
        super().__init__(people=people(), without=set(PEOPLE) - set(ROLES), keyholders=("first",),
                         site={"demo": None, "alarm-command": "/bin/sh alarm"})
        self.tmp = tempfile.mkdtemp(dir=self.folder)
        self.secrets(SECRET, SECRET)
        self.set(alarm_command=f"/bin/sh -c 'echo x >>{self.folder}/alarms'")
        words = [word for one in EVERYBODY for word in one.needles]
        self.watcher = Watcher([self.file("state"), self.tmp], Needles(words + WORDS + [SECRET]))

    def configure(self):
        super().configure()
        text = read(self.file("site.conf")).decode().split("mailbox\n")[0]
        for block, kind, port, starttls in (
                ("mailbox", "imap", self.host.imaps, self.host.imap),
                ("post", "smtp", self.host.smtps, self.host.submission)):
            keys = {"kind": kind, "host": "localhost", "port": port, "tls": "yes",
                    "ca-file": self.host.ca, "user": "box@" + DOMAIN,
                    "password-file": f"../secret-{block}", **self.servers.get(block, {})}
            if keys["tls"] == "starttls":
                keys["port"] = starttls
            text += block + "\n" + "".join(f"    {key}  {value}\n" for key, value in keys.items())
        self.put("site.conf", text)

    def wire(self, mailbox=None, post=None):
        """Sets keys of the two servers; without any, they are as they were at first."""
        self.servers = {"mailbox": mailbox or {}, "post": post or {}}
        self.configure()

    def secrets(self, mailbox, post):
        for block, secret in (("mailbox", mailbox), ("post", post)):
            with open(f"{self.folder}/secret-{block}", "w",
                      opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(secret + "\n")

    def call(self, *args, **kwargs):
        env = {**os.environ, "TMPDIR": self.tmp}
        with self.watcher:
            done = worrybox("-C", self.path, "--verbose", *args, env=env, **kwargs)
        self.said.append(done.out + done.err)
        return done

    def run(self, code=0):
        done = self.call("run", "--json")
        assert done.code == code, done
        self.collect()
        self.last = done
        return done.json

    @property
    def alarms(self):
        path = self.folder + "/alarms"
        return len(read(path).split()) if os.path.exists(path) else 0

    # -- mail

    def drop(self, raw, name=None):
        mail = Sent(raw)
        who = next(one for one in EVERYBODY if one.mail == address(str(mail.mail["From"])))
        user = who.user
        self.host.send(user, [mail.to], raw, f"{who.mark}-laptop.local")
        self.host.append(user, "Sent", raw)
        return raw

    def write(self, who, text, subject="hello", settle=True, headers=None, **kwargs):
        text += f"\n\n-- \n{who.name}\n{who.phone}\n"
        raw = make_mail(who.full, text, subject, headers={**who.heads(), **(headers or {})},
                        **kwargs)
        self.drop(raw)
        if settle:
            self.host.settle()

    def answer(self, sent, who, text, client="gmail"):
        raw = super().answer(sent, who.full, text, client, headers=who.heads(), drop=False)
        self.drop(raw.replace(b"07700 900452", who.phone.encode()))
        self.host.settle()

    def collect(self):
        self.host.settle()
        self.fresh = []
        for one in EVERYBODY:
            seen = self.counts.get(one, 0)
            if one.user not in self.host.users or self.host.count(one.user) == seen:
                continue
            mails = self.host.mails(one.user)
            self.fresh += [Sent(raw) for raw in mails[seen:]]
            self.counts[one] = len(mails)
        self.inbox += self.fresh

    def to(self, who, about=""):
        return [mail for mail in self.fresh if mail.to == who.mail and
                mail.subject.startswith(about)]

    def got(self, who, about=""):
        mails = self.to(who, about)
        assert len(mails) == 1, f"{who.mail} got {mails}, of {self.fresh}"
        return mails[0]

    def reader(self):
        """Which of the listeners got the one letter of the last run, and that."""
        mails = [(one, mail) for one in LISTENERS for mail in self.to(one, "A message for you")]
        assert len(mails) == 1, f"{mails}, of {self.fresh}"
        return mails[0]

    @property
    def box(self):
        """How many mails are in the box's INBOX."""
        return len(self.host.mails("box"))

    def unsealed(self, handle):
        packet = f"{self.folder}/{handle}.packet"
        done = self.call("unseal", handle, "--by", "first", "--ground", "danger", "--reason",
                         "they may be in danger", "--out", packet)
        assert done.code == 0, done
        return packet


# ---- letters -------------------------------------------------------------------------------------

def rich_letter(who):
    """Everything a mail program can say of its owner, all in one mail."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f"{who.name} <{who.mail}>", f"box@{DOMAIN}"
    mail["Subject"] = f"{who.name} needs help"
    for key, value in who.heads().items():
        if value is not None and key != "From":
            mail[key] = value
    first, last = who.name.split()
    words = (f"Hi,\n\n{WORRY}.\nMy name is {first} and my number is {who.phone}, "
             f"or write to {who.mail}.\n\n-- \n{who.name}\nSent from {first}'s phone {who.mark}\n")
    mail.set_content(words, cte="quoted-printable")
    page = words.replace("\n", "<br>")
    mail.add_alternative(f"<html><head><title>{who.mark}</title></head><body class='{who.mark}'>"
                         f"<!-- {who.name} --><div style='display:none'>{who.mark}</div>{page}"
                         f"<img src='http://{who.mark}.example/x.png'></body></html>",
                         subtype="html", cte="base64")
    mail.add_attachment(b"\xff\xd8\xff\xe1Exif\0\0 " + who.name.encode(), "image", "jpeg",
                        filename=f"{who.mark} {last}.jpg")
    mail.set_boundary(f"=_{who.mark}")
    return mail.as_bytes()


# ---- the rounds ----------------------------------------------------------------------------------

def connects(t, site):
    for tls in ("yes", "starttls"):
        site.wire({"tls": tls}, {"tls": tls})
        done = site.call("check", "--connect")
        t.same(done.code, 0, f"check --connect: all well (tls {tls})")
        t.has(done.out, ["UIDPLUS: yes", "MOVE: yes", "Plus addresses: not refused",
                         "Login: accepted", "TLS: yes"], f"check says what they can do (tls {tls})")
        t.same(done.out.count("TLS: yes, and the certificate is the host's."), 2,
               f"both are under TLS (tls {tls})")
    site.wire()
    site.secrets("wrong", "wrong")
    done = site.call("check", "--connect")
    t.same(done.code, 78, "check --connect: a wrong password is found")
    t.same(done.err.count("user or password is wrong"), 2, "at both")
    site.secrets(SECRET, SECRET)
    t.same(site.alarms, 0, "check rings no alarm")


def round_one(t, site):
    site.drop(rich_letter(ZUZA))
    site.write(SIOBHAN, "i dont want to be here anymore. i want to die\n\nSiobhan\n"
               f"Sent from Siobhán's {SIOBHAN.mark}", "Siobhán here")
    t.same(site.box, 2, "two letters have come to the box")
    site.run()
    t.same(site.box, 0, "round 1: the box is empty")
    site.listener, letter = site.reader()
    site.handle = letter.handle
    t.has(letter.text, ["laughing at me at lunch"], "a listener reads the worry")
    t.has(letter.text, "Not passed on: ", "and hears of a picture that was not passed on")
    thanks = site.got(ZUZA, "Your message")
    t.has(thanks.text, ["will write back to you here", "Pictures and files are not passed on"],
          "its writer is thanked")
    t.has(site.got(SIOBHAN, "Your message").text, ["116 123", "the safeguarding lead"],
          "who wants to die gets the helplines")
    alert = site.got(LEAD, "Please read soon")
    t.has(alert.text, ["i want to die", "used the school's own mail"], "and the lead is told")
    t.same(len(site.fresh), 4, "and nobody got anything else")
    site.letter, site.alert, site.danger = letter, alert, alert.handle


def round_two(t, site):
    site.answer(site.letter, site.listener, "that sounds really lonely.\nwhat do you like to do?")
    site.answer(site.alert, LEAD, "I have read it, and I will find time today.", "outlook")
    site.run()
    answer, adult = site.got(ZUZA, "An answer for you"), site.got(SIOBHAN, "An answer for you")
    sign = "Heron" if site.listener is HERON else "Wren"
    t.has(answer.text, ["what do you like to do?", f"{sign} (your listener)"],
          "round 2: the answer comes under the sign-off")
    t.lacks(answer.text, ["laughing at me", "Form 12JS"], "without quote and signature")
    t.has(adult.text, ["I will find time today", "comes from the safeguarding lead, an adult"],
          "the lead's answer comes under the role")
    t.same([len(site.fresh), site.box], [2, 0], "and nobody got anything else")
    site.to_zuza, site.to_siobhan = answer, adult


def round_three(t, site):
    site.wire({"tls": "starttls"}, {"tls": "starttls"})
    site.host.append("box", "Sent", site.to_zuza.raw)  # as many a provider does of itself
    site.answer(site.to_zuza, ZUZA, "i like drawing\n\nlove Zuzanna", "iphone")
    site.answer(site.to_siobhan, SIOBHAN, "thank you miss", "thunderbird")
    site.run()
    t.same(site.host.mails("box", "Sent"), [], "round 3: the provider's copy of what was sent is gone")
    t.has(site.got(site.listener).text, "i like drawing", "her answer comes back")
    t.lacks(site.got(site.listener).letter, "lonely", "without the quote")
    t.has(site.got(LEAD).text, "thank you miss", "and the lead reads the other's")
    t.same([len(site.fresh), site.box], [2, 0], "and nobody got anything else")
    site.letter, site.alert = site.got(site.listener), site.got(LEAD)
    away = "I am on a school trip until Friday."
    site.write(site.listener, away, "Automatic reply: " + site.letter.subject,
               to=f"Hillside <{site.letter.reply_to}>")
    site.write(ZUZA, away, "Out of office",
               to=f"Hillside <{site.to_zuza.reply_to}>", headers={"Auto-Submitted": "auto-replied"})
    summary = site.run()
    t.same([summary["machine"], summary["sent"], len(site.fresh), site.box], [2, 0, 0, 0],
           "vacation replies go to nobody")
    site.wire()


def round_four(t, site):
    first = site.listener
    site.answer(site.letter, first, "PASS", "bare")
    site.run()
    site.listener, site.letter = site.reader()
    t.ok(site.listener is not first, "round 4: after PASS another listener has it")
    t.has(site.letter.text, ["laughing at me", "really lonely", "i like drawing"],
          "with all that was written")
    t.same([len(site.to(first)), len(site.to(ZUZA, "")), site.letter.handle],
           [1, 1, site.handle], "the first is thanked, the writer told")
    site.answer(site.letter, site.listener, "drawing is great, have you shown it to anybody?",
                "outlook")
    site.run()
    site.to_zuza = site.got(ZUZA, "An answer for you")
    sign = "Heron" if site.listener is HERON else "Wren"
    t.has(site.to_zuza.text, ["shown it to anybody?", sign], "and answers")


def round_five(t, site):
    site.answer(site.to_zuza, ZUZA, "only to my sister. it has got a bit better", "gmail")
    site.run()
    letter = site.got(site.listener)
    t.has(letter.text, "only to my sister", "round 5: the conversation goes on")
    site.answer(letter, site.listener, "FLAG they said on the bus that someone at home hits them",
                "thunderbird")
    site.run()
    alert = site.got(LEAD, "Please read soon")
    t.has(alert.text, ["someone at home hits them", "only to my sister"],
          "a FLAG brings it to the lead")
    t.has(site.got(ZUZA).text, "the safeguarding lead", "the writer hears that an adult joins")
    site.answer(alert, LEAD, "I am glad you wrote. Shall we talk on Monday?", "gmail")
    site.answer(site.alert, LEAD, "CLOSE all is well", "bare")
    site.run()
    t.has(site.got(ZUZA, "An answer for you").text, "Shall we talk on Monday?",
          "and the lead answers")
    t.same([len(site.to(SIOBHAN)), site.box], [1, 0], "the other conversation is closed, and told")
    case = next(one for one in site.cases() if one["handle"] == site.handle)
    t.same([case["flag"], case["desk"], case["state"], case["letters"]],
           [True, "lead", "open", 3], "the case says so")


# ---- mail that cannot be delivered, mail that is too large ---------------------------------------

def bounces(t, site):
    for who in (TOBIASZ, INGE):
        site.write(who, WORRY)
        site.run()
        site.got(who, "Your message")
        reader, letter = site.reader()
        if who is TOBIASZ:
            site.host.know(forget=[who.user])
        else:
            site.host.leave(who.user)
        site.answer(letter, reader, "how are you today?")
        summary = site.run()
        if who is TOBIASZ:
            t.same([summary["failed"], site.box], [1, 0], "an address the server refuses")
        else:
            t.same([summary["sent"], site.box], [1, 1], "an address that bounces")
            summary = site.run()
            t.same([summary["machine"], site.box], [1, 0], "the bounce is read")
        notices = site.to(LEAD, "For you to know")
        t.same([letter.handle in mail.text for mail in notices], [True], "and the lead is told")


def lead_unknown(t, site):
    """An alert the server refuses has reached nobody: the deputy does not wait for it."""
    site.host.know(forget=[LEAD.user])
    site.write(SIOBHAN, "i want to die")
    summary = site.run()
    t.same([summary["failed"] > 0, site.box], [True, 0], "an alert that is refused")
    t.has(site.got(SIOBHAN).text, "116 123", "the writer has the helplines")
    alert = site.got(DEPUTY, "Please read soon")
    t.has(alert.text, ["i want to die", "nobody has answered"], "the deputy is told at once")
    site.answer(alert, DEPUTY, "I am here, and I read this just now.")
    site.run()
    t.has(site.got(SIOBHAN, "An answer for you").text, "an adult at Hillside", "and answers")
    site.host.know(again=[LEAD.user])


def too_large(t, site):
    line = f"{SIOBHAN.name} {SIOBHAN.phone} 0123456789 0123456789 0123456789 01234567\n"
    site.write(SIOBHAN, line * (25_000_000 // len(line)), "a long story")
    summary = site.run()
    held = site.host.mails("box", "Held")
    t.same([summary["too-large"], summary["mails"], site.box, len(held)], [1, 0, 0, 1],
           "25 MB: to the folder Held")
    t.ok(held and len(held[0]) > 25_000_000 and SIOBHAN.phone.encode() in held[0][-200:],
         "whole")
    t.has(site.got(LEAD).text, ["too large", "folder Held"], "and the lead is told")
    t.same(len(site.fresh), 1, "and nobody else")


# ---- when things go wrong ------------------------------------------------------------------------

class Trouble:
    """Letters are sent, a run fails, and the runs after it bring all of it to its end."""

    def __init__(self, t, site, what):
        self.t, self.site, self.what = t, site, what
        self.mark = len(site.inbox)
        self.alarms = site.alarms

    def letters(self, *writers):
        for one in writers:
            self.site.write(one, WORRY, settle=False)
        self.site.host.settle()

    def fails(self, code, box):
        self.site.run(code)
        self.t.same([self.site.box, self.site.alarms - self.alarms], [box, 1],
                    f"{self.what}: exit {code}, the alarm rings, {box} still in the box")

    def ends_well(self, writers, doubled=0):
        """Each writer has been thanked once, and each letter read once."""
        self.site.run()
        mails = self.site.inbox[self.mark:]
        ids = {mail.id for mail in mails}
        thanks = sorted(mail.to for mail in mails if mail.subject.startswith("Your message"))
        letters = [mail for mail in mails if mail.to in {one.mail for one in LISTENERS}]
        if doubled == 0:
            self.t.same([thanks, len(letters), self.site.box],
                        [sorted(one.mail for one in writers), len(writers), 0],
                        f"{self.what}: the next run finishes, each mail once")
        self.t.same([len(mails) - len(ids), len(mails), self.site.box],
                    [doubled, 2 * len(writers) + doubled, 0],
                    f"{self.what}: nothing lost; {doubled} twice, under the same Message-ID")


def refusals(t, site):
    trouble = Trouble(t, site, "wrong password of the mailbox")
    trouble.letters(SIOBHAN)
    site.secrets("wrong", SECRET)
    trouble.fails(78, 1)
    site.secrets(SECRET, SECRET)
    trouble.ends_well([SIOBHAN])

    trouble = Trouble(t, site, "wrong password of the post")
    trouble.letters(SIOBHAN)
    site.secrets(SECRET, "wrong")
    trouble.fails(78, 0)
    site.secrets(SECRET, SECRET)
    trouble.ends_well([SIOBHAN])

    other = {"ca-file": site.host.folder + "/other-ca.pem"}
    trouble = Trouble(t, site, "another authority")
    trouble.letters(SIOBHAN)
    site.wire(other, other)
    trouble.fails(78, 1)
    site.wire()
    trouble.ends_well([SIOBHAN])


def outages(t, site):
    trouble = Trouble(t, site, "Postfix is down")
    trouble.letters(SIOBHAN)
    site.host.stop_postfix()
    trouble.fails(75, 0)
    site.host.start_postfix()
    trouble.ends_well([SIOBHAN])

    trouble = Trouble(t, site, "Dovecot is down")
    trouble.letters(SIOBHAN)
    site.host.stop_dovecot()
    done = site.call("run", "--json")
    t.same([done.code, site.alarms - trouble.alarms], [75, 1], f"{trouble.what}: exit 75, alarm")
    site.host.start_dovecot()
    trouble.ends_well([SIOBHAN])


def cut_lines(t, site):
    host = site.host
    with Cutter(host.imaps, host.certificate, host.ca) as imap, \
            Cutter(host.smtps, host.certificate, host.ca) as smtp:
        site.wire({"port": imap.port}, {"port": smtp.port})

        trouble = Trouble(t, site, "cut off in the middle of FETCH")
        trouble.letters(ZUZA, SIOBHAN, SIOBHAN)
        imap.cut("server", f"Postreiter 7.31 ({SIOBHAN.mark}".encode(), "after")
        trouble.fails(75, 3)
        t.same([imap.cuts, site.fresh], [1, []], "control: it was cut off, before anything was kept")
        trouble.ends_well([ZUZA, SIOBHAN, SIOBHAN])

        trouble = Trouble(t, site, "cut off before UID EXPUNGE")
        trouble.letters(ZUZA, SIOBHAN)
        imap.cut("client", b"UID EXPUNGE", "before")
        trouble.fails(75, 2)
        t.same(imap.cuts, 2, "control: it was cut off")
        trouble.ends_well([ZUZA, SIOBHAN])

        trouble = Trouble(t, site, "cut off after UID EXPUNGE")
        trouble.letters(ZUZA, SIOBHAN)
        imap.cut("client", b"UID EXPUNGE", "answer")
        trouble.fails(75, 0)
        t.same(imap.cuts, 3, "control: it was cut off")
        trouble.ends_well([ZUZA, SIOBHAN])

        trouble = Trouble(t, site, "cut off before the final dot")
        trouble.letters(ZUZA, SIOBHAN)
        smtp.cut("client", b"\r\n.\r\n", "before")
        trouble.fails(75, 0)
        t.same(smtp.cuts, 1, "control: it was cut off")
        trouble.ends_well([ZUZA, SIOBHAN])

        trouble = Trouble(t, site, "cut off after the final dot")
        trouble.letters(ZUZA, SIOBHAN)
        smtp.cut("client", b"\r\n.\r\n", "answer")
        trouble.fails(75, 0)
        t.same(smtp.cuts, 2, "control: it was cut off")
        trouble.ends_well([ZUZA, SIOBHAN], doubled=1)

        trouble = Trouble(t, site, "UIDVALIDITY has changed")
        trouble.letters(ZUZA, SIOBHAN)
        imap.cut("client", b"UID EXPUNGE", "before")
        trouble.fails(75, 2)
        host.new_validity("box")
        trouble.letters(SIOBHAN)
        trouble.ends_well([ZUZA, SIOBHAN, SIOBHAN])
        t.same([site.last.json["known"], site.last.json["letters"], site.last.json["expunged"]],
               [2, 1, 3], "what was handled is known again, what is new is read")
    site.wire()


# ---- who can be found, and where -----------------------------------------------------------------

def written(files, ones):
    """What stands in the texts of the mails these sent, as bytes: no header, no picture."""
    mails = [email.message_from_bytes(raw) for one in ones for name, raw in files[one].items()
             if name.startswith(".Sent/")]
    return b"\n".join(part.get_payload(decode=True) for mail in mails for part in mail.walk()
                      if part.get_content_maintype() == "text")


def searched(t, site):
    host = site.host
    files = {one: host.files(one.user) for one in EVERYBODY}
    t.same([name for name in host.files("box") if not name.startswith(".Held/")], [],
           "the box's mailbox is empty but for the folder Held")
    found, count, greeted = [], 0, 0
    # The lead, deputy and head read a letter as it was written: with what the child says in it of
    # itself, but nothing that only the header of its mail says.
    told = everything_of(PUPILS).in_bytes(written(files, PUPILS))
    t.ok(told and set(everything_of(PUPILS).words) - told, "control: not all is in the letters", told)
    for one in EVERYBODY:
        others = [other for other in EVERYBODY if other is not one]
        if one in ADULTS:  # who they are they know of each other
            others = PUPILS + LISTENERS
        needles = everything_of(others)
        for name, raw in files[one].items():
            if not name.startswith(".Sent/"):
                count += 1
                greeted += b"Received: from %s (" % DOMAIN.encode() in raw
                seen = needles.in_mail(raw) | needles.in_bytes(raw)
                seen -= told if one in (LEAD, DEPUTY, HEAD) else set()
                found += [(one.user, name, word) for word in seen]
    t.same(found, [], f"nobody else is in any of the {count} mails anybody was delivered")
    t.same(greeted, count, "and in none the name of our machine, where the server says who came")
    t.ok(count > 60, f"control: there were mails to look at ({count})")
    for one in PUPILS + LISTENERS:
        mails = [raw for name, raw in files[one].items()
                 if name.startswith(".Sent/") and len(raw) < 1_000_000]
        own = everything_of([one])
        missing = set(own.words) - set().union(*(own.in_mail(raw) for raw in mails))
        t.ok(mails and not missing - {one.phone.replace(" ", "")},
             f"control: {one.user} is found in the own Sent mail", missing)


def at_rest(t, site):
    words = [word for one in EVERYBODY for word in one.needles] + WORDS + [SECRET]
    t.same(sorted(site.watcher.found), [], "neither people nor what they wrote are found in the "
                                           "files of the store, or in a temp folder, while it ran "
                                           "or after")
    t.note(f"journals seen while it ran: {site.watcher.journals}")
    t.same(os.listdir(site.tmp), [], "nothing is left in the temp folder")
    said = "\n".join(site.said)
    t.same(Needles(words).in_bytes(said.encode()), set(), "nor in a word of what it said")
    t.ok(site.handle in said, "control: the handle is")
    t.same(Needles([site.handle]).in_bytes(read(site.file("state/worrybox.db"))), {site.handle},
           "control: the handle is found in the database")
    files = "".join(os.listdir(site.file("state")))
    t.has(files, ["worrybox.db", "keys.db"], "control: these were looked through")


def unsealed(t, site):
    packet = site.unsealed(site.handle)
    folder = site.folder + "/original"
    own = everything_of([ZUZA])
    t.same(everything_of(EVERYBODY).in_bytes(read(packet)), set(), "the packet shows nobody")
    opened = site.open(packet, "first", folder)
    t.same(opened.code, 0, "the lead opens it")
    t.same({line["from"] for line in opened.lines}, {ZUZA.mail}, "and knows who wrote")
    t.same(len(opened.lines), 4, "all letters of hers, and her vacation reply; no listener's")
    originals = [read(path) for path in glob.glob(folder + "/*.eml")]
    inside = set().union(*(own.in_mail(raw) for raw in originals))
    t.ok(set(own.words) - inside <= {ZUZA.phone.replace(" ", "")},
         "control: all that gave her away is in the originals", set(own.words) - inside)
    site.run()
    for who in (WITNESS,):
        t.has(site.got(who).text, [site.handle, LEAD.name, "danger"], "the witness is told")
    t.same(site.call("audit", "verify").code, 0, "the record is whole")


def finder(t):
    """The search finds a name in every form."""
    own = Needles(["Wojciechowska"])
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = "é Wojciechowska"
    mail.set_content("x")
    t.same(own.in_mail(mail.as_bytes()), set(own.words), "control: found in RFC 2047")
    for how, body in ("base64", b"eCBXb2pjaWVj\r\naG93c2th"), \
            ("quoted-printable", b"Wojcie=\r\nchow=73ka"), ("7bit", b"Woj<b></b>ciechow&#115;ka"):
        t.same(own.in_mail(b"Content-Transfer-Encoding: " + how.encode() + b"\r\n\r\n" + body),
               set(own.words), f"control: found in {how}")
    import base64
    for shift in range(3):
        t.same(own.in_bytes(base64.b64encode(b"x" * shift + b"Wojciechowska!")), set(own.words),
               f"control: found in base64 from byte {shift}")
    t.same(own.in_bytes("WOJCIECHOWSKA".encode("utf-16-le")), set(own.words),
           "control: found in UTF-16")


def play(t, folder):
    users = {one.user: f"secret-of-{one.user}" for one in EVERYBODY}
    with MailHost(folder, DOMAIN, {"box": SECRET, **users}) as host, RealSite(host) as site:
        for chapter in (connects, round_one, round_two, round_three, round_four, round_five,
                        bounces, lead_unknown, too_large, refusals, outages, cut_lines, unsealed, searched,
                        at_rest):
            start = time.monotonic()
            t.scenario(chapter, site)
            t.note(f"{chapter.__name__}: {time.monotonic() - start:.1f} s")


def main():
    t = Tap()
    if os.geteuid() != 0 or shutil.which("postconf", path="/usr/sbin:/usr/bin") is None:
        print("1..0 # SKIP a Postfix of one's own can be run by root only")
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all is stopped and removed
    t.scenario(finder)
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o711)
    try:
        t.scenario(play, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    t.done()


main()
