"use strict";
/* page.js: what the keyholder sees and does. Everything that came from a packet or a file is put
 * into the page as text, never as HTML. */
(() => {
    const byId = id => document.getElementById(id);

    /* el("p", {class: "soft"}, "text", child…): attributes only; null children are left out. */
    function el(tag, attributes, ...children) {
        const made = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes || {}))
            made.setAttribute(name, value);
        made.append(...children.filter(child => child !== null));
        return made;
    }

    function button(text, kind, act) {
        const made = el("button", {type: "button", class: kind}, text);
        made.addEventListener("click", act);
        return made;
    }

    /* ---- words ----------------------------------------------------------------------------- */

    const WRONG = {
        "packet-not": ["packet", "This is not a packet: its first line is “worrybox packet 1”. " +
            "Perhaps you chose another file."],
        "packet-damaged": ["packet", "This packet is damaged: something in it was changed or is " +
            "missing. Nothing was opened. Save it from the mail once more, or have it made again."],
        "packet-other": ["packet", "This packet was made for another keyholder’s key. Yours does " +
            "not open it: ask for a packet that is made for you."],
        "packet-mixed": ["packet", "Something in this packet does not belong to its case, or is " +
            "damaged. Nothing was opened. Have it made again, and tell whoever looks after the " +
            "mailbox."],
        "packet-two": ["packet", "Two keyholders are needed to open this conversation."],
        "version": ["packet", "This packet was made by a newer worrybox. Use the page that came " +
            "with that."],
        "key-not": ["file", "This is not a key file: its first line is “wbkey1”. Perhaps you chose " +
            "another file."],
        "key-damaged": ["file", "This key file is damaged. Use another copy of it, or type the " +
            "recovery sheet."],
        "key-halves": ["file", "The two halves of this key file do not belong together. Type the " +
            "recovery sheet instead, and tell whoever looks after the mailbox."],
        "passphrase": ["passphrase", "The passphrase is wrong. Try again, slowly; there is no limit."],
        "memory": ["file", "This device has not enough memory to open the key. Close other programs, " +
            "or use a computer."],
    };

    const SURE = {
        pass: ["✓ Sure of the account.", "The school’s mail server vouched for this sender. It " +
            "cannot say who sat at the keyboard."],
        none: ["? Likely, not certain.", "There is no evidence either way. It is most likely that " +
            "account; look for other signs before you act on the name alone."],
        fail: ["! Doubtful.", "The school’s mail server says that this may be forged: somebody may " +
            "be writing under this name. Go gently, and look for other signs."],
        nobody: ["? Not known.", "There is no address that can be read, and no evidence of who wrote."],
        mixed: ["? Not the same for each letter.", "The school’s mail server vouched for some of " +
            "these letters and not for others. See each letter below."],
    };

    const SURE_COLOURS = {mixed: "none", nobody: "none"};

    const GROUNDS = {
        danger: "somebody may come to harm soon", harm: "somebody has been harmed",
        abuse: "a child-protection concern", threat: "somebody is threatened by the writer",
        court: "a court, or the police with the power to ask", asked: "the child has asked for it",
    };

    const DAY = {weekday: "long", day: "numeric", month: "long", year: "numeric"};

    function day(seconds, more) {
        const date = new Date(seconds * 1000);
        return Number.isNaN(date.getTime()) ? "a day that cannot be read"
                                            : date.toLocaleString("en-GB", {...DAY, ...more});
    }

    /* In the time of this computer, and says which that is. */
    const moment = seconds =>
        day(seconds, {hour: "2-digit", minute: "2-digit", timeZoneName: "short"});

    const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

    function size(bytes) {
        return bytes < 1000000 ? `${Math.ceil(bytes / 1000)} kB`
                               : `${(bytes / 1000000).toFixed(1)} MB`;
    }

    /* ---- fields and what is wrong with them ------------------------------------------------ */

    /* Something the person has to do over: `field` is the id of the input it is about. */
    class Wrong extends Error {
        constructor(field, text) {
            super(text);
            this.field = field;
        }
    }

    function complain(wrong) {
        const input = byId(wrong.field);
        byId(wrong.field + "-error").textContent = wrong.message;
        input.setAttribute("aria-invalid", "true");
        return input;
    }

    function calm(form) {
        form.querySelectorAll(".error").forEach(error => error.textContent = "");
        form.querySelectorAll("[aria-invalid]").forEach(one => one.removeAttribute("aria-invalid"));
    }

    /* Gives each data-id of a template's copy an id of its own: prefix-id. */
    function copy(template, prefix) {
        const made = byId(template).content.cloneNode(true);
        for (const [data, attribute] of [["id", "id"], ["for", "for"],
                                         ["describedby", "aria-describedby"]])
            for (const one of made.querySelectorAll(`[data-${data}]`))
                one.setAttribute(attribute, one.dataset[data].split(" ")
                                               .map(id => `${prefix}-${id}`).join(" "));
        const fields = [...made.querySelectorAll("input[type=password]")];
        const show = made.querySelector(".show");
        show.addEventListener("change", () => {
            for (const field of fields)
                field.type = show.checked ? "text" : "password";
        });
        return made;
    }

    async function readFile(input) {
        if (input.files.length === 0)
            return null;
        const bytes = new Uint8Array(await input.files[0].arrayBuffer());
        return new TextDecoder().decode(bytes);
    }

    /* One key: a file with its passphrase, or a recovery sheet. */
    class KeyFields {
        constructor(place, prefix, title) {
            const made = copy("key-fields", prefix);
            this.prefix = prefix;
            this.whole = made.querySelector("fieldset");
            this.whole.querySelector("legend").textContent = title;
            this.other = this.whole.querySelector(".other");
            this.toSheet = this.other.textContent;
            this.sheet = false;
            this.other.addEventListener("click", () => this.turn(!this.sheet));
            place.append(made);
            this.at("sheet").addEventListener("input", () => this.count());
            this.at("file").addEventListener("change", () => this.look());
        }
        at(id) {
            return byId(`${this.prefix}-${id}`);
        }
        wrong(id, text) {
            return new Wrong(`${this.prefix}-${id}`, text);
        }
        turn(sheet) {
            this.sheet = sheet;
            this.whole.querySelector(".by-file").hidden = sheet;
            this.whole.querySelector(".passphrase").hidden = sheet;
            this.whole.querySelector(".by-sheet").hidden = !sheet;
            this.other.textContent = sheet ? "Use the key file and its passphrase" : this.toSheet;
            this.at(sheet ? "sheet" : "file").focus();
        }
        count() {
            const typed = formats.sheetLetters(this.at("sheet").value).length;
            const whole = formats.SHEET_LETTERS;
            this.at("sheet-count").textContent = typed === 0 ? "" :
                typed < whole ? `${typed} of ${whole} letters` :
                typed === whole ? `All ${whole} letters are there.` :
                `${typed} letters: that is ${typed - whole} too many.`;
        }
        /* A sheet typed into a file needs no passphrase. */
        async look() {
            const text = await readFile(this.at("file"));
            this.whole.querySelector(".passphrase").hidden =
                this.sheet || text !== null && formats.looksLikeSheet(text);
        }
        /* Answers what is wrong before the slow part begins: a list. */
        async missing() {
            if (this.sheet)
                return this.at("sheet").value.trim() === ""
                    ? [this.wrong("sheet", "Type the recovery sheet here.")] : [];
            const text = await readFile(this.at("file")), wrong = [];
            if (text === null)
                wrong.push(this.wrong("file", "Choose your key file."));
            else if (formats.looksLikePacket(text))
                wrong.push(this.wrong("file", "This is a packet. Your key file belongs here."));
            if ((text === null || !formats.looksLikeSheet(text)) && this.at("passphrase").value === "")
                wrong.push(this.wrong("passphrase", "Type the passphrase of this key."));
            return wrong;
        }
        async read() {
            try {
                return this.sheet ? formats.readSheet(this.at("sheet").value)
                    : formats.readKey(await readFile(this.at("file")), this.at("passphrase").value);
            } catch (error) {
                if (error.code === "sheet-wrong")
                    throw this.wrong(this.sheet ? "sheet" : "file", this.sheetAdvice());
                if (error.code)
                    throw this.wrong(...WRONG[error.code]);
                throw error;
            }
        }
        sheetAdvice() {
            const text = this.sheet ? this.at("sheet").value : "";
            const typed = formats.sheetLetters(text).length, whole = formats.SHEET_LETTERS;
            const group = this.sheet ? formats.sheetSlip(text) : undefined;
            if (group !== undefined)
                return `Something is not as it was printed. Look at group ${group} ` +
                    "(the groups of four behind “wbsec1”).";
            if (this.sheet && typed !== whole)
                return `This has ${typed} letters; the sheet has ${whole}. Look for a group that ` +
                    "is missing or was typed twice.";
            return "This is not typed as it was printed: some letters are wrong. Look at each group.";
        }
        clear() {
            for (const id of ["file", "passphrase", "sheet"])
                this.at(id).value = "";
            this.count();
        }
    }

    /* A new passphrase, typed twice. */
    class NewPassphrase {
        constructor(place, prefix) {
            this.prefix = prefix;
            place.append(copy("new-passphrase", prefix));
        }
        at(id) {
            return byId(`${this.prefix}-${id}`);
        }
        get value() {
            return this.at("one").value;
        }
        missing() {
            const [one, two] = [this.at("one").value, this.at("two").value];
            if ([...one].length < 12)
                return [new Wrong(`${this.prefix}-one`, one === "" ? "Choose a passphrase."
                    : "This is too short to be safe: take five or six words.")];
            return one === two ? [] : [new Wrong(`${this.prefix}-two`, "These are not the same.")];
        }
        clear() {
            this.at("one").value = this.at("two").value = "";
        }
    }

    /* ---- doing something slow --------------------------------------------------------------- */

    const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)));

    /* Runs `work` when a form is sent: `missing` answers what has to be typed first. */
    function onSend(form, busy, missing, work) {
        const send = form.querySelector("[type=submit]");
        form.addEventListener("submit", async event => {
            event.preventDefault();
            if (send.getAttribute("aria-disabled") === "true")
                return;
            send.setAttribute("aria-disabled", "true");
            calm(form);
            try {
                const wrong = await missing();
                if (wrong.length > 0) {
                    wrong.map(complain)[0].focus();
                    return;
                }
                busy.textContent = "One moment: this can take some seconds.";
                await painted();
                await work();
            } catch (error) {
                if (!(error instanceof Wrong))
                    throw error;
                complain(error).focus();
            } finally {
                busy.textContent = "";
                send.removeAttribute("aria-disabled");
            }
        });
    }

    /* ---- saving and printing ---------------------------------------------------------------- */

    function save(name, data) {
        const address = URL.createObjectURL(new Blob([data], {type: "application/octet-stream"}));
        const link = el("a", {href: address, download: name});
        link.click();
        setTimeout(() => URL.revokeObjectURL(address), 60000);
    }

    function groups(holder) {
        return el("p", {class: "groups"},
                  ...formats.sheetGroups(holder).map(group => el("span", {}, group, " ")));
    }

    function paperSheet(holder, name) {
        return [
            el("h1", {}, name ? `Recovery sheet of ${name}` : "Recovery sheet"),
            el("p", {}, `Key ${formats.keyId(holder)}, printed on ${day(Date.now() / 1000)}.`),
            el("p", {}, "Whoever has this sheet can open who wrote to the mailbox, with no " +
                "passphrase. Put it into a closed envelope in the school’s safe, and keep no other " +
                "copy of it."),
            groups(holder),
            el("p", {}, "To use it: open the page “Find out who wrote”, choose “type the recovery " +
                "sheet”, and type what stands in the frame, line by line. Blanks, line ends and " +
                "capitals do not matter. Behind “wbsec1” there are only the letters a to z and the " +
                "digits 2 to 7."),
        ];
    }

    /* From now on this is what is printed. */
    function layOut(holder, name) {
        byId("paper").replaceChildren(...paperSheet(holder, name));
        document.body.classList.add("sheet");
    }

    /* ---- moving about ------------------------------------------------------------------------ */

    /* Beside something opened there is only one way: to close it. */
    function show(id) {
        const task = document.querySelector(`[data-task=${id}]`);
        document.querySelector("nav").hidden = !task;
        byId("close").hidden = Boolean(task);
        for (const section of document.querySelectorAll("main > section"))
            section.hidden = section.id !== id;
        const heading = byId(id).querySelector("h1");
        document.title = heading.textContent;
        heading.focus();
        window.scrollTo(0, 0);
    }

    /* A page loaded anew has nothing of what was opened. */
    function forgetAll() {
        document.querySelectorAll("form").forEach(form => form.reset());
        window.removeEventListener("beforeunload", beforeLeaving);
        location.reload();
    }

    function beforeLeaving(event) {
        event.preventDefault();
    }

    /* ---- who wrote ---------------------------------------------------------------------------- */

    const textOf = value => typeof value === "string" && value !== "" ? value : null;
    const authOf = who => ["pass", "fail"].includes(who.auth) ? who.auth : "none";

    /* One person for each address, in the order in which they first wrote. */
    function writers(messages) {
        const found = new Map();
        for (const {who} of messages) {
            const address = textOf(who.from) || textOf(who.from_text) || "";
            const one = found.get(address) || {address, names: new Set(), auth: new Set(), letters: 0};
            if (textOf(who.name))
                one.names.add(who.name);
            one.auth.add(authOf(who));
            one.letters++;
            found.set(address, one);
        }
        return [...found.values()];
    }

    function sureness(kind) {
        const [title, text] = SURE[kind];
        return el("div", {class: `sure ${SURE_COLOURS[kind] || kind}`},
                  el("strong", {}, title), el("span", {}, text));
    }

    function kindOfSureness(one) {
        const [only] = one.auth;
        return one.auth.has("fail") ? "fail" : one.auth.size > 1 ? "mixed"
            : only === "none" && one.address === "" ? "nobody" : only;
    }

    function writerCard(one, total) {
        const names = [...one.names], address = one.address || "No address that can be read";
        const [title, below] = names.length > 0 ? [names.join(", also "), address]
                                                : [address, "No name was given"];
        return el("article", {class: "card who"},
            el("p", {class: "name", dir: "auto"}, title), el("p", {class: "address"}, below),
            sureness(kindOfSureness(one)),
            names.length > 0 ? el("p", {class: "soft"}, "The name is as their mail program gave it; " +
                "the address is what counts.") : null,
            one.letters < total ? el("p", {class: "soft"}, `Wrote ${one.letters} of the ${total} ` +
                "letters.") : null);
    }

    function attachments(list) {
        if (list.length === 0)
            return null;
        const kinds = new Map();
        for (const {kind} of list)
            kinds.set(kind, (kinds.get(kind) || 0) + 1);
        const names = list.map(one => `${one.name || `a ${one.kind} without a name`}, ` +
                                      size(one.bytes));
        const counted = [...kinds].map(([kind, count]) => many(count, kind)).join(", ");
        return el("p", {class: "soft"}, `With it came ${counted} (${names.slice(0, 20).join("; ")}). ` +
            "They are never shown here.");
    }

    function originalBox(message) {
        const read = el("input", {type: "checkbox"});
        const name = `${message.id}.eml`;
        const give = button(`Save ${name}`, "danger", () => save(name, message.original));
        give.disabled = true;
        read.addEventListener("change", () => give.disabled = !read.checked);
        return el("details", {},
            el("summary", {}, `The mail as it came (${size(message.original.length)})`),
            el("div", {class: "notice"},
                el("p", {}, el("strong", {}, "You seldom need this."), " It holds everything that " +
                    "was sent, pictures and files too; opening them may harm your computer."),
                el("p", {}, el("strong", {}, "If a picture may show the abuse of a child: "),
                    "do not look at it, copy it or send it on, not even as evidence. Leave it " +
                    "where it is and ring the police."),
                el("label", {class: "tick"}, read, " I have read this"),
                el("p", {class: "actions"}, give)));
    }

    function wordsOf(message) {
        if (message.original === null)
            return [el("p", {class: "soft"}, "The mail itself is not in this packet.")];
        const found = mail.read(message.original);
        return [
            found.text === "" ? found.cut ? null
                                          : el("p", {class: "soft"}, "There are no words in it.")
                              : el("div", {class: "words", dir: "auto"}, found.text),
            found.cut ? el("p", {class: "soft"}, "There is more than can be shown here: see the " +
                "mail as it came.") : null,
            attachments(found.attached),
        ];
    }

    function letterTime(message) {
        const {at, who} = message, written = typeof who.date === "number" && who.date >= 0;
        if (!written)
            return `Arrived ${moment(at)}`;
        return Math.abs(who.date - at) < 3600 ? moment(who.date)
            : `Dated ${moment(who.date)}; arrived ${moment(at)}`;
    }

    function letter(message, number, total, several) {
        const {who} = message, auth = authOf(who);
        return el("article", {class: "letter"},
            el("h3", {}, total > 1 ? `Letter ${number} of ${total}` : "The letter"),
            el("p", {class: "soft"}, letterTime(message)),
            several ? el("p", {class: "soft"}, `From ${textOf(who.from) || "an address that " +
                "cannot be read"}. ${SURE[auth][0]}`) : null,
            textOf(who.subject) ? el("p", {class: "subject", dir: "auto"}, who.subject) : null,
            ...wordsOf(message),
            message.original === null ? null : originalBox(message));
    }

    function facts(packet) {
        const rows = [["Conversation", packet.handle], ["Asked for by", packet.holder],
                      ["When", moment(packet.at)],
                      ["Ground", GROUNDS[packet.ground] || packet.ground], ["Reason", packet.reason]];
        return el("dl", {}, ...rows.filter(([, value]) => textOf(value))
                                   .flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
    }

    function whatNow() {
        return el("ol", {class: "now"},
            el("li", {}, "Do what you would do if the child had told you to their face: your " +
                "child-protection policy takes it from here."),
            el("li", {}, "Tell the child, where that is safe, that you know. They were told in the " +
                "first answer that it may come to this."),
            el("li", {}, "Afterwards delete the packet, or put it into the child’s protection file, " +
                "and close this page."));
    }

    function showOpened(packet) {
        const people = writers(packet.messages), letters = packet.messages.slice().reverse();
        const total = letters.length;
        const uneven = people.length > 1 || people.some(one => one.auth.size > 1);
        byId("opened").replaceChildren(
            el("h1", {tabindex: "-1"}, "Who wrote"),
            ...(people.length > 1 ? [el("p", {class: "notice"}, `These letters came from ` +
                `${people.length} addresses. Look at each.`)] : []),
            ...people.map(one => writerCard(one, total)),
            ...(total === 0 ? [el("p", {}, "There is no letter in this packet.")] : []),
            el("h2", {}, total > 1 ? "What they wrote, the newest first" : "What they wrote"),
            ...letters.map((message, i) => letter(message, total - i, total, uneven)),
            el("div", {class: "screen"}, el("h2", {}, "What now"), whatNow()),
            el("h2", {}, "This opening"),
            facts(packet),
            el("p", {class: "soft"}, "It stands on the record, and the witness is told of it; not of " +
                "who wrote."),
            el("p", {class: "only-paper"}, "For the child-protection file. Read by: " +
                "______________________   Told to: ______________________"),
            el("p", {class: "actions"},
                button("Print for the child’s file", "", () => window.print()),
                button("Close and forget", "main", forgetAll)));
        show("opened");
    }

    function openTask() {
        const keys = [new KeyFields(byId("open-keys"), "key", "Your key")];
        const packet = byId("packet");
        async function missing() {
            const text = await readFile(packet), wrong = [];
            if (text === null)
                wrong.push(new Wrong("packet", "Choose the packet you were sent."));
            else if (formats.looksLikeKey(text) || formats.looksLikeSheet(text))
                wrong.push(new Wrong("packet", "This is a key. The packet belongs here."));
            for (const key of keys)
                wrong.push(...await key.missing());
            return wrong;
        }
        onSend(byId("open-form"), byId("open-busy"), missing, async () => {
            const holders = [];
            try {
                for (const key of keys)
                    holders.push(await key.read());
                const opened = formats.openPacket(await readFile(packet), holders);
                keys.forEach(key => key.clear());
                showOpened(opened);
            } catch (error) {
                throw error.code ? new Wrong(...WRONG[error.code]) : error;
            } finally {
                holders.forEach(formats.forget);
            }
        });
    }

    /* ---- making and checking keys -------------------------------------------------------------- */

    /* A thing to do, which says when it was done. */
    function step(title, text, label, act, ...more) {
        const done = el("span", {class: "done", role: "status"});
        return el("li", {class: "step card"}, el("h2", {}, title), el("p", {}, text), ...more,
            el("p", {}, button(label, "main", async () => {
                done.textContent = await act() || "✓ Done";
            }), done));
    }

    function publicStep(holder, title, text) {
        const line = formats.publicLine(holder);
        const field = el("textarea", {class: "line", readonly: "", rows: "3", id: "public-line",
                                      "aria-label": "Public line"});
        field.value = line;
        return step(title, text, "Copy the line", async () => {
            field.select();
            try {
                await navigator.clipboard.writeText(line);
            } catch (error) {
                if (!document.execCommand("copy"))
                    return "Copy it by hand, please";
            }
            return "✓ Copied";
        }, field);
    }

    function sheetStep(holder, title) {
        return step(title, "It opens everything without a passphrase. Put it into a closed " +
            "envelope in the school’s safe; keep no other copy.", "Print the sheet",
            () => window.print(),
            el("details", {}, el("summary", {}, "No printer? Show it, to copy it by hand"),
               groups(holder)));
    }

    function showMade(holder, name, file) {
        window.addEventListener("beforeunload", beforeLeaving);
        layOut(holder, name);
        byId("made").replaceChildren(
            el("h1", {tabindex: "-1"}, "Your key is made"),
            el("p", {}, "Now do these three things. If you leave this page before, the key is lost."),
            el("ol", {class: "steps"},
                step("1. Save the key file", "Keep it on this computer. Without the passphrase it " +
                    "is of no use to anybody.", `Save ${name}.key`, () => save(`${name}.key`, file)),
                sheetStep(holder, "2. Print the recovery sheet"),
                publicStep(holder, "3. Send this line to whoever looks after the mailbox",
                    "It is no secret. They put it into people.conf, and from then on you can open " +
                    "what is written. Conversations from before stay closed to a new key.")),
            el("p", {class: "actions"},
                button("I have done all three: close and forget", "main", forgetAll)));
        show("made");
    }

    /* The file is read again before anybody relies on it. */
    function newKeyFile(holder, name, passphrase) {
        const file = formats.writeKeyFile(holder, name, passphrase);
        formats.forget(formats.readKey(file, passphrase));
        return file;
    }

    function wrongName(id) {
        return /^[a-z0-9-]{1,32}$/.test(byId(id).value.trim()) ? [] :
            [new Wrong(id, "Small letters, digits and hyphens, no blanks: such as okafor.")];
    }

    function makeTask() {
        const fresh = new NewPassphrase(document.querySelector("[data-passphrases=make]"), "make");
        onSend(byId("make-form"), byId("make-busy"),
            () => [...wrongName("make-name"), ...fresh.missing()], () => {
                const name = byId("make-name").value.trim(), holder = formats.newHolder(name);
                const file = newKeyFile(holder, name, fresh.value);
                fresh.clear();
                showMade(holder, name, file);
            });
    }

    /* A new passphrase for a key that is open. */
    function renewForm(holder) {
        const form = el("form", {autocomplete: "off", novalidate: ""});
        const box = el("fieldset", {}, el("legend", {}, "A new key file with a new passphrase"));
        const name = el("input", {type: "text", id: "renew-name", maxlength: "32",
            autocapitalize: "none", spellcheck: "false", "aria-describedby": "renew-name-error"});
        name.value = holder.name || "";
        const busy = el("p", {class: "busy", role: "status"});
        box.append(el("div", {class: "field"}, el("label", {for: "renew-name"}, "Your short name"),
                      name, el("p", {class: "error", id: "renew-name-error", role: "alert"})));
        form.append(box, el("p", {class: "actions"},
                            el("button", {type: "submit"}, "Make a new key file")), busy);
        const fresh = new NewPassphrase(box, "renew");
        onSend(form, busy, () => [...wrongName("renew-name"), ...fresh.missing()], () => {
            const file = newKeyFile(holder, name.value.trim(), fresh.value);
            fresh.clear();
            save(`${name.value.trim()}.key`, file);
            form.replaceChildren(el("p", {role: "status"}, "✓ The new key file is saved. Delete the " +
                "old one. The recovery sheet and the public line stay as they were."));
        });
        return form;
    }

    function showChecked(holder) {
        layOut(holder, holder.name);
        byId("checked").replaceChildren(
            el("h1", {tabindex: "-1"}, "This key works"),
            el("p", {}, (holder.name ? `It is the key of ${holder.name}: ` : "It is the key ") +
                `${formats.keyId(holder)}.`),
            el("ol", {class: "steps"}, sheetStep(holder, "Its recovery sheet"),
                publicStep(holder, "Its public line",
                           "It is no secret: it stands in people.conf, behind your name.")),
            renewForm(holder),
            el("p", {class: "actions"}, button("Close and forget", "main", forgetAll)));
        show("checked");
    }

    function checkTask() {
        const key = new KeyFields(byId("check-keys"), "check-key", "Your key");
        onSend(byId("check-form"), byId("check-busy"), () => key.missing(), async () => {
            const holder = await key.read();
            key.clear();
            showChecked(holder);
        });
    }

    /* ---- the beginning -------------------------------------------------------------------------- */

    async function start() {
        await sodium.ready;
        openTask();
        makeTask();
        checkTask();
        for (const tab of document.querySelectorAll("[data-task]"))
            tab.addEventListener("click", () => {
                for (const other of document.querySelectorAll("[data-task]"))
                    other.removeAttribute("aria-current");
                tab.setAttribute("aria-current", "page");
                show(tab.dataset.task);
            });
        byId("close").addEventListener("click", forgetAll);
        byId("hosted").hidden = !location.protocol.startsWith("http");
        byId("starting").hidden = true;
        show("open");
    }

    start();
})();
