#!/usr/bin/python3
# timeout: 120
"""A word of its own in every place of a mail where a name may hide; the whole program runs; then
every mail it sent, its files (also while it ran), its logs, its folders for temporary files, its
command line and its environment are searched for each of them, in whatever encoding.

    tests/canary.t          a sample: every kind of place (part of make check)
    tests/canary.t --full   make canary: more than 500 mails

What the author wrote as a word of the letter must arrive; all else must not. The control: the same
search over the same mails as they came, forwarded, finds the mark of every place."""

import base64
import collections
import os
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib"))
from canary import *  # noqa: E402,F403
from school import *  # noqa: E402,F403
import school  # noqa: E402

STAFF = ("okafor", "hughes", "singh", "bell", "chair")


class Watch(threading.Thread):
    """Takes a copy of everything a running program leaves to be seen: processes, temporary folders,
    databases and journals."""

    def __init__(self, site, pid, folder):
        super().__init__()
        self.site, self.pid, self.folder = site, pid, folder
        self.copies, self.seen, self.looks, self.bytes = [], set(), 0, 0
        self.over = False

    def run(self):
        while not self.over:
            self.look()
            time.sleep(0.002)
        self.look()

    def look(self):
        self.looks += 1
        for pid in self.processes():
            for name in ("cmdline", "environ"):
                self.take("process", f"/proc/{pid}/{name}")
        for where, _, names in os.walk(self.folder):
            for name in names:
                self.take("temporary", os.path.join(where, name))
        state = self.site.file("state")
        for name in os.listdir(state):
            journal = name.endswith("-journal")
            if journal or self.looks % 50 == 1:  # a journal is gone again at once
                self.take("journal" if journal else "database", os.path.join(state, name))

    def processes(self):
        todo, found = [self.pid], []
        while todo:
            pid = todo.pop()
            found.append(pid)
            try:
                todo += map(int, read(f"/proc/{pid}/task/{pid}/children").split())
            except OSError:
                pass
        return found

    def take(self, kind, path):
        if self.bytes > 512 << 20:
            return
        try:
            data = read(path)
        except OSError:
            return
        digest = hashlib.sha256(data).digest()
        if data and digest not in self.seen:
            self.seen.add(digest)
            self.bytes += len(data)
            self.copies.append((kind, os.path.basename(path), data))


class Play:
    """A school where everybody's mail is full of marks."""

    def __init__(self, pupils):
        self.mint = Mint()
        self.pupils = pupils
        self.listeners = [Author(self.mint, who, "listener") for who in ("heron", "wren")]
        people = {f"listener {one.who}": {"name": one.name, "mail": one.address, "at-most": "9999"}
                  for one in self.listeners}
        self.site = Site(people=people, site={"letters-a-day": None})
        self.staff = [Author(self.mint, who.split()[1], "staff", lines["mail"], lines["name"])
                      for who, lines in PEOPLE.items() if who.split()[1] in STAFF]
        self.writers = [Author(self.mint, f"pupil-{n}", "pupil") for n in range(pupils)]
        self.people = {one.address.lower(): one
                       for one in self.listeners + self.staff + self.writers}
        self.originals, self.number = [], 0
        self.wrong, self.arrived = [], set()
        self.relayed = set()  # numbers of mails that somebody shall get to read
        self.danger = set()  # whose letters an adult reads, unmasked
        self.watched = collections.Counter()
        self.looks = 0

    # -- writing

    def mail(self, author, words, to=BOX, answers=None, personal=True):
        mail = Mail(author, words, to, answers, personal, self.number)
        self.number += 1
        self.originals.append(mail.raw)
        if mail.relayed:
            self.relayed.add(self.mint.mails)
        self.site.drop(mail.raw)
        return mail

    def letters(self):
        for n, author in enumerate(self.writers):
            if n % 10 == 9:
                self.danger.add(author.who)
            self.mail(author, DANGER if n % 10 == 9 else WORRY)

    def answer_all(self, fresh, personal):
        """Whoever got a letter answers it, as mail programs do: with all of it quoted."""
        for n, sent in enumerate(fresh):
            author = self.people[sent.to.lower()]
            if sent.reply_to is None or sent.token is None:
                continue
            words = WORRY + ", again" if author.role == "pupil" else "that sounds lonely"
            self.mail(author, words, sent.reply_to, sent, personal(n))

    # -- running and looking

    def run(self):
        site = self.site
        folder = os.path.join(site.folder, "tmp")
        os.makedirs(folder, exist_ok=True)
        env = {**os.environ, "TMPDIR": folder}
        with open(os.path.join(site.folder, "log"), "wb+") as log:
            child = subprocess.Popen([school.PROGRAM, "-C", site.path, "--verbose", "run", "--json",
                                      "--now", site.moment], stdout=log, stderr=log, env=env)
            watch = Watch(site, child.pid, folder)
            watch.start()
            code = child.wait(600)
            watch.over = True
            watch.join()
            log.seek(0)
            said = log.read()
        os.unlink(os.path.join(site.folder, "log"))
        assert code == 0, said[-2000:]
        self.looks += watch.looks
        self.watched += collections.Counter(kind for kind, _, _ in watch.copies)
        self.wrong += [(f"{kind}: {name}", mark) for kind, name, data in watch.copies
                       for mark in marks_in(data, 1)]
        self.wrong += [("log", mark) for mark in marks_in(said)]
        for name in os.listdir(site.file("state")):
            self.wrong += [(f"at rest: {name}", mark)
                           for mark in marks_in(read(site.file("state", name)), 1)]
        self.look_at_mails(site.collect())
        return site.fresh

    def look_at_mails(self, mails):
        for sent in mails:
            reader = self.people[sent.to.lower()]
            for mark in marks_in_mail(sent.raw):
                place, _, _, author = self.mint.placed[mark]
                if author == reader.who:
                    continue
                adult = reader.role == "staff" and author in self.danger
                if PLACES[place] == "all" or (PLACES[place] == "lead" and adult):
                    self.arrived.add(mark)
                else:
                    self.wrong.append((f"mail to a {reader.role}: {sent.subject[:60]}", mark))

    def play(self):
        self.letters()
        first = self.run()
        letters = [m for m in first if self.people[m.to.lower()].role != "pupil"]
        self.site.later(minutes=20)
        self.answer_all(letters, lambda n: n % 4 == 3)
        second = self.run()
        answers = [m for m in second if self.people[m.to.lower()].role == "pupil"]
        self.site.later(minutes=20)
        self.answer_all(answers, lambda n: n % 2 == 0)
        self.run()


def describe(play, wrong):
    lines = collections.Counter()
    for where, mark in wrong:
        place, form, number, author = play.mint.placed.get(mark, ("?", "?", "?", "?"))
        lines[f"{place} ({form}) in {where}"] += 1
    return "\n".join(f"{count:5}  {line}" for line, count in lines.most_common(60))


def control(t, play):
    """A program that forwards: the same search finds every mark, in a mail and in a file."""
    missed, found = collections.Counter(), set()
    for raw in play.originals:
        forward = (b"From: box@hillside.example\r\nContent-Type: message/rfc822\r\n\r\n" + raw)
        found |= marks_in_mail(forward)
    for mark, (place, form, number, author) in play.mint.placed.items():
        if mark not in found and number > 0:  # 0: of somebody's address, who may not have written
            missed[f"{place} ({form})"] += 1
    t.ok(not missed, "control: forwarded as they came, the mark of every place is found", missed)
    path = os.path.join(play.site.folder, "control.db")
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("create table leaky (what)")
    words = [mark for mark in play.mint.placed][:40]
    ways = (str.encode, lambda w: w.upper().encode(), lambda w: w.encode("utf-16-le"),
            lambda w: w.encode("utf-16-be"), lambda w: w.encode().hex().encode(),
            lambda w: base64.b64encode(w.encode()), lambda w: base64.b64encode(b"x" + w.encode()),
            lambda w: base64.b64encode(b"xy" + w.encode()), lambda w: base64.b32encode(w.encode()),
            lambda w: "".join(f"%{ord(c):02x}" for c in w).encode(),
            lambda w: "".join(f"={ord(c):02X}" for c in w).encode(),
            lambda w: b"=?utf-8?b?" + base64.b64encode(w.encode()) + b"?=")
    lost = []
    for n, way in enumerate(ways):
        db.execute("delete from leaky")
        db.executemany("insert into leaky values (?)", [(way(word),) for word in words])
        db.execute("vacuum")
        lost += [(n, word) for word in set(words) - marks_in(read(path), 1)]
    db.close()
    t.ok(not lost, f"control: in a database, written in any of {len(ways)} ways", lost)


def main():
    full = "--full" in sys.argv
    t = Tap()
    play = Play(230 if full else 14)
    with play.site as site:
        play.play()
        placed = collections.Counter(place for place, _, _, _ in play.mint.placed.values())
        kinds = {(place, form) for place, form, _, _ in play.mint.placed.values()}
        t.note(f"{len(play.originals)} mails in, {len(site.inbox)} out; {len(play.mint.placed)} "
               f"marks in {len(placed)} kinds of place ({len(kinds)} with their encodings)")
        t.note(f"{play.looks} looks at it running: {dict(play.watched)}")
        t.same(sorted(set(PLACES) - set(placed)), [], "every kind of place has its mark")
        t.ok(len(placed) >= 60, "at least 60 kinds of place", len(placed))
        if full:
            t.ok(len(play.originals) >= 500 and len(play.mint.placed) >= 30000,
                 "at least 500 mails and 30,000 marks")
        t.ok(play.watched["process"] >= 2 and play.watched["database"] >= 2,
             "it was seen while it ran", play.watched)
        t.ok(not play.wrong, f"{len(play.wrong)} marks on the wrong side", describe(play, play.wrong))
        words = [mark for mark, (place, _, number, _) in play.mint.placed.items()
                 if place == "word" and number in play.relayed]
        lost = [mark for mark in words if mark not in play.arrived]
        t.note(f"{len(words)} letters and answers that somebody was to read: "
               f"{len(words) - len(lost)} came")
        t.ok(words and not lost, "what people wrote as their words arrives",
             describe(play, [("nobody", mark) for mark in lost]))
        control(t, play)
    t.done()


main()
