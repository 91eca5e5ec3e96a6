"""A sending that is spread: when each reader is told, by a clock that moves by waiting alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sending_kit import CUT_OFF, LATER, MONDAY, Desk, by_slack, entry, make_home, slack, texts

from orchestration.flow.digests import delivering
from orchestration.home import Home
from tests.slack_peer import SlackPeer

ROOMS = [f"C0{n}" for n in range(4)]


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(*ROOMS) as peer:
        yield peer


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Each wait between two messages, in seconds; the clock moves by nothing else."""
    waited: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: sum(waited), sleep=waited.append)
    monkeypatch.setattr(delivering, "time", clock)
    return waited


def make_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peer: SlackPeer) -> Desk:
    monkeypatch.setenv("SEEDBED_DELIVERY__SPREAD_MINUTES", "60")
    home: Home = make_home(
        tmp_path / "H", *[entry(f"m00{n}", by_slack(room)) for n, room in enumerate(ROOMS)]
    )
    desk = Desk(home, monkeypatch).by(peer)
    for n in range(len(ROOMS)):
        desk.compose(f"m00{n}")
    return desk


def test_an_hour_between_four_merchants_and_none_for_who_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peer: SlackPeer, waits: list[float]
):
    desk = make_desk(tmp_path, monkeypatch, peer)
    desk.send(merchant_id="m000")
    assert waits == []
    desk.send()
    # Three are left, and the first of them goes at once.
    assert waits == pytest.approx([1200, 1200])
    assert [len(texts(peer, room)) for room in ROOMS] == [1, 1, 1, 1]
    desk.send()
    assert len(waits) == 2


def test_who_waits_is_told_until_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peer: SlackPeer, waits: list[float]
):
    desk, told = make_desk(tmp_path, monkeypatch, peer), list[str]()
    desk.send(tell=told.append)
    # Four in an hour from half past nine: the last one a quarter of an hour before its end.
    assert told == [
        "Sending at the pace of each way: the last leaves about Monday 10:15 in Shanghai."
    ]
    desk.send(tell=told.append)
    assert len(told) == 1


@pytest.mark.parametrize(
    ("moment", "zone", "longest"),
    [
        (MONDAY, "Asia/Shanghai", 900),
        # 17 minutes before 21:00 there.
        ("2024-09-16T20:43:00+08:00", "Asia/Shanghai", 340),
        # 14:00 of Shanghai is 18:00 in Auckland; at 16:58 the night there begins in two minutes.
        (LATER, "Pacific/Auckland", 900),
        ("2024-09-16T16:58:00+08:00", "Pacific/Auckland", 40),
        # The window closes in a minute and a half; then it has closed, and the pace is all.
        ("2024-09-17T17:58:30+08:00", "Asia/Shanghai", 30),
        # Each is a digest and its reply.
        (CUT_OFF, "Asia/Shanghai", 0.5),
    ],
)
def test_it_ends_before_the_window_and_the_night(
    moment: str,
    zone: str,
    longest: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    peer: SlackPeer,
    waits: list[float],
):
    desk = make_desk(tmp_path, monkeypatch, peer)
    text = desk.home.register_file.read_text(encoding="utf-8")
    desk.home.register_file.write_text(
        text.replace("merchant_id: m003\n", f"merchant_id: m003\n  timezone: {zone}\n"),
        encoding="utf-8",
    )
    desk.at(moment).send()
    assert waits == pytest.approx([longest] * 3)
    assert [len(texts(peer, room)) for room in ROOMS] == [1, 1, 1, 1]
