"""What a person changed in a row, as repairs; a cell that may not be taken is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from orchestration.exports.layout.book import Column, Layout
from orchestration.exports.repairs import DISCARD_ROW
from orchestration.exports.table.cells import NOTHING, Cell, cell_text, clean, is_lost
from orchestration.flow.quarantine.read import SheetRow
from orchestration.flow.quarantine.sheet import DISCARD, MEND, NOT_SHOWN, RowId
from orchestration.flow.quarantine.shown import is_unchanged, meant

_YES = "yes"
# Of a cell that holds nothing, for whoever reads the file after it.
_NOBODY = ""


class CellError(Exception):
    """A changed cell cannot be taken; the message says why and how to mend it."""


def changes_of(
    row: SheetRow, row_id: RowId, layout: Layout, customer_key: Callable[[str], str]
) -> dict[str, str]:
    """The repairs that a row asks for, by column; none if nothing was changed.

    Args:
        row: a row of the workbook without a fault.
        row_id: what its hidden cells say.
        layout: of its source.
        customer_key: turns a buyer number of its merchant into a key; no number leaves here.

    Raises:
        CellError: a changed cell cannot be taken.
    """
    if row.decision == DISCARD:
        return {DISCARD_ROW: _YES}
    changed: dict[str, str] = {}
    for name, cell in row.cells.items():
        text = _changed_text(layout.columns[name], cell, row_id.marks.get(name))
        if text is not None:
            changed[name] = text
    if row_id.is_odd and (changed or row.decision == MEND):
        changed = _all_texts(row, row_id, layout)
    return {
        name: customer_key(text) if layout.columns[name].type == "customer" and text else text
        for name, text in changed.items()
    }


def _changed_text(column: Column, cell: Cell, mark: str | None) -> str | None:
    """The cleaned text of a cell that does not say any more what was shown, else None."""
    text = cell_text(cell)
    if mark == NOT_SHOWN:
        return _text_of_hidden(column, cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    if is_unchanged(text, mark or "", is_number_cell=is_number):
        return None
    if mark is None:
        raise CellError(
            f"its file has no column '{_header(column)}', so nothing can stand there; empty the "
            "cell"
        )
    return _taken(column, cell)


def _text_of_hidden(column: Column, cell: Cell) -> str | None:
    """Blank says nothing about a cell that was not shown; a dash says that it is empty."""
    text = cell_text(cell).strip()
    if not text:
        return None
    return _NOBODY if text in NOTHING else _taken(column, cell)


def _all_texts(row: SheetRow, row_id: RowId, layout: Layout) -> dict[str, str]:
    """Every cell of a row whose own cells stand under no headers."""
    texts = {
        name: _taken(layout.columns[name], cell)
        for name, cell in row.cells.items()
        if name in row_id.marks
    }
    filled = {name: text for name, text in texts.items() if text}
    if not filled:
        raise CellError("nothing stands in it; put its cells under their headers, or discard it")
    return filled


def _taken(column: Column, cell: Cell) -> str:
    """What a cell says, as the reader will clean it.

    Raises:
        CellError: the spreadsheet has made something else of what was typed.
    """
    where = f"the cell under '{_header(column)}'"
    is_text = column.type in ("text", "customer")
    is_moment = isinstance(cell, date | datetime)
    is_cut = isinstance(cell, float) and not cell.is_integer() and is_text
    may_be_moment = column.type in ("timestamp", "date")
    if is_cut or (is_moment and not may_be_moment) or _is_other(cell):
        raise CellError(
            f"{where} is no text any more, the spreadsheet made something else of it; format it "
            "as text and type it again"
        )
    text = clean(meant(cell_text(cell))) or _NOBODY
    if is_lost(text):
        raise CellError(
            f"{where} is an error of the spreadsheet or a number whose last digits are lost; "
            "format it as text and type it again"
        )
    return text


def _is_other(cell: Cell) -> bool:
    """True and false, and times without a day."""
    return isinstance(cell, bool) or not isinstance(cell, str | int | float | date | datetime)


def _header(column: Column) -> str:
    return column.headers[0] if column.headers else column.name


def is_said_already(wanted: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Whether everything that a row asks for was taken before."""
    return all(known.get(name) == text for name, text in wanted.items())
