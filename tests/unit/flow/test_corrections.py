"""What a person decides afterwards: withdraw a file, take it back, read a source again."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_kit import (
    MONDAY,
    SOURCE,
    account,
    at,
    covered,
    drop,
    handed_over,
    loaded_rows,
    make_home,
    rename_headers,
    run_ingest,
    spoilt,
    teach,
    week_of_orders,
)

from orchestration.exports.errors import LayoutError
from orchestration.flow.corrections import FileChoiceError, reinstate, want_reread, withdraw
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow

NAME = export_name(MONDAY)
LATER = export_name(at("2024-09-10 09:30"))


def _withdraw(home: Home, prefix: str, merchant_id: str | None = None) -> str:
    with open_workspace(home) as workspace:
        return str(withdraw(workspace, prefix, merchant_id))


def _reinstate(home: Home, prefix: str) -> None:
    with open_workspace(home) as workspace:
        reinstate(workspace, prefix)


def _reparse(home: Home) -> int:
    with open_workspace(home) as workspace:
        return want_reread(workspace, SOURCE)


def _revision(home: Home) -> str:
    with open_workspace(home) as workspace:
        return workspace.layouts().get(SOURCE).revision


# --- withdraw and reinstate


def test_withdrawing_takes_exactly_one_files_rows_and_days_away(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", rows)
    run_ingest(home)
    before, coverage = loaded_rows(home), covered(home)
    other = drop(home, "m001", rows[:7], name=LATER)
    sha = account(run_ingest(home), "m001", other.name).file_sha256

    told = _withdraw(home, sha[:10].upper())
    report = run_ingest(home)

    assert told == f"m001 {other.name} ({sha[:12]})"
    assert account(report, "m001", other.name).status == "withdrawn"
    assert report.exit_code == 0
    assert loaded_rows(home).equals(before)
    assert covered(home) == coverage


def test_a_reinstated_file_has_its_rows_again(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    sha = account(run_ingest(home), "m001").file_sha256
    before = loaded_rows(home)
    _withdraw(home, sha)
    run_ingest(home)
    assert loaded_rows(home).num_rows == 0
    _reinstate(home, sha)
    assert account(run_ingest(home), "m001").status == "loaded"
    assert loaded_rows(home).equals(before)


def test_a_reinstated_file_that_no_layout_fits_any_more_is_held(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    sha = account(run_ingest(home), "m001").file_sha256
    _withdraw(home, sha)
    teach(home, "shop_note,店铺备注,text,header,,seen,")
    _reinstate(home, sha)
    report = run_ingest(home)
    file = account(report, "m001")
    assert (file.status, report.exit_code) == ("held", 3)
    assert "店铺备注" in (file.problem or "")


def test_withdrawing_stands_though_a_new_reading_waits_for_the_gate(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = week_of_orders()
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, spoilt(rows, len(rows) // 2))
    stopped = run_ingest(home)
    assert stopped.exit_code == 1
    _withdraw(home, account(stopped, "m001").file_sha256, "m001")
    monkeypatch.setenv("SEEDBED_GATE__MAX_FILE_SHARE", "1")
    report = run_ingest(home)
    assert account(report, "m001").status == "withdrawn"
    assert account(report, "m002").status == "loaded"
    assert list((home.staged / SOURCE).glob("m001*")) == []


def test_withdrawing_also_calls_off_a_wanted_reading(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    sha = account(run_ingest(home), "m001").file_sha256
    _reparse(home)
    _withdraw(home, sha)
    assert account(run_ingest(home), "m001").status == "withdrawn"


def test_only_the_named_merchants_copy_of_a_content_is_withdrawn(home: Home) -> None:
    rows = week_of_orders()
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, rows)
    sha = account(run_ingest(home), "m001").file_sha256
    with pytest.raises(FileChoiceError, match=r"several merchants \(m001, m002\)"):
        _withdraw(home, sha)
    _withdraw(home, sha, "m002")
    run_ingest(home)
    assert set(loaded_rows(home)["merchant_id"].to_pylist()) == {"m001"}


def test_words_that_name_no_file_or_several_change_nothing(home: Home) -> None:
    rows = week_of_orders()
    for count in range(1, 19):  # of 18 hashes, two begin with the same of 16 digits
        drop(home, "m001", rows[:count], name=f"{count}.xlsx")
    report = run_ingest(home)
    firsts = [file.file_sha256[0] for file in report.files]
    shared = next(digit for digit in firsts if firsts.count(digit) > 1)
    for prefix, fault in ((shared, "give more digits"), ("xyz", "No archived file begins")):
        with pytest.raises(FileChoiceError, match=fault):
            _withdraw(home, prefix)
    with pytest.raises(FileChoiceError, match="No withdrawn file begins"):
        _reinstate(home, report.files[0].file_sha256)
    assert {file.status for file in run_ingest(home).files} == {"loaded"}


# --- reparse


def test_a_mended_layout_reads_archived_files_again(home: Home) -> None:
    rows = [row | {"异常原因": f"原因{i}"} for i, row in enumerate(week_of_orders())]
    path = drop(home, "m001", rows)
    rename_headers(path, {"异常原因": "异常说明"})
    drift = [header for outcome in run_ingest(home).read for header in outcome.new_headers]
    assert drift == ["异常说明"]
    teach(home, "exception_reason,异常说明,text,no,,seen,")
    (before,) = handed_over(home, "files")
    old = loaded_rows(home)
    assert set(old["exception_reason"].to_pylist()) == {None}
    assert _reparse(home) == 1
    assert run_ingest(home).exit_code == 0
    (after,) = handed_over(home, "files")
    assert before["layout_revision"] != after["layout_revision"] == _revision(home)
    assert (before["status"], after["status"]) == ("loaded", "loaded")
    without = "exception_reason"
    assert loaded_rows(home).drop_columns(without).equals(old.drop_columns(without))
    assert set(loaded_rows(home)["exception_reason"].to_pylist()) == {
        f"原因{i}" for i in range(len(rows))
    }


def test_the_old_reading_stands_until_the_new_one_has_passed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = week_of_orders()
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, rows)
    run_ingest(home)
    old, files = loaded_rows(home), handed_over(home, "files")
    # The new layout takes the amount from a column that is empty in these files.
    _amount_from_an_empty_column(home)
    _reparse(home)

    stopped = run_ingest(home)

    assert stopped.exit_code == 1
    assert {file.status for file in stopped.files} == {"loaded"}
    assert loaded_rows(home).equals(old)
    assert handed_over(home, "files") == files
    again = run_ingest(home)
    assert again.exit_code == 1
    assert handed_over(home, "files") == files

    monkeypatch.setenv("SEEDBED_GATE__MAX_RUN_SHARE", "1")
    held = run_ingest(home)

    assert held.exit_code == 3
    assert loaded_rows(home).equals(old)
    for file in held.files:
        assert file.status == "loaded"
        assert f"{len(rows)} of {len(rows)} rows are rejected" in (file.problem or "")
        assert "What was read of it before still counts." in (file.problem or "")

    (home.layouts / SOURCE / "columns.csv").unlink()
    _reparse(home)
    mended = run_ingest(home)
    assert mended.exit_code == 0
    assert [file.problem for file in mended.files] == [None, None]
    assert loaded_rows(home).equals(old)


def _amount_from_an_empty_column(home: Home) -> None:
    teach(
        home,
        "paid_amount,达人名称(待下线),money,value,,seen,",
        "kol_name,商家应收金额(元)（支付金额）,text,no,,seen,",
    )


def test_a_new_reading_that_fails_in_the_reader_keeps_the_old_one_and_tells(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    run_ingest(home)
    old = loaded_rows(home)
    teach(home, "shop_note,店铺备注,text,header,,seen,")
    _reparse(home)
    report = run_ingest(home)
    file = account(report, "m001")
    assert (file.status, report.exit_code) == ("loaded", 3)
    assert "店铺备注" in (file.problem or "")
    assert loaded_rows(home).equals(old)


def test_reading_the_same_again_changes_nothing_even_when_it_is_stopped_twice(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = week_of_orders()
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, spoilt(rows, len(rows) // 2))
    monkeypatch.setenv("SEEDBED_GATE__MAX_FILE_SHARE", "0.6")
    assert run_ingest(home).exit_code == 3
    files, old = handed_over(home, "files"), loaded_rows(home)
    monkeypatch.delenv("SEEDBED_GATE__MAX_FILE_SHARE")
    _reparse(home)
    for _ in range(2):
        assert run_ingest(home).exit_code == 1
        assert handed_over(home, "files") == files
        assert loaded_rows(home).equals(old)


def test_an_unknown_layout_is_no_reason_to_read_anything(home: Home) -> None:
    with (
        open_workspace(home) as workspace,
        pytest.raises(LayoutError, match=r"known are .*qianfan__orders"),
    ):
        want_reread(workspace, "juguang__nothing")


# --- names that a withdrawn file gets later


@pytest.mark.parametrize("is_dirty", [False, True])
def test_a_withdrawn_file_is_handed_over_alike_whenever_it_was_taken_out(
    home: Home, tmp_path: Path, is_dirty: bool
) -> None:
    rows = week_of_orders()
    # Paid on the day of the export: too late for the earlier of the two names.
    rows = [*rows, rows[0] | {"订单号": "P999999999", "支付时间": "2024-09-09 20:00:00"}]
    rows = spoilt(rows, len(rows)) if is_dirty else rows
    path = drop(home, "m001", rows)
    sha = account(run_ingest(home), "m001").file_sha256
    _withdraw(home, sha)
    path.rename(path.with_name(LATER))
    report = run_ingest(home)

    assert account(report, "m001").status == "withdrawn"
    assert report.exit_code == 0
    assert run_ingest(home).touched == []

    other = make_home(tmp_path / "other", "m001", "m002")
    for name in (NAME, LATER):
        drop(other, "m001", rows, name=name)
    run_ingest(other)
    _withdraw(other, sha)
    run_ingest(other)
    for name in ("files", "coverage"):
        assert handed_over(home, name) == handed_over(other, name)
    assert loaded_rows(home).num_rows == 0
    _reinstate(home, sha)
    assert account(run_ingest(home), "m001").status == ("held" if is_dirty else "loaded")


def test_a_withdrawn_file_that_was_never_read_stays_out_under_another_name(home: Home) -> None:
    path = drop(home, "m001", week_of_orders())
    rename_headers(path, {"订单号": "单号"})
    sha = account(run_ingest(home), "m001").file_sha256
    _withdraw(home, sha)
    path.rename(path.with_name(LATER))
    report = run_ingest(home)
    file = account(report, "m001")
    assert (file.status, file.reason, report.exit_code) == ("withdrawn", "withdrawn by hand", 0)
    assert run_ingest(home).touched == []


def test_a_withdrawn_file_that_is_wrong_stops_nobody(home: Home) -> None:
    rows = week_of_orders()
    path = drop(home, "m001", spoilt(rows, len(rows) - 1))
    _withdraw(home, account(run_ingest(home), "m001").file_sha256)
    path.rename(path.with_name(LATER))
    drop(home, "m002", spoilt(rows, len(rows) // 2))
    report = run_ingest(home)
    assert report.structural_faults == []
    assert account(report, "m001").status == "withdrawn"
    assert account(report, "m002").status == "held"
