"""Rows of an archived file as they stand there, and a buyer that a person says is none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from exports_kit import REQUIRED, order, read, write_sheet, write_text

from orchestration.exports.errors import UnrecognisedFile
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.table.file_rows import FileRow, open_rows


def _rows(path: Path, *numbers: int) -> list[FileRow]:
    return list(open_rows(path, path.name, load_layouts()).rows(numbers))


def test_cells_come_as_they_stand_with_unmapped_ones_among_them(tmp_path: Path) -> None:
    path = write_text(
        tmp_path / "o.csv",
        [["收件人姓名", *REQUIRED, "新列"], [" 甲 ", *order(paid_amount=" 1,23 "), "x"]],
    )
    opened = open_rows(path, path.name, load_layouts())
    assert opened.headers == ("收件人姓名", *REQUIRED, "新列")
    assert opened.other_places == {0: "收件人姓名", 7: "新列"}
    (row,) = opened.rows([2])
    assert row.texts[0] == " 甲 "
    assert row.texts[opened.found.positions["paid_amount"]] == " 1,23 "


def test_unmapped_places_have_names_of_their_own(tmp_path: Path) -> None:
    headers = [*REQUIRED[:3], "备注", "", "备注", *REQUIRED[3:]]
    path = write_text(tmp_path / "o.csv", [headers, ["x"] * len(headers)])
    places = open_rows(path, path.name, load_layouts()).other_places
    assert places == {3: "备注", 4: "(5)", 5: "备注 (6)"}


def test_rows_have_the_numbers_that_the_reader_gives_them(tmp_path: Path) -> None:
    rows = [["导出时间：2024-09-20 10:00:00"], REQUIRED, order(), [], order(order_id="P2")]
    for path in (write_text(tmp_path / "o.csv", rows), write_sheet(tmp_path / "o.xlsx", rows)):
        _, table = read(path)
        for number, order_id in zip(
            table["_row_number"].to_pylist(), table["order_id"].to_pylist(), strict=True
        ):
            (row,) = _rows(path, number)
            assert (row.number, row.texts[0]) == (number, order_id)


def test_only_the_wanted_rows_come_in_their_order(tmp_path: Path) -> None:
    path = write_text(tmp_path / "o.csv", [REQUIRED, *(order(order_id=f"P{n}") for n in range(9))])
    assert [(r.number, r.texts[0]) for r in _rows(path, 7, 3, 99)] == [(3, "P1"), (7, "P5")]
    assert _rows(path) == []


@pytest.mark.parametrize("cells", [order()[:4], [*order(), "more"]])
def test_a_row_of_another_length_keeps_all_its_cells(tmp_path: Path, cells: list[object]) -> None:
    (row,) = _rows(write_text(tmp_path / "o.csv", [REQUIRED, cells, order()]), 2)
    assert row == FileRow(2, tuple(map(str, cells)), is_even=False)


def test_number_and_time_cells_are_texts(tmp_path: Path) -> None:
    moment = datetime.fromisoformat("2024-09-09 10:00:00")
    path = write_sheet(tmp_path / "o.xlsx", [REQUIRED, order(quantity=2, paid_at=moment)])
    assert _rows(path, 2)[0].texts[2:4] == ("2024-09-09 10:00:00", "2")


def test_a_file_that_no_layout_fits_is_refused(tmp_path: Path) -> None:
    path = write_text(tmp_path / "o.csv", [["a", "b"], ["1", "2"]])
    with pytest.raises(UnrecognisedFile):
        open_rows(path, path.name, load_layouts())


def test_a_mended_buyer_may_be_nobody(tmp_path: Path) -> None:
    path = write_text(tmp_path / "o.csv", [REQUIRED, order(customer="1.23457E+17"), order()])
    assert read(path)[1]["_parse_rule"].to_pylist() == ["customer_key_unreadable", None]
    _, table = read(path, repairs={2: {"customer_key": ""}})
    assert table["_parse_rule"].to_pylist() == [None, None]
    assert table["customer_key"].to_pylist()[0] is None
    assert table["customer_key"].to_pylist()[1] is not None
