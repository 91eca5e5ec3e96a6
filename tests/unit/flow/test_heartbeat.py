"""The sign of life goes once for a finished week, and never for one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sending_kit import LATER, WEEK, Desk, by_slack, entry, make_home, slack

from orchestration.flow.heartbeat import beat
from orchestration.periods import Week
from tests.slack_peer import SlackPeer
from tests.unit.delivery.webhook_peer import WebhookPeer, receiving

ROOM = "C0000011"


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(ROOM) as found:
        yield found


@pytest.fixture
def watcher(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookPeer]:
    with receiving() as found:
        monkeypatch.setenv("SEEDBED_HEARTBEAT__URL", found.url)
        yield found


@pytest.fixture
def desk(tmp_path: Path, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = make_home(tmp_path / "H", entry("m001", by_slack(ROOM)))
    return Desk(home, monkeypatch).by(peer)


def _beat(desk: Desk, week: Week = WEEK, *, is_sent: bool = True) -> str | None:
    with desk.open() as workspace:
        return beat(workspace, week, is_sent=is_sent)


def test_it_beats_once_when_everybody_was_told(desk: Desk, watcher: WebhookPeer) -> None:
    desk.compose("m001", missing=(6,))
    desk.send()
    assert _beat(desk) is None
    assert watcher.bodies == []
    desk.at(LATER).compose("m001")
    desk.send()
    for _ in range(2):
        assert _beat(desk) is None
    assert watcher.bodies == [{"week": "2024-W37"}]


def test_where_nothing_is_sent_a_filled_outbox_is_a_finished_week(
    desk: Desk, watcher: WebhookPeer
) -> None:
    desk.compose("m001", missing=(6,))
    assert _beat(desk, is_sent=False) is None
    assert watcher.bodies == [{"week": "2024-W37"}]


def test_an_older_week_proves_nothing(desk: Desk, watcher: WebhookPeer) -> None:
    assert _beat(desk, WEEK.previous, is_sent=False) is None
    assert watcher.bodies == []


@pytest.mark.parametrize("fault", ["error_after", "drop_after"])
def test_what_was_not_answered_is_told_without_the_address_and_tried_again(
    desk: Desk, watcher: WebhookPeer, fault: str
) -> None:
    watcher.faults.append(fault)
    told = _beat(desk, is_sent=False)
    assert told is not None
    assert told.startswith("heartbeat.url: ")
    assert "secret-key" not in told
    assert str(watcher.port) not in told
    assert _beat(desk, is_sent=False) is None
    assert len(watcher.bodies) == 2


def test_without_a_setting_nothing_is_called(desk: Desk) -> None:
    assert _beat(desk, is_sent=False) is None
