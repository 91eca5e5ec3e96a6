"""What the data team's digest tells of the moment, counted in the state of a real home."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sending_kit import Desk, make_home

from orchestration.flow.digests.team_state import standing
from orchestration.state.models import Drift, File

NOW = datetime(2024, 9, 16, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(make_home(tmp_path / "H"), monkeypatch)


def test_a_new_home_has_nothing_drifted_and_no_file_of_nobody(desk: Desk):
    with desk.open() as workspace:
        found = standing(workspace)
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
        found = standing(workspace)
    assert (found.drifted, found.unclaimed) == (1, 2)
