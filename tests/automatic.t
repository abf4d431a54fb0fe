#!/usr/bin/python3
# Mail that no person wrote, in many languages and forms: never answered, never relayed; and people's
# own mail, which must never be taken for it. What may be a cry for help is heard, whatever it looks
# like.
# timeout: 120
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

OURS = "Your message - amber-heron"
STRANGER = "Somebody <somebody@elsewhere.example>"


def report(kind, body, part):
    return (f"--b\nContent-Type: text/plain; charset=utf-8\n\n{body}\n\n--b\n"
            f"Content-Type: {part}\n\nReporting-UA: mail.example\nAction: failed\n\n--b--\n",
            {"Content-Type": f"multipart/report; report-type={kind}; boundary=b"})


def calendar(method, words):
    return (f"--b\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n--b\n"
            f"Content-Type: text/calendar; method={method}\n\nBEGIN:VCALENDAR\nMETHOD:{method}\n"
            f"END:VCALENDAR\n--b--\n", {"Content-Type": "multipart/mixed; boundary=b"})


# What answers for people who are away, with no header that says so: the subject alone tells.
VACATION = [
    ("English", "Automatic reply: " + OURS, "I am away until Monday 9 March and cannot read mail."),
    ("English", "Out of Office: " + OURS, "I am out of the office with no access to e-mail."),
    ("English", "Auto-Reply: " + OURS, "Thank you for your mail. I am on leave."),
    ("Welsh", "Ateb awtomatig: " + OURS, "Rwyf i ffwrdd tan ddydd Llun."),
    ("German", "Automatische Antwort: " + OURS, "Ich bin bis Montag nicht im Haus."),
    ("German", "Abwesenheitsnotiz: " + OURS, "Ich habe Urlaub und lese keine Mails."),
    ("French", "Réponse automatique : " + OURS, "Je suis absent jusqu'à lundi."),
    ("Spanish", "Respuesta automática: " + OURS, "Estoy fuera de la oficina hasta el lunes."),
    ("Portuguese", "Resposta automática: " + OURS, "Estou de férias até segunda-feira."),
    ("Italian", "Risposta automatica: " + OURS, "Sono fuori ufficio fino a lunedì."),
    ("Dutch", "Automatisch antwoord: " + OURS, "Ik ben afwezig tot maandag."),
    ("Polish", "Odpowiedź automatyczna: " + OURS, "Jestem na urlopie do poniedziałku."),
    ("Romanian", "Răspuns automat: " + OURS, "Sunt în concediu până luni."),
    ("Turkish", "Otomatik Yanıt: " + OURS, "Pazartesiye kadar izindeyim."),
    ("Arabic", "رد تلقائي: " + OURS, "أنا خارج المكتب حتى يوم الاثنين."),
    ("Urdu", "خودکار جواب: " + OURS, "میں پیر تک چھٹی پر ہوں۔"),
    ("Punjabi", "ਸਵੈਚਲਿਤ ਜਵਾਬ: " + OURS, "ਮੈਂ ਸੋਮਵਾਰ ਤੱਕ ਛੁੱਟੀ 'ਤੇ ਹਾਂ।"),
    ("Bengali", "স্বয়ংক্রিয় উত্তর: " + OURS, "আমি সোমবার পর্যন্ত ছুটিতে আছি।"),
    ("Hindi", "स्वचालित उत्तर: " + OURS, "मैं सोमवार तक छुट्टी पर हूँ।"),
    ("Chinese", "自动回复: " + OURS, "我正在休假，星期一回来。"),
    ("Russian", "Автоматический ответ: " + OURS, "Я в отпуске до понедельника."),
    ("Ukrainian", "Автоматична відповідь: " + OURS, "Я у відпустці до понеділка."),
    ("Swedish", "Automatiskt svar: " + OURS, "Jag är borta till måndag."),
    ("Czech", "Automatická odpověď: " + OURS, "Jsem pryč do pondělí."),
    ("Hungarian", "Automatikus válasz: " + OURS, "Hétfőig szabadságon vagyok."),
    ("Greek", "Αυτόματη απάντηση: " + OURS, "Λείπω μέχρι τη Δευτέρα."),
    ("Somali, with a header", OURS, "Waxaan maqanahay ilaa Isniinta.", {"Auto-Submitted":
                                                                     "auto-replied (vacation)"}),
    ("no language", "Re: " + OURS, "ooo", {"X-Autoreply": "yes"}),
    ("no language", "Re: " + OURS, "back monday", {"Precedence": "auto_reply"}),
    ("English", "away", "I am away", {"Return-Path": "<>"}),
    ("German", "Bin im Urlaub", "bis Montag", {"Return-Path": "<>"}),
]
FORMS = [
    ("challenge", "Please confirm your message", "Click here to prove that you are a person.",
     {"X-TMDA-Confirm": "yes"}),
    ("challenge", "Please confirm your e-mail", "To be delivered, reply to this mail.",
     {"Return-Path": "<>"}),
    ("read receipt", "Read: " + OURS) + report("disposition-notification",
                                               "Your message was displayed.",
                                               "message/disposition-notification"),
    ("feedback report", "FW: " + OURS) + report("feedback-report", "This is spam, says a user.",
                                                "message/feedback-report"),
    ("calendar accept", "Accepted: " + OURS) + calendar("REPLY", "Anna has accepted"),
    ("calendar counter", "New Time Proposed: " + OURS) + calendar("COUNTER", "rather at four"),
    ("a list", "The week at school", "Sports day is on Friday.", {"List-Id": "<week.elsewhere>"}),
    ("mass mail", "Half price!", "Buy now. Unsubscribe at the foot.", {"Precedence": "bulk",
                                                                      "List-Unsubscribe": "<u>"}),
]
BOUNCES = [
    ("RFC 3464", "Undelivered Mail Returned to Sender") + report(
        "delivery-status", "I'm sorry to have to inform you", "message/delivery-status"),
    ("mailbox full", "Mailbox full", "The mailbox of the recipient is full.",
     {"Return-Path": "<>"}),
    ("quota", "Delivery failed: over quota", "552 over quota", {"Return-Path": "<>"}),
    ("qmail", "failure notice", "Hi. This is the qmail-send program.",
     {"From": "MAILER-DAEMON@mx.elsewhere.example", "Return-Path": "<>"}),
    ("exim", "Mail delivery failed: returning message to sender", "This message was created "
     "automatically by mail delivery software.", {"X-Failed-Recipients": "x@y.example"}),
    ("German", "Unzustellbar: " + OURS, "Ihre Nachricht hat ein Problem.", {"Return-Path": "<>"}),
    ("French", "Échec de la remise : " + OURS, "n'a pas pu être remis", {"Return-Path": "<>"}),
    ("Polish", "Niedostarczono: " + OURS, "nie można dostarczyć", {"Return-Path": "<>"}),
]
# What people write, that looks a little like it.
PEOPLE_WRITE = [
    ("away from home", "they took me away from my mum and i miss her"),
    ("holiday", "i am dreading the holiday because dad will be there"),
    ("Re: Automatic reply: Your message", "i got your automatic reply, is anybody there?"),
    ("vacation", "everybody was on vacation together and nobody asked me"),
    ("i feel out of everything", "out of the group, out of the chat"),
    ("returned", "he returned my letter and laughed"),
    ("my mailbox is full of nasty messages", "they send them all day"),
    ("confirm", "can you confirm that nobody sees this"),
    ("Urlaub", "wir fahren in den urlaub und ich will nicht mit"),
    ("failure", "i am a failure at everything says my teacher"),
    ("Delivery", "my brother does deliveries and makes me help at night"),
    ("Accepted", "i will never be accepted by them"),
    ("Read: this please", "nobody reads what i write"),
    ("not at school", "i have not been at school for a week"),
    ("auto", "my autocorrect made it worse and now they all laugh"),
    ("list", "they made a list of ugly girls and i am on it"),
    ("nie ma mnie", "nikt mnie nie lubi"),
    ("hello", "hello", {"Auto-Submitted": "no"}),
    ("hello", "hello", {"Precedence": "first-class"}),
    ("hello", "hello", {"X-Auto-Response-Suppress": "All"}),
    ("hello", "hello", {"List-Id": "Help <box.hillside.example>", "Precedence": "list"}),
]


def mails(site, rows, who):
    """Writes each row as a file; answers (name, path)."""
    folder = os.path.join(site.folder, "mails")
    os.makedirs(folder, exist_ok=True)
    for number, row in enumerate(rows):
        kind, subject, text, headers = (row + ({},))[:4]
        path = os.path.join(folder, f"{number}.eml")
        with open(path, "wb") as file:
            file.write(make_mail(who, text, subject, headers=headers))
        yield f"{kind}: {subject}", path


def routes(site, rows, who):
    named = list(mails(site, rows, who))
    done = worrybox("-C", site.path, "inspect", "--json", *[path for _, path in named])
    assert done.code == 0, done
    return [(name, one) for (name, _), one in zip(named, done.lines)]


def test_table(t):
    with Site() as site:
        for rows, wanted in ((VACATION, ["auto-reply"]), (FORMS, ["auto-reply", "list"]),
                             (BOUNCES, ["bounce"])):
            for name, one in routes(site, rows, STRANGER):
                t.ok(one["route"] in wanted, f"{one['route']}: {name}", one)
                verdict = one["verdict"]
                t.ok(verdict is None or not (verdict["flag"] or verdict["undecided"]),
                     f"no danger: {name}", verdict)
        rows = [("a person",) + row for row in PEOPLE_WRITE]
        for who in (ANNA, STRANGER):
            for name, one in routes(site, rows, who):
                t.same(one["route"], "pupil", f"{name}, of {who}")


def test_quiet(t):
    """All of them, through a whole run: nothing leaves, nothing is lost."""
    with Site() as site:
        rows = VACATION + FORMS
        for _, path in mails(site, rows, STRANGER):
            site.drop(read(path))
        count = site.run()
        t.same([count["mails"], count["machine"], count["letters"]], [len(rows), len(rows), 0],
               "all are seen to be a machine's")
        t.same(site.fresh, [], "nothing goes out")
        t.same({case["state"] for case in site.cases()}, {"closed"}, "no case is open")
        t.same(len(site.cases()), len(rows), "each is kept")


def test_quiet_in_a_case(t):
    """The same as answers to our own mails, from whom they went to."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY)
        site.run()
        ack, letter = site.got(ANNA), site.got(HERON)
        site.answer(letter, HERON, "hello there")
        site.later(minutes=5).run()
        answer = site.got(ANNA)
        many = 0
        for sent, who in ((answer, ANNA), (letter, HERON)):
            for row in VACATION + FORMS[:2]:
                _, subject, text, headers = (row + ({},))[:4]
                site.answer(sent, who, text, "outlook", subject=subject, headers=headers)
                many += 1
        count = site.run()
        t.same([count["machine"], count["letters"], count["answers"]], [many, 0, 0],
               "all are seen to be a machine's")
        t.same(site.fresh, [], "nothing goes out, to nobody")
        case = site.case(ack.handle)
        t.same([case["state"], case["listener"], case["flag"], len(site.cases())],
               ["open", "heron", False, 1], "and nothing changes")
        t.has(site.letters(ack.handle), ["auto-reply,", "auto-reply listener heron,"],
              "the case has learned of them")
        t.lacks(site.letters(ack.handle), ["urlopie", "izindeyim"], "without their words")


MARKS = {"a list": {"List-Id": "<news.hillside.example>", "List-Unsubscribe": "<mailto:x@y>"},
         "mass mail": {"Precedence": "bulk"},
         "a web form": {"Auto-Submitted": "auto-generated"},
         "an answering machine": {"X-Autoreply": "yes"},
         "a vacation's subject": {"Subject": "Automatic reply: help"}}


def test_a_cry_in_disguise(t):
    for mark, headers in MARKS.items():
        for who in (ANNA, STRANGER):
            with Site() as site:
                site.write(who, DANGER, headers=headers)
                site.run()
                alert = site.got(LEAD)
                t.has(alert.text, [DANGER, "nothing was sent back to the writer"],
                      f"danger with the mark of {mark}, from {who}: the lead reads it")
                t.same(site.to(who), [], f"{mark}: nobody is answered by a machine")
                case = site.only()
                t.same([case["state"], case["desk"], case["flag"]], ["open", "lead", True],
                       f"{mark}: flagged, and open")
                t.same(site.who_wrote(alert.handle)[0]["from"], address(who),
                       f"{mark}: who wrote can be found")
                site.later(minutes=31).run()
                t.ok(site.to(DEPUTY), f"{mark}: it goes on to the deputy like any alert")
                site.answer(alert, LEAD, "Who are you, and where?")
                site.later(minutes=1).run()
                t.has(site.got(who).text, "Who are you, and where?",
                      f"{mark}: and the lead can write to them")


def test_a_cry_in_a_case(t):
    """The same from the writer of an open case, and from somebody who has only got its address."""
    for mark, headers in MARKS.items():
        with Site(without=["listener wren"]) as site:
            site.write(ANNA, WORRY)
            site.run()
            ack, letter = site.got(ANNA), site.got(HERON)
            site.answer(ack, ANNA, DANGER, headers=headers, subject=headers.get("Subject"))
            site.run()
            t.has(site.got(LEAD).text, [DANGER, WORRY], f"{mark}, in a case: the lead reads both")
            t.same([len(site.cases()), site.only()["flag"]], [1, True], f"{mark}: in that case")
            t.ok(not [mail for mail in site.to(HERON) if DANGER in mail.text],
                 f"{mark}: not the listener", site.to(HERON))
        with Site(without=["listener wren"]) as site:
            site.write(ANNA, WORRY)
            site.run()
            ack = site.got(ANNA)
            site.answer(ack, STRANGER, DANGER, headers=headers, subject=headers.get("Subject"))
            site.run()
            t.lacks(site.got(LEAD).text, WORRY, f"{mark}, with a stolen token: nothing of the case")
            t.same([len(site.cases()), site.case(ack.handle)["flag"]], [2, False],
                   f"{mark}: a case of its own")


def test_a_letter_by_a_list(t):
    """A school's own list or server may mark what pupils send through it."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, WORRY, headers=MARKS["a list"])
        site.run()
        t.same(sorted({mail.to for mail in site.fresh}), [address(SUPERVISOR)],
               "a pupil's letter through a list: to the supervisor, and nothing back")
        t.ok(any(WORRY in mail.text for mail in site.fresh), "with their words")
    with Site(without=["listener wren"]) as site:
        site.write(STRANGER, WORRY, headers=MARKS["a list"])
        site.run()
        t.same(site.fresh, [], "control: a list from outside is quiet")
    for mark in ("a list", "mass mail"):
        with Site(without=["listener wren"]) as site:
            site.write(ANNA, WORRY)
            site.run()
            ack, letter = site.got(ANNA), site.got(HERON)
            site.answer(letter, HERON, "what happened then?", headers=MARKS[mark])
            site.later(minutes=1).run()
            t.has(site.got(ANNA).text, "what happened then?",
                  f"an answer with token and address, marked as {mark}, is an answer")
            site.answer(ack, ANNA, "then they laughed", headers=MARKS[mark])
            site.later(minutes=1).run()
            t.has(site.got(HERON).text, "then they laughed", f"and so a letter, marked as {mark}")


def test_a_reader_is_away(t):
    """What answers for a listener or an adult quotes the letter: no new alarm each time."""
    with Site(without=["listener wren"]) as site:
        site.write(ANNA, DANGER)
        site.run()
        alert = site.got(LEAD)
        text = "I am away. If somebody is in danger ring 999."
        site.answer(alert, LEAD, text, "outlook", subject="Automatic reply: " + alert.subject)
        site.later(minutes=1).run()
        t.same(site.fresh, [], "the lead's answering machine: quiet")
        site.answer(alert, LEAD, f"I am away. You wrote: {DANGER}", "bare",
                    subject="Automatic reply: " + alert.subject)
        site.later(minutes=1).run()
        t.same([site.fresh, len(site.cases())], [[], 1], "also where it tells the letter unquoted")
        site.later(minutes=29).run()
        t.ok(site.to(DEPUTY), "and no answer of theirs: it goes on to the deputy")


scenarios(globals())
