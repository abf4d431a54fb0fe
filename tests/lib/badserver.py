"""badserver: a mail server on loopback that behaves badly in one way, and writes down every byte it
was told, decrypted where it came under TLS.

    with Server("imap", "expired", certs, tls=True) as server:
        ... connect to server.port ...
    server.heard  # bytes

What it does is told by `kind`: one of the certificates of certs.sh ("good", "expired" ...), and with
`how` one of the ways in WAYS. `tls` is "yes", "starttls" or "no".
"""
import base64
import os
import socket
import ssl
import threading
import time

WAYS = """
honest        does all as it should
tls10         speaks TLS 1.0 only
stripped      does not offer STARTTLS
injected      answers in the clear after its OK to STARTTLS
preauth       says that one is logged in already
stalled       accepts, and never says a word
slow          one byte a second
closing       closes right after accepting
disabled      has LOGIN switched off
bye           says BYE after the login
garbage       answers what is no IMAP or SMTP
flood         a line without an end
nouidplus     has no UIDPLUS
refuses       takes no login
uninvited     hands over a mail that was not asked for, and one twice
folders       has a folder whose name is a command, cannot search for words, hands over headers that
              were not asked for
no-list       will not list its folders
partial       says NO to a range, and to one mail of it
drop-data     (SMTP) closes after the final dot, without an answer
drop-idle     (SMTP) closes the connection after each mail
no-rcpt       (SMTP) 550 to the recipient
later         (SMTP) 450 to the recipient
no-data       (SMTP) 554 to the content
later-data    (SMTP) 451 to the content
no-sender     (SMTP) 550 to the sender
no-pipe       (SMTP) has no PIPELINING
"""
MAIL = b"From: a@h.example\r\nSubject: x\r\n\r\nhel\0lo\r\n"


class Server:
    def __init__(self, proto, how, certs, tls="yes", cert="good"):
        self.proto, self.how, self.tls, self.cert, self.certs = proto, how, tls, cert, certs
        self.heard = b""
        self.mails = []
        self.connections = 0
        self.stop = False

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.thread.join(0.2)  # what sleeps is left to sleep

    def serve(self):
        while not self.stop:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            self.conn = conn
            try:
                self.talk(conn)
            except (OSError, EOFError, ssl.SSLError, ValueError):
                pass
            finally:
                conn.close()
                self.conn.close()

    # ---- the wire -----------------------------------------------------------------------------

    def wrap(self, conn):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(self.certs, self.cert + ".pem"))
        if self.how == "tls10":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1
        return context.wrap_socket(conn, server_side=True)

    def line(self):
        while b"\n" not in self.buffer:
            got = self.conn.recv(65536)
            if not got:
                raise EOFError
            self.heard += got
            self.buffer += got
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def say(self, text):
        data = text if isinstance(text, bytes) else (text + "\r\n").encode()
        if self.how != "slow":
            self.conn.sendall(data)
            return
        for i in range(len(data)):
            self.conn.sendall(data[i:i + 1])
            time.sleep(1)

    def talk(self, conn):
        conn.settimeout(20)
        self.buffer = b""
        if self.how == "closing":
            return
        if self.how == "stalled":
            while not self.stop:
                time.sleep(0.05)
            return
        self.conn = self.wrap(conn) if self.tls == "yes" else conn
        self.secure = self.tls == "yes"
        (self.imap if self.proto == "imap" else self.smtp)()
        try:
            self.conn.unwrap() if self.secure else None
        except OSError:
            pass

    def start_tls(self, ok, more):
        if self.how == "injected":
            self.conn.sendall((ok + "\r\n" + more + "\r\n").encode())
        else:
            self.say(ok)
        self.conn = self.wrap(self.conn)
        self.secure = True
        self.buffer = b""

    def flood(self):
        self.how = "honest"
        self.say(b"* OK " if self.proto == "imap" else b"250-")
        while True:
            self.say(b"x" * 65536)

    # ---- IMAP ---------------------------------------------------------------------------------

    def abilities(self):
        words = ["IMAP4rev1"]
        if self.tls == "starttls" and not self.secure and self.how != "stripped":
            words.append("STARTTLS")
        if self.how == "disabled":
            words.append("LOGINDISABLED")
        if self.how != "nouidplus":
            words.append("UIDPLUS")
        return " ".join(words + ["AUTH=XOAUTH2"])

    def imap(self):
        self.say("* PREAUTH welcome" if self.how == "preauth" else "* OK ready")
        while True:
            parts = self.line().split(" ")
            tag, verb = parts[0], " ".join(parts[1:2]).upper()
            if verb == "UID":
                verb = "UID " + parts[2].upper()
            if self.how == "garbage" and verb == "CAPABILITY":
                self.say(b"\x00\xff))) no such thing\r\n* 1 FETCH (((((\r\n")
                return
            if self.how == "flood" and verb == "CAPABILITY":
                self.flood()
            if verb == "LOGOUT":
                self.say("* BYE")
            self.imap_answer(tag, verb, parts)
            if verb == "LOGOUT":
                return

    def imap_answer(self, tag, verb, parts):
        if verb == "CAPABILITY":
            self.say("* CAPABILITY " + self.abilities())
        elif verb == "STARTTLS":
            self.start_tls(tag + " OK begin", "* CAPABILITY IMAP4rev1 UIDPLUS")
            return
        elif verb in ("LOGIN", "AUTHENTICATE") and self.how in ("refuses", "disabled"):
            if verb == "AUTHENTICATE":
                self.say("+ " + base64.b64encode(b'{"status":"400"}').decode())
                self.line()
            self.say(tag + " NO [AUTHENTICATIONFAILED] go away pupil@h.example")
            return
        elif verb == "SELECT":
            self.say("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x")
            if self.how == "bye":
                self.say("* BYE so long")
                raise EOFError
            self.say(tag + " OK [READ-WRITE] done")
            return
        elif verb == "LIST" and self.how == "no-list":
            self.say(tag + " NO not to box@h.example")
            return
        elif verb == "LIST" and self.how == "folders":
            self.say('* LIST (\\Sent) "/" {17}\r\nSe"\r\nZ1 DELETE Tr\r\n* LIST (\\Trash) "/" Trash')
        elif verb == "UID SEARCH" and "FROM" in parts:
            self.say(tag + " NO cannot")
            return
        elif verb == "UID SEARCH":
            self.say("* SEARCH 5 4")
        elif verb == "UID FETCH":
            if not self.imap_fetch(parts):
                self.say(tag + " NO some have gone")
                return
        self.say(tag + " OK done")

    def imap_fetch(self, parts):
        if "HEADER.FIELDS" in " ".join(parts):
            for uid, name in ((9, "box"), (5, "pupil"), (4, "box"), (4, "box")):
                head = "From: %s@h.example\r\nMessage-ID: <%s@h.example>\r\n\r\n" % (name, "a" * 26)
                self.say("* 1 FETCH (UID %d BODY[HEADER.FIELDS (MESSAGE-ID FROM)] {%d}\r\n%s)" %
                         (uid, len(head), head))
            return True
        if "BODY.PEEK[]" not in " ".join(parts):
            self.say("* 1 FETCH (UID 5 RFC822.SIZE %d)" % len(MAIL))
            return True
        uids = [8, 5, 5] if self.how == "uninvited" else [5]
        if self.how == "partial":
            uids = {"5:8": [5], "7": [7]}.get(parts[3], [])
        for uid in uids:
            self.say(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(MAIL)) + MAIL + b")\r\n")
        return self.how != "partial" or parts[3] == "7"

    # ---- SMTP ---------------------------------------------------------------------------------

    def smtp(self):
        self.say("220 mx.h.example ready")
        while True:
            text = self.line()
            verb = text.split(" ")[0].upper()
            if self.how == "garbage" and verb == "EHLO":
                self.say("what do you want from me")
                return
            if self.how == "flood" and verb == "EHLO":
                self.flood()
            if self.smtp_answer(verb, text):
                return

    def smtp_answer(self, verb, text):
        if verb == "EHLO":
            words = ["mx.h.example", "8BITMIME", "SIZE 40000000", "AUTH PLAIN LOGIN XOAUTH2"]
            if self.how != "no-pipe":
                words.append("PIPELINING")
            if self.tls == "starttls" and not self.secure and self.how != "stripped":
                words.append("STARTTLS")
            for word in words[:-1]:
                self.say("250-" + word)
            self.say("250 " + words[-1])
        elif verb == "STARTTLS":
            self.start_tls("220 go", "250 mx.h.example AUTH PLAIN")
        elif verb == "AUTH":
            self.smtp_auth(text)
        elif verb == "MAIL":
            self.mail_ok = self.how != "no-sender"
            self.say("250 ok" if self.mail_ok else "550 not you pupil@h.example")
        elif verb == "RCPT":
            code = {"no-rcpt": "550 who", "later": "450 not now"}.get(self.how, "250 ok")
            self.rcpt_ok = self.mail_ok and code.startswith("250")
            self.say(code if self.mail_ok else "503 no sender")
        elif verb == "DATA" and not self.rcpt_ok:
            self.say("503 nobody")
        elif verb == "DATA":
            return self.smtp_data()
        elif verb == "QUIT":
            self.say("221 bye")
            return True
        else:
            self.say("250 ok")
        return False

    def smtp_auth(self, text):
        self.say("334 ")
        self.line()
        if "LOGIN" in text:
            self.say("334 ")
            self.line()
        if self.how == "refuses" and "XOAUTH2" in text:
            self.say("334 " + base64.b64encode(b'{"status":"400"}').decode())
            self.line()
        self.say("535 wrong pupil@h.example" if self.how == "refuses" else "235 ok")

    def smtp_data(self):
        self.say("354 go on")
        lines = []
        while (line := self.line()) != ".":
            lines.append(line)
        self.mails.append("\n".join(lines))
        if self.how == "drop-data":
            return True
        self.say({"no-data": "554 no", "later-data": "451 wait"}.get(self.how, "250 taken"))
        return self.how == "drop-idle"
