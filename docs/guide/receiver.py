"""A receiver of webhooks: verifies each, keeps it in received.jsonl.

    python3 receiver.py PORT SECRET

Standard Webhooks has libraries for many languages; this is what they do.
"""

import base64, hashlib, hmac, json, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT, SECRET = int(sys.argv[1]), base64.b64decode(sys.argv[2].removeprefix("whsec_"))
TOLERANCE = None if "--any-time" in sys.argv else 300


class Receiver(BaseHTTPRequestHandler):
    seen = set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        identifier, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        signed = f"{identifier}.{at}.".encode() + body
        wanted = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
        given = [s.removeprefix("v1,") for s in self.headers["webhook-signature"].split()]
        good = any(hmac.compare_digest(wanted, signature) for signature in given)
        recent = TOLERANCE is None or abs(time.time() - int(at)) < TOLERANCE
        if not (good and recent):
            return self.answer(401)
        # The same identifier comes with every try: once is enough.
        if identifier not in self.seen:
            self.seen.add(identifier)
            with open("received.jsonl", "a") as kept:
                kept.write(json.dumps({"id": identifier} | json.loads(body)) + "\n")
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
