#!/usr/bin/python3
"""open.py: another reader of worrybox's formats, written from src/vault/format.h alone.

    open.py PACKET KEY [PASSPHRASE-FILE]   who wrote: one JSON object a message
    open.py --together PACKET SHEET…       the same with the recovery sheets of several keyholders
    open.py --blobs FOLDER                 looks at every vector in FOLDER/blobs.jsonl
    open.py --rewrap PACKET SHEET          what a packet for re-wrapping holds: one JSON object a case
    open.py --answer PACKET SHEET ANSWER SHEET   the same of the answer to it, with the new key's sheet

KEY is a key file, or a recovery sheet. Exit 1 and one line on standard error where something does
not open. It needs python3-nacl; it shares no code with the C program but libsodium's."""
import base64
import hashlib
import json
import struct
import sys
import unicodedata

from nacl import bindings as sodium

STREAM, CHUNK, TAG = 24, 65536, 17


class Refused(Exception):
    """Something that does not open."""


def need(good, what):
    if not good:
        raise Refused(what)


def h(key, *parts):
    return hashlib.blake2b(b"".join(parts), digest_size=32, key=key or b"").digest()


def sub(key, number, context):
    return hashlib.blake2b(b"", digest_size=32, key=key, salt=struct.pack("<QQ", number, 0),
                           person=context.ljust(16, b"\0")).digest()


def head(kind, generation):
    return b"wb" + kind + b"\x01" + struct.pack("<I", generation)


def text(value):
    if value is None:
        return b"\xff\xff\xff\xff"
    value = value.encode()
    return struct.pack("<I", len(value)) + value


class Take:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, length):
        need(length <= len(self.data) - self.at, "too short")
        self.at += length
        return self.data[self.at - length:self.at]

    def number(self, form):
        return struct.unpack("<" + form, self.raw(struct.calcsize(form)))[0]

    def field(self):
        length = self.number("I")
        return None if length == 0xffffffff else self.raw(length)

    def head(self, kind, version=1):
        start = self.raw(4)
        generation = self.number("I")
        need(start == b"wb" + kind + bytes([version]) and generation > 0, "unknown head")
        return generation

    def rest(self):
        return self.raw(len(self.data) - self.at)


# ---- typed lines and key files

def base32(letters, length):
    letters = letters.upper()
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise Refused("not base32") from None
    need(len(data) == length, "wrong length")
    return data


def typed(line, word, length):
    line = "".join(c for c in line if c.isascii() and not c.isspace() and c != "-").lower()
    need(line.startswith(word), "not " + word)
    data = base32(line[len(word):].translate(str.maketrans("018", "olb")), length + 4)
    payload, check = data[:length], data[length:]
    need(h(None, b"worrybox typed 1", word.encode(), payload)[:4] == check, "mistyped")
    return payload


def key_file(content, passphrase):
    lines = [line.rstrip() for line in content.lstrip("\ufeff").splitlines() if line.strip()]
    words = ["wbkey1", "name", "public", "argon2id", "salt", "secret", "check"]
    need([line.split(" ")[0] for line in lines] == words, "no key file")
    value = {line.split(" ")[0]: line.split(" ", 1)[-1] for line in lines}
    whole = "".join(line + "\n" for line in lines[:6]).encode()
    need(h(None, b"worrybox key file 1", whole)[:5] == base32(value["check"], 5), "damaged")
    passes, kibibytes = map(int, value["argon2id"].split())
    key = sodium.crypto_pwhash_alg(32, unicodedata.normalize("NFKC", passphrase).encode(),
                                   base32(value["salt"], 16), passes, kibibytes << 10,
                                   sodium.crypto_pwhash_ALG_ARGON2ID13)
    above = "".join(line + "\n" for line in lines[:5]).encode()
    secret = aead(key, above, base32(value["secret"], 72))
    need(sodium.crypto_scalarmult_base(secret) == typed(value["public"], "wbpub1", 32), "halves")
    return secret


def holder(content, passphrase):
    squeezed = "".join(c for c in content if c.isascii() and not c.isspace() and c != "-").lower()
    if squeezed.startswith("wbsec1"):
        return typed(content, "wbsec1", 32)
    return key_file(content, passphrase)


# ---- boxes and locks

def aead(key, ad, sealed):
    need(len(sealed) >= 40, "too short")
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[24:], ad, sealed[:24], key)
    except Exception:
        raise Refused("does not open") from None


def unbox(secret, sealed):
    try:
        return sodium.crypto_box_seal_open(sealed, sodium.crypto_scalarmult_base(secret), secret)
    except Exception:
        raise Refused("does not open with this key") from None


def locked(key, kind, ad, blob):
    take = Take(blob)
    start = head(kind, take.head(kind))
    return aead(key, start + ad, take.rest())


def boxed(kind, blob, site, case, secret):
    take = Take(blob)
    says = (head(kind, take.head(kind)) + site + struct.pack("<Q", case) +
            sodium.crypto_scalarmult_base(secret))
    plain = unbox(secret, take.rest())
    need(plain.startswith(says), "made for another case")
    return plain[len(says):]


def identity_secret(seal, site, case, secret):
    payload = boxed(b"S", seal, site, case, secret)
    need(len(payload) == 97 and payload[32] == 0, "two are needed to open this")
    need(sodium.crypto_scalarmult_base(payload[65:]) == payload[:32], "halves")
    return payload[65:]


def tried(kind, blob, site, case, secrets):
    """(public key, payload) for the first of these keyholders whose box this is; or None."""
    for secret in secrets:
        try:
            payload = boxed(kind, blob, site, case, secret)
        except Refused:
            continue
        return sodium.crypto_scalarmult_base(secret), payload
    return None


def secret_of_two(seals, site, case, secrets):
    """From a whole copy, or from two halves that belong together."""
    halves = []
    for found in [tried(b"S", seal, site, case, secrets) for seal in seals]:
        if found is None:
            continue
        _, payload = found
        need(len(payload) == 97, "a seal of another length")
        public, scheme, secret = payload[:32], payload[32], payload[65:]
        if scheme in (0, 2):
            need(sodium.crypto_scalarmult_base(secret) == public, "halves")
            return secret
        need(scheme in (1, 3), "unknown scheme")
        halves.append((public, secret))
    for public, one in halves:
        for _, other in halves:
            whole = bytes(a ^ b for a, b in zip(one, other))
            if one != other and sodium.crypto_scalarmult_base(whole) == public:
                return whole
    raise Refused("two are needed to open this")


def outer_keys(part, case_key):
    whole = h(part, b"worrybox outer key 1", case_key)
    return sub(whole, 1, b"wb-outr1"), sub(whole, 2, b"wb-outr1")


def text_key(part, case_key, purpose):
    return sub(h(part, b"worrybox outer key 1", case_key), 3 + purpose, b"wb-outr1")


# ---- streams

class Stream:
    def __init__(self, header, key):
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(self.state, header, key)

    def pull(self, chunk, last, ad=None):
        try:
            plain, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(self.state, chunk, ad)
        except Exception:
            raise Refused("a chunk does not open") from None
        final = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        need(tag == (final if last else 0), "cut or joined")
        return plain


def chunks(data, size):
    need(len(data) > 0, "cut")
    for at in range(0, len(data), size):
        yield data[at:at + size], at + size >= len(data)


def open_original(blob, outer_key, inner_key, place):
    take = Take(blob)
    start = head(b"O", take.head(b"O"))
    outer = Stream(take.raw(STREAM), outer_key)
    inner = Stream(outer.pull(take.raw(STREAM + TAG), False, start + place), inner_key)
    return b"".join(inner.pull(outer.pull(chunk, last), last)
                    for chunk, last in chunks(take.rest(), CHUNK + 2 * TAG))


def open_record(blob, record_key, secret, place):
    sealed = locked(record_key, b"R", place, blob)
    plain = sodium.sodium_unpad(unbox(secret, sealed), 512)
    take = Take(plain)
    need(take.raw(5) == b"wbi\x01\x01" and take.raw(32) == place, "belongs elsewhere")
    has = take.number("B")
    key = take.raw(32)
    need(has in (0, 1), "unknown record")
    return json.loads(take.rest()), key if has else None


# ---- packets

def envelope(content, secrets):
    first, _, rest = content.partition("\n")
    need(first.strip() in [f"worrybox packet {n}" for n in (1, 2, 3)], "no packet")
    version = int(first.strip()[-1])
    try:
        data = base64.b64decode("".join(rest.split()), validate=True)
    except ValueError:
        raise Refused("damaged") from None
    take = Take(data)
    take.head(b"K", version)
    keys, mine = {sodium.crypto_scalarmult_base(secret): secret for secret in secrets}, None
    for _ in range(take.number("B")):
        reader, box = take.raw(32), take.raw(80)
        mine = (keys[reader], box) if reader in keys else mine
    need(mine is not None, "made for another keyholder")
    ad = data[:take.at]
    stream = Stream(take.raw(STREAM), unbox(*mine))
    body = b""
    for chunk, last in chunks(take.rest(), CHUNK + TAG):
        body += stream.pull(chunk, last, ad)
        ad = None
    return version, Take(body)


def open_packet(content, *secrets):
    version, body = envelope(content, secrets)
    need(version < 3, "for re-wrapping")
    site, case, _ = body.raw(16), body.number("Q"), body.number("q")
    part = body.raw(32)
    handle = body.field().decode()
    for _ in ("keyholder", "key id", "ground", "reason"):
        body.field()
    count = body.number("B")
    need(count > 0 and (version == 2 or count == 1), "more than one seal")
    case_secret = secret_of_two([body.field() for _ in range(count)], site, case, secrets)
    need(body.number("B") == 1, "more than one case key")
    escrow = tried(b"E", body.field(), site, case, secrets)
    need(escrow is not None, "the one who asked is needed")
    case_key = escrow[1]
    record_key, original_key = outer_keys(part, case_key)
    messages, gone = [], []
    for _ in range(body.number("I")):
        number, at = body.number("Q"), body.number("q")
        place = site + struct.pack("<QQ", case, number)
        record, original = body.field(), body.field()
        who, inner_key = open_record(record, record_key, case_secret, place)
        need(who["handle"] == handle, "another case's handle")
        missing = original is None and inner_key is not None
        need(original is None or inner_key is not None, "original without a key")
        raw = open_original(original, original_key, inner_key, place) if original else None
        gone.append((missing, original is not None))
        digest = hashlib.sha256(raw).hexdigest() if raw is not None else None
        messages.append({"message": f"{number:016x}", "at": at, **who, "original": digest})
    extras = {}
    for _ in range(body.number("I")):
        name = body.field()
        extras[name] = body.field()
    if b"brief" in extras:
        need(not any(there for _, there in gone), "an original in a brief packet")
    else:
        need(not any(missing for missing, _ in gone), "original missing")
    need(body.at == len(body.data), "bytes left over")
    return messages


# ---- re-wrapping

def take_cases(body, site, secret):
    """[(case, [payload of S], payload of E or None)], each opened with the key."""
    cases = []
    for _ in range(body.number("I")):
        case, parts = body.number("Q"), body.number("B")
        need(parts > 0, "nothing to re-wrap")
        seals = [boxed(b"S", body.field(), site, case, secret) for _ in range(parts)]
        need(all(len(seal) == 97 and seal[32] in (0, 1) for seal in seals), "not to be re-wrapped")
        escrow = body.field()
        cases.append((case, seals, escrow and boxed(b"E", escrow, site, case, secret)))
    need(body.at == len(body.data), "bytes left over")
    return cases


def open_rewrap(content, secret):
    """A packet for re-wrapping, with the old key."""
    version, body = envelope(content, [secret])
    need(version == 3, "not for re-wrapping")
    asked = {"site": body.raw(16), "number": body.raw(16), "answer": body.raw(32),
             "at": body.number("q"), "from": body.field().decode(), "to": body.field().decode(),
             "new": body.raw(32)}
    return {**asked, "cases": take_cases(body, asked["site"], secret)}


def open_answer(content, asked, old, new):
    """The answer to `asked`: its cases, opened with the new key. `old`, `new`: secret halves."""
    first, _, rest = content.partition("\n")
    need(first.strip() == "worrybox rewrapped 1", "no answer")
    take = Take(base64.b64decode("".join(rest.split()), validate=True))
    says = take.raw(80)
    keys = [sodium.crypto_scalarmult_base(key) for key in (old, new)]
    need(says == asked["number"] + keys[0] + keys[1] and keys[1] == asked["new"], "another answer")
    body = locked(asked["answer"], b"W", asked["site"] + says, take.rest())
    return take_cases(Take(body), asked["site"], new)


# ---- the vectors

def look_at_case(v, host, secret):
    site, case = bytes.fromhex(v["site"]), v["id"]
    outer = sub(host, 1, b"wb-host1")
    part = h(outer, b"worrybox host part 1", site, struct.pack("<Q", case))
    case_key = bytes.fromhex(v["case_key"])
    need(part.hex() == v["host_part"], "host part")
    need(boxed(b"E", bytes.fromhex(v["escrow"]), site, case, secret) == case_key, "escrow")
    case_secret = identity_secret(bytes.fromhex(v["seal"]), site, case, secret)
    return site, case, case_key, case_secret, outer_keys(part, case_key)


def look_at_row(v, before, key):
    says = (b"wbc\x01" + struct.pack("<Qq", v["sequence"], v["at"]) + text(v["actor"]) +
            text(v["act"]) + text(v["handle"]) + text(v["reason"]) + before)
    digest = h(None, says)
    need(v["before"] == before.hex() and v["hash"] == digest.hex(), "chain: hash")
    need(h(sub(key, 1, b"wb-chain"), digest).hex() == v["mac"], "chain: mac")
    return digest, sub(key, 2, b"wb-chain")


def known_mail(host, site, raw):
    """Only for the vectors: headers without folds."""
    raw = raw.replace("\r\n", "\n")
    top, _, body = raw.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in top.split("\n") if ": " in line)
    say = b"R" + raw.encode()
    if "Message-ID" in fields and "Date" in fields:
        values = [fields.get(name) for name in ("From", "Date", "Message-ID", "Subject")]
        say = b"M" + b"".join(text(v + "\n" if v else "") for v in values)
        say += body.rstrip("\n").encode()
    return h(sub(host, 4, b"wb-host1"), b"worrybox mail 1", site, say)


def look_at_chain(rows, summary, site):
    key = h(typed(summary["seed"], "wbseed1", 32), b"worrybox chain 1", site)
    before = bytes(32)
    for row in rows:
        before, key = look_at_row(row, before, key)
    need(before.hex() == summary["head"] and key.hex() == summary["next"], "chain: end")
    need(len(rows) == summary["count"], "chain: count")


def look_at_blobs(folder):
    read = lambda name: open(f"{folder}/{name}", encoding="utf-8").read()
    vectors = [json.loads(line) for line in read("blobs.jsonl").splitlines()]
    host = typed(read("host.key"), "wbhost1", 33)
    need(host == typed(read("host.sheet"), "wbhost1", 33) and host[0] == 1, "host key")
    host = host[1:]
    secret = typed(read("lead.sheet"), "wbsec1", 32)
    site, case, case_key, case_secret, outer = look_at_case(vectors[0], host, secret)
    public = typed(read("lead.public"), "wbpub1", 32)
    need(sodium.crypto_scalarmult_base(secret) == public, "public")
    key_id = base64.b32encode(h(None, b"worrybox key id 1", public)[:5]).decode().lower()
    need(key_id == read("lead.id"), "key id")
    for v in vectors:
        if v["kind"] == "lock":
            ad = site + struct.pack("<QBQ", v["id"], v["purpose"], v["row"])
            part = h(sub(host, 1, b"wb-host1"), b"worrybox host part 1", site,
                     struct.pack("<Q", v["id"]))
            key = text_key(part, case_key, v["purpose"])
            need(locked(key, b"L", ad, bytes.fromhex(v["blob"])).decode() == v["text"], "lock")
        elif v["kind"] == "message":
            place = site + struct.pack("<QQ", case, v["message"])
            _, inner = open_record(bytes.fromhex(v["record"]), outer[0], case_secret, place)
            need((inner is None) == (v["original"] is None), "original missing")
            if inner:
                raw = open_original(bytes.fromhex(v["original"]), outer[1], inner, place)
                need(raw.decode() == v["raw"], "original")
        elif v["kind"] == "writer":
            local, _, domain = v["address"].lower().partition("@")
            normal = (local.split("+")[0] + "@" + domain).encode()
            digest = h(sub(host, 2, b"wb-host1"), b"worrybox writer 1", site, normal)
            need(digest.hex() == v["hash"], "writer")
        elif v["kind"] == "token":
            digest = h(sub(host, 3, b"wb-host1"), b"worrybox token 1", site, v["token"].encode())
            need(digest.hex() == v["hash"], "token")
        elif v["kind"] == "mail":
            need(known_mail(host, site, v["raw"]).hex() == v["hash"], "mail")
    look_at_chain([v for v in vectors if v["kind"] == "row"], vectors[-1], site)
    print(f"{len(vectors)} vectors")


def print_rewrap(packet, old, answer=None, new=None):
    asked = open_rewrap(packet, holder(old, ""))
    cases = open_answer(answer, asked, holder(old, ""), holder(new, "")) if answer else asked["cases"]
    for case, seals, key in cases:
        print(json.dumps({"site": asked["site"].hex(), "case": case,
                          "seals": [seal.hex() for seal in seals], "escrow": key and key.hex()}))


def main(args):
    if len(args) == 2 and args[0] == "--blobs":
        return look_at_blobs(args[1])
    if len(args) > 2 and args[0] == "--together":
        secrets = [holder(open(path, encoding="utf-8").read(), "") for path in args[2:]]
        for message in open_packet(open(args[1], encoding="utf-8").read(), *secrets):
            print(json.dumps(message, ensure_ascii=False))
        return None
    if args[:1] in (["--rewrap"], ["--answer"]) and len(args) in (3, 5):
        return print_rewrap(*(open(path, encoding="utf-8").read() for path in args[1:]))
    if len(args) not in (2, 3):
        sys.exit(__doc__)
    passphrase = open(args[2], encoding="utf-8").readline().rstrip("\r\n") if args[2:] else ""
    secret = holder(open(args[1], encoding="utf-8").read(), passphrase)
    for message in open_packet(open(args[0], encoding="utf-8").read(), secret):
        print(json.dumps(message, ensure_ascii=False))
    return None


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as why:
        sys.exit(f"refused: {why}")
