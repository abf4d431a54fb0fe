"use strict";
/* keys.js: making a key, checking one, and its recovery sheet. */
const keys = (() => {
    const {byId, el, button, save, day, Wrong, onSend, show, forgetAll, beforeLeaving} = ui;
    const {KeyFields, NewPassphrase} = fields;

    /* ---- on paper ---------------------------------------------------------------------------- */

    function groups(holder) {
        return el("p", {class: "groups"},
                  ...formats.sheetGroups(holder).map(group => el("span", {}, group, " ")));
    }

    function paperSheet(holder, name) {
        return [
            el("h1", {}, name ? `Recovery sheet of ${name}` : "Recovery sheet"),
            el("p", {}, `Key ${formats.fingerprint(holder)}, printed on ${day(Date.now() / 1000)}.`),
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

    /* ---- making and checking ----------------------------------------------------------------- */

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
        onSend(byId("make-form"),
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
        box.append(el("div", {class: "field"}, el("label", {for: "renew-name"}, "Your short name"),
                      name, el("p", {class: "error", id: "renew-name-error", role: "alert"})));
        form.append(box, el("p", {class: "actions"},
                            el("button", {type: "submit"}, "Make a new key file")));
        const fresh = new NewPassphrase(box, "renew");
        onSend(form, () => [...wrongName("renew-name"), ...fresh.missing()], () => {
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
                `${formats.fingerprint(holder)}. Whoever asks for its fingerprint wants these letters.`),
            el("ol", {class: "steps"}, sheetStep(holder, "Its recovery sheet"),
                publicStep(holder, "Its public line",
                           "It is no secret: it stands in people.conf, behind your name.")),
            renewForm(holder),
            el("p", {class: "actions"}, button("Close and forget", "main", forgetAll)));
        show("checked");
    }

    function checkTask() {
        const key = new KeyFields(byId("check-keys"), "check-key", "Your key");
        onSend(byId("check-form"), () => key.missing(), async () => {
            const holder = await key.read();
            key.clear();
            showChecked(holder);
        });
    }

    return {makeTask, checkTask};
})();
