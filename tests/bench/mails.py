"""The mails that are measured with: made here, always the same for the same number and seed.

Of every hundred, 60 are plain text of about 2 kB, 35 have a plain and an HTML text of 15 kB, and 5
bring a picture of 100 kB; they are by 700 writers. What is said in them is ordinary; about one in
twelve asks for an adult at once, which costs more to answer.
"""
import base64
import os
import random
import textwrap

DOMAIN = "hillside.example"
WRITERS = 700
PICTURE = 100 * 1000
HTML = 15 * 1000
START = 1772438400  # Monday 2 March 2026

FIRST = """Anna Ben Chloe Dylan Ella Farid Grace Harry Iris Jamal Katie Leo Maja Noah Olivia Piotr
Queenie Rohan Sara Tom Uma Victor Wiktoria Xander Yusuf Zoe""".split()
LAST = """Adams Begum Clarke Davies Evans Fletcher Green Hughes Iqbal Jones Khan Lewis Morris Nowak
Osborne Patel Quinn Roberts Singh Taylor Underwood Vaughan Williams Xu Young Zielinski Price""".split()

OPENING = ["Hi,", "hello", "Dear whoever reads this,", "hey", "Hi there,"]
SAID = """
The others in my class keep laughing at me at lunch and nobody sits with me.
I used to have two good friends but since the summer they do everything without me.
My mum and dad argue every evening and I put my headphones on and wait until it stops.
I have three tests this week and I cannot sleep because I keep thinking about them.
My grandad died in the holidays and everybody acts as if nothing had happened.
I said something mean to a girl in my form and now I do not know how to take it back.
Maths is the worst because I get picked when I do not know the answer.
At home there is no quiet room so I do my homework in the kitchen.
I don’t really know how to say this, it is nothing big, it just does not go away.
Somebody made a group chat about me and I only know because a friend showed me.
We moved here in January and I still have not found anyone to walk home with.
I was thinking of leaving the football team but my dad would be so disappointed.
Some days are fine and then on others I just want everybody to leave me alone.
My brother gets all the attention because he is ill, and I feel bad for being cross.
I did not do well in the mocks and my teacher said I was not trying, which is not true.
It would help to talk to somebody who has been through this.
Is it normal to feel like that, or is there something wrong with me?
I have told nobody about this so far, please do not tell my tutor.
""".strip().splitlines()
GRAVE = """
i dont want to be here anymore, i want to die
My stepdad hits me when he has been drinking and I am scared to go home.
He sent a picture of me to the whole year and now he wants more.
I am going to run away on Friday, I have packed already.
""".strip().splitlines()
SUBJECTS = ["I don't know who to talk to", "help", "lunch", "question", "about my friends", "home",
            "exams", "can I ask you something", "(no subject)", "feeling weird"]


def paragraphs(rng, size):
    """Sentences up to about so many bytes."""
    out, length = [], 0
    while length < size:
        text = " ".join(rng.choice(SAID) for _ in range(rng.randint(2, 5)))
        out.append(text)
        length += len(text) + 2
    if rng.random() < 0.08:
        out.insert(rng.randrange(len(out) + 1), rng.choice(GRAVE))
    return out


def plain(lines, name):
    body = "\n\n".join(textwrap.fill(line, 76) for line in lines)
    return f"{body}\n\n{name}\nSent from my iPhone\n"


def html(lines, name):
    """What mail programs make of a few lines, up to 15 kB."""
    style = "margin:0cm;font-size:11.0pt;font-family:Calibri,sans-serif;color:#1f1f1f"
    body = "".join(f'<p class="MsoNormal" style="{style}"><span lang="EN-GB">{line}'
                   f'</span></p>\n<p class="MsoNormal" style="{style}">&nbsp;</p>\n'
                   for line in lines)
    end = f'<div style="{style}">{name}</div></body></html>\n'
    head = ('<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
            "<style type=\"text/css\">\n")
    classes = 0
    while len(head) + len(body) + len(end) < HTML:
        classes += 1
        head += f"p.MsoList{classes}, li.MsoList{classes} {{{style};line-height:107%}}\n"
    return head + "</style></head><body>" + body + end


def encoded(data):
    text = base64.b64encode(data).decode("ascii")
    return "\n".join(textwrap.wrap(text, 76)) + "\n"


def part(kind, text):
    return (f"Content-Type: text/{kind}; charset=\"utf-8\"\nContent-Transfer-Encoding: 8bit\n\n"
            f"{text}\n")


def content(rng, name, noise):
    """The headers from Content-Type on, and the body."""
    kind, size = rng.random(), max(400, int(rng.gauss(1500, 400)))
    lines = [rng.choice(OPENING)] + paragraphs(rng, size)
    edge = "----=_Part_%016x" % rng.getrandbits(64)
    if kind < 0.60:
        return part("plain", plain(lines, name))
    if kind < 0.95:
        return (f'Content-Type: multipart/alternative; boundary="{edge}"\n\n--{edge}\n' +
                part("plain", plain(lines, name)) + f"--{edge}\n" + part("html", html(lines, name)) +
                f"--{edge}--\n")
    at = rng.randrange(len(noise) - PICTURE)
    picture = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise[at:at + PICTURE - 11]
    return (f'Content-Type: multipart/mixed; boundary="{edge}"\n\n--{edge}\n' +
            part("plain", plain(lines, name)) +
            f'--{edge}\nContent-Type: image/jpeg; name="IMG_{rng.randrange(10000):04}.jpg"\n'
            "Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n" +
            encoded(picture) + f"--{edge}--\n")


def mail(rng, number, noise):
    writer = rng.randrange(WRITERS)
    first, last = FIRST[writer % len(FIRST)], LAST[writer // len(FIRST)]
    address = f"{first}.{last}@{DOMAIN}".lower()
    at = START + 7 * number
    day = 2 + (at - START) // 86400
    clock = "%02d:%02d:%02d" % (at // 3600 % 24, at // 60 % 60, at % 60)
    date = f"{['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][(day - 2) % 7]}, {day} Mar 2026 {clock}"
    unique = "%032x" % rng.getrandbits(128)
    head = (f"Return-Path: <{address}>\n"
            f"Received: from mail.{DOMAIN} (mail.{DOMAIN} [192.0.2.7])\n"
            f"\tby mx.{DOMAIN} (Postfix) with ESMTPS id {unique[:10].upper()}\n"
            f"\tfor <box@{DOMAIN}>; {date} +0000 (UTC)\n"
            f"Authentication-Results: mx.{DOMAIN};\n\tdkim=pass header.d={DOMAIN};\n"
            f"\tspf=pass smtp.mailfrom={address};\n\tdmarc=pass header.from={DOMAIN}\n"
            f"From: {first} {last} <{address}>\nTo: <box@{DOMAIN}>\n"
            f"Subject: {rng.choice(SUBJECTS)}\nDate: {date} +0000\n"
            f"Message-ID: <{unique}@mail.{DOMAIN}>\nMIME-Version: 1.0\n"
            "X-Mailer: iPhone Mail (21D61)\n")
    return (head + content(rng, first, noise)).encode("utf-8")


def make(folder, count, seed=2026):
    """So many mails as files of `folder`, named as Dovecot names what it delivers (with the sizes, so
    that it need not read them to tell). Answers how many bytes they have."""
    rng = random.Random(seed)
    noise = rng.randbytes(4 * PICTURE)
    total = 0
    os.makedirs(folder)
    for number in range(count):
        raw = mail(rng, number, noise)
        wire = len(raw) + raw.count(b"\n")
        name = f"{START + number}.M{number:06}P1.mx,S={len(raw)},W={wire}"
        with open(os.path.join(folder, name), "wb") as file:
            file.write(raw)
        total += wire
    return total
