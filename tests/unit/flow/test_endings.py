"""Each week of each merchant ends in exactly one way, and none stays open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sending_kit import (
    BEFORE_CUT_OFF,
    CUT_OFF,
    EARLY,
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

from orchestration.flow.digests.ruling import rule_week
from orchestration.flow.digests.status import count_untold
from orchestration.flow.digests.waiting import HOLD, RELEASE
from orchestration.flow.workspace import HomeError
from orchestration.home import Home
from tests.slack_peer import SlackPeer

ROOM, OTHER = "C0000011", "C0000012"
READER = f"slack:{ROOM}"


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(ROOM, OTHER) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = make_home(tmp_path / "H", entry("m001", by_slack(ROOM)))
    return Desk(home, monkeypatch).by(peer)


def rule(desk: Desk, ruling: str, reason: str = "Look at the refunds.") -> str:
    with desk.open() as workspace:
        return rule_week(workspace, "m001", WEEK, ruling, reason).sentence


def issued(home: Home) -> list[Path]:
    return list(home.issued.rglob("*.parquet"))


def untold(desk: Desk) -> int:
    with desk.open() as workspace:
        return count_untold(workspace, WEEK)


def test_nothing_leaves_before_the_window_though_it_is_sendable(desk: Desk, peer: SlackPeer):
    desk.at(EARLY).compose("m001")
    (kept,) = desk.send()
    assert (kept.state, kept.until) == ("waiting", "2024-09-16T01:00:00+00:00")
    assert texts(peer, ROOM) == []
    desk.at("2024-09-16T09:00:00+08:00").send()
    assert len(texts(peer, ROOM)) == 1
    assert desk.states() == {READER: ("sent", "sent")}


def test_it_leaves_at_the_first_moment_it_is_sendable(desk: Desk, peer: SlackPeer):
    desk.compose("m001", missing=(5, 6))
    desk.send()
    (waits,) = desk.status()
    assert waits.state == "waiting"
    assert waits.waits_for[0]["figures"] == [
        "gmv",
        "order_count",
        "active_customers",
        "new_customers",
    ]
    assert waits.waits_for[0]["days"] == ["2024-09-14", "2024-09-15"]
    assert waits.until == "2024-09-17T10:00:00+00:00"
    desk.at(LATER).compose("m001")
    desk.send()
    assert desk.states() == {READER: ("sent", "sent")}
    assert len(texts(peer, ROOM)) == 1


def test_at_the_cut_off_it_goes_with_gaps(desk: Desk, peer: SlackPeer):
    desk.compose("m001", missing=(5, 6))
    desk.at(BEFORE_CUT_OFF).send()
    assert texts(peer, ROOM) == []
    desk.at(CUT_OFF).send()
    assert desk.states() == {READER: ("sent", "sent_with_gaps")}
    assert "are missing" in texts(peer, ROOM)[0]
    # What comes afterwards is no second message, and no other ending.
    desk.compose("m001")
    desk.send()
    assert desk.states() == {READER: ("sent", "sent_with_gaps")}
    assert len(texts(peer, ROOM)) == 1


def test_where_nothing_is_known_one_short_notice_goes(desk: Desk, peer: SlackPeer):
    desk.compose("m001", missing=range(7))
    desk.at(CUT_OFF).send()
    desk.send()
    assert desk.states() == {READER: ("sent", "notice")}
    (notice,) = texts(peer, ROOM)
    assert "no export of it has reached us" in notice
    # A reader has no inbox: the file comes as an answer.
    assert "reply to this message with the file" in notice
    assert "inbox" not in notice
    assert "unknown" not in notice
    assert issued(desk.home) == []


def test_a_held_week_waits_and_ends_in_a_notice(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    assert "Tuesday 2024-09-17 18:00" in rule(desk, HOLD)
    (kept,) = desk.send(anyway=True)
    assert (kept.state, texts(peer, ROOM)) == ("held", [])
    assert untold(desk) == 0
    desk.at(CUT_OFF)
    assert untold(desk) == 1
    desk.send()
    assert desk.states() == {READER: ("sent", "notice")}
    assert "still being checked" in texts(peer, ROOM)[0]
    assert "100" not in texts(peer, ROOM)[0]
    assert untold(desk) == 0


def test_what_is_released_goes_and_ends_so(desk: Desk, peer: SlackPeer):
    desk.compose("m001", missing=(5, 6))
    rule(desk, HOLD)
    assert "goes as it is" in rule(desk, RELEASE, "The owner knows.")
    desk.send()
    assert desk.states() == {READER: ("sent", "released")}
    assert len(texts(peer, ROOM)) == 1


def test_the_last_word_counts(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    rule(desk, RELEASE)
    rule(desk, HOLD)
    desk.send()
    assert desk.states() == {READER: ("held", "")}
    assert texts(peer, ROOM) == []


def test_sending_anyway_is_a_release(desk: Desk, peer: SlackPeer):
    desk.compose("m001", missing=(6,))
    desk.send(anyway=True)
    assert desk.states() == {READER: ("sent", "released")}


def test_a_week_that_has_ended_is_neither_held_nor_released(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    desk.send()
    for ruling in (HOLD, RELEASE):
        with pytest.raises(HomeError, match=r"has ended \(sent\).*digest reissue m001"):
            rule(desk, ruling)


def test_of_a_merchant_that_is_not_there_nothing_is_ruled(desk: Desk):
    with desk.open() as workspace, pytest.raises(HomeError, match="No merchant m9"):
        rule_week(workspace, "m9", WEEK, HOLD, "?")


def test_nobody_to_tell_is_suppressed_until_somebody_reads_it(desk: Desk, peer: SlackPeer):
    register(desk.home, entry("m001"))
    desk.compose("m001")
    desk.send()
    assert desk.states() == {"nobody": ("suppressed", "suppressed")}
    assert untold(desk) == 0
    register(desk.home, entry("m001", by_slack(ROOM)))
    desk.send()
    assert desk.states() == {READER: ("sent", "sent")}


def test_a_reader_who_is_late_is_told_as_the_others_were(desk: Desk, peer: SlackPeer):
    """A notice went, its second reader failed; what arrives meanwhile makes no other ending."""
    register(desk.home, entry("m001", by_slack(ROOM), by_slack(OTHER)))
    desk.compose("m001", missing=range(7))
    peer.rooms[OTHER].has_app = False
    desk.at(CUT_OFF).send()
    peer.rooms[OTHER].has_app = True
    desk.compose("m001")
    desk.send()
    assert ["has reached us" in texts(peer, room)[0] for room in (ROOM, OTHER)] == [True, True]


def test_an_ending_that_reached_nobody_is_decided_anew(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    peer.fail("chat.postMessage", "invalid_auth")
    desk.send()
    assert desk.states() == {READER: ("failed", "")}
    rule(desk, HOLD)
    (kept,) = desk.send()
    assert (kept.state, texts(peer, ROOM)) == ("held", [])


def test_one_that_may_have_reached_somebody_stands(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    peer.fail("chat.postMessage", "drop_after")
    peer.fail("conversations.history", "unavailable")
    desk.send()
    assert desk.states() == {READER: ("ambiguous", "sent")}
    desk.at(LATER).send()
    assert desk.states() == {READER: ("sent", "sent")}
    assert len(texts(peer, ROOM)) == 1


@pytest.mark.parametrize("locale", ["en", "it", "zh-CN"])
@pytest.mark.parametrize("is_held", [True, False])
def test_a_notice_speaks_every_language(desk: Desk, peer: SlackPeer, locale: str, is_held: bool):
    register(desk.home, entry("m001", by_slack(ROOM), locale=locale))
    desk.compose("m001", missing=() if is_held else range(7))
    if is_held:
        rule(desk, HOLD)
    desk.at(CUT_OFF).send()
    assert desk.states() == {READER: ("sent", "notice")}
    assert len(texts(peer, ROOM)[0].splitlines()) >= 2


def test_in_a_merchants_night_its_digest_waits(desk: Desk, peer: SlackPeer):
    """Monday 09:30 in Beijing is 03:30 in Rome."""
    register(desk.home, entry("m001", by_slack(ROOM), timezone="Europe/Rome"))
    desk.compose("m001")
    (kept,) = desk.send()
    assert (kept.state, kept.until) == ("waiting", "2024-09-16T08:00:00+02:00")
    assert (untold(desk), texts(peer, ROOM)) == (1, [])
    desk.at("2024-09-16T14:00:00+08:00").send()
    assert desk.states() == {READER: ("sent", "sent")}


def test_whoever_sends_anyway_wakes_them(desk: Desk, peer: SlackPeer):
    register(desk.home, entry("m001", by_slack(ROOM), timezone="Europe/Rome"))
    desk.compose("m001")
    desk.send(anyway=True)
    assert len(texts(peer, ROOM)) == 1
