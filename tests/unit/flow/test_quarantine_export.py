"""`quarantine export`: what the workbook shows of each row, and what it must never hold."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import openpyxl
import pytest
from flow_kit import (
    MONDAY,
    SOURCE,
    drop,
    loaded_rows,
    make_home,
    rename_headers,
    run_ingest,
    week_of_orders,
)
from quarantine_kit import (
    AMOUNT,
    BUYER,
    DDE,
    ITEM,
    MARKUP,
    ORDER,
    PAID_AT,
    PIECES,
    broken_home,
    copy_of,
    exported,
    exports,
    fates,
    place,
    retries,
    row_of,
    shown_rows,
    typed,
)

from orchestration.flow.quarantine.judge import Fate
from orchestration.flow.quarantine.rows import Choice, QuarantineError
from orchestration.flow.quarantine.sheet import (
    DECISION,
    EXPLANATION,
    FILE,
    FIX,
    HASH,
    MEND,
    MERCHANT,
    REASON,
    ROW,
    RULE,
    SHA256,
    SURPLUS,
)
from orchestration.home import Home
from orchestration.samples.workbooks import (
    ORDER_HEADERS,
    PERSONAL_MARK,
    Row,
    export_name,
)

pytestmark = pytest.mark.slow

YELLOW = "FFFFE699"
PERSON = "收件人姓名"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[Row]]:
    """To be looked at, never changed."""
    return broken_home(tmp_path_factory.mktemp("world") / "H")


@pytest.fixture
def broken(world: tuple[Home, list[Row]]) -> Home:
    return world[0]


def _everything(path: Path) -> str:
    """All texts of a workbook, hidden ones too."""
    book = openpyxl.load_workbook(path)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def _highlighted(path: Path) -> dict[int, set[str]]:
    sheet = openpyxl.load_workbook(path)[SOURCE]
    headers = [str(cell.value) for cell in sheet[1]]
    return {
        line: {
            header
            for header, cell in zip(headers, sheet[row_of(sheet, line)], strict=True)
            if cell.fill.start_color.rgb == YELLOW
        }
        for line in shown_rows(path)
    }


# --- what is shown


def test_each_row_is_there_once_with_its_rules_reasons_fixes_and_cells(
    world: tuple[Home, list[Row]], tmp_path: Path
) -> None:
    broken, good = world
    rows = shown_rows(exported(broken, tmp_path / "q.xlsx"))
    assert set(rows) == {2, 3, 4, 5, 6, 7, 8}
    both = rows[5]
    assert both[RULE.header] == "paid_amount_negative; quantity_below_one"
    assert both[REASON.header].count("\n") == both[FIX.header].count("\n") == 1
    assert (both[MERCHANT.header], both[FILE.header]) == ("m001", export_name(MONDAY))
    assert both[DECISION.header] is None
    assert both[SHA256.header].startswith(both[HASH.header])
    assert len(both[HASH.header]) == 8
    assert (both[PIECES], both[AMOUNT], both[ORDER]) == ("0", "-5.00", good[3][ORDER])
    assert rows[2][AMOUNT] == "1,23"
    assert "write it like 1234.50" in rows[2][FIX.header]
    assert "or - where there is no buyer" in rows[4][FIX.header]
    assert "write the whole text from the back-office" in rows[7][FIX.header]


def test_the_cells_at_fault_are_yellow_and_stand_first(broken: Home, tmp_path: Path) -> None:
    path = exported(broken, tmp_path / "q.xlsx")
    assert _highlighted(path) == {
        2: {AMOUNT},
        3: {PIECES},
        4: {BUYER},
        5: {PIECES, AMOUNT},
        6: {PAID_AT},
        7: {ORDER},
        8: {AMOUNT},
    }
    headers = [cell.value for cell in openpyxl.load_workbook(path)[SOURCE][1]]
    after_fix = headers[headers.index(FIX.header) + 1 :]
    assert after_fix[:5] == [ORDER, PAID_AT, PIECES, AMOUNT, BUYER]


def test_hostile_texts_stand_there_as_texts(broken: Home, tmp_path: Path) -> None:
    path = exported(broken, tmp_path / "q.xlsx", from_landing=True)
    rows = shown_rows(path)
    assert rows[2][ITEM] == f"'{DDE}"
    assert rows[3][ITEM] == MARKUP
    sheet = openpyxl.load_workbook(path)[SOURCE]
    cell = sheet.cell(row_of(sheet, 2), place(sheet, ITEM))
    assert cell.data_type in ("s", "inlineStr")
    assert (cell.quotePrefix, cell.number_format) == (True, "@")


def test_the_hidden_cells_are_hidden_and_the_first_sheet_explains(
    broken: Home, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(exported(broken, tmp_path / "q.xlsx"))
    assert book.sheetnames == [EXPLANATION, SOURCE]
    sheet = book[SOURCE]
    for header in (SHA256.header, ROW.header):
        # One range may stand for both columns.
        hidden = [d for d in sheet.column_dimensions.values() if d.hidden]
        assert any((d.min or 0) <= place(sheet, header) <= (d.max or 0) for d in hidden)
    (choices,) = sheet.data_validations.dataValidation
    assert choices.formula1 == '"改 mend,丢弃 discard"'
    assert sheet.freeze_panes == "B2"
    told = "\n".join(str(row[0].value) for row in book[EXPLANATION].iter_rows())
    assert "seedbed quarantine retry FILE.xlsx --dry-run" in told
    assert "怎么用" in told


def test_only_the_chosen_rows_are_exported(broken: Home, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    exports(broken, path, Choice(rule="quantity_below_one"))
    rows = shown_rows(path)
    assert set(rows) == {3, 5}
    # A row comes whole, with what else is wrong with it.
    assert "paid_amount_negative" in rows[5][RULE.header]
    nothing = exports(broken, tmp_path / "none.xlsx", Choice(merchant_id="m002"))
    assert (nothing.rows, (tmp_path / "none.xlsx").exists()) == (0, False)


# --- nothing personal unless it is asked for


def test_without_asking_nothing_personal_is_in_it(
    world: tuple[Home, list[Row]], tmp_path: Path
) -> None:
    broken, good = world
    buyers = {row[BUYER] for row in good if row[BUYER]}
    for way in ({}, {"from_landing": True}):
        path = exported(broken, tmp_path / "q.xlsx", **way)
        text = _everything(path)
        assert PERSONAL_MARK not in text
        assert PERSON not in text
        assert not [buyer for buyer in buyers if buyer in text]
        assert "1.23E+17" not in text
        assert {row[BUYER] for row in shown_rows(path).values()} == {None}


def test_personal_cells_come_when_they_are_asked_for(
    world: tuple[Home, list[Row]], tmp_path: Path
) -> None:
    broken, good = world
    rows = shown_rows(exported(broken, tmp_path / "q.xlsx", from_landing=True, personal=True))
    assert rows[2][PERSON] == good[0][PERSON]
    assert rows[4][BUYER] == "1.23E+17"
    assert (rows[2][BUYER] or "") == good[0][BUYER]
    # What is hidden does not say it a second time.
    assert good[0][PERSON] not in str(rows[2][ROW.header])
    first = openpyxl.load_workbook(tmp_path / "q.xlsx")[EXPLANATION]["A1"].value
    assert "holds personal data" in str(first)


def test_cells_from_landing_are_as_they_stand_in_the_file(tmp_path: Path) -> None:
    home = make_home(tmp_path / "H", "m001")
    rows = week_of_orders()
    raw = {PIECES: "-1.0", AMOUNT: "￥1,234.5", ITEM: "  a  ", "订单创建时间": "2024/9/2 9:05"}
    drop(home, "m001", [rows[0] | raw, *rows[1:]])
    run_ingest(home)
    kept = shown_rows(exported(home, tmp_path / "q.xlsx"))[2]
    assert (kept[PIECES], kept[AMOUNT]) == ("-1", "1234.50")
    assert kept["订单创建时间"] == "2024-09-02 09:05:00"
    as_in_file = shown_rows(exported(home, tmp_path / "f.xlsx", from_landing=True))[2]
    assert {header: as_in_file[header] for header in raw} == raw
    # What is mended already is shown as it was mended.
    retries(home, typed(tmp_path / "f.xlsx", 2, {AMOUNT: "abc"}))
    again = shown_rows(exported(home, tmp_path / "f.xlsx", from_landing=True))[2]
    assert again == as_in_file | {
        AMOUNT: "abc",
        **{column.header: again[column.header] for column in (RULE, REASON, FIX, ROW)},
    }


# --- where it may be written


def test_it_is_private_and_leaves_nothing_beside_it(broken: Home, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    path = exported(broken, folder / "q.xlsx", from_landing=True, personal=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [path]


def test_it_is_never_written_into_the_home(broken: Home, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(broken.root, target_is_directory=True)
    folders = (broken.root, broken.inbox / "m001", tmp_path / "link")
    for target in (folder / "q.xlsx" for folder in folders):
        with pytest.raises(QuarantineError, match="lies in the home"):
            exports(broken, target)
        assert not target.exists()


def test_a_row_range_beyond_a_sheet_goes_on_in_the_next(broken: Home, tmp_path: Path) -> None:
    report = exports(broken, tmp_path / "q.xlsx", rows_of_a_sheet=3)
    assert report.sheets == {SOURCE: 3, f"{SOURCE} (2)": 3, f"{SOURCE} (3)": 1}
    typed(tmp_path / "q.xlsx", 8, {AMOUNT: "1.00"}, sheet=f"{SOURCE} (3)")
    assert fates(retries(broken, tmp_path / "q.xlsx", dry_run=True))[8] is Fate.WOULD_MEND


# --- rows of another length, and files that lack a column


def _csv(path: Path, rows: list[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def shifted(tmp_path: Path) -> tuple[Home, list[Row]]:
    """A CSV of which one row lost its second cell and another has one more at the end."""
    home = make_home(tmp_path / "H", "m001")
    good = week_of_orders()
    cells = [[row.get(header, "") for header in ORDER_HEADERS] for row in good]
    del cells[0][1]
    cells[1].append("more")
    _csv(home.inbox / "m001" / "orders.csv", [list(ORDER_HEADERS), *cells])
    run_ingest(home)
    return home, good


def test_a_row_of_another_length_shows_no_cell_unless_personal_ones_may_be_seen(
    shifted: tuple[Home, list[Row]], tmp_path: Path
) -> None:
    home, good = shifted
    for way in ({}, {"from_landing": True}):
        path = exported(home, tmp_path / "q.xlsx", **way)
        rows = shown_rows(path)
        assert {rows[2][header] for header in (ORDER, PIECES, AMOUNT, ITEM)} == {None}
        assert PERSONAL_MARK not in _everything(path)
    rows = shown_rows(exported(home, tmp_path / "q.xlsx", from_landing=True, personal=True))
    assert (rows[2][ORDER], rows[2]["订单状态"]) == (good[0][ORDER], good[0]["售后状态"])
    assert (rows[3][ORDER], rows[3][SURPLUS.header]) == (good[1][ORDER], "more")


def test_a_row_of_another_length_is_mended_as_a_whole(
    shifted: tuple[Home, list[Row]], tmp_path: Path
) -> None:
    home, good = shifted
    path = exported(home, tmp_path / "q.xlsx", from_landing=True, personal=True)
    told = {header: good[0].get(header) or None for header in ORDER_HEADERS}
    sheet = openpyxl.load_workbook(path)[SOURCE]
    there = {str(cell.value) for cell in sheet[1]}
    typed(path, 2, {header: text for header, text in told.items() if header in there})
    # The other row stands right but for a cell too many, and a person says so.
    typed(path, 3, {DECISION.header: MEND})
    report = retries(home, path)
    assert fates(report) == {2: Fate.LOADED, 3: Fate.LOADED}
    whole = make_home_like(home, tmp_path / "whole", good)
    assert loaded_rows(home).equals(loaded_rows(whole))
    assert {one.fate for one in retries(home, path).outcomes} == {Fate.ALREADY_MENDED}


def make_home_like(home: Home, root: Path, rows: list[Row]) -> Home:
    """Another home with the same identity key, that got these rows unbroken."""
    other = make_home(root, "m001")
    assert other.identity_key.read_bytes() == home.identity_key.read_bytes()
    cells = [[row.get(header, "") for header in ORDER_HEADERS] for row in rows]
    _csv(other.inbox / "m001" / "orders.csv", [list(ORDER_HEADERS), *cells])
    run_ingest(other)
    return other


def test_mending_a_row_without_cells_needs_cells(
    shifted: tuple[Home, list[Row]], tmp_path: Path
) -> None:
    home, _ = shifted
    path = typed(exported(home, tmp_path / "q.xlsx"), 2, {DECISION.header: MEND})
    (refused,) = [one for one in retries(home, path, dry_run=True).outcomes if one.line == 2]
    assert refused.fate is Fate.REFUSED
    assert "nothing stands in it" in refused.sentence


def test_columns_that_only_another_file_has_are_grey_and_not_taken(tmp_path: Path) -> None:
    home = make_home(tmp_path / "H", "m001", "m002")
    rows = week_of_orders()
    first = drop(home, "m001", [rows[0] | {AMOUNT: "1,23"}, *rows[1:]])
    rename_headers(first, {ITEM: "别的", AMOUNT: "商家应收金额（元）(支付金额)"})
    drop(home, "m002", [rows[0], rows[1] | {PIECES: "x"}, *rows[2:]])
    run_ingest(home)
    path = exported(home, tmp_path / "q.xlsx")
    sheet = openpyxl.load_workbook(path)[SOURCE]
    headers = [cell.value for cell in sheet[1]]
    # A column is named as the first file names it.
    assert "商家应收金额（元）(支付金额)" in headers
    assert AMOUNT not in headers
    colours = {
        line: sheet.cell(row_of(sheet, line), place(sheet, ITEM)).fill.start_color.rgb
        for line in (2, 3)
    }
    assert (colours[2], colours[3] == colours[2]) == ("FFD0CECE", False)
    typed(typed(path, 2, {ITEM: "tea", PIECES: "2"}), 3, {ITEM: "tea", PIECES: "2"})
    said = {one.line: one for one in retries(home, path, dry_run=True).outcomes}
    assert (said[2].fate, said[3].fate) == (Fate.REFUSED, Fate.WOULD_MEND)
    assert f"its file has no column '{ITEM}'" in said[2].sentence


def test_a_file_that_is_gone_from_landing_is_told_and_the_others_are_shown(
    broken: Home, tmp_path: Path
) -> None:
    home = copy_of(broken, tmp_path / "H")
    (path,) = [path for path in home.landing.rglob("*") if path.is_file()]
    rows = week_of_orders(seed=9)
    drop(home, "m002", [rows[0] | {PIECES: "0"}, *rows[1:]])
    run_ingest(home)
    path.unlink()

    report = exports(home, tmp_path / "q.xlsx")

    assert (report.sheets, report.files, report.exit_code) == ({SOURCE: 1}, 1, 3)
    (note,) = report.notes
    assert note.startswith(f"Rows of {export_name(MONDAY)} are left out. ")
    assert "restore landing/" in note
    nothing = exports(home, tmp_path / "none.xlsx", Choice(merchant_id="m001"))
    assert (nothing.rows, len(nothing.notes), nothing.file.exists()) == (0, 1, False)
