"""From bytes to a header and batches of rows; the kind of file is told by its content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from orchestration.exports.cells import Cell, cell_text
from orchestration.exports.errors import UnreadableFile

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_KNOWN_STARTS = {
    _OLE: "an old .xls, or a workbook with a password; save it as .xlsx without a password",
    b"%PDF": "a PDF; download the export as .xlsx",
    b"<": "a web page or XML, often a login page saved by mistake; download the export again",
    b"": "empty; download the export again",
}


@dataclass(frozen=True)
class Batch:
    """Some rows of a sheet, turned on their side: one tuple of cells per column."""

    first_line: int
    columns: list[tuple[Cell, ...]]

    @property
    def size(self) -> int:
        return len(self.columns[0])


class Sheet:
    """A sheet that has a header: its first row that is not empty. To be read once."""

    def __init__(self, name: str, rows: Iterator[list[Cell]]) -> None:
        self.name = name
        self._rows = rows
        self._line = 0
        self.header = self._read_header()

    def _read_header(self) -> list[str]:
        for row in self._rows:
            self._line += 1
            header = [cell_text(cell) for cell in row]
            if any(text.strip() for text in header):
                return header
        return []

    def batches(self, rows_each: int) -> Iterator[Batch]:
        """The rows below the header; lines count from 1, as a spreadsheet shows them."""
        while rows := list(islice(self._rows, rows_each)):
            yield Batch(self._line + 1, list(zip(*rows, strict=True)))
            self._line += len(rows)


def open_sheets(path: Path, file_name: str) -> list[Sheet]:
    """The visible sheets of a workbook that hold anything, in the workbook's order.

    Raises:
        UnreadableFile: the bytes are no .xlsx, or a damaged or locked one.
    """
    with path.open("rb") as file:
        start = file.read(len(_ZIP))
    if start != _ZIP:
        raise UnreadableFile(f"{file_name}: {_explain(start)}.")
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [
            Sheet(meta.name, _rows(workbook.get_sheet_by_name(meta.name)))
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        ]
    except PasswordError as error:
        raise UnreadableFile(f"{file_name}: it has a password; save it without one.") from error
    except CalamineError as error:
        raise UnreadableFile(
            f"{file_name}: it is damaged or no .xlsx workbook; download it again."
        ) from error
    return [sheet for sheet in sheets if sheet.header]


def _rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    return iter(sheet.iter_rows())


def _explain(start: bytes) -> str:
    for known, sentence in _KNOWN_STARTS.items():
        if (known and start.startswith(known)) or start == known:
            return f"it is {sentence}"
    return "it is no .xlsx workbook; download the export as .xlsx, or save it as one"
