"use strict";
/* formats.js: bytes, keys and recovery sheets, as src/vault/format.h has them.
 *
 * It needs `sodium` (libsodium.js), knows nothing of the page, and shows nothing. What does not open
 * is thrown as a Refused with one of the words below; what is opened comes back whole or not at
 * all. */
const formats = (() => {
    const HEAD = 8, KEY = 32, NONCE = 24, NONE = 0xffffffff;
    const MOST_TYPED = 4096, MOST_KEY_FILE = 16384;
    const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    /* What a new key costs, and what we are ready to do for a file that was given to us. */
    const PASSES = 4, KIBIBYTES = 131072;
    const MOST_PASSES = 16, LEAST_KIBIBYTES = 8192, MOST_KIBIBYTES = 1048576;

    /* code: packet-not packet-damaged packet-other packet-mixed packet-two key-not key-damaged
     * key-halves sheet-wrong passphrase memory version */
    class Refused extends Error {
        constructor(code, names) {
            super(code);
            this.code = code;
            this.names = names; /* packet-two: who could be the second */
        }
    }

    function need(good, code) {
        if (!good)
            throw new Refused(code);
    }

    /* ---- bytes ------------------------------------------------------------------------------- */

    const utf8 = text => new TextEncoder().encode(text);

    function join(...parts) {
        const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
        let at = 0;
        for (const part of parts) {
            whole.set(part, at);
            at += part.length;
        }
        return whole;
    }

    function same(a, b) {
        return a.length === b.length && sodium.memcmp(a, b);
    }

    function u64(number) {
        const bytes = new Uint8Array(8);
        new DataView(bytes.buffer).setBigUint64(0, number, true);
        return bytes;
    }

    /* Reads from the front; the first thing that is not there ends it. */
    class Take {
        constructor(bytes, code) {
            this.bytes = bytes;
            this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
            this.at = 0;
            this.code = code;
        }
        get left() {
            return this.bytes.length - this.at;
        }
        raw(length) {
            need(length <= this.left, this.code);
            this.at += length;
            return this.bytes.subarray(this.at - length, this.at);
        }
        rest() {
            return this.raw(this.left);
        }
        u8() {
            return this.raw(1)[0];
        }
        u32() {
            this.raw(4);
            return this.view.getUint32(this.at - 4, true);
        }
        u64() {
            this.raw(8);
            return this.view.getBigUint64(this.at - 8, true);
        }
        i64() {
            this.raw(8);
            return Number(this.view.getBigInt64(this.at - 8, true));
        }
        field() {
            const length = this.u32();
            return length === NONE ? null : this.raw(length);
        }
        text() {
            const bytes = this.field();
            need(bytes === null || !bytes.includes(0), this.code);
            return bytes === null ? null : new TextDecoder().decode(bytes);
        }
        /* Answers the head itself, which goes into associated data. */
        head(kind, version = 1) {
            const head = this.raw(HEAD);
            const want = join(utf8("wb" + kind), [version]);
            need(same(head.subarray(0, 4), want) && head.subarray(4).some(byte => byte !== 0),
                 this.code);
            return head;
        }
    }

    const hash = (key, ...parts) => sodium.crypto_generichash(32, join(...parts), key);
    const subkey = (key, number, context) =>
        sodium.crypto_kdf_derive_from_key(KEY, number, context, key);

    /* Undefined where it does not open. */
    function unseal(key, ad, sealed) {
        if (sealed.length < NONCE + 16)
            return undefined;
        try {
            return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
                null, sealed.subarray(NONCE), ad, sealed.subarray(0, NONCE), key);
        } catch (error) {
            return undefined;
        }
    }

    function unbox(holder, sealed) {
        try {
            return sodium.crypto_box_seal_open(sealed, holder.public, holder.secret);
        } catch (error) {
            return undefined;
        }
    }

    /* ---- base32 and typed lines ------------------------------------------------------------ */

    function base32(bytes) {
        let out = "", bits = 0, room = 0;
        for (const byte of bytes) {
            room = room << 8 | byte;
            for (bits += 8; bits >= 5; bits -= 5)
                out += LETTERS[room >> bits - 5 & 31];
            room &= 255;
        }
        return bits > 0 ? out + LETTERS[room << 5 - bits & 31] : out;
    }

    /* Undefined where it is not exactly `length` bytes. */
    function unbase32(letters, length) {
        const out = new Uint8Array(length);
        let at = 0, bits = 0, room = 0;
        if (letters.length !== Math.ceil(length * 8 / 5))
            return undefined;
        for (const letter of letters.toLowerCase()) {
            const value = LETTERS.indexOf(letter);
            if (value < 0)
                return undefined;
            room = (room << 5 | value) & 4095;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                out[at++] = room >> bits & 255;
            }
        }
        return (room & (1 << bits) - 1) === 0 ? out : undefined;
    }

    function typedCheck(word, payload) {
        return hash(null, utf8("worrybox typed 1"), utf8(word), payload).subarray(0, 4);
    }

    function typedWrite(word, payload) {
        return word + base32(join(payload, typedCheck(word, payload)));
    }

    /* Small letters and digits; what nobody types on purpose stays, so that it is refused. */
    function squeeze(text) {
        return text.replace(/[\s\-\u0080-\uffff]/g, "").toLowerCase();
    }

    /* The payload behind the letters, or undefined. */
    function typedPayload(word, letters, length) {
        const whole = unbase32(letters.replace(/[018]/g, c => ({0: "o", 1: "l", 8: "b"})[c]),
                               length + 4);
        const payload = whole && whole.subarray(0, length);
        return payload && same(typedCheck(word, payload), whole.subarray(length)) ? payload
                                                                                  : undefined;
    }

    function typedRead(word, text, length) {
        const line = squeeze(text);
        return text.length <= MOST_TYPED && line.startsWith(word)
                   ? typedPayload(word, line.slice(word.length), length)
                   : undefined;
    }

    /* ---- a keyholder ------------------------------------------------------------------------- */

    /* {public, secret, name}; name is null where it came from a sheet. */
    function holderFrom(secret, name) {
        return {secret, public: sodium.crypto_scalarmult_base(secret), name};
    }

    function newHolder(name) {
        return holderFrom(sodium.randombytes_buf(KEY), name);
    }

    function forget(holder) {
        holder.secret.fill(0);
    }

    const publicLine = holder => typedWrite("wbpub1", holder.public);
    const keyId = holder =>
        base32(hash(null, utf8("worrybox key id 1"), holder.public).subarray(0, 5));
    /* For people to compare: sixteen letters, of which the first eight are the id. */
    const fingerprint = holder =>
        base32(hash(null, utf8("worrybox key id 1"), holder.public).subarray(0, 10))
            .match(/.{4}/g).join(" ");
    const readPublic = line => typedRead("wbpub1", line, KEY);

    /* The groups of four of a recovery sheet, the word "wbsec1" first. */
    function sheetGroups(holder) {
        return ["wbsec1", ...typedWrite("wbsec1", holder.secret).slice(6).match(/.{1,4}/g)];
    }

    const SHEET_LETTERS = 58;

    /* The letters of a sheet behind "wbsec1", which may have been left out or mistaken. */
    function sheetLetters(text) {
        return squeeze(text).replace(/^wbsec[1li]?/, "");
    }

    function readSheet(text) {
        const secret = typedPayload("wbsec1", sheetLetters(text), KEY);
        need(secret, "sheet-wrong");
        return holderFrom(secret, null);
    }

    /* Each text that one slip of the hand could have made `letters` of: [what was meant, where].
     * A slip is a letter that is wrong, missing, too many, or changed places with the next. */
    function* slips(letters) {
        for (let at = 0; at <= letters.length; at++) {
            const before = letters.slice(0, at), here = letters[at], after = letters.slice(at + 1);
            if (letters.length === SHEET_LETTERS + 1)
                yield [before + after, at];
            if (letters.length === SHEET_LETTERS && at + 1 < letters.length)
                yield [before + after[0] + here + after.slice(1), at];
            for (const other of LETTERS)
                if (letters.length === SHEET_LETTERS - 1)
                    yield [before + other + letters.slice(at), at];
                else if (letters.length === SHEET_LETTERS)
                    yield [before + other + after, at];
        }
    }

    /* Where one slip explains it all: the number of the group of four, counted from 1 and without
     * "wbsec1". Undefined where there is none. A sheet has 32 bits of check: a chance hit among
     * some two thousand tries is one in two million. */
    function sheetSlip(text) {
        for (const [meant, at] of slips(sheetLetters(text)))
            if (typedPayload("wbsec1", meant, KEY))
                return Math.floor(at / 4) + 1;
        return undefined;
    }

    /* ---- key files --------------------------------------------------------------------------- */

    function stretch(passphrase, salt, passes, kibibytes) {
        const typed = utf8(passphrase.normalize("NFKC"));
        try {
            return sodium.crypto_pwhash(KEY, typed, salt, passes, kibibytes * 1024,
                                        sodium.crypto_pwhash_ALG_ARGON2ID13);
        } catch (error) {
            throw new Refused("memory");
        } finally {
            typed.fill(0);
        }
    }

    const keyCheck = text => base32(hash(null, utf8("worrybox key file 1"), utf8(text))
                                        .subarray(0, 5));

    function writeKeyFile(holder, name, passphrase) {
        const salt = sodium.randombytes_buf(16), nonce = sodium.randombytes_buf(NONCE);
        let text = `wbkey1\nname ${name}\npublic ${publicLine(holder)}\n` +
            `argon2id ${PASSES} ${KIBIBYTES}\nsalt ${base32(salt)}\n`;
        const key = stretch(passphrase, salt, PASSES, KIBIBYTES);
        const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
            holder.secret, utf8(text), null, nonce, key);
        key.fill(0);
        text += `secret ${base32(join(nonce, sealed))}\n`;
        return text + `check ${keyCheck(text)}\n`;
    }

    /* Number of this many digits, or NaN. */
    const digits = text => /^\d{1,9}$/.test(text) ? Number(text) : NaN;

    /* The lines with LF, and what they say; refuses what is not whole. */
    function parseKeyFile(text) {
        const lines = text.replace(/^\ufeff/, "").split("\n")
                          .map(line => line.replace(/[ \t\r\v\f]+$/, ""))
                          .filter(line => line !== "");
        need(lines[0] === "wbkey1" && !text.includes("\0"), "key-not");
        const words = ["name", "public", "argon2id", "salt", "secret", "check"];
        const values = words.map((word, i) =>
            (lines[i + 1] || "").startsWith(word + " ") ? lines[i + 1].slice(word.length + 1) : null);
        need(lines.length === 7 && !values.includes(null), "key-damaged");
        const [name, line, cost, salt, secret, check] = values;
        const upTo = count => lines.slice(0, count).map(one => one + "\n").join("");
        need(check === keyCheck(upTo(6)), "key-damaged");
        const [passes, kibibytes, more] = cost.split(" ").map(digits);
        const file = {name, passes, kibibytes, above: upTo(5),
                      public: typedRead("wbpub1", line, KEY), salt: unbase32(salt, 16),
                      sealed: unbase32(secret, NONCE + KEY + 16)};
        need(file.public && file.salt && file.sealed && more === undefined && passes >= 1 &&
             passes <= MOST_PASSES && kibibytes >= LEAST_KIBIBYTES && kibibytes <= MOST_KIBIBYTES,
             "key-damaged");
        return file;
    }

    const looksLikeKey = text => /^\s*wbkey1\s/.test(text);
    const looksLikeSheet = text => squeeze(text.slice(0, MOST_TYPED)).startsWith("wbsec1");

    /* A key file, or a sheet that was typed into a file (then the passphrase does not matter). */
    function readKey(text, passphrase) {
        if (looksLikeSheet(text))
            return readSheet(text);
        need(text.length <= MOST_KEY_FILE, "key-not");
        const file = parseKeyFile(text);
        const key = stretch(passphrase, file.salt, file.passes, file.kibibytes);
        const secret = unseal(key, utf8(file.above), file.sealed);
        key.fill(0);
        need(secret, "passphrase");
        const holder = holderFrom(secret, file.name);
        need(same(holder.public, file.public), "key-halves");
        return holder;
    }

    return {Refused, need, utf8, join, same, u64, Take, hash, subkey, unseal, unbox, holderFrom,
            newHolder, forget, publicLine, readPublic, keyId, fingerprint, sheetGroups, SHEET_LETTERS,
            sheetLetters, readSheet, sheetSlip, writeKeyFile, readKey, looksLikeKey, looksLikeSheet};
})();
