"""Files that cannot be read or that nobody owns: held with their reason, loaded once mended."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from flow_kit import (
    MONDAY,
    SOURCE,
    account,
    drop,
    handed_over,
    loaded_rows,
    register,
    rename_headers,
    run_ingest,
    statuses,
    teach,
    week_of_orders,
)

from orchestration.flow.corrections import withdraw
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow

NAME = export_name(MONDAY)


def test_a_missing_header_is_told_with_the_row_that_mends_it(home: Home) -> None:
    rows = week_of_orders()
    path = drop(home, "m001", rows)
    rename_headers(path, {"SKU件数": "SKU数量（件）"})
    drop(home, "m002", rows)

    report = run_ingest(home)

    assert statuses(report) == {f"m001/{NAME}": "held", f"m002/{NAME}": "loaded"}
    assert report.exit_code == 3
    reason = account(report, "m001").reason or ""
    assert reason.startswith(f"{NAME}: ")
    assert "\n" not in reason
    assert "not there: 'SKU件数' (quantity)" in reason
    assert "'SKU数量（件）'" in reason
    assert f"layouts/{SOURCE}/columns.csv" in reason
    row = reason.rsplit("the row: ")[1]
    assert next(csv.reader([row])) == [
        "quantity",
        "SKU数量（件）",
        "integer",
        "value",
        "",
        "seen",
        "",
    ]

    teach(home, row)
    mended = run_ingest(home)

    assert mended.exit_code == 0
    assert account(mended, "m001").rows_loaded == len(rows)
    assert account(mended, "m001").problem is None


def test_what_is_no_workbook_is_held_and_stops_nobody(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    (home.inbox / "m001" / "empty.xlsx").write_bytes(b"")
    (home.inbox / "m001" / "broken.xlsx").write_bytes(b"PK\x03\x04 not a zip")
    (home.inbox / "m001" / "login.xlsx").write_bytes(b"<html>login</html>")
    report = run_ingest(home)
    assert sorted(statuses(report).values()) == ["held", "held", "held", "loaded"]
    reasons = {file.file_name: file.reason or "" for file in report.files}
    assert "it is empty" in reasons["empty.xlsx"]
    assert "damaged" in reasons["broken.xlsx"]
    assert "web page" in reasons["login.xlsx"]


def test_an_unregistered_merchants_file_waits_for_its_entry(home: Home) -> None:
    drop(home, "m003", week_of_orders())
    report = run_ingest(home)
    assert (account(report, "m003").status, report.exit_code) == ("held", 3)
    assert "'m003' is not in the register" in (account(report, "m003").problem or "")
    assert handed_over(home, "files")[0]["status"] == "held"
    register(home, "m001", "m002", "m003")
    assert account(run_ingest(home), "m003").status == "loaded"


def test_a_folder_name_leads_nowhere_outside_of_the_home(home: Home, tmp_path: Path) -> None:
    path = drop(home, "m001", week_of_orders()).rename(tmp_path / NAME)
    report = run_ingest(home, path, merchant_id="../../m001")
    assert account(report, "../../m001").status == "held"
    assert list(home.staged.rglob("*.parquet")) == []


def test_an_unclaimed_file_is_held_until_it_is_claimed_and_then_held_no_more(home: Home) -> None:
    rows = week_of_orders()
    loose = drop(home, ".", rows, name="orders.xlsx")
    held = run_ingest(home)
    assert statuses(held) == {"/orders.xlsx": "held"}
    assert "unclaimed" in (account(held, "").problem or "")
    (before,) = handed_over(home, "files")

    claimed = run_ingest(home, loose, merchant_id="m001")

    assert statuses(claimed) == {"m001/orders.xlsx": "loaded"}
    assert claimed.exit_code == 0
    (after,) = handed_over(home, "files")
    # It does not tell its export time: then the first receipt is it, whoever it was for.
    assert after["is_effective_at_assumed"]
    assert after["received_at"] == after["effective_at"] == before["received_at"]
    again = run_ingest(home)
    assert statuses(again) == {"m001/orders.xlsx": "loaded"}
    assert (again.exit_code, again.touched) == (0, [])
    assert loaded_rows(home).num_rows == len(rows)


def test_moving_an_unclaimed_file_into_a_merchants_folder_claims_it(home: Home) -> None:
    loose = drop(home, ".", week_of_orders(), name="orders.xlsx")
    run_ingest(home)
    (home.inbox / "m002").mkdir()
    loose.rename(home.inbox / "m002" / "renamed.xlsx")
    report = run_ingest(home)
    assert statuses(report) == {"m002/orders.xlsx": "loaded"}  # the name of the first receipt


@pytest.mark.filterwarnings("error::sqlalchemy.exc.SAWarning")
def test_an_unclaimed_file_may_be_claimed_by_two_names_at_once(home: Home) -> None:
    rows = week_of_orders()
    drop(home, ".", rows, name="loose.xlsx")
    run_ingest(home)
    for name in ("loose (1).xlsx", "loose (2).xlsx"):
        drop(home, "m001", rows, name=name)
    assert statuses(run_ingest(home)) == {"m001/loose.xlsx": "loaded"}


@pytest.mark.parametrize("folder", [".", "m001"])
def test_of_two_names_that_came_at_once_that_of_the_copy_is_the_other(
    home: Home, folder: str
) -> None:
    rows = week_of_orders()
    for name in ("orders (1).xlsx", "orders.xlsx"):
        drop(home, folder, rows, name=name)
    (account,) = run_ingest(home).files
    assert (account.file_name, account.other_names) == ("orders.xlsx", ("orders (1).xlsx",))


def test_a_copy_in_the_inbox_itself_belongs_to_who_has_the_content(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", rows)
    run_ingest(home)
    drop(home, ".", rows)
    report = run_ingest(home)
    assert statuses(report) == {f"m001/{NAME}": "loaded"}
    assert report.exit_code == 0


def test_a_held_file_can_be_taken_off_the_list(home: Home) -> None:
    (home.inbox / "notes.txt").write_text("nothing", encoding="utf-8")
    sha = account(run_ingest(home), "").file_sha256
    with open_workspace(home) as workspace:
        withdraw(workspace, sha[:8])
    report = run_ingest(home)
    assert (report.exit_code, report.touched) == (0, [])
    assert account(report, "").problem is None


def test_a_name_that_is_not_utf8_is_read_as_chinese_windows_wrote_it(home: Home) -> None:
    path = drop(home, "m001", week_of_orders())
    path.rename(path.with_name(os.fsdecode(NAME.encode("gb18030"))))
    report = run_ingest(home)
    assert statuses(report) == {f"m001/{NAME}": "loaded"}
    assert not handed_over(home, "files")[0]["is_effective_at_assumed"]


def test_hostile_names_are_kept_as_they_are_and_break_nothing(home: Home) -> None:
    rows = week_of_orders()
    names = [
        "[red]a[bold].xlsx",
        "b\x1b[31m\u202e.xlsx",
        "c\nd.xlsx",
        "'; drop table files; --.xlsx",
    ]
    for count, name in enumerate(names, start=1):
        drop(home, "m001", rows[:count], name=name)
    report = run_ingest(home)
    assert sorted(file.file_name for file in report.files) == sorted(names)
    assert set(statuses(report).values()) == {"loaded"}
    assert sorted(row["file_name"] for row in handed_over(home, "files")) == sorted(names)
