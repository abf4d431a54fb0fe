"use strict";
/* ui.js: what every part of the page needs: elements, what is wrong with a field, slow work, saving,
 * moving about. Everything that came from a packet or a file is put into the page as text, never as
 * HTML. */
const ui = (() => {
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

    function save(name, data) {
        const address = URL.createObjectURL(new Blob([data], {type: "application/octet-stream"}));
        const link = el("a", {href: address, download: name});
        link.click();
        setTimeout(() => URL.revokeObjectURL(address), 60000);
    }

    /* ---- words ------------------------------------------------------------------------------- */

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

    /* ---- forms ------------------------------------------------------------------------------- */

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

    async function readFile(input) {
        if (input.files.length === 0)
            return null;
        try {
            return new TextDecoder().decode(await input.files[0].arrayBuffer());
        } catch (error) { /* it has changed since it was chosen, or is gone */
            input.value = "";
            throw new Wrong(input.id, "This file cannot be read. Choose it again.");
        }
    }

    const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)));

    /* A fault of the page itself: it is said, too. */
    const fault = error => "This did not work, and that is a fault of this page. Try another " +
        `browser, or ask for the command line. (${error.name}: ${error.message})`;

    /* Runs `work` when a form is sent; `missing` answers what has to be typed first. */
    function onSend(form, missing, work) {
        const send = form.querySelector("[type=submit]");
        const busy = el("p", {class: "busy", role: "status"});
        const failed = el("p", {class: "error", role: "alert"});
        form.append(busy, failed);
        async function act() {
            const wrong = await missing();
            if (wrong.length > 0) {
                wrong.map(complain)[0].focus();
                return;
            }
            busy.textContent = "One moment: this can take some seconds.";
            await painted();
            await work();
        }
        form.addEventListener("submit", async event => {
            event.preventDefault();
            if (send.getAttribute("aria-disabled") === "true")
                return;
            send.setAttribute("aria-disabled", "true");
            calm(form);
            try {
                await act();
            } catch (error) {
                if (error instanceof Wrong)
                    complain(error).focus();
                else
                    failed.textContent = fault(error);
            } finally {
                busy.textContent = "";
                send.removeAttribute("aria-disabled");
            }
        });
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

    return {byId, el, button, save, day, moment, many, size, Wrong, readFile, onSend, show,
            forgetAll, beforeLeaving};
})();
