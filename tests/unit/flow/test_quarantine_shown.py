"""Texts through a workbook and back: any cell is known again, and harms nobody."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from orchestration.exports.table.cells import clean
from orchestration.flow.quarantine.sheet import SHOWN_COLUMNS
from orchestration.flow.quarantine.shown import LONGEST_CELL, is_unchanged, mark, meant, shown
from orchestration.flow.quarantine.write import SourceRows, WrittenRow, write_workbook
from tests.example_counts import scaled

NOW = datetime(2024, 9, 16, tzinfo=UTC)
FORMULAS = [
    "=1+1",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "'=1+1",
    "''=1+1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(1)",
    '=HYPERLINK("http://a.example","x")',
    '=DDE("cmd";"/C calc";"x")',
    "-@a",
    "+ 1",
]
NUMBERS = ["-5.00", "+1", "-", "-1,234.50", "-13.83%", "0123", "2024-09-02", "-0"]
ODD = ["_x0041_", "_x005F_x0041_", "a_x000D_b", "a\r\nb", "a\rb", "\x00\x07\x1b[31m", "\ufffe"]
MARKUP = ["<script>alert(1)</script>", "<!channel>", "]]>", "&amp;", "\u202eabc\u202c", "😀"]
# Half a character is in no text that was decoded from a file.
texts = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    [*FORMULAS, *NUMBERS, *ODD, *MARKUP]
)


def _written(folder: Path, cells: list[str]) -> Path:
    """A workbook with one row per text."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    fixed = [""] * len(SHOWN_COLUMNS)
    rows = [WrittenRow(fixed, {"商品名称": text}, ("sha", "{}")) for text in cells]
    write_workbook(folder / "t.xlsx", scratch, [SourceRows("a__b", ["商品名称"], rows)], NOW)
    return folder / "t.xlsx"


def _read(path: Path) -> list[str]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("a__b").iter_rows()
    return [str(row[len(SHOWN_COLUMNS)]) for row in rows][1:]


@settings(max_examples=scaled(60), deadline=None)
@given(cells=st.lists(texts, min_size=1, max_size=20))
@example(cells=[*FORMULAS, *NUMBERS, *ODD, *MARKUP])
def test_every_text_comes_back_as_it_was_shown(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("t")
    path = _written(folder, cells)
    assert _read(path) == [shown(text) for text in cells]
    # Another program writes it again in its own way.
    openpyxl.load_workbook(path).save(path)
    for text, cell in zip(cells, _read(path), strict=True):
        assert is_unchanged(cell, mark(text), is_number_cell=False), ascii(text)
    shutil.rmtree(folder)


@settings(deadline=None)
@given(text=texts)
def test_the_guard_comes_off_again(text: str) -> None:
    visible = shown(text)
    if "\r" not in text and visible in (text, f"'{text}"):
        assert meant(visible) == text


@settings(deadline=None)
@given(one=texts, other=texts)
def test_two_texts_that_mean_something_else_have_two_marks(one: str, other: str) -> None:
    if clean(meant(shown(one))) != clean(meant(shown(other))):
        assert not is_unchanged(shown(other), mark(one), is_number_cell=False)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_like_a_formula_not_even_in_a_csv(text: str) -> None:
    line = io.StringIO()
    csv.writer(line).writerow([shown(text)])
    assert line.getvalue().lstrip('"').startswith("'")


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_and_dashes_stay_as_they_are(text: str) -> None:
    assert shown(text) == text


def test_cells_are_texts_with_the_hidden_apostrophe_for_every_reader(tmp_path: Path) -> None:
    cells = [*FORMULAS, *NUMBERS, *MARKUP]
    path = _written(tmp_path, cells)
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n", "inlineStr"}
            assert all(cell.data_type != "n" or cell.value is None for cell in row)
    column = [row[len(SHOWN_COLUMNS)] for row in openpyxl.load_workbook(path)["a__b"].iter_rows(2)]
    assert all(cell.quotePrefix and cell.number_format == "@" for cell in column)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs a spreadsheet program")
@pytest.mark.slow
def test_a_spreadsheet_program_makes_no_formula_of_it_nor_of_a_csv_saved_from_it(
    tmp_path: Path,
) -> None:
    on_one_line = [text for text in FORMULAS if not {"\r", "\n"} & set(text)]
    path = _written(tmp_path, on_one_line)
    # Comma, double quote, UTF-8, from line 1 on, contents as shown, and only the second sheet.
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", options, "--outdir"]
    subprocess.run(
        [*command, str(tmp_path), str(path)], check=True, capture_output=True, timeout=120
    )
    (saved,) = tmp_path.glob("*.csv")
    with saved.open(encoding="utf-8", newline="") as file:
        cells = [row[len(SHOWN_COLUMNS)] for row in csv.reader(file)][1:]
    assert cells == [shown(text) for text in on_one_line]
    assert all(cell.startswith("'") for cell in cells)


@pytest.mark.parametrize("char", ["a", "文", "😀"])
def test_a_text_longer_than_a_cell_is_cut_and_known_again(tmp_path: Path, char: str) -> None:
    text = char * (LONGEST_CELL + 10)
    (cell,) = _read(_written(tmp_path, [text]))
    assert cell == shown(text)
    assert cell.endswith("…")
    assert len(cell.encode("utf-16-le")) // 2 in (LONGEST_CELL, LONGEST_CELL - 1)
    assert is_unchanged(cell, mark(text), is_number_cell=False)


@pytest.mark.parametrize(
    ("text", "cell", "is_same"),
    [
        ("007", "7", True),
        ("12.50", "12.5", True),
        ("12.50", "12.51", False),
        ("1,23", "123", False),
    ],
)
def test_a_number_that_a_spreadsheet_made_of_a_text_is_known_by_its_value(
    text: str, cell: str, is_same: bool
) -> None:
    assert is_unchanged(cell, mark(text), is_number_cell=True) is is_same
    assert not is_unchanged(cell, mark(text), is_number_cell=False)
    assert not is_unchanged(cell, mark(text, is_faulty=True), is_number_cell=True)


def test_more_rows_than_a_sheet_holds_go_to_further_sheets(tmp_path: Path) -> None:
    fixed = [""] * len(SHOWN_COLUMNS)
    rows = (WrittenRow(fixed, {"h": str(n)}, ("sha", "{}")) for n in range(7))
    source = "a_very_long_platform__with_a_very_long_entity"
    sheets = write_workbook(
        tmp_path / "t.xlsx", tmp_path, [SourceRows(source, ["h"], rows)], NOW, rows_of_a_sheet=3
    )
    assert list(sheets.values()) == [3, 3, 1]
    assert all(len(name) <= 31 and source.startswith(name[:25]) for name in sheets)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames[1:] == list(sheets)
    assert [c.value for name in sheets for c in book[name]["I"][1:]] == [str(n) for n in range(7)]
