"""A site to test on, as its people see it: a black box between two Maildirs.

    with Site() as site:
        site.write(ANNA, "the others laugh at me")
        site.run()
        letter = site.got(HERON)                 # the one new mail to this address
        site.answer(letter, HERON, "that sounds hard", client="gmail")
        site.run()

Time stands still unless a test moves it (site.later, site.at): the site is one for trying out.
Nothing here knows how the program works; it reads what is said in the manual, no more."""

import atexit
import email
import email.header
import email.policy
import email.utils
import hashlib
import html
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
import traceback
import urllib.parse
from datetime import datetime, timedelta, timezone

BUILD = os.environ.get("BUILD", "build")
PROGRAM = os.path.realpath(os.environ.get("WORRYBOX", os.path.join(BUILD, "worrybox")))

BOX = "box@hillside.example"
# Nobody here exists. Names and addresses are such as occur in no template and no letter.
ANNA = "Anna Kowalska <anna.kowalska@hillside.example>"
BEN = "Ben Okonkwo <bokonkwo@hillside.example>"
CLEO = "Cleo Vandersteen <cleo.v@posteo.example>"
HERON = "Jonas Starling <12js@hillside.example>"
WREN = "Katarzyna Thornbury <11kt@hillside.example>"
LEAD = "Ms Okafor <okafor@hillside.example>"
DEPUTY = "Mr Hughes <hughes@hillside.example>"
HEAD = "Mrs Singh <singh@hillside.example>"
SUPERVISOR = "Miss Bell <bell@hillside.example>"
WITNESS = "Chair <chair@governors.example>"

# What no rule speaks on, and what one of danger does.
WORRY = "the others at my table never talk to me and i eat alone"
DANGER = "i want to die"

PEOPLE = {
    "lead okafor": {"name": "Ms Okafor", "mail": "okafor@hillside.example", "key": "@okafor"},
    "deputy hughes": {"name": "Mr Hughes", "mail": "hughes@hillside.example", "key": "@hughes"},
    "head singh": {"name": "Mrs Singh", "mail": "singh@hillside.example"},
    "supervisor bell": {"name": "Miss Bell", "mail": "bell@hillside.example"},
    "witness chair": {"name": "The chair", "mail": "chair@governors.example"},
    "listener heron": {"name": "Jonas Starling", "mail": "12js@hillside.example",
                       "sign": "Heron"},
    "listener wren": {"name": "Katarzyna Thornbury", "mail": "11kt@hillside.example",
                      "sign": "Wren"},
}

PASSPHRASE = "correct horse battery"


# ---- TAP -----------------------------------------------------------------------------------------

class Tap:
    """Prints TAP. A test file says what it found with ok() and ends with done()."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, passed, name, *details):
        self.count += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} - {name.replace('#', ' ')}")
        for detail in details if not passed else ():
            print(textwrap.indent(str(detail)[:3000], "# ", lambda line: True))
        sys.stdout.flush()
        return passed

    def same(self, got, want, name):
        return self.ok(got == want, name, f"got:    {got!r}", f"wanted: {want!r}")

    def has(self, text, words, name):
        """All of `words` occur in `text`, however it is wrapped."""
        flat = " ".join(text.split())
        words = [words] if isinstance(words, str) else words
        missing = [word for word in words if word not in flat]
        return self.ok(not missing, name, f"missing: {missing}", text)

    def lacks(self, text, words, name):
        flat = " ".join(text.split()).lower()
        words = [words] if isinstance(words, str) else words
        found = [word for word in words if word.lower() in flat]
        return self.ok(not found, name, f"found: {found}", text)

    def note(self, text):
        print("# " + text)

    def scenario(self, function, *args):
        """Runs one scenario; what it raises is a failure of it, not the end of the file."""
        try:
            function(self, *args)
        except Exception:
            self.ok(False, f"{function.__name__} breaks off", traceback.format_exc())

    def done(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def scenarios(module):
    """Runs every function of the module whose name begins with "test_", in order."""
    tap = Tap()
    chosen = sys.argv[1:]
    for name, function in list(module.items()):
        if name.startswith("test_") and (not chosen or name in chosen):
            tap.scenario(function)
    tap.done()


# ---- mails ---------------------------------------------------------------------------------------

def address(who):
    """The bare address of "Name <address>"."""
    return email.utils.parseaddr(who)[1]


class Sent:
    """A mail the program sent, read as its recipient's mail program would."""

    def __init__(self, raw):
        self.raw = raw
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.mail = mail
        self.to = address(str(mail["To"]))
        self.subject = str(mail["Subject"])
        self.reply_to = address(str(mail["Reply-To"])) if mail["Reply-To"] else None
        self.id = str(mail["Message-ID"])
        self.refs = str(mail["References"] or "")
        self.attached = [part for part in mail.iter_attachments()]
        body = mail.get_body()
        self.text = body.get_content() if body is not None else ""
        self.date = email.utils.parsedate_to_datetime(str(mail["Date"]))

    @property
    def token(self):
        match = re.search(r"\+([a-z2-7]{26})@", self.reply_to or "")
        match = match or re.search(r"\[([a-z2-7]{26})\]", self.subject)
        return match and match.group(1)

    @property
    def handle(self):
        """The conversation it is about, from its subject."""
        match = re.search(r"- ([a-z]+(?:-[a-z]+)+)", self.subject)
        return match and match.group(1)

    @property
    def everything(self):
        """Header and text, decoded: what a search for a name has to look through."""
        heads = "\n".join(f"{key}: {value}" for key, value in self.mail.items())
        parts = [part.get_content() for part in self.mail.walk()
                 if part.get_content_maintype() == "text"]
        whole = heads + "\n\n" + "\n".join(parts) + "\n" + self.raw.decode("latin-1")
        return self.without_chance(whole)

    def without_chance(self, text):
        """Without what was drawn at random and says nothing of anybody: the handle and the ids. A
        "savanna" holds an Anna, and one base32 word in many thousands a 12js."""
        text = re.sub(r"(?i)(?<![a-z2-7])(?:[a-z2-7]{26}|[a-z2-7]{16}(?=@))(?![a-z2-7])", "#", text)
        return text.replace(self.handle, "#") if self.handle else text

    @property
    def letter(self):
        """What stands between the stars: a letter, an answer returned, a note."""
        pieces = re.split(r"(?m)^\* \* \*$", self.text)
        return pieces[1].strip() if len(pieces) > 1 else ""

    def tap_link(self, word):
        """The mailto: link for a word, taken apart: address, subject, body."""
        for link in re.findall(r"mailto:\S+", self.text):
            url = urllib.parse.urlsplit(link)
            query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
            if query.get("subject", [""])[0].split(" [")[0] == word:
                return urllib.parse.unquote(url.path), query["subject"][0], query["body"][0]
        return None

    def __repr__(self):
        return f"<{self.to}: {self.subject}>"


def make_mail(who, text, subject="hello", to=BOX, headers=None, charset="utf-8", number=[0],
              when=None):
    """The bytes of a plain mail. `headers` replaces or (None) removes; a list repeats."""
    number[0] += 1
    when = when or datetime(2026, 3, 2, 7, 55, tzinfo=timezone.utc)
    heads = {"Return-Path": f"<{address(who)}>", "From": who, "To": to, "Subject": subject,
             "Date": email.utils.format_datetime(when),
             "Message-ID": f"<{number[0]}.{os.getpid()}.{time.time_ns()}@mail.hillside.example>",
             "MIME-Version": "1.0", "Content-Type": f"text/plain; charset={charset}",
             "Content-Transfer-Encoding": "8bit"}
    for key, value in (headers or {}).items():
        heads[key] = value
    lines = []
    for key, value in heads.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                lines.append(f"{key}: {encoded(one)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + \
        text.replace("\n", "\r\n").encode(charset)


def encoded(value):
    return value if value.isascii() else email.header.Header(value, "utf-8").encode(maxlinelen=900)


def quote(text):
    return "\n".join("> " + line if line else ">" for line in text.rstrip().split("\n"))


def wrap_plain(text, width=72):
    return "\n".join(textwrap.fill(line, width) if len(line) > width else line
                     for line in text.split("\n"))


SIGNATURE = "{name}\nYear 12, Form 12JS\nTel. 07700 900452\n{address}"


def client_text(client, sent, who, text):
    """What a mail program makes of an answer: the text, its quote, a signature. Answers the plain
    text and, where that program sends one, the HTML."""
    name = email.utils.parseaddr(who)[0] or "Somebody"
    sign = SIGNATURE.format(name=name, address=address(who))
    day = sent.date.strftime("%a, %-d %b %Y at %H:%M")
    head = f"On {day} Hillside <{sent.reply_to or BOX}> wrote:"
    if client == "gmail":
        plain = f"{text}\n\n--\n{sign}\n\n{head}\n\n{quote(wrap_plain(sent.text))}\n"
        body = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n"))
        signature = html.escape(sign).replace("\n", "<br>")
        rest = html.escape(sent.text).replace("\n", "<br>")
        page = (f'<div dir="ltr">{body}<br clear="all"><div>-- <br><div dir="ltr" '
                f'class="gmail_signature">{signature}</div></div></div><br>'
                f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{html.escape(head)}'
                f'<br></div><blockquote class="gmail_quote">{rest}</blockquote></div>')
        return plain, page
    if client == "outlook":
        return (f"{text}\n\n{sign}\n\n-----Original Message-----\n"
                f"From: Hillside <{sent.reply_to or BOX}>\nSent: {day}\nTo: {who}\n"
                f"Subject: {sent.subject}\n\n{sent.text}\n"), None
    if client == "iphone":
        return (f"{text}\n\nSent from {name.split()[0]}'s iPhone\n\n> {head}\n> \n"
                f"{quote(sent.text)}\n"), None
    if client == "thunderbird":
        return f"{text}\n\n{head}\n{quote(wrap_plain(sent.text))}\n\n-- \n{sign}\n", None
    if client == "bare":  # a tapped link, or an app that quotes nothing
        return text, None
    raise ValueError(client)


def make_bounce(sent):
    """What a mail server makes of a mail of ours that it cannot deliver (RFC 3464)."""
    text = (f"--b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n\n--b\n"
            f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.hillside.example\n\n"
            f"Final-Recipient: rfc822; {sent.to}\nAction: failed\nStatus: 5.1.1\n\n--b\n"
            f"Content-Type: message/rfc822\n\n{sent.raw.decode('latin-1')}\n--b--\n")
    return make_mail("Mail Delivery System <MAILER-DAEMON@mx.hillside.example>", text,
                     "Undelivered Mail Returned to Sender", charset="latin-1",
                     headers={"Return-Path": "<>", "Content-Type":
                              "multipart/report; report-type=delivery-status; boundary=b"})


# ---- the site ------------------------------------------------------------------------------------

class Result:
    def __init__(self, code, out, err, seconds, peak):
        self.code, self.out, self.err = code, out, err
        self.seconds, self.peak = seconds, peak  # peak: bytes, of the largest process

    @property
    def json(self):
        return json.loads(self.out.strip().split("\n")[-1])

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.split("\n") if line.strip()]

    def __repr__(self):
        return f"<exit {self.code}>\n{self.out}\n{self.err}"


def call(argv, stdin=None, env=None, preexec=None, timeout=100):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    start = time.monotonic()
    done = subprocess.run(argv, input=stdin, capture_output=True, env=env, preexec_fn=preexec,
                          timeout=timeout)
    seconds = time.monotonic() - start
    del before
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"),
                  done.stderr.decode("utf-8", "replace"), seconds, peak)


def worrybox(*args, **kwargs):
    return call([PROGRAM, *args], **kwargs)


class Site:
    keys = {}  # name: (file, public line); made once a test file, for they cost a while
    keys_folder = None

    def __init__(self, people=None, without=(), site=None, blocks="", keyholders=("okafor",
                                                                                  "hughes")):
        """`people` adds to or replaces persons of PEOPLE (a key of None is left out), `without`
        leaves persons out; `site` sets keys of the block site (a list repeats); `blocks` is text
        for further blocks."""
        self.folder = tempfile.mkdtemp(prefix="site-")
        self.path = os.path.join(self.folder, "site")
        made = worrybox("init", self.path)
        assert made.code == 0, made
        self.init_text = made.out
        sheets = re.findall(r"(?m)^ {4}(wb(?:host|seed|sec)1 .*)$", made.out)
        self.host_sheet, self.seed_sheet, self.practice_sheet = sheets
        self.conf = {"name": "Hillside", "address": BOX, "timezone": "Europe/London",
                     "state": "state", "demo": "yes", "alert-minutes": "30", "delay": "0", **(site or {})}
        self.blocks = blocks
        self.people = {}
        for who, lines in {**PEOPLE, **(people or {})}.items():
            if who not in without:
                self.people[who] = {**PEOPLE.get(who, {}), **lines}
        self.keyholders = keyholders
        self.configure()
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc)  # a Monday
        self.seen = set()
        self.inbox = []  # every mail sent so far, in the order of the runs
        self.fresh = []  # those of the last run
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what it is made of

    @classmethod
    def key(cls, name):
        """A keyholder's real key, made by keygen: its file, and its public line."""
        if name not in cls.keys:
            if cls.keys_folder is None:
                cls.keys_folder = tempfile.mkdtemp(prefix="keys-")
                atexit.register(shutil.rmtree, cls.keys_folder, ignore_errors=True)
                with open(cls.passphrase(), "w") as file:
                    file.write(PASSPHRASE + "\n")
                os.chmod(cls.passphrase(), 0o600)
            path = os.path.join(cls.keys_folder, name + ".key")
            made = worrybox("keygen", name, "--out", path, "--passphrase-file", cls.passphrase(),
                            "--sheet")
            assert made.code == 0, made
            sheet = re.search(r"(?m)^(wbsec1 .*)$", made.out).group(1)
            cls.keys[name] = (path, made.out.split()[0], sheet)
        return cls.keys[name]

    @classmethod
    def passphrase(cls):
        return os.path.join(cls.keys_folder, "passphrase")

    def configure(self):
        """Writes site.conf and people.conf from self.conf, self.blocks and self.people."""
        text = ["site"]
        for key, value in self.conf.items():
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    text.append(f"    {key}  {one}")
        text += ["mailbox", "    kind  maildir", "    path  mail/in",
                 "post", "    kind  maildir", "    path  mail/out", self.blocks]
        self.put("site.conf", "\n".join(text) + "\n")
        text = []
        for who, lines in self.people.items():
            text.append(who)
            for key, value in lines.items():
                if value is None or (key == "key" and who.split()[1] not in self.keyholders):
                    continue
                if value.startswith("@"):
                    value = self.key(value[1:])[1]
                text.append(f"    {key}  {value}")
        self.put("people.conf", "\n".join(text) + "\n")

    def file(self, *names):
        return os.path.join(self.path, *names)

    def put(self, name, data):
        path = self.file(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())

    def person(self, who, **lines):
        """Changes keys of one person in people.conf; None takes one out."""
        self.people[who] = {**self.people[who],
                            **{key.replace("_", "-"): value for key, value in lines.items()}}
        self.configure()

    def set(self, **lines):
        self.conf.update({key.replace("_", "-"): value for key, value in lines.items()})
        self.configure()

    # -- time

    def at(self, text):
        self.now = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
        return self

    def later(self, **span):
        self.now += timedelta(**span)
        return self

    @property
    def moment(self):
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    # -- mail in

    def drop(self, raw, name=None):
        """Delivers these bytes to the mailbox."""
        self.number += 1
        name = name or f"{time.time_ns()}.{self.number}.test"
        temporary = self.file("mail/in/tmp", name)
        with open(temporary, "wb") as file:
            file.write(raw)
        os.rename(temporary, self.file("mail/in/new", name))
        return raw

    def write(self, who, text, subject="hello", **kwargs):
        """A new mail to the box."""
        return self.drop(make_mail(who, text, subject, when=self.now, **kwargs))

    def answer(self, sent, who, text, client="gmail", headers=None, to=None, subject=None,
               drop=True):
        """An answer to a mail of ours, as this mail program would send it."""
        plain, page = client_text(client, sent, who, text)
        heads = {"In-Reply-To": sent.id, "References": (sent.refs + " " + sent.id).strip(),
                 **(headers or {})}
        raw = make_mail(who, plain, subject if subject is not None else "Re: " + sent.subject,
                        to=to or f"Hillside <{sent.reply_to or BOX}>", headers=heads,
                        when=self.now)
        if page is not None:
            raw = alternative(raw, plain, page)
        return self.drop(raw) if drop else raw

    def tap(self, sent, who, word, more=""):
        """A tapped link: a new mail to the tagged address, without a reference to anything."""
        link = sent.tap_link(word)
        assert link is not None, f"no link {word} in {sent.text}"
        to, subject, body = link
        return self.write(who, body + more, subject, to=to)

    # -- what is in the mailbox and was sent

    @property
    def waiting(self):
        return sorted(os.listdir(self.file("mail/in/new")) + os.listdir(self.file("mail/in/cur")))

    def collect(self):
        """Reads the mails that were sent since the last time."""
        folder = self.file("mail/out/new")
        names = [name for name in os.listdir(folder) if name not in self.seen]
        self.seen.update(names)
        self.fresh = []
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                self.fresh.append(Sent(file.read()))
        self.inbox += self.fresh
        return self.fresh

    def to(self, who, among=None):
        """The mails of the last run to this address (or `among` others)."""
        return [mail for mail in (self.fresh if among is None else among)
                if mail.to == address(who)]

    def got(self, who, about=None):
        """The one mail of the last run to this address (whose subject begins so)."""
        mails = [mail for mail in self.to(who) if about is None or mail.subject.startswith(about)]
        assert len(mails) == 1, f"{who} got {mails}, of {self.fresh}"
        return mails[0]

    # -- the program

    def call(self, *args, **kwargs):
        return worrybox("-C", self.path, *args, **kwargs)

    def run(self, *args, code=0, collect=True, **kwargs):
        """One run at self.now. Answers its summary."""
        done = self.call("run", "--json", "--now", self.moment, *args, **kwargs)
        assert code is None or done.code == code, done
        self.last = done
        if collect:
            self.collect()
        return done.json if done.code in (0, 75) and done.out.strip() else done

    def cases(self, every=True):
        done = self.call("case", "list", "--json", *(["--all"] if every else []))
        assert done.code == 0, done
        return done.lines

    def case(self, handle):
        """One case, as `case list --json` shows it; None where there is none."""
        return next((one for one in self.cases() if one["handle"] == handle), None)

    def only(self):
        cases = self.cases()
        assert len(cases) == 1, cases
        return cases[0]

    def audit(self, handle=None):
        done = self.call("audit", "show", "--json", *([handle] if handle else []))
        assert done.code == 0, done
        return done.lines

    def acts(self, handle=None):
        return [row["act"] for row in self.audit(handle)]

    def letters(self, handle):
        """What `case show --letters` prints."""
        done = self.call("case", "show", handle, "--letters")
        assert done.code == 0, done
        return done.out

    def do(self, *args, code=0):
        """case, purge: what takes --now."""
        done = self.call(*args, "--now", self.moment)
        assert code is None or done.code == code, done
        return done

    # -- who wrote

    def unseal(self, handle, by="okafor", ground="danger", reason="they may be in danger",
               out=None, more=()):
        out = out or os.path.join(self.folder, f"{handle}-{by}-{time.time_ns()}.packet")
        done = self.call("unseal", handle, "--by", by, "--ground", ground, "--reason", reason,
                         "--out", out, "--now", self.moment, *more)
        done.packet = out
        return done

    def open(self, packet, holder="okafor", original=None):
        more = ["--original", original] if original else []
        return worrybox("open", packet, "--key", self.key(holder)[0], "--passphrase-file",
                        self.passphrase(), "--json", *more)

    def who_wrote(self, handle, by="okafor"):
        """Unseals and opens: the messages of a case."""
        done = self.unseal(handle, by)
        assert done.code == 0, done
        opened = self.open(done.packet, by)
        assert opened.code == 0, opened
        return opened.lines

    # -- the files

    def database(self, name="worrybox.db"):
        return sqlite3.connect(self.file("state", name))

    def bytes_of_state(self):
        """Everything in the files of state/, concatenated."""
        return b"".join(read(self.file("state", name))
                        for name in sorted(os.listdir(self.file("state"))))

    def digest(self):
        """Of every file of the site: name, mode, content."""
        found = {}
        for folder, _, names in os.walk(self.path):
            for name in names:
                path = os.path.join(folder, name)
                found[os.path.relpath(path, self.path)] = (
                    os.stat(path).st_mode, hashlib.sha256(read(path)).hexdigest())
        return found

    def copy(self):
        """The same site again, in another folder."""
        other = Site.__new__(Site)
        other.__dict__.update(self.__dict__)
        other.folder = tempfile.mkdtemp(prefix="site-")
        other.path = os.path.join(other.folder, "site")
        shutil.copytree(self.path, other.path, symlinks=True)
        other.conf = dict(self.conf)
        other.people = {who: dict(lines) for who, lines in self.people.items()}
        other.seen, other.inbox, other.fresh = set(self.seen), list(self.inbox), []
        return other


def read(path):
    with open(path, "rb") as file:
        return file.read()


def alternative(raw, plain, page):
    """Makes multipart/alternative of a plain mail."""
    head = raw.split(b"\r\n\r\n", 1)[0].decode()
    head = re.sub(r"(?im)^content-(type|transfer-encoding):.*\r?\n?", "", head + "\r\n").rstrip()
    lines = [head, 'Content-Type: multipart/alternative; boundary="0000aa"', "", "--0000aa",
             "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
             plain.replace("\n", "\r\n"), "--0000aa", "Content-Type: text/html; charset=utf-8",
             "Content-Transfer-Encoding: 8bit", "", page.replace("\n", "\r\n"), "--0000aa--", ""]
    return "\r\n".join(lines).encode()


def names_in(who):
    """What must not be seen of a person: address, its local part, the words of the name."""
    name, addr = email.utils.parseaddr(who)
    return [addr, addr.split("@")[0]] + [word for word in name.split() if len(word) > 3]
