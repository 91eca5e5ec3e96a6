"""Which days a file proves, and what a later look at the home must still find."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from flow_kit import (
    SOURCE,
    account,
    at,
    covered,
    drop,
    handed_over,
    make_home,
    run_ingest,
    spoilt,
    week_of_orders,
)

from orchestration.home import Home
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow


def test_a_rejected_row_proves_no_day(home: Home) -> None:
    rows = week_of_orders()
    ancient = rows[0] | {"支付时间": "2004-01-01 10:00:00", "SKU件数": "-1", "订单号": "P1"}
    drop(home, "m001", [ancient, *rows])
    assert run_ingest(home).exit_code == 3
    runs = [(run["covered_from"], run["covered_to"]) for run in covered(home)]
    assert runs == [(date(2024, 9, 2), date(2024, 9, 8))]


def test_a_rejected_row_keeps_the_key_and_the_day_that_it_would_have_had(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", spoilt(rows, 1))
    run_ingest(home)
    found = pq.read_table(home.quarantine / SOURCE, columns=["row_key", "row_date"]).to_pylist()
    assert found == [
        {"row_key": rows[0]["订单号"], "row_date": date.fromisoformat(rows[0]["支付时间"][:10])}
    ]


def test_a_held_file_speaks_for_the_days_of_all_its_rows_whatever_it_was_before(
    home: Home, tmp_path: Path
) -> None:
    """Loaded first, without its broken rows; under its own name they all lie after the export."""
    rows = sorted(week_of_orders(), key=lambda row: row["支付时间"])
    later = [row for row in rows if row["支付时间"][:10] > rows[0]["支付时间"][:10]]
    rows = spoilt([rows[0], *later], 1)
    path = drop(home, "m001", rows, name="orders.xlsx")
    assert account(run_ingest(home), "m001").status == "loaded"
    path.rename(path.with_name(export_name(at("2024-09-01 09:30"))))
    held = run_ingest(home)
    assert account(held, "m001").status == "held"

    other = make_home(tmp_path / "other", "m001", "m002")
    for name in ("orders.xlsx", export_name(at("2024-09-01 09:30"))):
        drop(other, "m001", rows, name=name)
    assert run_ingest(other).files == held.files
    for name in ("files", "coverage"):
        assert handed_over(home, name) == handed_over(other, name)


def test_quarantine_and_held_files_come_back_from_landing(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", spoilt(rows, 1))
    drop(home, "m002", spoilt(rows, len(rows)))
    run_ingest(home)

    def kept() -> dict[str, bytes]:
        folders = (home.quarantine / SOURCE, home.held / SOURCE)
        return {p.name: p.read_bytes() for f in folders for p in f.glob("m*.parquet")}

    before, files = kept(), handed_over(home, "files")
    assert len(before) == 2
    shutil.rmtree(home.quarantine)
    shutil.rmtree(home.held)
    run_ingest(home)
    assert kept() == before
    assert handed_over(home, "files") == files


def test_repeated_lines_are_kept_and_counted(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", [*rows, rows[0], rows[0]])
    (file,) = run_ingest(home).files
    assert (file.rows_loaded, file.rows_repeated) == (len(rows) + 2, 2)
