"""Titles and grouped headers above the real header, several sheets, and marked cells."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from exports_kit import REQUIRED, order, read, read_orders, write_sheet, write_sheets, write_text

from orchestration.exports.errors import UnreadableFile, UnrecognisedFile

TITLES = [
    ["小红书订单查询"],
    ["导出时间", "2024-09-16"],
    ["", "", ""],
    ["订单信息", "", "支付信息"],
]


@pytest.mark.parametrize("as_text", [False, True])
def test_rows_above_the_header_are_counted_as_titles(tmp_path: Path, as_text: bool) -> None:
    write = write_text if as_text else write_sheet
    result, table = read(write(tmp_path / "o", [*TITLES, REQUIRED, order(), order()]))
    assert result.skipped == {"title": 3}
    assert (result.rows_read, result.rows_staged) == (5, 2)
    assert table["_row_number"].to_pylist() == [6, 7]


def test_a_header_below_the_tenth_row_is_not_looked_for(tmp_path: Path) -> None:
    titles = [[f"第{number}行"] for number in range(9)]
    assert read(write_sheet(tmp_path / "o.xlsx", [*titles, REQUIRED, order()]))[0].rows_staged == 1
    with pytest.raises(UnrecognisedFile, match="no layout fits"):
        read(write_sheet(tmp_path / "p.xlsx", [*titles, ["又"], REQUIRED, order()]))


def test_the_first_of_two_headers_counts_and_the_second_is_told() -> None:
    with pytest.raises(UnreadableFile, match=r"orders\.xlsx: row 3 is a second header"):
        read_orders(order(), REQUIRED, order())


def test_a_second_header_far_below_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.exports.table.sheets._BATCH_ROWS", 7)
    rows = [REQUIRED, *[order()] * 40, REQUIRED, order()]
    with pytest.raises(UnreadableFile, match="row 42 is a second header"):
        read(write_text(tmp_path / "o.csv", rows))


def test_a_product_named_like_a_header_is_no_header() -> None:
    assert read_orders(order(order_status="订单状态"))[0].rows_staged == 1


def test_titles_on_one_of_several_sheets(tmp_path: Path) -> None:
    sheets = {"说明": [["本表"], ["由系统"]], "订单": [*TITLES, REQUIRED, order()]}
    assert read(write_sheets(tmp_path / "o.xlsx", sheets))[0].rows_staged == 1


def marked(path: Path) -> Path:
    """A workbook whose second to last rows hold formulas and errors, beside good rows."""
    formulas: dict[int, dict[int, tuple[str, Any]]] = {
        2: {0: ('=HYPERLINK("http://x/P2","P2")', 0)},
        3: {0: ('=HYPERLINK("P3")', 0), 3: ("=SUM(1,2)", 3)},
        4: {4: ("=1/0", "#DIV/0!")},
        5: {4: ("=SUM(A1)", "")},
        6: {0: ("=HYPERLINK(A1,A2)", 0)},
        7: {1: ("=NA()", "#N/A")},
        10: {4: ("=SUM(A1)", "")},
    }
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("a & 订单")
        sheet.write_row(0, 0, REQUIRED)
        for row in range(1, 9):
            sheet.write_row(row, 0, order(order_id=f"P{row}"))
        for row, cells in formulas.items():
            for column, (formula, value) in cells.items():
                sheet.write_formula(row, column, formula, None, value)
    return path


def test_links_mean_their_text_and_lost_results_are_faults(tmp_path: Path) -> None:
    result, table = read(marked(tmp_path / "o.xlsx"))
    rows = {row["_row_number"]: row for row in table.to_pylist()}
    assert [rows[n]["order_id"] for n in (2, 3, 4, 9)] == ["P1", "P2", "P3", "P8"]
    assert rows[4]["quantity"] == 3
    faults = {n: row["_parse_rule"] for n, row in rows.items() if row["_parse_rule"]}
    assert faults == {
        5: "paid_amount_unreadable",
        6: "paid_amount_unreadable",
        7: "order_id_unreadable",
        8: "order_status_unreadable",
        11: "paid_amount_unreadable",
    }
    assert result.skipped == {"empty": 1}
    assert result.rows_read == 10


def test_a_zip_of_exports_or_a_bomb_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", "a,b")
    with pytest.raises(UnreadableFile, match="a ZIP archive of other files"):
        read(path)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w") as part,
    ):
        for _ in range(101):
            part.write(bytes(1_000_000))
    with pytest.raises(UnreadableFile, match="unpacks to 101,000,000 bytes"):
        read(path)
