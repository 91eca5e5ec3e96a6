"""A real server of links on loopback, and a reader who follows them."""

from __future__ import annotations

import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette

_ADDRESS = re.compile(r"https?://[^\s|<>\"]+")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


def ask(address: str, method: str = "GET", body: bytes | None = None) -> Answer:
    request = urllib.request.Request(address, data=body, method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status or 0, headers, answer.read().decode())


def press(address: str) -> Answer:
    """As a mail program does it, by RFC 8058."""
    return ask(address, "POST", b"List-Unsubscribe=One-Click")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(app: Starlette, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join()


def addresses(text: str) -> list[str]:
    return _ADDRESS.findall(text)


def slack_addresses(value: Any) -> list[str]:
    """What a Slack message links to, wherever it stands."""
    if isinstance(value, dict):
        return [found for part in value.values() for found in slack_addresses(part)]
    if isinstance(value, list):
        return [found for part in value for found in slack_addresses(part)]
    return addresses(value.replace("&amp;", "&")) if isinstance(value, str) else []
