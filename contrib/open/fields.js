"use strict";
/* fields.js: where a key is given, and where a passphrase is chosen. */
const fields = (() => {
    const {byId, Wrong, readFile} = ui;

    /* What a refusal of formats.js means: the field it is about, and what to do. */
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
        "packet-two": ["packet", "It takes two keyholders to open this one: add " +
            "the second key."],
        "version": ["packet", "This packet was made by a newer worrybox. Use the page that came " +
            "with that."],
        "key-not": ["file", "This is not a key file: its first line is “wbkey1”. Perhaps you chose " +
            "another file."],
        "key-damaged": ["file", "This key file is damaged. Use another copy of it, or type the " +
            "recovery sheet."],
        "key-halves": ["file", "The two halves of this key file do not belong together. Type the " +
            "recovery sheet instead, and tell whoever looks after the mailbox."],
        "passphrase": ["passphrase", "The passphrase is wrong. Try again, slowly; there is no " +
            "limit."],
        "memory": ["file", "This device has not enough memory to open the key. Close other " +
            "programs, or use a computer."],
    };

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
            else if (packets.looksLike(text))
                wrong.push(this.wrong("file", "This is a packet. Your key file belongs here."));
            const sheet = text !== null && formats.looksLikeSheet(text);
            if (!sheet && this.at("passphrase").value === "")
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

    return {WRONG, KeyFields, NewPassphrase};
})();
