#!/usr/bin/python3
# timeout: 600
# Mails that are broken or hostile: each is handled in its time, the next one unharmed, nothing lost,
# and the lead told of what nobody could read.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

HEAD = (b"Return-Path: <anna.kowalska@hillside.example>\r\nFrom: Anna Kowalska "
        b"<anna.kowalska@hillside.example>\r\nTo: box@hillside.example\r\nSubject: hello\r\n"
        b"Date: Mon, 02 Mar 2026 07:55:00 +0000\r\nMessage-ID: <bad1@mail.hillside.example>\r\n"
        b"MIME-Version: 1.0\r\n")
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
SORRY = b"i am so alone here\r\n"
CANARY = "so alone here"
SANITIZED = b"__asan_init" in read(PROGRAM)
SLOW = 100 if SANITIZED else 20  # seconds; to catch what hangs, not to measure


def nested(depth):
    out = [HEAD]
    for i in range(depth):
        out.append(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i))
    return b"".join(out) + b"Content-Type: text/plain\r\n\r\n" + SORRY


def wide(parts):
    return (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
            b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * parts + b"--b--\r\n")


def groups(size):
    return (HEAD.replace(b"To: box@hillside.example", b"To: " + b"g:" * (size // 2) + b";") + PLAIN +
            SORRY)


# name, mail, what becomes of it: read (a letter with these words), unreadable, held, or either
TABLE = [
    ("0 bytes", b"", "unreadable"),
    ("one byte", b"\n", None),
    ("no headers", b"\r\n" + SORRY, None),
    ("headers only", HEAD, None),
    ("30 MB", HEAD + PLAIN + b"a lot of it\r\n" * (30_000_000 // 13), "held"),
    ("19 MB of text", HEAD + PLAIN + SORRY + b"a lot of it\r\n" * (19_000_000 // 13), None),
    ("one line of 10 MB", HEAD + PLAIN + b"x" * 10_000_000, None),
    ("10,000 nested parts", nested(10_000), "unreadable"),
    ("10,000 parts side by side", wide(10_000), "unreadable"),
    ("150 parts side by side", wide(150), "read"),
    ("100,000 headers", HEAD + b"X-A: b\r\n" * 100_000 + PLAIN + SORRY, "unreadable"),
    ("a header of 1 MB", HEAD + b"X-A: " + b"b" * 1_000_000 + b"\r\n" + PLAIN + SORRY,
     "unreadable"),
    ("a group address of 100 kB", groups(100_000), "unreadable"),
    ("a group address of 10 kB", groups(10_000), None),
    ("NUL bytes", HEAD + PLAIN + b"\0\0" + SORRY + b"\0", "read"),
    ("NUL in a header", HEAD.replace(b"hello", b"he\0llo") + PLAIN + SORRY, None),
    ("an unknown charset", HEAD + b"Content-Type: text/plain; charset=klingon-1\r\n\r\n" + SORRY,
     "read"),
    ("wrong base64", HEAD + b"Content-Type: text/plain; charset=utf-8\r\n"
     b"Content-Transfer-Encoding: base64\r\n\r\n!!!! aSBhbSBzbyBhbG9uZSBoZXJl ????\r\n", None),
    ("no From", HEAD.replace(b"From: Anna Kowalska <anna.kowalska@hillside.example>\r\n", b"") +
     PLAIN + SORRY, "read"),
    ("two From", HEAD.replace(b"To:", b"From: Ben <ben@evil.example>\r\nTo:") + PLAIN + SORRY,
     "read"),
    ("two addresses in From", HEAD.replace(b"hillside.example>\r\nTo",
                                           b"hillside.example>, x@y.example\r\nTo") + PLAIN + SORRY,
     "read"),
    ("a forged token", HEAD.replace(b"box@", b"box+" + b"a" * 26 + b"@") + PLAIN + SORRY, "read"),
    ("CRLF in an encoded subject", HEAD.replace(
        b"hello", b"=?utf-8?q?hello=0D=0ABcc:_x@evil.example=0D=0A=0D=0Abody?=") + PLAIN + SORRY,
     "read"),
    ("CRLF in an encoded name", HEAD.replace(
        b"Anna Kowalska", b"=?utf-8?q?Anna=0D=0ABcc:_x@evil.example?=") + PLAIN + SORRY, "read"),
    ("CRLF in a Message-ID", HEAD.replace(b"<bad1@", b"<bad1\rX-Evil: 1\n @") + PLAIN + SORRY, None),
    ("HTML of 5 MB, nested", HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div><table><tr><td>" *
     250_000 + SORRY, None),
    ("HTML bomb of entities", HEAD + b"Content-Type: text/html\r\n\r\n<!DOCTYPE a [<!ENTITY b \"" +
     b"x" * 1000 + b"\">]>" + b"&b;" * 100_000 + SORRY, None),
    ("a mail in a mail in a mail", HEAD + (b"Content-Type: message/rfc822\r\n\r\n" + HEAD) * 2000 +
     PLAIN + SORRY, None),
    ("wrong UTF-8", HEAD + PLAIN + b"\xff\xfe\xc0\x80 " + SORRY, "read"),
    ("UTF-16 with half a character", HEAD + b"Content-Type: text/plain; charset=utf-16\r\n\r\n" +
     "so alone here".encode("utf-16") + b"\x00", None),
    ("a boundary that never comes", HEAD + b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n" +
     SORRY, None),
    ("a boundary of 100 kB", HEAD + b"Content-Type: multipart/mixed; boundary=\"" + b"z" * 100_000 +
     b"\"\r\n\r\n" + SORRY, None),
    ("uuencode without end", HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: "
     b"x-uuencode\r\n\r\nbegin 644 a\r\n" + b"M" * 100_000, None),
    ("quoted-printable without end", HEAD + b"Content-Type: text/plain\r\n"
     b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 1_000_000, None),
    ("a pattern's worst case", HEAD + PLAIN + b"a" * 50_000 + b" don't don't " * 20_000 + SORRY,
     None),
    ("combining characters", HEAD + PLAIN + "e\u0301\u0301\u0301".encode() * 200_000 + SORRY, None),
    ("only line feeds", b"\n" * 1_000_000, None),
    ("only a dash line", HEAD + PLAIN + b"-- \r\n" * 200_000, None),
]


def handle(t, name, raw, want):
    with Site(without=["listener wren"], people={"listener heron": {"at-most": "99"}}) as site:
        site.drop(raw)
        site.drop(make_mail(CLEO, WORRY))
        done, seconds, peak = measured(site)
        t.same(done.code, 0, f"{name}: the run ends well")
        t.ok(seconds < SLOW, f"{name}: in time", seconds)
        site.collect()
        summary = done.json
        MEASURED.append((name, seconds, peak))
        after = [mail for mail in site.to(HERON) if "eat alone" in mail.letter]
        t.same(len(after), 1, f"{name}: the next mail is unharmed")
        t.same([site.waiting, len(site.cases())], [[], 1 if want == "held" else 2],
               f"{name}: nothing is left, nothing lost")
        told = site.to(LEAD)
        if want == "held":
            t.same(os.listdir(site.file("mail/in/.Held/new")) != [], True, f"{name}: in Held")
            t.has(told[0].text, "too large to be read", f"{name}: the lead knows")
        elif summary["unreadable"]:
            t.ok(want in ("unreadable", None), f"{name}: unreadable", summary)
            case = [c for c in site.cases() if "unreadable" in c["categories"]][0]
            t.same([case["flag"], case["desk"]], [True, "lead"], f"{name}: flagged, the lead's")
            t.has(told[0].text, "could not read", f"{name}: who is told")
            opened = site.open(site.unseal(case["handle"]).packet,
                               original=os.path.join(site.folder, "original"))
            t.same(opened.code, 0, f"{name}: it can be unsealed")
            names = os.listdir(os.path.join(site.folder, "original"))
            t.ok(names and read(os.path.join(site.folder, "original", names[0])) == raw,
                 f"{name}: and lies there as it came")
        else:
            t.ok(want in ("read", None), f"{name}: read", summary)
            if want == "read" and CANARY.encode() in raw:
                t.ok(any(CANARY in mail.letter for mail in site.fresh if mail.to != address(ANNA)),
                     f"{name}: and passed on", site.fresh)
        for mail in site.fresh:
            t.ok("x@evil.example" not in str(mail.mail.items()) and "Bcc" not in mail.mail and
                 "X-Evil" not in mail.mail, f"{name}: no header comes through", mail.raw[:600])


MEASURED = []


def family(pid):
    """A process and all below it."""
    yield pid
    try:
        for child in read(f"/proc/{pid}/task/{pid}/children").split():
            yield from family(int(child))
    except OSError:
        pass


def high_water(pid):
    try:
        found = re.search(rb"VmHWM:\s+(\d+) kB", read(f"/proc/{pid}/status"))
    except OSError:
        return 0
    return int(found.group(1)) * 1024 if found else 0


def measured(site):
    """A run; its time, and the most memory that any one of its processes had."""
    start, peaks = time.monotonic(), {}
    with tempfile.TemporaryFile() as out:
        went = subprocess.Popen([PROGRAM, "-C", site.path, "run", "--json", "--now", site.moment],
                                stdout=out, stderr=out)
        while went.poll() is None:
            for pid in list(family(went.pid)):
                peaks[pid] = max(peaks.get(pid, 0), high_water(pid))
            time.sleep(0.002)
        out.seek(0)
        said = out.read().decode()
    return Result(went.returncode, said, "", 0, 0), time.monotonic() - start, max(peaks.values())


def part(number):
    def test(t):
        for row in TABLE[number::4]:
            handle(t, *row)
    test.__name__ = f"test_{number}"
    return test


for i in range(4):
    globals()[f"test_{i}"] = part(i)


def test_all_in_one_run(t):
    """All of them, one after the other, in one run."""
    with Site(without=["listener wren"], people={"listener heron": {"at-most": "99"}}) as site:
        rows = [row for row in TABLE if len(row[1]) < 2_000_000]
        for i, (_, raw, _) in enumerate(rows):
            site.drop(raw.replace(b"bad1", b"bad%d" % i))
        site.drop(make_mail(CLEO, WORRY))
        done, seconds, peak = measured(site)
        site.collect()
        t.same(done.code, 0, "the run ends well")
        t.ok(seconds < 3 * SLOW, "in time", seconds)
        t.same([len(site.cases()), site.waiting], [len(rows) + 1, []], "every one is a case")
        t.ok(any("eat alone" in mail.letter for mail in site.to(HERON)), "the last one is read")
        MEASURED.append(("all of them", seconds, peak))


def test_what_it_cost(t):
    """Said, not judged: a machine that builds something else meanwhile is slow."""
    for name, seconds, peak in sorted(MEASURED, key=lambda row: -row[1]):
        t.note(f"{seconds:6.2f} s {peak / 1e6:6.0f} MB  {name}")
    t.ok(SANITIZED or all(peak < 200e6 for name, _, peak in MEASURED), "none takes much memory",
         [row for row in MEASURED if row[2] >= 200e6])


scenarios(globals())
