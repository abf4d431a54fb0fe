"use strict";
/* packets.js: opening a packet, and confirming one where it takes two; src/vault/format.h has the
 * formats. It throws formats.Refused where something does not open; then nothing of it is given back. */
const packets = (() => {
    const {Refused, need, utf8, join, same, u64, Take, hash, subkey, unseal, unbox, holderFrom,
           readPublic, keyId} = formats;
    const CHUNK = 65536, CHUNK_TAG = 17, STREAM = 24, KEY = 32, PAD = 512, READERS = 16, BOXED = 80;
    const WHOLE = 0, HALF = 1, EMERGENCY = 2, CONFIRMED = 3; /* schemes of a seal */
    const FIRST = /^\ufeff?\s*worrybox packet (\d+)[ \t]*(?:\r?\n|\r|$)/;

    /* ---- streams ----------------------------------------------------------------------------- */

    class Stream {
        constructor(header, key, code) {
            this.state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
            this.code = code;
        }
        pull(chunk, last, ad) {
            need(chunk.length >= CHUNK_TAG, this.code);
            const got = sodium.crypto_secretstream_xchacha20poly1305_pull(this.state, chunk, ad);
            const final = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
            need(got && got.tag === (last ? final : 0), this.code);
            return got.message;
        }
    }

    /* What stands behind the stream's header, in chunks of `size`: the plain text of `pull`. */
    function chunks(take, size, pull) {
        const plain = [];
        need(take.left > 0, take.code);
        while (take.left > 0) {
            const last = take.left <= size;
            plain.push(pull(take.raw(Math.min(take.left, size)), last));
        }
        return join(...plain);
    }

    /* ---- the envelope ------------------------------------------------------------------------ */

    const looksLike = text => FIRST.test(text);
    /* Does it take two keyholders, as far as one can see from outside? */
    const takesTwo = text => (FIRST.exec(text) || [])[1] === "2";

    /* {version, bytes}: what stands behind the first line. */
    function unwrap(text) {
        const match = FIRST.exec(text);
        need(match, "packet-not");
        need(match[1] === "1" || match[1] === "2", "version");
        const letters = text.slice(match[0].length).replace(/[\r\n\t ]+/g, "");
        const end = letters.slice(-4);
        need(letters !== "" && letters.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(letters) &&
             btoa(atob(end)) === end, "packet-damaged");
        const binary = atob(letters), bytes = new Uint8Array(binary.length);
        for (let i = 0; i < binary.length; i++)
            bytes[i] = binary.charCodeAt(i);
        return {version: Number(match[1]), bytes};
    }

    /* {version, body} of a packet that one of these keyholders may read. */
    function openEnvelope(text, holders) {
        const {version, bytes} = unwrap(text), take = new Take(bytes, "packet-damaged");
        take.head("K", version);
        const count = take.u8();
        need(count >= 1 && count <= READERS, take.code);
        let sealed = null, mine = null;
        for (let i = 0; i < count; i++) {
            const reader = take.raw(KEY), box = take.raw(BOXED);
            const holder = holders.find(one => same(one.public, reader));
            if (holder)
                [sealed, mine] = [box, holder];
        }
        need(mine, "packet-other");
        let ad = bytes.subarray(0, take.at);
        const key = unbox(mine, sealed);
        need(key, take.code);
        const stream = new Stream(take.raw(STREAM), key, take.code);
        const body = chunks(take, CHUNK + CHUNK_TAG, (chunk, last) => {
            const plain = stream.pull(chunk, last, ad);
            ad = null;
            return plain;
        });
        return {version, body};
    }

    /* A packet of version 2 for one reader. */
    function writeEnvelope(body, reader) {
        const key = sodium.randombytes_buf(KEY);
        const top = join(utf8("wbK\x02"), [1, 0, 0, 0], [1], reader,
                         sodium.crypto_box_seal(key, reader));
        const {state, header} = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
        const sealed = [top, header];
        for (let at = 0; at < body.length; at += CHUNK) {
            const last = at + CHUNK >= body.length;
            sealed.push(sodium.crypto_secretstream_xchacha20poly1305_push(
                state, body.subarray(at, at + CHUNK), at === 0 ? top : null,
                last ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0));
        }
        key.fill(0);
        const letters = sodium.to_base64(join(...sealed), sodium.base64_variants.ORIGINAL);
        return "worrybox packet 2\n" + letters.replace(/.{1,76}/g, "$&\n");
    }

    /* ---- the body ---------------------------------------------------------------------------- */

    function takeMessage(take) {
        const id = take.u64(), at = take.i64(), record = take.field(), original = take.field();
        need(record, take.code);
        return {id, at, record, original};
    }

    function takeFields(take) {
        const fields = [];
        for (let count = take.u8(); count > 0; count--)
            fields.push(take.field());
        need(!fields.includes(null), take.code);
        return fields;
    }

    /* Extras that are known: brief, who may be the second, and which key was replaced by that of who
     * asks. */
    function takeExtras(take, body) {
        for (let count = take.u32(); count > 0; count--) {
            const name = take.text() || "", value = take.field();
            if (name === "brief")
                body.brief = true;
            if (name.startsWith("holder ") && value)
                body.seconds.set(name.slice(7), new TextDecoder().decode(value));
            if (name.startsWith("now ") && value)
                body.now = {before: name.slice(4), key: readPublic(new TextDecoder().decode(value))};
        }
    }

    function takeBody(bytes, version) {
        const take = new Take(bytes, "packet-mixed");
        const body = {bytes, site: take.raw(16), id: take.u64(), at: take.i64(),
                      part: take.raw(KEY), handle: take.text(), holder: take.text(), keyId: take.text(),
                      ground: take.text(), reason: take.text(), messages: [], brief: false,
                      seconds: new Map(), now: null};
        body.sealsAt = take.at;
        body.seals = takeFields(take);
        body.sealsEnd = take.at;
        const escrows = takeFields(take);
        need(escrows.length === 1 && body.seals.length > 0 && body.handle !== null &&
             (version > 1 || body.seals.length === 1), take.code);
        body.escrow = escrows[0];
        for (let count = take.u32(); count > 0; count--)
            body.messages.push(takeMessage(take));
        takeExtras(take, body);
        need(take.left === 0, take.code);
        return body;
    }

    /* What a box of this kind says of itself. */
    function intro(head, body, key) {
        return join(head, body.site, u64(body.id), key);
    }

    /* What the box of this kind holds for this keyholder, in this case; undefined where it is for
     * somebody else. */
    function boxed(kind, blob, body, holder) {
        const take = new Take(blob, "packet-mixed");
        const says = intro(take.head(kind), body, holder.public);
        const plain = unbox(holder, take.rest());
        if (plain === undefined)
            return undefined;
        need(plain.length >= says.length && same(plain.subarray(0, says.length), says), take.code);
        return plain.subarray(says.length);
    }

    /* ---- the identity pair of the case ------------------------------------------------------- */

    /* What this seal says to this keyholder; undefined where it is for somebody else. */
    function readSeal(blob, body, holder) {
        const payload = boxed("S", blob, body, holder);
        if (payload === undefined)
            return undefined;
        need(payload.length === 97, "packet-mixed");
        const [identity, scheme, partner, secret] =
            [payload.subarray(0, 32), payload[32], payload.subarray(33, 65), payload.subarray(65)];
        return {identity, scheme, secret, partner,
                owner: scheme === CONFIRMED ? partner : holder.public};
    }

    const sealsOf = (body, holders) =>
        holders.flatMap(holder => body.seals.map(seal => readSeal(seal, body, holder)))
               .filter(seal => seal !== undefined);

    /* The secret of two halves that belong together, or undefined. Either may have been sealed to
     * another key since they were made: what they make decides. */
    function joined(one, other) {
        if (one === other || !same(one.identity, other.identity))
            return undefined;
        const pair = holderFrom(one.secret.map((byte, i) => byte ^ other.secret[i]), null);
        return same(pair.public, one.identity) ? pair : undefined;
    }

    /* {pair, second}: second is the key id of the other keyholder, null where one can open alone.
     * Undefined where a second has to come. */
    function identityPair(body, holders) {
        const seals = sealsOf(body, holders);
        for (const {scheme, secret, identity} of seals)
            if (scheme === WHOLE || scheme === EMERGENCY) {
                const pair = holderFrom(secret, null);
                need(same(pair.public, identity), "packet-mixed");
                return {pair, second: null};
            }
        const halves = seals.filter(({scheme}) => scheme === HALF || scheme === CONFIRMED);
        need(halves.length > 0, "packet-mixed");
        for (const one of halves)
            for (const other of halves) {
                const pair = joined(one, other);
                const ids = [one.owner, other.owner].map(key => keyId({public: key}));
                if (pair)
                    return {pair, second: ids.find(id => id !== body.keyId)};
            }
        return undefined;
    }

    /* The key of who asks, where this half is with them: the one it was made with, or the one that
     * they have now in its place. */
    function askerOf({partner}, body) {
        const id = keyId({public: partner});
        if (id === body.keyId)
            return partner;
        const now = body.now && body.now.before === id && body.now.key;
        return now && keyId({public: now}) === body.keyId ? now : undefined;
    }

    /* A second keyholder's half, sealed to who asked: the packet again, which they open alone. */
    function confirm(body, holder) {
        const half = sealsOf(body, [holder]).find(seal => seal.scheme === HALF &&
            askerOf(seal, body));
        need(half, "packet-mixed");
        const asker = askerOf(half, body), head = join(utf8("wbS\x01"), [1, 0, 0, 0]);
        const payload = join(half.identity, [CONFIRMED], holder.public, half.secret);
        const says = join(intro(head, body, asker), payload);
        const seal = join(head, sodium.crypto_box_seal(says, asker));
        const length = new Uint8Array(4);
        new DataView(length.buffer).setUint32(0, seal.length, true);
        const before = body.bytes.subarray(0, body.sealsAt);
        const seals = body.bytes.subarray(body.sealsAt + 1, body.sealsEnd);
        return writeEnvelope(join(before, [body.seals.length + 1], seals, length, seal,
                                  body.bytes.subarray(body.sealsEnd)), asker);
    }

    /* ---- messages ---------------------------------------------------------------------------- */

    function outerKeys(body, holders) {
        const [caseKey] = holders.map(holder => boxed("E", body.escrow, body, holder))
                                 .filter(key => key !== undefined);
        need(caseKey && caseKey.length === KEY, "packet-mixed");
        const whole = hash(body.part, utf8("worrybox outer key 1"), caseKey);
        return {record: subkey(whole, 1, "wb-outr1"), original: subkey(whole, 2, "wb-outr1")};
    }

    /* {who, original}: the record's JSON, and the key of the original or null. */
    function openRecord(blob, key, pair, place) {
        const take = new Take(blob, "packet-mixed"), head = take.head("R");
        const box = unseal(key, join(head, place), take.rest());
        const padded = box && unbox(pair, box);
        need(padded && padded.length >= PAD && padded.length % PAD === 0, take.code);
        let plain;
        try {
            plain = sodium.unpad(padded, PAD);
        } catch (error) {
            throw new Refused(take.code);
        }
        const inner = new Take(plain, take.code), says = join(utf8("wbi\x01\x01"), place);
        need(same(inner.raw(says.length), says), take.code);
        const has = inner.u8(), original = inner.raw(KEY);
        need(has <= 1, take.code);
        try {
            const json = new TextDecoder("utf-8", {fatal: true}).decode(inner.rest());
            return {who: JSON.parse(json), original: has ? original : null};
        } catch (error) {
            throw new Refused(take.code);
        }
    }

    function openOriginal(blob, outerKey, innerKey, place) {
        const take = new Take(blob, "packet-mixed"), head = take.head("O");
        const outer = new Stream(take.raw(STREAM), outerKey, take.code);
        const header = outer.pull(take.raw(STREAM + CHUNK_TAG), false, join(head, place));
        const inner = new Stream(header, innerKey, take.code);
        return chunks(take, CHUNK + 2 * CHUNK_TAG,
                      (chunk, last) => inner.pull(outer.pull(chunk, last, null), last, null));
    }

    function openMessage(message, body, keys, pair) {
        const place = join(body.site, u64(body.id), u64(message.id)), sealed = message.original;
        const {who, original} = openRecord(message.record, keys.record, pair, place);
        const fits = body.brief ? sealed === null : (original === null) === (sealed === null);
        need(who !== null && who.handle === body.handle && fits, "packet-mixed");
        return {id: message.id.toString(16).padStart(16, "0"), at: message.at, who,
                original: sealed && openOriginal(sealed, keys.original, original, place)};
    }

    /* ---- all of it --------------------------------------------------------------------------- */

    /* {handle, at, holder, ground, reason, brief, second, messages, confirm}. Dates are in seconds
     * since 1970; date -1: there is none. `second`: who was the other keyholder, or null. Where the
     * keyholder is asked to confirm, `messages` is null and confirm() answers the packet to send
     * back; else `confirm` is null. */
    function openPacket(text, holders) {
        const {version, body: bytes} = openEnvelope(text, holders), body = takeBody(bytes, version);
        const {handle, at, holder, ground, reason, brief} = body;
        const about = {handle, at, holder, ground, reason, brief, second: null, messages: null,
                       confirm: null};
        const found = identityPair(body, holders);
        if (found === undefined) {
            need(version > 1, "packet-mixed");
            if (holders.some(one => keyId(one) === body.keyId))
                throw new Refused("packet-two", [...body.seconds.values()]);
            return {...about, confirm: () => confirm(body, holders[0])};
        }
        const keys = outerKeys(body, holders);
        const messages = body.messages.map(one => openMessage(one, body, keys, found.pair));
        const second = found.second && (body.seconds.get(found.second) || found.second);
        return {...about, second, messages};
    }

    return {looksLike, takesTwo, openPacket};
})();
