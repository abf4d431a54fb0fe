#!/usr/bin/python3
# What is sealed to one keyholder's key goes to another, by the hands of who holds the first, on
# their own machine.
# timeout: 300
import base64
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "vectors")]
from school import *

try:
    import open as formats  # needs python3-nacl
except ImportError:
    formats = None

PATEL = {"name": "Dr Patel", "mail": "patel@hillside.example", "key": "@patel"}


def print_of(name):
    return worrybox("key", "show", Site.key(name)[1]).out.split("\n")[0]


def sheet(name):
    """A recovery sheet, typed into a file: with it nothing has to be stretched."""
    path = Site.key(name)[0] + ".sheet"
    if not os.path.exists(path):
        with open(path, "w") as file:
            file.write(Site.key(name)[2] + "\n")
    return path


def path_in(site, name):
    return os.path.join(site.folder, name)


def reseal(packet, key, out=None, to=None):
    more = ["--out", out] if out else []
    more += ["--to", to] if to else []
    return worrybox("key", "reseal", packet, "--key", sheet(key), *more)


def rewrap(site, old, new, to=None, key=None):
    """The whole way. `old`, `new`: names of keys; `to`: who gets them."""
    packet, answer = path_in(site, f"{old}-{new}.packet"), path_in(site, f"{old}-{new}.answer")
    asked = site.call("key", "rewrap", print_of(old), "--to", to or "okafor", "--out", packet)
    assert asked.code == 0, asked
    sealed = reseal(packet, old, answer, print_of(new))
    assert sealed.code == 0, sealed
    return site.call("key", "take", answer)


def opened_by(packet, *names):
    keys = [word for name in names for word in ("--key", sheet(name))]
    return worrybox("open", packet, *keys, "--json")


def who(done):
    return [line["from"] for line in done.lines] if done.code == 0 else done.code


def three(site):
    """An open case of Anna's, a flagged one of Ben's, a closed one of Cleo's: their handles."""
    site.write(ANNA, WORRY)
    site.write(BEN, DANGER, "please help")
    site.write(CLEO, WORRY)
    site.run()
    handles = [site.to(someone)[0].handle for someone in (ANNA, BEN, CLEO)]
    site.do("case", "close", handles[2])
    return handles


def packet_of(site, handle, **how):
    done = site.unseal(handle, **how)
    assert done.code == 0, done
    return done.packet


# ---- the whole way -------------------------------------------------------------------------------

def test_new_key(t):
    """The lead has a new key: all that was sealed to the old one goes to it."""
    with Site() as site:
        plain, flagged, closed = three(site)
        before = packet_of(site, flagged)
        site.person("lead okafor", key=site.key("new")[1])
        packet, answer = path_in(site, "packet"), path_in(site, "answer")
        done = site.call("key", "rewrap", print_of("okafor"), "--to", "okafor", "--out", packet,
                         "--by", "hughes")
        t.same([done.code, os.stat(packet).st_mode & 0o777], [0, 0o600], "a packet, mode 600")
        t.has(done.out, "3 cases are to go from the key of okafor to that of okafor", "says so")
        row = site.audit()[-1]
        t.same([row["act"], row["actor"], row["reason"]],
               ["rewrap-asked", "hughes", f"3 cases from okafor, {print_of('okafor')}, to okafor, "
                f"{print_of('new')}"], "on the record")
        seen = reseal(packet, "okafor")
        t.same(seen.code, 0, "its holder looks at it")
        t.has(seen.out, ["3 cases", f"fingerprint {print_of('new')}", "read you the fingerprint"],
              "and sees what is asked, and for which key")
        t.same(os.path.exists(answer), False, "nothing is written yet")
        t.same(who(opened_by(packet_of(site, flagged), "okafor")), [address(BEN)],
               "until the answer is taken in nothing changes")
        mistyped = print_of("new").replace(print_of("new")[0], "z" if print_of("new")[0] != "z"
                                           else "y", 1)
        for name, to, code in [("no fingerprint", None, 64), ("another key's", print_of("hughes"), 77),
                               ("mistyped", mistyped, 77), ("half of it", print_of("new")[:9], 77),
                               ("too long", print_of("new") + "a", 77)]:
            wrong = reseal(packet, "okafor", answer, to)
            t.same([wrong.code, os.path.exists(answer)], [code, False], f"{name}: {code}, no file")
        typed = print_of("new").upper().replace(" ", "-")
        t.same(reseal(packet, "okafor", answer, typed).code, 0, "sealed again, as it is read out")
        t.same(reseal(packet, "okafor", answer, typed).code, 77, "a file that exists is left alone")
        taken = site.call("key", "take", answer, "--by", "hughes")
        t.same(taken.code, 0, "taken in")
        row = site.audit()[-1]
        t.same([row["act"], row["actor"], row["reason"]],
               ["rewrapped", "hughes", f"3 cases from okafor, {print_of('okafor')}, to okafor, "
                f"{print_of('new')}"], "on the record")
        after = packet_of(site, flagged)
        t.same(who(opened_by(after, "new")), [address(BEN)], "the new key opens an old case")
        t.ok(opened_by(after, "okafor").code == 77, "the old one does not, any more")
        t.same(who(opened_by(before, "okafor")), [address(BEN)], "an old packet stays what it is")
        t.same(who(opened_by(packet_of(site, flagged, by="hughes"), "hughes")), [address(BEN)],
               "the other keyholder is not touched")
        for handle, writer in ((plain, ANNA), (closed, CLEO)):
            site.do("case", "flag", handle, "--reason", "x")
            t.same(who(opened_by(packet_of(site, handle), "new")), [address(writer)],
                   "one that is flagged later opens with the new key, too")
        t.same(site.call("key", "take", answer).code, 77, "an answer is taken in once")
        done = site.call("key", "rewrap", print_of("okafor"), "--to", "okafor", "--out", answer + "2")
        t.same([done.code, os.path.exists(answer + "2")], [77, False], "nothing left to re-wrap: 77")
        site.do("key", "retire", print_of("okafor"), "--reason", "replaced")
        rows = {row["fingerprint"]: row for row in site.call("key", "list", "--json").lines}
        t.same([rows[print_of("okafor")]["cases"], rows[print_of("new")]["cases"]], [0, 3],
               "key list says where they are")
        t.same(site.call("audit", "verify").code, 0, "the record holds")
        if formats:
            with site.database() as db:
                seals = db.execute("SELECT seal, escrow, case_id FROM seals").fetchall()
                site_id = db.execute("SELECT value FROM site WHERE name='id'").fetchone()[0]
            old = formats.holder(site.key("okafor")[2], "")
            t.same([kind for seal, escrow, case in seals
                    for kind, blob in ((b"S", seal), (b"E", escrow))
                    if blob and formats.tried(kind, blob, site_id, case, [old])], [],
                   "nothing in the database opens with the old key")


def test_leaver(t):
    """Ms Okafor leaves, Dr Patel comes: her cases go to his key, and no longer to hers."""
    with Site() as site:
        plain, flagged, closed = three(site)
        del site.people["lead okafor"]
        site.people["lead patel"] = PATEL
        site.keyholders += ("patel",)
        site.configure()
        site.run()
        t.has(site.unseal(flagged, by="patel").err, "not sealed to them", "control: not yet his")
        t.same(rewrap(site, "okafor", "patel", "patel").code, 0, "re-wrapped")
        packet = packet_of(site, flagged, by="patel")
        t.same(who(opened_by(packet, "patel")), [address(BEN)], "he opens it")
        t.ok(opened_by(packet, "okafor").code == 77, "she does not")
        with site.database() as db:
            t.same(sorted(set(db.execute("SELECT holder FROM seals").fetchall())),
                   [("hughes",), ("patel",)], "nothing is hers")
        site.do("key", "retire", "okafor", "--reason", "has left the school")
        done = site.call("key", "rewrap", "hughes", "--to", "patel", "--out", packet + "2")
        t.same(done.code, 77, "who has a seal of their own needs no other")
        site.write(ANNA, "Dr Patel hits me and i want to die")
        site.run()
        done = site.call("key", "rewrap", "hughes", "--to", "patel", "--out", packet + "2")
        t.same([done.code, os.path.exists(packet + "2")], [77, False],
               "nor does what is about him ever come to him")


def test_after_restore(t):
    """The case keys went with the disk: what comes back brings them, sealed."""
    with Site() as site:
        plain, flagged, closed = three(site)
        backup, sheet = path_in(site, "backup.db"), path_in(site, "sheet")
        site.call("backup", backup)
        with open(sheet, "w") as file:
            file.write(site.host_sheet + "\n")
        for name in os.listdir(site.file("state")):
            os.unlink(site.file("state", name))
        t.same(site.call("restore", backup, "--host-key", sheet).code, 0, "restored")
        site.person("lead okafor", key=site.key("new")[1])
        t.same(rewrap(site, "okafor", "new").code, 0, "re-wrapped")
        t.same(who(opened_by(packet_of(site, flagged), "new")), [address(BEN)], "it opens")


def test_flag_meanwhile(t):
    """Flagged, and a flag lifted, between the packet and its answer."""
    with Site() as site:
        plain, flagged, closed = three(site)
        site.person("lead okafor", key=site.key("new")[1])
        packet, answer = path_in(site, "packet"), path_in(site, "answer")
        site.do("key", "rewrap", print_of("okafor"), "--to", "okafor", "--out", packet)
        site.do("case", "flag", plain, "--reason", "x")
        site.do("case", "lift", flagged, "--reason", "x", "--by", "okafor")
        site.do("purge", closed)
        reseal(packet, "okafor", answer, print_of("new"))
        done = site.do("key", "take", answer)
        t.has(done.out, ["2 cases are sealed", "1 cases were erased"], "one was erased meanwhile")
        with site.database() as db:
            t.same(dict(db.execute("SELECT handle, escrow IS NOT NULL FROM seals JOIN cases ON "
                                   "id=case_id WHERE holder='okafor'").fetchall()),
                   {plain: 1, flagged: 0}, "a case key lies sealed where there is a flag now")
        t.same(who(opened_by(packet_of(site, plain), "new")), [address(ANNA)], "and it opens")


# ---- refusals ------------------------------------------------------------------------------------

def test_refusals(t):
    with Site() as site, Site() as other:
        plain, flagged, closed = three(site)
        three(other)
        for one in (site, other):
            one.person("lead okafor", key=one.key("new")[1])
        packet, answer = path_in(site, "packet"), path_in(site, "answer")
        for name, words, code, why in [
                ("no such key", ["abcdefgh", "--to", "okafor"], 77, "no key abcdefgh"),
                ("to nobody", [print_of("okafor"), "--to", "mallory"], 77, "mallory has no key"),
                ("to one without a key", [print_of("okafor"), "--to", "singh"], 77, "no key"),
                ("to the same key", ["hughes", "--to", "hughes"], 77, "that is the key"),
                ("to one who has a seal", [print_of("okafor"), "--to", "hughes"], 77,
                 "nothing to re-wrap"),
                ("without --to", [print_of("okafor")], 64, "--to")]:
            rows = [row for row in site.audit() if row["act"] != "key-added"]
            done = site.call("key", "rewrap", *words, "--out", packet)
            t.same([done.code, os.path.exists(packet)], [code, False], f"{name}: {code}, no file")
            t.has(done.err, why, f"{name}: says why")
            t.same([row for row in site.audit() if row["act"] != "key-added"], rows,
                   f"{name}: nothing is on the record as asked")
        site.do("key", "rewrap", print_of("okafor"), "--to", "okafor", "--out", packet)
        t.same(reseal(packet, "hughes").code, 77, "another keyholder cannot answer it")
        t.same(reseal(packet, "new").code, 77, "nor can the new key")
        shown = worrybox("open", packet, "--key", sheet("okafor"))
        t.same([shown.code, shown.out], [77, ""], "it cannot be opened as if it were for opening")
        t.same(worrybox("approve", packet, "--key", sheet("okafor")).code, 77, "nor approved")
        t.same(reseal(packet_of(site, flagged), "okafor").code, 65,
               "and a packet for opening is none for re-wrapping")
        text = read(packet)
        t.lacks(text.decode(), [flagged, address(BEN), "okafor", "new"], "it shows nothing")
        spoilt = path_in(site, "spoilt")

        def spoil(data, at):
            with open(spoilt, "wb") as file:
                file.write(data[:at] + (b"A" if data[at:at + 1] != b"A" else b"B") + data[at + 1:])

        for at in range(19, len(text) - 3, len(text) // 9):
            spoil(text, at)
            t.ok(reseal(spoilt, "okafor").code in (65, 77), f"packet damaged at byte {at}: refused")
        reseal(packet, "okafor", answer, print_of("new"))
        before = site.digest()
        data = read(answer)
        for at in range(0, len(data) - 3, len(data) // 11):
            spoil(data, at)
            t.same(site.call("key", "take", spoilt).code, 65, f"answer damaged at byte {at}: refused")
        with open(spoilt, "wb") as file:
            file.write(data[:len(data) // 2] + b"\n")
        t.same(site.call("key", "take", spoilt).code, 65, "an answer that was cut")
        t.same(site.call("key", "take", packet).code, 65, "a packet is no answer")
        other.run()
        t.same(other.call("key", "take", answer).code, 65, "another site takes it not")
        t.same(site.digest(), before, "and nothing was changed by any of that")
        # The new key is retired before the answer comes.
        site.person("lead okafor", key=site.key("newer")[1])
        site.run()
        site.do("key", "retire", print_of("new"), "--reason", "lost, too")
        done = site.call("key", "take", answer)
        t.same(done.code, 77, "an answer for a key that is retired since")
        t.has(done.err, "retired", "says why")
        with open(spoilt, "wb") as file:
            file.write(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
        site.person("lead okafor", key=site.key("new")[1])
        t.same(site.call("key", "take", spoilt).code, 77, "also if people.conf brings it back")


def test_forged(t):
    """An answer somebody made who does not hold the old key: its seals would be worth nothing, and
    the child could never be found."""
    if formats is None:
        t.ok(True, "python3-nacl is not there # skip")
        return
    with Site() as site:
        plain, flagged, closed = three(site)
        site.person("lead okafor", key=site.key("new")[1])
        packet, answer = path_in(site, "packet"), path_in(site, "answer")
        site.do("key", "rewrap", print_of("okafor"), "--to", "okafor", "--out", packet)
        reseal(packet, "okafor", answer, print_of("new"))
        data = base64.b64decode(b"".join(read(answer).split(b"\n")[1:]))
        sodium = formats.sodium
        ad = site.database().__enter__().execute("SELECT value FROM site WHERE name='id'") \
            .fetchone()[0] + data[:80]
        nonce = os.urandom(24)
        body = b"\x00\x00\x00\x00"
        for key in (bytes(32), formats.typed(site.key("new")[1], "wbpub1", 32)):
            blob = data[:88] + nonce + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
                body, data[80:88] + ad, nonce, key)
            with open(answer, "wb") as file:
                file.write(b"worrybox rewrapped 1\n" + base64.b64encode(blob) + b"\n")
            t.same(site.call("key", "take", answer).code, 65, "a forged answer: refused")
        t.same(who(opened_by(packet_of(site, flagged), "okafor")), [address(BEN)],
               "the case opens as before")


# ---- where it takes two --------------------------------------------------------------------------

def two(emergency="no"):
    return Site(site={"two-to-open": "yes", "emergency": emergency, "openings-a-day": "1000"},
                people={"head singh": {"key": "@singh"}}, keyholders=("okafor", "hughes", "singh"))


def told(site, handle, by="okafor", **how):
    return packet_of(site, handle, by=by, ground="abuse",
                     more=["--tried", "x", "--told", "no"], **how)


def approved(site, packet, by, name):
    out = path_in(site, name)
    done = worrybox("approve", packet, "--key", sheet(by), "--out", out)
    assert done.code == 0, done
    return out


def test_two(t):
    with two() as site:
        plain, flagged, closed = three(site)
        site.person("lead okafor", key=site.key("new")[1])
        t.same(rewrap(site, "okafor", "new").code, 0, "the lead's halves are re-wrapped")
        packet = told(site, flagged)
        t.same(who(opened_by(packet, "new")), 77, "the new key alone opens nothing")
        t.same(who(opened_by(packet, "new", "hughes")), [address(BEN)], "with the second it opens")
        t.same(who(opened_by(packet, "singh", "new")), [address(BEN)], "or with the third")
        t.ok(opened_by(packet, "hughes", "singh").code == 77, "not without the one who asks")
        t.ok(opened_by(packet, "okafor", "hughes").code == 77, "nor with the old key")
        consent = approved(site, packet, "hughes", "a1")
        t.same(who(opened_by(consent, "new")), [address(BEN)], "the second consents, from afar")
        words = worrybox("open", consent, "--key", sheet("new")).out
        t.has(words, "Opened for okafor, together with hughes", "and it says with whom")
        t.ok(opened_by(consent, "hughes").code == 77, "who consents does not open")
        mine = told(site, flagged, by="hughes")
        t.same(who(opened_by(mine, "hughes", "new")), [address(BEN)],
               "where another asks, the new key is the second")
        t.same(who(opened_by(approved(site, mine, "new", "a2"), "hughes")), [address(BEN)],
               "and consents")
        # The second has a new key, too; and then the first another.
        site.person("deputy hughes", key=site.key("new2")[1])
        t.same(rewrap(site, "hughes", "new2", "hughes").code, 0, "the second's halves as well")
        site.person("lead okafor", key=site.key("newer")[1])
        t.same(rewrap(site, "new", "newer").code, 0, "and the first's once more")
        packet = told(site, flagged)
        t.same(who(opened_by(packet, "newer", "new2")), [address(BEN)], "two new keys open it")
        t.same(who(opened_by(approved(site, packet, "new2", "a3"), "newer")), [address(BEN)],
               "and consent")
        t.same(who(opened_by(approved(site, packet, "singh", "a4"), "newer")), [address(BEN)],
               "so does the one whose key is as it was")
        for keys in (["newer"], ["new2", "singh"], ["new", "new2"], ["newer", "hughes"]):
            t.ok(opened_by(packet, *keys).code == 77, f"{' and '.join(keys)}: not")
        done = site.call("key", "rewrap", print_of("singh"), "--to", "hughes", "--out",
                         path_in(site, "x"))
        t.same(done.code, 77, "two halves never come to one keyholder")
        # A leaver's halves, to who has none.
        del site.people["lead okafor"]
        site.people["lead patel"] = PATEL
        site.keyholders += ("patel",)
        site.configure()
        t.same(rewrap(site, "newer", "patel", "patel").code, 0, "a leaver's go to who comes")
        packet = told(site, flagged, by="patel")
        t.same(who(opened_by(approved(site, packet, "singh", "a5"), "patel")), [address(BEN)],
               "who opens with a second's consent")
        t.same(who(opened_by(packet, "patel")), 77, "and alone does not")
        page = site.do("case", "record", flagged).out
        t.ok(page.count("Authorised by") >= 4, "control: all openings are on the page",
             page)
        t.lacks(page, ["alone"], "the page says of none that one alone has decided")


def test_emergency(t):
    """A whole copy is handed out for danger, and for nothing else."""
    with two("yes") as site:
        plain, flagged, closed = three(site)
        t.same(who(opened_by(packet_of(site, flagged), "okafor")), [address(BEN)],
               "control: for danger one can alone")
        site.person("lead okafor", key=site.key("new")[1])
        packet = path_in(site, "packet")
        site.do("key", "rewrap", print_of("okafor"), "--to", "okafor", "--out", packet)
        if formats:
            secret = formats.holder(site.key("okafor")[2], "")
            cases = formats.open_rewrap(read(packet).decode(), secret)["cases"]
            t.same([len(cases), {payload[32] for _, parts, _ in cases for payload in parts}],
                   [3, {1}], "only halves are in the packet")
        t.same(rewrap(site, "okafor", "new").code, 0, "re-wrapped")
        packet = packet_of(site, flagged)
        t.same(who(opened_by(packet, "new")), 77, "for danger, the new key alone does not")
        t.same(who(opened_by(packet, "new", "hughes")), [address(BEN)], "with a second it does")
        t.same(who(opened_by(packet, "new", "okafor")), [address(BEN)],
               "or with the key before it, of which the whole copy is")
        other = told(site, flagged)
        t.same(who(opened_by(other, "new", "okafor")), 77, "on another ground that helps nothing")
        site.person("lead okafor", key=site.key("newer")[1])
        t.same(rewrap(site, "new", "newer").code, 0, "re-wrapped once more")
        packet = packet_of(site, flagged)
        t.same(who(opened_by(packet, "newer", "okafor")), [address(BEN)],
               "the whole copy is still of the first key")
        t.same(who(opened_by(packet, "newer", "new")), 77, "and of no other")
        t.same(who(opened_by(packet_of(site, flagged, by="hughes"), "hughes")), [address(BEN)],
               "the others have theirs")


scenarios(globals())
