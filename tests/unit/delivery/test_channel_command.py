"""`seedbed channel test`: every step against our own Slack, by the real command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli import app
from orchestration.delivery.channel import Message, Receipt
from orchestration.flow.digests import trying
from orchestration.home import Home
from tests.made_homes import new_home
from tests.slack_peer import TOKEN, Room, SlackPeer

CHANNEL = "C0123456"
STEPS = ["sign in", "post", "read back", "update", "reply"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "H")
    new_home(made)
    return made


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackPeer]:
    # The Monday on which our Slack lives.
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
    with SlackPeer({CHANNEL: Room()}) as started:
        monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__TOKEN", TOKEN)
        monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__API_URL", started.url)
        yield started


def tried(home: Home, *words: str) -> Result:
    words = ("channel", "test", *words, "--home", str(home.root))
    return CliRunner().invoke(app, words, catch_exceptions=False)


def steps(home: Home, code: int) -> list[dict[str, object]]:
    result = tried(home, CHANNEL, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_channel_that_works(home: Home, peer: SlackPeer):
    result = tried(home, CHANNEL)
    assert result.exit_code == 0, result.output
    assert [line.split(":")[0].split(maxsplit=1)[1] for line in result.stdout.splitlines()] == STEPS
    posted, reply = peer.digests(CHANNEL)
    assert posted["text"].endswith("✓")
    assert reply["thread_ts"] == posted["ts"]
    assert TOKEN not in result.output


def test_it_can_be_tried_as_often_as_one_likes(home: Home, peer: SlackPeer):
    for _ in range(2):
        assert [step["name"] for step in steps(home, 0)] == STEPS
    assert len(peer.digests(CHANNEL)) == 4


@pytest.mark.parametrize(
    ("broken", "at", "told"),
    [
        ("scope chat:write", "post", "lacks the scope chat:write; add it under OAuth"),
        ("scope channels:history", "read back", "lacks the scope channels:history"),
        ("fault auth.test account_inactive", "sign in", "account_inactive: the app was removed"),
        ("fault chat.update cant_update_message", "update", "use one app for one home"),
        ("room has_app", "post", "/invite @Seedbed"),
        ("room is_archived", "post", "unarchive it"),
    ],
)
def test_the_first_step_that_fails_says_what_is_missing(
    home: Home, peer: SlackPeer, broken: str, at: str, told: str
):
    kind, name, *rest = broken.split()
    if kind == "scope":
        peer.scopes.discard(name)
    elif kind == "fault":
        peer.fail(name, *rest)
    else:
        setattr(peer.rooms[CHANNEL], name, name != "has_app")
    done = steps(home, 1)
    assert [step["name"] for step in done] == STEPS[: STEPS.index(at) + 1]
    assert [step["is_done"] for step in done] == [True] * (len(done) - 1) + [False]
    assert told in str(done[-1]["sentence"])
    result = tried(home, CHANNEL)
    assert result.exit_code == 1 or kind == "fault"


def test_a_wrong_token(home: Home, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__TOKEN", "xoxb-another")
    (step,) = steps(home, 1)
    assert step["name"] == "sign in"
    assert "invalid_auth: Slack does not know the token" in str(step["sentence"])


@pytest.mark.parametrize(
    ("address", "told"),
    [(CHANNEL, "Slack is not configured"), ("owner@example.com", "E-mail is not configured")],
)
def test_what_is_not_configured_is_said_in_one_sentence(home: Home, address: str, told: str):
    result = tried(home, address)
    assert result.exit_code == 1
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(home.outbox.rglob("*.json")) == []


def test_an_empty_address_is_wrong_usage(home: Home):
    assert tried(home, " ").exit_code == 2


class _Post:
    """A channel for mail, whichever it will be."""

    name, is_idempotent = "email", False
    sent: list[Message] = []  # noqa: RUF012 - one list for the test

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        return Receipt("queued as 7")

    def find(self, message: Message) -> Receipt | None:
        return None


def test_a_mailbox_gets_a_test_mail(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trying, "configured", lambda *_: lambda _: _Post())
    result = tried(home, "owner@example.com")
    assert result.exit_code == 0, result.output
    told = "sent to owner@example.com (queued as 7); look whether it is there."
    assert result.stdout == f"ok   send: {told}\n"
    tried(home, "owner@example.com")
    # A mail program shows a known Message-ID once.
    first, second = _Post.sent
    assert first.key != second.key
    assert (first.address, first.subject) == ("owner@example.com", "Test of Seedbed")
