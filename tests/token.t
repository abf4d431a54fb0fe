#!/usr/bin/python3
"""What the token programs ask of a stand-in server, and what they never let out."""
import base64
import json
import os
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

TMP = os.environ["TMPDIR"]
number = 0
asked = []
answer = [200, b'{"access_token": "eyJ.token", "expires_in": 3599}', {}]


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked.append((self.path, dict(urllib.parse.parse_qsl(body))))
        self.send_response(answer[0])
        for key, value in answer[2].items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(answer[1])

    def log_message(self, *_):
        pass


def ok(good, name, note=""):
    global number
    number += 1
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not good:
        print("#", note)


def run(*argv):
    asked.clear()
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def put(name, text, mode=0o600):
    path = os.path.join(TMP, name)
    with open(path, "w", opener=lambda p, f: os.open(p, f, mode)) as file:
        file.write(text)
    os.chmod(path, mode)
    return path


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"

# ---- Microsoft ----
good = f"# for the box\ntenant  t/1\nclient  c2\nsecret  s3cret~ with blank\nendpoint {url}/{{}}/token\n"
path = put("microsoft", good)
said = run("contrib/token-microsoft", path)
ok(said == (0, "eyJ.token\n", ""), "microsoft: the token is the only line", said)
ok(asked == [("/t%2F1/token", {"grant_type": "client_credentials", "client_id": "c2",
                              "client_secret": "s3cret~ with blank",
                              "scope": "https://outlook.office365.com/.default"})],
   "microsoft: asks with client credentials, for the scope of mail", asked)
for name, text, mode in (("others can read it", good, 0o640),
                         ("no secret", good.replace("secret", "sekret"), 0o600),
                         ("another server in the clear",
                          good.replace("127.0.0.1", "192.0.2.1"), 0o600)):
    said = run("contrib/token-microsoft", put("bad", text, mode))
    ok(said[0] == 1 and said[1] == "" and not asked, f"microsoft: {name}: nothing is asked", said)
for name, reply in (("an error", [401, b'{"error":"s3cret~ invalid"}', {}]),
                    ("no JSON", [200, b"<html>s3cret~</html>", {}]),
                    ("no token", [200, b"[]", {}]),
                    ("a redirect", [307, b"", {"Location": url + "/elsewhere"}])):
    answer[:] = reply
    said = run("contrib/token-microsoft", path)
    ok(said[0] == 1 and said[1] == "" and "s3cret" not in said[2] and len(asked) == 1,
       f"microsoft: {name}: exit 1, once, without a word of it", said)

# ---- Google ----
answer[:] = [200, b'{"access_token": "ya29.token"}', {}]
key = os.path.join(TMP, "key")
subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", key + ".pub"], check=True,
               capture_output=True)
account = {"client_email": "box@project.example", "private_key_id": "k1",
           "private_key": open(key).read(), "token_uri": url + "/token"}
path = put("google.json", json.dumps(account))
said = run("contrib/token-google", path, "box@hillside.example")
ok(said == (0, "ya29.token\n", ""), "google: the token is the only line", said)
form = asked[0][1]
head, claims, signature = form["assertion"].split(".")
decode = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
said = json.loads(decode(claims))
ok(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer" and
   json.loads(decode(head)) == {"alg": "RS256", "typ": "JWT", "kid": "k1"} and
   said["iss"] == "box@project.example" and said["sub"] == "box@hillside.example" and
   said["scope"] == "https://mail.google.com/" and said["aud"] == url + "/token" and
   said["exp"] - said["iat"] == 3600, "google: asks for that mailbox, for mail, for an hour", said)
put("signature", "")
with open(os.path.join(TMP, "signature"), "wb") as file:
    file.write(decode(signature))
verify = subprocess.run(["openssl", "dgst", "-sha256", "-verify", key + ".pub", "-signature",
                         os.path.join(TMP, "signature")], input=f"{head}.{claims}".encode(),
                        capture_output=True)
ok(verify.returncode == 0, "google: signed by the account's key")
bad = dict(account, private_key="no key")
said = run("contrib/token-google", put("bad.json", json.dumps(bad)), "box@hillside.example")
ok(said[0] == 1 and said[1] == "" and not asked, "google: a key that cannot sign: nothing is asked")
said = run("contrib/token-google", put("open.json", json.dumps(account), 0o644), "b@h.example")
ok(said[0] == 1 and not asked, "google: others can read it: nothing is asked", said)

for name in os.listdir(TMP):
    os.unlink(os.path.join(TMP, name))
print(f"1..{number}")
