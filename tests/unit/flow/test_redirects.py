"""Nothing that has a password goes where an answer sends it: no redirect is followed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sending_kit import WEEK, Desk, by_slack, entry, make_home

from orchestration.flow.heartbeat import beat
from tests.slack_peer import TOKEN

BY_WEBHOOK = {"channel": "webhook", "address": "json:SHOP", "digest": "merchant"}


class Server(ThreadingHTTPServer):
    """Sends whoever comes to `leads_to`, and remembers what they brought."""

    status = 302
    leads_to = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.came: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base names it
        """Tests speak for themselves."""

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server.came.append(f"{self.path} {self.headers} {body!r}")
        self.send_response(server.status)
        self.send_header("Location", server.leads_to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def asked(elsewhere: Server) -> Iterator[Server]:
    with serving() as server:
        server.leads_to = elsewhere.url
        yield server


@pytest.fixture
def desk(tmp_path: Path, asked: Server, monkeypatch: pytest.MonkeyPatch) -> Desk:
    secrets = {
        "SEEDBED_DELIVERY__SLACK__TOKEN": TOKEN,
        "SEEDBED_DELIVERY__SLACK__API_URL": f"{asked.url}api/",
        "SEEDBED_WEBHOOK_SHOP": f"{asked.url}hook/planted-key",
        "SEEDBED_WEBHOOK_SHOP_SECRET": "planted-signing-key",
        "SEEDBED_HEARTBEAT__URL": f"{asked.url}beat/planted-key",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    desk = Desk(make_home(tmp_path / "H", entry("m001", by_slack("C01"), BY_WEBHOOK)), monkeypatch)
    desk.compose("m001")
    return desk


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(desk: Desk, asked: Server, elsewhere: Server, status: int):
    asked.status = status
    slack, webhook = desk.send()
    with desk.open() as workspace:
        told = beat(workspace, WEEK, is_sent=False)
    # What went to the address of the settings is ours; nothing came to the other one.
    assert any(TOKEN in one for one in asked.came)
    assert any("/hook/" in one for one in asked.came)
    assert any("/beat/" in one for one in asked.came)
    assert elsewhere.came == []
    # Slack can be asked again. A webhook may have it, but where the same is asked for elsewhere.
    assert slack.state == "ambiguous"
    assert webhook.state == ("failed" if status > 303 else "ambiguous")
    assert f"HTTP {status}" in str(told)
    for said in (slack.words, webhook.words, str(told)):
        assert "planted" not in said
        assert asked.url not in said
