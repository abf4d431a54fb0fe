#!/usr/bin/env python3
"""No credential byte to a server that is not who it should be; and what honest ones do get."""
import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
from badserver import MAIL, Server  # noqa: E402

TOOL = os.path.join(os.environ.get("BUILD", "build"), "tools", "boxtool")
SECRET, TOKEN = "s3cret-Passw0rd", "tok" * 700
BROKEN, SETUP = 75, 78
count = 0


def ok(yes, what, detail=""):
    global count
    count += 1
    print(("" if yes else "not ") + "ok %d - %s" % (count, what))
    for line in str(detail).splitlines() if not yes else []:
        print("# " + line)


def run(work, server, proto, *verb, **settings):
    keys = {"kind": proto, "host": "localhost", "port": server.port, "tls": server.tls,
            "ca-file": work + "/ca.pem", "user": "box@h.example",
            "password-file": work + "/secret", "deadline": 4}
    keys.update({key.replace("_", "-"): value for key, value in settings.items()})
    argv = [TOOL] + ["%s=%s" % (k, v) for k, v in keys.items() if v is not None] + list(verb)
    start = time.time()
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    done.seconds = time.time() - start
    return done


def told(server):
    """Did it hear the secret, in any of the ways it may be written?"""
    # In the base64 of NUL user NUL password the password lies at any of three offsets.
    forms = [SECRET, TOKEN[:60]] + [base64.b64encode(("x" * n + SECRET).encode())[4:-4].decode()
                                    for n in range(3)]
    return any(form.encode() in server.heard for form in forms) or b"LOGIN" in server.heard \
        or b"AUTH" in server.heard


def verb_of(proto):
    return ["count"] if proto == "imap" else ["probe"]


def refused(work, proto, what, exits, needle, **kind):
    settings = kind.pop("settings", {})
    with Server(proto, kind.pop("how", "honest"), work, **kind) as server:
        done = run(work, server, proto, *verb_of(proto), **settings)
    error = done.stderr.decode()
    ok(done.returncode in exits and needle in error and not told(server) and
       "pupil@" not in error, "%s: %s: refused, nothing told" % (proto, what),
       "exit %d\n%s\nheard %r" % (done.returncode, error, server.heard))
    return done


def accepted(work, proto, what, **kind):
    settings = kind.pop("settings", {})
    with Server(proto, kind.pop("how", "honest"), work, **kind) as server:
        done = run(work, server, proto, *verb_of(proto), **settings)
    ok(done.returncode == 0 and told(server), "%s: %s: accepted, and the login is told" %
       (proto, what), "exit %d\n%s\nheard %r" % (done.returncode, done.stderr, server.heard))
    return server


def certificates(work, proto):
    accepted(work, proto, "control: the right certificate")
    accepted(work, proto, "control: by address", settings={"host": "127.0.0.1"})
    accepted(work, proto, "control: STARTTLS", tls="starttls")
    accepted(work, proto, "control: in the clear on loopback", tls="no")
    for cert, needle in (("self-signed", "nobody this machine trusts"),
                         ("wrong-name", "another name"), ("expired", "expired"),
                         ("unknown-ca", "nobody this machine trusts")):
        for tls in ("yes", "starttls"):
            refused(work, proto, cert + ", " + tls, [SETUP], needle, cert=cert, tls=tls)
    refused(work, proto, "authority not among the system's", [SETUP], "nobody this machine trusts",
            settings={"ca_file": None})
    refused(work, proto, "ca-file that is none", [SETUP], "no certificate authority",
            settings={"ca_file": work + "/secret"})
    refused(work, proto, "TLS 1.0", [SETUP], "TLS 1.2", how="tls10")
    refused(work, proto, "in the clear, not loopback", [SETUP], "only this machine", tls="no",
            settings={"host": "192.0.2.1"})


def dialogue(work, proto):
    refused(work, proto, "STARTTLS stripped", [SETUP], "no STARTTLS", how="stripped", tls="starttls")
    refused(work, proto, "STARTTLS injected", [SETUP], "slipped in", how="injected", tls="starttls")
    refused(work, proto, "closes at once", [BROKEN], "", how="closing")
    refused(work, proto, "garbage", [BROKEN], "", how="garbage")
    refused(work, proto, "a line without an end", [BROKEN],
            "more than was asked for" if proto == "imap" else "not SMTP", how="flood")
    for what, kind in (("stalled handshake", {"how": "stalled"}),
                       ("stalled greeting", {"how": "stalled", "tls": "no"}),
                       ("one byte a second", {"how": "slow"}),
                       ("one byte a second, STARTTLS", {"how": "slow", "tls": "starttls"})):
        done = refused(work, proto, what, [BROKEN], "too slow", settings={"deadline": 1}, **kind)
        ok(done.seconds < 3, "%s: %s: within the deadline" % (proto, what), done.seconds)
    with Server(proto, "refuses", work) as server:
        for auth in ("login", "xoauth2"):
            done = run(work, server, proto, *verb_of(proto), auth=auth)
            ok(done.returncode == SETUP and b"password is wrong" in done.stderr and
               b"pupil@" not in done.stderr, "%s: %s refused" % (proto, auth), done.stderr)
    with Server(proto, "honest", work) as server:
        for user in ("a\r\nb LOGOUT", "a\x7f", "a\x01"):
            done = run(work, server, proto, *verb_of(proto), user=user)
            ok(done.returncode == SETUP and b"control" in done.stderr and not told(server),
               "%s: control characters in the user" % proto, done.stderr)
        done = run(work, server, proto, *verb_of(proto), password_file=work + "/control")
        ok(done.returncode == SETUP and not told(server), "%s: and in the password" % proto,
           done.stderr)


def imap_only(work):
    refused(work, "imap", "PREAUTH before STARTTLS", [SETUP], "PREAUTH", how="preauth",
            tls="starttls")
    refused(work, "imap", "PREAUTH under TLS", [SETUP], "PREAUTH", how="preauth")
    refused(work, "imap", "LOGINDISABLED", [SETUP], "LOGIN switched off", how="disabled")
    for how, exits, needle in (("nouidplus", SETUP, b"UIDPLUS"), ("bye", BROKEN, b"")):
        with Server("imap", how, work) as server:
            done = run(work, server, "imap", "count")
            ok(done.returncode == exits and needle in done.stderr, "imap: " + how,
               "%d %s" % (done.returncode, done.stderr))
    with Server("imap", "honest", work) as server:
        done = run(work, server, "imap", "count", folder="a\r\nx LOGOUT")
        ok(done.returncode == SETUP and not told(server), "imap: line feed in the folder",
           done.stderr)
    with Server("imap", "uninvited", work) as server:
        out = os.path.join(work, "out")
        os.mkdir(out)
        done = run(work, server, "imap", "fetch", out, "5")
        ok(done.stdout == b"1 mails, %d bytes\n" % len(MAIL) and os.listdir(out) == ["5"] and
           open(out + "/5", "rb").read() == MAIL, "imap: only what was asked for, and once",
           done.stdout + done.stderr)
    with Server("imap", "partial", work) as server:
        done = run(work, server, "imap", "fetch", "-", "5", "6", "7", "8")
        ok(done.returncode == 0 and done.stdout.startswith(b"2 mails") and
           server.heard.count(b"UID FETCH") == 4, "imap: one damaged mail keeps back no other",
           done.stdout + done.stderr + server.heard)
    with Server("imap", "folders", work) as server:
        done = run(work, server, "imap", "tidy")
        heard = [line.split(b" ", 1)[1] for line in server.heard.splitlines() if b" " in line]
        ok(done.stdout == b"1\n" and b"UID EXPUNGE 4" in heard and b"SELECT Trash" in heard and
           server.heard.count(b"EXPUNGE") == 1 and b"DELETE" not in server.heard,
           "imap: of copies only what was asked for; a folder's name is no command",
           "%s %s %s" % (done.stdout, done.stderr, heard))
    with Server("imap", "no-list", work) as server:
        done = run(work, server, "imap", "tidy")
        ok(done.returncode == BROKEN and b"box@" not in done.stderr, "imap: no folders are listed",
           done.stderr)
    with Server("imap", "honest", work) as server:
        done = run(work, server, "imap", "count", auth="xoauth2", password_file=work + "/token")
        line = base64.b64encode(("user=box@h.example\1auth=Bearer %s\1\1" % TOKEN).encode())
        ok(done.returncode == 0 and line in server.heard, "imap: a long access token whole",
           done.stderr)


def whole_run(work, how, wanted, what):
    """A run of the program itself on a mailbox that does not tell its folders, or does."""
    program = os.environ.get("WORRYBOX", os.path.join(os.environ.get("BUILD", "build"), "worrybox"))
    site = os.path.join(work, "site-" + how)
    subprocess.run([program, "init", site], check=True, capture_output=True)
    made = subprocess.run([program, "keygen", "okafor", "--out", site + "/key", "--passphrase-file",
                           work + "/secret"], check=True, capture_output=True, text=True)
    with open(site + "/people.conf", "w") as people:
        people.write("lead okafor\n name Ms Okafor\n mail okafor@h.example\n key %s\n"
                     "witness chair\n mail chair@gov.example\n" % made.stdout.split()[0])
    with Server("imap", how, work, tls="no") as server:
        with open(site + "/site.conf", "w") as conf:
            conf.write("site\n name Hillside\n address box@h.example\nmailbox\n kind imap\n tls no\n"
                       " host localhost\n port %d\n user box\n password-file %s/secret\npost\n"
                       " kind maildir\n path out\n" % (server.port, work))
        told = [subprocess.run([program, "-C", site, "run"] + more, capture_output=True, text=True)
                for more in ([], ["--json"])]
    ok(all(done.returncode == 0 and words in done.stdout for done, words in zip(told, wanted)) and
       "took 1 mail (" in told[0].stdout, "run: " + what,
       "\n".join("%d %s%s" % (done.returncode, done.stdout, done.stderr) for done in told))


def sends(work, how, words, exits, what, connections=None, mails=None, **settings):
    with Server("smtp", how, work) as server:
        done = run(work, server, "smtp", "send", "p@h.example", work + "/mail", work + "/mail",
                   **settings)
    yes = done.stdout.decode().split() == words and done.returncode == exits
    yes = yes and (connections is None or server.connections == connections)
    yes = yes and (mails is None or len(server.mails) == mails) and b"pupil@" not in done.stderr
    ok(yes, "smtp: " + what, "%s %s %d connections, %d mails" %
       (done.stdout, done.stderr, server.connections, len(server.mails)))
    return server


def smtp_only(work):
    for how, word in (("honest", b"not refused"), ("no-rcpt", b"reply-tag subject"),
                      ("no-sender", b"Sender: refused")):
        with Server("smtp", how, work) as server:
            done = run(work, server, "smtp", "probe")
            ok(done.returncode == 0 and word in done.stdout and b"DATA" not in server.heard,
               "smtp: plus addresses: " + how, done.stdout)
    for how in ("honest", "no-pipe"):
        server = sends(work, how, ["sent", "sent"], 0, how, 1, 2)
        ok(server.mails[:1] == ["Subject: x\n\n..dot\nlast"] and
           b"EHLO h.example\r\n" in server.heard and b"QUIT" in server.heard,
           "smtp: %s: the mail whole, its dots doubled, no host name told" % how, server.mails)
    sends(work, "drop-idle", ["sent", "sent"], 0, "an idle connection that broke: once again", 2, 2)
    sends(work, "drop-data", ["broken", "broken"], BROKEN, "lost after the final dot: not again by "
          "itself", 2, 2)
    for how in ("no-rcpt", "no-data"):
        sends(work, how, ["refused", "refused"], MAIL_FAULT, how, 1)
    for how in ("later", "later-data"):
        sends(work, how, ["later", "later"], BROKEN, how, 1)
    sends(work, "no-sender", ["broken", "broken"], SETUP, "5xx to the sender is the set-up's")
    for auth, file, needle in (("login", "secret", "\0box@h.example\0" + SECRET),
                               ("xoauth2", "token", "user=box@h.example\1auth=Bearer %s\1\1" %
                                TOKEN)):
        server = sends(work, "honest", ["sent", "sent"], 0, "login by " + auth, auth=auth,
                       password_file=work + "/" + file)
        ok(base64.b64encode(needle.encode()) in server.heard, "smtp: %s, whole" % auth,
           server.heard[:400])
    with Server("smtp", "honest", work) as server:
        done = run(work, server, "smtp", "send", "p@h.example>\r\nRCPT TO:<q@h.example", work +
                   "/mail")
        ok(done.stdout == b"refused\n" and b"q@h" not in server.heard,
           "smtp: no second recipient by a line feed", done.stderr)


MAIL_FAULT = 75  # an error of one mail counts as one of the run where a program ends with it


def main():
    work = tempfile.mkdtemp(prefix="worrybox-bad-")
    try:
        subprocess.run([os.path.join(HERE, "lib", "certs.sh"), work], check=True)
        os.umask(0o077)
        for name, text in (("secret", SECRET + "\nsecond line\n"), ("token", TOKEN + "\n"),
                           ("control", SECRET + "\x01\n"),
                           ("mail", "Subject: x\n\n.dot\nlast\n")):
            with open(os.path.join(work, name), "w") as file:
                file.write(text)
        for proto in ("imap", "smtp"):
            certificates(work, proto)
            dialogue(work, proto)
        imap_only(work)
        smtp_only(work)
        whole_run(work, "folders", ["; removed 1 copy of our own", '"copies":1'],
                  "copies of our own mails are told")
        whole_run(work, "no-list", ["could not look for copies", '"tidy":false'],
                  "a mailbox that cannot be tidied fails no run")
    finally:
        shutil.rmtree(work)
    print("1..%d" % count)


main()
