"use strict";
/* page.js: opening a packet, and the beginning of everything. */
(() => {
    const {byId, Wrong, readFile, onSend, show, forgetAll} = ui;
    const {WRONG, KeyFields} = fields;

    /* One key, and a second where two have to open. */
    class Keys {
        constructor() {
            this.first = new KeyFields(byId("open-keys"), "key", "Your key");
            this.second = null;
            this.more = byId("second");
            this.more.addEventListener("click", () => this.turn());
        }
        get all() {
            return this.second ? [this.first, this.second] : [this.first];
        }
        turn() {
            if (this.second) {
                this.second.whole.remove();
                this.second = null;
                this.more.textContent = "Add a second keyholder’s key";
            } else {
                this.second = new KeyFields(byId("open-keys"), "second-key", "The second key");
                this.more.textContent = "Take the second key away";
                this.second.at("file").focus();
            }
        }
        async missing() {
            const wrong = [];
            for (const key of this.all)
                wrong.push(...await key.missing());
            return wrong;
        }
    }

    async function wrongPacket(input) {
        const text = await readFile(input);
        if (text === null)
            return [new Wrong("packet", "Choose the packet you were sent.")];
        return formats.looksLikeKey(text) || formats.looksLikeSheet(text)
            ? [new Wrong("packet", "This is a key. The packet belongs here.")] : [];
    }

    function refusal(error) {
        if (error.code === "packet-two" && error.names.length > 0)
            return new Wrong("packet", "It takes two keyholders to open this one. Send this packet " +
                `to ${error.names.join(" or ")}, who can approve it with this page; or let them add ` +
                "their key below yours.");
        return error.code ? new Wrong(...WRONG[error.code]) : error;
    }

    async function openWith(packet, keys) {
        const holders = [];
        let asked = null;
        try {
            for (const key of keys.all)
                holders.push(await key.read());
            const got = packets.openPacket(await readFile(packet), holders);
            keys.all.forEach(key => key.clear());
            asked = got.confirm ? got : null;
            if (asked)
                opened.showConfirm(asked);
            else
                opened.showOpened(got);
        } catch (error) {
            throw refusal(error);
        } finally {
            if (!asked) /* to confirm takes the key once more, after it was asked for */
                holders.forEach(formats.forget);
        }
    }

    function openTask() {
        const keys = new Keys(), packet = byId("packet");
        packet.addEventListener("change", async () => {
            const text = await readFile(packet);
            const two = text !== null && packets.takesTwo(text);
            byId("two").hidden = byId("two-more").hidden = !two;
        });
        onSend(byId("open-form"), async () =>
            [...await wrongPacket(packet), ...await keys.missing()], () => openWith(packet, keys));
    }

    async function start() {
        await sodium.ready;
        openTask();
        keys.makeTask();
        keys.checkTask();
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
