"use strict";
/* opened.js: who wrote, how sure that is, and the letters, for somebody who is worried. */
const opened = (() => {
    const {byId, el, button, save, moment, many, size, show, forgetAll} = ui;

    const SURE = {
        pass: ["✓ Sure of the account.", "The school’s mail server vouched for this sender. It " +
            "cannot say who sat at the keyboard."],
        none: ["? Likely, not certain.", "There is no evidence either way. It is most likely that " +
            "account; look for other signs before you act on the name alone."],
        fail: ["! Doubtful.", "The school’s mail server says that this may be forged: somebody may " +
            "be writing under this name. Go gently, and look for other signs."],
        nobody: ["? Not known.", "There is no address that can be read, and no evidence of who " +
            "wrote."],
        mixed: ["? Not the same for each letter.", "The school’s mail server vouched for some of " +
            "these letters and not for others. See each letter below."],
    };

    const SURE_COLOURS = {mixed: "none", nobody: "none"};

    const GROUNDS = {
        danger: "somebody may come to harm soon", harm: "somebody has been harmed",
        abuse: "a child-protection concern", threat: "somebody is threatened by the writer",
        court: "a court, or the police with the power to ask", asked: "the child has asked for it",
    };

    const textOf = value => typeof value === "string" && value !== "" ? value : null;
    const authOf = who => ["pass", "fail"].includes(who.auth) ? who.auth : "none";

    /* One person for each address, in the order in which they first wrote. */
    function writers(messages) {
        const found = new Map();
        for (const {who} of messages) {
            const address = textOf(who.from) || textOf(who.from_text) || "";
            const one = found.get(address) ||
                {address, names: new Set(), auth: new Set(), letters: 0};
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
            return [el("p", {class: "soft"}, "The letter itself is not in this packet.")];
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
                      ["Together with", packet.second], ["When", moment(packet.at)],
                      ["Ground", GROUNDS[packet.ground] || packet.ground],
                      ["Reason", packet.reason]];
        const said = rows.filter(([, value]) => textOf(value));
        return el("dl", {}, ...said.flatMap(([name, value]) =>
            [el("dt", {}, name), el("dd", {}, value)]));
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

    /* What the host has sealed into the letter itself; nothing that somebody wrote, and nothing that a
     * packet says around it. One letter without it, and it is no practice. */
    function practiceBox(messages) {
        if (messages.length === 0 || !messages.every(({who}) => who.practice === true))
            return null;
        return el("p", {class: "notice", role: "note"}, el("strong", {}, "This is a practice. "),
            "Nobody has written this, and no child is in danger. Behind the name stands a word of " +
            "two parts: answer the mail that the packet came in with OUTCOME and that word.");
    }

    function showOpened(packet) {
        const people = writers(packet.messages), letters = packet.messages.slice().reverse();
        const total = letters.length;
        const uneven = people.length > 1 || people.some(one => one.auth.size > 1);
        byId("opened").replaceChildren(
            el("h1", {tabindex: "-1"}, "Who wrote"),
            ...[practiceBox(packet.messages)].filter(box => box !== null),
            ...(people.length > 1 ? [el("p", {class: "notice"}, `These letters came from ` +
                `${people.length} addresses. Look at each.`)] : []),
            ...people.map(one => writerCard(one, total)),
            ...(packet.brief ? [el("p", {class: "notice"}, "The letters were left out, to keep the " +
                "mail small. A packet made with “worrybox unseal” at the school’s machine has " +
                "them.")] : []),
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

    /* The second of two keyholders: they see what is asked, never who wrote. */
    function showConfirm(packet) {
        const who = packet.holder || "Another keyholder";
        const done = el("p", {role: "status"});
        byId("confirm").replaceChildren(
            el("h1", {tabindex: "-1"}, "You are asked to approve"),
            el("p", {}, `${who} wants to find out who wrote in this conversation, and it takes two ` +
                "keyholders. You will not see who wrote. It stands on the record already that " +
                `${who} has asked.`),
            el("div", {class: "card"}, facts(packet)),
            el("p", {class: "actions"},
                button("Approve, and save the packet for them", "main", () => {
                    save(`${packet.handle}-approved.packet`, packet.confirm());
                    done.textContent = `✓ Saved. Send this file to ${who}, by mail if need be: it ` +
                        "opens with their key alone. Then close this page.";
                }),
                button("Close without approving", "", forgetAll)),
            done);
        show("confirm");
    }

    return {showOpened, showConfirm};
})();
