#!/usr/bin/python3
# A change to the rules comes by mail: checked, reported, asked about, and made when a keyholder says YES.
# timeout: 300
import os
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

OWN = """# Why: the late bus.
rule late-bus
    title     Stranded
    severity  high
    desk      lead
    phrase    bus was late
    hit       the bus was late again and i walked
    miss      the bus came
"""
WORSE = OWN.replace("high", "normal").replace("desk      lead", "desk      supervisor") \
           .replace("bus was late\n", "bus was late\n    unless    again\n") \
           .replace(" again and", " and")


def rules_mail(files, who=SUPERVISOR, subject="RULES", text="Here it is.", headers=None):
    """A mail with files attached: NAME, or (name, how it is attached), to text."""
    lines = [f"--bb\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"]
    for name, body in files.items():
        lines.append(f'--bb\nContent-Type: application/octet-stream; name="{name}"\n'
                     f'Content-Disposition: attachment; filename="{name}"\n\n{body}\n')
    return make_mail(who, "".join(lines) + "--bb--\n", subject,
                     headers={"Content-Type": "multipart/mixed; boundary=bb", **(headers or {})})


def send(site, files, preexec=None, **how):
    site.drop(rules_mail(files, **how))
    if preexec is not None:
        own(site)
    return site.run(preexec=preexec)


def there(site, name):
    path = site.file("rules", name)
    return read(path).decode() if os.path.exists(path) else None


def test_yes(t):
    with Site() as site:
        site.write(ANNA, "the bus was late and i walked home")
        site.run()
        t.same(len(site.to(LEAD)), 0, "control: no rule speaks on it yet")
        send(site, {"30-own.rules": OWN})
        report, question = site.got(SUPERVISOR), site.got(LEAD)
        t.has(report.text, ["30-own.rules", "All is well with it", "Ms Okafor has been asked",
                            "New: the rule \"Stranded\" (late-bus), high, not flagged, to the lead"],
              "the report says what it found")
        t.has(question.text, ["Miss Bell has sent a change", "+ phrase bus was late", "+ examples: 2",
                              "YES - ", "NO - "], "the lead is asked, and shown what changes")
        t.lacks(question.text, "Please read this first", "and nothing is made of what takes nothing away")
        t.lacks(question.subject + question.text.split("\n")[0], ["rule", "Stranded"],
                "the lock screen shows nothing of it")
        t.same([there(site, "30-own.rules"), site.waiting], [None, []], "nothing is changed yet")
        site.answer(question, LEAD, "YES")
        site.run()
        t.same(there(site, "30-own.rules"), OWN, "with YES it stands there")
        t.has(site.got(SUPERVISOR).text, "Ms Okafor said YES, and the change is made", "its author hears")
        t.has(site.got(LEAD).text, "the change is made", "and so does the lead")
        site.write(BEN, "the bus was late and i walked home")
        site.run()
        t.same(len(site.to(LEAD)), 1, "and the next run goes by it")
        record = [(row["actor"], row["act"], row["reason"]) for row in site.audit()
                  if row["act"].startswith("rules-")]
        digest = "30-own.rules " + hashlib.sha256(OWN.encode()).hexdigest()
        t.same(record, [("bell", "rules-sent", digest), ("okafor", "rules-agreed", digest),
                        ("worrybox", "rules-changed", digest)], "it stands on the record, with a hash")
        t.has(site.call("audit", "show").out, "said YES to a change to the rules", "in words")
        held = site.call("audit", "verify")
        t.same(held.code, 0, f"which holds: {held}")
        site.answer(question, LEAD, "YES")
        site.run()
        t.same(site.acts().count("rules-changed"), 1, "a YES that comes again does nothing")


def test_takes_danger_away(t):
    with Site() as site:
        site.put("rules/30-own.rules", OWN)
        send(site, {"30-own.rules": WORSE})
        question = site.got(LEAD)
        t.has(question.text, ["Please read this first",
                              'It makes the rule "Stranded" (late-bus) normal, which was high',
                              "to the supervisor, not to the lead",
                              "new lines that keep it from speaking (unless, denied, reported, when): 1"], "what takes danger away comes first")
        site.answer(question, LEAD, "NO")
        site.run()
        t.same(there(site, "30-own.rules"), OWN, "with NO nothing changes")
        t.has(site.got(SUPERVISOR).text, "Ms Okafor said NO", "its author hears")
        site.answer(question, LEAD, "YES")
        site.run()
        t.same(there(site, "30-own.rules"), OWN, "and it is over")
        before = there(site, "10-danger.rules")
        send(site, {"10-danger.rules": "# nothing\n"})
        t.has(site.got(SUPERVISOR).text, "It takes away the rule", "the author sees it, too")
        t.has(site.got(LEAD).text, ["It takes away the rule", "(self-harm), which is: urgent, flagged, to the lead"],
              "a rule of danger that goes is named")
        site.answer(site.got(LEAD), LEAD, "YES")
        site.run()
        t.same([there(site, "10-danger.rules"), there(site, "10-danger.rules.before")],
               ["# nothing\n", before], "what stood there is kept beside it")


def test_faults(t):
    cases = [
        ({"30-own.rules": OWN.replace("the bus came", "the bus was late")},
         "rules/30-own.rules:8: rule late-bus should not speak here, and does"),
        ({"30-own.rules": OWN.replace("phrase  ", "phrse   ")}, 'did you mean "phrase"?'),
        ({"30-own.rules": OWN + "    pattern   a(b\n"}, "rules/30-own.rules:9:"),
        ({"30-own.rules": OWN + "    not-for   hreon\n"}, 'did you mean "heron"?'),
        ({"30-own.rules": "rule self-harm\n    phrase x\n"}, "there is a rule self-harm already"),
        ({"30-own.rules": " \n"}, "30-own.rules is empty"),
        ({}, "No file of rules was attached"),
        ({"../30-own.rules": OWN}, "A file of rules has a plain name"),
        ({".30-own.rules": OWN}, "A file of rules has a plain name"),
        ({"30-own.rules": OWN, "30-own.rules.txt": OWN}, "is attached twice"),
        ({"30-own.rules": OWN + "    phrase    anna%40example.org\n"}, "something that looks like a mail address"),
    ]
    with Site() as site:
        before = {name: what for name, what in site.digest().items() if name.startswith("rules")}
        for files, words in cases:
            send(site, files)
            t.has(site.got(SUPERVISOR).text, ["The change was not made", words], words)
            t.same([site.to(LEAD), site.waiting], [[], []], "nobody is asked")
        after = {name: what for name, what in site.digest().items() if name.startswith("rules")}
        t.same(after, before, "and no file changes")
        send(site, {"30-own.rules.txt": OWN, "photo.jpg": "x"})
        t.same(len(site.to(LEAD)), 1, "control: a .txt behind the name does no harm")
        send(site, {"10-danger.rules": there(site, "10-danger.rules")})
        t.has(site.got(SUPERVISOR).text, "stand here already", "what stands there is no change")


def test_evil(t):
    """What would keep the program busy for ever is stopped, and said."""
    with Site() as site:
        evil = OWN + "    pattern   (x+x+)+y\n" + "".join(f"    hit       {'x' * 4000}{i}\n" for i in range(40))
        send(site, {"30-own.rules": evil})
        t.has(site.got(SUPERVISOR).text, "The change was not made", "it is not taken")
        site.write(ANNA, DANGER)
        site.run()
        t.same(len(site.to(LEAD)), 1, "and letters are read as before")


def test_not_theirs(t):
    """A RULES mail of anybody else is what any mail of theirs is."""
    fail = {"Authentication-Results": "mx.hillside.example; dmarc=fail header.from=hillside.example"}
    for who in (ANNA, HERON):
        with Site() as site:
            send(site, {"30-own.rules": OWN}, who=who)
            t.same([site.acts().count("rules-sent"), site.acts().count("assigned")], [0, 1],
                   f"{who}: an ordinary letter")
    for who in (LEAD, HEAD):
        with Site() as site:
            send(site, {"30-own.rules": OWN}, who=who)
            t.same(site.acts().count("rules-sent"), 0, f"{who}: is given back")
            t.has(site.got(who).text, "It was not an answer to a mail of ours", "with the reason")
    with Site(site={"authserv-id": "mx.hillside.example"}) as site:
        send(site, {"30-own.rules": OWN}, headers=fail)
        t.same(site.acts().count("rules-sent"), 0, "forged: no change to the rules")
        t.ok(not any("YES - " in mail.text for mail in site.fresh), "nobody is asked", site.fresh)
        send(site, {"30-own.rules": OWN})
        question = site.got(LEAD)
        t.same(site.acts().count("rules-sent"), 1, "control: not forged it is one")
        for what, how in [("forged", dict(who=LEAD, headers=fail)), ("another's", dict(who=DEPUTY)),
                          ("the author's own", dict(who=SUPERVISOR)), ("a pupil's", dict(who=ANNA))]:
            site.answer(question, text="YES", **how)
            site.run()
            t.same([there(site, "30-own.rules"), "rules-agreed" in site.acts()], [None, False],
                   f"a YES that is {what} does nothing")
        wrong = question.reply_to.replace(question.token, "a" * 26)
        site.answer(question, LEAD, "YES", to=wrong, client="bare",
                    headers={"In-Reply-To": None, "References": None})
        site.run()
        t.same("rules-agreed" in site.acts(), False, "nor does one with another token")
        site.answer(question, LEAD, "what is this about?")
        site.run()
        t.has(site.got(LEAD).text, "could not tell whether you said YES or NO", "who is unclear is asked again")
        site.answer(site.got(LEAD), LEAD, "Yes.\n\nMs Okafor")
        site.run()
        t.same(there(site, "30-own.rules"), OWN, "control: the lead's own does")


def test_who_decides(t):
    double = {"supervisor bell": {"name": "Ms Okafor"}}
    with Site(people=double) as site:
        send(site, {"30-own.rules": OWN})
        t.same([len(site.to(LEAD)), len(site.to(DEPUTY))], [0, 1],
               "who is supervisor and lead does not agree with herself")
    with Site(people={"lead okafor": {"on": "tue"}}) as site:
        send(site, {"30-own.rules": OWN})
        t.same([len(site.to(LEAD)), len(site.to(DEPUTY))], [0, 1], "who is on duty is asked")
    with Site(people=double, keyholders=("okafor",)) as site:
        send(site, {"30-own.rules": OWN})
        t.has(site.got(SUPERVISOR).text, "there is nobody who could say YES", "with nobody it stays")
        t.same(there(site, "30-own.rules"), None, "as it was")


def test_lapses(t):
    with Site() as site:
        send(site, {"30-own.rules": OWN})
        question = site.got(LEAD)
        site.later(days=6).run()
        t.same(site.fresh, [], "control: six days are no end")
        site.later(days=2).run()
        t.has(site.got(SUPERVISOR).text, "the question has lapsed", "after a week it is over")
        site.answer(question, LEAD, "YES")
        site.run()
        t.same([there(site, "30-own.rules"), "rules-lapsed" in site.acts()], [None, True], "for good")


def test_changed_meanwhile(t):
    with Site() as site:
        send(site, {"30-own.rules": OWN})
        question = site.got(LEAD)
        site.put("rules/31-other.rules", OWN)
        site.answer(question, LEAD, "YES")
        site.run()
        t.same(there(site, "30-own.rules"), None, "what does not hold any more is not made")
        t.has(site.got(LEAD).text, ["said YES, but the rules here were changed meanwhile",
                                    "there is a rule late-bus already"], "and why is said")
        t.same(len(site.to(SUPERVISOR)), 1, "to both")
    with Site() as site:
        site.put("rules/30-own.rules", OWN)
        send(site, {"30-own.rules": WORSE})
        question = site.got(LEAD)
        site.put("rules/30-own.rules", OWN.replace("bus was late\n", "bus was late\n    phrase    no bus\n"))
        site.answer(question, LEAD, "YES")
        site.run()
        again = site.got(LEAD)
        t.has(again.text, ["The rules have been changed here since we asked you", "- phrase no bus"],
              "what is not any more what was shown is asked again")
        t.ok("no bus" in there(site, "30-own.rules"), "before it is made")
        site.answer(question, LEAD, "YES")
        site.run()
        t.ok("no bus" in there(site, "30-own.rules"), "the older question is over")
        site.answer(again, LEAD, "yes")
        site.run()
        t.same(there(site, "30-own.rules"), WORSE, "control: YES to the newer one makes it")


def test_two_asked(t):
    """What one of them is asked again is no longer what the other was shown."""
    ellis = "Mr Ellis <ellis@hillside.example>"
    people = {"lead okafor": {"on": "tue"},
              "deputy ellis": {"name": "Mr Ellis", "mail": address(ellis), "key": "@ellis"}}
    with Site(people=people, keyholders=("okafor", "hughes", "ellis")) as site:
        site.put("rules/30-own.rules", OWN)
        send(site, {"30-own.rules": WORSE})
        first, second = site.got(DEPUTY), site.got(ellis)
        site.put("rules/30-own.rules", OWN.replace("bus was late\n", "bus was late\n    phrase    no bus\n"))
        site.answer(first, DEPUTY, "YES")
        site.run()
        for who in (DEPUTY, ellis):
            t.has(site.got(who).text, ["The rules have been changed here since", "- phrase no bus"],
                  f"{who}: is asked again")
        again = site.got(ellis)
        site.answer(second, ellis, "YES")
        site.run()
        t.ok("no bus" in there(site, "30-own.rules"), "YES to what is not so any more makes nothing")
        site.answer(again, ellis, "YES")
        site.run()
        t.same(there(site, "30-own.rules"), WORSE, "control: YES to what is makes it")


def test_newer_one(t):
    with Site() as site:
        send(site, {"30-own.rules": OWN})
        first = site.got(LEAD)
        send(site, {"30-own.rules": OWN + "    miss      no bus came\n"})
        site.answer(first, LEAD, "YES")
        site.run()
        t.same(there(site, "30-own.rules"), None, "a newer change takes the place of the older")


def test_several_files(t):
    """Files that need one another come, and are put in their place, together."""
    lists = "words late\n    word late\n    word delayed\n"
    own = OWN.replace("bus was late", "bus was [late]")
    with Site() as site:
        send(site, {"30-own.rules": own, "31-lists.rules": lists})
        site.answer(site.got(LEAD), LEAD, "YES")
        site.run()
        t.same([there(site, "30-own.rules"), there(site, "31-lists.rules")], [own, lists], "both stand there")
        t.same(site.call("check").code, 0, "and the site is sound")


NOBODY = 65534


def own(site, unused=None):
    """All of the site belongs to nobody: root may write anywhere, and shows nothing."""
    if os.geteuid() == 0:
        for folder, _, names in os.walk(site.folder):
            for name in [folder] + [os.path.join(folder, name) for name in names]:
                os.chown(name, NOBODY, NOBODY)


def become_nobody(site):
    own(site)
    return (lambda: (os.setgid(NOBODY), os.setuid(NOBODY))) if os.geteuid() == 0 else None


def test_not_writable(t):
    with Site() as site:
        nobody = become_nobody(site)
        send(site, {"30-own.rules": OWN}, preexec=nobody)
        question = site.got(LEAD)
        t.lacks(site.call("check", preexec=nobody).out, "changed by mail", "control: the folder may be written")
        os.chmod(site.file("rules"), 0o500)
        t.has(site.call("check", preexec=nobody).out, "the rules cannot be changed by mail", "check says it")
        own(site, site.drop(rules_mail({"31-own.rules": OWN.replace("late-bus", "later-bus")})))
        site.run(preexec=nobody)
        t.has(site.got(SUPERVISOR).text, "may not write into the folder", "what cannot be made is said")
        t.same(site.to(LEAD), [], "and not asked about")
        own(site, site.answer(question, LEAD, "YES"))
        site.run(preexec=nobody)
        t.has(site.got(LEAD).text, "may not write into the folder", "not even with YES")
        os.chmod(site.file("rules"), 0o700)
        own(site, site.answer(question, LEAD, "YES"))
        site.run(preexec=nobody)
        t.same(there(site, "30-own.rules"), OWN, "and once it may, another YES makes it")


def kill_at(call, number):
    """What runs the program and ends it at the nth such call."""
    return ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e",
            f"inject={call}:signal=KILL:when={number}"]


def test_killed(t):
    """Killed at any step: the old rules or the new ones, never half; and the next run ends it."""
    lists = "words late\n    word late\n    word delayed\n"
    own = OWN.replace("bus was late", "bus was [late]")
    calls = [("mkdir", 1), ("mkdir", 3), ("rename", 1), ("rename", 2), ("rename", 3), ("fsync", 3)]
    if shutil.which("strace") is None:
        t.ok(True, "strace is not there # skip")
        return
    for call_name, number in calls:
        with Site() as site:
            site.put("rules/30-own.rules", OWN)
            send(site, {"30-own.rules": own, "31-lists.rules": lists})
            site.answer(site.got(LEAD), LEAD, "YES")
            subprocess.run(kill_at(call_name, number) + [PROGRAM, "-C", site.path, "run", "--now", site.moment],
                           capture_output=True)
            site.run()
            site.later(minutes=1).run()
            t.same([there(site, "30-own.rules"), there(site, "31-lists.rules"),
                    there(site, "30-own.rules.before"), site.acts().count("rules-changed")],
                   [own, lists, OWN, 1], f"killed at {call_name} {number}: it is made, once")
            t.same([os.path.exists(site.file("rules", ".new")), site.call("check").code], [False, 0],
                   "and nothing is left over")


def test_dry(t):
    with Site() as site:
        site.drop(rules_mail({"30-own.rules": OWN}))
        site.run("--dry-run", collect=False)
        t.same([site.collect(), there(site, "30-own.rules"), site.acts()], [[], None, []],
               "a dry run changes nothing")


scenarios(dict(globals()))
