"""A desk whose digests have links, the server of them, and what they changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from link_kit import Answer, addresses, serving, slack_addresses
from pydantic import SecretStr
from sending_kit import WEEK, Desk, entry, make_home
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.delivery.channel import Message
from orchestration.delivery.links import Links, links_of
from orchestration.delivery.smtp import Smtp
from orchestration.digest.correction import Changes, render_correction
from orchestration.digest.notice import render_notice
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.archive import latest_digests
from orchestration.flow.digests.readers import answered
from orchestration.flow.workspace import Workspace, open_beside
from orchestration.register import Recipient
from orchestration.sections import EmailSettings
from orchestration.serve.app import make_app
from orchestration.settings import now
from orchestration.state.readers import unsubscribed

OWNER = {"channel": "email", "address": "owner@example.com", "digest": "merchant"}
ROOM = {"channel": "slack", "address": "C0000011", "digest": "merchant"}
READERS = [Recipient.model_validate(OWNER), Recipient.model_validate(ROOM)]


def linked_desk(root: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Two merchants whose composed digests link to this port."""
    monkeypatch.setenv("SEEDBED_SERVE__PUBLIC_URL", f"http://127.0.0.1:{port}")
    home = make_home(root, entry("m001", OWNER, ROOM), entry("m002", OWNER))
    desk = Desk(home, monkeypatch)
    desk.compose("m001")
    desk.compose("m002", gmv="222.22")
    return desk


@contextmanager
def served(desk: Desk, port: int, **clock: Any) -> Iterator[tuple[Workspace, Links]]:
    with open_beside(desk.home) as workspace:
        links = links_of(desk.home, workspace.settings.serve)
        assert links is not None
        with serving(make_app(workspace, links, **clock), port):
            yield workspace, links


def digest(workspace: Workspace, merchant_id: str = "m001") -> RenderedDigest:
    found = latest_digests(workspace, WEEK)
    return next(one for one in found if one.content.merchant_id == merchant_id)


def forms(rendered: RenderedDigest) -> dict[str, RenderedDigest]:
    """A digest, the notices that go in its place, and its correction."""
    content = rendered.content
    correction = render_correction(content, Changes((), cohort_cells=2), 1, "b2", 1)
    return {
        "digest": rendered,
        "held": render_notice(content, "held", "b1", 1),
        "nothing_known": render_notice(content, "nothing_known", "b1", 1),
        "correction": correction.digest,
    }


def links_in(message: Message) -> list[list[str]]:
    """What each form of a message links to."""
    return [slack_addresses(message.slack), addresses(message.html), addresses(message.text)]


def purposes(found: list[str]) -> list[str]:
    return [address.split("/")[3] for address in found]


def typed(desk: Desk, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(desk.home.root)], catch_exceptions=False)
    return done.exit_code, done.stdout + done.stderr


def state(workspace: Workspace) -> tuple[set[tuple[str, str]], list[str]]:
    return set(unsubscribed(workspace.store)), [x.answer for x in answered(workspace, WEEK)]


def smtp() -> Smtp:
    settings = EmailSettings(host="smtp.example.com", sender="Seedbed <digest@example.com>")
    return Smtp(settings, SecretStr(""), now)


def assert_guarded(answer: Answer) -> None:
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers or "uvicorn" in answer.headers["server"]
