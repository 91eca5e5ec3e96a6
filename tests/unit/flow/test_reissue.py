"""A numbered correction: once each, the old told beside the new, whatever breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sending_kit import (
    CUT_OFF,
    LATER,
    Desk,
    by_slack,
    correct,
    entry,
    make_home,
    register,
    slack,
    texts,
)
from sqlalchemy import select

from orchestration.delivery import deliver
from orchestration.flow.workspace import HomeError
from orchestration.state.week_models import Reissue
from tests.slack_peer import SlackPeer

ROOM, OTHER = "C0000011", "C0000012"


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(ROOM, OTHER) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = make_home(tmp_path / "H", entry("m001", by_slack(ROOM)))
    return Desk(home, monkeypatch).by(peer)


def told(desk: Desk, **said: Any) -> None:
    desk.compose("m001", **said)
    desk.send()


def test_the_first_message_is_changed_and_answered(desk: Desk, peer: SlackPeer):
    told(desk)
    found = correct(desk.at(LATER), gmv="120.00")
    assert (found.number, found.is_sent) == (1, True)
    assert found.changes == [("GMV", "CN¥100.00", "CN¥120.00")]
    assert {one.state for one in found.standings} == {"sent"}
    first, note = peer.digests(ROOM)
    assert "Correction 1: Example m001" in first["text"]
    assert "GMV: As told CN¥100.00 · Now CN¥120.00" in first["text"]
    assert note["thread_ts"] == first["ts"]
    assert note["reply_broadcast"] is True
    assert note["text"].startswith("Correction 1: ")
    # The first message keeps its own key: by it a look still finds it.
    keys = [one["metadata"]["event_payload"]["revision"] for one in (first, note)]
    assert keys == [1, 2]


def test_the_same_order_again_does_nothing_again(desk: Desk, peer: SlackPeer):
    told(desk)
    correct(desk, gmv="120.00")
    calls = len(peer.calls)
    again = correct(desk, gmv="120.00")
    assert (again.number, len(peer.calls)) == (1, calls)
    assert len(texts(peer, ROOM)) == 2


def test_without_a_confirmation_nothing_leaves_and_nothing_is_recorded(desk: Desk, peer: SlackPeer):
    told(desk)
    found = correct(desk, gmv="120.00", confirm=False)
    assert (found.is_sent, found.number, len(found.changes)) == (False, 1, 1)
    assert len(texts(peer, ROOM)) == 1
    with desk.open() as workspace, workspace.store.session() as session:
        assert session.scalars(select(Reissue)).all() == []


def test_where_nothing_has_changed_nothing_is_corrected(desk: Desk, peer: SlackPeer):
    told(desk)
    with pytest.raises(HomeError, match=r"Nothing that was told of m001 .*r1 stands"):
        correct(desk)
    assert len(texts(peer, ROOM)) == 1


def test_who_was_told_nothing_is_not_corrected(desk: Desk):
    desk.compose("m001")
    with pytest.raises(HomeError, match="Nobody was told"):
        correct(desk, gmv="120.00")


def test_corrections_are_numbered_and_each_compares_with_the_one_before(
    desk: Desk, peer: SlackPeer
):
    told(desk)
    correct(desk, gmv="120.00")
    second = correct(desk, gmv="110.00")
    assert (second.number, second.changes) == (2, [("GMV", "CN¥120.00", "CN¥110.00")])
    first, *notes = peer.digests(ROOM)
    assert "Correction 2" in first["text"]
    assert [note["thread_ts"] for note in notes] == [first["ts"]] * 2
    # Back to what was told first is news, too.
    assert correct(desk, gmv="100.00").number == 3


def test_what_was_composed_and_never_told_is_no_base(desk: Desk, peer: SlackPeer):
    told(desk)
    desk.compose("m001", gmv="105.00")
    found = correct(desk, gmv="120.00")
    assert found.changes == [("GMV", "CN¥100.00", "CN¥120.00")]
    # Composed by a run before it is ordered: the same revision is told.
    desk.compose("m001", gmv="130.00")
    assert correct(desk, gmv="130.00").changes == [("GMV", "CN¥120.00", "CN¥130.00")]


def test_after_a_notice_every_figure_is_new(desk: Desk, peer: SlackPeer):
    desk.compose("m001", missing=range(7))
    desk.at(CUT_OFF).send()
    found = correct(desk)
    assert found.changes == [("GMV", "unknown", "CN¥100.00")]
    assert "CN¥100.00" in texts(peer, ROOM)[0]


@pytest.mark.parametrize("fault", ["drop_after", "internal_error", "garbage_after"])
def test_a_note_of_which_nobody_is_sure_is_looked_for(desk: Desk, peer: SlackPeer, fault: str):
    told(desk)
    peer.fail("chat.postMessage", fault)
    correct(desk, gmv="120.00")
    correct(desk, gmv="120.00")
    assert len(texts(peer, ROOM)) == 2


def test_an_update_that_broke_is_done_again_and_the_note_is_not(desk: Desk, peer: SlackPeer):
    told(desk)
    peer.fail("chat.update", "unavailable")
    found = correct(desk, gmv="120.00")
    assert sorted(one.state for one in found.standings) == ["failed", "sent"]
    found = correct(desk, gmv="120.00")
    assert {one.state for one in found.standings} == {"sent"}
    first, *notes = texts(peer, ROOM)
    assert (len(notes), "Correction 1" in first) == (1, True)


def test_a_first_message_that_was_deleted_leaves_the_note(desk: Desk, peer: SlackPeer):
    told(desk)
    del peer.rooms[ROOM].messages[0]
    found = correct(desk, gmv="120.00")
    (failed,) = [one for one in found.standings if one.state == "failed"]
    assert "message_not_found" in failed.words
    assert len(texts(peer, ROOM)) == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("part", ["update", "message"])
def test_killed_after_slack_took_it_and_before_we_knew(
    desk: Desk, peer: SlackPeer, part: str, monkeypatch: pytest.MonkeyPatch
):
    told(desk)
    settle = deliver.settle

    def cut_off(*words: Any) -> Any:
        if words[1].part == part:
            raise Killed
        return settle(*words)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(deliver, "settle", cut_off)
        correct(desk, gmv="120.00")
    found = correct(desk, gmv="120.00")
    assert {one.state for one in found.standings} == {"sent"}
    assert len(texts(peer, ROOM)) == 2


def test_a_reader_who_is_new_gets_the_digest_whole(desk: Desk, peer: SlackPeer):
    told(desk)
    register(desk.home, entry("m001", by_slack(ROOM), by_slack(OTHER)))
    correct(desk, gmv="120.00")
    (whole,) = peer.digests(OTHER)
    assert "thread_ts" not in whole
    assert "Customers" in str(whole["blocks"])


def test_the_week_keeps_its_ending_and_status_shows_the_newest(desk: Desk):
    told(desk)
    correct(desk, gmv="120.00")
    (one,) = desk.status()
    assert (one.state, one.ending, one.revision) == ("sent", "sent", 2)


@pytest.mark.parametrize("locale", ["it", "zh-CN"])
def test_it_speaks_the_readers_language(desk: Desk, peer: SlackPeer, locale: str):
    register(desk.home, entry("m001", by_slack(ROOM), locale=locale))
    told(desk)
    correct(desk, gmv="120.00")
    assert texts(peer, ROOM)[1].startswith({"it": "Correzione 1: ", "zh-CN": "更正 1："}[locale])
