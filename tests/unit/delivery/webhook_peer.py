"""A receiver of webhooks on a port of this machine, with faults on demand."""

from __future__ import annotations

import json
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# After these the receiver has the message.
ACCEPTED = ("", "drop_after", "half_after", "slow", "error_after", "garbage_after", "list_after")


class WebhookPeer:
    """What it has taken, and what goes wrong with the next requests."""

    def __init__(self) -> None:
        self.faults: deque[str] = deque()
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.seconds = 1.0
        self.answer: dict[str, Any] = {"code": 0, "errcode": 0, "msg": "success"}
        self.port = 0
        self.busy = 0
        self.scheme = "http"
        self.host = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/hook/secret-key?key=planted"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What lies there once nobody is on the way any more."""
        while self.busy:
            threading.Event().wait(0.01)
        return [json.loads(body) for _, _, body in self.taken]


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[WebhookPeer]:
    """A receiver; with a certificate by TLS."""
    peer = WebhookPeer()
    handler = type("Handler", (_Handler,), {"peer": peer})
    server = _Server(("127.0.0.1", 0), handler)
    peer.port = server.server_port
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        peer.scheme, peer.host = "https", "localhost"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    peer: WebhookPeer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base names it
        """Tests speak for themselves."""

    def do_GET(self) -> None:
        self.peer.taken.append((self.path, {}, b"{}"))
        self._say(200, b"{}")

    def do_POST(self) -> None:
        peer = self.peer
        peer.busy += 1
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = peer.faults.popleft() if peer.faults else ""
            if fault in ACCEPTED:
                headers = {name.lower(): value for name, value in self.headers.items()}
                peer.taken.append((self.path, headers, body))
            self._answer(fault)
        finally:
            peer.busy -= 1

    def _answer(self, fault: str) -> None:
        good = json.dumps(self.peer.answer).encode()
        match fault:
            case "":
                self._say(200, good)
            case "drop_after" | "drop_before":
                self.close_connection = True
            case "slow":
                threading.Event().wait(self.peer.seconds)
                self.close_connection = True
            case "half_after":
                self._say(200, good[:5], promised=500)
            case "error_after":
                self._say(502, b"")
            case "garbage_after":
                self._say(200, b"<html>a proxy</html>")
            case "list_after":
                self._say(200, b"[]")
            case "busy":
                self._say(429, b"", headers={"Retry-After": "37"})
            case "redirect":
                self._say(307, b"", headers={"Location": f"http://127.0.0.1:{self.peer.port}/x"})
            case status:
                self._say(int(status), b"{}")

    def _say(
        self, status: int, body: bytes, promised: int = 0, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(promised or len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True
