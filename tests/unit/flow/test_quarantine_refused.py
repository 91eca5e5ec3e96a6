"""What a workbook may not do: other homes, changed rows, moved columns."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from flow_kit import SOURCE, at, drop, loaded_rows, run_ingest, week_of_orders
from openpyxl.worksheet.worksheet import Worksheet
from quarantine_kit import (
    AMOUNT,
    BUYER,
    ITEM,
    ORDER,
    PIECES,
    broken_home,
    copy_of,
    edit,
    exported,
    exports,
    fates,
    lists,
    mended,
    place,
    retries,
    row_of,
    shown_rows,
    typed,
)

from orchestration.flow.homes import make_home
from orchestration.flow.landing.land import land
from orchestration.flow.quarantine.judge import Fate, RowOutcome
from orchestration.flow.quarantine.rows import QuarantineError
from orchestration.flow.quarantine.sheet import DECISION, MEND, ROW, SHA256
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """To be looked at, never changed."""
    return broken_home(tmp_path_factory.mktemp("broken") / "H")[0]


@pytest.fixture
def workbook(broken: Home, tmp_path: Path) -> Path:
    return exported(broken, tmp_path / "q.xlsx")


def _dry(home: Home, path: Path) -> dict[int, RowOutcome]:
    return {one.line: one for one in retries(home, path, dry_run=True).outcomes}


# --- rows that are not what they were


def test_a_workbook_of_another_home_is_refused_whole(workbook: Path, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    make_home(other)
    with pytest.raises(QuarantineError, match=r"q\.xlsx was exported from another home"):
        retries(other, workbook)


def test_a_row_that_changed_since_the_export_is_refused_and_others_are_taken(
    broken: Home, tmp_path: Path
) -> None:
    home = copy_of(broken, tmp_path / "H")
    old = exported(home, tmp_path / "old.xlsx")
    new = exported(home, tmp_path / "new.xlsx")
    retries(home, typed(new, 8, {AMOUNT: "abc"}))
    typed(typed(old, 8, {AMOUNT: "1.00"}), 2, {AMOUNT: "1.23"})
    said = _dry(home, old)
    assert said[8].fate is Fate.REFUSED
    assert "changed since the workbook was exported" in said[8].sentence
    # Its file was read again, but this row of it is what it was.
    assert said[2].fate is Fate.WOULD_MEND


def test_a_row_that_is_loaded_by_now_is_refused(broken: Home, tmp_path: Path) -> None:
    home = copy_of(broken, tmp_path / "H")
    old = exported(home, tmp_path / "old.xlsx")
    new = exported(home, tmp_path / "new.xlsx")
    retries(home, typed(new, 2, {AMOUNT: "1.23"}))
    said = _dry(home, typed(old, 2, {AMOUNT: "9.99"}))[2]
    assert said.fate is Fate.REFUSED
    assert "not in quarantine any more" in said.sentence
    untouched = _dry(home, exported(broken, tmp_path / "again.xlsx"))[2]
    assert (untouched.fate, untouched.is_undecided) == (Fate.UNCHANGED, False)


def test_a_row_that_a_newer_export_has_whole_is_told_left_out_and_refused(
    broken: Home, workbook: Path, tmp_path: Path
) -> None:
    home = copy_of(broken, tmp_path / "H")
    good = week_of_orders()
    first, second, fourth = (good[line - 2][ORDER] for line in (2, 4, 8))
    newer = [row for row in good if row[ORDER] != second]
    newer = [row | ({AMOUNT: "4,56"} if row[ORDER] == fourth else {}) for row in newer]
    drop(home, "m001", newer, name=export_name(at("2024-09-10 09:30")))
    run_ingest(home)

    # Lines 2 and 3 are an order that the newer export has whole; 4 to 6 are not in it, 8 is broken
    # there too, and nobody knows which order line 7 is.
    counts = {group.rule: (group.rows, group.replaced) for group in lists(home).groups}
    assert counts == {
        "paid_amount_unreadable": (2, 1),
        "quantity_below_one": (2, 1),
        "customer_key_unreadable": (1, 0),
        "paid_amount_negative": (1, 0),
        "paid_at_unreadable": (1, 0),
        "order_id_unreadable": (1, 0),
        "paid_amount_missing": (1, 0),
    }
    report = exports(home, tmp_path / "new.xlsx")
    assert (report.rows, report.replaced) == (6, 2)
    shown = [row[ORDER] for row in shown_rows(report.file).values()]
    assert first not in shown
    assert second in shown

    typed(typed(workbook, 2, {AMOUNT: "1.23"}), 4, {BUYER: "1"})
    said = _dry(home, workbook)
    assert said[2].fate is Fate.REFUSED
    assert "a newer export has it whole" in said[2].sentence
    assert said[4].fate is Fate.WOULD_MEND


def test_a_file_that_this_home_does_not_have_is_told(
    broken: Home, workbook: Path, tmp_path: Path
) -> None:
    def other_file(sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, 2), place(sheet, SHA256.header)).value = "0" * 64  # pyright: ignore[reportAttributeAccessIssue]

    said = _dry(broken, edit(typed(workbook, 2, {AMOUNT: "1.23"}), other_file))
    assert said[2].fate is Fate.REFUSED
    assert "no such file" in said[2].sentence


# --- rows that people copied, damaged or decided strangely


def _append_copy(path: Path, line: int, **cells: str) -> Path:
    def change(sheet: Worksheet) -> None:
        values = [cell.value for cell in sheet[row_of(sheet, line)]]
        sheet.append(values)
        for header, value in cells.items():
            sheet.cell(sheet.max_row, place(sheet, header)).value = value  # pyright: ignore[reportAttributeAccessIssue]

    return edit(path, change)


def test_one_row_twice_is_taken_if_both_say_the_same(broken: Home, workbook: Path) -> None:
    typed(workbook, 2, {AMOUNT: "1.23"})
    report = retries(broken, _append_copy(workbook, 2), dry_run=True)
    assert [one.fate for one in report.outcomes if one.line == 2] == [Fate.WOULD_MEND] * 2


def test_one_row_twice_with_different_cells_says_nothing(broken: Home, workbook: Path) -> None:
    typed(workbook, 2, {AMOUNT: "1.23"})
    report = retries(broken, _append_copy(workbook, 2, **{AMOUNT: "123.00"}), dry_run=True)
    twice = [one for one in report.outcomes if one.line == 2]
    assert [one.fate for one in twice] == [Fate.REFUSED] * 2
    assert "twice" in twice[0].sentence


@pytest.mark.parametrize(
    ("header", "value", "fault"),
    [
        (ROW.header, "{}", "hidden cells were changed"),
        (ROW.header, '{"home_id": 1}', "hidden cells were changed"),
        (ROW.header, None, "hidden cells were changed"),
        (SHA256.header, "1.2E+63", "hidden cells were changed"),
        (DECISION.header, "yes please", "'yes please' is no decision"),
    ],
)
def test_a_damaged_row_is_refused_and_the_others_are_not(
    broken: Home, workbook: Path, header: str, value: str | None, fault: str
) -> None:
    def damage(sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, 3), place(sheet, header)).value = value  # pyright: ignore[reportAttributeAccessIssue]

    report = retries(broken, edit(typed(workbook, 2, {AMOUNT: "1.23"}), damage), dry_run=True)
    (refused,) = [one for one in report.outcomes if one.fate is Fate.REFUSED]
    assert refused.row == 3
    assert fault in refused.sentence
    assert fates(report)[2] is Fate.WOULD_MEND


@pytest.mark.parametrize(
    "word", ["丢弃", "discard", "丢弃 discard", " DISCARD ", "丢弃　ｄｉｓｃａｒｄ"]
)
def test_decisions_may_be_spelt_in_either_language(broken: Home, workbook: Path, word: str) -> None:
    assert _dry(broken, typed(workbook, 6, {DECISION.header: word}))[6].fate is Fate.WOULD_DISCARD


def test_discarding_wins_over_changed_cells(broken: Home, workbook: Path) -> None:
    typed(workbook, 2, {DECISION.header: "丢弃", AMOUNT: "1.23"})
    assert _dry(broken, workbook)[2].fate is Fate.WOULD_DISCARD


def test_choosing_mend_without_a_change_changes_nothing(broken: Home, workbook: Path) -> None:
    assert _dry(broken, typed(workbook, 2, {DECISION.header: MEND}))[2].fate is Fate.UNCHANGED


# --- columns and sheets


def test_rows_and_columns_may_be_moved(broken: Home, workbook: Path) -> None:
    typed(workbook, 2, {AMOUNT: "1.23"})

    def shuffle(sheet: Worksheet) -> None:
        columns = list(zip(*sheet.iter_rows(values_only=True), strict=True))
        rows = list(zip(*reversed(columns), strict=True))
        sheet.delete_rows(1, sheet.max_row)
        for row in (rows[0], (), *reversed(rows[1:])):
            sheet.append(row)

    said = _dry(broken, edit(workbook, shuffle))
    assert {line for line, one in said.items() if one.fate is Fate.WOULD_MEND} == {2}
    assert len(said) == 7


def test_a_column_that_is_gone_leaves_its_cells_alone_and_is_told(
    broken: Home, workbook: Path
) -> None:
    typed(workbook, 2, {AMOUNT: "1.23"})
    edit(workbook, lambda sheet: sheet.delete_cols(place(sheet, ITEM)))
    report = retries(broken, workbook, dry_run=True)
    assert [fate for fate in fates(report).values() if fate is not Fate.UNCHANGED] == [
        Fate.WOULD_MEND
    ]
    assert any("there is no column item_name any more" in note for note in report.notes)


def test_another_spelling_of_a_header_is_known_and_an_unknown_one_is_told(
    broken: Home, workbook: Path
) -> None:
    typed(workbook, 2, {AMOUNT: "1.23", PIECES: "9"})

    def rename(sheet: Worksheet) -> None:
        sheet.cell(1, place(sheet, AMOUNT)).value = "商家应收金额（元）(支付金额)"  # pyright: ignore[reportAttributeAccessIssue]
        sheet.cell(1, place(sheet, PIECES)).value = "数量"  # pyright: ignore[reportAttributeAccessIssue]

    report = retries(broken, edit(workbook, rename), dry_run=True)
    (would,) = [one for one in report.outcomes if one.fate is Fate.WOULD_MEND]
    assert would.sentence == "cells: paid_amount"
    assert any("nothing is taken from the columns 数量" in note for note in report.notes)
    assert any("no column quantity any more" in note for note in report.notes)


def test_two_columns_of_one_name_are_refused(broken: Home, workbook: Path) -> None:
    def double(sheet: Worksheet) -> None:
        sheet.cell(1, sheet.max_column + 1).value = AMOUNT  # pyright: ignore[reportAttributeAccessIssue]

    with pytest.raises(QuarantineError, match="are the same; keep one of them"):
        retries(broken, edit(workbook, double))


def test_sheets_that_were_not_exported_are_told_and_not_read(broken: Home, workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    book.create_sheet("notes").append(["订单号", "anything"])
    book[SOURCE].title = "my rows"
    book.save(workbook)
    report = retries(broken, workbook, dry_run=True)
    assert [note for note in report.notes if "notes" in note] == [
        "Sheet notes is none that was exported; it is not read."
    ]
    assert len(report.outcomes) == 7


def test_without_the_hidden_columns_nothing_is_read(broken: Home, workbook: Path) -> None:
    edit(workbook, lambda sheet: sheet.delete_cols(place(sheet, ROW.header)))
    with pytest.raises(QuarantineError, match="no sheet has the hidden columns _sha256, _row"):
        retries(broken, workbook)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"a,b\n1,2\n", b"<html></html>"])
def test_what_is_no_workbook_is_one_sentence(broken: Home, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "q.xlsx"
    path.write_bytes(content)
    with pytest.raises(QuarantineError, match=r"q\.xlsx: it is"):
        retries(broken, path)


# --- the gate after it


def _mended_wrongly(home: Home, path: Path) -> Path:
    return typed(exported(home, path), 2, {AMOUNT: "still 1,23"})


def test_a_file_that_is_held_now_keeps_what_was_read_before(
    broken: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(broken, tmp_path / "H")
    rows = loaded_rows(home)
    monkeypatch.setenv("SEEDBED_GATE__MAX_FILE_SHARE", "0")
    report = retries(home, _mended_wrongly(home, tmp_path / "q.xlsx"))
    (held,) = [one for one in report.outcomes if one.line == 2]
    assert held.fate is Fate.HELD
    assert "rows are rejected" in held.sentence
    assert report.exit_code == 3
    assert loaded_rows(home).equals(rows)


def test_a_stopped_gate_is_told_and_the_repair_waits(
    broken: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(broken, tmp_path / "H")
    rows = loaded_rows(home)
    monkeypatch.setenv("SEEDBED_GATE__MAX_FILE_SHARE", "0")
    monkeypatch.setenv("SEEDBED_GATE__MAX_RUN_SHARE", "0")
    path = _mended_wrongly(home, tmp_path / "q.xlsx")
    drop(home, "m002", [row | {PIECES: "0"} for row in week_of_orders(seed=3)])
    with open_workspace(home) as workspace:
        land(workspace)
    report = retries(home, path)
    (waiting,) = [one for one in report.outcomes if one.line == 2]
    assert waiting.fate is Fate.WAITING
    assert report.exit_code == 1
    assert "fail together" in report.structural_faults[0]
    assert loaded_rows(home).equals(rows)
    assert [row.line for row in mended(home)] == [2]
