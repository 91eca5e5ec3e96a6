"""Files that come again, under other names, without rows, or with days that somebody declares."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from flow_kit import (
    MONDAY,
    account,
    at,
    covered,
    drop,
    handed_over,
    loaded_rows,
    run_ingest,
    statuses,
    week_of_orders,
)

from orchestration.flow.accounting import accounts, rows_by_fate
from orchestration.flow.corrections import withdraw
from orchestration.flow.faults import LANDING, faults_of
from orchestration.flow.workspace import HomeError, open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow

NAME = export_name(MONDAY)
LATER = export_name(at("2024-09-11 09:30"))


def _covered(home: Home) -> list[tuple[date, date, str]]:
    return [(row["covered_from"], row["covered_to"], row["evidence"]) for row in covered(home)]


def _snapshot(home: Home) -> dict[Path, tuple[int, int]]:
    folders = (home.landing, home.raw, home.quarantine, home.held, home.staged, home.handover)
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in paths}


def test_a_second_ingest_reads_nothing_and_changes_nothing(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    first = run_ingest(home)
    assert (first.exit_code, len(first.touched)) == (0, 1)
    before = _snapshot(home)
    # The archive takes each file in again, to know its content: the bytes stay the same.
    landing = {path for path in before if path.is_relative_to(home.landing)}

    second = run_ingest(home)

    assert second.touched == []
    assert second.exit_code == 0
    assert not any(item.is_new for item in second.landed)
    after = _snapshot(home)
    assert set(after) == set(before)
    assert {p: after[p] for p in after if p not in landing} == {
        p: before[p] for p in before if p not in landing
    }
    with open_workspace(home) as workspace:
        assert (
            rows_by_fate(accounts(workspace, "qianfan__orders"))["rows_loaded"]
            == loaded_rows(home).num_rows
        )


def test_the_same_content_under_a_later_name_is_newer_and_has_the_same_rows(home: Home) -> None:
    path = drop(home, "m001", week_of_orders())
    run_ingest(home)
    (file,) = handed_over(home, "files")
    rows = loaded_rows(home)
    shutil.copyfile(path, path.with_name(LATER))

    report = run_ingest(home)

    assert not any(item.is_new for item in report.landed)
    (moved,) = handed_over(home, "files")
    assert file["effective_at"] == at("2024-09-09 01:30")
    assert moved["effective_at"] == at("2024-09-11 01:30")
    assert loaded_rows(home).equals(rows)
    assert account(report, "m001").rows_loaded == rows.num_rows
    assert run_ingest(home).touched == []


def test_a_later_name_brings_no_withdrawn_file_back(home: Home) -> None:
    path = drop(home, "m001", week_of_orders())
    sha = account(run_ingest(home), "m001").file_sha256
    with open_workspace(home) as workspace:
        withdraw(workspace, sha)
    shutil.copyfile(path, path.with_name(LATER))
    report = run_ingest(home)
    assert report.touched == []
    assert account(report, "m001").status == "withdrawn"


def test_a_workbook_of_headers_with_declared_days_is_an_empty_period(home: Home) -> None:
    path = drop(home, "m001", [], name="nothing.xlsx")
    report = run_ingest(home, path, covers=(date(2024, 9, 2), date(2024, 9, 8)))
    file = account(report, "m001")
    assert (file.status, file.rows_read) == ("loaded", 0)
    assert report.exit_code == 0
    assert _covered(home) == [(date(2024, 9, 2), date(2024, 9, 8), "declared")]


def test_a_workbook_of_headers_alone_covers_nothing(home: Home) -> None:
    drop(home, "m001", [])
    assert account(run_ingest(home), "m001").status == "loaded"
    assert _covered(home) == []


def test_declared_days_count_and_not_what_the_rows_would_prove(home: Home) -> None:
    path = drop(home, "m001", week_of_orders())
    run_ingest(home)
    assert _covered(home) == [(date(2024, 9, 2), date(2024, 9, 8), "rows_to_export")]
    run_ingest(home, path, covers=(date(2024, 9, 4), date(2024, 9, 5)))
    assert _covered(home) == [(date(2024, 9, 4), date(2024, 9, 5), "declared")]


def test_a_folder_or_a_name_declares_days_and_the_nearest_counts(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001/2024-06-24_2024-06-30", rows[:3])
    drop(home, "m001/2024-05-01_2024-05-31/2024-05-06_2024-05-12", rows[:4], name="a.xlsx")
    drop(home, "m002", rows[:5], name="orders 2024-07-01~2024-07-07.xlsx")
    assert run_ingest(home).exit_code == 0
    assert sorted(_covered(home)) == [
        (date(2024, 5, 6), date(2024, 5, 12), "declared"),
        (date(2024, 6, 24), date(2024, 6, 30), "declared"),
        (date(2024, 7, 1), date(2024, 7, 7), "declared"),
    ]


def test_a_folder_that_ends_before_it_begins_is_told_and_the_others_go_on(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001/2024-06-30_2024-06-24", rows[:3], name="turned.xlsx")
    drop(home, "m001", rows)
    report = run_ingest(home)
    assert report.exit_code == 3
    (fault,) = [item.fault for item in report.landed if item.fault]
    assert fault.startswith("turned.xlsx: '2024-06-30_2024-06-24' ends before it begins")
    assert statuses(report) == {f"m001/{NAME}": "loaded"}
    with open_workspace(home) as workspace:
        assert faults_of(workspace, LANDING) == [fault]

    (home.inbox / "m001" / "2024-06-30_2024-06-24").rename(
        home.inbox / "m001" / "2024-06-24_2024-06-30"
    )
    assert run_ingest(home).exit_code == 0
    with open_workspace(home) as workspace:
        assert faults_of(workspace, LANDING) == []


def test_links_are_told_and_not_followed(home: Home, tmp_path: Path) -> None:
    elsewhere = drop(home, "m001", week_of_orders()).rename(tmp_path / NAME)
    (home.inbox / "m001" / "link.xlsx").symlink_to(elsewhere)
    folder = tmp_path / "folder"
    folder.mkdir()
    (home.inbox / "m001" / "linked").symlink_to(folder, target_is_directory=True)
    report = run_ingest(home)
    faults = [item.fault or "" for item in report.landed]
    assert all("is a link" in fault for fault in faults)
    assert len(faults) == 2
    assert report.files == []


def test_what_programs_leave_beside_exports_is_passed_over(home: Home) -> None:
    folder = home.inbox / "m001"
    folder.mkdir()
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "~$orders.xlsx").write_bytes(b"x")
    assert run_ingest(home).landed == []
    assert run_ingest(home, folder).landed == []


def test_a_named_file_of_the_inbox_is_known_by_any_path(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(home, "m001", week_of_orders())
    (tmp_path / "shortcut").symlink_to(home.root)
    monkeypatch.chdir(home.inbox)
    around = Path(os.curdir) / ".." / "inbox" / "m001" / path.name
    for spelled in (around, tmp_path / "shortcut" / "inbox" / "m001" / path.name):
        (landed,) = run_ingest(home, spelled).landed
        assert (landed.merchant_id, landed.fault) == ("m001", None)


def test_rows_in_a_file_that_was_cut_off_are_read_again(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    run_ingest(home)
    before = loaded_rows(home)
    (raw,) = (path for path in home.raw.rglob("*.parquet") if path.name != "_empty.parquet")
    os.truncate(raw, raw.stat().st_size // 2)
    assert run_ingest(home).exit_code == 0
    assert loaded_rows(home) == before


@pytest.mark.parametrize("is_there", [True, False])
def test_a_lost_state_is_no_new_one(home: Home, is_there: bool) -> None:
    drop(home, "m001", week_of_orders())
    run_ingest(home)
    content = home.state_file.read_bytes()
    home.state_file.unlink()
    if is_there:
        home.state_file.touch()
    with pytest.raises(HomeError, match="restore it from the backup set"), open_workspace(home):
        pass
    home.state_file.write_bytes(content)
    assert run_ingest(home).touched == []
