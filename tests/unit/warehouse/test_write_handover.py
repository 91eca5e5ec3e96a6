"""Hand-overs: the same content is the same file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from warehouse_files import COLUMNS, make_home

from orchestration.home import Home
from orchestration.rows import raw_schema
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.handover import fingerprint, write_empty_sources, write_handover
from orchestration.warehouse.schemas import HANDOVERS, QUARANTINE


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def run_of_days(first: str, **changes: Any) -> dict[str, Any]:
    return {
        "merchant_id": "m001",
        "source": "qianfan__orders",
        "file_sha256": "a" * 64,
        "covered_from": date.fromisoformat(first),
        "covered_to": date(2024, 6, 30),
        "evidence": "rows_to_export",
        "bridge_days": 2,
        "is_loaded": True,
        **changes,
    }


ROWS = [run_of_days("2024-06-10"), run_of_days("2024-06-01"), run_of_days("2024-06-05")]


def test_rows_in_another_order_leave_the_file_alone(home: Home) -> None:
    target = home.handover / "coverage.parquet"
    assert write_handover(home, "coverage", ROWS)
    before = (target.stat().st_mtime_ns, target.stat().st_ino, target.read_bytes())
    assert not write_handover(home, "coverage", ROWS[::-1])
    assert (target.stat().st_mtime_ns, target.stat().st_ino, target.read_bytes()) == before


def test_other_content_replaces_the_file(home: Home) -> None:
    write_handover(home, "coverage", ROWS)
    assert write_handover(home, "coverage", [run_of_days("2024-06-01", covered_to=None)])
    assert pq.read_table(home.handover / "coverage.parquet").num_rows == 1


@pytest.mark.parametrize("name", sorted(HANDOVERS))
def test_every_handover_can_be_empty_and_has_its_schema(home: Home, name: str) -> None:
    write_handover(home, name, [])
    table = pq.read_table(home.handover / f"{name}.parquet")
    assert (table.num_rows, table.schema) == (0, HANDOVERS[name])


def test_a_time_with_an_offset_is_stored_in_utc(home: Home) -> None:
    row: dict[str, Any] = dict.fromkeys(HANDOVERS["files"].names)
    row["received_at"] = datetime(2024, 6, 3, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    write_handover(home, "files", [row])
    stored = pq.read_table(home.handover / "files.parquet")["received_at"][0].as_py()
    assert stored.replace(tzinfo=UTC) == row["received_at"]


@pytest.mark.parametrize(
    ("name", "row", "fault"),
    [
        ("nothing", {}, "no hand-over"),
        ("weeks", {"week": date(2024, 6, 3)}, "as_of"),
        ("weeks", {"week": 1, "as_of": 2, "more": 3}, "more"),
        ("weeks", {"week": "soon", "as_of": date(2024, 6, 9)}, "wrong type"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(
    home: Home, name: str, row: dict[str, Any], fault: str
) -> None:
    with pytest.raises(WarehouseError, match=fault):
        write_handover(home, name, [row])
    assert list(home.handover.iterdir()) == []


def test_a_damaged_file_is_written_again(home: Home) -> None:
    target = home.handover / "coverage.parquet"
    target.write_bytes(b"PAR1 no")
    assert write_handover(home, "coverage", ROWS)
    assert pq.read_table(target).num_rows == 3


def test_sources_have_an_empty_file_that_follows_the_schema(home: Home) -> None:
    write_empty_sources(home, {"qianfan__orders": raw_schema(COLUMNS)})
    raw = home.raw / "qianfan__orders" / "_empty.parquet"
    assert pq.read_schema(raw) == raw_schema(COLUMNS)
    assert pq.read_schema(home.quarantine / "qianfan__orders" / "_empty.parquet") == QUARANTINE
    before = raw.stat().st_mtime_ns
    write_empty_sources(home, {"qianfan__orders": raw_schema(COLUMNS)})
    assert raw.stat().st_mtime_ns == before
    write_empty_sources(home, {"qianfan__orders": raw_schema(COLUMNS[:2])})
    assert pq.read_schema(raw) == raw_schema(COLUMNS[:2])


def test_a_fingerprint_follows_content_not_files(home: Home) -> None:
    def now() -> str:
        return fingerprint(home.handover.glob("*.parquet"))

    write_handover(home, "coverage", ROWS)
    first = now()
    path = home.handover / "coverage.parquet"
    pq.write_table(pq.read_table(path), path, compression="none")
    assert now() == first
    write_handover(home, "coverage", ROWS[:2])
    assert now() != first


def test_when_rows_were_written_is_no_content(home: Home) -> None:
    def fingerprint_of(**cells: str) -> str:
        nothing = dict.fromkeys(HANDOVERS["files"].names)
        write_handover(home, "files", [{**nothing, "merchant_id": "m001", **cells}])
        return fingerprint([home.handover / "files.parquet"])

    first = fingerprint_of(rows_stamp="1")
    assert fingerprint_of(rows_stamp="2") == first
    assert fingerprint_of(status="loaded") != first
