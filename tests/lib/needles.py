"""needles: looks for words in mails and files, in every form in which they may lie there.

    needles = Needles(["kowalska", "07700 900123"])
    needles.in_mail(raw)    # the words found in a mail: raw, headers and parts decoded
    needles.in_bytes(data)  # the words found in a file: plain, UTF-16, hex, base64

Case, blanks and line ends do not count in text.
"""
import base64
import email
import email.header
import html
import re


def flat(text):
    return re.sub(r"\s+", " ", text.casefold())


def decoded_words(value):
    """A header as it is read: RFC 2047 undone."""
    text = ""
    try:
        for part, charset in email.header.decode_header(value):
            text += part.decode(charset or "latin-1", "replace") if isinstance(part, bytes) else part
    except (LookupError, ValueError):
        pass
    return text


def pieces(raw):
    """Everything a mail says, as texts: raw, and each header and part decoded."""
    yield raw.decode("latin-1")
    yield raw.decode("utf-8", "replace")
    for part in email.message_from_bytes(raw).walk():
        for name, value in part.items():
            yield f"{name}: {decoded_words(str(value))}"
        for name in (part.get_filename(), part.get_boundary()):
            yield name or ""
        body = part.get_payload(decode=True)
        if body is None:
            continue
        yield body.decode("latin-1")
        try:
            text = body.decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:
            text = body.decode("utf-8", "replace")
        yield text
        yield html.unescape(text)
        yield re.sub(r"<[^>]*>", "", html.unescape(text))
        yield re.sub(r" ?\r?\n", "", text)  # a word cut by a line end


def in_base64(word):
    """What is the same of its base64 at each of the three places where it may begin."""
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + word)[shift and 4:][:(len(word) - 2) // 3 * 4]


class Needles:
    def __init__(self, words):
        self.words = sorted(set(words))
        self.forms = {}
        for word in self.words:
            data = word.encode()
            self.forms[word] = {form.lower() for form in (
                data, word.encode("utf-16-le"), word.encode("latin-1", "replace"),
                data.hex().encode())}
            self.forms[word] |= {form for form in in_base64(data) if len(form) >= 8}

    def in_mail(self, raw):
        texts = [flat(text) for text in pieces(raw)]
        return {word for word in self.words if any(flat(word) in text for text in texts)}

    def in_bytes(self, data):
        small = data.lower()
        return {word for word, forms in self.forms.items()
                if any(form in (data if form != form.lower() else small) for form in forms)}
