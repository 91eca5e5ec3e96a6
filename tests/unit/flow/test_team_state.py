"""What the data team's digest tells of the moment, counted in the state of a real home."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sending_kit import WEEK, Desk, make_home

from orchestration.flow.digests.team_state import standing
from orchestration.state.models import Delivery, Drift, File
from orchestration.state.week_models import Ending, Pause, Ruling

NOW = datetime(2024, 9, 16, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(make_home(tmp_path / "H"), monkeypatch)


def test_a_new_home_has_nothing_drifted_and_no_file_of_nobody(desk: Desk):
    with desk.open() as workspace:
        found = standing(workspace, WEEK)
    assert (found.drifted, found.unclaimed) == (0, 0)


def test_files_of_nobody_that_wait_and_headers_that_no_layout_knows_are_counted(desk: Desk):
    files = [("", "held"), ("", "received"), ("", "withdrawn"), ("m001", "held")]
    with desk.open() as workspace:
        with workspace.store.session() as session:
            for number, (owner, status) in enumerate(files):
                sha256 = str(number) * 64
                session.add(
                    File(merchant_id=owner, file_sha256=sha256, size_bytes=1, status=status)
                )
            # The second is a column that the shipped layout maps: it has been learned since.
            for header in ("从未见过的列", "订单号"):
                session.add(
                    Drift(
                        source="qianfan__orders",
                        header=header,
                        first_file_sha256="0" * 64,
                        first_seen_at=NOW,
                    )
                )
        found = standing(workspace, WEEK)
    assert (found.drifted, found.unclaimed) == (1, 2)


BEFORE = date(2024, 9, 2)


def _delivery(reader: str, status: str, **changes: Any) -> Delivery:
    values: dict[str, Any] = {
        "kind": "merchant",
        "merchant_id": "m001",
        "week": BEFORE,
        "revision": 1,
        "channel": "slack",
        "part": "message",
        "payload_hash": "x",
        "claimed_at": NOW,
    }
    return Delivery(**{**values, "recipient": reader, "status": status, **changes})


def _deliveries(desk: Desk, *rows: Any) -> dict[str, int] | None:
    with desk.open() as workspace:
        with workspace.store.session() as session:
            session.add_all(rows)
        found = standing(workspace, WEEK).deliveries
    return found and {
        name: count for name, count in found.model_dump(exclude={"week"}).items() if count
    }


def test_a_week_before_the_first_has_no_deliveries(desk: Desk):
    assert _deliveries(desk, _delivery("a", "sent", week=WEEK.monday)) is None


def test_a_reader_counts_once_by_the_least_done_part_of_the_newest_revision(desk: Desk):
    assert _deliveries(
        desk,
        _delivery("a", "failed"),
        _delivery("a", "sent", revision=2),
        _delivery("b", "sent"),
        _delivery("b", "failed", part="thread"),
        _delivery("c", "sent"),
        _delivery("c", "claimed", part="thread"),
        _delivery("d", "ambiguous"),
        _delivery("d", "sent", merchant_id="m002"),
        # Nobody reads the outbox by itself.
        _delivery("e", "sent", channel="outbox"),
    ) == {"sent": 2, "failed": 1, "ambiguous": 2}


def test_withheld_are_notices_and_open_holds_and_paused_those_who_are_now(desk: Desk):
    def ending(owner: str, code: str) -> Ending:
        return Ending(
            kind="merchant", merchant_id=owner, week=BEFORE, ending=code, detail="", ended_at=NOW
        )

    def ruling(owner: str, said: str) -> Ruling:
        return Ruling(
            merchant_id=owner, week=BEFORE, ruling=said, reason="", told_by="a", told_at=NOW
        )

    assert _deliveries(
        desk,
        ending("m001", "notice"),
        ending("m002", "sent"),
        ruling("m001", "hold"),
        ruling("m002", "hold"),
        ruling("m003", "hold"),
        ruling("m004", "hold"),
        ruling("m004", "release"),
        Pause(recipient="slack:C1", paused_at=NOW, reason="gone"),
        Pause(recipient="slack:C2", paused_at=NOW, reason="gone", resumed_at=NOW),
    ) == {"withheld": 2, "paused": 1}
