"use strict";
/* mail.js: the words of a mail, for a person to read. Only words: pictures and files are named and
 * counted, nothing is ever shown of them, and nothing of the mail's HTML reaches the page.
 *
 * It is made for mails that were made to do harm: what cannot be read is left as it is, and depth,
 * number of parts and length are bounded. MIME is RFC 2045 to 2047, 2183, 2231; charsets are those
 * the browser knows. */
const mail = (() => {
    const DEPTH = 20, PARTS = 200, LONGEST = 200000, HEADER = 4096;
    /* Browsers take a time quadratic in tags that nest: with these, a second. */
    const TAGS = 20000;

    /* One character a byte, so that a mail can be cut up as text. */
    function binary(bytes) {
        let out = "";
        for (let at = 0; at < bytes.length; at += 32768)
            out += String.fromCharCode.apply(null, bytes.subarray(at, at + 32768));
        return out;
    }

    const bytesOf = text => Uint8Array.from(text, c => c.charCodeAt(0));

    /* Text of these bytes; where the charset is unknown or wrong: UTF-8 if it is that, else the
     * charset of Western Windows, in which every byte is something (and which browsers take ASCII
     * for). */
    function decode(bytes, charset) {
        for (const label of /ascii/i.test(charset) ? ["utf-8"] : [charset, "utf-8"])
            try {
                return new TextDecoder(label, {fatal: true}).decode(bytes);
            } catch (error) {
                continue;
            }
        return new TextDecoder("windows-1252").decode(bytes);
    }

    /* ---- headers ----------------------------------------------------------------------------- */

    /* [headers as a Map of small names, body]; a text that begins with no header is all body. */
    function split(text) {
        const headers = new Map(), empty = /^\r?\n/.exec(text);
        if (empty || !/^[!-9;-~]+[ \t]*:/.test(text))
            return [headers, empty ? text.slice(empty[0].length) : text];
        const end = /\r?\n\r?\n/.exec(text) || {index: text.length, 0: ""};
        const top = text.slice(0, end.index).replace(/\r?\n[ \t]+/g, " ");
        for (const line of top.split(/\r?\n/)) {
            const colon = line.indexOf(":"), name = line.slice(0, colon).trim().toLowerCase();
            if (colon > 0 && !headers.has(name))
                headers.set(name, line.slice(colon + 1).trim());
        }
        return [headers, text.slice(end.index + end[0].length)];
    }

    function word(all, charset, kind, text) {
        const raw = kind.toUpperCase() === "B"
            ? unbase64(text)
            : text.replace(/_/g, " ").replace(/=([0-9a-f]{2})/gi, hexByte);
        return decode(bytesOf(raw), charset.replace(/\*.*/, ""));
    }

    const hexByte = (all, hex) => String.fromCharCode(parseInt(hex, 16));

    /* "=?utf-8?Q?caf=C3=A9?=" */
    function words(text) {
        return decode(bytesOf(text), "utf-8")
            .replace(/(=\?[^?]*\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, "$1")
            .replace(/=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi, word);
    }

    const PARAMETER = /;\s*([^\s=;]+?)(\*\d+)?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]*)/g;

    /* "text/plain; charset=utf-8" as {value, charset…}; RFC 2231 pieces are put together. */
    function parameters(header) {
        const out = {value: header.split(";")[0].trim().toLowerCase()};
        const pieces = header.slice(0, HEADER).matchAll(PARAMETER);
        for (const [, key, , star, quoted] of pieces) {
            const name = key.toLowerCase();
            let value = quoted.replace(/^"(.*)"$/s, "$1").replace(/\\(.)/g, "$1");
            if (star)
                value = decode(bytesOf(value.replace(/^[^']*'[^']*'/, "")
                                            .replace(/%([0-9a-f]{2})/gi, hexByte)), "utf-8");
            out[name] = Object.hasOwn(out, name) && name !== "value" ? out[name] + value : value;
        }
        return out;
    }

    /* ---- bodies ------------------------------------------------------------------------------ */

    function unbase64(text) {
        const letters = text.replace(/[^A-Za-z0-9+/]/g, "");
        return atob(letters.slice(0, letters.length - (letters.length % 4 === 1 ? 1 : 0)));
    }

    function transfer(encoding, body) {
        if (encoding === "base64")
            return unbase64(body);
        if (encoding === "quoted-printable")
            return body.replace(/=[ \t]*\r?\n/g, "").replace(/=([0-9a-f]{2})/gi, hexByte);
        return body;
    }

    /* The pieces between the boundary lines. */
    function pieces(body, boundary) {
        const out = [];
        let piece = null;
        for (const line of body.split("\n")) {
            const bare = line.trimEnd();
            if (bare === "--" + boundary || bare === "--" + boundary + "--") {
                if (piece !== null)
                    out.push(piece.join("\n").replace(/\r$/, ""));
                piece = bare.endsWith("--") && bare !== "--" + boundary ? null : [];
            } else if (piece !== null)
                piece.push(line);
        }
        if (piece !== null && piece.length > 0)
            out.push(piece.join("\n"));
        return out;
    }

    /* ---- HTML ------------------------------------------------------------------------------ */

    const BREAKS = new Set(["ADDRESS", "BLOCKQUOTE", "BR", "DD", "DIV", "DL", "DT", "H1", "H2", "H3",
                            "H4", "H5", "H6", "HR", "LI", "OL", "P", "PRE", "SECTION", "TABLE", "TR",
                            "UL"]);
    const UNREAD = new Set(["HEAD", "SCRIPT", "STYLE", "TEMPLATE", "TITLE", "NOSCRIPT"]);

    /* A document made so belongs to no window: it runs nothing and fetches nothing. The page's own
     * policy forbids both as well. */
    const policy = window.trustedTypes
        ? window.trustedTypes.createPolicy("letters", {createHTML: text => text})
        : {createHTML: text => text};

    function say(node, out) {
        for (const child of node.childNodes) {
            const breaks = BREAKS.has(child.tagName) ? "\n" : "";
            if (child.nodeType === Node.TEXT_NODE)
                out.push(child.data.replace(/[ \t\r\n]+/g, " "));
            else if (child.tagName === "IMG")
                out.push("[picture]");
            else if (!UNREAD.has(child.tagName)) {
                out.push(breaks);
                say(child, out); /* browsers nest no deeper than some hundred */
                out.push(child.tagName === "BR" ? "" : breaks);
            }
        }
    }

    function htmlText(html) {
        const out = [];
        say(new DOMParser().parseFromString(policy.createHTML(html), "text/html").body, out);
        return out.join("");
    }

    /* Control characters, and what turns the direction of writing about. */
    const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069]/g;

    const tidy = text => text.split(/\r\n?|\n/).map(line => line.trimEnd()).join("\n")
                             .replace(/\n{3,}/g, "\n\n")
                             .replace(UNSEEN, "")
                             .trim();

    /* ---- one mail ---------------------------------------------------------------------------- */

    const KINDS = [[/^image\//, "picture"], [/^video\//, "video"], [/^audio\//, "recording"],
                   [/^message\//, "mail"]];

    function attached(type, disposition, size) {
        const kind = (KINDS.find(([pattern]) => pattern.test(type.value)) || [null, "file"])[1];
        const name = words(disposition.filename || type.name || "");
        return {kind, name: tidy(name).replace(/\s+/g, " ").slice(0, 120), bytes: size};
    }

    /* Adds what this part says to `found`. */
    function walk(text, found, depth) {
        if (found.parts++ >= PARTS || depth > DEPTH) {
            found.cut = true;
            return;
        }
        const [headers, body] = split(text);
        const type = parameters(headers.get("content-type") || "text/plain");
        const disposition = parameters(headers.get("content-disposition") || "");
        if (type.value.startsWith("multipart/") && type.boundary) {
            const inside = pieces(body, type.boundary);
            if (type.value === "multipart/alternative")
                alternatives(inside, found, depth);
            else
                inside.forEach(piece => walk(piece, found, depth + 1));
            return;
        }
        const encoding = (headers.get("content-transfer-encoding") || "").toLowerCase();
        const raw = transfer(encoding, body);
        const readable = type.value === "text/plain" || type.value === "text/html";
        if (!readable || disposition.value === "attachment")
            found.attached.push(attached(type, disposition, raw.length));
        else
            add(found, raw.slice(0, 8 * LONGEST), type);
    }

    function add(found, raw, type) {
        const plain = decode(bytesOf(raw), type.charset || "utf-8");
        const pieces = plain.split("<", TAGS), html = type.value === "text/html";
        const text = tidy(html ? htmlText(pieces.join("<")) : plain);
        found.cut = found.cut || html && pieces.length === TAGS;
        if (text !== "")
            found.text.push(text);
    }

    /* The plain one, where it says anything; what is attached to any of them counts. */
    function alternatives(inside, found, depth) {
        const each = inside.map(piece => {
            const one = {text: [], attached: [], parts: found.parts, cut: false};
            walk(piece, one, depth + 1);
            found.parts = one.parts;
            found.cut = found.cut || one.cut;
            found.attached.push(...one.attached);
            return one.text.join("\n\n");
        });
        const said = each.find(text => text !== "");
        if (said)
            found.text.push(said);
    }

    /* {text, attached: [{kind, name, bytes}], cut}. cut: there is more than is given here. */
    function read(bytes) {
        const found = {text: [], attached: [], parts: 0, cut: false};
        walk(binary(bytes), found, 0);
        const text = found.text.join("\n\n");
        return {text: text.slice(0, LONGEST), attached: found.attached,
                cut: found.cut || text.length > LONGEST};
    }

    return {read};
})();
