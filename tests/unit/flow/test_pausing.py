"""Who cannot be reached is given up, told, and sent to again when somebody says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sending_kit import (
    CUT_OFF,
    LATER,
    WEEK,
    Desk,
    by_slack,
    entry,
    make_home,
    register,
    slack,
    texts,
)
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.flow.digests.status import count_untold
from orchestration.flow.doctor.examine import examine
from tests.slack_peer import TOKEN, SlackPeer

ROOM, OTHER = "C0000011", "C0000012"
READER = f"slack:{ROOM}"
ELSEWHERE = "SEEDBED_SLACK_ELSEWHERE"


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(ROOM, OTHER) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = make_home(tmp_path / "H", entry("m001", by_slack(ROOM)))
    return Desk(home, monkeypatch).by(peer)


def typed(desk: Desk, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(desk.home.root)], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def posts(peer: SlackPeer) -> int:
    return sum(method == "chat.postMessage" for method, _ in peer.calls)


def notes(desk: Desk) -> str:
    return "\n".join(one.sentence for one in examine(desk.home) if one.level == "note")


@pytest.mark.parametrize("fault", ["channel_not_found", "is_archived", "account_inactive"])
def test_who_is_gone_is_tried_once_and_told(desk: Desk, peer: SlackPeer, fault: str):
    desk.compose("m001")
    peer.fail("chat.postMessage", fault, fault)
    (failed,) = desk.send()
    assert (failed.state, fault in failed.words) == ("failed", True)
    desk.at(LATER).send()
    assert posts(peer) == 1
    (one,) = desk.status()
    assert (one.state, fault in one.words) == ("paused", True)
    assert f"seedbed merchants resume {ROOM}" in one.words
    assert f"{READER} is paused since 2024-09-16" in notes(desk)
    assert "It has not arrived" not in notes(desk)
    with desk.open() as workspace:
        assert count_untold(workspace, WEEK) == 0


@pytest.mark.parametrize("fault", ["not_in_channel", "invalid_auth", "long_wait"])
def test_what_may_pass_pauses_nobody(desk: Desk, peer: SlackPeer, fault: str):
    desk.compose("m001")
    peer.fail("chat.postMessage", fault)
    desk.send()
    assert desk.states()[READER][0] == "failed"
    assert f"m001 of 2024-09-09 for {READER}: It has not arrived" in notes(desk)
    desk.send()
    assert desk.states() == {READER: ("sent", "sent")}
    assert "It has not arrived" not in notes(desk)


def test_what_a_newer_revision_overtook_is_not_told_as_failed(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    peer.fail("chat.postMessage", "invalid_auth")
    desk.send()
    assert "It has not arrived" in notes(desk)
    desk.compose("m001", gmv="222.22")
    desk.send()
    assert set(desk.states().values()) == {("sent", "sent")}
    assert "It has not arrived" not in notes(desk)


def test_one_reader_of_two_is_told_and_the_week_is_sent(desk: Desk, peer: SlackPeer):
    register(desk.home, entry("m001", by_slack(ROOM), by_slack(OTHER)))
    desk.compose("m001")
    peer.rooms[ROOM].is_archived = True
    desk.send()
    assert desk.states() == {READER: ("paused", "sent"), f"slack:{OTHER}": ("sent", "sent")}


@pytest.mark.slow
def test_one_that_answers_too_slowly_holds_up_nobody(
    desk: Desk, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch
):
    """It costs the others what one answer may take, whatever it is read by."""
    register(desk.home, entry("m001", by_slack(ROOM)), entry("m002", by_slack(OTHER)))
    monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__TIMEOUT_SECONDS", "3")
    peer.seconds = 4
    for merchant_id in ("m001", "m002"):
        desk.compose(merchant_id)
    peer.fail("chat.postMessage", "slow")
    peer.fail("conversations.history", "slow")
    desk.send()
    assert desk.states() == {
        READER: ("ambiguous", "sent"),
        f"slack:{OTHER}": ("sent", "sent"),
    }
    desk.send()
    assert desk.states()[READER] == ("sent", "sent")
    assert [len(texts(peer, room)) for room in (ROOM, OTHER)] == [1, 1]


def test_where_all_are_paused_the_week_is_suppressed_until_one_is_resumed(
    desk: Desk, peer: SlackPeer
):
    desk.compose("m001")
    peer.rooms[ROOM].is_archived = True
    desk.send()
    desk.at(CUT_OFF).send()
    assert desk.states() == {READER: ("paused", "")}
    peer.rooms[ROOM].is_archived = False
    code, out, _ = typed(desk, "merchants", "resume", ROOM)
    assert (code, f"{READER} is sent to again" in out) == (0, True)
    desk.send()
    assert desk.states() == {READER: ("sent", "sent")}
    assert len(texts(peer, ROOM)) == 1


def test_all_are_resumed_at_once(desk: Desk, peer: SlackPeer):
    register(desk.home, entry("m001", by_slack(ROOM), by_slack(OTHER)))
    desk.compose("m001")
    peer.fail("chat.postMessage", "account_inactive", "account_inactive")
    desk.send()
    code, out, _ = typed(desk, "merchants", "resume", "--all", "--json")
    assert (code, sorted(out.split('"')[1::2])) == (0, [READER, f"slack:{OTHER}"])
    desk.send()
    assert [len(texts(peer, room)) for room in (ROOM, OTHER)] == [1, 1]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "Name the addresses"),
        ((ROOM, "--all"), 2, "Name the addresses"),
        ((ROOM,), 1, "is not paused and has not unsubscribed; who is or has: nobody"),
        (("--all",), 0, "Nobody is paused"),
    ],
)
def test_what_cannot_be_resumed(desk: Desk, words: tuple[str, ...], code: int, told: str):
    found, out, err = typed(desk, "merchants", "resume", *words)
    assert (found, told in out + err) == (code, True)


def test_a_second_pause_after_a_resumption_is_one_of_its_own(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    peer.rooms[ROOM].is_archived = True
    desk.send()
    typed(desk, "merchants", "resume", ROOM)
    desk.at(LATER).send()
    assert desk.states() == {READER: ("paused", "")}


def test_another_workspace_has_another_token(
    desk: Desk, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch
):
    """The peer knows one token: without the home's own, only the reader's variable reaches it."""
    register(desk.home, entry("m001", by_slack(ROOM, token_env=ELSEWHERE)))
    monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__TOKEN", "xoxb-of-our-own-workspace")
    desk.compose("m001")
    desk.send()
    assert desk.states()[READER][0] == "in the outbox"
    assert f"{ELSEWHERE} is not set" in notes(desk)
    code, _, err = typed(desk, "channel", "test", ROOM)
    assert (code, f"{ELSEWHERE} is not set" in err) == (1, True)

    monkeypatch.setenv(ELSEWHERE, TOKEN)
    desk.send()
    assert desk.states() == {READER: ("sent", "sent")}
    assert ELSEWHERE not in notes(desk)
    assert typed(desk, "channel", "test", ROOM)[0] == 0
    assert typed(desk, "channel", "test", OTHER)[0] == 1
    assert typed(desk, "channel", "test", OTHER, "--token-env", ELSEWHERE)[0] == 0
    assert typed(desk, "digest", "send", "--to", ROOM)[0] == 0
    for path in desk.home.root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert TOKEN.encode() not in path.read_bytes(), path


def test_a_token_in_the_place_of_its_variable_is_refused_unsaid(desk: Desk):
    register(desk.home, entry("m001", by_slack(ROOM, token_env="xoxb-12-planted")))
    code, out, err = typed(desk, "channel", "test", ROOM)
    assert (code, "never the token" in err, "xoxb-12" in out + err) == (1, True, False)
