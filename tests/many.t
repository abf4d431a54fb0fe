#!/usr/bin/python3
# So many letters in one run that its threads are at work: keys are made ahead of need, and the mails
# of one batch go out while the letters of the next are kept.
# timeout: 200
import json
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *

MANY = {"listener heron": {"at-most": "9999"}}
ODD = 7  # every so many letters one is a cry for help


def writer(n):
    return f"Pupil{n} <pupil{n}@hillside.example>"


def fill(site, count, first=0):
    for n in range(first, first + count):
        site.write(writer(n), DANGER if n % ODD == 0 else f"{WORRY} and it is number {n}z")


def by_writer(site):
    """{address of a pupil: the first mails they got}"""
    found = {}
    for mail in site.inbox:
        if re.match(r"pupil\d+@", mail.to):
            found.setdefault(mail.to, []).append(mail)
    return found


def holders_of(site, case):
    """To whom the identity of this case is sealed."""
    with site.database() as db:
        return [row[0] for row in db.execute("SELECT holder FROM seals JOIN cases ON id=case_id "
                                             "WHERE handle=? ORDER BY holder", (case["handle"],))]


def test_all_kept_and_answered(t):
    """Several batches; each letter is a case of its own, sealed to every keyholder, its writer
    answered once, its reader told once."""
    count = 460
    with Site(without=["listener wren"], people=MANY) as site:
        fill(site, count)
        summary = site.run()
        t.same([summary["letters"], summary["failed"], summary["left"], site.waiting],
               [count, 0, 0, []], "all of them are kept")
        cases = site.cases()
        t.same(len({case["handle"] for case in cases}), count, "each is a case of its own")
        answers = by_writer(site)
        t.same([len(answers), {len(mails) for mails in answers.values()}], [count, {1}],
               "each writer hears once")
        letters = [mail for mail in site.to(HERON)]
        alerts = [mail for mail in site.to(LEAD) if mail.handle]
        urgent = len(range(0, count, ODD))
        t.same([len(letters), len({mail.handle for mail in letters})], [count - urgent] * 2,
               "the listener has each of the others once")
        t.same(len({mail.handle for mail in alerts}), urgent, "the lead each cry for help")
        site.later(minutes=1).run()
        t.same(site.fresh, [], "and the next run sends nothing again")
        numbers = {re.search(r"number (\d+)z", mail.letter).group(1) for mail in letters}
        t.same(len(numbers), count - urgent, "with the words of each")
        # The keys of a case made ahead are this case's: its identity opens, to each keyholder.
        flagged = [case["handle"] for case in cases if case["flag"]]
        who = {site.who_wrote(handle, by)[0]["from"]
               for handle, by in zip(flagged[:6], ["okafor", "hughes"] * 3)}
        t.same([len(who), all(int(re.sub(r"\D", "", one)) % ODD == 0 for one in who)], [6, True],
               "who wrote a flagged one opens, to either keyholder, and is one of those")
        # And the thread of conversation holds: an answer reaches its own pupil.
        letter = letters[-1]
        number = re.search(r"number (\d+)z", letter.letter).group(1)
        site.answer(letter, HERON, "thank you for telling me")
        site.run()
        t.has(site.got(writer(int(number))).text, "thank you for telling me",
              "an answer reaches the one who wrote")


def test_not_for_one(t):
    """A letter that must not go to a keyholder is sealed without them, though keys lie ready."""
    with Site(without=["listener wren"], people=MANY) as site:
        site.put("rules/05-lead.rules", "rule about-lead\n    severity high\n    desk head\n"
                 "    flag yes\n    not-for okafor\n    phrase ms okafor shouts\n")
        fill(site, 30)
        site.write(ANNA, "Ms Okafor shouts at me and locks the door")
        fill(site, 30, first=30)
        site.run()
        about = next(case for case in site.cases() if "about-lead" in case["categories"])
        t.same([holders_of(site, about), site.unseal(about["handle"], by="okafor").code],
               [["hughes"], 77], "the lead has no seal, and cannot open it")
        t.same(site.who_wrote(about["handle"], "hughes")[0]["from"], address(ANNA),
               "the deputy can")
        other = next(case for case in site.cases()
                     if case["flag"] and "about-lead" not in case["categories"])
        t.same([holders_of(site, other), site.unseal(other["handle"], by="okafor").code],
               [["hughes", "okafor"], 0], "control: any other opens to her")


def test_stopped_and_killed(t):
    """Ended in the middle, politely or not: the next run finishes; nothing is lost or taken twice."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with Site(without=["listener wren"], people=MANY) as site:
            fill(site, 450)
            run = subprocess.Popen([PROGRAM, "-C", site.path, "run", "--now", site.moment],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            out = site.file("mail", "out", "new")
            while run.poll() is None and not os.listdir(out):
                time.sleep(0.002)
            run.send_signal(how)
            run.wait()
            before = len(site.cases())
            site.collect()
            first = {mail.id for mail in site.inbox}
            site.run()
            t.ok(0 < before < 450, f"{how.name}: it ended in the middle", before)
            t.same([len(site.cases()), site.waiting], [450, []], f"{how.name}: every letter is kept")
            answers = by_writer(site)
            t.same(len(answers), 450, f"{how.name}: every writer has an answer")
            ids = {who: {mail.id for mail in mails} for who, mails in answers.items()}
            t.same({len(one) for one in ids.values()}, {1},
                   f"{how.name}: what went twice has the same Message-ID")
            t.note(f"{len(first)} mails had gone before, {before} letters been kept")


def children(pid):
    try:
        return [int(one) for one in read(f"/proc/{pid}/task/{pid}/children").split()]
    except OSError:
        return []


def kill_worker(run):
    """The process that reads, which the nursery of the run has made; False: it is not there."""
    for nursery in children(run.pid):
        for worker in children(nursery):
            try:
                os.kill(worker, signal.SIGKILL)
                return True
            except ProcessLookupError:
                pass
    return False


def test_worker_killed(t):
    """With many mails in hand, answers among them: it costs the mail at work its reading, no more."""
    count, kills, step = 300, 0, 15
    with Site(without=["listener wren"], people=MANY) as site:
        site.write(ANNA, WORRY)
        site.run()
        reply = site.got(ANNA)
        site.later(minutes=5)
        for first in range(0, count, step):  # an answer waits for its turn, parsed and not asked
            fill(site, step, first)
            site.answer(reply, ANNA, f"and this is answer {first}z")
        run = subprocess.Popen([PROGRAM, "-C", site.path, "run", "--json", "--now", site.moment],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while run.poll() is None and kills < 10:
            time.sleep(0.012)
            kills += kill_worker(run)
        summary = json.loads(run.communicate()[0])
        site.collect()
        mails = [mail.letter for mail in site.to(HERON) + site.to(LEAD)]
        t.ok(kills > 0, "it was killed", kills)
        t.ok(0 < summary["unreadable"] <= kills, "what it had at work is brought to a person",
             kills, summary)
        # One killed before it said that it is confined ends its batch; the next run takes what is left.
        left = len(site.waiting)
        t.same([summary["letters"] + summary["unreadable"], summary["left"]],
               [count + count // step - left, left], "every other letter is read, or left where it is")
        t.same([site.run()["letters"], site.waiting], [left, []], "and then by the next run")
        unreadable = summary["unreadable"]
        mails += [mail.letter for mail in site.to(HERON) + site.to(LEAD)]
        found = {n for mail in mails for n in re.findall(r"(?:number|answer) (\d+)z", mail)}
        wanted = len([n for n in range(count) if n % ODD])
        t.ok(len(found) >= wanted - unreadable, "as itself", len(found), wanted, unreadable)


def test_program_takes_signals(t):
    """The thread that posts takes no signals; what it starts must, or it could not be stopped."""
    with Site(without=["listener wren"], people=MANY, site={"demo": None, "delay": "0"}) as site:
        sent = os.path.join(site.folder, "sent")
        os.mkdir(sent)
        # The shell itself looks: what dash starts takes signals again.
        site.put("send", "#!/bin/sh\nwhile read -r name value; do\n"
                         "case $name$value in SigBlk:*[!0]*) exit 70;; esac\n"
                         "done </proc/$$/status\n"
                         f'exec cat >"$(mktemp {sent}/XXXXXXXXXX)"\n')
        os.chmod(site.file("send"), 0o755)
        blocked = subprocess.run([site.file("send")], stdin=subprocess.DEVNULL, preexec_fn=lambda:
                                 signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}))
        t.same([blocked.returncode, os.listdir(sent)], [70, []],
               "control: one that takes no signals is seen")
        with open(site.file("site.conf"), encoding="utf-8") as file:
            text = file.read()
        site.put("site.conf", text.replace("kind  maildir\n    path  mail/out",
                                           f"kind  sendmail\n    path  {site.file('send')}"))
        fill(site, 30)
        done = site.call("run", "--json")
        t.same([done.code, done.json["sent"], len(os.listdir(sent))], [0, 60, 60], "all mails go")


scenarios(globals())
