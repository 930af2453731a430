"""Webhooks of a running server, taken by a receiver on this machine and verified by others' libraries."""

import base64
import json
import queue
import threading
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

WAIT_S = 20


@pytest.fixture
def receiver():
    """The address of a receiver, and the queue of what it was sent: headers and raw body."""
    taken = queue.Queue()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.put((dict(self.headers.items()), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Take)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listener.server_port}/hooks", taken
    listener.shutdown()
    listener.server_close()


def call(server, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {
        "authorization": f"Bearer {server.key}",
        "content-type": "application/json",
        "idempotency-key": str(uuid.uuid4()),
    }
    request = urllib.request.Request(server.url + path, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def verify_ed25519(public_key: str, headers: dict, body: bytes) -> None:
    """Standard Webhooks' `v1a`, which the official Python library does not know: written from its text."""
    prefix, key = public_key.split("_", 1)
    assert prefix == "whpk"
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    names = {name.lower(): value for name, value in headers.items()}
    signed = f"{names['webhook-id']}.{names['webhook-timestamp']}.".encode() + body
    signatures = [one.split(",", 1) for one in names["webhook-signature"].split(" ")]
    ours = [base64.b64decode(text) for version, text in signatures if version == "v1a"]
    assert len(ours) == 1, names["webhook-signature"]
    key.verify(ours[0], signed)


def test_deliveries_are_verified_by_others(server, receiver):
    address, taken = receiver
    endpoint = call(server, "POST", "/v1/endpoints", {"url": address, "kinds": []})
    official = Webhook(endpoint["secret"])
    try:
        call(server, "POST", f"/v1/endpoints/{endpoint['id']}/test", {})
        pool = {"key": f"hooks-{uuid.uuid4().hex[:8]}", "title": "Hooks – größer", "units": 3}
        call(server, "POST", "/v1/pools", pool)
        kinds = set()
        while not {"endpoint.ping", "pool.put"} <= kinds:
            headers, body = taken.get(timeout=WAIT_S)
            payload = official.verify(body, headers)
            assert payload == json.loads(body)
            assert set(payload) >= {"type", "timestamp", "data"}
            verify_ed25519(endpoint["public_key"], headers, body)
            kinds.add(payload["type"])
            turned_down(official, endpoint, headers, body)
    finally:
        call(server, "DELETE", f"/v1/endpoints/{endpoint['id']}")


def turned_down(official, endpoint, headers, body):
    """What was changed on the way, or signed by somebody else, is verified by nobody."""
    other = Webhook(base64.b64encode(b"x" * 32).decode())
    with pytest.raises(WebhookVerificationError):
        other.verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        official.verify(body + b" ", headers)
    with pytest.raises(InvalidSignature):
        verify_ed25519(endpoint["public_key"], headers, body + b" ")
    late = {name: ("1" if name.lower() == "webhook-timestamp" else value) for name, value in headers.items()}
    with pytest.raises(WebhookVerificationError):
        official.verify(body, late)
