"""Slack as far as digests need it, on a port of this machine, with faults on demand.

It is written from Slack's documentation, not from our channel: it keeps channels and messages,
knows the token and the scopes of the shipped manifest, refuses blocks beyond Slack's limits, and
shows what metadata hold only to those who ask for all of them.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

import yaml

from tests.slack_blocks import is_refused

MANIFEST = Path(__file__).resolve().parents[1] / "docs" / "slack-manifest.yml"
TOKEN = "xoxb-1234567890-planted-secret"
# Half past ten on the Monday after the samples' week, in China.
_FIRST_TS = 1_726_453_800

# Faults after which the message is in the channel, and those after which it is not.
ACCEPTED = (
    "drop_after",
    "half_after",
    "slow",
    "late",
    "error_after",
    "garbage_after",
    "broken_json_after",
    "list_after",
    "no_ts_after",
    "bytes_after",
    "fatal_error",
    "internal_error",
)
LOST = ("drop_before", "unavailable", "garbage_before")
REFUSED = ("not_in_channel", "invalid_auth", "restricted_action", "long_wait", "something_new")
_CHANGEABLE = ("text", "blocks", "metadata")
Answer = dict[str, Any]


def manifest_scopes() -> set[str]:
    return set(yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"])


@dataclass
class Room:
    """A channel."""

    is_private: bool = False
    has_app: bool = True
    is_archived: bool = False
    messages: list[Answer] = field(default_factory=list)


@dataclass
class SlackPeer:
    """A workspace. `faults` holds, per method, what goes wrong with the next calls."""

    rooms: dict[str, Room] = field(default_factory=dict)
    scopes: set[str] = field(default_factory=manifest_scopes)
    # Smaller than anybody asks for: Slack may return fewer messages than asked, and go on.
    page: int = 100
    # How long a slow answer takes; longer than the client waits.
    seconds: float = 1.0
    # Slack leaves out what metadata hold unless the manifest or the request asks for it.
    shows_metadata: bool = True
    faults: dict[str, deque[str]] = field(default_factory=dict)
    calls: list[tuple[str, Answer]] = field(default_factory=list)
    # Called when a message has been taken and before that is answered.
    on_accepted: Callable[[], None] = lambda: None
    # Called when a message is about to be posted and has not been taken.
    on_call: Callable[[], None] = lambda: None
    lock: threading.RLock = field(default_factory=threading.RLock)
    count: int = 0
    busy: int = 0

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"peer": self})
        self.server = _Server(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api/"

    def fail(self, method: str, *faults: str) -> None:
        self.faults.setdefault(method, deque()).extend(faults)

    def digests(self, channel: str) -> list[Answer]:
        """What lies in a channel once nobody is on the way any more, without what follows it."""
        return [message for message in self._all(channel) if not _is_rest(message)]

    def threads(self, channel: str) -> list[Answer]:
        """What follows the digests of a channel in their threads."""
        return [message for message in self._all(channel) if _is_rest(message)]

    def _all(self, channel: str) -> list[Answer]:
        while self.busy:
            threading.Event().wait(0.01)
        return self.rooms[channel].messages

    def keys(self, channels: Iterable[str]) -> dict[str, list[str]]:
        """The keys of a channel's digests."""
        return {
            name: [m["metadata"]["event_payload"]["key"] for m in self.digests(name)]
            for name in channels
        }

    def answer(self, method: str, asked: Answer) -> Answer:
        """What Slack would answer, were it well."""
        with self.lock:
            if method == "auth.test":
                return {"ok": True, "team": "Cloud Home", "user": "seedbed", "bot_id": "B1"}
            room = self.rooms.get(str(asked.get("channel")))
            if room is None or (room.is_private and not room.has_app):
                return {"ok": False, "error": "channel_not_found"}
            history = "groups:history" if room.is_private else "channels:history"
            known = {
                "chat.postMessage": ("chat:write", self._post),
                "chat.update": ("chat:write", self._update),
                "conversations.history": (history, self._history),
                "conversations.replies": (history, self._replies),
            }
            if method not in known:
                return {"ok": False, "error": "unknown_method"}
            scope, act = known[method]
            if scope not in self.scopes:
                return {
                    "ok": False,
                    "error": "missing_scope",
                    "needed": scope,
                    "provided": ",".join(sorted(self.scopes)),
                }
            if not room.has_app:
                return {"ok": False, "error": "not_in_channel"}
            return act(room, asked)

    def _post(self, room: Room, asked: Answer) -> Answer:
        if room.is_archived:
            return {"ok": False, "error": "is_archived"}
        error = is_refused(asked)
        if error:
            return {"ok": False, **error}
        self.count += 1
        ts = f"{_FIRST_TS + self.count}.{self.count:06d}"
        room.messages.append({"type": "message", "ts": ts, **asked})
        return {"ok": True, "channel": asked["channel"], "ts": ts}

    def _update(self, room: Room, asked: Answer) -> Answer:
        error = is_refused(asked)
        if error:
            return {"ok": False, **error}
        for message in room.messages:
            if message["ts"] == asked.get("ts"):
                # What is not named stays, metadata too.
                message |= {name: asked[name] for name in _CHANGEABLE if name in asked}
                return {"ok": True, "channel": asked["channel"], "ts": message["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def _history(self, room: Room, asked: Answer) -> Answer:
        oldest = float(asked.get("oldest", 0))
        shown = [
            message
            for message in reversed(room.messages)
            if float(message["ts"]) > oldest
            and (not message.get("thread_ts") or message.get("reply_broadcast"))
        ]
        return self._paged(shown, asked)

    def _replies(self, room: Room, asked: Answer) -> Answer:
        thread = [m for m in room.messages if asked["ts"] in (m["ts"], m.get("thread_ts"))]
        return self._paged(thread, asked) if thread else {"ok": False, "error": "thread_not_found"}

    def _paged(self, messages: list[Answer], asked: Answer) -> Answer:
        start = int(asked.get("cursor") or 0)
        end = start + min(int(asked.get("limit", 100)), self.page)
        with_metadata = self.shows_metadata and asked.get("include_all_metadata") in ("1", "true")
        shown = [_without_payload(m) for m in messages] if not with_metadata else messages
        more = end < len(messages)
        return {
            "ok": True,
            "messages": shown[start:end],
            "has_more": more,
            "response_metadata": {"next_cursor": str(end) if more else ""},
        }


def _is_rest(message: Answer) -> bool:
    """Whether the message is the rest of a digest, which is shown in its thread alone."""
    return message.get("reply_broadcast") is False


def _without_payload(message: Answer) -> Answer:
    metadata = message.get("metadata")
    return {**message, "metadata": {"event_type": metadata["event_type"]}} if metadata else message


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    peer: SlackPeer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base names it
        """Tests speak for themselves."""

    def do_POST(self) -> None:
        with self.peer.lock:
            self.peer.busy += 1
        try:
            self._answer()
        finally:
            with self.peer.lock:
                self.peer.busy -= 1

    def _answer(self) -> None:
        method = self.path.removeprefix("/api/")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        is_json = body.startswith("{")
        asked: Answer = json.loads(body) if is_json else dict(parse_qsl(body))
        peer = self.peer
        with peer.lock:
            peer.calls.append((method, asked))
            waiting = peer.faults.get(method)
            fault = waiting.popleft() if waiting else ""
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._send({"ok": False, "error": "invalid_auth"})
        if method == "chat.postMessage":
            peer.on_call()
        if fault == "late":
            threading.Event().wait(peer.seconds)
        if fault in ("", *ACCEPTED):
            answer = peer.answer(method, asked)
            if answer["ok"] and method == "chat.postMessage":
                peer.on_accepted()
            return self._after(fault, answer)
        return self._instead(fault)

    def _instead(self, fault: str) -> None:
        """An answer to what was not done."""
        if fault == "drop_before":
            self.close_connection = True
        elif fault == "unavailable":
            self._send({"ok": False, "error": "service_unavailable"}, status=503)
        elif fault == "garbage_before":
            self._send(b"<html>a hotel's login page</html>")
        elif fault == "ratelimited":
            self._send({"ok": False, "error": "ratelimited"}, status=429, wait="1")
        elif fault == "long_wait":
            self._send({"ok": False, "error": "ratelimited"}, status=429, wait="3600")
        else:
            self._send({"ok": False, "error": fault})

    def _after(self, fault: str, answer: Answer) -> None:
        """What is told of what was done."""
        if fault in ("drop_after", "late"):
            self.close_connection = True
        elif fault == "slow":
            threading.Event().wait(self.peer.seconds)
            self.close_connection = True
        elif fault == "half_after":
            self._send(json.dumps(answer).encode()[:9], promised=500)
        elif fault == "error_after":
            self._send(b"", status=500)
        elif fault == "garbage_after":
            self._send(f"<html>a proxy that repeats {self.headers}</html>".encode())
        elif fault == "broken_json_after":
            self._send(b'{"ok": tr')
        elif fault == "list_after":
            self._send(b"[]")
        elif fault == "bytes_after":
            self._send(b"\xff\xfe\x00")
        elif fault == "no_ts_after":
            self._send({"ok": True})
        elif fault:
            self._send({"ok": False, "error": fault})
        else:
            self._send(answer)

    def _send(
        self, answer: Answer | bytes, *, status: int = 200, wait: str = "", promised: int = 0
    ) -> None:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(promised or len(body)))
        if wait:
            self.send_header("Retry-After", wait)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True
