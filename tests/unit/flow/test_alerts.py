"""A failed run is told to the data team: once per cause, in words that a person can act on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sending_kit import MONDAY, WEEK, make_home, slack

from orchestration.delivery.channel import DeliveryError
from orchestration.flow.alerts import FailedRun, Failure, tell_failed_run
from orchestration.flow.faults import audit_step, gate_step, remember_faults
from orchestration.flow.workspace import glance_at, home_lock, open_workspace
from orchestration.home import Home
from tests.slack_peer import TOKEN, SlackPeer

TEAM, OTHER = "C0000001", "C0000002"
MODEL = Failure("dbt_data", "The dbt CLI process failed with exit code 1: fct_orders.")


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(TEAM, OTHER) as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("SEEDBED_NOW", MONDAY)
    monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__TOKEN", TOKEN)
    monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__API_URL", peer.url)
    home = make_home(tmp_path / "H")
    _team(home, TEAM)
    return home


def _team(home: Home, *rooms: str) -> None:
    readers = [{"channel": "slack", "address": room, "digest": "data_team"} for room in rooms]
    register = {"merchants": [], "team": {"locale": "en", "recipients": readers}}
    home.register_file.write_text(yaml.safe_dump(register), encoding="utf-8")


def _run(*failures: Failure, number: int = 1, recovered: datetime | None = None) -> FailedRun:
    return FailedRun("monday_job", f"run-{number}", WEEK, failures, recovered)


def _tell(home: Home, run: FailedRun) -> list[str]:
    with glance_at(home) as workspace:
        return tell_failed_run(workspace, run)


def _posts(peer: SlackPeer, room: str = TEAM) -> list[str]:
    return [
        "\n".join(block["text"]["text"] for block in message["blocks"])
        for message in peer.rooms[room].messages
    ]


def test_it_says_what_failed_what_that_means_and_what_mends_it(home: Home, peer: SlackPeer):
    assert _tell(home, _run(MODEL)) == [MODEL.sentence]
    (post,) = _posts(peer)
    assert post.splitlines() == [
        "Seedbed (H): monday_job of 2024-W37 failed.",
        "dbt_data: The dbt CLI process failed with exit code 1: fct_orders. The tables are not "
        "built; readers see those of before. Mend that, then: seedbed run --week 2024-09-09",
        "Run run-1 in `seedbed ui`. The same cause is not told again.",
    ]


def test_a_cause_is_told_once_whatever_changes_from_run_to_run(home: Home, peer: SlackPeer):
    for number, process in enumerate((101, 20202), start=1):
        failure = Failure("dbt_data", f"It is in use by process {process} (build 0a1b2c3d4e).")
        _tell(home, _run(failure, number=number))
    assert len(_posts(peer)) == 1


def test_another_cause_is_told_and_only_that(home: Home, peer: SlackPeer):
    _tell(home, _run(MODEL))
    other = Failure("published__marts", "No space left on device.")
    assert _tell(home, _run(MODEL, other, number=2)) == [other.sentence]
    assert MODEL.sentence not in _posts(peer)[1]


def test_a_cause_that_comes_back_after_a_good_run_is_told_again(home: Home, peer: SlackPeer):
    _tell(home, _run(MODEL))
    before, after = datetime(2024, 9, 16, 1, tzinfo=UTC), datetime(2024, 9, 16, 2, tzinfo=UTC)
    assert _tell(home, _run(MODEL, number=2, recovered=before)) == []
    assert _tell(home, _run(MODEL, number=3, recovered=after)) == [MODEL.sentence]
    assert len(_posts(peer)) == 2


def test_the_gate_says_why_it_stopped_and_not_that_a_check_failed(home: Home, peer: SlackPeer):
    with open_workspace(home) as workspace:
        remember_faults(workspace, gate_step("qianfan__orders"), ["The column 订单号 is missing."])
    _tell(home, _run(Failure("raw__qianfan__orders", "1 blocking asset check failed")))
    (post,) = _posts(peer)
    assert "The column 订单号 is missing. No new rows of this source reach the tables." in post
    assert "blocking asset check" not in post


def test_the_audit_says_which_mart_and_what_mends_it_once(home: Home, peer: SlackPeer):
    sentence = "marts.fct_orders: 3 of 9 rows fail amounts_are_not_negative (m001 P1). Look at it."
    with open_workspace(home) as workspace:
        remember_faults(workspace, audit_step("data"), [sentence])
    failure = Failure("audit_data_marts", "BuildError")
    assert _tell(home, _run(failure)) == [sentence]
    (post,) = _posts(peer)
    assert f"audit_data_marts: {sentence} The new tables are not shown; readers see" in post
    with open_workspace(home) as workspace:
        remember_faults(workspace, audit_step("data"), [sentence.replace("3 of 9", "4 of 10")])
    assert _tell(home, _run(failure, number=2)) == []


def test_a_run_without_a_failed_step_is_told_too(home: Home, peer: SlackPeer):
    _tell(home, _run())
    assert "The run was cut off, or never began." in _posts(peer)[0]


def test_what_a_sentence_quotes_of_a_file_means_nothing_in_slack(home: Home, peer: SlackPeer):
    _tell(home, _run(Failure("landing__files", "<!channel> *evil* :bomb: is held.\n" * 400)))
    (message,) = peer.rooms[TEAM].messages
    assert {block["text"]["type"] for block in message["blocks"]} == {"plain_text"}
    assert len(_posts(peer)[0]) < 1000


def test_one_reader_who_cannot_be_reached_keeps_nobody_from_it(home: Home, peer: SlackPeer):
    _team(home, "C0000099", OTHER)
    assert _tell(home, _run(MODEL)) == [MODEL.sentence]
    assert len(_posts(peer, OTHER)) == 1


def test_what_nobody_was_told_is_told_with_the_next_failure(home: Home, peer: SlackPeer):
    _team(home, "C0000099")
    with pytest.raises(DeliveryError, match="C0000099"):
        _tell(home, _run(MODEL))
    _team(home, TEAM)
    assert _tell(home, _run(MODEL, number=2)) == [MODEL.sentence]


def test_what_may_have_arrived_is_not_told_again(home: Home, peer: SlackPeer):
    peer.faults["chat.postMessage"] = deque(["drop_after"])
    _tell(home, _run(MODEL))
    assert _tell(home, _run(MODEL, number=2)) == []
    assert len(_posts(peer)) == 1


def test_a_team_without_readers_is_told_later(home: Home, peer: SlackPeer):
    _team(home)
    assert _tell(home, _run(MODEL)) == []
    _team(home, TEAM)
    assert _tell(home, _run(MODEL, number=2)) == [MODEL.sentence]


def test_an_alarm_waits_for_nobody_who_works_on_the_home(home: Home, peer: SlackPeer):
    with home_lock(home):
        assert _tell(home, _run(MODEL)) == [MODEL.sentence]
