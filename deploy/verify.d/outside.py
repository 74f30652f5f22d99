"""What the stack talks to outside: a receiver of webhooks over HTTPS, and a
mail server. What arrives is appended to a file as JSON lines."""

import http.server
import json
import socketserver
import ssl
import threading

ARRIVED = "/arrived/arrived.jsonl"
lock = threading.Lock()


def note(entry):
    with lock, open(ARRIVED, "a") as file:
        file.write(json.dumps(entry) + "\n")


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        signed = {name: self.headers.get("webhook-" + name) for name in ("id", "timestamp", "signature")}
        note({"kind": "webhook", **signed, "body": body.decode()})
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Mail(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 outside")
        to = []
        while line := self.rfile.readline():
            verb = line.strip().decode(errors="replace")
            if verb.upper().startswith("RCPT"):
                to.append(verb)
            if verb.upper() == "DATA":
                self.say("354 go on")
                text = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    text += line
                note({"kind": "mail", "to": to, "text": text.decode(errors="replace")})
                to = []
            if verb.upper() == "QUIT":
                self.say("221 bye")
                return
            self.say("250 outside")


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


hooks = http.server.ThreadingHTTPServer(("", 8443), Hook)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("/tls/cert.pem", "/tls/key.pem")
hooks.socket = tls.wrap_socket(hooks.socket, server_side=True)
threading.Thread(target=hooks.serve_forever, daemon=True).start()
MailServer(("", 1025), Mail).serve_forever()
