#!/usr/bin/python3
# Every problem of site, people, rules and templates: all in one go, file:line, exit 78; and nothing
# is touched meanwhile.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

SITE = """site
    name  Hillside
    address  box@hillside.example
    demo  yes
mailbox
    kind  maildir
    path  mail/in
post
    kind  maildir
    path  mail/out
"""
PEOPLE = """lead okafor
    mail  okafor@hillside.example
    key   {key}
listener heron
    mail  12js@hillside.example
    sign  Heron
"""
RULE = "rule one\n    phrase  blue moon\n    hit  blue moon\n    miss  red moon\n"

# Of which file; what is added to (or replaces in) it; the line; what is said.
TABLE = [
    ("site.conf", "+nonsense\n", 11, "nonsense"),
    ("site.conf", "+sites\n    name x\n", 11, 'did you mean "site"'),
    ("site.conf", "+site\n    name x\n", 11, "site"),
    ("site.conf", "+    pth  x\n", 11, 'did you mean "path"'),
    ("site.conf", "+    path  other\n", 11, "path"),
    ("site.conf", ("address  box@hillside.example", "address  box at hillside"), 3,
     "is no mail address"),
    ("site.conf", ("    address  box@hillside.example\n", ""), 1, "address"),
    ("site.conf", ("demo  yes", "demo  perhaps"), 4, "demo"),
    ("site.conf", ("demo  yes", "timezone  Mars/Olympus"), 4, "time zone"),
    ("site.conf", ("demo  yes", "writers  nobody"), 4, "school"),
    ("site.conf", ("demo  yes", "alert-minutes  0"), 4, "alert-minutes"),
    ("site.conf", ("demo  yes", "alert-minutes  soon"), 4, "alert-minutes"),
    ("site.conf", ("demo  yes", "domain  not a domain"), 4, "is no domain"),
    ("site.conf", ("demo  yes", "roll  nowhere.txt"), 4, '"roll" is a file that cannot be read'),
    ("site.conf", ("demo  yes", "language  xx"), 0, "templates/xx"),
    ("site.conf", ("kind  maildir\n    path  mail/in", "kind  pop3"), 6, "is one of: maildir, imap"),
    ("site.conf", ("kind  maildir\n    path  mail/in", "kind  imap"), 5, 'needs a "host"'),
    ("site.conf", ("    path  mail/in\n", ""), 5, 'needs a "path"'),
    ("site.conf", ("kind  maildir\n    path  mail/in",
                   "kind  imap\n    host  imap.h.example\n    tls  no"), 8, "loopback"),
    ("site.conf", ("kind  maildir\n    path  mail/in",
                   "kind  imap\n    host  h.example\n    user  box"), 8, "password-command"),
    ("site.conf", ("post\n    kind  maildir\n    path  mail/out\n", ""), 0, "post"),
    ("site.conf", "+limits\n    mail-size  huge\n", 12, "mail-size"),
    ("site.conf", "+limits\n    parts  -1\n", 12, "parts"),
    ("site.conf", "+retention\n    unflagged-days  0\n", 12, "unflagged-days"),
    ("site.conf", "+  \xff\xfe bad\n", 11, "UTF-8"),
    ("people.conf", "+listener heron\n    mail  x@h.example\n    sign  Rook\n", 7, "heron"),
    ("people.conf", "+head heron\n    mail  x@h.example\n", 7, "short name"),
    ("people.conf", "+listener rook\n    mail  x@h.example\n    sign  heron\n", 9, "sign-off"),
    ("people.conf", "+listener rook\n    mail  12JS@hillside.example\n    sign  Rook\n", 8,
     "somebody else"),
    ("people.conf", "+listener rook\n    mail  box+x@hillside.example\n    sign  Rook\n", 8,
     "the box itself"),
    ("people.conf", "+listener rook\n    mail  x@h.example\n", 7, "sign"),
    ("people.conf", "+listener rook\n    sign  Rook\n", 7, "mail"),
    ("people.conf", "+listener Rook!\n    mail  x@h.example\n    sign  Rook\n", 7, "short name"),
    ("people.conf", "+listener\n    mail  x@h.example\n    sign  Rook\n", 7, "listener"),
    ("people.conf", "+    on  someday\n", 7, "takes days"),
    ("people.conf", "+    from  25:00\n", 7, "time of day"),
    ("people.conf", "+    from  14:00\n    until  13:00\n", 8, "must be later"),
    ("people.conf", "+    trained-until  next year\n", 7, "takes a date"),
    ("people.conf", "+    at-most  many\n", 7, "at-most"),
    ("people.conf", "+    key  wbpub1abc\n", 7, "key"),
    ("people.conf", ("key   {key}", "key   wbpub1nonsense"), 3, "public line"),
    ("people.conf", ("    key   {key}\n", ""), 0, "nobody has a"),
    ("people.conf", ("lead okafor", "head okafor"), 0, "needs a lead"),
    ("people.conf", "+teacher x\n    mail  x@h.example\n", 7, "teacher"),
    ("people.conf", "+    not-abot  bullying\n", 7, 'did you mean "not-about"'),
    ("rules/90.rules", "+    pattern  (unclosed\n", 5, "closing parenthesis"),
    ("rules/90.rules", "+    severity  terrible\n", 5, "is one of: low"),
    ("rules/90.rules", "+    desk  nurse\n", 5, "is one of: listener"),
    ("rules/90.rules", "+    hit  nothing of it\n", 5, "should speak"),
    ("rules/90.rules", "+    miss  a blue moon\n", 5, "should not speak"),
    ("rules/90.rules", "+    phras  x\n", 5, 'did you mean "phrase"'),
    ("rules/90.rules", "+" + RULE, 5, "one"),
    ("rules/90.rules", "+phrase  at the margin\n", 5, "phrase"),
    ("rules/90.rules", "+" + RULE.replace("rule one", "rule drill"), 5, "cannot have the name drill"),
    ("rules/90.rules", "+    reply  no-such-template\n", 1, "no-such-template"),
    ("templates/en/crisis.txt", "+{{nonsense}}\n", None, "nonsense"),
    ("templates/en/crisis.txt", "+{{?helplines}\n", None, "crisis.txt:"),
    ("templates/en/crisis.txt", ("Subject:", "Subjekt:"), 1, "Subject"),
    ("templates/en/alert.txt", None, None, "is missing"),
]


def fresh():
    site = Site()
    site.put("site.conf", SITE)
    site.put("people.conf", PEOPLE.format(key=site.key("okafor")[1]))
    site.put("rules/90.rules", RULE)
    return site


def change(site, name, what):
    if what is None:
        os.unlink(site.file(name))
        return
    text = read(site.file(name)).decode()
    if isinstance(what, tuple):
        old = what[0].format(key=site.key("okafor")[1])
        assert old in text, (name, old)
        text = text.replace(old, what[1], 1)
    else:
        text += what[1:]
    site.put(name, text.encode("latin-1" if "\xff" in text else "utf-8"))


def test_each(t):
    with fresh() as site:
        t.same([site.call("check").code, site.run()["done"]], [0, True], "control: all is well")
        for name, what, line, says in TABLE:
            before = {one: read(site.file(one)) for one in
                      ("site.conf", "people.conf", "rules/90.rules", "templates/en/crisis.txt",
                       "templates/en/alert.txt")}
            change(site, name, what)
            label = f"{name}: {what if isinstance(what, str) else what and what[1]}".replace("\n", "|")
            done = site.call("check")
            errors = [one for one in done.err.split("\n") if says in one]
            t.same(done.code, 78, f"{label}: exit 78")
            want = f"{name}:{line}:" if line else ""
            t.ok(any(want in one for one in errors), f"{label}: says {want} … {says}", done.err)
            t.same(site.call("run").code, 78, f"{label}: no run")
            for one, text in before.items():
                site.put(one, text)
        t.same(site.call("check").code, 0, "control: all is well again")


def test_all_at_once(t):
    """All problems of all files in one go."""
    with fresh() as site:
        site.write(ANNA, WORRY)
        want = []
        for name, what, line, says in (
                ("site.conf", "+    pth  x\n", 11, "pth"),
                ("site.conf", ("demo  yes", "alert-minutes  0"), 4, "alert-minutes"),
                ("people.conf", "+    on  someday\n", 7, "takes days"),
                ("people.conf", "+    at-mots  3\n", 8, "at-mots"),
                ("rules/90.rules", "+    desk  nurse\n", 5, "listener"),
                ("rules/90.rules", "+    pattern  (unclosed\n", 6, "pattern"),
                ("templates/en/crisis.txt", "+{{nonsense}}\n", None, "nonsense")):
            change(site, name, what)
            want.append(f"{name}:{line or ''}")
        for args in (["check"], ["run"], ["case", "list"], ["run", "--dry-run"]):
            done = site.call(*args)
            missing = [one for one in want if one not in done.err]
            t.same([done.code, missing], [78, []], f"{args}: every one of them is told")
        t.same(len(site.waiting), 1, "and no letter touched")


def test_tolerated(t):
    """A BOM, CRLF, tabs, comments, blank lines, blanks at the end of a line."""
    with fresh() as site:
        site.put("site.conf", b"\xef\xbb\xbf# a comment\r\n\r\n" +
                 SITE.replace("\n", "  \r\n").replace("    ", "\t").encode())
        site.write(ANNA, WORRY)
        t.same(site.run()["letters"], 1, "all of it is fine")


def test_missing(t):
    for name in ("site.conf", "people.conf", "rules", "templates"):
        with fresh() as site:
            os.rename(site.file(name), site.file("gone"))
            done = site.call("check")
            t.ok(done.code == 78 and name in done.err, f"{name} is not there", done)
    done = worrybox("-C", "/nonexistent", "run")
    t.ok(done.code == 78, "no site at all", done)


def test_usage(t):
    for args in (["nonsense"], ["run", "--nonsense"], ["run", "extra"], ["case"], ["case", "list", "x"],
                 ["unseal"], ["open"], ["keygen"], ["audit", "x"], ["run", "--now", "yesterday"], []):
        done = worrybox(*args)
        t.ok(done.code == 64 and done.err, f"{args}: 64, and says why", done)
    with fresh() as site:
        site.put("site.conf", SITE.replace("    demo  yes\n", ""))
        done = site.call("run", "--now", site.moment)
        t.ok(done.code == 78, "--now only on a site for trying out", done)


def test_init(t):
    """init overwrites nothing; what it writes runs as it stands."""
    with Site() as site:
        before = site.digest()
        done = worrybox("init", site.path)
        t.same([done.code, site.digest() == before], [77, True], "init overwrites nothing")
        folder = os.path.join(site.folder, "new")
        worrybox("init", folder)
        done = worrybox("-C", folder, "check")
        t.ok(done.code == 0 and "practice" in done.err + done.out, "a new site is well", done)
        shutil.copy(os.path.join(folder, "site.conf"), site.folder)
        raw = make_mail(ANNA, DANGER)
        with open(os.path.join(folder, "mail/in/new/1"), "wb") as file:
            file.write(raw)
        done = worrybox("-C", folder, "run")
        t.ok(done.code == 0 and len(os.listdir(os.path.join(folder, "mail/out/new"))) == 2,
             "and runs as it stands", done)


scenarios(globals())
