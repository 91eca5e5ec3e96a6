"""What a spreadsheet makes of a cell: no change, a change as the reader cleans it, or destroyed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flow_kit import MONDAY, SOURCE

from orchestration.exports.layout.load import load_layouts
from orchestration.exports.table.cells import Cell
from orchestration.flow.quarantine.changes import CellError, changes_of
from orchestration.flow.quarantine.read import SheetRow
from orchestration.flow.quarantine.sheet import NOT_SHOWN, RowId
from orchestration.flow.quarantine.shown import mark

LAYOUT = load_layouts().get(SOURCE)


def _changes(shown: dict[str, str], cells: dict[str, Cell], **words: Any) -> dict[str, str]:
    """What a row asks for that showed these texts and holds these cells now."""
    faulty = words.pop("faulty", set())
    marks = {name: mark(text, is_faulty=name in faulty) for name, text in shown.items()}
    row_id = RowId("h", SOURCE, "m001", 2, "s", marks | words.pop("marks", {}), False)
    row = SheetRow(SOURCE, 2, "0" * 64, row_id, "", cells)
    return changes_of(row, row_id, LAYOUT, lambda number: f"key of {number}")


@pytest.mark.parametrize(
    ("name", "shown", "cell"),
    [
        ("order_id", "P1", " P1\u3000"),
        ("order_id", "007", 7.0),
        ("order_id", "12", 12.0),
        ("paid_amount", "12.50", 12.5),
        ("paid_amount", "1,234.50", "1,234.50"),
        ("quantity", "2.0", 2),
        ("paid_at", "2024-09-02 10:00:00", datetime.fromisoformat("2024-09-02 10:00:00")),
        ("paid_at", "2024-09-02 00:00:00", date(2024, 9, 2)),
        ("item_name", "=1+1", "'=1+1"),
        ("item_name", "=1+1", "=1+1"),
        ("item_name", "two\r\nlines", "two\nlines"),
        ("item_name", "", "-"),
        ("order_id", "1.23E+17", "1.23E+17"),
    ],
)
def test_what_only_looks_different_is_no_change(name: str, shown: str, cell: Cell) -> None:
    assert _changes({name: shown}, {name: cell}) == {}


@pytest.mark.parametrize(
    ("name", "shown", "cell", "text"),
    [
        ("order_id", "", 12.0, "12"),
        ("order_id", "7", "007", "007"),
        ("paid_amount", "12.500", 12.5, "12.5"),
        ("paid_amount", "1,23", "1.23", "1.23"),
        ("paid_amount", "5.00", "", ""),
        ("paid_at", "01/02/2024", MONDAY, "2024-09-09 09:30:00"),
        ("item_name", "a", "'=2", "=2"),
        ("customer_key", "1.23E+17", "  17850 ", "key of 17850"),
        ("customer_key", "1.23E+17", 17850.0, "key of 17850"),
        ("customer_key", "17850", "", ""),
    ],
)
def test_what_was_changed_is_taken_as_the_reader_cleans_it(
    name: str, shown: str, cell: Cell, text: str
) -> None:
    assert _changes({name: shown}, {name: cell}, faulty={name}) == {name: text}


@pytest.mark.parametrize(
    ("name", "cell", "fault"),
    [
        ("order_id", 1.23456789012345e17, "last digits are lost"),
        ("order_id", "1.23E+17", "last digits are lost"),
        ("order_id", 1.5, "made something else of it"),
        ("order_id", date(2024, 9, 2), "made something else of it"),
        ("order_id", True, "made something else of it"),
        ("item_name", "#REF!", "error of the spreadsheet"),
        ("item_name", "#UNCALCULATED!", "error of the spreadsheet"),
        ("customer_key", 12345678901234567890.0, "last digits are lost"),
        ("quantity", date(2024, 9, 2), "made something else of it"),
        ("paid_amount", False, "made something else of it"),
        ("paid_at", datetime.fromisoformat("2024-09-02 10:00:00").time(), "made something else"),
    ],
)
def test_what_a_spreadsheet_destroyed_is_refused(name: str, cell: Cell, fault: str) -> None:
    with pytest.raises(CellError, match=fault):
        _changes({name: "before"}, {name: cell})


def test_a_buyer_that_is_not_shown_stays_unless_something_is_typed() -> None:
    hidden = {"customer_key": NOT_SHOWN}
    assert _changes({}, {"customer_key": ""}, marks=hidden) == {}
    assert _changes({}, {"customer_key": "-"}, marks=hidden) == {"customer_key": ""}
    assert _changes({}, {"customer_key": "7"}, marks=hidden) == {"customer_key": "key of 7"}


def test_a_cell_of_a_column_that_the_file_does_not_have_is_refused() -> None:
    assert _changes({}, {"item_name": ""}) == {}
    with pytest.raises(CellError, match="its file has no column '商品名称'"):
        _changes({}, {"item_name": "x"})


@pytest.mark.parametrize("cell", [8.5, True, date(2031, 9, 2), 8.76e17, "8.76E+17"], ids=str)
def test_a_refusal_never_holds_what_was_typed(cell: Cell) -> None:
    with pytest.raises(CellError) as refusal:
        _changes({"customer_key": ""}, {"customer_key": cell})
    assert not {"8", "2031", "True"} & set(str(refusal.value).replace(".", " ").split())
