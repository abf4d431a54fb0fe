"""A real Chromium, as a person uses it: what is typed, clicked, chosen, seen, saved and printed.

It speaks the DevTools protocol over a pipe (file descriptors 3 and 4; messages end with NUL), with
nothing but the standard library. Every connection of the whole browser goes to a proxy of ours,
which counts and refuses it: what leaves the machine in any way is seen."""
import base64
import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time

PROGRAM = shutil.which("chromium")
FLAGS = ["--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability",
         "--disable-client-side-phishing-detection", "--disable-breakpad", "--metrics-recording-only",
         "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
         "--password-store=basic", "--use-mock-keychain", "--disable-gpu", "--disable-dev-shm-usage",
         "--hide-scrollbars", "--lang=en-GB"]
DESKTOP, PHONE, NARROW = (1280, 900, False), (390, 844, True), (320, 640, True)
PATIENCE = 40


class Gone(Exception):
    """The browser has ended, or does not answer."""


class Counter:
    """A proxy that lets nothing through: it notes the first line of what is asked."""

    def __init__(self):
        self.asked = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(one,), daemon=True).start()

    def answer(self, one):
        with one:
            try:
                said = one.recv(4096)
                if said:
                    self.asked.append(said.split(b"\r\n")[0].decode("latin-1"))
                    one.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            except OSError:
                pass  # the browser has given up

    def close(self):
        self.listener.close()


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="browser-")
        self.saved = os.path.join(self.folder, "saved")
        os.mkdir(self.saved)
        self.counter = Counter()
        self.events, self.number, self.rest = [], 0, b""
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        flags = FLAGS + [f"--user-data-dir={self.folder}/profile",
                         f"--proxy-server=http://127.0.0.1:{self.counter.port}",
                         "--proxy-bypass-list=<-loopback>"]
        if os.getuid() == 0:
            flags.append("--no-sandbox")

        def pipes():
            low, high = os.dup(to_read), os.dup(to_write)
            os.dup2(low, 3)
            os.dup2(high, 4)

        env = dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=self.folder,
                   XDG_CACHE_HOME=self.folder, DBUS_SESSION_BUS_ADDRESS="disabled:")
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self.process = subprocess.Popen([PROGRAM, *flags, "about:blank"], preexec_fn=pipes,
                                            close_fds=False, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=env, start_new_session=True)
        os.close(to_read)
        os.close(to_write)
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=self.saved,
                  eventsEnabled=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        try:
            self.call("Browser.close")
        except (Gone, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        os.close(self.to)
        os.close(self.back)
        self.counter.close()
        for _ in range(20):  # children of it may still write
            shutil.rmtree(self.folder, ignore_errors=True)
            if not os.path.exists(self.folder):
                return
            time.sleep(0.1)

    # -- the protocol

    def message(self, seconds):
        """The next message; None where none comes in this time."""
        end = time.monotonic() + seconds
        while b"\0" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.back], [], [], left)[0]:
                return None
            more = os.read(self.back, 1 << 20)
            if not more:
                raise Gone("the browser has ended")
            self.rest += more
        one, _, self.rest = self.rest.partition(b"\0")
        return json.loads(one)

    def call(self, method, session=None, **params):
        self.number += 1
        mine = self.number
        ask = {"id": mine, "method": method, "params": params}
        if session:
            ask["sessionId"] = session
        data = json.dumps(ask).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            got = self.message(end - time.monotonic())
            if got is None:
                break
            if got.get("id") == mine:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']}")
                return got["result"]
            if "method" in got:
                self.events.append(got)
        raise Gone(f"no answer to {method}")

    def wait_event(self, method, matches=lambda params: True):
        """The parameters of the first such event that has not been taken yet."""
        end = time.monotonic() + PATIENCE
        while True:
            for event in self.events:
                if event["method"] == method and matches(event["params"]):
                    self.events.remove(event)
                    return event["params"]
            got = self.message(max(0.01, end - time.monotonic()))
            if got is not None and "method" in got:
                self.events.append(got)
            if time.monotonic() > end:
                raise Gone(f"no {method}")

    def page(self, path, size=DESKTOP, dark=False):
        return Page(self, "file://" + os.path.abspath(path), size, dark)


class Page:
    """One tab."""

    def __init__(self, browser, address, size, dark):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target,
                                    flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "Accessibility"):
            self.call(f"{domain}.enable")
        self.size(*size)
        if dark:
            self.call("Emulation.setEmulatedMedia", features=[
                {"name": "prefers-color-scheme", "value": "dark"}])
        self.call("Page.addScriptToEvaluateOnNewDocument", source="""
            window.violations = [];
            document.addEventListener("securitypolicyviolation",
                event => window.violations.push(event.violatedDirective + " " + event.blockedURI));
            window.printed = 0;
            window.print = () => window.printed++;""")
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def size(self, width, height, mobile):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=mobile)

    # -- what is there

    def ask(self, expression):
        """The value of this JavaScript, which may be a promise."""
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                        awaitPromise=True, userGesture=True)
        if "exceptionDetails" in got:
            raise RuntimeError(f"{expression}: {got['exceptionDetails']}")
        return got["result"].get("value")

    def wait(self, expression):
        end = time.monotonic() + PATIENCE
        while not self.ask(expression):
            if time.monotonic() > end:
                raise Gone(f"never: {expression}\n{self.text}")
            time.sleep(0.03)

    @property
    def text(self):
        return self.ask("document.body.innerText")

    def shown(self, selector):
        return self.ask(f"(one => one !== null && one.checkVisibility())"
                        f"(document.querySelector({json.dumps(selector)}))")

    def focused(self):
        return self.ask("document.activeElement.id || document.activeElement.textContent.trim()")

    def mine(self, method):
        return [event["params"] for event in self.browser.events
                if event["method"] == method and event.get("sessionId") == self.session]

    def requests(self):
        """Every address this tab has asked for, but itself and what is inside it. What its policy
        stopped has not been asked for."""
        stopped = {event["requestId"] for event in self.mine("Network.loadingFailed")
                   if event.get("blockedReason") == "csp"}
        return [event["request"]["url"] for event in self.mine("Network.requestWillBeSent")
                if event["requestId"] not in stopped
                and not event["request"]["url"].startswith(("file:", "blob:", "data:"))]

    def errors(self):
        """What the browser's console has to complain of; breaches of the policy are apart, in
        window.violations (those in a letter's own HTML are as they should be)."""
        return self.mine("Runtime.exceptionThrown") + [
            event for event in self.mine("Log.entryAdded")
            if event["entry"]["level"] == "error" and event["entry"]["source"] != "security"]

    # -- what a person does

    def find(self, selector):
        got = self.call("Runtime.evaluate",
                        expression=f"document.querySelector({json.dumps(selector)})")
        return got["result"]["objectId"]

    def choose(self, selector, path):
        self.call("DOM.setFileInputFiles", files=[path], objectId=self.find(selector))

    def click(self, text, within="body"):
        """A button, link or summary by what it says."""
        self.ask(f"""[...document.querySelectorAll({json.dumps(within)} + " button, " +
            {json.dumps(within)} + " summary, " + {json.dumps(within)} + " label")]
            .find(one => one.checkVisibility() &&
                  one.textContent.trim().startsWith({json.dumps(text)})).click()""")

    def type(self, selector, text):
        self.ask(f"document.querySelector({json.dumps(selector)}).focus()")
        self.ask(f"document.querySelector({json.dumps(selector)}).value = ''")
        self.call("Input.insertText", text=text)

    def key(self, key, code=None, text=None):
        numbers = {"Tab": 9, "Enter": 13, " ": 32}
        more = {"text": text} if text else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key,
                      windowsVirtualKeyCode=numbers[key], **(more if kind == "keyDown" else {}))

    def saved(self, act):
        """The path of the file that `act` makes the page save."""
        act()
        begun = self.browser.wait_event("Browser.downloadWillBegin")
        self.browser.wait_event("Browser.downloadProgress", lambda params:
                                params["guid"] == begun["guid"] and params["state"] == "completed")
        return os.path.join(self.browser.saved, begun["suggestedFilename"])

    # -- pictures and paper

    def picture(self, path):
        """All of the page as PNG."""
        got = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(got["data"]))

    def paper(self):
        """(pages, PDF) on A4."""
        got = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69,
                        preferCSSPageSize=False, printBackground=False)
        pdf = base64.b64decode(got["data"])
        return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page "), pdf

    def tree(self):
        """[(role, name)] of what a screen reader is told."""
        return [(node["role"]["value"], (node.get("name") or {}).get("value", ""))
                for node in self.call("Accessibility.getFullAXTree")["nodes"]
                if not node.get("ignored") and "role" in node]
