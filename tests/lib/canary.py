"""canary: a word of its own in every place of a mail where a name may hide, and the search for it.

    mint = Mint()
    mail = Mail(author, words, to)  # mail.raw: full of marks; each is written down in mint.placed
    found = marks_in(data)          # the marks in these bytes, in whatever form they lie there

A mark is a word that no language and no encoding brings forth by chance, with a number in it; so a
search for any is one for all. A telephone number is one of a block that nobody else here uses."""

import base64
import binascii
import email
import html
import quopri
import re
import urllib.parse

LETTERS = "abcdefghijklmnopqrstuvwxyz"
STEM = "qzxjvkw"
BLOCK = "79755"  # 079755…: telephone numbers of marks

# Where the marks are: name: who may read them there besides their author.
#   ""      nobody
#   "all"   whoever the letter goes to: what its author wrote as a word of the letter
#   "lead"  an adult whose task it is: they see a letter unmasked, but never its header
HEADERS = (
    "return-path received-helo received-host received-for received-comment received-auth "
    "received-spf arc-seal arc-results authentication-results dkim-domain dkim-identity "
    "dkim-signature from-display from-comment from-local sender reply-to-display reply-to "
    "to-display delivered-to x-original-to message-id message-id-host resent-from resent-message-id "
    "thread-index thread-topic date-comment x-originating-ip x-originating-email x-mailfrom "
    "x-envelope-from organization user-agent x-mailer mime-version-comment autocrypt-addr "
    "autocrypt-key openpgp face x-face content-language disposition-notification-to "
    "return-receipt-to x-confirm-reading-to x-pmrqc read-receipt-to keywords comments x-unknown "
    "feedback-id x-gm-state x-ms-exchange in-reply-to references").split()
PARTS = (
    "type-parameter boundary boundary-inner content-id content-location content-description "
    "file-name-2231 file-name-2047 part-name preamble epilogue html-comment html-hidden html-class "
    "html-data html-title html-author html-link html-image html-css html-script html-other-words "
    "calendar-organizer calendar-text vcard csv inner-from inner-subject inner-received inner-body "
    "dsn-recipient dsn-diagnostic read-receipt tnef pgp-signature pgp-key pgp-protected smime "
    "certificate picture-owner pdf-author zip-name").split()
BODY = (
    "my-name sign-off signature-name signature-mail device mail-address telephone "
    "telephone-abroad profile handle personal-link shared-drive").split()
QUOTE = "quote-attribution quote-address".split()
STRAY = ["quote-words"]  # in a quote of ours, and none of it: most likely typed there
PASS = "word subject-word".split()

PLACES = {**{place: "" for place in HEADERS + PARTS + QUOTE},
          **{place: "lead" for place in BODY + STRAY},
          **{place: "all" for place in PASS}}


class Mint:
    """Makes marks and remembers where each was put."""

    def __init__(self):
        self.placed = {}  # mark: (place, form, mail number, author)
        self.mails = self.made = 0

    def word(self, place, form, author):
        self.made += 1
        number, letters = self.made, ""
        for _ in range(5):
            number, rest = divmod(number, 26)
            letters += LETTERS[rest]
        return self.note(STEM + letters, place, form, author)

    def telephone(self, place, author):
        self.made += 1
        return self.note(f"{BLOCK}{self.made % 100000:05}", place, "digits", author)

    def note(self, mark, place, form, author):
        assert mark not in self.placed
        self.placed[mark] = (place, form, self.mails, author)
        return mark


# ---- making mails --------------------------------------------------------------------------------

HEADER_FORMS = ("raw", "2047-b", "2047-q")
BODY_FORMS = ("8bit", "base64", "quoted-printable", "utf-16", "entities")


def in_header(text, form):
    if form == "2047-b":
        return "=?utf-8?b?" + base64.b64encode(text.encode()).decode() + "?="
    if form == "2047-q":
        return "=?iso-8859-1?q?" + "".join(f"={byte:02X}" for byte in text.encode()) + "?="
    return text


def entities(text):
    return "".join(f"&#{ord(c)};" if c.isalnum() else html.escape(c) for c in text)


def quoted_printable(line):
    """With every small letter encoded, and lines that end in the middle of words."""
    units = [b"=%02X" % c if chr(c).islower() or c == 61 or c > 126 else bytes([c]) for c in line]
    pieces = [b"".join(units[i:i + 23]) for i in range(0, len(units), 23)]
    return b"=\n".join(pieces) if pieces[-1:] != [b"\n"] else b"=\n".join(pieces[:-1]) + b"\n"


def in_body(text, form, kind="text/plain"):
    """A part's header and content."""
    charset, encoding, data = "utf-8", "8bit", text.encode()
    if form == "utf-16":
        charset, encoding, data = "utf-16le", "base64", text.encode("utf-16-le")
    if form in ("base64", "utf-16"):
        encoding, data = "base64", base64.encodebytes(data)
    if form == "quoted-printable":
        encoding, data = form, b"".join(map(quoted_printable, data.splitlines(True)))
    return (f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
            .encode() + data)


class Author:
    """Somebody who writes. `local` and `name` are what must never be learnt."""

    def __init__(self, mint, who, role, address=None, name=None):
        self.mint, self.who, self.role = mint, who, role
        self.local = address.split("@")[0] if address else mint.word("from-local", "raw", who)
        self.address = address or self.local + "@hillside.example"
        # In their From, and told in their letters as well.
        given = "Ivo " if role == "listener" else "Zoe "  # a pupil's own name names no listener
        self.name = name or given + mint.word("my-name", "raw", who).capitalize()


class Mail:
    """One mail, as rich in places as a mail can be. `words` are the letter; `personal` says whether
    its author tells of himself in it, `answers` is the mail of ours it answers."""

    def __init__(self, author, words, to, answers=None, personal=True, number=0):
        self.mint, self.author, self.answers = author.mint, author, answers
        self.mint.mails += 1
        self.header_form = HEADER_FORMS[number % len(HEADER_FORMS)]
        self.form = BODY_FORMS[number % len(BODY_FORMS)]
        self.personal, self.number = personal, number
        self.words, self.to = words, to
        self.relayed = True  # somebody shall get to read it
        self.raw = self.build().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def mark(self, place, form="raw"):
        return self.mint.word(place, form, self.author.who)

    def encoded(self, place, around="{}"):
        return in_header(around.format(self.mark(place, self.header_form)), self.header_form)

    def header(self):
        m, e, a = self.mark, self.encoded, self.author
        ours = self.answers
        yield f"Return-Path: <b-{m('return-path')}@canary.example>"
        yield (f"Received: from {m('received-helo')}.lan ({m('received-host')}.canary.example "
               f"[192.0.2.9]) (Authenticated sender: {m('received-auth')}) by mx.canary.example "
               f"({m('received-comment')})\n\tfor <{m('received-for')}@hillside.example>; "
               "Mon, 02 Mar 2026 07:54:00 +0000")
        yield f"Received-SPF: pass (canary.example: {m('received-spf')}) client-ip=192.0.2.9"
        yield f"ARC-Seal: i=1; a=rsa-sha256; d={m('arc-seal')}.example; b=AAAA"
        yield f"ARC-Authentication-Results: i=1; mx; spf=pass smtp.mailfrom={m('arc-results')}"
        yield ("Authentication-Results: mx.elsewhere.example; auth=pass "
               f"smtp.auth={m('authentication-results')}")
        yield (f"DKIM-Signature: v=1; d={m('dkim-domain')}.example; i=@{m('dkim-identity')}.example;"
               f" b={m('dkim-signature')}")
        display = in_header(f"{a.name} {m('from-display', self.header_form).capitalize()}",
                            self.header_form)
        yield f"From: {display} <{a.address}> ({m('from-comment')})"
        yield f"Sender: {m('sender')}@canary.example"
        yield f"Reply-To: {e('reply-to-display')} <{m('reply-to')}@canary.example>"
        yield f"To: {e('to-display')} <{self.to}>"
        yield f"Delivered-To: {m('delivered-to')}@canary.example"
        yield f"X-Original-To: {m('x-original-to')}@canary.example"
        yield f"Message-ID: <{m('message-id')}@{m('message-id-host')}.canary.example>"
        if ours is not None:
            yield f"In-Reply-To: {ours.id} <{m('in-reply-to')}@canary.example>"
            yield f"References: <{m('references')}@canary.example> {ours.id}"
        yield f"Resent-From: {m('resent-from')}@canary.example"
        yield f"Resent-Message-ID: <{m('resent-message-id')}@canary.example>"
        yield f"Thread-Index: {base64.b64encode(m('thread-index', 'base64').encode()).decode()}"
        yield f"Thread-Topic: {e('thread-topic')}"
        yield f"Date: Mon, 02 Mar 2026 07:55:{self.number % 60:02} +0000 ({m('date-comment')})"
        yield f"X-Originating-IP: [{m('x-originating-ip')}]"
        yield f"X-Originating-Email: {m('x-originating-email')}@canary.example"
        yield f"X-MailFrom: {m('x-mailfrom')}@canary.example"
        yield f"X-Envelope-From: {m('x-envelope-from')}@canary.example"
        for name in ("organization", "user-agent", "x-mailer", "keywords", "comments", "x-unknown",
                     "openpgp", "face", "x-face", "content-language", "feedback-id"):
            yield f"{name.title()}: {e(name)}"
        yield f"X-Gm-Message-State: {m('x-gm-state')}"
        yield f"X-MS-Exchange-Organization-Note: {m('x-ms-exchange')}"
        key = base64.b64encode(m("autocrypt-key", "base64").encode()).decode()
        yield f"Autocrypt: addr={m('autocrypt-addr')}@canary.example; keydata={key}"
        for name in ("disposition-notification-to", "return-receipt-to", "x-confirm-reading-to",
                     "x-pmrqc", "read-receipt-to"):
            yield f"{name.title()}: {m(name)}@canary.example"
        yield "Subject: " + self.subject()
        yield f"MIME-Version: 1.0 ({m('mime-version-comment')})"

    def subject(self):
        if self.answers is not None:
            return "Re: " + self.answers.subject
        name = f" from {self.author.name}" if self.personal else ""
        word = self.mark("subject-word", self.header_form)
        return in_header(f"about {word}{name}", self.header_form)

    # -- the letter

    def tells(self):
        """What somebody careless says of himself."""
        m, author = self.mark, self.author.who
        abroad = self.mint.telephone("telephone-abroad", author)
        return [f"my name is {m('my-name', self.form).capitalize()}, {self.author.name} to my "
                f"friends",
                f"write to {m('mail-address', self.form)}@mail.example instead",
                f"ring 0{self.mint.telephone('telephone', author)} or +44 {abroad[:4]} {abroad[4:]}",
                f"i am on https://instagram.com/{m('profile', self.form)} "
                f"and my insta is @{m('handle', self.form)}",
                f"see https://pages.example/u?token={m('personal-link', self.form)} and "
                f"https://docs.google.com/document/d/{m('shared-drive', self.form)}/edit"]

    def text(self):
        lines = [self.words, f"it is the {self.mark('word', self.form)} that hurts", ""]
        if self.personal:
            lines += self.tells()
            lines += ["", "Thanks,", self.mark("sign-off", self.form).capitalize()]
        if self.answers is not None and self.number % 2:
            lines += self.quote()
        lines += ["", "-- ", self.mark("signature-name", self.form).capitalize(),
                  f"{self.mark('signature-mail', self.form)}@canary.example"]
        if self.number % 3 == 0:
            lines += ["", f"Sent from {self.mark('device', self.form).capitalize()}'s iPhone"]
        if self.answers is not None and self.number % 2 == 0:
            lines += self.quote()
        return "\n".join(lines) + "\n"

    def quote(self):
        m = self.mark
        ours = [line for line in self.answers.text.split("\n")]
        return ["", f"On Mon, 2 Mar 2026 at 08:00, {m('quote-attribution', self.form).capitalize()} "
                f"<{m('quote-address', self.form)}@canary.example> wrote:",
                *["> " + line for line in ours],
                f"> {m('quote-words', self.form)} stood there"]

    def page(self, text):
        """The same as HTML; in a letter of words alone it is all there is."""
        m = self.mark
        body = "".join(f"<div>{self.as_html(line) or '<br>'}</div>" for line in text.split("\n"))
        return (f"<html><head><title>{m('html-title', 'html')}</title><meta name=author content=\""
                f"{m('html-author', 'html')}\"><style>.{m('html-css', 'html')} "
                f"{{background:url(//c.example/{m('html-css', 'html')})}}</style><script>var a="
                f"'{m('html-script', 'html')}'</script></head><body><!-- {m('html-comment', 'html')} "
                f"> {m('html-comment', 'html')} -->"
                f"<div style=\"display:none\">{m('html-hidden', 'html')}</div>"
                f"<div class=\"{m('html-class', 'html')}\" data-who=\"{m('html-data', 'html')}\">"
                f"{body}</div><a href=\"https://x.example/?u={m('html-link', 'html')}\">a link</a>"
                f"<img src=\"https://x.example/{m('html-image', 'html')}.png\"></body></html>")

    def as_html(self, line):
        return entities(line) if self.form == "entities" else html.escape(line)

    def letter(self):
        """Alternatives, or the HTML alone. The one that is not read says something else too."""
        text = self.text()
        if self.form == "entities":
            return in_body(self.page(text), "8bit", "text/html")
        inner = self.mark("boundary-inner")
        other = self.page(f"{text}\n{self.mark('html-other-words', 'html')} differs")
        return (f"Content-Type: multipart/alternative; boundary=\"{inner}\"\n\n--{inner}\n".encode()
                + in_body(text, self.form) + f"\n--{inner}\n".encode()
                + in_body(other, self.form, "text/html") + f"\n--{inner}--\n".encode())

    # -- what is attached

    def attached(self):
        m = self.mark
        yield "text/calendar; method=REQUEST", lambda: (
            f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nORGANIZER;CN={m('calendar-organizer')}:mailto:a@b.c\n"
            f"SUMMARY:{m('calendar-text')}\nEND:VEVENT\nEND:VCALENDAR\n").encode()
        yield "text/vcard", lambda: f"BEGIN:VCARD\nFN:{m('vcard')}\nEND:VCARD\n".encode()
        yield "text/csv", lambda: f"name,form\n{m('csv')},9B\n".encode()
        yield "message/rfc822", lambda: (
            f"Received: from {m('inner-received')} by x\nFrom: {m('inner-from')} <a@b.example>\n"
            f"Subject: {self.encoded('inner-subject')}\n\n{m('inner-body')}\n").encode()
        yield "message/delivery-status", lambda: (
            f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {m('dsn-recipient')}@b.example\n"
            f"Diagnostic-Code: smtp; 550 {m('dsn-diagnostic')}\nAction: failed\n").encode()
        yield "message/disposition-notification", lambda: (
            f"Final-Recipient: rfc822; {m('read-receipt')}@b.example\n").encode()
        yield "application/ms-tnef", lambda: b"\x78\x9f\x3e\x22" + m("tnef", "utf-16").encode("utf-16-le")
        yield "application/pgp-signature", lambda: (
            f"-----BEGIN PGP SIGNATURE-----\nComment: {m('pgp-signature')}\n\niQ==\n"
            "-----END PGP SIGNATURE-----\n").encode()
        yield "application/pgp-keys", lambda: f"uid {m('pgp-key')}\n".encode()
        yield "text/rfc822-headers; protected-headers=\"v1\"", lambda: (
            f"From: {m('pgp-protected')} <a@b.example>\n").encode()
        yield "application/pkcs7-signature", lambda: b"\x30\x82" + m("smime", "base64").encode()
        yield "application/pkix-cert", lambda: b"\x30\x82\x0c" + m("certificate", "base64").encode()
        yield "image/jpeg", lambda: b"\xff\xd8\xff\xe1\0\x40Exif\0\0" + m("picture-owner", "base64").encode()
        yield "application/pdf", lambda: f"%PDF-1.4 /Author ({m('pdf-author')})".encode()
        yield "application/zip", lambda: b"PK\3\4" + m("zip-name", "base64").encode()

    def part(self, kind, data):
        plain = kind.startswith(("text/", "message/"))
        name = f"; name=\"{self.encoded('part-name')}\"" if plain else ""
        file = (f"filename*=utf-8''%41{self.mark('file-name-2231', '2231')}%20.x"
                if plain else f"filename=\"{self.encoded('file-name-2047')}.x\"")
        head = (f"Content-Type: {kind}{name}\nContent-Disposition: attachment; {file}\n"
                f"Content-ID: <{self.mark('content-id')}@canary.example>\n"
                f"Content-Location: https://canary.example/{self.mark('content-location')}\n"
                f"Content-Description: {self.encoded('content-description')}\n")
        if plain:
            return head.encode() + b"\n" + data
        return (head + "Content-Transfer-Encoding: base64\n\n").encode() + base64.encodebytes(data)

    def build(self):
        outer = self.mark("boundary")
        head = "\n".join(self.header()) + (
            f"\nContent-Type: multipart/mixed; boundary=\"{outer}\"; "
            f"x-who={self.mark('type-parameter')}\n\n{self.mark('preamble')}\n")
        parts = b"".join(f"\n--{outer}\n".encode() + self.part(*one) for one in self.attached_of())
        return (head.encode() + f"\n--{outer}\n".encode() + self.letter() + parts
                + f"\n--{outer}--\n{self.mark('epilogue')}\n".encode())

    def attached_of(self):
        """Half of them in each mail. What makes it a machine's mail, or an answer a forward, which
        nobody gets to read, now and then."""
        for n, (kind, make) in enumerate(self.attached()):
            here = (n + self.number) % 2 == 0
            if kind.startswith("message/d"):
                here = self.number % 9 == 8
                self.relayed &= not here
            elif kind == "message/rfc822" and self.answers is not None:
                here = self.number % 9 == 4
                self.relayed &= not here
            if here:
                yield kind, make()


# ---- looking for them ----------------------------------------------------------------------------

MARK = re.compile((STEM + "[a-z]{5}").encode())
CALL = re.compile((BLOCK + r"\d{5}").encode())
RUN64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
RUN32 = re.compile(rb"[A-Za-z2-7]{16,}={0,6}")
RUN16 = re.compile(rb"(?:[0-9A-Fa-f]{2}){8,}")


def runs(data, pattern, decode, step):
    """What the runs of an encoding say, read from each place where a unit of it may begin."""
    found = []
    for run in pattern.findall(data):
        run = run.rstrip(b"=")
        for start in range(step):
            try:
                found.append(decode(run[start:]))
            except (binascii.Error, ValueError):
                pass
    return b"\n".join(found)


def from_64(run):
    run = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    return base64.b64decode(run + b"A" * (-len(run) % 4))


def from_32(run):
    return base64.b32decode(run.upper() + b"A" * (-len(run) % 8))


def from_16(run):
    return bytes.fromhex(run[:len(run) // 2 * 2].decode())


def from_words(data):
    """RFC 2047."""
    out = []
    for kind, text in re.findall(rb"=\?[^?\s]+\?([bBqQ])\?([^?\s]*)\?=", data):
        out.append(quopri.decodestring(text, header=True) if kind in b"qQ" else from_64(text))
    return b"".join(out)


def views(data):
    """The same bytes as they may have been written, one encoding undone."""
    yield data
    joined = re.sub(rb"=?\r?\n[ \t]?", b"", data)
    yield joined
    yield data.replace(b"\0", b"")  # UTF-16
    if b"=" in data:
        yield quopri.decodestring(data)
        yield from_words(data)
    if b"%" in data:
        yield urllib.parse.unquote_to_bytes(data)
    if b"&#" in data:
        yield html.unescape(data.decode("latin-1")).encode("utf-8")
    for text in (data, joined):
        yield runs(text, RUN64, from_64, 4)
        yield runs(text, RUN32, from_32, 8)
        yield runs(text, RUN16, from_16, 2)


def plain_marks(data):
    found = {mark.decode() for mark in MARK.findall(data.lower())}
    if BLOCK[:2].encode() in data:
        found |= {mark.decode() for mark in CALL.findall(re.sub(rb"[ ().-]", b"", data))}
    return found


def marks_in(data, depth=2):
    """Every mark in these bytes, written in any of eight ways, or in one within another."""
    found = set()
    for n, view in enumerate(views(data)):
        found |= plain_marks(view)
        if n > 0 and depth > 1 and view and view != data:
            found |= marks_in(view, depth - 1) if len(view) < 1 << 20 else set()
    return found


def marks_in_mail(raw):
    """The same, and as a mail program reads it."""
    found = marks_in(raw)
    for part in email.message_from_bytes(raw).walk():
        payload = part.get_payload(decode=True)
        if payload:
            found |= marks_in(payload, 1)
            found |= plain_marks(payload.decode("utf-16-le", "replace").encode())
    return found
