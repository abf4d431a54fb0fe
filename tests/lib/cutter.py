"""cutter: a server on loopback that hands everything on to another, both sides under TLS, and once,
at a phrase, breaks the connection off (RST), as a bad line or a restarted firewall does.

    with Cutter(host.imaps, certificate, ca) as cutter:
        cutter.cut("client", b"UID EXPUNGE", "answer")   # the server hears it; its answer is lost
        cutter.cut("client", b"UID EXPUNGE", "before")   # the server does not even hear it
        cutter.cut("server", b"half of a mail", "after") # the client hears just so much
        ... connect to cutter.port ...
        cutter.cuts                                      # how often it has done so
"""
import socket
import ssl
import struct
import threading


class Cutter:
    def __init__(self, port, certificate, ca):
        self.target = port
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(certificate)
        self.client = ssl.create_default_context(cafile=ca)
        self.who = None
        self.cuts = 0

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def cut(self, who, phrase, when):
        self.phrase, self.when, self.who = phrase, when, who

    def accept(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(conn,), daemon=True).start()

    def talk(self, conn):
        try:
            near = self.server.wrap_socket(conn, server_side=True)
            far = self.client.wrap_socket(
                socket.create_connection(("127.0.0.1", self.target)), server_hostname="localhost")
        except OSError:
            conn.close()
            return
        self.hand_on(near, far)

    def hand_on(self, near, far):
        """One thread for both ways: whoever has something to say is heard in turn."""
        import select
        ends = {"client": (near, far), "server": (far, near)}
        before = {"client": b"", "server": b""}
        last = None  # a cut that waits for the server's answer
        try:
            while True:
                ready = [near] if near.pending() else [far] if far.pending() else \
                    select.select([near, far], [], [], 60)[0]
                for who, (source, sink) in ends.items():
                    if source not in ready:
                        continue
                    data = source.recv(65536)
                    if not data or (last and who == "server"):
                        return self.break_off(near, far) if last else self.end(near, far)
                    seen = before[who] + data
                    before[who] = seen[-200:]
                    at = seen.find(self.phrase) if self.who == who else -1
                    if at < 0:
                        sink.sendall(data)
                        continue
                    self.who = None
                    if self.when == "answer":
                        sink.sendall(data)
                        last = True
                        continue
                    if self.when == "after":
                        keep = at + len(self.phrase) - (len(seen) - len(data))
                        sink.sendall(data[:max(keep, 0)])
                    return self.break_off(near, far)
        except OSError:
            self.end(near, far)

    def break_off(self, near, far):
        self.cuts += 1
        for one in (near, far):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.end(near, far)

    @staticmethod
    def end(near, far):
        for one in (near, far):
            one.close()
