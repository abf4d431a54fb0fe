"""mailhost: the mail server of a school, on loopback: a private Dovecot and a private Postfix that
delivers into it (dovecot.sh, postfix.sh). Only root can run it.

    with MailHost(folder, "h.example", {"box": "secret", "anna": "other"}) as host:
        host.send("anna", ["box@h.example"], raw, "laptop")  # as a mail program: SMTP, TLS, AUTH
        host.settle()                                        # until all of it has been delivered
        host.mails("box")                                    # as a mail program: IMAP over TLS

Users are local parts and log in with their whole address.
"""
import imaplib
import os
import shutil
import smtplib
import ssl
import subprocess
import time

LIB = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 20  # seconds, for anything that has to happen


def free_ports(count):
    import socket
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class MailHost:
    def __init__(self, folder, domain, users):
        self.folder, self.domain, self.users = folder, domain, dict(users)
        self.dovecot, self.postfix = folder + "/dovecot", folder + "/postfix"
        self.imaps, self.imap, self.smtps, self.submission = free_ports(4)
        for name in (self.dovecot, self.postfix):
            os.makedirs(name)
            os.chmod(name, 0o711)
        subprocess.run([LIB + "/certs.sh", folder], check=True)
        self.ca, self.certificate = folder + "/ca.pem", folder + "/good.pem"
        for name in (self.dovecot, self.postfix):
            shutil.copy(self.certificate, name + "/cert.pem")
        self.tls = ssl.create_default_context(cafile=self.ca)
        for user, password in self.users.items():
            self.shell(f"dovecot_user {self.dovecot} {self.address(user)} {password}")
        self.known = list(users)
        self.know()

    def __enter__(self):
        self.start_dovecot()
        self.start_postfix()
        return self

    def __exit__(self, *_):
        self.stop_postfix()
        self.stop_dovecot()

    def address(self, user):
        return f"{user}@{self.domain}"

    # ---- the servers --------------------------------------------------------------------------

    def shell(self, line, **env):
        subprocess.run(["bash", "-c", f". {LIB}/dovecot.sh; . {LIB}/postfix.sh; {line}"],
                       check=True, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                       timeout=60)

    def start_dovecot(self):
        more = ("auth_failure_delay = 0\n"  # nor are wrong passwords to make the right ones wait
                "service anvil {\n unix_listener anvil-auth-penalty {\n  mode = 0\n }\n}\n"
                "service auth {\n unix_listener %s/sasl {\n  mode = 0666\n }\n}\n" % self.dovecot)
        self.shell(f"dovecot_start {self.dovecot} {self.imaps} {self.imap} {self.dovecot}/lmtp",
                   DOVECOT_MORE=more)

    def stop_dovecot(self):
        self.shell(f"dovecot_stop {self.dovecot}")

    def start_postfix(self):
        self.shell(f"postfix_start {self.postfix} {self.smtps} {self.submission} {self.domain} "
                   f"{self.dovecot}/lmtp {self.dovecot}/sasl")

    def stop_postfix(self):
        self.shell(f"postfix_stop {self.postfix}")

    def know(self, forget=(), again=()):
        """Postfix knows these addresses from now on, and refuses all others."""
        self.known = [user for user in self.known if user not in forget] + list(again)
        with open(self.postfix + "/recipients", "w") as file:
            file.write("".join(f"{self.address(user)} x\n" for user in self.known))
        old = time.time() - 60  # what is newer Postfix takes for half written, and waits
        os.utime(file.name, (old, old))

    def leave(self, user):
        """The mailbox is gone, and Postfix does not know it yet: mail to it bounces."""
        with open(self.dovecot + "/users") as file:
            rest = [line for line in file if not line.startswith(self.address(user) + ":")]
        with open(self.dovecot + "/users", "w") as file:
            file.writelines(rest)
        time.sleep(1.1)  # Dovecot looks at that file once a second
        del self.users[user]

    # ---- as a mail program --------------------------------------------------------------------

    def send(self, user, to, raw, name):
        with smtplib.SMTP_SSL("localhost", self.smtps, context=self.tls, local_hostname=name) as s:
            s.login(self.address(user), self.users[user])
            s.sendmail(self.address(user), to, raw)

    def settle(self):
        """Waits until nothing is under way, the bounces included."""
        end = time.monotonic() + PATIENCE
        quiet = 0
        while quiet < 2:
            busy = any(names for part in ("incoming", "active", "maildrop", "deferred", "defer")
                       for _, _, names in os.walk(f"{self.postfix}/queue/{part}"))
            quiet = 0 if busy else quiet + 1
            assert time.monotonic() < end, "the mail server does not come to rest"
            time.sleep(0.02)

    def login(self, user):
        imap = imaplib.IMAP4_SSL("localhost", self.imaps, ssl_context=self.tls)
        imap.login(self.address(user), self.users[user])
        return imap

    def mails(self, user, folder="INBOX"):
        """Every mail of the folder, oldest first; bytes."""
        with self.login(user) as imap:
            if imap.select(folder, readonly=True)[0] != "OK" or imap.untagged_responses["EXISTS"] \
                    == [b"0"]:
                return []
            return [part[1] for part in imap.uid("fetch", "1:*", "(BODY.PEEK[])")[1]
                    if isinstance(part, tuple)]

    def count(self, user):
        """How many mails are in the INBOX; quicker than to log in."""
        top = f"{self.dovecot}/mail/{self.address(user)}"
        return sum(len(os.listdir(f"{top}/{name}")) for name in ("new", "cur")
                   if os.path.isdir(f"{top}/{name}"))

    def append(self, user, folder, raw):
        with self.login(user) as imap:
            imap.append(folder, None, None, raw)

    def files(self, user):
        """Every mail of the user's as it lies on disk: {path below the Maildir: bytes}."""
        top = f"{self.dovecot}/mail/{self.address(user)}"
        found = {}
        for folder, _, names in os.walk(top):
            if os.path.basename(folder) in ("cur", "new", "tmp"):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as file:
                        found[os.path.relpath(os.path.join(folder, name), top)] = file.read()
        return found

    def new_validity(self, user):
        """The INBOX is made anew with the same mails: other numbers, another UIDVALIDITY. What was
        \\Deleted, or seen, is so no longer."""
        top = f"{self.dovecot}/mail/{self.address(user)}"
        self.stop_dovecot()
        for name in os.listdir(top):
            if name.startswith("dovecot"):
                path = os.path.join(top, name)
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        for name in os.listdir(top + "/cur"):
            os.rename(f"{top}/cur/{name}", f"{top}/new/{name.split(':')[0]}")
        self.start_dovecot()
