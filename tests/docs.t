#!/usr/bin/python3
"""Runs every example of README, the pages below doc/ and the manuals, and compares what they say
with the program: verbs, options, keys, templates, JSON, exit codes, messages, links.

A fenced block `sh`, and the lines after "$ " in a manual, are run, in order, in one shell for each
page. A block `conf`, and any other display of a manual, is put into a site and goes through
`worrybox check`. What would change the machine is redirected; see PRELUDE."""
# timeout: 240
import glob
import json
import os
import re
import shutil
import subprocess
import textwrap

ROOT = os.getcwd()
TMP = os.environ["TMPDIR"]
WORRYBOX = os.environ["WORRYBOX"]
PASSPHRASE = os.path.join(TMP, "passphrase")
number = 0


def ok(good, name, note=""):
    global number
    number += 1
    print(f"{'ok' if good else 'not ok'} {number} - {name}", flush=True)
    if not good:
        print("\n".join("# " + line for line in str(note).splitlines()[-30:]), flush=True)


def run(*argv, **more):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, **more)


def say(*argv):
    return run(WORRYBOX, *argv)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def write(path, text, mode=0o600):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


# ---- the examples of a page ----------------------------------------------------------------------

def markdown(text):
    """(language, text) of each fenced block; those in a list are indented."""
    found = re.findall(r"^( *)```(\w*)\n(.*?)^\1```$", text, re.M | re.S)
    return [(language, textwrap.dedent(body)) for _, language, body in found]


def manual(text):
    """The same of each display: `sh` where it holds commands."""
    blocks = []
    for body in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", text, re.M | re.S):
        body = body.replace("\\e", "\\").replace("\\&", "")
        if "$ " not in body[:2]:
            blocks.append(("conf", body))
            continue
        blocks.append(("sh", re.sub(r"^\$ ", "", body, flags=re.M)))
    return blocks


PRELUDE = r"""
set -eu -o pipefail
# What is for root, or for another machine, is done in a folder.
sudo() { while [[ $1 == -* ]]; do [[ $1 == -u ]] && shift; shift; done; "$@"; }
useradd() { :; }
install() {
    local args=()
    while [ $# -gt 0 ]; do case $1 in -o | -g) shift ;; *) args+=("$1") ;; esac; shift; done
    command install "${args[@]}"
}
systemctl() {
    for unit; do case $unit in *.service | *.timer) test -f "$AWAY/etc/systemd/system/$unit" ;; esac; done
}
# Nothing is built while tests run; but every target is there.
make() {
    case $* in
    install) command make -s -C "$ROOT" BUILD="$BUILD" DESTDIR="$AWAY" -o "$WORRYBOX" install ;;
    *) command make -n -C "$ROOT" BUILD="$BUILD" -o deps "$@" >/dev/null ;;
    esac
}
# Nobody types a passphrase; what init prints is kept as if it had been typed in.
worrybox() {
    case $* in
    *--passphrase-file*) "$WORRYBOX" "$@" ;;
    "key show"* | "key reseal"*) "$WORRYBOX" "$@" --passphrase-file "$PASSPHRASE" ;;
    keygen*) "$WORRYBOX" "$@" --passphrase-file "$PASSPHRASE" ;;
    open*) "$WORRYBOX" "$@" --passphrase-file "$PASSPHRASE" ;;
    init*)
        "$WORRYBOX" "$@" | tee sheets
        grep -o 'wbhost1 .*' sheets >typed-sheet
        grep -o 'wbseed1 .*' sheets >seed
        ;;
    *) "$WORRYBOX" "$@" ;;
    esac
}
mkdir -p "$AWAY/etc/systemd/system" "$AWAY/usr/local" "$AWAY/var/lib"
"""


def shell(folder, script, away):
    for path in ("/var/lib/worrybox", "/etc/worrybox", "/etc/systemd", "/usr/local"):
        script = re.sub(r"(?<![\w.])" + path, "$AWAY" + path, script)
    env = dict(os.environ, ROOT=ROOT, AWAY=away, PASSPHRASE=PASSPHRASE)
    return run("bash", "-c", PRELUDE + script, cwd=folder, env=env)


def tree(folder):
    """A folder that looks like this tree, in which a page may make what it likes."""
    os.mkdir(folder)
    for name in os.listdir(ROOT):
        if name not in (".git", "build") and not os.path.exists(os.path.join(folder, name)):
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))


# ---- a site to try things in ---------------------------------------------------------------------

def new_site(folder):
    """With a real key, as a site with a mail server needs one. Answers where its sheets are."""
    sheets = say("init", folder).stdout
    path = os.path.join(folder, "people.conf")
    people = re.sub(r"key   wbpub1\w+\n    practice  yes", "key   " + KEY, open(path).read())
    write(path, people)
    return sheets


def without(conf, kinds):
    """The text of a conf file without the blocks of these kinds."""
    keep, out = True, []
    for line in conf.splitlines():
        if re.match(r"\w", line):
            keep = line.split()[0] not in kinds
        if keep or line.startswith("#"):
            out.append(line)
    return "\n".join(out) + "\n"


def check_conf(text, name):
    """Puts the blocks where they belong, and lets `worrybox check` judge."""
    site = os.path.join(TMP, "conf-site")
    new_site(site)
    blocks = re.findall(r"^(\w+)(?: +(\S+))?\n", text, re.M)
    kinds = {kind for kind, _ in blocks}
    if kinds <= {"rule"}:
        write(os.path.join(site, "rules", "60-own.rules"), text)
        said = say("-C", site, "rules", "test")
        ok(said.returncode == 0, f"{name}: its hits and misses hold", said.stdout)
    elif kinds <= {"site", "mailbox", "post", "limits", "retention"}:
        path = os.path.join(site, "site.conf")
        write(path, without(open(path).read(), kinds) + text)
        if "mailbox" in kinds and "post" not in kinds and "kind  imap" in text:
            pass
    elif "lead" in kinds:
        write(os.path.join(site, "people.conf"), text)
    else:
        path = os.path.join(site, "people.conf")
        write(path, without(open(path).read(), kinds - {"listener"}) + text)
    for secret in re.findall(r"password-file +(\S+)", text):
        write(os.path.join(site, secret), "secret\n")
    said = say("-C", site, "check")
    ok(said.returncode == 0, f"{name}: {', '.join(sorted(kinds))}: worrybox check", said.stdout)
    shutil.rmtree(site)


# ---- the pages -----------------------------------------------------------------------------------

write(PASSPHRASE, "seven dull words that nobody would guess\n")
KEYFILE = os.path.join(TMP, "okafor.key")
KEY = say("keygen", "okafor", "--out", KEYFILE, "--passphrase-file", PASSPHRASE).stdout.strip()


def test_readme():
    folder, away = os.path.join(TMP, "readme"), os.path.join(TMP, "away")
    tree(folder)
    blocks = markdown(read("README.md"))
    for i, (language, text) in enumerate(blocks):
        if language != "sh":
            continue
        if "--anchor anchor" in text:
            # What the witness has: the mail of an unsealing, as it came.
            text = r"""
                handle=$(worrybox -C hillside case list | cut -d ' ' -f 1)
                grep -o 'wbseed1 .*' sheets-hillside >seed
                worrybox -C hillside case flag $handle --reason x >said
                worrybox -C hillside unseal $handle --by okafor --ground danger --reason x --out p
                worrybox -C hillside run
                cp "$(grep -l '^To: chair@' hillside/mail/out/new/*)" anchor
            """ + text
        if "amber-heron" in text:
            text = r"""
                printf 'From: b@h.example\n\nI want to die\n' >/var/lib/worrybox/mail/in/new/1
                worrybox -C /var/lib/worrybox run
                handle=$(worrybox -C /var/lib/worrybox case list | cut -d ' ' -f 1)
            """ + text.replace("amber-heron", "$handle")
        if "init hillside" in text:
            text += "\ncp sheets sheets-hillside\n"
        if "install-deps build" in text:
            text = text.replace("contrib/install-deps build", "test -x contrib/install-deps")
        said = shell(folder, text, away)
        first = text.strip().splitlines()[0]
        ok(said.returncode == 0, f"README, block {i + 1} ({first[:50]})", said.stdout)
    installed = os.path.join(away, "usr/local/bin/worrybox")
    ok(run(installed, "rules", "test").returncode == 0, "what was installed finds its rules")
    for path in ("share/man/man1/worrybox.1", "share/man/man5/worrybox.conf.5",
                 "share/doc/worrybox/lead.md", "share/worrybox/worrybox.timer",
                 "share/worrybox/open.html", "lib/worrybox/token-microsoft"):
        ok(os.path.exists(os.path.join(away, "usr/local", path)), f"installed: {path}")
    for i, (language, text) in enumerate(blocks):
        if language == "conf":
            check_conf(text, f"README, block {i + 1}")
    said = shell(folder, "worrybox -C restored status", away)
    ok(said.returncode == 0, "the restored site can be asked", said.stdout)
    shutil.rmtree(folder)
    shutil.rmtree(away)


def test_lead():
    """In a site with a danger in it, of which the page shows the words amber-heron."""
    site = os.path.join(TMP, "lead")
    new_site(site)
    shutil.copy(KEYFILE, site)
    write(os.path.join(site, "mail/in/new/1"), "From: Ben <ben@hillside.example>\n\n"
          "this is a drill, I want to die\n")
    say("-C", site, "run")
    listed = json.loads(say("-C", site, "case", "list", "--json").stdout)
    ok(listed["flag"] and listed["desk"] == "lead", "the words of the drill reach the lead", listed)
    text, shown = read("doc/lead.md"), ""
    for i, (language, block) in enumerate(markdown(text)):
        if language == "sh":
            folder = site
            if "keygen" in block:
                folder = os.path.join(site, "own-machine")
                os.mkdir(folder)
            said = shell(folder, block.replace("amber-heron", listed["handle"]), TMP)
            ok(said.returncode == 0, f"lead.md, block {i + 1}", said.stdout)
            shown = said.stdout if "worrybox open" in block else shown
        elif language == "text":
            labels = [re.match(r" *(\w+( sure)?)", line).group(1) for line in block.splitlines()]
            real = [re.match(r" *(\w+( sure)?)", line).group(1)
                    for line in shown.splitlines() if line.strip()]
            ok(labels == real, "lead.md shows what open prints", f"{labels}\n{real}")
    shutil.rmtree(site)
    # The mails and messages it quotes are those of the program.
    said = ""
    for path in glob.glob(ROOT + "/src/*/*.c") + glob.glob(ROOT + "/templates/en/*.txt"):
        said += re.sub(r'"\s*\n\s*"', "", open(path, encoding="utf-8").read())
    for quoted in re.findall(r"^\| `([^`]+)`", text, re.M):
        words = quoted.rstrip("…").strip()
        ok(words in said, f"lead.md quotes the program: {words[:50]}")


def test_rules():
    """The page for teachers: its rules hold, its commands run, the messages it quotes are real."""
    text, folder = read("doc/rules.md"), os.path.join(TMP, "rules")
    os.mkdir(folder)
    site = os.path.join(folder, "hillside")
    new_site(site)
    own, said = os.path.join(site, "rules", "60-own.rules"), ""
    rules = [block for language, block in markdown(text) if language == "conf"]
    ok(len(rules) >= 4, "rules.md has examples")
    for rule in rules:
        check_conf(rule, "rules.md")
    write(own, "\n".join(rules))
    for i, (language, block) in enumerate(markdown(text)):
        if language == "sh":
            shown = shell(folder, block, TMP)
            ok(shown.returncode == 0, f"rules.md, block {i + 1}", shown.stdout)
            said += shown.stdout
    ok("The bus is late speaks" in said and "Running away" in said, "explain says who spoke", said)
    said = ""
    for broken in ("    hit   nothing of it\n", "    miss  the bus was late\n", "    frase  x\n"):
        write(own, rules[0] + broken)
        said += say("-C", site, "rules", "test").stdout
    for quoted in re.findall(r"^\| `((?:rule|unknown) [^`]+)`", text, re.M):
        ok(quoted in said, f"rules.md quotes the program: {quoted[:50]}", said)
    shipped = {re.search(r"([^/]*)\.rules$", path).group(1) for path in glob.glob(ROOT + "/rules/*.rules")}
    told = set(re.findall(r"^\| `(\d\d-[a-z]+)` \|", text, re.M))
    ok(told == shipped - {"02-spelling"}, "rules.md names every file of rules", told ^ shipped)
    shutil.rmtree(folder)


def test_witness():
    """With the mail of an opening, and the seed that init printed."""
    site = os.path.join(TMP, "witness")
    sheets = new_site(site)
    write(os.path.join(site, "mail/in/new/1"), "From: Ben <ben@hillside.example>\n\nI want to die\n")
    say("-C", site, "run")
    handle = json.loads(say("-C", site, "case", "list", "--json").stdout)["handle"]
    say("-C", site, "unseal", handle, "--by", "okafor", "--ground", "danger", "--reason", "x",
        "--out", os.path.join(site, "packet"))
    say("-C", site, "run")
    mails = [open(path).read() for path in glob.glob(site + "/mail/out/new/*")]
    write(os.path.join(site, "anchor"), next(m for m in mails if "To: chair@" in m))
    write(os.path.join(site, "seed"), re.search(r"wbseed1 .*", sheets).group(0) + "\n")
    for i, (language, block) in enumerate(markdown(read("doc/witness.md"))):
        said = shell(site, block, TMP)
        ok(language == "sh" and said.returncode == 0, f"witness.md, block {i + 1}", said.stdout)
    ok("what the witness was mailed is among them" in said.stdout, "the proof says so", said.stdout)
    shutil.rmtree(site)
    said = "".join(open(path).read() for path in glob.glob(ROOT + "/templates/en/*.txt"))
    for subject in ("For the record", "Your word, please", "The record this week"):
        ok(f"Subject: {subject}" in said and subject in read("doc/witness.md"),
           f"witness.md names a mail: {subject}")


def test_keys_page():
    """From a new keyholder to a handed-over case; what is for their own machine is done here too."""
    site = os.path.join(TMP, "keys")
    sheets = new_site(site)
    shutil.copy(KEYFILE, site)
    write(os.path.join(site, "typed-sheet"), re.search(r"wbhost1 .*", sheets).group(0) + "\n")
    write(os.path.join(site, "mail/in/new/1"), "From: Ben <ben@hillside.example>\n\nI want to die\n")
    say("-C", site, "run")
    text, people = read("doc/keys.md"), os.path.join(site, "people.conf")
    blocks = [block for language, block in markdown(text) if language == "sh"]
    # The page tells how cases are handed over below where it says that a key is retired.
    blocks.sort(key=lambda block: "key retire" in block)
    new = ""
    for i, block in enumerate(blocks):
        if "key add" in block:
            line = re.search(r"wbpub1\w+", said.stdout).group(0)
            new = said.stdout.splitlines()[-2]
            write(people, open(people).read() +
                  f"\ndeputy patel\n    name  Dr Patel\n    mail  patel@hillside.example\n    key  {line}\n")
        if "key retire" in block:
            write(people, re.sub(r" *key +" + KEY + r"\n", "", open(people).read()))
        if "install -m 400" in block:
            os.unlink(os.path.join(site, "state/host.key"))
        said = shell(site, block.replace("abcd efgh ijkl mnop", new), TMP)
        ok(said.returncode == 0, f"keys.md, block {i + 1}", said.stdout)
    handle = json.loads(say("-C", site, "case", "list", "--json").stdout)["handle"]
    packet = os.path.join(site, "packet")
    say("-C", site, "unseal", handle, "--by", "patel", "--ground", "danger", "--reason", "x",
        "--out", packet)
    opened = say("open", packet, "--key", os.path.join(site, "patel.key"), "--passphrase-file",
                 PASSPHRASE)
    ok("ben@hillside.example" in opened.stdout, "what was handed over opens", opened.stdout)
    shutil.rmtree(site)


def test_manuals():
    for path in sorted(glob.glob(ROOT + "/man/*.[15]")):
        name = os.path.basename(path)
        said = run("mandoc", "-Tlint", path).stdout
        left = [line for line in said.splitlines()
                if "referenced manual not found" not in line and "mandoc.db" not in line]
        ok(not left, f"{name}: mandoc finds nothing", "\n".join(left))
        blocks, script = manual(open(path, encoding="utf-8").read()), ""
        for language, text in blocks:
            if language == "conf":
                check_conf(text, name)
            else:
                script += text
        folder = os.path.join(TMP, "manual")
        os.mkdir(folder)
        if script:
            said = shell(folder, "worrybox() { \"$WORRYBOX\" \"$@\"; }\n" + script, TMP)
            ok(said.returncode == 0, f"{name}: its commands run", said.stdout)
        shutil.rmtree(folder)


# ---- what the manuals say of the program ---------------------------------------------------------

def plain(mdoc):
    """Macros and escapes away, for looking for words."""
    return re.sub(r"\\[&e]", "", mdoc)


def items(mdoc):
    """(head, text) of each .It of a part of a manual; an .Xo head reaches to its .Xc."""
    found = []
    for part in re.split(r"^\.It ", mdoc, flags=re.M)[1:]:
        head, _, text = part.partition("\n")
        if head.strip() == "Xo":
            head, _, text = part.partition(".Xc")
            head = head.replace("Xo", "").replace("\n.Op", "").replace("\n", " ")
        found.append((head.replace(".Ic", "Ic").strip(), text))
    return found


def section(mdoc, kind, name):
    return re.search(rf"^\.{kind} {re.escape(name)}\n(.*?)(?=^\.S[hs] |\Z)", mdoc, re.M | re.S).group(1)


def test_verbs():
    page = read("man/worrybox.1")
    told = say("--help").stdout
    verbs = re.findall(r"^  (\w+) ", told, re.M)
    ok(len(verbs) >= 12, "worrybox --help lists the verbs", told)
    described = {}
    for head, text in items(section(page, "Sh", "DESCRIPTION").split(".Pp\n.Fl -now")[0]):
        words = re.match(r"Ic (\w+)", head)
        if words:
            described.setdefault(words.group(1), "")
            described[words.group(1)] += head + "\n" + text.split(".Ss")[0]
    words = {"route", "PASS"}
    ok(set(verbs) == set(described) - words, "every verb is described, and no other",
       set(verbs) ^ set(described))
    shared = {"now", "help"}
    for verb in verbs:
        options = set(re.findall(r"--([a-z-]+)", re.sub(r"Usage:.*?\n\n", "", say(verb, "--help").stdout,
                                                        count=1, flags=re.S)))
        man = set(re.findall(r"Fl -([a-z-]+)", described.get(verb, "")))
        ok(options - shared == man - shared, f"{verb}: every option, and no other",
           f"help {sorted(options)}, manual {sorted(man)}")
    given = set(re.findall(r"Fl -([a-z-]+)", page))
    ok({"now", "verbose", "version", "help"} <= given, "the shared options are described")
    takes_now = {verb for verb in verbs if "--now" in say(verb, "--help").stdout}
    line = re.search(r"sets the clock of\n(.*?)on a site", page, re.S).group(1)
    ok(takes_now == set(re.findall(r"\b(\w{3,})\b", line.replace("and", ""))), "who takes --now", line)
    codes = set(re.findall(r"\b(\d+) ", told.split("exit:")[1]))
    ok(codes == set(re.findall(r"^\.It (\d+)$", section(page, "Sh", "EXIT STATUS"), re.M)),
       "every exit code, and no other", codes)


def test_words():
    """Words in mails, and the grounds of an unsealing."""
    page = read("man/worrybox.1")
    table = re.search(r"COMMAND_WORDS\[\] = \{(.*?)\}", read("src/desk/command.c"), re.S).group(1)
    words = set(re.findall(r'"([A-Z ]+)"', table))
    told = set(re.findall(r"^\.It ([A-Z ]+?)(?: Ar \w+)? Ta", section(page, "Ss", "Words in mails"),
                          re.M))
    ok(words == told, "every word in mails, and no other", words ^ told)
    table = re.search(r"ACCOUNT_GROUNDS\[\] = \{(.*?)\}", read("src/desk/account.c"), re.S).group(1)
    grounds = set(re.findall(r'"(\w+)"', table))
    told = set(re.search(r"^\.Cm (danger .*?) \.$", page, re.M).group(1).split())
    ok(grounds == told, "every ground, and no other, in the manual", grounds ^ told)
    told = set(re.findall(r"^\| `(\w+)` \|", read("doc/lead.md"), re.M))
    ok(grounds == told, "every ground, and no other, in lead.md", grounds ^ told)


def keys_of(path):
    """The tables of keys in a source: {"SITE": {"name": "CONF_NEEDED", …}, …}."""
    tables = re.findall(r"ConfKey (\w+)\[\] = \{(.*?)\};", read(path), re.S)
    return {name: dict(re.findall(r'\{"([a-z-]+)", (\w+)\}', body)) for name, body in tables}


def described_keys(text):
    """The keys that stand behind .It Ic, with their text."""
    found = {}
    for head, body in items(text):
        for word in re.findall(r"Ic ((?:[a-z-]+ , )*[a-z-]+)", head):
            for key in word.split(" , "):
                found[key] = body
    return found


def compare(name, table, text):
    found = described_keys(text)
    ok(set(table) == set(found), f"{name}: every key, and no other", set(table) ^ set(found))
    lists = {key for key, body in found.items() if re.search(r"^(A list|Lists)\.", body, re.M)}
    many = {key for key, times in table.items() if times == "CONF_MANY"}
    ok(lists == many, f"{name}: which keys make a list", lists ^ many)


def test_keys():
    page = read("man/worrybox.conf.5")
    site = keys_of("src/site/site.c")
    for kind in ("site", "mailbox", "post", "limits", "retention"):
        compare(kind, site[kind.upper() + "_KEYS"], section(page, "Ss", kind))
    ok(len(site) == 5, "no other kind in site.conf", list(site))
    people = keys_of("src/site/people.c")
    kinds = re.findall(r'\{"(\w+)", TRUE', read("src/site/people.c"))
    table = {kind: "" for kind in kinds}
    for keys in people.values():
        table.update(keys)
    # "unless" and "unless-pattern" have one text, and so have "hit" and "miss".
    compare("people.conf", table, section(page, "Sh", "PEOPLE.CONF"))
    rules = keys_of("src/rules/read.c")
    for kind in ("rule", "words", "spelling"):
        compare(kind, rules[kind.upper() + "_KEYS"], section(page, "Ss", kind))
    ok(len(rules) == 3, "no other kind in rules", list(rules))
    for words in re.findall(r"const char \*const (?!local)\w+\[\] = \{((?:\"[a-z]+\", )+)NULL\}",
                            read("src/site/site.c")):
        for word in re.findall(r'"([a-z]+)"', words):
            ok(re.search(rf"Cm .*\b{word}\b", page), f"the value \"{word}\" is described")
    forms = re.search(r"FORMS\[\] = \{(.*?)^\};", read("src/reply/templates.c"), re.M | re.S).group(1)
    names = set(re.findall(r'\{"([a-z-]+)",', forms))
    told = set(re.findall(r"^\.It ([a-z-]+) Ta", section(page, "Sh", "TEMPLATES"), re.M))
    ok(names == told, "every template, and no other", names ^ told)


def test_json():
    """What programs may read has the keys that the manual names."""
    part = section(read("man/worrybox.1"), "Sh", "OUTPUT FOR PROGRAMS")
    told = {}
    for head, text in items(part):
        for verb in re.findall(r"[a-z][a-z ]+[a-z]", head.replace("Ic ", "")):
            told[verb] = re.findall(r"[a-z-]{2,}", " ".join(re.findall(r"^\.Li (.*)", text, re.M)))
    site = os.path.join(TMP, "json")
    new_site(site)
    mail = os.path.join(site, "mail/in/new/1")
    write(mail, "From: Ben <ben@hillside.example>\n\nI want to die, ring 07700 900123\n")
    seen = {"inspect": say("inspect", "--json", mail), "run": say("-C", site, "run", "--json")}
    seen["case list"] = say("-C", site, "case", "list", "--json")
    handle = json.loads(seen["case list"].stdout)["handle"]
    packet = os.path.join(site, "packet")
    say("-C", site, "unseal", handle, "--by", "okafor", "--ground", "danger", "--reason", "x",
        "--out", packet)
    seen["case show"] = say("-C", site, "case", "show", handle, "--json")
    seen["open"] = say("open", packet, "--key", KEYFILE, "--passphrase-file", PASSPHRASE, "--json")
    seen["audit show"] = say("-C", site, "audit", "show", "--json")
    seen["key list"] = say("-C", site, "key", "list", "--json")
    seen["status"] = say("-C", site, "status", "--json")
    letters = os.path.join(site, "letters")
    write(letters, "none: hello\n")
    bad = os.path.join(TMP, "bad")
    os.makedirs(os.path.join(bad, "rules"))
    write(os.path.join(bad, "rules/1.rules"), "rule a\n phrase x\n phrase x y\n")
    seen["rules check"] = say("-C", bad, "rules", "check", "--json")
    shutil.rmtree(bad)
    seen["rules test"] = say("rules", "test", "--json", letters)
    seen["rules explain"] = say("rules", "explain", "--json", "--text", "i want to die")
    seen["rules stats"] = say("-C", site, "rules", "stats", "--json")
    ok(set(seen) == set(told), "every verb with --json that gives objects", set(seen) ^ set(told))
    for verb, said in seen.items():
        found = json.loads(said.stdout.splitlines()[0])
        keys = list(found)
        if verb == "inspect":
            keys += list(found["redactions"][0]) + ["type", "bytes"] + list(found["verdict"])
            keys += list(found["verdict"]["rules"][0])
        if verb == "rules explain":
            keys += list(found["rules"][0]) + list(found["rules"][0]["found"][0])
        ok(set(keys) <= set(told.get(verb, [])) and
           set(told.get(verb, [])) <= set(keys) | {"route", "pupil", "listener", "staff", "bounce",
               "auto-reply", "list", "loop", "unreadable"},
           f"{verb}: its keys", f"{keys}\n{told.get(verb)}")
    # A host key that is a credential of systemd.
    away = os.path.join(TMP, "credentials")
    os.mkdir(away)
    shutil.move(os.path.join(site, "state/host.key"), away)
    ok(say("-C", site, "check").returncode == 78, "control: no host key, no site")
    os.chmod(os.path.join(away, "host.key"), 0o440)
    said = run(WORRYBOX, "-C", site, "check", env=dict(os.environ, CREDENTIALS_DIRECTORY=away))
    ok(said.returncode == 0, "the host key as a credential", said.stdout)
    shutil.rmtree(away)
    shutil.rmtree(site)


# ---- the rest ------------------------------------------------------------------------------------

def anchors(text):
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_links():
    for page in ["README.md"] + sorted(glob.glob("doc/*.md")):
        text = read(page)
        for link in sorted(set(re.findall(r"\]\(([^)\s]+)\)", text))):
            path, _, anchor = link.partition("#")
            there = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            good = "://" in link or (os.path.exists(os.path.join(ROOT, there)) and
                                     (not anchor or anchor in anchors(read(there))))
            ok(good, f"{page}: {link}")
    bench = re.search(r"^<!-- bench -->$(.*?)^<!-- /bench -->$", read("README.md"), re.M | re.S)
    ok(bench and bench.group(1).strip(), "README has its place for make bench")


def test_units():
    text = read("contrib/worrybox.service")
    ok("ExecStart=/usr/local/bin/worrybox -C /var/lib/worrybox run\n" in text and
       "StateDirectory=worrybox\n" in text, "the service runs what README installs")
    if shutil.which("systemd-analyze") is None:
        return
    folder = os.path.join(TMP, "units")
    os.mkdir(folder)
    for name in ("worrybox.service", "worrybox.timer"):
        unit = re.sub(r"^Documentation=.*\n", "", read("contrib/" + name), flags=re.M)
        write(os.path.join(folder, name), unit.replace("/usr/local/bin/worrybox", "/bin/true"))
    said = run("systemd-analyze", "verify", folder + "/worrybox.service", folder + "/worrybox.timer")
    ok(said.returncode == 0 and "worrybox" not in said.stdout, "systemd finds nothing in the units",
       said.stdout)
    shutil.rmtree(folder)


def test_refusals():
    """What these tests would not forgive."""
    ok(markdown("- a\n  ```sh\n  false\n  ```\n") == [("sh", "false\n")], "control: blocks in lists")
    said = shell(TMP, "false | true\n", TMP)
    ok(said.returncode != 0, "control: a command that fails is seen")
    site = os.path.join(TMP, "refused")
    new_site(site)
    write(os.path.join(site, "site.conf"), open(os.path.join(site, "site.conf")).read() +
          "limits\n    mail-sise  1 MiB\n")
    ok("did you mean" in say("-C", site, "check").stdout, "control: an unknown key is seen")
    shutil.rmtree(site)


for test in (test_refusals, test_readme, test_lead, test_witness, test_keys_page, test_rules, test_manuals,
             test_verbs, test_words, test_keys, test_json, test_links, test_units):
    test()
for left in (PASSPHRASE, KEYFILE):
    os.unlink(left)
shutil.rmtree(os.path.join(TMP, "etc"), ignore_errors=True)
for left in ("usr", "var"):
    shutil.rmtree(os.path.join(TMP, left), ignore_errors=True)
print(f"1..{number}")
