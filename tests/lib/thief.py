"""What somebody has in hand who has taken copies of files, and keys. Written from src/vault/format.h
(tests/vectors/open.py), so that nothing of the program is asked what it would refuse."""

import json
import sqlite3
import struct

import open as formats  # tests/vectors/open.py; needs python3-nacl

ROUTE, LETTER = 2, 0  # enum purpose


class Loot:
    """opened(): what it opens, as {handle: {"identity": …, "route": …, "text": …}}."""

    def __init__(self, database, keys=None, host=None, holder=None):
        self.db = sqlite3.connect(database)
        self.host = formats.typed(host, "wbhost1", 33)[1:] if host else bytes(32)
        self.holder = formats.holder(holder, None) if holder else b"\1" * 32
        self.site = self.db.execute("SELECT value FROM site WHERE name='id'").fetchone()[0]
        self.case_keys = {}
        if keys:
            with sqlite3.connect(keys) as db:
                self.case_keys = dict(db.execute("SELECT id, key FROM case_keys"))

    def attempt(self, function, *args):
        try:
            return function(*args)
        except Exception:
            return None

    def keys_of(self, case):
        """All that could be the key of the case, and all that could be its identity secret."""
        keys, secrets = [self.case_keys.get(case), self.host, self.holder], [self.holder]
        for seal, escrow in self.db.execute("SELECT seal, escrow FROM seals WHERE case_id=?", (case,)):
            keys.append(self.attempt(formats.boxed, b"E", escrow, self.site, case, self.holder))
            secrets.append(self.attempt(formats.identity_secret, seal, self.site, case, self.holder))
        return [key for key in keys if key], [secret for secret in secrets if secret]

    def locked(self, part, keys, purpose, case, row, blob):
        ad = self.site + struct.pack("<QBQ", case, purpose, row)
        for key in keys:
            text = self.attempt(formats.locked, formats.text_key(part, key, purpose), b"L", ad, blob)
            if text is not None:
                return json.loads(text)
        return None

    def record(self, part, keys, secrets, place, blob):
        for key in keys:
            for secret in secrets:
                who = self.attempt(formats.open_record, blob, formats.outer_keys(part, key)[0],
                                   secret, place)
                if who:
                    return who[0]["from"]
        return None

    def open_case(self, case, route):
        found = {}
        keys, secrets = self.keys_of(case)
        part = formats.h(formats.sub(self.host, 1, b"wb-host1"), b"worrybox host part 1", self.site,
                         struct.pack("<Q", case))
        if route:
            back = self.locked(part, keys, ROUTE, case, 0, route)
            if back:
                found["route"] = back["address"]
        for message, letter, record in self.db.execute(
                "SELECT id, letter, record FROM messages WHERE case_id=? AND author='pupil'", (case,)):
            text = self.locked(part, keys, LETTER, case, message, letter) if letter else None
            if text:
                found["text"] = found.get("text", "") + text["text"]
            place = self.site + struct.pack("<QQ", case, message)
            who = record and self.record(part, keys, secrets, place, record)
            if who:
                found["identity"] = who
        return found

    def opened(self):
        rows = self.db.execute("SELECT id, handle, route FROM cases").fetchall()
        return {handle: self.open_case(case, route) for case, handle, route in rows}

    def who_wrote(self):
        """Pairs of handle and address."""
        return {(handle, found["identity"]) for handle, found in self.opened().items()
                if "identity" in found}
